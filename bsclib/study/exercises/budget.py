"""Exercises on what an initiative is worth, what to do with a budget, and why the best of many disappoints."""

from __future__ import annotations

import math
from itertools import combinations

from scipy.integrate import quad
from scipy.stats import norm

from bsclib.model.initiatives import still_to_pay
from bsclib.scenarios import questions as scenarios
from bsclib.study.answers import Names, Number
from bsclib.study.exercises.case import Case, by_row, names_of, plain, typed
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import phrases
from bsclib.wording import listed, money

MOST = 8
"""Initiatives among which a budget is spent by hand."""
WORTH, HORIZON, DRAWS = 100_000.0, 24, 200
"""By which the lesson's table of shares is made."""
OPTIONS = 10
NOISE = 2.0
CLEAR = 0.02
"""By how much, of its points, a set leads clearly; two that are nearer are equally good."""
ENOUGH = 3
"""Initiatives in a set that nobody finds at a glance."""


SLIPS = "in_table by_earned upside_down may_fail points price"


@exercise("initiative cost gain worth", slips=SLIPS, nothing="no_gain")
def break_even(case: Case) -> Facts:
    """Which share of its planned effect pays for an initiative."""
    points = need(case.gains, "no_gain")
    id = max(points, key=lambda id: points[id])
    initiative = next(one for one in case.scorecard.initiatives if one.id == id)
    cost, gain = still_to_pay(initiative, case.fit.month + 1), points[id]
    worth = typed(cost / (0.6 * gain), 2)
    right = cost / (gain * worth)
    there = scenarios.break_even(case.fit, id, WORTH, HORIZON, DRAWS).iloc[0]
    return Facts(
        Number(right, within=0.01, unit="share"),
        code=f"cost, gain, worth = {cost!r}, {gain!r}, {worth!r}\nanswer = cost / (gain * worth)",
        names={"initiative": case.called(initiative), "cost": money(cost), "gain": plain(gain), "worth": money(worth)},
        slips={
            "in_table": float(there["share"]),
            "by_earned": cost / float(there["earned"]) if there["earned"] > 0 else math.inf,
            "upside_down": 1 / right,
            "may_fail": 1 - right,
            "points": cost / worth,
            "price": cost / gain,
        },
        given=(
            ("what", "value"),
            ("still to pay", money(cost)),
            ("points, as planned", plain(gain)),
            ("worth of a point for a year", money(worth)),
        ),
    )


Waits = dict[str, frozenset[str]]
"""For each initiative, those of the table that have to come before it."""


def _sets(points: dict[str, float], costs: dict[str, float], budget: float, waits: Waits) -> list[frozenset[str]]:
    """The sets that the budget buys and in which nothing waits in vain, the one with most points first."""
    every = (frozenset(some) for many in range(len(points) + 1) for some in combinations(points, many))
    sets = [some for some in every if sum(costs[id] for id in some) <= budget]
    allowed = [some for some in sets if all(waits[id] <= some for id in some)]
    return sorted(allowed, key=lambda some: -_sum(points, some))


def _sum(points: dict[str, float], some: frozenset[str]) -> float:
    return round(sum(points[id] for id in some), 6)


def _greedy(order: list[str], costs: dict[str, float], budget: float) -> frozenset[str]:
    taken: list[str] = []
    for id in order:
        if sum(costs[part] for part in [*taken, id]) <= budget:
            taken.append(id)
    return frozenset(taken)


