import numpy as np
import pandas as pd
import pytest
from scipy import stats

from bsclib.causality.correlation_test import chance, innovations, lag_scan


class TestLagScan:
    def test_the_lag_that_is_there_is_found_too(self):
        cause = pd.Series(np.random.default_rng(2).normal(size=80))
        found = lag_scan(cause, cause.shift(3))
        assert found.loc[3, "correlation"] == pytest.approx(1)
        assert found["months"].tolist() == [77, *(77 - max(lag - 3, 0) for lag in range(1, 13))]

    def test_as_scipy_has_it(self):
        cause, effect = np.random.default_rng(4).normal(size=(2, 60)).cumsum(axis=1)
        found = lag_scan(pd.Series(cause), pd.Series(effect), most=2)
        for lag in range(3):
            r, p = stats.pearsonr(cause[: 60 - lag], effect[lag:])
            assert found.loc[lag, ["correlation", "p"]].tolist() == pytest.approx([r, p])

    def test_what_cannot_be_correlated_is_missing(self):
        assert lag_scan(pd.Series([1.0] * 9), pd.Series(range(9)))["correlation"].isna().all()
        assert lag_scan(pd.Series([1.0, 2.0, 3.0]), pd.Series([1.0, 2.0, 4.0]))["p"].isna().all()
        assert len(lag_scan(pd.Series([1.0, 2.0, 3.0]), pd.Series([1.0, 2.0, 4.0]))) == 3


def test_chances_as_scipy_has_them():
    random = np.random.default_rng(0)
    first, second = random.normal(size=(2, 30))
    r, p = stats.pearsonr(first, second)
    assert chance(np.array([r]), 30)[0] == pytest.approx(p)


def test_what_the_past_foretold_is_taken_out():
    left = np.array([[1.0, np.nan], [2.0, 5.0], [np.nan, 5.0], [1.0, 5.0]])
    found = innovations(left)
    assert np.isnan(found[0]).all()
    assert found[1, 0] == 0.0
    assert np.isnan(found[[2, 3], 0]).all()
    assert found[2:, 1].tolist() == [0.0, 0.0]
    assert np.isnan(found[1, 1])
