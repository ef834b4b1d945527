from dataclasses import replace

import numpy as np
import pytest
from budgeted import INITIATIVES, actuals, card, fitted

from bsclib.errors import BscError, UnknownNameError
from bsclib.scenarios import allocate, allocation_stability, fit_map, frontier, project

FAST = {"horizon": 12, "draws": 10}


def fit_with(*initiatives):
    return replace(fitted(), scorecard=card(list(initiatives)))


@pytest.fixture(scope="module")
def found():
    return allocate(fitted(), 45, people=2, **FAST)


def test_what_is_chosen_keeps_to_money_people_and_order(found):
    assert found.optimal
    assert found.gap == 0
    table = found.periods
    assert table["period"].tolist() == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert (table["spent"] <= table["budget"] + 1e-9).all()
    assert (table["people_used"] <= table["people"]).all()
    assert table["spent"].sum() == pytest.approx(found.chosen["still_to_pay"].sum())
    starts = found.chosen.set_index("initiative")["start"]
    if "calm" in starts:
        assert starts["calm"] > starts["train"]


def test_it_is_worth_more_than_nothing_and_told_on_fresh_draws(found):
    assert found.without < found.score < 100
    assert found.low < found.score < found.high
    assert found.score_in_sample != found.score
    assert found.score_in_sample > found.without_in_sample
    assert (found.chosen["alone"] > 0).all()


def test_the_same_question_gets_the_same_answer_and_a_seed_another(found):
    again = allocate(fitted(), 45, people=2, **FAST)
    assert again.score == found.score
    assert again.chosen.equals(found.chosen)
    assert allocate(fitted(), 45, people=2, rng=9, **FAST).score_in_sample != found.score_in_sample


def test_with_money_and_people_for_all_everything_useful_runs_at_once():
    most = allocate(fitted(), 1000, **FAST)
    assert set(most.chosen["initiative"]) >= {"tools", "calm", "train"}
    assert most.periods["people"].isna().all()
    assert most.chosen["start"].iloc[0] == "2026-01"


def test_without_money_nothing_is_chosen_and_that_is_an_answer():
    none = allocate(fitted(), 0, **FAST)
    assert none.chosen.empty
    assert list(none.chosen.columns) == ["initiative", "start", "months", "still_to_pay", "people", "alone"]
    assert none.score == none.without
    assert any("Nothing is chosen" in note for note in none.notes)


def test_without_initiatives_there_is_nothing_to_choose():
    none = allocate(fit_with(), 100, **FAST)
    assert none.score == none.without
    assert "The scorecard has no initiatives: there is nothing to choose from." in none.notes
    assert allocation_stability(fit_with(), 100, 2, horizon=12).empty


def begun(**starts):
    return [one | {"start": starts[one["id"]]} if one["id"] in starts else one for one in INITIATIVES]


def test_what_has_begun_goes_on_at_once_with_what_is_still_to_pay():
    """Train costs 20 a month for three months, of which two are over."""
    found = allocate(fit_with(*begun(train="2025-11")), 45, **FAST)
    row = found.chosen.set_index("initiative").loc["train"]
    assert (row["start"], row["still_to_pay"]) == ("2025-11", 20)
    assert found.periods["spent"].sum() == pytest.approx(found.chosen["still_to_pay"].sum())
    assert found.notes[0].startswith("Begun before 2026-01: train. Each goes on at once or stops")
    starts = found.chosen.set_index("initiative")["start"]
    assert starts["calm"] >= "2026-04", "Calm waits until the one month that is left is over"
    assert allocate(fit_with(*begun(train="2025-11")), 19, **FAST).chosen["initiative"].tolist() == ["later"], (
        "too dear"
    )


def test_what_has_ended_is_not_chosen_and_nothing_waits_for_it():
    found = allocate(fit_with(*begun(train="2025-02")), 1000, **FAST)
    starts = found.chosen.set_index("initiative")["start"]
    assert "train" not in starts
    assert starts["calm"] == "2026-01"
    assert found.notes[0].startswith("Ended before 2026-01: train. Nothing is left to decide")
    with pytest.raises(BscError, match=r"these clash: choose train; train has ended\. Fix: do without train"):
        allocate(fit_with(*begun(train="2025-02")), 1000, must=["train"], **FAST)


def test_what_has_begun_does_what_it_would_do_by_itself():
    fit = fit_with(*begun(train="2025-11"))
    alone = allocate(fit, 45, leave=["tools", "calm", "later"], horizon=12, draws=400)
    asked = project(fit, None, {"train": "2025-11"}, 12, 4_000)
    effect = asked[asked["level"] == "scorecard"].iloc[-1]
    assert alone.score - alone.without == pytest.approx(alone.chosen["alone"].item())
    assert alone.score == pytest.approx(effect["with_"], abs=1.0)


def test_what_is_longer_than_the_horizon_is_never_chosen_and_said():
    long = {"id": "long", "name": "L", "months": 13, "changes": [{"kpi": "csat", "by": 5}]}
    found = allocate(fit_with(long), 0, **FAST)
    assert found.chosen.empty
    assert "Longer than the horizon, and so never chosen: long." in found.notes


