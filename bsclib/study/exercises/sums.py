"""The right answer in one line, with the sum that leads to it where its code is a plain one."""

from __future__ import annotations

import ast

from bsclib.study.answers import Number
from bsclib.study.exercises.question import Question

LONGEST = 80
"""Letters of a sum that can be read at once."""
_SIGNS = (ast.Add, ast.Sub, ast.Mult, ast.Div)


def told(question: Question) -> str:
    """The right answer, with its sum in numbers; empty where it is no number and no name."""
    right = question.expects.told
    summed = (question.sum or sum_in_numbers(question.code)) if isinstance(question.expects, Number) else ""
    return (
        f"{right}, because {summed} is {right}."
        if 0 < len(summed) <= LONGEST
        else f"{right.rstrip('.')}."
        if right
        else ""
    )


def sum_in_numbers(code: str) -> str:
    """What is worked out in `answer`, with every number in its place; empty where the code does more than reckon."""
    known: dict[str, ast.expr] = {}
    try:
        for line in ast.parse(code).body:
            if not isinstance(line, ast.Assign):
                return ""
            (target,) = line.targets
            places = target.elts if isinstance(target, ast.Tuple) else [target]
            values = line.value.elts if isinstance(line.value, ast.Tuple) else [line.value]
            for place, value in zip(places, values, strict=True):
                known[ast.unparse(place)] = _filled_in(value, known)
    except (_MoreThanASumError, ValueError):
        return ""
    answer = known["answer"]
    written = ast.unparse(answer).replace("*", "×").replace("-", "\u2212")
    return written if isinstance(answer, ast.BinOp) else ""


class _MoreThanASumError(Exception):
    """Code that does more than add, subtract, multiply and divide."""


def _filled_in(value: ast.expr, known: dict[str, ast.expr]) -> ast.expr:
    """An expression in which every name is what it stands for."""
    if isinstance(value, ast.Name) and value.id in known:
        return known[value.id]
    if isinstance(value, ast.Constant) and isinstance(value.value, (int, float)):
        short = float(f"{value.value:.6g}")
        return ast.Constant(int(short) if short.is_integer() else short)
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        return ast.UnaryOp(value.op, _filled_in(value.operand, known))
    if isinstance(value, ast.BinOp) and isinstance(value.op, _SIGNS):
        return ast.BinOp(_filled_in(value.left, known), value.op, _filled_in(value.right, known))
    raise _MoreThanASumError
