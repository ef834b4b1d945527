"""The strategy map: what drives what, and how each part stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.path import Path

from bsclib.composition import STATUSES
from bsclib.errors import UnknownNameError, unknown
from bsclib.model import Scorecard
from bsclib.palette import ACTUAL, COLOURS, GREY, INK, LANE, LOSS, PAPER, SYMBOLS, ink_on, marker, words
from bsclib.plots.canvas import MARGIN, STYLE, Entry, brief, describe, number, panel, sheet, status_key, unit_name
from bsclib.plots.lettering import fit, safe_name, width
from bsclib.plots.wording import overall_words, shown
from bsclib.strategy_map import BOX, Arrow, Layout, along, arrows, lay_out
from bsclib.views import snapshot

LEVELS = ("objective", "kpi")
_SIDE = 1.28
_LOOKS: dict[str, dict[str, Any]] = {
    "helps": {"color": ACTUAL, "linestyle": "-", "linewidth": 1.3},
    "hinders": {"color": LOSS, "linestyle": (0, (4, 1.6)), "linewidth": 1.5},
    "mixed": {"color": GREY, "linestyle": (0, (5, 1.5, 1, 1.5)), "linewidth": 1.3},
    "moves": {"color": GREY, "linestyle": (0, (1, 1.3)), "linewidth": 1.3},
}
_WORDS = {
    "helps": "helps",
    "hinders": "hinders",
    "mixed": "helps and hinders",
    "moves": "moves, for better or worse",
}
_LABEL = 6.8


@rc_context(STYLE)
def plot_strategy_map(
    scorecard: Scorecard,
    scores: pd.DataFrame | None = None,
    unit: str | None = None,
    period: str | None = None,
    level: str = "objective",
) -> Axes:
    """Draw the strategy map: perspectives as lanes, arrows from causes to effects, boxes in the colour of their status.

    Parameters
    ----------
    scorecard : Scorecard
        Its first perspective is the top lane.
    scores : DataFrame, optional
        As `bsclib.score` returns it; without, the boxes have no status.
    unit : str, optional
        By default the organisation as a whole.
    period : str, optional
        A month; by default the last one scored.
    level : {"objective", "kpi"}
        What the boxes are. The links of KPIs are gathered into arrows between their objectives.

    Returns
    -------
    Axes
        In inches.

    Raises
    ------
    UnknownNameError
        When the level is not known, or the unit or the month not in the scores.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.plots import alt_text
    >>> alt_text(plot_strategy_map(read_scorecard("meridian")))
    'Strategy map of Meridian Freight IT: 4 perspectives, 18 objectives, 16 arrows from cause to effect. ...'
    """
    if level not in LEVELS:
        raise UnknownNameError(unknown("level of the map", level, LEVELS, "level"))
    stand = None if scores is None else snapshot(scores, unit, period)
    links = arrows(scorecard, level)
    lanes = _lanes(scorecard, level)
    layout = lay_out(lanes, links)
    title = f"Strategy map: {safe_name(scorecard.name, scorecard.id)}"
    notes = [] if stand is None else [unit_name(unit), str(stand["period"].iloc[0])]
    notes += ["arrows run from cause to effect; at an arrow: months until the effect shows"] if links else []
    boxes = list(layout.boxes)
    key = [*_arrow_key(links), *([] if stand is None else status_key(stand.loc[boxes, "status"]))]
    figure, foot = sheet(layout.height, title, " · ".join(notes), key, _SIDE + layout.width + MARGIN)
    axes = panel(figure, _SIDE, foot + 0.04, layout.width, layout.height)
    axes.set(xlim=(0, layout.width), ylim=(0, layout.height), xticks=[], yticks=[])
    _draw_lanes(axes, layout, scorecard, stand)
    _draw_arrows(axes, layout)
    for id, centre in layout.boxes.items():
        _draw_box(axes, *centre, *_box_texts(scorecard, stand, id, level), _status(stand, id))
    _label_arrows(axes, layout, level)
    first, *others = _words(scorecard, stand, boxes, links, level, unit)
    overall = "" if scores is None or stand is None else overall_words(scores, unit, str(stand["period"].iloc[0]))
    describe(figure, first, overall, *others)
    return axes


def _lanes(scorecard: Scorecard, level: str) -> dict[str, list[str]]:
    lanes = {one.id: [part.id for part in scorecard.objectives_of(one.id)] for one in scorecard.perspectives}
    if level == "kpi":
        lanes = {id: [kpi.id for one in inside for kpi in scorecard.kpis_of(one)] for id, inside in lanes.items()}
    return lanes


def _status(stand: pd.DataFrame | None, id: str) -> str:
    return "" if stand is None else str(stand.loc[id, "status"])


def _draw_lanes(axes: Axes, layout: Layout, scorecard: Scorecard, stand: pd.DataFrame | None) -> None:
    for place, lane in enumerate(layout.lanes):
        edge = -_SIDE + MARGIN
        size = layout.width - edge, lane.top - lane.bottom - 0.03
        shade = LANE if place % 2 == 0 else PAPER
        axes.add_patch(Rectangle((edge, lane.bottom), *size, facecolor=shade, zorder=0, clip_on=False))
        perspective = scorecard.perspective(lane.id)
        name = fit(safe_name(perspective.name, perspective.id), (_SIDE - MARGIN - 0.14) * 72, 8.5, lines=3, bold=True)
        middle = (lane.bottom + lane.top) / 2
        axes.text(edge + 0.07, middle, name, weight="bold", va="center", linespacing=1.2)
        if stand is not None:
            y = middle - 0.08 * (name.count("\n") + 1) - 0.12
            axes.plot(edge + 0.14, y, **marker(_status(stand, lane.id)), clip_on=False)
            axes.text(edge + 0.27, y, number(stand.loc[lane.id, "score"]), va="center_baseline", size=8, color=GREY)


def _draw_box(axes: Axes, x: float, y: float, name: str, tail: str, status: str) -> None:
    colour = COLOURS[status] if status else PAPER
    dashes: dict[str, Any] = {"linestyle": (0, (3, 2))} if status == "no_data" else {}
    corner = x - BOX[0] / 2, y - BOX[1] / 2
    axes.add_patch(Rectangle(corner, *BOX, facecolor=colour, edgecolor=INK, linewidth=0.8, zorder=4, **dashes))
    ink = ink_on(colour)
    lift = 0.09 if tail else 0.0
    axes.text(x, y + lift, name, ha="center", va="center", size=7.8, color=ink, zorder=5, linespacing=1.12)
    if tail:
        axes.text(
            x, y - BOX[1] / 2 + 0.06, tail, ha="center", va="bottom", size=7.5, weight="bold", color=ink, zorder=5
        )


def _box_texts(scorecard: Scorecard, stand: pd.DataFrame | None, id: str, level: str) -> tuple[str, str]:
    name = fit(safe_name(scorecard.names[id], id), BOX[0] * 72 - 8, 7.8, lines=3)
    if stand is None:
        return name, ""
    row = stand.loc[id]
    tail = number(row["score"])
    if level == "kpi" and not np.isnan(row["actual"]):
        tail = shown(scorecard.kpi(id), row["actual"])
    return name, fit(f"{SYMBOLS[row['status']]} {tail}", BOX[0] * 72 - 8, 7.5, bold=True)


def _draw_arrows(axes: Axes, layout: Layout) -> None:
    codes = [Path.CURVE4] * 3
    for place, (arrow, route) in enumerate(layout.routes.items()):
        corners = np.concatenate([route[0, :1], route[:, 1:].reshape(-1, 2)])
        path = Path(corners, [Path.MOVETO, *codes * len(route)])
        look = _LOOKS[arrow.verb]
        order = 1.5 + place / max(len(layout.routes), 1)
        axes.add_patch(
            FancyArrowPatch(path=path, arrowstyle="-", color=PAPER, linewidth=3.6, zorder=order, capstyle="butt")
        )
        head: dict[str, Any] = {"arrowstyle": "-|>,head_length=4.2,head_width=2.2", "mutation_scale": 1}
        axes.add_patch(
            FancyArrowPatch(path=path, **head, **look, shrinkA=0, shrinkB=0, zorder=order, joinstyle="miter")
        )


def _label_arrows(axes: Axes, layout: Layout, level: str) -> None:
    """Write each lag beside its arrow, where it covers no box, no other label, and as few other arrows as can be."""
    taken = [(x - BOX[0] / 2, y - BOX[1] / 2, x + BOX[0] / 2, y + BOX[1] / 2) for x, y in layout.boxes.values()]
    tracks = {arrow: along(route) for arrow, route in layout.routes.items()}
    for arrow, track in tracks.items():
        text = _arrow_text(arrow, level)
        if not text:
            continue
        wide, tall = width(text, _LABEL) / 72 + 0.05, 0.13
        others = np.concatenate([points for other, points in tracks.items() if other != arrow] or [np.zeros((0, 2))])
        places = []
        for rank, at in enumerate(_from_middle(len(track))):
            x, y = track[at]
            frame = (x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
            inside = min(frame[:2]) >= 0 and frame[2] <= layout.width and frame[3] <= layout.height
            if inside and not any(_meet(frame, other) for other in taken):
                hits = ((others > frame[:2]) & (others < frame[2:])).all(axis=1).sum()
                places.append((int(hits), rank, frame))
        if places:
            frame = min(places)[2]
            taken.append(frame)
            x, y = (frame[0] + frame[2]) / 2, (frame[1] + frame[3]) / 2
            back = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8, "alpha": 0.9}
            look = {"size": _LABEL, "color": _LOOKS[arrow.verb]["color"], "zorder": 3, "bbox": back}
            axes.text(x, y, text, ha="center", va="center_baseline", **look)


def _from_middle(count: int) -> list[int]:
    return sorted(range(1, count - 1), key=lambda at: abs(at - count / 2))


def _meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _arrow_text(arrow: Arrow, level: str) -> str:
    lag = "–".join(map(str, arrow.lags)) and f"{'–'.join(map(str, arrow.lags))} mo"
    if level == "kpi" and arrow.signs:
        return f"{arrow.signs.replace('-', '−')} {lag}".strip()
    return lag


def _arrow_key(links: list[Arrow]) -> list[Entry]:
    found = {arrow.verb for arrow in links}
    return [(_WORDS[verb], _LOOKS[verb]) for verb in _LOOKS if verb in found]


def _words(
    scorecard: Scorecard, stand: pd.DataFrame | None, boxes: list[str], links: list[Arrow], level: str, unit: str | None
) -> Iterator[str]:
    things = "KPIs" if level == "kpi" else "objectives"
    yield (
        f"Strategy map of {brief(scorecard.name)}: {len(scorecard.perspectives)} perspectives, {len(boxes)} {things}, "
        f"{len(links)} arrows from cause to effect."
    )
    if stand is not None:
        rows = stand.loc[boxes]
        counts = rows["status"].value_counts()
        yield (
            f"{unit_name(unit)}, {rows['period'].iloc[0]}: "
            + ", ".join(f"{counts[one]} {words(one)}" for one in STATUSES if counts.get(one))
            + "."
        )
        amiss = rows.loc[rows["status"] == "off_target", "score"].sort_values()
        if len(amiss):
            yield "Off target: " + ", ".join(brief(scorecard.names[str(id)]) for id in amiss.index[:3]) + "."
    drives = pd.Series([arrow.cause for arrow in links], dtype=object).value_counts()
    if len(drives):
        yield f"Most arrows leave {brief(scorecard.names[str(drives.index[0])])} ({drives.iloc[0]})."
