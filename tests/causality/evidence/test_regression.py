import dataclasses

import numpy as np
import pytest
import statsmodels.api as sm

from bsclib.causality.evidence.cleaning import Departures, detrend
from bsclib.causality.evidence.regression import LeastSquares, filled, lagged, regression_rows, shared_shock


def plainly(values: np.ndarray) -> Departures:
    """Values taken as departures."""
    return Departures(values, values, np.zeros((values.shape[0], values.shape[2])))


def chance(units=1, months=50, columns=3, seed=0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(units, months, columns))


def regression(values, lags=(2, 1), **more) -> LeastSquares:
    """Column 0 on its past and on the others at their lags, as least squares have it."""
    causes = lagged(values, np.arange(1, values.shape[2]), np.array(lags))
    return LeastSquares(dataclasses.replace(regression_rows(plainly(values), 0, causes, **more), length=np.inf))


def test_lags():
    found = lagged(np.arange(5.0)[None, :, None], np.array([0, 0, 0]), np.array([0, 2, 9]))
    assert found[0, :, 0].tolist() == [0, 1, 2, 3, 4]
    assert found[0, 2:, 1].tolist() == [0, 1, 2]
    assert np.isnan(found[0, :2, 1]).all()
    assert np.isnan(found[0, :, 2]).all()


def test_it_is_ordinary_least_squares():
    values = chance()
    values[:, :2] = np.nan
    month = np.arange(3, 50)
    effect, past = values[0, 3:, 0], values[0, 2:-1, 0]
    terms = np.column_stack([np.ones(47), month, past, values[0, 1:-2, 1], values[0, 2:-1, 2]])
    terms = np.nan_to_num(terms)
    estimate, error, free, left = regression(values).added([0])
    told = sm.OLS(effect, terms).fit()
    # the first row has no cause two months before: it is there as 0
    assert free == told.df_resid
    assert estimate[1] == pytest.approx(told.params[4], rel=0.05)
    assert error[1] == pytest.approx(told.bse[4], rel=0.05)
    assert np.isnan(estimate[0])
    assert 0.5 < left[1] <= 1


def test_it_is_ordinary_least_squares_where_no_lag_is_cut_off():
    values = chance()
    found = regression(values, lags=(0, 1))
    terms = np.column_stack([np.ones(49), np.arange(49), values[0, :-1, 0], values[0, 1:, 1], values[0, :-1, 2]])
    told = sm.OLS(values[0, 1:, 0], terms).fit()
    estimate, error, free, _ = found.added([1])
    assert (estimate[0], error[0], free) == pytest.approx((told.params[3], told.bse[3], told.df_resid))
    own, effects, deviation = found.all_of([0, 1])
    assert [own, *effects] == pytest.approx(told.params[2:].tolist())
    assert deviation == pytest.approx(np.sqrt(told.mse_resid))


def test_gaps_are_filled_by_what_is_expected():
    """A cause that keeps .9 of a month lacks two fifths of its months: with zeros it is found to do something else."""
    zeros, told = [], []
    for seed in range(40):
        values = chance(months=400, columns=2, seed=seed)
        for t in range(1, 400):
            values[0, t, 1] += 0.9 * values[0, t - 1, 1]
        values[0, 1:, 0] += values[0, :-1, 1]
        values[0, np.random.default_rng(seed).random(400) < 0.4, 1] = np.nan
        at, lag = np.array([1]), np.array([1])
        whole, own = filled(plainly(values), at, lag)
        assert own == pytest.approx([0.9], abs=0.15)
        for out, given in ((zeros, None), (told, whole)):
            rows = regression_rows(plainly(values), 0, lagged(values, at, lag), given)
            out.append(LeastSquares(dataclasses.replace(rows, length=np.inf)).added([])[0][0])
    assert np.mean(told) == pytest.approx(1, abs=0.06)
    assert abs(np.mean(zeros) - 1) > 2 * abs(np.mean(told) - 1)


def test_a_missing_own_past_costs_no_row():
    values = chance()
    values[0, 20, 0] = np.nan
    rows = regression_rows(plainly(values), 0, values[:, :, 1:])
    assert len(rows.table) == 48
    assert rows.observed().tolist() == [47, 47]


