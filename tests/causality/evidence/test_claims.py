import numpy as np
import pytest

from bsclib.causality.evidence.claims import candidates, claims


def some(causes=(0, 1), effect=2, lag=1, sign=1, **more):
    count = len(causes)
    return claims(np.array(causes), np.full(count, effect), np.full(count, lag), np.full(count, sign), **more)


def test_one_number_stands_for_all():
    found = some(window=2)
    assert (found.window.tolist(), found.earliest.tolist(), len(found)) == ([2, 2], [1, 1], 2)
    assert np.isnan(found.smallest).all()
    assert found.of(np.array([1])).cause.tolist() == [1]


def test_the_stated_lag_has_most_of_the_error():
    found = candidates(some(causes=(0,), lag=4, window=2))
    assert found.lag.tolist() == [4, 2, 3, 5, 6]
    assert found.share == pytest.approx([0.8, 0.05, 0.05, 0.05, 0.05])


def test_no_lag_below_zero():
    assert candidates(some(causes=(0,), lag=0)).lag.tolist() == [0, 1]
    assert candidates(some(causes=(0,), lag=1, earliest=0)).lag.tolist() == [1, 0, 2]


def test_a_claim_of_later_is_not_looked_for_at_once():
    assert candidates(some(causes=(0,), lag=1)).lag.tolist() == [1, 2]
    assert candidates(some(causes=(0,), lag=2, window=4)).lag.tolist() == [2, 1, 3, 4, 5, 6]


def test_a_narrow_look():
    found = candidates(some(lag=4), narrow=True)
    assert (found.lag.tolist(), found.share.tolist()) == ([4, 4], [1, 1])


def test_a_lag_belongs_to_the_claim_that_states_it():
    two = claims(np.array([0, 0]), np.array([2, 2]), np.array([2, 3]), np.array([1, 1]))
    found = candidates(two)
    assert found.lag[found.claim == 0].tolist() == [2, 1]
    assert found.lag[found.claim == 1].tolist() == [3, 4]
