"""The arithmetic of published scoring rules, each as its source states it and on the scale of its source.

An attainment rule takes the actual and what its source compares it with, and works on scalars and arrays alike. Where a
source divides by zero and says nothing of it, so does the rule: the answer is NaN, and nothing is made up.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bsclib.errors import UnknownNameError, unknown

DIGITS = 9
"""Results meet edges after rounding to this many decimals, so that 0.7 reached by arithmetic is 0.7."""

LARGE = 1e6
"""Numbers beyond this have no decimals worth rounding, and could overflow."""


def tidy(values: ArrayLike) -> np.ndarray:
    """Round away what floating point leaves behind."""
    given = np.asarray(values, dtype=float)
    small = np.abs(given) < LARGE
    return np.where(small, np.round(np.where(small, given, 0.0), DIGITS), given)


def nearest_whole(values: ArrayLike) -> np.ndarray:
    """Round to the nearest whole number, halves away from zero, as people do."""
    values = tidy(values)
    return np.copysign(np.floor(np.abs(values) + 0.5), values)


def divide(top: ArrayLike, bottom: ArrayLike) -> np.ndarray:
    """Divide, with NaN where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(np.equal(bottom, 0), np.nan, np.divide(top, bottom))


def has_way(floor: ArrayLike, expected: ArrayLike, sign: ArrayLike) -> np.ndarray:
    """Whether what is expected is better than the floor, by more than floating point leaves behind."""
    size = np.maximum(np.abs(floor), np.abs(expected))
    return np.asarray(np.multiply(sign, np.subtract(expected, floor)) > 1e-12 * size)


def meets_expected(actual: ArrayLike, expected: ArrayLike, sign: ArrayLike) -> np.ndarray:
    """Whether an actual is at least as good as expected, but for what floating point leaves behind."""
    return np.asarray(np.multiply(sign, np.subtract(actual, expected)) >= -1e-12 * np.abs(expected))


def linear_attainment(
    actual: ArrayLike, floor: ArrayLike, expected: ArrayLike, sign: ArrayLike | None = None
) -> np.ndarray:
    """``(a - floor) / (expected - floor)``, unclamped: the kit's own rule."""
    sign = np.where(np.greater_equal(expected, floor), 1, -1) if sign is None else sign
    with np.errstate(over="ignore", invalid="ignore"):
        way = np.subtract(expected, floor)
        there = np.where(meets_expected(actual, expected, sign), 1.0, 0.0)
        there = np.where(np.isnan(np.asarray(actual, dtype=float)), np.nan, there)
        ahead = has_way(floor, expected, sign)
        share = np.divide(np.subtract(actual, floor), way, out=np.zeros(np.shape(there)), where=ahead)
    return np.where(ahead, share, there) + 0.0


def range_attainment(actual: ArrayLike, low: float, high: float, lower: float, upper: float) -> np.ndarray:
    """Attainment of a range: 1 inside, falling to 0 at the floor on the side where the actual lies, and on below 0."""
    under = linear_attainment(actual, lower, low, 1)
    over = linear_attainment(actual, upper, high, -1)
    inside = np.where(np.isnan(np.asarray(actual, dtype=float)), np.nan, 1.0)
    return np.where(np.less(actual, low), under, np.where(np.greater(actual, high), over, inside))


def performance(actual: ArrayLike, min: ArrayLike, max: ArrayLike) -> np.ndarray:
    """``(a - min) / (max - min)``."""
    return divide(np.subtract(actual, min), np.subtract(max, min))


def progress(actual: ArrayLike, baseline: ArrayLike, target: ArrayLike) -> np.ndarray:
    """``(a - baseline) / (target - baseline)``."""
    return performance(actual, baseline, target)


def from_worst(actual: ArrayLike, worst: ArrayLike, target: ArrayLike) -> np.ndarray:
    """``(a - worst) / (target - worst)``."""
    return performance(actual, worst, target)


def worst_to_best(actual: ArrayLike, worst: ArrayLike, best: ArrayLike) -> np.ndarray:
    """``(worst - a) / (worst - best)``."""
    return performance(actual, worst, best)


def progress_or_zero(actual: ArrayLike, baseline: ArrayLike, target: ArrayLike) -> np.ndarray:
    """``(a - baseline) / (target - baseline)``; an equal baseline and target, or a missing actual, give 0."""
    share = progress(np.asarray(actual, dtype=float), baseline, target)
    return np.where(np.isnan(share), 0.0, share)


