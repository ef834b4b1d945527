"""What a paper came to: by topic with how much it rests on, the pass mark, and the chance of passing the real form.

A share of few answers says little, so each stands with its interval. The chance is of a form of which every question is
as hard as these, right with one unknown chance that the answers here tell of: a beta-binomial forecast.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from bsclib.study.practice import progress
from bsclib.study.practice.sitting import Sitting
from bsclib.wording import counted, number, percent

SURE = 1.96
CAVEAT = (
    "It holds if the real questions are as hard for you as these. It knows nothing of how they are worded, of the day, "
    "or of topics that this paper left out."
)


@dataclass(frozen=True, eq=False)
class Result:
    """What a sitting came to."""

    right: int
    count: int
    needed: int | None
    passed: bool | None
    chance: float | None  # of passing the real form
    topics: pd.DataFrame  # topic, questions, answered, right, share, low, high
    reread: pd.DataFrame  # page, heading, wrong
    minutes: float


def result_of(sitting: Sitting) -> Result:
    """Work out what a sitting came to; what was not answered counts as wrong."""
    paper, right = sitting.paper, sitting.right
    items, total = paper.items, sum(right.values())
    names = {topic.id: topic.name for topic in paper.exam.topics}
    rows = []
    for topic in dict.fromkeys([*names, *(item.topic for item in items)]):
        places = [place for place, item in enumerate(items) if item.topic == topic]
        if places:
            known = sum(right.get(place, False) for place in places)
            done = sum(place in right for place in places)
            name = names.get(topic, paper.exam.name)
            rows.append((name, len(places), done, known, known / len(places), *interval(known, len(places))))
    columns = ["topic", "questions", "answered", "right", "share", "low", "high"]
    wrong = Counter(item.question.reread for place, item in enumerate(items) if not right.get(place, False))
    reread = [(*place.split("#", 1), count) for place, count in wrong.most_common()]
    passed = None if paper.needed is None else total >= paper.needed
    return Result(
        total,
        len(items),
        paper.needed,
        passed,
        chance_of_form(total, len(items), paper.exam.questions, paper.exam.pass_share),
        pd.DataFrame(rows, columns=columns),
        pd.DataFrame(reread, columns=["page", "heading", "wrong"]),
        sitting.spent / 60,
    )


def learn(data: progress.Data, result: Result, sitting: Sitting, seed: int, now: datetime) -> None:
    """Note what a sitting came to, and which of its questions were right."""
    items, exam = sitting.paper.items, sitting.paper.exam.id
    progress.answered(data, {items[place].id: each for place, each in sitting.right.items()}, now)
    progress.exam_taken(data, exam, seed, result.right, result.count, result.passed, now)


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's interval, 95 %, for a share of right answers."""
    share, z = right / count, SURE
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max((middle - half) / (1 + z * z / count), 0.0), min((middle + half) / (1 + z * z / count), 1.0)


def chance_of_form(right: int, count: int, questions: int | None, pass_share: float | None) -> float | None:
    """The chance of passing a form of so many questions, from so many right here; None where its mark is unknown."""
    if questions is None or pass_share is None:
        return None
    a, b = right + 0.5, count - right + 0.5  # Jeffreys' prior
    needed = math.ceil(pass_share * questions - 1e-9)
    return math.fsum(_beta_binomial(k, questions, a, b) for k in range(needed, questions + 1))


def _beta_binomial(k: int, n: int, a: float, b: float) -> float:
    choose = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(choose + _log_beta(k + a, n - k + b) - _log_beta(a, b))


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def sentences(result: Result, sitting: Sitting) -> list[str]:
    """The result in words, the most important first."""
    exam = sitting.paper.exam
    said = [f"{result.right} of {counted(result.count, 'question')} right, {percent(result.right / result.count)}."]
    if result.passed is not None:
        said.append(f"{'Passed' if result.passed else 'Not passed'}: the pass mark is {result.needed}.")
    if unanswered := len(sitting.open):
        said.append(
            f"{counted(unanswered, 'question')} without an answer {'counts' if unanswered == 1 else 'count'} as wrong."
        )
    if not sitting.practice:
        said.append(f"Time used: {number(result.minutes, 0)} minutes of {sitting.paper.minutes}.")
    if result.chance is not None:
        said.append(
            f"Chance of passing the real form of {exam.questions} questions: {percent(result.chance)}. {CAVEAT}"
        )
    if sitting.paper.note:
        said.append(sitting.paper.note)
    return said
