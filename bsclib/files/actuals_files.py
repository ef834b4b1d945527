"""Actuals out of CSV, Parquet, Excel and SQL files, and into CSV and Parquet; their layout is in `actuals_table`."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from bsclib.actuals.table import KEYS, check_actuals, date_texts
from bsclib.errors import ActualsError, Fault, unreadable
from bsclib.files import atomic, database
from bsclib.files.actuals_table import Own, RawTable, are_headings, canonical_heading, is_heading, observations
from bsclib.files.csv_table import read_csv
from bsclib.files.excel import columns
from bsclib.files.excel.sheet_reader import finite, open_book
from bsclib.model.nouns import Scorecard


def read_table(
    path: Path, scorecard: Scorecard | None = None, own: Own = lambda: (None, set())
) -> tuple[pd.DataFrame, list[str]]:
    """Read actuals from a .csv, .parquet, .xlsx or .sql file; what was guessed comes beside them, in sentences."""
    read = {".parquet": _from_parquet, ".xlsx": _from_workbook, ".xlsm": _from_workbook, ".sql": _from_database}
    suffix = path.suffix.casefold()
    table = read.get(suffix, _from_csv)(path)
    actuals = observations(table, scorecard, own)
    if suffix == ".sql":  # a database may give the same rows in any order
        actuals = actuals.sort_values(KEYS, ignore_index=True)
    return actuals, table.notes


def write_table(actuals: pd.DataFrame, path: Path) -> None:
    """Write actuals to a .csv or .parquet file, whole or not at all."""
    tidy = check_actuals(actuals)
    empty = [part for part in ("numerator", "denominator") if tidy[part].isna().all()]
    tidy = tidy.drop(columns=empty)
    with atomic.replacement(path, ActualsError) as temporary:
        if path.suffix.casefold() == ".parquet":
            tidy.to_parquet(temporary, index=False)
        else:
            tidy.to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")


def _from_csv(path: Path) -> RawTable:
    table = read_csv(path, lambda headings: sum(is_heading(heading) for heading in headings), are_headings)

    def where(row: int | None, heading: str) -> str:
        return f"{table.where(row)}, {heading}" if heading else table.where(row)

    headings = [canonical_heading(heading) for heading in table.headings]
    return RawTable(path.name, headings, table.columns, where, table.notes, table.separator)


def _from_parquet(path: Path) -> RawTable:
    try:
        with path.open("rb") as file:
            table = pa.parquet.ParquetFile(file).read()
    except OSError as problem:
        raise ActualsError(unreadable(path, problem)) from problem
    except pa.ArrowException as problem:
        raise ActualsError(
            Fault(path.name, f"this is not a Parquet file, or only a part of one: {problem}", fix="write it again")
        ) from problem
    names = [name for name in table.column_names if not name.startswith("__index_level_")]
    headings = [canonical_heading(name) for name in names]
    return RawTable(path.name, headings, [table.column(name) for name in names], _by_row(path.name), [])


def _by_row(name: str) -> Callable[[int | None, str], str]:
    """Places in a table that has no lines: ``actuals.parquet, row 7, actual``."""
    return lambda row, heading: ", ".join(filter(None, [name, "" if row is None else f"row {row + 1}", heading]))


def _from_database(path: Path) -> RawTable:
    answer = database.run_query(path)
    headings = [canonical_heading(heading) for heading in answer.headings]
    data = [_plain(list(cells)) for cells in zip(*answer.rows, strict=True)] or [[] for _ in headings]
    return RawTable(path.name, headings, data, _by_row(path.name), [f"{path.name}: {note}" for note in answer.notes])


def _plain(values: list[Any]) -> list[Any]:
    """What a driver gives as numbers and text; a date is the one that its own zone shows, a month if all begin one."""
    days = [value.date() if isinstance(value, datetime.datetime) else value for value in values]
    if all(day is None or isinstance(day, datetime.date) for day in days):
        return list(date_texts(pd.Series(days, dtype=object)))
    return [float(day) if isinstance(day, Decimal) else finite(day) for day in days]


def _from_workbook(path: Path) -> RawTable:
    with open_book(path, ActualsError) as book:
        known = {title.casefold() for title in columns.SHEETS}
        title = book.titles.get("actuals")
        if title is None and known & set(book.titles):
            fix = "add it, or give another file"
            raise ActualsError(Fault(path.name, "the workbook has no sheet Actuals", fix=fix))
        sheet = book.read(title or next(iter(book.titles.values())), are_headings)
    if title is None and sheet.headings and not any(map(is_heading, sheet.headings)) and not book.broken:
        raise ActualsError(columns.foreign(path.name, list(book.titles.values())))
    if book.broken or book.faults:
        raise ActualsError([*book.broken, *book.faults])
    headings = [canonical_heading(heading) for heading in sheet.headings]
    original = dict(zip(headings, sheet.headings, strict=True))
    data = [list(cells) for cells in zip(*sheet.rows, strict=True)] or [[] for _ in headings]

    def where(row: int | None, heading: str) -> str:
        return sheet.where(row, original.get(heading, ""))

    return RawTable(path.name, headings, data, where, [])
