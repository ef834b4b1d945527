"""Rules about what was observed: missing, stale, too good, too alike, impossible.

Each KPI is looked at by its own periods: a quarterly one is not late in the second month of a quarter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import HELD
from bsclib.actuals.departures import find_departures
from bsclib.actuals.table import has_parts
from bsclib.design.review.rules import ARITHMETIC, OURS, SMART, Findings, fix, rule, why
from bsclib.design.review.subject import (
    MONTHS,
    Subject,
    difference,
    distinct_values,
    look_alikes,
    possible_values,
)
from bsclib.model import periods
from bsclib.model.limits import value_limits
from bsclib.model.measures import LARGEST_SHARE, in_percent, in_shares, stated
from bsclib.model.nouns import KPI
from bsclib.wording import counted, listed, month_name, number, quoted

UPDATED = "ClearPoint's own data"
STEADY_FROM = 12
"""How many observations without a change make a KPI suspicious."""
TOTALS = ("total", "totals", "grand total", "sum", "all", "all units", "overall", "whole", "gesamt", "summe")
"""What a total is called that stands among the units."""
TOTAL_FROM = 3
"""How many sums make a unit the total of the others, where its name does not say so."""
TWINS_FROM = 24
"""How many observations two KPIs must share before they can be called alike."""
UNITS_FROM = 3
"""From how many units on it is odd that only one reports."""
MISSING_FROM = 2
"""How many observations must be missing before that is a habit."""
_SAME = 1e-9
"""Numbers that differ by less than this share of them are the same, however they were worked out."""
ROWS_SHOWN = 3
"""How many rows a finding names before it counts the others."""
FARTHER = 10
"""How many times the target actuals must be before they are thought to be on another scale."""
_SIZES = ("day", "week", "month", "quarter", "year")
_GRAINS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"}


@rule("BSC701", "high", UPDATED, needs="table")
@why("it was promised to be measured, and nobody does")
@fix("collect it, or take it out")
def _never(subject: Subject) -> Findings:
    card = subject.card
    silent = [kpi for kpi in card.kpis if kpi.id not in subject.observed]
    if len(silent) == len(card.kpis):
        yield card.id, f"none of the {counted(len(silent), 'KPI')} has an actual"
        return
    for kpi in silent:
        yield kpi.id, f"{quoted(kpi.name)} has no actual"


def _seen(subject: Subject) -> Iterator[tuple[int, np.ndarray]]:
    """Every KPI's place, and whether each unit reported it, by its own periods that have ended."""
    for k, kpi in enumerate(subject.card.kpis):
        length = MONTHS[kpi.frequency]
        over = periods.within(subject.grid.months, length, subject.card.year_starts)
        bucket = (subject.grid.months - over) // length
        starts = np.flatnonzero(np.diff(bucket, prepend=bucket[0] - 1))
        ended = subject.grid.months[starts] - over[starts] + length - 1 <= subject.as_of
        if ended.any():
            yield k, np.logical_or.reduceat(subject.reported[:, :, k], starts, axis=1)[:, ended]


@rule("BSC702", "medium", UPDATED, needs="actuals")
@why("decisions are taken on a number that is out of date")
@fix(
    "ask its owner; if it is observed more seldom, say so in frequency",
    remedy="ask its owner; if it is observed more seldom, say so",
)
def _stale(subject: Subject) -> Findings:
    for k, seen in _seen(subject):
        reports = seen.any(axis=1)
        late = np.flatnonzero(reports & (seen[:, ::-1].argmax(axis=1) > subject.limits.stale))
        if len(late):
            last = subject.grid.months[subject.reported[late, :, k].any(axis=0)][-1]
            where = "" if len(late) == reports.sum() else f" in {subject.unit_names(late)}"
            then, now = (month_name(periods.period_of(int(month))) for month in (last, subject.as_of))
            kpi = subject.card.kpis[k]
            yield kpi.id, f"it is {kpi.frequency}, and its last actual{where} is of {then}; the actuals reach {now}"


@rule("BSC703", "medium", UPDATED, needs="actuals")
@why("a series with holes hides when things went wrong, and too little is left to test a link")
@fix("find out why it is not reported, or observe it more seldom and whole")
def _gaps(subject: Subject) -> Findings:
    for k, seen in _seen(subject):
        begun = np.maximum.accumulate(seen, axis=1)
        going = np.maximum.accumulate(seen[:, ::-1], axis=1)[:, ::-1]
        due = (begun & going).sum(axis=1)
        missing = due - seen.sum(axis=1)
        units = np.flatnonzero((missing >= MISSING_FROM) & (missing > subject.limits.gaps * due))
        if len(units):
            worst = units[missing[units].argmax()]
            where = "" if len(subject.grid.units) == 1 else f" in {subject.unit_names(units)}"
            count = f"{missing[worst]} of {due[worst]} are missing{' at worst' if len(units) > 1 else ''}"
            yield subject.card.kpis[k].id, f"between the first and the last actual{where}, {count}"


