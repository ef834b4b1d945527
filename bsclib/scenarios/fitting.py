"""A strategy map fitted to its actuals once, to be asked many questions: `fit_map`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import Cube, cube
from bsclib.actuals.table import check_actuals
from bsclib.causality.evidence.cleaning import Departures, detrend
from bsclib.causality.evidence.engine import NARROW, Panel, own_noise
from bsclib.causality.evidence.links import link_evidence
from bsclib.causality.evidence.regression import LeastSquares, regression_rows
from bsclib.causality.evidence.series import LinkPanel, Series
from bsclib.causality.evidence.stepwise import Fit, fit
from bsclib.causality.evidence.testable import untestable
from bsclib.errors import UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.graph import in_feedback
from bsclib.model.limits import value_limits
from bsclib.model.nouns import Link, Scorecard
from bsclib.scenarios.baseline_path import BaselinePath, fit_baseline_path
from bsclib.scenarios.equations import NO_CAUSES, POOL, ClaimedCauses, Coefficients, draw_coefficients

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
    unit : str
        Empty for the organisation.
    last : str
        The last month of the actuals.
    evidence : DataFrame
        As `bsclib.causality.link_evidence` gives it.
    equations : tuple of Equation
        One a KPI, in the scorecard's order.
    order : tuple of int
        The KPIs, each after everything that drives it within the month.
    baseline_paths : tuple of BaselinePath
        One a KPI: where it goes by itself.
    latest : array (KPIs,)
        The latest actuals; NaN where there is none.
    observed : array (KPIs, 2)
        The lowest and the highest actual.
    limits : array (KPIs, 2)
        What the KPI's unit allows, as far as its words tell (rule BSC708).
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
        Long actuals, checked or not.
    unit : str, optional
        The unit that is asked about, on its own data. By default the organisation as a whole; what drives what is then
        found in all units together.

    Returns
    -------
    FittedMap

    Raises
    ------
    ActualsError
        When the actuals cannot be read, or there are none.
    UnknownNameError
        When no actual is of this unit.

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
    evidence = link_evidence(scorecard, rows, unit)
    series = Series(scorecard, rows, grid, unit)
    paths = _baseline_paths(scorecard, series, grid, unit)
    equations, excluded = _equations(scorecard, series, paths, grid, unit)
    actual = grid.actual[grid.units.index(unit or "")]
    limits = np.array([value_limits(kpi) for kpi in scorecard.kpis])
    latest, observed = _latest(actual), _range(actual)
    limits = np.column_stack([np.fmin(limits[:, 0], observed[:, 0]), np.fmax(limits[:, 1], observed[:, 1])])
    last = periods.period_of(int(grid.months[-1]))
    order = _order(equations)
    return FittedMap(scorecard, unit or "", last, evidence, equations, order, paths, latest, observed, limits, excluded)


def _latest(actual: np.ndarray) -> np.ndarray:
    """Each column's last value that is there."""
    return np.array([one[~np.isnan(one)][-1] if (~np.isnan(one)).any() else np.nan for one in actual.T])


def _range(actual: np.ndarray) -> np.ndarray:
    seen = [one[~np.isnan(one)] for one in actual.T]
    return np.array([(one.min(), one.max()) if len(one) else (np.nan, np.nan) for one in seen])


def _baseline_paths(scorecard: Scorecard, series: Series, grid: Cube, unit: str | None) -> tuple[BaselinePath, ...]:
    at = series.single if unit else series.whole
    months = series.first + np.arange(series.months)
    paths = []
    for k, kpi in enumerate(scorecard.kpis):
        lasting = (event for event in scorecard.events if event.kind != "one_off")
        mine = [event for event in lasting if not event.kpis or kpi.id in event.kpis]
        starts = np.array([periods.span(event.period)[0] for event in mine], dtype=int)
        breaks = (months[:, None] >= starts).astype(float)
        paths.append(fit_baseline_path(at.actual[0, :, k], breaks, series.first, int(series.step[k])))
    return tuple(paths)


def _equations(
    scorecard: Scorecard, series: Series, paths: Sequence[BaselinePath], grid: Cube, unit: str | None
) -> tuple[tuple[Equation, ...], dict[int, str]]:
    excluded = dict(untestable(scorecard))
    for n, link in enumerate(scorecard.links):
        for id in (link.cause, link.effect):
            if n not in excluded and (words := series.course(link, id)):
                excluded[n] = f"{scorecard.kpi(id).name} {words}"
    some = [n for n in range(len(scorecard.links)) if n not in excluded]
    circles = in_feedback(scorecard.links)
    links = [scorecard.links[n] for n in some]
    laid = series.panels(links, [int(n in circles and bool(scorecard.links[n].lag)) for n in some])
    left = np.array([one.left for one in paths])
    equations: dict[int, Equation] = {}
    for panel in laid:
        equations |= _panel_equations(scorecard, series, panel, some, left, excluded, grid)
    for k in range(len(scorecard.kpis)):
        if k not in equations:
            equations[k] = _own_equation(paths[k], series, k)
    return tuple(equations[k] for k in range(len(scorecard.kpis))), excluded


