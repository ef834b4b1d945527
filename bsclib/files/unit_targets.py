"""Targets of units in a file of their own, ``targets.csv``: unit, kpi, period, target, floor.

A row without a unit is of the organisation as a whole, and one without a period holds in all of them; several rows of
one unit and KPI, each with its period, are a path.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from bsclib.errors import ActualsError, Fault, ScorecardError, unknown
from bsclib.files import atomic
from bsclib.files.csv_table import Csv, read_csv
from bsclib.files.numbers import decimal_sign, read_numbers
from bsclib.files.period_spellings import read_spellings
from bsclib.model import periods
from bsclib.model.advice import number_advice
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.validation import Loc
from bsclib.model.values import Dated, shape

TARGETS = "targets.csv"
COLUMNS = ["unit", "kpi", "period", "target", "floor"]
_NUMBERS = ["target", "floor"]


def add_targets(path: Path, data: dict[str, Any]) -> tuple[dict[Loc, str], list[Fault]]:
    """Add the targets of a file to the plain data of a scorecard; returns where each of them stands, and the faults."""
    try:
        table = read_csv(path, lambda headings: len(set(COLUMNS) & set(headings)), _are_headings)
    except ActualsError as error:
        raise ScorecardError(error.faults) from None
    columns, faults, wrong = _columns(table)
    given: list[Any] = data["kpis"] if isinstance(data.get("kpis"), list) else []
    kpis = {str(row["id"]): i for i, row in enumerate(given) if isinstance(row, dict) and "id" in row}
    names = {id: str(given[i].get("name", "")) for id, i in kpis.items()}
    groups: dict[tuple[str, str], list[int]] = {}
    for row, (id, unit, period) in enumerate(zip(columns["kpi"], columns["unit"], columns["period"], strict=True)):
        stated = not np.isnan(columns["target"][row])
        if not (id or unit or period or stated) or (row in wrong and not stated):
            continue
        if id not in kpis:
            faults.append(unknown("KPI", id, kpis, f"{table.where(row)}, kpi", names=names))
        elif not stated:
            faults.append(Fault(f"{table.where(row)}, target", "there is no target", fix="write it, or delete the row"))
        else:
            groups.setdefault((id, unit), []).append(row)
    places: dict[Loc, str] = {}
    for (id, unit), rows in groups.items():
        faults += _add(
            given, kpis[id], unit, _Rows(table, columns, _in_order(rows, columns, data.get("year_starts"))), places
        )
    return places, faults


def _are_headings(cells: list[str]) -> bool:
    return {"kpi", "target"} <= {cell.strip().casefold() for cell in cells}


def _columns(table: Csv) -> tuple[dict[str, Any], list[Fault], set[int]]:
    """The columns, what is wrong in them, and the rows whose numbers are none."""
    headings = [heading.strip().casefold() for heading in table.headings]
    faults = [
        unknown("column", heading, COLUMNS, f"{table.where()}, a table of targets")
        for heading in headings
        if heading not in COLUMNS and not heading.startswith("_")
    ]
    faults += [
        Fault(table.where(), f"the column {name!r} is missing", ", ".join(headings), ", ".join(COLUMNS))
        for name in ("kpi", "target")
        if name not in headings
    ]
    if faults:
        raise ScorecardError(faults)
    given = {name: table.columns[headings.index(name)] for name in COLUMNS if name in headings}
    point, doubt = decimal_sign({name: given[name] for name in _NUMBERS if name in given}, table.separator)
    if doubt is not None:
        raise ScorecardError(Fault(f"{table.where(doubt.row)}, {doubt.column}", doubt.what, fix=doubt.fix))
    count = len(given["kpi"])
    columns: dict[str, Any] = {
        name: pc.utf8_trim_whitespace(given[name]).to_pylist() if name in given else [""] * count
        for name in COLUMNS[:3]
    }
    spelt = read_spellings(columns["period"])
    columns["period"] = [spelt.get(period, period) for period in columns["period"]]
    wrong: set[int] = set()
    for name in _NUMBERS:
        columns[name] = np.full(count, np.nan)
        if name not in given:
            continue
        columns[name], bad = read_numbers(given[name], point)
        wrong |= set(map(int, bad))
        for row in map(int, bad):
            got, where = given[name][row].as_py(), f"{table.where(row)}, {name}"
            faults.append(Fault(where, "this is not a number", repr(got), fix=number_advice(got, point)))
    return columns, faults, wrong


def _in_order(rows: list[int], columns: dict[str, Any], year_starts: Any) -> list[int]:
    """Rows of one path in the order of time, whatever their order in the file; what is no period comes last."""

    def end(row: int) -> datetime.date:
        try:
            return periods.last_day(periods.resolve(columns["period"][row], year_starts))
        except (ValueError, TypeError):
            return datetime.date.max

    return sorted(rows, key=end)


@dataclass(frozen=True)
class _Rows:
    """The rows of one unit and KPI, in the order of time."""

    table: Csv
    columns: dict[str, Any]
    rows: list[int]

    def get(self, name: str) -> list[Any]:
        return [self.columns[name][row] for row in self.rows]


def _add(kpis: list[Any], at: int, unit: str, given: _Rows, places: dict[Loc, str]) -> list[Fault]:
    """Put the rows of one unit into a KPI's data; what cannot be said of a target is returned."""
    kpi, loc = kpis[at], ("kpis", at)
    where = [given.table.where(row) for row in given.rows]
    dates, values = given.get("period"), [float(value) for value in given.get("target")]
    floors = sorted({float(floor) for floor in given.get("floor") if not np.isnan(floor)})
    whose = f"{kpi['id']} of {unit}" if unit else kpi["id"]
    if len(dates) > 1 and (not all(dates) or len(set(dates)) < len(dates)):
        return [Fault(f"{where[-1]}, target", f"the target of {whose} is given twice", fix="keep one, or give periods")]
    if len(floors) > 1:
        return [Fault(f"{where[-1]}, floor", f"the floor of {whose} is one number, and has no dates", fix="keep one")]
    if not unit and "target" in kpi:
        fix = "keep it here or in the scorecard, or name the unit that has it"
        return [Fault(f"{where[0]}, target", f"the target of {whose} is given in the scorecard, too", fix=fix)]
    points = [{"period": period, "value": value} for period, value in zip(dates, values, strict=True)]
    fields: dict[str, Any] = {"target": points if dates[0] else values[0]} | ({"floor": floors[0]} if floors else {})
    here: Loc = loc
    if unit:
        own = kpi.setdefault("unit_targets", [])
        here = (*loc, "unit_targets", len(own))
        own.append({"unit": unit, **fields})
    else:
        kpi.update(fields)
    places[here if unit else (*here, "target")] = where[0]
    for i, place in enumerate(where):
        places[(*here, "target", i)] = place
    places[(*here, "floor")] = where[0]
    return []


