import numpy as np
import pandas as pd
import pytest
from oddities import card

from bsclib import read_actuals, read_scorecard
from bsclib.errors import ActualsError, BscError, UnknownNameError
from bsclib.signals import process_behaviour


def months(values, start="2022-01"):
    return pd.Series(values, index=pd.period_range(start, periods=len(values), freq="M"), name="k0", dtype=float)


def noise(count, seed=1):
    return np.random.default_rng(seed).standard_normal(count)


def table(values, **columns):
    return pd.DataFrame({"kpi": "k0", "period": months(values).index.astype(str), "actual": values, **columns})


def test_the_frame_has_a_row_a_point():
    chart = process_behaviour(months(noise(30)))
    assert chart.columns.tolist()[:11] == [
        *("unit", "kpi", "period", "actual", "centre", "lower", "upper", "moving_range", "signal", "rule", "rests_on")
    ]
    assert len(chart) == 30
    assert chart["signal"].dtype == bool
    assert (chart["rule"].ne("") == chart["signal"]).all()


def test_limits_are_those_of_the_first_24_months_and_stay():
    values = noise(60)
    chart = process_behaviour(months(values), adjust=())
    moved = process_behaviour(months(np.append(values[:24], values[24:] + 9)), adjust=())
    assert chart[["centre", "lower", "upper"]].equals(moved[["centre", "lower", "upper"]])
    ranges = np.abs(np.diff(values[:24])).mean()
    assert chart["centre"].iloc[0] == pytest.approx(values[:24].mean())
    assert chart["upper"].iloc[40] == pytest.approx(values[:24].mean() + 3 / 1.128 * ranges)


def test_a_step_of_six_sigma_is_a_signal_at_once():
    values = noise(48)
    values[36:] += 6
    for baseline in (24, 36, ("2022-01", "2024-12")):
        chart = process_behaviour(months(values), baseline=baseline)
        assert chart["signal"].iloc[36], baseline
        assert chart["rule"].iloc[36] == "outside the limits"


def test_a_scorecard_is_judged_at_once():
    chart = process_behaviour(read_actuals("meridian"), read_scorecard("meridian"))
    assert chart.groupby(["unit", "kpi"]).ngroups == 6 * 27
    assert set(chart["unit"]) == {"", "Antwerp", "Genoa", "Hamburg", "Rotterdam", "Valencia"}
    found = chart.query("unit == 'Genoa' and kpi == 'training-hours' and period >= '2025-08'")
    assert found["signal"].sum() > 4  # the truth: no time for courses from August 2025 on


def test_bad_arguments_are_all_named():
    with pytest.raises(UnknownNameError, match=r"did you mean 'season'(?s:.)*modal"):
        process_behaviour(months(noise(30)), adjust=("saison",), ranges="modal")
    with pytest.raises(UnknownNameError, match="did you mean 'nelson'"):
        process_behaviour(months(noise(30)), rules="nelsen")
    for baseline in (3, True, ("2024-01", "2024-05"), ("2024", "soon"), "2024"):
        with pytest.raises(BscError, match="limits cannot rest on this"):
            process_behaviour(months(noise(30)), baseline=baseline)


def test_a_series_without_months_is_refused():
    with pytest.raises(ActualsError, match="its index has no months"):
        process_behaviour(pd.Series([1.0, 2.0]))
    with pytest.raises(ActualsError, match="its index has no months"):
        process_behaviour(pd.Series([1.0], index=pd.period_range("2024", periods=1, freq="Q")))


def test_duplicate_months_are_refused():
    twice = pd.concat([months(noise(20)), months([1.0])])
    with pytest.raises(ActualsError, match="2022-01"):
        process_behaviour(twice)
    with pytest.raises(ActualsError, match="2022-01"):
        process_behaviour(table(noise(20)).replace({"period": {"2022-02": "2022-01"}}), card())


def test_three_points_have_no_limits_and_it_says_so():
    chart = process_behaviour(months([1.0, 2.0, 3.0]))
    assert chart[["centre", "lower", "upper"]].isna().all(axis=None)
    assert not chart["signal"].any()
    assert chart["rests_on"].unique().tolist() == ["3 months, 12 are needed"]


def test_no_actual_at_all_is_an_error():
    with pytest.raises(ActualsError, match="there is no actual"):
        process_behaviour(months([np.nan, np.nan]))
    for scorecard in (None, card()):
        with pytest.raises(ActualsError, match="there is no actual"):
            process_behaviour(table([np.nan, np.nan]), scorecard)


