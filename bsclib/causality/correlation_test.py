"""Plain correlation of two series, and the chance of one so high: what a lag scan goes by, and what it should not.

Two series that share a trend or a season, or that resemble their own past, correlate without driving each other.
Departures (`bsclib.actuals.departures`) take out the first two; `innovations` takes out the third.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

LEVEL = 0.05
"""Chance of a false yes that both tests promise."""
LONGEST_LAG = 12
"""The longest lag of a scan, in months."""


def chance(r: np.ndarray, count: int | np.ndarray) -> np.ndarray:
    """Two-sided chance of so high a correlation of values that have nothing to do with each other.

    Parameters
    ----------
    r : array
        Correlations, -1 to 1.
    count : int or array
        How many values each rests on.

    Examples
    --------
    >>> chance(np.array([0.0, 0.25, -0.25, 0.8]), 60).round(3).tolist()
    [1.0, 0.054, 0.054, 0.0]
    """
    from scipy.special import stdtr

    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(2 * stdtr(count - 2, -np.abs(r) * np.sqrt((count - 2) / (1 - r**2))))


def correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Of each column with the same of the other array; NaN where one of the two does not move."""
    first, second = first - first.mean(axis=0), second - second.mean(axis=0)
    size = np.sqrt((first**2).sum(axis=0) * (second**2).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.clip(np.where(size > 0, (first * second).sum(axis=0) / size, np.nan), -1, 1)


def innovations(left: np.ndarray) -> np.ndarray:
    """Take out of each column what it takes over from the month before: its innovations.

    Parameters
    ----------
    left : array of shape (months, columns)
        Departures from trend and season, NaN where there are none.

    Returns
    -------
    array of the same shape
        NaN in the first month, and where the month before was not observed.

    Examples
    --------
    >>> innovations(np.array([[8.0], [4.0], [2.0], [1.0]])).ravel().tolist()
    [nan, 0.0, 0.0, 0.0]
    """
    now, before = left[1:], left[:-1]
    both = ~np.isnan(now) & ~np.isnan(before)
    shared = np.where(both, now * before, 0.0).sum(axis=0)
    own = np.where(both, before**2, 0.0).sum(axis=0)
    taken = np.divide(shared, own, out=np.zeros_like(own), where=own > 0)
    return np.concatenate([np.full_like(left[:1], np.nan), now - taken * before])


def lag_scan(cause: pd.Series, effect: pd.Series, most: int = LONGEST_LAG) -> pd.DataFrame:
    """Correlate an effect with a cause at every lag, as one should not.

    Parameters
    ----------
    cause, effect : Series
        A value a month, none left out; NaN where there is none.
    most : int
        The longest lag, in months, 0 or more.

    Returns
    -------
    DataFrame
        A row a lag: `lag`, `months` (values in common), `correlation`, `p` (two-sided, as if no other lag had been
        looked at); missing where fewer than four months are in common or one of the two does not move.

    Examples
    --------
    >>> cause = pd.Series([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0])
    >>> lag_scan(cause, cause.shift(1), most=2)["correlation"].round(2).tolist()
    [-0.18, 1.0, -0.12]
    """
    first, second = np.asarray(cause, dtype=float), np.asarray(effect, dtype=float)
    rows = []
    for lag in range(min(most, len(first) - 1) + 1):
        both = np.column_stack([first[: len(first) - lag], second[lag:]])
        both = both[~np.isnan(both).any(axis=1)]
        r = float(correlation(both[:, :1], both[:, 1:])[0]) if len(both) > 3 else float("nan")
        rows.append((lag, len(both), r, float(chance(np.array([r]), len(both))[0])))
    return pd.DataFrame(rows, columns=["lag", "months", "correlation", "p"])
