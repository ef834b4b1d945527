"""Targets up: whether the targets of units, and of the levels below, make the target above; and what would.

Two things are compared. Within a scorecard, and with the scorecards of single units below it: the whole's target with
what the units' targets come to, added up by the KPI's own word. Between two levels that hold the same KPI: the target
above with the one below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import Cube
from bsclib.design.alignment.cascade import Cascade, cascade
from bsclib.errors import UnknownNameError, unknown
from bsclib.model import periods as calendar
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.unit_targets import ADDED, of_unit
from bsclib.model.values import Dated
from bsclib.scoring.scores import actuals_grid
from bsclib.wording import listed

GAPS = ["above", "below", "kpi", "name", "unit", "period", "edge", "across_units", "stated", "from_below", "gap"]
GAPS += ["gap_percent", "units", "verdict", "reason"]
CLOSING = ["above", "kpi", "name", "unit", "period", "edge", "across_units", "source", "target", "share", "closing"]
CLOSING += ["change"]
VERDICTS = ("adds_up", "falls_short", "goes_beyond", "cannot_tell")
YEAR = 12


@dataclass(frozen=True)
class _Level:
    """A scorecard with its actuals, laid out; `scope` is the one unit that it is about, if there is one."""

    card: Scorecard
    grid: Cube | None

    @property
    def units(self) -> list[str]:
        return self.grid.units[1:] if self.grid else []

    @property
    def scope(self) -> str:
        return self.units[0] if len(self.units) == 1 else ""

    @property
    def kpis(self) -> dict[str, KPI]:
        return {kpi.id: kpi for kpi in self.card.kpis}


@dataclass(frozen=True)
class _Comparison:
    """A target above, and what is to come to it, at the same months; of a range both edges, stacked."""

    above: str
    below: str
    kpi: KPI
    unit: str
    months: np.ndarray
    stated: np.ndarray  # (edges, months)
    units: list[str]
    sources: list[str]
    targets: np.ndarray  # (units, edges, months)
    weights: np.ndarray  # (units, months)
    reason: str = ""

    @property
    def edges(self) -> tuple[str, ...]:
        return ("low", "high") if len(self.stated) == 2 else ("target",)

    def from_below(self) -> np.ndarray:
        """What the targets come to, by the KPI's word."""
        if self.reason:
            return np.full(self.stated.shape, np.nan)
        if self.kpi.pooled == "ratio":
            total = self.weights.sum(axis=0)
            parts = (self.targets * self.weights[:, None, :]).sum(axis=0)
            return np.divide(parts, total, out=np.full(parts.shape, np.nan), where=total > 0)
        return ADDED[self.kpi.pooled](self.targets, axis=0)

    def closing(self) -> np.ndarray:
        """The targets of units that would come to the one above: in proportion, or evenly where there is none."""
        made = self.from_below()[None]
        stated = np.broadcast_to(self.stated[None], made.shape)
        ratio = np.divide(stated, made, out=np.full(made.shape, np.nan), where=made * stated > 0)
        evenly = (stated - made) / (len(self.units) if self.kpi.pooled == "sum" else 1)
        return np.where(np.isnan(ratio), self.targets + evenly, self.targets * ratio)


