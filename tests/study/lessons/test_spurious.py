import numpy as np
import pytest

from bsclib.errors import BscError, UnknownNameError
from bsclib.study.lessons.spurious import ERRORS, false_positive_rates, spurious_pair


@pytest.fixture(scope="module")
def counted():
    return false_positive_rates().assign(error=ERRORS).set_index("error")


@pytest.mark.parametrize(
    ("error", "plain", "tested"),
    [
        pytest.param("trend", (0.95, 1.0), (0.0, 0.12), marks=pytest.mark.slow),
        ("season", (0.9, 1.0), (0.0, 0.12)),
        ("own_past", (0.3, 0.65), (0.0, 0.16)),
        ("lag_scan", (0.37, 0.6), (0.0, 0.12)),  # 1 - .95**13 = .487
        ("picked_lag", (0.37, 0.6), (0.3, 0.65)),
        ("hidden_driver", (0.9, 1.0), (0.9, 1.0)),
    ],
)
def test_who_is_fooled_by_what(counted, error, plain, tested):
    row = counted.loc[error]
    assert plain[0] <= row["plain"] <= plain[1]
    assert tested[0] <= row["tested"] <= tested[1]


def test_a_hidden_driver_is_as_strong_as_the_kit_says(counted):
    """Half of the noise of both: a partial correlation of .5, which this strength would explain away."""
    f2 = 0.5**2 / (1 - 0.5**2)
    expected = 0.5 * (np.sqrt(f2**2 + 4 * f2) - f2)
    assert counted.loc["hidden_driver", "hidden_driver"] == pytest.approx(expected, abs=0.03)


def test_more_months_make_a_hidden_driver_worse():
    found = [false_positive_rates("hidden_driver", months=months)["tested"].item() for months in (36, 60, 120)]
    assert found[0] < found[1] < found[2]


def test_each_way_has_a_stream_of_its_own(counted):
    alone = false_positive_rates(["season"])
    assert alone.iloc[0].tolist() == counted.loc["season"].tolist()
    assert (
        false_positive_rates("season", rng=7)["plain"].item() != false_positive_rates("lag_scan", rng=7)["plain"].item()
    )


def test_one_pair_is_enough():
    assert false_positive_rates("trend", replicates=1)[["plain", "replicates"]].iloc[0].tolist() == [1.0, 1]


def test_a_way_that_is_not_known():
    with pytest.raises(UnknownNameError, match=r"way to be fooled 'trends'.*did you mean 'trend'"):
        false_positive_rates("trends")
    with pytest.raises(UnknownNameError, match="'luck'"):
        spurious_pair("luck")


def test_too_little_of_everything():
    with pytest.raises(BscError, match=r"replicates: too few. Got: 0. Allowed: 1 or more") as caught:
        false_positive_rates("trend", replicates=0, months=12)
    assert "months: too few. Got: 12. Allowed: 36 or more" in str(caught.value)


class TestExample:
    @pytest.mark.parametrize("error", ["trend", "season"])
    def test_what_fooled_goes_when_it_is_taken_out(self, error):
        pair = spurious_pair(error)
        assert pair["cause"].corr(pair["effect"]) > 0.5
        assert abs(pair["cause_left"].corr(pair["effect_left"])) < 0.35

    def test_a_hidden_driver_stays(self):
        pair = spurious_pair("hidden_driver")
        assert pair["cause_left"].shift(pair["lag"].iloc[0]).corr(pair["effect_left"]) > 0.4

    def test_a_row_a_month(self):
        pair = spurious_pair("lag_scan", months=48)
        assert pair.index.tolist() == list(range(1, 49))
        assert 0 <= pair["lag"].iloc[0] <= 12
        assert pair[["cause_left", "effect_left"]].iloc[1:].notna().all(axis=None)
