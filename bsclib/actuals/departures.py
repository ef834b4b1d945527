"""What is left of a KPI's actuals when trend, season and known breaks are taken out.

Two KPIs that both rise, or that both suffer every December, look alike without having anything to do with each other.
What they share beyond that shows in their departures: how far each month's actual lies from where the KPI's own trend,
the time of year and the declared events would put it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import Cube, cube
from bsclib.actuals.table import check_actuals
from bsclib.errors import UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.initiatives import Event
from bsclib.model.nouns import Scorecard

SEASON_FROM = 24
"""Months that a series must cover before a season is taken out: each time of the year is then seen twice."""
_ALONE = 1 - 1e-9
_ROUNDING = 1e-12


def find_departures(actuals: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> pd.DataFrame:
    """Take a linear trend, the time of year and the declared events out of each KPI's series.

    Parameters
    ----------
    actuals : DataFrame
        Long, checked or not.
    scorecard : Scorecard
    unit : str, default the organisation as a whole, its units pooled as they are for scoring

    Returns
    -------
    DataFrame
        One row a month (index `period`, ISO text, without gaps) and one column a KPI in the scorecard's order (`kpi`),
        in what the KPI is measured in. A quarter's or a year's actual stands in its last month only. NaN where there is
        no actual, and where nothing could be left over: in the month of a one-off event, at a time of the year that is
        seen only once, and in a series no longer than the number of things that are taken out of it.

    Raises
    ------
    ActualsError
        When the actuals cannot be read, or there are none.
    UnknownNameError
        When no actual is of this unit.

    Notes
    -----
    Each series is regressed on a constant, its month and, from 24 months on, one level for each time of the year; a
    tool change, a change of definition and a reorganisation add a step from their first month on, a one-off event a
    pulse over its own months. The departure is the residual of least squares. Levels for each month were chosen over a
    few sine waves because seasons are seldom smooth: of 2000 pairs of independent series of 36 months with a peak in
    December, 14.6 % still correlated beyond 0.7 with one annual wave, 4.6 % with three, none with levels.

    Examples
    --------
    Automation rises and technical debt falls year by year; beyond that they have nothing in common.

    >>> from bsclib import load_dataset
    >>> scorecard, actuals = load_dataset("meridian")
    >>> left = find_departures(actuals, scorecard)
    >>> bool(abs(left["automation-coverage"].corr(left["technical-debt"])) < 0.3)
    True
    """
    series = monthly_series(actuals, scorecard, unit)
    values = series.values.copy()
    for k, kpi in enumerate(scorecard.kpis):
        mine = [event for event in scorecard.events if not event.kpis or kpi.id in event.kpis]
        seen = np.flatnonzero(~np.isnan(values[:, k]))
        if len(seen):
            values[seen, k] = _residuals(
                values[seen, k], regressors(series.months[seen], series.lengths[seen, k], mine)
            )
    index = pd.Index([periods.period_of(int(month)) for month in series.months], name="period")
    return pd.DataFrame(values, index=index, columns=pd.Index([kpi.id for kpi in scorecard.kpis], name="kpi"))


@dataclass(frozen=True)
class MonthlySeries:
    """Actuals of one unit, or of all pooled: (months, KPIs), and how many months each covers that ends there."""

    months: np.ndarray
    values: np.ndarray
    lengths: np.ndarray


def monthly_series(actuals: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> MonthlySeries:
    """Actuals laid out by month; a quarter's or a year's stands in its last month only."""
    laid = every_series(check_actuals(actuals, scorecard), scorecard)
    if unit and unit not in laid:
        raise UnknownNameError(unknown("unit in the actuals", unit, filter(None, laid), "unit"))
    return laid[unit or ""]


def every_series(rows: pd.DataFrame, scorecard: Scorecard) -> dict[str, MonthlySeries]:
    """The same of checked actuals for each unit, and for the organisation as a whole."""
    grid = cube(rows, scorecard)
    covered = months_covered(rows, scorecard, grid)
    actual = np.where(covered > 0, grid.actual, np.nan)
    return {unit: MonthlySeries(grid.months, actual[u], covered[u]) for u, unit in enumerate(grid.units)}


def months_covered(rows: pd.DataFrame, scorecard: Scorecard, grid: Cube) -> np.ndarray:
    """How many months the actual that ends in each cell covers: 0 for none, -1 inside a longer one."""
    covered = _months_covered(rows, scorecard, grid)
    if len(covered) > 1:
        # Of pooled units a month counts when it ends the period of every unit that has one there.
        common = np.where((covered[1:] < 0).any(axis=0), -1, covered[1:].max(axis=0))
        covered[0] = np.where(covered[0] != 0, covered[0], common)
    return covered


def _months_covered(rows: pd.DataFrame, scorecard: Scorecard, grid: Cube) -> np.ndarray:
    """How many months the actual that ends in each month covers: 0 for none, -1 inside a longer period."""
    rows = rows[rows["actual"].notna() | rows["numerator"].notna()]
    spans = np.array([periods.span(text) for text in rows["period"].cat.categories], dtype=np.int64).reshape(-1, 2)
    first, last = (spans[rows["period"].cat.codes.to_numpy()] - grid.months[0]).T
    u = pd.Index(grid.units).get_indexer(rows["unit"])
    k = pd.Index([kpi.id for kpi in scorecard.kpis]).get_indexer(rows["kpi"])
    covered = np.zeros((len(grid.units), len(grid.months), len(scorecard.kpis)), dtype=np.int64)
    for back in range(11, 0, -1):
        inside = last - back >= first
        covered[u[inside], (last - back)[inside], k[inside]] = -1
    covered[u, last, k] = last - first + 1
    return covered


def regressors(last: np.ndarray, length: np.ndarray, events: Sequence[Event]) -> np.ndarray:
    """What is taken out, a column each: constant, trend, times of the year, steps and pulses."""
    columns = [np.ones(len(last)), (last - last.mean()) / max(np.ptp(last), 1)]
    if length.sum() >= SEASON_FROM:
        columns += [(last % 12 == time).astype(float) for time in np.unique(last % 12)[1:]]
    for event in events:
        start, end = periods.span(event.period)
        reached = last >= start
        if event.kind == "one_off":
            reached &= last - length + 1 <= end
        columns.append(reached.astype(float))
    return np.stack(columns, axis=1)


def _residuals(values: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Residuals of least squares; NaN where the terms would meet any value."""
    size = float(np.abs(values).max()) or 1.0
    scaled = values / size
    basis, strength, _ = np.linalg.svd(terms, full_matrices=False)
    basis = basis[:, strength > strength[0] * 1e-10]
    left = scaled - basis @ (basis.T @ scaled)
    left[np.abs(left) <= _ROUNDING] = 0.0
    left[(basis**2).sum(axis=1) > _ALONE] = np.nan
    return left * size


def without(values: np.ndarray, terms: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Residuals of all values from the least squares of those that are counted."""
    return values - terms @ np.linalg.lstsq(terms[counted], values[counted], rcond=None)[0]
