"""Where the tables stand in somebody else's sheet: their headings, below titles and perhaps in several rows.

A row is a heading when it names months, fields such as KPI, Region and Target, or what stands in the columns below it,
and holds no values. A table goes on to the next heading, across blank rows; between tables side by side a column is
blank.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from bsclib.files.excel.sheet_reader import Day
from bsclib.files.imports.cells import Cell, Grid
from bsclib.files.imports.dates import readings
from bsclib.files.imports.values import is_colour, is_nothing, says_value
from bsclib.files.imports.words import kind_within, roles_of
from bsclib.model.measures import NO, YES

_MOST_HEADINGS = 3


def label(cell: Cell) -> str:
    """A heading or a name as one line of text."""
    value = cell.value
    if isinstance(value, Day):
        return value.text
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else _line(str(value))


@lru_cache(maxsize=50_000)
def _line(text: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())


@dataclass(frozen=True)
class Table:
    """A table in a grid: its heading rows, its columns, the rows below, and the rows of titles above it."""

    grid: Grid
    head: tuple[int, ...]
    columns: tuple[int, ...]
    body: range
    above: tuple[int, ...]
    alone: bool = True  # no other table in its sheet

    def path(self, column: int) -> list[Cell]:
        """The headings over a column, top to bottom."""
        cells = [self.grid.at(row, column) for row in self.head]
        return [cell for cell in cells if not cell.blank]

    def heading(self, column: int) -> str:
        """The headings over a column in one text, by which a mapping names it."""
        labels = [label(cell) for cell in self.path(column)]
        return " / ".join(text for i, text in enumerate(labels) if text and text not in labels[:i])

    def cells(self, column: int) -> list[Cell]:
        """The cells below a column's heading."""
        return [self.grid.at(row, column) for row in self.body]

    @cached_property
    def titles(self) -> list[str]:
        """What stands above the table, and not above one beside it."""
        return [
            label(cell)
            for row in self.above
            for column, cell in enumerate(self.grid.rows[row])
            if isinstance(cell.value, str) and not cell.copied and column in self.reach
        ]

    @cached_property
    def reach(self) -> range:
        """The columns over which a title belongs to this table: its own, or all when nothing is beside it."""
        whole = not any(
            not self.grid.at(row, i).blank for row in self.head for i in range(self.grid.width) if i not in self.columns
        )
        return range(self.grid.width) if whole else range(self.columns[0], self.columns[-1] + 1)

    @property
    def block(self) -> str:
        """The title of a table that has neighbours in its sheet."""
        return "" if self.alone or not self.titles else self.titles[-1].rstrip(" :")


def tables_in(grid: Grid) -> list[Table]:
    """The tables of a grid, top to bottom and left to right."""
    spread = [_spread(grid, band) for band in _bands(grid)]
    tables = [table for tables in spread for table in tables]
    return [replace(table, alone=len(tables) == 1) for table in tables]


def _bands(grid: Grid) -> list[tuple[tuple[int, ...], int, int, tuple[int, ...]]]:
    """Heading rows, first and last row below them, and the titles above, of each table from top to bottom."""
    starts: list[tuple[int, ...]] = []
    row = 0
    while row < len(grid.rows):
        if _is_heading(grid, row, starts[-1] if starts else ()):
            rows = [row]
            while len(rows) < _MOST_HEADINGS and rows[-1] + 1 < len(grid.rows) and _goes_on(grid, rows):
                rows.append(rows[-1] + 1)
            while len(rows) < _MOST_HEADINGS and rows[0] > 0 and _is_upper(grid, rows[0] - 1, rows[0], starts):
                rows.insert(0, rows[0] - 1)
            titled = starts and any(grid.rows[above] for above in _titles(grid, rows[0], starts[-1][-1]))
            if titled or not (starts and _repeats(grid, rows, starts[-1])):
                starts.append(tuple(rows))
            row = rows[-1]
        row += 1
    bands = []
    for i, head in enumerate(starts):
        end = starts[i + 1][0] if i + 1 < len(starts) else len(grid.rows)
        titles = _titles(grid, head[0], starts[i - 1][-1] if i else -1)
        if i + 1 < len(starts):
            end -= len(_titles(grid, end, head[-1]))
        bands.append((head, head[-1] + 1, end, titles))
    return bands


