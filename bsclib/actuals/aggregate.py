"""How actuals add up over time and across units.

Each KPI says itself how: a count is summed, a level is averaged, a ratio is the ratio of the sums of its parts. What is
missing stays missing: a sum with a part missing would understate, so it is missing too, and says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from bsclib.actuals.table import COLUMNS, KEYS, NUMBERS, check_actuals, has_parts
from bsclib.errors import ActualsError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.nouns import Scorecard

GIVEN, HELD, POOLED, POOLED_SOME, TO_DATE, NO_ACTUAL, ZERO_DENOMINATOR, UNIT_MISSING, PARTS_MISSING, MONTH_MISSING = (
    range(10)
)
_REASONS = {
    "given": "",
    "held": "held over the months of its quarter or year",
    "pooled": "pooled from the units",
    "pooled_in_part": "pooled from the units that report; some do not",
    "to_date": "to date, the months of its year or quarter put together",
    "no_actual": "no actual",
    "zero_denominator": "no actual: the denominator is 0",
    "unit_missing": "no actual: a unit is missing, and a sum without it would understate",
    "parts_missing": "no actual: units give no numerator and denominator, and a mean of ratios would mislead",
    "month_missing": "no actual to date: an earlier month is missing, and a sum without it would understate",
}
ORIGINS, REASONS = list(_REASONS), list(_REASONS.values())
"""Where an actual comes from, or why there is none: in a word for programs, and as it is said to a person."""


@dataclass(frozen=True)
class Cube:
    """Actuals on a grid: arrays of shape (units, months, KPIs), the organisation as a whole (`""`) first."""

    units: list[str]
    months: np.ndarray  # counted from the year 0
    actual: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray
    note: np.ndarray  # why each cell holds what it holds: an index of `ORIGINS` and `REASONS`
    length: np.ndarray  # of how many months together each cell's actual is: 3 where a quarter's is held over them
    alone: np.ndarray  # by KPI: whether the one unit there is, is the whole, of which nothing is given by itself
    left_out: int

    def only(self, unit: str, last: int | None = None) -> Cube:
        """The part that is of one unit, in all months or in so many of the last ones."""
        at, since = self.units.index(unit), -(last or 0)
        names = ("actual", "numerator", "denominator", "note", "length")
        cut = {name: getattr(self, name)[at : at + 1, since:] for name in names}
        return replace(self, units=[unit], months=self.months[since:], **cut)


@np.errstate(over="ignore", invalid="ignore")  # what becomes infinite is refused, and needs no warning
def cube(actuals: pd.DataFrame, scorecard: Scorecard, as_of: str | None = None) -> Cube:
    """Lay checked actuals out by unit, month and KPI, and pool the units into the organisation."""
    as_of = as_of and periods.resolve(as_of, scorecard.year_starts)
    first, last, fine = _spans(actuals["period"])
    keep = ~_later(actuals["period"], as_of, last)
    if not keep.any():
        fix = f"the first actual is of {periods.period_of(int(first.min()))}" if len(first) else "the table is empty"
        where = "as_of" if len(first) else "actuals"
        raise ActualsError(Fault(where, "there are no actuals to score", got=str(as_of or ""), fix=fix))
    end = max(int(periods.span(as_of)[1]) if as_of else 0, int(last[keep].max()))
    months = np.arange(int(first[keep].min()), end + 1)
    ids = [kpi.id for kpi in scorecard.kpis]
    units = ["", *(unit for unit in pd.unique(actuals["unit"]) if unit)]
    rows = actuals.assign(
        u=pd.Index(units).get_indexer(actuals["unit"].cat.categories)[actuals["unit"].cat.codes],
        k=pd.Index(ids).get_indexer(actuals["kpi"].cat.categories)[actuals["kpi"].cat.codes],
        first=first - months[0],
        last=last - months[0],
    )[keep]
    fine = fine[keep]
    scale = np.array([kpi.scale if has_parts(kpi) else np.nan for kpi in scorecard.kpis])[rows["k"]]
    rows["actual"] = rows["actual"].fillna(_ratio(rows, scale))
    if fine.any():  # weeks and days are brought to the month that holds them
        months_of = _combine(rows[fine], ["u", "k", "first", "last"], scorecard).reset_index()
        rows = pd.concat([rows[~fine], months_of], ignore_index=True)
    actual, numerator, denominator, note, length = _arrays(rows, units, months, ids)
    stated = note != NO_ACTUAL
    alone = (len(units) == 2) & ~stated[0].any(axis=0)
    grid = Cube(units, months, actual, numerator, denominator, note, length, alone, int((~keep).sum()))
    _from_parts(grid, scorecard)
    if len(units) > 1:
        _pool(grid, stated, scorecard)
    columns = {"actual": grid.actual, "numerator": grid.numerator, "denominator": grid.denominator}
    refuse_infinite(columns, units, months, ids)
    return grid


def refuse_infinite(
    columns: Mapping[str, np.ndarray], units: Sequence[str], months: Sequence[int] | np.ndarray, ids: Sequence[str]
) -> None:
    """Name the first number that is no longer one, in arrays of shape (units, months, ids)."""
    infinite = np.logical_or.reduce([np.isinf(column) for column in columns.values()])
    if infinite.any():
        unit, month, id = np.argwhere(infinite)[0]
        where = ", ".join(filter(None, [ids[id], units[unit], periods.period_of(int(months[month]))]))
        shown = [name for name in ("actual", "expected", "floor", "numerator", "denominator") if name in columns]
        got = ", ".join(f"{name} {columns[name][unit, month, id]:g}" for name in shown[:3])
        what = "this cannot be worked out: the numbers are too large, or too close together"
        raise ActualsError(Fault(where, what, got, fix="look for a slip in the actuals, the target and the floor"))


def _spans(keys: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The first and last month of each row's period, and whether it is finer than a month."""
    spans = np.array([periods.span(text) for text in keys.cat.categories], dtype=np.int64).reshape(-1, 2)
    fine = np.array([periods.grain(text) in ("week", "day") for text in keys.cat.categories], dtype=bool)
    codes = keys.cat.codes.to_numpy()
    return spans[codes, 0], spans[codes, 1], fine[codes]


