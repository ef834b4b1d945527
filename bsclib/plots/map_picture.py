"""The strategy map: what drives what, and how each part stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from bsclib.causality.map_claims import placebo_warning
from bsclib.errors import UnknownNameError, unknown
from bsclib.model.graph import Arrow, arrows
from bsclib.model.nouns import Scorecard
from bsclib.model.status import STATUSES, SYMBOLS, VERDICTS
from bsclib.plots.canvas import brief, drawn, status_key, unit_name
from bsclib.plots.lettering import fit, safe_name, width
from bsclib.plots.map_layout import BOX, Layout, edge_points, lay_out
from bsclib.plots.palette import ACTUAL, COLOURS, GREY, INK, LANE, LOSS, PAPER, ink_on, marker
from bsclib.plots.picture import MARGIN, Entry, Panel, Picture, in_words, page
from bsclib.plots.verdicts import (
    BROKEN,
    UNTOLD,
    DrawnLink,
    arrow_verdicts,
    broken_words,
    drawn_links,
    of_unit,
    refuted_words,
    verdict_key,
    verdict_text,
)
from bsclib.plots.wording import overall_words, period_words, tally, value_text
from bsclib.scoring.views import snapshot
from bsclib.wording import counted, number

LEVELS = ("objective", "kpi")
_SIDE = 1.28
_LOOKS: dict[str, dict[str, Any]] = {
    "helps": {"color": ACTUAL, "linestyle": "-", "linewidth": 1.3},
    "hinders": {"color": LOSS, "linestyle": (0, (4, 1.6)), "linewidth": 1.5},
    "mixed": {"color": GREY, "linestyle": (0, (5, 1.5, 1, 1.5)), "linewidth": 1.3},
    "moves": {"color": GREY, "linestyle": (0, (1, 1.3)), "linewidth": 1.3},
}
_WORDS = {"mixed": "helps and hinders", "moves": "moves, for better or worse"}
_LABEL = 6.8
_HIDDEN = 0.35
"""Share of an arrow that is drawn by its verdict which words on it may hide; else they stand beside it."""


@drawn
def plot_strategy_map(
    scorecard: Scorecard,
    scores: pd.DataFrame | None = None,
    unit: str | None = None,
    period: str | None = None,
    level: str | None = None,
    evidence: pd.DataFrame | None = None,
) -> Picture:
    """Draw the strategy map: perspectives as lanes, arrows from causes to effects, boxes in the colour of their status.

    Parameters
    ----------
    scorecard : Scorecard
        Its first perspective is the top lane.
    scores : DataFrame, optional
        As `bsclib.score` returns it; without, the boxes have no status.
    unit : str, optional
        By default the organisation as a whole, or the only unit that the evidence is for.
    period : str, optional
        A month; by default the last one scored.
    level : {"objective", "kpi"}, optional
        What the boxes are: by default objectives, and the links of KPIs are gathered into arrows between them; KPIs
        where there is evidence.
    evidence : DataFrame, optional
        As `bsclib.causality.link_evidence` returns it. Each link is then drawn by its verdict, with the symbol
        of that, its sign and its lag written on it; of a supported link, the thicker the line, the larger the effect.
        Between objectives an arrow is broken where the data refute all of its links, and dotted where they cannot tell.

    Returns
    -------
    Axes
        In inches.

    Raises
    ------
    UnknownNameError
        When the level is not known, or the unit or the month not in the scores or the evidence.
    BscError
        When the evidence is about other KPIs.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.plots import alt_text
    >>> alt_text(plot_strategy_map(read_scorecard("meridian")))
    'Strategy map of Meridian Freight IT: 4 perspectives, 18 objectives, 16 arrows from cause to effect. ...'
    """
    level = _level(level, evidence)
    tested = None if evidence is None or level == "objective" else of_unit(evidence, unit)
    if unit is None and tested is not None and len(tested):
        unit = str(tested["unit"].iloc[0])
    stand = None if scores is None else snapshot(scores, unit, period)
    verdicts = {} if evidence is None or tested is not None else arrow_verdicts(evidence, scorecard)
    links = _stated(scorecard, level, verdicts) if tested is None else drawn_links(tested, scorecard)
    layout = lay_out(_lanes(scorecard, level), [link.arrow for link in links])
    title = f"Strategy map: {safe_name(scorecard.name, scorecard.id)}"
    boxes = list(layout.boxes)
    key = _arrow_key(links) if tested is None else verdict_key(links)
    key += [] if stand is None else status_key(stand.loc[boxes, "status"])
    notes = _notes(unit, stand, links, tested)
    picture, foot = page(layout.height, title, notes, key, _SIDE + layout.width + MARGIN)
    panel = picture.panel(_SIDE, foot + 0.04, layout.width, layout.height)
    panel.xlim, panel.ylim = (0, layout.width), (0, layout.height)
    _add_lanes(panel, layout, scorecard, stand)
    _add_arrows(panel, layout, links)
    for id, centre in layout.boxes.items():
        _add_box(panel, id, *centre, *_box_texts(scorecard, stand, id, level), _status(stand, id))
    _label_arrows(panel, layout, links, tested is not None)
    first, told, *others = _words(scorecard, stand, boxes, [link.arrow for link in links], tested, level, unit)
    refuted = sorted(ends for ends, verdict in verdicts.items() if verdict == "refuted")
    told = told or broken_words(refuted, scorecard.names)
    overall = "" if scores is None or stand is None else overall_words(scores, unit, str(stand["period"].iloc[0]))
    picture.alt = in_words([first, told, overall, *others])
    return picture


def link_id(cause: str, effect: str, lag: object) -> str:
    """What an arrow between KPIs stands for, in a picture: the two, and the stated lag where there is one."""
    return f"{cause} -> {effect}{'' if lag is None else f', {lag}'}"


def _level(level: str | None, evidence: pd.DataFrame | None) -> str:
    if level is None:
        return "objective" if evidence is None else "kpi"
    if level not in LEVELS:
        raise UnknownNameError(unknown("level of the map", level, LEVELS, "level"))
    return level


def _stated(scorecard: Scorecard, level: str, verdicts: dict[tuple[str, str], str]) -> list[DrawnLink]:
    """The arrows as the scorecard states them; broken where the data refute them, dotted where they cannot tell."""
    links = []
    for arrow in arrows(scorecard, level):
        lag = f"{'–'.join(map(str, arrow.lags))} mo" if arrow.lags else ""
        sign = arrow.signs.replace("-", "−") if level == "kpi" else ""
        verdict = verdicts.get((arrow.cause, arrow.effect), "supported")
        look = BROKEN if verdict == "refuted" else UNTOLD if verdict != "supported" else {}
        label = " ".join(filter(None, [VERDICTS[verdict] if look else "", sign, lag]))
        links.append(DrawnLink(arrow, label, _LOOKS[arrow.verb] | look))
    return links


def _notes(unit: str | None, stand: pd.DataFrame | None, links: list[DrawnLink], tested: pd.DataFrame | None) -> str:
    notes = [] if stand is None and tested is None else [unit_name(unit)]
    notes += [] if stand is None else [period_words(stand["period"].iloc[0])]
    stated = "arrows run from cause to effect; at an arrow: months until the effect shows"
    verdicts = "at an arrow: verdict of the data, sign claimed, months until the effect shows"
    notes += [] if not links else [stated if tested is None else verdicts]
    warning = "" if tested is None else placebo_warning(tested)
    return " · ".join([*notes, warning.removesuffix(".")] if warning else notes)


def _lanes(scorecard: Scorecard, level: str) -> dict[str, list[str]]:
    lanes = {}
    for home in scorecard.perspectives:
        parts: list[Any] = list(scorecard.objectives_of(home.id))
        if level == "kpi":
            parts = [kpi for objective in parts for kpi in scorecard.kpis_of(objective.id)]
        lanes[home.id] = [part.id for part in parts]
    return lanes


def _status(stand: pd.DataFrame | None, id: str) -> str:
    return "" if stand is None else str(stand.loc[id, "status"])


def _add_lanes(panel: Panel, layout: Layout, scorecard: Scorecard, stand: pd.DataFrame | None) -> None:
    for place, lane in enumerate(layout.lanes):
        edge = -_SIDE + MARGIN
        wide, tall = layout.width - edge, lane.top - lane.bottom - 0.03
        shade = LANE if place % 2 == 0 else PAPER
        panel.box(edge, lane.bottom, wide, tall, facecolor=shade, linewidth=0, zorder=0, clip_on=False)
        perspective = scorecard.perspective(lane.id)
        name = fit(safe_name(perspective.name, perspective.id), (_SIDE - MARGIN - 0.14) * 72, 8.5, lines=3, bold=True)
        middle = (lane.bottom + lane.top) / 2
        panel.write(edge + 0.07, middle, name, weight="bold", va="center", linespacing=1.2)
        if stand is not None:
            y = middle - 0.08 * (name.count("\n") + 1) - 0.12
            panel.line([edge + 0.14], [y], **marker(_status(stand, lane.id)), clip_on=False)
            panel.write(edge + 0.27, y, number(stand.loc[lane.id, "score"]), va="center_baseline", size=8, color=GREY)


def _add_box(panel: Panel, id: str, x: float, y: float, name: str, tail: str, status: str) -> None:
    colour = COLOURS[status] if status else PAPER
    dashes: dict[str, Any] = {"linestyle": (0, (3, 2))} if status == "no_data" else {}
    bottom = y - BOX[1] / 2
    edge: dict[str, Any] = {"edgecolor": INK, "linewidth": 0.8, "zorder": 4, "gid": id, **dashes}
    panel.box(x - BOX[0] / 2, bottom, *BOX, facecolor=colour, **edge)
    look: dict[str, Any] = {"ha": "center", "color": ink_on(colour), "zorder": 5, "gid": id}
    panel.write(x, y + (0.09 if tail else 0.0), name, va="center", size=7.8, linespacing=1.12, **look)
    if tail:
        panel.write(x, bottom + 0.06, tail, va="bottom", size=7.5, weight="bold", **look)


def _box_texts(scorecard: Scorecard, stand: pd.DataFrame | None, id: str, level: str) -> tuple[str, str]:
    name = fit(safe_name(scorecard.names[id], id), BOX[0] * 72 - 8, 7.8, lines=3)
    if stand is None:
        return name, ""
    row = stand.loc[id]
    tail = number(row["score"])
    if level == "kpi" and not np.isnan(row["actual"]):
        tail = value_text(scorecard.kpi(id), row["actual"])
    return name, fit(f"{SYMBOLS[row['status']]} {tail}", BOX[0] * 72 - 8, 7.5, bold=True)


def _add_arrows(panel: Panel, layout: Layout, links: list[DrawnLink]) -> None:
    for place, link in enumerate(links):
        route = layout.routes[link.arrow]
        corners = np.concatenate([route[0, :1], route[:, 1:].reshape(-1, 2)])
        wide, order = link.look["linewidth"], 1.5 + place / max(len(links), 1)
        under: dict[str, Any] = {"color": PAPER, "linewidth": wide + 2.3, "capstyle": "butt"}
        panel.curve(corners, zorder=order, **under)
        lags = "–".join(map(str, link.arrow.lags))
        gid = link_id(link.arrow.cause, link.arrow.effect, lags or None)
        panel.curve(corners, head=(2.9 + wide, 1.6 + 0.45 * wide), zorder=order, gid=gid, **link.look)


def _label_arrows(panel: Panel, layout: Layout, links: list[DrawnLink], tested: bool) -> None:
    """Write on each arrow where the words cover no box, no other words, and as few other arrows as can be."""
    taken = _frames(np.array(list(layout.boxes.values())).reshape(-1, 2), BOX)
    tracks = {arrow: edge_points(route) for arrow, route in layout.routes.items()}
    heads = [_head(tracks[link.arrow][-1], link.look["linewidth"]) for link in links] if tested else []
    tips = np.concatenate([np.zeros((0, 4)), *heads])
    points = np.concatenate([np.zeros((0, 2)), *tracks.values()])
    mine = np.repeat(np.arange(len(tracks)), [len(track) for track in tracks.values()])
    rising = np.argsort(points[:, 1])
    points, mine, number_of = points[rising], mine[rising], {arrow: at for at, arrow in enumerate(tracks)}
    for link in filter(lambda link: link.label, links):
        size = width(link.label, _LABEL) / 72 + 0.05, 0.13
        track, thick, own = tracks[link.arrow], link.look["linewidth"], mine == number_of[link.arrow]
        spots = np.array([*(_spots(track, size[0], thick) if tested else _on(track))]).reshape(-1, 3)
        frames = _frames(spots[:, :2], size)
        inside = (frames[:, :2].min(axis=1) >= 0) & (frames[:, 2] <= layout.width) & (frames[:, 3] <= layout.height)
        free = inside & (_meetings(frames, taken) == 0)
        frames, most = frames[free], spots[free, 2]
        if len(frames):
            hides = _within(points[own], frames) > most * len(track)
            hits = _within(points[~own], frames) + 2 * hides + (most == 0)
            frame = frames[np.lexsort((hits, _meetings(frames, tips)))[0]]
            taken = np.vstack([taken, frame])
            x, y = (frame[0] + frame[2]) / 2, (frame[1] + frame[3]) / 2
            back = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8, "alpha": 1.0 if tested else 0.9}
            look = {"size": _LABEL, "color": link.look["color"], "zorder": 3, "bbox": back}
            panel.write(x, y, link.label, ha="center", va="center_baseline", **look)


def _on(track: np.ndarray) -> Iterator[tuple[float, float, float]]:
    """Places on an arrow, from its middle outwards, and the share of it that words there may hide."""
    for at in sorted(range(1, len(track) - 1), key=lambda at: abs(at - len(track) / 2)):
        yield float(track[at, 0]), float(track[at, 1]), 1.0


def _spots(track: np.ndarray, wide: float, thick: float) -> Iterator[tuple[float, float, float]]:
    """Places on an arrow, where words hide not too much of it, and beside it, where they hide nothing."""
    on = list(_on(track))
    yield from ((x, y, _HIDDEN) for x, y, _ in on)
    for side in (1, -1):
        yield from ((x + side * (wide / 2 + thick / 144 + 0.04), y, 0.0) for x, y, _ in on)


def _head(tip: np.ndarray, thick: float) -> np.ndarray:
    """About where the head of an arrow is, whichever way it points."""
    wide = (5 + 1.4 * thick) / 72
    return _frames(tip[None], (wide, 2 * wide))


def _frames(middles: np.ndarray, size: tuple[float, float]) -> np.ndarray:
    """Left, lower, right and upper edge around each of the middles."""
    half = np.array(size) / 2
    return np.hstack([middles - half, middles + half])


def _within(points: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """How many of the points, which come from below upwards, lie inside each of the frames."""
    x, y = points.T
    starts, ends = np.searchsorted(y, frames[:, 1], "right"), np.searchsorted(y, frames[:, 3], "left")
    bands = [x[start:end] for start, end in zip(starts, ends, strict=True)]
    sides = zip(bands, frames[:, 0], frames[:, 2], strict=True)
    return np.array([np.count_nonzero((band > left) & (band < right)) for band, left, right in sides])


def _meetings(frames: np.ndarray, others: np.ndarray) -> np.ndarray:
    """How many of the others each of the frames lies over."""
    (left, low, right, high), (from_, under, to, over) = frames.T[..., None], others.T
    return np.count_nonzero((left < to) & (from_ < right) & (low < over) & (under < high), axis=1)


def _arrow_key(links: list[DrawnLink]) -> list[Entry]:
    verbs = {link.arrow.verb for link in links}
    key: list[Entry] = [(_WORDS.get(verb, verb), look) for verb, look in _LOOKS.items() if verb in verbs]
    drawn_as = [link.look["linestyle"] for link in links]
    ways = ((BROKEN, f"{verdict_text('refuted')} by the data"), (UNTOLD, "? ⊘ the data cannot tell"))
    return key + [(said, look) for look, said in ways if look["linestyle"] in drawn_as]


def _words(
    scorecard: Scorecard,
    stand: pd.DataFrame | None,
    boxes: list[str],
    links: list[Arrow],
    tested: pd.DataFrame | None,
    level: str,
    unit: str | None,
) -> Iterator[str]:
    things = f"{len(boxes)} {'KPIs' if level == 'kpi' else 'objectives'}"
    start = f"Strategy map of {brief(scorecard.name)}: {len(scorecard.perspectives)} perspectives, {things}"
    if tested is None:
        yield f"{start}, {counted(len(links), 'arrow')} from cause to effect."
        yield ""
    else:
        verdicts = tally(tested["verdict"], VERDICTS)
        yield f"{start}, {counted(len(links), 'link')}{': ' if verdicts else ''}{verdicts}."
        yield refuted_words(tested, scorecard.names)
        yield placebo_warning(tested)
    if stand is not None:
        rows = stand.loc[boxes]
        yield f"{unit_name(unit)}, {period_words(rows['period'].iloc[0])}: {tally(rows['status'], STATUSES)}."
        amiss = rows.loc[rows["status"] == "off_target", "score"].sort_values()
        if len(amiss):
            yield "Off target: " + ", ".join(brief(scorecard.names[str(id)]) for id in amiss.index[:3]) + "."
    drives = pd.Series([arrow.cause for arrow in links], dtype=object).value_counts()
    if len(drives):
        yield f"Most arrows leave {brief(scorecard.names[str(drives.index[0])])} ({drives.iloc[0]})."
