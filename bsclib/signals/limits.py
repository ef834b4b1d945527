"""Natural process limits: how far a KPI's points lie from their centre as long as nothing changes.

Individual values have limits of their moving ranges. Counts, and ratios of counts, have limits of their own (c, u and p
charts), because what is counted in more cases varies less; where they vary more than chance alone, or less, the moving
ranges say by how much (Laney 2002, Quality Engineering 14, 531-537). Times have a long tail, and get theirs on the
scale of logarithms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.errors import ActualsError, Fault
from bsclib.model.limits import value_limits
from bsclib.model.measures import time_unit
from bsclib.model.nouns import KPI
from bsclib.signals.observations import Observations
from bsclib.signals.prediction import D2, MEDIAN_D2, moving_ranges

E2, D4 = 3 / D2, 3.267
"""Limits of individual values and of moving ranges, in mean moving ranges: 2.66 and 3.267."""
MEDIAN_E2, MEDIAN_D4 = 3 / MEDIAN_D2, 3.865
"""The same in median moving ranges: 3.145 and 3.865."""


def natural_limits(values: pd.Series, baseline: int | None = None, ranges: str = "mean") -> pd.Series:
    """The limits of an XmR chart: individual values and their moving ranges.

    Parameters
    ----------
    values : Series of float
        In their order in time; a gap (NaN) has no moving range on either side.
    baseline : int, optional
        How many of the first values the limits rest on; by default all.
    ranges : {"mean", "median"}
        Of the moving ranges, what the limits are made of; the median is not moved by a few large ones.

    Returns
    -------
    Series
        `centre`, `lower`, `upper`, `moving_range` (the mean or median one) and `moving_range_limit`, in the unit of the
        values.

    Raises
    ------
    ActualsError
        When no two values stand side by side.

    Notes
    -----
    Centre ± 2.66 × mean moving range, moving ranges up to 3.267 × their mean; of the median 3.145 and 3.865 (Wheeler,
    *Understanding Variation*, 2000). 2.66 is 3 / 1.128, and 1.128 the mean range of two normal values.

    Examples
    --------
    >>> limits = natural_limits(pd.Series([310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299]))
    >>> limits.round(1).tolist()
    [300.1, 279.0, 321.1, 7.9, 25.8]
    """
    own = np.asarray(values, dtype=float)[:baseline]
    apart = moving_ranges(own)
    if ranges not in ("mean", "median"):
        raise ActualsError(Fault("ranges", "there is no such way", got=str(ranges), allowed="mean, median"))
    if np.isnan(apart).all():
        raise ActualsError(Fault("values", "no two values stand side by side", fix="give two months in a row, or more"))
    size = float(np.nanmean(apart) if ranges == "mean" else np.nanmedian(apart))
    reach, most = (E2, D4) if ranges == "mean" else (MEDIAN_E2, MEDIAN_D4)
    centre = float(np.nanmean(own))
    names = ["centre", "lower", "upper", "moving_range", "moving_range_limit"]
    return pd.Series([centre, centre - reach * size, centre + reach * size, size, most * size], index=names)


@dataclass(frozen=True)
class Scale:
    """How a series is looked at: as it is or in logarithms, how far chance alone spreads each point, and its ends."""

    kind: str  # "", "log", "p", "u" or "c"
    values: np.ndarray
    spread: np.ndarray
    ends: tuple[float, float]

    def shown(self, values: np.ndarray) -> np.ndarray:
        """Places on this scale as values of the KPI, none beyond what it can be."""
        return np.clip(np.exp(values) if self.kind == "log" else values, *self.ends)


WORDS = {"": "", "log": "log scale", "p": "p chart", "u": "u chart", "c": "c chart"}
"""What each kind of limits is called."""


def scale_of(series: Observations, based: np.ndarray) -> Scale:
    """The scale of a series, the spread told by the points that its limits rest on."""
    values, kpi = series.values, series.kpi
    plain = np.ones(len(values))
    seen = ~np.isnan(values)
    ends = value_limits(kpi) if kpi else (-np.inf, np.inf)
    if kpi and is_time(kpi) and (values[seen] > 0).all():
        return Scale("log", np.log(np.where(seen, values, 1.0)) + np.where(seen, 0.0, np.nan), plain, ends)
    top, bottom = series.numerator, series.denominator
    if kpi and kpi.aggregate == "sum" and _counts(values[seen]):
        top, bottom, kind, factor = values, plain, "c", 1.0
    elif kpi and kpi.aggregate == "ratio" and _counts(top[seen]) and _counts(bottom[seen]):
        kind, factor = ("p" if (top[seen] <= bottom[seen]).all() else "u"), kpi.scale
    else:
        return Scale("", values, plain, ends)
    share = top[based].sum() / bottom[based].sum()
    variance = share * (1 - share) if kind == "p" else share
    if variance <= 0:  # all or nothing, in every month: what chance does to it is not known
        return Scale("", values, plain, ends)
    spread = abs(factor) * np.sqrt(variance / np.where(seen, bottom, 1.0))
    if kind == "p":
        ends = max(ends[0], min(factor, 0.0)), min(ends[1], max(factor, 0.0))
    else:
        ends = (max(ends[0], 0.0), ends[1]) if factor > 0 else ends
    return Scale(kind, values, spread, ends)


def is_time(kpi: KPI) -> bool:
    """Whether a KPI tells how long something takes, and not how much time goes into it."""
    return kpi.direction == "lower_is_better" and kpi.aggregate != "sum" and time_unit(kpi.measured_in) is not None


def _counts(values: np.ndarray) -> bool:
    return bool(len(values)) and bool((values >= 0).all()) and bool((values == np.round(values)).all())