def _later(keys: pd.Series, as_of: str | None, last: np.ndarray) -> np.ndarray:
    if as_of is None:
        return np.zeros(len(keys), dtype=bool)
    if periods.grain(as_of) in ("week", "day"):
        end = periods.last_day(as_of)
        late = np.array([periods.last_day(text) > end for text in keys.cat.categories], dtype=bool)
        return late[keys.cat.codes.to_numpy()]
    return last > periods.span(as_of)[1]


def _ratio(parts: pd.DataFrame, scale: np.ndarray | pd.Index) -> pd.Series:
    return scale * parts["numerator"] / parts["denominator"].where(parts["denominator"] != 0)


def _combine(rows: pd.DataFrame, by: list[str], scorecard: Scorecard) -> pd.DataFrame:
    """Rows brought together by each KPI's word; `k` is among the keys."""
    words = pd.Series([kpi.aggregate for kpi in scorecard.kpis])
    scales = pd.Series([kpi.scale for kpi in scorecard.kpis])
    combined = []
    # `last` takes the last row of a group, so the rows stand in the order in which their periods end.
    ends = np.array([periods.last_day(text).toordinal() for text in rows["period"].cat.categories], dtype=int)
    rows = rows.iloc[np.argsort(ends[rows["period"].cat.codes], kind="stable")]
    for word, part in rows.groupby(rows["k"].map(words), sort=False, observed=True):
        groups = part.groupby(by, sort=False, observed=True)
        parts = groups[["numerator", "denominator"]].sum(min_count=1)
        if word == "ratio":
            parts["actual"] = _ratio(parts, parts.index.get_level_values("k").map(scales))
            # Without all the parts a ratio cannot be put together; one that stands by itself needs no putting.
            alone = groups["actual"].agg(lambda actual: actual.iloc[0] if len(actual) == 1 else np.nan)
            whole = groups["numerator"].count() == groups["actual"].size()
            parts["actual"] = parts["actual"].where(whole, alone)
            parts[["numerator", "denominator"]] = parts[["numerator", "denominator"]].where(whole)
        elif word == "sum":
            whole = groups["actual"].count() == groups["actual"].size()
            parts["actual"] = groups["actual"].sum().where(whole)
        else:
            parts["actual"] = groups["actual"].agg(word)
        parts["rows"] = groups["actual"].count() if word != "ratio" else groups["numerator"].count()
        combined.append(parts)
    return pd.concat(combined)


