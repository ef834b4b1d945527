"""The exercises of lesson 10."""

import pytest
from samples import MAY, desk

from bsclib import study
from bsclib.study.lessons import lesson_10
from bsclib.study.lessons.lesson_10_review import reviewed


@pytest.fixture(scope="module")
def lesson():
    return study.lesson("10", desk(), MAY)


@pytest.mark.parametrize(
    ("name", "right", "wrong", "says"),
    [
        ("quota", 3, 2, "rounding gives the same"),
        ("quota", "3", 2.45, "exact share"),
        ("mended", 84.84, 81.1, "the draft as it is"),
        ("mended", "84.85", 84.25, "the scorecard as it is today"),
        ("mended", 84.84, 80.35, "scores 0 or 100"),
        ("mended", 84.84, 85.86, "still on target"),
        ("mended", 84.84, 84.89, "still averaged"),
        ("mended", 84.84, 84.9, "still averaged"),
        ("mended", 84.84, 82.72, "outweighs those beside it"),
        ("mended", 84.84, 81.42, "begin again from `draft`"),
        ("mended", 84.84, 84.8, "round only at the end, to 2 decimals"),
        ("mended", 84.84, 85.6, "one of her four changes is in it. Go on from"),
        ("mended", 84.84, 85.91, "two of her four changes are in it"),
        ("mended", 84.84, 81.097, "does each of your lines begin again from `draft`?"),
        ("testable", "April", "June", "meets its own effect"),
        ("testable", "2026-04", "May 2026", "takes one month"),
        ("testable", "Apr", "2026-03", "there before June"),
        ("testable", "april 2026", "August", "none of those asked about"),
        ("testable", 4, 6, "meets its own effect"),
        ("testable", "4", 5, "takes one month"),
        ("costliest", "Training hours per person", "Staff who leave, a year", "costs fewer points"),
        ("costliest", "Training", "Staff who leave", "costs fewer points"),
        ("costliest", "Training hours", "Open audit", "costs fewer points"),
        ("costliest", "Training hours", "Time tickets", "is none of those asked about"),
        ("costliest", "Training hours per", "Availability of the freight systems", "a KPI of the table is asked for"),
        ("costliest", "training-hours", "project-on-time", "lowest score"),
    ],
)
def test_right_and_wrong(lesson, name, right, wrong, says):
    assert lesson.check(name, right).state == "right"
    outcome = lesson.check(name, wrong)
    assert outcome.state == "wrong"
    assert says in outcome.message


def test_what_half_a_year_cannot_test_longer_data_said(lesson):
    assert "on five years, lesson 04 found this link supported" in lesson.check("testable", 4).message
    said = lesson.check("costliest", "training-hours").message
    assert (
        "Training hours per person 2.1; Open audit findings 1.4; IT cost per user 1.4; Staff who leave, a year 1.2 "
        "and Project milestones on time 1.2. No other costs more than 1.0." in said
    )


def test_the_costliest_is_asked_of_those_that_cost_most(lesson):
    """The lowest score is among them, and nobody takes a lower rank home for a higher one."""
    shown = [row[0] for row in lesson._question("costliest").given[1:]]
    lost = lesson_10.points_lost()
    assert {lesson_10.mended().names[id] for id in lost.index[:5]} == set(shown)
    assert shown[0] == "Project milestones on time"
    assert "and 4 pairs are left" in lesson.check("testable", "April").message


def test_the_solutions_pass(lesson):
    for name in lesson.names:
        names = {}
        exec(lesson.solution(name).code, names)
        assert lesson.check(name, names["answer"]).state == "right"


def test_the_rounds_of_the_review_stand_in_the_progress():
    opened = study.lesson("10", desk(), MAY)
    opened.keep(reviewed(..., 1))
    assert len(opened.progress().table) == 1 + 4
    assert opened.keep(reviewed(["Hold", "Training"], 1)).title == "Round 1"
    opened.keep(reviewed(["Hold", "Roll out"], 1))
    opened.keep(reviewed(["Deployments", "Keep", "Budget", "Solved", "Staff", "Time tickets", "Tickets solved"], 2))
    assert opened.progress().table[5:] == (
        ("Review, round 1", "2 of 5 found", "–"),
        ("Review, round 2", "too many flagged", "–"),
    )
    assert opened.progress().title == "Lesson 10: 0 of 4 right"


def test_the_best_of_a_round_is_kept():
    opened = study.lesson("10", desk(), MAY)
    for found in (["Hold", "Roll out"], ["Deployments"], [], ["Hold", "Training"]):
        opened.keep(reviewed(found, 1))
    assert opened.progress().table[5:] == (("Review, round 1", "2 of 5 found", "–"),)
