"""A KPI's formula, read as arithmetic: `restore_minutes / incidents / 60`.

The parts of a ratio are summed before they are divided; what the formula multiplies or divides by afterwards is its
scale. Which quantities stand above and below the fraction line says whether two KPIs move together by arithmetic alone.
"""

from __future__ import annotations

import ast

Names = frozenset[str]
_UNREADABLE = (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError)


def scale(formula: str) -> float:
    """The constant factor of a formula that multiplies and divides; 1 where there is none or it reads otherwise."""
    try:
        return _factor(ast.parse(formula, mode="eval").body)
    except _UNREADABLE:
        return 1.0


def quantities(formula: str) -> tuple[Names, Names]:
    """The names above and below a formula's fraction line; both empty where it is no arithmetic of names."""
    try:
        return _sides(ast.parse(formula.strip(), mode="eval").body)
    except _UNREADABLE:
        return frozenset(), frozenset()


def identity(a: str, b: str) -> bool:
    """Whether one KPI moves another by arithmetic: they share a quantity that is above the line of at least one."""
    (above_a, below_a), (above_b, below_b) = quantities(a), quantities(b)
    return bool(above_a & (above_b | below_b) or above_b & below_a)


def _factor(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _factor(node.left) * _factor(node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _factor(node.left) / _factor(node.right)
    return 1.0


def _sides(node: ast.expr) -> tuple[Names, Names]:
    if isinstance(node, ast.Name):
        return frozenset([node.id]), frozenset()
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return frozenset(), frozenset()
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return _sides(node.operand)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
        (above, below), (over, under) = _sides(node.left), _sides(node.right)
        if isinstance(node.op, ast.Div):
            over, under = under, over
        return above | over, below | under
    raise ValueError("this is no arithmetic of names")
