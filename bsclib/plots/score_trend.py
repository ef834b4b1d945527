"""Where we stand and how we came here: scores over the last months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.status import SYMBOLS, words
from bsclib.plots.canvas import brief, drawn, status_key, unit_name
from bsclib.plots.lettering import fit, safe_name, spread
from bsclib.plots.palette import BANDS, INK, LINES
from bsclib.plots.picture import MARGIN, WIDTH, Entry, Panel, Picture, Ticks, in_words, page
from bsclib.plots.ticks import isolated, year_starts
from bsclib.plots.wording import period_words
from bsclib.scoring.views import history, snapshot
from bsclib.wording import NO_CHANGE, number

_LEFT, _RIGHT, _TALL, _APART = 0.5, 2.7, 2.5, 0.17


@drawn
def plot_score_trend(
    scores: pd.DataFrame, ids: Sequence[str] | None = None, unit: str | None = None, months: int = 24
) -> Picture:
    """Draw scores over the last months, over bands that show what is on target, at risk and off target.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    ids : sequence of str, optional
        What to draw, the first the most prominent; by default the scorecard and its perspectives. The bands are those
        of the first.
    unit : str, optional
        By default the organisation as a whole.
    months : int
        How many, up to the last month scored.

    Returns
    -------
    Axes
        Scores 0 to 100 over time in months since the year 0, one line an id. A month without a score is a gap.

    Raises
    ------
    UnknownNameError
        When an id or the unit is not in the scores.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> scores = score(read_scorecard("meridian"), read_actuals("meridian"))
    >>> [line.get_label() for line in plot_score_trend(scores, ids=["meridian", "mttr"], months=12).lines[:2]]
    ['mttr', 'meridian']
    """
    stand = snapshot(scores, unit)
    if ids is None:
        ids = list(stand.index[stand["level"].isin(["scorecard", "perspective"])])
    for id in ids:
        if id not in stand.index:
            raise UnknownNameError(unknown("KPI, objective or perspective in the scores", id, stand.index, "ids"))
    if not len(ids):
        raise BscError(Fault("ids", "there is nothing to draw", fix="name at least one, or leave ids out"))
    ids, rows = list(dict.fromkeys(ids)), stand.loc[list(dict.fromkeys(ids))]
    lines = history(scores, ids, "score", unit, months)
    when = np.array([periods.span(str(period))[0] for period in lines.index])
    root = str(stand.index[0])
    names = {**stand["name"].astype(str), root: "Overall"}
    title = safe_name(str(stand.loc[root, "name"]), root)
    note = f"{unit_name(unit)} · {len(when)} months to {period_words(lines.index[-1])}"
    cuts = np.clip(rows[["at_risk", "on_target"]].iloc[0].to_numpy(float), 0, 1) * 100
    body = max(_TALL, _APART * len(ids)) + 0.3
    picture, foot = page(body, f"Where we stand: {title}", note, [*bands_key(cuts), *status_key(rows["status"])])
    panel = picture.panel(_LEFT, foot + 0.24, WIDTH - _LEFT - _RIGHT, body - 0.3)
    panel.xlim = when[0] - 0.5, when[-1] + 0.5
    seen = np.append(lines.to_numpy()[lines.notna().to_numpy()], cuts[0])
    add_bands(panel, cuts, max(0.0, 10 * np.floor((seen.min() - 4) / 10)))  # from the ten below all that is seen
    for at, id in reversed(list(enumerate(ids))):
        _add_line(panel, when, lines[id].to_numpy(), {**_look(at), "label": id, "gid": id})
    years = year_starts(when)
    panel.below = Ticks(list(years), list(years.values()), length=3)
    _label_lines(panel, rows, lines, [safe_name(names.get(id, id), id) for id in ids])
    picture.alt = in_words(_words(title, rows, lines, names, unit))
    return picture


def _look(at: int) -> dict[str, Any]:
    """The first line is heavy and dark, the others differ in colour and in dashes."""
    if at == 0:
        return {"color": INK, "linewidth": 2.6, "linestyle": "-"}
    dashes: list[Any] = ["-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5))]
    return {"color": LINES[(at - 1) % len(LINES)], "linewidth": 1.5, "linestyle": dashes[(at - 1) % len(dashes)]}


def add_bands(panel: Panel, cuts: np.ndarray, lowest: float) -> None:
    """Put behind scores which are on target, at risk and off target; `cuts` are the two edges, 0..100."""
    edges = [lowest, *cuts, 100.0]
    left, right = panel.xlim
    for low, high, shade in zip(edges, edges[1:], BANDS, strict=False):
        panel.box(left, low, right - left, high - low, color=shade, linewidth=0, zorder=0)
    panel.ylim = lowest, 100.0
    ticks = [lowest]
    for cut in (*cuts, 100.0):
        if cut - ticks[-1] >= 0.08 * (100 - lowest):
            ticks.append(float(cut))
    panel.beside = Ticks(ticks, [f"{tick:.4g}" for tick in ticks], size=8)


def _add_line(panel: Panel, when: np.ndarray, line: np.ndarray, look: dict[str, Any]) -> None:
    panel.line(when, line, **look, solid_joinstyle="round", clip_on=False, zorder=3)
    lone = isolated(line)
    if lone.any():
        alone = {"marker": ".", "linestyle": "none", "color": look["color"], "clip_on": False, "zorder": 3}
        panel.line(when[lone], line[lone], **alone)


def _label_lines(panel: Panel, rows: pd.DataFrame, lines: pd.DataFrame, names: list[str]) -> None:
    """Name each line at its right end, the names kept apart."""
    low, high = panel.ylim
    ends = lines.ffill().iloc[-1].fillna(low).to_numpy()
    order = np.argsort(ends, kind="stable")
    gap = _APART / panel.height * (high - low)
    places = np.empty(len(ends))
    places[order] = spread(ends[order], [gap] * (len(ends) - 1), low, high)
    edge = panel.xlim[1]
    start, turn = edge - 0.4, panel.across(1.05)
    for at, (y, end, name) in enumerate(zip(places, ends, names, strict=True)):
        colour, row = _look(at)["color"], rows.iloc[at]
        tail = f"  {number(row['score'])} {SYMBOLS[row['status']]}"
        text = fit(name, (_RIGHT - MARGIN) * 72 - 74, 8.5, bold=at == 0) + tail
        if lines.iloc[:, at].notna().any():
            panel.line([start, turn], [end, y], color=colour, linewidth=0.8, clip_on=False)
        weight = "bold" if at == 0 else "normal"
        panel.write(panel.across(1.058), y, text, va="center", color=colour, weight=weight, gid=str(rows.index[at]))


def bands_key(cuts: np.ndarray) -> list[Entry]:
    """The part of a key that explains those bands."""
    texts = [f"below {cuts[0]:.4g}", f"from {cuts[0]:.4g}", f"from {cuts[1]:.4g}"]
    return [
        (f"{words(status)} {text}", {"color": shade, "linewidth": 8, "solid_capstyle": "butt"})
        for status, text, shade in zip(("off_target", "at_risk", "on_target"), texts, BANDS, strict=True)
    ]


def _words(
    title: str, rows: pd.DataFrame, lines: pd.DataFrame, names: dict[str, str], unit: str | None
) -> Iterator[str]:
    span = f"{len(lines)} months to {period_words(lines.index[-1])}"
    yield f"Line chart of {len(rows)} scores of {brief(title)}, {unit_name(unit)}, {span}."
    for id, row in rows.iterrows():
        line = lines[str(id)].dropna()
        change = line.iloc[-1] - line.iloc[0] if len(line) > 1 else 0.0
        way = "up" if change > 0 else "down"
        moved = f", {way} {number(abs(change))} since {period_words(line.index[0])}" if abs(change) >= NO_CHANGE else ""
        yield f"{brief(names.get(str(id), str(id)))}: {number(row['score'])}, {words(row['status'])}{moved}."
