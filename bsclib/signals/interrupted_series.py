"""Did it help: the level of a series before and after a date, told from its trend, its season and its memory.

The smallest model that fits is a line with a step at the date; a season is added where a test finds one. A line is
always there: leaving it out where it is not significant was wrong in 10 to 20 of 100 series without an effect. What a
month keeps of the last makes months tell less than their number, so that it is estimated, its bias is taken out, and
the months are weighted by it (Prais and Winsten). The same is asked of earlier dates at which nothing was done: where
those show as much, the step proves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from bsclib.errors import ActualsError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.signals.step_regression import Observed, Step, design_of, fit_step, fit_steps, weighted
from bsclib.wording import counted, month_name, number

ADJUST = ("season", "memory", "dispersion")
FEWEST_BEFORE, FEWEST_AFTER = 12, 3
"""Months without which nothing is said of a step: no line before it, or no level after it."""
EACH_SIDE = 12
"""Months on each side of an earlier date at which the same is asked."""
STRONG_CHECK = 20
"""Earlier dates from which on the check can tell one in twenty."""
LONGEST = 60
"""Months after the date that anybody would wait for."""
_POWER = 0.8416  # standard errors beyond the interval's edge: an effect is then found in four of five cases
COLUMNS = [
    *("period", "verdict", "effect", "low", "high", "level", "scale", "season", "memory"),
    *("months_before", "months_after", "months_needed", "dates", "larger", "reason"),
]


def effect_of(
    actual: pd.Series,
    start: str,
    comparison: pd.DataFrame | pd.Series | None = None,
    exposure: pd.Series | None = None,
    expected_effect: float | None = None,
    adjust: Collection[str] = ADJUST,
    level: float = 0.95,
) -> pd.DataFrame:
    """Say whether a series has moved since a date, by how much, and how sure that is.

    Parameters
    ----------
    actual : Series
        By month: a monthly PeriodIndex, or ISO text such as ``2024-03``. Months may lack.
    start : str
        The first month in which the effect can show, such as ``2005-01``.
    comparison : Series or DataFrame, optional
        The same of others that did nothing, a column each: what they share with the series is taken out.
    exposure : Series, optional
        Makes `actual` a count of events and this what they happened to, such as the population. The effect is then the
        ratio of the rates (Poisson regression); a comparison cannot be given with it.
    expected_effect : float, optional
        What was hoped for, in what the series is measured in (with `exposure`, as a ratio). It tells *no effect* from
        *too few months*.
    adjust : of "season", "memory" and "dispersion"
        What is looked for, and taken into account where it is found; the last is that counts vary more than Poisson's.
    level : float, default 0.95
        Of the interval.

    Returns
    -------
    DataFrame
        One row: `period` (the start), `verdict` (``effect_seen``, ``no_effect_seen``, ``too_early``,
        ``too_little_data``), `effect` with `low` and `high` at `level`, `scale` (``difference`` or ``ratio``),
        `season` (whether one was found), `memory` (the share that a month keeps of the last), `months_before` and
        `months_after` (with an actual), `months_needed` (after the start, or before it where those are too few; missing
        where the answer is there), `dates` (at which the same was asked) and `larger` (how many of them showed as
        much), and the `reason` in words.

    Raises
    ------
    ActualsError
        When months are given twice, are not in order of months, or are not finite; when counts are negative or an
        exposure is not positive.
    UnknownNameError
        When there is no such adjustment.

    Notes
    -----
    Memory is estimated from the residuals and corrected for the bias that this design gives it: it is the memory under
    which the estimate that was found is the one to be expected. Generalised least squares with it are what Prais and
    Winsten do, gaps included. Student's t has as many degrees of freedom as independent months would leave: (n − k) (1
    − r) / (1 + r) for k columns and memory r.

    An earlier date is asked where it leaves 12 months on each side, with the months before the start alone. The effect
    counts as seen when the interval leaves 0 out (a ratio: 1) and no more than one in twenty of the dates shows as much
    in standard errors. Of fewer than 20 dates none may, and the reason says that the check is weak.

    References
    ----------
    1. Lopez Bernal, J., Cummins, S., Gasparrini, A. (2017), Interrupted time series regression for the evaluation of
       public health interventions: a tutorial, International Journal of Epidemiology 46, 348-355.
    2. Prais, S. J., Winsten, C. B. (1954), Trend estimators and serial correlation, Cowles Commission paper 383.

    Examples
    --------
    >>> months = pd.period_range("2023-01", periods=36, freq="M")
    >>> waiting = pd.Series([9.0, 9.4, 8.8, 9.2, 9.1, 8.7] * 4 + [7.0, 7.3, 6.9, 7.1, 7.2, 6.8] * 2, index=months)
    >>> effect_of(waiting, "2025-01")[["verdict", "effect"]].round(1).values.tolist()
    [['effect_seen', -2.0]]
    """
    _check(adjust, level)
    first = _first(start)
    month, values = _by_month(actual, "actual")
    others = _others(comparison, month)
    if others is not None and exposure is not None:
        raise ActualsError(Fault("exposure", "rates are not compared with others here", fix="give one of the two"))
    weight = None if exposure is None else _exposure(exposure, month, values)
    known = ~np.isnan(values if others is None else values - others)
    values, month = (values if others is None else values - others)[known], month[known]
    weight = weight[known] if weight is not None else None
    series = Observed(month, values, weight)
    return answer(series, first, _effect_wanted(expected_effect, exposure), adjust, level, [series])


def answer(
    series: Observed,
    first: int,
    wanted: float | None,
    adjust: Collection[str],
    level: float,
    pool: Sequence[Observed],
) -> pd.DataFrame:
    """The row of `effect_of`; the same is asked of earlier dates in each series of a `pool`."""
    before = int((series.month < first).sum())
    after = len(series.month) - before
    months = series.length
    row: dict[str, Any] = dict.fromkeys(COLUMNS, np.nan)
    row |= {"period": periods.period_of(first), "level": level, "season": False, "dates": 0, "larger": 0}
    row |= {"scale": "difference" if series.exposure is None else "ratio"}
    row |= {"months_before": before * months, "months_after": after * months}
    step = fit_step(series, first, adjust) if before >= 4 and after else None
    if step is not None:
        ends = step.size + np.array([0, -1, 1]) * step.reach(level)
        row |= dict(zip(("effect", "low", "high"), ends if series.exposure is None else np.exp(ends), strict=True))
        row |= {"season": step.season, "memory": step.memory}
    if before < FEWEST_BEFORE // months + (months > 1):
        row |= {"verdict": "too_little_data", "months_needed": FEWEST_BEFORE}
        row["reason"] = (
            f"{_only(before, months)} before it; {FEWEST_BEFORE} months are needed to know the way it was on"
        )
    elif after * months < FEWEST_AFTER:
        row |= {"verdict": "too_early", "months_needed": FEWEST_AFTER}
        row["reason"] = f"{_only(after, months)} since its effect can show; {FEWEST_AFTER} months are needed"
    elif step is None:
        row["verdict"] = "too_little_data"
        row["reason"] = "a known break begins in the same month: only a unit without the action could tell them apart"
    else:
        row |= _judged(step, series, first, wanted, adjust, level, pool)
    return pd.DataFrame([row], columns=COLUMNS).astype({"dates": int, "larger": int, "season": bool})


def _judged(
    step: Step,
    series: Observed,
    first: int,
    wanted: float | None,
    adjust: Collection[str],
    level: float,
    pool: Sequence[Observed],
) -> dict[str, Any]:
    """Verdict and reason of a step that could be fitted."""
    earlier = placebo_steps(pool, first, adjust, step.season)
    larger = int((np.abs(earlier) >= abs(step.clear)).sum())
    allowed = (len(earlier) + 1) // STRONG_CHECK - 1 if len(earlier) >= STRONG_CHECK - 1 else 0
    reach = step.reach(level)
    low, high = step.size - reach, step.size + reach
    out: dict[str, Any] = {"dates": len(earlier), "larger": larger}
    check = check_words(len(earlier), larger)
    if low > 0 or high < 0 or (reach == 0 and step.size != 0):
        if larger <= allowed:
            return out | {"verdict": "effect_seen", "reason": f"the interval leaves no effect out; {check}"}
        why = f"the interval leaves no effect out, but such steps come by themselves: {check}"
        return out | {"verdict": "no_effect_seen", "reason": why}
    if not wanted or not low <= wanted <= high:
        held = "holds no effect, and not the effect that was expected" if wanted else "holds no effect"
        return out | {"verdict": "no_effect_seen", "reason": f"the interval {held}; {check}"}
    needed = months_needed(step, series, first, wanted, level)
    both = "the interval holds no effect as well as the effect that was expected"
    if np.isnan(needed):
        why = f"{both}; even {LONGEST} months after it would not tell them apart, the series varies too much"
        return out | {"verdict": "too_little_data", "reason": why}
    why = f"{both}; {counted(needed, 'month')} after it would tell them apart in four of five cases"
    return out | {"verdict": "too_early", "months_needed": needed, "reason": why}


def check_words(dates: int, larger: int) -> str:
    """What asking the same of earlier dates says."""
    if not dates:
        return f"no earlier date leaves {EACH_SIDE} months on each side, so it was not checked there"
    shows = "none of them shows" if not larger else f"{larger} of them {'shows' if larger == 1 else 'show'}"
    weak = f", which is a weak check: {STRONG_CHECK} would be needed" if dates < STRONG_CHECK else ""
    return f"asked of {counted(dates, 'earlier date')}, {shows} as much{weak}"


def placebo_steps(pool: Sequence[Observed], first: int, adjust: Collection[str], season: bool) -> np.ndarray:
    """Steps in standard errors at every earlier date that leaves 12 months on each side, of all series."""
    clear: list[float] = []
    for series in pool:
        past = series.until(first)
        dates = range(first - EACH_SIDE, int(past.month[0]) if len(past.month) else first, -series.length)
        before = np.searchsorted(past.month, dates)
        sides = np.minimum(before, len(past.month) - before) * series.length
        asked = [date for date, side in zip(dates, sides, strict=True) if side >= EACH_SIDE]
        clear += [step.clear for step in fit_steps(past, asked, adjust, season) if step is not None]
    return np.array(clear)


def months_needed(step: Step, series: Observed, first: int, wanted: float, level: float) -> float:
    """How many months after the start would tell an effect from none, in four of five cases; NaN beyond five years."""
    past = series.until(first)
    # A logarithm of counts varies by as much less as there are more of them.
    noise = step.noise if series.exposure is None else step.noise / max(float(past.values.mean()), 1.0)
    there = len(series.month) - len(past.month)
    for count in range(there + 1, LONGEST // series.length + 1):
        later = first + series.length * np.arange(count)
        month = np.concatenate([past.month, later])
        design = design_of(Observed(month, month), first, False)
        times = (month - month[0]) // series.length
        error = float(weighted(np.zeros(len(month)), design, times, step.memory)[1]) * np.sqrt(noise)
        free = max((len(month) - design.shape[1]) * (1 - step.memory) / (1 + step.memory), 3)
        if abs(wanted) >= error * (stdtrit(free, 0.5 + level / 2) + _POWER):
            return float(count * series.length)
    return np.nan


def _only(count: int, length: int) -> str:
    """How few months there are, in words."""
    noun = "month" if length == 1 else "actual"
    return f"only {counted(count, noun)}" if count else f"no {noun}"


def _effect_wanted(expected: float | None, exposure: pd.Series | None) -> float | None:
    if expected is None or exposure is None:
        return expected
    if expected <= 0:
        raise ActualsError(Fault("expected_effect", "a ratio is above 0", number(expected, 3), fix="such as 0.9"))
    return float(np.log(expected))


def _first(start: str) -> int:
    try:
        return periods.span(start)[0]
    except ValueError as error:
        raise ActualsError(Fault("start", str(error), fix="write the first month of its effect")) from None


def _check(adjust: Collection[str], level: float) -> None:
    given = [adjust] if isinstance(adjust, str) else list(adjust)
    if strangers := [unknown("adjustment", word, ADJUST, "adjust") for word in given if word not in ADJUST]:
        raise UnknownNameError(strangers)
    if not 0 < level < 1:
        raise ActualsError(Fault("level", "this is no level of an interval", f"{level:g}", "between 0 and 1, as 0.95"))


def _by_month(series: pd.Series, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The months, counted from the year 0 and in order, and the values."""
    if not isinstance(series, pd.Series):
        fix = "index it by month: pandas.period_range('2024-01', periods=24, freq='M')"
        raise ActualsError(Fault(name, "this is no pandas Series", type(series).__name__, fix=fix))
    try:
        month = np.array([periods.span(str(label)[:7])[0] for label in series.index], dtype=np.int64)
        values = series.to_numpy(dtype=float, na_value=np.nan)
    except (ValueError, TypeError) as error:
        fix = "index it by month, such as 2024-03, and give numbers"
        raise ActualsError(Fault(name, f"this cannot be read: {error}", fix=fix)) from None
    order = np.argsort(month, kind="stable")
    month, values = month[order], values[order]
    if twice := [periods.period_of(int(m)) for m in month[1:][np.diff(month) == 0]]:
        raise ActualsError(Fault(name, f"the month {twice[0]} is given twice", fix="keep one"))
    if np.isinf(values).any():
        at = periods.period_of(int(month[np.isinf(values)][0]))
        raise ActualsError(Fault(name, f"{month_name(at)} is infinite", fix="leave it out, or correct it"))
    return month, values


