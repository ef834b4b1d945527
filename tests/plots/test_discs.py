from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.plots.discs import SIZE, Heading, Item, height, settle, wrapped

LOW, HIGH = np.zeros(2), np.array([5.0, 4.0])
places = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 16)), min_size=1, max_size=40)


def settled(wanted, low=LOW, high=HIGH):
    wanted = np.asarray(wanted, dtype=float)
    return settle(wanted, np.broadcast_to(low, wanted.shape), np.broadcast_to(high, wanted.shape))


def nearest(found):
    return min(np.hypot(*(a - b)) for a, b in combinations(found, 2))


@given(places)
def test_discs_never_overlap_and_never_leave_the_field(spots):
    found = settled(np.array(spots) / 4)
    assert (found >= LOW - 1e-9).all()
    assert (found <= HIGH + 1e-9).all()
    if len(found) > 1:
        assert nearest(found) >= SIZE - 1e-6


def test_what_has_room_stays_where_it_belongs():
    wanted = np.array([[1.0, 1.0], [1.0, 2.0], [3.0, 1.5]])
    assert settled(wanted).tolist() == wanted.tolist()


def test_equals_stand_side_by_side_around_their_place():
    found = settled([[2.0, 2.0]] * 3)
    assert found[:, 1].tolist() == [2.0] * 3
    assert found[:, 0] == pytest.approx([2 - SIZE, 2, 2 + SIZE])
    assert settled([[2.0, 2.0]] * 8).mean(axis=0) == pytest.approx([2, 2], abs=SIZE)


def test_a_disc_that_gives_way_stays_on_its_side():
    wanted = np.array([[2.0, 2.0], [2.05, 2.02], [2.02, 1.98]])
    low = np.array([[0, 0], [0, 2], [0, 0]])
    high = np.array([[5, 4], [5, 4], [5, 2]])
    found = settle(wanted, low, high)
    assert found[1, 1] >= 2
    assert found[2, 1] <= 2
    assert nearest(found) >= SIZE - 1e-6


def test_where_there_is_no_room_discs_overlap():
    found = settled(np.ones((9, 2)), high=np.array([0.3, 0.3]))
    assert found.shape == (9, 2)


def test_the_list_breaks_names_and_shortens_them_when_it_is_long():
    name = "the share of all the work that was done as it had been promised"
    short = wrapped([Heading("Causes"), Item(1, name, "+1.00")], 2.6)
    assert short[1].name.count("\n") == 1
    long = wrapped([Item(at, name) for at in range(40)], 2.6)
    assert {item.name.count("\n") for item in long} == {0}
    assert all(item.name.endswith("…") for item in long)
    assert height(short) == pytest.approx(0.34 + 0.34)
