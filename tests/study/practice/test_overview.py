"""What is learnt, as tables."""

from datetime import UTC, datetime, timedelta

from bsclib.study.practice import overview, progress
from bsclib.study.questions import stock

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def test_lessons_topics_and_exams():
    data, _ = progress.read()
    assert len(overview.exams(data)) == 0
    progress.exercise_checked(data, "03", "a", "weights", "right")
    progress.exercise_checked(data, "03", "b", "weights", "right")
    progress.exercise_checked(data, "03", "b", "ratio", "right")
    progress.answered(data, {place.id: i > 0 for i, place in enumerate(stock.places("itil")[:3])}, NOW)
    progress.exam_taken(data, "final", 7, 40, 60, False, NOW)
    assert overview.lessons(data).set_index("lesson").loc["03"].tolist() == [2, 14]
    row = overview.topics(data, NOW + timedelta(days=1)).set_index("topic").loc["itil"]
    assert row[["met", "right at last", "due"]].tolist() == [3, 2, 1]
    assert row["questions"] == len(stock.places("itil"))
    assert overview.exams(data).iloc[0].tolist() == ["2026-11-29", "final", 7, "40 of 60", "not passed"]
