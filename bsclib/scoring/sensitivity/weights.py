"""How much a status owes to the weights: they are shaken at random, and the scores rolled up anew.

Stated weights are opinions. Here the weights of each parent's children are drawn from a Dirichlet distribution around
the stated shares, which are its mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.model.random import check_draws, generator
from bsclib.model.status import STATUSES
from bsclib.scoring.rules import weighted_shares
from bsclib.scoring.tree import ScoreTree, Which, as_statuses, lowest_score, score_tree

SEED = 1
"""Where the draws start unless a seed is given: the same answer every time."""

CONCENTRATION = 50.0
QUANTILES = (0.05, 0.5, 0.95)
_BLOCK = 1_000_000


def shake_weights(
    scores: pd.DataFrame,
    draws: int = 10_000,
    concentration: float = CONCENTRATION,
    rng: int | np.random.Generator | None = None,
    unit: Which = None,
    period: Which = None,
    ids: Iterable[str] | None = None,
    quantiles: bool = True,
) -> pd.DataFrame:
    """Shake the weights, and say how far each score moves and how often each status flips.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    draws : int, default 10,000
        How many sets of weights are drawn, 1 to 200,000.
    concentration : float, default 50
        How close the draws stay to the stated shares: a share p has a standard deviation of
        ``sqrt(p (1 - p) / (concentration + 1))``, so two draws in three of a share of 25 % lie between 19 and 31 %.
    rng : int or Generator, optional
        A seed or a generator; by default the seed is 1.
    unit, period : str, iterable of str or ALL, optional
        By default the organisation as a whole, and the last month; `bsclib.scoring.tree.ALL` takes every one.
    ids : iterable of str, optional
        Which parents to answer for; by default the scorecard and every perspective and objective.
    quantiles : bool, default True
        Whether the quantiles of the scores are wanted too; over many units and months they take longer than the rest.

    Returns
    -------
    DataFrame
        One row for every unit, month and parent: `unit`, `period`, `level`, `id`, `children` (how many it was scored
        from), `score` and `status` as stated, `chance_of_flip` (0..1) that the status is another one, `low`, `median`,
        `high` (the 5, 50 and 95 % quantiles of the score; only with `quantiles`), `chance_on_target`,
        `chance_at_risk`, `chance_off_target`, `draws` and `concentration`. NaN where there is no score.

    Raises
    ------
    UnknownNameError
        For a unit, a period or an id that is not in the scores.
    BscError
        For draws, a concentration or a generator that cannot be used, or scores that are not weighted means.

    Notes
    -----
    The shares of each parent's children are ``Dirichlet(concentration * stated shares)``, each parent's for itself, one
    draw for all units. A missing child's share is spread over the others, as in the roll-up. Along the tree the shares
    multiply to the weight that each KPI has in the total; all totals are then one product of matrices. A stated weight
    of 0 stays 0. Where nothing but vanishing shares is left (below 1e-300 of a parent), stated ones are taken. A chance
    from n draws has a standard error of at most ``0.5 / sqrt(n)``: half a point in a hundred for 10,000.

    References
    ----------
    Saisana, Saltelli and Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools for the quality
    assessment of composite indicators, Journal of the Royal Statistical Society A 168(2).

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> shaken = shake_weights(score(read_scorecard("meridian"), read_actuals("meridian")), draws=100)
    >>> shaken["id"][0], int(shaken["draws"][0])
    ('meridian', 100)
    >>> bool((shaken["low"] <= shaken["high"]).all())
    True
    """
    tree = score_tree(scores, unit, period)
    count = check_draws(draws)
    random = generator(rng, SEED)
    check_concentration(concentration)
    nodes = tree.parents if ids is None else np.array([tree.total(id) for id in dict.fromkeys(ids)], dtype=int)
    results = np.full((5, tree.cases, len(nodes)), np.nan)
    for cases, shares in regimes(tree):
        drawn = draw_shares(tree, shares, concentration, count, random)
        for column, node in enumerate(nodes):
            for some, kpis, carried in patterns(tree, cases, int(node), shares, drawn):
                cuts = [lowest_score(tree.numbers[name][some, node]) for name in ("at_risk", "on_target")]
                observed = tree.numbers["score"][np.ix_(some, kpis)]
                results[:, some, column] = _spread(observed, carried, cuts, quantiles)
    columns = _columns(tree, nodes, results)
    if not quantiles:
        columns = {name: values for name, values in columns.items() if name not in ("low", "median", "high")}
    table = tree.rows(nodes).assign(**columns)
    return table.assign(draws=count, concentration=float(concentration))


def _columns(tree: ScoreTree, nodes: np.ndarray, results: np.ndarray) -> dict[str, Any]:
    off, not_on, low, median, high = results
    status = tree.status[:, nodes]
    chances = np.stack([1 - not_on, not_on - off, off])
    stays = np.take_along_axis(chances, np.minimum(status, 2)[None].astype(int), axis=0)[0]
    score, share = (tree.numbers[name] for name in ("score", "effective_weight"))
    columns = {
        "children": np.stack([(share[:, tree.children(int(node))] > 0).sum(axis=1) for node in nodes], axis=1),
        "score": score[:, nodes],
        "status": as_statuses(status),
        "chance_of_flip": np.where(status < 3, 1 - stays, np.nan),
        "low": low,
        "median": median,
        "high": high,
    }
    columns |= {f"chance_{name}": values for name, values in zip(STATUSES, chances, strict=False)}
    return {name: values if name == "status" else values.reshape(-1) for name, values in columns.items()}


def check_concentration(value: Any) -> None:
    """Raise a BscError unless weights can be drawn this close to the stated ones."""
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) < math.inf:
        raise BscError(Fault("concentration", "this is no concentration", got=repr(value)[:80], allowed="above 0"))


def regimes(tree: ScoreTree) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cases with the same stated shares, and those shares, one a node; 0 where a node carries nothing."""
    weight = np.where(tree.measured, tree.numbers["weight"], 0.0)
    if (weight == weight[0]).all():
        yield np.arange(tree.cases), _stated_shares(tree, weight[:1])[0]
        return
    unique, regime = np.unique(_stated_shares(tree, weight), axis=0, return_inverse=True)
    for i, stated in enumerate(unique):
        yield np.flatnonzero(regime.reshape(-1) == i), stated


