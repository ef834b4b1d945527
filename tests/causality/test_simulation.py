"""Actuals from a known truth: worked out by hand where chance is off, and the same again where it is on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import plain_card as card

from bsclib.causality.simulation import simulate, true_series
from bsclib.causality.truth import build_truth
from bsclib.errors import ScorecardError


def series(actuals, kpi, unit="", column="actual"):
    rows = actuals[(actuals["kpi"] == kpi) & (actuals["unit"] == unit)]
    return rows[column].tolist()


NOISY = {"level": 10, "noise": 1, "own": 0.5, "decimals": 6}


def test_an_effect_follows_its_cause_after_the_lag_and_settles_at_by_over_one_less_own():
    truth = build_truth(
        {
            "processes": {"cause": {"level": 1}, "effect": {"level": 100, "own": 0.5, "decimals": 4}},
            "links": [{"cause": "cause", "effect": "effect", "lag": 2, "by": 3}],
            "pushes": [{"process": "cause", "by": 2, "start": "2020-02"}],
        }
    )
    found = simulate(card(cause={}, effect={}), truth, months=8)
    assert series(found, "cause") == [1, 3, 3, 3, 3, 3, 3, 3]
    assert series(found, "effect") == [100, 100, 100, 106, 109, 110.5, 111.25, 111.625]
    assert true_series(truth, months=60)["effect"][-1, 0] == pytest.approx(100 + 3 * 2 / (1 - 0.5))


def test_links_chain_within_the_month_and_feedback_comes_back_after_its_lag():
    truth = build_truth(
        {
            "processes": {"c": {"level": 0}, "b": {"level": 0}, "a": {"level": 0, "decimals": 2}},
            "links": [
                {"cause": "a", "effect": "b", "by": 2},
                {"cause": "b", "effect": "c", "by": 5},
                {"cause": "c", "effect": "a", "lag": 1, "by": 0.05},
            ],
            "pushes": [{"process": "a", "by": 1, "start": "2020-01", "until": "2020-01"}],
        }
    )
    found = true_series(truth, months=3)
    assert [found[name][:, 0].tolist() for name in "abc"] == [[1, 0.5, 0.25], [2, 1, 0.5], [10, 5, 2.5]]


def test_trend_season_offset_and_size_add_up():
    truth = build_truth(
        {
            "first": "2020-12",
            "units": {"Oslo": 2, "Rome": 1},
            "seasons": {"winter": [1, *[0] * 10, 3]},
            "processes": {
                "people": {"level": 10, "trend": 24, "season": {"winter": 4}, "offsets": {"Oslo": 1}, "sized": True}
            },
        }
    )
    assert true_series(truth, months=3)["people"].tolist() == [[2 * 23, 22], [2 * 17, 16], [2 * 15, 14]]


def test_a_push_travels_and_a_shift_stays():
    processes = {"cause": {"level": 0}, "effect": {"level": 0}}
    step = [{"process": "cause", "by": 4, "start": "2020-02"}]
    links = [{"cause": "cause", "effect": "effect", "by": 1}]
    pushed = true_series(build_truth({"processes": processes, "links": links, "pushes": step}), months=3)
    shifted = true_series(build_truth({"processes": processes, "links": links, "shifts": step}), months=3)
    assert pushed["effect"][:, 0].tolist() == [0, 4, 4]
    assert shifted["cause"][:, 0].tolist() == [0, 4, 4]
    assert shifted["effect"][:, 0].tolist() == [0, 0, 0]


def test_a_ramp_grows_evenly_in_the_unit_it_names():
    push = {"process": "a", "by": 6, "start": "2020-02", "until": "2020-05", "ramp": 2, "unit": "Rome"}
    truth = build_truth({"units": {"Oslo": 1, "Rome": 1}, "processes": {"a": {"level": 0}}, "pushes": [push]})
    found = true_series(truth, months=6)["a"]
    assert found[:, 1] == pytest.approx([0, 2, 4, 6, 6, 0])
    assert not found[:, 0].any()


def test_a_ratio_has_its_parts_and_a_quarter_adds_them_up():
    truth = build_truth(
        {
            "first": "2020-02",
            "processes": {
                "tickets": {"level": 40, "trend": 120},
                "met": {"level": 91, "of": ["tickets"]},
                "share": {"level": 90, "of": ["tickets"]},
            },
        }
    )
    ratio = {"aggregate": "ratio", "formula": "100 * part / tickets"}
    found = simulate(card(met=ratio, share={**ratio, "frequency": "quarterly"}), truth, months=6)
    assert series(found, "met", column="denominator") == [40, 50, 60, 70, 80, 90]
    assert series(found, "met", column="numerator") == [36, 46, 55, 64, 73, 82]
    assert series(found, "met")[0] == 90.0
    quarter = found[found["kpi"] == "share"]
    assert quarter["period"].tolist() == ["2020-Q2"]
    assert quarter[["actual", "numerator", "denominator"]].to_numpy().tolist() == [[90, 189, 210]]


def test_an_identity_is_arithmetic_on_what_was_counted():
    truth = build_truth(
        {
            "processes": {"spend": {"level": 105.4}, "plan": {"level": 100}},
            "identities": [{"kpi": "over", "numerator": {"spend": 1, "plan": -1}, "denominator": {"plan": 1}}],
        }
    )
    kpi = {"aggregate": "ratio", "formula": "100 * (spend - plan) / plan"}
    found = simulate(card(over=kpi), truth, months=1)
    assert found[["actual", "numerator", "denominator"]].to_numpy().tolist() == [[5, 5, 100]]


@pytest.mark.parametrize(("word", "expected"), [("last", 3), ("mean", 2), ("sum", 6), ("min", 1), ("max", 3)])
def test_months_come_together_by_the_kpis_own_word(word, expected):
    truth = build_truth({"processes": {"a": {"level": 1, "trend": 12}}})
    found = simulate(card(a={"aggregate": word, "frequency": "quarterly"}), truth, months=5)
    assert series(found, "a") == [expected]


def test_gaps_and_a_late_start_are_not_reported():
    truth = build_truth(
        {
            "units": {"Oslo": 1, "Rome": 1},
            "processes": {"a": {"level": 1}, "b": {"level": 1, "first": "2020-03"}},
            "gaps": [{"kpi": "a", "unit": "Rome", "start": "2020-02", "until": "2020-03"}],
        }
    )
    found = simulate(card(a={}, b={}), truth, months=4)
    periods = found.astype({"period": str}).groupby(["unit", "kpi"], observed=True)["period"].agg(list)
    assert periods["Rome", "a"] == ["2020-01", "2020-04"]
    assert periods["Oslo", "a"] == ["2020-01", "2020-02", "2020-03", "2020-04"]
    assert periods["Oslo", "b"] == ["2020-03", "2020-04"]


def test_limits_hold():
    truth = build_truth({"processes": {"a": {"level": 99, "trend": 12, "highest": 100, "lowest": 0}}})
    assert series(simulate(card(a={}), truth, months=4), "a") == [99, 100, 100, 100]


def test_some_are_lost_at_random_when_the_truth_says_so():
    truth = build_truth({"processes": {"a": {"level": 1}}, "missing": 0.2})
    assert 150 < len(simulate(card(a={}), truth, ["u", "v"], months=120)) < 220


@given(st.integers(min_value=0, max_value=2**64))
def test_a_seed_says_it_all(seed):
    truth = build_truth({"processes": {"a": NOISY, "b": NOISY}})
    one, again = (simulate(card(a={}, b={}), truth, months=12, rng=seed) for _ in range(2))
    pd.testing.assert_frame_equal(one, again)
    other = simulate(card(a={}, b={}), truth, months=12, rng=seed + 1)
    assert series(one, "a") != series(other, "a")
    assert series(one, "a") != series(one, "b")


def test_a_generator_or_a_seed_sequence_is_taken_and_no_global_state_is_touched():
    truth = build_truth({"processes": {"a": NOISY}})
    state = np.random.get_state()[1].tolist()  # noqa: NPY002 - that it stays as it is, is the point
    first, second = (true_series(truth, rng=np.random.default_rng(3))["a"] for _ in range(2))
    assert (first == second).all()
    rng = np.random.default_rng(3)
    assert (true_series(truth, rng=rng)["a"] == first).all()
    assert (true_series(truth, rng=rng)["a"] != first).any()
    children = np.random.SeedSequence(3).spawn(2)
    assert (true_series(truth, rng=children[0])["a"] != true_series(truth, rng=children[1])["a"]).any()
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002 - as above


def test_more_months_another_process_or_a_push_leave_chance_as_it_was():
    alone = build_truth({"processes": {"a": NOISY}})
    both = build_truth({"processes": {"b": NOISY, "a": NOISY}})
    pushed = build_truth({"processes": {"a": NOISY}, "pushes": [{"process": "a", "by": 7, "start": "2021-01"}]})
    short = true_series(alone, months=24)["a"]
    assert (true_series(alone, months=36)["a"][:24] == short).all()
    assert (true_series(both, months=24)["a"] == short).all()
    assert true_series(pushed, months=24)["a"][12:] - short[12:] == pytest.approx(np.full((12, 1), 7.0))


def test_chance_has_the_spread_and_memory_that_are_stated():
    truth = build_truth({"processes": {"a": {"level": 0, "noise": 2, "own": 0.6}}})
    found = true_series(truth, [f"u{n}" for n in range(40)], months=240)["a"]
    assert found.std() == pytest.approx(2 / np.sqrt(1 - 0.6**2), rel=0.05)
    assert np.corrcoef(found[1:].ravel(), found[:-1].ravel())[0, 1] == pytest.approx(0.6, abs=0.03)


def test_units_share_a_common_process_and_differ_by_their_spread():
    common = {"level": 0, "noise": 1, "common": True}
    truth = build_truth({"processes": {"a": common, "b": {**common, "spread": 3}}})
    found = true_series(truth, [f"u{n}" for n in range(200)], months=3)
    assert (found["a"] == found["a"][:, :1]).all()
    lasting = found["b"] - found["b"][:, :1]
    assert lasting[0] == pytest.approx(lasting[2])
    assert found["b"][0].std() == pytest.approx(3, rel=0.15)


def test_a_regression_finds_the_effect_that_was_put_in():
    truth = build_truth(
        {
            "processes": {"x": {"level": 5, "noise": 1, "own": 0.5}, "y": {"level": 5, "noise": 1, "own": 0.4}},
            "links": [{"cause": "x", "effect": "y", "lag": 3, "by": 0.7}],
        }
    )
    found = true_series(truth, months=4000)
    x, y = found["x"][:, 0], found["y"][:, 0]
    design = np.column_stack([y[3:-1], x[1:-3], np.ones(len(x) - 4)])
    own, by, _ = np.linalg.lstsq(design, y[4:], rcond=None)[0]
    assert own == pytest.approx(0.4, abs=0.05)
    assert by == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize(
    ("kpi", "processes", "message"),
    [
        ({}, {"b": {"level": 1}}, "there is no process for the KPI 'a'"),
        ({"aggregate": "ratio"}, {"a": {"level": 1}}, "the KPI 'a' is a ratio, and nothing is said of its parts"),
        ({"frequency": "daily"}, {"a": {"level": 1}}, "this frequency is not simulated. Got: daily"),
    ],
)
def test_a_scorecard_that_the_truth_does_not_cover_is_refused(kpi, processes, message):
    with pytest.raises(ScorecardError, match=message):
        simulate(card(a=kpi), build_truth({"processes": processes}))
