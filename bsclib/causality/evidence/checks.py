"""What else a supported link has to stand: another way of regressing it, other units, and links that nobody claimed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bsclib.causality.evidence.claims import Claims, claims
from bsclib.causality.evidence.regression import ALIKE, ROUNDING, LeastSquares
from bsclib.causality.evidence.stepwise import LEVEL, Fit

# 5 %, one-sided: a check is one question about one link that was supported before, not a search among many.
HOLDS = 0.05
"""Largest one-sided chance at which a link is said to hold in a check."""
# Of 600 series of 60 months, persistence 0.3 to 0.9, 99 in 100 were by then within 0.003 standard errors of the end.
ROUNDS = 4
"""How often errors and their persistence are estimated in turn."""
SETTLED = 1e-4
"""Share of the estimates by which they change at most, once no other turn is needed."""
# Stricter than 5 %, because it is asked of every supported link: said at 5 %, one in twenty would differ by chance.
APART = 0.01
"""Largest chance at which units are said to differ."""


@dataclass(frozen=True)
class Units:
    """How a link differs between units: each unit's estimate, NaN where unseen, and the chance of such differences."""

    estimates: np.ndarray
    chance: float


def holds_in_quarters(fit: Fit, map_: Claims, place: int, per_quarter: int = 3) -> tuple[bool, bool]:
    """Whether a link, counted within the fit, also holds in every other quarter of its rows, and in the rest."""
    # What chance or one episode brought about seldom comes twice. In simulated worlds of 60 months 70 in 100 of the
    # supported links that exist hold in both, and 26 of those that do not; changes from row to row, and errors that
    # last, told them apart less well (81 and 52). Every other quarter, not two halves, because a law that changes
    # once stands still in one of these.
    odd = fit.rows.row // per_quarter % 2 == 0
    columns = [0, 1, *(n + 2 for n in fit.beside(place)), int(fit.chosen[place]) + 2]
    sign = map_.sign[fit.mine[place]]
    halves = []
    for half in (odd, ~odd):
        free = fit.rows.free * float(half.mean()) if half.any() else 0.0
        squares = LeastSquares(replace(fit.rows, table=fit.rows.table[np.ix_(half, columns)], free=free))
        estimate, error, left, _ = squares.added([*range(len(columns) - 3)])
        halves.append(_holds(sign * estimate[-1], error[-1], left))
    return halves[0], halves[1]


def lasting_reach(fit: Fit, map_: Claims, places: list[int]) -> dict[int, float]:
    """The largest effects left possible when the errors, not the effect's own past, carry over from row to row."""
    # The regression lets the effect's past carry a cause's effect on. If it is the noise that lasts instead, its past
    # would take credit for the cause: the other way is tried too, without the own past. Units follow each other as one
    # series.
    if not places:
        return {}
    from scipy.special import stdtrit

    picked = sorted({*fit.entered, *(int(fit.chosen[place]) for place in places)})
    table = fit.rows.table / fit.squares.size
    effect, causes = table[:, 0], table[:, [n + 2 for n in picked]]
    rest = effect - causes @ np.linalg.lstsq(causes, effect, rcond=None)[0]
    # An effect that follows exactly has no errors that could last.
    if rest @ rest <= ROUNDING:
        return {place: float(fit.reach[place]) for place in places}
    estimates, errors = lasting_errors(effect, causes)
    out = {}
    for place in places:
        n, terms = int(fit.chosen[place]), len(picked)
        estimate, error = estimates[picked.index(n)], errors[picked.index(n)]
        # Those that are asked together may be one course at the lags that were picked: then each is asked without them.
        if np.isinf(error):
            alone = [*fit.beside(place), n]
            apart, wide = lasting_errors(effect, table[:, [m + 2 for m in alone]])
            estimate, error, terms = apart[-1], wide[-1], len(alone)
        free, scale = fit.rows.free - terms, fit.squares.size[0] / fit.squares.size[n + 2]
        out[place] = np.inf
        if free >= 1:
            far = map_.sign[fit.mine[place]] * estimate + stdtrit(free, 1 - LEVEL / 2) * error
            out[place] = float(far * scale)
    return out


