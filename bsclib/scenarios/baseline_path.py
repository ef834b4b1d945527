"""Where a KPI goes by itself: its level, its trend and its season, and as many answers as the actuals allow.

A trend is a thing of the past: every month it may end. In each draw it ends in another month, after `LASTS` months on
average, so that the median path bends, and the band holds both a trend that goes on and one that has just ended. One
that hardly stands out of the noise is there in some of the draws, and in the rest it is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bsclib.causality.evidence.cleaning import set_aside

LASTS = 24.0
"""Months that a trend goes on, on average."""
RECENT = 24
"""Actuals, the last ones, of which the noise's size is taken: it may have grown."""
WEAK = 1e-6
"""What is known of a level before the actuals speak, in actuals: next to nothing."""


@dataclass(frozen=True)
class BaselinePath:
    """The line and the season from which one KPI's departures are measured, seen from the last month."""

    level: float  # of the line in the last month; NaN where there is no actual
    slope: float  # a month
    season: np.ndarray  # by month of the year, January first
    left: np.ndarray  # what is left of the actuals, by month; a quarter's stands in each of its months
    rows: int  # actuals it rests on
    spent: float = 0.0  # terms that the season took, and known breaks
    season_error: float = 0.0  # standard deviation
    spread: float = 0.0  # standard deviation of a series too short for a line


@dataclass(frozen=True)
class Courses:
    """Draws of one KPI's own course, which go with those of its equation."""

    slope: np.ndarray  # (draws,), a month
    pull: np.ndarray  # (draws,), what is added each month, because the level is not quite the line's
    noise: np.ndarray  # (draws,), standard deviation
    rest: np.ndarray  # what the equation leaves over, by actual; NaN where it cannot be told


def fit_baseline_path(values: np.ndarray, breaks: np.ndarray, first: int, length: int = 1) -> BaselinePath:
    """A KPI's own line and season, from the last month on."""
    months = len(values)
    ends = period_ends(months, first, length)
    cleaned, _ = set_aside(values[None, ends, None], 12 // length, [breaks[ends]])
    left, plain = cleaned.left[0, :, 0], cleaned.plain[0, :, 0]
    if np.isnan(left).all():
        return _held(values)
    at = np.flatnonzero(~np.isnan(left))
    line, season = (values[ends] - plain)[at], (plain - left)[at]
    last, steps = months - 1, breaks[ends[at]]
    telling = np.ptp(steps, axis=0) > 0
    terms = np.column_stack([np.ones(len(at)), ends[at] - last, steps[:, telling]])
    fitted, *_ = np.linalg.lstsq(terms, line, rcond=None)
    spread, by_month = np.full(months, np.nan), np.zeros(12)
    for back in range(length):
        spread[ends[at] - back] = left[at]
    of_year = (first + ends[at]) % 12
    for month in np.unique(of_year):
        by_month[(month - np.arange(length)) % 12] = season[of_year == month].mean()
    level = float(fitted[0] + breaks[last][telling] @ fitted[2:])
    spent = float(cleaned.spent[0, 0])
    error = float(np.sqrt(max(spent - telling.sum(), 0) / len(at) * (left[at] ** 2).mean()))
    return BaselinePath(level, float(fitted[1]), by_month, spread, len(at), spent, error)


def _held(values: np.ndarray) -> BaselinePath:
    """The path of a series too short to take anything out of, or constant: its last actual, held."""
    seen = values[~np.isnan(values)]
    left = np.where(np.isnan(values), np.nan, 0.0)
    if not len(seen):
        return BaselinePath(np.nan, 0.0, np.zeros(12), left, 0)
    spread = float(np.std(seen, ddof=1)) if len(seen) > 1 else 0.0
    return BaselinePath(float(seen[-1]), 0.0, np.zeros(12), left, len(seen), spread=spread)


def period_ends(months: int, first: int, length: int) -> np.ndarray:
    """The months that end a period of so many."""
    return np.flatnonzero((first + np.arange(months) + 1) % length == 0)


def draw_courses(
    path: BaselinePath,
    at: np.ndarray,
    own: np.ndarray,
    driven: np.ndarray,
    length: int,
    spread: np.ndarray,
    terms: float,
    rng: np.random.Generator,
) -> Courses:
    """Draws of level, trend and noise, given those of what is handed on and of what causes did in the months `at`."""
    # `at` are the months of actuals with one before them; `driven` is (draws, actuals); `own` from actual to actual;
    # `spread` the noise's standard deviation, as a share of its best estimate; `terms` what was fitted to the actuals.
    # departure[t] − own · departure[t−1] − what causes did = (1 − own) · shift + slope's error · its own such
    # difference + noise: the line in use need not be the one from which departures are measured. Least squares in each
    # draw; where own is 1, no level is left to be wrong about, and the trend is the mean of the changes.
    last, count = len(path.left) - 1, len(at)
    rest = path.left[at] - own[:, None] * path.left[at - length] - driven
    level = np.maximum(1 - own, 0.0)
    lever = (at - last)[None, :] - own[:, None] * (at - length - last)[None, :]
    of_level, both, of_slope = count * level**2 + WEAK, level * lever.sum(axis=1), (lever**2).sum(axis=1)
    total, tilted = level * rest.sum(axis=1), (lever * rest).sum(axis=1)
    whole = np.maximum(of_level * of_slope - both**2, WEAK**2)
    shift, steeper = (of_slope * total - both * tilted) / whole, (of_level * tilted - both * total) / whole
    over = (rest - (level * shift)[:, None] - steeper[:, None] * lever).mean(axis=0)
    spent = min(terms, count - 1.0)
    recent = over[-RECENT:]
    noise = np.sqrt((recent**2).sum() / rng.chisquare(max(len(recent) * (1 - spent / count), 1.0), len(own)))
    size = np.sqrt((over**2).sum() / (count - spent)) * spread
    error = size * np.sqrt(of_level / whole)
    # A trend is there or it is not: by the odds of one that is as unsure before as an actual makes it (BIC; Kass and
    # Wasserman 1995, JASA 90).
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        odds = np.exp(np.minimum(((path.slope + steeper) / error) ** 2 / 2, 500)) / np.sqrt(count)
    there = rng.random(len(own)) * (1 + odds) < odds
    steeper = np.where(there, steeper + error * rng.standard_normal(len(own)), -path.slope)
    shift = (total - both * steeper) / of_level + size / np.sqrt(of_level) * rng.standard_normal(len(own))
    return Courses(path.slope + steeper, level * shift, noise, over)
