"""The smallest change of one parent's weights that turns its status into another."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.status import STATUSES
from bsclib.scoring.rules import tidy
from bsclib.scoring.tree import Choice, ScoreTree, lay_out_scores, lowest_score, words

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


def flip_weights(
    scores: pd.DataFrame, id: str, unit: str | None = None, period: str | None = None, to: str | None = None
) -> pd.DataFrame:
    """Find the smallest change of the weights of one parent's own children that flips the parent's status.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    id : str
        An objective or perspective, or the scorecard itself.
    unit, period : str, optional
        By default the organisation as a whole, and the last month.
    to : {"on_target", "at_risk", "off_target"}, optional
        The status wanted; by default whichever other one takes the smallest change.

    Returns
    -------
    DataFrame
        One row a child: `unit`, `period`, `parent`, `id`, `score` of the child, `share` that it carries (0..1),
        `new_share`, `change` of the share; and the same in each row `parent_score`, `new_parent_score`, `status`,
        `new_status`, `total_change` (the sum of the absolute changes, 0..2), and `reason`, which says why when no
        weights can flip it; then the new columns are NaN. A child without a score takes no part.

    Raises
    ------
    UnknownNameError
        For an id, a unit, a period or a status that is not known.
    BscError
        For a KPI, an objective that no KPI measures, or a status that it has already.

    Notes
    -----
    Minimise ``sum |v - w|`` over shares v with ``v >= 0``, ``sum v = 1`` and ``sum v s`` in the wanted band. Each share
    d taken from a child that scores s and given to the best one gains ``d (s_best - s)`` and costs ``2 d``; so, as in
    the fractional knapsack, the children that score lowest give first, until the edge is met (the reverse to fall). An
    edge belongs to the better band, so that to fall there is no smallest change: the score comes out just so far below
    the edge (6e-8 of its 100) that it is below at the 9 decimals at which statuses are compared.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> scores = score(read_scorecard("meridian"), read_actuals("meridian"))
    >>> flip = flip_weights(scores, "meridian")
    >>> list(flip.columns)[:7]
    ['unit', 'period', 'parent', 'id', 'score', 'share', 'new_share']
    """
    tree = lay_out_scores(scores, unit or "", period)
    node = tree.total(id)
    if to is not None and to not in COLOURED:
        raise UnknownNameError(unknown("status to flip to", to, COLOURED, "to"))
    below = tree.children(node)
    if not len(below):
        raise BscError(Fault("id", f"no KPI measures {id!r}: it has no status to flip"))
    status = STATUSES[tree.status[0, node]]
    if to == status:
        raise BscError(Fault("to", f"{id!r} is {to} already", allowed=", ".join(set(COLOURED) - {to})))
    flip = _flip(tree, 0, node, to)
    share = np.where(np.isnan(tree.numbers["score"][0, below]), np.nan, _shares(tree, 0, below))
    table = tree.rows(below).drop(columns="level")
    table.insert(2, "parent", id)
    table["score"], table["share"] = tree.numbers["score"][0, below], share
    table["new_share"] = np.nan if flip.shares is None else np.where(np.isnan(share), np.nan, flip.shares)
    table["change"] = table["new_share"] - table["share"]
    return table.assign(
        parent_score=tree.numbers["score"][0, node],
        new_parent_score=flip.score,
        status=words(np.full(len(below), tree.status[0, node])),
        new_status=pd.Categorical([flip.status] * len(below), categories=list(STATUSES)),
        total_change=flip.change,
        reason=flip.reason,
    )


def smallest_flips(scores: pd.DataFrame, unit: Choice = None, period: Choice = None) -> pd.DataFrame:
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
        that have a score, `score`, `status`, `new_status`, `new_score`, `total_change` (0..2; NaN where no weights can)
        and `reason`. See `flip_weights`.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> flips = smallest_flips(score(read_scorecard("meridian"), read_actuals("meridian")))
    >>> bool(flips["total_change"].dropna().between(0, 2).all())
    True
    """
    tree = lay_out_scores(scores, unit, period)
    nodes = np.array([node for node in tree.parents if len(tree.children(int(node)))], dtype=int)
    table = tree.rows(nodes)
    cells = [(case, int(node)) for case in range(tree.cases) for node in nodes]
    flips = [_flip(tree, case, node, None) for case, node in cells]
    known = ~np.isnan(tree.numbers["score"])
    table["children"] = [int(known[case, tree.children(node)].sum()) for case, node in cells]
    table["score"] = tree.numbers["score"][:, nodes].reshape(-1)
    table["status"] = words(tree.status[:, nodes])
    table["new_status"] = pd.Categorical([flip.status for flip in flips], categories=list(STATUSES))
    table["new_score"] = [flip.score for flip in flips]
    table["total_change"] = [flip.change for flip in flips]
    table["reason"] = [flip.reason for flip in flips]
    return table


def _shares(tree: ScoreTree, case: int, below: np.ndarray) -> np.ndarray:
    return np.nan_to_num(tree.numbers["effective_weight"][case, below])


def _flip(tree: ScoreTree, case: int, node: int, to: str | None) -> _Flip:
    below = tree.children(node)
    scores = tree.numbers["score"][case, below]
    known = ~np.isnan(scores)
    if tree.status[case, node] >= len(COLOURED):
        return _Flip(reason="it has no score, and so no status to flip")
    at_risk, on_target = (float(tidy(tree.numbers[name][case, node])) for name in ("at_risk", "on_target"))
    bands = {"on_target": (on_target, math.inf), "at_risk": (at_risk, on_target), "off_target": (-math.inf, at_risk)}
    status = STATUSES[tree.status[case, node]]
    found = []
    for other in COLOURED if to is None else (to,):
        goal = _goal(status, other, bands[other], scores[known]) if other != status else None
        if goal is not None:
            shares = np.zeros(len(below))
            shares[known] = _moved(_shares(tree, case, below)[known], scores[known], goal)
            change = float(np.abs(shares - _shares(tree, case, below)).sum())
            found.append(_Flip(shares, float(shares[known] @ scores[known]), other, change))
    if found:
        return min(found, key=lambda flip: flip.change)
    low, high = scores[known].min(), scores[known].max()
    aim = "another status" if to is None else to
    return _Flip(reason=f"no weights can make it {aim}: its children score {low:.10g} to {high:.10g}, all on one side")


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


def _moved(share: np.ndarray, scores: np.ndarray, goal: float) -> np.ndarray:
    """Shares with this weighted mean, for the least moved: those farthest behind give to the one farthest ahead."""
    need = goal - float(share @ scores)
    ahead = scores if need > 0 else -scores
    need, taker = abs(need), int(np.argmax(ahead))
    moved = share.copy()
    for giver in np.argsort(ahead, kind="stable"):
        gap = ahead[taker] - ahead[giver]
        if need <= 0 or gap <= 0:
            break
        part = min(share[giver], need / gap)
        moved[giver] -= part
        moved[taker] += part
        need -= part * gap
    return moved / moved.sum()
