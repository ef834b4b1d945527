"""What a KPI is held against in each unit and month: expected, floor, baseline and stretch, as arrays.

A unit is held against its own target where it has one. The target of a year, where the KPI cumulates, is scaled to the
share of it that is due by each month, and floor, baseline and stretch with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.unit_targets import adds_up, final_value, of_unit
from bsclib.model.values import CUMULATED, Dated, UnitTarget


@dataclass(frozen=True)
class Expectation:
    """Arrays that broadcast to (units, months); of one number, low and high are the same."""

    low: np.ndarray
    high: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    target: np.ndarray
    baseline: np.ndarray  # NaN where there is none
    stretch: np.ndarray
    share: np.ndarray  # of the target that is due by now: 1 but of KPIs that cumulate
    known: np.ndarray  # whether there is a target of this level

    @property
    def expected(self) -> np.ndarray:
        """What is expected of a KPI that is no range."""
        return self.low


def expectation(
    kpi: KPI, months: np.ndarray, units: Sequence[str] = ("",), year_starts: int | None = None, alone: bool = False
) -> Expectation:
    """What a KPI is held against in some units, "" the organisation; `alone` says that the one unit is all of it."""
    whole = _arrays(kpi, months, year_starts)
    own = {row.unit for row in kpi.unit_targets}
    # A unit that is all there is, is the whole.
    lacking = [bool(unit) and unit not in own and adds_up(kpi) and not alone for unit in units]
    if not own.intersection(units) and not any(lacking):
        return whole
    known = ~np.array(lacking)[:, None]
    if not kpi.has_own_target and adds_up(kpi) and "" in units:
        known[list(units).index("")] = not any(lacking)
    place = {unit: at for at, unit in enumerate(units)}
    shape = len(units), len(months)
    stacked = {field.name: np.broadcast_to(getattr(whole, field.name), shape).copy() for field in fields(Expectation)}
    stacked["known"] = known
    groups: dict[Any, list[UnitTarget]] = {}
    for row in kpi.unit_targets:
        if row.unit in place:
            groups.setdefault(_dates(row), []).append(row)
    for dates, rows in groups.items():
        at = [place[row.unit] for row in rows]
        if dates is None:
            ranges = [_arrays(own_kpi, months, year_starts) for row in rows if (own_kpi := of_unit(kpi, row.unit))]
            values = {name: np.concatenate([getattr(each, name) for each in ranges]) for name in _LEVELS}
        else:
            values = _of_many(kpi, rows, dates, whole, due_share(kpi, months, year_starts)[1])
        for name in _LEVELS:
            stacked[name][at] = values[name]
    for name in ("low", "high"):
        stacked[name] = np.where(known, stacked[name], np.nan)
    return Expectation(**stacked)


_LEVELS = ("low", "high", "lower", "upper", "target", "baseline", "stretch")


def _dates(row: UnitTarget) -> tuple[str, ...] | None:
    """The dates of a path, none of a number; nothing of a range."""
    if not isinstance(row.target, tuple):
        return ()
    dates = [point.period for point in row.target if isinstance(point, Dated)]
    return tuple(dates) or None


def _of_many(
    kpi: KPI, rows: Sequence[UnitTarget], dates: tuple[str, ...], whole: Expectation, ends: np.ndarray
) -> dict[str, np.ndarray]:
    """What `of_unit` says, for all units at once whose targets have the same dates, or none."""
    points = [row.target if isinstance(row.target, tuple) else (row.target,) for row in rows]
    values = np.array([[point.value if isinstance(point, Dated) else point for point in path] for path in points])
    last = values[:, -1:]
    scale = last / kpi.final_target if adds_up(kpi) and kpi.final_target else np.ones_like(last)
    floors = np.array([[np.nan if row.floor is None else row.floor] for row in rows], dtype=float)
    low = values
    if dates:  # what is expected is a weighted sum of the path's values, and of the baseline where it has a date
        given = np.hstack([values, scale * (np.nan if kpi.baseline_value is None else kpi.baseline_value)])
        weights = [_on_the_way(kpi, dates, one, ends) for one in np.eye(given.shape[1])]
        low = np.nan_to_num(given) @ np.array(weights)
    low = low * whole.share
    lower = np.where(np.isnan(floors), whole.lower * scale, floors * whole.share)
    arrays = {"low": low, "high": low, "lower": lower, "upper": lower, "target": last}
    return arrays | {"baseline": whole.baseline * scale, "stretch": whole.stretch * scale}


def _on_the_way(kpi: KPI, dates: tuple[str, ...], values: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """What is expected on a path with these values, the last of which is the baseline's."""
    path = tuple(Dated.model_construct(period=date, value=value) for date, value in zip(dates, values, strict=False))
    baseline = kpi.baseline
    if baseline is not None:
        begun = float(values[-1])
        baseline = baseline.model_copy(update={"value": begun}) if isinstance(baseline, Dated) else begun
    return kpi.model_copy(update={"target": path, "baseline": baseline}).expected(ends)


