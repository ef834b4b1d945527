"""How things went: each KPI against what was expected, and the scores."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.model import periods
from bsclib.model.initiatives import Event
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.status import STATUSES
from bsclib.plots.canvas import brief, drawn, status_key, unit_name
from bsclib.plots.lettering import fit, safe_name
from bsclib.plots.palette import ACTUAL, BANDS, GREY, RULE, marker
from bsclib.plots.picture import MARGIN, WIDTH, Entry, Panel, Picture, in_words, page
from bsclib.plots.ticks import isolated, round_ticks, short_number, year_starts
from bsclib.plots.wording import actual_text, expected_text, period_words, tally
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import history, range_due, snapshot
from bsclib.wording import counted

_ACROSS, _TICKS, _GAP = 4, 0.46, 0.12
_PLOT, _DATES, _LINE, _BETWEEN = 0.82, 0.24, 0.15, 0.2
_ACTUAL: dict[str, Any] = {"color": ACTUAL, "linewidth": 1.6, "solid_joinstyle": "round"}
_EXPECTED: dict[str, Any] = {"color": GREY, "linewidth": 1.2, "linestyle": (0, (4, 2))}
_BREAK: dict[str, Any] = {"color": GREY, "linewidth": 0.9, "linestyle": (0, (1, 2))}
_RULES: dict[str, dict[str, Any]] = {
    "value": {"color": RULE, "linewidth": 0.5, "solid_capstyle": "projecting", "zorder": 0.5},
    "break": {**_BREAK, "dash_capstyle": "butt", "zorder": 1},
    "date": {"color": RULE, "linewidth": 0.8, "solid_capstyle": "projecting", "zorder": 2},
}
_RANGE: dict[str, Any] = {"color": BANDS[0], "linewidth": 7, "solid_capstyle": "butt"}


@drawn
def plot_trends(
    scores: pd.DataFrame,
    scorecard: Scorecard,
    unit: str | None = None,
    ids: Sequence[str] | None = None,
    months: int = 24,
) -> Picture:
    """Draw each KPI's actual and what was expected over the last months, as small multiples.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    scorecard : Scorecard
    unit : str, optional
        By default the organisation as a whole.
    ids : sequence of str, optional
        The KPIs to draw; by default all.
    months : int
        How many, up to the last month scored.

    Returns
    -------
    Axes
        One set of Axes, in inches, holds all the small plots: that is many times cheaper than Axes for each. Every line
        keeps its own data, months since the year 0 and the KPI's values, and is labelled ``<id> actual`` or
        ``<id> expected``. A month without an actual is a gap.

    Raises
    ------
    UnknownNameError
        When a KPI is not in the scorecard, or the unit not in the scores.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> card = read_scorecard("meridian")
    >>> axes = plot_trends(score(card, read_actuals("meridian")), card, ids=["mttr", "csat"])
    >>> [line.get_label() for line in axes.lines if line.get_label().endswith("actual")]
    ['csat actual', 'mttr actual']
    """
    kpis = _kpis(scorecard, ids)
    names = [kpi.id for kpi in kpis]
    scores = restore_types(scores)
    stand = snapshot(scores, unit)
    actual, expected = (history(scores, names, column, unit, months) for column in ("actual", "expected"))
    when = np.array([periods.span(str(period))[0] for period in actual.index])
    across = min(_ACROSS, len(kpis))
    wide = 5.4 if across == 1 else (WIDTH - 2 * MARGIN) / max(across, 3) - _GAP
    titles = [fit(safe_name(kpi.name, kpi.id), (wide - 0.05) * 72, 8.5, lines=2, bold=True) for kpi in kpis]
    rows = [titles[at : at + across] for at in range(0, len(kpis), across)]
    heads = [0.38 + _LINE * (1 + max(title.count("\n") for title in row)) for row in rows]
    body = sum(heads) + len(heads) * (_PLOT + _BETWEEN) + _DATES - _BETWEEN
    note = f"{unit_name(unit)} · {len(when)} months to {period_words(actual.index[-1])}"
    key = _trend_key(kpis, stand.loc[names, "status"], _breaks(scorecard.events, kpis, when))
    width = max(across * (wide + _GAP) + 2 * MARGIN, 5.9)
    picture, foot = page(body, f"Trends: {safe_name(scorecard.name, scorecard.id)}", note, key, width)
    ground = picture.panel(0, foot, width, body)
    ground.xlim, ground.ylim = (0, width), (0, body)
    rules = _Rules()
    y = body
    for at, kpi in enumerate(kpis):
        row, column = divmod(at, across)
        y -= (heads[row] + _PLOT + (_BETWEEN if row else 0)) if column == 0 else 0
        left = MARGIN + column * (wide + _GAP)
        _write_head(ground, left, y + _PLOT + heads[row] - 0.04, titles[at], kpi, stand.loc[kpi.id], wide)
        plot = picture.inset(left + _TICKS, foot + y, wide - _TICKS - 0.05, _PLOT)
        small = _Small(ground, plot, rules, left + _TICKS, y)
        status = str(stand.loc[kpi.id, "status"])
        ranged = kpi.direction == "within_range"
        aim = _ranges(scores, kpi, unit, when) if ranged else expected[kpi.id].to_numpy()
        _draw_trend(small, when, actual[kpi.id].to_numpy(), aim, kpi, status)
        _draw_dates(small, when, at + across >= len(kpis), _breaks(scorecard.events, [kpi], when))
    for kind, look in _RULES.items():
        if rules.x[kind]:
            ground.line(rules.x[kind], rules.y[kind], **look)
    seen = actual.assign(**{kpi.id: _attained(scores, kpi, unit, months) for kpi in kpis if kpi.cumulates})
    picture.alt = in_words(_words(scorecard, kpis, stand, seen, unit))
    return picture


def _kpis(scorecard: Scorecard, ids: Sequence[str] | None) -> list[KPI]:
    """The KPIs to draw: all, or those asked for, in the scorecard's order."""
    if ids is None:
        return list(scorecard.kpis)
    if not len(ids):
        raise BscError(Fault("ids", "there is no KPI to draw", fix="name at least one, or leave ids out for all"))
    wanted = {scorecard.kpi(id).id for id in ids}
    return [kpi for kpi in scorecard.kpis if kpi.id in wanted]


