"""Rules about level and grain: a unit's actual and the whole's target, a month's actual and the year's target."""

from __future__ import annotations

import math

import numpy as np

from bsclib.design.review.rules import ARITHMETIC, Findings, fix, rule, why
from bsclib.design.review.subject import MONTHS, Subject, dated, distinct_values
from bsclib.model import periods
from bsclib.model.limits import is_percentage
from bsclib.model.nouns import KPI
from bsclib.model.unit_targets import adds_up, whole_target
from bsclib.wording import listed, percent

NEAR_YEAR = 0.3
"""How far the sum of twelve months may be from a target that is taken for the year's, as a share of it."""


@rule("BSC310", "high", ARITHMETIC, needs="actuals")
@why("an actual is held against a target of another length of time, so its score says nothing")
@fix(
    "say cumulates: year (or quarter) where months add up to the target, else the frequency that the target has",
    remedy="say that months add up to the target, or observe as often as the target is meant",
)
def _grain(subject: Subject) -> Findings:
    for k, kpi in enumerate(subject.card.kpis):
        if kpi.aggregate != "sum" or kpi.cumulates or kpi.direction == "within_range":
            continue
        length = MONTHS[kpi.frequency]
        finer = subject.grid.length[:, :, k][subject.reported[:, :, k]]
        if length > 1 and len(finer) and (finer < length).any():
            size = "month" if finer.min() == 1 else "quarter"
            yield kpi.id, f"a {kpi.frequency} KPI whose actuals are of a {size}, and its target is of a {_SPAN[length]}"
        elif len(finer) and (finer > length).any():
            size = "quarter" if finer.max() == 3 else "year"
            yield kpi.id, f"a {kpi.frequency} KPI whose actuals are of a {size}, and its target is of a {_SPAN[length]}"
        elif length == 1 and (said := _of_a_year(subject, k, kpi) or _twelfths(subject, k, kpi)):
            yield kpi.id, said


_SPAN = {1: "month", 3: "quarter", 12: "year"}


def _of_a_year(subject: Subject, k: int, kpi: KPI) -> str:
    """Whether a target bears a year as its period, and every actual is of a month and far below it."""
    years = [point for point in kpi.points() if point is not kpi.baseline and periods.grain(point.period) == "year"]
    actual = subject.grid.actual[:, :, k][subject.reported[:, :, k]]
    coarse = (subject.grid.length[:, :, k][subject.reported[:, :, k]] > 1).any()
    if not years or not len(actual) or coarse or (actual < 0).any():
        return ""
    lowest = min(years, key=lambda point: point.value)
    if actual.max() > lowest.value / 4:
        return ""
    year = periods.shown(lowest.period, subject.card.year_starts)
    return f"the target {kpi.show(lowest.value)} is of the year {year}, and each actual is of a month"


def _twelfths(subject: Subject, k: int, kpi: KPI) -> str:
    """Whether a year of months, none of which is near the target, adds up to about the target."""
    actual = subject.grid.actual[0, :, k]
    if len(actual) < MONTHS["yearly"] or np.isnan(actual[-12:]).any():
        return ""
    year, target = actual[-12:], float(kpi.expected(subject.grid.months[-1:])[0])
    if target <= 0 or (year < 0).any() or year.max() > target / 4:
        return ""
    if not math.isclose(year.sum(), target, rel_tol=NEAR_YEAR):
        return ""
    total, aim = distinct_values(kpi, float(year.sum()), target)
    return f"the last twelve months add up to {total}, and each of them is held against {aim}"


@rule("BSC311", "medium", ARITHMETIC, needs="actuals")
@why("the KPI adds up over units, so its target is the whole's; a unit without one of its own has no score")
@fix("give the units targets: unit_targets in the scorecard, or a file targets.csv", remedy="give the units targets")
def _without_target(subject: Subject) -> Findings:
    if len(subject.grid.units) <= 2:
        return
    for k, kpi in enumerate(subject.card.kpis):
        own = {row.unit for row in kpi.unit_targets}
        reporting = [unit for u, unit in enumerate(subject.grid.units) if unit and subject.reported[u, :, k].any()]
        lacking = [unit for unit in reporting if unit not in own]
        # A percentage that adds up is wrong in another way, which BSC209 says.
        if adds_up(kpi) and lacking and not is_percentage(kpi):
            whole = "" if kpi.has_own_target else ", and so has the whole, whose target is the sum of theirs"
            yield kpi.id, f"{listed(lacking)} {'has' if len(lacking) == 1 else 'have'} no target{whole}"


@rule("BSC312", "medium", ARITHMETIC)
@why("all units can be on target while the whole is not, or the other way round")
@fix("agree on one: the units' targets, or the whole's, which may be left out and is then their sum")
def _gap(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if not adds_up(kpi) or not kpi.unit_targets or not kpi.has_own_target or kpi.direction == "within_range":
            continue
        parts = kpi.model_copy(update={"target": whole_target(kpi)})
        if dated(kpi) or dated(parts):
            dates = [point for each in (kpi, parts) for point in each.points()]
            months = np.array(sorted({periods.span(point.period)[1] for point in dates}))
        else:
            months = np.zeros(1, dtype=int)
        whole, total = kpi.expected(months).astype(float), parts.expected(months).astype(float)
        apart = np.flatnonzero(~np.isclose(whole, total, rtol=1e-6, atol=1e-9))
        if len(apart):
            at = int(apart[-1])
            here, there = distinct_values(kpi, float(whole[at]), float(total[at]))
            gap = total[at] - whole[at]
            share = f", {percent(abs(gap / whole[at]))} {'more' if gap > 0 else 'less'}" if whole[at] > 0 else ""
            yield kpi.id, f"the units' targets add up to {there}, and the whole's is {here}{share}"


@rule("BSC313", "medium", ARITHMETIC, needs="actuals")
@why("a target that nobody reports against is never met, and counts in the whole")
@fix("spell the unit as in the actuals, or take its target out")
def _strangers(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        strangers = [row.unit for row in kpi.unit_targets if row.unit not in subject.grid.units]
        if strangers:
            yield kpi.id, f"there are targets of {listed(strangers)}, and no such unit in the actuals"
