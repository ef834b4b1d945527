"""A strategy map fitted to its actuals once, to be asked many questions: `fit_map`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import Cube, cube
from bsclib.actuals.table import LARGEST, check_actuals
from bsclib.causality.evidence.cleaning import Departures, set_aside
from bsclib.causality.evidence.engine import own_noise, short
from bsclib.causality.evidence.links import link_evidence
from bsclib.causality.evidence.regression import LeastSquares, regression_rows
from bsclib.causality.evidence.series import LinkPanel, Series
from bsclib.causality.evidence.stepwise import fit
from bsclib.causality.evidence.testable import link_panels, untestable
from bsclib.errors import UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.limits import likely_limits
from bsclib.model.nouns import KPI, Scorecard
from bsclib.scenarios.baseline_path import BaselinePath, draw_courses, fit_baseline_path, period_ends
from bsclib.scenarios.departures import filled, noise_root
from bsclib.scenarios.equations import NO_CAUSES, POOL, ClaimedCauses, Coefficients, draw_coefficients
from bsclib.scenarios.limited_scale import bends, to_scale
from bsclib.scoring.expectations import month_by_month

FEWEST = 4
"""Actuals with one before them from which on a KPI's own course is drawn."""
HANDED_ON = 0.5
"""What a cause is taken to hand on to its next month where it was not observed, or before its first actual."""
SEED = 20260101
"""Where the answers' chance comes from: the same actuals give the same answers."""


@dataclass(frozen=True)
class Equation:
    """What drives one KPI, month by month, in its own units."""

    causes: np.ndarray  # (causes,), by place in the scorecard
    lags: np.ndarray  # months
    links: np.ndarray  # by place in the scorecard
    own: np.ndarray  # (draws,), what it hands on to the next month
    by: np.ndarray  # (draws, causes), what one unit more of each cause adds, `lag` months later
    noise: np.ndarray  # (draws,), standard deviation
    slope: np.ndarray  # (draws,), its own trend, a month
    pull: np.ndarray  # (draws,), what is added each month, because its level is not quite the line's
    inclusion: np.ndarray  # how often each cause is there
    rest: np.ndarray  # (months,), what it leaves over of the past; NaN where that cannot be told


@dataclass(frozen=True, repr=False, eq=False)
class FittedMap:
    """A scorecard's map fitted to the actuals of one unit, or of the organisation as a whole.

    Attributes
    ----------
    scorecard : Scorecard
    unit, last : str
        The unit, empty for the organisation; the last month of the actuals.
    evidence : DataFrame
        As `bsclib.causality.link_evidence` gives it, when it is first asked for: nothing that is projected needs it.
    equations, baseline_paths : tuple of Equation, tuple of BaselinePath
        One a KPI, in the scorecard's order: what drives it, and where it goes by itself.
    order : tuple of int
        The KPIs, each after everything that drives it within the month.
    past : array (months, KPIs)
        What is left of the actuals to the last month, beyond line and season; months without one as they are expected
        to have been, given those around them. NaN after the latest actual.
    together : array (KPIs, KPIs)
        The root of the correlations of the KPIs' noise, shrunk.
    latest, observed, limits : array (KPIs,), (KPIs, 2), (KPIs, 2)
        The latest actual, NaN where there is none; the lowest and the highest; the limits that the KPI states, or what
        its unit allows as far as its words tell (rule BSC708).
    bends : array (KPIs, 2)
        How far from each limit a KPI's scale bends (`bsclib.scenarios.limited_scale`); paths and departures lie on it.
    excluded : dict of int to str
        The links that no equation holds, by their place in the scorecard, and why.
    """

    scorecard: Scorecard
    unit: str
    last: str
    examine: Callable[[], pd.DataFrame]  # gives the evidence
    equations: tuple[Equation, ...]
    order: tuple[int, ...]
    baseline_paths: tuple[BaselinePath, ...]
    past: np.ndarray
    together: np.ndarray
    latest: np.ndarray
    observed: np.ndarray
    limits: np.ndarray
    bends: np.ndarray
    excluded: dict[int, str]

    def __repr__(self) -> str:
        card, of = self.scorecard, f", {self.unit}" if self.unit else ""
        return f"<FittedMap: {card.id}{of}, {len(card.kpis)} KPIs, {len(card.links)} links, actuals to {self.last}>"

    @functools.cached_property
    def evidence(self) -> pd.DataFrame:
        """What the data say of each link."""
        return self.examine()

    @property
    def month(self) -> int:
        """The last month of the actuals, counted from the year 0."""
        return periods.span(self.last)[1]

    @property
    def place(self) -> dict[str, int]:
        """Each KPI's place in the scorecard."""
        return {kpi.id: k for k, kpi in enumerate(self.scorecard.kpis)}


