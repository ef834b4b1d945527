"""Tables as sheets of an Excel workbook: headings that explain themselves, drop-downs, text that stays text.

A text is never written as a formula, whatever it begins with, and its cell is formatted as text, so that Excel leaves
``2024-01`` alone when somebody types over it. Numbers are written at full precision.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.datavalidation import DataValidation

from bsclib.errors import BscError, Fault
from bsclib.files import atomic
from bsclib.files.excel.cells import Duration, Percent

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
SPARE_ROWS = 1000


@dataclass(frozen=True)
class Column:
    """A column: what it is called, what it means, and what may stand in it."""

    name: str
    note: str  # becomes the comment on the heading
    number: bool = False  # other cells are formatted as text
    choices: tuple[str, ...] = ()
    source: str = ""  # the sheet from whose first column to choose
    width: int = 14  # in characters


@dataclass(frozen=True)
class Table:
    """A sheet to write: rows of text, numbers and None."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Copy:
    """A sheet to keep as it is: rows of openpyxl's cells, of which values and number formats are kept."""

    title: str
    rows: Iterable[Sequence[Any]]


def write_book(path: Path, sheets: Sequence[Table | Copy], error: type[BscError]) -> None:
    """Write a workbook, whole or not at all."""
    tables = [sheet for sheet in sheets if isinstance(sheet, Table)]
    sizes = {table.title: len(table.rows) for table in tables}
    for table in tables:
        if len(table.rows) >= MOST_ROWS:
            where, got, allowed = f"{path.name}, {table.title}", f"{len(table.rows):,}", f"up to {MOST_ROWS - 1:,} rows"
            fix = "write them to a CSV or Parquet file"
            raise error(Fault(where, "Excel holds no more rows", got, allowed, fix))
    with atomic.replacement(path, error) as temporary:
        book = openpyxl.Workbook(write_only=True)
        buffer = io.BytesIO()
        try:
            for content in sheets:
                sheet = book.create_sheet(content.title)
                if isinstance(content, Table):
                    rows = _table(sheet, content, sizes, path, error)
                else:
                    rows = _copied(sheet, content)
                for row in rows:
                    sheet.append(row)
            book.save(buffer)
        except BaseException:
            for sheet in book.worksheets:
                with contextlib.suppress(Exception):  # what is half-written is let go quietly
                    sheet.close()
            raise
        temporary.write_bytes(buffer.getvalue())


def _table(sheet: Any, table: Table, sizes: dict[str, int], path: Path, error: type[BscError]) -> Iterator[list[Any]]:
    sheet.freeze_panes = "A2"
    area = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    sheet.auto_filter.ref = area
    # A sheet that states its size is read twice as fast.
    sheet.calculate_dimension = lambda: area
    for i, column in enumerate(table.columns, 1):
        letter = get_column_letter(i)
        sheet.column_dimensions[letter].width = max(column.width, len(column.name) + 4)
        if not column.number:
            sheet.column_dimensions[letter].number_format = "@"
        if column.choices or column.source in sizes:
            rows = f"{letter}2:{letter}{min(len(table.rows) + 1 + SPARE_ROWS, MOST_ROWS)}"
            sheet.data_validations.append(_drop_down(column, rows, sizes))
    yield [_heading(sheet, column) for column in table.columns]
    for number, row in enumerate(table.rows, 2):
        try:
            yield [_cell(sheet, value) for value in row]
        except (IllegalCharacterError, ValueError) as problem:
            raise error(Fault(f"{path.name}, {table.title}, row {number}", str(problem))) from None


def _drop_down(column: Column, area: str, sizes: dict[str, int]) -> DataValidation:
    if column.choices:
        formula, rule = f'"{",".join(column.choices)}"', f"Choose one of: {', '.join(column.choices)}"
    else:
        formula = f"={column.source}!$A$2:$A${sizes[column.source] + 1 + SPARE_ROWS // 5}"
        rule = f"Choose an id from {column.source}"
    return DataValidation("list", formula, allow_blank=True, showErrorMessage=True, error=rule, sqref=area)


def _heading(sheet: Any, column: Column) -> Any:
    cell = WriteOnlyCell(sheet, column.name)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="DDE5EE")
    cell.alignment = Alignment(vertical="top")
    cell.comment = Comment(column.note, "bsclib", width=320, height=40 + 20 * (len(column.note) // 45 + 1))
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _text(sheet, value)
    if isinstance(value, Duration):
        cell = WriteOnlyCell(sheet, value.time)
        cell.number_format = value.number_format
        return cell
    # openpyxl rounds a number to 16 digits; a text that is marked as a number is written as it is.
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
    cell = WriteOnlyCell(sheet, str(int(value)) if whole else repr(float(value)))
    cell.data_type = "n"
    if isinstance(value, Percent):
        cell.number_format = value.number_format
    return cell


def _text(sheet: Any, value: str) -> Any:
    escaped = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", value)
    if len(escaped.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        raise ValueError(f"a text of {len(value):,} characters is longer than a cell can be ({LONGEST_TEXT:,})")
    cell = WriteOnlyCell(sheet, escaped)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def unescape(text: str) -> str:
    """The text of a cell, in which Excel writes an underscore that might begin an escape as ``_x005F_``."""
    return text.replace("_x005F_", "_")


def _copied(sheet: Any, copy: Copy) -> Iterator[list[Any]]:
    for row in copy.rows:
        cells: list[Any] = []
        for old in row:
            if old.value is None:
                cells.append(None)
                continue
            if isinstance(old.value, (str, int, float)) and old.data_type in "sn":
                cell = _cell(sheet, unescape(old.value) if isinstance(old.value, str) else old.value)
            else:
                cell = WriteOnlyCell(sheet, old.value)
                cell.data_type = old.data_type
            cell.number_format = old.number_format
            cells.append(cell)
        yield cells
