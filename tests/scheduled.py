"""Small and large tasks of scheduling, and the best schedule found by trying all of them."""

import itertools

import numpy as np
from hypothesis import strategies as st
from samples import build

from bsclib.model.initiatives import Initiative
from bsclib.scenarios.constraints import Calendar
from bsclib.scenarios.schedule import Draws
from bsclib.scenarios.score_shares import score_scale

MONTH = 2026 * 12
KPIS = [
    {"direction": "higher_is_better", "floor": 0, "target": 100},
    {"direction": "lower_is_better", "floor": 50, "target": -20, "weight": 2},
    {"direction": "within_range", "target": [0, 20]},
    {"direction": "within_range", "target": [-20, 10], "floor": [-60, 10]},
    {"direction": "higher_is_better", "floor": 10, "target": 10, "weight": 3},
]


def card(kpis=KPIS):
    return build(
        {
            "id": "s",
            "name": "S",
            "perspectives": [{"id": "p", "name": "P"}],
            "objectives": [{"id": "o", "name": "O", "perspective": "p"}],
            "kpis": [{"id": f"k{i}", "name": f"K{i}", "objective": "o"} | one for i, one in enumerate(kpis)],
        }
    )


def work(id, **fields):
    return Initiative(id=id, name=id, **fields)


def drawn(values, effects, kpis=KPIS, limits=None):
    return Draws(values, effects, score_scale(card(kpis), MONTH, [True] * len(kpis), limits))


def keeps(starts, initiatives, calendar, budget, people, must=(), leave=()):
    """Whether a schedule keeps to everything, month by month."""
    place = {one.id: a for a, one in enumerate(initiatives)}
    money, bound = np.zeros(calendar.periods), np.zeros(calendar.horizon)
    for one, start in zip(initiatives, starts, strict=True):
        if start < 0:
            continue
        begin = start * calendar.every
        if begin + one.months > calendar.horizon:
            return False
        for month in range(begin, begin + one.months):
            money[month // calendar.every] += one.cost / one.months
            bound[month] += one.people
        for earlier in one.after:
            other = starts[place[earlier]]
            if other < 0 or other * calendar.every + initiatives[place[earlier]].months > begin:
                return False
    ends = people is None or all(bound[m] <= people[m // calendar.every] + 1e-9 for m in range(calendar.horizon))
    chosen = {one.id for one, start in zip(initiatives, starts, strict=True) if start >= 0}
    return bool((money <= budget + 1e-9).all() and ends and set(must) <= chosen and not chosen & set(leave))


def brute_force(draws, initiatives, calendar, budget, people, must=(), leave=()):
    """The best expected score of all schedules; None when none keeps to everything."""
    every = itertools.product(range(-1, calendar.periods), repeat=len(initiatives))
    fine = (one for one in every if keeps(one, initiatives, calendar, budget, people, must, leave))
    return max((draws.scores(np.array(one)).mean() for one in fine), default=None)


@st.composite
def tasks(draw):
    calendar = Calendar(draw(st.integers(1, 3)), draw(st.integers(1, 5)))
    ids = ["a", "b", "c"][: draw(st.integers(1, 3))]
    initiatives = [
        work(
            id,
            cost=draw(st.integers(0, 6)),
            months=draw(st.integers(1, 4)),
            people=draw(st.integers(0, 3)),
            after=[one for one in ids[:place] if draw(st.booleans()) and draw(st.booleans())],
        )
        for place, id in enumerate(ids)
    ]
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    count = draw(st.integers(1, 3))
    values = np.round(rng.normal(15, 40, (count, len(KPIS))), 2)
    effects = np.round(rng.normal(5, 30, (count, len(ids), calendar.periods, len(KPIS))), 2)
    effects *= rng.random(effects.shape) < 0.7
    budget = np.array([float(draw(st.integers(0, 6))) for _ in range(calendar.periods)])
    people = draw(st.none() | st.just(np.array([float(rng.integers(0, 5)) for _ in range(calendar.periods)])))
    must = [id for id in ids if draw(st.integers(0, 4)) == 0]
    leave = [id for id in ids if draw(st.integers(0, 4)) == 0]
    limits = np.array([[-30.0, 90.0]] * len(KPIS)) if draw(st.booleans()) else None
    return drawn(values, effects, limits=limits), initiatives, calendar, budget, people, must, leave


def large(initiatives=40, periods=8, draws=30, kpis=28, seed=0):
    """A task as large as they come: each initiative moves three KPIs, a quarter of all the money is there."""
    rng = np.random.default_rng(seed)
    calendar = Calendar(3, 3 * periods)
    works = [
        work(
            f"i{a}",
            cost=float(rng.integers(5, 60)),
            months=int(rng.integers(1, 13)),
            people=float(rng.integers(0, 5)),
            after=[f"i{b}" for b in range(a) if rng.random() < 0.03],
        )
        for a in range(initiatives)
    ]
    values = rng.normal(70, 30, (1, kpis)) + rng.normal(0, 10, (draws, kpis))
    effects = np.zeros((draws, initiatives, periods, kpis))
    ramp = np.clip((3 * (periods - np.arange(periods)) - 4) / 9, 0, 1)
    for a in range(initiatives):
        for k in rng.choice(kpis, 3, replace=False):
            size = rng.normal(6, 5) * np.exp(rng.normal(0, 0.4, draws)) * (rng.random(draws) < 0.7)
            effects[:, a, :, k] = size[:, None] * ramp
    budget = np.full(periods, 0.25 * sum(one.cost for one in works) / periods)
    people = np.full(periods, 0.15 * sum(one.people for one in works))
    return drawn(values, effects, KPIS[:1] * kpis), works, calendar, budget, people
