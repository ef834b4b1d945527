"""What somebody has learnt, as tables: lessons, topics of the question bank, mock exams."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from bsclib.study.exercises.question import LESSONS, exercises_of
from bsclib.study.practice import progress
from bsclib.study.questions import stock


def lessons(data: progress.Data) -> pd.DataFrame:
    """A row a lesson: how many of its exercises were right, on the scorecard on which most were."""
    rows = []
    for number in LESSONS:
        cases = data["lessons"].get(number, {}).values()
        done = max((sum(state == "right" for state in states.values()) for states in cases), default=0)
        rows.append((number, done, len(exercises_of(number))))
    return pd.DataFrame(rows, columns=["lesson", "right", "exercises"])


def topics(data: progress.Data, now: datetime) -> pd.DataFrame:
    """A row a topic: how many questions it has, how many you met, had right at last, and which are due."""
    due = set(progress.due(data, now))
    rows = [
        (place.topic, known is not None, bool(known and known.get("last")), place.id in due)
        for place in stock.places()
        for known in [data["questions"].get(place.id)]
    ]
    frame = pd.DataFrame(rows, columns=["topic", "met", "right at last", "due"])
    return frame.groupby("topic").agg("sum").reset_index().assign(questions=frame.groupby("topic").size().to_numpy())


def exams(data: progress.Data) -> pd.DataFrame:
    """The mock exams that were handed in, the last ones last."""
    rows = [
        (taken.get("on"), taken.get("exam"), taken.get("seed"), f"{taken.get('right')} of {taken.get('count')}", mark)
        for taken in data["exams"][-10:]
        for mark in [{True: "passed", False: "not passed"}.get(taken.get("passed"), "no pass mark")]
    ]
    return pd.DataFrame(rows, columns=["on", "exam", "seed", "right", "result"])