def _arrays(rows: pd.DataFrame, units: list[str], months: np.ndarray, ids: list[str]) -> list[np.ndarray]:
    """Rows scattered over the months they span: actual, numerator, denominator and note."""
    u, k, first, last = (rows[name].to_numpy() for name in ("u", "k", "first", "last"))
    length = last - first + 1
    row = np.repeat(np.arange(len(rows)), length)
    within = np.arange(len(row)) - np.repeat(length.cumsum() - length, length)
    cells = u[row], first[row] + within, k[row]
    shape = len(units), len(months), len(ids)
    again = pd.Series(np.ravel_multi_index(cells, shape)).duplicated().to_numpy()
    if again.any():
        unit, month, kpi = (int(place[again][0]) for place in cells)
        both = row[(cells[0] == unit) & (cells[1] == month) & (cells[2] == kpi)][:2]
        ends = [[periods.period_of(int(months[end[one]])) for end in (first, last)] for one in both]
        by, within_ = sorted((start if start == end else f"{start} to {end} as one" for start, end in ends), key=len)
        what = f"{ids[kpi]} in {periods.period_of(int(months[month]))} is given twice: for {by}, and for {within_}"
        where = f"actuals{f' of {units[unit]}' if units[unit] else ''}"
        raise ActualsError(Fault(where, what, fix="keep either the longer period or the shorter ones"))
    arrays = [np.full(shape, np.nan) for _ in NUMBERS]
    for array, name in zip(arrays, NUMBERS, strict=True):
        array[cells] = rows[name].to_numpy()[row]
    note = np.full(shape, NO_ACTUAL, dtype=np.int8)
    note[cells] = np.where(length == 1, GIVEN, HELD)[row]
    together = np.ones(shape, dtype=np.int16)
    together[cells] = length[row]
    return [*arrays, note, together]


def _from_parts(grid: Cube, scorecard: Scorecard) -> None:
    """Take a ratio from its parts wherever they are given; parts of other KPIs do not count."""
    for k, kpi in enumerate(scorecard.kpis):
        numerator, denominator = grid.numerator[..., k], grid.denominator[..., k]
        if not has_parts(kpi):
            numerator[...] = denominator[...] = np.nan
            continue
        given = ~np.isnan(numerator)
        empty = given & (denominator == 0)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ratio = np.where(empty, np.nan, kpi.scale * numerator / denominator)
        own = given if kpi.aggregate == "ratio" else given & np.isnan(grid.actual[..., k])
        grid.actual[..., k] = np.where(own, ratio, grid.actual[..., k])
        grid.note[..., k][empty] = ZERO_DENOMINATOR
    grid.note[np.isnan(grid.actual) & (grid.note != ZERO_DENOMINATOR)] = NO_ACTUAL


def _pool(grid: Cube, stated: np.ndarray, scorecard: Scorecard) -> None:
    """Fill the organisation's cells from its units', unless they are given."""
    for k, kpi in enumerate(scorecard.kpis):
        units = grid.actual[1:, :, k]
        seen = ~np.isnan(units)
        due = np.maximum.accumulate(stated[1:, :, k], axis=1)
        lacking = (due & ~seen).any(axis=0)
        open_ = np.isnan(grid.actual[0, :, k]) & seen.any(axis=0)
        if kpi.pooled == "ratio":
            values, usable = _pooled_ratio(grid, k, kpi.scale, open_)
            if len(units) == 1:  # nothing is put together, so a ratio's value does without its parts
                values, usable = np.where(usable, values, units[0]), usable | seen[0]
            note = np.where(usable, np.where(lacking, POOLED_SOME, POOLED), PARTS_MISSING)
        else:
            values = _pooled_plain(units, seen, kpi.pooled)
            note = np.where(lacking, POOLED_SOME, POOLED)
            if kpi.pooled == "sum":
                values = np.where(lacking, np.nan, values)
                note = np.where(lacking, UNIT_MISSING, POOLED)
        grid.actual[0, open_, k] = values[open_]
        grid.note[0, open_, k] = note[open_]
        grid.length[0, open_, k] = grid.length[1:, open_, k].max(axis=0)


