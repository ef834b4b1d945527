"""Questions to a fitted map: what matters most, what must an initiative achieve, when would it show, which is best."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.model.random import generator
from bsclib.scenarios.budgets import is_amount, listed
from bsclib.scenarios.changes import asked, pushes
from bsclib.scenarios.definition import Scenario, change_text, read_change
from bsclib.scenarios.fitting import FittedMap, fit_map
from bsclib.scenarios.path_scores import carried, kpi_scores, node_scores
from bsclib.scenarios.paths import SEED, Drawn, Seed, draw_equations, effects, within_limits, without
from bsclib.scenarios.projection import checked_draws, project, quantiles

DRIVERS = ["kpi", "change", "effect", "low", "high", "through"]
LEAST_PART = 0.05
"""Share of an effect from which on a KPI is named among those that carry it."""
SHARES = np.concatenate([np.linspace(0, 2, 21), np.linspace(2.5, 10, 16)])
"""Shares of its plan at which an initiative is looked at; beyond the last it is said never to earn its cost."""

Paths = Mapping[int, np.ndarray]


def drivers(
    fit: FittedMap, goal: str | None = None, by: str = "+10%", horizon: int = 24, draws: int = 2_000, rng: Seed = None
) -> pd.DataFrame:
    """Which KPI moves a goal most, when each is moved the good way by as much, for good.

    Parameters
    ----------
    fit : FittedMap
    goal : str, optional
        A KPI, objective, perspective, or by default the scorecard.
    by : str
        How much: ``"+10%"`` of the latest actual, or ``"+3"`` in each KPI's own unit. The sign does not matter: a KPI
        of which less is better is moved down, one above its range too, and one inside its range is left out.
    horizon : int
        Months after which the goal is looked at.
    draws : int
    rng : int or Generator, optional

    Returns
    -------
    DataFrame
        A row for each KPI that has actuals, the largest effect first: `kpi`, `change` (as `project` takes it), `effect`
        with `low` and `high` (median, 5 and 95 % of what it does to the goal, in the KPI's unit or in points of score),
        and `through`: of a KPI the strongest path to it, of a score the KPIs whose scores carry the effect, the one
        that carries most first. A KPI whose latest actual is 0 has no 10 %, and is left out. ``attrs``: `goal` (its
        id), `by` (without its sign) and `horizon`.

    Raises
    ------
    UnknownNameError
        When nothing is called like the goal.
    BscError
        When `by` is no change.
    """
    card, names = fit.scorecard, list(fit.scorecard.names)
    if goal is not None and goal not in names:
        raise UnknownNameError(unknown("KPI, objective or perspective", goal, names, "goal"))
    node = names.index(goal or card.id)
    said = change_text(by)
    if read_change(said).kind == "level":
        raise BscError(Fault("by", "a level is no size", got=said, fix="write +10% or +3"))
    size = said.lstrip("+-")
    draws, rng = checked_draws(draws), generator(rng, SEED)
    asked(fit, None, None, horizon)
    drawn = draw_equations(fit, draws, rng)
    base = without(fit, drawn, horizon, rng)
    rows = []
    for k, kpi in enumerate(card.kpis):
        way = _good_way(fit, k)
        if not way or (size.endswith("%") and fit.latest[k] == 0):
            continue
        change = f"{way}{size}"
        pushed = pushes(fit, asked(fit, {kpi.id: change}, None, horizon), draws, rng)
        moved = effects(fit, drawn, pushed, horizon)
        effect, through = _on_goal(fit, drawn, base, moved, node, k)
        low, middle, high = (float(one) for one in quantiles(effect))
        rows.append((kpi.id, change, middle, low, high, ", ".join(card.kpis[one].id for one in through)))
    table = pd.DataFrame(rows, columns=DRIVERS)
    order = table["effect"].abs().sort_values(ascending=False, kind="stable").index
    table = table.loc[order].reset_index(drop=True)
    table.attrs = {"goal": names[node], "by": size, "horizon": horizon}
    return table


def _good_way(fit: FittedMap, k: int) -> str:
    """The sign of a change for the better; empty where there is none."""
    kpi, latest = fit.scorecard.kpis[k], fit.latest[k]
    if not np.isfinite(latest):
        return ""
    if kpi.direction == "within_range":
        low, high = kpi.range
        return "+" if latest < low else "-" if latest > high else ""
    return "+" if kpi.direction == "higher_is_better" else "-"


def _on_goal(
    fit: FittedMap, drawn: Drawn, base: np.ndarray, moved: Paths, node: int, start: int
) -> tuple[np.ndarray, list[int]]:
    """The effect on a node in the last month (draws,), and the KPIs that carry it there."""
    card, last = fit.scorecard, np.array([fit.month + len(base)])
    above = len(card.names) - len(card.kpis)
    before, after = _both(fit, base[-1:], {k: path[-1:] for k, path in moved.items()})
    if node >= above:
        return (after - before)[0, node - above], _strongest(fit, drawn, moved, start, node - above)
    change = (node_scores(card, after, last) - node_scores(card, before, last))[0]
    shares = carried(card, ~np.isnan(base[-1:, :, 0]), last)[0, node]
    part = np.nan_to_num(shares) * np.nan_to_num(change[above:].mean(axis=1))
    large = np.abs(part) > LEAST_PART * np.abs(part).sum()
    return change[node], [int(k) for k in np.argsort(-np.abs(part), kind="stable") if large[k]]


def _strongest(fit: FittedMap, drawn: Drawn, moved: Paths, start: int, end: int) -> list[int]:
    """The KPIs on the way from one to another, at each step back the cause that moves it most."""
    way = [end]
    while way[0] != start:
        one = fit.equations[way[0]]
        pulls = {
            int(cause): abs(float((drawn.by[way[0]][n] * moved[int(cause)][-1]).mean()))
            for n, cause in enumerate(one.causes)
            if int(cause) in moved and int(cause) not in way
        }
        if not pulls:
            return []
        way.insert(0, max(pulls, key=lambda cause: pulls[cause]))
    return way


def _both(fit: FittedMap, base: np.ndarray, moved: Paths) -> tuple[np.ndarray, np.ndarray]:
    """All KPIs without and with what is moved, within what their units allow."""
    before, after = base.copy(), base.copy()
    for k, effect in moved.items():
        after[:, k] += effect
    for values in (before, after):
        within_limits(fit, values)
    return before, after


def break_even(
    fit: FittedMap, initiative: str, worth: float, horizon: int = 24, draws: int = 2_000, rng: Seed = None
) -> pd.DataFrame:
    """The smallest share of its planned changes at which an initiative earns its cost within the horizon.

    Parameters
    ----------
    fit : FittedMap
    initiative : str
    worth : float
        What a point of the scorecard's score is worth for a year, in the money of its cost.
    horizon, draws, rng
        As for `drivers`.

    Returns
    -------
    DataFrame
        One row: `initiative`, `cost`, `earned` (what it earns as planned, on average over the draws), `share` (1 is as
        planned; infinite where ten times its plan would not do), and `low` and `high`: the share that would do in a
        good case (one draw in twenty is better) and in a bad one (one in twenty is worse).

    Raises
    ------
    UnknownNameError
        When there is no such initiative.
    BscError
        When a point is worth nothing.

    Notes
    -----
    Every change is scaled by the share; delay, ramp and chance stay. What is earned is the effect on the scorecard's
    score, added up over the months, over 12, times what a point is worth. An initiative that has started is taken as
    not begun, as `allocate` takes it: all of its cost is set against all of its effect.
    """
    if not is_amount(worth) or worth == 0:
        raise BscError(Fault("worth", "a point has to be worth something", got=repr(worth)[:80], allowed="above 0"))
    what = asked(fit, None, [initiative], horizon)
    if what.begun[0].start <= fit.month:
        what = asked(fit, None, {initiative: periods.period_of(fit.month + 1)}, horizon)
    draws, rng = checked_draws(draws), generator(rng, SEED)
    drawn = draw_equations(fit, draws, rng)
    base = without(fit, drawn, horizon, rng)
    pushed = pushes(fit, what, draws, rng)
    planned = effects(fit, drawn, pushed, horizon)
    shares = SHARES.astype(np.float32)
    points = [_points(fit, base, {k: share * path for k, path in planned.items()}) for share in shares]
    earned = np.stack(points) * worth / 12
    cost, mean = what.begun[0].initiative.cost, earned.mean(axis=1)
    low, _, high = quantiles(earned)
    enough = [_enough(one, cost) for one in (mean, high, low)]
    row = (initiative, cost, float(np.interp(1.0, SHARES, mean)), *enough)
    return pd.DataFrame([row], columns=["initiative", "cost", "earned", "share", "low", "high"])


def _points(fit: FittedMap, base: np.ndarray, moved: Paths) -> np.ndarray:
    """What is done to the scorecard's score, added up over the months (draws,)."""
    months = fit.month + 1 + np.arange(len(base))
    shares = carried(fit.scorecard, ~np.isnan(base[:, :, 0]), months)[:, 0]
    total = np.zeros(base.shape[2])
    for k, effect in moved.items():
        if np.isfinite(fit.latest[k]):
            both = np.stack([base[:, k], base[:, k] + effect], axis=1)
            within_limits(fit, both, [k, k])
            before, after = (kpi_scores(fit.scorecard.kpis[k], both[:, n], months) for n in (0, 1))
            total += (shares[:, k, None] * (after - before)).sum(axis=0)
    return total


def _enough(earned: np.ndarray, cost: float) -> float:
    """The first of `SHARES` at which the cost is earned, straight lines between them."""
    enough = np.flatnonzero(earned >= cost)
    if not len(enough):
        return math.inf
    at = int(enough[0])
    if at == 0:
        return 0.0
    part = (cost - earned[at - 1]) / (earned[at] - earned[at - 1])
    return float(SHARES[at - 1] + part * (SHARES[at] - SHARES[at - 1]))


def first_month(result: pd.DataFrame) -> pd.DataFrame:
    """The first month in which an effect could be told from noise.

    From the first month in which anything moves, the months are averaged. In the month that is given, the median effect
    on that average reaches 2.80 standard deviations (``z.975 + z.8``) of the average without it, noise, level and trend
    drawn: from then on a test at 5 %, both sides, would find it with a chance of 80 %.

    Parameters
    ----------
    result : DataFrame
        As `project` returns it, with its ``attrs``.

    Returns
    -------
    DataFrame
        A row for everything that is scored: `id`, `period`; empty text where no month within the horizon will do.

    Raises
    ------
    BscError
        When the frame has lost what `project` says of it, or is another.
    """
    if "first_month" not in result.attrs:
        what, fix = "this is not what project() returns, or its attrs are lost", "ask before the frame is worked on"
        raise BscError(Fault("result", what, fix=fix))
    told = result.attrs["first_month"]
    return pd.DataFrame({"id": list(told), "period": list(told.values())})


def compare(
    scorecard: Scorecard, actuals: pd.DataFrame, scenarios: Iterable[Scenario], draws: int = 10_000, rng: Seed = None
) -> pd.DataFrame:
    """Several scenarios side by side, on the same draws, so that chance does not tell them apart.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame
        Long actuals, checked or not.
    scenarios : iterable of Scenario
        Each with an id of its own. What comes of doing nothing is the column `without` of each.
    draws : int
    rng : int or Generator, optional

    Returns
    -------
    DataFrame
        As `project` returns it for each, one below the other, with a first column `scenario`. ``attrs["scenarios"]``
        holds what `project` says of each, by id.

    Raises
    ------
    BscError
        When there is no scenario, or two have the same id; and as `project` does.
    """
    asked_for: Any = scenarios
    given = [asked_for] if isinstance(asked_for, Scenario) else listed("scenarios", asked_for)
    other = next((one for one in given if not isinstance(one, Scenario)), None)
    if other is not None:
        fix = "make one with Scenario(id=..., name=...), or read one with read_scenario()"
        raise BscError(Fault("scenarios", "this is no scenario", repr(other)[:80], fix=fix))
    ids = [one.id for one in given]
    twice = [id for id in dict.fromkeys(ids) if ids.count(id) > 1]
    if not given or twice:
        what = f"{', '.join(twice)}: this id is used twice" if twice else "there is nothing to compare"
        fix = "give each scenario an id of its own" if twice else "give one or more"
        raise BscError(Fault("scenarios", what, fix=fix))
    seed = int(generator(rng, SEED).integers(2**63))
    fits = {unit: fit_map(scorecard, actuals, unit) for unit in dict.fromkeys(one.unit for one in given)}
    return stacked(
        {one.id: project(fits[one.unit], one.changes, one.initiatives, one.horizon, draws, seed) for one in given}
    )


def stacked(results: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Results one below the other, as `compare` gives them.

    Parameters
    ----------
    results : dict of str to DataFrame
        By the scenario's id, as `project` returns them.
    """
    keys = ("unit", "period", "level", "id")
    frames = []
    for id, result in results.items():
        plain = result.astype(dict.fromkeys(keys, "str"))
        plain.attrs = {}
        plain.insert(0, "scenario", id)
        frames.append(plain)
    table = pd.concat(frames, ignore_index=True)
    kinds = {name: pd.CategoricalDtype(list(dict.fromkeys(table[name]))) for name in ("scenario", *keys)}
    table = table.astype(kinds)
    table.attrs = {"scenarios": {id: dict(result.attrs) for id, result in results.items()}}
    return table