@exercise(
    "budget waiting", slips="spent value_first largest_first cheapest_first alone all", nothing="too_few no_budget"
)
def best_set(case: Case) -> Facts:
    """The best set of initiatives within a budget, where some have to wait for others."""
    points = dict(list(case.gains.items())[:MOST])
    need(len(points) >= 3, "too_few")
    works = {one.id: one for one in case.scorecard.initiatives if one.id in points}
    costs = {id: still_to_pay(work, case.fit.month + 1) for id, work in works.items()}
    whole = {id: work.cost for id, work in works.items()}
    over = {id: whole[id] - costs[id] for id in works}
    waits = {id: frozenset(work.after) & points.keys() for id, work in works.items()}
    by_value = sorted(points, key=lambda id: -points[id] / costs[id])
    by_points = sorted(points, key=lambda id: -points[id])
    asked: tuple[tuple[bool, int, bool, int], float, frozenset[str], list[frozenset[str]]] | None = None
    sets = (chosen for size in range(1, len(points)) for chosen in combinations(costs, size))
    for budget in sorted({sum(costs[id] for id in chosen) for chosen in sets}):
        best, second, *_ = [*_sets(points, costs, budget, waits), frozenset[str](), frozenset[str]()]
        lead = _sum(points, best) - _sum(points, second)
        tricks = [_greedy(order, costs, budget) for order in (by_value, by_points)]
        tricks.append(_sets(points, whole, budget, waits)[0])  # as if nothing were spent
        misled = sum(trick != best for trick in tricks)
        rank = lead >= CLEAR * _sum(points, best), misled, by_points[0] in best, min(len(best), ENOUGH)
        if lead > 0 and len(best) > 1 and (asked is None or rank > asked[0]):
            asked = rank, budget, best, tricks
    _, budget, right, (value, largest, unspent) = need(asked, "no_budget")
    free = _sets(points, costs, budget, dict.fromkeys(points, frozenset()))[0]
    of = names_of(works.values())
    first = {id: listed(of[one] for one in sorted(waits[id])) or "–" for id in works}
    heads = ["number", "initiative", "cost", *(["spent by now"] if any(over.values()) else [])]
    heads += ["points", *(["waits for"] if any(waits.values()) else [])]
    told = {"number": list(by_row(works)), "initiative": of.values(), "cost": map(money, whole.values())}
    told |= {"spent by now": map(money, over.values()), "points": (plain(points[id]) for id in works)}
    rows = zip(*({**told, "waits for": first.values()}[head] for head in heads), strict=True)
    due = {id: costs[id] + sum(costs[one] for one in waits[id]) for id in works}
    why = {
        id: f"Alone it adds {plain(points[id])} for the {money(costs[id])} that are still to pay. What else would that "
        "money buy?"
        if due[id] <= budget
        else f"{money(due[id])} are to pay for it{' and what it waits for' if waits[id] else ''}, more than there is."
        for id in works
        if id not in right
    }
    return Facts(
        Names(
            right,
            of=of,
            kind="initiative of the table",
            also=by_row(works),
            why=why,
            ask=phrases()["money_left"],
        ),
        code=(
            "from itertools import combinations\n\n"
            f"points = {points!r}\ncosts = {costs!r}\n"
            f"waits = { {id: sorted(ones) for id, ones in waits.items()}!r}\n"
            "sets = [some for n in range(1, len(points) + 1) for some in combinations(points, n)]\n"
            f"paid = [some for some in sets if sum(costs[id] for id in some) <= {budget!r}]\n"
            "allowed = [some for some in paid if all(set(waits[id]) <= set(some) for id in some)]\n"
            "answer = list(max(allowed, key=lambda some: sum(points[id] for id in some)))"
        ),
        names={"budget": money(budget), "waiting": phrases()["waits"] if any(waits.values()) else ""},
        slips={
            "spent": unspent if unspent != right else frozenset[str](),
            "alone": free if free != right else frozenset[str](),
            "value_first": value,
            "largest_first": largest,
            "cheapest_first": _greedy(sorted(points, key=lambda id: costs[id]), costs, budget),
            "all": frozenset(points),
        },
        given=(tuple(heads), *rows),
    )


@exercise("count noise", slips="unseen single mean too_much")
def luck(case: Case) -> Facts:
    """By how much the best of many looks better than it is."""
    options = len(case.scorecard.initiatives) if len(case.scorecard.initiatives) > 2 else OPTIONS
    right = NOISE * best_of(options)
    return Facts(
        Number(right, within=0.05 * right),
        code=(
            "import numpy as np\n\n"
            f"estimates = np.random.default_rng(1).normal(0, {NOISE}, size=(200_000, {options}))\n"
            "answer = estimates.max(axis=1).mean()"
        ),
        names={"count": options, "noise": f"{NOISE:g}"},
        slips={"unseen": 0.0, "single": NOISE, "mean": NOISE / options**0.5, "too_much": 2 * NOISE},
    )


def best_of(many: int) -> float:
    """The mean of the highest of so many independent standard normal numbers."""
    return float(quad(lambda x: x * many * norm.pdf(x) * norm.cdf(x) ** (many - 1), -10, 10)[0])
