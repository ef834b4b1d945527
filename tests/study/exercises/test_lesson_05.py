"""The exercises of lesson 05 where there is nothing to ask, and that each fits the small organisation."""

import pytest
from planned import case
from samples import one_kpi, table

from bsclib import score
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import Question, exercises_of, judge


def test_there_are_ten_of_them():
    assert len(exercises_of("05")) == 10


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("step", "that a share could be taken of"),
        ("chance", "a target to reach"),
        ("beyond", "beyond what was observed"),
        ("strongest", "claims no cause and effect"),
        ("ramp", "says what it changes in steps"),
        ("too_late", "Fewer than two initiatives"),
        ("visible", "that noise could hide"),
        ("break_even", "adds to the overall score"),
        ("best_set", "Fewer than three initiatives"),
    ],
)
def test_a_reason_is_given_where_there_is_nothing_to_ask(name, reason):
    card, actuals = one_kpi(), table(("k", "2026-06", None))
    asked = {one.name: one for one in exercises_of("05")}[name].ask(Case(card, actuals, score(card, actuals)))
    assert not isinstance(asked, Question)
    assert reason in asked


def test_all_of_them_are_asked_of_the_small_organisation_and_their_solutions_pass():
    one = case()
    for exercise in exercises_of("05"):
        question = exercise.ask(one)
        assert isinstance(question, Question), (exercise.name, question)
        names = {"scorecard": one.scorecard, "actuals": one.actuals, "scores": one.scores}
        exec(question.code, names)
        assert (exercise.name, judge(names["answer"], question).state) == (exercise.name, "right")