def _others(comparison: pd.DataFrame | pd.Series | None, month: np.ndarray) -> np.ndarray | None:
    """The mean of the others in each month; NaN where one of them lacks."""
    if comparison is None:
        return None
    frame = comparison.to_frame() if isinstance(comparison, pd.Series) else comparison
    columns = []
    for label in frame.columns:
        theirs, values = _by_month(frame[label], "comparison")
        columns.append(pd.Series(values, index=theirs).reindex(month).to_numpy())
    return np.mean(columns, axis=0) if columns else None


def _exposure(exposure: pd.Series, month: np.ndarray, counts: np.ndarray) -> np.ndarray:
    theirs, values = _by_month(exposure, "exposure")
    there = pd.Series(values, index=theirs).reindex(month).to_numpy()
    faults = []
    if (counts < 0).any():
        faults.append(Fault("actual", "a count is negative", fix="leave exposure out of what is no count"))
    for m, value, count in zip(month, there, counts, strict=True):
        if not np.isnan(count) and not value > 0:
            got = "nothing" if np.isnan(value) else number(float(value))
            where = f"exposure, {periods.period_of(int(m))}"
            faults.append(
                Fault(where, "what events happen to is above 0", got, fix="correct it, or leave the month out")
            )
    if faults:
        raise ActualsError(faults)
    return there