def test_units_have_constants_and_trends_of_their_own():
    values = chance(units=3)
    found = regression(values, lags=(0, 1)).added([])
    moved = values + np.arange(3)[:, None, None] * (5 + np.arange(50)[:, None])
    assert regression(moved, lags=(0, 1)).added([])[0] == pytest.approx(found[0])
    assert found[2] == 3 * 49 - 3 * 2 - 2


def test_what_units_share_counts_once():
    storm = 30 * chance(months=60, columns=2, seed=5)
    values = chance(units=4, months=60, columns=2)
    within = values - values.mean(axis=0)
    alone = regression(within, lags=(0,)).added([])
    found = regression(values + storm, lags=(0,)).added([])
    assert found[0][0] == pytest.approx(alone[0][0], abs=0.1)
    assert found[1][0] == pytest.approx(alone[1][0] * 2 / np.sqrt(3), rel=0.15)


def test_a_unit_with_next_to_nothing_is_left_out():
    values = chance(units=2)
    values[1, 4:, 0] = np.nan
    assert set(regression_rows(plainly(values), 0, values[:, :, 1:]).unit) == {0}


def test_a_missing_cause_is_no_row_lost():
    values = chance()
    values[0, 10:20, 1] = np.nan
    rows = regression_rows(plainly(values), 0, values[:, :, 1:])
    assert len(rows.table) == 49
    assert rows.observed().tolist() == [39, 49]


def test_a_candidate_that_adds_nothing_has_no_estimate():
    values = chance()
    values[:, :, 2] = 3 * values[:, :, 1]
    estimate = regression(values, lags=(1, 1)).added([0])[0]
    assert np.isnan(estimate).all()


def test_no_rows():
    values = np.full((2, 8, 3), np.nan)
    rows = regression_rows(plainly(values), 0, values[:, :, 1:])
    assert (len(rows.table), rows.observed().tolist()) == (0, [0, 0])


def test_own_past_is_put_right():
    """Series that keep half of their departure for 36 months: least squares find about .38, the rest is given back."""
    bare, found = [], []
    for seed in range(200):
        values = chance(months=56, columns=2, seed=seed)
        for t in range(1, 56):
            values[0, t, 0] += 0.5 * values[0, t - 1, 0]
        departures = detrend(values[:, 20:], per_year=1)
        squares = LeastSquares(regression_rows(departures, 0, departures.left[:, :, 1:]))
        own = np.array([squares.all_of([])[0]])
        scale = squares.size[1] / squares.size[0]
        bare.append(own[0])
        found.append(own[0] + squares._lost(own * scale, np.ones(1))[0] / scale)
    assert np.mean(bare) < 0.43
    assert np.mean(found) == pytest.approx(0.5, abs=0.04)


def test_putting_own_past_right_moves_the_estimates():
    departures = detrend(chance(months=40))
    rows = regression_rows(departures, 0, departures.left[:, :, 1:])
    with_, without = (LeastSquares(one).added([]) for one in (rows, dataclasses.replace(rows, length=np.inf)))
    assert (with_[0] != without[0]).all()
    assert with_[0] == pytest.approx(without[0], abs=0.3 * without[1].max())
    assert np.array_equal(with_[1], without[1])


def errors_of(errors: np.ndarray) -> LeastSquares:
    """Column 0 is these errors, column 1 what carries on as they do, and does not drive them."""
    cause = np.random.default_rng(1).normal(size=len(errors))
    for t in range(1, len(cause)):
        cause[t] += 0.9 * cause[t - 1]
    values = np.stack([errors, cause], axis=1)[None]
    squares = LeastSquares(regression_rows(plainly(values), 0, lagged(values, np.array([1]), np.array([0]))))
    squares.look([])
    return squares


def test_errors_as_they_should_be_are_left_alone():
    shown = [errors_of(np.random.default_rng(seed).normal(size=80)).uneven for seed in range(100)]
    assert np.mean(shown) < 0.08


def test_errors_of_a_moving_mean_are_seen():
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(size=214)
        assert errors_of(np.convolve(noise, np.ones(3), "valid")[:200]).uneven


def test_errors_are_wider_where_loud_times_are_the_causes_too():
    loud = np.repeat(np.random.default_rng(1).choice([0.2, 3.0], 20), 10)
    values = loud[:, None] * np.random.default_rng(2).normal(size=(200, 2))
    squares = LeastSquares(
        regression_rows(plainly(values[None]), 0, lagged(values[None], np.array([1]), np.array([0])))
    )
    plain = squares.added([])[1][0]
    squares.look([])
    assert squares.added([])[1][0] > 1.2 * plain