def _watched(subject: Subject) -> Iterator[tuple[KPI, np.ndarray, str]]:
    """Every KPI that was scored for as long as rules watch, its statuses in all units over that time, and how long."""
    window = int(subject.limits.watched)
    if len(subject.grid.months) < window:
        return
    for k, kpi in enumerate(subject.card.kpis):
        words = subject.statuses[:, -window:, k]
        scored = words[0] != "no_data"
        without_target = subject.reported[1:, -window:, k] & (words[1:] == "no_data")
        if without_target.any():
            continue
        # Half of the months will do, if the first of them is as long ago.
        if (subject.statuses[0, : 1 - window or None, k] != "no_data").any() and 2 * scored.sum() >= window:
            span = "in the last month" if window == 1 else f"in the last {counted(window, 'month')}"
            yield kpi, words[words != "no_data"], span


@rule("BSC704", "medium", OURS, needs="actuals")
@why("a target that is never missed asks for nothing, and nobody looks any more")
@fix("raise the target, or keep watching it outside the scorecard")
def _too_easy(subject: Subject) -> Findings:
    for kpi, words, span in _watched(subject):
        if kpi.direction != "within_range" and (words == "on_target").all():
            every = ", in every unit" if len(subject.grid.units) > 1 else ""
            yield kpi.id, f"{quoted(kpi.name)} was always on target {span}{every}"


@rule("BSC705", "medium", SMART, needs="actuals")
@why("a target that is never met is a wish, or the work to reach it has not been found")
@fix("find what holds it back, or agree on a path that can be walked")
def _never_on_target(subject: Subject) -> Findings:
    for kpi, words, span in _watched(subject):
        if not (words == "on_target").any():
            any_ = ", in any unit" if len(subject.grid.units) > 1 else ""
            yield kpi.id, f"{quoted(kpi.name)} was never on target {span}{any_}"


@rule("BSC706", "medium", OURS, needs="actuals")
@why("they tell the same story twice, and count twice in the score")
@fix("keep the one that is cheaper to collect or harder to game")
def _twins(subject: Subject) -> Findings:
    if len(subject.grid.months) < TWINS_FROM:
        return
    # What is left without trend and season: two KPIs that both improve would correlate without being alike.
    left = find_departures(subject.rows, subject.card)
    left = left.loc[:, (left.notna().sum() >= TWINS_FROM) & (left.abs().max() > 0)]
    alike = left.corr(min_periods=TWINS_FROM).to_numpy()
    for i, j in zip(*np.nonzero(np.triu(np.abs(alike) > subject.limits.twins, k=1)), strict=True):
        a, b = (subject.card.kpi(str(left.columns[place])) for place in (i, j))
        yield subject.pair(a, b), f"without trend and season they correlate by {number(alike[i, j], 2)}"


@rule("BSC707", "low", OURS, needs="actuals")
@why("what never moves is not measured anew, or cannot be moved")
@fix("ask how the number comes about")
def _constant(subject: Subject) -> Findings:
    grid = subject.grid
    for k, kpi in enumerate(subject.card.kpis):
        ends = periods.within(grid.months + 1, MONTHS[kpi.frequency], subject.card.year_starts) == 0
        values = grid.actual[0, ends, k]
        values = values[~np.isnan(values)][-STEADY_FROM:]
        # No incident at all, or all of the tickets, cannot be bettered.
        perfect = 0 if kpi.direction == "lower_is_better" else value_limits(kpi)[1]
        if len(values) == STEADY_FROM and (values == values[0]).all() and values[0] != perfect:
            yield kpi.id, f"the last {STEADY_FROM} actuals are all {kpi.show(float(values[0]))}"


@rule("BSC708", "high", ARITHMETIC, needs="actuals")
@why("the number is wrong, and so is every score above it")
@fix("correct the actual, or what the KPI is measured in, or its limits")
def _impossible(subject: Subject) -> Findings:
    for k, kpi in enumerate(subject.card.kpis):
        low, high = value_limits(kpi)
        actual = np.where(subject.reported[:, :, k], subject.grid.actual[:, :, k], np.nan)
        outside = (actual < low - 1e-9) | (actual > high + 1e-9)
        if outside.any():
            u, m = (int(place[0]) for place in np.nonzero(outside))
            value = float(actual[u, m])
            others = _apart(subject, outside, k) - 1
            more = f", and {counted(others, 'other')}" if others else ""
            unit = f" in {subject.grid.units[u]}" if subject.grid.units[u] else ""
            said = f"{distinct_values(kpi, value, min(max(value, low), high))[0]}{unit}"
            yield kpi.id, f"{said} in {periods.period_of(int(subject.grid.months[m]))}{more}: {possible_values(kpi)}"