def place_of(loc: Loc, places: dict[Loc, str], otherwise: Callable[[Loc], str]) -> str:
    """Where a location stands: in the file of targets, with its column, or elsewhere."""
    steps = [step for step in loc if step not in ("number", "range", "path", "dated")]
    for length in range(len(steps), 2, -1):
        if (place := places.get(tuple(steps[:length]))) is not None:
            column = next((str(step) for step in reversed(steps) if step in COLUMNS), "target")
            return f"{place}, {column}"
    return otherwise(loc)


def split_targets(scorecard: Scorecard) -> tuple[Scorecard, str]:
    """A scorecard without the targets of units that a file of them can hold, and that file's text."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    kpis = []
    for kpi in scorecard.kpis:
        kept = tuple(row for row in kpi.unit_targets if shape(row.target) == "range")
        for row in kpi.unit_targets:
            if row not in kept:
                writer.writerows(_rows(kpi, row, scorecard.year_starts))
        kpis.append(kpi.model_copy(update={"unit_targets": kept}) if kept != kpi.unit_targets else kpi)
    return scorecard.model_copy(update={"kpis": tuple(kpis)}), lines.getvalue()


def _rows(kpi: KPI, own: Any, year_starts: int | None) -> list[list[Any]]:
    floor = "" if own.floor is None else own.floor
    if not isinstance(own.target, tuple):
        return [[own.unit, kpi.id, "", own.target, floor]]
    points = [point for point in own.target if isinstance(point, Dated)]
    return [[own.unit, kpi.id, periods.shown(point.period, year_starts), point.value, floor] for point in points]


def write_targets(text: str, path: Path) -> None:
    """Write a file of targets, whole or not at all."""
    atomic.write_text(path, text, ScorecardError)
