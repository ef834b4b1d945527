"""Holds of a ticket are made one where they touch or overlap."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bsclib.actuals.itsm.holds import merge

SPANS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50), st.integers(0, 20)), max_size=15)


def merged(rows):
    ticket, start, length = np.array(rows, dtype=np.int64).reshape(-1, 3).T.copy()
    return merge(ticket, start.astype(float), (start + length).astype(float))


def held(rows, ticket):
    """The seconds that a ticket was on hold."""
    return {second for owner, start, length in rows if owner == ticket for second in range(start, start + length)}


@given(SPANS)
def test_each_second_is_held_once(rows):
    holds = merged(rows)
    for ticket in range(4):
        mine = holds.ticket == ticket
        assert (holds.end - holds.start)[mine].sum() == len(held(rows, ticket))
        assert (holds.start[mine][1:] > holds.end[mine][:-1]).all()
    inside = holds.within(np.full(4, 10.0), np.full(4, 30.0))
    for ticket in range(4):
        assert inside[ticket] == len(held(rows, ticket) & set(range(10, 30)))


def test_holds_that_touch_are_one_and_no_start_is_none():
    holds = merge(np.array([0, 0, 0]), np.array([0.0, 5.0, np.nan]), np.array([5.0, 9.0, 12.0]))
    assert (holds.start.tolist(), holds.end.tolist()) == ([0.0], [9.0])


def test_a_hold_that_lasts_puts_the_goal_off_for_ever():
    holds = merge(np.array([0]), np.array([3.0]), np.array([np.inf]))
    assert holds.postpone(np.array([0.0]), np.array([2.0])).tolist() == [2.0]
    assert holds.postpone(np.array([0.0]), np.array([4.0])).tolist() == [np.inf]
