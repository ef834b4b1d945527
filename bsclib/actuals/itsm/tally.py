"""Counting by unit and month: what happened in a month, what stood at its end, and percentiles of all that happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.model import periods

_LARGEST = 2**32 - 1
Figure = tuple[np.ndarray, np.ndarray, np.ndarray]
"""A KPI's actual, numerator and denominator by unit and month."""


@dataclass(frozen=True)
class Tally:
    """Units and months; what it returns has a row a unit, the whole first, and a column a month."""

    units: Sequence[str]  # the first is empty: tickets without a unit, and the whole
    starts: np.ndarray  # when each month begins, in seconds since 1970
    as_of: float
    periods: Sequence[str]

    @classmethod
    def over(cls, units: Sequence[str], first: float, as_of: float, zone: str) -> Tally:
        """All months from one moment to another, as the calendar of a zone has them."""
        ends = pd.to_datetime([first, as_of], unit="s", utc=True).tz_convert(zone).tz_localize(None)
        low, high = ends.to_numpy().astype("datetime64[M]").astype(int)
        months = np.arange(low, high + 1)
        starts = pd.DatetimeIndex(months.astype("datetime64[M]").astype("datetime64[s]"))
        utc = starts.tz_localize(zone, ambiguous=np.ones(len(starts), dtype=bool), nonexistent="shift_forward")
        seconds = utc.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
        return cls(units, seconds.astype(float), as_of, [periods.period_of(int(month) + 1970 * 12) for month in months])

    @property
    def ends(self) -> np.ndarray:
        """When each month ends, or the data do."""
        return np.minimum(np.append(self.starts[1:], np.inf), self.as_of + 1)  # the last second is over

    def month(self, moments: np.ndarray) -> np.ndarray:
        """The place of each moment's month: the first for what was before, behind the last for what is to come."""
        places = np.maximum(np.searchsorted(self.starts, moments, "right") - 1, 0)
        return np.where(moments <= self.as_of, places, len(self.starts))

    def cell(self, unit: np.ndarray, month: np.ndarray) -> np.ndarray:
        """The place of each unit's month among all."""
        return unit * (len(self.starts) + 1) + month

    def count(self, cell: np.ndarray, where: np.ndarray | None = None, weights: np.ndarray | None = None) -> np.ndarray:
        """How many things there are in each cell, or the sum of their weights; `where` says which of them count."""
        never = len(self.starts)
        places = cell if where is None else np.where(where, cell, never)
        size = len(self.units) * (never + 1)
        cells = np.bincount(places, weights=weights, minlength=size).reshape(-1, never + 1)[:, :-1].astype(float)
        return np.vstack([cells.sum(axis=0), cells[1:]])

    def standing(
        self,
        unit: np.ndarray,
        since: np.ndarray,
        until: np.ndarray,
        where: np.ndarray | None = None,
        weights: np.ndarray | None = None,
    ) -> np.ndarray:
        """How many things, or what weights, stood at each month's end: those that had begun and had not ended."""
        sides = (self.cell(unit, month) for month in (since, np.maximum(until, since)))
        begun, ended = (self.count(cell, where, weights).cumsum(axis=1) for cell in sides)
        return begun - ended

    def percentiles(
        self,
        cell: np.ndarray,
        month: np.ndarray,
        seconds: np.ndarray,
        part: np.ndarray,
        shares: Sequence[float],
        parts: int = 1,
    ) -> list[tuple[list[np.ndarray], np.ndarray]]:
        """Percentiles of each part's tickets by unit and month, interpolated, and how many; a part below 0 is none."""
        places, columns = np.flatnonzero(part >= 0), len(self.starts) + 1
        values = np.minimum(seconds[places], _LARGEST).astype(np.uint32)
        size = len(self.units) * columns
        of_units = _grouped(values, part[places] * size + cell[places], parts * size, shares)
        of_whole = _grouped(values, part[places] * columns + month[places], parts * columns, shares)
        results = []
        for number in range(parts):
            cells = [
                np.vstack([whole.reshape(parts, columns)[number], units.reshape(parts, -1, columns)[number][1:]])[
                    :, :-1
                ]
                for whole, units in zip(of_whole, of_units, strict=True)
            ]
            results.append((cells[:-1], cells[-1]))
        return results


def _grouped(values: np.ndarray, group: np.ndarray, size: int, shares: Sequence[float]) -> list[np.ndarray]:
    """Percentiles of groups of values, and the groups' counts."""
    # Counted in coarse bins first, so that only the few values in the bins of a percentile are put in order. The bits
    # of a positive float rise with it: an exponent and its first digits make bins that fit values of any size.
    bins = (values.astype(np.float32).view(np.uint32) >> _digits(size)).astype(np.int64)
    bins -= bins.min(initial=0)
    width = int(bins.max(initial=0)) + 1
    place = group * width + bins
    table = np.bincount(place, minlength=size * width)
    counts = table.reshape(size, width).sum(axis=1)
    filled = np.flatnonzero(counts)
    before = np.cumsum(table)  # over all groups: a rank within a group counts from the group's first value
    start = np.cumsum(counts) - counts
    targets = [(counts[filled] - 1) * share for share in shares]
    ranks = np.stack([start[filled] + edge(target).astype(int) for target in targets for edge in (np.floor, np.ceil)])
    wanted = np.zeros(size * width, dtype=bool)
    holding = np.searchsorted(before, ranks, "right")
    wanted[holding] = True
    chosen = np.flatnonzero(wanted[place])
    ordered = np.sort((place[chosen] << 32) | values[chosen]) & _LARGEST
    kept = np.cumsum(np.where(wanted, table, 0)) - np.where(wanted, table, 0)
    found = ordered[kept[holding] + ranks - (before - table)[holding]].astype(float)
    results = []
    for number, target in enumerate(targets):
        low, high = found[2 * number : 2 * number + 2]
        result = np.full(size, np.nan)
        result[filled] = low + (target - np.floor(target)) * (high - low)
        results.append(result)
    return [*results, counts.astype(float)]


def _digits(size: int) -> int:
    """How many bits of a float are left out, so that some millions of bins are enough for all groups."""
    return 19 if size < 8_000 else 23 if size < 120_000 else 31


def ratio(numerator: np.ndarray, denominator: np.ndarray, scale: float = 100.0) -> Figure:
    """A KPI that is the ratio of its parts; of nothing there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, scale * numerator / denominator, np.nan), numerator, denominator


def level(counts: np.ndarray, covered: np.ndarray) -> Figure:
    """A KPI that is a count; where no data are, there is none."""
    nothing = np.full(counts.shape, np.nan)
    return np.where(covered, counts, np.nan), nothing, nothing


def percentile(seconds: np.ndarray, count: np.ndarray, scale: float) -> Figure:
    """A KPI that is a percentile: it has no numerator, and its denominator says of how many."""
    return seconds * scale, np.full(count.shape, np.nan), count