def target_gaps(
    cards: Iterable[Scorecard],
    actuals: Mapping[str, pd.DataFrame] | None = None,
    periods: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Say where targets below do not come to the target above.

    Parameters
    ----------
    cards : iterable of Scorecard
    actuals : mapping of str to DataFrame, optional
        By the id of a scorecard: they say which units there are, and by which denominators ratios add up.
    periods : iterable of str, optional
        Months; by default the last one of the actuals, and the last date of each target's path where that is later.

    Returns
    -------
    DataFrame
        A row a KPI, pair of scorecards, and period (of a range one for each edge): `above` and `below` (ids of
        scorecards; the same one where it states the whole's target and the units'), `kpi`, `name`, `unit` (the one that
        both targets are of; empty for the whole), `period`, `edge` (target, low or high), `across_units` (the word by
        which it adds up), `stated` (the target above), `from_below` (what the targets below come to), `gap` (from below
        minus stated, as the KPI is measured), `gap_percent` (of the stated one), `units` (how many targets are below),
        `verdict` (adds_up, falls_short, goes_beyond or cannot_tell) and `reason` (why it cannot be told).

    Raises
    ------
    ScorecardError, ActualsError
        When two scorecards have one id, or there is none; when actuals are faulty.
    UnknownNameError
        When actuals are given of a scorecard that is not there.

    Notes
    -----
    Targets of units add up as the KPI's actuals do: by sum, by mean, or, of a ratio, by the mean weighted with the
    denominators of the month (of the last twelve months where the month lies ahead). A unit without a target of its own
    is held against the whole's, unless the KPI adds up. A gap that the KPI's own format does not show is none.

    Examples
    --------
    >>> from bsclib import change, load_dataset
    >>> card, actuals = load_dataset("meridian")
    >>> aims = {"Antwerp": 18, "Genoa": 24, "Hamburg": 24, "Rotterdam": 20, "Valencia": 19}
    >>> card = change(card, "backlog", unit_targets=[{"unit": unit, "target": aim} for unit, aim in aims.items()])
    >>> gaps = target_gaps([card], {"meridian": actuals}, ["2026-12"])
    >>> gaps[["kpi", "stated", "from_below", "gap", "gap_percent", "verdict"]].values.tolist()
    [['backlog', 20.0, 21.0, 1.0, 5.0, 'falls_short']]
    """
    rows: list[list[object]] = []
    for pair in _comparisons(cards, actuals, periods):
        made = pair.from_below()
        for e, edge in enumerate(pair.edges):
            for m, month in enumerate(pair.months):
                stated, below = float(pair.stated[e, m]), float(made[e, m])
                gap = below - stated
                percent = 100 * gap / abs(stated) if stated else np.nan
                head = [pair.above, pair.below, pair.kpi.id, pair.kpi.name, pair.unit, _label(month), edge]
                verdict = _verdict(pair.kpi, stated, below, edge)
                reason = "" if verdict != "cannot_tell" else pair.reason or "no denominators are known"
                rows.append([*head, pair.kpi.pooled, stated, below, gap, percent, len(pair.units), verdict, reason])
    return pd.DataFrame(rows, columns=GAPS)


def closing_targets(
    cards: Iterable[Scorecard],
    actuals: Mapping[str, pd.DataFrame] | None = None,
    periods: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Say which targets of units would close each gap between their targets and the whole's, in proportion.

    Parameters
    ----------
    cards, actuals, periods
        As for `target_gaps`.

    Returns
    -------
    DataFrame
        A row a unit, KPI and period: `above`, `kpi`, `name`, `unit`, `period`, `edge` and `across_units` as in
        `target_gaps`; `source` (the scorecard that states the unit's target), `target`, `share` (what of the whole the
        unit is, 0 to 1; missing where the largest or the smallest counts), `closing` (the target it would have) and
        `change` (closing minus target). Where there is no gap, or none can be told, `closing` is the target.

    Raises
    ------
    ScorecardError, ActualsError, UnknownNameError
        As for `target_gaps`.

    Notes
    -----
    Each target is multiplied by ``stated / from below``, so all units give or take the same share. Where the two do not
    have one sign, or one of them is 0, the gap is spread evenly instead.

    Examples
    --------
    >>> from bsclib import change, load_dataset
    >>> card, actuals = load_dataset("meridian")
    >>> aims = {"Antwerp": 18, "Genoa": 24, "Hamburg": 24, "Rotterdam": 20, "Valencia": 19}
    >>> card = change(card, "backlog", unit_targets=[{"unit": unit, "target": aim} for unit, aim in aims.items()])
    >>> closing_targets([card], {"meridian": actuals}, ["2026-12"])["closing"].round(2).tolist()
    [17.14, 22.86, 22.86, 19.05, 18.1]
    """
    rows: list[list[object]] = []
    for pair in _comparisons(cards, actuals, periods):
        if pair.unit or len(pair.units) < 2:
            continue
        made, closing = pair.from_below(), pair.closing()
        share = pair.weights / pair.weights.sum(axis=0)
        for e, edge in enumerate(pair.edges):
            for m, month in enumerate(pair.months):
                verdict = _verdict(pair.kpi, float(pair.stated[e, m]), float(made[e, m]), edge)
                for u, unit in enumerate(pair.units):
                    target = float(pair.targets[u, e, m])
                    aim = float(closing[u, e, m]) if verdict in ("falls_short", "goes_beyond") else target
                    part = np.nan if pair.kpi.pooled in ("min", "max") else float(share[u, m])
                    head = [pair.above, pair.kpi.id, pair.kpi.name, unit, _label(month), edge, pair.kpi.pooled]
                    rows.append([*head, pair.sources[u], target, part, aim, aim - target])
    return pd.DataFrame(rows, columns=CLOSING)


def _label(month: int) -> str:
    return calendar.period_of(int(month)) if month else ""


def _verdict(kpi: KPI, stated: float, below: float, edge: str) -> str:
    if np.isnan(below) or np.isnan(stated):
        return "cannot_tell"
    if kpi.show(stated) == kpi.show(below):
        return "adds_up"
    more_is_softer = edge == "high" or (edge == "target" and kpi.direction == "lower_is_better")
    return "falls_short" if (below > stated) == more_is_softer else "goes_beyond"


def _comparisons(
    cards: Iterable[Scorecard], actuals: Mapping[str, pd.DataFrame] | None, periods: Iterable[str] | None
) -> Iterator[_Comparison]:
    tower = cascade(cards)
    tables = dict(actuals or {})
    ids = [card.id for card in tower.cards]
    if strangers := [unknown("scorecard", id, ids, "actuals") for id in tables if id not in ids]:
        raise UnknownNameError(strangers)
    levels = [_Level(card, actuals_grid(card, tables[card.id]) if card.id in tables else None) for card in tower.cards]
    asked = None if periods is None else np.array([calendar.span(period)[1] for period in periods])
    last = max((int(level.grid.months[-1]) for level in levels if level.grid), default=0)
    ups = _ancestors(tower)
    for id in dict.fromkeys(kpi.id for card in tower.cards for kpi in card.kpis):
        holders = [level for level in levels if id in level.kpis]
        for above in holders:
            kpi = above.kpis[id]
            lower = [h for h in holders if above in _above(h, holders, ups, tower) and _alike(kpi, h.kpis[id])]
            months = asked if asked is not None else _months(last, [h.kpis[id] for h in (above, *lower)])
            if whole := _whole(above, kpi, lower, months):
                yield whole
            for level in lower:
                yield _between(above, kpi, level, months)


def _ancestors(tower: Cascade) -> dict[str, set[str]]:
    graph = nx.DiGraph()
    graph.add_nodes_from(card.id for card in tower.cards)
    graph.add_edges_from((node[0], goal[0]) for node, goal in tower.edges if node[0] != goal[0])
    return {id: nx.descendants(graph, id) for id in graph}


def _above(level: _Level, holders: list[_Level], ups: dict[str, set[str]], tower: Cascade) -> list[_Level]:
    """The scorecards nearest above that hold the same KPI, but for those of another unit."""
    higher = [h for h in holders if h.card.id in ups[level.card.id] and h.scope in ("", level.scope)]
    nearest = max((tower.level[h.card.id] for h in higher), default=None)
    return [h for h in higher if tower.level[h.card.id] == nearest]


def _alike(kpi: KPI, other: KPI) -> bool:
    """Whether two targets can be compared at all."""
    return kpi.direction == other.direction and kpi.cumulates == other.cumulates


def _months(last: int, kpis: Iterable[KPI]) -> np.ndarray:
    """The last month of the actuals, and the end of the paths where that is later."""
    targets = [kpi.target for kpi in kpis if isinstance(kpi.target, tuple)]
    dates = [point.period for target in targets for point in target if isinstance(point, Dated)]
    ends = [calendar.span(date)[1] for date in dates]
    return np.array(sorted({last, max([last, *ends])} - {0}) or [0])


def _expected(kpi: KPI, months: np.ndarray) -> np.ndarray:
    return np.atleast_2d(kpi.expected(months))


def _whole(above: _Level, kpi: KPI, lower: list[_Level], months: np.ndarray) -> _Comparison | None:
    """The whole's target beside those of its units, as the scorecard or those of single units below state them."""
    own = {row.unit: above.card.id for row in kpi.unit_targets}
    cards = {level.scope: level for level in lower if level.scope and level.scope != above.scope}
    units = list(dict.fromkeys([*above.units, *own, *cards]))
    if not (own and kpi.has_own_target) and not (cards and not own):
        return None
    sources = [own.get(unit) or (cards[unit].card.id if unit in cards else above.card.id) for unit in units]
    targets = [cards[unit].kpis[kpi.id] if unit in cards and unit not in own else of_unit(kpi, unit) for unit in units]
    lacking = [unit for unit, target in zip(units, targets, strict=True) if target is None]
    stated = _expected(kpi, months)
    empty = np.full(stated.shape, np.nan)
    values = np.stack([empty if target is None else _expected(target, months) for target in targets])
    below = ", ".join(dict.fromkeys(sources if own else [level.card.id for level in cards.values()]))
    weights, reason = _weights(above, kpi, units, months)
    reason = f"no target of {listed(lacking)}" if lacking else reason
    return _Comparison(above.card.id, below, kpi, "", months, stated, units, sources, values, weights, reason)


def _weights(level: _Level, kpi: KPI, units: list[str], months: np.ndarray) -> tuple[np.ndarray, str]:
    """What each unit counts in each month: alike, or of a ratio its denominator."""
    alike = np.ones((len(units), len(months)))
    if kpi.pooled != "ratio":
        return alike, ""
    strangers = [unit for unit in units if unit not in level.units]
    if level.grid is None or strangers:
        return alike, f"no actuals of {listed(strangers)}" if level.grid else "no actuals, and so no denominators"
    k = [other.id for other in level.card.kpis].index(kpi.id)
    at = [level.grid.units.index(unit) for unit in units]
    parts = level.grid.denominator[at, :, k]
    year = parts[:, -YEAR:]
    known = ~np.isnan(year)
    usual = np.divide(
        np.where(known, year, 0.0).sum(axis=1), known.sum(axis=1), out=np.zeros(len(at)), where=known.any(axis=1)
    )
    places = months - level.grid.months[0]
    inside = (places >= 0) & (places < parts.shape[1])
    weights = np.where(inside, parts[:, np.clip(places, 0, parts.shape[1] - 1)], np.nan)
    weights = np.where(np.isnan(weights).any(axis=0), usual[:, None], weights)
    bare = [unit for unit, weight in zip(units, weights, strict=True) if not weight.all()]
    return weights, f"no denominators of {listed(bare)}" if bare else ""


def _between(above: _Level, kpi: KPI, level: _Level, months: np.ndarray) -> _Comparison:
    """The same KPI on two levels; a scorecard of one unit is held against that unit's target above."""
    own = level.kpis[kpi.id]
    unit = level.scope if level.scope != above.scope else ""
    held = of_unit(kpi, unit) if unit else kpi
    reason = "" if held is not None else f"no target of {unit} above"
    stated = _expected(held or kpi, months) if held else np.full(_expected(kpi, months).shape, np.nan)
    values = _expected(own, months)[None]
    weights = np.ones((1, len(months)))
    return _Comparison(
        above.card.id, level.card.id, kpi, unit, months, stated, [unit], [level.card.id], values, weights, reason
    )
