import numpy as np
import pandas as pd
import pytest
from oddities import card

from bsclib.errors import BscError
from bsclib.signals import change_points


def months(values):
    return pd.Series(values, index=pd.period_range("2022-01", periods=len(values), freq="M"), name="k0")


def noise(count, seed=1):
    return np.random.default_rng(seed).standard_normal(count)


def step(count, at, size):
    return size * (np.arange(count) >= at)


def test_a_step_is_found_with_its_date_and_size():
    row = change_points(months(noise(60) + step(60, 30, 5))).iloc[0]
    assert row["low"] <= "2024-07" <= row["high"]
    assert row["size"] == pytest.approx(5, abs=1)


def test_two_steps_are_told_in_their_order():
    found = change_points(months(noise(72) + step(72, 24, 6) - step(72, 48, 9)))
    assert found["period"].tolist() == ["2024-01", "2026-01"]
    assert np.sign(found["size"]).tolist() == [1, -1]


def test_a_smaller_step_has_a_vaguer_date():
    def widths(size):
        found = [change_points(months(noise(60, seed) + step(60, 30, size))) for seed in range(9)]
        return [pd.Period(row.high).ordinal - pd.Period(row.low).ordinal for one in found for row in one.itertuples()]

    assert max(widths(12)) == 0
    assert max(widths(3)) > 0


def test_the_dates_hold_the_true_one_about_as_often_as_they_say():
    held = []
    for seed in range(60):
        found = change_points(months(noise(60, seed) + step(60, 30, 2.8)))
        held += [row.low <= "2024-07" <= row.high for row in found.itertuples()]
    assert len(held) > 30
    assert np.mean(held) > 0.8


def test_a_known_break_is_not_told_again():
    values = noise(48) + step(48, 24, 9)
    actuals = pd.DataFrame({"kpi": "k0", "period": months(values).index.astype(str), "actual": values})
    known = card(events=[{"period": "2024-01", "kind": "tool_change"}])
    assert len(change_points(actuals, card())) == 1
    assert change_points(actuals, known).empty


def test_noise_trend_season_and_short_series_have_none():
    calm = [noise(60), 0.3 * np.arange(60) + noise(60), np.tile([0.0] * 11 + [9], 5) + noise(60), noise(9), np.ones(40)]
    assert [len(change_points(months(values))) for values in calm] == [0] * 5
    with pytest.raises(BscError, match="an interval cannot have it"):
        change_points(months(noise(30)), level=2)