def test_a_constant_series_has_limits_that_any_change_leaves():
    chart = process_behaviour(months([0.1] * 30))
    assert not chart["signal"].any()
    assert chart["rests_on"].str.endswith("the value never moved").all()
    moved = process_behaviour(months([0.1] * 29 + [0.2]))
    assert moved["signal"].tolist() == [False] * 29 + [True]


def test_a_share_that_is_always_100_percent():
    share = card(
        kpis=[
            {
                **card().kpis[0].model_dump(exclude_unset=True),
                "measured_in": "%",
                "aggregate": "ratio",
                "formula": "100 * met / tickets",
            }
        ]
    )
    actuals = table([100.0] * 30, numerator=50, denominator=50)
    chart = process_behaviour(actuals, share)
    assert not chart["signal"].any()
    assert (chart["upper"] <= 100).all()


def test_a_gap_breaks_a_run_and_has_no_moving_range():
    values = np.append(noise(24), [0.5] * 9)
    whole = process_behaviour(months(values), adjust=())
    values[28] = np.nan
    gapped = process_behaviour(months(values), adjust=())
    assert whole["rule"].iloc[31] == "8 in a row on one side"
    assert not gapped["signal"].iloc[24:].any()
    assert gapped["moving_range"].isna().to_numpy().nonzero()[0].tolist() == [0, 28, 29]


def test_a_zero_denominator_is_a_gap():
    ratio = {**card().kpis[0].model_dump(exclude_unset=True), "aggregate": "ratio", "formula": "errors / jobs"}
    top, bottom = np.random.default_rng(3).poisson(9, 30), np.full(30, 100)
    bottom[13] = 0
    chart = process_behaviour(table([np.nan] * 30, numerator=top, denominator=bottom), card(kpis=[ratio]))
    assert chart["actual"].isna().to_numpy().nonzero()[0].tolist() == [13]
    assert chart["centre"].notna().sum() >= 29
    assert not chart["signal"].iloc[13]


def test_an_event_begins_new_limits_and_one_outside_the_data_does_nothing():
    values = np.append(noise(24), 8 + noise(24, seed=2))
    events = [{"period": "2024-01", "kind": "tool_change", "kpis": ["k0"]}]
    outside = [{"period": "2031-01", "kind": "tool_change"}, {"period": "2001-01", "kind": "one_off"}]
    ignored, honoured = (
        process_behaviour(table(values), card(events=events), adjust=()),
        process_behaviour(table(values), card(events=outside), adjust=()),
    )
    assert ignored["signal"].sum() <= 2
    assert honoured["signal"].iloc[24:].all()
    assert honoured.equals(process_behaviour(table(values), card(), adjust=()))
    assert ignored["rests_on"].iloc[24].startswith("24 months, January 2024 to December 2025")


def test_a_one_off_is_no_signal_and_moves_no_limit():
    values = noise(36)
    odd = values.copy()
    odd[10], odd[30] = 50, 50
    one_offs = [{"period": period, "kind": "one_off"} for period in ("2022-11", "2024-07")]
    chart = process_behaviour(table(odd), card(events=one_offs), adjust=())
    assert not chart["signal"].iloc[[10, 30]].any()
    assert chart["upper"].max() < 8


@pytest.mark.parametrize("adjust", [(), ("season", "trend", "memory")])
def test_signals_do_not_depend_on_the_unit_of_measurement(adjust):
    values = 0.1 * np.arange(60) + noise(60) + np.tile([0.0] * 11 + [4], 5)
    values[50:] += 3
    chart = process_behaviour(months(values), adjust=adjust)
    assert chart["signal"].any()
    for scale, shift in ((1000.0, 3.0), (1e-6, 0.0), (-1.0, 0.0)):
        other = process_behaviour(months(values * scale + shift), adjust=adjust)
        assert other["rule"].equals(chart["rule"])
        sides = ["lower", "upper"] if scale > 0 else ["upper", "lower"]
        assert other[sides].to_numpy() == pytest.approx(chart[["lower", "upper"]].to_numpy() * scale + shift)


def test_quarters_are_points_of_their_own():
    scorecard, actuals = read_scorecard("meridian"), read_actuals("meridian")
    chart = process_behaviour(actuals, scorecard).query("kpi == 'user-nps' and unit == ''")
    assert chart["period"].iloc[-1] == "2026-Q2"
    assert chart["centre"].notna().all()
