"""Exercises on COBIT's goals cascade: one objective by hand; and on how mature a scorecard is.

The tables are those that are made up, whatever the scorecard: ISACA's own are not free.
"""

from __future__ import annotations

import math
from functools import cache

import pandas as pd

from bsclib.design.cobit import BASELINE, in_steps_of_five, relative_importance
from bsclib.design.maturity import LEVELS, maturity_statements
from bsclib.files.goal_tables import EXAMPLE, GoalTables, read_goal_tables
from bsclib.study.answers import Choice, Number
from bsclib.study.exercises.case import Case, plain
from bsclib.study.exercises.question import Facts, exercise
from bsclib.study.lessons.lesson_06 import GOALS, OBJECTIVES

_NOT_TRUE = {2: 1, 5: 2}
"""How many statements of a level are not true of the scorecard whose maturity is asked about."""
_IN_WORDS = (
    ("zero", "one", "two", "three", "four", "five"),
    ("no level", "first", "second", "third", "fourth", "fifth"),
)


@exercise(
    "objective does goal wants mean",
    slips="sum one_way baseline short unscaled unscaled_exact divided unrounded to_one down as_ratio rounded_ratio "
    "ratio",
)
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
    last = plain(tables.objectives.loc[goal, objective])
    steps = {id: f"{plain(strength)} * {last}" for id, strength in strengths.items()}
    unscaled = in_steps_of_five(row["score"] / row["baseline"])
    return Facts(
        Number(float(row["relative_importance"]), within=0.1, unit="%"),
        code=(
            f"score = {' + '.join(f'{plain(ratings[id])} * {ways}' for id, ways in steps.items())}\n"
            f"baseline = {' + '.join(f'{BASELINE} * {ways}' for ways in steps.values())}\n"
            f"ratio = score / baseline * {BASELINE} / {ratings.mean():.3f}\n"
            "answer = 5 * round((100 * ratio - 100) / 5)"
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
            "one_way": float(ratings[strengths.index[0]] * strengths.iloc[0]) * float(last),
            "baseline": float(row["baseline"]),
            "short": [float(row[part]) / float(last) for part in ("score", "baseline")],
            "unscaled": float(unscaled),
            "unscaled_exact": float(100 * row["score"] / row["baseline"] - 100),
            "divided": float(in_steps_of_five(row["score"] / row["baseline"] * ratings.mean() / BASELINE)),
            "unrounded": float(100 * row["ratio"] - 100),
            "to_one": float(round(100 * row["ratio"] - 100)),
            "down": 5.0 * math.floor(20 * row["ratio"] - 20),
            "as_ratio": [float(100 * row["ratio"]), float(round(100 * row["ratio"]))],
            "rounded_ratio": float(100 + row["relative_importance"]),
            "ratio": float(row["ratio"]),
        },
        given=(
            ("enterprise goal", "its rating", f"how strongly {goal} serves it"),
            *given,
            (f"strength of {objective} for {goal}", "", last),
        ),
    )


@exercise(slips="highest complete nearly any_true")
def mature(case: Case) -> Facts:
    """The level of maturity where one statement of a low level is not true."""
    counts = maturity_statements()["level"].value_counts().sort_index()
    true = counts - pd.Series(_NOT_TRUE).reindex(counts.index, fill_value=0)
    full = counts.index[true == counts]
    gap = min(_NOT_TRUE)
    levels = {str(level): name for level, name in enumerate(LEVELS)}
    also = {word: str(at) for words in _IN_WORDS for at, word in enumerate(words)}
    also |= {f"{level} {name}": level for level, name in levels.items()}
    return Facts(
        Choice(frozenset({str(gap - 1)}), of=levels, kind="level", also=also),
        code=(
            f"true = {true.tolist()}  # of each level, from the first one\n"
            f"all_of_them = {counts.tolist()}\n"
            "answer = 0\n"
            "while answer < 5 and true[answer] == all_of_them[answer]:\n"
            "    answer += 1"
        ),
        slips={
            name: frozenset({str(level)})
            for name, level in {"highest": full.max(), "complete": len(full), "nearly": gap, "any_true": 5}.items()
        },
        given=(
            ("level", "its statements", "of these are true"),
            *((f"{level}: {LEVELS[level]}", plain(counts[level]), plain(true[level])) for level in counts.index),
        ),
    )


@cache
def _tables() -> GoalTables:
    return read_goal_tables(EXAMPLE)
