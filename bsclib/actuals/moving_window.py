"""KPIs that are means of their last months, such as a twelve-month rate: recognised, and the months behind them told.

A moving mean hands each month on to the next eleven, so two of them wander side by side without having anything to do
with each other. What it changes by from one month to the next is what came in less what dropped out. That tells the
months behind it, but for a pattern that comes back each year and adds up to 0.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from bsclib.actuals.gaps import kept

KEEPS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Shares of a month's departure that the next one may keep."""
BLURS = (1e-6, 1e-4, 1e-2)
"""What rounding may add to a series, as shares of its variance."""
# Odds of 150 to 1. Of series that look as smooth, but are no such means, few fit one length so much better than the
# lengths beside it: none of 400 in simulated worlds, where 96 of 100 such means did.
CLEAR = 5.0
"""By how much the log-likelihood must be larger than that of any other course, for a moving mean to be recognised."""
SMOOTH = 0.5
"""Share of a month's departure that a series keeps at least, if it is to be looked at."""
DROPS = -0.1
"""Correlation of its changes with those a window earlier, which drop out, that it has at most."""
FEWEST_WINDOWS = 2
"""Windows that a series must fill to be recognised."""
SHORTEST = 3
"""Rows that a window has at least: a mean of two looks like much else."""
# A level that holds for a year changes when the year is over, just as a mean does when a month drops out.
STILL = 0.5
"""Share of months without any change, from which on a series is one of levels."""


def moving_windows(left: np.ndarray, per_year: int = 12) -> np.ndarray:
    """Over how many rows each column of (units, rows, columns), trends taken out, is a mean; 1 for most."""
    out = np.ones(left.shape[2], dtype=int)
    for k in np.flatnonzero(kept(left) >= SMOOTH):
        best = -np.inf
        for window in (per_year, per_year // 2, per_year // 4):
            series = [one for one in left[:, :, k] if (~np.isnan(one)).sum() >= FEWEST_WINDOWS * window]
            if window < SHORTEST or not series or not _drops_out(left[:, :, k], window):
                continue
            told = [[_likelihood(one, length)[0] for length in (window, 1, window - 1, window + 1)] for one in series]
            # Their mean, not their sum: what is a little unlike every course here is so in all units.
            ours, *others = np.mean(told, axis=0)
            if ours > max(*others, best - CLEAR) + CLEAR:
                out[k], best = window, ours
    return out


def _drops_out(left: np.ndarray, window: int) -> bool:
    """Whether (units, rows) change by what they changed by a window earlier, the other way: worth a closer look."""
    steps = np.diff(left, axis=1)
    seen = ~np.isnan(steps)
    # Of levels, whose trend was taken out, most changes are alike: they carry no news.
    news = np.where(seen, steps - np.median(steps[seen]), 0.0) if seen.any() else np.zeros(steps.shape)
    moves = np.abs(news) > 1e-6 * np.abs(news).max(initial=0)
    shared = float((news[:, window:] * news[:, :-window]).sum())
    return bool(moves.sum() > (1 - STILL) * seen.sum() and shared <= DROPS * float((news**2).sum()))


def months_behind(values: np.ndarray, window: int) -> np.ndarray:
    """What the months behind moving means (units, rows) are expected to have been; NaN where no mean was observed."""
    out = np.full(values.shape, np.nan)
    for u, one in enumerate(values):
        seen = ~np.isnan(one)
        if seen.sum() >= FEWEST_WINDOWS * window:
            _, keep, blur = _likelihood(one, window)
            whiten, shared, _ = _course(seen.tobytes(), window, keep, blur)
            line = _line(seen)
            weights = np.linalg.lstsq(whiten @ line[seen], whiten @ one[seen], rcond=None)[0]
            left = whiten @ (one[seen] - line[seen] @ weights)
            out[u, seen] = (line @ weights + shared @ (whiten.T @ left))[seen]
    return out


def untold(rows: np.ndarray, window: int) -> np.ndarray:
    """Patterns (rows, window − 1) that come back with a window and add up to 0: a moving mean does not tell them."""
    at = (rows[:, None] % window == np.arange(window)).astype(float)
    return np.asarray(at[:, 1:] - at[:, :1])


def _line(seen: np.ndarray) -> np.ndarray:
    at = np.arange(len(seen), dtype=float)
    return np.column_stack([np.ones(len(seen)), at - at.mean()])


def _likelihood(series: np.ndarray, window: int) -> tuple[float, float, float]:
    """The largest log-likelihood of a series as moving means about a line, and the share kept and blur it takes."""
    # Of an autoregression of first order, its trend and level free, up to a constant. A window of 1 is the series
    # itself.
    seen = ~np.isnan(series)
    line, values, best = _line(seen)[seen], series[seen], (-np.inf, 0.0, 0.0)
    for keep in KEEPS:
        for blur in BLURS:
            whiten, _, size = _course(seen.tobytes(), window, keep, blur)
            basis, _ = np.linalg.qr(whiten @ line)
            even = whiten @ values
            even = even - basis @ (basis.T @ even)
            told = -len(values) / 2 * float(np.log(max(even @ even, 1e-300))) - size
            best = max(best, (told, keep, blur))
    return best


@lru_cache(maxsize=512)
def _course(at: bytes, window: int, keep: float, blur: float) -> tuple[np.ndarray, np.ndarray, float]:
    """What takes out of some rows what they share; what they share with the months behind; its size in logarithms."""
    seen = np.frombuffer(at, dtype=bool)
    rows = len(seen)
    month = np.arange(rows + window - 1)
    behind = keep ** np.abs(month[:, None] - month)
    mean = np.lib.stride_tricks.sliding_window_view(behind, window, axis=1).mean(axis=2)
    both = np.lib.stride_tricks.sliding_window_view(mean, window, axis=0).mean(axis=2)[np.ix_(seen, seen)]
    both = both + blur * np.mean(np.diag(both)) * np.eye(len(both))
    corner = np.linalg.cholesky(both)
    return np.linalg.inv(corner), mean[window - 1 :, seen], float(np.log(np.diag(corner)).sum())
