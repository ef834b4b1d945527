"""Numbers for questions on scores: what is given, the right answer, and what the usual slips give.

Where the library has a function for it, that function gives the answer, so that a question can never say other than a
score does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bsclib.model.nouns import KPI
from bsclib.model.periods import span
from bsclib.scoring import rules
from bsclib.scoring.sensitivity.hiding import noncompensatory_means

Rng = np.random.Generator
Numbers = dict[str, float]


def pick(rng: Rng, *values: float) -> float:
    """One of several values."""
    return values[int(rng.integers(len(values)))]


def whole(rng: Rng, low: int, high: int) -> float:
    """A whole number, both ends included."""
    return float(rng.integers(low, high + 1))


def _attain(actual: Any, floor: Any, expected: Any) -> float:
    return float(rules.linear_attainment(actual, floor, expected))


# ---- from an actual to a score


def higher(rng: Rng) -> tuple[Numbers, Numbers]:
    """Attainment where more is better."""
    floor, way = pick(rng, 40, 50, 60, 70), pick(rng, 20, 25)
    target, actual = floor + way, floor + way * pick(rng, 0.2, 0.4, 0.6, 0.8)
    right = _attain(actual, floor, target)
    slips = {"of_target": actual / target, "left": 1 - right, "of_floor": (actual - floor) / floor}
    return {"floor": floor, "target": target, "actual": actual}, {"attainment": right, **slips}


def lower(rng: Rng) -> tuple[Numbers, Numbers]:
    """Attainment where less is better."""
    target, way = pick(rng, 4, 5, 6), pick(rng, 5, 8, 10)
    floor = target + way
    actual = floor - way * pick(rng, 0.2, 0.4, 0.6, 0.8)
    right = _attain(actual, floor, target)
    slips = {"turned": 1 - right, "of_target": target / actual, "of_floor": actual / floor}
    return {"floor": floor, "target": target, "actual": actual}, {"attainment": right, **slips}


def beyond(rng: Rng) -> tuple[Numbers, Numbers]:
    """The score of a KPI that is better than its target."""
    floor, target = pick(rng, 10, 12, 14), pick(rng, 4, 6)
    actual = target - whole(rng, 1, 3)
    unheld = 100 * _attain(actual, floor, target)
    slips = {"unheld": unheld, "of_target": 100 * actual / target, "turned": 100 * (unheld / 100 - 1)}
    return {"floor": floor, "target": target, "actual": actual}, {"score": 100.0, **slips}


def below_floor(rng: Rng) -> tuple[Numbers, Numbers]:
    """The score of a KPI that is worse than its floor."""
    floor, target = pick(rng, 60, 70), pick(rng, 80, 90)
    actual = floor - whole(rng, 2, 8)
    unheld = 100 * _attain(actual, floor, target)
    slips = {"unheld": unheld, "of_target": 100 * actual / target, "unsigned": -unheld}
    return {"floor": floor, "target": target, "actual": actual}, {"score": 0.0, **slips}


def in_range(rng: Rng) -> tuple[Numbers, Numbers]:
    """The score of a KPI above its range."""
    low, width = pick(rng, 50, 60), pick(rng, 8, 10)
    high, upper = low + width, low + 2 * width
    actual = high + width * pick(rng, 0.2, 0.3, 0.4)
    right = 100 * float(rules.range_attainment(actual, low, high, low - width, upper))
    slips = {"distance": 100 - right, "of_edge": 100 * high / actual, "outside": 0.0}
    return {"low": low, "high": high, "upper": upper, "actual": actual}, {"score": right, **slips}


def on_the_way(rng: Rng) -> tuple[Numbers, Numbers]:
    """What a linear path expects some months after its start."""
    base, gain, months = pick(rng, 50, 55, 60), pick(rng, 12, 24), pick(rng, 3, 6, 9)
    start, target = {"period": "2025-01", "value": base}, base + gain
    path = [{"period": "2026-01", "value": target}]
    kpi = KPI(id="k", name="k", objective="o", direction="higher_is_better", baseline=start, target=path)
    right = float(kpi.expected(np.array([span("2025-01")[0] + int(months)]))[0])
    slips = {"target": target, "of_target": target * months / 12, "half": (base + target + gain * months / 12) / 2}
    return {"baseline": base, "target": base + gain, "months": months}, {"expected": right, **slips}


# ---- adding up


def mean_of_three(rng: Rng) -> tuple[Numbers, Numbers]:
    """A weighted mean of three scores, their simple mean, and two sums that nobody divided rightly."""
    scores = [pick(rng, 40, 50), pick(rng, 60, 70), pick(rng, 90, 100)]
    weights = [pick(rng, 3, 4), pick(rng, 2, 5), 1.0]
    right = float(rules.weighted_mean(scores, weights))
    turned = float(rules.weighted_mean(scores, weights[::-1]))
    given = {"a": scores[0], "b": scores[1], "c": scores[2], "u": weights[0], "v": weights[1], "w": weights[2]}
    tens = float(rules.weighted_sum(scores, weights, 10))
    return given, {"mean": right, "simple": float(np.mean(scores)), "turned": turned, "by_ten": tens}


def effective_weight(rng: Rng) -> tuple[Numbers, Numbers]:
    """The share of a KPI whose neighbour has no actual."""
    weights = [pick(rng, 2, 3), pick(rng, 1, 2), pick(rng, 4, 5)]
    right = 100 * float(rules.redistribute_weights(rules.relative_weights(weights), [2])[0])
    before = 100 * weights[0] / sum(weights)
    equal = before + 100 * weights[2] / sum(weights) / 2
    given = {"u": weights[0], "v": weights[1], "w": weights[2]}
    return given, {"share": right, "before": before, "equal": equal, "other": 100 - right}


def missing(rng: Rng) -> tuple[Numbers, Numbers]:
    """A parent's score with one of three equal children missing, by policy."""
    a, b, last = pick(rng, 60, 70), pick(rng, 80, 90), pick(rng, 40, 50)
    given = {"a": a, "b": b, "last": last}
    return given, {
        "redistribute": float(rules.weighted_mean([a, b], [1, 1])),
        "zero": float(rules.weighted_mean([a, b, 0], [1, 1, 1])),
        "carry_forward": float(rules.weighted_mean([a, b, last], [1, 1, 1])),
        "hundred": float(rules.weighted_mean([a, b, 100], [1, 1, 1])),
    }


