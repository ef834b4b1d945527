"""Two series that look linked, before and after trend, season and own past are taken out; and a scan of lags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bsclib.model import periods
from bsclib.plots.canvas import STYLE, brief, describe, panel, sheet, write
from bsclib.plots.lettering import safe_name
from bsclib.plots.palette import ACTUAL, GAIN, GREY, INK, LANE, LINES, RULE
from bsclib.plots.picture import MARGIN, WIDTH, Entry
from bsclib.plots.ticks import isolated, year_starts
from bsclib.wording import counted, signed

_TALL, _HEAD, _DATES, _SQUARE, _BETWEEN = 1.25, 0.3, 0.26, 2.1, 0.45
_CAUSE: dict[str, Any] = {"color": LINES[1], "linewidth": 1.3, "linestyle": (0, (4, 1.5))}
_EFFECT: dict[str, Any] = {"color": ACTUAL, "linewidth": 1.5}
_POINT: dict[str, Any] = {"marker": "o", "markersize": 3.2, "color": GAIN, "linestyle": "none", "markeredgewidth": 0}
_PARTS = (("As observed", "cause", "effect"), ("Trend, season and own past taken out", "cause_left", "effect_left"))
_BAR, _BARS, _AXIS = 0.42, 1.7, 0.42


@rc_context(STYLE)
def plot_pair(pair: pd.DataFrame, cause: str = "cause", effect: str = "effect") -> Axes:
    """Draw two series as they are, and what is left of them without trend, season and own past.

    Parameters
    ----------
    pair : DataFrame
        As `bsclib.study.lessons.spurious.spurious_pair` returns it: a row a month, `cause`, `effect`, `cause_left`,
        `effect_left`, and `lag`, the same in every row; 0 where there is no such column.
    cause, effect : str
        What to call them.

    Returns
    -------
    Axes
        Of the series as they are. Each series is drawn on a scale of its own; beside them the effect over the
        cause, `lag` months earlier, and above both their correlation.

    Examples
    --------
    >>> from bsclib.study.lessons.spurious import spurious_pair
    >>> from bsclib.plots import alt_text
    >>> alt_text(plot_pair(spurious_pair("trend")))
    'Two series of 60 months, cause and effect. As observed their correlation is +0.62, ...'
    """
    lag = int(pair["lag"].iloc[0]) if "lag" in pair else 0
    called = [safe_name(cause, "cause"), safe_name(effect, "effect")]
    names = [brief(name, 60) for name in called]
    row = _HEAD + _TALL
    note = f"each on a scale of its own · points: the effect over the cause {_earlier(lag)}"
    title = ", ".join(names) if called != ["cause", "effect"] else "A cause that is none"
    key: list[Entry] = [(names[0], _CAUSE), (names[1], _EFFECT)]
    figure, foot = sheet(2 * row + _DATES, title, note, key)
    correlations, drawn = [], []
    for at, (head, first, second) in enumerate(_PARTS):
        bottom = foot + _DATES + (1 - at) * row
        both = pair[[first, second]].apply(_sized)
        # Cause and effect side by side, the cause earlier, where there are both.
        beside = both.assign(**{first: both[first].shift(lag)}).dropna().to_numpy(float)
        r = _together(beside)
        correlations.append(r)
        write(figure, MARGIN, bottom + _TALL + 0.08, f"{head}: correlation {signed(r, 2)}", weight="bold", size=8.5)
        drawn.append(_draw_series(figure, bottom, both, dates=at == 1))
        _draw_points(figure, bottom, beside)
    describe(figure, *_pair_words(len(pair), called, correlations, lag))
    return drawn[0]


def _draw_series(figure: Figure, bottom: float, both: pd.DataFrame, dates: bool) -> Axes:
    wide = WIDTH - 2 * MARGIN - _SQUARE - _BETWEEN
    axes = panel(figure, MARGIN, bottom, wide, _TALL)
    axes.set_facecolor(LANE)
    axes.set(xlim=(-0.5, len(both) - 0.5), xticks=[], yticks=[])
    at = np.arange(len(both))
    for line, look in zip(both.to_numpy(float).T, (_CAUSE, _EFFECT), strict=True):
        axes.plot(at, line, **look)
        lone = isolated(line)
        axes.plot(at[lone], line[lone], marker=".", markersize=4, linestyle="none", color=look["color"])
    axes.set_ylim(*_ends(both.to_numpy(float)))
    if dates:
        marks = _marks(both.index)
        axes.set_xticks(list(marks), list(marks.values()))
    return axes


def _draw_points(figure: Figure, bottom: float, beside: np.ndarray) -> None:
    axes = panel(figure, WIDTH - MARGIN - _SQUARE, bottom, _SQUARE, _TALL)
    axes.set_facecolor(LANE)
    x, y = beside.T
    axes.plot(x, y, **_POINT)
    axes.set(xticks=[], yticks=[], xlim=_ends(x), ylim=_ends(y))
    if len(x) > 2 and np.ptp(x) > 0:
        ends = np.array([x.min(), x.max()])
        axes.plot(ends, np.polyval(np.polyfit(x, y, 1), ends), color=GREY, linewidth=1)


def _sized(values: pd.Series) -> pd.Series:
    spread = values.std()
    return (values - values.mean()) / (spread if spread > 0 else 1.0)


def _together(beside: np.ndarray) -> float:
    moves = len(beside) > 2 and (np.ptp(beside, axis=0) > 0).all()
    return float(np.corrcoef(beside.T)[0, 1]) if moves else float("nan")


def _ends(values: np.ndarray) -> tuple[float, float]:
    seen = values[~np.isnan(values)]
    if not len(seen):
        return -1.0, 1.0
    pad = 0.08 * float(np.ptp(seen)) or 1.0
    return float(seen.min()) - pad, float(seen.max()) + pad


def _marks(index: pd.Index) -> dict[int, str]:
    """What is written below the months: years, or their numbers."""
    if pd.api.types.is_integer_dtype(index):
        return {at: f"month {month}" for at, month in enumerate(index) if month % 12 == 0}
    when = np.array([periods.span(str(month))[0] for month in index])
    return {month - int(when[0]): text for month, text in year_starts(when).items()}


def _earlier(lag: int) -> str:
    return "of the same month" if lag == 0 else f"{counted(lag, 'month')} earlier"


def _pair_words(months: int, called: list[str], correlations: list[float], lag: int) -> Iterator[str]:
    yield f"Two series of {months} months, {brief(called[0])} and {brief(called[1])}."
    when = "" if lag == 0 else f", the cause {_earlier(lag)}"
    before, after = (signed(r, 2) for r in correlations)
    yield f"As observed their correlation is {before}{when}; with trend, season and own past taken out it is {after}."


@rc_context(STYLE)
def plot_lag_scan(scan: pd.DataFrame, level: float = 0.05) -> Axes:
    """Draw the correlation at every lag, and how high it has to be to pass for real if no other lag had been tried.

    Parameters
    ----------
    scan : DataFrame
        As `bsclib.causality.lag_scan` returns it.
    level : float
        The chance of a false yes at each lag, 0 to 1.

    Returns
    -------
    Axes
        Lag across, correlation up, a bar a lag; those beyond the dashed lines are dark, and the best one is named.

    Examples
    --------
    >>> from bsclib.causality.correlation_test import lag_scan
    >>> from bsclib.study.lessons.spurious import spurious_pair
    >>> from bsclib.plots import alt_text
    >>> pair = spurious_pair("lag_scan")
    >>> alt_text(plot_lag_scan(lag_scan(pair["cause"], pair["effect"])))
    'Correlation at 13 lags, 0 to 12 months. ... of them below p = 0.05. The best is ... at ... months.'
    """
    lags, r = scan["lag"].to_numpy(int), scan["correlation"].to_numpy(float)
    passed = (scan["p"] < level).to_numpy()
    best = None if np.isnan(r).all() else int(np.nanargmax(np.abs(r)))
    note = "correlation of the effect with the cause so many months earlier"
    figure, foot = sheet(_BARS + _AXIS, "Look at every lag, and one will do", note, _scan_key(level))
    axes = panel(figure, MARGIN + _BAR, foot + _AXIS, WIDTH - 2 * MARGIN - _BAR, _BARS)
    limit = _limits(scan["months"].to_numpy(float), level)
    most = 1.25 * float(np.nanmax(np.abs(np.append(r, limit)), initial=0.1))
    at = np.arange(len(lags))
    axes.set(xlim=(-0.6, len(lags) - 0.4), ylim=(-most, most))
    axes.set_xticks(at, lags.astype(str))
    axes.set_yticks([-limit[0], 0, limit[0]], [signed(-limit[0], 2), "0", signed(limit[0], 2)])
    axes.bar(at, np.nan_to_num(r), width=0.55, color=np.where(passed, ACTUAL, RULE))
    for side in (-1, 1):
        axes.plot(at, side * limit, **_LIMIT)
    axes.axhline(0, color=GREY, linewidth=0.8)
    if best is not None:
        lift, va = (3, "bottom") if r[best] > 0 else (-3, "top")
        where: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "va": va, "size": 8, "color": INK}
        axes.annotate(signed(r[best], 2), (best, r[best]), (0, lift), **where)
    write(figure, WIDTH / 2, foot + 0.1, "lag in months", ha="center", va="center_baseline", color=GREY, size=8)
    describe(figure, *_scan_words(lags, r, best, int(passed.sum()), level))
    return axes


_LIMIT: dict[str, Any] = {"color": LINES[1], "linewidth": 1.1, "linestyle": (0, (4, 2))}


def _scan_key(level: float) -> list[Entry]:
    bar: dict[str, Any] = {"linewidth": 7, "solid_capstyle": "butt"}
    return [
        (f"below p = {level:g}, taken by itself", {**bar, "color": ACTUAL}),
        ("not", {**bar, "color": RULE}),
        (f"p = {level:g}", _LIMIT),
    ]


def _limits(months: np.ndarray, level: float) -> np.ndarray:
    """The correlation at which p is just `level`, for each number of months."""
    from scipy.special import stdtrit

    free = np.maximum(months - 2, 1)
    t = stdtrit(free, 1 - level / 2)
    return np.asarray(t / np.sqrt(free + t**2))


def _scan_words(lags: np.ndarray, r: np.ndarray, best: int | None, passed: int, level: float) -> Iterator[str]:
    yield f"Correlation at {counted(len(lags), 'lag')}, {lags[0]} to {lags[-1]} months."
    yield f"{passed or 'None'} of them below p = {level:g}."
    if best is not None:
        yield f"The best is {signed(r[best], 2)} at {lags[best]} months."
