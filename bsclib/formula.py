"""A KPI's formula, read as arithmetic: `restore_minutes / incidents / 60`.

The parts of a ratio are summed before they are divided; what the formula multiplies or divides by afterwards is its
scale.
"""

from __future__ import annotations

import ast


def scale(formula: str) -> float:
    """The constant factor of a formula that multiplies and divides; 1 where there is none or it reads otherwise.

    Examples
    --------
    >>> scale("100 * met / tickets")
    100.0
    >>> round(scale("restore_minutes / incidents / 60"), 6)
    0.016667
    >>> scale("opened - closed")
    1.0
    """
    try:
        return _factor(ast.parse(formula, mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError):
        return 1.0


def _factor(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _factor(node.left) * _factor(node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _factor(node.left) / _factor(node.right)
    return 1.0
