"""What was observed: the one tidy table, and its checks.

A row says what one KPI was in one unit in one period. An empty unit means the whole organisation; an empty actual means
that nothing was observed.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from bsclib.errors import MOST_FAULTS, ActualsError, Fault, first_faults, suggestion, unknown
from bsclib.model import periods
from bsclib.model.advice import EMPTY, PLAIN, year_advice
from bsclib.model.measures import is_yes_no, measure_of
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.readings import read, wrong_answer
from bsclib.model.values import control_character

COLUMNS = ["unit", "kpi", "period", "actual", "numerator", "denominator"]
KEYS, NUMBERS = COLUMNS[:3], COLUMNS[3:]
LARGEST = 1e18  # nothing that is measured is as large; its square still has a place in single precision (up to 3e38)
SLIP = "look for a slip, such as two numbers in one cell"
Place = Callable[[int, str], str]


def check_actuals(frame: pd.DataFrame, scorecard: Scorecard | None = None, place: Place | None = None) -> pd.DataFrame:
    """Check a long table of actuals and give it its types.

    Parameters
    ----------
    frame : DataFrame
        Columns `kpi`, `period` and `actual` or its parts; `unit`, `numerator`, `denominator` may be left out.
        A period is text, a pandas period or a date; dates that all begin a month are those months.
    scorecard : Scorecard, optional
        If given, every KPI must be one of its own.
    place : callable, optional
        Turns a row's position and a column into the words that lead a person there.

    Returns
    -------
    DataFrame
        Columns `unit`, `kpi`, `period` (categorical) and `actual`, `numerator`, `denominator` (float), in the rows'
        order.

    Raises
    ------
    ActualsError
        With every fault: unknown columns and KPIs, unreadable periods, text and infinities among the numbers, and rows
        that say the same thing twice.

    Examples
    --------
    >>> check_actuals(pd.DataFrame({"kpi": ["mtrr"], "period": ["March"], "actual": [4.2]}))
    Traceback (most recent call last):
    ...
    bsclib.errors.ActualsError: row 1, period: 'March' is not a period: write ...
    """
    place = place or (lambda row, column: f"row {row + 1}, {column}")
    _check_columns(frame)
    faults: list[Fault] = []
    tidy = {key: _key(frame, key) for key in KEYS}
    read = _in_measure(frame, tidy, scorecard)
    tidy |= {number: _number(frame, number, place, faults, read) for number in NUMBERS}
    out = pd.DataFrame(tidy, copy=False)
    faults += _unit_faults(out, place)
    out["period"] = _resolved(out, scorecard, place, faults)
    faults += _kpi_faults(out, scorecard, place)
    if not faults:
        faults += _twice(out, place)
        faults += _year_faults(out, scorecard, place) if scorecard else []
        faults += [*_part_faults(out, scorecard, place), *_answer_faults(out, scorecard, place)] if scorecard else []
    if faults:
        raise ActualsError(first_faults(faults))
    return out


def _check_columns(frame: pd.DataFrame) -> None:
    strangers = [str(column) for column in frame.columns if column not in COLUMNS]
    faults = [unknown("column", column, COLUMNS, "the table of actuals") for column in strangers]
    for column in [key for key in ("kpi", "period") if key not in frame.columns]:
        what = f"the column {column!r} is missing"
        faults.append(Fault("the table of actuals", what, allowed=", ".join(COLUMNS)))
    if "actual" not in frame.columns and not {"numerator", "denominator"} <= set(frame.columns):
        fix = "give the column actual, or numerator and denominator"
        faults.append(Fault("the table of actuals", "there are no actuals in it", fix=fix))
    if faults:
        raise ActualsError(faults)


def _key(frame: pd.DataFrame, column: str) -> pd.Categorical:
    if column not in frame.columns:
        return pd.Categorical.from_codes(np.zeros(len(frame), dtype=np.int8), categories=[""])
    keys = frame[column].astype("category").array
    if column == "period" and pd.api.types.infer_dtype(keys.categories) != "string":
        texts = np.append(date_texts(keys.categories.to_series()).to_numpy(dtype=object), "")
        keys = pd.Series(texts[keys.codes]).astype("category").array
    if any(not isinstance(key, str) or key != key.strip() for key in keys.categories) or (keys.codes < 0).any():
        text = frame[column].astype(object).where(frame[column].notna(), "")
        keys = text.map(_text).astype("category").array
    return keys.remove_unused_categories()


def date_texts(values: pd.Series) -> pd.Series:
    """Dates as text, months where each begins one, and pandas' periods in ISO's spelling; else what was given."""
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind == "period":
        return values.astype(str).str.replace(r"^(\d{4})Q", r"\1-Q", regex=True).where(values.notna(), "")
    if kind in ("date", "datetime", "datetime64"):
        dates = pd.to_datetime(values)
        return dates.dt.strftime("%Y-%m" if (dates.dropna().dt.day == 1).all() else "%Y-%m-%d").fillna("")
    return values


def _text(value: Hashable) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def _in_measure(
    frame: pd.DataFrame, keys: dict[str, pd.Categorical], scorecard: Scorecard | None
) -> Callable[[int, str], float | Fault]:
    """What reads a row's value that is no plain number in its KPI's measure."""
    measures = {kpi.id: measure_of(kpi) for kpi in scorecard.kpis} if scorecard else {}

    def number(row: int, column: str) -> float | Fault:
        measure = measures.get(str(keys["kpi"][row]), PLAIN) if column == "actual" else PLAIN
        return read(frame[column].iloc[row], measure, str(keys["period"][row]))

    return number


def _number(
    frame: pd.DataFrame, column: str, place: Place, faults: list[Fault], read: Callable[[int, str], float | Fault]
) -> np.ndarray:
    if column not in frame.columns:
        return np.full(len(frame), np.nan)
    given = frame[column]
    if given.dtype.kind in "bmM":
        given = given.astype(object)
    try:
        values = given.to_numpy(dtype=float, na_value=np.nan) if given.dtype != object else _numbers(given)
    except (TypeError, ValueError):
        values = _numbers(given)
    for row in np.flatnonzero(np.isinf(values)):
        faults.append(Fault(place(int(row), column), "this is infinite", fix=EMPTY))
    for row in np.flatnonzero(np.isfinite(values) & (np.abs(values) > LARGEST)):
        what, shown, allowed = "nothing that is measured is as large", f"{values[row]:g}", f"up to {LARGEST:g}"
        faults.append(Fault(place(int(row), column), what, shown, allowed, SLIP))
    if given.dtype.kind not in "fiu":
        for row in np.flatnonzero(np.isnan(values) & given.notna().to_numpy()):
            got = read(int(row), column)
            if isinstance(got, Fault):
                faults.append(replace(got, where=place(int(row), column)))
            else:
                values[row] = got
    return values


def _numbers(given: pd.Series) -> np.ndarray:
    others = (bool, np.bool_, datetime.date, datetime.timedelta)  # of which pandas makes numbers, of nanoseconds too
    plain = given.where(given.map(lambda value: not isinstance(value, others)), None)
    return np.array(pd.to_numeric(plain, errors="coerce"), dtype=float)


def _rows_of(keys: pd.Series, names: list[str]) -> Iterator[tuple[int, str]]:
    """Each row that holds one of the names."""
    codes = keys.cat.categories.get_indexer(names)
    for row in np.flatnonzero(np.isin(keys.cat.codes, codes)):
        yield int(row), keys.iloc[row]


def _unit_faults(out: pd.DataFrame, place: Place) -> list[Fault]:
    wrong = {name: problem for name in out["unit"].cat.categories if (problem := control_character(name))}
    return [Fault(place(row, "unit"), wrong[name]) for row, name in _rows_of(out["unit"], list(wrong))]


def _resolved(out: pd.DataFrame, scorecard: Scorecard | None, place: Place, faults: list[Fault]) -> pd.Series:
    """The periods, of fiscal years as well, as far as they can be read without knowing when years start."""
    wrong: dict[str, str] = {}
    read: dict[str, str] = {}
    for text in out["period"].cat.categories:
        try:
            read[text] = periods.resolve(text, scorecard.year_starts) if scorecard else periods.check_period(text)
        except ValueError as error:
            wrong[text] = str(error)
    faults += [Fault(place(row, "period"), wrong[text]) for row, text in _rows_of(out["period"], list(wrong))]
    if all(text == period for text, period in read.items()):
        return out["period"]
    codes = {
        period: code
        for code, period in enumerate(sorted({read.get(text, text) for text in out["period"].cat.categories}))
    }
    new = np.array([codes[read.get(text, text)] for text in out["period"].cat.categories], dtype=np.int64)
    return pd.Series(pd.Categorical.from_codes(new[out["period"].cat.codes], categories=list(codes)), out.index)


def _kpi_faults(out: pd.DataFrame, scorecard: Scorecard | None, place: Place) -> list[Fault]:
    known = [kpi.id for kpi in scorecard.kpis] if scorecard else None
    names = {kpi.id: kpi.name for kpi in scorecard.kpis} if scorecard else {}
    strangers = [name for name in out["kpi"].cat.categories if (name not in known if known else not name)]
    faults: dict[str, list[int]] = {}
    for row, name in _rows_of(out["kpi"], strangers):
        faults.setdefault(name, []).append(row)
    more = [Fault(place(rows[0], "kpi"), f"there is no KPI {name!r}") for name, rows in faults.items()][MOST_FAULTS:]
    return [
        Fault(
            place(rows[0], "kpi") + (f" (and {len(rows) - 1} more rows)" if len(rows) > 1 else ""),
            f"there is no KPI {name!r}" if name else "no KPI is named",
            allowed=", ".join(known or ()),
            fix=suggestion(name, known or [], names),
        )
        for name, rows in itertools.islice(faults.items(), MOST_FAULTS)  # to look for the nearest name takes a while
    ] + more


def _twice(out: pd.DataFrame, place: Place) -> list[Fault]:
    # One number for each unit, KPI and period is compared faster than the three.
    unit, kpi, period = (out[key].cat.codes.to_numpy(np.int64) for key in KEYS)
    cell = (unit * len(out["kpi"].cat.categories) + kpi) * len(out["period"].cat.categories) + period
    faults = []
    for row in np.flatnonzero(pd.Series(cell).duplicated())[: MOST_FAULTS + 1]:
        whose, what, when = out.loc[row, KEYS]
        text = f"{what}{f' of {whose}' if whose else ''} in {when} is given twice"
        faults.append(Fault(place(int(row), "period"), text, fix="keep one of the rows"))
    return faults


def _year_faults(out: pd.DataFrame, scorecard: Scorecard, place: Place) -> Iterator[Fault]:
    """Yearly KPIs whose rows are years or look like them: 2010-11 is November 2010, and may be meant as 2010/11."""
    yearly = [kpi.id for kpi in scorecard.kpis if kpi.frequency == "yearly"]
    for id, rows in out[out["kpi"].isin(yearly)].groupby("kpi", observed=True):
        texts = rows["period"].astype("str")
        if months := periods.unsure_years(texts):
            what, fix = year_advice(months[0], f"{id} is a yearly KPI", scorecard.year_starts)
            yield Fault(place(int(texts.index[texts == months[0]][0]), "period"), what, fix=fix)


def _part_faults(out: pd.DataFrame, scorecard: Scorecard, place: Place) -> list[Fault]:
    kpis = [scorecard.kpi(name) for name in out["kpi"].cat.categories]
    code = out["kpi"].cat.codes.to_numpy()
    numerator, denominator, actual = (out[name].to_numpy() for name in ("numerator", "denominator", "actual"))
    ratio = np.array([has_parts(kpi) for kpi in kpis], dtype=bool)[code]
    given = ~np.isnan(numerator) & ~np.isnan(denominator)
    what = "there are parts but no actual, and this KPI is not a ratio"
    rows = np.flatnonzero(given & ~ratio & np.isnan(actual))
    faults = [Fault(place(int(row), "actual"), what, fix="give the actual") for row in rows]
    what = "one part of the ratio is missing"
    rows = np.flatnonzero(ratio & (np.isnan(numerator) != np.isnan(denominator)))
    faults += [Fault(place(int(row), "numerator"), what, fix="give both parts or neither") for row in rows]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        computed = np.array([kpi.scale for kpi in kpis], dtype=float)[code] * numerator / denominator
        apart = ratio & (np.abs(computed - actual) > 0.5 * np.maximum(np.abs(computed), np.abs(actual)) + 0.1)
    large = ratio & (np.abs(computed) > LARGEST) & (denominator != 0)
    for row in np.flatnonzero(large)[: MOST_FAULTS + 1]:
        what = f"{numerator[row]:g} / {denominator[row]:g} is larger than anything that is measured"
        faults.append(Fault(place(int(row), "numerator"), what, fix="look for a slip in the two parts"))
    for row in np.flatnonzero(apart & ~large & np.isfinite(computed))[: MOST_FAULTS + 1]:
        what = f"the actual is {actual[row]:g}, but its parts give {computed[row]:g}"
        fix = "put the constant factor into the KPI's formula, such as 100 * met / tickets"
        faults.append(Fault(place(int(row), "actual"), what, fix=fix))
    return faults


def _answer_faults(out: pd.DataFrame, scorecard: Scorecard, place: Place) -> list[Fault]:
    """The numbers that are neither 1 nor 0 where the answer is yes or no."""
    asked = [kpi.id for kpi in scorecard.kpis if is_yes_no(kpi.measured_in)]
    if not asked:
        return []
    rows = np.flatnonzero(out["kpi"].isin(asked) & out["actual"].notna() & ~out["actual"].isin([0.0, 1.0]))
    return [replace(wrong_answer(f"{out['actual'].iloc[row]:g}"), where=place(int(row), "actual")) for row in rows]


def has_parts(kpi: KPI) -> bool:
    """Whether a KPI is a ratio somewhere: over time or across units."""
    return "ratio" in (kpi.aggregate, kpi.pooled)