def _panel_equations(
    scorecard: Scorecard,
    series: Series,
    laid: LinkPanel,
    some: list[int],
    left: np.ndarray,
    excluded: dict[int, str],
    grid: Cube,
) -> dict[int, Equation]:
    """The equations of the effects in one panel."""
    panel = laid.panel
    departures = detrend(panel.values, 12 // panel.months, panel.breaks)
    noise = own_noise(departures.left)
    scale = _scales(scorecard, series, laid, grid)
    equations = {}
    for effect in np.unique(panel.claims.effect):
        observed = (~np.isnan(departures.left[:, :, effect])).any(axis=0).sum() * panel.months
        fitted = fit(departures, panel.claims, int(effect), bool(observed < NARROW))
        places = [some[laid.places[m]] for m in fitted.mine]
        k = series.place[scorecard.links[places[0]].effect]
        kept = []
        for n, place in enumerate(places):
            if fitted.alike[n]:
                excluded[place] = "its cause cannot be told excluded from another"
            elif np.isfinite(noise[panel.claims.cause[fitted.mine[n]]]) and np.isfinite(noise[effect]):
                kept.append(n)
            else:
                excluded[place] = "too little was observed to say how much either moves"
        equations[k] = _equation(series, fitted, kept, places, panel, noise, scale, left, k)
    return equations


def _equation(
    series: Series,
    fitted: Fit,
    kept: list[int],
    places: list[int],
    panel: Panel,
    noise: np.ndarray,
    scale: np.ndarray,
    left: np.ndarray,
    k: int,
) -> Equation:
    links: list[Link] = [series.scorecard.links[places[n]] for n in kept]
    columns = panel.claims.cause[fitted.mine[kept]]
    shift = fitted.candidates.lag[fitted.chosen[kept]] - panel.claims.lag[fitted.mine[kept]]
    lags = np.array([int(link.lag or 0) for link in links], dtype=int) + shift * panel.months
    causes = np.array([series.place[link.cause] for link in links], dtype=int)
    own_scale = noise[fitted.effect] if np.isfinite(noise[fitted.effect]) else 0.0
    if own_scale <= 0:
        return _constant_equation(left[k])
    rng = np.random.default_rng([SEED, k])
    claimed = ClaimedCauses(fitted.chosen[kept], panel.claims.sign[fitted.mine[kept]], noise[columns])
    told = draw_coefficients(fitted.squares, claimed, float(own_scale), rng)
    by = told.by * (scale[k] / scale[causes] if len(causes) else 1.0)
    return _monthly(told, by, causes, lags, np.array([places[n] for n in kept], dtype=int), panel.months, left, k)


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
    handed = np.sqrt((1 - own**2) / (1 - told.own**2))
    draws = [one.astype(np.float32) for one in (own, monthly, size * told.noise * handed)]
    return Equation(causes, lags, links, draws[0], draws[1], draws[2], told.inclusion)


def _noise(
    left: np.ndarray, k: int, causes: np.ndarray, lags: np.ndarray, own: float, by: np.ndarray, length: int
) -> float:
    """Standard deviation of what an equation leaves over of the departures that are asked about."""
    months = left.shape[1]
    at = np.arange(length, months)
    rest = left[k, at] - own * left[k, at - length]
    for cause, lag, coefficient in zip(causes, lags, by, strict=True):
        earlier = np.where(at >= lag, left[cause, np.maximum(at - lag, 0)], 0.0)
        rest = rest - coefficient * np.nan_to_num(earlier)
    rest = rest[~np.isnan(rest)]
    count = len(rest) / length
    if count < 3:
        seen = left[k][~np.isnan(left[k])]
        return float(np.sqrt((seen**2).mean())) if len(seen) else 0.0
    return float(np.sqrt((rest**2).mean() * count / (count - 2)))


def _scales(scorecard: Scorecard, series: Series, laid: LinkPanel, grid: Cube) -> np.ndarray:
    """What one more in every unit of a panel adds to the number that is asked about: as many, where units add up."""
    units = len(laid.units)
    summed = np.array([kpi.pooled == "sum" for kpi in scorecard.kpis]) & series.by_unit
    return np.where(summed & (units > 1), float(units), 1.0)


def _own_equation(path: BaselinePath, series: Series, k: int) -> Equation:
    """The equation of a KPI that no link leads to: its own past."""
    length = int(series.step[k])
    ends = np.flatnonzero((series.first + np.arange(series.months) + 1) % length == 0)
    left = path.left[ends]
    if not (np.nan_to_num(left) != 0).any():
        return _constant_equation(path.left)
    departures = Departures(left[None, :, None], left[None, :, None], np.zeros((1, 1)))
    squares = LeastSquares(regression_rows(departures, 0, np.zeros((1, len(left), 0))))
    noise = float(own_noise(departures.left)[0])
    if not noise > 0:
        return _constant_equation(path.left)
    none = np.zeros(0, dtype=int)
    told = draw_coefficients(squares, NO_CAUSES, noise, np.random.default_rng([SEED, k]))
    return _monthly(told, told.by, none, none, none, length, path.left[None], 0)


def _constant_equation(left: np.ndarray) -> Equation:
    """The equation of a KPI of which too little is known."""
    none, zero = np.zeros(0, dtype=int), np.zeros(POOL, dtype=np.float32)
    return Equation(none, none, none, zero, np.zeros((POOL, 0), dtype=np.float32), zero, np.zeros(0))


def _order(equations: Sequence[Equation]) -> tuple[int, ...]:
    """The KPIs, each after everything that drives it within the month."""
    waiting, done = list(range(len(equations))), list[int]()
    while waiting:
        at_once = {k: set(one.causes[one.lags == 0].tolist()) for k, one in enumerate(equations)}
        ready = [k for k in waiting if not at_once[k] & set(waiting)]
        done += ready
        waiting = [k for k in waiting if k not in ready]
    return tuple(done)
