"""How far each KPI is: bullets on the scale of attainment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.perspectives import Perspective
from bsclib.model.status import words
from bsclib.plots.canvas import MARGIN, STYLE, Entry, describe, number, panel, sheet, status_key, unit_name
from bsclib.plots.lettering import fit, safe_name
from bsclib.plots.palette import BANDS, COLOURS, GREY, INK, RULE, marker
from bsclib.plots.wording import chosen, direction_words, overall_words, shown, status_words
from bsclib.scoring.rules import linear_attainment, range_attainment
from bsclib.scoring.views import snapshot

KIT = "kit"
_FROM, _TO = -0.3, 1.5
_BULLET, _BULLET_WIDTH = 3.15, 3.1
_COLUMNS = {"actual": (6.55, 1.0), "expected by now": (7.55, 1.08), "target": (8.63, 0.85)}


@rc_context(STYLE)
def plot_bullets(
    scores: pd.DataFrame,
    scorecard: Scorecard,
    unit: str | None = None,
    period: str | None = None,
    ids: Sequence[str] | None = None,
) -> Axes:
    """Draw one bullet a KPI on the scale of attainment, so that unlike KPIs can be compared.

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
    ids : sequence of str, optional
        The KPIs to draw; by default all.

    Returns
    -------
    Axes
        From left to right the kit's attainment, whatever the method: 0 at the floor, 1 where the KPI is expected to be
        by now. Downwards inches. Another method's cuts lie on a scale of its own, so only the kit's are shaded.

    Raises
    ------
    UnknownNameError
        When a KPI is not in the scorecard, or the unit or the month not in the scores.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> from bsclib.plots import alt_text
    >>> card = read_scorecard("meridian")
    >>> alt_text(plot_bullets(score(card, read_actuals("meridian")), card, ids=["mttr", "csat"]))
    'Bullet chart of 2 KPIs of Meridian Freight IT, Whole organisation, 2026-06. ...'
    """
    stand = snapshot(scores, unit, period)
    kpis = chosen(scorecard, ids)
    title = f"How far each KPI is: {safe_name(scorecard.name, scorecard.id)}"
    note = f"{unit_name(unit)} · {stand['period'].iloc[0]}"
    rows = list(_bullet_rows(scorecard, kpis))
    body = sum(height for _, height, _ in rows) + 0.3
    shown_rows = stand.loc[[kpi.id for kpi in kpis]]
    key = [*_bullet_key(shown_rows), *status_key(shown_rows["status"])]
    figure, foot = sheet(body, title, note, key)
    axes = panel(figure, _BULLET, foot + 0.04, _BULLET_WIDTH, body - 0.04)
    axes.set(xlim=(_FROM, _TO), ylim=(body - 0.04, 0), xticks=[], yticks=[])
    for share, word in ((0, "floor"), (1, "expected")):
        axes.text(share, 0.2, word, ha="center", va="center", size=7.5, color=GREY)
        axes.plot([share, share], [0.28, body - 0.08], color=RULE, linewidth=0.8, zorder=0)
    for word, (left, _) in _COLUMNS.items():
        _beside(axes, left, 0.2, word, size=7.5, color=GREY)
    y = 0.3
    for part, height, name in rows:
        if isinstance(part, Perspective):
            _draw_heading(axes, y + height / 2, stand.loc[part.id], name)
        else:
            _draw_bullet(axes, y + height / 2, part, stand.loc[part.id], name)
        y += height
    first, *others = status_words("Bullet chart", scorecard, kpis, stand, unit)
    describe(figure, first, overall_words(scores, unit, str(stand["period"].iloc[0])), *others)
    return axes


def _bullet_rows(scorecard: Scorecard, kpis: list[KPI]) -> Iterator[tuple[Perspective | KPI, float, str]]:
    """What is drawn from top to bottom, how high it is in inches, and its name, broken into lines."""
    objectives = {one.id: one for one in scorecard.objectives}
    for perspective in scorecard.perspectives:
        inside = [kpi for kpi in kpis if objectives[kpi.objective].perspective == perspective.id]
        if inside:
            yield perspective, 0.34, fit(safe_name(perspective.name, perspective.id), 215, 9.5, bold=True)
        for kpi in inside:
            name = fit(safe_name(kpi.name, kpi.id), 212, 8.5, lines=2)
            yield kpi, 0.36 + 0.14 * name.count("\n"), name


def _draw_heading(axes: Axes, y: float, row: pd.Series, name: str) -> None:
    _beside(axes, MARGIN, y, name, size=9.5, weight="bold")
    _mark_beside(axes, _COLUMNS["actual"][0] - 0.14, y, row["status"])
    score = row["score"]
    text = number(score) if np.isnan(score) else f"score {number(score)}"
    _beside(axes, _COLUMNS["actual"][0], y, text, size=8.5, weight="bold")


def _draw_bullet(axes: Axes, y: float, kpi: KPI, row: pd.Series, name: str) -> None:
    lines = name.count("\n") + 1
    _beside(axes, MARGIN, y - 0.065, name, linespacing=1.1)
    _beside(axes, MARGIN, y + 0.07 * lines + 0.02, direction_words(kpi), size=7, color=GREY)
    cuts = [kpi.thresholds.at_risk, kpi.thresholds.on_target] if row["method"] == KIT else [_FROM, _TO]
    edges = np.clip([_FROM, *cuts, _TO], _FROM, _TO)
    for low, high, shade in zip(edges[:-1], edges[1:], BANDS, strict=True):
        axes.add_patch(Rectangle((low, y - 0.1), high - low, 0.2, facecolor=shade, zorder=0.5))
    share = _on_scale(kpi, row, row["actual"])
    share = float(row["attainment"]) if np.isnan(share) else share
    if not np.isnan(share):
        end = float(np.clip(share, _FROM, _TO))
        fill: dict[str, Any] = {"facecolor": COLOURS[row["status"]], "edgecolor": INK, "linewidth": 0.6}
        axes.add_patch(Rectangle((0, y - 0.05), end, 0.1, **fill, zorder=2))
        if end != share:
            axes.plot(end, y, marker="<" if end < 0 else ">", markersize=6, color=INK, zorder=4, clip_on=False)
        elif abs(end) < 0.01:
            axes.plot(end, y, **{**marker(row["status"], 5), "zorder": 3})
    axes.plot([1, 1], [y - 0.13, y + 0.13], color=INK, linewidth=2.2, solid_capstyle="butt", zorder=3)
    for word, look in _MARKS.items():
        at = _on_scale(kpi, row, row[word])
        if _FROM <= at <= _TO:
            axes.plot(at, y + look["lift"], **look["artist"], zorder=3.5)
    _mark_beside(axes, _COLUMNS["actual"][0] - 0.14, y, row["status"])
    texts = _bullet_texts(kpi, row)
    rooms = [room for _, room in _COLUMNS.values()]
    rooms = [*rooms[: len(texts) - 1], sum(rooms[len(texts) - 1 :])]
    for (left, _), room, text in zip(_COLUMNS.values(), rooms, texts, strict=False):
        _beside(axes, left, y, fit(text, room * 72 - 4, 8, lines=2), size=8, linespacing=1.05)


_MARKS: dict[str, dict[str, Any]] = {
    "target": {"lift": -0.1, "artist": {"marker": 7, "markersize": 5, "color": INK, "linestyle": "none"}},
    "baseline": {"lift": 0.1, "artist": {"marker": 6, "markersize": 5, "color": GREY, "linestyle": "none"}},
    "stretch": {"lift": -0.13, "artist": {"marker": "*", "markersize": 6, "color": GREY, "linestyle": "none"}},
}


def _bullet_key(rows: pd.DataFrame) -> list[Entry]:
    marks = [(word, look["artist"]) for word, look in _MARKS.items() if rows[word].notna().any()]
    shades: list[Entry] = [
        (f"shade: {words(status)}", {"color": shade, "linewidth": 8, "solid_capstyle": "butt"})
        for status, shade in zip(("off_target", "at_risk", "on_target"), BANDS, strict=True)
    ]
    expected = {"marker": "|", "markersize": 9, "markeredgewidth": 2.2, "color": INK, "linestyle": "none"}
    return [("expected by now", expected), *marks, *(shades if rows["method"].iloc[0] == KIT else [])]


def _bullet_texts(kpi: KPI, row: pd.Series) -> list[str]:
    """The actual, what is expected, and the target, in the KPI's own units."""
    if kpi.direction == "within_range":
        inside = f"{shown(kpi, kpi.range[0])} to {shown(kpi, kpi.range[1])}"
        return [shown(kpi, row["actual"]), inside]
    return [shown(kpi, row[column]) for column in ("actual", "expected", "target")]


def _on_scale(kpi: KPI, row: pd.Series, value: float) -> float:
    """The attainment that a value would have; NaN where the scale has no length."""
    with np.errstate(over="ignore", invalid="ignore"):  # what is too far to reckon is off the scale
        if kpi.direction == "within_range":
            return float(range_attainment(np.array(value), *kpi.range, *kpi.floors()))
        sign = 1 if kpi.direction == "higher_is_better" else -1
        if not sign * (row["expected"] - row["floor"]) > 0:
            return float("nan")
        return float(linear_attainment(np.array(value), row["floor"], row["expected"], np.array(sign)))


def _beside(axes: Axes, left: float, y: float, text: str, **look: Any) -> None:
    """Write beside the bullets: `left` in inches from the sheet's edge."""
    axes.text(_share(left), y, text, transform=axes.get_yaxis_transform(), **{"va": "center", **look})


def _mark_beside(axes: Axes, left: float, y: float, status: str) -> None:
    axes.plot(_share(left), y, transform=axes.get_yaxis_transform(), clip_on=False, **marker(status))


def _share(left: float) -> float:
    return (left - _BULLET) / _BULLET_WIDTH