def test_errors_in_clusters_are_seen():
    loud = np.repeat(np.random.default_rng(0).choice([0.2, 3.0], 20), 10)
    assert errors_of(loud * np.random.default_rng(1).normal(size=200)).uneven


def louder(times: float, seed: int = 0) -> np.ndarray:
    """Sixty months, the later half so many times as loud; column 1 drives column 0 a month later."""
    values = chance(months=60, columns=2, seed=seed)
    values[:, 30:] *= times
    values[0, 1:, 0] += 0.5 * values[0, :-1, 1]
    return values


def test_months_that_are_loud_count_less():
    values = louder(4)
    weight = regression(values, lags=(1,)).weights([0], (1, 60))
    assert weight[0, 5:25].mean() > 3 * weight[0, 35:55].mean()
    months = slice(2, 60)
    own, cause, goal = values[0, 1:-1, 0], values[0, 1:-1, 1], values[0, months, 0]
    terms = np.column_stack([np.ones(58), np.arange(58), own, cause])
    told = sm.WLS(goal, terms, weights=weight[0, months] ** 2).fit()
    values[0, 0] = np.nan
    estimate, error, _, _ = regression(values, lags=(1,), weight=weight).added([])
    assert (estimate[0], error[0]) == pytest.approx((told.params[3], told.bse[3]), rel=0.05)


def test_weights_make_estimates_surer_where_noise_differs():
    """Of forty worlds the mean squared error of the effect."""
    apart = {False: [], True: []}
    for seed in range(40):
        values = louder(4, seed)
        weight = regression(values, lags=(1,)).weights([0], (1, 60))
        for weighed in apart:
            found = regression(values, lags=(1,), weight=weight if weighed else None).added([])
            apart[weighed].append((found[0][0] - 0.5) ** 2)
    assert np.mean(apart[True]) < 0.9 * np.mean(apart[False])


def test_months_alike_count_alike():
    rows = [regression(chance(months=60, seed=seed)).weights([], (1, 60)) for seed in range(100)]
    assert sum(row is not None for row in rows) < 30


def test_nothing_left_over_tells_of_no_weights():
    values = chance(months=40, columns=2)
    values[0, 1:, 0] = values[0, :-1, 1]
    assert regression(values, lags=(1,)).weights([0], (1, 40)) is None


def test_a_unit_that_is_louder_counts_less():
    values = chance(units=2, months=40, columns=2)
    values[1] *= 5
    weight = regression(values, lags=(1,)).weights([0], (2, 40))
    assert weight[0].mean() > 2 * weight[1].mean()


def test_errors_that_the_months_share_are_never_narrower():
    squares = errors_of(np.random.default_rng(5).normal(size=80))
    plain = squares.added([])[1]
    squares.uneven = True
    assert (squares.added([])[1] >= plain).all()


def news(values):
    return plainly(values[None]).news


@pytest.mark.parametrize(("months", "columns"), [(60, 16), (40, 60)])
def test_a_shock_that_all_share(months, columns):
    values, storm = chance(months=months, columns=columns)[0], np.random.default_rng(8).normal(size=months)
    assert shared_shock(news(values), 0) is None
    found = shared_shock(news(values + storm[:, None] * np.where(np.arange(columns) % 3, 1, -1)), 0)
    assert abs(np.corrcoef(found[1:], storm[1:])[0, 1]) > 0.9


def test_few_kpis_do_not_tell_of_a_shock():
    values = chance(columns=8)[0] + np.random.default_rng(8).normal(size=(50, 1))
    assert shared_shock(news(values), 0) is None


def test_a_shock_is_taken_out():
    values = chance(columns=12, seed=3) + 2 * np.random.default_rng(8).normal(size=(1, 50, 1))
    at, lags = np.array([1]), np.array([0])
    shock = shared_shock(plainly(values).news, 0)
    bare, clean = (
        LeastSquares(regression_rows(plainly(values), 0, lagged(values, at, lags), shock=one)) for one in (None, shock)
    )
    assert bare.added([])[0][0] > 0.6
    assert abs(clean.added([])[0][0]) < 0.35
    assert clean.free == bare.free - 1
