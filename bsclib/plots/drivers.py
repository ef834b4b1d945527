"""Which driver matters most: what moving each KPI the good way by so much does to a goal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes

from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import STYLE, brief, describe, panel, sheet
from bsclib.plots.lettering import fit, safe_name, width
from bsclib.plots.palette import GAIN, GREY, INK, LOSS, RULE
from bsclib.plots.picture import MARGIN, WIDTH, Entry
from bsclib.plots.prospects import Quantity, limits
from bsclib.wording import counted, listed

_NAMES, _VALUES, _ROW, _HEAD = 3.5, 2.1, 0.4, 0.26
_REACH: dict[str, Any] = {"color": INK, "linewidth": 1.1, "solid_capstyle": "butt"}


@rc_context(STYLE)
def plot_drivers(drivers: pd.DataFrame, scorecard: Scorecard, goal: str | None = None, most: int = 12) -> Axes:
    """Draw what moving each KPI does to a goal: a tornado, the strongest driver at the top.

    Parameters
    ----------
    drivers : DataFrame
        As `bsclib.scenarios.drivers` returns it.
    scorecard : Scorecard
    goal : str, optional
        What the effects are on: a KPI, an objective or a perspective; by default what the frame's column `goal` says,
        else the scorecard.
    most : int
        Only so many KPIs are drawn, and only those that do something; the others are counted.

    Returns
    -------
    Axes
        Effect on the goal across, 0 marked; one bar a KPI, and over it a line that holds 90 % of the draws. An effect
        for the worse has another colour and hatching.

    Raises
    ------
    UnknownNameError
        When the scorecard has no such goal.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> from bsclib.plots import alt_text
    >>> from bsclib.scenarios import drivers, fit_map
    >>> card = read_scorecard("meridian")
    >>> alt_text(plot_drivers(drivers(fit_map(card, read_actuals("meridian")), draws=200), card))
    'Tornado of what 26 KPIs, each moved the good way, can do to Meridian Freight IT. Strongest: ...'
    """
    quantity = Quantity.of(scorecard, goal or next(iter(drivers.get("goal", ())), None))
    order = drivers["effect"].abs().sort_values(ascending=False, kind="stable").index
    moves = np.nan_to_num(drivers.loc[order, ["effect", "low", "high"]].to_numpy(float)).any(axis=1)
    count = max(min(most, int(moves.sum())), 1)
    drawn, rest = drivers.loc[order[:count]], drivers.loc[order[count:]]
    rows = max(len(drawn), 1)
    more = 0.24 if len(rest) else 0.0
    body = _HEAD + _ROW * rows + more
    key: list[Entry] = [("90 % of the draws", _REACH)] if len(drawn) else []
    figure, foot = sheet(body, f"What drives {quantity.name}", _note(drivers, quantity), key)
    wide = WIDTH - _NAMES - _VALUES
    axes = panel(figure, _NAMES, foot + more, wide, _ROW * rows)
    axes.set(ylim=(rows - 0.5, -0.5), xticks=[], yticks=[], xlim=limits(drawn[["effect", "low", "high"]], 0.04))
    beside: dict[str, Any] = {"transform": axes.get_yaxis_transform()}
    if drawn.empty:
        text = "There is no KPI that could be moved for the better."
        axes.text(0.5, 0, text, ha="center", va="center", color=GREY, **beside)
    else:
        axes.axvline(0, color=GREY, linewidth=0.9, zorder=2)
        head = {"size": 8, "color": GREY, "va": "center_baseline", **beside}
        axes.text((MARGIN - _NAMES) / wide, -0.5 - 0.13 / _ROW, "KPI, moved by", **head)
        axes.text(1 + 0.1 / wide, -0.5 - 0.13 / _ROW, "effect, and 90 % of the draws", **head)
    for y, (_, row) in enumerate(drawn.iterrows()):
        _draw_row(axes, y, row, quantity, scorecard, wide)
    if len(rest):
        low = rows - 0.5 + 0.12 / _ROW
        axes.text((MARGIN - _NAMES) / wide, low, _others(rest, quantity), color=GREY, size=8, **beside)
    describe(figure, *_words(drivers, drawn, quantity, scorecard))
    return axes


def _draw_row(axes: Axes, y: int, row: pd.Series, quantity: Quantity, scorecard: Scorecard, wide: float) -> None:
    effect = float(row["effect"])
    bad = quantity.is_worse(effect)
    look: dict[str, Any] = {"color": LOSS if bad else GAIN, "zorder": 1}
    if bad:
        look |= {"hatch": "////", "edgecolor": "white", "linewidth": 0}
    axes.barh(y, np.nan_to_num(effect), height=0.5, **look)
    axes.plot([row["low"], row["high"]], [y, y], zorder=3, **_REACH)
    axes.axhline(y + 0.5, color=RULE, linewidth=0.4, zorder=0)
    place: dict[str, Any] = {"transform": axes.get_yaxis_transform()}
    small: dict[str, Any] = {"va": "top", "size": 7.5, "color": GREY, **place}
    left, room = (MARGIN - _NAMES) / wide, (_NAMES - MARGIN) * 72 - 10
    name = safe_name(scorecard.names.get(str(row["kpi"]), str(row["kpi"])), str(row["kpi"]))
    axes.text(left, y - 0.05, fit(name, room, 8.5), va="bottom", **place)
    change = _spoken(str(row["change"]))
    axes.text(left, y + 0.08, fit(_below(change, row, scorecard, room), room, 7.5), **small)
    right, room = 1 + 0.1 / wide, (_VALUES - MARGIN) * 72 - 10
    bold: dict[str, Any] = {"va": "bottom", "weight": "bold", "color": LOSS if bad else INK, **place}
    axes.text(right, y - 0.05, fit(quantity.effect(effect), room, 8.5, bold=True), **bold)
    axes.text(right, y + 0.08, fit(quantity.effects(row["low"], row["high"]), room, 7.5), **small)


def _below(change: str, row: pd.Series, scorecard: Scorecard, room: float) -> str:
    """By how much a KPI is moved and by which KPIs that gets there: what the line cannot hold is counted."""
    through = row["through"]
    ids = through.split(", ") if isinstance(through, str) and through else []  # an empty text is missing in a file
    names = ["its own score" if id == str(row["kpi"]) else safe_name(scorecard.names.get(id, id), id) for id in ids]
    said = [f"{change} · through {listed(names, most)}" for most in range(len(names), 0, -1)]
    return next((line for line in said if width(line, 7.5) <= room), said[-1] if said else change)


def _note(drivers: pd.DataFrame, quantity: Quantity) -> str:
    """What is drawn, and when."""
    horizon = "".join(f"{months} months on" for months in drivers.get("horizon", ())[:1])
    by = "".join(f"each KPI moved the good way by {_spoken(change).lstrip('+−')}" for change in drivers["change"][:1])
    return " · ".join(filter(None, [by, horizon, quantity.goal if quantity.kpi else "points of the score"]))


def _spoken(change: str) -> str:
    """A change such as ``-10%`` as a page writes it."""
    return change.replace("-", "−", 1).replace("%", " %")


def _others(rest: pd.DataFrame, quantity: Quantity) -> str:
    """How much those that are not drawn do at most."""
    many = counted(len(rest), "more KPI does", "more KPIs do")
    largest = quantity.effect(float(rest["effect"].abs().max())).lstrip("+")
    return f"{many} {f'{largest} at most' if any(digit in largest for digit in '123456789') else 'next to nothing'}."


def _words(drivers: pd.DataFrame, drawn: pd.DataFrame, quantity: Quantity, scorecard: Scorecard) -> Iterator[str]:
    yield f"Tornado of what {counted(len(drivers), 'KPI')}, each moved the good way, can do to {brief(quantity.name)}."
    for word, (_, row) in zip(("Strongest", "Then", "Then"), drawn.iterrows(), strict=False):
        name = brief(scorecard.names.get(str(row["kpi"]), str(row["kpi"])))
        yield f"{word}: {name}, {quantity.effect(row['effect'])} ({quantity.effects(row['low'], row['high'])})."
    unsure = int(((drivers["low"] < 0) & (drivers["high"] > 0)).sum())
    if unsure:
        yield f"Of {unsure} the band holds 0."
