"""What would really have happened: worked out by hand, and held against the generator itself with the same chance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import plain_card as card
from strategies import few

from bsclib import read_scorecard
from bsclib.actuals.aggregate import monthly
from bsclib.causality.simulation import simulate
from bsclib.causality.truth import Step, Truth, build_truth
from bsclib.errors import ScorecardError
from bsclib.model.initiatives import Change, Initiative
from bsclib.reporting.scenario_text import coverage_sentence
from bsclib.scenarios import fit_map, project
from bsclib.scenarios.counterfactual import as_steps, compare_with_truth, true_effects
from bsclib.study.lessons.props import known_truth

CHAIN = build_truth(
    {
        "processes": {
            "cause": {"level": 1, "noise": 1, "decimals": 6},
            "middle": {"level": 50, "own": 0.5, "noise": 1, "trend": 3, "decimals": 6},
            "end": {"level": 9, "own": 0.2, "noise": 2, "decimals": 6},
        },
        "links": [
            {"cause": "cause", "effect": "middle", "lag": 2, "by": 3},
            {"cause": "middle", "effect": "end", "lag": 1, "by": -0.4},
        ],
    }
)
CARD = card(cause={}, middle={}, end={})


def of(found, id, column="effect"):
    return found.loc[found["id"] == id, column].tolist()


def push(by, start="2020-03", **more):
    return Step(process="cause", by=by, start=start, **more)


def test_by_hand():
    found = true_effects(CARD, CHAIN, [push(2)], last="2020-02", horizon=6)
    assert found["period"].unique().tolist() == [f"2020-0{month}" for month in range(3, 9)]
    assert of(found, "cause") == [2] * 6
    assert of(found, "middle") == [0, 0, 6, 9, 10.5, 11.25]
    assert of(found, "end") == pytest.approx([0, 0, 0, -2.4, -4.08, -5.016])
    assert set(of(found, "middle", "long_run")) == {12.0}  # 3 * 2 / (1 - 0.5)
    assert set(of(found, "end", "long_run")) == {-6.0}  # -0.4 * 12 / (1 - 0.2)


@few
@given(by=st.floats(-5, 5), ramp=st.integers(0, 6), seed=st.integers(0, 99), months=st.integers(1, 20))
def test_it_is_what_simulated_actuals_differ_by(by, ramp, seed, months):
    step = push(by, start="2020-05", ramp=ramp)
    pushed = CHAIN.model_copy(update={"pushes": (step,)})
    plain, moved = (simulate(CARD, one, months=4 + months, rng=seed) for one in (CHAIN, pushed))
    difference = moved.set_index(["period", "kpi"])["actual"] - plain.set_index(["period", "kpi"])["actual"]
    found = true_effects(CARD, CHAIN, [step], last="2020-04", horizon=months)
    for row in found.itertuples():
        assert difference[row.period, row.id] == pytest.approx(row.effect, abs=5e-6)


def test_in_the_long_run_the_last_month_comes_to_it():
    found = true_effects(CARD, CHAIN, [push(1, ramp=5)], last="2020-02", horizon=60)
    last = found[found["period"] == found["period"].max()]
    assert last["effect"].tolist() == pytest.approx(last["long_run"].tolist())


def test_what_ends_leaves_nothing_in_the_long_run():
    found = true_effects(CARD, CHAIN, [push(1, until="2020-04")], last="2020-02", horizon=4)
    assert of(found, "cause") == [1, 1, 0, 0]
    assert set(found["long_run"]) == {0.0}


def test_moves_add_up():
    one, two = push(1), Step(process="middle", by=4, start="2020-04")
    both = true_effects(CARD, CHAIN, [one, two], last="2020-02", horizon=9)["effect"]
    alone = [true_effects(CARD, CHAIN, [step], last="2020-02", horizon=9)["effect"] for step in (one, two)]
    assert both.tolist() == pytest.approx((alone[0] + alone[1]).tolist())


def test_nothing_moves_by_itself():
    assert true_effects(CARD, CHAIN, [], last="2020-02", horizon=3)["effect"].eq(0).all()


def test_feedback_settles_or_is_not_said_to():
    def circle(by):
        links = [{"cause": "a", "effect": "b", "lag": 1, "by": by}, {"cause": "b", "effect": "a", "lag": 1, "by": by}]
        return build_truth({"processes": {"a": {"level": 0}, "b": {"level": 0}}, "links": links})

    step = Step(process="a", by=1, start="2020-02")
    found = true_effects(card(a={}, b={}), circle(0.5), [step], last="2020-01", horizon=40)
    assert of(found, "a")[-1] == pytest.approx(of(found, "a", "long_run")[0]) == pytest.approx(1 / 0.75)
    wild = true_effects(card(a={}, b={}), circle(1.5), [step], last="2020-01", horizon=3)
    assert wild["long_run"].isna().all()


UNITS = build_truth(
    {
        "units": {"Oslo": 2, "Rome": 1},
        "processes": {
            "sum": {"level": 5, "decimals": 3},
            "sized": {"level": 5, "sized": True, "decimals": 3},
            "share": {"level": 50, "of": ["volume"], "decimals": 6},
            "end": {"level": 4, "decimals": 6},
            "volume": {"level": 100, "sized": True},
        },
        "links": [{"cause": one, "effect": "end", "by": 0.5} for one in ("sum", "sized", "share")],
    }
)
SPREAD = card(
    sum={"aggregate": "sum", "frequency": "quarterly"},
    sized={"aggregate": "last"},
    share={"aggregate": "ratio", "formula": "100 * met / volume", "target": 90},
    end={},
)


@pytest.mark.parametrize(
    ("kpi", "by", "end"),
    [
        ("sum", 6, 0.5),  # a unit more in each of two units, in each of three months
        ("sized", 3, 0.5),  # a unit more where sizes are 2 and 1
        ("share", 3, 1.5),
    ],
)
def test_a_move_is_as_large_as_the_organisation_sees_it(kpi, by, end):
    step = Step(process=kpi, by=by, start="2020-04")
    found = true_effects(SPREAD, UNITS, [step], last="2020-03", horizon=6)
    assert of(found, kpi) == pytest.approx([by] * 6)
    assert of(found, "end") == pytest.approx([end] * 6)
    assert of(found, kpi, "long_run")[0] == pytest.approx(by)
    assert of(found, "end", "long_run")[0] == pytest.approx(end)


def test_one_unit_alone():
    step = Step(process="sized", by=3, start="2020-04")
    found = true_effects(SPREAD, UNITS, [step], last="2020-03", horizon=3, unit="Oslo")
    assert of(found, "sized") == [3] * 3
    assert of(found, "end") == [0.75] * 3  # 1.5 for each of the size of 2, halved on the way


def test_arithmetic_moves_by_itself_and_follows_its_parts():
    truth = build_truth(
        {
            "processes": {"hours": {"level": 10}, "spend": {"level": 500, "decimals": 2}, "users": {"level": 100}},
            "identities": [{"kpi": "each", "numerator": {"spend": 1}, "denominator": {"users": 1}}],
            "links": [{"cause": "hours", "effect": "spend", "lag": 1, "by": 20}],
        }
    )
    shop = card(hours={}, each={"aggregate": "ratio", "formula": "spend / users"})
    found = true_effects(shop, truth, [Step(process="hours", by=5, start="2020-02")], last="2020-01", horizon=3)
    assert of(found, "each") == pytest.approx([0, 1, 1])
    found = true_effects(shop, truth, [Step(process="each", by=5, start="2020-02", ramp=1)], last="2020-01", horizon=3)
    assert of(found, "each") == [2.5, 5, 5]
    assert of(found, "hours") == [0] * 3


def test_the_running_case():
    """At one seed: the actuals with and without the push, counted finely and without bounds."""
    meridian = read_scorecard("meridian")
    truth = known_truth(meridian)
    step = Step(process="training-hours", by=0.6, start="2026-07")
    fine = {"lowest": None, "highest": None, "decimals": 9}
    loose = {id: one.model_copy(update=fine) for id, one in truth.processes.items()}
    free = truth.model_copy(update={"processes": loose})
    worlds = []
    for pushes in (truth.pushes, (*truth.pushes, step)):
        made = simulate(meridian, free.model_copy(update={"pushes": pushes, "missing": 0.0}), months=84)
        rows = monthly(made, meridian)
        worlds.append(rows[rows["unit"] == ""].set_index(["kpi", "period"])["actual"])
    difference = (worlds[1] - worlds[0]).astype(float)
    found = true_effects(meridian, truth, [step], last="2026-06", horizon=24).set_index(["id", "period"])["effect"]
    assert found.index.get_level_values("period").unique().tolist()[::23] == ["2026-07", "2028-06"]
    for id in ("training-hours", "first-contact-resolution", "change-failure-rate", "csat", "major-incidents"):
        at = difference[id].loc["2026-07":"2028-06"]
        assert np.abs(at).max() > 0.005
        assert found[id].to_numpy() == pytest.approx(at.to_numpy(), rel=1e-6, abs=1e-6)
    still = [id for id in difference.index.unique("kpi") if found[id].abs().max() == 0]
    assert "backlog" in still
    assert difference[difference.index.isin(still, level="kpi")].abs().max() < 1e-6


def test_the_truth_must_fit():
    with pytest.raises(ScorecardError, match=r"a move: there is no KPI 'cuase'.*did you mean 'cause'"):
        true_effects(CARD, CHAIN, [Step(process="cuase", by=1, start="2020-03")], last="2020-02")
    with pytest.raises(ScorecardError, match="the truth begins in 2020-01, after the last month before the prediction"):
        true_effects(CARD, CHAIN, [], last="2019-12")
    with pytest.raises(ScorecardError, match="there is no unit 'Oslo'"):
        true_effects(CARD, CHAIN, [], last="2020-02", unit="Oslo")
    with pytest.raises(ScorecardError, match="no process for the KPI 'end'"):
        true_effects(CARD, Truth(processes={id: CHAIN.processes[id] for id in ("cause", "middle")}), [], last="2020-02")


# ---- what was asked


@pytest.fixture(scope="module")
def fit():
    actuals = simulate(MOVED, CHAIN, months=48, rng=3)
    return fit_map(MOVED, actuals)


MOVED = card(cause={}, middle={}, end={}).model_copy(
    update={
        "initiatives": (
            Initiative(id="free", name="Free", changes=(Change(kpi="cause", by=3, delay=1, ramp=2, chance=0.5),)),
            Initiative(
                id="begun",
                name="Begun",
                start="2023-10",
                changes=(Change(kpi="middle", by=4, delay=1, ramp=3),),
            ),
            Initiative(id="done", name="Done", start="2021-01", changes=(Change(kpi="middle", by=4),)),
        )
    }
)


def steps(fit, changes=None, initiatives=None, worked=True):
    found = as_steps(fit, project(fit, changes, initiatives, horizon=6, draws=100), changes, initiatives, worked)
    return [(step.process, step.by, step.start, step.ramp) for step in found]


def test_changes_are_moves(fit):
    assert fit.last == "2023-12"
    (share,) = steps(fit, {"end": "+10%"})
    assert share == ("end", pytest.approx(abs(fit.latest[2]) / 10), "2024-01", 0)
    assert steps(fit, {"cause": "-2", "end": "+1"}) == [("cause", -2, "2024-01", 0), ("end", 1, "2024-01", 0)]


def test_a_level_is_held_from_where_it_was_expected(fit):
    result = project(fit, {"cause": "=7"}, horizon=6, draws=100)
    found = true_effects(MOVED, CHAIN, as_steps(fit, result, {"cause": "=7"}), fit.last, horizon=6)
    expected = result.loc[result["id"] == "cause", "without"].to_numpy(float)
    assert of(found, "cause") == pytest.approx((7 - expected).tolist())


def test_of_initiatives_what_is_still_to_come(fit):
    assert steps(fit, None, ["free"]) == [("cause", 3, "2024-02", 2)]
    assert steps(fit, None, {"free": "2024-03"}, worked=False) == [("cause", 1.5, "2024-04", 2)]
    assert steps(fit, None, ["begun"]) == [("middle", 2, "2024-01", 1)]  # of four parts, two came in 2023
    assert steps(fit, None, ["done"]) == []


@pytest.mark.parametrize("id", ["free", "begun", "done"])
def test_the_moves_are_those_that_were_predicted(fit, id):
    result = project(fit, None, [id], horizon=9, draws=100)
    kpi = next(one for one in MOVED.initiatives if one.id == id).changes[0].kpi
    found = true_effects(MOVED, CHAIN, as_steps(fit, result, None, [id]), fit.last, horizon=9)
    said = result[result["id"] == kpi]
    most = said[["effect_low", "effect_high"]].abs().max(axis=1).to_numpy()
    assert np.abs(of(found, kpi)) == pytest.approx(most, abs=1e-4)


# ---- predictions


def predicted(**columns):
    rows = {"period": ["2020-03"] * 3, "id": ["cause", "end", "do"], "effect": 0.0, "effect_low": 0.0, "effect_high": 0}
    return pd.DataFrame(rows | columns)


def test_a_prediction_beside_the_truth():
    truth = true_effects(CARD, CHAIN, [push(2)], last="2020-02", horizon=2)
    held = compare_with_truth(predicted(effect_low=[1.0, 0.5, 0], effect_high=[2.0, 0.7, 9]), truth)
    assert held["id"].tolist() == ["cause", "end"]  # what has no truth is left out
    assert held["inside"].tolist() == [True, False]
    assert held["truth"].tolist() == [2.0, 0.0]
    said = "Of 2 KPIs that were said to follow, or that did, the band held the truth in 1. It missed end."
    assert coverage_sentence(held) == said


def test_what_was_moved_itself_is_no_prediction():
    truth = true_effects(CARD, CHAIN, [push(2)], last="2020-02", horizon=1)
    held = compare_with_truth(
        predicted(effect=[2.0000001, 0, 0], effect_low=[2.0000001, 0, 0], effect_high=[2, 0, 0]), truth
    )
    assert held["inside"].all()
    assert coverage_sentence(held) == "Nothing was said to follow, and nothing would have followed."


def test_one_that_was_missed():
    truth = true_effects(CARD, CHAIN, [push(2)], last="2020-02", horizon=1)
    said = coverage_sentence(compare_with_truth(predicted(), truth))
    assert said == "Of 1 KPI that was said to follow, or that did, the band held the truth in 0. It missed cause."