def _apart(subject: Subject, chosen: np.ndarray, k: int) -> int:
    """How many actuals there are among these months of a KPI; one of a quarter or a year holds in each month of it."""
    grid = subject.grid
    held, value = grid.note[:, 1:, k] == HELD, grid.actual[:, :, k]
    same = held & (grid.note[:, :-1, k] == HELD) & chosen[:, :-1] & (value[:, 1:] == value[:, :-1])
    return int(chosen.sum() - (chosen[:, 1:] & same).sum())


@rule("BSC710", "low", "ITIL 4, measurement and reporting", needs="actuals")
@why("what is promised every month and comes every quarter is seen too late")
@fix("report it as often as stated, or state how often it comes")
def _coarse(subject: Subject) -> Findings:
    rows = subject.rows_given
    sizes = rows["period"].map(lambda text: _SIZES.index(periods.grain(text))).astype(int)
    finest = sizes.groupby(rows["kpi"], observed=True).min()
    for kpi in subject.card.kpis:
        covered = finest.get(kpi.id)
        if covered is not None and covered > _SIZES.index(_GRAINS[kpi.frequency]):
            yield kpi.id, f"it is {kpi.frequency}, and each of its actuals covers a {_SIZES[covered]}"


@rule("BSC711", "low", "Lipe & Salterio 2000", needs="actuals")
@why("what only one unit reports is passed over when units are compared")
@fix("let the others report it too, or take it to that unit's own scorecard")
def _alone(subject: Subject) -> Findings:
    units = subject.grid.units
    if len(units) - 1 < UNITS_FROM:
        return
    ever = np.asarray(subject.reported.any(axis=1))
    for k, kpi in enumerate(subject.card.kpis):
        if ever[1:, k].sum() == 1 and not ever[0, k]:
            unit = units[1 + int(np.argmax(ever[1:, k]))]
            yield kpi.id, f"of {len(units) - 1} units, only {unit} reports it"


@rule("BSC712", "high", ARITHMETIC, needs="actuals")
@why("one of the three numbers is wrong, and so is every score that is worked out from it")
@fix("correct the one that is wrong")
def _contradiction(subject: Subject) -> Findings:
    for kpi in filter(has_parts, subject.card.kpis):
        rows = subject.rows_given[subject.rows_given["kpi"] == kpi.id]
        given = rows["actual"].to_numpy()
        computed = (kpi.scale * rows["numerator"] / rows["denominator"]).to_numpy()
        wrong = np.isfinite(computed) & (np.abs(given - computed) > _SAME * np.abs(given))
        wrong[wrong] = np.abs(given - computed)[wrong] > _rounding(given[wrong])
        if not wrong.any():
            continue
        said = []
        for row, value in zip(rows[wrong][:ROWS_SHOWN].itertuples(), computed[wrong], strict=False):
            observed, ratio = distinct_values(kpi, row.actual, value)
            where = f"{row.unit} in {row.period}" if row.unit else row.period
            said.append(f"{where}: {observed} beside {row.numerator:,.10g} / {row.denominator:,.10g}, which is {ratio}")
        more = wrong.sum() - len(said)
        yield kpi.id, "; ".join(said) + (f"; and {counted(more, 'other row')}" if more else "")


def _rounding(values: np.ndarray) -> np.ndarray:
    """How far each number may lie from what it was rounded from: half of its last digit, of large ones of the third."""
    size, half = np.abs(values), np.full(len(values), np.nan)
    for digits in range(-9, 13):
        short = np.isclose(np.round(values, digits), values, rtol=1e-12, atol=0)
        keeps = (size >= 100 * 10.0**-digits) | (digits >= 0)
        half = np.where(np.isnan(half) & short & keeps, 0.5 * 10.0**-digits, half)
    return np.fmax(half, 0.0) * (1 + _SAME) + _SAME * size


@rule("BSC713", "high", OURS, needs="actuals")
@why("one unit's months are split between two, and neither has a whole series")
@fix("write the unit in one way in every row")
def _twin_units(subject: Subject) -> Findings:
    rows, said = cast(pd.DataFrame, subject.rows), []
    for units in look_alikes(subject.grid.units[1:]):
        counts = []
        for unit in units:
            own = rows[rows["unit"] == unit]
            shown = listed([f"{row.kpi} in {row.period}" for row in own[:ROWS_SHOWN].itertuples()])
            more = ", …" if len(own) > ROWS_SHOWN else ""
            counts.append(f"{unit!r} ({counted(len(own), 'row')}: {shown}{more})")
        said.append(f"{' and '.join(counts)} differ only in {difference(units)}")
    if said:
        yield subject.card.id, "; ".join(said)


