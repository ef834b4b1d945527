"""What a series is expected to be next: its level, its season, its trend and its memory, as far as tests find them.

A chart of raw values calls a season, a trend or a memory a signal: each breaks the assumption behind its limits, that
points are independent and lie about one level. So what a test finds is taken out first. Over the months that the limits
rest on it is fitted once; after them each month is predicted from all months before it, and lies as far off as its
error is, in standard deviations of such a prediction. Those errors are independent, and normal where the series is
(recursive residuals: Brown, Durbin and Evans 1975, Journal of the Royal Statistical Society B 37, 149-192).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from bsclib.actuals.breaks import season_chance

PARTS = ("season", "trend", "memory")
# A season or a trend that is missed breaks the limits in every month that follows; one too many costs little.
SEASON_CHANCE, TREND_CHANCE = 0.2, 0.1
"""How often a test may find a season, or a trend, where there is none."""
TREND_CLEAR = 3.0
"""Standard errors from which on a trend is said to be there, and not only allowed for."""
MEMORY_CLEAR = 1.0
"""Standard errors of the correlation of neighbours, from which on a memory is taken out."""
# A step looks like memory. With all of the memory taken out, of steps of two sigma a third would be missed.
TAKEN_OUT = 0.75
"""The share of the memory found that is taken out."""
MOST_KEPT = 0.95
_KEPT = np.linspace(0.0, MOST_KEPT, 39)
_UNSEEN = 1e-8
"""What is known of a time of the year before it is seen, in points: next to nothing."""
_ROUNDING = 1e-10
D2 = 1.128
"""Mean of the moving range of two normal values, in standard deviations."""


@dataclass(frozen=True)
class Prediction:
    """By point: what is expected, and how far off the actual lies in sigmas; and what was taken out."""

    centre: np.ndarray
    places: np.ndarray
    width: np.ndarray  # the limits' distance from the centre
    taken: tuple[str, ...] = ()
    trend: np.ndarray | float = 0.0  # what a clear trend does from one point to the next; 0 where there is none


def moving_ranges(values: np.ndarray) -> np.ndarray:
    """Distances between neighbours along the last axis; NaN at the first and beside a gap."""
    return np.abs(np.diff(values, axis=-1, prepend=np.nan))


def level(values: np.ndarray, spread: np.ndarray, based: np.ndarray, median: bool, known: bool) -> Prediction:
    """A constant level with limits of moving ranges; `spread` is each point's own, `known` that it is so in theory."""
    weight = np.where(based, spread**-2.0, 0.0)
    centre = float((weight * np.nan_to_num(values)).sum() / weight.sum())
    ranges = moving_ranges((values - centre) / spread)[based]
    ranges = ranges[~np.isnan(ranges)]
    sigma = float(np.median(ranges) / MEDIAN_D2 if median else ranges.mean() / D2) if len(ranges) else np.nan
    if known and abs(sigma - 1) <= 2 * RANGE_ERROR / np.sqrt(max(len(ranges), 1)):
        sigma = 1.0
    error = sigma * spread
    return Prediction(
        np.full(values.shape, centre), _places(values - centre, error, float(np.nanmax(np.abs(values)))), 3 * error
    )


MEDIAN_D2 = 0.954
"""Median of the moving range of two normal values, in standard deviations."""
RANGE_ERROR = 0.91
"""Standard error of a sigma that is told by moving ranges, times the root of their number, of independent values."""


def predict(
    values: np.ndarray,
    months: np.ndarray,
    spread: np.ndarray,
    based: np.ndarray,
    adjust: Collection[str],
    per_year: int,
) -> Prediction | None:
    """What each observed point was expected to be; None where no test finds anything to take out."""
    own, month = values[based], months[based]
    if np.ptp(own) <= _ROUNDING * np.abs(own).max():
        return None
    scale = float(np.std(own))
    scaled, middle = (values - own.mean()) / scale, month.mean()
    terms = {"level": np.ones((len(values), 1))}
    if "season" in adjust and season_chance(own, month, per_year) < SEASON_CHANCE:
        times = np.unique(months % per_year)[1:]
        terms["season"] = (months[:, None] % per_year == times).astype(float)
    line = ((months - middle) / max(np.ptp(months), 1))[:, None]
    if "trend" in adjust and _trend_chance(scaled, months, spread, based, [*terms.values(), line]) < TREND_CHANCE:
        terms["trend"] = line
    design = np.hstack(list(terms.values()))
    own_kept = 0.0
    if "memory" in adjust:
        own_kept, clear = kept_share(scaled[based] / spread[based], month, design[based] / spread[based, None])
        own_kept = TAKEN_OUT * own_kept if clear > MEMORY_CLEAR else 0.0
    taken = tuple(part for part in PARTS if part in terms or (part == "memory" and own_kept > 0))
    if not taken:
        return None
    return _one_step(scaled, months, spread, based, design, own_kept, taken, scale, float(own.mean()))


