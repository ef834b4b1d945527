"""Whether a KPI says anything new: its actuals, its natural limits, the points that are signals, and its target."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.initiatives import Event
from bsclib.model.nouns import KPI, Scorecard
from bsclib.plots.canvas import brief, drawn, unit_name
from bsclib.plots.lettering import fit, safe_name, spread
from bsclib.plots.palette import ACTUAL, BANDS, GAIN, GREY, INK, LOSS, RULE
from bsclib.plots.picture import MARGIN, WIDTH, Entry, Panel, Picture, Ticks, in_words, page
from bsclib.plots.ticks import round_ticks, short_number, year_starts
from bsclib.plots.wording import period_words, value_text
from bsclib.scoring.expectations import month_by_month
from bsclib.signals.assurance import signal_ways, variation_and_assurance
from bsclib.signals.run_rules import numbers_of
from bsclib.wording import counted, listed, month_name

LEFT, RIGHT, TALL, DATES = 0.62, 1.9, 2.6, 0.24
_STRIP = 0.14
LINE = 0.17
_BAND: dict[str, Any] = {"color": BANDS[0], "alpha": 0.6, "linewidth": 0}
_EDGE: dict[str, Any] = {"color": GREY, "linewidth": 0.8}
_CENTRE: dict[str, Any] = {"color": GREY, "linewidth": 1.1}
_ACTUAL: dict[str, Any] = {"color": ACTUAL, "linewidth": 1.4, "marker": "o", "markersize": 2.6}
TARGET: dict[str, Any] = {"color": INK, "linewidth": 1.2, "linestyle": (0, (1.5, 1.2))}
_BREAK: dict[str, Any] = {"color": GREY, "linewidth": 0.9, "linestyle": (0, (1, 2))}
_SIGNAL: dict[str, Any] = {"markeredgecolor": INK, "markeredgewidth": 0.7, "linestyle": "none"}
_WAYS: dict[str, dict[str, Any]] = {
    "improving": {**_SIGNAL, "marker": "o", "markersize": 6.5, "markerfacecolor": GAIN},
    "worsening": {**_SIGNAL, "marker": "D", "markersize": 5.8, "markerfacecolor": LOSS},
    "": {**_SIGNAL, "marker": "s", "markersize": 5.6, "markerfacecolor": GREY},
}
_WAY_WORDS = {"improving": "signal, for the better", "worsening": "signal, for the worse", "": "signal"}


@drawn
def plot_process_behaviour(
    behaviour: pd.DataFrame, scorecard: Scorecard, id: str, unit: str | None = None, months: int = 36
) -> Picture:
    """Draw one KPI with its natural limits, its signals by shape and number, its target and its known breaks.

    Parameters
    ----------
    behaviour : DataFrame
        As `bsclib.signals.process_behaviour` returns it.
    scorecard : Scorecard
    id : str
        The KPI.
    unit : str, optional
        By default the organisation as a whole.
    months : int
        How many, up to the KPI's last actual.

    Returns
    -------
    Axes
        The KPI in its own units over months since the year 0. The lines are labelled ``actual``, ``centre`` and
        ``target``. A signal for the better is a disc, one for the worse a diamond; the number beside it is that of the
        rule, which the key names.

    Raises
    ------
    UnknownNameError
        When the KPI or the unit is not in the frame.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> from bsclib.plots import alt_text
    >>> from bsclib.signals import process_behaviour
    >>> scorecard, actuals = load_dataset("meridian")
    >>> alt_text(plot_process_behaviour(process_behaviour(actuals, scorecard), scorecard, "mttr"))
    'Process behaviour chart of Mean time to restore, Whole organisation, 36 months to June 2026. ...'
    """
    kpi, rows = scorecard.kpi(id), of_series(behaviour, scorecard, id, unit, months)
    when = rows.index.to_numpy()
    ways = signal_ways(rows, scorecard)
    rules = numbers_of(rows.loc[rows["signal"], "rule"])
    own = month_by_month(scorecard, unit or "", int(when[-1])).kpi(id)
    target = np.atleast_2d(own.expected(when)).astype(float)
    breaks = _breaks(scorecard.events, kpi, when)
    many, until = counted(int(when[-1] - when[0]) + 1, "month"), period_words(str(rows["period"].iloc[-1]))
    note = f"{unit_name(unit)} · {many} to {until} · limits: {rows['rests_on'].iloc[-1]}"
    body = TALL + DATES + (_STRIP if breaks else 0.0)
    picture, foot = page(
        body, f"Signal or noise: {safe_name(kpi.name, id)}", note, _key(kpi, rows, ways, rules, breaks)
    )
    panel = picture.panel(LEFT, foot + DATES, WIDTH - LEFT - RIGHT, TALL)
    set_scale(panel, when, [rows[["actual", "lower", "upper"]].to_numpy(), target])
    _add_limits(panel, rows)
    for edge in target[:1] if np.array_equal(target[0], target[-1], equal_nan=True) else target:
        panel.line(when, edge, label="target", zorder=2, **TARGET)
    actual = rows["actual"].to_numpy(float)
    panel.line(when, actual, rows["period"], label="actual", solid_joinstyle="round", zorder=3, **_ACTUAL)
    _add_signals(panel, rows, ways, rules)
    for month, _, letter in breaks:
        panel.line([month - 0.5, month - 0.5], panel.ylim, zorder=1, **_BREAK)
        panel.write(month - 0.5, panel.ylim[1], letter, size=7.5, color=GREY, ha="center", va="bottom")
    label_ends(panel, _ends(kpi, rows, target))
    picture.alt = in_words(_words(kpi, rows, ways, unit, behaviour, scorecard))
    return picture


def of_series(behaviour: pd.DataFrame, scorecard: Scorecard, id: str, unit: str | None, months: int) -> pd.DataFrame:
    """The last rows of one series, by the month since the year 0 in which each ends."""
    scorecard.kpi(id)
    rows = behaviour[(behaviour["kpi"] == id) & (behaviour["unit"] == (unit or ""))]
    if rows.empty:
        known = behaviour.loc[behaviour["kpi"] == id, "unit"].unique()
        raise UnknownNameError(unknown(f"unit with actuals of {id}", unit or "", filter(None, known), "unit"))
    rows = rows.set_axis([periods.span(period)[1] for period in rows["period"]])
    return rows[rows.index > rows.index[-1] - months]


def set_scale(panel: Panel, when: np.ndarray, seen: list[np.ndarray]) -> None:
    """Round numbers up the side, years along the foot."""
    values = np.concatenate([np.asarray(part, dtype=float).ravel() for part in seen])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    pad = 0.1 * (high - low) or 0.1 * abs(high) or 1.0
    panel.xlim, panel.ylim = (when[0] - 0.7, when[-1] + 0.7), (low - pad, high + pad)
    ticks = round_ticks(low - pad, high + pad)
    panel.beside = Ticks(ticks, [short_number(tick) for tick in ticks], size=8)
    for tick in ticks:
        panel.line(panel.xlim, [tick, tick], color=RULE, linewidth=0.5, zorder=0)
    years = year_starts(np.arange(int(when[0]), int(when[-1]) + 1))
    panel.below = Ticks(list(years), list(years.values()), size=8, length=3)


def _add_limits(panel: Panel, rows: pd.DataFrame) -> None:
    """Centre and limits, apart where the limits rest on other months."""
    for _, part in rows.groupby(rows["rests_on"].ne(rows["rests_on"].shift()).cumsum()):
        part = part[part["centre"].notna()]
        if len(part):
            panel.area(part.index, part["lower"], part["upper"], zorder=0.5, **_BAND)
            for edge in ("lower", "upper"):
                panel.line(part.index, part[edge], zorder=1, **_EDGE)
            panel.line(part.index, part["centre"], label="centre", zorder=1.5, **_CENTRE)


def _add_signals(panel: Panel, rows: pd.DataFrame, ways: pd.Series, rules: dict[str, int]) -> None:
    low, high = panel.ylim
    lift = (high - low) * 0.115 / TALL
    for month, row in rows[rows["signal"]].iterrows():
        panel.line([month], [row["actual"]], zorder=4, **_WAYS[ways[month]])
        up = row["actual"] >= row["centre"]
        place = row["actual"] + (lift if up else -lift)
        look: dict[str, Any] = {"size": 6.5, "ha": "center", "va": "center_baseline", "zorder": 5}
        panel.write(float(month), place, str(rules[row["rule"]]), color=INK, **look)


def _breaks(events: tuple[Event, ...], kpi: KPI, when: np.ndarray) -> list[tuple[int, Event, str]]:
    """Known breaks of the months drawn, a letter each."""
    touching = [event for event in events if not event.kpis or kpi.id in event.kpis]
    months = sorted((periods.span(event.period)[0], at) for at, event in enumerate(touching))
    drawn = [(month, touching[at]) for month, at in months if when[0] < month <= when[-1]]
    return [(month, event, chr(ord("a") + number % 26)) for number, (month, event) in enumerate(drawn)]


def _key(
    kpi: KPI, rows: pd.DataFrame, ways: pd.Series, rules: dict[str, int], breaks: list[tuple[int, Event, str]]
) -> list[Entry]:
    key: list[Entry] = [("actual", _ACTUAL)]
    if rows["centre"].notna().any():
        key += [("centre", _CENTRE), ("natural limits", {**_BAND, "linewidth": 8, "solid_capstyle": "butt"})]
    key.append(("edges of the range" if kpi.direction == "within_range" else "target", TARGET))
    for way in _WAYS:
        if (ways[rows["signal"]] == way).any():
            key.append((_WAY_WORDS[way], _WAYS[way]))
    nothing: dict[str, Any] = {"linestyle": "none"}
    if rules:  # one entry, so that they stay together
        key.append((" · ".join(f"{number}: {rule}" for rule, number in rules.items()), {**nothing, "marker": ""}))
    for _, event, letter in breaks:
        month = periods.grain(event.period) == "month"
        when = month_name(event.period) if month else event.period
        why = f"{letter}: {when}, {event.why or event.kind.replace('_', ' ')}"
        key.append((fit(safe_name(why), (WIDTH - 2 * MARGIN) * 72 - 50, 7.5), _BREAK))
    return key


def _ends(kpi: KPI, rows: pd.DataFrame, target: np.ndarray) -> list[tuple[float, str, dict[str, Any]]]:
    """What stands beside the right ends of the lines."""
    last = rows.iloc[-1]
    ends: list[tuple[float, str, dict[str, Any]]] = []
    if not np.isnan(last["centre"]):
        for column, word in (("upper", "upper limit"), ("centre", "centre"), ("lower", "lower limit")):
            ends.append((float(last[column]), f"{word} {value_text(kpi, last[column])}", {"color": GREY}))
    return [*ends, *target_ends(kpi, target)]


def target_ends(kpi: KPI, target: np.ndarray) -> list[tuple[float, str, dict[str, Any]]]:
    """A target's value beside the right end of its line; of a range those of its edges."""
    signs = {"higher_is_better": ("target ≥",), "lower_is_better": ("target ≤",), "within_range": ("from", "to")}
    edges = dict(zip(signs[kpi.direction], target[:, -1], strict=False))
    return [
        (float(edge), f"{sign} {value_text(kpi, edge)}", {"color": INK}) for sign, edge in edges.items() if edge == edge
    ]


