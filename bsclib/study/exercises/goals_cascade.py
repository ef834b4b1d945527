"""Exercises on COBIT's goals cascade: one objective by hand, and goals that all rate alike.

The tables are those that are made up, whatever the scorecard: ISACA's own are not free.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from bsclib.design.cobit import BASELINE, in_steps_of_five, relative_importance
from bsclib.files.goal_tables import EXAMPLE, GoalTables, read_goal_tables
from bsclib.study.answers import Number
from bsclib.study.exercises.case import Case, plain
from bsclib.study.exercises.question import Facts, exercise
from bsclib.study.lessons.lesson_06 import GOALS, OBJECTIVES

_READ = (
    "from bsclib.design import relative_importance\n"
    "from bsclib.files import read_goal_tables\n\n"
    f'tables = read_goal_tables("{EXAMPLE}")\n'
)


@exercise("objective does goal wants mean", slips="sum unscaled unrounded as_ratio")
def one_goal(case: Case) -> Facts:
    """The relative importance of the objective that serves one alignment goal only."""
    tables = _tables()
    served = (tables.objectives > 0).sum()
    alone = relative_importance(tables).set_index("objective").loc[served.index[served == 1]]
    objective = str(alone["relative_importance"].abs().idxmax())
    goal = str(tables.objectives.index[tables.objectives[objective] > 0][0])
    row, ratings = alone.loc[objective], pd.Series(tables.ratings)
    strengths = tables.goals[goal][tables.goals[goal] > 0]
    given = [(f"{id}: {GOALS[id]}", plain(ratings[id]), plain(strength)) for id, strength in strengths.items()]
    unscaled = in_steps_of_five(row["score"] / row["baseline"])
    return Facts(
        Number(float(row["relative_importance"]), within=0.1, unit="%"),
        code=(
            f'{_READ}result = relative_importance(tables).set_index("objective")\n'
            f'answer = result.loc["{objective}", "relative_importance"]'
        ),
        names={
            "objective": objective,
            "does": OBJECTIVES[objective],
            "goal": goal,
            "wants": GOALS[goal],
            "mean": f"{ratings.mean():.3f}",
        },
        slips={
            "sum": float(row["score"]),
            "unscaled": float(unscaled),
            "unrounded": float(100 * row["ratio"] - 100),
            "as_ratio": float(100 * row["ratio"]),
        },
        given=(
            ("enterprise goal", "its rating", f"how strongly {goal} serves it"),
            *given,
            (f"strength of {objective} for {goal}", "", plain(tables.objectives.loc[goal, objective])),
        ),
    )


@exercise("rating", slips="scaled_up as_ratio")
def alike(case: Case) -> Facts:
    """What comes out when all goals are rated alike."""
    rating = 5
    return Facts(
        Number(0.0, within=0.0, unit="%"),
        code=(
            f"{_READ}result = relative_importance(tables, dict.fromkeys(tables.goals.index, {rating}))\n"
            'answer = result["relative_importance"].max()'
        ),
        names={"rating": rating},
        slips={"scaled_up": float(in_steps_of_five(rating / BASELINE)), "as_ratio": 100.0},
    )


@cache
def _tables() -> GoalTables:
    return read_goal_tables(EXAMPLE)