@rule("BSC714", "high", ARITHMETIC, needs="actuals")
@why("the organisation as a whole counts everything twice: once in the units and once in their total")
@fix("give the total as the organisation's own: leave the unit of its rows empty")
def _total(subject: Subject) -> Findings:
    units, said = subject.grid.units[1:], []
    named = [" ".join(unit.casefold().split()) in TOTALS for unit in units]
    for u, sums in _sums(subject, np.where(named, 1, 2)).items():
        if sum(count for count, _ in sums.values()) >= (1 if named[u] else TOTAL_FROM):
            rest = subject.unit_names(i + 1 for i in range(len(units)) if i != u)
            example = next(iter(sums.values()))[1]
            said.append(f"unit {units[u]!r} is the sum of {rest} in every period, for {subject.names(sums)}: {example}")
    if said:
        yield subject.card.id, "; ".join(said)


def _sums(subject: Subject, fewest: np.ndarray) -> dict[int, dict[str, tuple[int, str]]]:
    """The units that are always the sum of the others: of which KPIs, how often that tells something, an example."""
    # Where only one of the others differs from 0, that one is the sum too; so `fewest` of them have to.
    found: dict[int, dict[str, tuple[int, str]]] = {}
    for k, kpi in enumerate(subject.card.kpis):
        if kpi.pooled != "sum":
            continue
        actual = np.where(subject.reported[1:, :, k], subject.grid.actual[1:, :, k], np.nan)
        ever = ~np.isnan(actual).all(axis=1)
        # A month counts if everybody reports: with a unit missing, a total need not be the sum of what is there.
        whole = np.flatnonzero(~np.isnan(actual[ever]).any(axis=0) & ~subject.reported[0, :, k])
        values = actual[:, whole]
        something = np.nan_to_num(values) != 0
        same = np.isclose(values, np.nansum(values, axis=0) - values, rtol=1e-9, atol=1e-9).all(axis=1)
        tells = same[:, None] & (something.sum(axis=0) - something >= fewest[:, None])
        for u in np.flatnonzero(tells.any(axis=1)):
            place = np.flatnonzero(tells[u])[-1]
            month = periods.period_of(int(subject.grid.months[whole[place]]))
            example = f"{kpi.show(float(values[u, place]))} in {month}"
            found.setdefault(int(u), {})[kpi.id] = int(tells[u].sum()), example
    return found


@rule("BSC720", "high", ARITHMETIC, needs="actuals")
@why("97 compared with 0.97 is a hundred times better or worse than it was, and the score says so")
@fix("write actuals, target, floor and baseline on one scale: all as 97, or all as 0.97")
def _two_scales(subject: Subject) -> Findings:
    for k, kpi in enumerate(subject.card.kpis):
        if not kpi.measured_in or in_percent(kpi.measured_in) or in_shares(kpi.measured_in):
            actual = np.where(subject.reported[:, :, k], subject.grid.actual[:, :, k], np.nan)
            if units := _off_scale(kpi, actual):
                everywhere = len(units) == (~np.isnan(actual)).any(axis=1).sum()
                where = "" if everywhere else f" in {subject.unit_names(units)}"
                low, high = (kpi.show(float(edge(actual[units]))) for edge in (np.nanmin, np.nanmax))
                between = f"are all {low}" if low == high else f"lie between {low} and {high}"
                yield kpi.id, f"the actuals{where} {between}, and the target is {kpi.show(_target(kpi))}"


def _target(kpi: KPI) -> float:
    return kpi.range[1] if kpi.direction == "within_range" else kpi.final_target


def _off_scale(kpi: KPI, actual: np.ndarray) -> list[int]:
    """The units whose actuals are shares where the target is above 1, or the other way round."""
    size = np.where(actual == 0, np.nan, np.abs(actual))
    given = np.flatnonzero(~np.isnan(size).all(axis=1))
    target, own = abs(_target(kpi)), max((abs(value) for _, value in stated(kpi)), default=0.0)
    if not len(given) or not own:
        return []
    most, least, middle = (edge(size[given], axis=1) for edge in (np.nanmax, np.nanmin, np.nanmedian))
    if kpi.measured_in and target > LARGEST_SHARE:
        shares = most <= LARGEST_SHARE
        # A unit that is alone with small numbers may be good at what it does, if the others are not far above it.
        far = shares.all() or least[~shares].min() > FARTHER * most[shares].max(initial=0)
        return given[shares].tolist() if far else []
    return given[(own <= LARGEST_SHARE) & (least > LARGEST_SHARE) & (middle > FARTHER * (target or own))].tolist()
