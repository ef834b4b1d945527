"""From 100 down to a score: how many points each KPI costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from bsclib.model.status import STATUSES, SYMBOLS, words
from bsclib.plots.canvas import brief, drawn, status_key, unit_name
from bsclib.plots.lettering import fit, safe_name
from bsclib.plots.palette import COLOURS, GREY, INK, RULE, marker
from bsclib.plots.picture import MARGIN, WIDTH, Panel, Picture, Ticks, in_words, page
from bsclib.plots.ticks import round_ticks
from bsclib.plots.wording import period_words
from bsclib.scoring.views import contributions, snapshot
from bsclib.wording import counted, number, signed

_NAMES, _VALUES, _ROW, _TOP = 3.3, 1.75, 0.29, 0.24
_GROUPS = 8
"""Of more groups than these none is named: KPIs alone are shown."""
_NOTHING = 1e-9


@dataclass(frozen=True)
class _Row:
    """One line of the picture: a step from one height to the next, or where the steps begin and end."""

    name: str
    kind: str
    start: float
    end: float
    status: str = ""
    says: str = ""


@drawn
def plot_contributions(
    scores: pd.DataFrame, id: str | None = None, unit: str | None = None, period: str | None = None, most: int = 12
) -> Picture:
    """Draw the way from 100 down to a score: how many points each KPI costs it.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    id : str, optional
        A KPI, an objective or a perspective; by default the scorecard.
    unit, period : str, optional
        By default the organisation as a whole, and the last month scored.
    most : int
        Only so many KPIs have a bar of their own, those that cost most; one bar a group holds its others.

    Returns
    -------
    Axes
        One bar a KPI, grouped by the part of the scorecard that it belongs to, the costliest first. A bar is as long as
        the KPI's share of the score times what its own score lacks of 100; all bars together lead to the score.

    Raises
    ------
    UnknownNameError
        When the id, the unit or the month is not in the scores.
    BscError
        When the scores are not weighted means.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> from bsclib.plots import alt_text
    >>> alt_text(plot_contributions(score(read_scorecard("meridian"), read_actuals("meridian"))))
    'Waterfall from 100 to the score of Meridian Freight IT, Whole organisation, June 2026: ...'
    """
    shares = contributions(scores, id, unit, period)
    stand = snapshot(scores, unit, period)
    names = {str(id): safe_name(str(name), str(id)) for id, name in stand["name"].items()}
    own = stand.loc[id or stand.index[0]]
    total, rows = float(own["score"]), list[_Row]()
    note = f"{unit_name(unit)} · {period_words(own['period'])} · score {number(total)}"
    if not np.isnan(total):
        rows = list(_rows(shares, stand, own, names, most))
        note += f", {words(own['status'])} · each bar: share × (100 − score), in points"
    body = _ROW * max(len(rows), 1) + 0.1
    key = status_key([row.status for row in rows if row.status in STATUSES])
    picture, foot = page(body + _TOP, f"What keeps {names[str(own['id'])]} from 100", note, key)
    panel = picture.panel(_NAMES, foot, WIDTH - _NAMES - _VALUES, body)
    panel.ylim = max(len(rows), 1) - 0.4, -0.6
    if rows:
        _add(panel, rows)
    else:
        says = f"No score: {safe_name(str(own['reason']), 'no data')}."
        panel.write(0.5, 0, says, ha="center", va="center", color=GREY)
    picture.alt = in_words(_words(shares, own, names, unit))
    return picture


def _rows(
    shares: pd.DataFrame, stand: pd.DataFrame, own: pd.Series, names: dict[str, str], most: int
) -> Iterator[_Row]:
    """From the top: 100, the steps, and the score."""
    yield _Row("Every KPI as expected", "total", 100.0, 100.0, says="score 100.0")
    kpis = sorted(shares.itertuples(), key=lambda kpi: -kpi.cost)  # stable: in the scorecard's order where they tie
    costly = sorted((kpi for kpi in kpis if kpi.share > 0 and abs(kpi.cost) > _NOTHING), key=lambda kpi: -abs(kpi.cost))
    large = {kpi.Index for kpi in costly[: max(most, 0)]}
    height = 100.0
    for group in [*_groups(shares).index] or [None]:
        part = [kpi for kpi in kpis if group in (None, kpi.group)]
        if group is not None:
            end = height - sum(kpi.cost for kpi in part)
            says = _says(stand.at[group, "score"], sum(kpi.share for kpi in part))
            yield _Row(names[str(group)], "group", height, end, str(stand.at[group, "status"]), says)
        for row in _steps(part, large, names):
            yield replace(row, start=height, end=height + row.end)
            height += row.end
    score = float(own["score"])
    yield _Row(f"Score of {names[str(own['id'])]}", "total", score, score, own["status"], f"score {number(score)}")


def _groups(shares: pd.DataFrame) -> pd.Series:
    """What each group costs, the costliest first; nothing where groups would say no more than KPIs do."""
    groups = shares.groupby("group", sort=False)["cost"].sum().sort_values(ascending=False, kind="stable")
    return groups if 1 < len(groups) <= _GROUPS and not set(groups.index) & set(shares.index) else groups[:0]


def _steps(part: list[Any], own: set[str], names: dict[str, str]) -> Iterator[_Row]:
    """Steps from 0 down: the KPIs with a bar of their own, the others together, and those that carried nothing."""
    scored = [kpi for kpi in part if kpi.share > 0]
    rest = [kpi for kpi in scored if kpi.Index not in own]
    if len(rest) == 1:
        rest = []
    alone = [kpi for kpi in scored if kpi not in rest]
    for kpi in alone:
        says = _says(kpi.score, kpi.share)
        yield _Row(names[str(kpi.Index)], "kpi", 0.0, -float(kpi.cost), str(kpi.status), says)
    if rest:
        full = not any(abs(kpi.cost) > _NOTHING for kpi in rest)
        name = f"{len(rest)} other KPIs" if alone else f"{len(rest)} KPIs"
        says = _says(100.0 if full else np.nan, sum(kpi.share for kpi in rest))
        yield _Row(name, "rest", 0.0, -sum(kpi.cost for kpi in rest), "", says)
    gone = [kpi for kpi in part if kpi.share == 0]
    if gone:
        name = names[str(gone[0].Index)] if len(gone) == 1 else f"{len(gone)} KPIs"
        known = any(kpi.score == kpi.score for kpi in gone)
        yield _Row(name, "nothing", 0.0, 0.0, "" if known else "no_data", says="carried nothing")


def _says(score: float, share: float) -> str:
    carried = f"share {number(100 * share)} %" if share > 0 else "carried nothing"
    return carried if np.isnan(score) else f"score {number(score)} · {carried}"


def _add(panel: Panel, rows: list[_Row]) -> None:
    ends = np.array([[row.start, row.end] for row in rows])
    low, high = float(ends.min()), float(ends.max())
    span = max(high - low, 1.0)
    rises = 0.14 * span if (ends[:, 1] > ends[:, 0]).any() else 0.0
    panel.xlim = low - 0.2 * span, high + 0.06 * span + rises
    ticks = round_ticks(*panel.xlim)
    panel.above = Ticks(ticks, [f"{tick:g}".replace("-", "−") for tick in ticks], pad=1)
    for y, row in enumerate(rows):
        _add_step(panel, y, row, span)
        if y + 1 < len(rows) and row.kind != "group":
            panel.line([row.end] * 2, [y, y + 1], color=RULE, linewidth=0.8, zorder=0)
        bold = row.kind in ("total", "group")
        indent, weight = (0.0, "bold") if bold else (0.14, "normal")
        symbol = f"{SYMBOLS[row.status]} " if row.status else ""
        name = fit(symbol + row.name, (_NAMES - MARGIN - indent) * 72 - 8, 8.5, bold=bold)
        colour = GREY if row.kind in ("rest", "nothing") else INK
        left, right = (MARGIN + indent - _NAMES) / panel.width, 1 + 0.1 / panel.width
        panel.write(panel.across(left), y, name, color=colour, weight=weight, va="center_baseline")
        panel.write(panel.across(right), y, row.says, color=GREY, size=8, va="center_baseline")


def _add_step(panel: Panel, y: int, row: _Row, span: float) -> None:
    if row.kind == "total":
        look = marker(row.status) if row.status in STATUSES else {"marker": "|", "color": INK, "linestyle": "none"}
        panel.line([row.end], [y], **look)
        return
    if row.kind == "nothing":
        return
    tall, colour, weight = 0.62, COLOURS.get(row.status, RULE), "normal"
    if row.kind == "group":
        tall, colour, weight = 0.16, GREY, "bold"
    change = row.end - row.start
    # Leftwards, as the bar leads down.
    panel.box(row.start, y - tall / 2, change, tall, facecolor=colour, edgecolor=INK, linewidth=0.4)
    side, where = (1, "left") if change > _NOTHING else (-1, "right")
    at = row.end + side * 0.015 * span
    panel.write(at, y, signed(change), size=8, weight=weight, ha=where, va="center_baseline")


def _words(shares: pd.DataFrame, own: pd.Series, names: dict[str, str], unit: str | None) -> Iterator[str]:
    total, where = own["score"], f"{unit_name(unit)}, {period_words(own['period'])}: {number(own['score'])}"
    status = "" if np.isnan(total) else f", {words(own['status'])}"
    yield f"Waterfall from 100 to the score of {brief(names[str(own['id'])])}, {brief(where)}{status}."
    costs = shares[shares["cost"].abs() > _NOTHING]["cost"].sort_values(ascending=False, kind="stable")
    if len(costs):
        first = (f"{brief(names[str(id)])} {signed(-cost)}" for id, cost in costs[:4].items())
        yield f"Costliest: {', '.join(first)}."
        if len(costs) > 4:
            yield f"{len(costs) - 4} more together {signed(-costs[4:].sum())}."
    elif not np.isnan(total):
        yield "No KPI costs a point."
    groups = [f"{brief(names[str(id)])} {signed(-cost)}" for id, cost in _groups(shares).items()]
    if groups and len(costs):
        yield f"By part: {', '.join(groups)}."
    gone = int((shares["share"] == 0).sum())
    if gone:
        yield f"{counted(gone, 'KPI')} carried nothing."
