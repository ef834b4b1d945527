"""COBIT's cascade by hand, on the made-up tables."""

import pytest
from samples import MAY, desk

from bsclib import score
from bsclib.files import read_goal_tables
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import exercises_of, judge


@pytest.fixture(scope="module")
def asked():
    case = Case(desk(), MAY, score(desk(), MAY))
    return {one.name: one.ask(case) for one in exercises_of("06")}


def test_one_objective_with_a_pocket_calculator(asked):
    """DSS03 serves AG11 alone, with 2; AG11 serves EG06 (rated 5) with 1 and EG09 (rated 3) with 2."""
    tables = read_goal_tables("cobit-example")
    assert tables.objectives["DSS03"].loc[lambda column: column > 0].to_dict() == {"AG11": 2}
    assert tables.goals["AG11"].loc[lambda column: column > 0].to_dict() == {"EG06": 1, "EG09": 2}
    ratio = ((5 * 1 + 3 * 2) * 2) / ((3 * 1 + 3 * 2) * 2) * 3 / (37 / 13)
    assert ratio == pytest.approx(1.2883, abs=1e-4)
    assert judge(30, asked["one_goal"]).state == "right"
    assert judge("+30 %", asked["one_goal"]).state == "right"


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("one_goal", 22, "if this is the score, divide it by the baseline"),
        ("one_goal", "22 %", "If it is a percentage, you left out the scaling"),
        ("one_goal", 22.2, "you left out the scaling"),
        ("one_goal", 100 * 22 / 18 - 100, "you left out the scaling"),
        ("one_goal", 10, "this is what one way gives"),
        ("one_goal", 15, "The scaling multiplies"),
        ("one_goal", 1.29, "this is the ratio. By how many"),
        ("one_goal", 1.22, "this is the ratio. By how many"),
        ("one_goal", 28.8, "right before rounding"),
        ("one_goal", 20, "another mean than the baseline"),
        ("one_goal", 100 * ((11 / 9) * 3 / (37 / 13) - 1), "right before rounding"),
        ("one_goal", 100 * (11 / 9) * 3 / (37 / 13), "the ratio in per cent"),
        ("one_goal", 29, "rounded to a whole number"),
        ("one_goal", 25, "You rounded down"),
        ("one_goal", 130, "the ratio in per cent"),
        ("one_goal", 129, "the ratio in per cent"),
        ("one_goal", 18, "this is the baseline"),
        ("one_goal", 11, "you left out the last strength"),
        ("mature", 4, "Are all those below it true"),
        ("mature", 3, "counted the levels that are complete"),
        ("mature", 2, "still missing"),
        ("mature", 5, "all of them have to be"),
    ],
)
def test_slips(asked, name, answer, says):
    outcome = judge(answer, asked[name])
    assert outcome.state == "wrong"
    assert says in outcome.message


def test_a_level_is_reached_when_all_below_it_are(asked):
    for answer in (1, 1.0, "one", "level 1", "Level: 1", "1: initial", "1 initial", "initial", "first"):
        assert judge(answer, asked["mature"]).state == "right", answer
    _, *rows = asked["mature"].given
    assert [row[1:] for row in rows] == [("2", "2"), ("4", "3"), ("4", "4"), ("4", "4"), ("3", "1")]


@pytest.mark.parametrize("name", ["one_goal", "mature"])
def test_the_solutions_code_gives_the_right_answer(asked, name):
    names = {}
    exec(asked[name].code, names)
    assert judge(names["answer"], asked[name]).state == "right"
