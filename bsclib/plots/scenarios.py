"""Scenarios side by side: what each does to the chosen goals, with its band and the chance of being on target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import STYLE, brief, describe, panel, sheet, unit_name, write
from bsclib.plots.lettering import fit, safe_name, width
from bsclib.plots.palette import ACTUAL, GREY, INK, LANE, LOSS, PAPER
from bsclib.plots.picture import MARGIN, WIDTH, Entry
from bsclib.plots.prospects import Quantity, limits, still, texts
from bsclib.plots.wording import period_words
from bsclib.wording import counted, month_name, percent

_NAMES, _VALUES, _ROW, _HEAD, _BETWEEN = 2.8, 3.4, 0.29, 0.33, 0.16
_REACH_AT, _CHANCE_AT = 1.3, 3.23
"""Where the band and the chance stand beside the picture, in inches; the chance ends there."""
_REACH: dict[str, Any] = {"linewidth": 2.2, "solid_capstyle": "round"}
_POINT: dict[str, Any] = {"marker": "o", "markersize": 7, "markeredgecolor": PAPER, "linestyle": "none"}


@rc_context(STYLE)
def plot_scenarios(
    compared: pd.DataFrame,
    scorecard: Scorecard,
    ids: Sequence[str] | str | None = None,
    period: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Axes:
    """Draw what several scenarios do to the same goals, a group of rows a goal.

    Parameters
    ----------
    compared : DataFrame
        As `bsclib.scenarios.compare` returns it.
    scorecard : Scorecard
    ids : str or sequence of str, optional
        KPIs, objectives or perspectives; by default the scorecard and its perspectives.
    period : str, optional
        A month; by default the last one that every scenario reaches.
    names : mapping of str to str, optional
        What to call the scenarios, by id; by default their ids.

    Returns
    -------
    Axes
        Of the first goal: the effect across, 0 marked; for each scenario a point at the median and a line that holds
        90 % of the draws. Goals that are scores share one scale, each KPI has its own. Beside them the effect, its
        band, and the chance of being on target.

    Raises
    ------
    UnknownNameError
        When an id or the month is not in the frame.
    BscError
        When nothing is asked for, or the frame holds no scenario.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> from bsclib.plots import alt_text
    >>> from bsclib.scenarios import Scenario, compare
    >>> card, faster = read_scorecard("meridian"), Scenario(id="faster", name="Faster", changes={"mttr": "-10%"})
    >>> alt_text(plot_scenarios(compare(card, read_actuals("meridian"), [faster], draws=200), card))
    '1 scenario side by side, Whole organisation: effects in June 2028 on 5 goals. Meridian Freight IT: faster ...'
    """
    goals = _goals(scorecard, ids)
    rows, period = _at(compared, period)
    given = list(dict.fromkeys(rows["scenario"].astype(str)))
    called = {id: safe_name((names or {}).get(id, id), id) for id in given}
    unit = str(rows["unit"].iloc[0])
    rows_of = {quantity.id: _of(rows, quantity.id, given) for quantity in goals}
    tall = [_HEAD + _ROW * (1 if still(rows_of[quantity.id]) else len(given)) for quantity in goals]
    body = sum(tall) + _BETWEEN * (len(goals) - 1)
    key: list[Entry] = [("median", {**_POINT, "color": ACTUAL}), ("90 % of the draws", {**_REACH, "color": ACTUAL})]
    note = f"{unit_name(unit)} · effect in {month_name(period)}, against no change"
    figure, foot = sheet(body, f"Scenarios: {safe_name(scorecard.name, scorecard.id)}", note, key)
    scores = [rows_of[quantity.id] for quantity in goals if quantity.kpi is None]
    bottom = foot + body + _BETWEEN
    drawn: list[Axes] = []
    for quantity, high in zip(goals, tall, strict=True):
        own = rows_of[quantity.id]
        bottom -= high + _BETWEEN
        _write_head(figure, bottom + high - 0.2, quantity, own, first=not drawn)
        axes = panel(figure, _NAMES, bottom, WIDTH - _NAMES - _VALUES, high - _HEAD)
        seen = pd.concat(scores) if quantity.kpi is None else own
        axes.set_xlim(limits(seen[["effect", "effect_low", "effect_high"]], 0.05))
        axes.set(ylim=((high - _HEAD) / _ROW - 0.5, -0.5), xticks=[], yticks=[])
        axes.set_facecolor(LANE)
        axes.axvline(0, color=GREY, linewidth=0.9)
        if still(own):
            text = "The scenario does not move it." if len(given) == 1 else "None of the scenarios moves it."
            look: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center_baseline", "color": GREY}
            axes.text((MARGIN + 0.1 - _NAMES) / (WIDTH - _NAMES - _VALUES), 0, text, size=8, **look)
        for y, (id, name) in enumerate([] if still(own) else called.items()):
            _draw_row(axes, y, own.loc[id], quantity, name)
        drawn.append(axes)
    describe(figure, *_words(goals, rows_of, called, unit, period))
    return drawn[0]


def _goals(scorecard: Scorecard, ids: Sequence[str] | str | None) -> list[Quantity]:
    if ids is None:
        ids = [scorecard.id, *(home.id for home in scorecard.perspectives)]
    ids = [ids] if isinstance(ids, str) else list(dict.fromkeys(ids))
    if not ids:
        raise BscError(Fault("ids", "there is nothing to draw", fix="name at least one, or leave ids out"))
    return [Quantity.of(scorecard, id) for id in ids]


def _at(compared: pd.DataFrame, period: str | None) -> tuple[pd.DataFrame, str]:
    """The rows of one month, and which; by default the last that every scenario reaches."""
    if "scenario" not in compared or compared.empty:
        fix = "give what bsclib.scenarios.compare returns"
        raise BscError(Fault("compared", "it holds no scenario", fix=fix))
    compared = texts(compared)
    months = compared["period"]
    if period is None:
        period = str(months.groupby(compared["scenario"]).max().min())
    if period not in set(months):
        raise UnknownNameError(unknown("month in the scenarios", period, sorted(set(months)), "period"))
    return compared[months == period], period


def _of(rows: pd.DataFrame, id: str, names: list[str]) -> pd.DataFrame:
    """The row of each scenario for one id."""
    own = rows[rows["id"].astype(str) == id]
    if own.empty:
        there = dict.fromkeys(rows["id"].astype(str))
        raise UnknownNameError(unknown("KPI, objective or perspective in the scenarios", id, there, "ids"))
    return own.set_index(own["scenario"].astype(str)).reindex(names)


def _write_head(figure: Figure, y: float, quantity: Quantity, rows: pd.DataFrame, first: bool) -> None:
    """The goal, where it would be without any of them, and above the first what the columns are."""
    edge = WIDTH - _VALUES
    without = f"without {quantity.level(float(rows['without'].iloc[0]))} · {quantity.goal}"
    room = (edge - MARGIN) * 72 - width(without, 8) - 16
    look: dict[str, Any] = {"size": 8, "color": GREY}
    write(figure, MARGIN, y, fit(quantity.name, room, 9, bold=True), size=9, weight="bold")
    write(figure, edge, y, without, ha="right", **look)
    if first:
        write(figure, edge + 0.1, y, "effect", **look)
        write(figure, edge + _REACH_AT, y, "90 % of the draws", **look)
        write(figure, edge + _CHANCE_AT, y, "on target", ha="right", **look)


def _draw_row(axes: Axes, y: int, row: pd.Series, quantity: Quantity, name: str) -> None:
    wide = WIDTH - _NAMES - _VALUES
    effect, low, high = (float(row[one]) for one in ("effect", "effect_low", "effect_high"))
    bad = quantity.is_worse(effect)
    colour = LOSS if bad else ACTUAL
    if y:
        axes.axhline(y - 0.5, color=PAPER, linewidth=1, zorder=0.5)
    axes.plot([low, high], [y, y], color=colour, zorder=2, **_REACH)
    axes.plot([effect], [y], color=colour, zorder=3, **{**_POINT, "marker": "v" if bad else "o"})
    look: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center_baseline"}
    axes.text((MARGIN + 0.1 - _NAMES) / wide, y, fit(name, (_NAMES - MARGIN - 0.1) * 72 - 10, 8.5), color=INK, **look)
    value = fit(quantity.effect(effect), (_REACH_AT - 0.2) * 72, 8.5, bold=True)
    axes.text(1 + 0.1 / wide, y, value, weight="bold", color=LOSS if bad else INK, **look)
    reach = fit(quantity.effects(low, high), (_CHANCE_AT - 0.55 - _REACH_AT) * 72, 7.5)
    axes.text(1 + _REACH_AT / wide, y, reach, size=7.5, color=GREY, **look)
    share = percent(float(row["chance_of_target"]))
    axes.text(1 + _CHANCE_AT / wide, y, share, size=7.5, color=GREY, ha="right", **look)


def _words(
    goals: list[Quantity], rows_of: dict[str, pd.DataFrame], called: dict[str, str], unit: str, period: str
) -> Iterator[str]:
    many, on = counted(len(called), "scenario"), counted(len(goals), "goal")
    yield f"{many} side by side, {brief(unit_name(unit))}: effects in {period_words(period)} on {on}."
    for quantity in goals:
        if still(rows_of[quantity.id]):
            yield f"{brief(quantity.name)}: not moved."
            continue
        parts = []
        for name, row in rows_of[quantity.id].iterrows():
            reach = quantity.effects(row["effect_low"], row["effect_high"])
            parts.append(f"{brief(called[str(name)], 36)} {quantity.effect(row['effect'])} ({reach})")
        more = f"; {len(parts) - 4} more" if len(parts) > 4 else ""
        yield f"{brief(quantity.name)}: {'; '.join(parts[:4])}{more}."
