import numpy as np
import pandas as pd
import pytest
from oddities import card, kpi

from bsclib import load_dataset
from bsclib.signals import process_behaviour, rank_signals, variation_and_assurance
from bsclib.signals.assurance import assurance


@pytest.mark.parametrize(
    ("limits", "answer"),
    [((1, 3), "never_met"), ((5, 7), "always_met"), ((1, 5), "hit_and_miss")],
)
def test_nhs_assurance(limits, answer):
    assert assurance(*limits, 4, 4, "higher_is_better") == answer
    mirrored = (-limits[1], -limits[0])
    assert assurance(*mirrored, -4, -4, "lower_is_better") == answer


def test_a_range_is_met_where_the_limits_lie_in_it():
    found = [
        assurance(*limits, 60, 80, "within_range") for limits in ((65, 75), (50, 70), (81, 90), (20, 50), (50, 90))
    ]
    assert found == ["always_met", "hit_and_miss", "never_met", "never_met", "hit_and_miss"]


def words(values, **more):
    periods = pd.period_range("2022-01", periods=len(values), freq="M").astype(str)
    actuals = pd.DataFrame({"kpi": "k0", "period": periods, "actual": values})
    scorecard = card(kpi(**more))
    return variation_and_assurance(process_behaviour(actuals, scorecard), scorecard).iloc[0]


def test_a_signal_has_a_direction_and_the_mirror_has_the_other():
    values = np.random.default_rng(1).normal(10, 1, 30)
    values[-1] = 20
    assert words(values)["variation"] == "worsening"
    assert words(values, direction="higher_is_better", baseline=2)["variation"] == "improving"
    away = words(values, direction="within_range", target=[8, 12], baseline=None)
    back = words(values - 10, direction="within_range", target=[8, 12], baseline=None)
    assert [away["variation"], back["variation"]] == ["worsening", "improving"]


def test_a_steady_trend_is_a_variation_though_no_point_is_a_signal():
    values = 50 - 0.5 * np.arange(40) + np.random.default_rng(4).normal(0, 0.5, 40)
    found = words(values)
    assert (found["variation"], found["rule"]) == ("improving", "")


def test_too_few_points_say_so_for_both():
    found = words([1.0, 2.0, 3.0])
    assert (found["variation"], found["assurance"]) == ("too_little_data", "too_little_data")


def test_a_target_that_is_passed_is_always_met():
    assert words(np.random.default_rng(2).normal(1, 0.5, 30))["assurance"] == "always_met"


def test_a_units_own_target_is_what_it_is_held_against():
    scorecard = card(kpi(aggregate="mean", unit_targets=[{"unit": "north", "target": 20}]))
    values = np.random.default_rng(2).normal(10, 1, 30)
    periods = pd.period_range("2022-01", periods=30, freq="M").astype(str)
    actuals = pd.concat(
        [pd.DataFrame({"unit": unit, "kpi": "k0", "period": periods, "actual": values}) for unit in ("north", "south")]
    )
    found = variation_and_assurance(process_behaviour(actuals, scorecard), scorecard).set_index("unit")
    assert found["assurance"].to_dict() == {"": "never_met", "north": "always_met", "south": "never_met"}


def test_signals_are_ranked_by_surprise():
    scorecard, actuals = load_dataset("meridian")
    chart = process_behaviour(actuals, scorecard)
    ranked = rank_signals(chart, scorecard, "2026-01")
    assert set(zip(ranked["unit"], ranked["kpi"], strict=True)) == set(
        chart.query("period == '2026-01' and signal")[["unit", "kpi"]].itertuples(index=False, name=None)
    )
    assert ranked["surprise"].is_monotonic_decreasing
    assert ranked["surprise"].min() > 1
    assert ranked["variation"].isin(["improving", "worsening"]).all()
