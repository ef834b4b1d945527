"""How often rules call a false alarm, and how often they find a change: measured on worlds whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.model import periods
from bsclib.signals.prediction import D2, PARTS, level, moving_ranges, predict
from bsclib.signals.run_rules import fired

STEP = 2.0
"""The change that is to be found, in standard deviations."""
AMPLITUDE, SLOPE = 1.5, 0.06
"""The season's, in standard deviations; the trend's a month."""
Draw = Callable[[np.random.Generator, int, int], np.ndarray]


def remembering(rng: np.random.Generator, series: int, months: int, share: float) -> np.ndarray:
    """Series of standard deviation 1 that hand a share of each month's departure on to the next."""
    news = rng.standard_normal((series, months)) * np.sqrt(1 - share**2)
    values = np.empty((series, months))
    values[:, 0] = news[:, 0] / np.sqrt(1 - share**2)
    for month in range(1, months):
        values[:, month] = share * values[:, month - 1] + news[:, month]
    return values


def _season(months: int) -> np.ndarray:
    return AMPLITUDE * np.sin(2 * np.pi * np.arange(months) / 12)


WORLDS: dict[str, Draw] = {
    "independent": lambda rng, series, months: rng.standard_normal((series, months)),
    "memory 0.3": lambda rng, series, months: remembering(rng, series, months, 0.3),
    "memory 0.5": lambda rng, series, months: remembering(rng, series, months, 0.5),
    "memory 0.7": lambda rng, series, months: remembering(rng, series, months, 0.7),
    "season": lambda rng, series, months: rng.standard_normal((series, months)) + _season(months),
    "trend": lambda rng, series, months: rng.standard_normal((series, months)) + SLOPE * np.arange(months),
    "season and memory 0.5": lambda rng, series, months: remembering(rng, series, months, 0.5) + _season(months),
}
"""Series without any change, each of standard deviation 1 about its season or trend."""


def false_alarms(
    series: int = 200,
    baseline: int = 36,
    rules: str = "wheeler",
    adjust: Collection[str] = PARTS,
    seed: int = 18,
    watched: int = 12,
) -> pd.DataFrame:
    """Measure, on simulated series, how often a chart calls a false alarm and how often it finds a step.

    Parameters
    ----------
    series : int, default 200
        How many in each world; with 200 a share of 0.2 is known to about ±0.06.
    baseline, watched : int, default 36 and 12
        Months that the limits rest on, and months watched after them.
    rules, adjust
        As for `process_behaviour`.
    seed : int

    Returns
    -------
    DataFrame
        A row a world: `world`, `raw` (share of series with a false alarm in the watched months when nothing is taken
        out), `false_alarm` (the same with `adjust`) and `found` (share of steps of two standard deviations, up or down,
        at the first watched month, that gave a signal).

    Raises
    ------
    UnknownNameError
        When there is no such set of rules.
    BscError
        When there is nothing to simulate: no series, or a baseline of fewer than 12 months.

    Examples
    --------
    >>> table = false_alarms(series=40).set_index("world")
    >>> bool(table.loc["memory 0.7", "raw"] > table.loc["memory 0.7", "false_alarm"])
    True
    """
    if series < 1 or baseline < 12 or watched < 1:
        got = f"{series} series, {baseline} + {watched} months"
        raise BscError(Fault("false_alarms", "this cannot be simulated", got, "a series or more, 12 months or more"))
    rows = []
    for number, (world, draw) in enumerate(WORLDS.items()):
        rng = np.random.default_rng([seed, number])
        calm = draw(rng, series, baseline + watched)
        moved = calm.copy()
        moved[:, baseline:] += STEP * rng.choice([-1.0, 1.0], (series, 1))
        tried = ((calm, ()), (calm, adjust), (moved, adjust))
        shares = [float(alarms(values, baseline, rules, taken).mean()) for values, taken in tried]
        rows.append((world, *shares))
    return pd.DataFrame(rows, columns=["world", "raw", "false_alarm", "found"])


def alarms(values: np.ndarray, baseline: int, rules: str, adjust: Collection[str]) -> np.ndarray:
    """Which of many series have a signal after their baseline."""
    months = np.arange(values.shape[1])
    based, ones = months < baseline, np.ones(len(months))
    places = np.empty(values.shape)
    for row, own in enumerate(values):
        found = predict(own, months, ones, based, adjust, 12) if adjust else None
        places[row] = (found or level(own, ones, based, median=False, known=False)).places
    return np.asarray((fired(places[:, baseline:], rules)[0] > 0).any(axis=1))


def expected_false_signals(behaviour: pd.DataFrame, rules: str = "wheeler", period: str | None = None) -> float:
    """How many signals a month would show if nothing had changed anywhere: to be held beside those it shows.

    Parameters
    ----------
    behaviour : DataFrame
        As `process_behaviour` returns it.
    rules : str
        The set of rules that it was made with.
    period : str, optional
        By default the last in the frame.

    Returns
    -------
    float
        The number of series that have limits and an actual in that month, times the share of months in which the rules
        call a false alarm on 4,000 simulated independent series with limits of 24 months.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> from bsclib.signals import process_behaviour
    >>> scorecard, actuals = load_dataset("meridian")
    >>> 2 < expected_false_signals(process_behaviour(actuals, scorecard)) < 6
    True
    """
    month = periods.span(period or last_period(behaviour))[1]
    judged = behaviour[behaviour["centre"].notna() & behaviour["actual"].notna()]
    return sum(periods.span(text)[1] == month for text in judged["period"]) * false_alarm_rate(rules)


def last_period(behaviour: pd.DataFrame) -> str:
    """The latest period of the frame."""
    return max(behaviour["period"].unique(), key=lambda text: periods.span(text)[1])


@lru_cache(maxsize=16)
def false_alarm_rate(rules: str, baseline: int = 24, watched: int = 24) -> float:
    """The share of watched months in which rules call a false alarm on independent series, their limits estimated."""
    values = np.random.default_rng(18).standard_normal((4_000, baseline + watched))
    own = values[:, :baseline]
    sigma = np.nanmean(moving_ranges(own), axis=1, keepdims=True) / D2
    marks, _ = fired((values[:, baseline:] - own.mean(axis=1, keepdims=True)) / sigma, rules)
    return float((marks[:, watched // 2 :] > 0).mean())
