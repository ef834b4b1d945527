"""Numbers for questions on scores: what is given, the right answer, and what the usual slips give.

It is arithmetic that a learner does by hand, in plain Python, so that a quiz whose first question is numeric begins as
soon as any other. Tests hold each right answer against what the library scores, so that a question can never say other
than a score does.
"""

from __future__ import annotations

from math import fsum, prod
from random import Random

Numbers = dict[str, float]


def pick(rng: Random, *values: float) -> float:
    """One of several values."""
    return values[int(rng.random() * len(values))]  # of Random, only random() is promised to stay the same


def whole(rng: Random, low: int, high: int) -> float:
    """A whole number, both ends included."""
    return float(low + int(rng.random() * (high - low + 1)))


def mean(scores: list[float], weights: list[float] | None = None) -> float:
    """A mean, weighted or not."""
    shares = weights or [1.0] * len(scores)
    return fsum(score * share for score, share in zip(scores, shares, strict=True)) / fsum(shares)


def _attain(actual: float, floor: float, target: float) -> float:
    return (actual - floor) / (target - floor)


# ---- from an actual to a score


def higher(rng: Random) -> tuple[Numbers, Numbers]:
    """Attainment where more is better."""
    floor, way = pick(rng, 40, 50, 60, 70), pick(rng, 20, 25)
    target, actual = floor + way, floor + way * pick(rng, 0.2, 0.4, 0.6, 0.8)
    right = _attain(actual, floor, target)
    slips = {"of_target": actual / target, "left": 1 - right, "of_floor": (actual - floor) / floor}
    return {"floor": floor, "target": target, "actual": actual}, {"attainment": right, **slips}


def lower(rng: Random) -> tuple[Numbers, Numbers]:
    """Attainment where less is better."""
    target, way = pick(rng, 4, 5, 6), pick(rng, 5, 8, 10)
    floor = target + way
    actual = floor - way * pick(rng, 0.2, 0.4, 0.6, 0.8)
    right = _attain(actual, floor, target)
    slips = {"turned": 1 - right, "of_target": target / actual, "of_floor": actual / floor}
    return {"floor": floor, "target": target, "actual": actual}, {"attainment": right, **slips}


def beyond(rng: Random) -> tuple[Numbers, Numbers]:
    """The score of a KPI that is better than its target."""
    floor, target = pick(rng, 10, 12, 14), pick(rng, 4, 6)
    actual = target - whole(rng, 1, 3)
    unheld = 100 * _attain(actual, floor, target)
    slips = {"unheld": unheld, "of_target": 100 * actual / target, "turned": 100 * (unheld / 100 - 1)}
    return {"floor": floor, "target": target, "actual": actual}, {"score": 100.0, **slips}


def below_floor(rng: Random) -> tuple[Numbers, Numbers]:
    """The score of a KPI that is worse than its floor."""
    floor, target = pick(rng, 60, 70), pick(rng, 80, 90)
    actual = floor - whole(rng, 2, 8)
    unheld = 100 * _attain(actual, floor, target)
    slips = {"unheld": unheld, "of_target": 100 * actual / target, "unsigned": -unheld}
    return {"floor": floor, "target": target, "actual": actual}, {"score": 0.0, **slips}


def in_range(rng: Random) -> tuple[Numbers, Numbers]:
    """The score of a KPI above its range."""
    low, width = pick(rng, 50, 60), pick(rng, 8, 10)
    high, upper = low + width, low + 2 * width
    actual = high + width * pick(rng, 0.2, 0.3, 0.4)
    right = 100 * (1 - (actual - high) / (upper - high))
    slips = {"distance": 100 - right, "of_edge": 100 * high / actual, "outside": 0.0}
    return {"low": low, "high": high, "upper": upper, "actual": actual}, {"score": right, **slips}


def on_the_way(rng: Random) -> tuple[Numbers, Numbers]:
    """What a linear path expects some months after its start."""
    base, gain, months = pick(rng, 50, 55, 60), pick(rng, 12, 24), pick(rng, 3, 6, 9)
    target, gone = base + gain, gain * months / 12
    slips = {"target": target, "of_target": target * months / 12, "half": (base + target + gone) / 2}
    return {"baseline": base, "target": target, "months": months}, {"expected": base + gone, **slips}


# ---- adding up


