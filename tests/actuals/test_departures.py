import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oddities import card, kpi

from bsclib import read_actuals, read_scorecard
from bsclib.actuals.departures import find_departures
from bsclib.errors import ActualsError, UnknownNameError
from bsclib.model.periods import period_of

START = 2020 * 12


def series(values, id="k0", unit="", start=START):
    return pd.DataFrame(
        {"unit": unit, "kpi": id, "period": [period_of(start + at) for at in range(len(values))], "actual": values}
    )


def noise(length, seed=0):
    return np.random.default_rng(seed).normal(size=length)


def left(actuals, scorecard=None, id="k0", unit=None):
    return find_departures(actuals, scorecard or card(), unit)[id].to_numpy()


def test_a_trend_and_a_season_leave_nothing():
    month = np.arange(48)
    season = np.tile(noise(12), 4)
    assert left(series(5 + 0.3 * month + season)).tolist() == [0.0] * 48


def test_what_is_left_is_the_residual_of_least_squares():
    values = noise(36) + np.arange(36)
    terms = np.column_stack([np.arange(36), *(np.arange(36) % 12 == time for time in range(12))]).astype(float)
    fitted = terms @ np.linalg.lstsq(terms, values, rcond=None)[0]
    assert left(series(values)) == pytest.approx(values - fitted)


def test_a_season_is_taken_out_from_24_months_on():
    season = np.tile(np.eye(12)[11] * 9, 2)
    assert np.abs(left(series(season[1:]))).max() > 1
    assert left(series(season)) == pytest.approx(0)


@pytest.mark.parametrize("kind", ["tool_change", "definition_change", "reorganisation"])
def test_a_break_is_a_step_from_its_month_on(kind):
    values = np.where(np.arange(20) >= 8, 7.0, 3.0)
    broken = card(events=[{"period": "2020-09", "kind": kind, "kpis": ["k0"]}])
    assert left(series(values), broken) == pytest.approx(0)
    assert np.abs(left(series(values))).max() > 0.5


def test_a_one_off_is_a_pulse_and_its_month_says_nothing():
    values = noise(20)
    odd = values.copy()
    odd[8] += 100
    once = card(events=[{"period": "2020-09", "kind": "one_off"}])
    found = left(series(odd), once)
    assert np.flatnonzero(np.isnan(found)).tolist() == [8]
    without = left(series(np.where(np.arange(20) == 8, np.nan, values)))
    assert found == pytest.approx(without, nan_ok=True)


def test_events_touch_the_kpis_they_name():
    values = np.where(np.arange(20) >= 8, 7.0, 3.0)
    both = pd.concat([series(values), series(values, "k1")])
    events = [{"period": "2020-09", "kind": "tool_change", "kpis": ["k1"]}]
    found = find_departures(both, card(kpi("k0"), kpi("k1"), events=events))
    assert found["k1"].to_numpy() == pytest.approx(0)
    assert np.abs(found["k0"]).max() > 0.5


def test_an_event_of_a_whole_quarter_covers_its_months():
    values = noise(20)
    values[6:9] += 50
    once = card(events=[{"period": "2020-Q3", "kind": "one_off"}])
    assert np.abs(np.delete(left(series(values), once), [6, 7, 8])).max() < 5


def test_missing_months_stay_missing():
    values = noise(40)
    values[[4, 5, 18]] = np.nan
    assert np.flatnonzero(np.isnan(left(series(values)))).tolist() == [4, 5, 18]
    gap = pd.concat([series(noise(3)), series(noise(3, 1), start=START + 6)])
    found = find_departures(gap, card())
    assert list(found.index) == [period_of(START + at) for at in range(9)]
    assert found["k0"].isna().tolist() == [False] * 3 + [True] * 3 + [False] * 3


def test_a_time_of_the_year_seen_once_says_nothing():
    values = noise(36)
    values[[5, 17]] = np.nan
    assert np.flatnonzero(np.isnan(left(series(values)))).tolist() == [5, 17, 29]


@pytest.mark.parametrize("length", [1, 2])
def test_a_series_as_short_as_its_terms_leaves_nothing_to_judge(length):
    assert np.isnan(left(series(noise(length)))).all()


def test_a_quarter_stands_in_its_last_month():
    quarters = [f"{2020 + at // 4}-Q{at % 4 + 1}" for at in range(12)]
    actuals = pd.DataFrame({"kpi": "k0", "period": quarters, "actual": noise(12)})
    found = find_departures(actuals, card(kpi(frequency="quarterly")))["k0"]
    assert len(found) == 36
    assert np.flatnonzero(found.notna()).tolist() == list(range(2, 36, 3))
    own = noise(12)
    terms = np.column_stack([np.arange(12), *(np.arange(12) % 4 == time for time in range(4))]).astype(float)
    fitted = terms @ np.linalg.lstsq(terms, own, rcond=None)[0]
    assert found.dropna().to_numpy() == pytest.approx(own - fitted)


