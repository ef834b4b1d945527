"""Coefficients to one regression."""

import numpy as np
import pytest

from bsclib.causality.evidence.cleaning import Departures
from bsclib.causality.evidence.engine import own_noise
from bsclib.causality.evidence.regression import LeastSquares, lagged, regression_rows
from bsclib.scenarios.equations import NO_CAUSES, POOL, ClaimedCauses, draw_coefficients


def asked(months=80, by=(0.6, 0.0), own=0.5, signs=(1, 1), seed=4):
    random = np.random.default_rng(seed)
    left = random.normal(size=(1, months, 1 + len(by)))
    for t in range(1, months):
        left[0, t, 0] += own * left[0, t - 1, 0] + sum(one * left[0, t - 1, 1 + n] for n, one in enumerate(by))
    places = np.arange(len(by))
    departures = Departures(left, left, np.zeros((1, 1 + len(by))))
    rows = regression_rows(departures, 0, lagged(left, 1 + places, np.ones(len(by), dtype=int)))
    noise = own_noise(left)
    claimed = ClaimedCauses(places, np.array(signs), noise[1:])
    return draw_coefficients(rows, LeastSquares(rows), claimed, float(noise[0]), np.random.default_rng(1))


def test_a_clear_cause_is_there_and_another_is_not():
    found = asked()
    assert found.own.shape == (POOL,)
    assert found.by.shape == (POOL, 2)
    assert found.inclusion[0] > 0.99
    assert found.inclusion[1] < 0.5
    assert np.median(found.by[:, 0]) == pytest.approx(0.6, abs=0.2)
    assert np.median(found.by[:, 1]) == pytest.approx(0, abs=0.03)
    assert np.median(found.own) == pytest.approx(0.5, abs=0.2)
    assert np.median(found.noise) == pytest.approx(1, abs=0.05)


def test_bands_hold_the_truth_as_often_as_they_say():
    held = []
    for seed in range(60):
        found = asked(48, (0.5, 0.3, 0.0), seed=seed, signs=(1, 1, 1))
        low, high = np.quantile(found.by, [0.05, 0.95], axis=0)
        held.append((low <= [0.5, 0.3, 0.0]) & (high >= [0.5, 0.3, 0.0]))
    assert 0.85 <= np.mean(held) <= 0.99


def test_the_data_speak_louder_than_the_map():
    found = asked(150, (-0.6,), signs=(1,))
    assert np.quantile(found.by[:, 0], 0.95) < -0.3


def test_with_hardly_any_data_a_claim_remains_a_claim():
    found = asked(8, (0.0, 0.0))
    assert 0.2 < found.inclusion.min() < found.inclusion.max() < 0.85
    assert np.ptp(np.quantile(found.by[:, 0], [0.05, 0.95])) > 0.3


def test_a_kpi_without_causes():
    left = np.random.default_rng(1).normal(size=(1, 60, 1))
    rows = regression_rows(Departures(left, left, np.zeros((1, 1))), 0, np.zeros((1, 60, 0)))
    found = draw_coefficients(rows, LeastSquares(rows), NO_CAUSES, 1.0, np.random.default_rng(1))
    assert found.by.shape == (POOL, 0)
    assert ((found.own >= 0) & (found.own <= 1)).all()


def test_many_causes_are_weighed_in_time():
    found = asked(120, (0.5, *[0.0] * 13), signs=(1,) * 14)
    assert found.inclusion[0] > 0.9


def test_a_cause_that_explains_nearly_everything_is_believed():
    found = asked(40, (8.0,), signs=(1,))
    assert np.median(found.by[:, 0]) == pytest.approx(8, rel=0.08)
