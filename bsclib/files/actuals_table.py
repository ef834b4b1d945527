"""A table of actuals as it stands in a file, and how it becomes one row for each observation.

It is long, with the columns kpi, period and actual (or numerator and denominator) and perhaps unit, or wide, with a
column for kpi, perhaps one for unit, and one for each period. An empty cell of a long table says that nothing was
observed; one of a wide table says nothing. Columns whose headings begin with ``_`` are the user's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bsclib.actuals.table import COLUMNS, KEYS, NUMBERS, check_actuals, date_texts
from bsclib.errors import MOST_FAULTS, ActualsError, Fault, suggestion
from bsclib.files.cell_numbers import Cell, Measures, measures_of, notes_on, read_cells, strays
from bsclib.files.csv_table import check_width
from bsclib.files.excel.cells import Percent
from bsclib.files.excel.sheet_reader import Day, label
from bsclib.files.numbers import decimal_sign, first_with, read_numbers
from bsclib.files.period_spellings import read_spellings
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.wording import listed

Own = Callable[[], tuple[Scorecard | None, set[str]]]
"""Gives what tells how cells are meant: the scorecard beside them, and the KPIs whose own numbers show percent."""


@dataclass(frozen=True)
class RawTable:
    """What a file holds: columns of Arrow's values, or lists of Excel's, under the headings they were given."""

    name: str
    headings: list[str]
    data: list[Any]
    where: Callable[[int | None, str], str]
    notes: list[str]
    separator: str = ""


def observations(table: RawTable, scorecard: Scorecard | None = None, own: Own = lambda: (None, set())) -> pd.DataFrame:
    """The checked, tidy table of actuals; what is guessed in reading is added to the raw table's notes."""
    check_width(len(table.headings), table.where(None, ""))
    table = _without_blanks(table)
    _check_direction(table, scorecard)
    table, wide = _check_headings(table)
    numbers, faults = _numbers(table, scorecard, own)
    frame, rows, headings = (_from_wide if wide else _from_long)(table, numbers)

    def place(row: int, column: str) -> str:
        return table.where(int(rows[row]), headings[row] if wide and column not in table.headings else column)

    try:
        checked = check_actuals(frame, scorecard, place)
    except ActualsError as error:
        raise ActualsError([*faults, *error.faults]) from None
    if faults:
        raise ActualsError(faults)
    return checked


def canonical_heading(heading: str) -> str:
    """A heading as it is known here: ``Actual`` is `actual`, ``2024-q1`` is `2024-Q1`; another stays what it is."""
    trimmed = heading.strip()
    if trimmed.casefold() in COLUMNS:
        return trimmed.casefold()
    return trimmed.upper() if _is_period(trimmed) else trimmed


def _is_period(text: str) -> bool:
    return not _wrong_period(text.strip().upper())


def _wrong_period(text: str) -> str:
    """Why a text is no period; empty where it is one."""
    try:
        periods.check_period(text)
    except ValueError as problem:
        return str(problem)
    return ""


def _may_be_period(heading: str) -> bool:
    """Whether a heading is a period, or another spelling of one or of two."""
    return _is_period(heading) or bool(periods.respelled(heading)) or any(periods.days_meant(heading))


def is_heading(heading: str) -> bool:
    """Whether a heading names a column of actuals, or a period."""
    return heading.strip().casefold() in COLUMNS or _may_be_period(heading)


def are_headings(cells: list[str]) -> bool:
    """Whether a row's cells name the columns of actuals."""
    return "kpi" in [cell.strip().casefold() for cell in cells] and sum(map(is_heading, cells)) >= 2


def _without_blanks(table: RawTable) -> RawTable:
    """The table without the user's own columns, and without columns that have neither heading nor content."""
    kept = [
        i
        for i, heading in enumerate(table.headings)
        if not heading.startswith("_") and (heading or any(_text(table.data[i]).to_pylist()))
    ]
    return replace(table, headings=[table.headings[i] for i in kept], data=[table.data[i] for i in kept])


def _check_direction(table: RawTable, scorecard: Scorecard | None) -> None:
    """Refuse a table that has a column for each KPI, with the one fault that explains all others."""
    known = {word.casefold() for kpi in scorecard.kpis for word in (kpi.id, kpi.name)} if scorecard else set()
    across = [heading for heading in table.headings if heading.casefold() in known - set(COLUMNS)]
    if across and "kpi" not in table.headings:
        are = "is a KPI" if len(across) == 1 else "are KPIs"
        what = f"{listed(across)} {are}: a row is a KPI here, a column a month"
        fix = "turn the table round, or let `bsc import` read it: it makes a row for each KPI and period"
        raise ActualsError(Fault(table.where(None, ""), what, fix=fix))


