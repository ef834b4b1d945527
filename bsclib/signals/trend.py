"""How steeply a series rises or falls, by the median of all slopes between its points, and how sure that is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from bsclib.errors import ActualsError, BscError, Fault
from bsclib.signals.prediction import kept_share


def theil_sen(values: pd.Series, level: float = 0.95) -> pd.Series:
    """The slope that half of all pairs of points exceed, with an interval that allows for memory.

    Parameters
    ----------
    values : Series of float
        In their order in time, evenly apart; a gap (NaN) is left out and keeps its place.
    level : float, default 0.95
        How often such an interval holds the slope, 0 to 1.

    Returns
    -------
    Series
        `slope`, `low` and `high`, in the unit of the values, from one point to the next; and `memory`, the share of a
        point's distance from the line that the next one keeps.

    Raises
    ------
    ActualsError
        When there are fewer than four values.
    BscError
        When the level is out of range.

    Notes
    -----
    Theil (1950) and Sen (1968, Journal of the American Statistical Association 63, 1379-1389): the interval holds the
    slopes whose rank is within z √V / 2 of the middle, with V = n (n − 1) (2n + 5) / 18. Neighbours that are alike tell
    less than their number, so V is multiplied by (1 + memory) / (1 − memory). One outlier, or a quarter of all points,
    hardly moves the slope.

    Examples
    --------
    >>> theil_sen(pd.Series([1.0, 3, 2, 5, 4, 7, 6])).round(2).tolist()
    [1.0, 0.33, 2.0, 0.0]
    """
    if not 0 < level < 1:
        raise BscError(Fault("level", "an interval cannot have it", got=str(level), allowed="above 0 and below 1"))
    own = np.asarray(values, dtype=float)
    at = np.flatnonzero(~np.isnan(own))
    if len(at) < 4:
        raise ActualsError(Fault("values", "a slope takes four values", got=str(len(at)), fix="give more of them"))
    first, second = np.triu_indices(len(at), 1)
    slopes = np.sort((own[at][second] - own[at][first]) / (at[second] - at[first]))
    slope = float(np.median(slopes))
    terms = np.column_stack([np.ones(len(at)), at - at.mean()])
    memory, _ = kept_share(own[at], at, terms)
    count = len(at)
    variance = count * (count - 1) * (2 * count + 5) / 18 * (1 + memory) / (1 - memory)
    reach = ndtri((1 + level) / 2) * np.sqrt(variance)
    low, high = (np.clip((len(slopes) + sign * reach) / 2, 0, len(slopes) - 1) for sign in (-1, 1))
    ends = (slopes[int(np.floor(low))], slopes[min(int(np.ceil(high)), len(slopes) - 1)])
    return pd.Series([slope, *map(float, ends), memory], index=["slope", "low", "high", "memory"])
