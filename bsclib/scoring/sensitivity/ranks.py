"""Ranks of units, and how well they stand up to other weights."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.model.random import check_draws, generator
from bsclib.scoring.rules import tidy
from bsclib.scoring.scores import restore_types
from bsclib.scoring.sensitivity.weights import CONCENTRATION, SEED, check_concentration, draw_shares, patterns, regimes
from bsclib.scoring.tree import ALL, ScoreTree, score_tree

_CELLS = 50_000_000
_PAIRS = 200_000_000


def unit_rank_stability(
    scores: pd.DataFrame,
    id: str | None = None,
    period: str | None = None,
    draws: int = 10_000,
    concentration: float = CONCENTRATION,
    rng: int | np.random.Generator | None = None,
) -> pd.DataFrame:
    """Rank the units by a score, and say how well the ranks stand up to other weights.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it, with the units.
    id : str, optional
        The parent whose score ranks them; by default the scorecard.
    period : str, optional
        By default the last month.
    draws, concentration, rng
        As in `shake_weights`; each draw gives all units the same weights.

    Returns
    -------
    DataFrame
        One row a unit that has a score, the best first: `unit`, `period`, `id`, `score`, `rank` as stated,
        `mean_rank`, `chance_of_rank` that it keeps its rank, `chance_best` and `chance_worst` (0..1; those who tie
        share a place), `tau` (Kendall's tau-b between the stated and the drawn order, mean over draws; NaN when all
        tie), `units`, `draws` and `tau_draws`, fewer when there are very many pairs of units.

    Raises
    ------
    UnknownNameError, BscError
        As `shake_weights`; also when there are no units.

    Notes
    -----
    Ranks are of scores rounded to 9 decimals; equal scores share the better rank.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> ranks = unit_rank_stability(score(read_scorecard("meridian"), read_actuals("meridian")), draws=100)
    >>> ranks["rank"].tolist()[0], int(ranks["units"][0])
    (1, 5)
    """
    tree, node, unit_scores = _draw_scores(scores, id, period, draws, concentration, rng)
    cases, totals = unit_scores
    stated = tree.numbers["score"][cases, node]
    rank, ranks = _ranks(stated[:, None])[:, 0], _ranks(totals)
    taus = totals[:, : max(1, _PAIRS // max(1, len(cases) ** 2))]
    table = tree.rows(np.array([node])).iloc[cases].drop(columns="level").reset_index(drop=True)
    table["score"], table["rank"], table["mean_rank"] = stated, rank, ranks.mean(axis=1)
    table["chance_of_rank"] = (ranks == rank[:, None]).mean(axis=1)
    table["chance_best"] = (ranks == 1).mean(axis=1)
    table["chance_worst"] = (ranks == ranks.max(axis=0, initial=0)).mean(axis=1)
    table = table.assign(tau=_mean_tau(stated, taus), units=len(cases), draws=totals.shape[1], tau_draws=taus.shape[1])
    return table.sort_values(["rank", "unit"], kind="stable").reset_index(drop=True)


def _draw_scores(
    scores: pd.DataFrame,
    id: str | None,
    period: str | None,
    draws: int,
    concentration: float,
    rng: int | np.random.Generator | None,
) -> tuple[ScoreTree, int, tuple[np.ndarray, np.ndarray]]:
    """The units that have a score, and that score in every draw."""
    scores = restore_types(scores)
    whole = scores["unit"] == ""
    if whole.all():
        raise BscError(Fault("scores", "there are no units to rank, only the organisation as a whole"))
    tree = score_tree(scores[~whole], ALL, period)
    node = tree.total(id)
    count = check_draws(draws, _CELLS // tree.cases)
    random = generator(rng, SEED)
    check_concentration(concentration)
    totals = np.full((tree.cases, count), np.nan)
    for cases, shares in regimes(tree):
        drawn = draw_shares(tree, shares, concentration, count, random)
        for some, kpis, carried in patterns(tree, cases, node, shares, drawn):
            totals[some] = tree.numbers["score"][np.ix_(some, kpis)] @ carried
    scored = np.flatnonzero(~np.isnan(tree.numbers["score"][:, node]))
    return tree, node, (scored, tidy(totals[scored]))


def _ranks(totals: np.ndarray) -> np.ndarray:
    """Ranks in each column, 1 for the highest; equal ones share the better rank."""
    order = np.argsort(-totals, axis=0, kind="stable")
    falling = np.take_along_axis(totals, order, axis=0)
    place = np.broadcast_to(np.arange(len(totals))[:, None], totals.shape)
    fresh = np.ones(totals.shape, dtype=bool)
    fresh[1:] = falling[1:] != falling[:-1]
    ranks = np.empty(totals.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, np.maximum.accumulate(np.where(fresh, place, 0), axis=0) + 1, axis=0)
    return ranks


def _mean_tau(stated: np.ndarray, totals: np.ndarray) -> float:
    """Kendall's tau-b between one order and each column's, averaged over the columns where there is one."""
    stated = tidy(stated)
    agree, differ = np.zeros(totals.shape[1]), np.zeros(totals.shape[1])
    pairs = 0
    for unit in range(len(stated) - 1):
        before = np.sign(stated[unit] - stated[unit + 1 :])
        after = np.sign(totals[unit] - totals[unit + 1 :])
        agree += before @ after
        differ += np.abs(after).sum(axis=0)
        pairs += int(np.abs(before).sum())
    known = (differ > 0) & (pairs > 0)
    return float(np.mean(agree[known] / np.sqrt(pairs * differ[known]))) if known.any() else math.nan