def test_periods_are_named_by_their_first_month_where_they_have_no_name():
    found = allocate(fitted(), 0, every=5, **FAST)
    assert found.periods["period"].tolist() == ["2026-01", "2026-06", "2026-11"]
    assert allocate(fitted(), [0, 10, 0, 0], **FAST).periods["budget"].tolist() == [0, 10, 0, 0]


def test_must_and_leave_are_kept():
    found = allocate(fitted(), 65, must=["calm"], leave=["tools"], **FAST)
    assert {"calm", "train"} <= set(found.chosen["initiative"])
    assert "tools" not in set(found.chosen["initiative"])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"budget": -1}, "budget: this is no amount. Got: -1. Allowed: a number, 0 or more"),
        ({"budget": float("nan")}, "budget: this is no amount. Got: nan"),
        ({"budget": "much"}, "budget: this is no amount. Got: 'much'"),
        ({"budget": None}, "budget: this is no amount. Got: None"),
        ({"budget": True}, "budget: this is no amount. Got: True"),
        ({"budget": [1, 2, 3]}, "budget: there are not as many amounts as periods. Got: 3. Allowed: one amount, or 4"),
        ({"budget": [1, 2, 3, -4]}, "budget: this is no amount. Got: -4"),
        ({"people": -1}, "people: this is no amount. Got: -1"),
        ({"people": [1, 2]}, "people: there are not as many amounts"),
        ({"every": 0}, "every: this is no number of months of a period. Got: 0. Allowed: 1 to 12"),
        ({"every": 13}, "every: this is no number"),
        ({"horizon": 0}, "horizon: this is no number of months ahead. Got: 0. Allowed: 1 to 120"),
        ({"draws": 0}, "draws: this is no number of draws. Got: 0. Allowed: 1 to 1,000"),
        ({"draws": 2.5}, "draws: this is no number"),
        ({"must": "train"}, r"must: this is no list. Got: 'train'"),
        ({"rng": "x"}, "rng: this makes no random numbers"),
        ({"must": ["train"], "leave": ["train"]}, "these clash: choose train; leave out train"),
        ({"budget": 5, "must": ["train"]}, "these clash: choose train; a budget of 5 a period.*raise the budget by 55"),
        ({"people": 1, "must": ["train"]}, "these clash: choose train; 1 people a period.*find 1 more people"),
    ],
)
def test_what_cannot_be_asked(asked, words):
    with pytest.raises(BscError, match=words):
        allocate(fitted(), **{"budget": 100, **FAST, **asked})


def test_a_frontier_of_what_are_no_budgets():
    with pytest.raises(BscError, match="2 faults") as caught:
        frontier(fitted(), [0, "much", None])
    assert [fault.got for fault in caught.value.faults] == ["'much'", "None"]


def test_initiatives_that_there_are_not():
    with pytest.raises(UnknownNameError, match=r"(?s)2 faults.*must: .*'trian'.*did you mean 'train'.*leave: .*'tool'"):
        allocate(fitted(), 100, must=["trian"], leave=["tool"], **FAST)


def test_a_frontier_is_a_row_a_budget_from_the_smallest():
    table = frontier(fitted(), [60, 0, 30, 30], people=3, **FAST)
    assert table["budget"].tolist() == [0, 30, 60]
    assert table[["unit_of_money", "every", "horizon"]].drop_duplicates().to_numpy().tolist() == [[30.0, 3, 12]]
    assert table["initiatives"].tolist()[0] == ""
    steps = np.diff(table["score"])
    assert table["next_unit"].tolist()[:2] == pytest.approx(steps.tolist())
    assert np.isnan(table["next_unit"].iloc[-1])
    alone = allocate(fitted(), 30, people=3, **FAST)
    assert table["score"].iloc[1] == pytest.approx(alone.score)
    assert table["initiatives"].iloc[1] == ", ".join(alone.chosen["initiative"])


def test_on_its_own_draws_a_larger_budget_never_buys_less():
    scores = [allocate(fitted(), budget, **FAST).score_in_sample for budget in (0, 10, 30, 60, 200)]
    assert (np.diff(scores) >= -1e-9).all()


def test_a_frontier_of_one_budget_has_no_next_unit():
    table = frontier(fitted(), [30], **FAST)
    assert len(table) == 1
    assert np.isnan(table["next_unit"].iloc[0])
    with pytest.raises(BscError, match="budgets: there is none"):
        frontier(fitted(), [], **FAST)


def test_how_often_a_choice_holds():
    table = allocation_stability(fitted(), 45, 6, people=2, horizon=12)
    assert set(table["initiative"]) == {one["id"] for one in INITIATIVES}
    assert table["share"].between(0, 1).all()
    assert table["share"].is_monotonic_decreasing
    assert ((table["start"] == "") == (table["share"] == 0)).all()
    kept = allocation_stability(fitted(), 45, 4, horizon=12, must=["tools"], leave=["calm"])
    kept = kept.set_index("initiative")["share"]
    assert (kept["tools"], kept["calm"]) == (1.0, 0.0)


def test_a_kpi_without_actuals_leaves_its_weight_to_the_others():
    some = actuals()
    fit = fit_map(card(), some[some["kpi"] != "load"])
    found = allocate(fit, 1000, **FAST)
    assert "train" not in set(found.chosen["initiative"]) or "calm" in set(found.chosen["initiative"])
    assert 0 < found.without < found.score <= 100
