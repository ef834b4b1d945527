"""What a schedule of initiatives must keep to, in rows and in words, and what clashes when none can.

Time is cut into periods of so many months; an initiative starts with a period's first month. It spends its cost evenly
over its months, and binds its people in each of them. What has begun goes on at once, with what is left of it, or
stops; what has ended is not chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bsclib.errors import Fault
from bsclib.model import periods
from bsclib.model.initiatives import Initiative, months_left, still_to_pay
from bsclib.scenarios.schedule import Constraint, constraint_rows
from bsclib.wording import counted


@dataclass(frozen=True)
class Calendar:
    """The months ahead in periods."""

    every: int
    horizon: int
    first: int | None = None  # the first month ahead, counted from the year 0; without it nothing has begun

    def left(self, plan: Initiative) -> int:
        """Months that an initiative still runs, from the first month ahead on."""
        return plan.months if self.first is None else months_left(plan, self.first)

    def cost(self, plan: Initiative) -> float:
        """What is still to pay of an initiative."""
        return plan.cost if self.first is None else still_to_pay(plan, self.first)

    def begun(self, plan: Initiative) -> int | None:
        """The month in which an initiative has begun; None for one that has not."""
        begins = periods.span(plan.start)[0] if plan.start else None
        return None if begins is None or self.first is None or begins >= self.first else begins

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
    runs = [calendar.runs(calendar.left(plan)) for plan in initiatives]
    money = [
        calendar.cost(plan) / max(calendar.left(plan), 1) * months
        for plan, months in zip(initiatives, runs, strict=True)
    ]
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
        left = calendar.left(initiative)
        if calendar.begun(initiative) is not None:
            words = f"{initiative.id} {'has begun, so it goes on at once or stops' if left else 'has ended'}"
            later = own[a] * (np.arange(calendar.periods) >= bool(left))
            constraints.append(Constraint("begun", words, _flat(later), np.zeros(1)))
        late = own[a] * ~calendar.ends_by(left)
        if late.any():
            takes, within = counted(left, "month"), counted(calendar.horizon, "month")
            words = f"{initiative.id} takes {takes} and has to end within {within}"
            constraints.append(Constraint("ends", words, _flat(late), np.zeros(1)))
        for earlier in initiative.after:
            if months := calendar.left(initiatives[place[earlier]]):
                rows, words = _after(own, a, place[earlier], months, calendar), f"{initiative.id} comes after {earlier}"
                constraints.append(Constraint("after", words, rows, np.zeros(len(rows))))
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
        "begun": "",
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
