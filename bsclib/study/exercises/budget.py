"""Exercises on what an initiative is worth, what to do with a budget, and why the best of many disappoints."""

from __future__ import annotations

from itertools import combinations

from scipy.integrate import quad
from scipy.stats import norm

from bsclib.study.answers import Names, Number
from bsclib.study.exercises import SHARE, Case, Question, Slip, apart, plain
from bsclib.study.exercises.plans import called

MOST = 8
"""Initiatives among which a budget is spent by hand."""
OPTIONS = 10
NOISE = 2.0


def break_even(case: Case) -> Question | str:
    """Which share of its planned effect pays for an initiative."""
    points = case.gains
    if not points:
        return "No initiative of this scorecard costs something and adds to the overall score."
    id = max(points, key=lambda each: points[each])
    one = next(each for each in case.scorecard.initiatives if each.id == id)
    gain, worth = points[id], float(f"{one.cost / (0.6 * points[id]):.2g}")
    right = one.cost / (gain * worth)
    expects = Number(right, within=0.01, unit="share")
    return Question(
        text=f"{called(one)} costs {plain(one.cost)}. It should add {plain(gain)} points to the overall "
        f"score. A point for a year is worth {plain(worth)} to the organisation, and one year is counted.\n"
        f"Which share of the planned effect must come, so that it earns its cost? {SHARE}",
        expects=expects,
        words="below that share it costs more than it brings. Ask those who plan it how sure they are of that share, "
        "not of the whole. And say beforehand what a point is worth: afterwards it is worth what the plan needs.",
        code=f"cost, points, worth = {one.cost!r}, {gain!r}, {worth!r}\nanswer = cost / (points * worth)",
        hints=("What is it worth if all of it comes?", "The cost is which share of that?"),
        slips=apart(
            expects,
            Slip(1 / right, "this is upside down: how many times it earns its cost if all of it comes."),
            Slip(1 - right, "this is the share that may fail to come."),
            Slip(one.cost / worth, "this is how many points pay for it. Which share of the planned points is that?"),
        ),
        given=(
            ("what", "value"),
            ("cost", plain(one.cost)),
            ("points, as planned", plain(gain)),
            ("worth of a point for a year", plain(worth)),
        ),
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
        if sum(costs[one] for one in taken) + costs[id] <= budget:
            taken.append(id)
    return frozenset(taken)


def best_set(case: Case) -> Question | str:
    """The best set of initiatives within a budget."""
    points = dict(list(case.gains.items())[:MOST])
    if len(points) < 3:
        return "Fewer than three initiatives of this scorecard cost something and add to the overall score."
    costs = {one.id: one.cost for one in case.scorecard.initiatives if one.id in points}
    by_value = sorted(points, key=lambda id: -points[id] / costs[id])
    by_points = sorted(points, key=lambda id: -points[id])
    asked = None
    for budget in sorted(
        {sum(costs[id] for id in some) for n in range(1, len(points)) for some in combinations(costs, n)}
    ):
        best = _best(points, costs, budget)
        if len(best) > 1 or len(best[0]) < 2:
            continue
        tricks = [_greedy(order, costs, budget) for order in (by_value, by_points)]
        rank = sum(one != best[0] for one in tricks)
        if asked is None or rank > asked[0]:
            asked = (rank, budget, best[0], tricks)
    if asked is None:
        return "No budget for the initiatives of this scorecard leaves a choice of one best set of two or more."
    _, budget, right, (value, largest) = asked
    cheap = _greedy(sorted(points, key=lambda id: costs[id]), costs, budget)
    expects = Names(
        right,
        of={one.id: one.name for one in case.scorecard.initiatives if one.id in points},
        kind="initiative of the table",
    )
    return Question(
        text=f"There are {plain(budget)} to spend. The table gives what each initiative costs, and how many points of "
        "the overall score it adds in two years, if it is alone (the median).\nSuppose that points add up. Which of "
        "them together add most, and cost no more than that? Give ids or names, in any order.",
        expects=expects,
        words="the best set is not always made of the best ones: what is left of the budget counts too. With a handful "
        "every set can be tried; with forty, and with starts, people and order, a solver has to do it.",
        code="from itertools import combinations\n\n"
        f"points = {points!r}\ncosts = {costs!r}\n"
        "sets = [some for n in range(1, len(points) + 1) for some in combinations(points, n)]\n"
        f"allowed = [some for some in sets if sum(costs[id] for id in some) <= {budget!r}]\n"
        "answer = list(max(allowed, key=lambda some: sum(points[id] for id in some)))",
        hints=(
            "Begin with the one that brings most for its money. How much of the budget is left over?",
            "Would something else fit if one of them were taken out?",
            "Write down every pair and every three that fit, with their points.",
        ),
        slips=apart(
            expects,
            Slip(value, "this takes the best value for money first. What is left of the budget then buys nothing."),
            Slip(largest, "this takes the one that adds most first. Others add more together."),
            Slip(cheap, "this takes the cheapest first. Others add more together."),
            Slip(frozenset(points), "all of them cost more than there is."),
        ),
        given=(("initiative", "cost", "points"), *((id, plain(costs[id]), plain(points[id])) for id in points)),
    )


def luck(case: Case) -> Question | str:
    """By how much the best of many looks better than it is."""
    many = len(case.scorecard.initiatives) if len(case.scorecard.initiatives) > 2 else OPTIONS
    right = NOISE * best_of(many)
    expects = Number(right, within=0.05 * right)
    return Question(
        text=f"{many} initiatives are all worth the same. Each is estimated, and each estimate is off by chance, "
        f"normal with a standard deviation of {NOISE:g} points. The one that looks best is chosen.\nBy how many points "
        "does it look better than it is, on average? (5 % off is let pass.) `numpy` can try it out.",
        expects=expects,
        words="this is the winner's curse. The more options, and the worse they are known, the more the best one "
        "owes to luck. So expect less than was promised, and hold what was chosen against numbers that did not choose "
        "it.",
        code="import numpy as np\n\n"
        f"estimates = np.random.default_rng(1).normal(0, {NOISE}, size=(200_000, {many}))\n"
        "answer = estimates.max(axis=1).mean()",
        hints=(
            "If one is picked without looking, it is 0 on average. Here the highest is picked.",
            f"Draw {many} normal numbers, take the highest, and do it ten thousand times.",
        ),
        slips=apart(
            expects,
            Slip(0.0, "that would hold if it had been picked without looking at the estimates."),
            Slip(NOISE, "this is how far a single estimate is off. The highest of several is picked."),
            Slip(NOISE / many**0.5, "this is how far their mean is off. The highest is picked."),
            Slip(2 * NOISE, "not so much: try it out."),
        ),
    )


def best_of(many: int) -> float:
    """The mean of the highest of so many independent standard normal numbers.

    Examples
    --------
    >>> round(best_of(2), 4), round(best_of(10), 4)
    (0.5642, 1.5388)
    """
    return float(quad(lambda x: x * many * norm.pdf(x) * norm.cdf(x) ** (many - 1), -10, 10)[0])