def lasting_errors(effect: np.ndarray, causes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Estimates and standard errors when errors are of first order; infinite errors where others determine a cause."""
    # Feasible generalised least squares: Cochrane, D. and Orcutt, G. H. (1949), Application of least squares regression
    # to relationships containing auto-correlated error terms, Journal of the American Statistical Association 44,
    # 32-61; what errors hand on to each other is found by Yule and Walker's equation.
    handed, before = 0.0, np.full(causes.shape[1], np.nan)
    for _ in range(ROUNDS):
        goal, terms = (series[1:] - handed * series[:-1] for series in (effect, causes))
        left, strength, ways = np.linalg.svd(terms, full_matrices=False)
        there = strength**2 > ALIKE * strength[0] ** 2
        part = ways[there] / strength[there, None]
        estimate = part.T @ (left[:, there].T @ goal)
        if np.all(np.abs(estimate - before) <= SETTLED * np.abs(before)):
            break
        before, rest = estimate, effect - causes @ estimate
        rest = rest - rest.mean()
        handed = float(rest[1:] @ rest[:-1]) / (len(rest) - 1) / max(float(rest @ rest) / len(rest), 1e-300)
    rest = goal - terms @ estimate
    free = len(goal) - int(there.sum())
    determined = (ways[there] ** 2).sum(axis=0) > 1 - ALIKE
    with np.errstate(divide="ignore"):
        error = np.sqrt(rest @ rest / free * (part**2).sum(axis=0)) if free > 0 else np.inf
    return estimate, np.where(determined, error, np.inf)


def _holds(estimate: float, error: float, free: float) -> bool:
    from scipy.special import stdtr

    return bool(free >= 1 and error > 0 and stdtr(free, -estimate / error) <= HOLDS)


def between_units(fit: Fit, place: int, units: int) -> Units:
    """Each unit's own estimate of a link, and by an F-test the chance that they differ from the common one so much."""
    from scipy.special import fdtrc

    # Frisch and Waugh: effect and cause, less what own past and the other causes explain in all units together, have
    # the link's slope; so each unit spends one value on its own slope, and not one on every other cause as well.
    table = fit.rows.table
    base = table[:, [1, *(n + 2 for n in fit.beside(place))]]
    both = table[:, [0, int(fit.chosen[place]) + 2]]
    effect, cause = (both - base @ np.linalg.lstsq(base, both, rcond=None)[0]).T
    seen = np.bincount(fit.rows.unit, fit.rows.seen[:, int(fit.chosen[place])], minlength=units) >= 4
    strength = np.bincount(fit.rows.unit, cause**2, minlength=units)
    shared = np.bincount(fit.rows.unit, cause * effect, minlength=units)
    # Where the cause stood still there is no slope to compare.
    strong = seen & (strength > 1e-9 * strength.max(initial=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(strong, shared / strength, np.nan)
    free = fit.rows.free - base.shape[1] - strong.sum()
    if strong.sum() < 2 or free < 1:
        return Units(own, 1.0)
    common = shared.sum() / strength.sum()
    apart = np.nansum((own - common) ** 2 * strength)
    noise = ((effect - common * cause) ** 2).sum() - apart
    between = int(strong.sum()) - 1
    return Units(own, float(fdtrc(between, free, apart / between / (noise / free))) if noise > 0 else 0.0)


def placebos(map_: Claims) -> Claims:
    """Links that nobody claimed: the map's causes shuffled among its effects, with lags and signs of its links."""
    import networkx as nx

    linked = {*zip(map_.cause.tolist(), map_.effect.tolist(), strict=True)}
    causes, effects = sorted({c for c, _ in linked}), sorted({e for _, e in linked})
    # Nothing that could be so: what the map puts downstream of an effect moves with it, and what the map links directly
    # is no placebo. All pairs that are left, not a sample: the same map always gets the same placebos.
    graph = nx.DiGraph(linked)
    free = {e: {*causes} - {e} - nx.descendants(graph, e) - {*graph.predecessors(e)} for e in effects}
    pairs = [(c, e) for e in effects for c in sorted(free[e])]
    lender = np.arange(len(pairs)) % max(len(map_), 1)
    cause, effect = np.array(pairs, dtype=int).reshape(-1, 2).T
    return claims(cause, effect, map_.lag[lender], map_.sign[lender], window=0)


def placebo_chances(fit: Fit, mock: Claims) -> np.ndarray:
    """One-sided chances of the placebo links that were fitted along, the causes that entered given."""
    from scipy.special import stdtr

    estimate, error, free, _ = fit.squares.added(fit.entered)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(stdtr(free, -mock.sign * (estimate / error)[-len(mock) :]))
