"""Money, worked out by hand; what initiatives add alone is given."""

import numpy as np
import pytest
from planned import CARD as DEPOT
from planned import asked, case

from bsclib import score
from bsclib.files.datasets import load_dataset
from bsclib.study.exercises.budget import best_of
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import Question, judge

CARD, ACTUALS = load_dataset("meridian")
MERIDIAN = Case(CARD, ACTUALS, score(CARD, ACTUALS))
GAINS = {"school": 6.0, "sorting": 4.0, "scales": 4.0}  # for 60, 50 and 50


def test_the_share_that_pays():
    question = asked("break_even", case(GAINS))  # a point is worth 60 / (0.6 * 6), to two figures: 17
    assert "worth 17 for a year" in question.text
    assert judge(60 / (6 * 17), question).state == "right"
    assert "upside down" in judge(6 * 17 / 60, question).message
    assert "may fail to come" in judge(1 - 60 / (6 * 17), question).message
    assert "how many points pay for it" in judge(60 / 17, question).message


def test_the_share_of_the_table_is_told_from_the_one_asked_for():
    """Meridian's academy: 32 % in the lesson's table, and 180,000 / 470,000 by what it says is earned."""
    question = asked("break_even", MERIDIAN)
    for answer in (0.32, "32 %", 0.38):
        assert "Take the worth in the question, and one year." in judge(answer, question).message
    assert judge(0.6, question).state == "right"


def test_the_best_set_leaves_the_best_one_out():
    """With 100 to spend, the two of 50 add 8; School first leaves 40, which buy nothing."""
    question = asked("best_set", case(GAINS))
    assert "There are 100 left to spend" in question.text
    assert judge(["sorting", "scales"], question).state == "right"
    assert "best value for money first" in judge("school", question).message
    assert "more than there is" in judge(["school", "sorting", "scales"], question).message


def test_what_waits_is_chosen_only_with_what_it_waits_for():
    """Scales come after Sorting: by themselves they are no choice, however much they add."""
    question = asked("best_set", case({"school": 3.0, "sorting": 1.0, "scales": 6.0}))
    assert "Some have to wait" in question.text
    assert judge(["sorting", "scales"], question).state == "right"
    assert ("3", "Scales", "50", "6", "Sorting") in question.given
    assert judge("2, 3", question).state == "right"
    assert "Alone it adds 3 for the 60 that are still to pay" in judge(["school", "sorting"], question).message


def test_whole_costs_choose_another_set():
    """The school has begun: 30 of its 60 are still to pay, so that it fits beside Sorting."""
    school, *others = DEPOT["initiatives"]
    begun = case({"school": 6.0, "sorting": 4.0, "scales": 1.0}, initiatives=[school | {"start": "2026-06"}, *others])
    question = asked("best_set", begun)
    assert ("1", "School", "60", "30", "6", "–") in question.given
    assert judge("school and sorting", question).state == "right"
    assert "Some of that is spent, whatever you decide" in judge("school", question).message


def test_the_best_set_of_meridian_turns_on_what_is_spent():
    question = asked("best_set", MERIDIAN)
    assert "There are 270,000 left to spend" in question.text
    assert judge("2 and 4", question).state == "right"
    assert "whole costs" in judge("Fill the open posts in Genoa", question).message
    assert "waits for another one" in judge(["academy"], question).message
    assert "300,000 are to pay for it and what it waits for, more than there is" in judge("1 and 2", question).message
    assert "433,333 are to pay for it, more than there is" in judge("2, 3", question).message


def test_the_price_of_a_point_is_no_share():
    assert "what one point costs" in judge(60 / 6, asked("break_even", case(GAINS))).message


def test_no_choice_of_two_or_more():
    gains = {"school": 1.0, "sorting": 2.0, "scales": 2.0}
    assert isinstance(asked("best_set", case(gains)), Question)
    assert "Fewer than three" in asked("best_set", case({"school": 1.0, "sorting": 2.0}))


def test_what_initiatives_add_is_measured():
    gains = case().gains
    assert set(gains) <= {"school", "sorting", "scales"}  # posters change nothing
    assert gains["sorting"] > gains["scales"] > 0  # both sure, −8 and −6 of the same KPI


@pytest.mark.parametrize("many", [1, 2, 3, 10])
def test_the_highest_of_many(many):
    drawn = np.random.default_rng(1).standard_normal((100_000, many)).max(axis=1).mean()
    assert best_of(many) == pytest.approx(drawn, abs=0.02)


def test_luck():
    question = asked("luck")  # four initiatives
    assert judge(2 * 1.0294, question).state == "right"
    assert "without looking" in judge(0, question).message
    assert "how far a single estimate is off" in judge(2, asked("luck", case(initiatives=[]))).message