def _titles(grid: Grid, row: int, before: int) -> tuple[int, ...]:
    """The rows of text directly above a heading, across blank rows, after what stands before."""
    rows: list[int] = []
    for above in range(row - 1, before, -1):
        cells = [cell for cell in grid.rows[above] if not cell.blank]
        own = [cell for cell in cells if not cell.copied]
        numbers = [cell for cell in own if not isinstance(cell.value, str | Day)]
        if numbers and before >= 0:
            break
        if len(own) > 1 and before >= 0 and sum(isinstance(cell.value, str) for cell in own) > 2:
            break
        rows.insert(0, above)
    if before >= 0:  # what stands close below a table is its footnote; a title has a blank row above it
        while rows and any(not cell.blank for cell in grid.rows[rows[0]]):
            rows.pop(0)
    return tuple(rows)


def _repeats(grid: Grid, rows: list[int], head: tuple[int, ...]) -> bool:
    """Whether headings only stand again, as on every printed page."""
    return [[label(cell) for cell in grid.rows[row]] for row in rows] == [
        [label(cell) for cell in grid.rows[row]] for row in head
    ]


def is_period(cell: Cell) -> bool:
    """Whether a cell can be a period."""
    return bool(readings(cell.value))


ROW_FIELDS = ("target", "year_target", "floor", "baseline", "prior_year", "total", "difference", "forecast")


@lru_cache(maxsize=50_000)
def row_field(text: Any) -> tuple[str, str]:
    """What a word among periods says of the values beside it, such as Plan, and the period that it names itself."""
    kind, rest = kind_within(text)
    if kind in ROW_FIELDS and (not rest or readings(rest)):
        return kind, rest
    role = next(iter(roles_of(text)), "")
    return (role, "") if role in ROW_FIELDS else ("", "")


def is_named(cell: Cell) -> bool:
    """Whether a cell's words are those of a heading."""
    return isinstance(cell.value, str) and bool(roles_of(cell.value) or kind_within(cell.value)[0])


def holds_value(cell: Cell) -> bool:
    """Whether a cell holds something that may be a value."""
    if cell.problem:
        return True
    if isinstance(cell.value, str) and readings(cell.value):
        return False
    if isinstance(cell.value, int | float):
        return True
    text = cell.value if isinstance(cell.value, str) else ""
    return any(char.isdigit() for char in text) and says_value(cell)


def _is_heading(grid: Grid, row: int, head: tuple[int, ...]) -> bool:
    cells = {i: cell for i, cell in enumerate(grid.rows[row]) if not cell.blank and not cell.copied}
    if len(cells) < 2:
        return False
    years = [label(cell) for cell in cells.values() if _is_year(cell)]
    periods = [i for i, cell in cells.items() if is_period(cell) and not (_is_year(cell) and not _are_years(years))]
    values = [i for i, cell in cells.items() if i not in periods and holds_value(cell)]
    if values or any(cell.problem for cell in cells.values()):
        return False
    named = [i for i, cell in cells.items() if i not in periods and is_named(cell)]
    below = _next_row(grid, row)
    if below is None:
        return False
    if head and not _repeats(grid, [row], head[-1:]) and _is_data(grid, row, head):
        return False
    answers = {i for i, cell in cells.items() if str(cell.value).casefold() in YES | NO}
    fields = [i for i in named if roles_of(cells[i].value) and i not in answers]
    if len(answers) > max(len(fields), 1):  # No may head a column, but not several
        return False
    fields = [i for i in named if roles_of(cells[i].value)]
    if len(periods) >= 2 or (periods and fields) or len(fields) >= 2:
        return True
    texts = [i for i, cell in cells.items() if isinstance(cell.value, str) and i not in periods]
    under = grid.rows[below]
    numbers = [i for i in (*texts, *periods) if i < len(under) and holds_value(under[i])]
    dated = [
        i
        for i in range(len(under))
        if i not in numbers and (is_period(under[i]) or row_field(under[i].value)[0]) and (i in texts or i not in cells)
    ]
    named_below = [i for i in range(len(under)) if isinstance(under[i].value, str) and i not in numbers]
    if periods:  # one month, beside names
        return bool(numbers and named_below)
    return bool(numbers and (dated or (named and named_below)))


def _is_data(grid: Grid, row: int, head: tuple[int, ...]) -> bool:
    """Whether a row only has texts where the table above has them, such as a KPI whose months hold nothing yet."""
    above = {i for i in range(grid.width) if is_period(grid.at(head[-1], i))}
    here = {i for i, cell in enumerate(grid.rows[row]) if not cell.blank}
    texts = {i for i in here if isinstance(grid.at(row, i).value, str) and not is_period(grid.at(row, i))}
    columns = {i for i in range(grid.width) if not grid.at(head[-1], i).blank}
    if here - texts and above:
        return False
    named = {i for i in texts if roles_of(grid.at(row, i).value)}
    again = any(label(grid.at(row, i)) == label(grid.at(head[-1], i)) for i in named)  # Month, above other KPIs
    return here <= columns and len(named) < 2 and not again


