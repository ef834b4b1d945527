"""Each unit's actuals of each KPI as one series: a point a month, quarter or year, from the first to the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import cube
from bsclib.actuals.departures import months_covered
from bsclib.actuals.table import check_actuals
from bsclib.errors import ActualsError, Fault
from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard


@dataclass(frozen=True)
class Observations:
    """One series, gaps in it NaN; `months` are those in which its periods end, `length` how long those are."""

    unit: str
    id: str
    months: np.ndarray
    values: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray
    length: int = 1
    kpi: KPI | None = None

    @property
    def places(self) -> np.ndarray:
        """The periods counted in their own length: neighbours are 1 apart."""
        return self.months // self.length

    def named(self, month: int, year_starts: int | None) -> str:
        """The period of the series' length that ends in a month."""
        return periods.containing(month, {3: "quarter", 12: "year"}.get(self.length, "month"), year_starts)


def observed(actuals: pd.DataFrame | pd.Series, scorecard: Scorecard | None = None) -> Iterator[Observations]:
    """Every series that has an actual: a bare one, those of a table, or those of a scorecard."""
    if isinstance(actuals, pd.Series):
        yield _bare(actuals)
    elif scorecard is None:
        yield from _of_table(actuals)
    else:
        yield from _of_scorecard(actuals, scorecard)


def some(series: Iterable[Observations]) -> list[Observations]:
    """All of them; raises ActualsError where there is none."""
    if not (known := list(series)):
        raise ActualsError(Fault("actuals", "there is no actual in them", fix="give at least one number"))
    return known


def _of_scorecard(actuals: pd.DataFrame, scorecard: Scorecard) -> Iterator[Observations]:
    rows = check_actuals(actuals, scorecard)
    grid = cube(rows, scorecard)
    covered = months_covered(rows, scorecard, grid)
    for u, unit in enumerate(grid.units):
        for k, kpi in enumerate(scorecard.kpis):
            columns = [part[u, :, k] for part in (grid.actual, grid.numerator, grid.denominator)]
            ends = covered[u, :, k]
            if ((ends > 0) & ~np.isnan(columns[0])).any():
                yield _trimmed(unit, kpi.id, grid.months, columns, ends, kpi)


def _bare(series: pd.Series) -> Observations:
    index = series.index
    if not isinstance(index, pd.PeriodIndex) or index.freqstr not in ("M", "ME"):
        fix = 'give it months: series.index = pd.period_range("2024-01", periods=len(series), freq="M")'
        raise ActualsError(Fault("the series", "its index has no months", got=type(index).__name__, fix=fix))
    frame = pd.DataFrame({"kpi": str(series.name or "series"), "period": index, "actual": series.to_numpy()})
    return some(_of_table(frame))[0]


def _of_table(actuals: pd.DataFrame) -> Iterator[Observations]:
    rows = check_actuals(actuals)
    spans = np.array([periods.span(text) for text in rows["period"].cat.categories], dtype=np.int64)
    first, last = spans[rows["period"].cat.codes].T
    keys = [rows[name].cat for name in ("unit", "kpi")]
    series = keys[0].codes.to_numpy().astype(np.int64) * len(keys[1].categories) + keys[1].codes.to_numpy()
    numbers = rows[["actual", "numerator", "denominator"]].to_numpy()
    order = np.lexsort((last, series))
    for part in np.split(order, np.flatnonzero(np.diff(series[order])) + 1):
        unit, id = (str(key.categories[key.codes.iloc[part[0]]]) for key in keys)
        again = np.flatnonzero(np.diff(last[part]) == 0)
        if len(again):
            month = periods.period_of(int(last[part[again[0]]]))
            fix = "give a scorecard, by whose words finer periods are added up, or one row a month"
            raise ActualsError(Fault(f"{id} in {month}", "more than one actual is of this month", fix=fix))
        months = np.arange(last[part[0]], last[part[-1]] + 1)
        values, ends = np.full((3, len(months)), np.nan), np.zeros(len(months), dtype=int)
        values[:, last[part] - months[0]] = numbers[part].T
        ends[last[part] - months[0]] = (last - first + 1)[part]
        if not np.isnan(values[0]).all():
            yield _trimmed(unit, id, months, list(values), ends, None)


def _trimmed(
    unit: str, id: str, months: np.ndarray, columns: list[np.ndarray], ends: np.ndarray, kpi: KPI | None
) -> Observations:
    """The series from its first actual to its last, a point for each of its own periods."""
    seen = np.flatnonzero((ends > 0) & ~np.isnan(columns[0]))
    length = int(ends[seen].min())
    at = np.arange(seen[-1], seen[0] - 1, -length)[::-1]
    values, *parts = (np.where(ends[at] > 0, column[at], np.nan) for column in columns)
    return Observations(unit, id, months[at], values, parts[0], parts[1], length, kpi)


def known_breaks(series: Observations, scorecard: Scorecard | None) -> tuple[list[int], np.ndarray]:
    """Where known breaks begin a series anew, and the points that a one-off event explains."""
    begins, explained = set(), np.zeros(len(series.values), dtype=bool)
    first, last = series.months - series.length + 1, series.months
    for event in scorecard.events if scorecard else ():
        if event.kpis and series.id not in event.kpis:
            continue
        start, end = periods.span(event.period)
        if event.kind == "one_off":
            explained |= (last >= start) & (first <= end)
        elif first[0] < start <= last[-1]:
            begins.add(int(np.argmax(last >= start)))
    return sorted(begins - {0}), explained
