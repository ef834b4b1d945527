"""Candidates against criteria: what the data say of the weights, which candidate comes out ahead, and how surely.

Rows are alternatives, columns are criteria. The arithmetic of entropy and TOPSIS is pymcdm's; what it would answer with
NaN or a warning is refused here first, in words. A criterion on which all alternatives are alike tells none from
another: entropy gives it no weight, and the ranks do without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from bsclib.design.selection.matrices import Matrix, number, per_column, places, read_matrix
from bsclib.errors import BscError, Fault
from bsclib.model.random import check_draws, generator
from bsclib.scoring.rules import tidy

Weights: TypeAlias = Sequence[float] | Mapping[str, float] | np.ndarray | pd.Series
Benefit: TypeAlias = Sequence[bool] | Mapping[str, bool] | np.ndarray | pd.Series


class Criterion(NamedTuple):
    """What a KPI is judged by: its name, what is asked (1 to 5), and whether more of it is better."""

    name: str
    question: str
    benefit: bool


CRITERIA = (
    Criterion("relevance", "How much does it tell of whether we get what we want?", True),
    Criterion("measurability", "Can it be counted, completely and the same way each time?", True),
    Criterion("controllability", "How far can the people who answer for it move it?", True),
    Criterion("timeliness", "Does it come often and soon enough to act on?", True),
    Criterion("cost_to_collect", "How much work is it to collect?", False),
    Criterion("resistance_to_gaming", "How hard is it to improve the number without improving the thing?", True),
)
"""What a KPI is judged by, each from 1 (very little) to 5 (very much)."""

_WHERE = "the table of alternatives"
_SAME, _NEARLY_SAME = 1e-6, 1e-5
_MOST_DRAWS = 100_000
_STABILITY = [
    *("alternative", "worth", "rank", "best_rank", "worst_rank", "mean_rank", "chance_of_rank", "chance_best", "draws"),
]


def entropy_weights(matrix: ArrayLike | pd.DataFrame) -> Any:
    """Weigh criteria by how much they tell the alternatives apart: the data's own view, without anybody's opinion.

    Parameters
    ----------
    matrix : DataFrame or array
        Alternatives by criteria, all numbers above 0.

    Returns
    -------
    Series or array
        A weight for each criterion, by name for a frame: 0 where all alternatives are alike, else above 0, adding up to
        1. All are NaN where no criterion tells one alternative from another.

    Raises
    ------
    BscError
        When a value is missing, no number, or not above 0, or the alternatives are so nearly alike that rounding would
        decide.

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

    table = _read(matrix)
    if (low := table.values <= 0).any():
        fix = "entropy takes each number as a share of its criterion's sum: give numbers above 0"
        raise BscError(Fault(_WHERE, f"0 or below: {places(table.cell, low)}", fix=fix))
    telling = ~_alike(table)
    weights = np.full(len(telling), 0.0 if telling.any() else np.nan)
    if telling.any():
        values = _scaled(table.values[:, telling])
        if (values.std(axis=0) / values.mean(axis=0)).max() < _NEARLY_SAME:
            fault = "the alternatives are too nearly alike to weigh criteria by"
            raise BscError(Fault(_WHERE, fault, fix="judge more finely"))
        entropies = np.maximum(entropy(values), 0)
        weights[telling] = entropies / entropies.sum()
    return pd.Series(weights, index=pd.Index(table.columns)) if table.named else weights


def topsis(matrix: ArrayLike | pd.DataFrame, weights: Weights, benefit: Benefit | None = None) -> np.ndarray:
    """Rank alternatives by how close they come to the best on every criterion, and how far from the worst."""
    # Hwang and Yoon (1981), Multiple Attribute Decision Making, Springer: each criterion is divided by its Euclidean
    # norm and weighted; with the distances D+ and D- to the best and the worst of each, closeness is D- / (D- + D+).
    # Adding or dropping an alternative may change the order of the others.
    from pymcdm.methods import TOPSIS
    from pymcdm.normalizations import vector_normalization

    table = _read(matrix)
    if (count := len(table.values)) < 2:
        raise BscError(Fault(_WHERE, "there is nothing to choose between", f"{count} alternative", "two or more"))
    if (alike := _alike(table)).any():
        fault = f"the same for all alternatives: {places(table.column, alike)}"
        raise BscError(Fault(_WHERE, fault, fix="leave this criterion out; it tells none from another"))
    shares, better = _shares(weights, table), _better(benefit, table)
    return TOPSIS(vector_normalization)(_scaled(table.values), shares, np.where(better, 1, -1), validation=False)


