"""What a schedule of initiatives must keep to, in rows and in words, and what clashes when none can.

Time is cut into periods of so many months; an initiative starts with a period's first month. It spends its cost evenly
over its months, and binds its people in each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bsclib.errors import Fault
from bsclib.model.initiatives import Initiative
from bsclib.scenarios.schedule import Constraint, constraint_rows
from bsclib.wording import counted


@dataclass(frozen=True)
class Calendar:
    """The months ahead in periods."""

    every: int
    horizon: int

    @property
    def periods(self) -> int:
        """How many periods there are."""
        return -(-self.horizon // self.every)

    def runs(self, months: int) -> np.ndarray:
        """Months that something runs in each period, by the period in which it starts (starts, periods)."""
        edges = np.minimum(np.arange(self.periods + 1) * self.every, self.horizon)
        first = np.arange(self.periods)[:, None] * self.every
        begin, end = np.maximum(edges[:-1], first), np.minimum(edges[1:], first + months)
        return np.maximum(end - begin, 0)

    def ends_by(self, months: int) -> np.ndarray:
        """Whether what starts in a period has ended when the months ahead are over."""
        return np.arange(self.periods) * self.every + months <= self.horizon


def used(initiatives: Sequence[Initiative], calendar: Calendar) -> tuple[np.ndarray, np.ndarray]:
    """The money that each initiative spends, and the people that it binds at a time (initiatives, starts, periods)."""
    runs = [calendar.runs(plan.months) for plan in initiatives]
    money = [plan.cost / plan.months * months for plan, months in zip(initiatives, runs, strict=True)]
    people = [plan.people * (months > 0) for plan, months in zip(initiatives, runs, strict=True)]
    shape = (len(runs), calendar.periods, calendar.periods)
    return np.reshape(money, shape), np.reshape(people, shape)


def schedule_constraints(
    initiatives: Sequence[Initiative],
    calendar: Calendar,
    budget: np.ndarray,
    people: np.ndarray | None,
    must: Sequence[str],
    leave: Sequence[str],
) -> list[Constraint]:
    """Everything that a schedule must keep to."""
    count = len(initiatives)
    place = {initiative.id: a for a, initiative in enumerate(initiatives)}
    own = np.kron(np.eye(count), np.ones(calendar.periods)).reshape(count, count, calendar.periods)
    constraints = [Constraint("must", f"choose {id}", -_flat(own[place[id]]), np.array([-1.0])) for id in must]
    constraints += [Constraint("leave", f"leave out {id}", _flat(own[place[id]]), np.zeros(1)) for id in leave]
    for a, initiative in enumerate(initiatives):
        late = own[a] * ~calendar.ends_by(initiative.months)
        if late.any():
            takes, within = counted(initiative.months, "month"), counted(calendar.horizon, "month")
            words = f"{initiative.id} takes {takes} and has to end within {within}"
            constraints.append(Constraint("ends", words, _flat(late), np.zeros(1)))
        for earlier in initiative.after:
            rows = _after(own, a, place[earlier], initiatives[place[earlier]].months, calendar)
            constraints.append(Constraint("after", f"{initiative.id} comes after {earlier}", rows, np.zeros(len(rows))))
    money, bound = (each.transpose(2, 0, 1).reshape(calendar.periods, -1) for each in used(initiatives, calendar))
    constraints.append(Constraint("budget", f"a budget of {_amounts(budget)} a period", money, budget))
    if people is not None:
        constraints.append(Constraint("people", f"{_amounts(people)} people a period", bound, people))
    return constraints


def _flat(row: np.ndarray) -> np.ndarray:
    return row.reshape(1, -1).astype(float)


def _after(own: np.ndarray, later: int, earlier: int, months: int, calendar: Calendar) -> np.ndarray:
    """What has started by a period needs that the other one has ended when it begins: a row a period."""
    begins = np.arange(calendar.periods) * calendar.every
    rows = [own[later] * (begins <= begin) - own[earlier] * (begins + months <= begin) for begin in begins]
    return np.array(rows).reshape(calendar.periods, -1)


def _amounts(amounts: np.ndarray) -> str:
    several = [f"{amount:.10g}" for amount in amounts]
    return several[0] if len({*several}) == 1 else ", ".join(several)


def infeasibility(constraints: Sequence[Constraint], shape: tuple[int, int], horizon: int) -> Fault:
    """What contradicts itself, with nothing in it that could be spared, and how far one part would have to give way."""
    # An irreducible infeasible subset, found by the deletion filter: leave out one constraint after the other for as
    # long as the rest still clash; once from the first, once from the last, and the smaller subset is named
    # (Chinneck, Dravnieks 1991, Locating minimal infeasible constraint sets in linear programs, ORSA J. Computing 3).
    subset = min(_deletion_filter(constraints, shape, 1), _deletion_filter(constraints, shape, -1), key=len)
    words = "; ".join(one.words for one in subset)
    what = f"no schedule keeps {'all wishes; these clash' if len(subset) > 1 else 'this'}: {words}"
    ways, more = [way for one in subset if (way := _remedy(one, constraints, shape, horizon))], ""
    if not ways:
        ways = [way for one in subset if (way := _remedy(one, subset, shape, horizon))]
        more = "; that is not enough, for other wishes clash as well"
    return Fault("allocate", what, fix=", or ".join(ways) + more)


def feasible(constraints: Sequence[Constraint], shape: tuple[int, int]) -> bool:
    """Whether some schedule keeps to the constraints."""
    return _least_relaxation(constraints, shape, None) is not None


def _deletion_filter(constraints: Sequence[Constraint], shape: tuple[int, int], way: int) -> list[Constraint]:
    left = list(constraints)
    for constraint in list(constraints)[::way]:
        fewer = [one for one in left if one is not constraint]
        if not feasible(fewer, shape):
            left = fewer
    return left


def _remedy(constraint: Constraint, constraints: Sequence[Constraint], shape: tuple[int, int], horizon: int) -> str:
    """How one constraint alone would have to give way for a schedule to be feasible; empty when that is not enough."""
    needed = _least_relaxation(constraints, shape, constraint)
    if needed is None:
        return ""
    name = constraint.words.split()[-1]
    return {
        "must": f"do without {name}",
        "leave": f"allow {name}",
        "ends": f"look further ahead than {counted(horizon, 'month')}",
        "budget": f"raise the budget by {needed:.10g} a period",
        "people": f"find {needed:.10g} more people",
    }.get(constraint.kind, f"drop “{constraint.words}”")


def _least_relaxation(
    constraints: Sequence[Constraint], shape: tuple[int, int], constraint: Constraint | None
) -> float | None:
    """How much more one constraint must allow in each of its rows for a schedule to be feasible; None when none is."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows, high = constraint_rows(constraints, shape)
    owners: Iterator[bool] = (one is constraint for one in constraints for _ in one.high)
    stretch = np.array([*[False] * shape[0], *owners], dtype=float)
    whole = np.append(np.ones(rows.shape[1]), 0.0)
    aim = np.append(np.zeros(rows.shape[1]), 1.0)
    within = LinearConstraint(np.column_stack([rows, -stretch]), -np.inf, high)
    top = np.append(np.ones(rows.shape[1]), np.inf if constraint is not None else 0.0)
    done = milp(aim, integrality=whole, bounds=Bounds(0, top), constraints=within, options={"mip_rel_gap": 0.0})
    return None if done.x is None else float(done.fun) * (1.0 if constraint is None else constraint.size)
