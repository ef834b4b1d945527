"""What a new file adds to a scorecard that is there: nothing is lost, and nothing changes without a word."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bsclib.actuals.table import COLUMNS, KEYS
from bsclib.files.imports.targets import Given, as_target, unit_targets, when, whole_targets
from bsclib.model import periods
from bsclib.model.build import build
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.values import shape, step_values

Key = tuple[str, str, str]  # KPI's id, unit, period


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
    weak: set[Key] = frozenset(),  # type: ignore[assignment]
) -> tuple[pd.DataFrame, list[Change], int]:
    """The old actuals with the new ones behind, what differs, and how many are new; `weak` keys never differ."""
    if old is None or old.empty:
        return new, [], len(new)
    old = old.astype(dict.fromkeys(KEYS, str))
    before = {(row.kpi, row.unit, row.period): row.actual for row in old.itertuples()}
    changes, fresh = [], []
    for row in new.itertuples():
        key, value = (row.kpi, row.unit, row.period), row.actual
        if key not in before:
            fresh.append(row.Index)
        elif key not in weak and not np.isnan(value) and not _alike(before[key], value):
            changes.append(Change(*key, "actual", float(before[key]), float(value)))
    table = pd.concat([old, new.loc[fresh]], ignore_index=True) if fresh else old
    return table.reindex(columns=COLUMNS), changes, len(fresh)


def taken(table: pd.DataFrame, changes: list[Change]) -> pd.DataFrame:
    """The actuals with changed values as the new file has them."""
    after = {(change.kpi, change.unit, change.period): change.after for change in changes if change.what == "actual"}
    keys = zip(table["kpi"], table["unit"], table["period"], strict=True)
    return table.assign(actual=[after.get(key, value) for key, value in zip(keys, table["actual"], strict=True)])


def with_targets(
    kpi: KPI, given: Given, seen: dict[str, list[str]], take: bool
) -> tuple[KPI | dict[str, Any], list[Change]]:
    """A KPI with targets of further units and months, and those that differ; `seen` are the periods of its actuals."""
    if not given or kpi.direction == "within_range":
        return kpi, []
    own = {row.unit: row for row in kpi.unit_targets}
    by_unit = unit_targets(given, "sum" if own else kpi.pooled)  # beside targets of units all of them count
    if kpi.has_own_target and {unit for unit, _ in given if unit} >= set(own):
        by_unit[""] = whole_targets(given, kpi.pooled)
    before = {"": kpi.target, **{unit: row.target for unit, row in own.items()}}
    stepped = kpi.path == "stepped" or not any(map(is_path, before.values()))
    after, changes = dict(before), []
    for unit, values in by_unit.items():
        after[unit], differing = _extended(before.get(unit), values, seen.get(unit, []), stepped, take)
        changes += [Change(kpi.id, unit, period, "target", *pair) for period, pair in differing.items()]
    if after == before:
        return kpi, changes
    fields = {name: getattr(kpi, name) for name in kpi.model_fields_set}
    if kpi.has_own_target:
        fields["target"] = after[""]
    rows = [{"unit": unit, "target": after[unit]} for unit in after if unit]
    fields["unit_targets"] = [row | ({"floor": own[row["unit"]].floor} if row["unit"] in own else {}) for row in rows]
    if stepped and any(map(is_path, after.values())):
        fields["path"] = "stepped"
    return fields, changes


def periods_seen(actuals: pd.DataFrame | None, kpi: str) -> dict[str, list[str]]:
    """The periods of a KPI that are observed already, by unit; of the whole those of all."""
    if actuals is None:
        return {}
    rows = actuals.loc[actuals["kpi"] == kpi, ["unit", "period"]].astype(str)
    seen = {unit: sorted(set(part), key=when) for unit, part in rows.groupby("unit")["period"]}
    return seen | {"": sorted(set(rows["period"]), key=when)}


def is_path(target: Any) -> bool:
    """Whether a target has dates."""
    return shape(target) == "path"


def _extended(
    before: Any, given: dict[str, float], seen: list[str], stepped: bool, take: bool
) -> tuple[Any, dict[str, tuple[float, float]]]:
    """A target with the values of further periods, and by period those that differ: before, and in the file."""
    if before is None:
        return as_target(given), {}
    dated = {period: value for period, value in given.items() if period}
    if is_path(before):
        known = {point.period: point.value for point in before}
        later = [period for period in seen if stepped and period not in known and when(period) > when(before[0].period)]
        months = [periods.span(period)[0] for period in later]
        known |= dict(zip(later, map(float, step_values(list(before), np.array(months), None)), strict=True))
    else:
        dated = dated or given
        known = dict.fromkeys((seen or dated) if "" not in dated else [""], before)
    differing = {
        period: (known[period], value)
        for period, value in dated.items()
        if period in known and not _alike(known[period], value)
    }
    values = {**dated, **known, **({period: new for period, (_, new) in differing.items()} if take else {})}
    return as_target(values, stepped), differing


def extended(
    card: Scorecard, perspectives: list[dict[str, Any]], objectives: list[dict[str, Any]], kpis: list[Any]
) -> Scorecard:
    """The scorecard with its KPIs as given, and new perspectives and objectives behind its own."""
    fields = {name: getattr(card, name) for name in type(card).model_fields}
    fields["perspectives"] = (*card.perspectives, *perspectives)
    fields["objectives"] = (*card.objectives, *objectives)
    return build({**fields, "kpis": tuple(kpis)})


def _alike(before: float, now: float) -> bool:
    """Whether two numbers are one but for rounding; NumPy's `isclose` warns of those whose difference overflows."""
    return math.isclose(before, now, rel_tol=1e-9, abs_tol=1e-12)
