"""What a new file adds to a scorecard that is there: nothing is lost, and nothing changes without a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bsclib.actuals.table import COLUMNS, KEYS
from bsclib.files.imports.definitions import when
from bsclib.model.build import build
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.values import Dated

Key = tuple[str, str, str]  # KPI's id, unit, period
TARGETS = ["unit", "kpi", "period", "target", "floor"]


@dataclass(frozen=True)
class Change:
    """A value that is there already, and that the new file has otherwise."""

    kpi: str
    unit: str
    period: str
    what: str  # actual or target
    before: float
    after: float

    def __str__(self) -> str:
        of, at = f" of {self.unit}" if self.unit else "", f", {self.period}" if self.period else ""
        return f"{self.what} of {self.kpi}{of}{at}: it was {self.before:g}, and is {self.after:g} here"


def merged(
    new: pd.DataFrame,
    old: pd.DataFrame | None,
    what: str,
    weak: set[Key] = frozenset(),  # type: ignore[assignment]
) -> tuple[pd.DataFrame, list[Change], int]:
    """The old rows with the new ones behind, what differs, and how many are new; `weak` keys never differ."""
    if old is None or old.empty:
        return new, [], len(new)
    old = old.astype(dict.fromkeys(KEYS, str))
    before = {(row.kpi, row.unit, row.period): getattr(row, what) for row in old.itertuples()}
    changes, fresh = [], []
    for row in new.itertuples():
        key, value = (row.kpi, row.unit, row.period), getattr(row, what)
        if key not in before:
            fresh.append(row.Index)
        elif key not in weak and not np.isnan(value) and not np.isclose(before[key], value, rtol=1e-9, equal_nan=True):
            changes.append(Change(*key, what, float(before[key]), float(value)))
    columns = COLUMNS if what == "actual" else TARGETS
    table = pd.concat([old, new.loc[fresh]], ignore_index=True) if fresh else old
    return table.reindex(columns=columns), changes, len(fresh)


def taken(table: pd.DataFrame, changes: list[Change], what: str) -> pd.DataFrame:
    """The table with changed values as the new file has them."""
    after = {(change.kpi, change.unit, change.period): change.after for change in changes if change.what == what}
    keys = zip(table["kpi"], table["unit"], table["period"], strict=True)
    return table.assign(**{what: [after.get(key, value) for key, value in zip(keys, table[what], strict=True)]})


def with_targets(kpi: KPI, given: dict[str, float], seen: list[str], take: bool) -> tuple[KPI, list[Change]]:
    """A KPI with the targets of further months, and those that differ; `seen` are the periods it has actuals of."""
    given = {period: value for period, value in given.items() if period}
    if not given or kpi.direction == "within_range":
        return kpi, []
    path = kpi.target if isinstance(kpi.target, tuple) else ()
    before = {point.period: point.value for point in path if isinstance(point, Dated)}
    before = before or dict.fromkeys(seen or given, kpi.final_target)
    differing = {
        period: value
        for period, value in given.items()
        if period in before and not np.isclose(before[period], value, rtol=1e-9)
    }
    changes = [Change(kpi.id, "", period, "target", before[period], value) for period, value in differing.items()]
    after = {**given, **before, **(differing if take else {})}
    if after == before or (not path and set(after.values()) == {kpi.final_target}):
        return kpi, changes
    points = [Dated(period=period, value=after[period]) for period in sorted(after, key=when)]
    if path and kpi.path == "linear":
        return kpi.model_copy(update={"target": tuple(points)}), changes
    kept = [point for i, point in enumerate(points) if i == 0 or point.value != points[i - 1].value]
    return kpi.model_copy(update={"target": tuple(kept), "path": "stepped"}), changes


def with_target(kpi: KPI, given: float | None, take: bool) -> tuple[KPI, list[Change]]:
    """A KPI with the target that a file gives it for all times."""
    if given is None or not isinstance(kpi.target, float) or np.isclose(given, kpi.target, rtol=1e-9):
        return kpi, []
    changes = [Change(kpi.id, "", "", "target", kpi.target, given)]
    return (kpi.model_copy(update={"target": given}) if take else kpi), changes


def extended(
    card: Scorecard, perspectives: list[dict[str, Any]], objectives: list[dict[str, Any]], kpis: list[Any]
) -> Scorecard:
    """The scorecard with its KPIs as given, and new perspectives and objectives behind its own."""
    fields = {name: getattr(card, name) for name in type(card).model_fields}
    fields["perspectives"] = (*card.perspectives, *perspectives)
    fields["objectives"] = (*card.objectives, *objectives)
    return build({**fields, "kpis": tuple(kpis)})
