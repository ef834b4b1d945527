"""What drives one KPI, as many answers that the data allow: its own past, and every cause that the map claims for it.

    departure[t] = own · departure[t−1] + Σ by · departure of a cause[t−lag] + noise

A claimed cause may be there or not. Every selection of the claimed causes is weighed by how well it explains the past,
and answers are drawn from all of them: in a share of the draws a cause has next to no effect, and in the rest one that
the data allow. A cause that the data support is there in nearly all draws. One that they neither support nor exclude is
there in some: it widens the band, and leaves the median where the supported causes put it.

What no answer holds is a driver that nobody measured: where one moves cause and effect alike, all draws are wrong
together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bsclib.causality.evidence.regression import ROUNDING, LeastSquares, Rows

POOL = 4000
"""How many answers are kept of each equation."""
PRIOR_INCLUSION = 0.5
"""The chance that a claimed cause is there, before the data speak."""
SLAB_MEAN, SLAB_SD = 0.3, 0.3
"""What a cause that is there does before the data speak, the way the map says: mean and standard deviation, in noise of
the effect per noise of the cause. One in six goes the other way."""
SPIKE_SD = 0.02
"""Standard deviation, likewise, of what a cause does that is not there: next to nothing."""
OWN = 1.0
"""Standard deviation of what a KPI hands on to itself, before the data speak."""
PRIOR_WANDERS = 0.5
"""The chance that a KPI has no level to come back to, an own coefficient of 1, before the data speak."""
OWN_GRID = 81
"""Own coefficients at which its posterior is looked at, for each selection of the causes."""
LEAST_LEFT = 1e-3
"""Share of an effect's variance that its causes leave over at least, before the data speak."""
MOST_OPEN = 10
"""Claimed causes whose selections are all weighed; of more, the surest are taken to be there."""


@dataclass(frozen=True)
class Coefficients:
    """Draws of one equation, in rows of its panel and in its units."""

    own: np.ndarray  # (draws,)
    by: np.ndarray  # (draws, causes)
    noise: np.ndarray  # standard deviation, as a share of its best estimate
    inclusion: np.ndarray  # how often each cause is there


@dataclass(frozen=True)
class ClaimedCauses:
    """The causes that the map claims for an effect."""

    place: np.ndarray  # among the regression's candidates
    sign: np.ndarray  # −1 or 1
    noise: np.ndarray  # standard deviation of what each cause's own past leaves over


NO_CAUSES = ClaimedCauses(np.zeros(0, dtype=int), np.zeros(0, dtype=int), np.zeros(0))


def draw_coefficients(
    rows: Rows, squares: LeastSquares, claimed: ClaimedCauses, noise: float, rng: np.random.Generator
) -> Coefficients:
    """`POOL` draws of one effect's coefficients, all selections of its claimed causes weighed."""
    # Normal priors, so that everything is exact: Bayesian model averaging (Hoeting, Madigan, Raftery and Volinsky 1999,
    # Statistical Science 14) with a spike and a slab (George and McCulloch 1993, JASA 88). A selection's weight is its
    # marginal likelihood. Given the selection, the noise's variance is drawn first, inverse chi-squared, then own
    # coefficient and effects jointly.
    columns = np.concatenate([[0, 1], claimed.place + 2]).astype(int)
    size = squares.size[columns]
    products = squares.products[np.ix_(columns, columns)] * np.outer(size, size)
    inner, outer, total = products[1:, 1:], products[1:, 0], float(products[0, 0])
    free = max(squares.free + 1, 1.0)
    # The noise's variance when every cause is in: what the priors' variances are measured by.
    unexplained = max(total - float(outer @ np.linalg.lstsq(inner, outer, rcond=None)[0]), LEAST_LEFT * total)
    left = unexplained / max(free - len(inner), 1.0) / noise**2
    slab = left * np.append(noise / OWN, claimed.noise / SLAB_SD) ** 2
    spike = left * np.append(noise / OWN, claimed.noise / SPIKE_SD) ** 2
    there = _selections(inner, outer, slab)
    precision = np.where(there, slab, spike)
    usual = there * np.append(0.0, claimed.sign * SLAB_MEAN * noise / claimed.noise)
    weight, mean, root, rest = _posterior(inner, outer, total, precision, usual, free)
    weight = weight * (PRIOR_INCLUSION / (1 - PRIOR_INCLUSION)) ** there[:, 1:].sum(axis=1)
    cover = root @ root.transpose(0, 2, 1)
    # So that a short series is not believed too much: less by the coefficients that the data, not the priors, decide.
    decided = np.einsum("sij,ji->s", cover, inner)
    freedom = np.maximum(free - decided, 1)
    wider = _uneven_noise(rows.table[:, columns])
    error = wider[0] * np.sqrt(cover[:, 0, 0] * rest / freedom)
    grid, chances = _own_posterior(mean[:, 0], error, freedom, squares.length, len(np.unique(rows.unit)))
    weight = weight * chances.sum(axis=1)
    weight /= weight.sum()
    pick = rng.choice(len(there), size=POOL, p=weight)
    spread = np.sqrt(rest[pick] / rng.chisquare(freedom[pick]))
    own = _draw_own(grid, chances, pick, rng)
    # The effects, given the own coefficient that was drawn: what it has less, they have more.
    tilt = cover[:, :, 0] / cover[:, :1, 0] * wider / wider[0]
    chance = wider * spread[:, None] * np.einsum("dij,dj->di", root[pick], rng.standard_normal((POOL, len(slab))))
    drawn = mean[pick] + chance + tilt[pick] * (own - mean[pick, 0] - chance[:, 0])[:, None]
    return Coefficients(
        own=own,
        by=drawn[:, 1:],
        noise=spread / np.sqrt(weight @ rest / free),
        inclusion=weight @ there[:, 1:],
    )


