"""Actuals put together over time where a month alone says too little: to date within a year, and carried forward."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from bsclib.actuals.aggregate import MONTH_MISSING, TO_DATE, Cube
from bsclib.actuals.table import NUMBERS, has_parts
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.model.values import CUMULATED


def to_date(grid: Cube, scorecard: Scorecard) -> Cube:
    """The cube with the actuals of KPIs that cumulate put together from the first month of their year or quarter."""
    # A quarter's actual counts in equal parts in its months. A sum is missing once a month of it is; a ratio to date is
    # that of the sums of its parts in the months that have them.
    cumulating = [k for k, kpi in enumerate(scorecard.kpis) if kpi.cumulates]
    if not cumulating:
        return grid
    grid = replace(grid, **{name: getattr(grid, name).copy() for name in (*NUMBERS, "note")})
    for k in cumulating:
        kpi, parts = scorecard.kpis[k], has_parts(scorecard.kpis[k])
        known = ~np.isnan(grid.actual[..., k])
        over = periods.within(grid.months, CUMULATED[kpi.cumulates or ""], scorecard.year_starts)
        starts = np.flatnonzero(over == 0)
        for first, after in itertools.pairwise(sorted({0, *starts, len(over)})):
            year = np.s_[:, first:after, k]
            # A year that had begun before the actuals did lacks its first months.
            whole = np.logical_and.accumulate(known[:, first:after] & (over[first] == 0), axis=1)
            for name in NUMBERS:
                array = getattr(grid, name)
                array[year] = np.nancumsum(array[year] / grid.length[year], axis=1)
            if kpi.aggregate == "ratio":
                there = known[:, first:after] & parts & (grid.denominator[year] != 0)
                bottom = np.where(there, grid.denominator[year], np.nan)
                grid.actual[year] = kpi.scale * grid.numerator[year] / bottom
            else:
                there = whole
                grid.actual[year] = np.where(there, grid.actual[year], np.nan)
                grid.note[year] = np.where(known[:, first:after] & ~there, MONTH_MISSING, grid.note[year])
            for part in (grid.numerator, grid.denominator):
                part[year] = np.where(there & parts, part[year], np.nan)
            grid.note[year] = np.where(there, TO_DATE, grid.note[year])
    return grid


def carry_forward(grid: Cube, card: Scorecard) -> tuple[np.ndarray, np.ndarray]:
    """The last known actual, and the month (by position) in which it was known; -1 before the first."""
    actual, order = grid.actual, np.arange(len(grid.months))[None, :, None]
    when = np.maximum.accumulate(np.where(np.isnan(actual), -1, order), axis=1)
    for k, kpi in enumerate(card.kpis):
        if kpi.cumulates:
            # What is to date of one year says nothing of the next.
            over = periods.within(grid.months, CUMULATED[kpi.cumulates], card.year_starts)
            when[..., k] = np.where(when[..., k] < order[..., 0] - over, -1, when[..., k])
    return np.where(when < 0, np.nan, np.take_along_axis(actual, np.maximum(when, 0), axis=1)), when