def fit_map(scorecard: Scorecard, actuals: pd.DataFrame, unit: str | None = None) -> FittedMap:
    """Fit a scorecard's map to its actuals, once for all questions.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame
    unit : str, optional
        Asked about on its own data; by default the organisation, and what drives what is found in all units together.

    Returns
    -------
    FittedMap

    Raises
    ------
    ActualsError, UnknownNameError
        When the actuals cannot be read, or there are none; when none is of this unit.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    <FittedMap: meridian, 27 KPIs, 20 links, actuals to 2026-06>
    """
    rows = check_actuals(actuals, scorecard)
    grid = cube(rows, scorecard)
    unit = unit or None
    if unit is not None and unit not in grid.units[1:]:
        raise UnknownNameError(unknown("unit in the actuals", unit, grid.units[1:], "unit"))
    series = Series(scorecard, rows, grid, unit)
    actual = grid.actual[grid.units.index(unit or "")].T
    seen = [values[~np.isnan(values)] for values in actual]
    observed = np.array([(values.min(), values.max()) if len(values) else (np.nan, np.nan) for values in seen])
    limits = np.array([likely_limits(kpi, *ends) for kpi, ends in zip(scorecard.kpis, observed, strict=True)])
    limits = np.column_stack([np.fmin(limits[:, 0], observed[:, 0]), np.fmax(limits[:, 1], observed[:, 1])])
    bent = np.array([bends(*one) for one in zip(actual, limits, strict=True)])
    paths = _baseline_paths(series, unit, limits, bent)
    equations, excluded = _equations(series, paths)
    left = np.array([path.left for path in paths])
    return FittedMap(
        scorecard=month_by_month(_done_in(scorecard, grid, unit), unit or "", int(grid.months[-1])),
        unit=unit or "",
        last=periods.period_of(int(grid.months[-1])),
        examine=functools.partial(link_evidence, scorecard, rows, unit),
        equations=equations,
        order=_order(equations),
        baseline_paths=paths,
        past=np.array([filled(one, float(by.own.mean())) for one, by in zip(left, equations, strict=True)]).T,
        together=noise_root(np.array([one.rest for one in equations])),
        latest=np.array([values[-1] if len(values) else np.nan for values in seen]),
        observed=observed,
        limits=limits,
        bends=bent,
        excluded=excluded,
    )


def _done_in(card: Scorecard, grid: Cube, unit: str | None) -> Scorecard:
    """The scorecard with what each initiative does to one unit: nothing from elsewhere, and more than to the whole."""
    if unit is None or not any(work.unit for work in card.initiatives):
        return card
    place = {kpi.id: k for k, kpi in enumerate(card.kpis)}
    works = []
    for work in card.initiatives:
        mine = work.changes if work.unit in ("", unit) else ()
        if work.unit == unit:
            shares = [_share(card.kpi(change.kpi), grid, unit, place[change.kpi]) for change in mine]
            mine = tuple(c.model_copy(update={"by": c.by / share}) for c, share in zip(mine, shares, strict=True))
        works.append(work.model_copy(update={"changes": mine}))
    return card.model_copy(update={"initiatives": tuple(works)})


