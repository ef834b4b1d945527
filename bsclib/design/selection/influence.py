"""Who influences whom: DEMATEL turns ratings of direct influence into causes and effects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from bsclib.design.selection.matrices import Matrix, places, read_square
from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.nouns import Scorecard

_WHERE = "the matrix of influence"
CLAIMED = 3
"""Influence of a claimed link on the scale 0 (none) to 4 (very strong) that DEMATEL uses."""


class Dematel(NamedTuple):
    """What `dematel` finds."""

    prominence: Any
    relation: Any
    total: pd.DataFrame


def dematel(matrix: ArrayLike | pd.DataFrame) -> Dematel:
    """Work out who drives whom from ratings of direct influence.

    Parameters
    ----------
    matrix : DataFrame or array, square
        How strongly each row influences each column directly: usually 0 (not) to 4 (very strongly), any numbers of 0 or
        above; 0 on the diagonal. Of several experts, the mean of their matrices.

    Returns
    -------
    Dematel
        `prominence`: how much each element gives and receives together, 0 or above; `relation`: what it gives less what
        it receives, above 0 a cause, below 0 an effect, adding up to 0 (Series by name for a frame, else arrays);
        `total`: the total relation matrix as a frame, the influence of each row on each column, detours included.

    Raises
    ------
    BscError
        When the matrix is not square, has an empty cell, a rating below 0, something on the diagonal or no influence at
        all, or when influence goes round undiminished, so that its sum over all detours has no end.

    Notes
    -----
    With D the ratings, s the largest of all row sums and column sums, and ``X = D / s``: the total relation matrix is
    ``T = X + X² + X³ + … = X (I − X)⁻¹``. With R its row sums and C its column sums, prominence is ``R + C`` and
    relation ``R − C``. Some authors divide by the largest row sum alone, which gives other numbers.

    References
    ----------
    Gabus and Fontela (1972), World Problems, an Invitation to Further Thought within the Framework of DEMATEL,
    Battelle Geneva.

    Examples
    --------
    >>> names = ["training", "quality", "satisfaction"]
    >>> found = dematel(pd.DataFrame([[0, 3, 1], [0, 0, 4], [1, 0, 0]], index=names, columns=names))
    >>> found.relation.round(2).to_dict()
    {'training': 1.06, 'quality': 0.28, 'satisfaction': -1.34}
    """
    table = read_square(matrix, _WHERE, " on ", "rate it from 0 (no influence) to 4 (very strong)")
    _check(table)
    direct = table.values / table.values.max()
    normal = direct / max(direct.sum(axis=0).max(), direct.sum(axis=1).max())
    if np.abs(np.linalg.eigvals(normal)).max() > 1 - 1e-9:
        fix = "rate more finely: some of these give, or receive, less than the others"
        raise BscError(Fault(_WHERE, "influence goes round undiminished and adds up without end", fix=fix))
    total = np.linalg.solve((np.eye(len(normal)) - normal).T, normal.T).T
    given, received = total.sum(axis=1), total.sum(axis=0)
    frame = pd.DataFrame(total, index=pd.Index(table.rows), columns=pd.Index(table.columns))
    return Dematel(table.by_row(given + received), table.by_row(given - received), frame)


def _check(table: Matrix) -> None:
    cell, direct = table.cell, table.values
    diagonal = np.diag(np.diag(direct) != 0)
    faults = []
    if (direct < 0).any():
        fix = "rate how strong an influence is, 0 to 4, whichever way it works"
        faults.append(Fault(_WHERE, f"below 0: {places(cell, direct < 0)}", fix=fix))
    if diagonal.any():
        faults.append(Fault(_WHERE, f"nothing influences itself directly: {places(cell, diagonal)}", fix="put 0 there"))
    if not direct.any():
        faults.append(Fault(_WHERE, "there is no influence at all", fix="rate at least one above 0"))
    if faults:
        raise BscError(faults)


def claimed_influence(scorecard: Scorecard, judged: Mapping[tuple[str, str], float] | None = None) -> pd.DataFrame:
    """Who influences whom among the objectives, as far as the links of the strategy map claim it.

    Parameters
    ----------
    scorecard : Scorecard
    judged : mapping of (str, str) to number, optional
        What people who know put in its place, 0 to 4, by cause and effect: the ids or names of objectives.

    Returns
    -------
    DataFrame
        Causes as rows, effects as columns, by id: 3 (strong) where a link is claimed, else 0; or as it was judged.

    Raises
    ------
    UnknownNameError
        When there is no such objective.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> sorted({int(value) for value in claimed_influence(read_scorecard("meridian")).to_numpy().flat})
    [0, 3]
    """
    ids = [objective.id for objective in scorecard.objectives]
    influence = pd.DataFrame(0, index=pd.Index(ids, name="cause"), columns=pd.Index(ids, name="effect"))
    home = {kpi.id: kpi.objective for kpi in scorecard.kpis}
    for link in scorecard.links:
        if home[link.cause] != home[link.effect]:
            influence.loc[home[link.cause], home[link.effect]] = CLAIMED
    called = {objective.name.casefold(): objective.id for objective in scorecard.objectives}
    for pair, strength in (judged or {}).items():
        cause, effect = (called.get(name.casefold(), name) for name in pair)
        if faults := [unknown("objective", name, ids, "judged") for name in (cause, effect) if name not in ids]:
            raise UnknownNameError(faults)
        influence.loc[cause, effect] = strength
    return influence
