"""Other people's files as sheets of cells, before anybody knows what they mean.

A merged area is filled with its first cell, so that a heading over three columns stands over each. What a cell's format
shows counts: 0.97 under a percent format is 97 %, a duration is its hours, a date the month or day that is shown.
"""

from __future__ import annotations

import csv
import datetime
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from bsclib.errors import ActualsError, Fault
from bsclib.files import csv_table
from bsclib.files.excel.cells import Duration, Percent
from bsclib.files.excel.sheet_reader import LARGEST_FILE, Book, open_book, plain

MOST_CELLS = 2_000_000
MOST_BLANK = 3
"""Blank rows in a run that are kept: a stray cell in a sheet's last row is no reason to go through a million."""
WORKBOOKS = (".xlsx", ".xlsm")
TEXTS = (".csv", ".tsv", ".txt")
CURRENCIES = {"$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: text, a number, a truth value, a `Day` or None; the unit its format shows; what Excel could not say."""

    value: Any = None
    unit: str = ""
    problem: str = ""
    fix: str = ""
    copied: bool = False  # from the first cell of a merged area

    @property
    def blank(self) -> bool:
        """Whether nothing stands here."""
        return self.value is None and not self.problem


NOTHING = Cell()


@dataclass(frozen=True)
class Grid:
    """One sheet, or one CSV file, whose title is empty; its rows have the numbers by which a person finds them."""

    file: str
    title: str
    rows: list[list[Cell]] = field(repr=False)
    numbers: list[int] = field(repr=False)
    separator: str = ""  # of a CSV file's columns
    across: bool = False  # its rows are the columns of the file

    def at(self, row: int, column: int) -> Cell:
        """The cell at a position, counted from 0."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else NOTHING

    def where(self, row: int, column: int | None = None) -> str:
        """File, sheet and cell, or file and line."""
        if self.across:
            row, column = column or 0, row
        if not self.title:
            return f"{self.file}, line {self.numbers[row]}"
        letter = get_column_letter(column + 1) if column is not None else ""
        return f"{self.file}, {self.title}!{letter}{self.numbers[row]}"

    def turned(self) -> Grid:
        """The grid with its columns as rows; a cell is still found where it stands in the file."""
        rows = [[self.at(row, column) for row in range(len(self.rows))] for column in range(self.width)]
        return Grid(self.file, self.title, rows, self.numbers, self.separator, not self.across)

    @cached_property
    def width(self) -> int:
        """How many columns there are."""
        return max(map(len, self.rows), default=0)

    @property
    def content(self) -> int:
        """How many cells hold something, each merged area counted once."""
        return sum(not cell.blank and not cell.copied for row in self.rows for cell in row)


def read_grids(path: Path) -> list[Grid]:
    """Read every sheet of a workbook, or a CSV file, within the limits of size."""
    suffix = path.suffix.casefold()
    if suffix in WORKBOOKS:
        with open_book(path, ActualsError) as book:
            return [_sheet(book, title) for title in book.titles.values()]
    if suffix in TEXTS:
        return [_csv(path)]
    allowed = ", ".join((*WORKBOOKS, *TEXTS))
    raise ActualsError(
        Fault(str(path), "such a file cannot be imported", suffix, allowed, "save it as .xlsx or as CSV in UTF-8")
    )


def _sheet(book: Book, title: str) -> Grid:
    rows: list[list[Cell]] = []
    numbers: list[int] = []
    size = blank = last = 0
    for number, cells, formulas in book.raw(title, gaps=False):
        for gap in range(last + 1, min(number, last + 1 + MOST_BLANK - blank)):
            rows.append([])
            numbers.append(gap)
        blank, last = blank + number - last - 1, number
        there = any(cell is not EMPTY_CELL for cell in cells)
        row = [_cell(cell, formula) for cell, formula in zip(cells, formulas, strict=True)] if there else []
        while row and row[-1].blank:
            row.pop()
        size += len(row)
        _check_size(book.file, size)
        blank = 0 if row else blank + 1
        if blank <= MOST_BLANK:
            rows.append(row)
            numbers.append(number)
    while rows and not rows[-1]:
        rows.pop()
    by_number = dict(zip(numbers, rows, strict=False))
    width = max(map(len, rows), default=0)
    for area in book.merged(title):
        size += _fill(by_number, area, width, MOST_CELLS - size)
        _check_size(book.file, size)
    return Grid(book.file, title, rows, numbers[: len(rows)])


def _cell(cell: Any, formula: Any) -> Cell:
    if cell.data_type == "e":
        return Cell(problem=str(cell.value))
    if cell.value is None and formula is not None and formula.data_type == "f" and cell.data_type != "str":
        return Cell(problem="a formula without a saved value", fix="open the workbook in Excel and save it")
    value = plain(cell)
    if isinstance(value, Percent):
        return Cell(value.of(100), "%")
    if isinstance(value, Duration):
        fault = value.hidden
        return (
            Cell(problem=fault.what, fix=fault.fix)
            if fault
            else Cell(value.time / datetime.timedelta(hours=1), "hours")
        )
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Cell(value, _currency(cell.number_format) if number and cell.has_style else "")


def _currency(style: str) -> str:
    """The unit that a number's format shows beside it, such as a currency."""
    named = re.search(r"\[\$([^\]\-]+)", style)  # as Excel writes a currency: [$EUR], [$€-407]
    literal = re.search(r'"\s*([^"\d]+?)\s*"', style)
    sign = next((sign for sign in CURRENCIES if sign in style), "")
    text = named[1].strip() if named else literal[1].strip() if literal else sign
    return CURRENCIES.get(text, text)


def _fill(rows: dict[int, list[Cell]], area: str, width: int, room: int) -> int:
    """Copy the first cell of an area to those rows and columns of it in which the sheet holds anything; how many."""
    left, top, right, bottom = range_boundaries(area)
    right = min(right, width)
    if left > min(len(rows.get(top, [])), right):
        return 0
    numbers = range(top, bottom + 1) if bottom - top < len(rows) else [row for row in rows if top <= row <= bottom]
    numbers = [number for number in numbers if number in rows]
    size = len(numbers) * (right - left + 1)
    if size <= room:
        copy = replace(rows[top][left - 1], copied=True)
        for number in numbers:
            row, first = rows[number], left if number == top else left - 1
            row += [NOTHING] * (right - len(row))
            row[first:right] = [copy] * (right - first)
    return size


def _csv(path: Path) -> Grid:
    if path.is_file() and path.stat().st_size > LARGEST_FILE:
        raise ActualsError(Fault(path.name, "the file is too large", allowed=f"up to {LARGEST_FILE / 1e6:,.0f} MB"))
    text, _ = csv_table.decode(path)
    separator = _separator(text)
    if re.match(r"(?i)sep=.\r?\n", text):
        text = "\n" + text.partition("\n")[2]  # what Excel says of the separator; every line keeps its number
    rows, numbers, size = [], [], 0
    for line, record in csv_table.records(text, separator, path.name):
        row = [Cell(text) if (text := cell.strip()) else NOTHING for cell in record]
        while row and row[-1].blank:
            row.pop()
        size += len(row)
        _check_size(path.name, size)
        rows.append(row)
        numbers.append(line)
    return Grid(path.name, "", rows, numbers, separator)


def _separator(text: str) -> str:
    """The sign that gives most rows of more than one cell the same number of cells."""
    stated = re.match(r"(?i)sep=(.)\r?\n", text)
    if stated:
        return stated[1]
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:200]

    def regular(sign: str) -> tuple[int, int]:
        try:
            widths = Counter(len(record) for record in csv.reader(lines, delimiter=sign))
        except csv.Error:
            return 0, 0
        wide = {width: count for width, count in widths.items() if width > 1}
        width = max(wide, key=lambda width: (wide[width], width), default=0)
        return wide.get(width, 0), width

    return max((*csv_table.SEPARATORS, "|"), key=regular)


def _check_size(name: str, size: int) -> None:
    if size > MOST_CELLS:
        fix = "give it as actuals.csv: unit, kpi, period, actual"
        raise ActualsError(Fault(name, "the sheet is too large to be understood", allowed=f"{MOST_CELLS:,}", fix=fix))
