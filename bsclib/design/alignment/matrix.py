"""Which objective serves which goal, and how: the matrix of any two levels."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from bsclib.design.alignment.cascade import STRENGTHS, cascade
from bsclib.errors import UnknownNameError, unknown
from bsclib.model.nouns import Scorecard

COLUMNS = ["above", "goal", "goal_name", "below", "objective", "objective_name", "strength", "direct", "steps"]
LETTERS = {"primary": "P", "secondary": "S", "none": ""}


def alignment(cards: Iterable[Scorecard]) -> pd.DataFrame:
    """Say of every objective how it supports each goal on a level above it.

    Parameters
    ----------
    cards : iterable of Scorecard
        Those of one organisation, in any order.

    Returns
    -------
    DataFrame
        A row for each objective and each goal on a higher level, whether there is support or not: `above` and `goal`,
        `below` and `objective` (ids of a scorecard and of its objective), `goal_name`, `objective_name`, `strength`
        (primary, secondary or none), `direct` (whether the objective itself says so, and not only objectives between
        the two) and `steps` (supports on the strongest way; 0 where there is none). Goals and objectives stand in their
        scorecards' order, the top level first.

    Raises
    ------
    ScorecardError
        When two scorecards have one id, or there is none.

    Notes
    -----
    Where only objectives between the two connect them, the strength is primary if every support on the strongest way
    is, and secondary otherwise. What an objective says itself counts before that.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> aligned = alignment([read_scorecard("enterprise"), read_scorecard("meridian")])
    >>> aligned["strength"].value_counts().to_dict()
    {'none': 122, 'primary': 19, 'secondary': 3}
    """
    tower = cascade(cards)
    depth = np.array([tower.level[card] for card, _ in tower.nodes])
    lower, upper = np.nonzero(depth[:, None] > depth[None, :])
    order = np.lexsort((lower, upper))
    lower, upper = lower[order], upper[order]
    costs = tower.costs[lower, upper]
    stated = np.full((len(depth), len(depth)), -1, dtype=np.int8)
    for (node, goal), strength in tower.edges.items():
        stated[tower.place[node], tower.place[goal]] = STRENGTHS.index(strength)
    own = stated[lower, upper]
    through = np.where(np.isinf(costs), 2, np.minimum(tower.secondary(costs), 1))
    codes = np.where(own >= 0, own, through).astype(int)
    steps = np.where(own >= 0, 1, np.where(np.isinf(costs), 0, np.nan_to_num(costs, posinf=0.0) % len(depth)))
    words = np.array([(*node, tower.objective(node).name) for node in tower.nodes], dtype=object).reshape(-1, 3)
    data = [*words[upper].T, *words[lower].T, pd.Categorical.from_codes(codes, STRENGTHS), own >= 0, steps.astype(int)]
    return pd.DataFrame(dict(zip(COLUMNS, data, strict=True)))


def support_matrix(aligned: pd.DataFrame, above: str | Iterable[str], below: str | Iterable[str]) -> pd.DataFrame:
    """Lay the support between two levels out: a row a goal, a column an objective.

    Parameters
    ----------
    aligned : DataFrame
        As `alignment` returns it.
    above, below : str or iterable of str
        Ids of scorecards; several where a level has several.

    Returns
    -------
    DataFrame
        ``P`` (primary), ``S`` (secondary) or an empty text; goals and objectives are named ``scorecard.objective``.

    Raises
    ------
    UnknownNameError
        When there is no such scorecard on the higher, or on the lower side.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> aligned = alignment([read_scorecard("enterprise"), read_scorecard("meridian")])
    >>> matrix = support_matrix(aligned, "enterprise", "meridian")
    >>> matrix.shape, matrix.loc["enterprise.on-time-delivery", "meridian.restore-fast"]
    ((8, 18), 'P')
    """
    chosen = aligned
    for side, given in (("above", above), ("below", below)):
        ids = [given] if isinstance(given, str) else list(given)
        known = list(chosen[side].unique())
        if strangers := [unknown("scorecard on that side", id, known, side) for id in ids if id not in known]:
            raise UnknownNameError(strangers)
        chosen = chosen[chosen[side].isin(ids)]
    goal, objective = chosen["above"] + "." + chosen["goal"], chosen["below"] + "." + chosen["objective"]
    letters = chosen["strength"].astype("str").map(LETTERS)
    wide = pd.DataFrame({"goal": goal, "objective": objective, "letter": letters})
    matrix = wide.pivot(index="goal", columns="objective", values="letter")
    return matrix.loc[list(dict.fromkeys(goal)), list(dict.fromkeys(objective))].fillna("")
