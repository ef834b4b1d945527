import numpy as np
import pytest
from hypothesis import assume, given
from scheduled import tasks, work
from strategies import few

from bsclib.scenarios.constraints import Calendar, feasible, infeasibility, schedule_constraints, used
from bsclib.scenarios.schedule import Task

YEAR = Calendar(3, 12)


def said(initiatives, calendar=YEAR, budget=100.0, people=None, must=(), leave=()):
    each = [None if amount is None else np.full(calendar.periods, float(amount)) for amount in (budget, people)]
    constraints = schedule_constraints(initiatives, calendar, *each, must, leave)
    return str(infeasibility(constraints, (len(initiatives), calendar.periods), calendar.horizon))


def test_money_and_people_by_period():
    calendar = Calendar(3, 8)
    one = work("a", cost=40, months=4, people=2)
    money, people = used([one], calendar)
    assert money[0].tolist() == [[30, 10, 0], [0, 30, 10], [0, 0, 20]]
    assert people[0].tolist() == [[2, 2, 0], [0, 2, 2], [0, 0, 2]]
    assert calendar.ends_by(4).tolist() == [True, True, False]
    assert [part.shape for part in used([], calendar)] == [(0, 3, 3)] * 2


@pytest.mark.parametrize(
    ("initiatives", "more", "words"),
    [
        (
            [work("a")],
            {"must": ["a"], "leave": ["a"]},
            "these clash: choose a; leave out a. Fix: do without a, or allow a",
        ),
        (
            [work("a", cost=240, months=6)],
            {"must": ["a"]},
            "these clash: choose a; a budget of 100 a period. Fix: do without a, or raise the budget by 20 a period",
        ),
        (
            [work("a", cost=90), work("b", cost=90), work("c", cost=40)],
            {"must": ["a", "b", "c"], "calendar": Calendar(3, 3)},
            "choose c; a budget of 100 a period. Fix: .*raise the budget by 120 a period",
        ),
        (
            [work("a", people=3), work("b", people=2, months=3)],
            {"must": ["a", "b"], "people": 4, "calendar": Calendar(3, 3)},
            "choose a; choose b; 4 people a period. Fix: do without a, or do without b, or find 1 more people",
        ),
        (
            [work("a", months=13)],
            {"must": ["a"]},
            "choose a; a takes 13 months and has to end within 12 months. Fix: do without a, or look further ahead",
        ),
        (
            [work("a", months=10), work("b", months=6, after=["a"])],
            {"must": ["b"]},
            "choose b;.*b comes after a. Fix: do without b",
        ),
        (
            [work("a"), work("b", after=["a"])],
            {"must": ["b"], "leave": ["a"]},
            "choose b; leave out a; b comes after a. Fix: do without b, or allow a, or drop “b comes after a”",
        ),
    ],
)
def test_what_clashes_is_named_with_a_way_out(initiatives, more, words):
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(said(initiatives, **more))


def test_when_two_groups_clash_one_way_out_is_not_enough():
    initiatives = [work("a", cost=999), work("b", months=99)]
    assert "that is not enough, for other wishes clash as well" in said(initiatives, must=["a", "b"])


@few
@given(tasks())
def test_what_clashes_is_irreducible(task):
    draws, initiatives, calendar, budget, people, must, leave = task
    constraints = schedule_constraints(initiatives, calendar, budget, people, must, leave)
    shape = Task(draws, constraints).shape
    assume(not feasible(constraints, shape))
    words = str(infeasibility(constraints, shape, calendar.horizon)).split(": ", 2)[2].split(". Fix")[0].split("; ")
    named = [one for one in constraints if one.words in words]
    assert len(named) == len(words)
    assert not feasible(named, shape)
    assert all(feasible([other for other in named if other is not one], shape) for one in named)
