"""A picture of two numbers for each of a few things, such as a goal read twice, so that their distance is seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes

from bsclib.plots.canvas import STYLE, describe, panel, sheet
from bsclib.plots.lettering import fit, safe_name, width
from bsclib.plots.palette import ACTUAL, GREY, INK, PAPER, RULE
from bsclib.plots.picture import MARGIN, WIDTH
from bsclib.wording import counted, number

_NAMES, _ROW, _ROOM, _SIZE = 3.6, 0.34, 0.6, 10.0
"""Inches: for the names at most, a row, and beside its numbers; and the size of letters."""
_FIRST: dict[str, Any] = {
    "marker": "o",
    "markersize": 8,
    "color": PAPER,
    "markeredgecolor": ACTUAL,
    "markeredgewidth": 1.6,
}
_SECOND: dict[str, Any] = {
    "marker": "o",
    "markersize": 8,
    "color": ACTUAL,
    "markeredgecolor": ACTUAL,
    "markeredgewidth": 1.6,
}


@rc_context(STYLE)
def plot_two_readings(
    names: Sequence[str],
    first: Sequence[float],
    second: Sequence[float],
    called: tuple[str, str],
    title: str,
    note: str = "",
    told: Callable[[float], str] = number,
) -> Axes:
    """A row a name, with a ring for its first number and a disc for its second; both are written beside them."""
    numbers = pd.DataFrame({"name": list(names), "first": list(first), "second": list(second)}).dropna()
    key = [(called[0], {**_FIRST, "linestyle": "none"}), (called[1], {**_SECOND, "linestyle": "none"})]
    rows = max(len(numbers), 1)
    figure, foot = sheet(_ROW * rows, title, note, key)
    widest = max((width(str(name), _SIZE) for name in numbers["name"]), default=0.0) / 72
    left = min(MARGIN + widest + 0.15, _NAMES)
    axes = panel(figure, left, foot, WIDTH - left - MARGIN, _ROW * rows)
    ends = numbers[["first", "second"]].to_numpy(float)
    low, high = (float(ends.min()), float(ends.max())) if len(ends) else (0.0, 1.0)
    per_inch = (high - low or 1.0) / (WIDTH - left - MARGIN - 2 * _ROOM)
    axes.set(xlim=(low - _ROOM * per_inch, high + _ROOM * per_inch), ylim=(rows - 0.5, -0.5), xticks=[], yticks=[])
    for y, (name, one, other) in enumerate(numbers.itertuples(index=False)):
        axes.axhline(y, color=RULE, linewidth=0.6, zorder=0)
        axes.plot([one, other], [y, y], color=GREY, linewidth=1.6, zorder=1)
        axes.plot([one], [y], zorder=2, **_FIRST)
        axes.plot([other], [y], zorder=3, **_SECOND)
        for value, side in ((min(one, other), -1), (max(one, other), 1)):
            look: dict[str, Any] = {
                "va": "center_baseline",
                "ha": "left" if side > 0 else "right",
                "color": INK,
                "size": _SIZE,
            }
            ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
            axes.text(value + 0.12 * side * per_inch, y, told(value), bbox=ground, **look)
        label = fit(safe_name(str(name), "a row"), (left - MARGIN) * 72 - 8, _SIZE)
        place: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "size": _SIZE}
        axes.text((MARGIN - left) / (WIDTH - left - MARGIN), y, label, va="center_baseline", **place)
    describe(figure, f"{title}: {called[0]}, and {called[1]}; {counted(len(numbers), 'row')}.", *_words(numbers, told))
    return axes


def _words(numbers: pd.DataFrame, told: Callable[[float], str]) -> list[str]:
    """The row whose two numbers lie furthest apart, in words."""
    if numbers.empty:
        return []
    row = numbers.iloc[int(np.argmax((numbers["second"] - numbers["first"]).abs()))]
    return [f"Furthest apart: {row['name']}, {told(row['first'])} and {told(row['second'])}."]