def _arrays(kpi: KPI, months: np.ndarray, year_starts: int | None) -> Expectation:
    share, ends = due_share(kpi, months, year_starts)
    expected = np.atleast_2d(kpi.expected(ends))
    ranged = kpi.direction == "within_range"
    target = None if ranged else final_value(kpi.target)
    numbers = (*kpi.floors(), target, kpi.baseline_value, kpi.stretch)
    lower, upper, last, baseline, stretch = (np.full((1, 1), np.nan if level is None else level) for level in numbers)
    known = np.ones((1, 1), dtype=bool)
    edges = Expectation(expected[:1], expected[-1:], lower, upper, last, baseline, stretch, share, known)
    if not kpi.cumulates:
        return edges
    scaled = ("low", "high", "lower", "upper", "baseline", "stretch")
    return replace(edges, **{name: getattr(edges, name) * share for name in scaled})


def due_share(
    kpi: KPI, months: np.ndarray, year_starts: int | None, alone: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """The share of a KPI's target that is due by the end of each month (1, months), or in it `alone`, and of when."""
    if not kpi.cumulates:
        return np.ones((1, 1)), months
    length = CUMULATED[kpi.cumulates]
    over = periods.within(months, length, year_starts)
    if kpi.aggregate == "ratio":  # a ratio to date is what the whole's is to be
        return np.ones((1, 1)), months - over + length - 1
    due = np.array(kpi.profile or np.full(length, 1 / length))
    if not alone:
        due = np.cumsum(due)
        due[-1] = 1.0
    return due[over][None, :], months - over + length - 1


def due_words(kpi: KPI, months: np.ndarray, year_starts: int | None) -> list[dict[str, Any]]:
    """By month, of a KPI that cumulates: since when it is added up, and what share of the target is due by now."""
    length = CUMULATED[kpi.cumulates or ""]
    over = periods.within(months, length, year_starts)
    since = [{"since": periods.period_of(int(month - before))} for month, before in zip(months, over, strict=True)]
    if kpi.aggregate == "ratio":
        return since
    share, _ = due_share(kpi, months, year_starts)
    return [
        begun | ({"share": float(due)} if kpi.profile else {"months": int(before) + 1, "of": length})
        for begun, before, due in zip(since, over, share[0], strict=True)
    ]


def with_grain(
    kpi: KPI, length: np.ndarray, place: np.ndarray, taken: list[dict[str, Any]]
) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """What was taken, and by cell which of it, with the actual's length of time where a sum's target has another."""
    own = {"quarterly": 3, "yearly": 12}.get(kpi.frequency, 1)
    given = taken
    for months, size in _SIZES.items():
        there = length == months
        if kpi.aggregate == "sum" and not kpi.cumulates and months != own and there.any():
            place = np.where(there, place + len(taken), place)
            taken = [*taken, *(situation | {"grain": [size, _SIZES[own]]} for situation in given)]
    return place, taken


_SIZES = {1: "month", 3: "quarter", 12: "year"}


def month_by_month(scorecard: Scorecard, unit: str, month: int) -> Scorecard:
    """The scorecard as it holds for one unit, each month by itself: what cumulates has targets of months."""
    # A KPI without a target of that level has none (NaN), and so no score. Months' targets reach ten years ahead.
    months = month - 12 + np.arange(132)
    return scorecard.model_copy(
        update={"kpis": tuple(_of_month(kpi, unit, months, scorecard.year_starts) for kpi in scorecard.kpis)}
    )


def _of_month(kpi: KPI, unit: str, months: np.ndarray, year_starts: int | None) -> KPI:
    own = of_unit(kpi, unit) if unit else kpi
    if own is None:
        nothing = (np.nan, np.nan) if kpi.direction == "within_range" else np.nan
        return kpi.model_copy(update={"target": nothing})
    if not own.cumulates or own.direction == "within_range":
        return own
    share, ends = due_share(own, months, year_starts, alone=True)
    values = own.expected(ends) * share[0]
    path = tuple(
        Dated(period=periods.period_of(int(month)), value=float(value))
        for month, value in zip(months, values, strict=True)
    )
    floor = own.floors()[0] * float(share.mean())
    return own.model_copy(
        update={"target": path, "path": "stepped", "floor": floor, "baseline": None, "cumulates": None}
    )
