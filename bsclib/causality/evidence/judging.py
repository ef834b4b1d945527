"""From a map's regressions to verdicts: what is sure enough once every look has been paid for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bsclib.causality.evidence.stepwise import LEVEL

# One in ten of what a map calls supported may be false: a map says where to look next, it proves nothing, and a
# stricter share would leave more of the links that exist unfound.
Q = 0.10
"""Share of the supported links that may be false."""
# The convention since Cohen (1988).
POWER = 0.8
"""Chance with which a link that is there should be found."""
# After Cohen's small effect: such a cause makes up 4 % (0.2²) of the variance of the effect's noise. Per movement of
# the cause, trend, season and steps included, because that is what the cause does: a law that changes once has next to
# no noise, and one unit of it is all that it ever moves.
DEFAULT_SMALLEST = 0.2
"""Smallest effect that matters by default, in noise of the effect per standard deviation of the cause's actuals."""
SUPPORTED, REFUTED, TOO_LITTLE, NOT_TESTABLE = VERDICTS = ("supported", "refuted", "too_little_data", "not_testable")


def hidden_driver(t: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The share of the noise of both that an unseen driver would need to explain an estimate over its error t away."""
    # The robustness value ½ (√(f⁴ + 4 f²) − f²) with f² = t² / free: Cinelli, C. and Hazlett, C. (2020), Making sense
    # of sensitivity: extending omitted variable bias, Journal of the Royal Statistical Society B 82, 39-67.
    # What points the other way, there is nothing to explain away.
    with np.errstate(invalid="ignore"):
        f2 = t**2 / free
        return np.where(t > 0, 0.5 * (np.sqrt(f2**2 + 4 * f2) - f2), np.nan)


@dataclass(frozen=True)
class Estimates:
    """What the regressions of a map say of its claims, an entry each; NaN for those that could not be tested."""

    estimate: np.ndarray  # to `carry` as in `stepwise.Fit`
    error: np.ndarray
    stated_estimate: np.ndarray
    stated_error: np.ndarray
    free: np.ndarray
    p: np.ndarray
    reach: np.ndarray
    carry: np.ndarray
    sign: np.ndarray
    smallest: np.ndarray  # the smallest effect that matters, the default filled in
    default: np.ndarray  # 1 where that is the default
    share: np.ndarray  # the found lag's share of the error allowed inside its window
    rows: np.ndarray  # in which the link was observed
    values: np.ndarray  # and how often, units added up
    terms: np.ndarray  # values that the regression spends on what is not a cause
    other_estimate: np.ndarray  # the same as if changes of level that no event declares had been; NaN without any
    other_error: np.ndarray
    other_stated_estimate: np.ndarray
    other_stated_error: np.ndarray


@dataclass(frozen=True)
class Judged:
    """What follows for each claim; false or NaN for those that could not be tested."""

    supported: np.ndarray
    refuted: np.ndarray
    small: np.ndarray  # supported, and at most as large as what matters by default
    q: np.ndarray
    estimate: np.ndarray  # of the best lag where that is supported, else of the one that was stated
    low: np.ndarray  # the interval
    high: np.ndarray
    hidden: np.ndarray  # the driver that would explain the estimate away
    needed_low: np.ndarray  # rows needed, where neither flag is set
    needed_high: np.ndarray
    cut: float  # the largest chance that would have passed


def judge(tests: Estimates) -> Judged:
    """Judge all tests of a map together."""
    from scipy.special import ndtri, stdtrit

    # Benjamini and Hochberg (1995), over all links of the map: who tests twenty at 5 % finds one by chance. A share of
    # false ones among the supported, because a map is acted on as a whole; a family-wise error would find too little.
    tested = ~np.isnan(tests.p)
    count = int(tested.sum())
    q = np.full(len(tests.p), np.nan)
    q[tested] = _false_discovery_control(tests.p[tested])
    # Refuted asks for more than not being found: the whole plain 90 % interval, at every lag of the window, is below
    # the smallest effect that matters. Somebody who says what matters has a link refuted that is sure to be there but
    # smaller, in the long run too: it is none to act on. The default knows nothing of what matters, so it refutes
    # nothing that is there; it compares with a month's noise, and would be larger by as much in the long run.
    carry = np.where(tests.default == 1, 1.0, tests.carry)
    below = tested & (tests.reach * carry < tests.smallest)
    small = below & (tests.default == 1) & ((q <= Q) | (tests.p <= LEVEL / 2))
    refuted = below & ~small
    supported = (q <= Q) & ~refuted
    passed = int(supported.sum())
    # Supported links were picked for being large, so of R among m their intervals have the level 1 − Q · R/m · share:
    # Benjamini, Y. and Yekutieli, D. (2005), False discovery rate-adjusted multiple confidence intervals for selected
    # parameters, Journal of the American Statistical Association 100, 71-81.
    wide = np.where(supported, LEVEL * passed / max(count, 1) * tests.share, LEVEL)
    # Of the others nothing was picked, so the lag that was stated is asked: the best of three would look too large.
    estimate = np.where(supported, tests.estimate, tests.stated_estimate)
    error = np.where(supported, tests.error, tests.stated_error)
    errors = stdtrit(tests.free, 1 - wide / 2)
    half = errors * error
    towards = tests.sign * estimate
    # Errors shrink with the root of the values, so an effect β needs free · ((z₁₋α + z.₈) · error / β)² free values, α
    # being what the next link to be supported must stay below. β is anywhere between the larger of the smallest effect
    # that matters and the interval's near end, and its far end; that gives the range. The estimate itself would be too
    # noisy to plan by: of a short pilot most of all.
    with np.errstate(divide="ignore", invalid="ignore"):
        hidden = hidden_driver(towards / error, tests.free)
        alpha = Q * min(passed + 1, count) / max(count, 1) * tests.share
        need = tests.free * ((ndtri(1 - alpha) + ndtri(POWER)) * error) ** 2
        far = np.maximum(tests.reach, 0)
        near = np.minimum(np.maximum(tests.smallest / carry, towards - half), far)
        low, high = (np.ceil((tests.terms + need / beta**2) * tests.rows / tests.values) for beta in (far, near))
    waiting = tested & ~supported & ~refuted
    # What is not sure today takes one more month at least.
    low, high = (np.where(waiting, np.maximum(end, tests.rows + 1), np.nan) for end in (low, high))
    # What nobody declared is not taken out; the interval allows for its having been.
    other = np.where(supported, tests.other_estimate, tests.other_stated_estimate)
    wider = errors * np.where(supported, tests.other_error, tests.other_stated_error)
    ends = np.fmin(estimate - half, other - wider), np.fmax(estimate + half, other + wider)
    cut = Q * max(passed, 1) / max(count, 1)
    return Judged(supported, refuted, small & supported, q, estimate, *ends, hidden, low, high, cut)


def _false_discovery_control(p: np.ndarray) -> np.ndarray:
    """Benjamini and Hochberg's adjusted p: scipy.stats has it too, and takes longer to import."""
    order = np.argsort(p)
    adjusted = np.empty_like(p)
    scaled = p[order] * (len(p) / np.arange(1, len(p) + 1))
    adjusted[order] = np.minimum.accumulate(scaled[::-1])[::-1].clip(0, 1)
    return adjusted
