"""A file of tickets as blocks of columns of text, in which every row knows its number.

CSV of any dialect is read by pyarrow, block by block, so that a file may be larger than memory; a sheet of Excel and
Parquet come the same way. A row that does not fit the headings is kept aside with its reason.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from bsclib.errors import ActualsError, Fault, unreadable
from bsclib.files.csv_table import check_width
from bsclib.files.excel.sheet_reader import TITLE_ROWS, open_book
from bsclib.files.excel.sheet_writer import unescape

BLOCK = 16_000_000
"""Bytes of a CSV file, and about as many of another, that are read at a time."""
HEAD = 256_000
LONGEST = 64_000_000
"""Bytes that one row may have."""
SEPARATORS = (",", ";", "\t", "|")
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
EMPTY, UNEVEN = "empty row", "fields and headings differ"


@dataclass(frozen=True)
class Block:
    """Some rows of a file: the wanted columns, the rows' numbers, and the rows that cannot be read at all."""

    columns: dict[int, pa.Array] = field(repr=False)
    rows: np.ndarray = field(repr=False)
    faulty: list[tuple[int, str, str]] = field(repr=False)  # row, kind, reason

    def head(self, most: int) -> Block:
        """Its first rows."""
        return Block({place: cells[:most] for place, cells in self.columns.items()}, self.rows[:most], [])


@dataclass(frozen=True)
class Source:
    """A file with headings; the row of the headings is row 1 unless something stands above."""

    path: Path
    headings: list[str]
    first: int  # the number of the first row below the headings
    notes: list[str] = field(default_factory=list)
    separator: str = ""
    encoding: str = ""
    sheet: str = ""

    def __post_init__(self) -> None:
        check_width(len(self.headings), self.name, "export the columns that tickets.yaml names, and no others")

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def places(self, heading: str) -> list[int]:
        """Where a heading stands; capitals and spaces around it do not matter, and it may stand several times."""
        sought = heading.strip().casefold()
        exact = [i for i, there in enumerate(self.headings) if there == heading.strip()]
        return exact or [i for i, there in enumerate(self.headings) if there.casefold() == sought]

    def blocks(self, wanted: Iterable[int], coded: Iterable[int] = ()) -> Iterator[Block]:
        """The rows below the headings, in order, with the columns at these places; some of them may come coded."""
        wanted = sorted(set(wanted))
        if self.sheet:
            return _sheet_blocks(self, wanted)
        return _csv_blocks(self, wanted, set(coded)) if self.separator else _parquet_blocks(self, wanted)


def open_source(path: Path) -> Source:
    """Look at a file: what it is, how it is written, and what its headings are."""
    if path.suffix.casefold() in (".xlsx", ".xlsm"):
        return _open_sheet(path)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        if head[:4] == b"PAR1":
            return Source(path, pa.parquet.read_schema(path).names, 2)
        encoding = _encoding(path, head)
    except OSError as problem:
        raise ActualsError(unreadable(path, problem)) from problem
    except pa.ArrowException as problem:
        raise ActualsError(Fault(path.name, f"this is not a Parquet file: {problem}")) from problem
    text = head.decode("utf-16" if encoding == "utf-16" else encoding, "replace")
    if not text.strip():
        raise ActualsError(Fault(path.name, "the file is empty", fix="export the tickets again, with their headings"))
    separator, record, headings = _sniff(text)
    named = {"cp1252": "Windows-1252", "utf-16": "UTF-16"}.get(encoding)
    notes = [f"{path.name} was read as {named}."] if named else []
    return Source(path, headings, record + 1, notes, separator, encoding)


def _encoding(path: Path, head: bytes) -> str:
    if mark := next((encoding for mark, encoding in _MARKS.items() if head.startswith(mark)), ""):
        return mark
    if b"\0" in head:
        raise ActualsError(Fault(path.name, "this is not a text file", fix="export it as CSV, .xlsx or Parquet"))
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                if not block.isascii() or decoder.getstate()[0]:
                    decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _records(text: str, separator: str, most: int = 200) -> list[list[str]]:
    """The first records of a text, blank ones among them; what a strict reader would refuse ends them."""
    reader, records = csv.reader(io.StringIO(text, newline=""), delimiter=separator), []
    try:
        for record in reader:
            records.append([cell.strip() for cell in record])
            if len(records) == most:
                break
    except csv.Error:
        pass
    return records


