import re

import lessons_made as made
import pytest

from bsclib.files.paths import shipped_folder
from bsclib.study.teaching import timetable as made_from
from bsclib.study.teaching.lesson_notebook import read_lesson, shipped_lessons
from bsclib.study.teaching.timetable import PLANS, START, STRETCH, guide_text, lesson_block, rows_of, sittings_of

GUIDE = (shipped_folder() / "docs" / "trainer-guide.md").read_text(encoding="utf-8")


@pytest.fixture
def own(tmp_path):
    """A lesson of two sittings and an optional part."""
    title = "# Own\n\nPromise.\n\nYou will\n\n- see [a map](../docs/glossary.md#map).\n\nAllow 80 minutes."
    cells = [
        made.text("one", "## Sitting 1: First\n\nAllow 50 minutes."),
        *made.exercise("attainment"),
        *made.exercise("edge"),
        *made.exercise("weights"),
        made.text("two", "## Sitting 2: Second\n\nAllow 30 minutes."),
        *made.exercise("policy"),
        made.text("more", "## Optional: depth\n\nAllow 12 minutes."),
        *made.exercise("ratio"),
    ]
    notebook = made.lesson(*cells)
    notebook["cells"][0]["source"] = title
    return read_lesson(made.saved(notebook, tmp_path))


def test_the_guide_is_what_the_lessons_give():
    assert guide_text(GUIDE) == GUIDE, "run `make derived`"


def test_the_guide_has_every_timetable_and_every_lesson():
    names = set(re.findall(r"<!-- made: ([\w ]+) -->", GUIDE))
    assert names == {*PLANS, *(one.path.stem for one in shipped_lessons())}


def test_a_lesson_falls_into_its_sittings(own):
    parts = [(one.title, one.stated, one.optional, tuple(one.exercises)) for one in sittings_of(own)]
    assert parts == [
        ("Own: First", 50, False, ("attainment", "edge", "weights")),
        ("Second", 30, False, ("policy",)),
        ("depth", 12, True, ("ratio",)),
    ]


def test_a_lesson_without_sittings_is_one():
    (one,) = shipped_lessons(["09_shared_language"])
    (part,) = sittings_of(one)
    assert (part.title, part.exercises) == ("A shared language", {})
    assert part.stated > 0


def test_what_a_trainer_reads_of_a_lesson(own):
    block = lesson_block(own)
    spent = sittings_of(own)[0].exercising
    assert 0 < spent < 34
    assert f"| Own: First | 50 | {50 - spent} | {spent} | `attainment`, `edge`, `weights` |" in block
    assert "- see a map." in block, "links of a notebook lead nowhere from here"
    assert "- `edge`: The edge itself belongs to the better band." in block
    assert "*If late, drop* `weights`" in block
    assert "*If fast, add* “depth”." in block


@pytest.mark.parametrize("plan", PLANS)
def test_a_timetable_keeps_its_hours_its_order_and_its_pauses(plan):
    rows = list(rows_of(plan, shipped_lessons()))
    days, end, _, _ = PLANS[plan]
    assert {day for day, *_ in rows} <= set(range(1, days + 1))
    worked = 0
    for before, (day, begin, until, what, part) in zip([None, *rows], rows, strict=False):
        same_day = before is not None and before[0] == day
        assert begin == (before[2] if same_day else START)
        assert begin < until <= end
        worked = 0 if part is None or not same_day else worked
        worked += until - begin if part else 0
        assert worked <= STRETCH, what
    taught = [part.lesson for *_, part in rows if part]
    assert taught == sorted(taught)


def test_each_part_of_a_timetable_has_the_minutes_that_its_lesson_states():
    stated = {(one.lesson, one.title): one.stated for lesson in shipped_lessons() for one in sittings_of(lesson)}
    planned = {}
    for _, begin, until, _, part in rows_of("three days", shipped_lessons()):
        if part:
            planned[part.lesson, part.title] = planned.get((part.lesson, part.title), 0) + until - begin
    assert planned.keys() <= stated.keys()
    pace = PLANS["three days"].pace
    assert [key for key in planned if planned[key] > round(stated[key] * pace)] == []


def test_the_command_writes_the_guide(tmp_path, monkeypatch):
    page = tmp_path / "guide.md"
    page.write_text("Before.\n<!-- made: one day -->\nold\n<!-- /made -->\nAfter.\n", encoding="utf-8")
    text = made_from.guide_text(page.read_text(encoding="utf-8"))
    assert text.startswith("Before.\n<!-- made: one day -->\n| day | from | to |")
    assert text.endswith("<!-- /made -->\nAfter.\n")
    assert "old" not in text
