"""Questions to a fitted map: what matters most, and what an initiative must achieve to earn its cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.initiatives import still_to_pay
from bsclib.model.random import generator
from bsclib.scenarios.amounts import is_amount
from bsclib.scenarios.changes import InitiativeStart, pushes, read_intervention
from bsclib.scenarios.definition import change_text, read_change
from bsclib.scenarios.fitting import FittedMap
from bsclib.scenarios.limited_scale import keep_inside
from bsclib.scenarios.path_scores import effective_weights, kpi_scores, node_scores
from bsclib.scenarios.paths import SEED, Drawn, Seed, draw_baseline, draw_equations, effect_paths
from bsclib.scenarios.projection import check_band_draws, quantiles

DRIVERS = ["kpi", "change", "effect", "low", "high", "through", "goal", "horizon"]
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
    horizon, draws, rng
        As for `project`; the goal is looked at in the last month.

    Returns
    -------
    DataFrame
        A row for each KPI that has actuals, the largest effect first: `kpi`, `change` (as `project` takes it), `effect`
        with `low` and `high` (median, 5 and 95 % of what it does to the goal, in the KPI's unit or in points of score),
        and `through`: of a KPI the strongest path to it, of a score the KPIs whose scores carry the effect, the one
        that carries most first. `goal` (its id) and `horizon` are the same in every row. A KPI whose latest actual is 0
        has no 10 %, and is left out.

    Raises
    ------
    UnknownNameError, BscError
        When nothing is called like the goal; when `by` is no change.

    Examples
    --------
    >>> from bsclib import fit_map, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> drivers(fit, "csat", horizon=12, draws=300).set_index("kpi").loc["mttr", ["change", "through"]].tolist()
    ['-10%', 'mttr, sla-met, csat']
    """
    card, names = fit.scorecard, list(fit.scorecard.names)
    if goal is not None and goal not in names:
        raise UnknownNameError(unknown("KPI, objective or perspective", goal, names, "goal"))
    node = names.index(goal or card.id)
    said = change_text(by)
    if read_change(said).kind == "level":
        raise BscError(Fault("by", "a level is no size", got=said, fix="write +10% or +3"))
    size = said.lstrip("+-")
    draws, rng = check_band_draws(draws), generator(rng, SEED)
    read_intervention(fit, None, None, horizon)
    drawn = draw_equations(fit, draws, rng)
    base = draw_baseline(fit, drawn, horizon, rng)
    rows = []
    for k, kpi in enumerate(card.kpis):
        way = _good_way(fit, k)
        if not way or (size.endswith("%") and fit.latest[k] == 0):
            continue
        change = f"{way}{size}"
        pushed = pushes(fit, read_intervention(fit, {kpi.id: change}, None, horizon), draws, rng)
        moved = effect_paths(fit, drawn, pushed, horizon)
        effect, through = _on_goal(fit, drawn, base, moved, node, k)
        low, middle, high = (float(one) for one in quantiles(effect))
        rows.append((kpi.id, change, middle, low, high, ", ".join(card.kpis[at].id for at in through)))
    table = pd.DataFrame([(*row, names[node], horizon) for row in rows], columns=DRIVERS)
    return table.sort_values("effect", key=np.abs, ascending=False, kind="stable", ignore_index=True)


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
    before, after = base[-1:].copy(), base[-1:].copy()
    for k, path in moved.items():
        after[:, k] += path[-1:]
    for values in (before, after):
        keep_inside(fit, values)
    if node >= above:
        return (after - before)[0, node - above], _strongest(fit, drawn, moved, start, node - above)
    change = (node_scores(card, after, last) - node_scores(card, before, last))[0]
    shares = effective_weights(card, ~np.isnan(base[-1:, :, 0]), last)[0, node]
    part = np.nan_to_num(shares) * np.nan_to_num(change[above:].mean(axis=1))
    large = np.abs(part) > LEAST_PART * np.abs(part).sum()
    return change[node], [int(k) for k in np.argsort(-np.abs(part), kind="stable") if large[k]]


def _strongest(fit: FittedMap, drawn: Drawn, moved: Paths, start: int, end: int) -> list[int]:
    """The KPIs on the way from one to another, at each step back the cause that moves it most."""
    way = [end]
    while way[0] != start:
        pulls = {
            int(cause): abs(float((drawn.by[way[0]][n] * moved[int(cause)][-1]).mean()))
            for n, cause in enumerate(fit.equations[way[0]].causes)
            if int(cause) in moved and int(cause) not in way
        }
        if not pulls:
            return []
        way.insert(0, max(pulls, key=lambda cause: pulls[cause]))
    return way


