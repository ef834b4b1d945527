"""Other ways of testing the claims of a map, for the benchmark of `bsclib.causality.evidence`."""

import importlib

import numpy as np
from scipy import stats
from worlds import KPIS, LAGS, World

from bsclib.causality.evidence.claims import STATED
from bsclib.causality.evidence.judging import Q


def best_lag_correlation(world: World, window: int) -> np.ndarray:
    """Scan all lags, take the largest correlation, and believe it at p < 0.05."""
    values = world.values[0]
    found = []
    for cause, effect in zip(world.cause, world.effect, strict=True):
        looks = [stats.pearsonr(values[: len(values) - lag, cause], values[lag:, effect]) for lag in range(LAGS)]
        found.append(max(looks, key=lambda one: abs(one.statistic)).pvalue < 0.05)
    return np.array(found)


def granger(world: World, window: int) -> np.ndarray:
    """Whether the cause at lags 0 to 6 improves on the effect's own past: an F-test, Benjamini-Hochberg at 0.10."""
    values, p = world.values[0], []
    rows = np.arange(LAGS - 1, len(values))
    for cause, effect in zip(world.cause, world.effect, strict=True):
        own = np.column_stack([np.ones(len(rows)), values[rows - 1, effect]])
        whole = np.column_stack([own, *(values[rows - lag, cause] for lag in range(LAGS))])
        less, more = (_left_over(values[rows, effect], terms) for terms in (own, whole))
        free = len(rows) - whole.shape[1]
        p.append(stats.f.sf((less - more) / LAGS / (more / free), LAGS, free))
    return stats.false_discovery_control(p) <= Q


def _left_over(effect: np.ndarray, terms: np.ndarray) -> float:
    rest = effect - terms @ np.linalg.lstsq(terms, effect, rcond=None)[0]
    return float(rest @ rest)


def joint_least_squares(world: World, window: int) -> np.ndarray:
    """Each effect on trend, own past and all claimed causes at their exact lags, one-sided, Benjamini-Hochberg at 0.10.

    Rows that lack a value are left out; known breaks are given.
    """
    return stats.false_discovery_control(_joint_chances(world)) <= Q


def window_paying_least_squares(world: World, window: int) -> np.ndarray:
    """The same, which knows the exact lags, and pays for a window all the same: what a test that looks can reach."""
    return stats.false_discovery_control(np.minimum(_joint_chances(world) / STATED, 1)) <= Q


def _joint_chances(world: World) -> np.ndarray:
    values, p = world.values[0], np.ones(len(world.cause))
    for effect in np.unique(world.effect):
        mine = np.flatnonzero(world.effect == effect)
        first = max(1, int(world.true_lag[mine].max()))
        rows = np.arange(first, len(values))
        columns = [np.ones(len(rows)), rows - rows.mean(), values[rows - 1, effect]]
        columns += [] if not len(world.breaks) else list(world.breaks[effect][rows].T)
        claimed = [values[rows - world.true_lag[n], world.cause[n]] for n in mine]
        terms, goal = np.column_stack([*columns, *claimed]), values[rows, effect]
        whole = ~np.isnan(terms).any(axis=1) & ~np.isnan(goal)
        terms, goal = terms[whole], goal[whole]
        free = len(goal) - terms.shape[1]
        if free < 3:
            continue
        inverse = np.linalg.pinv(terms.T @ terms)
        found = inverse @ terms.T @ goal
        noise = ((goal - terms @ found) ** 2).sum() / free
        errors = np.sqrt(np.maximum(noise * np.diag(inverse), 1e-300))
        p[mine] = stats.t.sf(world.sign[mine] * (found / errors)[-len(mine) :], free)
    return p


def pcmci_plus(world: World, window: int) -> np.ndarray:
    """PCMCI+ with linear partial correlations, given the map's links, lags and signs, Benjamini-Hochberg at 0.10.

    Trend and one annual wave are taken out first. Lags of a window are paid for by their number.
    """
    tigramite = {name: importlib.import_module(f"tigramite.{name}") for name in ("data_processing", "pcmci")}
    test = importlib.import_module("tigramite.independence_tests.parcorr").ParCorr(significance="analytic")
    values = world.values[0]
    t = np.arange(len(values))
    plain = np.column_stack([np.ones(len(t)), t, np.sin(2 * np.pi * t / 12), np.cos(2 * np.pi * t / 12)])
    rest = values - plain @ np.linalg.lstsq(plain, values, rcond=None)[0]
    allowed: dict[int, dict] = {effect: {(effect, -1): "-->"} for effect in range(KPIS)}
    claims = list(zip(world.cause.tolist(), world.effect.tolist(), world.lag.tolist(), world.sign, strict=True))
    near = [[one for one in range(lag - window, lag + window + 1) if one >= 0] for _, _, lag, _ in claims]
    for (cause, effect, _, _), lags in zip(claims, near, strict=True):
        for lag in lags:
            allowed[effect][cause, -lag] = "-?>"
            if lag == 0:
                allowed[cause][effect, 0] = "<?-"
    run = tigramite["pcmci"].PCMCI(tigramite["data_processing"].DataFrame(rest), test, verbosity=0)
    found = run.run_pcmciplus(tau_min=0, tau_max=max(map(max, near)), pc_alpha=0.1, link_assumptions=allowed)
    p = []
    for (cause, effect, _, sign), lags in zip(claims, near, strict=True):
        two_sided, strength = (found[name][cause, effect, lags] for name in ("p_matrix", "val_matrix"))
        p.append(min(1.0, len(lags) * np.where(strength * sign > 0, two_sided / 2, 1 - two_sided / 2).min()))
    return stats.false_discovery_control(p) <= Q


RIVALS = {
    "joint least squares": joint_least_squares,
    "best-lag correlation": best_lag_correlation,
    "Granger + BH": granger,
    "PCMCI+ + BH": pcmci_plus,
}
