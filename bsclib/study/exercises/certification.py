"""Exercises of lesson 10: an exam's outline, and the capstone's score, test and decision."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations

import pandas as pd

from bsclib.files.scorecards import read_scorecard
from bsclib.model.edit import change
from bsclib.model.status import words
from bsclib.scoring.scores import score
from bsclib.scoring.views import snapshot
from bsclib.study.answers import Choice, Number
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import Facts, exercise
from bsclib.study.exercises.texts import precision
from bsclib.study.lessons import lesson_10
from bsclib.study.questions.exams import find_exam, largest_remainder
from bsclib.wording import listed, month_name, number

_EXAM, _TOPIC, _QUESTIONS = "cobit-design", "overview", 35
"""A paper of which plain rounding would leave a question without a topic."""
_CAUSE, _EFFECT = "training-hours", "change-failure-rate"
_COSTLIEST = 5
"""Of so many KPIs that cost most one is asked which of them comes first."""
_COUNTS = {"floor": "mttr", "target": "csat", "weight": lesson_10.HEAVY, "ratio": "first-contact-resolution"}
"""Faults of the draft that change its score."""
_STAGE = "from bsclib.study.lessons.lesson_10 import "


@exercise("exam questions topic weight down", slips="cut_off equal rest")
def quota(case: Case) -> Facts:
    """How many questions of a paper one topic gets, by largest remainder."""
    exam = find_exam(_EXAM)
    place = [topic.id for topic in exam.topics].index(_TOPIC)
    weights, count = [topic.weight for topic in exam.topics], _QUESTIONS
    exact = weights[place] * count / sum(weights)
    return Facts(
        Number(float(largest_remainder(weights, count)[place]), within=0.1),
        code=(
            f"weights, questions = {weights}, {count}\n"
            "exact = [weight * questions / sum(weights) for weight in weights]\n"
            "left = questions - sum(int(each) for each in exact)\n"
            "largest = sorted(exact, key=lambda each: int(each) - each)[:left]\n"
            f"answer = int(exact[{place}]) + (exact[{place}] in largest)"
        ),
        names={
            "exam": exam.name,
            "questions": count,
            "topic": exam.topics[place].name,
            "weight": f"{weights[place]:g}",
            "down": round(exact),
        },
        slips={"cut_off": float(int(exact)), "equal": count / len(weights), "rest": exact},
        given=(("topic", "weight in %"), *((topic.name, f"{topic.weight:g}") for topic in exam.topics)),
    )


@exercise(
    "precision today floor target weight ratio",
    slips="faulty without_floor without_target without_ratio without_weight last_only one two today perspectives",
)
def mended(case: Case) -> Facts:
    """The overall score of the draft, once its faults are mended."""
    card, actuals = lesson_10.mended(), lesson_10.capstone()[1]
    draft = lesson_10.capstone()[0]
    now, faulty = snapshot(score(card, actuals)), snapshot(score(draft, actuals))
    last = snapshot(score(change(draft, lesson_10.HEAVY, weight=lesson_10.WEIGHT), actuals))

    def left_faulty(ids: Iterable[str]) -> float:
        each = card
        for id in ids:
            each = change(each, id, **lesson_10.FAULTS[id])
        return float(snapshot(score(each, actuals)).loc[card.id, "score"])

    right = float(now.loc[card.id, "score"])
    steps = zip(_COUNTS, map(abs, lesson_10.mended_in_turn(_COUNTS.values())), strict=True)
    today = float(snapshot(score(read_scorecard("meridian"), actuals)).loc[card.id, "score"])
    names = card.names
    return Facts(
        Number(right, within=0.01, unit="score"),
        code=(
            f"{_STAGE}capstone\n\n"
            "from bsclib import change, score\nfrom bsclib.scoring import snapshot\n\n"
            "draft, half_year = capstone()\n"
            "ids = {name: id for id, name in draft.names.items()}\n"
            f'new = change(draft, ids["{names["mttr"]}"], floor=12)\n'
            f'new = change(new, ids["{names["csat"]}"], target=4.3)\n'
            f'new = change(new, ids["{names["first-contact-resolution"]}"], aggregate="ratio", across_units="ratio")\n'
            f'new = change(new, ids["{names[lesson_10.HEAVY]}"], weight={lesson_10.WEIGHT})\n'
            'answer = snapshot(score(new, half_year)).loc[new.id, "score"]'
        ),
        names={"precision": precision(2), "today": number(today, 1)}
        | {what: number(step, 2 if step < 0.1 else 1) for what, step in steps},
        slips={
            "faulty": float(faulty.loc[card.id, "score"]),
            **{f"without_{what}": left_faulty([id]) for what, id in _COUNTS.items()},
            "last_only": float(last.loc[card.id, "score"]),
            "one": [left_faulty(ids) for ids in combinations(_COUNTS.values(), 3)],
            "two": [left_faulty(ids) for ids in combinations(_COUNTS.values(), 2)],
            "today": today,
            "perspectives": float(now.loc[now["level"] == "kpi", "score"].mean()),
        },
    )


@exercise("cause effect lag months pairs links too_little verdict", slips="every_month one_month sooner")
def testable(case: Case) -> Facts:
    """The last month of a cause whose effect half a year shows, when the link has a lag."""
    card, verdicts = lesson_10.mended(), lesson_10.tested()["verdict"]
    lag = next(int(link.lag or 0) for link in card.links if (link.cause, link.effect) == (_CAUSE, _EFFECT))
    half = sorted({month for month in lesson_10.capstone()[1]["period"].astype(str) if "Q" not in month})
    names = {month: month_name(month) for month in half}
    also = {way: month for month, name in names.items() for way in (name.split()[0], name[:3], f"{int(month[-2:])}")}
    return Facts(
        Choice(frozenset({half[-1 - lag]}), of=names, kind="month", also=also),
        code=f"months, lag = {half}, {lag}\nanswer = months[-1 - lag]  # its effect comes in the last month",
        names={
            "cause": card.kpi(_CAUSE).name,
            "effect": card.kpi(_EFFECT).name,
            "lag": lag,
            "months": len(half),
            "pairs": len(half) - lag,
            "links": len(verdicts),
            "too_little": int((verdicts == "too_little_data").sum()),
            "verdict": words(str(lesson_10.tested_on_five_years().loc[f"{_CAUSE} -> {_EFFECT}", "verdict"])),
        },
        slips={
            "every_month": frozenset(half[-1:]),
            "one_month": frozenset(half[-2:-1]),
            "sooner": frozenset(half[: -1 - lag]),
        },
    )


@exercise("points all next", slips="lowest other")
def costliest(case: Case) -> Facts:
    """Which KPI costs the overall score most points."""
    card, lost = lesson_10.mended(), lesson_10.points_lost()
    now = snapshot(score(card, lesson_10.capstone()[1]))
    kpis = now[now["level"] == "kpi"]
    low = kpis.loc[lost.index[:_COSTLIEST]].sort_values("score")
    ways = {str(id): _way(now, str(id)) for id in low.index}
    scores = {str(id): round(float(value), 1) for id, value in low["score"].items()}
    return Facts(
        Choice(
            frozenset({str(lost.index[0])}),
            of={id: card.names[id] for id in ways},
            kind="KPI of the table",
            others=card.names,
        ),
        code=(
            "rows = {  # score, and its three shares on the way up\n"
            + "".join(f'    "{card.names[id]}": ({scores[id]}, {", ".join(map(str, ways[id]))}),\n' for id in ways)
            + "}\ncosts = {name: (100 - score) * a * b * c for name, (score, a, b, c) in rows.items()}\n"
            "answer = max(costs, key=costs.get)"
        ),
        names={
            "points": number(float(lost.iloc[0]), 1),
            "next": number(float(lost.iloc[_COSTLIEST]), 1),
            "all": listed(f"{card.names[id]} {number(float(lost[id]), 1)}" for id in lost.index if id in ways),
        },
        slips={
            "lowest": frozenset({str(kpis["score"].astype(float).idxmin())}),
            "other": frozenset(ways),
        },
        given=(
            ("KPI", "score", "share of its objective", "of its perspective", "of the total"),
            *((card.names[id], number(scores[id], 1), *map(str, way)) for id, way in ways.items()),
        ),
    )


def _way(now: pd.DataFrame, id: str) -> tuple[Fraction, ...]:
    """A KPI's share of its objective, that of the objective in its perspective, and the perspective's in the total."""
    objective = now.loc[id, "parent"]
    up = (id, objective, now.loc[objective, "parent"])
    return tuple(Fraction(float(now.loc[one, "effective_weight"])).limit_denominator(100) for one in up)