def _stated_shares(tree: ScoreTree, weight: np.ndarray) -> np.ndarray:
    """Weights as shares of their parents."""
    shares = np.zeros_like(weight)
    for node in tree.parents:
        below = tree.children(int(node))
        if len(below):
            _, shares[:, below] = weighted_shares(np.zeros_like(weight[:, below]), weight[:, below])
    return shares


def draw_shares(
    tree: ScoreTree, shares: np.ndarray, concentration: float, draws: int, random: np.random.Generator
) -> np.ndarray:
    """Dirichlet shares of each parent's children, one row a node: an array of shape (nodes, draws)."""
    drawn = np.zeros((len(shares), draws))
    for node in tree.parents:
        below = tree.children(int(node))
        below = below[shares[below] > 0]
        if len(below):
            shape = np.minimum(concentration * shares[below], 1e300)[:, None]
            drawn[below] = _normalise(random.standard_gamma(shape, (len(below), draws)), shares[below])
    return drawn


def _normalise(parts: np.ndarray, stated: np.ndarray) -> np.ndarray:
    """Columns that add up to 1; the stated shares where there is nothing to divide by."""
    total = parts.sum(axis=0)
    if not total.all():
        parts[:, total == 0] = (stated / stated.max())[:, None]
        total = parts.sum(axis=0)
    parts /= total
    return parts


