"""Process behaviour charts of all series of a scorecard: limits, and the points that are more than noise."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.signals.limits import WORDS, Scale, scale_of
from bsclib.signals.observations import Observations, known_breaks, observed, some
from bsclib.signals.prediction import PARTS, Prediction, level, moving_ranges, predict
from bsclib.signals.run_rules import fired, rule_set
from bsclib.wording import counted, listed, month_name

COLUMNS = [
    *("unit", "kpi", "period", "actual", "centre", "lower", "upper", "moving_range"),
    *("signal", "rule", "rests_on", "trend"),
]
FEWEST = 12
"""Points from which on there are limits."""
_SPAN = {1: "month", 3: "quarter", 12: "year"}
BASELINE = 24
"""Months that limits rest on when nothing is said."""
Baseline = int | tuple[str, str]
Wanted = int | tuple[int, int] | None


def process_behaviour(
    actuals: pd.DataFrame | pd.Series,
    scorecard: Scorecard | None = None,
    rules: str = "wheeler",
    baseline: Baseline | None = None,
    adjust: Collection[str] = PARTS,
    ranges: str = "mean",
) -> pd.DataFrame:
    """Natural limits of every series, and which of its points are signals.

    Parameters
    ----------
    actuals : DataFrame or Series
        Long, checked or not; or one series whose index is monthly periods.
    scorecard : Scorecard, optional
        Pools the units, tells counts, ratios and times apart, and says which breaks are known.
    rules : {"wheeler", "limits", "western_electric", "nelson", "nhs", "runs"}
        Which points are signals, by the sets' published names.
    baseline : int or (str, str), optional
        The first months that limits rest on, or the first and last of them; by default 24 months without a one-off
        event. At least 12 points.
    adjust : collection of {"season", "trend", "memory"}
        What is taken out before the rules, if a test finds it; ``()`` takes nothing out.
    ranges : {"mean", "median"}
        Of the moving ranges, what the limits are made of where nothing is taken out.

    Returns
    -------
    DataFrame
        A row for each unit (the organisation's is empty), KPI and period from its first actual to its last: `unit`,
        `kpi`, `period`, `actual` (NaN in a gap), `centre`, `lower` and `upper` (what is expected, and the natural
        limits; NaN where there are none), `moving_range`, `signal` (bool), `rule` (the first that fired, else empty)
        `rests_on`, which months and what was taken out, or how many it takes, in words, and `trend`, what a clear trend
        does to the centre from one point to the next (of times a share of it), 0 where there is none.

    Raises
    ------
    ActualsError
        When the actuals cannot be read, or there are none.
    BscError
        When there is no such set of rules, part to take out or way to take ranges, or the baseline is no months.

    Notes
    -----
    Limits are 2.66 mean moving ranges from the centre. They are frozen: later months are watched, and change nothing.
    A change of tool or definition and a reorganisation begin a series anew, with limits of its own; a one-off event
    counts neither for the limits nor as a signal. A gap breaks a run, and so does the first watched month, because the
    months before it have made the limits.

    Where a test finds a season (F-test), a trend (t-test that allows for memory) or memory (the correlation of
    neighbours), the centre is what earlier months let expect, fitted anew each month, and the limits are three standard
    errors of that prediction; see `prediction`. Three quarters of the memory are taken out, because a step looks like
    memory too. On simulated series without a change, 36 months of baseline and 12 watched, Wheeler's rules then
    call a false alarm in about 12 of 100 independent series and in 8 to 25 of those with season, trend or memory,
    where raw limits do so in up to 90; they find 7 to 9 of 10 steps of two standard deviations.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> scorecard, actuals = load_dataset("meridian")
    >>> chart = process_behaviour(actuals, scorecard)
    >>> chart.query("kpi == 'utilisation' and unit == 'Genoa' and signal and period >= '2025-07'")["period"].iloc[0]
    '2025-11'
    """
    _check_arguments(rules, adjust, ranges)
    return behaviour_of(some(observed(actuals, scorecard)), scorecard, rules, _baseline(baseline), adjust, ranges)


def behaviour_of(
    series: Iterable[Observations],
    scorecard: Scorecard | None,
    rules: str = "wheeler",
    wanted: Wanted = None,
    adjust: Collection[str] = PARTS,
    ranges: str = "mean",
) -> pd.DataFrame:
    """The same for series that are laid out already."""
    charts = [_chart(one, scorecard, wanted, frozenset(adjust), ranges) for one in series]
    apart = rules != "runs"
    stretches = [(number, at) for number, chart in enumerate(charts) for at in chart.stretches(watched_apart=apart)]
    places = np.full((len(stretches), max((len(at) for _, at in stretches), default=1)), np.nan)
    for row, (chart, at) in zip(places, stretches, strict=True):
        row[: len(at)] = charts[chart].places[at]
    numbers, names = fired(places, rules)
    marks = [np.zeros(len(chart.places), dtype=np.int8) for chart in charts]
    for row, (chart, at) in zip(numbers, stretches, strict=True):
        marks[chart][at] = row[: len(at)]
    return _table(charts, marks, ["", *names], scorecard.year_starts if scorecard else None)


@dataclass
class _Chart:
    """One series with its limits, as they are worked out segment by segment."""

    series: Observations
    centre: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    places: np.ndarray
    trend: np.ndarray
    rests_on: np.ndarray
    segments: list[tuple[np.ndarray, int]]  # points, and the first of them that is watched only

    def stretches(self, watched_apart: bool) -> list[np.ndarray]:
        """Points within which a run may go on."""
        cut = [part for at, watched in self.segments for part in (at[:watched], at[watched:]) if len(part)]
        return cut if watched_apart else [at for at, _ in self.segments]


def _chart(
    series: Observations, scorecard: Scorecard | None, wanted: Wanted, adjust: frozenset[str], ranges: str
) -> _Chart:
    count = len(series.values)
    centre, lower, upper, places = (np.full(count, np.nan) for _ in range(4))
    chart = _Chart(series, centre, lower, upper, places, np.zeros(count), np.full(count, "", dtype=object), [])
    begins, explained = known_breaks(series, scorecard)
    edges = [0, *begins, count]
    for first, after in itertools.pairwise(edges):
        _limit(chart, np.arange(first, after), explained, wanted, adjust, ranges)
    return chart


def _limit(
    chart: _Chart, at: np.ndarray, explained: np.ndarray, wanted: Wanted, adjust: frozenset[str], ranges: str
) -> None:
    """Work out the limits of one segment of a series."""
    series = chart.series
    usable = at[~np.isnan(series.values[at]) & ~explained[at]]
    based_at = _based(series, usable, wanted)
    if len(based_at) < FEWEST:
        chart.rests_on[at] = f"{counted(len(usable), _SPAN[series.length])}, {FEWEST} are needed"
        return
    based = np.isin(np.arange(len(series.values)), based_at)
    scale = scale_of(series, based)
    found = None
    if adjust:
        found = predict(
            scale.values[usable],
            series.places[usable],
            scale.spread[usable],
            based[usable],
            adjust,
            max(12 // series.length, 1),
        )
    if found is None:
        whole = level(
            scale.values[at], scale.spread[at], based[at], ranges == "median", known=scale.kind in ("p", "u", "c")
        )
        _put(chart, at, whole, scale)
    else:
        _put(chart, usable, found, scale)
    chart.places[at[explained[at]]] = np.nan
    chart.rests_on[at] = _words(series, based_at, scale, found)
    chart.segments.append((at, int(np.searchsorted(at, based_at[-1], side="right"))))


def _put(chart: _Chart, at: np.ndarray, found: Prediction, scale: Scale) -> None:
    chart.places[at] = found.places
    chart.trend[at] = np.exp(found.trend) - 1 if scale.kind == "log" else found.trend
    chart.centre[at] = scale.shown(found.centre)
    chart.lower[at], chart.upper[at] = (scale.shown(found.centre + sign * found.width) for sign in (-1, 1))


def _based(series: Observations, usable: np.ndarray, wanted: Wanted) -> np.ndarray:
    """The points that a segment's limits rest on."""
    if isinstance(wanted, tuple):
        inside = (series.months[usable] >= wanted[0]) & (series.months[usable] <= wanted[1])
        if inside.any():
            return usable[inside]
    months = wanted if isinstance(wanted, int) else BASELINE
    # A quarter's actual is one point of three months: as many points as make limits at all.
    return usable[: max(months // series.length, FEWEST if series.length > 1 else 0)]


def _words(series: Observations, based: np.ndarray, scale: Scale, found: Prediction | None) -> str:
    first, last = (month_name(periods.period_of(int(series.months[at]))) for at in based[[0, -1]])
    many = counted(len(based), _SPAN[series.length])
    taken = "" if found is None else f"{listed(found.taken)} taken out"
    never = "the value never moved" if np.ptp(series.values[based]) == 0 else ""
    return "; ".join(filter(None, [f"{many}, {first} to {last}", taken, WORDS[scale.kind], never]))


def _table(
    charts: Sequence[_Chart], marks: Sequence[np.ndarray], names: Sequence[str], year_starts: int | None
) -> pd.DataFrame:
    series = [chart.series for chart in charts]
    many = [len(one.values) for one in series]
    columns: dict[str, np.ndarray | list[str]] = {
        "unit": np.repeat([one.unit for one in series], many),
        "kpi": np.repeat([one.id for one in series], many),
        "period": [one.named(int(month), year_starts) for one in series for month in one.months],
        "actual": np.concatenate([one.values for one in series]),
        "moving_range": np.concatenate([moving_ranges(one.values) for one in series]),
        "signal": np.concatenate(marks) > 0,
        "rule": [names[mark] for mark in np.concatenate(marks)],
    }
    for name in ("centre", "lower", "upper", "rests_on", "trend"):
        columns[name] = np.concatenate([getattr(chart, name) for chart in charts])
    return pd.DataFrame(columns)[COLUMNS]


def _check_arguments(rules: str, adjust: Collection[str], ranges: str) -> None:
    rule_set(rules)
    adjust = [adjust] if isinstance(adjust, str) else adjust
    faults = [unknown("part to take out", part, PARTS, "adjust") for part in adjust if part not in PARTS]
    if ranges not in ("mean", "median"):
        faults.append(unknown("way to take moving ranges", ranges, ("mean", "median"), "ranges"))
    if faults:
        raise UnknownNameError(faults)


def _baseline(baseline: Baseline | None) -> Wanted:
    """How many months, or the first and the last month, that limits are to rest on."""
    if baseline is None:
        return None
    allowed = f"a number of months, {FEWEST} or more, or two periods such as ('2023-01', '2024-12')"
    try:
        if isinstance(baseline, int) and not isinstance(baseline, bool) and baseline >= FEWEST:
            return baseline
        first, last = baseline  # type: ignore[misc]
        months = periods.span(str(first))[0], periods.span(str(last))[1]
        if months[1] - months[0] + 1 >= FEWEST:
            return months
    except (TypeError, ValueError):
        pass
    raise BscError(Fault("baseline", "limits cannot rest on this", got=str(baseline), allowed=allowed))
