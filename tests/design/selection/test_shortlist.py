"""What candidates are worth, and what constraints do to a choice, worked out by hand."""

from typing import ClassVar

import oddities
import pandas as pd
import pytest
from samples import desk

from bsclib.design.selection.candidates import rate_candidates
from bsclib.design.selection.choice import choose
from bsclib.design.selection.criteria import entropy_weights, rank_stability
from bsclib.design.selection.judgements import ahp, pairwise
from bsclib.design.selection.kpi_tables import unguarded, unmeasured
from bsclib.design.selection.shortlist import (
    JUDGEMENTS,
    attainable,
    chosen_table,
    compare_rankings,
    first_constraints,
    simple_choice,
    weighted_scores,
)
from bsclib.errors import BscError
from bsclib.files.datasets import load_dataset
from bsclib.model.build import build
from bsclib.model.edit import change, keep

WORTH = {"mttr": 4.0, "load": 1.0, "cost": 3.0, "leavers": 2.0}
COST = {"mttr": 3, "load": 1, "cost": 1, "leavers": 1}


@pytest.fixture(scope="module")
def meridian():
    return load_dataset("meridian")


class TestWorth:
    RATED = pd.DataFrame({"relevance": [5, 1, 3], "cost_to_collect": [5, 1, 3]}, index=["a", "b", "c"])

    def test_less_cost_is_better(self):
        assert weighted_scores(self.RATED, {"relevance": 1, "cost_to_collect": 0}).tolist() == [5, 1, 3]
        assert weighted_scores(self.RATED, {"relevance": 0, "cost_to_collect": 2}).tolist() == [1, 5, 3]

    def test_the_judgements_to_start_from_agree(self):
        criteria = list(dict.fromkeys(name for pair in JUDGEMENTS for name in pair))
        found = ahp(pairwise(criteria, JUDGEMENTS))
        assert 0 < found.consistency_ratio < 0.05
        turned = ahp(pairwise(criteria, JUDGEMENTS | {("relevance", "cost_to_collect"): "1/5"}))
        assert not turned.consistent
        assert {turned.worst_pair.first, turned.worst_pair.second} == {"relevance", "cost_to_collect"}

    def test_proposed(self, meridian):
        rated = rate_candidates(*meridian)
        worth = weighted_scores(rated)
        assert worth.between(1, 5).all()
        weights = ahp(pairwise(list(rated), JUDGEMENTS)).weights
        first = sum(
            weights[name] * (6 - value if name == "cost_to_collect" else value) for name, value in rated.iloc[0].items()
        )
        assert worth.iloc[0] == pytest.approx(first)

    def test_entropy_of_what_tells_nobody_apart_is_0(self):
        rated = self.RATED.assign(timeliness=4)
        found = entropy_weights(rated)
        assert found["timeliness"] == 0
        assert found.sum() == pytest.approx(1)
        assert entropy_weights(rated.iloc[:1]).isna().all()

    def test_ranks(self):
        weights = {"relevance": 3, "cost_to_collect": 1}
        found = compare_rankings(self.RATED, weights).set_index("id")
        assert found["rank"].to_dict() == {"a": 1, "b": 3, "c": 2}
        assert found["topsis_rank"].to_dict() == {"a": 1, "b": 3, "c": 2}
        equal = compare_rankings(self.RATED, {"relevance": 1, "cost_to_collect": 1})
        assert equal["rank"].tolist() == [1, 1, 1]

    def test_one_candidate_has_no_rank(self):
        assert compare_rankings(self.RATED.iloc[:1], {"relevance": 1, "cost_to_collect": 1}).empty
        assert rank_stability(self.RATED.iloc[:1], {"relevance": 1, "cost_to_collect": 1}).empty

    def test_firm_ranks(self):
        found = rank_stability(self.RATED, {"relevance": 3, "cost_to_collect": 1})
        assert found["chance_of_rank"].tolist() == [1, 1, 1]


class TestConstraints:
    def test_no_more_is_asked_of_a_perspective_than_it_has(self):
        assert attainable(desk(), 3) == {"corporate_contribution": 2, "operational_excellence": 2}
        assert attainable(desk(), 0) == {}

    def test_chosen_within(self):
        found = choose(WORTH, desk(), at_most=2, at_least=attainable(desk(), 1), budget=2, cost=COST)
        assert found.chosen == ["load", "cost"]
        assert found.value == 4

    def test_what_cannot_be(self):
        with pytest.raises(BscError, match="these clash: at most 1 KPI; at least 1 of 2 KPIs in"):
            choose(WORTH, desk(), at_most=1, at_least=attainable(desk(), 1))

    def test_something_has_a_price(self, meridian):
        card, actuals = meridian
        rated = rate_candidates(card, actuals)
        worth, cost = weighted_scores(rated), rated["cost_to_collect"]
        constraints = first_constraints(worth, card, cost)
        chosen = choose(worth, card, cost=cost, **constraints)
        assert constraints["at_most"] == 16
        assert sum(cost[id] for id in chosen.chosen) <= constraints["budget"]
        assert chosen.prices["gain"].max() > 0

    @pytest.mark.parametrize("name", oddities.all_cases())
    def test_there_is_always_something_to_start_from(self, name):
        card, actuals = oddities.all_cases()[name]
        rated = rate_candidates(card, actuals)
        worth, cost = weighted_scores(rated), rated["cost_to_collect"]
        constraints = first_constraints(worth, card, cost)
        assert choose(worth, card, cost=cost, **constraints).chosen
        assert 1 <= constraints["at_most"] <= len(card.kpis)

    def test_where_no_mix_can_be_had(self):
        """All KPIs are leading: no choice has at most three quarters of them."""
        kpis = [oddities.kpi(f"k{at}", role="leading") for at in range(6)]
        card = oddities.card(*kpis)
        even = {kpi["id"]: 1.0 for kpi in kpis}
        constraints = first_constraints(even, card, even)
        assert "leading" not in constraints
        assert constraints["at_most"] == 4


