"""A scorecard into an Excel workbook, laid out as `workbook_reader` reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from bsclib.errors import ScorecardError
from bsclib.files.excel import columns
from bsclib.files.excel.cells import Duration
from bsclib.files.excel.sheet_reader import label, open_book
from bsclib.files.excel.sheet_writer import Column, Copy, Table, write_book
from bsclib.files.scorecard_yaml import with_shown_periods
from bsclib.model.build import FORMAT
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.values import Dated, Limits, shape

Cells = list[Any]


def write_workbook(scorecard: Scorecard, path: Path, actuals: pd.DataFrame | None = None) -> None:
    """Write a scorecard, and its actuals, to an Excel workbook, whole or not at all."""
    # Of an existing workbook the user's own sheets are kept, and the actuals where no new ones are given.
    sheets = workbook_rows(with_shown_periods(scorecard, scorecard.year_starts))
    tables: list[Table | Copy] = [Table(title, columns.SHEETS[title], rows) for title, rows in sheets.items()]
    kept = _what_stays(path) if path.exists() else {}
    old = kept.pop("actuals", None)
    new = actuals_table(actuals) if actuals is not None else old or Table("Actuals", columns.SHEETS["Actuals"], [])
    write_book(path, [*tables, new, *kept.values()], ScorecardError)


def actuals_table(actuals: pd.DataFrame) -> Table:
    """The tidy table of actuals as a sheet to write; parts that are empty throughout are left out."""
    shown = [
        column
        for column in columns.SHEETS["Actuals"]
        if column.name in actuals.columns
        and (column.name not in ("numerator", "denominator") or actuals[column.name].notna().any())
    ]
    values = [actuals[column.name].astype(object) for column in shown]
    lists = [column.where(column.notna(), None).tolist() for column in values]
    return Table("Actuals", tuple(shown), list(zip(*lists, strict=True)))


def _what_stays(path: Path) -> dict[str, Table | Copy]:
    """What of an existing workbook outlives the writing of a scorecard."""
    kept: dict[str, Table | Copy] = {}
    with open_book(path, ScorecardError) as book:
        for folded, title in book.titles.items():
            if folded == "actuals":
                sheet = book.read(title)
                own = {column.name: column for column in columns.SHEETS["Actuals"]}
                if set(sheet.headings) <= set(own):
                    shown = tuple(own[heading] for heading in sheet.headings)
                    rows = [_row(shown, row) for row in sheet.rows]
                    kept[folded] = Table(title, shown or columns.SHEETS["Actuals"], rows)
                    continue
            if folded == "actuals" or folded.startswith("_"):
                kept[folded] = Copy(title, [row for _, row in book.cells(title)])
        if book.broken or book.faults:
            raise ScorecardError([*book.broken, *book.faults])
    return kept


def _row(shown: tuple[Column, ...], row: Cells) -> Cells:
    """Values of an old row, of which text that ought to be a number stays what it is."""
    return [
        value if value is None or (column.number and isinstance(value, (int, float, Duration))) else label(value)
        for column, value in zip(shown, row, strict=True)
    ]


def workbook_rows(card: Scorecard) -> dict[str, list[Cells]]:
    """The rows of each sheet but that of the actuals."""
    parts: dict[str, Sequence[Any]] = {
        "Perspectives": card.perspectives,
        "Objectives": card.objectives,
        "KPIs": card.kpis,
        "Links": card.links,
        "Initiatives": card.initiatives,
        "Events": card.events,
        "Actions": card.actions,
        "Accepted": card.review.accepted,
    }
    rows = {title: [_cells(title, part) for part in parts.get(title, ())] for title in columns.SHEETS}
    rows["Scorecard"] = [_cells("Scorecard", card)]
    rows["Targets"] = [list(row) for kpi in card.kpis for row in _dated(kpi)]
    weighted: list[Any] = [*card.perspectives, *card.objectives, *card.kpis]
    dated = [(part.id, part.weight) for part in weighted if isinstance(part.weight, tuple)]
    rows["Weights"] = [[id, point.period, point.value] for id, weight in dated for point in weight]
    changes = [(work.id, change) for work in card.initiatives for change in work.changes]
    rows["Changes"] = [[id, *_cells("Changes", change)[1:]] for id, change in changes]
    rows["Limits"] = [list(row) for row in _limits(card.review.limits)]
    del rows["Actuals"]
    return rows


def _limits(limits: Limits) -> Iterator[tuple[str, float, float | None]]:
    """The limits that are not the usual ones."""
    for name, about in Limits.model_fields.items():
        value = getattr(limits, name)
        if value != about.default:
            yield (name, *value) if isinstance(value, tuple) else (name, value, None)


def _dated(kpi: KPI) -> Iterator[tuple[Any, ...]]:
    """The rows of a KPI in the sheet Targets."""
    if isinstance(kpi.baseline, Dated):
        yield kpi.id, "baseline", kpi.baseline.period, kpi.baseline.value
    for point in kpi.target if kpi.has_own_target and isinstance(kpi.target, tuple) else ():
        if isinstance(point, Dated):
            yield kpi.id, "target", point.period, point.value
    for own in kpi.unit_targets:
        floors = _edges(own.floor)
        for point in own.target if isinstance(own.target, tuple) else ():
            if isinstance(point, Dated):
                yield kpi.id, "target", point.period, point.value, own.unit, None, *floors
        if shape(own.target) != "path":
            value, high = _edges(own.target)
            yield kpi.id, "target", None, value, own.unit, high, *floors


def _edges(value: Any) -> tuple[Any, Any]:
    return value if isinstance(value, tuple) else (value, None)


def _cells(title: str, part: Any) -> Cells:
    return [_cell(part, column.name) for column in columns.SHEETS[title]]


def _cell(part: Any, name: str) -> Any:
    if name in ("at_risk", "on_target"):
        return getattr(part.thresholds, name)
    if name in columns.EDGES:
        field, side = columns.EDGES[name]
        value = getattr(part, field)
        return value[side] if isinstance(value, tuple) and not isinstance(value[0], Dated) else None
    if name == "format" and isinstance(part, Scorecard):
        return FORMAT
    value = getattr(part, name, None)
    if name in ("target", "floor") and name not in part.model_fields_set:
        return None  # it is made of the units'
    if name == "profile":
        return "; ".join(map(str, part.profile)) or None
    if isinstance(value, tuple):
        return ", ".join(value) if name in columns.LISTS else None
    return None if isinstance(value, Dated) else value
