"""What matters most, when an initiative earns its cost, which scenario is best."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from worlds import card_of, long

from bsclib import BscError, UnknownNameError
from bsclib.model import periods
from bsclib.model.build import build
from bsclib.model.initiatives import Change, Initiative
from bsclib.scenarios.fitting import fit_map
from bsclib.scenarios.questions import break_even, drivers

CHANGES = [{"kpi": "a", "by": 0.2}]
INITIATIVES = [
    {"id": "dear", "name": "Dear", "cost": 1e9, "changes": CHANGES},
    {"id": "fair", "name": "Fair", "cost": 100, "changes": CHANGES},
    {"id": "risky", "name": "Risky", "cost": 100, "changes": [{**CHANGES[0], "chance": 0.5}]},
    {"id": "free", "name": "Free", "changes": CHANGES},
]


@pytest.fixture(scope="module")
def fit():
    random = np.random.default_rng(2)
    values = pd.DataFrame(random.normal(0.5, 1e-3, size=(36, 3)), columns=["a", "r", "zero"])
    values["zero"] = 0.0
    ranged = {"direction": "within_range", "target": [0.6, 0.9], "floor": [0, 1]}
    card = card_of([*values, "never"], [], r=ranged)
    card = build({**card.model_dump(exclude_unset=True), "perspectives": "it", "initiatives": INITIATIVES})
    return fit_map(card, long(values))


def test_break_even_by_hand(fit):
    # A third of the score is a's: 0.2 more are 20 / 3 points in each of twelve months, at 30 a point and year 200.
    found = break_even(fit, "fair", 30, horizon=12, draws=200).iloc[0]
    assert found["earned"] == pytest.approx(200, rel=0.01)
    assert found["share"] == pytest.approx(0.5, rel=0.01)
    assert found["low"] <= found["share"] <= found["high"]
    risky = break_even(fit, "risky", 30, horizon=12, draws=400).iloc[0]
    assert risky["share"] == pytest.approx(1, abs=0.15)
    assert risky["high"] == np.inf


def test_money_that_is_spent_decides_nothing(fit):
    """Fair, begun two months before the first month ahead, has a third of its cost and all of its effect to come."""
    card, first = fit.scorecard, fit.month + 1
    before = {"months": 3, "start": periods.period_of(first - 2)}
    slow = tuple(one.model_copy(update=before | {"changes": (later(one.changes[0]),)}) for one in card.initiatives[:1])
    half = break_even(replace(fit, scorecard=card.model_copy(update={"initiatives": slow})), slow[0].id, 30, 12, 200)
    assert half["still_to_pay"].item() == pytest.approx(slow[0].cost / 3)
    whole = break_even(fit, slow[0].id, 30, horizon=12, draws=200)
    assert half["earned"].item() == pytest.approx(whole["earned"].item())
    assert half["share"].item() == pytest.approx(whole["share"].item() / 3, rel=0.05)


def later(change):
    """The same, two months after its start."""
    return change.model_copy(update={"delay": change.delay + 2})


def test_several_are_paid_for_together(fit):
    both = break_even(fit, ["fair", "free"], 30, horizon=12, draws=200).iloc[0]
    assert (both["initiative"], both["still_to_pay"]) == ("fair, free", 100)
    # 0.4 more of 0.5 are 40 / 3 points of the score.
    assert both["earned"] == pytest.approx(400, rel=0.01)
    assert both["share"] == pytest.approx(0.25, rel=0.01)
    with pytest.raises(BscError, match="none is named"):
        break_even(fit, [], 30)


def test_what_waits_begins_when_all_that_it_waits_for_has_ended(fit):
    """Fair takes 3 months and Risky 2: Free, which waits for Risky, works in 7 of 12 months, asked in any order."""
    small, after = Change(kpi="a", by=0.1), {"fair": (3, ()), "risky": (2, ("fair",)), "free": (1, ("risky",))}
    works = tuple(
        Initiative(id=id, name=id, cost=1, months=months, after=before, changes=[small])
        for id, (months, before) in after.items()
    )
    waiting = replace(fit, scorecard=fit.scorecard.model_copy(update={"initiatives": works}))
    alone, all_three = (
        break_even(waiting, ids, 30, horizon=12, draws=200)["earned"].iloc[0]
        for ids in ("fair", ["free", "risky", "fair"])
    )
    assert all_three / alone == pytest.approx(1 + 9 / 12 + 7 / 12, rel=0.02)


def test_what_never_earns_its_cost_and_what_has_none(fit):
    assert break_even(fit, "dear", 1, draws=200)["share"].iloc[0] == np.inf
    assert break_even(fit, "free", 1, draws=200)["share"].iloc[0] == 0


@pytest.mark.parametrize("worth", [0, -3, np.nan, np.inf, "much", True, None])
def test_a_point_is_worth_something(fit, worth):
    with pytest.raises(BscError, match="a point has to be worth something"):
        break_even(fit, "fair", worth)


def test_only_kpis_that_can_be_moved_for_the_better(fit):
    table = drivers(fit, horizon=3, draws=200)
    assert dict(zip(table["kpi"], table["change"], strict=True)) == {"r": "+10%", "a": "+10%"}
    assert set(drivers(fit, by="+0.1", horizon=3, draws=200)["kpi"]) == {"a", "r", "zero"}
    assert drivers(fit, by="-0.1", horizon=3, draws=200)["change"].unique().tolist() == ["+0.1"]


@pytest.mark.parametrize(
    ("asked", "kind", "words"),
    [
        ({"goal": "scorr"}, UnknownNameError, "there is no KPI, objective or perspective 'scorr'"),
        ({"by": "=3"}, BscError, "a level is no size"),
        ({"by": 10}, BscError, r"a level is no size. Got: =10. Fix: write \+10%"),
        ({"by": "much"}, BscError, "this is not a change"),
        ({"horizon": 0}, BscError, "this is no number of months ahead"),
        ({"draws": 3}, BscError, "so many do not make a band"),
        ({"rng": "x"}, BscError, "this makes no random numbers"),
    ],
)
def test_what_cannot_be_asked(fit, asked, kind, words):
    with pytest.raises(kind, match=words):
        drivers(fit, **asked)


def test_what_was_asked_is_kept_beside_the_answer(fit):
    table = drivers(fit, by="-5%", horizon=3, draws=200)
    assert table[["change", "goal", "horizon"]].drop_duplicates().to_numpy().tolist() == [["+5%", fit.scorecard.id, 3]]
    assert set(drivers(fit, "a", horizon=3, draws=200)["goal"]) == {"a"}


def test_unknown_initiative(fit):
    with pytest.raises(UnknownNameError, match="did you mean 'fair'"):
        break_even(fit, "fiar", 1)
