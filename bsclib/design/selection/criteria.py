"""Candidates against criteria: what the data say of the weights, which candidate comes out ahead, and how surely.

Rows are alternatives, columns are criteria. The arithmetic of entropy and TOPSIS is pymcdm's; what it would answer with
NaN or a warning is refused here first, in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from bsclib.design.selection.matrices import Matrix, listed, number, per_column, read_matrix
from bsclib.errors import BscError, Fault
from bsclib.model.random import check_draws, generator
from bsclib.scoring.rules import tidy

Weights: TypeAlias = Sequence[float] | Mapping[str, float] | np.ndarray | pd.Series
Benefit: TypeAlias = Sequence[bool] | Mapping[str, bool] | np.ndarray | pd.Series

_WHERE = "the table of alternatives"
_SAME, _NEARLY_SAME = 1e-6, 1e-5
_MOST_DRAWS = 100_000


def entropy_weights(matrix: ArrayLike | pd.DataFrame) -> np.ndarray:
    """Weigh criteria by how much they tell the alternatives apart: the data's own view, without anybody's opinion.

    Parameters
    ----------
    matrix : DataFrame or array
        Alternatives by criteria, two alternatives or more, all numbers above 0.

    Returns
    -------
    array
        A weight for each criterion, 0 or above, adding up to 1.

    Raises
    ------
    BscError
        When a value is missing, no number, or not above 0, there are fewer than two alternatives, a criterion is the
        same for all of them, or they are so nearly alike that rounding would decide.

    Notes
    -----
    With ``p_ij`` the share of alternative i in the sum of criterion j, and m alternatives, the entropy is
    ``e_j = −Σ_i p_ij ln p_ij / ln m`` and the weight ``(1 − e_j) / Σ_k (1 − e_k)``. A criterion on which all are nearly
    alike weighs nearly nothing, however much it matters: it is an opinion of the numbers, not of the organisation.

    References
    ----------
    Shannon (1948), A mathematical theory of communication, Bell System Technical Journal 27. As a weight of criteria:
    Zeleny (1982), Multiple Criteria Decision Making, McGraw-Hill.

    Examples
    --------
    >>> entropy_weights([[1, 4], [2, 5], [3, 6]]).round(2).tolist()
    [0.87, 0.13]
    """
    from pymcdm.weights import entropy_weights as entropy

    table = _alternatives(matrix)
    if (low := table.values <= 0).any():
        what = f"0 or below: {listed(table.cell, low)}"
        fix = "entropy takes each number as a share of its criterion's sum: give numbers above 0"
        raise BscError(Fault(_WHERE, what, fix=fix))
    values = _scaled(table.values)
    if (values.std(axis=0) / values.mean(axis=0)).max() < _NEARLY_SAME:
        raise BscError(
            Fault(_WHERE, "the alternatives are too nearly alike to weigh criteria by", fix="judge more finely")
        )
    found = np.maximum(entropy(values), 0)
    return found / found.sum()


def topsis(matrix: ArrayLike | pd.DataFrame, weights: Weights, benefit: Benefit) -> np.ndarray:
    """Rank alternatives by how close they come to the best on every criterion, and how far from the worst.

    Parameters
    ----------
    matrix : DataFrame or array
        Alternatives by criteria, two alternatives or more.
    weights : sequence, or Series or mapping by criterion
        0 or above, not all 0; they need not add up to 1.
    benefit : sequence of bool, or Series or mapping by criterion
        True where more is better, False where less is.

    Returns
    -------
    array
        The closeness of each alternative, 0 (worst on every criterion) to 1 (best on every one).

    Raises
    ------
    BscError
        When a value is missing or no number, there are fewer than two alternatives, a criterion is the same for all of
        them, or weights or benefits are not one for each criterion or cannot be used.

    Notes
    -----
    Each criterion is divided by its Euclidean norm and multiplied by its weight. The ideal has the best value of each
    criterion, the anti-ideal the worst; with the Euclidean distances D⁺ and D⁻ to them, closeness is
    ``D⁻ / (D⁺ + D⁻)``. Adding or dropping an alternative may change the order of the others.

    References
    ----------
    Hwang and Yoon (1981), Multiple Attribute Decision Making, Springer.

    Examples
    --------
    >>> topsis([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]], [0.3, 0.4, 0.3], [True, True, True]).round(4).tolist()
    [0.5037, 0.6581, 0.7482, 0.334]
    """
    from pymcdm.methods import TOPSIS
    from pymcdm.normalizations import vector_normalization

    table = _alternatives(matrix)
    shares, better = _shares(weights, table), _better(benefit, table)
    return TOPSIS(vector_normalization)(_scaled(table.values), shares, np.where(better, 1, -1), validation=False)


def weighted_sum(matrix: ArrayLike | pd.DataFrame, weights: Weights, benefit: Benefit) -> np.ndarray:
    """Rank alternatives by the weighted mean of their places between the worst and the best on each criterion.

    Parameters
    ----------
    matrix, weights, benefit
        As `topsis` takes them.

    Returns
    -------
    array
        The worth of each alternative, 0 (worst on every criterion) to 1 (best on every one).

    Raises
    ------
    BscError
        As `topsis` does.

    Notes
    -----
    ``Σ_j w_j (x_ij − worst_j) / (best_j − worst_j)``, with weights that add up to 1. What is lost on one criterion can
    be made good on another.

    References
    ----------
    Fishburn (1967), Additive utilities with incomplete product set, Operations Research 15(3).

    Examples
    --------
    >>> weighted_sum([[5, 100], [3, 200], [4, 150]], weights=[3, 1], benefit=[True, False]).round(2).tolist()
    [1.0, 0.0, 0.5]
    """
    table = _alternatives(matrix)
    shares, better = _shares(weights, table), _better(benefit, table)
    values = _scaled(table.values)
    low, high = values.min(axis=0), values.max(axis=0)
    place = (values - low) / (high - low)
    return np.where(better, place, 1 - place) @ shares


def rank_stability(
    matrix: ArrayLike | pd.DataFrame,
    weights: Weights,
    benefit: Benefit,
    method: Callable[..., np.ndarray] = topsis,
    spread: float = 0.2,
    draws: int = 2000,
    rng: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Say how surely each alternative holds its rank when the weights are shaken.

    Parameters
    ----------
    matrix, weights, benefit
        As `topsis` takes them.
    method : callable, default `topsis`
        Ranks them: takes matrix, weights and benefit, returns a number each, the higher the better.
    spread : float, default 0.2
        How far each weight may be off, as a share of itself, 0 to 1: 0.2 is from 20 % less to 20 % more.
    draws : int, default 2000
        How many sets of weights are drawn, 1 to 100,000.
    rng : int or Generator, default 0
        A seed or a generator.

    Returns
    -------
    DataFrame
        One row an alternative, the best first: `alternative`, `worth` (by the method), `rank` by the stated weights,
        `best_rank`, `worst_rank` and `mean_rank` over the draws, `chance_of_rank` (0..1) that it has its stated rank,
        `chance_best` (0..1) that it has rank 1, and `draws`. Equal worth, after rounding to 9 decimals, shares the
        better rank.

    Raises
    ------
    BscError
        As `topsis` does; also for a spread, draws or a generator that cannot be used.

    Notes
    -----
    Each weight is multiplied by a number drawn evenly from ``1 − spread`` to ``1 + spread``, each for itself; they are
    then made to add up to 1 again. A chance from n draws has a standard error of at most ``0.5 / √n``.

    Examples
    --------
    >>> found = rank_stability([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]], [0.3, 0.4, 0.3], [True] * 3, draws=200)
    >>> found[["alternative", "rank", "worst_rank", "chance_of_rank"]].values.tolist()[0]
    [2.0, 1.0, 2.0, 0.985]
    """
    table = _alternatives(matrix)
    shares, better = _shares(weights, table), _better(benefit, table)
    if (share := number(spread)) is None or not 0 <= share <= 1:
        raise BscError(Fault("spread", "weights cannot be shaken so", repr(spread), "a share of each weight, 0 to 1"))
    count, random = check_draws(draws, _MOST_DRAWS), generator(rng, 0)
    shaken = shares * random.uniform(1 - share, 1 + share, size=(count, len(shares)))
    shaken = np.where(shaken.sum(axis=1, keepdims=True) > 0, shaken, shares)
    worth = np.asarray(method(table.values, shares, better), dtype=float)
    drawn = np.column_stack([method(table.values, one, better) for one in shaken])
    rank, ranks = _ranks(worth[:, None])[:, 0], _ranks(drawn)
    found = pd.DataFrame(
        {
            "alternative": pd.Index(table.rows),
            "worth": worth,
            "rank": rank,
            "best_rank": ranks.min(axis=1),
            "worst_rank": ranks.max(axis=1),
            "mean_rank": ranks.mean(axis=1),
            "chance_of_rank": (ranks == rank[:, None]).mean(axis=1),
            "chance_best": (ranks == 1).mean(axis=1),
            "draws": count,
        }
    )
    return found.sort_values("rank", kind="stable").reset_index(drop=True)


