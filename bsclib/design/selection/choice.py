"""The best set of KPIs within constraints, and what each constraint costs.

A few KPIs steer, many distract. Which few is a question of what each is worth and of constraints: so many in all, so
many a perspective, drivers beside results, a budget for collecting, never two that say the same. The best set is found
exactly, and found again with each constraint loosened by one: a constraint that costs much is one to talk about.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import numpy as np
import pandas as pd

from bsclib.design.selection.constraints import (
    Constraint,
    Numbers,
    kpi_names,
    loosen,
    read_constraints,
    read_ids,
    read_numbers,
)
from bsclib.errors import BscError, Fault
from bsclib.model.nouns import Scorecard

PRICES = ["constraint", "bound", "loosened", "step", "value", "gain", "enters", "leaves"]
_SAME = 1e-7
"""Totals of worth that differ by less than this share of the greatest worth count as equal."""
_SCALE = 1000.0
_CHUNK = 12


@dataclass(frozen=True, eq=False)
class Selection:
    """A chosen set of KPIs."""

    chosen: list[str]
    value: float
    cost: float
    _priced: Callable[[], pd.DataFrame] = field(repr=False)

    @cached_property
    def prices(self) -> pd.DataFrame:
        """What each constraint costs; worked out when it is asked for, as that solves the task again for each."""
        return self._priced()


def choose(
    worth: Numbers,
    scorecard: Scorecard,
    *,
    at_most: int | None = None,
    at_least: int | Mapping[str, int] | None = None,
    leading: tuple[float, float] | None = None,
    budget: float | None = None,
    cost: Numbers | None = None,
    apart: Iterable[tuple[str, str]] = (),
    keep: Iterable[str] = (),
    leave: Iterable[str] = (),
) -> Selection:
    """Choose the KPIs that are worth most together, within constraints.

    Parameters
    ----------
    worth : mapping of str to float, or Series
        What each KPI of the scorecard is worth, in any unit; more is better. KPIs in `leave` need none.
    scorecard : Scorecard
        Its KPIs are the candidates.
    at_most : int, optional
        KPIs in all.
    at_least : int or mapping of str to int, optional
        KPIs in every perspective, or in each that is named.
    leading : tuple of float, optional
        The lowest and the highest share of leading KPIs among those chosen, 0 to 1.
    budget : float, optional
        What collecting them may cost in all.
    cost : mapping of str to float, or Series, optional
        What collecting each costs, 0 or more; needed for a budget.
    apart : iterable of pairs of str
        KPIs of which only one may be chosen, such as `redundant_pairs` gives.
    keep, leave : iterable of str
        KPIs that must be chosen, and that must not.

    Returns
    -------
    Selection
        `chosen`: the KPIs, in the scorecard's order; their `value` and their `cost` (0 when none was given) together;
        `prices`, a row a constraint: `constraint`, in words; its `bound`, what it is `loosened` to and by which `step`;
        the `value` of the best set then, the `gain`, and the KPIs that enter and leave (`enters`, `leaves`: ids joined
        by commas).

    Raises
    ------
    BscError
        When no set keeps all constraints: the message names some that clash, none of which could be spared, and how far
        each would have to be loosened. Also when a worth or a cost is missing, infinite, or a cost is negative.
    UnknownNameError
        When a KPI or a perspective is not in the scorecard.

    Notes
    -----
    Maximise ``sum worth x`` over x in {0, 1}, an integer linear program; scipy's `milp` (HiGHS [1]_) solves it to the
    end. The share of leading KPIs is linear too: ``sum leading x >= low sum x``. Of sets of equal worth the smallest is
    chosen, and of these the one whose KPIs come first in the scorecard; of equals with a constraint loosened, the one
    that differs least. Worths need not be positive: a KPI worth less than nothing is chosen only to keep a constraint.

    A constraint's price is the gain when it alone is loosened: by one KPI; a share by one leading KPI among as many as
    are chosen; the budget by the cost of the cheapest KPI that is left out; a KPI that must be kept or left out is
    freed. A constraint that does not bind may have a price all the same, and prices of several do not add up.

    Constraints clash when no set keeps them all while any of them could be spared for the others. Such a group is found
    by leaving out one constraint after the other for as long as the rest still clash, the deletion filter [2]_; once
    from the first, once from the last, the smaller group is named.

    References
    ----------
    .. [1] Huangfu, Hall (2018), Parallelizing the dual revised simplex method, Mathematical Programming Computation 10.
    .. [2] Chinneck, Dravnieks (1991), Locating minimal infeasible constraint sets in linear programs, ORSA Journal on
       Computing 3.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> card = read_scorecard("meridian")
    >>> worth = {kpi.id: 3 + (kpi.role == "leading") for kpi in card.kpis} | {"mttr": 5, "csat": 5, "sla-met": 4}
    >>> best = choose(worth, card, at_most=6, at_least=1, apart=[("mttr", "sla-met")])
    >>> best.chosen, best.value
    (['budget-variance', 'csat', 'mttr', 'patch-latency', 'training-hours', 'automation-coverage'], 25.0)
    >>> print(best.prices.loc[0, ["constraint", "loosened", "gain", "enters"]].to_string())
    constraint    at most 6 KPIs
    loosened                 7.0
    gain                     4.0
    enters            engagement
    """
    leave = read_ids("leave", leave)
    values = read_numbers("worth", worth, scorecard, leave)
    costs = _read_cost(cost, budget, scorecard, leave)
    priced = np.nan_to_num(costs)
    constraints = read_constraints(scorecard, at_most, at_least, leading, budget, priced, apart, keep, leave)
    ids = [kpi.id for kpi in scorecard.kpis]
    task = _Task(np.nan_to_num(values), constraints)
    best = task.best(task.aim)
    if best is None:
        raise BscError(_clash(task))
    chosen = task.settle(best)
    picked = [id for id, taken in zip(ids, chosen, strict=True) if taken]
    priced = partial(_prices, task, chosen, values, costs, ids, kpi_names(scorecard))
    return Selection(picked, float(values[chosen].sum()), float(costs[chosen].sum()), priced)


def _read_cost(cost: Numbers | None, budget: float | None, scorecard: Scorecard, leave: list[str]) -> np.ndarray:
    if cost is None:
        if budget is not None:
            raise BscError(Fault("cost", "a budget needs the cost of each KPI", fix="give cost, or leave budget out"))
        return np.zeros(len(scorecard.kpis))
    costs = read_numbers("cost", cost, scorecard, leave)
    faults = [
        Fault("cost", f"that of KPI {kpi.id!r} is negative", got=f"{value:g}", allowed="0 or more")
        for kpi, value in zip(scorecard.kpis, costs, strict=True)
        if value < 0
    ]
    if faults:
        raise BscError(faults)
    return costs


@dataclass(frozen=True, eq=False)
class _Task:
    """Worths and constraints, scaled so that the solver's tolerances mean the same whatever they are measured in."""

    worth: np.ndarray
    constraints: Sequence[Constraint]

    def but(self, place: int, constraint: Constraint | None = None) -> _Task:
        """The same with one constraint replaced, or without it."""
        instead = [constraint] if constraint else []
        return replace(self, constraints=[*self.constraints[:place], *instead, *self.constraints[place + 1 :]])

    @property
    def aim(self) -> np.ndarray:
        """Worths on the solver's scale."""
        return _SCALE * self.worth / (float(np.abs(self.worth).max(initial=0.0)) or 1.0)

    def settle(self, best: np.ndarray, near: np.ndarray | None = None) -> np.ndarray:
        """Of the sets that are worth as much: the fewest KPIs, or the nearest to a set, then those that come first."""
        rows = [(self.aim, float(self.aim @ best) - _SCALE * _SAME, math.inf)]
        moved = np.ones(len(best)) if near is None else np.where(near, -1.0, 1.0)
        for row in (-moved, *_in_order(len(best))):
            preferred = self.best(row, rows)
            best = best if preferred is None else preferred
            rows.append((row, float(row @ best) - 0.5, math.inf))
        return best

    def best(self, aim: np.ndarray, more: Sequence[tuple[np.ndarray, float, float]] = ()) -> np.ndarray | None:
        """Which KPIs make ``aim @ x`` greatest within the constraints and further rows; None when no set keeps them."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        rows, within = [*more], []
        for constraint in self.constraints:
            size = float(np.abs(constraint.row).max(initial=0.0)) or 1.0
            factor = _SCALE / size if constraint.kind == "budget" else 1.0
            rows.append((constraint.row * factor, constraint.low * factor, constraint.high * factor))
        if rows:
            matrix, low, high = zip(*rows, strict=True)
            within = [LinearConstraint(np.stack(matrix), low, high)]
        options = {"mip_rel_gap": 0}
        done = milp(-aim, integrality=np.ones(len(aim)), bounds=Bounds(0, 1), constraints=within, options=options)
        return None if done.x is None else np.round(done.x).astype(bool)


def _in_order(count: int) -> list[np.ndarray]:
    """Rows that, one after the other, prefer what comes first: powers of two, few enough at a time to stay exact."""
    chunk, place = np.divmod(np.arange(count)[::-1], _CHUNK)
    return [np.where(chunk == at, 2.0**place, 0.0) for at in np.unique(chunk)[::-1]]


def _prices(
    task: _Task, chosen: np.ndarray, worth: np.ndarray, cost: np.ndarray, ids: Sequence[str], names: Sequence[str]
) -> pd.DataFrame:
    value = float(worth[chosen].sum())
    size = float(np.nan_to_num(np.abs(worth)).max(initial=0.0))
    barred = [constraint.row > 0 for constraint in task.constraints if constraint.kind == "leave"]
    left = np.any(barred or [chosen & False], axis=0)
    rows = []
    for place, constraint in enumerate(task.constraints):
        looser, step = loosen(constraint, chosen, np.nan_to_num(cost), names, left)
        head = constraint.words, constraint.bound, looser.bound, step
        freed = constraint.row > 0
        if constraint.kind == "leave" and np.isnan([worth[freed], cost[freed]]).any():
            rows.append((*head[:3], "it has no worth or no cost, so there is no price", math.nan, math.nan, "", ""))
            continue
        wider = task.but(place, looser)
        best = wider.best(task.aim)
        gain = 0.0 if best is None else float(worth[best].sum()) - value
        if best is None or gain <= _SAME * size:
            rows.append((*head, value, 0.0, "", ""))
            continue
        best = wider.settle(best, near=chosen)
        enters, leaves = (
            ", ".join(id for id, moved in zip(ids, some, strict=True) if moved)
            for some in (best & ~chosen, chosen & ~best)
        )
        rows.append((*head, float(worth[best].sum()), float(worth[best].sum()) - value, enters, leaves))
    return pd.DataFrame(rows, columns=PRICES).astype(dict.fromkeys(["bound", "loosened", "value", "gain"], float))


def _clash(task: _Task) -> Fault:
    """The constraints that clash, in words, and how far one of them would have to be loosened."""
    clashing = min(_filtered(task, 1), _filtered(task, -1), key=len)
    words = "; ".join(task.constraints[place].words for place in clashing)
    kept = "all constraints; these clash" if len(clashing) > 1 else "this"
    ways, more = [way for place in clashing if (way := _way_out(task, place))], ""
    if not ways:
        alone = replace(task, constraints=[task.constraints[place] for place in clashing])
        ways = [way for place in range(len(clashing)) if (way := _way_out(alone, place))]
        more = "; that is not enough, for other constraints clash as well"
    return Fault("choose", f"no choice keeps {kept}: {words}", fix=", or ".join(ways) + more)


def _filtered(task: _Task, way: int) -> list[int]:
    # The deletion filter of Chinneck and Dravnieks (1991): what can be spared while the rest still clash is left out.
    kept = list(range(len(task.constraints)))
    for place in kept[::way]:
        fewer = [at for at in kept if at != place]
        if replace(task, constraints=[task.constraints[at] for at in fewer]).best(0 * task.worth) is None:
            kept = fewer
    return kept


def _way_out(task: _Task, place: int) -> str:
    """How one constraint alone would have to be loosened for a choice to be possible; empty when that is not enough."""
    constraint, others = task.constraints[place], task.but(place)
    if constraint.kind in ("leading_low", "leading_high"):
        return _share_out(constraint, others)
    sign = -1 if math.isfinite(constraint.high) else 1
    nearest = others.best(sign * constraint.row / (np.abs(constraint.row).max() or 1.0))
    if nearest is None:
        return ""
    needed = float(constraint.row @ nearest)
    return {
        "at_most": f"allow {needed:.0f} KPIs",
        "at_least": f"be content with {needed:.0f} in {constraint.where}",
        "budget": f"raise the budget to {needed:.10g}",
    }.get(constraint.kind, f"drop “{constraint.words}”")


def _share_out(constraint: Constraint, others: _Task) -> str:
    """The share of leading KPIs nearest to the constraint that some choice has."""
    lower = constraint.kind == "leading_low"
    leads = np.round(constraint.row + constraint.bound)
    shares = []
    for size in range(1, len(leads) + 1):
        extreme = others.best(leads if lower else -leads, [(np.ones(len(leads)), size, size)])
        if extreme is not None:
            shares.append(100 * float(leads @ extreme) / size)
    if not shares:
        return ""
    return f"be content with {max(shares):.3g} % leading KPIs" if lower else f"allow {min(shares):.3g} % leading KPIs"
