"""The rows of a sheet, by openpyxl's reading of a cell, in one pass over values and formulas alike.

A format may leave millions of cells in which nothing stands; they are passed over before anything is made of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from openpyxl.cell.read_only import EMPTY_CELL, ReadOnlyCell
from openpyxl.worksheet._reader import ROW_TAG, WorkSheetParser

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # of a sheet, as Excel has them
_EMPTY = re.compile(rb'<c r="[A-Z]{1,3}[0-9]+"(?: [st]="\w*")*\s?(?:/>|></c>)(?=<c r="[A-Z]|</row>)')

Row = tuple[int, list[Any], list[Any]]


class BeyondError(Exception):
    """A row or a column that lies beyond the last one that Excel has."""


def sheet_rows(sheet: Any, formulas: bool, gaps: bool = True) -> Iterator[Row]:
    """The rows of a read-only sheet: number, cells, and where there are `formulas` the same cells with those."""
    # Not by iter_rows, whose parser is Python's slow one wherever defusedxml is installed. What that guards against,
    # entities, is refused before a workbook is opened.
    with sheet._get_source() as source:
        readers = [_reader(sheet, source, data_only) for data_only in ((True, False) if formulas else (True,))]
        last = 0
        for _, row in ElementTree.iterparse(_Filled(source)):
            if row.tag != ROW_TAG:
                continue
            number, *found = readers[0].parse_row(row)
            if number > MOST_ROWS:
                raise BeyondError(f"a row has the number {number:,}, and Excel has {MOST_ROWS:,} rows")
            behind = readers[1].parse_row(row)[1] if formulas else []
            row.clear()
            if number <= last:
                continue
            if gaps:  # rows that the file leaves out, up to a million before one cell
                yield from ((gap, [], []) for gap in range(last + 1, number))
            cells = _placed(sheet, found[0])
            yield number, cells, _placed(sheet, behind) if formulas else [None] * len(cells)
            last = number


class _Filled:
    """A sheet's XML without the cells in which nothing stands, where the next one says itself where it stands."""

    def __init__(self, source: Any):
        self.source, self.rest = source, b""

    def read(self, size: int = -1, /) -> bytes:
        """The next part of it; nothing at its end."""
        while block := self.source.read(max(size, 1 << 16)):
            whole, sign, self.rest = (self.rest + block).rpartition(b">")
            if kept := _EMPTY.sub(b"", whole + sign):
                return kept
        kept, self.rest = self.rest, b""
        return kept


def _reader(sheet: Any, source: Any, data_only: bool) -> WorkSheetParser:
    book = sheet.parent
    formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
    return WorkSheetParser(source, sheet._shared_strings, data_only=data_only, epoch=book.epoch, **formats)


def _placed(sheet: Any, cells: list[dict[str, Any]]) -> list[Any]:
    """The cells of a row in their columns, and empty ones between them."""
    width = max((cell["column"] for cell in cells), default=0)
    if width > MOST_COLUMNS:
        raise BeyondError(f"a column has the number {width:,}, and Excel has {MOST_COLUMNS:,} columns")
    placed = [EMPTY_CELL] * width
    for cell in cells:
        placed[cell["column"] - 1] = ReadOnlyCell(sheet, **cell)
    return placed
