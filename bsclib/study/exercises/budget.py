"""Exercises on what an initiative is worth, what to do with a budget, and why the best of many disappoints."""

from __future__ import annotations

from itertools import combinations

from scipy.integrate import quad
from scipy.stats import norm

from bsclib.study.answers import Names, Number
from bsclib.study.exercises.case import Case, names_of, plain, typed, values_table
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.wording import money

MOST = 8
"""Initiatives among which a budget is spent by hand."""
OPTIONS = 10
NOISE = 2.0


@exercise("initiative cost gain worth", slips="upside_down may_fail points", nothing="no_gain")
def break_even(case: Case) -> Facts:
    """Which share of its planned effect pays for an initiative."""
    points = need(case.gains, "no_gain")
    id = max(points, key=lambda id: points[id])
    initiative = next(one for one in case.scorecard.initiatives if one.id == id)
    cost, gain = initiative.cost, points[id]
    worth = typed(cost / (0.6 * gain), 2)
    right = cost / (gain * worth)
    return Facts(
        Number(right, within=0.01, unit="share"),
        code=f"cost, gain, worth = {cost!r}, {gain!r}, {worth!r}\nanswer = cost / (gain * worth)",
        names={"initiative": case.called(initiative), "cost": money(cost), "gain": plain(gain), "worth": money(worth)},
        slips={"upside_down": 1 / right, "may_fail": 1 - right, "points": cost / worth},
        given=values_table({"cost": cost, "points, as planned": gain, "worth of a point for a year": worth}),
    )


def _best(points: dict[str, float], costs: dict[str, float], budget: float) -> list[frozenset[str]]:
    """The affordable sets with the most points, more than one where they tie."""
    sets = [frozenset(some) for many in range(len(points) + 1) for some in combinations(points, many)]
    sets = [some for some in sets if sum(costs[id] for id in some) <= budget]
    most = max(round(sum(points[id] for id in some), 6) for some in sets)
    return [some for some in sets if round(sum(points[id] for id in some), 6) == most]


def _greedy(order: list[str], costs: dict[str, float], budget: float) -> frozenset[str]:
    taken: list[str] = []
    for id in order:
        if sum(costs[part] for part in [*taken, id]) <= budget:
            taken.append(id)
    return frozenset(taken)


@exercise("budget", slips="value_first largest_first cheapest_first all", nothing="too_few no_budget")
def best_set(case: Case) -> Facts:
    """The best set of initiatives within a budget."""
    points = dict(list(case.gains.items())[:MOST])
    need(len(points) >= 3, "too_few")
    costs = {one.id: one.cost for one in case.scorecard.initiatives if one.id in points}
    by_value = sorted(points, key=lambda id: -points[id] / costs[id])
    by_points = sorted(points, key=lambda id: -points[id])
    asked: tuple[int, float, frozenset[str], list[frozenset[str]]] | None = None
    sets = (chosen for size in range(1, len(points)) for chosen in combinations(costs, size))
    for budget in sorted({sum(costs[id] for id in chosen) for chosen in sets}):
        best = _best(points, costs, budget)
        tricks = [_greedy(order, costs, budget) for order in (by_value, by_points)]
        misled = sum(trick != best[0] for trick in tricks)
        if len(best) == 1 and len(best[0]) > 1 and (asked is None or misled > asked[0]):
            asked = misled, budget, best[0], tricks
    _, budget, right, (value, largest) = need(asked, "no_budget")
    of = names_of(work for work in case.scorecard.initiatives if work.id in points)
    return Facts(
        Names(right, of=of, kind="initiative of the table"),
        code=(
            "from itertools import combinations\n\n"
            f"points = {points!r}\ncosts = {costs!r}\n"
            "sets = [some for n in range(1, len(points) + 1) for some in combinations(points, n)]\n"
            f"allowed = [some for some in sets if sum(costs[id] for id in some) <= {budget!r}]\n"
            "answer = list(max(allowed, key=lambda some: sum(points[id] for id in some)))"
        ),
        names={"budget": money(budget)},
        slips={
            "value_first": value,
            "largest_first": largest,
            "cheapest_first": _greedy(sorted(points, key=lambda id: costs[id]), costs, budget),
            "all": frozenset(points),
        },
        given=(("initiative", "cost", "points"), *((of[id], money(costs[id]), plain(points[id])) for id in points)),
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
