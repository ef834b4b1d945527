"""Worlds that misbehave, their links known: those of `worlds`, with one thing wrong in each.

Every kind says in a sentence what is wrong; everything else is as in `worlds`, so that a kind's numbers can be held
against those of the clean one.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from worlds import KPIS, LANES, OWN, WARM_UP, World, drawn_map, moved_by

KINDS = {
    "clean": "nothing is wrong",
    "own .9": "each KPI keeps nine tenths of last month's departure",
    "random-walk causes": "the first lane's KPIs never come back to a level",
    "t3 noise": "noise of Student's t with three degrees of freedom, its standard deviation 1",
    "growing variance": "the noise's standard deviation grows from 0.5 to 1.5",
    "S-curve trends": "half of the KPIs climb or fall by 4 to 8 along a logistic curve",
    "declared shifts": "half of the KPIs move by 3 to 6 to a new level, and an event says so",
    "15 % missing": "each actual is lost with a chance of 15 %",
    "blocks missing": "half of the KPIs lack 8 to 16 months in a row",
    "common noise .5": "half of the noise's variance hits all KPIs in the same month",
    "volatility": "the noise's variance comes in clusters: GARCH(1,1) of .3 and .65",
    "moving average": "half of the KPIs are reported as means of the last twelve months",
    "3 % outliers": "each actual is off by 8 to 12 with a chance of 3 %",
    "undeclared shift": "half of the KPIs move by 3 to 6 to a new level, and nothing says so",
    "one shock": "in one month all KPIs are off by 6 to 10",
    "steps": "the first lane's KPIs are one step each",
    "price lists": "the first lane's KPIs hold a level for 6 to 18 months",
    "yearly levels": "the first lane's KPIs hold a level for a year",
}
"""What is wrong, by kind."""


def hard_world(kind: str, seed: int, months: int = 60) -> World:
    """Draw a world of one of the `KINDS`."""
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    cause, effect, lag, sign, by = drawn_map(rng)
    total = WARM_UP + months
    chance = NOISE.get(kind, _plain)(rng, total, months)
    own = np.full(KPIS, 0.9 if kind == "own .9" else OWN)
    first = np.arange(KPIS // LANES)
    if kind == "random-walk causes":
        own[first] = 1.0
    if kind in LEVELS:
        own[first] = 0.0
        chance[:, first] = np.column_stack([LEVELS[kind](rng, total, months) for _ in first])
    moved = moved_by(chance[:, None, :], own, by, effect, cause, lag)[WARM_UP - 11 :, 0]
    one = World(moved[None, 11:].copy(), cause, effect, lag, sign, by, lag)
    if kind == "moving average":
        rolled = rng.permutation(KPIS)[: KPIS // 2]
        windows = np.lib.stride_tricks.sliding_window_view(moved[:, rolled], 12, axis=0)
        one.values[0, :, rolled] = windows.mean(axis=2).T
    return SEEN[kind](one, rng) if kind in SEEN else one


# ---- noise -----------------------------------------------------------------------------------------------------------


def _plain(rng: np.random.Generator, total: int, months: int) -> np.ndarray:
    return rng.standard_normal((total, KPIS))


def _student(rng: np.random.Generator, total: int, months: int) -> np.ndarray:
    return rng.standard_t(3, (total, KPIS)) / np.sqrt(3)


def _growing(rng: np.random.Generator, total: int, months: int) -> np.ndarray:
    return _plain(rng, total, months) * np.clip(0.5 + (np.arange(total) - WARM_UP) / months, 0.5, 1.5)[:, None]


def _common(rng: np.random.Generator, total: int, months: int) -> np.ndarray:
    return np.sqrt(0.5) * (_plain(rng, total, months) + rng.standard_normal((total, 1)))


def _clusters(rng: np.random.Generator, total: int, months: int) -> np.ndarray:
    noise, variance = _plain(rng, total, months), np.ones(KPIS)
    for t in range(total):
        noise[t] *= np.sqrt(variance)
        variance = 0.05 + 0.3 * noise[t] ** 2 + 0.65 * variance
    return noise


NOISE: dict[str, Callable[[np.random.Generator, int, int], np.ndarray]] = {
    "t3 noise": _student,
    "growing variance": _growing,
    "common noise .5": _common,
    "volatility": _clusters,
}


# ---- causes that are levels ------------------------------------------------------------------------------------------


def _step(rng: np.random.Generator, total: int, months: int) -> np.ndarray:
    at = total - months + rng.integers(months // 4, 3 * months // 4)
    return np.where(np.arange(total) >= at, rng.choice([-1, 1]) * rng.uniform(2, 4), 0.0)


def _price_list(rng: np.random.Generator, total: int, months: int) -> np.ndarray:
    lengths = rng.integers(6, 19, total)
    return np.repeat(2 * rng.standard_normal(total), lengths)[:total]


def _yearly(rng: np.random.Generator, total: int, months: int) -> np.ndarray:
    return np.repeat(2 * rng.standard_normal(total), 12)[:total]


LEVELS: dict[str, Callable[[np.random.Generator, int, int], np.ndarray]] = {
    "steps": _step,
    "price lists": _price_list,
    "yearly levels": _yearly,
}


# ---- what is seen ----------------------------------------------------------------------------------------------------


def _curves(one: World, rng: np.random.Generator) -> World:
    month = np.arange(one.values.shape[1])
    for k in rng.permutation(KPIS)[: KPIS // 2]:
        middle, width = rng.uniform(0.3, 0.7) * len(month), rng.uniform(3, 8)
        one.values[0, :, k] += rng.choice([-1, 1]) * rng.uniform(4, 8) / (1 + np.exp(-(month - middle) / width))
    return one


def _shifted(one: World, rng: np.random.Generator) -> World:
    months = one.values.shape[1]
    breaks = [np.zeros((months, 0))] * KPIS
    for k in rng.permutation(KPIS)[: KPIS // 2]:
        later = np.arange(months) >= rng.integers(months // 5, 4 * months // 5)
        one.values[0, later, k] += rng.choice([-1, 1]) * rng.uniform(3, 6)
        breaks[k] = later[:, None].astype(float)
    return replace(one, breaks=breaks)


def _unsaid(one: World, rng: np.random.Generator) -> World:
    return replace(_shifted(one, rng), breaks=())


def _scattered(one: World, rng: np.random.Generator) -> World:
    one.values[rng.random(one.values.shape) < 0.15] = np.nan
    return one


def _blocks(one: World, rng: np.random.Generator) -> World:
    for k in rng.permutation(KPIS)[: KPIS // 2]:
        length = rng.integers(8, 17)
        start = rng.integers(0, one.values.shape[1] - length)
        one.values[0, start : start + length, k] = np.nan
    return one


def _off(rng: np.random.Generator, shape: tuple[int, ...], least: float, most: float) -> np.ndarray:
    return rng.choice([-1, 1], shape) * rng.uniform(least, most, shape)


def _outliers(one: World, rng: np.random.Generator) -> World:
    wrong = rng.random(one.values.shape) < 0.03
    one.values[wrong] += _off(rng, one.values.shape, 8, 12)[wrong]
    return one


def _shock(one: World, rng: np.random.Generator) -> World:
    one.values[0, rng.integers(6, one.values.shape[1] - 6)] += _off(rng, (KPIS,), 6, 10)
    return one


SEEN: dict[str, Callable[[World, np.random.Generator], World]] = {
    "S-curve trends": _curves,
    "declared shifts": _shifted,
    "undeclared shift": _unsaid,
    "15 % missing": _scattered,
    "blocks missing": _blocks,
    "3 % outliers": _outliers,
    "one shock": _shock,
}