def mean_of_three(rng: Random) -> tuple[Numbers, Numbers]:
    """A weighted mean of three scores, their simple mean, and two sums that nobody divided rightly."""
    scores = [pick(rng, 40, 50), pick(rng, 60, 70), pick(rng, 90, 100)]
    weights = [pick(rng, 3, 4), pick(rng, 2, 5), 1.0]
    given = {"a": scores[0], "b": scores[1], "c": scores[2], "u": weights[0], "v": weights[1], "w": weights[2]}
    tens = fsum(score * weight for score, weight in zip(scores, weights, strict=True)) / 10
    turned = mean(scores, weights[::-1])
    return given, {"mean": mean(scores, weights), "simple": mean(scores), "turned": turned, "by_ten": tens}


def effective_weight(rng: Random) -> tuple[Numbers, Numbers]:
    """The share of a KPI whose neighbour has no actual."""
    weights = [pick(rng, 2, 3), pick(rng, 1, 2), pick(rng, 4, 5)]
    right = 100 * weights[0] / (weights[0] + weights[1])
    before = 100 * weights[0] / sum(weights)
    equal = before + 100 * weights[2] / sum(weights) / 2
    given = {"u": weights[0], "v": weights[1], "w": weights[2]}
    return given, {"share": right, "before": before, "equal": equal, "other": 100 - right}


def missing(rng: Random) -> tuple[Numbers, Numbers]:
    """A parent's score with one of three equal children missing, by policy."""
    a, b, last = pick(rng, 60, 70), pick(rng, 80, 90), pick(rng, 40, 50)
    given = {"a": a, "b": b, "last": last}
    return given, {
        "redistribute": mean([a, b]),
        "zero": mean([a, b, 0]),
        "carry_forward": mean([a, b, last]),
        "hundred": mean([a, b, 100]),
    }


def uneven_branches(rng: Random) -> tuple[Numbers, Numbers]:
    """A KPI's share of a perspective in which objectives have unlike numbers of KPIs."""
    objectives, kpis = pick(rng, 2, 3, 4), pick(rng, 3, 5, 6)
    alone = 100 / objectives
    given = {"objectives": objectives, "kpis": kpis}
    flat = 100 / (kpis + objectives - 1)
    return given, {"alone": alone, "one_of_many": alone / kpis, "flat": flat, "by_kpis": 100 / kpis}


def pooled(rng: Random) -> tuple[Numbers, Numbers]:
    """A ratio over two units of very different size."""
    small, large = pick(rng, 10, 20), pick(rng, 100, 200, 400)
    met = [small * pick(rng, 0.9, 1.0), large * pick(rng, 0.5, 0.6)]
    right = 100 * sum(met) / (small + large)
    shares = [100 * met[0] / small, 100 * met[1] / large]
    given = {"met_a": met[0], "all_a": small, "met_b": met[1], "all_b": large}
    return given, {"pooled": right, "mean": mean(shares), "best": shares[0], "worst": shares[1]}


def other_means(rng: Random) -> tuple[Numbers, Numbers]:
    """Means of four equal weights that forgive less and less."""
    good, bad = pick(rng, 85, 90, 95), pick(rng, 10, 20, 30)
    scores = [good, good, good, bad]
    others = {"geometric": prod(scores) ** 0.25, "harmonic": 4 / fsum(1 / score for score in scores), "worst": bad}
    return {"good": good, "bad": bad}, {"mean": mean(scores), **others}


def not_held(rng: Random) -> tuple[Numbers, Numbers]:
    """A total of two KPIs, one far ahead, with and without limits."""
    ahead, behind = pick(rng, 1.2, 1.4, 1.6), pick(rng, 0.4, 0.5)
    held = mean([100, 100 * behind])
    unheld = mean([100 * ahead, 100 * behind])
    return {"ahead": ahead, "behind": behind}, {"held": held, "unheld": unheld, "worst": 100 * behind, "best": 100.0}


def bounds(rng: Random) -> tuple[Numbers, Numbers]:
    """How far a score may go with one of several equal KPIs missing."""
    kpis, known = pick(rng, 4, 5), pick(rng, 70, 80, 90)
    scores = [known] * (int(kpis) - 1)
    low, high = (mean([*scores, end]) for end in (0, 100))
    given = {"kpis": kpis, "rest": kpis - 1, "known": known}
    return given, {"low": low, "high": high, "known": known, "width": high - low}
