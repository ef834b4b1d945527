"""CSV files as columns of text, in which every row knows its line.

Separated by commas, semicolons or tabs; in UTF-8, UTF-16 with its mark, or else Windows-1252. What was guessed is said
in the notes. A row that has more or fewer fields than the heading is a fault: half a file is not a file.
"""

from __future__ import annotations

import contextlib
import csv
import functools
import io
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from bsclib.errors import ActualsError, Fault, first_faults, unreadable
from bsclib.files.excel.sheet_reader import TITLE_ROWS, title_fault
from bsclib.wording import counted

SEPARATORS = (",", ";", "\t")
LONGEST_HEADING = 1_000_000
MOST_COLUMNS = 5_000
_FORMULAS = ("=", "+", "-", "@")  # a lone sign is none
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Csv:
    """Columns of text under their headings, what separates them, and what was guessed in reading them."""

    name: str
    headings: list[str]
    columns: list[pa.ChunkedArray] = field(repr=False)
    separator: str
    notes: list[str]
    heading_line: int
    lines: Callable[[], list[int]] = field(repr=False)

    def where(self, row: int | None = None) -> str:
        """File and line of a row: ``actuals.csv, line 14``. None means the heading."""
        return f"{self.name}, line {self.heading_line if row is None else self.lines()[row + 1]}"


def read_csv(
    path: Path, score: Callable[[list[str]], int] = len, are_headings: Callable[[list[str]], bool] = bool
) -> Csv:
    """Read a CSV file; `score` says how well headings fit, to tell what separates the columns."""
    text, notes = decode(path)
    head, newline, rest = text.partition("\n")
    stated = re.fullmatch(r"(?i)sep=([^\r\n\"])\r?", head)
    if stated and newline:
        text = newline + rest  # without what Excel says of the separator, but every line keeps its number
    if not text.strip():
        raise ActualsError(Fault(path.name, "the file is empty", fix="begin with a row of headings"))
    candidates = (stated[1],) if stated else SEPARATORS
    first = _first_records(text[:LONGEST_HEADING], candidates, path.name)
    split = {sign: [cell.strip() for cell in record] for sign, (_, record) in first.items()}
    separator = max(split, key=lambda sign: (score(split[sign][:MOST_COLUMNS]), len(split[sign])))
    headings = split[separator]
    check_width(len(headings), f"{path.name}, line {first[separator][0]}")
    if not are_headings(headings):
        _refuse_title(text[:LONGEST_HEADING], candidates, path.name, are_headings)
    lines = functools.cache(lambda: [line for line, _ in records(text, separator, path.name)])
    try:
        columns = _parse(text, separator, len(headings))
    except pa.ArrowInvalid:
        columns = _parse_by_record(text, separator, path.name, len(headings))
    return Csv(path.name, headings, columns, separator, notes, first[separator][0], lines)


def check_width(columns: int, where: str, fix: str = "give a row for each KPI and period: kpi, period, actual") -> None:
    """Refuse a table of more columns than anybody reads, before they are laid out: commas cost nothing to write."""
    if columns > MOST_COLUMNS:
        what, allowed = "the table has too many columns", f"up to {MOST_COLUMNS:,}"
        raise ActualsError(Fault(where, what, f"{columns:,}", allowed, fix))


def _first_records(text: str, separators: Sequence[str], name: str) -> dict[str, tuple[int, list[str]]]:
    """The first record and its line, by each separator with which it can be read: quotes end at the right one only."""
    first, problem = {}, None
    for sign in sorted(separators, key=text.partition("\n")[0].count):
        try:
            first[sign] = next(records(text, sign, name), (1, [""]))
        except ActualsError as error:
            problem = error
    if problem and not first:
        raise problem
    return {sign: first[sign] for sign in separators if sign in first}