def _check_headings(table: RawTable) -> tuple[RawTable, bool]:
    """Refuse headings that cannot be understood; the table with its periods in our spelling, and whether it is wide."""
    wide = not set(table.headings) & {"period", *NUMBERS} and any(map(_may_be_period, table.headings))
    table = _respelled(table) if wide else table
    named, shown, whole = set(table.headings), ", ".join(table.headings), table.where(None, "")
    allowed = "kpi, unit and periods such as 2024-03" if wide else ", ".join(COLUMNS)
    faults = []
    for i, heading in enumerate(table.headings):
        where = table.where(None, heading)
        if heading in table.headings[:i]:
            faults.append(Fault(where, f"the heading {heading!r} stands twice", fix="rename or delete one column"))
        elif not heading:
            faults.append(Fault(where, f"column {i + 1} has no heading", fix="give it one, or delete it"))
        elif wide and heading not in KEYS[:2] and _may_be_period(heading):
            faults += [Fault(where, problem)] if (problem := _wrong_period(heading)) else []
        elif heading not in (KEYS[:2] if wide else COLUMNS):
            fix = suggestion(heading, COLUMNS) or "begin its heading with _ if it is your own"
            faults.append(Fault(where, f"there is no column {heading!r} in a table of actuals", "", allowed, fix))
    for key in ["kpi"] if wide else ["kpi", "period"]:
        if key not in named:
            fix = "begin with the headings, or let `bsc import` read the file"
            faults.append(Fault(whole, f"the column {key!r} is missing", shown, allowed, fix))
    if not wide and "actual" not in named and not {"numerator", "denominator"} <= named:
        fix = "give the column actual, or numerator and denominator"
        faults.append(Fault(whole, "there are no actuals in this table", shown, fix=fix))
    if faults:
        raise ActualsError(faults)
    return table, wide


def _respelled(table: RawTable) -> RawTable:
    """A wide table with periods for headings that mean one; each keeps its place as it was typed."""
    read = read_spellings(table.headings)
    _say_spellings(table, "heading", read)
    typed = {period: text for text, period in read.items()}
    headings = [read.get(heading, heading) for heading in table.headings]
    return replace(table, headings=headings, where=lambda row, name: table.where(row, typed.get(name, name)))


def _from_long(table: RawTable, numbers: dict[str, np.ndarray]) -> tuple[pd.DataFrame, np.ndarray, list[str]]:
    keys = {key: _categories(table, key) for key in KEYS if key in table.headings}
    frame = pd.DataFrame({**keys, **numbers}, copy=False)
    blank = np.logical_and.reduce(
        [frame[key] == "" for key in keys] + [np.isnan(column) for column in numbers.values()]
    )
    rows = np.flatnonzero(~blank)
    return (frame.iloc[rows].reset_index(drop=True) if blank.any() else frame), rows, []


def _from_wide(table: RawTable, numbers: dict[str, np.ndarray]) -> tuple[pd.DataFrame, np.ndarray, list[str]]:
    headings = list(numbers)
    grid = np.stack(list(numbers.values()), axis=1)
    rows, which = np.nonzero(~np.isnan(grid))
    keys = {key: _categories(table, key)[rows] for key in KEYS[:2] if key in table.headings}
    period = pd.Categorical.from_codes(which, categories=headings).reorder_categories(sorted(headings))
    frame = pd.DataFrame({**keys, "period": period, "actual": grid[rows, which]})
    return frame, rows, [headings[i] for i in which]


def _categories(table: RawTable, heading: str) -> pd.Categorical:
    text = pc.utf8_trim_whitespace(_text(table.data[table.headings.index(heading)]))
    encoded = text.combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    names = encoded.dictionary.to_pylist()
    if heading == "period":
        read = read_spellings(names)
        names = [read.get(name, name) for name in names]
        _say_spellings(table, heading, read)
    distinct = sorted(set(names))
    places = {name: code for code, name in enumerate(distinct)}
    new = np.array([places[name] for name in names], dtype=np.int64)
    return pd.Categorical.from_codes(new[codes] if len(new) else codes, categories=distinct)


def _say_spellings(table: RawTable, what: str, read: dict[str, str]) -> None:
    """Add to the notes what was read as a period that is not written as one."""
    for text, period in [*read.items()][:1]:
        others = f", and {len(read) - 1:,} more in its way" if len(read) > 1 else ""
        note = f"{table.name}: the {what} {text!r} was read as {period}{others}."
        table.notes.extend([note] if note not in table.notes else [])


