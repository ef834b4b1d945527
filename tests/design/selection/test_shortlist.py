"""What candidates are worth, and what constraints do to a choice, worked out by hand."""

import oddities
import pandas as pd
import pytest
from samples import desk

from bsclib.design.selection import ahp, candidates, choose, pairwise
from bsclib.design.selection.shortlist import (
    JUDGEMENTS,
    Constraints,
    both_ranks,
    choose_within,
    entropy_of,
    firmness,
    first_constraints,
    in_turn,
    members,
    proposed_worth,
    worth_of,
)
from bsclib.errors import BscError
from bsclib.files.datasets import load_dataset

WORTH = {"mttr": 4.0, "load": 1.0, "cost": 3.0, "leavers": 2.0}
COST = {"mttr": 3, "load": 1, "cost": 1, "leavers": 1}


@pytest.fixture(scope="module")
def meridian():
    return load_dataset("meridian")


class TestWorth:
    RATED = pd.DataFrame({"relevance": [5, 1, 3], "cost_to_collect": [5, 1, 3]}, index=["a", "b", "c"])

    def test_less_cost_is_better(self):
        assert worth_of(self.RATED, {"relevance": 1, "cost_to_collect": 0}).tolist() == [5, 1, 3]
        assert worth_of(self.RATED, {"relevance": 0, "cost_to_collect": 2}).tolist() == [1, 5, 3]

    def test_the_judgements_to_start_from_agree(self):
        criteria = list(dict.fromkeys(name for pair in JUDGEMENTS for name in pair))
        found = ahp(pairwise(criteria, JUDGEMENTS))
        assert 0 < found.consistency_ratio < 0.05
        turned = ahp(pairwise(criteria, JUDGEMENTS | {("relevance", "cost_to_collect"): "1/5"}))
        assert not turned.consistent
        assert {turned.worst_pair.first, turned.worst_pair.second} == {"relevance", "cost_to_collect"}

    def test_proposed(self, meridian):
        rated = candidates(*meridian)
        worth = proposed_worth(*meridian)
        assert worth.between(1, 5).all()
        weights = ahp(pairwise(list(rated), JUDGEMENTS)).weights
        first = sum(
            weights[name] * (6 - value if name == "cost_to_collect" else value) for name, value in rated.iloc[0].items()
        )
        assert worth.iloc[0] == pytest.approx(first)

    def test_entropy_of_what_tells_nobody_apart_is_0(self):
        rated = self.RATED.assign(timeliness=4)
        found = entropy_of(rated)
        assert found["timeliness"] == 0
        assert found.sum() == pytest.approx(1)
        assert entropy_of(rated.iloc[:1]).isna().all()

    def test_ranks(self):
        weights = {"relevance": 3, "cost_to_collect": 1}
        found = both_ranks(self.RATED, weights).set_index("id")
        assert found["rank"].to_dict() == {"a": 1, "b": 3, "c": 2}
        assert found["topsis_rank"].to_dict() == {"a": 1, "b": 3, "c": 2}
        equal = both_ranks(self.RATED, {"relevance": 1, "cost_to_collect": 1})
        assert equal["rank"].tolist() == [1, 1, 1]

    def test_one_candidate_has_no_rank(self):
        assert both_ranks(self.RATED.iloc[:1], {"relevance": 1, "cost_to_collect": 1}).empty
        assert firmness(self.RATED.iloc[:1], {"relevance": 1, "cost_to_collect": 1}).empty

    def test_firm_ranks(self):
        found = firmness(self.RATED, {"relevance": 3, "cost_to_collect": 1})
        assert found["chance_of_rank"].tolist() == [1, 1, 1]


class TestLimits:
    def test_only_what_limits_is_asked(self):
        assert Constraints(3).asked(desk()) == {"at_most": 3}
        asked = Constraints(3, 3, (0.2, 0.5), 7).asked(desk())
        least = {"corporate_contribution": 2, "operational_excellence": 2}
        assert asked == {"at_most": 3, "at_least": least, "leading": (0.2, 0.5), "budget": 7}

    def test_chosen_within(self):
        found = choose_within(WORTH, desk(), Constraints(2, 1, budget=2), COST)
        assert found.chosen == ["load", "cost"]
        assert found.value == 4

    def test_what_cannot_be(self):
        with pytest.raises(BscError, match="these clash: at most 1 KPI; at least 1 of 2 KPIs in"):
            choose_within(WORTH, desk(), Constraints(1, 1), COST)

    def test_one_limit_after_the_other(self):
        """2 of 4: mttr and cost; a budget of 3 does without mttr, for which leavers comes."""
        found = in_turn(WORTH, desk(), Constraints(2, 1, budget=3), COST)
        assert found["constraint"].tolist() == ["at most 2 KPIs", "at least 1 in each perspective", "a budget of 3"]
        assert found["worth"].tolist() == [7, 7, 4]
        assert found[["enters", "leaves"]].values.tolist() == [["", ""], ["", ""], ["load", "mttr"]]

    def test_the_last_step_is_the_choice(self, meridian):
        card, actuals = meridian
        worth, cost = proposed_worth(card, actuals), candidates(card, actuals)["cost_to_collect"]
        constraints = first_constraints(worth, card, cost)
        last = in_turn(worth, card, constraints, cost).iloc[-1]
        chosen = choose_within(worth, card, constraints, cost)
        assert (last["kpis"], last["worth"]) == (len(chosen.chosen), pytest.approx(chosen.value))
        assert constraints.at_most == 16
        assert sum(cost[id] for id in chosen.chosen) <= constraints.budget
        assert chosen.prices["gain"].max() > 0, "something has a price"

    @pytest.mark.parametrize("name", oddities.all_cases())
    def test_there_is_always_something_to_start_from(self, name):
        card, actuals = oddities.all_cases()[name]
        worth, cost = proposed_worth(card, actuals), candidates(card, actuals)["cost_to_collect"]
        constraints = first_constraints(worth, card, cost)
        assert choose_within(worth, card, constraints, cost).chosen
        assert 1 <= constraints.at_most <= len(card.kpis)
        assert len(in_turn(worth, card, constraints, cost))

    def test_where_no_mix_can_be_had(self):
        """All KPIs are leading: no choice has at most three quarters of them."""
        kpis = [oddities.kpi(f"k{at}", role="leading") for at in range(6)]
        card = oddities.card(*kpis)
        even = {kpi["id"]: 1.0 for kpi in kpis}
        assert first_constraints(even, card, even).leading == (0.0, 1.0)
        assert first_constraints(even, card, even).at_most == 4


def test_members_stand_in_the_order_of_the_scorecard():
    found = members(desk(), ["cost", "mttr"], WORTH, COST)
    assert found.values.tolist() == [
        ["mttr", "Operational excellence", "lagging", 4.0, 3.0],
        ["cost", "Corporate contribution", "lagging", 3.0, 1.0],
    ]


def test_what_is_chosen_is_what_choose_gives():
    assert choose_within(WORTH, desk(), Constraints(3), COST).chosen == choose(WORTH, desk(), at_most=3).chosen
