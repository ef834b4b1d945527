"""When what runs: the chosen initiatives over the periods, and their money and people against what there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import STYLE, brief, describe, panel, sheet, write
from bsclib.plots.lettering import fit, safe_name, width
from bsclib.plots.palette import ACTUAL, GREY, INK, LANE, PAPER, RULE
from bsclib.plots.picture import MARGIN, WIDTH, Entry
from bsclib.wording import amount, counted, money, number, signed

if TYPE_CHECKING:
    from bsclib.scenarios.budget import Allocation

_NAMES, _VALUES, _ROW, _HEAD, _STRIP, _BETWEEN = 2.9, 2.0, 0.34, 0.26, 0.62, 0.3
_RUNS: dict[str, Any] = {"color": ACTUAL, "linewidth": 7, "solid_capstyle": "butt"}
_USED: dict[str, Any] = {"color": ACTUAL, "alpha": 0.75, "linewidth": 7, "solid_capstyle": "butt"}
_LIMIT: dict[str, Any] = {"color": INK, "linewidth": 1.4}


@rc_context(STYLE)
def plot_schedule(allocation: Allocation, scorecard: Scorecard) -> Axes:
    """Draw when the chosen initiatives run, and how much of each period's money and people they take.

    Parameters
    ----------
    allocation : Allocation
        As `bsclib.scenarios.allocate` returns it.
    scorecard : Scorecard

    Returns
    -------
    Axes
        Months since the year 0 across; a row an initiative, the first to start at the top, a bar for the months in
        which it runs. Below, for each period, bars of what is taken and a stroke at what there is. Beside each
        initiative what is still to pay, and the points that it adds by itself.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> from bsclib.plots import alt_text
    >>> from bsclib.scenarios import allocate, fit_map
    >>> card = read_scorecard("meridian")
    >>> chosen = allocate(fit_map(card, read_actuals("meridian")), 400_000, draws=20)
    >>> print(alt_text(plot_schedule(chosen, card)))
    Schedule of ... initiatives over 8 periods, ... spent. Score ..., without them ...
    """
    known = {work.id: work.name for work in scorecard.initiatives}
    chosen = allocation.chosen.sort_values("start", kind="stable")
    starts, ends = _period_ends(allocation.periods)
    strips = 1 + bool(np.nan_to_num(allocation.periods["people_used"].to_numpy(float)).any())
    rows = max(len(chosen), 1)
    body = _HEAD + _ROW * rows + strips * (_STRIP + _BETWEEN)
    key: list[Entry] = [("taken", _USED), ("what there is", _LIMIT)]
    figure, foot = sheet(body, f"What runs when: {safe_name(scorecard.name, scorecard.id)}", _note(allocation), key)
    wide = WIDTH - _NAMES - _VALUES
    bottom = foot + body - _HEAD - _ROW * rows
    axes = panel(figure, _NAMES, bottom, wide, _ROW * rows)
    spans = [(first := periods.span(str(row.start))[0], first + int(row.months)) for row in chosen.itertuples()]
    last = max([int(ends[-1]), *(end for _, end in spans)])
    axes.set(xlim=(starts[0], last), ylim=(rows - 0.5, -0.5), xticks=[], yticks=[])
    _draw_lanes(axes, starts, ends, allocation.periods)
    if chosen.empty:
        axes.text(0.5, 0.5, "Nothing is chosen.", transform=axes.transAxes, ha="center", va="center", color=GREY)
    for y, row in enumerate(chosen.itertuples()):
        _draw_row(axes, y, row, spans[y], known.get(str(row.initiative), str(row.initiative)))
    for word, limit, used in (("money", "budget", "spent"), ("people", "people", "people_used"))[:strips]:
        bottom -= _BETWEEN + _STRIP
        _draw_strip(figure, bottom, axes, word, allocation.periods[[limit, used]], starts, ends)
    describe(figure, *_words(allocation, known))
    return axes


def _period_ends(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The first month of each period, and of the one after it; a period is named by its first month or as a whole."""
    spans = [periods.span(str(one)) for one in table["period"]]
    starts = np.array([first for first, _ in spans])
    own = np.array([last + 1 for _, last in spans])
    return starts, np.append(starts[1:], max(own[-1], starts[-1] + (starts[-1] - starts[-2] if len(starts) > 1 else 1)))