def _share(kpi: KPI, grid: Cube, unit: str, k: int) -> float:
    """By how much a KPI of the whole moves when that of a unit moves by 1, in the unit's latest month."""
    at, known = grid.units.index(unit), np.isfinite(grid.actual[..., k])
    if kpi.pooled not in ("mean", "ratio") or not known[at].any():
        return 1.0
    month = int(np.flatnonzero(known[at])[-1])
    if kpi.pooled == "mean":
        return 1.0 / int(known[1:, month].sum())
    parts = grid.denominator[1:, month, k]
    part, whole = float(parts[at - 1]), float(np.nansum(parts))
    return part / whole if part > 0 and np.isfinite(part / whole) else 1.0


def _baseline_paths(series: Series, unit: str | None, limits: np.ndarray, bent: np.ndarray) -> tuple[BaselinePath, ...]:
    actual = (series.single if unit else series.whole).actual[0]
    months = np.arange(series.months)[:, None]
    return tuple(
        fit_baseline_path(
            to_scale(values, limits[k], bent[k]),
            (months >= series.breaks(k)).astype(float),
            series.first,
            int(series.step[k]),
        )
        for k, values in enumerate(actual.T)
    )


def _equations(series: Series, paths: tuple[BaselinePath, ...]) -> tuple[tuple[Equation, ...], dict[int, str]]:
    """Every KPI's equation, given its own line; the links that none holds, and why."""
    panels, reasons = link_panels(series)
    excluded = reasons | untestable(series.scorecard)
    equations: dict[int, Equation] = {}
    for panel in panels:
        equations |= _panel_equations(series, panel, paths, excluded)
    return tuple(equations.get(k) or _own_equation(series, paths, k) for k in range(len(paths))), excluded


