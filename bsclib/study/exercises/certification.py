"""Exercises of lesson 10: an exam's outline, and the capstone's score, test and decision."""

from __future__ import annotations

from bsclib.files.scorecards import read_scorecard
from bsclib.scoring.scores import score
from bsclib.scoring.views import snapshot
from bsclib.study.answers import Choice, Number
from bsclib.study.exercises.case import Case, names_of
from bsclib.study.exercises.question import Facts, exercise
from bsclib.study.exercises.texts import precision
from bsclib.study.lessons import lesson_10
from bsclib.study.questions.exams import find_exam, largest_remainder

_EXAM, _TOPIC = "cobit-foundation", "system"
_STAGE = "from bsclib.study.lessons.lesson_10 import "


@exercise("exam questions topic", slips="cut_off equal rest")
def quota(case: Case) -> Facts:
    """How many questions of a paper one topic gets, by largest remainder."""
    exam = find_exam(_EXAM)
    place = [topic.id for topic in exam.topics].index(_TOPIC)
    weights, count = [topic.weight for topic in exam.topics], int(exam.questions or 0)
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
        names={"exam": exam.name, "questions": count, "topic": exam.topics[place].name},
        slips={"cut_off": float(int(exact)), "equal": count / len(weights), "rest": exact},
        given=(("topic", "weight in %"), *((topic.name, f"{topic.weight:g}") for topic in exam.topics)),
    )


@exercise("precision", slips="faulty today perspectives")
def mended(case: Case) -> Facts:
    """The overall score of the draft, once its faults are mended."""
    card, actuals = lesson_10.mended(), lesson_10.capstone()[1]
    now, faulty = snapshot(score(card, actuals)), snapshot(score(*lesson_10.capstone()))
    right = float(now.loc[card.id, "score"])
    today = snapshot(score(read_scorecard("meridian"), actuals))
    return Facts(
        Number(right, within=0.1, unit="score"),
        code=(
            f"{_STAGE}capstone\n\n"
            "from bsclib import change, score\nfrom bsclib.scoring import snapshot\n\n"
            "draft, data = capstone()\n"
            'draft = change(change(draft, "mttr", floor=12), "csat", target=4.3)\n'
            'draft = change(draft, "first-contact-resolution", aggregate="ratio", across_units=None)\n'
            f'draft = change(draft, "satisfy-users", weight={lesson_10.WEIGHT})\n'
            'answer = snapshot(score(draft, data)).loc[draft.id, "score"]'
        ),
        names={"precision": precision(1)},
        slips={
            "faulty": float(faulty.loc[card.id, "score"]),
            "today": float(today.loc[card.id, "score"]),
            "perspectives": float(now.loc[now["level"] == "kpi", "score"].mean()),
        },
        given=(
            ("part", "what the chief information officer says", "its id"),
            ("Mean time to restore", "the floor is 12 hours", "mttr"),
            ("User satisfaction after a ticket", "the target is 4.3", "csat"),
            ("Solved at first contact", "it is pooled as a ratio, over months and units", "first-contact-resolution"),
            (
                "Satisfy the people who use our services",
                f"the weight is {lesson_10.WEIGHT}, as those beside it have",
                "satisfy-users",
            ),
        ),
    )


@exercise("links months", slips="all_links untestable")
def testable(case: Case) -> Facts:
    """How many links half a year of data supports or refutes."""
    verdicts = lesson_10.tested()["verdict"]
    return Facts(
        Number(float(verdicts.isin(["supported", "refuted"]).sum()), within=0.1),
        code=f'{_STAGE}tested\n\nanswer = tested()["verdict"].isin(["supported", "refuted"]).sum()',
        names={"links": len(verdicts), "months": "six"},
        slips={"all_links": float(len(verdicts)), "untestable": float((verdicts == "not_testable").sum())},
    )


@exercise(slips="lowest heaviest other")
def costliest(case: Case) -> Facts:
    """Which KPI costs the overall score most points."""
    card, lost = lesson_10.mended(), lesson_10.points_lost()
    now = snapshot(score(card, lesson_10.capstone()[1]))
    kpis = now[now["level"] == "kpi"]
    return Facts(
        Choice(frozenset({str(lost.index[0])}), of=names_of(card.kpis), kind="KPI"),
        code=f"{_STAGE}points_lost\n\nanswer = points_lost().index[0]",
        slips={
            "lowest": frozenset({str(kpis["score"].astype(float).idxmin())}),
            "heaviest": frozenset({str(kpis["weight"].astype(float).idxmax())}),
            "other": frozenset(map(str, lost.index)),
        },
    )
