import numpy as np
import pandas as pd
import pytest
from samples import desk

from bsclib.design.selection.choice import choose
from bsclib.errors import BscError, UnknownNameError

CARD = desk()
WORTH = {"mttr": 4, "load": 3, "cost": 2, "leavers": 1}


def refused(kind=BscError, worth=WORTH, **constraints):
    with pytest.raises(kind) as caught:
        choose(worth, CARD, **constraints)
    return str(caught.value)


def test_unknown_names_are_named_with_the_nearest():
    said = refused(UnknownNameError, keep=["mtrr"], leave=["lod"], apart=[("cost", "leaver")])
    assert "3 faults" in said
    for where, wrong, right in (("keep", "mtrr", "mttr"), ("leave", "lod", "load"), ("apart", "leaver", "leavers")):
        assert f"{where}: there is no KPI '{wrong}'. Allowed: mttr, load, cost, leavers. Fix: did you mean '{right}'?"
    assert "worth: there is no KPI 'mtrr'" in refused(UnknownNameError, worth={**WORTH, "mtrr": 1})
    assert "cost: there is no KPI 'mtrr'" in refused(UnknownNameError, cost={**WORTH, "mtrr": 1}, budget=3)
    said = refused(UnknownNameError, at_least={"user_orientaton": 1})
    assert "at_least: there is no perspective 'user_orientaton'" in said
    assert "did you mean 'user_orientation'?" in said


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_a_candidate_without_worth_is_named(missing):
    said = refused(worth={**WORTH, "load": missing, "cost": missing})
    assert "worth: KPI 'load' has none. Fix: give it one, or name 'load' in leave." in said
    assert "worth: KPI 'cost' has none" in said
    assert choose({**WORTH, "load": missing}, CARD, leave=["load"]).chosen == ["mttr", "cost", "leavers"]


def test_worth_and_cost_may_be_series():
    worth = pd.Series(WORTH, dtype=float)
    assert choose(worth, CARD, budget=2, cost=pd.Series(1.0, index=worth.index)).chosen == ["mttr", "load"]
    assert "KPI 'leavers' has none" in refused(worth=worth.drop("leavers"))


@pytest.mark.parametrize("odd", ["much", np.inf, -np.inf, True])
def test_worth_is_a_number(odd):
    assert f"worth: that of KPI 'mttr' is not a number. Got: {odd}." in refused(worth={**WORTH, "mttr": odd})


def test_costs():
    assert "cost: a budget needs the cost of each KPI. Fix: give cost" in refused(budget=3)
    assert "cost: KPI 'load' has none" in refused(budget=3, cost={"mttr": 1, "cost": 1, "leavers": 1})
    said = refused(budget=3, cost={**WORTH, "load": -2})
    assert said == "cost: that of KPI 'load' is negative. Got: -2. Allowed: 0 or more."
    for odd in (-1, np.nan, np.inf, "3"):
        assert "budget: this is no budget" in refused(budget=odd, cost=WORTH)
    assert choose(WORTH, CARD, budget=0, cost=dict.fromkeys(WORTH, 0)).chosen == list(WORTH)


@pytest.mark.parametrize(
    ("odd", "what"),
    [(0, "nothing could be chosen"), (-1, "nothing could be chosen")]
    + [(odd, "this is no number of KPIs") for odd in (2.5, True, "3")],
)
def test_at_most_is_a_number_of_kpis(odd, what):
    assert f"at_most: {what}. Got: {odd}. Allowed: a whole number, 1 or more" in refused(at_most=odd)


@pytest.mark.parametrize("odd", [-1, 1.5])
def test_at_least_is_a_number_of_kpis(odd):
    assert "at_least: this is no number of KPIs" in refused(at_least=odd)
    assert "at_least, user_orientation: this is no number of KPIs" in refused(at_least={"user_orientation": odd})


def test_leading_is_a_range_of_shares():
    for odd in (0.3, (0.3,), ("a", "b"), (0.1, 0.2, 0.3)):
        assert "leading: this is no range of shares" in refused(leading=odd)
    for odd in ((0.6, 0.3), (-0.1, 0.5), (0.5, 30)):
        assert "leading: no share of leading KPIs lies in this range" in refused(leading=odd)


def test_pairs_are_two_kpis():
    assert "apart: these are not two different KPIs. Got: mttr, mttr." in refused(apart=[("mttr", "mttr")])
    assert "Got: mttr, load, cost." in refused(apart=[("mttr", "load", "cost")])


def test_what_is_said_twice_is_one_constraint():
    found = choose(
        WORTH, CARD, apart=[("mttr", "load"), ("load", "mttr")], keep=["cost", "cost"], leave=["leavers"] * 2
    )
    assert found.prices["constraint"].tolist() == [
        "not both Mean time to restore and Utilisation",
        "keep Cost",
        "leave out Leavers",
    ]
    assert found.chosen == ["mttr", "cost"]


def test_a_perspective_without_kpis_is_said_so():
    assert "no choice keeps this: at least 1 of 0 KPIs in User orientation. Fix: be content with 0 in" in refused(
        at_least={"user_orientation": 1}
    )
    assert choose(WORTH, CARD, at_least={"user_orientation": 0, "corporate_contribution": 2}, at_most=2).chosen == [
        "cost",
        "leavers",
    ]


def test_one_bare_id_is_no_list_of_ids():
    assert refused(keep="mttr") == "keep: this is no list. Got: 'mttr'. Allowed: a list of ids, such as ['mttr']."
    assert "leave: this is no list. Got: 'load'" in refused(leave="load")
    assert "leave: this is no list. Got: None" in refused(leave=None)
    assert "apart: this is no list. Got: 'mttr'. Allowed: pairs of ids" in refused(apart=["mttr"])


@pytest.mark.parametrize("odd", [[4, 3, 2, 1], None, 3])
def test_numbers_say_whose_they_are(odd):
    said = "this does not say which number is whose. Got: {}. Allowed: a dict or a Series with the id of each"
    assert f"worth: {said.format(odd)}" in refused(worth=odd)
    if odd is not None:
        assert f"cost: {said.format(odd)}" in refused(cost=odd, budget=3)