def _panel_equations(
    series: Series, laid: LinkPanel, paths: tuple[BaselinePath, ...], excluded: dict[int, str]
) -> dict[int, Equation]:
    """The equations of the effects in one panel; links that they cannot hold are added to those excluded."""
    panel, claims, links = laid.panel, laid.panel.claims, series.scorecard.links
    departures, _ = set_aside(panel.values, 12 // panel.months, panel.breaks)
    noise = own_noise(departures.left)
    # What one more in every unit adds to the number that is asked about: as many, where units add up.
    summed = np.array([kpi.pooled == "sum" for kpi in series.scorecard.kpis]) & series.by_unit
    scale = np.where(summed, float(len(laid.units)), 1.0)
    equations = {}
    for effect in np.unique(claims.effect).tolist():
        fitted = fit(departures, claims, effect, short(departures, effect, panel.months))
        places = np.array(laid.places)[fitted.mine]
        k = series.place[links[places[0]].effect]
        kept = []
        for n, place in enumerate(places.tolist()):
            if fitted.alike[n]:
                excluded[place] = "its cause cannot be told apart from another"
            elif np.isfinite(noise[[claims.cause[fitted.mine[n]], effect]]).all():
                kept.append(n)
            else:
                excluded[place] = "too little was observed to say how much either moves"
        if not noise[effect] > 0:
            equations[k] = _constant_equation(paths[k])
            continue
        mine, chosen = fitted.mine[kept], fitted.chosen[kept]
        claimed = ClaimedCauses(chosen, claims.sign[mine], noise[claims.cause[mine]])
        rng = np.random.default_rng([SEED, k])
        told = draw_coefficients(fitted.rows, fitted.squares, claimed, float(noise[effect]), rng)
        causes = np.array([series.place[links[place].cause] for place in places[kept]], dtype=int)
        stated = np.array([links[place].lag or 0 for place in places[kept]], dtype=int)
        lags = stated + (fitted.candidates.lag[chosen] - claims.lag[mine]) * panel.months
        by = told.by * (scale[k] / scale[causes])
        equations[k] = _monthly(told, by, causes, lags, places[kept], panel.months, paths, k, series.first)
    return equations


def _own_equation(series: Series, paths: tuple[BaselinePath, ...], k: int) -> Equation:
    """The equation of a KPI that no link leads to: its own past."""
    length = int(series.step[k])
    own = paths[k].left[period_ends(series.months, series.first, length)]
    departures = Departures(own[None, :, None], own[None, :, None], np.zeros((1, 1)))
    noise = float(own_noise(departures.left)[0])
    if not (np.nan_to_num(own) != 0).any() or not noise > 0:
        return _constant_equation(paths[k])
    rows = regression_rows(departures, 0, np.zeros((1, len(own), 0)))
    none = np.zeros(0, dtype=int)
    told = draw_coefficients(rows, LeastSquares(rows), NO_CAUSES, noise, np.random.default_rng([SEED, k]))
    return _monthly(told, told.by, none, none, none, length, paths, k, series.first)


def _constant_equation(path: BaselinePath) -> Equation:
    """The equation of a KPI of which too little is known: it stays, and nobody knows quite where."""
    none, zero = np.zeros(0, dtype=int), np.zeros(POOL, dtype=np.float32)
    pull = zero if path.rows < 2 else path.spread * np.random.default_rng(SEED).standard_t(path.rows - 1, POOL)
    by, rest = np.zeros((POOL, 0), dtype=np.float32), np.full(len(path.left), np.nan)
    return Equation(none, none, none, zero, by, zero, zero, pull.astype(np.float32), np.zeros(0), rest)


def _monthly(
    told: Coefficients,
    by: np.ndarray,
    causes: np.ndarray,
    lags: np.ndarray,
    links: np.ndarray,
    length: int,
    paths: tuple[BaselinePath, ...],
    k: int,
    first: int,
) -> Equation:
    """An equation of quarters or years brought to months: the same response in the long run, the same spread."""
    left, months = paths[k].left, len(paths[k].left)
    ends = period_ends(months, first, length)
    at = ends[ends >= length]
    at = at[~np.isnan(left[at] + left[at - length])]
    if len(at) < FEWEST:
        return _constant_equation(paths[k])
    own = told.own ** (1 / length)
    returns = told.own < 1
    handed = np.where(returns, (1 - own) / np.where(returns, 1 - told.own, 1.0), 1 / length)
    earlier = (
        np.stack([_at_lag(filled(paths[c].left, HANDED_ON), at - lag) for c, lag in zip(causes, lags, strict=True)])
        if len(causes)
        else np.zeros((0, len(at)))
    )
    terms = 3.0 + paths[k].spent + float(told.inclusion.sum())
    courses = draw_courses(
        paths[k], at, told.own, by @ earlier, length, told.noise, terms, np.random.default_rng([SEED, k, 1])
    )
    kept = np.where(returns, (1 - own**2) / np.where(returns, 1 - told.own**2, 1.0), 1 / length)
    noise = courses.noise * np.sqrt(kept)
    rest = np.full(months, np.nan)
    if length == 1:
        rest[at] = courses.rest
    numbers = (own, by * handed[:, None], noise, courses.slope, courses.pull * handed)
    # Between KPIs of very different size an effect may be larger than single precision holds.
    draws = [np.clip(part, -LARGEST, LARGEST).astype(np.float32) for part in numbers]
    return Equation(causes, lags, links, draws[0], draws[1], draws[2], draws[3], draws[4], told.inclusion, rest)


def _at_lag(left: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Departures in some months, those before the first as far as it tells of them."""
    earlier = np.where(at >= 0, left[np.maximum(at, 0)], left[0] * HANDED_ON ** np.maximum(-at, 0))
    return np.asarray(np.nan_to_num(earlier))


def _order(equations: Sequence[Equation]) -> tuple[int, ...]:
    """The KPIs, each after everything that drives it within the month."""
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(equations)))
    for k, equation in enumerate(equations):
        graph.add_edges_from((cause, k) for cause in equation.causes[equation.lags == 0].tolist())
    return tuple(k for layer in nx.topological_generations(graph) for k in sorted(layer))
