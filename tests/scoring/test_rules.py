import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.scoring import rules
from bsclib.scoring.rules import linear_attainment, range_attainment

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
    ("given", "rounded"), [(0.5, 1), (1.5, 2), (2.5, 3), (-0.5, -1), (2.499, 2), (43.333, 43), (-2.4, -2)]
)
def test_halves_are_rounded_away_from_zero(given, rounded):
    assert rules.nearest_whole(given) == rounded


def test_truncating_does_not_lose_a_percent_to_floating_point():
    assert rules.truncate(100 * np.array([29 / 100, 57 / 100, 0.999])).tolist() == [29, 57, 99]


def test_nothing_is_made_up_where_there_is_nothing_to_divide_by():
    assert np.isnan(rules.divide([1.0, 0.0], 0)).all()
    assert np.isnan(rules.weighted_mean([np.nan], [1]))
    assert np.isnan(rules.weighted_sum([], [], 10))


def test_edges_open_and_closed():
    words = ("low", "high")
    assert rules.labels([1, 2, 3], [2], words).tolist() == ["low", "high", "high"]
    assert rules.labels([1, 2, 3], [2], words, closed="above").tolist() == ["low", "low", "high"]
    assert rules.labels([np.nan], [2], words).tolist() == [""]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6), st.floats(1e-6, 1e6))
def test_a_weighted_mean_is_invariant_to_scaling_the_weights(scores, factor):
    weights = np.arange(1, len(scores) + 1)
    assert rules.weighted_mean(scores, weights) == pytest.approx(rules.weighted_mean(scores, weights * factor))


def test_the_last_known_value_holds():
    found = rules.carry_forward([np.nan, 1, np.nan, 3, np.nan])
    assert np.isnan(found[0])
    assert found[1:].tolist() == [1, 1, 3, 3]
