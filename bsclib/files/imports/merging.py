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
    new: pd.DataFrame, old: pd.DataFrame | None, what: str, weak: set[Key] = frozenset()  # type: ignore[assignment]
) -> tuple[pd.DataFrame, list[Change], int]:
    """The old rows with the new ones behind them, what differs, and how many are new; keys that are `weak` never differ."""
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


def with_targets(kpi: KPI, given: dict[str, float]) -> tuple[KPI, list[Change]]:
    """A KPI with the targets of further months, and those that differ from what it has."""
    if not given or kpi.direction == "within_range":
        return kpi, []
    dated = {point.period: point.value for point in kpi.target if isinstance(point, Dated)} if _has_path(kpi) else {}
    changes, fresh = [], {}
    for period, value in given.items():
        before = dated.get(period) if dated else kpi.final_target
        if before is None:
            fresh[period] = value
        elif not np.isclose(before, value, rtol=1e-9):
            changes.append(Change(kpi.id, "", period, "target", float(before), value))
    return (_on_path(kpi, {**dated, **fresh}) if fresh else kpi), changes


def with_changed_targets(card: Scorecard, changes: list[Change]) -> Scorecard:
    """The scorecard with changed targets as the new file has them."""
    kpis = []
    for kpi in card.kpis:
        after = {change.period: change.after for change in changes if (change.kpi, change.unit) == (kpi.id, "")}
        after = {period: value for period, value in after.items() if _is_target(changes, kpi.id, period)}
        if after and "" in after:
            kpi = kpi.model_copy(update={"target": after[""]})
        elif after:
            dated = {point.period: point.value for point in kpi.target if isinstance(point, Dated)} if _has_path(kpi) else {}
            kpi = _on_path(kpi, {**dated, **after})
        kpis.append(kpi)
    return build({**_fields(card), "kpis": tuple(kpis)})


def _is_target(changes: list[Change], kpi: str, period: str) -> bool:
    return any((change.kpi, change.period, change.what) == (kpi, period, "target") for change in changes)


def _has_path(kpi: KPI) -> bool:
    return isinstance(kpi.target, tuple) and kpi.direction != "within_range"


def _on_path(kpi: KPI, dated: dict[str, float]) -> KPI:
    """The KPI with these dated targets; one alone holds at all times, and a bare number before holds until the first."""
    points = sorted(dated.items(), key=lambda pair: when(pair[0]))
    path = tuple(Dated(period=period, value=value) for period, value in points)
    baseline = kpi.baseline
    if kpi.path == "stepped" or len(points) == 1:
        return kpi.model_copy(update={"target": path, "path": "stepped", "baseline": baseline})
    return kpi.model_copy(update={"target": path})


def extended(
    card: Scorecard, perspectives: list[dict[str, Any]], objectives: list[dict[str, Any]], kpis: list[Any]
) -> Scorecard:
    """The scorecard with its KPIs as given, and new perspectives and objectives behind its own."""
    fields = _fields(card)
    fields["perspectives"] = (*card.perspectives, *perspectives)
    fields["objectives"] = (*card.objectives, *objectives)
    return build({**fields, "kpis": tuple(kpis)})


def _fields(card: Scorecard) -> dict[str, Any]:
    return {name: getattr(card, name) for name in type(card).model_fields}