def uneven_branches(rng: Rng) -> tuple[Numbers, Numbers]:
    """A KPI's share of a perspective in which objectives have unlike numbers of KPIs."""
    objectives, kpis = pick(rng, 2, 3, 4), pick(rng, 3, 5, 6)
    alone = 100 / objectives
    given = {"objectives": objectives, "kpis": kpis}
    flat = 100 / (kpis + objectives - 1)
    return given, {"alone": alone, "one_of_many": alone / kpis, "flat": flat, "by_kpis": 100 / kpis}


def pooled(rng: Rng) -> tuple[Numbers, Numbers]:
    """A ratio over two units of very different size."""
    small, large = pick(rng, 10, 20), pick(rng, 100, 200, 400)
    met = [small * pick(rng, 0.9, 1.0), large * pick(rng, 0.5, 0.6)]
    right = 100 * float(rules.ratio_of_sums(met, [small, large]))
    shares = [100 * met[0] / small, 100 * met[1] / large]
    given = {"met_a": met[0], "all_a": small, "met_b": met[1], "all_b": large}
    return given, {"pooled": right, "mean": float(np.mean(shares)), "best": shares[0], "worst": shares[1]}


def other_means(rng: Rng) -> tuple[Numbers, Numbers]:
    """Means of four equal weights that forgive less and less."""
    good, bad = pick(rng, 85, 90, 95), pick(rng, 10, 20, 30)
    scores = np.array([[good, good, good, bad]])
    geometric, harmonic, worst = (float(value[0]) for value in noncompensatory_means(scores, np.full((1, 4), 0.25)))
    given = {"good": good, "bad": bad}
    return given, {"mean": float(scores.mean()), "geometric": geometric, "harmonic": harmonic, "worst": worst}


def not_held(rng: Rng) -> tuple[Numbers, Numbers]:
    """A total of two KPIs, one far ahead, with and without limits."""
    ahead, behind = pick(rng, 1.2, 1.4, 1.6), pick(rng, 0.4, 0.5)
    held = float(rules.weighted_mean([100, 100 * behind], [1, 1]))
    unheld = float(rules.weighted_mean([100 * ahead, 100 * behind], [1, 1]))
    return {"ahead": ahead, "behind": behind}, {"held": held, "unheld": unheld, "worst": 100 * behind, "best": 100.0}


def bounds(rng: Rng) -> tuple[Numbers, Numbers]:
    """How far a score may go with one of several equal KPIs missing."""
    kpis, known = pick(rng, 4, 5), pick(rng, 70, 80, 90)
    scores = [known] * (int(kpis) - 1)
    low, high = (float(np.mean([*scores, end])) for end in (0, 100))
    given = {"kpis": kpis, "rest": kpis - 1, "known": known}
    return given, {"low": low, "high": high, "known": known, "width": high - low}
