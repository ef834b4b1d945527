"""What somebody has learnt, as tables: lessons, topics of the question bank, mock exams."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from bsclib.files.yaml_tree import plain, read_tree
from bsclib.study.exercises.texts import FOLDER
from bsclib.study.practice import progress
from bsclib.study.questions import stock


def lessons(data: progress.Data) -> pd.DataFrame:
    """A row a lesson: how many of its exercises were right, on the scorecard on which most were."""
    rows = []
    for file in sorted(FOLDER.glob("lesson_*.yaml")):  # an entry an exercise; to import them would take seconds
        number = file.stem.removeprefix("lesson_")
        cases = data["lessons"].get(number, {}).values()
        done = max((sum(state == "right" for state in states.values()) for states in cases), default=0)
        rows.append((number, done, len(plain(read_tree(file)))))
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
