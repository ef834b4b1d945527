"""The smallest change of one parent's weights that turns its status into another."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.model.status import STATUSES
from bsclib.scoring.rules import tidy
from bsclib.scoring.tree import ScoreTree, Which, as_statuses, lowest_score, score_tree

COLOURED = STATUSES[:3]
JUST_BELOW = 0.6e-9
"""A share so far below an edge is below it after rounding to 9 decimals."""


@dataclass(frozen=True)
class _Flip:
    """New shares and what they give; without shares, why there are none."""

    shares: np.ndarray | None = None
    score: float = math.nan
    status: str | None = None
    change: float = math.nan
    reason: str = ""


def smallest_flips(scores: pd.DataFrame, unit: Which = None, period: Which = None) -> pd.DataFrame:
    """Return for every parent the smallest change of its children's weights that flips its status.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    unit, period : str, iterable of str or ALL, optional
        By default the organisation as a whole, and the last month.

    Returns
    -------
    DataFrame
        One row for every unit, month and parent that has a KPI below it: `unit`, `period`, `level`, `id`, `children`
        that have a score, `score`, `status`, `new_status`, `new_score`, `total_change` (0..2; NaN where no weights can;
        the sum of the absolute changes of the shares) and `reason`, which says why where no weights can flip it.

    Notes
    -----
    Minimise ``sum |v - w|`` over shares v with ``v >= 0``, ``sum v = 1`` and ``sum v s`` in another status's band. Each
    share d taken from a child that scores s and given to the best one gains ``d (s_best - s)`` and costs ``2 d``; so,
    as in the fractional knapsack, the children that score lowest give first, until the edge is met (the reverse to
    fall). An edge belongs to the better band, so that to fall there is no smallest change: the score comes out just so
    far below the edge (6e-8 of its 100) that it is below at the 9 decimals at which statuses are compared.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> flips = smallest_flips(score(read_scorecard("meridian"), read_actuals("meridian")))
    >>> bool(flips["total_change"].dropna().between(0, 2).all())
    True
    """
    tree = score_tree(scores, unit, period)
    nodes = np.array([node for node in tree.parents if len(tree.children(int(node)))], dtype=int)
    table = tree.rows(nodes)
    cells = [(case, int(node)) for case in range(tree.cases) for node in nodes]
    flips = [_flip(tree, case, node) for case, node in cells]
    known = ~np.isnan(tree.numbers["score"])
    table["children"] = [int(known[case, tree.children(node)].sum()) for case, node in cells]
    table["score"] = tree.numbers["score"][:, nodes].reshape(-1)
    table["status"] = as_statuses(tree.status[:, nodes])
    table["new_status"] = pd.Categorical([flip.status for flip in flips], categories=list(STATUSES))
    table["new_score"] = [flip.score for flip in flips]
    table["total_change"] = [flip.change for flip in flips]
    table["reason"] = [flip.reason for flip in flips]
    return table


def _flip(tree: ScoreTree, case: int, node: int) -> _Flip:
    below = tree.children(node)
    scores = tree.numbers["score"][case, below]
    stated = np.nan_to_num(tree.numbers["effective_weight"][case, below])
    known = ~np.isnan(scores)
    if tree.status[case, node] >= len(COLOURED):
        return _Flip(reason="it has no score, and so no status to flip")
    at_risk, on_target = (float(tidy(tree.numbers[name][case, node])) for name in ("at_risk", "on_target"))
    bands = {"on_target": (on_target, math.inf), "at_risk": (at_risk, on_target), "off_target": (-math.inf, at_risk)}
    status = STATUSES[tree.status[case, node]]
    flips = []
    for other in COLOURED:
        goal = _goal(status, other, bands[other], scores[known]) if other != status else None
        if goal is not None:
            shares = np.zeros(len(below))
            shares[known] = _move_weight(stated[known], scores[known], goal)
            change = float(np.abs(shares - stated).sum())
            flips.append(_Flip(shares, float(shares[known] @ scores[known]), other, change))
    if flips:
        return min(flips, key=lambda flip: flip.change)
    low, high = scores[known].min(), scores[known].max()
    return _Flip(reason=f"no weights can flip it: its children score {low:.10g} to {high:.10g}, all on one side")


def _goal(status: str, other: str, band: tuple[float, float], scores: np.ndarray) -> float | None:
    """The score to come to: the near edge of the band, if the children's scores reach it."""
    rise = COLOURED.index(other) < COLOURED.index(status)
    if not band[0] < band[1]:
        return None
    if rise:
        reached = scores.max() >= float(lowest_score(np.asarray(band[0])))
        return min(100 * band[0], scores.max()) if reached else None
    reached = scores.min() < float(lowest_score(np.asarray(band[1])))
    return max(100 * (band[1] - JUST_BELOW), scores.min()) if reached else None


def _move_weight(share: np.ndarray, scores: np.ndarray, goal: float) -> np.ndarray:
    """Shares with this weighted mean, for the least moved: those farthest behind give to the one farthest ahead."""
    need = goal - float(share @ scores)
    ahead = scores if need > 0 else -scores
    need, taker = abs(need), int(np.argmax(ahead))
    shares = share.copy()
    for giver in np.argsort(ahead, kind="stable"):
        gap = ahead[taker] - ahead[giver]
        if need <= 0 or gap <= 0:
            break
        weight = min(share[giver], need / gap)
        shares[giver] -= weight
        shares[taker] += weight
        need -= weight * gap
    return shares / shares.sum()


def turning_weights(stand: pd.DataFrame, parent: str) -> list[tuple[str, float, str, str]]:
    """Child, the weight at which it turns a status, whose status, and which that is above it; all else as it stands.

    `stand` is one unit's month, by id, as `bsclib.scoring.snapshot` gives it. What is above a parent follows it as far
    as its own weight reaches: a total of T other points and weights W turns where the parent scores (edge W - T) / w.
    """
    goals: list[tuple[float, str, str]] = []  # the parent's scores at which it, or something above it, turns
    node, lift = parent, lambda score: score
    while node in stand.index and pd.notna(stand.at[node, "score"]):
        for column in ("at_risk", "on_target"):
            goals.append((lift(100 * float(stand.at[node, column])), node, column))
        above = str(stand.at[node, "parent"])
        if above not in stand.index:
            break
        weights, points = _others(stand, above, node)
        own = float(stand.at[node, "weight"])
        if own <= 0:
            break
        lift = _lifted(lift, weights, points, own)
        node = above
    found = []
    for child in stand.index[(stand["parent"] == parent) & stand["score"].notna()]:
        weights, points = _others(stand, parent, str(child))
        score = float(stand.at[child, "score"])
        for goal, turned, status in goals:
            weight = (goal * weights - points) / (score - goal) if score != goal else math.nan
            if weights > 0 and weight > 0 and math.isfinite(weight):
                better = status if score > goal else {"on_target": "at_risk", "at_risk": "off_target"}[status]
                found.append((str(child), weight, turned, better))
    return found


def _lifted(lift: Callable[[float], float], weights: float, points: float, own: float) -> Callable[[float], float]:
    return lambda score: lift((score * (weights + own) - points) / own)


def _others(stand: pd.DataFrame, parent: str, child: str) -> tuple[float, float]:
    """The weights of a child's neighbours that have a score, and their weighted points."""
    rows = stand[(stand["parent"] == parent) & (stand.index != child) & stand["score"].notna()]
    weights = rows["weight"].astype(float)
    return float(weights.sum()), float((weights * rows["score"].astype(float)).sum())