def _is_year(cell: Cell) -> bool:
    return isinstance(cell.value, int | float) and not isinstance(cell.value, bool) and bool(readings(cell.value))


def _are_years(labels: list[str]) -> bool:
    """Whether whole numbers in a row are years, one after the other, or months as 202601."""
    numbers = [int(text) for text in labels]
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    return steps <= {0, 1} or steps == {-1} or all(number > 99_999 for number in numbers) or len(numbers) == 1


def _next_row(grid: Grid, row: int) -> int | None:
    return next((i for i in range(row + 1, len(grid.rows)) if any(not cell.blank for cell in grid.rows[i])), None)


def _goes_on(grid: Grid, rows: list[int]) -> bool:
    """Whether the next row is a further row of the same headings: fields, kinds, units or months under the first."""
    row = rows[-1] + 1
    cells = {i: cell for i, cell in enumerate(grid.rows[row]) if not cell.blank}
    if not cells or _next_row(grid, row) is None:
        return False
    if any(holds_value(cell) and not is_period(cell) for cell in cells.values()):
        return False
    upper = {i for i, cell in enumerate(grid.rows[rows[-1]]) if not cell.blank}
    named = [i for i, cell in cells.items() if is_named(cell) or is_period(cell)]
    months = [i for i in upper if is_period(grid.at(rows[-1], i))]
    below = [i for i in cells if i in months]
    kinds = [i for i in named if i not in upper or i in months]
    return bool(len(named) >= max(2, len(cells) / 2) and (kinds or not below))


def _is_upper(grid: Grid, row: int, head: int, starts: list[tuple[int, ...]]) -> bool:
    """Whether the row above is an upper row of headings: names or months that each stand over several columns."""
    if starts and row <= starts[-1][-1]:
        return False
    cells = {i: cell for i, cell in enumerate(grid.rows[row]) if not cell.blank}
    own = [i for i, cell in cells.items() if not cell.copied]
    below = {i for i, cell in enumerate(grid.rows[head]) if not cell.blank}
    if not own or any(holds_value(cell) and not is_period(cell) for cell in cells.values()):
        return False
    merged = [i for i in own if i + 1 in cells and cells[i + 1].copied and i in below]
    whole = len(own) == 1 and (len(cells) >= len(below) or not merged)  # a title over the whole table
    return not whole and bool(merged or (len(own) >= 2 and all(is_period(cells[i]) for i in own)))


def _spread(grid: Grid, band: tuple[tuple[int, ...], int, int, tuple[int, ...]]) -> list[Table]:
    """The tables that stand side by side below the same heading rows."""
    head, first, end, above = band
    rows = [*head, *range(first, end)]
    used = [i for i in range(grid.width) if any(not grid.at(row, i).blank for row in rows)]
    parts: list[list[int]] = []
    for column in used:
        if parts and column == parts[-1][-1] + 1:
            parts[-1].append(column)
        else:
            parts.append([column])
    if len(parts) > 1 and not all(_stands_alone(grid, head[-1], part) for part in parts):
        parts = [used]
    return [Table(grid, _filled(grid, head, part), tuple(part), range(first, end), above) for part in parts if part]


def _filled(grid: Grid, head: tuple[int, ...], part: list[int]) -> tuple[int, ...]:
    """Spread a month in an upper row over the columns to its right, up to the next one, where it is not merged."""
    for row in head[:-1]:
        cells = grid.rows[row]
        cells += [Cell()] * (grid.width - len(cells))
        spaced = [i for i in part if is_period(cells[i]) and not cells[i].copied]
        for i in part:
            before = [k for k in spaced if k < i]
            if before and cells[i].blank and not grid.at(head[-1], i).blank and not _is_key(grid.at(head[-1], i)):
                first = cells[before[-1]]
                cells[i] = replace(first, copied=True)
    return head


def _is_key(cell: Cell) -> bool:
    return bool({"kpi", "unit", "comment", "status", "owner"} & set(roles_of(cell.value)))


def _stands_alone(grid: Grid, head: int, part: list[int]) -> bool:
    cells = [grid.at(head, column) for column in part]
    return len(part) >= 2 and isinstance(cells[0].value, str) and not is_period(cells[0])


def looks_empty(cell: Cell) -> bool:
    """Whether a cell says nothing that could be a value: blank, a word for nothing, or a colour."""
    return cell.blank or is_nothing(cell) or is_colour(cell)
