import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bsclib.plots.spacing import spread

places = st.lists(st.floats(-5, 15), min_size=1, max_size=8).map(sorted)


def test_what_has_room_stays():
    assert spread([1, 5, 9], [2, 2], 0, 10).tolist() == [1, 5, 9]


def test_what_collides_moves_apart_evenly():
    assert spread([5, 5], [2], 0, 10).tolist() == [4, 6]


def test_too_little_room_shrinks_the_gaps():
    assert spread([1, 1, 1], [8, 8], 0, 10).tolist() == [0, 5, 10]


@given(places, st.floats(0, 1))
def test_gaps_and_ends_are_kept(wanted, gap):
    found = spread(wanted, [gap] * (len(wanted) - 1), 0, 10)
    assert (np.diff(found) >= gap - 1e-9).all()
    assert found.min() >= -1e-9
    assert found.max() <= 10 + 1e-9
    inside = len(wanted) == 1 or (np.diff(wanted) >= gap).all()
    if inside and wanted[0] >= 0 and wanted[-1] <= 10:
        assert np.allclose(found, wanted)