def rank_stability(
    matrix: ArrayLike | pd.DataFrame,
    weights: Weights,
    benefit: Benefit | None = None,
    method: Callable[..., np.ndarray] = topsis,
    spread: float = 0.2,
    draws: int = 2000,
    rng: int | np.random.Generator | None = 0,
) -> pd.DataFrame:
    """Say how surely each alternative holds its rank when the weights are shaken.

    Parameters
    ----------
    matrix : DataFrame or array
        Alternatives by criteria, such as the ratings of `rate_candidates`.
    weights : sequence, or Series or mapping by criterion
        0 or above, not all 0; they need not add up to 1.
    benefit : sequence of bool, or Series or mapping by criterion, optional
        True where more is better, False where less is; by default as `CRITERIA` says, and True for any other criterion.
    method : callable, default TOPSIS
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
        better rank. A criterion on which all are alike is left out, and where none is left, there are no rows.

    Raises
    ------
    BscError
        When a value is missing or no number, weights or benefits are not one for each criterion, and for weights, a
        spread, draws or a generator that cannot be used.

    Notes
    -----
    TOPSIS divides each criterion by its Euclidean norm and multiplies it by its weight. With D⁺ and D⁻ the Euclidean
    distances to the best and to the worst value of each criterion, closeness is ``D⁻ / (D⁺ + D⁻)`` [1]_.

    Each weight is multiplied by a number drawn evenly from ``1 − spread`` to ``1 + spread``, each for itself; they are
    then made to add up to 1 again. A chance from n draws has a standard error of at most ``0.5 / √n``.

    References
    ----------
    .. [1] Hwang and Yoon (1981), Multiple Attribute Decision Making, Springer.

    Examples
    --------
    >>> found = rank_stability([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]], [0.3, 0.4, 0.3], [True] * 3, draws=200)
    >>> found[["alternative", "rank", "worst_rank", "chance_of_rank"]].values.tolist()[0]
    [2.0, 1.0, 2.0, 0.985]
    """
    table = _read(matrix)
    shares, better, telling = _shares(weights, table), _better(benefit, table), ~_alike(table)
    if (share := number(spread)) is None or not 0 <= share <= 1:
        raise BscError(Fault("spread", "weights cannot be shaken so", repr(spread), "a share of each weight, 0 to 1"))
    count, random = check_draws(draws, _MOST_DRAWS), generator(rng, 0)
    if not telling.any():
        return pd.DataFrame(columns=_STABILITY)
    values, shares, better = table.values[:, telling], _whole(shares[telling]), better[telling]
    shaken = shares * random.uniform(1 - share, 1 + share, size=(count, len(shares)))
    shaken = np.where(shaken.sum(axis=1, keepdims=True) > 0, shaken, shares)
    worth = np.asarray(method(values, shares, better), dtype=float)
    drawn = np.column_stack([method(values, some, better) for some in shaken])
    rank, ranks = _ranks(worth[:, None]), _ranks(drawn)
    extremes = ranks.min(axis=1), ranks.max(axis=1), ranks.mean(axis=1)
    chances = (ranks == rank).mean(axis=1), (ranks == 1).mean(axis=1)
    columns = (pd.Index(table.rows), worth, rank[:, 0], *extremes, *chances, count)
    stability = pd.DataFrame(dict(zip(_STABILITY, columns, strict=True)))
    return stability.sort_values("rank", kind="stable", ignore_index=True)


def _ranks(worth: np.ndarray) -> np.ndarray:
    """Rank of each row in each column, the highest first; equals share the better rank."""
    rounded = tidy(worth)
    return 1 + (rounded[None, :, :] > rounded[:, None, :]).sum(axis=1)


def _read(matrix: ArrayLike | pd.DataFrame) -> Matrix:
    return read_matrix(matrix, _WHERE, fix="judge it, or leave the alternative out")


def _alike(table: Matrix) -> np.ndarray:
    """The criteria on which all alternatives are alike."""
    return np.asarray(np.ptp(_scaled(table.values), axis=0) <= _SAME)


def _scaled(values: np.ndarray) -> np.ndarray:
    """Each criterion between −1 and 1: no method here minds, and no square overflows."""
    size = np.abs(values).max(axis=0)
    return values / np.where(size > 0, size, 1)


def _shares(weights: Any, table: Matrix) -> np.ndarray:
    """The weights, once they can be used, adding up to 1."""
    given = per_column(weights, table, "weights")
    values = [number(weight) for weight in given]
    faults = []
    for column, (weight, value) in enumerate(zip(given, values, strict=True)):
        if value is None or value < 0:
            fault = "no weight that can be used" if value is None else "a negative weight"
            fix = "" if value is None else "where less is better, say so in benefit"
            faults.append(Fault("weights", f"{table.column(column)} has {fault}", repr(weight), "0 or above", fix))
    if faults:
        raise BscError(faults)
    return _whole(np.array(values, dtype=float))


def _whole(weights: np.ndarray) -> np.ndarray:
    """Weights that add up to 1."""
    if not weights.any():
        raise BscError(Fault("weights", "all are 0", fix="give at least one criterion a weight"))
    shares = weights / weights.max()
    return np.asarray(shares / shares.sum())


def _better(benefit: Any, table: Matrix) -> np.ndarray:
    """True where more is better."""
    given = benefits(table.columns) if benefit is None else per_column(benefit, table, "benefit")
    strange = np.array([not isinstance(answer, bool | np.bool_) for answer in given])
    if strange.any():
        fault = f"neither True nor False: {places(table.column, strange)}"
        raise BscError(Fault("benefit", fault, repr(given), "True where more is better, False where less is"))
    return np.array(given, dtype=bool)


def benefits(criteria: Iterable[Any]) -> list[bool]:
    """Whether more is better, of each criterion; of one that is not the kit's it is."""
    known = {criterion.name: criterion.benefit for criterion in CRITERIA}
    return [known.get(str(name), True) for name in criteria]
