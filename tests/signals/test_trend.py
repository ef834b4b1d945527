import numpy as np
import pandas as pd
import pytest
from scipy.stats import theilslopes

from bsclib.errors import ActualsError, BscError
from bsclib.signals import theil_sen


def memory(count, own, rng):
    values = rng.standard_normal(count + 50)
    for at in range(1, count + 50):
        values[at] += own * values[at - 1]
    return values[50:]


def test_theil_sen_small():
    assert theil_sen(pd.Series([1.0, 3, 2, 5, 4, 7, 6]))["slope"] == 1.0


def test_without_memory_it_is_that_of_scipy():
    rng = np.random.default_rng(7)
    for _ in range(20):
        values = pd.Series(0.1 * np.arange(40) + rng.standard_normal(40))
        found = theil_sen(values)
        slope, _, low, high = theilslopes(values, alpha=0.95)
        assert found["slope"] == pytest.approx(slope)
        if found["memory"] == 0:
            assert found["low"] == pytest.approx(low, abs=0.01)
            assert found["high"] == pytest.approx(high, abs=0.01)


def test_an_outlier_hardly_moves_it_and_a_gap_keeps_its_place():
    values = pd.Series(2.0 * np.arange(30))
    values[[5, 11, 12]] = np.nan
    assert theil_sen(values)["slope"] == 2.0
    values[29] = 1e6
    assert theil_sen(values)["slope"] == 2.0


@pytest.mark.parametrize("own", [0.0, 0.3, 0.6])
def test_the_interval_holds_the_slope_in_spite_of_memory(own):
    rng = np.random.default_rng(20)
    held = []
    for _ in range(300):
        found = theil_sen(pd.Series(0.05 * np.arange(48) + memory(48, own, rng)))
        held.append(found["low"] <= 0.05 <= found["high"])
    assert np.mean(held) > 0.89


def test_too_little_and_out_of_range():
    with pytest.raises(ActualsError, match="a slope takes four values"):
        theil_sen(pd.Series([1.0, np.nan, 2.0, 3.0]))
    with pytest.raises(BscError, match="an interval cannot have it"):
        theil_sen(pd.Series(range(9)), level=95)
    assert theil_sen(pd.Series([3.0] * 9)).tolist() == [0, 0, 0, 0]