def _sniff(text: str) -> tuple[str, int, list[str]]:
    """What separates the columns, the number of the headings' record, and the headings."""
    stated = re.match(r"(?i)sep=(.)\r?\n", text.lstrip("\ufeff"))
    tried = []
    for separator in (stated[1],) if stated else SEPARATORS:
        records = _records(text.lstrip("\ufeff"), separator)
        full = [record for record in records if any(record)] or [[""]]
        # The width that most rows have, and best the first row too.
        widths = Counter(len(record) for record in full if len(record) > 1)
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        tried.append((len(full[0]) == width > 1, count, width, separator, records))
    _, _, width, separator, records = max(tried, key=lambda found: found[:3])
    place = _heading_place(records, width)
    return separator, place + 1, records[place]


def _heading_place(rows: list[list[str]], width: int) -> int:
    """Where the headings stand: the first row on top in which most columns have a text, else the first with any."""
    wide = [i for i, row in enumerate(rows[:TITLE_ROWS]) if 2 * sum(map(bool, row)) > width]
    return wide[0] if wide else next((i for i, row in enumerate(rows) if any(row)), 0)


# ---- CSV ------------------------------------------------------------------------------------------------------------


def _csv_blocks(source: Source, wanted: list[int], coded: set[int]) -> Iterator[Block]:
    above, row = source.first - 1, source.first
    for data in _pieces(source):
        if above:
            data, above = _without_records(data, above, source.separator), 0
        if data:
            block, count = _parsed(data, source, wanted, coded, row)
            row += count
            yield block


def _pieces(source: Source) -> Iterator[bytes]:
    """The file in UTF-8, in pieces that end where a row ends."""
    plain = source.encoding.startswith("utf-8")
    rest = b""
    with source.path.open("rb") as raw:
        file: Any = raw if plain else io.TextIOWrapper(raw, source.encoding, errors="replace", newline="")
        if source.encoding == "utf-8-sig":
            file.seek(3)
        while block := file.read(BLOCK):
            block += file.readline()
            rest += block if plain else block.encode()
            if end := _row_end(rest):
                yield rest[:end]
                rest = rest[end:]
    if rest:
        yield rest


def _row_end(data: bytes) -> int:
    """Just behind the last line end that no quotes enclose, else 0; a quote that never closes encloses nothing."""
    end = last = data.rfind(b"\n") + 1
    if data.find(b'"') < 0:
        return end
    quotes = data.count(b'"', 0, end)
    while end and quotes % 2:
        before = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= data.count(b'"', before, end)
        end = before
    return end or (last if len(data) > LONGEST else 0)


def _without_records(data: bytes, above: int, separator: str) -> bytes:
    """A piece without the records up to the headings."""
    reader = csv.reader(io.StringIO(data[: 4 * HEAD].decode("utf-8", "replace"), newline=""), delimiter=separator)
    for _ in range(above):
        next(reader, None)
    ends = re.compile(rb"\r\n|\n|\r").finditer(data)
    for _, end in zip(range(reader.line_num), ends, strict=False):
        start = end.end()
    return data[start:]


def _parsed(data: bytes, source: Source, wanted: list[int], coded: set[int], row: int) -> tuple[Block, int]:
    """A piece as columns, and how many rows are in it."""
    width = len(source.headings)
    uneven: list[Any] = []

    def keep_aside(invalid: Any) -> str:
        uneven.append(invalid)
        return "skip"

    try:
        table = _arrow(data, source.separator, width, wanted, coded, None)
    except pa.ArrowInvalid:
        table = _arrow(data, source.separator, width, wanted, set(), keep_aside)
    total = len(table) + len(uneven)
    places = np.array([invalid.number - 1 for invalid in uneven], int)
    rows = row + np.delete(np.arange(total), places)
    columns = {i: _one(table.column(f"f{i}")) for i in wanted}
    mended, faulty = [], []
    for number, invalid in zip((row + places).tolist(), uneven, strict=True):
        cells = _records(invalid.text, source.separator, 1) or [[]]
        if cells[0] and not any(cells[0][width:]) and len(cells[0]) > width:
            mended.append((number, cells[0][:width]))
        elif not any(cells[0]):
            faulty.append((number, EMPTY, "nothing stands in this row"))
        else:
            reason = f"the row has {invalid.actual_columns} fields, and there are {width} headings"
            faulty.append((number, UNEVEN, reason))
    if mended:
        order = np.argsort(np.concatenate([rows, [number for number, _ in mended]]), kind="stable")
        rows = np.concatenate([rows, [number for number, _ in mended]])[order]
        for i in wanted:
            more = pa.array([cells[i] for _, cells in mended], pa.string())
            columns[i] = pa.concat_arrays([columns[i], more]).take(pa.array(order))
    return Block(columns, rows, faulty), total