def label_ends(panel: Panel, ends: list[tuple[float, str, dict[str, Any]]]) -> None:
    """Write what stands beside the lines' right ends, kept apart."""
    ends = sorted(ends, key=lambda end: end[0])
    low, high = panel.ylim
    gap = (high - low) / TALL * LINE
    wanted = [min(max(end, low), high) for end, _, _ in ends]
    places = spread(wanted, [gap for _ in pairwise(ends)], low + gap / 2, high - gap / 2) if ends else ()
    left, right = panel.xlim
    turn = right + 0.03 * (right - left)
    for end, place, (_, text, look) in zip(wanted, places, ends, strict=True):
        panel.line([right, turn], [end, place], color=look["color"], linewidth=0.6, clip_on=False)
        shown = fit(text, (RIGHT - MARGIN) * 72 - 20, 8)
        panel.write(turn + 0.006 * (right - left), place, shown, size=8, va="center_baseline", **look)


def _words(
    kpi: KPI, rows: pd.DataFrame, ways: pd.Series, unit: str | None, behaviour: pd.DataFrame, scorecard: Scorecard
) -> Iterator[str]:
    many = counted(int(rows.index[-1] - rows.index[0]) + 1, "month")
    what = f"{brief(kpi.name)}, {brief(unit_name(unit))}"
    yield f"Process behaviour chart of {what}, {many} to {period_words(rows['period'].iloc[-1])}."
    last = rows.iloc[-1]
    if np.isnan(last["centre"]):
        yield f"There are no limits: {last['rests_on']}."
    else:
        low, centre, high = (value_text(kpi, last[column]) for column in ("lower", "centre", "upper"))
        yield f"Last actual {value_text(kpi, last['actual'])}, centre {centre}, natural limits {low} to {high}."
    found = rows[rows["signal"]]
    if len(found):
        told = [
            f"{period_words(row['period'])} {row['rule']}{', ' + ways[month] if ways[month] else ''}"
            for month, row in found[::-1].iterrows()
        ]
        yield f"{counted(len(found), 'signal')}, the latest first: {listed(told, 3)}."
    else:
        yield "No signal."
    own = behaviour[(behaviour["kpi"] == kpi.id) & (behaviour["unit"] == (unit or ""))]
    words = variation_and_assurance(own, scorecard).iloc[0]
    yield f"Variation: {words['variation'].replace('_', ' ')}; target: {words['assurance'].replace('_', ' ')}."
