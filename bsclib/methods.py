"""The arithmetic of scoring: how far along the way an actual is, and what colour that is.

A method is data: a name, where it comes from, and its rule. The kit's own measures the share of the way from the floor
to what is expected by now.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bsclib.errors import UnknownNameError, unknown

STATUSES = ("on_target", "at_risk", "off_target", "no_data", "undecided")
DIGITS = 9
"""Shares meet thresholds after rounding to this many decimals, so that 0.7 reached by arithmetic is 0.7."""


@dataclass(frozen=True)
class Method:
    """A way to turn an actual into a score."""

    name: str
    rule: str
    source: str


KIT = Method("kit", "(actual - floor) / (expected - floor), clamped to 0..1, times 100", "this kit")
METHODS = {KIT.name: KIT}


def find_method(name: str) -> Method:
    """Return the method of this name.

    Raises
    ------
    UnknownNameError
        With the names there are.

    Examples
    --------
    >>> find_method("kit").rule
    '(actual - floor) / (expected - floor), clamped to 0..1, times 100'
    """
    if name not in METHODS:
        raise UnknownNameError(unknown("scoring method", name, METHODS, "method"))
    return METHODS[name]


def linear_attainment(actual: ArrayLike, floor: ArrayLike, expected: ArrayLike, sign: ArrayLike) -> np.ndarray:
    """Share of the way from the floor to what is expected by now, unclamped.

    Parameters
    ----------
    actual, floor, expected : array or float
        In the KPI's own unit; they broadcast.
    sign : array or int
        1 where higher is better, -1 where lower is.

    Returns
    -------
    array
        ``(actual - floor) / (expected - floor)``. Where `expected` is no better than `floor` there is no way to go: 1
        if the actual is at least as good as expected, else 0. NaN where the actual is.

    Examples
    --------
    Time to restore fell from 9 hours to 6, and 4 were expected:

    >>> float(linear_attainment(6.0, 9.0, 4.0, -1))
    0.6

    To hold a level is to be at least as good:

    >>> linear_attainment(np.array([98.0, 99.5]), 99.0, 99.0, 1)
    array([0., 1.])
    """
    way = np.subtract(expected, floor)
    there = np.where(np.multiply(sign, np.subtract(actual, expected)) >= 0, 1.0, 0.0)
    there = np.where(np.isnan(np.asarray(actual, dtype=float)), np.nan, there)
    forward = np.multiply(sign, way) > 0
    with np.errstate(over="ignore"):
        share = np.divide(np.subtract(actual, floor), way, out=np.zeros(np.shape(there)), where=forward)
    return np.where(forward, share, there)


def range_attainment(actual: ArrayLike, low: float, high: float, lower: float, upper: float) -> np.ndarray:
    """Attainment of a range: 1 inside, falling to 0 at the floor on the side where the actual lies, and on below 0.

    Parameters
    ----------
    actual : array or float
        In the KPI's own unit.
    low, high : float
        The range, its edges included.
    lower, upper : float
        The floors below and above it.

    Returns
    -------
    array
        1 inside ``[low, high]``; outside, 1 minus the distance to the nearer edge over that edge's distance to its
        floor. 0 outside where the floor leaves no room.

    Examples
    --------
    >>> range_attainment(np.array([72.0, 82.5, 100.0]), 70, 80, 60, 90)
    array([ 1.  ,  0.75, -1.  ])
    """
    under = linear_attainment(actual, lower, low, 1)
    over = linear_attainment(actual, upper, high, -1)
    inside = np.where(np.isnan(np.asarray(actual, dtype=float)), np.nan, 1.0)
    return np.where(np.less(actual, low), under, np.where(np.greater(actual, high), over, inside))


def status_codes(share: ArrayLike, at_risk: ArrayLike, on_target: ArrayLike) -> np.ndarray:
    """Index into `STATUSES` for a share and its thresholds; the edge belongs to the better band, NaN is `no_data`.

    Examples
    --------
    >>> [STATUSES[code] for code in status_codes(np.array([1.0, 0.7, 0.1, np.nan]), 0.7, 1.0)]
    ['on_target', 'at_risk', 'off_target', 'no_data']
    """
    rounded = np.round(np.asarray(share, dtype=float), DIGITS)
    code = np.full(np.shape(rounded), 2, dtype=np.int8)
    code[rounded >= np.round(np.asarray(at_risk), DIGITS)] = 1
    code[rounded >= np.round(np.asarray(on_target), DIGITS)] = 0
    code[np.isnan(rounded)] = 3
    return code
