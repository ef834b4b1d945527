"""Sittings and minutes, read off a small notebook."""

import pytest

from bsclib.study.sittings import lessons, optional_exercises, read_course

TITLE = "# Tea\n\nMake tea.\n\nYou will\n\n- drink\n\nAllow 30 minutes. You need lessons 00 and 03."


def text(source, *tags):
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": source}


def code(source, *words, tags=()):
    outputs = [{"data": {"text/plain": " ".join(words)}}] if words else []
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, "outputs": outputs}


def read(*cells):
    return read_course("04_tea", {"cells": [text(TITLE), *cells]})


def test_what_only_helps_is_not_needed():
    first = "# Tea\n\nMake tea.\n\nYou need lessons 00 and 03. It helps to know lesson 05."
    assert read_course("04_tea", {"cells": [text(first)]}).needs == ("00", "03")


def test_a_lesson_without_sittings_is_one():
    course = read(text("word " * (150 - len(TITLE.split()))))
    assert (course.title, course.promise, course.needs) == ("Tea", "Make tea.", ("00", "03"))
    (one,) = course.sittings
    assert (one.title, one.stated, one.optional) == ("Tea", 30, False)
    assert one.ruled == pytest.approx(1.0)


def test_what_is_shown_counts_half_and_an_exercise_what_it_states():
    bare = read().sittings[0].ruled
    assert read(code("show()", *["word"] * 300)).sittings[0].ruled - bare == pytest.approx(1.0)
    assert read(code("show()")).sittings[0].ruled > bare, "what is not run yet shows something all the same"
    assert read(code('lesson.ask("slope")\n\nanswer = ...')).sittings[0].ruled - bare == pytest.approx(10)
    silent = [code("x = 1"), code("import this"), text("word " * 99, "notes"), code("go()", tags=["solution"])]
    assert read(*silent).sittings[0].ruled == bare


def test_sittings_and_optional_parts():
    course = read(
        text("## The question\n\nfirst"),
        text("## Sitting 1: Boil\n\nAllow 20 minutes. Water."),
        text("## Optional: Leaves\n\nAllow 5 minutes. " + "word " * 150),
        text("### Green\n\nstill optional"),
        text("## Sitting 2: Pour\n\nAllow 10 minutes. Cups."),
        text("### Optional: Sugar\n\n" + "word " * 300),
        text("### Drink\n\n" + "word " * 148),
    )
    told = [(one.title, one.stated, round(one.ruled), one.optional) for one in course.sittings]
    assert told == [("Boil", 20, 0, False), ("Leaves", 5, 1, True), ("Pour", 10, 1, False), ("Sugar", 0, 2, True)]
    assert sum(one.stated for one in course.core) == course.stated


def test_optional_exercises_are_those_below_an_optional_heading():
    assert optional_exercises("01") == {"links_lost", "chain", "contradiction"}
    assert optional_exercises("00") == frozenset()
    assert optional_exercises("99") == frozenset()


def test_the_course_begins_at_the_start():
    assert lessons()[0] == "00_start_here"
    assert lessons()[-3:-1] == ("09_executive_report", "09_shared_language")
    assert any(topic.startswith("cgeit.") for topic in read_course("00_start_here").exams)
