"""A strategy map fitted to its actuals once, to be asked many questions: `fit_map`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import cube
from bsclib.actuals.table import check_actuals
from bsclib.causality.evidence.cleaning import Departures, detrend
from bsclib.causality.evidence.engine import own_noise, short
from bsclib.causality.evidence.links import link_evidence
from bsclib.causality.evidence.regression import LeastSquares, regression_rows
from bsclib.causality.evidence.series import LinkPanel, Series
from bsclib.causality.evidence.stepwise import fit
from bsclib.causality.evidence.testable import link_panels, untestable
from bsclib.errors import UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.limits import value_limits
from bsclib.model.nouns import Scorecard
from bsclib.scenarios.baseline_path import BaselinePath, fit_baseline_path
from bsclib.scenarios.equations import NO_CAUSES, POOL, ClaimedCauses, Coefficients, draw_coefficients
from bsclib.scoring.expectations import month_by_month

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
    inclusion: np.ndarray  # how often each cause is there


@dataclass(frozen=True, repr=False, eq=False)
class FittedMap:
    """A scorecard's map fitted to the actuals of one unit, or of the organisation as a whole.

    Attributes
    ----------
    scorecard : Scorecard
    unit, last : str
        The unit, empty for the organisation; the last month of the actuals.
    evidence : DataFrame
        As `bsclib.causality.link_evidence` gives it.
    equations, baseline_paths : tuple of Equation, tuple of BaselinePath
        One a KPI, in the scorecard's order: what drives it, and where it goes by itself.
    order : tuple of int
        The KPIs, each after everything that drives it within the month.
    latest, observed, limits : array (KPIs,), (KPIs, 2), (KPIs, 2)
        The latest actual, NaN where there is none; the lowest and the highest; what the KPI's unit allows, as far as
        its words tell (rule BSC708).
    excluded : dict of int to str
        The links that no equation holds, by their place in the scorecard, and why.
    """

    scorecard: Scorecard
    unit: str
    last: str
    evidence: pd.DataFrame
    equations: tuple[Equation, ...]
    order: tuple[int, ...]
    baseline_paths: tuple[BaselinePath, ...]
    latest: np.ndarray
    observed: np.ndarray
    limits: np.ndarray
    excluded: dict[int, str]

    def __repr__(self) -> str:
        card, of = self.scorecard, f", {self.unit}" if self.unit else ""
        return f"<FittedMap: {card.id}{of}, {len(card.kpis)} KPIs, {len(card.links)} links, actuals to {self.last}>"

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
    paths = _baseline_paths(series, unit)
    equations, excluded = _equations(series, np.array([path.left for path in paths]))
    seen = [values[~np.isnan(values)] for values in grid.actual[grid.units.index(unit or "")].T]
    observed = np.array([(values.min(), values.max()) if len(values) else (np.nan, np.nan) for values in seen])
    limits = np.array([value_limits(kpi) for kpi in scorecard.kpis])
    return FittedMap(
        scorecard=month_by_month(scorecard, unit or "", int(grid.months[-1])),
        unit=unit or "",
        last=periods.period_of(int(grid.months[-1])),
        evidence=link_evidence(scorecard, rows, unit),
        equations=equations,
        order=_order(equations),
        baseline_paths=paths,
        latest=np.array([values[-1] if len(values) else np.nan for values in seen]),
        observed=observed,
        limits=np.column_stack([np.fmin(limits[:, 0], observed[:, 0]), np.fmax(limits[:, 1], observed[:, 1])]),
        excluded=excluded,
    )


def _baseline_paths(series: Series, unit: str | None) -> tuple[BaselinePath, ...]:
    actual = (series.single if unit else series.whole).actual[0]
    months = np.arange(series.months)[:, None]
    return tuple(
        fit_baseline_path(values, (months >= series.breaks(k)).astype(float), series.first, int(series.step[k]))
        for k, values in enumerate(actual.T)
    )


def _equations(series: Series, left: np.ndarray) -> tuple[tuple[Equation, ...], dict[int, str]]:
    """Every KPI's equation, given what is left of each (KPIs, months); the links that none holds, and why."""
    panels, reasons = link_panels(series)
    excluded = reasons | untestable(series.scorecard)
    equations: dict[int, Equation] = {}
    for panel in panels:
        equations |= _panel_equations(series, panel, left, excluded)
    return tuple(equations.get(k) or _own_equation(series, left, k) for k in range(len(left))), excluded


