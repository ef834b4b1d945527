"""What is expected where nothing was observed: between the nearest months that were, as far as a series keeps to them.

A departure that was not observed is not 0. Of a series that keeps `a` of each month's departure (an autoregression of
first order) it is expected nearer to its neighbours, the more so the larger `a` is.
"""

from __future__ import annotations

import numpy as np

# At 1 the expectation would be a straight line between neighbours, and its variance without end.
MOST_KEPT = 0.97
"""The largest share of a month's departure that a series is taken to keep."""


def kept(left: np.ndarray) -> np.ndarray:
    """The share of each month's departure that each column of (units, rows, columns) keeps, 0 where it is not known."""
    now, before = left[:, 1:], left[:, :-1]
    both = ~np.isnan(now) & ~np.isnan(before)
    now, before = np.where(both, now, 0.0), np.where(both, before, 0.0)
    count, size = both.sum(axis=(0, 1)), (before**2).sum(axis=(0, 1))
    share = np.divide((now * before).sum(axis=(0, 1)), size, out=np.zeros(len(size)), where=size > 0)
    # A trend was taken out, so least squares find too little: see `LeastSquares._lost`.
    length = np.maximum(count / max(len(left), 1), 1)
    return np.where(count > 2, np.clip(share + (1 + 4 * np.maximum(share, 0)) / length, 0.0, MOST_KEPT), 0.0)


def expected(left: np.ndarray, own: np.ndarray, lead: int = 0) -> np.ndarray:
    """Values of (units, rows, columns), gaps filled, and `lead` rows before the first; 0 where a unit has none."""
    # The mean of a stationary autoregression between two of its values, d and e rows away, is
    # (aᵈ(1 − a²ᵉ)·one + aᵉ(1 − a²ᵈ)·other) / (1 − a²⁽ᵈ⁺ᵉ⁾); beyond the first or last value it is aᵈ times that.
    units, rows, columns = left.shape
    if rows and not np.isnan(left).any():
        ahead = own ** np.arange(lead, 0, -1)[:, None] * left[:, :1]
        return np.concatenate([ahead, left], axis=1)
    padded = np.concatenate([np.full((units, lead, columns), np.nan), left], axis=1)
    seen = ~np.isnan(padded)
    at = np.arange(rows + lead)[:, None]
    before = np.maximum.accumulate(np.where(seen, at, -1), axis=1)
    after = np.minimum.accumulate(np.where(seen, at, rows + lead)[:, ::-1], axis=1)[:, ::-1]
    values = np.where(seen, padded, 0.0)
    one = np.take_along_axis(values, np.maximum(before, 0), axis=1)
    other = np.take_along_axis(values, np.minimum(after, rows + lead - 1), axis=1)
    # A neighbour that is not there is infinitely far away.
    d = np.where(before >= 0, at - before, np.inf)
    e = np.where(after < rows + lead, after - at, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        near, far = own**d, own**e
        both = (near * (1 - far**2) * one + far * (1 - near**2) * other) / (1 - (near * far) ** 2)
    return np.where(seen, padded, np.nan_to_num(both))


def carried(series: np.ndarray, own: float) -> tuple[np.ndarray, np.ndarray]:
    """What earlier rows alone let expect of a series (units, rows), and the variance left, in that of its noise."""
    rows = series.shape[1]
    at = np.arange(rows)
    seen = ~np.isnan(series)
    last = np.maximum.accumulate(np.where(seen, at, -1), axis=1)
    value = np.take_along_axis(np.where(seen, series, 0.0), np.maximum(last, 0), axis=1)
    back = np.where(last >= 0, at - last, 0)
    unknown = (1 - own ** (2 * back)) / (1 - own**2)
    there = last >= 0
    return np.where(there, own**back * value, np.nan), np.where(there, unknown, np.nan)
