"""From a map's regressions to verdicts: what is sure enough once every look has been paid for."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from bsclib.causality.evidence.stepwise import LEVEL

Q = 0.10
"""Share of the supported links that may be false."""
POWER = 0.8
"""Chance with which a link that is there should be found."""
DEFAULT_SMALLEST = 0.2
"""Smallest effect that matters by default, in noise of the effect per noise of the cause."""
SUPPORTED, REFUTED, TOO_LITTLE, NOT_TESTABLE = VERDICTS = ("supported", "refuted", "too_little_data", "not_testable")


def step_up(p: np.ndarray, q: float = Q) -> tuple[np.ndarray, np.ndarray]:
    """Which of several chances are small enough, and each one's q-value.

    Parameters
    ----------
    p : array
        One chance a test, none missing.
    q : float
        Share of the accepted that may be false.

    Returns
    -------
    (array of bool, array)

    References
    ----------
    .. [1] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical
       Society B 57, 289-300.

    Examples
    --------
    >>> accepted, adjusted = step_up(np.array([0.01, 0.04, 0.6]))
    >>> accepted.tolist(), adjusted.round(2).tolist()
    ([True, True, False], [0.03, 0.06, 0.6])
    """
    count = len(p)
    order = np.argsort(p, kind="stable")
    raised = p[order] * count / np.arange(1, count + 1)
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return adjusted <= q, adjusted


def hidden_driver(t: np.ndarray, free: np.ndarray) -> np.ndarray:
    """How strong an unseen driver would explain an estimate away.

    Parameters
    ----------
    t, free : array
        Estimate over standard error, in the stated direction, and the values left to judge it by.

    Returns
    -------
    array
        The share, 0 to 1, of the noise (variance left over) of cause and of effect that one unseen driver would have to
        make up in both to bring the estimate to 0; NaN where the estimate does not point in the stated direction.

    Notes
    -----
    The robustness value ``½ (√(f⁴ + 4 f²) − f²)`` with ``f² = t² / free``.

    References
    ----------
    .. [1] Cinelli, C. and Hazlett, C. (2020). Making sense of sensitivity: extending omitted variable bias. Journal of
       the Royal Statistical Society B 82, 39-67.

    Examples
    --------
    The paper's own example, the effect of being harmed on attitudes to peace: t = 4.18 with 783 degrees of freedom.

    >>> hidden_driver(np.array([4.18]), np.array([783])).round(3).tolist()
    [0.139]
    """
    with np.errstate(invalid="ignore"):
        f2 = t**2 / free
        return np.where(t > 0, 0.5 * (np.sqrt(f2**2 + 4 * f2) - f2), np.nan)


@dataclass(frozen=True)
class Estimates:
    """What the regressions of a map say of its claims, an entry each.

    Attributes
    ----------
    estimate, error, free, p, reach : array
        As in `stepwise.Fit`.
    sign, smallest : array
        What the links claim, the default of `smallest` filled in.
    share : array
        The found lag's share of the error allowed inside its window.
    rows, values : array
        In how many rows the link was observed, and how often, units added up.
    terms : array
        How many values its regression spends on what is not a cause.
    """

    estimate: np.ndarray
    error: np.ndarray
    free: np.ndarray
    p: np.ndarray
    reach: np.ndarray
    sign: np.ndarray
    smallest: np.ndarray
    share: np.ndarray
    rows: np.ndarray
    values: np.ndarray
    terms: np.ndarray

    def of(self, which: np.ndarray) -> Estimates:
        """Some of the tests."""
        parts = {one.name: getattr(self, one.name)[which] for one in fields(self)}
        return Estimates(**parts)


@dataclass(frozen=True)
class Judged:
    """What follows for each claim, and `cut`, the largest chance that would have passed.

    `low` and `high` are the interval, `hidden` the driver that would explain the estimate away, `needed_low` and
    `needed_high` the rows needed where neither flag is set.
    """

    supported: np.ndarray
    refuted: np.ndarray
    q: np.ndarray
    low: np.ndarray
    high: np.ndarray
    hidden: np.ndarray
    needed_low: np.ndarray
    needed_high: np.ndarray
    cut: float

    def spread(self, tested: np.ndarray) -> Judged:
        """The same for all claims, of which some were tested; false or NaN for the others."""

        def wide(part: np.ndarray) -> np.ndarray:
            whole = np.full(len(tested), False if part.dtype == bool else np.nan)
            whole[tested] = part
            return whole

        parts = {one.name: wide(getattr(self, one.name)) for one in fields(self) if one.name != "cut"}
        return Judged(**parts, cut=self.cut)


def judge(tests: Estimates) -> Judged:
    """Judge all tests of a map together.

    Notes
    -----
    *Supported* by Benjamini and Hochberg at q = 0.10. Of R supported among m, intervals have the level
    ``1 − 0.10 R/m · share``, for having been selected (false coverage rate, Benjamini and Yekutieli 2005). *Refuted*:
    the whole plain 90 % interval, at every lag of the window, is below the smallest effect that matters, so that an
    effect that matters is excluded, which is more than not being found.

    *Months needed* for a power of 80 %: errors shrink with the root of the values, so an effect β needs
    ``free · ((z₁₋α + z.₈) · error / β)²`` free values, α being what the next link to be supported must stay below. β is
    anywhere between the larger of the smallest effect that matters and the interval's near end, and its far end; that
    gives the range. A short pilot's own estimate would be too noisy to plan by.

    References
    ----------
    .. [1] Benjamini, Y. and Yekutieli, D. (2005). False discovery rate-adjusted multiple confidence intervals for
       selected parameters. Journal of the American Statistical Association 100, 71-81.
    """
    from scipy.special import ndtri, stdtrit

    count = len(tests.p)
    passed, q = step_up(tests.p)
    refuted = tests.reach < tests.smallest
    supported = passed & ~refuted
    found = int(supported.sum())
    wide = np.where(supported, LEVEL * found / max(count, 1) * tests.share, LEVEL)
    half = stdtrit(tests.free, 1 - wide / 2) * tests.error
    towards = tests.sign * tests.estimate
    with np.errstate(divide="ignore", invalid="ignore"):
        hidden = hidden_driver(towards / tests.error, tests.free)
        alpha = Q * min(found + 1, count) / max(count, 1) * tests.share
        need = tests.free * ((ndtri(1 - alpha) + ndtri(POWER)) * tests.error) ** 2
        far = np.maximum(tests.reach, 0)
        near = np.minimum(np.maximum(tests.smallest, towards - half), far)
        low, high = (np.ceil((tests.terms + need / beta**2) * tests.rows / tests.values) for beta in (far, near))
    waiting = ~supported & ~refuted
    low, high = (np.where(waiting, np.maximum(one, tests.rows + 1), np.nan) for one in (low, high))
    low_end, high_end = tests.estimate - half, tests.estimate + half
    return Judged(supported, refuted, q, low_end, high_end, hidden, low, high, Q * max(found, 1) / max(count, 1))