def _one_step(
    values: np.ndarray,
    months: np.ndarray,
    spread: np.ndarray,
    based: np.ndarray,
    design: np.ndarray,
    own: float,
    taken: tuple[str, ...],
    scale: float,
    shift: float,
) -> Prediction:
    """One-step predictions: fitted at once where the limits rest, and month by month after that."""
    lag, own_size = _whitening(months, own)
    size = own_size * spread
    even = _whiten(values / spread, lag, own_size)
    terms = _whiten(design / spread[:, None], lag, own_size)
    inner = np.linalg.inv(terms[based].T @ terms[based] + _UNSEEN * np.eye(terms.shape[1]))
    fitted = inner @ (terms[based].T @ even[based])
    left = even - terms @ fitted
    free = max(int(based.sum()) - round(float(np.trace(inner @ (terms[based].T @ terms[based])))) - (own > 0), 1)
    sigma = float(np.sqrt((left[based] ** 2).sum() / free))
    lever = np.einsum("ij,jk,ik->i", terms, inner, terms)
    apart, error = left.copy(), np.sqrt(np.where(based, 1.0, 1 + lever))
    trend = np.full(len(values), _clear(fitted[-1], sigma, inner) if "trend" in taken else 0.0)
    for at in range(int(np.flatnonzero(based)[-1]) + 1, len(values)):
        row = terms[at]
        reach = inner @ row
        ahead = 1 + float(row @ reach)
        apart[at], error[at] = even[at] - row @ fitted, np.sqrt(ahead)
        fitted = fitted + reach * (apart[at] / ahead)
        inner = inner - np.outer(reach, reach) / ahead
        trend[at] = _clear(fitted[-1], sigma, inner) if "trend" in taken else 0.0
    places = ndtri(np.clip(stdtr(free, _places(apart, sigma * error, 1.0)), 1e-300, 1 - 1e-16))
    wide = float(stdtrit(free, ndtr(3.0)))
    centre = values - apart * size
    error = error * sigma * size
    trend *= scale / max(np.ptp(months), 1)
    return Prediction(centre * scale + shift, places, wide * error * scale, taken, trend)


def _clear(slope: float, sigma: float, inner: np.ndarray) -> float:
    """A slope that stands out clearly, else 0."""
    return float(slope) if abs(slope) > TREND_CLEAR * sigma * np.sqrt(inner[-1, -1]) else 0.0


def _places(apart: np.ndarray, error: np.ndarray, size: float) -> np.ndarray:
    """Distances in standard errors; where nothing ever moved, whatever does lies infinitely far off."""
    still = np.abs(apart) <= _ROUNDING * size
    moves = error > _ROUNDING * size
    far = np.where(apart > 0, np.inf, -np.inf)
    places = np.divide(apart, error, out=far, where=moves)
    return np.where(still & ~np.isnan(apart), 0.0, np.where(np.isnan(apart), np.nan, places))


def _whitening(months: np.ndarray, own: float) -> tuple[np.ndarray, np.ndarray]:
    """What each point keeps of the last observed one, and the size of its news, in those of a month; first alone."""
    gap = np.diff(months).astype(float)
    kept = own**gap if own > 0 else np.zeros(len(gap))
    news = np.sqrt((1 - own ** (2 * gap)) / (1 - own**2))
    return np.append(0.0, kept), np.append(1 / np.sqrt(1 - own**2), news)


def _whiten(values: np.ndarray, lag: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Values, or columns of them, less what each keeps of the last, in the size of their news."""
    before = np.concatenate([np.zeros_like(values[:1]), values[:-1]])
    if values.ndim > 1:
        lag, size = lag[:, None], size[:, None]
    return (values - lag * before) / size


def kept_share(values: np.ndarray, months: np.ndarray, terms: np.ndarray) -> tuple[float, float]:
    """The share of a month's departure that the next keeps, and how clear it is, in standard errors."""
    # Residuals are less alike than what they are residuals of. By how much follows from the terms that were taken out:
    # the share is the one with which a series would show the correlation that was found, on average.
    count = len(values)
    basis, _ = np.linalg.qr(terms)
    apart = np.eye(count) - basis @ basis.T
    left = apart @ values
    beside = (np.abs(months[:, None] - months) == 1) / 2
    distance = np.abs(months[:, None] - months).astype(int)
    shared = np.bincount(distance.ravel(), weights=(apart @ beside @ apart).ravel())
    whole = np.bincount(distance.ravel(), weights=apart.ravel())
    pairs = int(beside.sum())
    if pairs < 3 or left @ left <= 1e-18 * (values @ values):
        return 0.0, 0.0
    powers = _KEPT[:, None] ** np.arange(len(shared))
    expected = np.maximum.accumulate((powers @ shared) / (powers @ whole))
    seen = float(left @ beside @ left / (left @ left))
    share = float(np.interp(seen, expected, _KEPT))
    return share, float((seen - expected[0]) / (np.sqrt(pairs - 1) / count))


def _trend_chance(
    values: np.ndarray, months: np.ndarray, spread: np.ndarray, based: np.ndarray, parts: list[np.ndarray]
) -> float:
    """The chance of so clear a line if there were none, memory allowed for."""
    terms, own_values = np.hstack(parts)[based] / spread[based, None], values[based] / spread[based]
    own, _ = kept_share(own_values, months[based], terms)
    lag, size = _whitening(months[based], own)
    even, design = _whiten(own_values, lag, size), _whiten(terms, lag, size)
    inner = np.linalg.pinv(design.T @ design)
    fitted = inner @ (design.T @ even)
    free = len(even) - design.shape[1] - 1
    if free < 3:
        return 1.0
    noise = ((even - design @ fitted) ** 2).sum() / free
    if noise <= 1e-18:
        return 0.0 if abs(fitted[-1]) > 1e-9 else 1.0
    return float(2 * stdtr(free, -abs(fitted[-1]) / np.sqrt(noise * inner[-1, -1])))
