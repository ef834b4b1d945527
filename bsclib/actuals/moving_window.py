"""KPIs that are means of their last months, such as a twelve-month rate: recognised, and the months behind them told.

A moving mean hands each month on to the next eleven, so two of them wander side by side without having anything to do
with each other. What it changes by from one month to the next is what came in less what dropped out. That tells the
months behind it, but for a pattern that comes back each year and adds up to 0. What drives the months behind it drives
it by its own mean, with errors that are means too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product

import numpy as np

from bsclib.actuals.gaps import kept

KEEPS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Shares of a month's departure that the next one may keep."""
BLURS = (1e-6, 1e-4, 1e-2)
"""What rounding may add to a series, as shares of its variance."""
WAYS = [*product(KEEPS, BLURS)]
"""All that is tried of both."""
# Odds of 150 to 1, and of 90 to 1: nobody reports means of eleven or thirteen months, but smooth series that are no
# means fit several lengths alike. In simulated worlds (`tests/bench`) 95 of 100 means of twelve months are recognised,
# and fewer than 1 of 100 series that keep nine tenths of each month are taken for one.
CLEAR, CLEARER = 5.0, 4.5
"""By how much the log-likelihood must be larger than that of no mean, and of means one row longer or shorter."""
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
    # Columns observed at the same rows follow each other, because what those rows need is worked out once.
    for k in sorted(np.flatnonzero(kept(left) >= SMOOTH), key=lambda k: np.isnan(left[:, :, k]).tobytes()):
        best = -np.inf
        for window in (per_year, per_year // 2, per_year // 4):
            series = [one for one in left[:, :, k] if (~np.isnan(one)).sum() >= FEWEST_WINDOWS * window]
            if window < SHORTEST or not series or not _drops_out(left[:, :, k], window):
                continue
            ours = _told(series, window)
            beside = max(_told(series, length) for length in (window - 1, window + 1))
            if ours > max(_told(series, 1) + CLEAR, beside + CLEARER, best):
                out[k] = window
            best = max(best, ours)
    return out


def _told(series: list[np.ndarray], window: int) -> float:
    """The largest log-likelihood of series as moving means, on average."""
    # Their mean, not their sum: what is a little unlike every course here is so in all units.
    alike: dict[bytes, list[np.ndarray]] = {}
    for one in series:
        alike.setdefault(np.isnan(one).tobytes(), []).append(one)
    groups = (np.stack(group) for group in alike.values())
    return float(np.mean([*chain(*(likelihood(group, ~np.isnan(group[0]), window).max(axis=1) for group in groups))]))


def _drops_out(left: np.ndarray, window: int) -> bool:
    """Whether (units, rows) change by what they changed by a window earlier, the other way: worth a closer look."""
    steps = np.diff(left, axis=1)
    seen = ~np.isnan(steps)
    # Of levels, whose trend was taken out, most changes are alike: they carry no news.
    news = np.where(seen, steps - np.median(steps[seen]), 0.0) if seen.any() else np.zeros(steps.shape)
    moves = np.abs(news) > 1e-6 * np.abs(news).max(initial=0)
    shared = float((news[:, window:] * news[:, :-window]).sum())
    return bool(moves.sum() > (1 - STILL) * seen.sum() and shared <= DROPS * float((news**2).sum()))


@dataclass(frozen=True)
class Behind:
    """The months behind a column of moving means, as they are expected to have been given all of its means."""

    months: np.ndarray  # (units, rows); NaN where no mean was observed
    earlier: np.ndarray  # (units, window − 1): departures of the months before the first row
    ways: list[tuple[float, float]]  # of `WAYS`, each unit's likeliest


def months_behind(values: np.ndarray, window: int) -> Behind:
    """What the months behind moving means (units, rows) are expected to have been."""
    out, earlier = np.full(values.shape, np.nan), np.zeros((len(values), window - 1))
    ways = [WAYS[0]] * len(values)
    for u, one in enumerate(values):
        seen = ~np.isnan(one)
        if seen.sum() >= FEWEST_WINDOWS * window:
            ways[u] = WAYS[int(likelihood(one[None], seen, window).argmax())]
            both, shared = _shared(seen, window, *ways[u])
            whiten, line = np.linalg.inv(np.linalg.cholesky(both)), _line(seen)
            weights = np.linalg.lstsq(whiten @ line[seen], whiten @ one[seen], rcond=None)[0]
            told = shared @ (whiten.T @ (whiten @ (one[seen] - line[seen] @ weights)))
            earlier[u], out[u, seen] = told[: window - 1], (line @ weights + told[window - 1 :])[seen]
    return Behind(out, earlier, ways)


def independent(rows: np.ndarray, window: int, way: tuple[float, float]) -> np.ndarray:
    """What makes the errors of moving means in some rows (rows, rows) as independent as those of the months behind."""
    # Of means of independent months, and of what rounding adds; a factor of generalised least squares.
    seen = np.zeros(int(rows[-1]) + 1, dtype=bool)
    seen[rows] = True
    keep, blur = way
    rounded = blur * np.mean(np.diag(_shared(seen, window, keep, 0.0)[0])) / (1 - keep**2)
    both = _shared(seen, window, 0.0, 0.0)[0] + rounded * np.eye(len(rows))
    return np.asarray(np.linalg.inv(np.linalg.cholesky(both)))


def _line(seen: np.ndarray) -> np.ndarray:
    at = np.arange(len(seen), dtype=float)
    return np.column_stack([np.ones(len(seen)), at - at.mean()])


def likelihood(series: np.ndarray, seen: np.ndarray, window: int) -> np.ndarray:
    """The log-likelihoods of series (series, rows) as moving means about a line: one for each of `WAYS`."""
    # Of an autoregression of first order, its trend and level free, up to a constant. A window of 1 is the series
    # itself.
    even, size = _whitened(seen.tobytes(), window)
    left = ((even @ series[:, seen].T) ** 2).sum(axis=1)
    return np.asarray(-seen.sum() / 2 * np.log(np.maximum(left, 1e-300)) - size[:, None]).T


# A course that nobody else has is worked out for one series; of the lengths of one that many have, there are ten.
@lru_cache(maxsize=12)
def _whitened(at: bytes, window: int) -> tuple[np.ndarray, np.ndarray]:
    """What takes out of some rows what they share, and a line (ways, rows, rows); their sizes in logarithms."""
    seen = np.frombuffer(at, dtype=bool)
    keep, blur = np.array(WAYS).T
    # What two means share depends on how far apart they are, and on nothing else.
    steps = np.arange(1 - window, window)
    apart = np.abs(np.arange(len(seen))[:, None] + steps)
    shared = keep[:, None, None] ** apart @ ((window - np.abs(steps)) / window**2)
    rows = np.flatnonzero(seen)
    both = shared[:, np.abs(rows[:, None] - rows)] + (blur * shared[:, 0])[:, None, None] * np.eye(len(rows))
    corner = np.linalg.cholesky(both)
    whiten = np.linalg.inv(corner)
    basis, _ = np.linalg.qr(whiten @ _line(seen)[seen])
    even = whiten - basis @ (basis.transpose(0, 2, 1) @ whiten)
    return even, np.log(np.diagonal(corner, axis1=1, axis2=2)).sum(axis=1)


def _shared(seen: np.ndarray, window: int, keep: float, blur: float) -> tuple[np.ndarray, np.ndarray]:
    """What some rows share with each other, and what they share with the months behind."""
    month = np.arange(len(seen) + window - 1)
    behind = keep ** np.abs(month[:, None] - month)
    mean = np.lib.stride_tricks.sliding_window_view(behind, window, axis=1).mean(axis=2)
    both = np.lib.stride_tricks.sliding_window_view(mean, window, axis=0).mean(axis=2)[np.ix_(seen, seen)]
    return both + blur * np.mean(np.diag(both)) * np.eye(len(both)), mean[:, seen]
