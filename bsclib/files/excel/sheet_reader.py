"""Excel workbooks as tables of plain values, in which every value knows its cell.

A workbook is looked at before it is opened: its size, and what it would unpack to. A formula counts by the value that
was saved with it. A date counts as what its cell shows: a month under ``mmm-yy``, a day under ``yyyy-mm-dd``.
"""

from __future__ import annotations

import bisect
import contextlib
import datetime
import math
import re
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from bsclib.errors import BscError, Fault, first_faults, unreadable
from bsclib.files.excel.cells import Percent, duration_of, is_percent
from bsclib.files.excel.sheet_rows import BeyondError, Row, sheet_rows
from bsclib.files.excel.sheet_writer import unescape

TITLE_ROWS = 10  # so far below a title headings are looked for
MOST_AREAS = 10_000  # that are merged in a sheet
LARGEST_FILE = 100_000_000
LARGEST_UNPACKED = 1_000_000_000
OLD_FORMAT = b"\xd0\xcf\x11\xe0"
_FEATURES = [
    ("doctype", "", re.compile(rb"<!(?:DOCTYPE|ENTITY)")),
    ("formula", "worksheets", re.compile(rb"<(?:\w+:)?f[\s/>]")),
    ("merged", "worksheets", re.compile(rb"<(?:\w+:)?mergeCell[\s>]")),
]