def _draw_lanes(axes: Axes, starts: np.ndarray, ends: np.ndarray, table: pd.DataFrame) -> None:
    left, right = axes.get_xlim()
    words = table["period"].astype(str).tolist()
    room = (WIDTH - _NAMES - _VALUES) * 72 * (ends - starts).min() / (right - left) - 4
    step = int(np.ceil(max(width(word, 7) for word in words) / max(room, 1.0)))
    for at, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if at % 2 == 0:
            axes.axvspan(start, end, color=LANE, linewidth=0, zorder=0)
        if at % step == 0:
            look: dict[str, Any] = {"size": 7, "color": GREY, "ha": "center", "va": "center_baseline"}
            middle = min(start + step * (end - start) / 2, right) if step > 1 else (start + end) / 2
            axes.text(middle, -0.5 - 0.12 / _ROW, words[at], **look)


def _draw_row(axes: Axes, y: int, row: Any, when: tuple[int, int], name: str) -> None:
    wide = WIDTH - _NAMES - _VALUES
    axes.barh(y, when[1] - when[0], left=when[0], height=0.55, color=ACTUAL, edgecolor=PAPER, linewidth=0.8, zorder=2)
    look: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center_baseline"}
    called = safe_name(name, str(row.initiative))
    axes.text((MARGIN - _NAMES) / wide, y, fit(called, (_NAMES - MARGIN) * 72 - 8, 8.5), color=INK, **look)
    points = getattr(row, "alone", np.nan)
    alone = "" if pd.isna(points) else f" · alone {signed(float(points))}"
    text = fit(f"{money(float(row.still_to_pay))}{alone}", (_VALUES - MARGIN) * 72 - 8, 8)
    axes.text(1 + 0.1 / wide, y, text, size=8, color=GREY, **look)


def _draw_strip(
    figure: Figure, bottom: float, above: Axes, word: str, table: pd.DataFrame, starts: np.ndarray, ends: np.ndarray
) -> None:
    """What is taken of money or of people in each period, and what there is."""
    wide = WIDTH - _NAMES - _VALUES
    axes = panel(figure, _NAMES, bottom, wide, _STRIP)
    limit, used = table.to_numpy(float).T
    most = float(np.nanmax(np.append(np.append(limit[np.isfinite(limit)], used), 0.0))) or 1.0
    axes.set(xlim=above.get_xlim(), ylim=(0, 1.12 * most), xticks=[], yticks=[])
    axes.axhline(0, color=RULE, linewidth=1)
    size = ends - starts
    axes.bar(starts + size / 2, used, width=0.7 * size, color=_USED["color"], alpha=_USED["alpha"], zorder=2)
    for start, end, edge in zip(starts, ends, limit, strict=True):
        if np.isfinite(edge):
            axes.plot([start + 0.06 * (end - start), end - 0.06 * (end - start)], [edge, edge], zorder=3, **_LIMIT)
    write(figure, MARGIN, bottom + _STRIP / 2, f"{word} in each period", color=GREY, va="center_baseline")
    known = limit[np.isfinite(limit)]
    if word == "people":
        text = f"at most {amount(float(np.nanmax(used, initial=0.0)))}"
        text += f" of {amount(float(known.max()))}" if len(known) else ""
    else:
        text = money(float(np.nansum(used)))
        text += f" of {money(float(known.sum()))}" if len(known) == len(limit) else ""
    write(figure, WIDTH - _VALUES + 0.1, bottom + _STRIP / 2, text, size=8, color=GREY, va="center_baseline")


def _note(allocation: Allocation) -> str:
    gap = "" if allocation.optimal else f" · not proven the best: at most {allocation.gap:.2g} short of it"
    score = f"score {number(allocation.score)}, without them {number(allocation.without)}"
    return f"{score}{gap} · alone: points it adds by itself"


def _words(allocation: Allocation, known: dict[str, str]) -> Iterator[str]:
    chosen = allocation.chosen.sort_values("start", kind="stable")
    spent = money(float(np.nansum(allocation.periods["spent"].to_numpy(float))))
    many, over = counted(len(chosen), "initiative"), counted(len(allocation.periods), "period")
    yield f"Schedule of {many} over {over}, {spent} spent."
    yield f"Score {number(allocation.score)}, without them {number(allocation.without)}."
    for row in chosen.itertuples():
        yield f"{brief(known.get(row.initiative, row.initiative))}: from {row.start}, {counted(row.months, 'month')}."