def test_members_stand_in_the_order_of_the_scorecard():
    found = chosen_table(desk(), ["cost", "mttr"], WORTH, COST)
    assert found.values.tolist() == [
        ["mttr", "Operational excellence", "lagging", 4.0, 3.0],
        ["cost", "Corporate contribution", "lagging", 3.0, 1.0],
    ]


class TestSimpleChoice:
    CARD = build(
        {
            "id": "shop",
            "name": "Shop",
            "perspectives": [{"id": "all", "name": "All"}],
            "objectives": [{"id": id, "name": id, "perspective": "all"} for id in ("earn", "please", "dream")],
            "kpis": [
                {"id": id, "name": id, "direction": "higher_is_better", "floor": 0, "target": 9} | more
                for id, more in {
                    "sales": {"objective": "earn"},
                    "margin": {"objective": "earn"},
                    "speed": {"objective": "please", "guarded_by": ["returns", "calls"]},
                    "returns": {"objective": "please", "guarded_by": ["refunds"]},
                    "calls": {"objective": "please"},
                    "refunds": {"objective": "earn"},
                }.items()
            ],
        }
    )
    WORTH: ClassVar = {"sales": 4, "margin": 3, "speed": 5, "returns": 2, "calls": 1, "refunds": 1}

    def test_each_objective_is_measured_and_each_guard_is_guarded(self):
        chosen = simple_choice(self.WORTH, self.CARD)
        assert chosen.to_numpy().tolist() == [
            ["sales", "measures", "earn"],
            ["speed", "measures", "please"],
            ["returns", "guards", "speed"],
            ["refunds", "guards", "returns"],
        ]
        assert unguarded(self.CARD, chosen["id"]).empty
        assert unmeasured(self.CARD, chosen["id"]).empty

    def test_of_two_that_are_kept_apart_one_is_taken(self):
        free = simple_choice(self.WORTH, self.CARD, apart=[("speed", "sales")])
        assert free.loc[free["whom"] == "please", "id"].tolist() == ["returns"]

    def test_of_two_chosen_twins_the_one_that_guards_stays(self):
        """Speed takes returns as its guard, though sales, which returns is a twin of, is worth more."""
        twins = change(change(self.CARD, "speed", guarded_by=["margin"]), "returns", guarded_by=[])
        chosen = simple_choice(self.WORTH, twins, apart=[("sales", "margin")])
        assert chosen.to_numpy().tolist() == [["margin", "guards", "speed"], ["speed", "measures", "please"]]
        assert unmeasured(twins, chosen["id"]).empty

    def test_twins_of_which_none_is_spare_both_stay(self):
        alone = keep(self.CARD, kpis=["sales", "speed"])
        assert simple_choice(self.WORTH, alone, apart=[("sales", "speed")])["id"].tolist() == ["sales", "speed"]

    def test_a_guard_whose_kpi_has_gone_measures_its_objective(self):
        twins = change(keep(self.CARD, kpis=["sales", "speed", "calls"]), "speed", guarded_by=["calls"])
        chosen = simple_choice(self.WORTH, twins, apart=[("speed", "calls")])
        assert chosen.to_numpy().tolist() == [["sales", "measures", "earn"], ["calls", "measures", "please"]]

    def test_an_objective_goes_before_a_twin(self):
        every = [("sales", id) for id in ("speed", "returns", "calls")]
        chosen = simple_choice(self.WORTH, self.CARD, apart=every)
        assert chosen.loc[chosen["whom"] == "please", "id"].tolist() == ["speed"], "else nothing would measure it"

    def test_the_running_case_drops_no_guard_and_no_objective(self):
        card, actuals = load_dataset("meridian")
        worth = weighted_scores(rate_candidates(card, actuals))
        chosen = simple_choice(worth, card, apart=[("budget-variance", "cost-per-user")])
        assert {"on-hold-share", "availability", "reopen-rate"} <= set(chosen["id"])
        assert unguarded(card, chosen["id"]).empty
        assert unmeasured(card, chosen["id"]).empty
        assert "cost-per-user" not in set(chosen["id"])
