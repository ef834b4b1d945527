"""How mature is the IT scorecard itself: six levels, what shows each, and the lesson that leads to the next.

Van Grembergen, Saull and De Haes judged an insurer's IT scorecard by a maturity model, and Kozina describes what such
a model is for: to improve the scorecard. The statements here are ours, and so is the level 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown

LEVELS = ("none", "initial", "repeatable", "defined", "managed", "optimised")
"""The names of the levels 0 to 5."""

_STATEMENTS = (
    (1, "need", "Somebody who decides has said that IT needs a measurement system.", "00_start_here"),
    (1, "counted", "We count something of our operations or our projects, if only when it hurts.", "00_start_here"),
    (2, "objectives", "We know our objectives, and each of them has an owner.", "01_objectives"),
    (2, "perspectives", "All four perspectives have KPIs, not only money and operations.", "02_kpi_selection"),
    (2, "drivers", "Beside each result stands a driver that shows where it is going.", "02_kpi_selection"),
    (2, "shown", "Management sees all KPIs together, every month or quarter.", "09_executive_report"),
    (3, "definitions", "Each KPI has a written definition, an owner and a target.", "02_kpi_selection"),
    (3, "rules", "It is written down how KPIs become scores, and nobody changes it by hand.", "03_scoring"),
    (3, "map", "The links between causes and effects are written down, with sign and lag.", "04_cause_and_effect"),
    (3, "training", "Everybody who reads the scorecard has learned how to read it.", "00_start_here"),
    (4, "cascade", "Scorecards stand above and below ours, and each objective says what it supports.", "06_cascade"),
    (4, "tested", "The links are tested on actuals, and those that fail are revised.", "04_cause_and_effect"),
    (4, "budget", "Money for initiatives follows what they are to move, and we look at what came.", "05_scenarios"),
    (4, "teams", "Each team knows which of its KPIs serve which objective above.", "06_cascade"),
    (5, "acted", "Each KPI off target has an action, and we check whether the action helped.", "08_monitoring"),
    (5, "reviewed", "We review the scorecard itself once a year, and take out what no longer helps.", "01_objectives"),
    (5, "outside", "Somebody from outside compares our rules and our results with those of others.", "03_scoring"),
)  # fmt: skip


class Maturity(NamedTuple):
    """The level that is reached, its name, and what is missing for the next one; made by `assess_maturity`."""

    level: int
    name: str
    missing: pd.DataFrame


def maturity_statements() -> pd.DataFrame:
    """List what has to be true of an IT scorecard at each level of maturity.

    Returns
    -------
    DataFrame
        A row a statement: `level` (1 to 5), `name` of the level, `id` to answer by, `statement`, and `lesson`, the
        notebook that teaches it. Level 0 asks for nothing.

    References
    ----------
    .. [1] Van Grembergen, W., Saull, R. and De Haes, S. (2001). Linking the IT balanced scorecard to the business
       objectives at a major Canadian financial group.
    .. [2] Kozina, M. (2006). IT balanced scorecard as IT governance framework.

    Examples
    --------
    >>> maturity_statements()["id"].tolist()[:3]
    ['need', 'counted', 'objectives']
    """
    table = pd.DataFrame(_STATEMENTS, columns=["level", "id", "statement", "lesson"])
    table.insert(1, "name", [LEVELS[level] for level in table["level"]])
    return table


def assess_maturity(answers: Mapping[str, bool]) -> Maturity:
    """Say how mature a scorecard is, from what its people say of it, and what comes next.

    Parameters
    ----------
    answers : mapping of str to bool
        Whether each statement is true, by its id. One that is left out counts as not true.

    Returns
    -------
    Maturity
        `level`, 0 to 5: the highest of which all statements are true, and of all levels below. `name` of it. `missing`:
        the statements of the next level that are not true yet, with their lessons, as `maturity_statements` lists them;
        no rows at level 5.

    Raises
    ------
    UnknownNameError
        For an id that no statement has, with the nearest.
    BscError
        For an answer that is neither True nor False.

    Examples
    --------
    >>> found = assess_maturity({"need": True, "counted": True, "objectives": True})
    >>> found.level, found.name, found.missing["lesson"].tolist()
    (1, 'initial', ['02_kpi_selection', '02_kpi_selection', '09_executive_report'])
    """
    statements = maturity_statements()
    if strange := [id for id in answers if id not in set(statements["id"])]:
        raise UnknownNameError([unknown("statement", id, statements["id"], "answers") for id in strange])
    if odd := {id: answer for id, answer in answers.items() if not isinstance(answer, bool)}:
        allowed = "True or False"
        what, fix = "an answer is yes or no", "leave out what you do not know: it counts as not true"
        raise BscError([Fault(f"answers, {id}", what, repr(answer), allowed, fix) for id, answer in odd.items()])
    open_ = statements[~statements["id"].map(dict(answers)).eq(True)]
    level = int(open_["level"].min()) - 1 if len(open_) else len(LEVELS) - 1
    return Maturity(level, LEVELS[level], open_[open_["level"] == level + 1].reset_index(drop=True))
