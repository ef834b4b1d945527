"""A sitting: every step gives a new one, the time is added up, and no clock can take any back."""

import numpy as np
import pytest
import sat
from hypothesis import given
from hypothesis import strategies as st

from bsclib.errors import BscError
from bsclib.study.practice import sitting as engine


@pytest.fixture
def begun():
    return engine.begun(sat.paper(), now=100.0)


def test_an_answer_brings_the_next_open_question(begun):
    one = engine.answered(begun, (0,), 110.0)
    assert (one.place, one.answers, one.spent) == (1, {0: (0,)}, 10.0)
    assert begun.answers == {}, "a step changes nothing of what was before"


def test_a_skipped_question_comes_again_at_the_end(begun):
    state = engine.skipped(begun, 101.0)
    for now in (102.0, 103.0, 104.0):
        state = engine.answered(state, (0,), now)
    assert (state.place, state.open) == (0, [0])


def test_an_answer_may_be_replaced_and_taken_back(begun):
    state = engine.moved(engine.answered(begun, (0,), 101.0), 0, 102.0)
    assert engine.answered(state, (2,), 103.0).answers == {0: (2,)}
    assert engine.answered(state, (), 103.0).answers == {}


def test_a_flag_goes_on_and_off(begun):
    state = engine.flagged(begun, 101.0)
    assert state.flagged == {0}
    assert engine.flagged(state, 102.0).flagged == set()


def test_there_is_no_question_beyond_the_last(begun):
    for place in (-1, 4):
        with pytest.raises(BscError, match=r"there is no question .* Allowed: 1 to 4"):
            engine.moved(begun, place, 101.0)


def test_the_time_runs_out_and_what_comes_late_does_not_count(begun):
    assert engine.left(begun, 100.0 + 599) == pytest.approx(1)
    late = engine.answered(begun, (0,), 701.0)
    assert late.over
    assert late.answers == {}
    assert engine.left(late, 701.0) == 0
    assert engine.flagged(late, 702.0).flagged == set()


def test_a_clock_that_is_set_back_adds_no_time_and_takes_none(begun):
    state = engine.answered(begun, (0,), 160.0)
    state = engine.answered(state, (0,), 20.0)
    assert state.spent == 60.0
    assert engine.answered(state, (0,), 50.0).spent == 90.0


def test_the_time_away_does_not_count(begun):
    state = engine.resumed(engine.paused(begun, 160.0), 9_000.0)
    assert engine.left(state, 9_010.0) == 600 - 70


def test_practice_has_no_clock_and_explains_once():
    state = engine.begun(sat.paper(), 0.0, practice=True)
    assert engine.left(state, 1e9) is None
    state = engine.answered(state, (1,), 1e9)
    assert (state.place, state.over) == (0, False)
    with pytest.raises(BscError, match="this question was explained already"):
        engine.answered(state, (0,), 1e9)
    assert engine.skipped(state, 1e9).place == 1


def test_what_is_handed_in_is_over(begun):
    state = engine.handed_in(engine.answered(begun, (0,), 101.0), 130.0)
    assert (state.over, state.spent, state.right) == (True, 30.0, {0: True})
    assert engine.answered(state, (1,), 131.0) == state


STEPS = {
    "answer": lambda state, now, place: engine.answered(state, (place,), now),
    "skip": lambda state, now, place: engine.skipped(state, now),
    "flag": lambda state, now, place: engine.flagged(state, now),
    "go": lambda state, now, place: engine.moved(state, place, now),
    "pause": lambda state, now, place: engine.paused(state, now),
    "resume": lambda state, now, place: engine.resumed(state, now),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.floats(-1e6, 1e6), st.integers(0, 3))))
def test_whatever_is_done_the_sitting_stays_sound(steps):
    state, spent = engine.begun(sat.paper(), 0.0), 0.0
    for step, now, place in steps:
        state = STEPS[step](state, now, place)
        assert state.spent >= spent
        spent = state.spent
        assert 0 <= state.place < 4
        assert set(state.answers) | set(state.open) == {0, 1, 2, 3}
        assert np.isfinite(engine.left(state, now))
