import numpy as np
import pandas as pd
import pytest
from oddities import card

from bsclib.actuals.breaks import find_breaks
from bsclib.actuals.moving_window import WAYS, independent, likelihood, months_behind, moving_windows
from bsclib.model.periods import period_of


def carried(own, months, columns, seed):
    values = np.random.default_rng(seed).normal(size=(months, columns))
    for t in range(1, months):
        values[t] += own * values[t - 1]
    return values


def means(values, window):
    return np.lib.stride_tricks.sliding_window_view(values, window, axis=0).mean(axis=2)


@pytest.mark.parametrize("window", [3, 6, 12])
@pytest.mark.parametrize("own", [0.0, 0.5])
def test_moving_means_are_recognised(window, own):
    rolled = means(carried(own, 71 + window, 30, seed=window), window)
    assert (moving_windows(rolled[None]) == window).mean() >= 0.9


@pytest.mark.parametrize("own", [0.0, 0.5, 0.9, 1.0])
def test_hardly_anything_else_is_taken_for_one(own):
    assert (moving_windows(carried(own, 60, 100, seed=1)[None]) > 1).mean() <= 0.02


def test_neither_are_smooth_series_steps_curves_or_yearly_levels():
    twice = carried(0.9, 60, 60, seed=2)
    for t in range(1, 60):
        twice[t] += 0.8 * twice[t - 1]
    yearly = np.repeat(np.random.default_rng(3).normal(size=(5, 60)), 12, axis=0)
    curve = 6 / (1 + np.exp(-(np.arange(60) - 30) / 5))[:, None] + carried(0.5, 60, 60, seed=4)
    step = 4 * (np.arange(60) >= 30)[:, None] + carried(0.5, 60, 60, seed=5)
    for series in (twice, yearly, curve, step):
        line = np.column_stack([np.ones(60), np.arange(60)])
        left = series - line @ np.linalg.lstsq(line, series, rcond=None)[0]
        assert (moving_windows(left[None]) > 1).mean() <= 0.05


@pytest.mark.parametrize("odd", [np.full(60, np.nan), np.zeros(60), np.r_[1.0, np.full(59, np.nan)]])
def test_what_is_empty_or_constant_is_none(odd):
    assert moving_windows(odd[None, :, None]).tolist() == [1]


@pytest.mark.parametrize("window", [3, 12])
def test_the_months_behind_are_told_but_for_a_pattern_that_comes_back(window):
    true = carried(0.5, 60 + window - 1, 1, seed=6)
    told = months_behind(100 + means(true, window).T, window).months[0]
    apart = told - 100 - true[window - 1 :, 0]
    pattern = np.array([apart[np.arange(60) % window == phase].mean() for phase in range(window)])
    # What rounding may hide is allowed for.
    assert (apart - pattern[np.arange(60) % window]).std() < 0.3 * true.std()


def test_months_without_a_mean_stay_empty_and_those_around_them_are_told():
    true = carried(0.5, 71, 1, seed=7)
    rolled = means(true, 12).T
    rolled[0, [0, 20, 59]] = np.nan
    told = months_behind(rolled, 12).months[0]
    assert np.flatnonzero(np.isnan(told)).tolist() == [0, 20, 59]
    assert np.corrcoef(told[21:59], true[32:70, 0])[0, 1] > 0.7


def test_the_months_before_the_first_mean_are_told_too():
    true = carried(0.5, 71, 40, seed=9)
    told = np.array([months_behind(one[None], 12).earlier[0] for one in means(true, 12).T])
    assert told.shape == (40, 11)
    assert np.corrcoef(told.ravel(), true[:11].T.ravel())[0, 1] > 0.4


def test_errors_that_are_means_are_made_independent():
    errors = means(np.random.default_rng(10).normal(size=(71, 400)), 12)
    rows = np.delete(np.arange(60), [20, 21, 40])
    apart = independent(rows, 12, (0.5, 1e-6)) @ errors[rows]
    shared = apart @ apart.T / 400
    assert np.diag(shared) == pytest.approx(np.ones(57), abs=0.35)
    assert np.abs(shared - np.diag(np.diag(shared))).mean() < 0.06


def test_a_moving_mean_is_named_among_the_breaks():
    rolled = 50 + means(carried(0.5, 71, 1, seed=8), 12)[:, 0]
    months = [period_of(2020 * 12 + at) for at in range(60)]
    actuals = pd.DataFrame({"unit": "", "kpi": "k0", "period": months, "actual": rolled})
    named = find_breaks(actuals, card()).set_index("kind").loc["moving_window"]
    assert (named["kpi"], named["period"], named["size"]) == ("k0", "2020-01", 12)
    assert "mean of the last 12 months" in named["offer"]


@pytest.mark.parametrize("window", [1, 3, 12])
def test_itslikelihood_is_that_of_generalised_least_squares(window):
    series, lacking = np.random.default_rng(9).normal(size=(2, 40)), np.arange(40) % 7 != 3
    told = likelihood(series, lacking, window)
    month = np.arange(40 + window - 1)
    over = np.stack([np.eye(len(month))[at : at + window].mean(axis=0) for at in range(40)])[lacking]
    line = np.column_stack([np.ones(40), np.arange(40)])[lacking]
    for n, (keep, blur) in enumerate(WAYS):
        shared = over @ keep ** np.abs(month[:, None] - month) @ over.T
        inverse = np.linalg.inv(shared + blur * np.diag(shared).mean() * np.eye(len(shared)))
        for one, found in zip(series[:, lacking], told[:, n], strict=True):
            left = one - line @ np.linalg.solve(line.T @ inverse @ line, line.T @ inverse @ one)
            expected = -len(one) / 2 * np.log(left @ inverse @ left) + np.linalg.slogdet(inverse)[1] / 2
            assert found == pytest.approx(expected, rel=1e-7)
