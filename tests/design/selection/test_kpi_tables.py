"""What there is to choose from, on scorecards that fit on a page."""

import numpy as np
import oddities
import pytest
from samples import desk, small, table

from bsclib.actuals.correlations import together
from bsclib.design.selection.influence import claimed_influence
from bsclib.design.selection.kpi_tables import (
    gaming_risks,
    kpi_definition,
    missing_fields,
    perspective_of,
    unguarded,
    unmeasured,
)
from bsclib.errors import ScorecardError
from bsclib.files.catalogue import as_kpi
from bsclib.files.datasets import load_dataset
from bsclib.model.edit import add_kpis


@pytest.fixture(scope="module")
def meridian():
    return load_dataset("meridian")


class TestCandidates:
    def test_each_kpi_has_the_perspective_of_its_objective(self):
        assert perspective_of(desk()) == {
            "mttr": "operational_excellence",
            "load": "operational_excellence",
            "cost": "corporate_contribution",
            "leavers": "corporate_contribution",
        }

    def test_what_definitions_lack(self):
        found = missing_fields(small()).set_index("id")["lacks"].to_dict()
        assert found["reopened"] == "owner"
        assert found["load"] == "formula, measured in, owner"
        assert missing_fields(load_dataset("meridian")[0]).empty

    def test_a_definition_line_by_line(self):
        card = load_dataset("meridian")[0]
        found = kpi_definition(card.kpi("backlog")).set_index("what")["here"]
        assert found["formula"] == "open_tickets"
        assert found["parts"].startswith("open_tickets: ")
        assert found[["months put together by", "units put together by"]].tolist() == ["last", "mean"]
        bare = kpi_definition(small().kpi("load")).set_index("what")["here"]
        assert bare[bare == "not stated"].index.tolist() == ["formula", "parts", "measured in", "owner"]

    def test_added_from_the_catalogue(self):
        kpi = as_kpi("vacancy-rate", objective="steady", target=4, floor=12)
        card = add_kpis(desk(), [kpi])
        assert [one.id for one in card.kpis] == ["mttr", "load", "cost", "leavers", "vacancy-rate"]
        assert card.names["vacancy-rate"] == kpi.name
        assert add_kpis(card, [kpi]) == card, "adding it again changes nothing"
        other = as_kpi("vacancy-rate", objective="steady", target=3, floor=12)
        assert add_kpis(card, [other]).kpi("vacancy-rate").target == 3

    def test_added_to_no_objective(self):
        with pytest.raises(ScorecardError, match="there is no objective 'stedy'"):
            add_kpis(desk(), [as_kpi("vacancy-rate", objective="stedy", target=4, floor=12)])


class TestGaming:
    CARD = oddities.card(
        oddities.kpi("fast", catalogue="mean-time-to-restore", guarded_by=["again"]),
        oddities.kpi("again", catalogue="reopen-rate"),
        oddities.kpi("own", guarded_by=["again", "fast"]),
    )

    def test_from_the_catalogue_and_the_scorecard(self):
        found = gaming_risks(self.CARD).set_index("id")
        assert found.loc["fast", ["guarded_by", "counter_kpi", "present"]].tolist() == ["again", "reopen-rate", "again"]
        assert found.loc["own"].tolist() == ["", "", "again, fast", "", ""]
        assert found["gamed_by"]["fast"].endswith(".")

    def test_the_easiest_first(self, meridian):
        risks = gaming_risks(meridian[0])["risk"].tolist()
        assert risks == sorted(risks, key=["high", "medium", "low", ""].index)

    def test_guards_that_were_left_out(self):
        assert unguarded(self.CARD, ["fast", "own"]).values.tolist() == [["fast", "again"]]
        assert unguarded(self.CARD, ["fast", "again"]).empty


class TestTogether:
    def test_trend_and_season_are_taken_out(self, meridian):
        card, actuals = meridian
        found = together(actuals, card).set_index(["kpi", "other"])
        strangers = found.loc["automation-coverage", "technical-debt"]
        assert strangers["raw"] < -0.95
        assert abs(strangers["left"]) < 0.3
        twins = found.loc["budget-variance", "cost-per-user"]
        assert twins["left"] > 0.95
        assert (twins["by_arithmetic"], strangers["by_arithmetic"]) == ("yes", "no")

    def test_few_months_are_not_compared(self):
        card, actuals = oddities.all_cases()["one month"]
        assert together(actuals, card).empty


class TestInfluence:
    def test_where_a_link_is_claimed(self, meridian):
        found = claimed_influence(meridian[0])
        assert found.loc["grow-skills", "change-safely"] == 3
        assert found.loc["change-safely", "grow-skills"] == 0
        assert np.diag(found).sum() == 0

    def test_without_links(self):
        assert not claimed_influence(desk()).to_numpy().any()


def test_objectives_that_nothing_measures_any_more():
    assert unmeasured(desk(), ["load"]).values.tolist() == [["cheap", "cost"], ["steady", "leavers"]]
    assert unmeasured(desk(), ["mttr", "cost", "leavers"]).empty
    idle = oddities.all_cases()["an idle objective"][0]
    assert unmeasured(idle, ["k0"]).empty, "what nothing measured before is no news"


def test_actuals_of_one_kpi_are_no_pair():
    assert together(table(("k0", "2025-01", 1.0)), oddities.card()).empty
