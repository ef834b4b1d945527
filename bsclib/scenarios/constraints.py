"""What a schedule of initiatives must keep to, in rows and in words, and what clashes when none can.

Time is cut into periods of so many months; an initiative starts with a period's first month. It spends its cost evenly
over its months, and binds its people in each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bsclib.errors import Fault
from bsclib.model.nouns import Initiative
from bsclib.scenarios.schedule import Wish, kept


@dataclass(frozen=True)
class Calendar:
    """The months ahead in periods.

    Parameters
    ----------
    every : int
        Months of a period; the last one may be shorter.
    horizon : int
        Months in all.
    """

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


def spending(initiatives: Sequence[Initiative], calendar: Calendar) -> np.ndarray:
    """The money that each initiative spends (initiatives, starts, periods)."""
    return np.array([one.cost / one.months * calendar.runs(one.months) for one in initiatives]).reshape(
        -1, calendar.periods, calendar.periods
    )


def binding(initiatives: Sequence[Initiative], calendar: Calendar) -> np.ndarray:
    """The people that each initiative binds at a time (initiatives, starts, periods)."""
    return np.array([one.people * (calendar.runs(one.months) > 0) for one in initiatives]).reshape(
        -1, calendar.periods, calendar.periods
    )


def wishes_of(
    initiatives: Sequence[Initiative],
    calendar: Calendar,
    budget: np.ndarray,
    people: np.ndarray | None,
    must: Sequence[str],
    leave: Sequence[str],
) -> list[Wish]:
    """Everything that a schedule must keep to.

    Parameters
    ----------
    initiatives : sequence of Initiative
    calendar : Calendar
    budget : array (periods,)
        Money.
    people : array (periods,), optional
        No limit when left out.
    must, leave : sequence of str
        Ids that must be chosen, and that must not.
    """
    count = len(initiatives)
    place = {one.id: a for a, one in enumerate(initiatives)}
    own = np.kron(np.eye(count), np.ones(calendar.periods)).reshape(count, count, calendar.periods)
    found = [Wish("must", f"choose {id}", -_flat(own[place[id]]), np.array([-1.0])) for id in must]
    found += [Wish("leave", f"leave out {id}", _flat(own[place[id]]), np.zeros(1)) for id in leave]
    for a, one in enumerate(initiatives):
        late = own[a] * ~calendar.ends_by(one.months)
        if late.any():
            words = f"{one.id} takes {_months(one.months)} and has to end within {_months(calendar.horizon)}"
            found.append(Wish("ends", words, _flat(late), np.zeros(1)))
        for earlier in one.after:
            rows = _after(own, a, place[earlier], initiatives[place[earlier]].months, calendar)
            found.append(Wish("after", f"{one.id} comes after {earlier}", rows, np.zeros(len(rows))))
    money = spending(initiatives, calendar).transpose(2, 0, 1).reshape(calendar.periods, -1)
    found.append(Wish("budget", f"a budget of {_amounts(budget)} a period", money, budget))
    if people is not None:
        bound = binding(initiatives, calendar).transpose(2, 0, 1).reshape(calendar.periods, -1)
        found.append(Wish("people", f"{_amounts(people)} people a period", bound, people))
    return found


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


def _months(count: int) -> str:
    return f"{count} month{'s' if count != 1 else ''}"


# ------------------------------------------------------------------------------------------------------------- clashes


def clash(wishes: Sequence[Wish], shape: tuple[int, int], horizon: int) -> Fault:
    """The wishes that clash, none of which could be spared, and how far one of them would have to give way.

    Such a group is found by leaving out one wish after the other for as long as the rest still clash, the deletion
    filter [1]_; once from the first, once from the last, the smaller group is named.

    References
    ----------
    .. [1] Chinneck, Dravnieks (1991), Locating minimal infeasible constraint sets in linear programs, ORSA Journal on
       Computing 3.
    """
    found = min(_filtered(wishes, shape, 1), _filtered(wishes, shape, -1), key=len)
    words = "; ".join(one.words for one in found)
    what = f"no schedule keeps {'all wishes; these clash' if len(found) > 1 else 'this'}: {words}"
    ways, more = [way for one in found if (way := _way_out(one, wishes, shape, horizon))], ""
    if not ways:
        ways = [way for one in found if (way := _way_out(one, found, shape, horizon))]
        more = "; that is not enough, for other wishes clash as well"
    return Fault("allocate", what, fix=", or ".join(ways) + more)


def possible(wishes: Sequence[Wish], shape: tuple[int, int]) -> bool:
    """Whether some schedule keeps to the wishes."""
    return _stretched(wishes, shape, None) is not None


def _filtered(wishes: Sequence[Wish], shape: tuple[int, int], way: int) -> list[Wish]:
    left = list(wishes)
    for wish in list(wishes)[::way]:
        fewer = [one for one in left if one is not wish]
        if not possible(fewer, shape):
            left = fewer
    return left


def _way_out(wish: Wish, wishes: Sequence[Wish], shape: tuple[int, int], horizon: int) -> str:
    """How one wish alone would have to give way for a schedule to be possible; empty when that is not enough."""
    needed = _stretched(wishes, shape, wish)
    if needed is None:
        return ""
    name = wish.words.split()[-1]
    return {
        "must": f"do without {name}",
        "leave": f"allow {name}",
        "ends": f"look further ahead than {_months(horizon)}",
        "budget": f"raise the budget by {needed:.10g} a period",
        "people": f"find {needed:.10g} more people",
    }.get(wish.kind, f"drop “{wish.words}”")


def _stretched(wishes: Sequence[Wish], shape: tuple[int, int], wish: Wish | None) -> float | None:
    """How much more one wish must allow in each of its rows for a schedule to be possible; None when none is."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows, high = kept(wishes, shape)
    owners: Iterator[bool] = (one is wish for one in wishes for _ in one.high)
    stretch = np.array([*[False] * shape[0], *owners], dtype=float)
    whole = np.append(np.ones(rows.shape[1]), 0.0)
    aim = np.append(np.zeros(rows.shape[1]), 1.0)
    within = LinearConstraint(np.column_stack([rows, -stretch]), -np.inf, high)
    top = np.append(np.ones(rows.shape[1]), np.inf if wish is not None else 0.0)
    done = milp(aim, integrality=whole, bounds=Bounds(0, top), constraints=within, options={"mip_rel_gap": 0.0})
    return None if done.x is None else float(done.fun) * (1.0 if wish is None else wish.size)
