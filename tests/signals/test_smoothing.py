import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.holtwinters import Holt, SimpleExpSmoothing

from bsclib.signals import smoothing
from bsclib.signals.smoothing import smooth


def series(count=60, seed=0):
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.normal(0.1, 0.5, count)) + rng.standard_normal(count)


def recursion(values, weight, trend_weight=0.0, damping=1.0, trending=False):
    filled, seen = np.nan_to_num(values)[None, :], ~np.isnan(values)[None, :]
    begun = np.cumsum(seen, axis=1)
    level, slope = smoothing._beginning(filled, seen, begun)
    weights = (np.array([part]) for part in (weight, trend_weight, damping))
    return smoothing._Recursion(filled, seen, begun, level, slope * trending, *weights), level[0], slope[0]


AHEAD = np.arange(1, 13)


@pytest.mark.parametrize("weight", [0.1, 0.5, 0.9])
def test_smoothing_is_that_of_statsmodels(weight):
    ours, level, _ = recursion(series(), weight)
    theirs = SimpleExpSmoothing(series(), initialization_method="known", initial_level=level)
    assert ours.path(AHEAD)[0, -1] == pytest.approx(theirs.fit(smoothing_level=weight, optimized=False).forecast(12))


@pytest.mark.parametrize(("weight", "trend_weight", "damping"), [(0.3, 0.1, 0.9), (0.7, 0.25, 0.96), (0.1, 0.0, 0.8)])
def test_a_damped_trend_is_that_of_statsmodels(weight, trend_weight, damping):
    ours, level, slope = recursion(series(), weight, trend_weight, damping, trending=True)
    start = level - slope * (smoothing.BEGINNING / 2 + 0.5)
    theirs = Holt(
        series(), damped_trend=True, initialization_method="known", initial_level=start, initial_trend=slope
    ).fit(smoothing_level=weight, smoothing_trend=trend_weight, damping_trend=damping, optimized=False)
    assert ours.path(AHEAD)[0, -1] == pytest.approx(theirs.forecast(12))


def test_theta_is_that_of_statsmodels():
    values = series()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = ThetaModel(values, period=1, deseasonalize=False).fit()
    weight = float(fitted.params["alpha"])
    ours, _, _ = recursion(values, weight)
    line = smoothing._line_slopes(values[None, :], np.ones((1, 60), dtype=bool))
    drift = smoothing._drift(ours, line, np.arange(1, 61)[None, :], AHEAD)
    assert line[0, -1] == pytest.approx(float(fitted.params["b0"]))
    theirs = np.asarray(fitted.forecast(12))
    assert (ours.path(AHEAD) + drift)[0, -1] == pytest.approx(theirs, abs=0.05)


def test_series_are_forecast_together_as_alone():
    values = np.stack([series(seed=seed) for seed in range(5)])
    values[3, :30] = np.nan
    values[4, 20:25] = np.nan
    together = smooth(values, 6)
    for row in range(5):
        alone = smooth(values[row : row + 1], 6)
        assert together.expected[row] == pytest.approx(alone.expected[0])
        assert together.error[row] == pytest.approx(alone.error[0])


def test_months_before_a_series_begins_change_nothing():
    values = series(40)[None, :]
    padded = np.hstack([np.full((1, 20), np.nan), values])
    assert smooth(padded, 6).expected == pytest.approx(smooth(values, 6).expected)
    assert smooth(padded, 6).error == pytest.approx(smooth(values, 6).error)


def test_a_constant_series_stays_without_a_doubt():
    found = smooth(np.full((1, 30), 7.0), 12)
    assert found.expected == pytest.approx(7)
    assert found.error == pytest.approx(0)


@given(st.integers(0, 99), st.floats(0.01, 1000), st.floats(-1000, 1000))
def test_forecasts_do_not_depend_on_the_unit_of_measurement(seed, scale, shift):
    plain, moved = smooth(series(seed=seed)[None, :], 6), smooth(series(seed=seed)[None, :] * scale + shift, 6)
    size = 1e-6 * (abs(shift) + scale)
    assert moved.expected == pytest.approx(plain.expected * scale + shift, abs=size)
    assert moved.error == pytest.approx(plain.error * scale, abs=size)
