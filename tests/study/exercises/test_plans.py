"""Initiatives, worked out by hand."""

import math

import pytest
from planned import CARD, asked, case, change

from bsclib import load_dataset, score
from bsclib.actuals.departures import find_departures
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import Question, judge


def with_initiatives(*rows):
    plain = {"name": "A plan", "cost": 1, "start": "2026-07"}
    return case(initiatives=[plain | {"id": f"i{at}"} | row for at, row in enumerate(rows)])


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (4.5, "they come with a chance only"),  # 10 * 0.75 * 0.6
        (10, "in the end, if it works"),
        (6, "A quarter of the ramp is done already"),
        (7.5, "With which chance"),
        (1.5, "what has come so far, on average"),
        (2.5, "what has come so far, if it works"),
    ],
)
def test_what_is_left_of_the_ramp(answer, says):
    assert says in judge(answer, asked("ramp")).message


def test_a_chance_is_asked_about_where_there_is_one():
    sure = {"changes": [change("speed", 4, ramp=3)]}
    maybe = {"changes": [change("speed", 6, ramp=3, chance=0.2)]}
    assert judge(0.9, asked("ramp", with_initiatives(sure, maybe))).state == "right"
    assert judge(3, asked("ramp", with_initiatives(sure))).state == "right"


@pytest.mark.parametrize("changes", [[], [change("speed", 0, ramp=3)], [change("speed", 3, ramp=1)]])
def test_without_a_ramp_nothing_is_left_of_it(changes):
    assert "in steps" in asked("ramp", with_initiatives({"changes": changes}))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("sorting", "counts for nothing there"),  # school and scales show from September, sorting from November
        (["school", "scales"], "may have shown something"),
        (["school", "sorting"], "have not shown all of it"),
        (["sorting", "scales"], "something may show by then"),
        ("posters", "is none of those asked about"),
    ],
)
def test_what_comes_too_late(answer, says):
    question = asked("too_late")
    assert "end of September 2026" in question.text
    assert says in judge(answer, question).message


def test_who_starts_late_is_not_all_who_is_late():
    rows = [
        {"start": "2026-07", "changes": [change("speed", 1, delay=5)]},
        {"start": "2026-08", "changes": [change("speed", 1)]},
        {"start": "2026-09", "changes": [change("speed", 1)]},
    ]
    question = asked("too_late", with_initiatives(*rows))
    assert judge("i0", question).state == "right"
    assert "end of September 2026" in question.text
    rows[2]["start"] = "2026-10"
    question = asked("too_late", with_initiatives(*rows, {"start": "2026-07", "changes": [change("waste", -1)]}))
    assert judge(["i0", "i2"], question).state == "right"
    assert "These start later".lower() in judge("i2", question).message


def test_together_nothing_is_late():
    rows = [{"changes": [change("speed", 1)]}, {"changes": [change("waste", -1)]}]
    assert "in the same month" in asked("too_late", with_initiatives(*rows))


def test_the_months_until_it_shows():
    one = with_initiatives({"changes": [change("waste", -1)]})
    noise = float(f"{find_departures(one.actuals, one.scorecard)['waste'].std(ddof=1):.3g}")
    right = math.ceil((2.487 * noise) ** 2)
    question = asked("visible", one)
    assert judge(right, question).state == "right"
    assert "this is √n" in judge(math.ceil(2.487 * noise), question).message
    assert "half of all cases" in judge(math.ceil((1.645 * noise) ** 2), question).message
    assert "it is nearly clear" in judge(right - 1, question).message


def test_nine_months_show_the_academy_as_the_lesson_says():
    card, actuals = load_dataset("meridian")
    question = asked("visible", Case(card, actuals, score(card, actuals)))
    assert "\u2068Reopen the service academy\u2069" in question.text
    assert judge(9, question).state == "right"


def test_a_large_effect_and_one_that_nobody_waits_for_are_not_asked_about():
    for by in (-500, -0.001, 0):
        assert not isinstance(asked("visible", with_initiatives({"changes": [change("waste", by)]})), Question)


def test_initiatives_that_say_nothing():
    for name in ("ramp", "too_late", "visible"):
        assert not isinstance(asked(name, case(initiatives=CARD["initiatives"][3:])), Question)