def _one(values: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(values.unify_dictionaries().chunks) if values.num_chunks else values.combine_chunks()


def _arrow(data: bytes, separator: str, width: int, wanted: list[int], coded: set[int], aside: Any) -> pa.Table:
    names = [f"f{i}" for i in range(width)]
    chosen = [names[i] for i in wanted]
    words = pa.dictionary(pa.int32(), pa.string())
    return pa.csv.read_csv(
        pa.BufferReader(data),
        read_options=pa.csv.ReadOptions(
            column_names=names, use_threads=aside is None, block_size=len(data) + 1 if aside else 1 << 21
        ),
        parse_options=pa.csv.ParseOptions(
            delimiter=separator,
            newlines_in_values=b'"' in data,
            ignore_empty_lines=False,
            invalid_row_handler=aside,
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types={names[i]: words if i in coded else pa.string() for i in wanted},
            include_columns=chosen,
            strings_can_be_null=False,
        ),
    )


# ---- Excel and Parquet ----------------------------------------------------------------------------------------------


def _open_sheet(path: Path) -> Source:
    with open_book(path, ActualsError) as book:
        title = next(iter(book.titles.values()))
        rows = []
        for number, cells in book.cells(title):
            rows.append([_cell_text(cell.value) or "" for cell in cells])
            if number == TITLE_ROWS:
                break
    if not any(map(any, rows)):
        raise ActualsError(Fault(path.name, f"the sheet {title} is empty", fix="put the tickets on the first sheet"))
    width = max(max((i for i, cell in enumerate(row, 1) if cell), default=0) for row in rows)
    place = _heading_place(rows, width)
    return Source(path, rows[place], place + 2, sheet=title)


def _sheet_blocks(source: Source, wanted: list[int]) -> Iterator[Block]:
    size = max(BLOCK // 2000, 1)
    with open_book(source.path, ActualsError) as book:
        numbers: list[int] = []
        cells: list[list[str | None]] = []
        for number, row in book.cells(source.sheet):
            if number >= source.first:
                numbers.append(number)
                cells.append([_cell_text(row[i].value) if i < len(row) else None for i in wanted])
            if len(numbers) == size:
                yield _sheet_block(wanted, cells, numbers)
                numbers, cells = [], []
        if numbers:
            yield _sheet_block(wanted, cells, numbers)


def _sheet_block(wanted: list[int], cells: list[list[str | None]], numbers: list[int]) -> Block:
    columns = {i: pa.array([row[j] for row in cells], pa.string()) for j, i in enumerate(wanted)}
    return Block(columns, np.array(numbers), [])


def _cell_text(value: Any) -> str | None:
    if isinstance(value, datetime.datetime):
        return f"{value + datetime.timedelta(microseconds=500_000):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, datetime.timedelta):
        return f"{value.total_seconds() / 3600:.10g} h"
    if isinstance(value, float):
        return f"{value:.15g}"
    return None if value is None else unescape(value).strip() if isinstance(value, str) else str(value)


def _parquet_blocks(source: Source, wanted: list[int]) -> Iterator[Block]:
    row = source.first
    try:
        with source.path.open("rb") as raw:
            file = pa.parquet.ParquetFile(raw)
            names = [source.headings[i] for i in wanted]
            for batch in file.iter_batches(batch_size=max(BLOCK // 200, 1), columns=names):
                columns = {i: batch.column(batch.schema.get_field_index(source.headings[i])) for i in wanted}
                yield Block(columns, np.arange(row, row + len(batch)), [])
                row += len(batch)
    except pa.ArrowException as problem:
        raise ActualsError(Fault(source.name, f"this Parquet file is damaged: {problem}")) from problem