def _text(data: Any) -> pa.ChunkedArray:
    """A column as text; a date that begins a month, in a column where all do, is that month."""
    if isinstance(data, list):
        return pa.chunked_array([pa.array([label(value) for value in data], pa.string())])
    if pa.types.is_string(data.type):
        return data.fill_null("")
    series = date_texts(data.to_pandas())
    values = [label(value) if pd.notna(value) else "" for value in series.astype(object)]
    return pa.chunked_array([pa.array(values, pa.string())])


def _numbers(table: RawTable, scorecard: Scorecard | None, own: Own) -> tuple[dict[str, np.ndarray], list[Fault]]:
    """The columns of numbers, and what in them is none."""
    names = [heading for heading in table.headings if heading in NUMBERS or _is_period(heading)]
    given = {name: table.data[table.headings.index(name)] for name in names}
    split = {name: _split(data) for name, data in given.items()}
    numbers = {name: kept for name, (kept, _) in split.items()}
    texts = {name: text for name, (_, text) in split.items() if text is not None}
    point, faults = _point(table, texts)
    others: list[tuple[str, int, Any]] = []
    for name, text in texts.items():
        read, wrong = read_numbers(text, point)
        numbers[name] = np.where(np.isnan(numbers[name]), read, numbers[name])
        data = given[name] if isinstance(given[name], list) else text.to_pylist() if len(wrong) else []
        others += [(name, row, data[row]) for row in wrong.tolist()] if not faults else []
    if others:
        card, in_percent = own()
        measures = measures_of(scorecard or card, in_percent)
        faults += _read_others(table, measures, numbers, others, point)
    return numbers, faults


def _read_others(
    table: RawTable,
    measures: Measures,
    numbers: dict[str, np.ndarray],
    others: list[tuple[str, int, Any]],
    point: str,
) -> list[Fault]:
    """Put what is no plain number into `numbers`, as its KPI's measure has it; the faults of what cannot be."""
    kpis, dates = (_categories(table, key).tolist() if key in table.headings else [] for key in ("kpi", "period"))

    def cell(name: str, row: int, value: Any) -> Cell:
        return Cell(name, row, value, kpis[row] if kpis else "", dates[row] if dates else name)

    read, wrong = read_cells([cell(*other) for other in others], measures, point)
    shown = [cell for cell, number in read if isinstance(cell.value, Percent) and number != cell.value]
    if shown:
        given = {place[:2] for place in others}
        plain = ((name, row, value) for name in numbers for row, value in enumerate(numbers[name].tolist()))
        wrong += strays((cell(*place) for place in plain if place[:2] not in given), shown)
    for place, number in read:
        numbers[place.column][place.row] = number
    where = [table.where(cell.row, cell.column) for cell, _ in wrong[:MOST_FAULTS]]
    table.notes.extend(notes_on(read, lambda cell: table.where(cell.row, cell.column)))
    faults = [replace(fault, where=place) for place, (_, fault) in zip(where, wrong, strict=False)]
    more = len(wrong) - MOST_FAULTS
    return faults + ([Fault("", f"and {more:,} more that are not numbers")] if more > 0 else [])


def _point(table: RawTable, texts: dict[str, pa.ChunkedArray]) -> tuple[str, list[Fault]]:
    """The decimal sign of the numbers that are text, and why it cannot be told."""
    point, doubt = decimal_sign(texts, table.separator)
    if doubt is not None:
        return point, [Fault(table.where(doubt.row, doubt.column), doubt.what, fix=doubt.fix)]
    if point == ",":
        _, _, shown = first_with(",", texts)
        table.notes.append(f"{table.name} has decimal commas: {shown} was read as {shown.replace(',', '.')}.")
    return point, []


def _split(data: Any) -> tuple[np.ndarray, pa.ChunkedArray | None]:
    """What a column keeps as numbers, NaN for the rest, and the rest as text; None where it is all numbers."""
    if isinstance(data, list):
        return _mixed(data)
    if pa.types.is_integer(data.type) or pa.types.is_floating(data.type) or pa.types.is_decimal(data.type):
        return data.cast(pa.float64()).fill_null(np.nan).to_numpy().astype(float), None
    return np.full(len(data), np.nan), _text(data)


def _mixed(values: list[Any]) -> tuple[np.ndarray, pa.ChunkedArray]:
    """The numbers among Excel's values, and what its cells show where they are none."""
    is_number = [isinstance(value, (int, float)) and not isinstance(value, (bool, Percent)) for value in values]
    real = np.array([value if good else np.nan for value, good in zip(values, is_number, strict=True)], dtype=float)
    # A date is no number, not even one that shows only its year.
    shown = [
        f"date {value.text}" if isinstance(value, Day) else value.shown if isinstance(value, Percent) else label(value)
        for value in values
    ]
    texts = ["" if good else text for text, good in zip(shown, is_number, strict=True)]
    return real, pa.chunked_array([pa.array(texts, pa.string())])