@dataclass
class _Rules:
    """Thin straight lines of all the small plots, a line of a kind: one mark with gaps is quicker than hundreds."""

    x: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in _RULES})
    y: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in _RULES})

    def add(self, kind: str, x: tuple[float, float], y: tuple[float, float]) -> None:
        """One more, from end to end in inches."""
        self.x[kind] += [*map(float, x), np.nan]
        self.y[kind] += [*map(float, y), np.nan]


@dataclass
class _Small:
    """One small plot, where it is in inches on the ground that holds all words, and the rules that all share."""

    ground: Panel
    plot: Panel
    rules: _Rules
    left: float
    bottom: float


def _write_head(ground: Panel, left: float, top: float, title: str, kpi: KPI, row: pd.Series, wide: float) -> None:
    ground.write(left, top, title, size=8.5, weight="bold", va="top", linespacing=1.15)
    y = top - _LINE * (title.count("\n") + 1) - 0.03
    now = f"no data in {period_words(row['period'])}" if np.isnan(row["actual"]) else actual_text(kpi, row)
    ground.line([left + 0.07], [y - 0.055], **marker(str(row["status"])))
    ground.write(left + 0.18, y, fit(now, (wide - 0.2) * 72, 8, bold=True), size=8, weight="bold", va="top")
    then = fit(f"expected {expected_text(kpi, row)}", wide * 72, 7.5)
    ground.write(left, y - 0.145, then, size=7.5, color=GREY, va="top")


def _draw_trend(
    small: _Small, when: np.ndarray, actual: np.ndarray, expected: np.ndarray, kpi: KPI, status: str
) -> None:
    # Of a range, `expected` holds both edges by month.
    inside = expected if kpi.direction == "within_range" else None
    seen = np.append(actual, expected if inside is None else inside)
    seen = np.clip(seen[~np.isnan(seen)], -1e300, 1e300)  # axes overflow a little beyond
    low, high = (float(seen.min()), float(seen.max())) if len(seen) else (0.0, 1.0)
    pad = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    plot = small.plot
    plot.xlim, plot.ylim = (float(when[0]) - 0.5, float(when[-1]) + 0.5), (low - pad, high + pad)
    if inside is None:
        steps = {"drawstyle": "steps-mid"} if kpi.path == "stepped" else {}
        plot.line(when, expected, label=f"{kpi.id} expected", **_EXPECTED, **steps, zorder=2)
    else:
        for left, right, low, high in _bands(when, inside):
            plot.box(left, low, right - left, high - low, color=BANDS[0], linewidth=0, zorder=0)
    _draw_values(small, np.array(round_ticks(*plot.ylim, most=3)), pad)
    plot.line(when, actual, label=f"{kpi.id} actual", **_ACTUAL, zorder=3)
    lone = isolated(actual)
    if lone.any():
        plot.line(when[lone], actual[lone], marker=".", markersize=4, linestyle="none", color=ACTUAL, zorder=3)
    if not np.isnan(actual[-1]):
        plot.line(when[-1:], actual[-1:], **marker(status), zorder=4)


def _draw_values(small: _Small, ticks: np.ndarray, pad: float) -> None:
    """Two or three round numbers beside the plot, and hairlines across it."""
    low, high = small.plot.ylim
    ticks = ticks[(ticks >= low + pad * 0.1) & (ticks <= high - pad * 0.1)]
    places = small.bottom + _PLOT * (ticks - low) / (high - low)
    look: dict[str, Any] = {"size": 7, "color": GREY, "ha": "right", "va": "center_baseline"}
    for place, tick in zip(places, ticks, strict=True):
        small.rules.add("value", (small.left, small.left + small.plot.width), (place, place))
        small.ground.write(small.left - 0.05, place, short_number(float(tick)), **look)


