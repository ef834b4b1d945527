import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.actuals.gaps import carried, expected, kept


def wandering(own, months=4000, seed=0):
    values = np.random.default_rng(seed).normal(size=(1, months, 1))
    for t in range(1, months):
        values[0, t] += own * values[0, t - 1]
    return values


@pytest.mark.parametrize("own", [0.0, 0.5, 0.9])
def test_what_a_series_keeps(own):
    assert kept(wandering(own))[0] == pytest.approx(own, abs=0.05)
    assert kept(np.full((1, 20, 1), np.nan))[0] == 0


def test_between_two_months():
    """The mean of the month between two others is a / (1 + a²) of their sum."""
    series = np.array([2.0, np.nan, 4.0, np.nan])[None, :, None]
    found = expected(series, np.array([0.5]), lead=2)[0, :, 0]
    assert found == pytest.approx([0.5, 1, 2, 0.5 / 1.25 * 6, 4, 2])


@given(st.integers(0, 10**6), st.floats(0, 0.97), st.integers(0, 6))
def test_what_was_observed_stays_and_what_was_not_lies_among_it(seed, own, lead):
    random = np.random.default_rng(seed)
    series = random.normal(size=(2, 20, 2))
    series[random.random(series.shape) < random.choice([0.1, 0.6, 1.0])] = np.nan
    found = expected(series, np.full(2, own), lead)
    seen = ~np.isnan(series)
    assert found.shape == (2, 20 + lead, 2)
    assert np.array_equal(found[:, lead:][seen], series[seen])
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= np.nanmax(np.abs(series), initial=0.0) + 1e-9


def test_no_other_way_fills_gaps_with_less_error():
    values = wandering(0.8, months=2000)
    holes = np.random.default_rng(1).random(values.shape) < 0.3
    series = np.where(holes, np.nan, values)
    errors = {own: np.abs(expected(series, np.array([own])) - values)[holes].mean() for own in (0.0, 0.5, 0.8)}
    assert min(errors, key=errors.__getitem__) == 0.8


def test_what_is_carried_on():
    value, unknown = carried(np.array([[np.nan, 2.0, np.nan, np.nan, 1.0]]), 0.5)
    assert value[0, 1:].tolist() == [2, 1, 0.5, 1]
    assert unknown[0, 1:].tolist() == [0, 1, 1.25, 0]
    assert np.isnan([value[0, 0], unknown[0, 0]]).all()


def test_without_gaps_only_the_months_ahead_are_told():
    whole, own = wandering(0.5, 20), np.array([0.5])
    beside = np.concatenate([whole, np.where(np.arange(20)[:, None] == 7, np.nan, whole)], axis=2)
    told = expected(beside, np.array([0.5, 0.5]), lead=3)
    assert expected(whole, own, lead=3)[0, :, 0] == pytest.approx(told[0, :, 0], rel=1e-12)
    assert np.array_equal(expected(whole, own), whole)