def _uneven_noise(table: np.ndarray) -> np.ndarray:
    """How many times wider each coefficient's error is than noise of one size would make it; 1 at least."""
    # Noise that comes in clusters leaves the posterior's mean where it is and makes it too narrow: the sandwich in its
    # place (Müller 2013, Risk of Bayesian inference in misspecified models, Econometrica 81), the meat by squared
    # residuals over 1 − leverage (HC2; MacKinnon and White 1985, Journal of Econometrics 29).
    effect, causes = table[:, 0], table[:, 1:]
    if len(table) <= causes.shape[1] + 1:
        return np.ones(causes.shape[1])
    bread = np.linalg.pinv(causes.T @ causes)
    ways = causes @ bread
    rest = effect - ways @ (causes.T @ effect)
    left = np.maximum(1 - (ways * causes).sum(axis=1), 1 / len(table))
    even = np.diag(bread) * (rest**2).sum() / (len(table) - causes.shape[1])
    robust = (ways**2 * (rest**2 / left)[:, None]).sum(axis=0)
    return np.sqrt(np.maximum(robust / np.where(even > 0, even, np.inf), 1.0))


def _own_posterior(
    mean: np.ndarray, error: np.ndarray, free: np.ndarray, length: float, units: int
) -> tuple[np.ndarray, np.ndarray]:
    """For each selection, own coefficients from 0 to 1 (selections, grid), and how likely each is."""
    reach = 6 * error
    low, high = np.clip(mean - reach, 0, 1), np.clip(mean + reach, 0, 1)
    inside = low[:, None] + (high - low)[:, None] * (np.arange(OWN_GRID) + 0.5) / OWN_GRID
    grid = np.column_stack([inside, np.ones(len(mean))])
    far = (grid - mean[:, None]) / error[:, None]
    log = -(free[:, None] + 1) / 2 * np.log1p(far**2 / free[:, None]) + units * _log_restricted(grid, length)
    # What of the posterior lies between 0 and 1 counts for a selection; the last column is 1 itself.
    width = np.maximum(high - low, 1e-12) / OWN_GRID
    step = np.column_stack([np.tile(width[:, None], OWN_GRID), np.full(len(grid), PRIOR_WANDERS / (1 - PRIOR_WANDERS))])
    return grid, np.exp(log - log.max()) * step / error[:, None]


def _log_restricted(own: np.ndarray, length: float) -> np.ndarray:
    """What restricted likelihood adds to least squares' of an own coefficient, constant and trend taken out."""
    # Least squares find too little of what a series hands on once a trend is taken out, by about (2 + 4a)/T (Shaman and
    # Stine 1988). Restricted likelihood, in which level and trend are integrated out, finds nearly all of it, and is
    # finite at 1, where nothing comes back to a level (Cheang and Reinsel 2000, JASA 95): ½ log|V⁻¹| − ½ log|X'V⁻¹X|
    # for errors of first order, X a constant and a trend, which are at right angles.
    if not np.isfinite(length) or length < 2:
        return np.zeros_like(own)
    rows, end = length + 1, length / 2  # the trend runs from −end to end
    square = rows * (rows**2 - 1) / 12
    level = rows - (rows - 2) * own  # of the constant, less a factor 1 − own that |V⁻¹| has too
    trend = (1 + own**2) * square - 2 * own**2 * end**2 - 2 * own * (square - end**2 - end)
    return 0.5 * (np.log1p(own) - np.log(level) - np.log(trend))


def _draw_own(grid: np.ndarray, chances: np.ndarray, pick: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An own coefficient for each draw, from the posterior of the selection that it picked."""
    share = np.cumsum(chances, axis=1)
    share /= share[:, -1:]
    at = (rng.random(len(pick))[:, None] > share[pick]).sum(axis=1)
    width = np.where(at < OWN_GRID, (grid[:, 1] - grid[:, 0])[pick], 0.0)
    return np.asarray(grid[pick, at] + width * (rng.random(len(pick)) - 0.5))


def _selections(inner: np.ndarray, outer: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Every selection of the causes, a row each, the own past always in; of many causes, the surest always in too."""
    whole = inner + np.diag(prior)
    clear = np.abs(np.linalg.solve(whole, outer)) / np.sqrt(np.diag(np.linalg.inv(whole)))
    open_ = np.sort(np.argsort(clear[1:], kind="stable")[:MOST_OPEN])
    selections = np.ones((2 ** len(open_), len(prior)), dtype=bool)
    selections[:, 1 + open_] = np.arange(len(selections))[:, None] >> np.arange(len(open_)) & 1
    return selections


def _posterior(
    inner: np.ndarray, outer: np.ndarray, total: float, prior: np.ndarray, usual: np.ndarray, free: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of each selection: its marginal likelihood, the coefficients' mean, their covariance's root, and what is left."""
    precision = inner + np.eye(len(inner)) * prior[:, :, None]
    right = outer + prior * usual
    mean = np.linalg.solve(precision, right[:, :, None])[:, :, 0]
    rest = total + (prior * usual**2).sum(axis=1) - (mean * right).sum(axis=1)
    rest = np.maximum(rest, ROUNDING * total)
    corner = np.linalg.cholesky(precision)
    root = np.linalg.inv(corner).transpose(0, 2, 1)
    log = 0.5 * np.log(prior).sum(axis=1) - np.log(np.diagonal(corner, axis1=1, axis2=2)).sum(axis=1)
    log -= free / 2 * np.log(rest / total)
    return np.exp(log - log.max()), mean, root, rest
