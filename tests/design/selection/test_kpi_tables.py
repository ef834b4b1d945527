"""What there is to choose from, on scorecards that fit on a page."""

import numpy as np
import oddities
import pytest
from samples import desk, small

from bsclib.design.selection.influence import claimed_influence
from bsclib.design.selection.kpi_tables import (
    gaming_risks,
    kpi_definition,
    missing_fields,
    perspective_of,
    unguarded,
    unmeasured,
)
from bsclib.files.datasets import load_dataset


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
