"""COBIT 2019's goals cascade: from rated enterprise goals, over alignment goals, to what each of 40 objectives weighs.

It is design factor 2 of the design toolkit: two matrix products, once with the ratings and once with 3 for every goal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from bsclib.files.goal_tables import ENTERPRISE_GOALS, GoalTables, check_ratings
from bsclib.scoring.rules import divide, nearest_whole
from bsclib.wording import counted, listed

BASELINE = 3
"""What every enterprise goal rates in the situation that the ratings are compared with."""
MOST_AT_THE_TOP = 5


def relative_importance(tables: GoalTables, ratings: Mapping[str, int] | pd.Series | None = None) -> pd.DataFrame:
    """Work out the relative importance of COBIT's 40 objectives for an enterprise that rates its goals so.

    Parameters
    ----------
    tables : GoalTables
        As `bsclib.files.read_goal_tables` reads them.
    ratings : mapping of str to int, optional
        1 (not important) to 5 (most important) for each of EG01 to EG13; by default those of the tables, or else 3.

    Returns
    -------
    DataFrame
        A row an objective: `objective` (EDM01 to MEA04); `domain`; `score` with the ratings and `baseline` with 3 for
        every goal, each the sum over all ways of rating × strength × strength; `ratio` of the two, after the ratings
        are scaled to a mean of 3; `relative_importance` in per cent, a multiple of 5. The last two are NaN where no
        goal reaches the objective.

    Raises
    ------
    BscError
        When a goal is missing or unknown, or a rating is not a whole number from 1 to 5.

    Notes
    -----
    With ratings *r*, the two tables *G* (13 × 13) and *O* (13 × 40) and the baseline *b* = 3: ratio = (r G O) / (b G O)
    × mean(b) / mean(r), and relative importance = 5 × round(20 × ratio) − 100. Ratings that are all alike therefore
    give 0 everywhere. A tie is rounded up, as the toolkit does: 0.975 is 19.5 twentieths, so 20, so 0 %, not −5 %.

    References
    ----------
    .. [1] ISACA (2018). COBIT 2019 Design Guide, 6.3.2 (p. 53).

    Examples
    --------
    >>> from bsclib.files import read_goal_tables
    >>> result = relative_importance(read_goal_tables("cobit-example"))
    >>> result.set_index("objective").loc[["DSS03", "BAI07"], "relative_importance"].tolist()
    [30.0, -20.0]
    """
    rated = _rated(tables, ratings).to_numpy(float)
    ways = tables.goals.to_numpy(float) @ tables.objectives.to_numpy(float)
    score, baseline = rated @ ways, np.full(len(rated), BASELINE) @ ways
    ratio = divide(score, baseline) * BASELINE / rated.mean()
    objectives = list(tables.objectives.columns)
    return pd.DataFrame(
        {
            "objective": objectives,
            "domain": [id[:3] for id in objectives],
            "score": score,
            "baseline": baseline,
            "ratio": ratio,
            "relative_importance": in_steps_of_five(ratio),
        }
    )


def in_steps_of_five(ratio: ArrayLike) -> np.ndarray:
    """How far a ratio is from 1, in per cent and rounded to 5; a tie is rounded up."""
    return 5 * nearest_whole(20 * np.asarray(ratio, dtype=float)) - 100


def rating_findings(tables: GoalTables, ratings: Mapping[str, int] | pd.Series | None = None) -> pd.DataFrame:
    """Say what is unwise about ratings, or missing in the tables.

    Parameters
    ----------
    tables : GoalTables
    ratings : mapping of str to int, optional
        As `relative_importance` takes them.

    Returns
    -------
    DataFrame
        A row a finding: `where`, `what`, `why` and `fix`, all text.

    Raises
    ------
    BscError
        As `relative_importance` does.

    Examples
    --------
    >>> from bsclib.files import read_goal_tables
    >>> alike = dict.fromkeys(ENTERPRISE_GOALS, 4)
    >>> rating_findings(read_goal_tables("cobit-example"), alike)["what"].tolist()
    ['all 13 enterprise goals are rated alike, with 4']
    """
    rated = _rated(tables, ratings)
    rows = list(_findings(rated, tables))
    return pd.DataFrame(rows, columns=["where", "what", "why", "fix"], dtype=str)


def _findings(rated: pd.Series, tables: GoalTables) -> Iterator[tuple[str, str, str, str]]:
    top = rated.index[rated == rated.max()]
    choose = "choose the three to five goals that matter most, and give the others less"
    if rated.nunique() == 1:
        what = f"all {len(rated)} enterprise goals are rated alike, with {rated.iloc[0]}"
        yield "ratings", what, "every objective then comes out at 0 %, so nothing is preferred", choose
    elif len(top) > MOST_AT_THE_TOP:
        what = f"{counted(len(top), 'goal')} share the highest rating, {rated.max()}: {listed(top)}"
        yield "ratings", what, "the more goals come first, the less the cascade tells apart", choose
    unreached = tables.objectives.columns[(tables.goals.to_numpy() @ tables.objectives.to_numpy()).sum(axis=0) == 0]
    if len(unreached):
        what = f"no enterprise goal reaches {listed(unreached)}"
        why, fix = "such an objective has no relative importance", "compare these columns with your copy of COBIT 2019"
        yield "alignment goals", what, why, fix


def _rated(tables: GoalTables, ratings: Mapping[str, int] | pd.Series | None) -> pd.Series:
    """The ratings that count: those given, else the tables', else the baseline."""
    given = tables.ratings if ratings is None else ratings
    return check_ratings(dict.fromkeys(ENTERPRISE_GOALS, BASELINE) if given is None else dict(given))
