"""One link's evidence: the two series as the test sees them, and how large the effect may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bsclib.actuals.departures import find_departures
from bsclib.actuals.table import check_actuals
from bsclib.errors import Fault, UnknownNameError
from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.status import words
from bsclib.plots.canvas import brief, drawn, unit_name
from bsclib.plots.lettering import fit, safe_name
from bsclib.plots.palette import ACTUAL, BANDS, GREY, INK, LINES, RULE
from bsclib.plots.picture import MARGIN, WIDTH, Entry, Panel, Picture, Ticks, in_words, page
from bsclib.plots.ticks import isolated, round_ticks, short_number, year_starts
from bsclib.plots.verdicts import LOOKS, of_unit, smallest_effects, verdict_text
from bsclib.wording import amount, arrow, counted, effect_unit

_TALL, _TICKS, _DATES, _RIGHT, _LINE = 2.05, 0.55, 0.3, 3.1, 0.24
_AXIS = 0.62
_CAUSE: dict[str, Any] = {"color": LINES[1], "linewidth": 1.3, "linestyle": (0, (4, 1.5))}
_EFFECT: dict[str, Any] = {"color": ACTUAL, "linewidth": 1.5}
_BAND: dict[str, Any] = {"color": BANDS[0], "linewidth": 8, "solid_capstyle": "butt"}
_SPAN: dict[str, Any] = {"color": INK, "linewidth": 2.2, "solid_capstyle": "butt"}
_DOT: dict[str, Any] = {"marker": "o", "markersize": 6, "color": INK, "linestyle": "none"}


@drawn
def plot_link(
    evidence: pd.DataFrame,
    scorecard: Scorecard,
    actuals: pd.DataFrame,
    cause: str,
    effect: str,
    unit: str | None = None,
    lag: int | None = None,
) -> Picture:
    """Draw the evidence for one link: what the data show, how large the effect may be, and the verdict.

    Parameters
    ----------
    evidence : DataFrame
        As `bsclib.causality.link_evidence` returns it.
    scorecard : Scorecard
        The one whose links were tested.
    actuals : DataFrame
        Those that they were tested on.
    cause, effect : str
        The KPIs that the link joins.
    unit : str, optional
        By default the only unit that the evidence is for, or the organisation as a whole.
    lag : int, optional
        The stated lag, in months, where the scorecard joins these two KPIs more than once; by default the first one.

    Returns
    -------
    Axes
        Of the series, without trend, season and known breaks: the effect, in its own units, and the cause as many
        months earlier as the lag found, scaled to fit, and upside down where the link says that more of it means less.
        The lines are labelled ``cause`` and ``effect``. Beside them the estimate and its interval, zero, and the range
        of effects too small to matter.

    Raises
    ------
    UnknownNameError
        When the evidence holds no such link, or is not about the unit.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> from bsclib.causality.evidence.links import link_evidence
    >>> from bsclib.plots import alt_text
    >>> card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    >>> alt_text(plot_link(link_evidence(card, actuals), card, actuals, "mttr", "sla-met"))
    'Link from Mean time to restore to Tickets solved within the service level, Whole organisation: supported. ...'
    """
    link = _link(evidence, scorecard, cause, effect, unit, lag)
    actuals = check_actuals(actuals, scorecard)
    title = " → ".join(brief(link.called(kpi), 60) for kpi in (link.cause, link.effect))
    claim = f"claimed: {claim}" if (claim := _claim(link)) else "claimed without sign and lag"
    note = f"{unit_name(link.unit)} · {claim} · trend, season and known breaks taken out"
    left, body = WIDTH - 2 * MARGIN - _RIGHT, _DATES + _TALL + _LINE
    picture, foot = page(body, title, note, _key(link))
    apart = "" if link.unit or actuals["unit"].nunique() < 2 else " (drawn for all units as one, tested unit by unit)"
    hint = f"If the link holds, the two lines move together{apart}."
    picture.write(MARGIN, foot + body, fit(hint, (left - 0.2) * 72, 8), size=8, va="top", color=GREY)
    panel = picture.panel(MARGIN + _TICKS, foot + _DATES, left - 2 * _TICKS - 0.15, _TALL)
    seen = _add_series(panel, link, _both(link, scorecard, actuals))
    x, top = WIDTH - MARGIN - _RIGHT, foot + body
    colour = LOOKS[link.verdict]["color"]
    picture.write(x, top, verdict_text(link.verdict), size=11, weight="bold", va="top", color=colour)
    below = top - 0.3
    if np.isfinite(link.estimate):
        _add_size(picture, x, below - _AXIS, link)
        below = _write_scale(picture, x, below - _AXIS - 0.24, link)
    _write_facts(picture, x, below - 0.08, foot, link)
    picture.alt = in_words(_words(link, seen))
    return picture


@dataclass(frozen=True)
class _Link:
    """One row of the evidence, and what belongs to it."""

    cause: KPI
    effect: KPI
    sign: str
    stated: int | None
    lag: int
    smallest: float
    months: int
    unit: str
    verdict: str
    reason: str
    estimate: float
    low: float
    high: float

    def called(self, kpi: KPI) -> str:
        return safe_name(kpi.name, kpi.id)


def _link(
    evidence: pd.DataFrame, scorecard: Scorecard, cause: str, effect: str, unit: str | None, lag: int | None
) -> _Link:
    ends = scorecard.kpi(cause), scorecard.kpi(effect)
    rows = of_unit(evidence, unit)
    mine = rows[(rows["cause"] == cause) & (rows["effect"] == effect)]
    if lag is not None:
        mine = mine[(mine["lag"] == lag).fillna(False).astype(bool)]
    if mine.empty:
        there = [arrow(a, b) for a, b in zip(rows["cause"], rows["effect"], strict=True) if {a, b} & {cause, effect}]
        at = "" if lag is None else f" at lag {lag}"
        text = f"the evidence holds no link from {cause!r} to {effect!r}{at}"
        raise UnknownNameError(Fault("link", text, allowed=", ".join(there) or "no link of either KPI"))
    row = mine.iloc[0]
    stated = None if pd.isna(row["lag"]) else int(row["lag"])
    measured = stated if pd.isna(row["lag_found"]) else int(row["lag_found"])
    sign = row["sign"] if isinstance(row["sign"], str) else ""
    smallest = float(smallest_effects(evidence, scorecard).loc[mine.index[0]])
    fields: dict[str, Any] = {name: str(row[name]) for name in ("unit", "verdict", "reason")}
    fields |= {name: float(row[name]) for name in ("estimate", "low", "high")}
    fields |= {"cause": ends[0], "effect": ends[1], "sign": sign, "stated": stated, "lag": measured or 0}
    return _Link(**fields, months=int(row["months"]), smallest=smallest)


def _claim(link: _Link) -> str:
    """Sign and lag as the scorecard states them."""
    way = {"+": "more means more", "-": "more means less"}.get(link.sign, "")
    return ", ".join(part for part in (way, "" if link.stated is None else _later(link.stated, "later")) if part)


def _later(lag: int, word: str) -> str:
    return "in the same month" if lag == 0 else f"{counted(lag, 'month')} {word}"


def _key(link: _Link) -> list[Entry]:
    turned = ", upside down" if link.sign == "-" else ""
    names = [brief(link.called(kpi), 40) for kpi in (link.effect, link.cause)]
    key: list[Entry] = [(names[0], _EFFECT), (f"{names[1]}, {_later(link.lag, 'earlier')}{turned}", _CAUSE)]
    if np.isfinite(link.estimate):
        look = {**_SPAN, "marker": "o", "markersize": 5, "markevery": [0]}
        key.append(("estimate and interval (90 % or wider)", look))
        key += [("too small to matter", _BAND)] if link.smallest > 0 else []
    return key


def _both(link: _Link, scorecard: Scorecard, actuals: pd.DataFrame) -> pd.DataFrame:
    """Departures of the effect, and of the cause as many months earlier as the lag, a row a period of the effect."""
    left = find_departures(actuals, scorecard, link.unit or None)
    cause, effect = left[link.cause.id], left[link.effect.id]
    fine, step = _step(cause), _step(effect)
    if fine < step:
        cause = cause.rolling(step, min_periods=1).mean()
    elif fine > step:
        cause = cause.bfill(limit=fine - 1)
    both = pd.DataFrame({"cause": cause.shift(link.lag), "effect": effect})
    last = max(np.flatnonzero(effect.notna()), default=0)
    return both.iloc[last % step :: step]


def _step(series: pd.Series) -> int:
    """Months between two actuals."""
    apart = np.diff(np.flatnonzero(series.notna()))
    return int(np.bincount(apart).argmax()) if len(apart) else 1


def _add_series(panel: Panel, link: _Link, both: pd.DataFrame) -> int:
    """Draw the two series on one field, each scaled to its own reach; return in how many periods both are there."""
    when = np.array([periods.span(str(month))[0] for month in both.index])
    reach = [most if most > 0 else 1.0 for most in both.abs().max().tolist()]
    factor = (-1.0 if link.sign == "-" else 1.0) * reach[1] / reach[0]
    for name, values, look in (("cause", both["cause"] * factor, _CAUSE), ("effect", both["effect"], _EFFECT)):
        line = values.to_numpy(float)
        panel.line(when, line, label=name, **look)
        lone = isolated(line)
        panel.line(when[lone], line[lone], marker=".", markersize=4, color=look["color"], linestyle="none")
    panel.ylim, panel.xlim = (-1.12 * reach[1], 1.12 * reach[1]), (when[0] - 0.5, when[-1] + 0.5)
    panel.line(panel.xlim, [0, 0], color=RULE, linewidth=0.8, zorder=0)
    marks = year_starts(when)
    panel.below = Ticks(list(marks), list(marks.values()), length=3, pad=2)
    where: dict[str, Any] = {"va": "center", "size": 7}
    for tick in _ticks(reach[1]):
        look = {**where, "ha": "right", "color": _EFFECT["color"]}
        panel.write(panel.across(-0.01), tick, short_number(tick), **look)
    for tick in _ticks(reach[0]):
        panel.write(panel.across(1.01), tick * factor, short_number(tick), color=_CAUSE["color"], **where)
    there = int(both.notna().all(axis=1).sum())
    if not there:
        where = {"ha": "center", "va": "center", "size": 8.5, "color": GREY}
        panel.write(panel.across(0.5), -0.56 * reach[1], "nothing was left of both at the same time", **where)
    return there


def _ticks(reach: float) -> list[float]:
    """A round number, the same below zero, and zero."""
    size = 10.0 ** np.floor(np.log10(reach))
    most = next(size * step for step in (5, 2, 1) if size * step <= reach)
    return [-most, 0.0, most]


def _add_size(picture: Picture, left: float, bottom: float, link: _Link) -> None:
    """An axis of effects: zero, what is too small to matter, the estimate and its interval."""
    panel = picture.panel(left, bottom, _RIGHT, _AXIS)
    edge = {"+": 1.0, "-": -1.0}.get(link.sign, 0.0) * (link.smallest if link.smallest > 0 else 0.0)
    span = [value if np.isfinite(value) else link.estimate for value in (link.low, link.high)]
    ends = min(0.0, edge, *span), max(0.0, edge, *span)
    pad = 0.12 * (ends[1] - ends[0]) or 1.0
    low, high = panel.xlim = ends[0] - pad, ends[1] + pad
    if edge:
        panel.box(min(edge, 0.0), 0.0, abs(edge), 0.72, color=BANDS[0], linewidth=0, zorder=0)
    panel.line([0, 0], [0, 0.72], color=GREY, linewidth=1.1, zorder=1)
    panel.line(span, [0.36, 0.36], label="interval", **_SPAN)
    panel.line([link.estimate], [0.36], label="estimate", **_DOT)
    ticks = round_ticks(low, high, most=4, quarters=False)
    labels = [short_number(tick if abs(tick) > 1e-9 * (high - low) else 0.0) for tick in ticks]
    panel.below = Ticks(ticks, labels, length=3, pad=2)
    if edge:
        sides = ["the other way", "as claimed"][:: 1 if edge > 0 else -1]
        look: dict[str, Any] = {"va": "center", "size": 7.5, "color": GREY}
        panel.write(low, 0.88, f"← {sides[0]}", ha="left", **look)
        panel.write(high, 0.88, f"{sides[1]} →", ha="right", **look)


def _write_scale(picture: Picture, left: float, top: float, link: _Link) -> float:
    """What the axis measures, in words; return where it ends."""
    effect, cause = (
        f" ({safe_name(unit, 'its own units')})" if unit else ""
        for unit in (effect_unit(link.effect.measured_in), link.cause.measured_in)
    )
    for line in (f"change in {link.called(link.effect)}{effect}", f"per unit{cause} of {link.called(link.cause)}"):
        picture.write(left, top, fit(line, _RIGHT * 72, 7), size=7, va="top", color=GREY)
        top -= 0.14
    return top


def _write_facts(picture: Picture, left: float, top: float, bottom: float, link: _Link) -> None:
    """How long the series are that it rests on, and why the verdict is so."""
    count = counted(link.months, "month")
    rests = f"Rests on {count}." if np.isfinite(link.estimate) else f"{count} with both."
    picture.write(left, top, rests, size=8, va="top", weight="bold")
    lines = max(int((top - 0.2 - bottom) / 0.152), 1)
    said = safe_name(link.reason, "").split("; ")
    ways = (
        fit("; ".join(said[:many]).rstrip(".") + ".", _RIGHT * 72, 8, lines=lines) for many in range(len(said), 0, -1)
    )
    text = next((way for way in ways if not way.endswith("…")), fit(said[0], _RIGHT * 72, 8, lines=lines))
    picture.write(left, top - 0.19, text, size=8, va="top", linespacing=1.25)


def _words(link: _Link, seen: int) -> Iterator[str]:
    ends = " to ".join(brief(link.called(kpi)) for kpi in (link.cause, link.effect))
    yield f"Link from {ends}, {unit_name(link.unit)}: {words(link.verdict)}."
    if np.isfinite(link.estimate):
        span = f", interval {amount(link.low)} to {amount(link.high)}" if np.isfinite(link.low + link.high) else ""
        yield f"Estimate {amount(link.estimate)}{span}, from {link.months} months."
        if link.smallest > 0:
            yield f"Below {amount(link.smallest)} it would not matter."
    yield f"Two lines without trend and season over {seen} periods, the cause {_later(link.lag, 'earlier')}."