def _panel_equations(
    series: Series, laid: LinkPanel, left: np.ndarray, excluded: dict[int, str]
) -> dict[int, Equation]:
    """The equations of the effects in one panel; links that they cannot hold are added to those excluded."""
    panel, claims, links = laid.panel, laid.panel.claims, series.scorecard.links
    departures = detrend(panel.values, 12 // panel.months, panel.breaks)
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
            equations[k] = _constant_equation()
            continue
        mine, chosen = fitted.mine[kept], fitted.chosen[kept]
        claimed = ClaimedCauses(chosen, claims.sign[mine], noise[claims.cause[mine]])
        told = draw_coefficients(fitted.squares, claimed, float(noise[effect]), np.random.default_rng([SEED, k]))
        causes = np.array([series.place[links[place].cause] for place in places[kept]], dtype=int)
        stated = np.array([links[place].lag or 0 for place in places[kept]], dtype=int)
        lags = stated + (fitted.candidates.lag[chosen] - claims.lag[mine]) * panel.months
        by = told.by * (scale[k] / scale[causes])
        equations[k] = _monthly(told, by, causes, lags, places[kept], panel.months, left, k)
    return equations


def _own_equation(series: Series, left: np.ndarray, k: int) -> Equation:
    """The equation of a KPI that no link leads to: its own past."""
    length = int(series.step[k])
    own = left[k, (series.first + np.arange(series.months) + 1) % length == 0]
    departures = Departures(own[None, :, None], own[None, :, None], np.zeros((1, 1)))
    noise = float(own_noise(departures.left)[0])
    if not (np.nan_to_num(own) != 0).any() or not noise > 0:
        return _constant_equation()
    squares = LeastSquares(regression_rows(departures, 0, np.zeros((1, len(own), 0))))
    none = np.zeros(0, dtype=int)
    told = draw_coefficients(squares, NO_CAUSES, noise, np.random.default_rng([SEED, k]))
    return _monthly(told, told.by, none, none, none, length, left, k)


def _constant_equation() -> Equation:
    """The equation of a KPI of which too little is known."""
    none, zero = np.zeros(0, dtype=int), np.zeros(POOL, dtype=np.float32)
    return Equation(none, none, none, zero, np.zeros((POOL, 0), dtype=np.float32), zero, np.zeros(0))


def _monthly(
    told: Coefficients,
    by: np.ndarray,
    causes: np.ndarray,
    lags: np.ndarray,
    links: np.ndarray,
    length: int,
    left: np.ndarray,
    k: int,
) -> Equation:
    """An equation of quarters or years brought to months: the same response in the long run, the same spread."""
    own = told.own ** (1 / length)
    monthly = by * ((1 - own) / (1 - told.own))[:, None]
    size = _noise(left, k, causes, lags, float(told.own.mean()), by.mean(axis=0), length)
    noise = size * told.noise * np.sqrt((1 - own**2) / (1 - told.own**2))
    draws = [part.astype(np.float32) for part in (own, monthly, noise)]
    return Equation(causes, lags, links, draws[0], draws[1], draws[2], told.inclusion)


def _noise(
    left: np.ndarray, k: int, causes: np.ndarray, lags: np.ndarray, own: float, by: np.ndarray, length: int
) -> float:
    """Standard deviation of what an equation leaves over of the departures that are asked about."""
    at = np.arange(length, left.shape[1])
    rest = left[k, at] - own * left[k, at - length]
    for cause, lag, coefficient in zip(causes, lags, by, strict=True):
        earlier = np.where(at >= lag, left[cause, np.maximum(at - lag, 0)], 0.0)
        rest = rest - coefficient * np.nan_to_num(earlier)
    rest = rest[~np.isnan(rest)]
    count = len(rest) / length
    if count >= 3:
        return float(np.sqrt((rest**2).mean() * count / (count - 2)))
    seen = left[k][~np.isnan(left[k])]
    return float(np.sqrt((seen**2).mean())) if len(seen) else 0.0


def _order(equations: Sequence[Equation]) -> tuple[int, ...]:
    """The KPIs, each after everything that drives it within the month."""
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(equations)))
    for k, equation in enumerate(equations):
        graph.add_edges_from((cause, k) for cause in equation.causes[equation.lags == 0].tolist())
    return tuple(k for layer in nx.topological_generations(graph) for k in sorted(layer))
