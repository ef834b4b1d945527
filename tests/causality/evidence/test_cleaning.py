import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.causality.evidence.cleaning import detrend, orthonormal, waves


def series(*columns) -> np.ndarray:
    """One unit's values."""
    return np.column_stack(columns)[None]


def noise(months=60, seed=0, count=1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(months, count))


def test_without_a_season_it_is_what_a_line_leaves_over():
    month, values = np.arange(20), noise(20)
    line = np.polyval(np.polyfit(month, values[:, 0], 1), month)
    assert detrend(values[None]).left[0, :, 0] == pytest.approx(values[:, 0] - line)


@pytest.mark.parametrize("pattern", [np.sin(np.arange(12) * np.pi / 6), [0, 5, -3, 0, 0, 0, 0, 2, 0, 0, 0, 9]])
def test_a_strong_season_is_taken_out(pattern):
    chance = noise(72)
    found = detrend(chance[None] + 4 * np.tile(pattern, 6)[:, None])
    assert found.left.std() < 1.1
    assert found.plain.std() > 2.5
    assert 1.5 < found.spent[0, 0] <= 11


def test_little_is_spent_where_there_is_no_season():
    assert detrend(noise(count=300)[None]).spent.mean() < 2


def test_no_season_is_looked_for_below_two_years():
    assert detrend(noise(23)[None]).spent[0, 0] == 0
    assert waves(0, 22, 12) == ()
    assert [block.shape for block in waves(0, 23, 12)] == [(24, 2), (24, 9)]


def test_quarters_have_three_waves_and_years_none():
    assert [block.shape[1] for block in waves(0, 19, 4)] == [2, 1]
    assert waves(0, 30, 1) == ()


def test_a_break_is_taken_out_of_its_own_series():
    after = (np.arange(60) >= 25).astype(float)[:, None]
    chance = noise(count=2)
    found = detrend(chance[None] + 8 * after, breaks=[after, np.zeros((60, 0))])
    assert found.left[0, :, 0].std() < 1.1 < 1.5 < found.left[0, :, 1].std()
    assert found.spent[0, 0] - found.spent[0, 1] > 0.5


def test_a_break_before_the_series_costs_nothing():
    chance = noise()
    found = detrend(chance[None], breaks=[np.ones((60, 1))])
    assert np.array_equal(found.left, detrend(chance[None]).left)


def test_gaps_stay_gaps():
    values = noise(60)
    values[[0, 7, 30, 31, 59]] = np.nan
    found = detrend(values[None])
    assert np.array_equal(np.isnan(found.left[0]), np.isnan(values))


@pytest.mark.parametrize(
    "values",
    [np.full(60, 7.0), np.zeros(60), 3 - 0.5 * np.arange(60), np.cos(np.arange(60) * np.pi / 3), np.full(60, np.nan)],
)
def test_nothing_is_left_of_what_only_has_a_course(values):
    found = detrend(series(values, noise()))
    assert np.isnan(found.left[0, :, 0]).all()
    assert not np.isnan(found.left[0, :, 1]).any()


def test_too_short_a_series_has_no_departures():
    assert np.isnan(detrend(noise(5)[None]).left).all()
    assert not np.isnan(detrend(noise(6)[None]).left).any()


@given(st.floats(-100, 100), st.floats(-10, 10), st.floats(0.01, 100))
def test_level_trend_and_scale_pass_through(level, trend, scale):
    values = noise(48, seed=3)
    month = np.arange(48)[:, None]
    found = detrend((scale * (values + level + trend * month))[None])
    assert found.left == pytest.approx(scale * detrend(values[None]).left, abs=1e-7 * scale * (1 + abs(level)))


def test_each_series_is_cleaned_by_itself():
    values = noise(50, count=3)
    values[:9, 2] = np.nan
    together = detrend(values[None]).left
    assert together[0, :, 1] == pytest.approx(detrend(values[None, :, 1:2]).left[0, :, 0])
    assert together[0, :, 2] == pytest.approx(detrend(values[None, :, 2:]).left[0, :, 0], nan_ok=True)


def test_columns_that_add_nothing_are_left_out():
    one = np.ones((5, 1))
    assert orthonormal(np.column_stack([one, one, np.arange(5)])).shape == (5, 2)
    basis = orthonormal(np.random.default_rng(0).normal(size=(9, 4)))
    assert basis.T @ basis == pytest.approx(np.eye(4), abs=1e-12)
