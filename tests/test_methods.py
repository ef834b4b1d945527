import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.errors import UnknownNameError
from bsclib.composition import STATUSES, status_codes
from bsclib.methods import find_method
from bsclib.rules import linear_attainment, range_attainment

numbers = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("actual", "floor", "expected", "sign", "share"),
    [
        (6, 9, 4, -1, 0.6),  # lower is better
        (75, 50, 100, 1, 0.5),
        (125, 50, 100, 1, 1.5),  # unclamped above
        (25, 50, 100, 1, -0.5),  # and below
        (0, -50, 0, 1, 1.0),  # a target of zero
        (-75, -100, -50, 1, 0.5),  # and below it
        (99, 99, 99, 1, 1.0),  # hold the level: at least as good
        (98.9, 99, 99, 1, 0.0),
        (5, 4, 9, -1, 1.0),  # a floor on the wrong side
        (10, 4, 9, -1, 0.0),
    ],
)
def test_attainment(actual, floor, expected, sign, share):
    assert linear_attainment(actual, floor, expected, sign) == pytest.approx(share)


@pytest.mark.parametrize(
    ("actual", "share"), [(70, 1), (80, 1), (75, 1), (65, 0.5), (60, 0), (50, -1), (85, 0.5), (90, 0), (100, -1)]
)
def test_attainment_within(actual, share):
    assert range_attainment(actual, 70, 80, 60, 90) == share


def test_a_range_whose_floor_leaves_no_room():
    assert range_attainment(np.array([69.9, 70, 80, 81]), 70, 80, 70, 80).tolist() == [0, 1, 1, 0]


def test_missing_stays_missing():
    assert np.isnan(linear_attainment(np.nan, 0, 1, 1))
    assert np.isnan(linear_attainment(np.nan, 1, 1, 1))
    assert np.isnan(range_attainment(np.nan, 70, 80, 60, 90))


@given(numbers, numbers, numbers, numbers, st.sampled_from([1, -1]))
def test_better_actuals_never_attain_less(one, other, floor, expected, sign):
    worse, better = sorted([one, other], key=lambda actual: sign * actual)
    assert linear_attainment(worse, floor, expected, sign) <= linear_attainment(better, floor, expected, sign)


@given(numbers, numbers, numbers, st.sampled_from([1, -1]))
def test_the_mirror_image_attains_the_same(actual, floor, expected, sign):
    assert linear_attainment(actual, floor, expected, sign) == linear_attainment(-actual, -floor, -expected, -sign)


@given(st.lists(numbers, min_size=1, max_size=5), numbers, numbers)
def test_arrays_and_scalars_agree(actuals, floor, expected):
    together = linear_attainment(np.array(actuals), floor, expected, 1)
    assert together.tolist() == [float(linear_attainment(actual, floor, expected, 1)) for actual in actuals]


@pytest.mark.parametrize(
    ("share", "status"),
    [
        (1.0, "on_target"),
        (1 - 1e-12, "on_target"),
        (1 - 1e-6, "at_risk"),
        (0.1 + 0.2 + 0.4, "at_risk"),
        (0.7, "at_risk"),
        (0.6999, "off_target"),
        (np.nan, "no_data"),
    ],
)
def test_the_edge_belongs_to_the_better_band(share, status):
    assert STATUSES[int(status_codes(share, 0.7, 1.0))] == status


def test_an_unknown_method_offers_those_there_are():
    with pytest.raises(
        UnknownNameError, match=r"there is no scoring method .kti.*did you mean .kit."
    ):
        find_method("kti")
