import numpy as np
import pytest

from bsclib.causality.evidence.claims import claims
from bsclib.causality.evidence.cleaning import detrend
from bsclib.causality.evidence.stepwise import fit


def some(causes=(0, 1), effect=2, lag=1, sign=1, **more):
    count = len(causes)
    return claims(np.array(causes), np.full(count, effect), np.full(count, lag), np.full(count, sign), **more)


def world(by=(0.7, 0.0), months=80, seed=0):
    values = np.random.default_rng(seed).normal(size=(1, months, 3))
    for cause, size in enumerate(by):
        values[0, 1:, 2] += size * values[0, :-1, cause]
    return detrend(values)


def test_what_is_there_enters():
    found = fit(world(), some(window=0), 2)
    assert found.entered == [0]
    assert found.p[0] < 1e-4 < 0.05 < found.p[1]
    assert found.estimate[0] == pytest.approx(0.7, abs=0.3)
    assert found.tested.all()
    assert found.noise == pytest.approx(1, abs=0.2)


def test_the_surest_enters_first():
    assert fit(world(by=(0.5, 1.5)), some(window=0), 2).entered == [1, 0]


def test_what_points_the_other_way_stays_out():
    found = fit(world(), some(sign=-1, window=0), 2)
    assert found.entered == []
    assert found.p[0] > 0.99
    assert found.reach[0] < 0


def test_reach_is_that_of_the_best_lag():
    wide, narrow = (fit(world(by=(0.7, 0.7)), some(lag=2, window=window), 2) for window in (1, 0))
    assert (wide.reach > narrow.reach).all()


def test_causes_alike_are_not_tested():
    departures = world()
    values = departures.left.copy()
    values[:, :, 1] = -values[:, :, 0]
    found = fit(detrend(values), some(window=0), 2)
    assert found.alike == [[1], [0]]
    assert not found.tested.any()


def test_too_few_rows():
    values = np.random.default_rng(0).normal(size=(1, 12, 3))
    assert not fit(detrend(values), some(window=0), 2).tested.any()
    values = np.random.default_rng(0).normal(size=(1, 14, 3))
    assert fit(detrend(values), some(window=0), 2).tested.all()


def test_the_long_run():
    random = np.random.default_rng(1)
    values = random.normal(size=(1, 400, 2))
    for t in range(1, 400):
        values[0, t, 1] += 0.6 * values[0, t - 1, 1] + 0.5 * values[0, t - 1, 0]
    found = fit(detrend(values), some(causes=(0,), effect=1, window=0), 1)
    assert found.cumulative[0] == pytest.approx(0.5 / 0.4, rel=0.15)


def test_a_unit_without_the_cause_is_missing():
    values = np.random.default_rng(0).normal(size=(3, 40, 3))
    values[1, :, 0] = np.nan
    found = fit(detrend(values), some(), 2)
    assert found.missing(0, 3) == [1]
    assert found.missing(1, 3) == []