def goal_and_red_flag(actual: ArrayLike, goal: ArrayLike, red: ArrayLike) -> np.ndarray:
    """``10/3 (1 + (a - red) / (goal - red))``: the red flag scores 3.33, the goal 6.67, as far again beyond it 10."""
    return 10 / 3 * (1 + performance(actual, red, goal))


def of_target(actual: ArrayLike, target: ArrayLike) -> np.ndarray:
    """``a / t``."""
    return divide(actual, target)


def reduction(actual: ArrayLike, target: ArrayLike) -> np.ndarray:
    """``1 - (a - t) / t``."""
    return 1 - divide(np.subtract(actual, target), target)


def distance(actual: ArrayLike, target: ArrayLike) -> np.ndarray:
    """``1 - |a - t| / t``."""
    return 1 - divide(np.abs(np.subtract(actual, target)), target)


def at_most(actual: ArrayLike, target: ArrayLike) -> np.ndarray:
    """``2 - a / t``."""
    return 2 - divide(actual, target)


def beyond_target(actual: ArrayLike, target: ArrayLike) -> np.ndarray:
    """``(a - t + |t|) / |t|``, and ``1 + a`` for a target of 0."""
    size = np.abs(np.asarray(target, dtype=float))
    return np.where(size == 0, np.add(1.0, actual), divide(np.subtract(actual, target) + size, size))


def percent_of_expected(actual: ArrayLike, expected: ArrayLike) -> np.ndarray:
    """``100 a / expected``."""
    return divide(100 * np.asarray(actual, dtype=float), expected)


def equal_bands(actual: ArrayLike, edges: Sequence[ArrayLike]) -> np.ndarray:
    """Each of the n bands between the edges is worth 1/n of the score whatever its width; linear inside a band."""
    steps = [np.clip(performance(actual, edge, following), 0, 1) for edge, following in pairwise(edges)]
    return np.sum(steps, axis=0) / len(steps)


def two_anchors(actual: ArrayLike, anchors: Mapping[float, float] | Sequence[tuple[Any, float]]) -> np.ndarray:
    """The straight line through two anchors, ``{actual: score}`` or pairs of them."""
    (first, score_first), (second, score_second) = anchors.items() if isinstance(anchors, Mapping) else anchors
    return np.add(score_first, performance(actual, first, second) * (score_second - score_first))


def share_of_checkins(actual: ArrayLike, band: Sequence[ArrayLike], checkins: float) -> np.ndarray:
    """Percent of all planned check-ins that lay in the closed band so far (last axis); missing ones did not."""
    given = np.asarray(actual, dtype=float)
    hit = (given >= band[0]) & (given <= band[1])
    return divide(100.0 * (np.cumsum(hit, axis=-1) if given.ndim else hit), checkins)


def as_floats(values: ArrayLike) -> np.ndarray:
    """The values as they are."""
    return np.asarray(values, dtype=float)


def truncate(values: ArrayLike) -> np.ndarray:
    """Cut to whole numbers."""
    return np.trunc(tidy(values))


ROUNDINGS = {"none": as_floats, "round": nearest_whole, "truncate": truncate}


def labels(values: ArrayLike, edges: Sequence[float], words: Sequence[str], closed: str = "below") -> np.ndarray:
    """The word of the band in which each value lies; "" where it is missing."""
    values = tidy(values)
    place = np.searchsorted(tidy(edges), values, side="right" if closed == "below" else "left")
    return np.where(np.isnan(values), "", np.array(words, dtype=object)[np.minimum(place, len(edges))])