_MERGED_AREA = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*["']([^"']*)""")


@dataclass(frozen=True)
class Day:
    """A date in a cell, as the text of the period that the cell shows."""

    text: str


@dataclass(frozen=True)
class Sheet:
    """A table: its headings, trimmed and in lower case, and its rows of text, numbers, truth values, `Day` or None."""

    file: str
    title: str
    headings: list[str]
    columns: list[int]
    heading_row: int
    rows: list[list[Any]] = field(repr=False)
    row_numbers: list[int] = field(repr=False)

    def where(self, row: int | None = None, heading: str = "") -> str:
        """File, sheet and cell: ``book.xlsx, KPIs!F7``. A row of None means the heading's."""
        number = self.heading_row if row is None else self.row_numbers[row]
        letter = get_column_letter(self.columns[self.headings.index(heading)]) if heading in self.headings else "A"
        return f"{self.file}, {self.title}!{letter}{number}"


class Book:
    """An open workbook; what is wrong is gathered while its sheets are read."""

    def __init__(self, path: Path, book: Any, formulas: bool, merged: dict[str, list[str]]):
        self.file = path.name
        self.broken: list[Fault] = []  # what hides what a sheet says, such as a heading that stands twice
        self.faults: list[Fault] = []  # single cells
        self._book, self._formulas, self._merged = book, formulas, merged

    @property
    def titles(self) -> dict[str, str]:
        """The sheets' titles by their trimmed, lower-case form."""
        return {sheet.title.strip().casefold(): sheet.title for sheet in self._book.worksheets}

    def read(self, title: str, are_headings: Callable[[list[str]], bool] = bool) -> Sheet:
        """Read a sheet whose first row with content, below a title of one cell a row, is its headings."""
        sheet = empty = Sheet(self.file, title, [], [], 1, [], [])
        broken, faults, widest = len(self.broken), len(self.faults), 0
        for number, cells in self.cells(title, gaps=False):
            values = [plain(cell) for cell in cells]
            if all(value is None for value in values):
                continue
            above = sheet.headings and len(sheet.rows) < TITLE_ROWS and not are_headings(sheet.headings)
            if above and are_headings(_labels(values)):
                del self.broken[broken:], self.faults[faults:]  # of what is above, and of the rest against it
                if widest > 1:
                    self.broken.append(title_fault(sheet.where(), f"row {sheet.heading_row}", f"row {number}"))
                    return empty
                sheet = empty
            if not sheet.headings:
                sheet = Sheet(self.file, title, *self._headings(title, number, values), number, [], [])
                widest = max(widest, len(sheet.headings))
                continue
            widest = max(widest, len(_labels(values)))
            self._check_width(sheet, number, values)
            padded = values + [None] * (max(sheet.columns) - len(values))
            sheet.rows.append([padded[column - 1] for column in sheet.columns])
            sheet.row_numbers.append(number)
        self.broken += first_faults(list(self._hiding(sheet)), "areas like these", f"{self.file}, {title}")
        return sheet

    def _hiding(self, sheet: Sheet) -> Iterator[Fault]:
        """The merged areas that reach into a table; what is merged elsewhere, such as a title, hides nothing."""
        there = [sheet.heading_row, *sheet.row_numbers]
        for area in self.merged(sheet.title) if sheet.headings else ():
            left, top, right, bottom = range_boundaries(area)
            rows = bisect.bisect_left(there, top) < bisect.bisect_right(there, bottom)
            if rows and any(left <= column <= right for column in sheet.columns):
                yield self._fault(sheet.title, area, "these cells are merged", fix="unmerge them, and fill each one")

    def cells(self, title: str, gaps: bool = True) -> Iterator[tuple[int, list[Any]]]:
        """The rows of a sheet, numbered from 1, as openpyxl's cells; broken cells are gathered as faults."""
        for number, row, formulas in self.raw(title, gaps):
            for cell, formula in zip(row, formulas, strict=True):
                if cell.data_type == "e":
                    what = "Excel shows an error here"
                    self.faults.append(self._fault(title, cell.coordinate, what, str(cell.value), "mend the formula"))
                if formula and formula.data_type == "f" and cell.value is None and cell.data_type != "str":
                    what = "this formula has no saved value"
                    fix = "open the workbook in Excel and save it, or write the value"
                    self.faults.append(self._fault(title, cell.coordinate, what, str(formula.value), fix))
            yield number, row

    def raw(self, title: str, gaps: bool = True) -> Iterator[Row]:
        """The rows as `cells` gives them, unjudged, each with its formulas' cells, or None where there are none."""
        try:
            yield from sheet_rows(self._book[title], self._formulas, gaps)
        except Exception as problem:
            problem.add_note(title)  # the place, for the words that are made of it
            raise

    def merged(self, title: str) -> list[str]:
        """The areas of a sheet whose cells are merged."""
        return self._merged.get(title, [])

    def _headings(self, title: str, number: int, values: list[Any]) -> tuple[list[str], list[int]]:
        columns = [i for i, value in enumerate(values, 1) if value is not None]
        headings = [label(values[column - 1]).casefold() for column in columns]
        for heading, column in zip(headings, columns, strict=True):
            if headings.index(heading) != columns.index(column):
                cell, what = f"{get_column_letter(column)}{number}", f"the heading {heading!r} stands twice"
                self.broken.append(self._fault(title, cell, what, fix="rename or delete one column"))
        return headings, columns

    def _check_width(self, sheet: Sheet, number: int, values: list[Any]) -> None:
        for column, value in enumerate(values, 1):
            if value is not None and column not in sheet.columns:
                cell = f"{get_column_letter(column)}{number}"
                what, fix = "this column has no heading", "give it one, or clear it"
                self.faults.append(self._fault(sheet.title, cell, what, label(value), fix))

    def _fault(self, title: str, cell: str, what: str, got: str = "", fix: str = "") -> Fault:
        return Fault(f"{self.file}, {title}!{cell}", what, got, fix=fix)


@contextlib.contextmanager
def open_book(path: Path, error: type[BscError]) -> Iterator[Book]:
    """Open a workbook to read it, unless it is not one, or is too large."""
    # openpyxl leaves a file open that it fails to read, unless the file is ours to close.
    with contextlib.ExitStack() as files, _own_words(path, error):
        features = _inspect(path, error)
        with warnings.catch_warnings():
            # openpyxl warns of drawings and extensions, which hold none of our values.
            warnings.simplefilter("ignore")
            file = files.enter_context(path.open("rb"))
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            files.callback(book.close)
            if odd := [sheet.title for sheet in book.worksheets if not sheet._worksheet_path.endswith(".xml")]:
                fault = Fault(path.name, "this sheet is kept as no Excel keeps one", odd[0], fix="save it from Excel")
                raise error(fault)  # such a part was not looked into
            merged = _merged_areas(path, book.worksheets, error) if "merged" in features else {}
            yield Book(path, book, "formula" in features, merged)


@contextlib.contextmanager
def _own_words(path: Path, error: type[BscError]) -> Iterator[None]:
    """Say what goes wrong in the words of this library."""
    try:
        yield
    except BscError:
        raise
    except BeyondError as problem:
        raise error(Fault(_within(path, problem), str(problem), fix="open it in Excel and save it again")) from None
    except OSError as problem:
        raise error(unreadable(path, problem)) from problem
    except Exception as problem:  # a damaged workbook can fail anywhere inside openpyxl
        what = f"this workbook is damaged: {type(problem).__name__}: {problem}"
        raise error(Fault(_within(path, problem), what, fix="open it in Excel and save it again")) from problem


def _within(path: Path, problem: Exception) -> str:
    """The file, and the sheet or the part of it where that is known."""
    known = getattr(problem, "__notes__", [])
    if not known and isinstance(problem, ElementTree.ParseError):
        known = filter(None, [_broken_part(path)])
    return ", ".join([path.name, *known])


def _broken_part(path: Path) -> str:
    """The first part of a workbook that is no XML."""
    with zipfile.ZipFile(path) as archive:
        for part in (name for name in archive.namelist() if name.endswith((".xml", ".rels"))):
            try:
                with archive.open(part) as file:
                    for _, element in ElementTree.iterparse(file):
                        element.clear()
            except ElementTree.ParseError:
                return part
    return ""


def _inspect(path: Path, error: type[BscError]) -> set[str]:
    """Refuse what is not a workbook or too large, and say whether formulas and merged cells are in it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(4)
    if start == OLD_FORMAT:
        what = "this is a workbook of Excel 97 to 2003, or one with a password"
        raise error(Fault(path.name, what, fix="save it as .xlsx without a password"))
    if size > LARGEST_FILE:
        allowed = f"up to {_megabytes(LARGEST_FILE)}"
        raise error(Fault(path.name, "the workbook is too large", _megabytes(size), allowed))
    if not zipfile.is_zipfile(path):
        what, got = "this is not an Excel workbook, or only a part of one", "" if size else "an empty file"
        raise error(Fault(path.name, what, got, fix="save it from Excel as .xlsx"))
    with zipfile.ZipFile(path) as archive:
        if "[Content_Types].xml" not in archive.namelist():
            what = "this is a ZIP file, but not an Excel workbook"
            raise error(Fault(path.name, what, fix="save it from Excel as .xlsx"))
        unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > LARGEST_UNPACKED:
            allowed = f"up to {_megabytes(LARGEST_UNPACKED)}"
            raise error(Fault(path.name, "the workbook would unpack to too much", _megabytes(unpacked), allowed))
        features = set()
        for part in archive.infolist():
            if part.filename.endswith((".xml", ".rels")):
                try:
                    features |= _features(archive, part)
                except Exception as problem:
                    problem.add_note(part.filename)
                    raise
    if "doctype" in features:
        raise error(Fault(path.name, "the workbook defines XML entities, as no Excel does", fix="save it from Excel"))
    return features


def _features(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> set[str]:
    features: set[str] = set()
    sought = [(name, pattern) for name, where, pattern in _FEATURES if where in part.filename]
    with archive.open(part) as file:
        window = b""
        while block := file.read(1 << 20):
            window = window[-64:] + block
            features |= {name for name, pattern in sought if name not in features and pattern.search(window)}
    return features


def _merged_areas(path: Path, sheets: list[Any], error: type[BscError]) -> dict[str, list[str]]:
    """The merged areas of each sheet, as they are written: to lay one out takes a cell for each of its cells."""
    areas: dict[str, list[str]] = {}
    with zipfile.ZipFile(path) as archive:
        for sheet in sheets:
            text = archive.read(sheet._worksheet_path)
            found = [area.decode("utf-8", "replace") for area in _MERGED_AREA.findall(text)]
            if len(found) > MOST_AREAS:
                what, allowed = "too many areas are merged", f"up to {MOST_AREAS:,}"
                raise error(Fault(f"{path.name}, {sheet.title}", what, f"{len(found):,}", allowed, "unmerge them"))
            areas[sheet.title] = found
    return areas


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def title_fault(where: str, title: str, headings: str) -> Fault:
    """The fault of a title above the headings, each with the words for its place."""
    return Fault(where, f"{title} is a title; the headings stand in {headings}", fix="delete what is above")


def _labels(values: list[Any]) -> list[str]:
    return [label(value).casefold() for value in values if value is not None]


def finite(value: Any) -> Any:
    """A value as it is; a whole number that is larger than any number with a fraction can be is infinite."""
    if isinstance(value, int) and abs(value) > sys.float_info.max:
        return math.copysign(math.inf, value > 0 or -1)
    return value


def plain(cell: Any) -> Any:
    """What a cell says: a text, a number, a percentage, a duration, a day, a truth value; None for an error."""
    value = finite(cell.value)
    if cell.data_type == "e":
        return None
    if isinstance(value, str):
        return unescape(value).strip() or None
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        shown_by = _format(cell) if cell.has_style else ""
        return Percent(value, shown_by) if is_percent(shown_by, value) else value
    if duration := duration_of(value, cell.number_format):
        return duration
    return Day(shown(value, cell.number_format)) if isinstance(value, datetime.date) else value


def _format(cell: Any) -> str:
    try:
        return str(cell.number_format)
    except IndexError:  # a style that the workbook does not have
        return ""


def shown(date: datetime.date, number_format: str) -> str:
    """The period that a date's format shows: a day, a month or a year."""
    letters = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", number_format or "").casefold()
    if "d" in letters or not {"m", "y"} & set(letters):
        return f"{date:%Y-%m-%d}"
    return f"{date:%Y-%m}" if "m" in letters else f"{date:%Y}"


def label(value: Any) -> str:
    """A cell's value as text: 2024 and 2024.0 are ``2024``, a date is the period it shows."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value.text if isinstance(value, Day) else str(value).strip()