def _pooled_ratio(grid: Cube, k: int, scale: float, open_: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    parts = ~np.isnan(grid.numerator[1:, :, k])
    usable = (parts | np.isnan(grid.actual[1:, :, k])).all(axis=0)
    top, bottom = (np.where(parts, part[1:, :, k], 0.0).sum(axis=0) for part in (grid.numerator, grid.denominator))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        values = np.where(usable, scale * top / bottom, np.nan)
    grid.numerator[0, open_ & usable, k] = top[open_ & usable]
    grid.denominator[0, open_ & usable, k] = bottom[open_ & usable]
    return values, usable


def _pooled_plain(units: np.ndarray, seen: np.ndarray, word: str) -> np.ndarray:
    if word in ("min", "max"):
        best = np.fmin if word == "min" else np.fmax  # of which a missing number is neither
        return best.reduce(units, axis=0)
    total = np.where(seen, units, 0.0).sum(axis=0)
    return total if word == "sum" else total / np.maximum(seen.sum(axis=0), 1)


def monthly(actuals: pd.DataFrame, scorecard: Scorecard, as_of: str | None = None) -> pd.DataFrame:
    """Bring actuals to months, the organisation as a whole included.

    Finer periods are brought together by each KPI's `aggregate`; a quarter's or year's actual holds for its months;
    units are pooled by `across_units`.

    Parameters
    ----------
    actuals : DataFrame
        Long, checked or not.
    scorecard : Scorecard
    as_of : str, optional
        The last period that counts; by default the last in the actuals.

    Returns
    -------
    DataFrame
        Columns as `check_actuals` returns, and `reason`; one row for every unit, month and KPI, missing ones included.

    Raises
    ------
    ActualsError
        When the actuals are faulty, none is left by `as_of`, or a month is given by itself and inside a quarter.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> scorecard, actuals = load_dataset("enterprise")
    >>> monthly(actuals, scorecard).query("kpi == 'ebit-margin'")["period"].iloc[-1]
    '2026-06'
    """
    grid = cube(check_actuals(actuals, scorecard), scorecard, as_of)
    names = [periods.period_of(int(month)) for month in grid.months]
    index = pd.MultiIndex.from_product(
        [grid.units, names, [kpi.id for kpi in scorecard.kpis]], names=["unit", "period", "kpi"]
    )
    table = pd.DataFrame({name: getattr(grid, name).reshape(-1) for name in NUMBERS}, index=index)
    table["reason"] = pd.Categorical.from_codes(grid.note.reshape(-1), categories=REASONS)
    return table.reset_index()[[*COLUMNS, "reason"]].astype(dict.fromkeys(KEYS, "category"))


def to_period(actuals: pd.DataFrame, scorecard: Scorecard, size: str) -> pd.DataFrame:
    """Coarsen actuals to whole quarters or years, by each KPI's `aggregate`.

    A period counts once it has ended by the last month in the actuals. A sum with a month missing is missing. Rows that
    are as coarse already stay as they are.

    Parameters
    ----------
    actuals : DataFrame
        Long, checked or not.
    scorecard : Scorecard
    size : {"month", "quarter", "year"}

    Returns
    -------
    DataFrame
        As `check_actuals` returns it.

    Raises
    ------
    ActualsError
        When the actuals are faulty.
    UnknownNameError
        When there is no such size.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> scorecard, actuals = load_dataset("enterprise")
    >>> to_period(actuals, scorecard, "year")["period"].cat.categories.tolist()[-1]
    '2025'
    """
    lengths = {"month": 1, "quarter": 3, "year": 12}
    if size not in lengths:
        raise UnknownNameError(unknown("size of period", size, lengths, "to_period"))
    rows = check_actuals(actuals, scorecard)
    first, last, fine = _spans(rows["period"])
    small = fine | (last - first + 1 < lengths[size])
    end = int(last.max()) if len(last) else 0
    ids = pd.Index([kpi.id for kpi in scorecard.kpis])
    part = rows[small].assign(k=ids.get_indexer(rows["kpi"][small]), length=(last - first + 1)[small], fine=fine[small])
    part["bucket"] = [periods.containing(int(month), size, scorecard.year_starts) for month in first[small]]
    part = part[[periods.span(bucket)[1] <= end for bucket in part["bucket"]]]
    if part.empty:
        return rows[~small].reset_index(drop=True)
    coarse = _combine(part, ["unit", "k", "bucket", "length", "fine"], scorecard).reset_index()
    sums = np.array([kpi.aggregate == "sum" for kpi in scorecard.kpis])[coarse["k"]]
    short = sums & ~coarse["fine"] & (coarse["rows"] * coarse["length"] < lengths[size])
    coarse.loc[short, "actual"] = np.nan
    coarse = coarse.assign(kpi=ids[coarse["k"]], period=coarse["bucket"])
    both = [part.astype(dict.fromkeys(KEYS, "str")) for part in (rows[~small], coarse[COLUMNS])]
    return check_actuals(pd.concat(both, ignore_index=True), scorecard)
