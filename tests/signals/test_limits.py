import numpy as np
import pandas as pd
import pytest
from oddities import card, kpi

from bsclib.errors import ActualsError
from bsclib.signals import limits, natural_limits, process_behaviour

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


def charted(formula, top, bottom, **more):
    ratio = card(kpi(aggregate="ratio", formula=formula, **more))
    periods = pd.period_range("2022-01", periods=len(top), freq="M").astype(str)
    rows = pd.DataFrame({"kpi": "k0", "period": periods, "numerator": top, "denominator": bottom})
    return process_behaviour(rows, ratio, adjust=())


def test_a_share_of_counts_has_a_p_chart_that_is_narrower_where_more_is_counted():
    rng = np.random.default_rng(2)
    cases = np.resize([100, 900], 40)
    chart = charted("100 * met / tickets", rng.binomial(cases, 0.8), cases, measured_in="%")
    assert chart["rests_on"].iloc[0].endswith("p chart")
    width = (chart["upper"] - chart["lower"]).to_numpy()
    assert width[0] / width[1] == pytest.approx(3, rel=0.01)
    assert width[0] == pytest.approx(600 * np.sqrt(0.8 * 0.2 / 100), rel=0.1)
    assert chart["signal"].sum() <= 1


def test_laney_widens_a_p_chart_where_more_than_chance_varies():
    rng = np.random.default_rng(2)
    cases = np.full(40, 10_000)
    wild = rng.binomial(cases, rng.normal(0.8, 0.02, 40))
    chart = charted("100 * met / tickets", wild, cases, measured_in="%")
    width = float((chart["upper"] - chart["lower"]).iloc[0])
    assert width > 3 * 600 * np.sqrt(0.8 * 0.2 / 10_000)
    assert chart["signal"].sum() <= 2


def test_events_for_each_case_have_a_u_chart_and_plain_counts_a_c_chart():
    rng = np.random.default_rng(4)
    visits = rng.poisson(30, 40)
    chart = charted("visits / staff", visits, np.full(40, 10))
    assert chart["rests_on"].iloc[0].endswith("u chart")
    assert (chart["upper"] - chart["centre"]).iloc[0] == pytest.approx(3 * np.sqrt(3 / 10), rel=0.1)
    counts = card(kpi(aggregate="sum", measured_in="outages"))
    periods = pd.period_range("2022-01", periods=40, freq="M").astype(str)
    plain = process_behaviour(pd.DataFrame({"kpi": "k0", "period": periods, "actual": rng.poisson(3, 40)}), counts)
    assert plain["rests_on"].iloc[0].endswith("c chart")
    assert (plain["lower"] >= 0).all()


def test_times_have_limits_on_the_log_scale():
    # Raw limits call most of stable log-normal series, limits of logarithms few.
    hours, alarms = card(kpi(measured_in="hours")), []
    periods = pd.period_range("2020-01", periods=48, freq="M").astype(str)
    for seed in range(40):
        values = np.exp(np.random.default_rng(seed).normal(1, 1, 48))
        rows = pd.DataFrame({"kpi": "k0", "period": periods, "actual": values})
        charts = [process_behaviour(rows, scorecard, adjust=(), baseline=36) for scorecard in (hours, card())]
        alarms.append([chart["signal"].iloc[36:].any() for chart in charts])
        assert (charts[0]["lower"] > 0).all()
    logs, raw = np.mean(alarms, axis=0)
    assert logs < 0.35
    assert raw > 0.4
