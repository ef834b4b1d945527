"""Tables of numbers as people give them: frames with names or bare arrays, checked cell by cell."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault

MOST_NAMED = 8
"""Places that one message names; it counts the rest."""


@dataclass(frozen=True)
class Matrix:
    """A table of finite numbers, and what its rows and columns are called."""

    values: np.ndarray
    rows: tuple[Any, ...]
    columns: tuple[Any, ...]
    named: bool
    where: str
    between: str = ", "

    def cell(self, row: int, column: int) -> str:
        """Where a cell stands, for a message."""
        return f"{self.row(row)}{self.between if self.named else ', '}{self.column(column)}"

    def row(self, row: int) -> str:
        """What a row is called in a message; bare arrays are counted from 1."""
        return str(self.rows[row]) if self.named else f"row {row + 1}"

    def column(self, column: int) -> str:
        """What a column is called in a message; bare arrays are counted from 1."""
        return str(self.columns[column]) if self.named else f"column {column + 1}"

    def by_row(self, values: np.ndarray) -> Any:
        """One number a row: a Series by name if the table has names, else the array."""
        return pd.Series(values, index=pd.Index(self.rows)) if self.named else values


def read_matrix(given: Any, where: str, between: str = ", ", fix: str = "") -> Matrix:
    """Read a table of numbers; a fraction may be written as text, ``"1/3"``."""
    named = isinstance(given, pd.DataFrame)
    cells = np.asarray(given, dtype=None if isinstance(given, pd.DataFrame | np.ndarray) else object)
    if cells.ndim != 2 or 0 in cells.shape:
        shape = " by ".join(map(str, cells.shape)) or "a single value"
        raise BscError(Fault(where, "this is no table of numbers", got=shape, allowed="rows of equal length"))
    rows, columns = (tuple(given.index), tuple(given.columns)) if named else map(tuple, map(range, cells.shape))
    for kind, names in (("row", rows), ("column", columns)):
        if twice := sorted({str(name) for name in names if names.count(name) > 1}):
            raise BscError(Fault(where, f"a {kind} is named twice", got=", ".join(twice), fix="give each its own name"))
    table = Matrix(np.empty(0), rows, columns, named, where, between)
    if cells.dtype.kind in "fiu" and np.isfinite(cells).all():
        return replace(table, values=cells.astype(float))
    values, empty = np.full(cells.shape, np.nan), np.zeros(cells.shape, dtype=bool)
    faults: list[Fault] = []
    for place, cell in np.ndenumerate(cells):
        value = number(cell)
        if value is not None:
            values[place] = value
        elif _is_empty(cell):
            empty[place] = True
        elif len(faults) < MOST_NAMED:
            allowed = 'a number, or a fraction such as "1/3"'
            faults.append(Fault(where, f"{table.cell(*place)} is no number", repr(cell), allowed))
    if empty.any():
        faults.insert(0, Fault(where, f"no value for {places(table.cell, empty)}", fix=fix))
    if faults:
        raise BscError(faults)
    return replace(table, values=values)


def read_square(given: Any, where: str, between: str, fix: str) -> Matrix:
    """Read a table whose rows and columns are the same things, two or more; see `read_matrix`."""
    if isinstance(given, pd.DataFrame) and set(given.index) == set(given.columns) and given.index.is_unique:
        given = given.loc[:, given.index]
    table = read_matrix(given, where, between, fix)
    size, width = table.values.shape
    if size != width or size < 2:
        allowed = "as many rows as columns, two or more"
        raise BscError(Fault(where, "this cannot be compared in pairs", f"{size} by {width}", allowed))
    if table.rows != table.columns:
        got = f"rows {', '.join(map(str, table.rows))}; columns {', '.join(map(str, table.columns))}"
        raise BscError(Fault(where, "rows and columns are named differently", got, fix="name both alike"))
    return table


def places(name: Callable[..., str], which: np.ndarray) -> str:
    """The places that are true, in words, with the rest counted."""
    names = [name(*map(int, place)) for place in np.argwhere(which)]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    # A cell's own name may hold a comma, so `wording.listed` would not do.
    separator = "; " if any(", " in name for name in names) else ", "
    return separator.join(names[:MOST_NAMED]) + more


def number(cell: Any) -> float | None:
    """A cell's number; nothing where it is empty or holds no finite number."""
    if isinstance(cell, bool | np.bool_) or not isinstance(cell, str | Real | Fraction):
        return None
    try:
        value = float(Fraction(cell.strip()) if isinstance(cell, str) else cell)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def _is_empty(cell: Any) -> bool:
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, Real) and math.isnan(cell))


def per_column(given: Any, table: Matrix, argument: str) -> list[Any]:
    """One value a column: in the columns' order, or by name where both have names."""
    if isinstance(given, pd.Series) and (not table.named or isinstance(given.index, pd.RangeIndex)):
        given = given.tolist()
    if isinstance(given, pd.Series | Mapping):
        return _by_name(dict(given.items()), table.columns, argument)
    values = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else None
    if values is None or len(values) != len(table.columns):
        got = f"{len(values)} for {len(table.columns)} criteria" if values is not None else repr(given)
        raise BscError(Fault(argument, "there is not one for each criterion", got, "as many as the table has columns"))
    return values


def _by_name(given: dict[Any, Any], names: tuple[Any, ...], argument: str) -> list[Any]:
    lacking = [str(name) for name in names if name not in given]
    strange = [str(name) for name in given if name not in names]
    if lacking or strange:
        parts = [f"none for {', '.join(lacking)}"] * bool(lacking) + [f"one for {', '.join(strange)}"] * bool(strange)
        got, allowed = " and ".join(parts), ", ".join(map(str, names))
        raise BscError(Fault(argument, "there is not one for each criterion", got, allowed))
    return [given[name] for name in names]
