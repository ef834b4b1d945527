import numpy as np
import pandas as pd
import pytest
from oddities import card, kpi

from bsclib import load_dataset
from bsclib.errors import ActualsError, BscError
from bsclib.signals import forecast, target_chances


def months(values, start="2022-01"):
    return pd.Series(values, index=pd.period_range(start, periods=len(values), freq="M"), dtype=float)


def noise(count, seed=1):
    return np.random.default_rng(seed).standard_normal(count)


def table(values, **columns):
    return pd.DataFrame({"kpi": "k0", "period": months(values).index.astype(str), "actual": values, **columns})


def test_a_series_is_continued_month_by_month():
    ahead = forecast(months(noise(40)), horizon=3)
    assert ahead.columns.tolist() == ["period", "expected", "low", "high", "method"]
    assert ahead["period"].tolist() == ["2025-05", "2025-06", "2025-07"]
    assert (ahead["low"] < ahead["expected"]).all()
    assert (ahead["expected"] < ahead["high"]).all()


def test_a_season_comes_back():
    values = noise(60) + 8.0 * (np.arange(60) % 12 == 11)
    ahead = forecast(months(values)).set_index("period")
    assert ahead["method"].unique().tolist() == ["mean of three, season"]
    assert ahead["expected"].idxmax() == "2027-12"
    assert ahead["expected"].max() == pytest.approx(8, abs=1.5)


def test_a_trend_goes_on_for_a_while():
    ahead = forecast(months(0.5 * np.arange(60) + noise(60)))["expected"].to_numpy()
    assert 30 < ahead[-1] < 36
    assert (np.diff(ahead) > 0).all()


def test_bands_hold_nine_of_ten():
    inside = []
    for seed in range(60):
        values = np.cumsum(noise(48, seed)) if seed % 2 else noise(48, seed)
        ahead = forecast(months(values[:36]))
        inside += list((ahead["low"] <= values[36:]) & (values[36:] <= ahead["high"]))
    assert 0.85 < np.mean(inside) < 0.96


def test_a_wider_level_is_a_wider_band():
    narrow, wide = (forecast(months(noise(30)), level=level) for level in (0.8, 0.9))
    assert (narrow["low"] > wide["low"]).all()
    assert narrow["expected"].equals(wide["expected"])


def test_under_24_points_the_last_value_is_held_and_named_so():
    ahead = forecast(months([1.0, 2.0, 4.0]), horizon=4)
    assert ahead["method"].unique().tolist() == ["last value"]
    assert ahead["expected"].tolist() == [4.0] * 4
    width = (ahead["high"] - ahead["expected"]).to_numpy()
    assert width / width[0] == pytest.approx(np.sqrt([1, 2, 3, 4]))


def test_one_value_says_nothing_of_its_spread():
    ahead = forecast(months([4.0]), horizon=2)
    assert ahead["expected"].tolist() == [4.0, 4.0]
    assert ahead[["low", "high"]].isna().all(axis=None)
    assert target_chances(table([4.0]), card())["chance"].isna().all()


def test_a_constant_series_stays():
    ahead = forecast(months([7.0] * 30))
    assert ahead[["expected", "low", "high"]].to_numpy() == pytest.approx(7)


def test_shares_stay_within_their_limits():
    share = card(kpi(measured_in="%", direction="higher_is_better", baseline=50, target=99, limits=[0, 100]))
    values = np.minimum(99.5 + noise(30), 100)
    ahead = forecast(table(values), scorecard=share)
    assert ahead["high"].max() <= 100
    assert (ahead["expected"] <= ahead["high"]).all()
    full = forecast(table([100.0] * 30), scorecard=share)
    assert full[["low", "high"]].to_numpy() == pytest.approx(100)


def test_times_are_never_negative():
    hours = card(kpi(measured_in="hours"))
    ahead = forecast(table(np.exp(noise(40))), scorecard=hours)
    assert (ahead["low"] > 0).all()
    assert ((ahead["high"] - ahead["expected"]) > (ahead["expected"] - ahead["low"])).all()


