import numpy as np
import pandas as pd
import pytest
from scipy import stats
from shops import rising, shop

from bsclib.causality.correlation_test import innovations, lag_scan, p_value, unlinked_pairs
from bsclib.study.lessons.spurious import spurious_pair


class TestUnlinkedPairs:
    def test_who_is_joined_is_left_out(self):
        """a drives b and e, so b and e share a; c and d are arithmetic."""
        found = unlinked_pairs(shop(("a", "b", "+", 1), ("a", "e", "+", 1)), rising())
        assert {*zip(found["kpi"], found["other"], strict=True)} == {
            *(("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "e"), ("d", "e"))
        }

    def test_a_way_of_several_links_joins_too(self):
        found = unlinked_pairs(shop(("a", "b", "+", 1), ("b", "c", "+", 1), ("c", "e", "-", 0)), rising())
        assert set(found["other"]) | set(found["kpi"]) == {"a", "b", "d", "e"}
        assert len(found) == 3  # d with a, b and e

    def test_a_trend_fools_correlation_and_not_the_departures(self):
        pairs = unlinked_pairs(shop(), rising())
        assert len(pairs) == 9
        assert (pairs["raw_p"] < 0.05).all()
        assert (pairs["left_p"] < 0.05).mean() < 0.4
        assert pairs["months"].eq(48).all()

    def test_no_pairs(self):
        assert unlinked_pairs(shop(), rising().head(3)).empty


class TestLagScan:
    def test_the_lag_that_is_there_is_found_too(self):
        cause = pd.Series(np.random.default_rng(2).normal(size=80))
        found = lag_scan(cause, cause.shift(3))
        assert found.loc[3, "correlation"] == pytest.approx(1)
        assert found["months"].tolist() == [77, *(77 - max(lag - 3, 0) for lag in range(1, 13))]

    def test_as_scipy_has_it(self):
        pair = spurious_pair("own_past")
        found = lag_scan(pair["cause"], pair["effect"], most=2)
        for lag in range(3):
            r, p = stats.pearsonr(pair["cause"].iloc[: 60 - lag], pair["effect"].iloc[lag:])
            assert found.loc[lag, ["correlation", "p"]].tolist() == pytest.approx([r, p])

    def test_the_best_of_thirteen_lags_is_the_one_an_example_was_picked_by(self):
        pair = spurious_pair("lag_scan")
        found = lag_scan(pair["cause"], pair["effect"])
        assert found["p"].idxmin() == pair["lag"].iloc[0]
        assert found["p"].min() < 0.05

    def test_what_cannot_be_correlated_is_missing(self):
        assert lag_scan(pd.Series([1.0] * 9), pd.Series(range(9)))["correlation"].isna().all()
        assert lag_scan(pd.Series([1.0, 2.0, 3.0]), pd.Series([1.0, 2.0, 4.0]))["p"].isna().all()
        assert len(lag_scan(pd.Series([1.0, 2.0, 3.0]), pd.Series([1.0, 2.0, 4.0]))) == 3


def test_chances_as_scipy_has_them():
    random = np.random.default_rng(0)
    first, second = random.normal(size=(2, 30))
    r, p = stats.pearsonr(first, second)
    assert p_value(np.array([r]), 30)[0] == pytest.approx(p)


def test_what_the_past_foretold_is_taken_out():
    left = np.array([[1.0, np.nan], [2.0, 5.0], [np.nan, 5.0], [1.0, 5.0]])
    found = innovations(left)
    assert np.isnan(found[0]).all()
    assert found[1, 0] == 0.0
    assert np.isnan(found[[2, 3], 0]).all()
    assert found[2:, 1].tolist() == [0.0, 0.0]
    assert np.isnan(found[1, 1])


def test_chances_that_everybody_knows():
    assert p_value(np.array([0.0, 0.25, -0.25, 0.8]), 60).round(3).tolist() == [1.0, 0.054, 0.054, 0.0]