def patterns(
    tree: ScoreTree, cases: np.ndarray, node: int, shares: np.ndarray, drawn: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Cases in which the same nodes have a score, the KPIs that carry the score, and what each carries per draw."""
    alive = cases[~np.isnan(tree.numbers["score"][cases, node])]
    under = _descendants(tree, node)
    there = ~np.isnan(tree.numbers["score"][np.ix_(alive, under)]) & (shares[under] > 0)
    whole = np.zeros(len(tree.ids), dtype=bool)
    unique, pattern = np.unique(there, axis=0, return_inverse=True)
    for i, scored in enumerate(unique):
        whole[under] = scored
        kpis, carried = _kpi_shares(tree, node, whole, shares, drawn)
        yield alive[pattern.reshape(-1) == i], kpis, carried


def _descendants(tree: ScoreTree, node: int) -> np.ndarray:
    inside = np.arange(len(tree.ids)) == node
    for _ in range(3):
        inside |= inside[tree.parent]
    inside[node] = False
    return np.flatnonzero(inside & tree.measured)


def _kpi_shares(
    tree: ScoreTree, node: int, there: np.ndarray, shares: np.ndarray, drawn: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The share of a node's score that each KPI carries in each draw: an array of shape (KPIs, draws)."""
    ways = list(_branches(tree, node, there, shares, drawn))
    kpis = np.concatenate([kpis for kpis, _, _ in ways])
    carried = np.empty((len(kpis), drawn.shape[1]))
    end = 0
    for some, own, above in ways:
        part = carried[end : end + len(some)]
        end += len(some)
        np.multiply(own, above, out=part)
    return kpis, carried


def _branches(
    tree: ScoreTree, node: int, there: np.ndarray, shares: np.ndarray, drawn: np.ndarray, above: Any = 1.0
) -> Iterator[tuple[np.ndarray, np.ndarray, Any]]:
    """KPIs with the same parent, their shares of it, and the share that it carries, draw by draw."""
    weighing = tree.children(node)
    weighing = weighing[shares[weighing] > 0]
    below = weighing[there[weighing]]
    own = drawn[below]
    if len(below) < len(weighing):
        own = _normalise(own, shares[below])
    if below[0] in tree.kpis:
        yield below, own, above
        return
    for child, share in zip(below, own, strict=True):
        yield from _branches(tree, int(child), there, shares, drawn, above * share)


def _spread(scores: np.ndarray, carried: np.ndarray, cuts: list[np.ndarray], quantiles: bool) -> np.ndarray:
    """Share of draws below each cut, and the quantiles: an array of shape (5, cases)."""
    if len(carried) == 2:
        return _spread_of_two(scores, np.sort(carried[0]), cuts)
    out = np.full((5, len(scores)), np.nan)
    draws = carried.shape[1]
    step = max(1, _BLOCK // draws)
    block = np.empty((min(step, len(scores)), draws))
    for start in range(0, len(scores), step):
        block_rows = slice(start, start + step)
        totals = np.matmul(scores[block_rows], carried, out=block[: len(scores[block_rows])])
        for row, cut in enumerate(cuts):
            edges = zip(totals, cut[block_rows], strict=True)
            out[row, block_rows] = [np.count_nonzero(drawn < edge) for drawn, edge in edges]
        if quantiles:
            totals.sort(axis=1)
            out[2:, block_rows] = _quantiles(totals)
    out[:2] /= draws
    return out


def _spread_of_two(scores: np.ndarray, share: np.ndarray, cuts: list[np.ndarray]) -> np.ndarray:
    """As `_spread` for two KPIs: their total runs evenly with the first one's share, which is given in order."""
    first, second = scores.T
    way, draws = first - second, len(share)
    rising = _quantiles(share[None])
    out = np.empty((5, len(scores)))
    for row, cut in enumerate(cuts):
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            edge = (cut - second) / way
        up, down = np.searchsorted(share, edge), draws - np.searchsorted(share, edge, side="right")
        below = np.where(way > 0, up, np.where(way < 0, down, np.where(second < cut, draws, 0)))
        out[row] = below / draws
    out[2:] = second + way * np.where(way >= 0, rising, rising[::-1])
    return out


def _quantiles(rising: np.ndarray) -> np.ndarray:
    """Quantiles of rows that are in order, linear between draws: an array of shape (3, rows)."""
    place = np.array(QUANTILES) * (rising.shape[1] - 1)
    under = np.floor(place).astype(int)
    over = np.minimum(under + 1, rising.shape[1] - 1)
    return (rising[:, under] + (place - under) * (rising[:, over] - rising[:, under])).T
