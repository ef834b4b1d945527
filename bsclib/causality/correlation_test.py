"""Correlation test."""

from __future__ import annotations

import numpy as np

LEVEL = 0.05
"""Chance of a false yes that both tests promise."""


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
