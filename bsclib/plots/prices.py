"""What each constraint on a choice costs: the gain of the best set when that constraint alone is loosened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes

from bsclib.design.selection.choice import Selection
from bsclib.plots.canvas import STYLE, brief, describe, panel, sheet
from bsclib.plots.lettering import fit, safe_name
from bsclib.plots.palette import ACTUAL, GREY, INK, RULE
from bsclib.plots.picture import MARGIN, WIDTH
from bsclib.wording import amount, counted

_WORDS, _MOVES, _ROW = 3.75, 3.1, 0.42


@rc_context(STYLE)
def plot_prices(selection: Selection, names: Mapping[str, str] | None = None) -> Axes:
    """Draw what the best set would gain with each constraint loosened, and which KPIs would enter and leave.

    Parameters
    ----------
    selection : Selection
        As `bsclib.design.choose` returns it.
    names : mapping of str to str, optional
        What to call the KPIs, by id, such as a scorecard's `names`; by default their ids.

    Returns
    -------
    Axes
        One bar a constraint, the dearest first; a constraint without a price has no bar.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.plots import alt_text
    >>> from bsclib.design import choose
    >>> card = read_scorecard("meridian")
    >>> best = choose({kpi.id: 1 for kpi in card.kpis}, card, at_most=6, at_least=1)
    >>> alt_text(plot_prices(best))
    'Bar chart of what 5 constraints on a choice of 6 KPIs, worth 6, cost. Dearest: at most 6 KPIs, 1. 4 cost nothing.'
    """
    prices = selection.prices.sort_values("gain", ascending=False, kind="stable")
    many = f"{counted(len(selection.chosen), 'KPI')}, worth {amount(selection.value)}"
    body, wide = _ROW * max(len(prices), 1) + 0.06, WIDTH - _WORDS - _MOVES
    note = f"chosen: {many} · bar: what the best set gains when this constraint alone is loosened"
    figure, foot = sheet(body, "What each constraint costs", note)
    axes = panel(figure, _WORDS, foot, wide, body)
    gains = prices["gain"].to_numpy(float)
    most = float(np.nan_to_num(gains).max(initial=0.0)) or 1.0
    axes.set(xlim=(0, 1.42 * most), ylim=(max(len(prices), 1) - 0.45, -0.55), xticks=[], yticks=[])
    if prices.empty:
        where = axes.get_yaxis_transform()
        axes.text(0.5, 0, "There are no constraints.", transform=where, ha="center", va="center", color=GREY)
    axes.barh(np.arange(len(gains)), np.nan_to_num(gains), height=0.5, color=ACTUAL)
    axes.axvline(0, color=RULE, linewidth=1)
    look: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "linespacing": 1.05}
    left, room = (MARGIN - _WORDS) / wide, (_WORDS - MARGIN) * 72 - 10
    for y, (gain, (_, row)) in enumerate(zip(gains, prices.iterrows(), strict=True)):
        words, step = safe_name(row["constraint"], "constraint"), safe_name(row["step"], "loosened")
        axes.text(left, y - 0.06, fit(words, room, 8.5), va="bottom", color=INK, **look)
        axes.text(left, y + 0.06, fit(step, room, 7), va="top", size=7, color=GREY, **look)
        axes.text(np.nan_to_num(gain) + 0.03 * most, y, _gain(gain), va="center", size=8)
        moves = "\n".join(fit(part, (_MOVES - MARGIN) * 72 - 10, 8) for part in _moves(row, names or {}))
        axes.text(1 + 0.1 / wide, y, moves, va="center", size=8, color=GREY, **look)
    describe(figure, *_words(prices, many))
    return axes


def _gain(gain: float) -> str:
    """A gain to two decimals, as the tables have it; smaller ones to three figures."""
    return amount(round(gain, 2) or gain, none="no price")


def _moves(row: pd.Series, names: Mapping[str, str]) -> Iterator[str]:
    for word, column in (("in", "enters"), ("out", "leaves")):
        ids = [id for id in row[column].split(", ") if id]
        if ids:
            yield f"{word}: {', '.join(safe_name(names.get(id, id), id) for id in ids)}"


def _words(prices: pd.DataFrame, many: str) -> Iterator[str]:
    yield f"Bar chart of what {counted(len(prices), 'constraint')} on a choice of {many}, cost."
    dear = prices[prices["gain"] > 0]
    if len(dear):
        said = (f"{brief(row.constraint)}, {_gain(row.gain)}" for row in dear.head(3).itertuples())
        yield f"Dearest: {'; '.join(said)}."
    if free := int((prices["gain"] == 0).sum()):
        yield f"{counted(free, 'costs', 'cost')} nothing."