def _draw_dates(small: _Small, when: np.ndarray, labels: bool, breaks: list[int]) -> None:
    """Mark under the plot where years begin, and across it where the series is known to break."""
    ends, foot = (small.left, small.left + small.plot.width), small.bottom
    places = {month: np.interp(month, small.plot.xlim, ends) for month in [*year_starts(when), *breaks]}
    small.rules.add("date", ends, (foot, foot))
    for month, text in year_starts(when).items():
        small.rules.add("date", (places[month], places[month]), (foot - 0.04, foot))
        if labels:
            small.ground.write(places[month], foot - 0.07, text, size=7, color=GREY, ha="center", va="top")
    for month in breaks:
        small.rules.add("break", (places[month], places[month]), (foot, foot + _PLOT))


def _breaks(events: Sequence[Event], kpis: Sequence[KPI], when: np.ndarray) -> list[int]:
    """The months, of those drawn, in which a known break touches one of the KPIs."""
    touched = {kpi.id for kpi in kpis}
    months = {periods.span(event.period)[0] for event in events if not event.kpis or touched & set(event.kpis)}
    return sorted(month for month in months if when[0] < month <= when[-1])


def _trend_key(kpis: list[KPI], statuses: pd.Series, breaks: list[int]) -> list[Entry]:
    key: list[Entry] = [("actual", _ACTUAL)]
    if any(kpi.direction != "within_range" for kpi in kpis):
        key.append(("expected", _EXPECTED))
    if any(kpi.direction == "within_range" for kpi in kpis):
        key.append(("expected range", _RANGE))
    if breaks:
        key.append(("known break", _BREAK))
    return [*key, *status_key(statuses)]


def _words(
    scorecard: Scorecard, kpis: list[KPI], stand: pd.DataFrame, actual: pd.DataFrame, unit: str | None
) -> Iterator[str]:
    """How many KPIs stand where, the worst and the best of them, and how many moved which way."""
    rows = stand.loc[[kpi.id for kpi in kpis]]
    many = counted(len(kpis), "KPI")
    yield f"Trends of {many} of {brief(scorecard.name)}, {unit_name(unit)}, {period_words(rows['period'].iloc[0])}."
    yield tally(rows["status"], STATUSES).capitalize() + "."
    known = rows["attainment"].dropna()
    if len(known):
        ends = (("Furthest behind", known.idxmin()), ("Furthest ahead", known.idxmax()))
        for word, id in ends[: len(known)]:
            kpi, row = scorecard.kpi(str(id)), rows.loc[id]
            now, due = brief(actual_text(kpi, row)), brief(expected_text(kpi, row))
            yield f"{word}: {brief(kpi.name)}, {now} (expected {due})."

    gains = [_gain(kpi, rows.loc[kpi.id], actual[kpi.id].dropna().to_numpy()) for kpi in kpis]
    better, worse = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
    yield f"Since {actual.index[0]} {better} moved for the better, {worse} for the worse."


def _bands(when: np.ndarray, edges: np.ndarray) -> Iterator[tuple[float, float, float, float]]:
    """From where to where each range holds, and its edges; a range that is nowhere known is left out."""
    begins = np.flatnonzero(np.append(True, (edges[1:] != edges[:-1]).any(axis=1)))
    for first, after in itertools.pairwise([*begins, len(when)]):
        if not np.isnan(edges[first]).any():
            low, high = map(float, edges[first])
            yield float(when[first]) - 0.5, float(when[after - 1]) + 0.5, low, high


def _ranges(scores: pd.DataFrame, kpi: KPI, unit: str | None, when: np.ndarray) -> np.ndarray:
    """Both edges of a KPI's range in each month (months, 2)."""
    rows = scores[(scores["unit"] == (unit or "")) & (scores["id"] == kpi.id)]
    if not kpi.cumulates:
        return np.tile(range_due(kpi, rows.iloc[-1]), (len(when), 1))
    edges = {str(row["period"]): range_due(kpi, row) for _, row in rows.iterrows()}
    return np.array([edges.get(periods.period_of(int(month)), (np.nan, np.nan)) for month in when])


def _attained(scores: pd.DataFrame, kpi: KPI, unit: str | None, months: int) -> pd.Series:
    """How much of what was due had come, month by month: a sum to date grows of itself."""
    return history(scores, [kpi.id], "attainment", unit, months)[kpi.id]


def _gain(kpi: KPI, row: pd.Series, actual: np.ndarray) -> float:
    """How far a KPI moved the right way, from its first actual to its last."""
    if len(actual) < 2:
        return 0.0
    first, last = float(actual[0]), float(actual[-1])
    if kpi.cumulates:
        return last - first
    if kpi.direction == "within_range":
        low, high = range_due(kpi, row)
        first, last = (max(low - value, value - high, 0.0) for value in (first, last))
    return last - first if kpi.direction == "higher_is_better" else first - last