def _ranks(worth: np.ndarray) -> np.ndarray:
    """Rank of each row in each column, the highest first; equals share the better rank."""
    rounded = tidy(worth)
    return 1 + (rounded[None, :, :] > rounded[:, None, :]).sum(axis=1)


def _alternatives(matrix: ArrayLike | pd.DataFrame) -> Matrix:
    """The table, once it can be ranked."""
    table = read_matrix(matrix, _WHERE, fix="judge it, or leave the alternative out")
    values = table.values
    if len(values) < 2:
        raise BscError(Fault(_WHERE, "there is nothing to choose between", f"{len(values)} alternative", "two or more"))
    same = np.ptp(_scaled(values), axis=0) <= _SAME
    if same.any():
        what = f"the same for all alternatives: {listed(table.column, same)}"
        fix = "leave this criterion out; it tells none from another"
        raise BscError(Fault(_WHERE, what, fix=fix))
    return table


def _scaled(values: np.ndarray) -> np.ndarray:
    """Each criterion between −1 and 1: no method here minds, and no square overflows."""
    size = np.abs(values).max(axis=0)
    return values / np.where(size > 0, size, 1)


def _shares(weights: Any, table: Matrix) -> np.ndarray:
    """The weights, once they can be used, adding up to 1."""
    given = per_column(weights, table, "weights")
    values = [number(one) for one in given]
    faults = []
    for column, (one, value) in enumerate(zip(given, values, strict=True)):
        if value is None or value < 0:
            what = f"{table.column(column)} has no weight that can be used" if value is None else ""
            what = what or f"{table.column(column)} has a negative weight"
            fix = "" if value is None else "where less is better, say so in benefit"
            faults.append(Fault("weights", what, repr(one), "0 or above", fix))
    if not faults and not any(values):
        faults.append(Fault("weights", "all are 0", fix="give at least one criterion a weight"))
    if faults:
        raise BscError(faults)
    shares = np.array(values, dtype=float) / max(value for value in values if value)
    return shares / shares.sum()


def _better(benefit: Any, table: Matrix) -> np.ndarray:
    """True where more is better."""
    given = per_column(benefit, table, "benefit")
    strange = np.array([not isinstance(one, bool | np.bool_) for one in given])
    if strange.any():
        what = f"neither True nor False: {listed(table.column, strange)}"
        raise BscError(Fault("benefit", what, repr(given), "True where more is better, False where less is"))
    return np.array(given, dtype=bool)
