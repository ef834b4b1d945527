"""Where something is heading: its history, the path without a change, and the path with it and its band."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import brief, drawn, unit_name
from bsclib.plots.lettering import fit, spread, width
from bsclib.plots.palette import ACTUAL, BANDS, GREY, INK, LINES, RULE
from bsclib.plots.picture import MARGIN, WIDTH, Entry, Panel, Picture, Ticks, in_words, page
from bsclib.plots.prospects import Quantity, course, still
from bsclib.plots.score_trend import add_bands, bands_key
from bsclib.plots.ticks import isolated, round_ticks, short_number, year_starts
from bsclib.plots.wording import period_words
from bsclib.scoring.views import history
from bsclib.wording import adds_up, month_name, percent

_LEFT, _RIGHT, _TALL, _STRIP, _DATES = 0.62, 2.4, 2.7, 0.3, 0.24
_LINE = 0.17
_PAST: dict[str, Any] = {"color": ACTUAL, "linewidth": 1.6}
_WITH: dict[str, Any] = {"color": LINES[0], "linewidth": 2.4}
_WITHOUT: dict[str, Any] = {"color": LINES[1], "linewidth": 1.5, "linestyle": (0, (5, 1.5))}
_TARGET: dict[str, Any] = {"color": GREY, "linewidth": 1.2, "linestyle": (0, (1.5, 1.2))}
_PLAIN: dict[str, Any] = {"color": INK, "linewidth": 1.2, "linestyle": (0, (1, 2))}
_ENDS = ["plain", "low", "high"]
_BAND: dict[str, Any] = {"color": LINES[0], "alpha": 0.2, "linewidth": 0}
_FIRST: dict[str, Any] = {"color": INK, "linewidth": 0.9, "linestyle": (0, (3, 2))}


@drawn
def plot_fan(
    result: pd.DataFrame,
    scorecard: Scorecard,
    id: str | None = None,
    scores: pd.DataFrame | None = None,
    months: int = 24,
    plain: pd.DataFrame | None = None,
) -> Picture:
    """Draw how something went, and where it is heading without the changes and with them.

    Parameters
    ----------
    result : DataFrame
        As `bsclib.whatif` returns it, or the rows of one scenario of a comparison.
    scorecard : Scorecard
    id : str, optional
        A KPI, an objective or a perspective; by default the scorecard.
    scores : DataFrame, optional
        As `bsclib.score` returns it, for the history; by default none is drawn.
    months : int
        How much history, up to the last month of the actuals.
    plain : DataFrame, optional
        As `bsclib.scenarios.plain_course` returns it, for the same months: drawn beside, by default not.

    Returns
    -------
    Axes
        A KPI in its own units, anything else as a score, over months since the year 0. The lines are labelled
        ``actual``, ``without``, ``with``, ``target`` and ``plain``; the band holds 90 % of the draws with the changes.
        A score has the bands of the scorecard's thresholds behind it instead of a target. A dashed line stands at the
        first month in which the effect could be told from noise, where there is one.

    Raises
    ------
    UnknownNameError
        When the id is not in the scorecard or not in the result.
    BscError
        When the result holds several scenarios.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, whatif
    >>> from bsclib.plots import alt_text
    >>> card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    >>> alt_text(plot_fan(whatif(card, actuals, {"mttr": "-10%"}, draws=200), card))
    'Fan chart of Meridian Freight IT, Whole organisation, 24 months to June 2028. Without the changes ...'
    """
    quantity = Quantity.of(scorecard, id)
    ahead = course(result, quantity.id)
    held = None if plain is None else course(plain, quantity.id).reindex(ahead.index)
    unit = str(ahead["unit"].iloc[0])
    past = _past(scores, quantity, unit, months, int(ahead.index[0]))
    unmoved = still(ahead)
    told = str(ahead["first_month"].iloc[0]) if "first_month" in ahead else None
    key = _key(quantity, scorecard, len(past) > 0, held is not None)
    strip = _STRIP + (_LINE if told and not unmoved else 0.0)
    title = f"{'Where it is heading' if unmoved else 'What if'}: {quantity.name}"
    picture, foot = page(strip + _TALL + _DATES, title, _note(quantity, ahead, unit, unmoved), key)
    panel = picture.panel(_LEFT, foot + _DATES, WIDTH - _LEFT - _RIGHT, _TALL)
    start = int(past.index[0]) if len(past) else int(ahead.index[0]) - 1
    panel.xlim = start - 0.5, int(ahead.index[-1]) + 0.5
    when = np.arange(start, int(ahead.index[-1]) + 1)
    # What is expected of a KPI by each month: a line, or the two edges of a range.
    edges = None if quantity.kpi is None else np.atleast_2d(quantity.kpi.expected(when)).T
    target = pd.DataFrame(edges, index=when)
    _set_scale(
        panel,
        quantity,
        scorecard,
        [past, ahead[["low", "high", "without", "with_"]], target, *([] if held is None else [held[_ENDS]])],
    )
    _add_target(panel, quantity, target)
    _add_past(panel, past)
    _add_ahead(panel, past, ahead, unmoved)
    if held is not None:
        _add_plain(panel, held)
    _label_lines(panel, _labels(quantity, ahead, target, unmoved, held))
    _mark_months(picture, panel, foot + _DATES + _TALL, int(ahead.index[0]) - 1, None if unmoved else told)
    picture.alt = in_words(_words(quantity, ahead, unit, unmoved, told, held))
    return picture


def _past(scores: pd.DataFrame | None, quantity: Quantity, unit: str, months: int, until: int) -> pd.Series:
    """What was observed before the first month ahead, by month since the year 0."""
    if scores is None:
        return pd.Series(dtype=float)
    line = history(scores, [quantity.id], quantity.column, unit, months)[quantity.id]
    line.index = pd.Index([periods.span(str(period))[0] for period in line.index])
    return line[line.index < until]


def _set_scale(panel: Panel, quantity: Quantity, scorecard: Scorecard, seen: list[Any]) -> None:
    values = np.concatenate([np.asarray(part, dtype=float).ravel() for part in seen])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if quantity.kpi is None:
        cuts = 100 * np.clip([scorecard.thresholds.at_risk, scorecard.thresholds.on_target], 0, 1)
        add_bands(panel, cuts, max(0.0, 10 * np.floor((min(low, cuts[0]) - 4) / 10)))
    else:
        pad = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
        panel.ylim = low - pad, high + pad
        ticks = round_ticks(low - pad, high + pad)
        panel.beside = Ticks(ticks, [short_number(tick) for tick in ticks], size=8)
        for tick in ticks:
            panel.line(panel.xlim, [tick, tick], color=RULE, linewidth=0.5, zorder=0)
    left, right = panel.xlim
    years = year_starts(np.arange(int(left + 0.5), int(right - 0.5) + 1))
    panel.below = Ticks(list(years), list(years.values()), size=8, length=3)


def _add_target(panel: Panel, quantity: Quantity, target: pd.DataFrame) -> None:
    if target.shape[1] == 2:
        (low, high), (left, right) = map(float, target.iloc[0]), panel.xlim
        panel.box(left, low, right - left, high - low, color=BANDS[1], linewidth=0, zorder=0.2, label="target")
    elif quantity.kpi is not None:
        steps = "steps-mid" if quantity.kpi.path == "stepped" else "default"
        panel.line(target.index, target[0], label="target", zorder=2, drawstyle=steps, **_TARGET)


def _add_past(panel: Panel, past: pd.Series) -> None:
    if past.notna().any():
        when, line = past.index.to_numpy(), past.to_numpy(float)
        panel.line(when, line, label="actual", solid_joinstyle="round", zorder=3, **_PAST)
        lone = isolated(line)
        panel.line(when[lone], line[lone], marker=".", linestyle="none", color=_PAST["color"], zorder=3)


def _add_ahead(panel: Panel, past: pd.Series, ahead: pd.DataFrame, unmoved: bool) -> None:
    """The two paths start from the last actual, where there is one in the month before."""
    before = int(ahead.index[0]) - 1
    last = float(past.get(before, np.nan))
    when = np.append(before, ahead.index)
    low, high, without, with_ = (np.append(last, ahead[column]) for column in ("low", "high", "without", "with_"))
    panel.area(when, low, high, zorder=1, label="90 %", **_BAND)
    for edge in (low, high):
        panel.line(when, edge, color=_WITH["color"], linewidth=0.6, zorder=1.5)
    if not unmoved:
        panel.line(when, without, label="without", zorder=3, **_WITHOUT)
    panel.line(when, with_, label="with", solid_joinstyle="round", zorder=4, **_WITH)


def _add_plain(panel: Panel, held: pd.DataFrame) -> None:
    """The last level held, and the ends of its band."""
    panel.line(held.index, held["plain"], label="plain", zorder=2.5, **_PLAIN)
    for edge in ("low", "high"):
        panel.line(held.index, held[edge], zorder=1.6, **{**_PLAIN, "linewidth": 0.8})


@dataclass(frozen=True)
class _Label:
    """What is written beside the end of a line: its words, and smaller ones below them."""

    end: float
    text: str
    below: str
    look: dict[str, Any]


def _labels(
    quantity: Quantity, ahead: pd.DataFrame, target: pd.DataFrame, unmoved: bool, held: pd.DataFrame | None
) -> list[_Label]:
    end = ahead.iloc[-1]
    reach = _reach(quantity, end)
    said = "expected" if unmoved else "with the changes"
    bold = {"color": _WITH["color"], "weight": "bold"}
    labels = [_Label(float(end["with_"]), f"{said} {quantity.level(end['with_'])}", reach, bold)]
    if not unmoved:
        plain = {"color": _WITHOUT["color"]}
        labels.append(_Label(float(end["without"]), f"without them {quantity.level(end['without'])}", "", plain))
    if quantity.kpi is not None:
        edges = target.iloc[-1].to_numpy(float)
        sign = {"higher_is_better": "≥ ", "lower_is_better": "≤ "}.get(quantity.kpi.direction, "")
        text = f"target {sign}{' to '.join(quantity.level(edge) for edge in edges)}"
        labels.append(_Label(float(edges.mean()), text, "", {"color": GREY}))
    if held is not None:
        kept = held.iloc[-1]
        look = {"color": _PLAIN["color"]}
        labels.append(
            _Label(float(kept["plain"]), f"past alone {quantity.level(kept['plain'])}", _reach(quantity, kept), look)
        )
    return sorted(labels, key=lambda label: label.end)


def _label_lines(panel: Panel, labels: list[_Label]) -> None:
    """Name each line at its right end, the names kept apart."""
    low, high = panel.ylim
    edge = (high - low) / _TALL * _LINE
    ends = np.clip(np.nan_to_num([label.end for label in labels], nan=low), low, high)
    gaps = [edge * (2 + bool(label.below) + bool(other.below)) / 2 for label, other in pairwise(labels)]
    places = spread(ends, gaps, low + edge / 2, high - edge / 2)
    left, right = panel.xlim
    start, turn = right - 0.4, right + 0.04 * (right - left)
    text_at, room = turn + 0.01 * (right - left), (_RIGHT - MARGIN) * 72 - 26
    for end, y, label in zip(ends, places, labels, strict=True):
        panel.line([start, turn], [end, y], color=label.look["color"], linewidth=0.8, clip_on=False)
        text = fit(label.text, room, 8.5, bold="weight" in label.look)
        shift = edge * 0.45 if label.below else 0.0
        panel.write(text_at, y + shift, text, va="center_baseline", **label.look)
        if label.below:
            below = fit(label.below, room, 7.5)
            panel.write(text_at, y - shift, below, size=7.5, color=GREY, va="center_baseline")


def _mark_months(picture: Picture, panel: Panel, top: float, now: int, first: str | None) -> None:
    """Mark the last month with actuals, and the first in which the effect could be told from noise."""
    left, right = panel.xlim
    line: dict[str, Any] = {"color": RULE, "linewidth": 1.0}
    marks = [(now, f"actuals to {month_name(periods.period_of(now))}", line, GREY)]
    if first:
        stands_out = f"the effect stands out from noise from {month_name(first)} on"
        marks.append((periods.span(first)[0], stands_out, _FIRST, INK))
    for row, (month, words, look, colour) in enumerate(marks):
        panel.line([month, month], panel.ylim, zorder=0.8, **look)
        x = _LEFT + (month - left) / (right - left) * (WIDTH - _LEFT - _RIGHT)
        half = width(words, 7.5) / 144
        x = min(max(x, MARGIN + half), WIDTH - MARGIN - half)
        look = {"size": 7.5, "color": colour, "ha": "center", "va": "center_baseline"}
        picture.write(x, top + 0.16 + 0.16 * row, words, **look)


def _note(quantity: Quantity, ahead: pd.DataFrame, unit: str, unmoved: bool) -> str:
    end = ahead.iloc[-1]
    parts = [unit_name(unit), quantity.goal]
    if not unmoved:
        effect, reach = quantity.effect_texts(*end[["effect", "effect_low", "effect_high"]])
        without, with_ = (quantity.level(end[column]) for column in ("without", "with_"))
        which = "effect" if adds_up(without, with_, effect) else "median effect"
        parts.append(f"{which} in {month_name(str(end['period']))}: {effect} ({reach})")
    return " · ".join([*parts, f"chance of being on target: {percent(float(end['chance_of_target']))}"])


def _reach(quantity: Quantity, end: pd.Series) -> str:
    """The band of the last month; empty where nothing is known."""
    return "" if np.isnan(end["low"]) else f"90 %: {quantity.level(end['low'])} to {quantity.level(end['high'])}"


def _key(quantity: Quantity, scorecard: Scorecard, past: bool, held: bool) -> list[Entry]:
    key: list[Entry] = [("actual" if quantity.kpi else "score so far", _PAST)] if past else []
    key.append(("90 % of the draws", {**_BAND, "linewidth": 8, "solid_capstyle": "butt"}))
    if held:
        key.append(("from each KPI's past alone, and 90 %", _PLAIN))
    if quantity.kpi is None:
        cuts = 100 * np.clip([scorecard.thresholds.at_risk, scorecard.thresholds.on_target], 0, 1)
        return [*key, *bands_key(cuts)]
    if quantity.kpi.direction == "within_range":
        key.append(("range to be in", {"color": BANDS[1], "linewidth": 8, "solid_capstyle": "butt"}))
    return key


def _words(
    quantity: Quantity, ahead: pd.DataFrame, unit: str, unmoved: bool, first: str | None, held: pd.DataFrame | None
) -> Iterator[str]:
    end = ahead.iloc[-1]
    last = period_words(end["period"])
    yield f"Fan chart of {brief(quantity.name)}, {brief(unit_name(unit))}, {len(ahead)} months to {last}."
    reach = _reach(quantity, end)
    if not reach:
        yield "There is no actual, and so no forecast."
    elif unmoved:
        yield f"Expected {quantity.level(end['with_'])} ({reach})."
    else:
        effect, effects = quantity.effect_texts(*end[["effect", "effect_low", "effect_high"]])
        without, with_ = (quantity.level(end[column]) for column in ("without", "with_"))
        yield f"Without the changes {without}, with them {with_} ({reach}): {effect} ({effects})."
    if held is not None and (kept := _reach(quantity, held.iloc[-1])):
        yield f"From the past alone: {quantity.level(held.iloc[-1]['plain'])} ({kept})."
    yield f"Chance of being on target: {percent(float(end['chance_of_target']))}."
    if first is not None and not unmoved:
        out = f"The effect stands out from noise from {period_words(first)} on."
        yield out if first else "By then no effect stands out from noise."