def test_a_one_off_inside_a_quarter_covers_the_quarter():
    quarters = [f"{2020 + at // 4}-Q{at % 4 + 1}" for at in range(6)]
    actuals = pd.DataFrame({"kpi": "k0", "period": quarters, "actual": noise(6)})
    once = card(kpi(frequency="quarterly"), events=[{"period": "2020-07", "kind": "one_off"}])
    found = find_departures(actuals, once)["k0"]
    assert np.isnan(found["2020-09"])
    assert found.notna().sum() == 5


def test_a_year_stands_in_its_last_month():
    actuals = pd.DataFrame({"kpi": "k0", "period": ["2018", "2019", "2020", "2021"], "actual": [1.0, 2, 4, 3]})
    found = find_departures(actuals, card(kpi(frequency="yearly")))["k0"].dropna()
    assert list(found.index) == ["2018-12", "2019-12", "2020-12", "2021-12"]


def test_weeks_are_brought_to_months():
    weeks = [f"2020-W{at:02d}" for at in range(1, 50)]
    found = find_departures(pd.DataFrame({"kpi": "k0", "period": weeks, "actual": noise(49)}), card())
    assert found["k0"].notna().sum() == 12


def test_units_are_pooled_as_for_scoring():
    north, south = noise(30), noise(30, 1)
    both = pd.concat([series(north, unit="North"), series(south, unit="South")])
    assert left(both) == pytest.approx(left(series((north + south) / 2)))
    assert left(both, unit="North") == pytest.approx(left(series(north)))
    assert left(both, card(kpi(across_units="sum"))) == pytest.approx(left(series(north + south)))


def test_units_that_report_a_quarter_make_the_whole_quarterly():
    quarters = [f"{2020 + at // 4}-Q{at % 4 + 1}" for at in range(8)]
    south = pd.DataFrame({"unit": "South", "kpi": "k0", "period": quarters, "actual": noise(8)})
    both = pd.concat([series(noise(24), unit="North"), south])
    assert np.flatnonzero(find_departures(both, card())["k0"].notna()).tolist() == list(range(2, 24, 3))
    assert find_departures(both, card(), "North")["k0"].notna().all()


def test_an_actual_of_the_whole_goes_before_its_units():
    whole, units = noise(30), series(noise(30, 1), unit="North")
    assert left(pd.concat([series(whole), units])) == pytest.approx(left(series(whole)))


@given(
    st.integers(3, 40),
    st.floats(-1e6, 1e6),
    st.floats(-1e3, 1e3),
    st.floats(1e-3, 1e3),
    st.integers(0, 5),
    st.sampled_from(["tool_change", "one_off"]),
)
def test_trend_level_and_unit_of_measure_do_not_matter(length, level, slope, factor, seed, kind):
    values = noise(length, seed)
    scorecard = card(events=[{"period": period_of(START + length // 2), "kind": kind}])
    plain = left(series(values), scorecard)
    moved = left(series(factor * (values + level + slope * np.arange(length))), scorecard)
    size = factor * (abs(level) + abs(slope) * length + 10)
    assert moved == pytest.approx(factor * plain, abs=1e-9 * size, nan_ok=True)
    assert np.nansum(moved) == pytest.approx(0, abs=1e-9 * size * length)


@pytest.mark.parametrize("size", [1e-300, 1e16])
def test_sizes_beyond_all_measure(size):
    found = left(series(noise(30) * size))
    assert found / size == pytest.approx(left(series(noise(30))))


def test_the_shipped_case():
    actuals, scorecard = read_actuals("meridian"), read_scorecard("meridian")
    found = find_departures(actuals, scorecard)
    assert found.shape == (60, len(scorecard.kpis))
    assert found["engagement"].notna().sum() == 20
    assert found["availability"].isna().to_numpy().nonzero()[0].tolist() == [list(found.index).index("2022-11")]
    assert set(find_departures(actuals, scorecard, "Genoa").columns) == set(found.columns)


def test_bad_input():
    with pytest.raises(UnknownNameError, match=r"no unit in the actuals 'Nroth'.*did you mean 'North'"):
        find_departures(series(noise(3), unit="North"), card(), "Nroth")
    with pytest.raises(ActualsError, match="there is no KPI 'k9'"):
        find_departures(series(noise(3), "k9"), card())
    with pytest.raises(ActualsError, match="no actuals to score"):
        find_departures(series([]), card())