def first_rule(actual: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Above from the target on, Caution from nine tenths of it, Below otherwise; the first rule that holds wins."""
    words = np.where(actual >= target, "Above", np.where(actual >= tidy(0.9 * target), "Caution", "Below"))
    return np.where(np.isnan(actual), "", words)


def check_four_edges(edges: Sequence[float]) -> None:
    """Raise ValueError unless there are four edges, as five words need."""
    if len(edges) != 4:
        raise ValueError(f"five bands have four edges between them, not {len(edges)}")


def five_colours(actual: np.ndarray, cuts: Sequence[float]) -> np.ndarray:
    """Five colours between four cuts."""
    check_four_edges(cuts)
    return labels(actual, cuts, ("dark red", "red", "yellow", "green", "dark green"))


def target_pattern(actual: np.ndarray, target: np.ndarray, pattern: str = "on_target") -> np.ndarray:
    """Green within 5 % of the target on both sides, yellow within 15 %, red beyond. `pattern` is "on_target"."""
    if pattern != "on_target":
        raise UnknownNameError(unknown("target pattern", pattern, ["on_target"], "pattern"))
    off = tidy(np.abs(divide(actual - target, target)))
    words = np.where(off <= 0.05, "green", np.where(off <= 0.15, "yellow", "red"))
    return np.where(np.isnan(off), "", words)


def five_bands(actual: np.ndarray, edges: Sequence[float]) -> np.ndarray:
    """Five bands between four edges, each closed above."""
    check_four_edges(edges)
    return labels(actual, edges, ("Critical", "Warning", "Acceptable", "Good", "Ideal"), closed="above")


def within_ten_percent(actual: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Delivered when at most a tenth above the budgeted cost or time."""
    share = tidy(divide(actual, target))
    return np.where(np.isnan(share), "", np.where(share <= 1.1, "delivered", "not delivered"))


def elapsed_share(today: datetime.date, start: datetime.date, end: datetime.date) -> float:
    """Days gone by, today included, over the days of the period: what is expected by now."""
    return ((today - start).days + 1) / ((end - start).days + 1)


def relative_weights(weights: ArrayLike) -> np.ndarray:
    """Weights as shares that add up to 1."""
    return divide(weights, np.sum(weights))


def redistribute_weights(weights: ArrayLike, missing: Sequence[int]) -> np.ndarray:
    """The weights of those that are there, grown in proportion to what the missing ones carried (by position)."""
    weights = np.asarray(weights, dtype=float)
    there = np.delete(weights, list(missing))
    return there * divide(weights.sum(), there.sum())


def ratio_of_sums(numerators: ArrayLike, denominators: ArrayLike) -> float:
    """The sum of the numerators over the sum of the denominators."""
    return float(divide(np.sum(numerators), np.sum(denominators)))


def carry_forward(values: ArrayLike) -> np.ndarray:
    """Each missing value replaced by the last one known before it."""
    values = np.asarray(values, dtype=float)
    when = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(len(values))))
    return values[when]


def all_or_none(scores: ArrayLike, weights: ArrayLike) -> float:
    """The weighted mean, or NaN as soon as one child has no score."""
    return float("nan") if np.isnan(np.asarray(scores, dtype=float)).any() else weighted_mean(scores, weights)


def weighted_mean(scores: ArrayLike, weights: ArrayLike) -> float:
    """``sum(w s) / sum(w)`` over the children that have a score; NaN when none has."""
    scores, weights = _scored(scores, weights)
    weights = divide(weights, np.max(weights, initial=0.0))
    return float(divide(np.sum(scores * weights), np.sum(weights)))


def weighted_shares(scores: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The weighted mean over the last axis of those that have a score, and the share that each carries."""
    scored = ~np.isnan(scores) & (weight > 0)
    share = np.where(scored, weight, 0.0)
    # First by the largest: the sum of huge or vanishing weights would leave the range of numbers.
    largest = share.max(axis=-1, keepdims=True)
    share = np.divide(share, largest, out=np.zeros_like(share), where=largest > 0)
    total = share.sum(axis=-1, keepdims=True)
    share = np.divide(share, total, out=np.zeros_like(share), where=total > 0)
    mean = (share * np.where(scored, scores, 0.0)).sum(axis=-1)
    # A mean lies between the least and the greatest; its arithmetic may miss that by a unit in the last place.
    least, greatest = np.where(scored, scores, np.inf).min(axis=-1), np.where(scored, scores, -np.inf).max(axis=-1)
    return np.where(total[..., 0] > 0, np.minimum(np.maximum(mean, least), greatest), np.nan), share


def weighted_sum(scores: ArrayLike, weights: ArrayLike, scale: float) -> float:
    """``sum(w s) / scale``, whatever the weights add up to."""
    scores, weights = _scored(scores, weights)
    return float(np.sum(scores * weights) / scale) if len(scores) else float("nan")


def nearest_index(scores: ArrayLike, weights: ArrayLike) -> float:
    """The weighted mean of the children's colour indices, rounded to the nearest colour."""
    return float(nearest_whole(weighted_mean(scores, weights)))


def rounded_mean(scores: ArrayLike, weights: ArrayLike) -> float:
    """The weighted mean, rounded to a whole number."""
    return float(nearest_whole(weighted_mean(scores, weights)))


def rounded_mean_of_positives(scores: ArrayLike, weights: ArrayLike) -> float:
    """As `rounded_mean`, with negative scores counted as 0."""
    return rounded_mean(np.maximum(np.asarray(scores, dtype=float), 0), weights)


def _scored(scores: ArrayLike, weights: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    scores, weights = np.broadcast_arrays(np.asarray(scores, dtype=float), np.asarray(weights, dtype=float))
    known = ~np.isnan(scores)
    return scores[known], weights[known]
