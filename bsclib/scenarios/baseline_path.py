"""Where a KPI goes by itself: its level, its trend, its season, and how surely each is known.

A trend is a thing of the past: every month it may end. In each draw it ends in another month, after `LASTS` months on
average, so that the median path bends, and the band holds both a trend that goes on and one that has just ended.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bsclib.causality.evidence.cleaning import FEWEST, detrend

LASTS = 24.0
"""Months that a trend goes on, on average."""
DOUBT = 1.5
"""How many times the noise a trend must reach before any of it is carried on, as for seasons (`cleaning.detrend`)."""
OWN_MOST = 0.9
"""The largest own coefficient by which the certainty of level and trend is judged."""


@dataclass(frozen=True)
class BaselinePath:
    """Where one KPI goes by itself, seen from the last month."""

    level: float  # season and chance apart; NaN where there is no actual
    slope: float  # a month, as much of the trend as stands out of the noise
    level_error: float  # where the slope is given
    slope_error: float
    tilt: float  # how much higher the level is for each unit that the slope is steeper
    season: np.ndarray  # by month of the year, January first
    left: np.ndarray  # what is left of the actuals, by month; a quarter's stands in each of its months
    rows: int  # actuals it rests on


def fit_baseline_path(values: np.ndarray, breaks: np.ndarray, first: int, length: int = 1) -> BaselinePath:
    """A KPI's own path, from the last month on."""
    months = len(values)
    ends = np.flatnonzero((first + np.arange(months) + 1) % length == 0)
    cleaned = detrend(values[None, ends, None], 12 // length, [breaks[ends]])
    left, plain = cleaned.left[0, :, 0], cleaned.plain[0, :, 0]
    if np.isnan(left).all():
        return _held(values)
    at = np.flatnonzero(~np.isnan(left))
    line, season = (values[ends] - plain)[at], (plain - left)[at]
    last, steps = months - 1, breaks[ends[at]]
    telling = np.ptp(steps, axis=0) > 0
    middle = ends[at].mean()
    terms = np.column_stack([np.ones(len(at)), ends[at] - middle, steps[:, telling]])
    fitted, *_ = np.linalg.lstsq(terms, line, rcond=None)
    cover = np.linalg.pinv(terms.T @ terms) * _lasting_variance(left, terms.shape[1])
    slope_error = float(np.sqrt(cover[1, 1]))
    share = 1.0 if slope_error == 0 else max(0.0, 1 - DOUBT * cover[1, 1] / max(fitted[1] ** 2, 1e-300))
    end = np.concatenate([[1, last - middle], breaks[last][telling]])
    tilt = float(end @ cover[:, 1] / cover[1, 1]) if slope_error > 0 else float(last - middle)
    level_variance = max(float(end @ cover @ end) - tilt**2 * cover[1, 1], 0.0)
    spread, by_month = np.full(months, np.nan), np.zeros(12)
    for back in range(length):
        spread[ends[at] - back] = left[at]
    of_year = (first + ends[at]) % 12
    for month in np.unique(of_year):
        by_month[(month - np.arange(length)) % 12] = season[of_year == month].mean()
    return BaselinePath(
        level=float(end @ fitted) + tilt * (share - 1) * float(fitted[1]),
        slope=share * float(fitted[1]),
        level_error=float(np.sqrt(level_variance)),
        slope_error=slope_error * float(np.sqrt(share)),
        tilt=tilt,
        season=by_month,
        left=spread,
        rows=len(at),
    )


def _held(values: np.ndarray) -> BaselinePath:
    """The path of a series too short to take anything out of, or constant: its last actual, held."""
    seen = values[~np.isnan(values)]
    left = np.where(np.isnan(values), np.nan, 0.0)
    if not len(seen):
        return BaselinePath(np.nan, 0.0, 0.0, 0.0, 0.0, np.zeros(12), left, 0)
    spread = float(np.std(seen, ddof=1)) if len(seen) > 1 else 0.0
    return BaselinePath(float(seen[-1]), 0.0, spread, 0.0, 0.0, np.zeros(12), left, len(seen))


def _lasting_variance(left: np.ndarray, terms: int) -> float:
    """The variance that a mean of many such departures has, times their number: they carry over from row to row."""
    seen = left[~np.isnan(left)]
    now, before = left[1:], left[:-1]
    both = ~np.isnan(now) & ~np.isnan(before)
    below = float((before[both] ** 2).sum())
    own = float(now[both] @ before[both]) / below if below > 0 else 0.0
    own += (1 + 3 * own) / max(len(seen), 1)  # least squares find too little of it
    own = min(max(own, 0.0), OWN_MOST)
    return float((seen**2).sum()) / max(len(seen) - terms, FEWEST / 2) * (1 + own) / (1 - own)
