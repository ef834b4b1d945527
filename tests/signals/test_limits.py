import numpy as np
import pandas as pd
import pytest

from bsclib.errors import ActualsError
from bsclib.signals import limits, natural_limits

MORTGAGES = pd.Series(
    [
        *(310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304),
        *(305, 282, 305, 296, 314, 295, 287, 301, 298, 311, 310, 292, 305, 299, 304, 310, 304, 305, 333, 328),
    ],
    dtype=float,
)


def test_montgomery_6_5():
    found = natural_limits(MORTGAGES, baseline=20)
    assert found["centre"] == 300.5
    assert found["moving_range"] == pytest.approx(7.7895, abs=5e-5)
    assert (found["lower"], found["upper"]) == pytest.approx((279.7833, 321.2167), abs=5e-5)
    assert found["moving_range_limit"] == pytest.approx(25.4482, abs=5e-4)
    outside = MORTGAGES[~MORTGAGES.between(found["lower"], found["upper"])]
    assert (outside.index + 1).tolist() == [39, 40]


def test_constants_n2():
    # Of the range of two normal values: mean 2/√π, standard deviation √(2 − 4/π).
    mean, spread = 2 / np.sqrt(np.pi), np.sqrt(2 - 4 / np.pi)
    assert abs(limits.D2 - mean) < 4e-4
    assert abs(limits.E2 - 3 / mean) < 2e-3
    assert abs(limits.D4 - (1 + 3 * spread / mean)) < 1e-3
    assert round(limits.E2, 2) == 2.66


def test_limits_of_the_median_moving_range():
    found = natural_limits(pd.Series([1.0, 2, 1, 2, 1, 50]), ranges="median")
    assert found["moving_range"] == 1
    assert found["upper"] - found["centre"] == pytest.approx(3.145, abs=1e-3)
    assert found["moving_range_limit"] == 3.865


def test_limits_need_neighbours():
    with pytest.raises(ActualsError, match="no two values stand side by side"):
        natural_limits(pd.Series([1.0, np.nan, 2.0]))
    with pytest.raises(ActualsError, match="Allowed: mean, median"):
        natural_limits(pd.Series([1.0, 2.0]), ranges="modal")
