"""What moved the overall score since the month before, KPI by KPI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes

from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import MARGIN, STYLE, WIDTH, brief, describe, number, panel, sheet, unit_name
from bsclib.plots.lettering import fit, safe_name
from bsclib.plots.palette import GAIN, GREY, INK, LOSS, RULE
from bsclib.plots.wording import shown
from bsclib.scoring.views import movements

_NAMES, _VALUES, _ROW = 3.1, 2.5, 0.33
_REST = "all other KPIs"


@rc_context(STYLE)
def plot_movements(
    scores: pd.DataFrame,
    scorecard: Scorecard,
    unit: str | None = None,
    period: str | None = None,
    top: int = 10,
) -> Axes:
    """Draw how many points each KPI added to the overall score, or took from it, since the month before.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    scorecard : Scorecard
        The one that was scored.
    unit : str, optional
        By default the organisation as a whole.
    period : str, optional
        A month; by default the last one scored.
    top : int
        Only so many KPIs are drawn; one bar holds all others.

    Returns
    -------
    Axes
        One bar a KPI, the largest movement first; see `bsclib.scoring.views.movements` for what it measures.

    Raises
    ------
    UnknownNameError
        When the unit or the month is not in the scores.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> from bsclib.plots import alt_text
    >>> card = read_scorecard("meridian")
    >>> alt_text(plot_movements(score(card, read_actuals("meridian")), card, unit="Genoa"))
    'Bar chart of what moved from 2026-05 to 2026-06, Genoa: overall score ...'
    """
    moved = movements(scores, unit, period)
    bars, measure = _bars(moved, top)
    month, earlier = moved.attrs["period"], moved.attrs["before"]
    before, now = moved.attrs["overall_before"], moved.attrs["overall_now"]
    title = f"What moved since {earlier}: {safe_name(scorecard.name, scorecard.id)}"
    change = "" if np.isnan(before) or np.isnan(now) else f" ({_signed(now - before)})"
    note = f"{unit_name(unit)} · {month} · overall score {number(before)} → {number(now)}{change} · bars: {measure}"
    body = _ROW * max(len(bars), 1) + 0.08
    figure, foot = sheet(body, title, note)
    axes = panel(figure, _NAMES, foot, WIDTH - _NAMES - _VALUES, body)
    axes.set(ylim=(max(len(bars), 1) - 0.4, -0.6), xticks=[], yticks=[])
    _draw_bars(axes, bars)
    if bars.empty:
        axes.text(0.5, 0, "No KPI moved.", transform=axes.get_yaxis_transform(), ha="center", va="center", color=GREY)
    for y, id in enumerate(bars.index):
        kpi = None if id == _REST else scorecard.kpi(str(id))
        name = _REST if kpi is None else safe_name(kpi.name, kpi.id)
        look: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "linespacing": 1.05}
        left = (MARGIN - _NAMES) / (WIDTH - _NAMES - _VALUES)
        axes.text(left, y, fit(name, (_NAMES - MARGIN) * 72 - 8, 8.5, lines=2), color=INK if kpi else GREY, **look)
        if kpi is not None:
            ends = " → ".join(shown(kpi, moved.loc[kpi.id, column]) for column in ("before", "now"))
            axes.text(1.03, y, fit(ends, (_VALUES - MARGIN) * 72 - 12, 8, lines=2), color=GREY, size=8, **look)
    describe(figure, *_words(moved, bars, scorecard, unit, measure))
    return axes


def _bars(moved: pd.DataFrame, top: int) -> tuple[pd.Series, str]:
    """What the bars show, and in which words: points of the overall score where they add up, else of each KPI's own."""
    change = moved.attrs["overall_now"] - moved.attrs["overall_before"]
    values, measure = moved["points"], "points of the overall score"
    if len(moved) and not abs(values.sum() - change) < 0.05:
        values = moved["score_now"] - moved["score_before"]
        measure = "points of the KPI's own score"
        values = values.loc[values.abs().sort_values(ascending=False, kind="stable").index]
    values = values[values.abs() > 1e-6]
    rest = values.iloc[top:]
    bars = values.iloc[:top]
    if len(rest) and measure.endswith("overall score"):
        bars = pd.concat([bars, pd.Series({_REST: rest.sum()})])
    return bars, measure


def _draw_bars(axes: Axes, bars: pd.Series) -> None:
    values = bars.to_numpy(float)
    reach = max(np.abs(values).max(initial=0.0), 1e-9) * 1.35
    axes.set_xlim(-reach if (values < 0).any() else -0.3 * reach, reach if (values > 0).any() else 0.3 * reach)
    axes.barh(np.arange(len(values)), values, height=0.6, color=[GAIN if value > 0 else LOSS for value in values])
    axes.axvline(0, color=RULE, linewidth=1)
    for y, value in enumerate(values):
        side = 1 if value > 0 else -1
        at = value + side * 0.02 * reach
        axes.text(at, y, _signed(value), ha="left" if side > 0 else "right", va="center", size=8)


def _signed(value: float) -> str:
    """A change with its sign; two decimals where one would say nothing.

    Examples
    --------
    >>> _signed(1.26), _signed(-0.04)
    ('+1.3', '−0.04')
    """
    text = f"{value:+.1f}" if abs(value) >= 0.1 or value == 0 else f"{value:+.2g}"
    return text.replace("-", "−")


def _words(moved: pd.DataFrame, bars: pd.Series, scorecard: Scorecard, unit: str | None, measure: str) -> Iterator[str]:
    before, now = number(moved.attrs["overall_before"]), number(moved.attrs["overall_now"])
    month, earlier = moved.attrs["period"], moved.attrs["before"]
    yield f"Bar chart of what moved from {earlier} to {month}, {unit_name(unit)}: overall score {before}, now {now}."
    kpis = bars.drop(_REST, errors="ignore")
    yield f"{len(kpis)} KPIs that moved most, in {measure}." if len(kpis) else "No KPI moved."
    for word, some in (("Up", kpis[kpis > 0]), ("Down", kpis[kpis < 0])):
        if len(some):
            first = (f"{brief(scorecard.kpi(str(id)).name)} {_signed(value)}" for id, value in some[:3].items())
            yield f"{word}: {', '.join(first)}."