def _refuse_title(text: str, separators: Sequence[str], name: str, are_headings: Callable[[list[str]], bool]) -> None:
    """Say where the headings stand when they are below a title."""
    for sign in separators:
        below = None
        with contextlib.suppress(ActualsError):  # what cannot be read so is read with another sign, or refused later
            first = itertools.islice(records(text, sign, name), TITLE_ROWS)
            below = next((line for line, record in first if are_headings(record)), None)
        if below is not None:
            raise ActualsError(title_fault(f"{name}, line 1", "this", f"line {below}"))


def decode(path: Path) -> tuple[str, list[str]]:
    """The text of a file, and what was guessed of its letters."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise ActualsError(unreadable(path, problem)) from problem
    encoding = next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), "utf-8")
    if b"\0" in data and encoding != "utf-16":
        raise ActualsError(Fault(path.name, "this is not a text file", fix="save it as CSV in UTF-8"))
    try:
        notes = [f"{path.name} is in UTF-16."] if encoding == "utf-16" else []
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            what = f"the file begins as {encoding.removesuffix('-sig').upper()} and goes on otherwise"
            raise ActualsError(Fault(path.name, what, fix="save it again as CSV in UTF-8")) from None
        note = f"{path.name} is not in UTF-8, and was read as Windows-1252."
        return data.decode("cp1252", "replace"), [note]
    if "\0" in text:
        raise ActualsError(Fault(path.name, "this is not a text file", fix="save it as CSV in UTF-8"))
    return text, notes


def records(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        # The text is in memory already, however long a field is. The limit is everybody's: put back before each yield,
        # for two tables that are read in turn would put back each other's.
        longest = csv.field_size_limit(len(text) + 1)
        try:
            record = next(reader, None)
        except csv.Error as problem:
            fix = "close every quote, and write a quote inside quotes twice"
            raise ActualsError(Fault(f"{name}, line {line}", f"this row cannot be read: {problem}", fix=fix)) from None
        finally:
            csv.field_size_limit(longest)
        if record is None:
            return
        if record:
            yield line, record


def _parse(text: str, separator: str, width: int) -> list[pa.ChunkedArray]:
    """The quick way; it refuses what is not as regular as a table should be."""
    names = [f"f{i}" for i in range(width)]
    table = pa.csv.read_csv(
        pa.BufferReader(text.encode("utf-8")),
        read_options=pa.csv.ReadOptions(column_names=names, block_size=1 << 24),
        parse_options=pa.csv.ParseOptions(delimiter=separator, newlines_in_values='"' in text),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    return [table.column(name).slice(1) for name in names]


def _parse_by_record(text: str, separator: str, name: str, width: int) -> list[pa.ChunkedArray]:
    """The way that can say what is wrong, and that forgives blank rows and fields without anything at the end."""
    faults, rows = [], []
    for line, record in list(records(text, separator, name))[1:]:
        while len(record) > width and not record[-1].strip():
            record.pop()
        if not any(cell.strip() for cell in record):
            record = [""] * width
        if len(record) != width:
            fix = "complete the row"
            if len(record) > width:
                fix = "quote a text that holds the separator"
                if separator == ",":
                    fix += "; if numbers have decimal commas, separate the columns by semicolons"
            got = counted(len(record), "field")
            faults.append(Fault(f"{name}, line {line}", "fields and headings differ", got, f"{width}", fix))
        rows.append(record)
    if faults:
        raise ActualsError(first_faults(faults, "rows like these", name))
    return [pa.chunked_array([pa.array([row[at] for row in rows], pa.string())]) for at in range(width)]


def for_spreadsheets(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame to be opened as CSV in a spreadsheet: what begins like a formula has a quote before it, and is a text."""
    plain = frame.rename(columns=_quoted)
    for at, kind in enumerate(plain.dtypes):
        if kind.kind not in "biufcmM":
            plain.isetitem(at, plain.iloc[:, at].astype(object).map(_quoted, na_action="ignore"))
    return plain


def _quoted(cell: Any) -> Any:
    begins = isinstance(cell, str) and len(cell) > 1 and unicodedata.normalize("NFKC", cell).lstrip()[:1] in _FORMULAS
    return f"'{cell}" if begins else cell