def break_even(
    fit: FittedMap,
    initiative: str | Sequence[str],
    worth: float,
    horizon: int = 24,
    draws: int = 2_000,
    rng: Seed = None,
) -> pd.DataFrame:
    """The smallest share of its planned changes at which an initiative earns what it still costs within the horizon.

    Parameters
    ----------
    fit : FittedMap
    initiative : str or sequence of str
        One, or several that are paid for together; none of these begins before what it waits for has ended.
    worth : float
        What a point of the scorecard's score is worth for a year, in the money of its cost.
    horizon, draws, rng
        As for `drivers`.

    Returns
    -------
    DataFrame
        One row: `initiative` (of several all ids, with commas between them), `still_to_pay`, `earned` (what it still
        earns as planned, on average over the draws), `share` (1 is as planned; infinite where ten times its plan would
        not do), and `low` and `high`: the share that would do in a good case (one draw in twenty is better) and in a
        bad one (one in twenty is worse).

    Raises
    ------
    UnknownNameError, BscError
        When there is no such initiative, or none; when a point is worth nothing.

    Notes
    -----
    Every change is scaled by the share; delay, ramp and chance stay. What is earned is the effect on the scorecard's
    score, added up over the months, over 12, times what a point is worth. Of an initiative that has begun,
    what is still to pay is set against what is still to come, as `allocate` does: money that is spent decides nothing.

    Examples
    --------
    >>> from bsclib import fit_map, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> row = break_even(fit, "academy", worth=100_000, draws=500).iloc[0]
    >>> bool(row["low"] < row["share"] < row["high"])
    True
    """
    if not is_amount(worth) or worth == 0:
        raise BscError(Fault("worth", "a point has to be worth something", got=repr(worth)[:80], allowed="above 0"))
    given = read_intervention(fit, None, initiative, horizon).starts
    if not given:
        raise BscError(Fault("initiative", "none is named", fix="name one or more"))
    begins = _begins(given)
    asked = read_intervention(fit, None, {id: periods.period_of(month) for id, month in begins.items()}, horizon)
    draws, rng = check_band_draws(draws), generator(rng, SEED)
    drawn = draw_equations(fit, draws, rng)
    base = draw_baseline(fit, drawn, horizon, rng)
    planned = effect_paths(fit, drawn, pushes(fit, asked, draws, rng), horizon)
    shares = SHARES.astype(np.float32)
    points = [_points(fit, base, {k: share * path for k, path in planned.items()}) for share in shares]
    earned = np.stack(points) * worth / 12
    cost = sum(still_to_pay(one.initiative, fit.month + 1, one.start) for one in asked.starts)
    mean = earned.mean(axis=1)
    low, _, high = quantiles(earned)
    enough = [_enough(one, cost) for one in (mean, high, low)]
    row = (", ".join(begins), cost, float(np.interp(1.0, SHARES, mean)), *enough)
    return pd.DataFrame([row], columns=["initiative", "still_to_pay", "earned", "share", "low", "high"])


def _begins(given: Sequence[InitiativeStart]) -> dict[str, int]:
    """The month in which each begins: as planned, and when all that it waits for has ended."""
    plans = {one.initiative.id: one for one in given}

    def begin(id: str) -> int:
        before = [earlier for earlier in plans[id].initiative.after if earlier in plans]
        ends = [begin(earlier) + plans[earlier].initiative.months for earlier in before]
        return max([plans[id].start, *ends])

    return {id: begin(id) for id in plans}


def _points(fit: FittedMap, base: np.ndarray, moved: Paths) -> np.ndarray:
    """What is done to the scorecard's score, added up over the months (draws,)."""
    months = fit.month + 1 + np.arange(len(base))
    shares = effective_weights(fit.scorecard, ~np.isnan(base[:, :, 0]), months)[:, 0]
    total = np.zeros(base.shape[2])
    for k, effect in moved.items():
        if np.isfinite(fit.latest[k]):
            both = np.stack([base[:, k], base[:, k] + effect], axis=1)
            keep_inside(fit, both, [k, k])
            before, after = (kpi_scores(fit.scorecard.kpis[k], both[:, n], months) for n in (0, 1))
            total += (shares[:, k, None] * (after - before)).sum(axis=0)
    return total


def _enough(earned: np.ndarray, cost: float) -> float:
    """The first of `SHARES` at which the cost is earned, straight lines between them."""
    enough = np.flatnonzero(earned >= cost)
    if not len(enough) or not enough[0]:
        return 0.0 if len(enough) else math.inf
    at = int(enough[0])
    part = (cost - earned[at - 1]) / (earned[at] - earned[at - 1])
    return float(SHARES[at - 1] + part * (SHARES[at] - SHARES[at - 1]))
