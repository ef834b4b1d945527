"""A learner's own numbers: the same questions, of the same difficulty, with other answers.

The learner's name draws one of the last months to look at, and stretches every KPI's actuals by a little, a share of
its way from floor to target; so the same name gives the same numbers everywhere. What would change a status of that
month is stretched less, and a month that cannot ask what the last one asks is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.model.nouns import Scorecard
from bsclib.scoring.scores import score
from bsclib.study.answer_forms import key
from bsclib.study.answers import Names
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import Exercise, Question
from bsclib.study.questions.stock import digest, shuffled

LEAST, MOST = 0.03, 0.12
"""How far a KPI's last actual moves, as a share of its way from floor to what is expected."""
MONTHS = 6
"""From how many of the last months one is drawn."""
TURNS = 5
"""How often the stretching is made smaller."""


def varied_case(
    scorecard: Scorecard, actuals: pd.DataFrame, case: Case, exercises: Iterable[Exercise], learner: str
) -> Case:
    """The case with a learner's own numbers; as it is where none are found that ask the same."""
    exercises = tuple(exercises)
    asked = [exercise.ask(case) for exercise in exercises]
    scored = case.scores.loc[case.scores["score"].notna(), "period"]
    months = sorted(map(str, scored.unique()))[-MONTHS:]
    for month in shuffled(months, learner, scorecard.id):
        as_it_is = Case(scorecard, actuals, score(scorecard, actuals, as_of=month))
        own = _stretched(as_it_is, learner)
        if all(map(_alike, asked, (exercise.ask(own) for exercise in exercises))):
            return own
    return case


def _stretched(case: Case, learner: str) -> Case:
    """The case with its actuals stretched as far as no status of the organisation changes."""
    sizes, before = {kpi.id: 1.0 for kpi in case.scorecard.kpis}, _statuses(case)
    for _ in range(TURNS):
        moved = _moved(case, sizes, learner)
        own = Case(case.scorecard, moved, score(case.scorecard, moved, as_of=case.period))
        changed = set(before.index[before != _statuses(own).reindex(before.index)])
        if not changed:
            return own
        for kpi in case.scorecard.kpis:
            objective = case.scorecard.objective(kpi.objective)
            if changed & {kpi.id, objective.id, objective.perspective, case.scorecard.id}:
                sizes[kpi.id] *= 0.3
    return case


def learner_key(learner: object) -> str:
    """A name without what does not tell names apart."""
    if not isinstance(learner, str):
        raise BscError(Fault("learner", "a name is a text", got=repr(learner)[:80], fix='write it in quotes: "ana"'))
    return key(learner)


def _moved(case: Case, sizes: Mapping[str, float], learner: str) -> pd.DataFrame:
    """The actuals, each KPI's stretched by a factor of its own."""
    scorecard, actuals = case.scorecard, case.actuals
    last, factors = case.of("kpi"), {}
    for id in last.index:
        rng = np.random.default_rng(int.from_bytes(digest(learner, scorecard.id, id)[:8], "big"))
        row, by = last.loc[id], sizes[id] * rng.uniform(LEAST, MOST) * rng.choice([-1, 1])
        way = abs(row["expected"] - row["floor"])
        if row["actual"] and np.isfinite(way * row["actual"]):
            factors[id] = 1 + by * way / abs(row["actual"])
    out, ids = actuals.copy(), actuals["kpi"].astype(str)
    by_kpi = ids.map(factors).fillna(1.0)
    parts = out["denominator"].gt(0) & out["numerator"].notna()
    top = _as_written(out["numerator"] * by_kpi, out["numerator"], ids)
    share = out["numerator"] <= out["denominator"]
    within = share.where(parts, True).groupby(ids).transform("all")
    top = top.where(~within, np.minimum(top, out["denominator"]))
    ratio = top / out["numerator"].where(out["numerator"] != 0)
    alone = _as_written(out["actual"] * by_kpi, out["actual"], ids)
    ends = {kpi.id: [np.nan if end is None else end for end in kpi.limits] for kpi in scorecard.kpis if kpi.limits}
    low, high = (ids.map({id: pair[side] for id, pair in ends.items()}).astype(float) for side in (0, 1))
    alone = alone.clip(low.fillna(-np.inf), high.fillna(np.inf))
    out["actual"] = alone.where(~parts, (out["actual"] * ratio).fillna(out["actual"]))
    out["numerator"] = out["numerator"].where(~parts, top)
    return out


def _as_written(values: pd.Series, like: pd.Series, ids: pd.Series) -> pd.Series:
    """Values with as many decimals as each KPI's were written with."""
    digits = ids.map({id: _decimals(each.dropna()) for id, each in like.groupby(ids)})
    out = values.copy()
    for count in digits.unique():
        out = out.where(digits != count, values.round(int(count)))
    return out


def _decimals(values: pd.Series) -> int:
    """With how many decimals numbers are written, 6 at most."""
    return next((digits for digits in range(6) if np.allclose(values, values.round(digits), rtol=0, atol=1e-9)), 6)


def _statuses(case: Case) -> pd.Series:
    """The organisation's statuses of the last month, by id."""
    rows = case.now[case.now["unit"] == ""]
    return rows.set_index("id")["status"]


def _alike(first: Question | str, second: Question | str) -> bool:
    """Whether two questions are of one kind, and ask for as many names."""
    if isinstance(first, str) or isinstance(second, str):
        return first == second
    kind = type(first.expects) is type(second.expects)
    names = [len(question.expects.right) for question in (first, second) if isinstance(question.expects, Names)]
    return kind and len(set(names)) < 2