def test_only_months_since_a_known_break_count():
    values = np.append(noise(24), 50 + noise(30, 2))
    scorecard = card(events=[{"period": "2024-01", "kind": "tool_change"}, {"period": "2025-01", "kind": "one_off"}])
    ahead = forecast(table(values), scorecard=scorecard)
    assert ahead["low"].min() > 45


def test_gaps_are_no_values():
    values = noise(48)
    values[[5, 20, 21, 47]] = np.nan
    ahead = forecast(months(values), horizon=2)
    assert ahead["period"].tolist() == ["2025-12", "2026-01"]
    assert ahead[["low", "expected", "high"]].notna().all(axis=None)


def test_to_a_date_and_series_that_have_ended():
    rows = pd.concat([table(noise(30)), table(noise(40)).assign(kpi="k1")])
    scorecard = card(kpi(), kpi("k1"))
    ahead = forecast(rows, to="2025-01", scorecard=scorecard)
    assert ahead["kpi"].unique().tolist() == ["k0"]
    assert ahead["period"].tolist()[-1] == "2025-01"
    with pytest.raises(BscError, match=r"there are actuals up to then already.*after 2025-04"):
        forecast(rows, to="2024-02", scorecard=scorecard)
    with pytest.raises(BscError, match="'soon' is not a period"):
        forecast(rows, to="soon")


def test_arguments_out_of_range():
    for horizon in (0, 1.5, True, 121):
        with pytest.raises(BscError, match="a forecast cannot reach so far"):
            forecast(months(noise(30)), horizon=horizon)
    for level in (0, 1, 90):
        with pytest.raises(BscError, match="a band cannot hold this share"):
            forecast(months(noise(30)), level=level)
    with pytest.raises(ActualsError, match="there is no actual"):
        forecast(months([np.nan]))


def test_quarters_are_forecast_as_quarters():
    scorecard, actuals = load_dataset("meridian")
    ahead = forecast(actuals, scorecard=scorecard).query("kpi == 'user-nps' and unit == ''")
    assert ahead["period"].tolist() == ["2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2"]


def test_the_chance_of_a_target_is_that_of_the_band():
    values = 10 + noise(60)
    scorecard = card(kpi(target=[{"period": "2027-06", "value": 10.0}], baseline={"period": "2022-01", "value": 20}))
    row = target_chances(table(values), scorecard).iloc[0]
    assert row["period"] == "2027-06"
    assert 0.2 < row["chance"] < 0.8
    for edge, chance in (("low_90", 0.05), ("high_90", 0.95), ("low_80", 0.1), ("high_80", 0.9)):
        moved = card(
            kpi(target=[{"period": "2027-06", "value": float(row[edge])}], baseline={"period": "2022-01", "value": 20})
        )
        assert target_chances(table(values), moved)["chance"].iloc[0] == pytest.approx(chance)
        higher = card(
            kpi(
                target=[{"period": "2027-06", "value": float(row[edge])}],
                baseline={"period": "2022-01", "value": 0},
                direction="higher_is_better",
            )
        )
        assert target_chances(table(values), higher)["chance"].iloc[0] == pytest.approx(1 - chance)


def test_a_target_that_has_passed_is_looked_at_a_year_ahead():
    scorecard = card(kpi(target=[{"period": "2023-06", "value": 4}], baseline={"period": "2022-01", "value": 20}))
    assert target_chances(table(noise(60)), scorecard)["period"].tolist() == ["2027-12"]


def test_a_range_is_made_between_its_edges():
    scorecard = card(kpi(direction="within_range", target=[8, 12], baseline=None))
    row = target_chances(table(10 + 0.5 * noise(60)), scorecard).iloc[0]
    assert (row["target"], row["target_high"]) == (8, 12)
    assert row["chance"] > 0.95


def test_what_cumulates_is_held_against_its_months():
    scorecard = card(kpi(cumulates="year", aggregate="sum", target=120, baseline=240))
    row = target_chances(table(10 + 0.5 * noise(60)), scorecard).iloc[0]
    assert row["target"] == pytest.approx(10)
    assert 0.1 < row["chance"] < 0.9
