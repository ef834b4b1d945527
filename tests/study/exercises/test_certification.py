"""The exercises of lesson 10."""

import pytest
from samples import MAY, desk

from bsclib import study


@pytest.fixture(scope="module")
def lesson():
    return study.lesson("10", desk(), MAY)


@pytest.mark.parametrize(
    ("name", "right", "wrong", "says"),
    [
        ("quota", 23, 22, "whole part only"),
        ("quota", "23", 22.5, "exact share"),
        ("mended", 84.8, 81.1, "the draft as it is"),
        ("mended", "84.9", 84.3, "the scorecard as it is today"),
        ("mended", 84.8, 80.3, "scores 0 or 100"),
        ("mended", 84.8, 85.9, "still on target"),
        ("mended", 84.8, 82.7, "outweighs those beside it"),
        ("mended", 84.8, 81.4, "begin again from `draft`"),
        ("testable", 4, 6, "meets its own effect"),
        ("testable", "4", 5, "takes one month"),
        ("costliest", "Training hours per person", "Staff who leave, a year", "costs fewer points"),
        ("costliest", "training-hours", "project-on-time", "lowest score"),
    ],
)
def test_right_and_wrong(lesson, name, right, wrong, says):
    assert lesson.check(name, right).state == "right"
    outcome = lesson.check(name, wrong)
    assert outcome.state == "wrong"
    assert says in outcome.message


def test_the_solutions_pass(lesson):
    for name in lesson.names:
        names = {}
        exec(lesson.solution(name).code, names)
        assert lesson.check(name, names["answer"]).state == "right"
