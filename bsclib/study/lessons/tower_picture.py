"""A picture of a tower of scorecards: a box each, level by level, and a line to each scorecard that it supports."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from bsclib.plots.canvas import STYLE, describe, panel, sheet
from bsclib.plots.lettering import fit, safe_name
from bsclib.plots.palette import ACTUAL, GREY, INK, LANE, PAPER
from bsclib.plots.picture import MARGIN, WIDTH
from bsclib.wording import counted, short_name

_LEVEL, _TALL, _WIDE, _GAP, _NAMES = 1.0, 0.6, 2.7, 0.12, 0.85
_MOST = 4
"""Boxes on a level; where there are more, the last one counts the rest."""


@rc_context(STYLE)
def plot_tower(order: pd.DataFrame) -> Axes:
    """The scorecards of `bsclib.design.levels`, by `level`, `card`, `name`, `above`, `objectives` and `kpis`."""
    levels = [rows for _, rows in order.groupby("level")]
    tall = _LEVEL * len(levels)
    figure, foot = sheet(
        tall, "The tower of scorecards", "each line leads up to a scorecard that the lower one supports"
    )
    across = WIDTH - 2 * MARGIN
    axes = panel(figure, MARGIN, foot, across, tall)
    axes.set(xlim=(0, across), ylim=(0, tall), xticks=[], yticks=[])
    place: dict[str, tuple[float, float]] = {}
    for at, rows in enumerate(levels):
        y = tall - _LEVEL * (at + 0.5)
        if at % 2 == 0:
            axes.add_patch(Rectangle((0, y - _LEVEL / 2), across, _LEVEL, color=LANE, linewidth=0, zorder=0))
        axes.text(0.08, y, f"{at} below" if at else "top", color=GREY, size=10, va="center_baseline")
        room = (across - _NAMES) / min(len(rows), _MOST)
        for slot, row in enumerate(rows.itertuples()):
            place[str(row.card)] = (_NAMES + room * (min(slot, _MOST - 1) + 0.5), y)
        shown = rows if len(rows) <= _MOST else rows.iloc[: _MOST - 1]
        wide = min(_WIDE, room - _GAP)
        for row in shown.itertuples():
            facts = f"{counted(float(row.objectives), 'objective')}, {counted(float(row.kpis), 'KPI')}"
            _box(axes, place[str(row.card)], wide, safe_name(str(row.name), str(row.card)), facts)
        if len(shown) < len(rows):
            _box(axes, place[str(rows["card"].iloc[-1])], wide, f"{len(rows) - len(shown)} more", "")
    for card, above in zip(order["card"], order["above"], strict=True):
        for id in filter(None, above.split(", ")):
            axes.plot(*_way(place[card], place[id]), color=ACTUAL, linewidth=1.2, zorder=1)
    describe(figure, *_words(order, levels))
    return axes


def _way(low: tuple[float, float], high: tuple[float, float]) -> tuple[list[float], list[float]]:
    """A line from a box to one above it; past a level it goes beside the boxes between."""
    (x, bottom), (up, top) = (low[0], low[1] + _TALL / 2), (high[0], high[1] - _TALL / 2)
    if high[1] - low[1] < 1.5 * _LEVEL:
        return [x, up], [bottom, top]
    side = 1 if up >= x else -1
    if abs(up - x) > _WIDE / 2:
        return [x + 0.42 * side * _WIDE, up], [bottom, top]
    aside = max(x, up) + _WIDE / 2 + _GAP
    return [x + 0.42 * _WIDE, aside, aside, up + 0.42 * _WIDE], [bottom, bottom + 0.2, top - 0.2, top]


def _box(axes: Axes, at: tuple[float, float], wide: float, name: str, facts: str) -> None:
    x, y = at
    axes.add_patch(Rectangle((x - wide / 2, y - _TALL / 2), wide, _TALL, facecolor=PAPER, edgecolor=INK, zorder=2))
    room = 72 * wide - 10
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "zorder": 3}
    axes.text(x, y + (0.13 if facts else 0), fit(name, room, 10), size=10, **look)
    axes.text(x, y - 0.13, fit(facts, room, 9.5), size=9.5, color=GREY, **look)


def _words(order: pd.DataFrame, levels: list[pd.DataFrame]) -> list[str]:
    top = short_name(str(order.sort_values("level")["name"].iloc[0]), 48)
    said = [f"A tower of {counted(len(order), 'scorecard')} on {counted(len(levels), 'level')}, {top} at the top."]
    last = ", ".join(short_name(str(name), 48) for name in levels[-1]["name"].head(_MOST))
    return [*said, f"Lowest: {last}."] if len(levels) > 1 else said
