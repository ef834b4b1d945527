"""The KPIs that departments share with IT: each once a department, whichever way the support is written."""

import oddities
import pytest

from bsclib import read_scorecard
from bsclib.design.alignment.departments import departments, shared_kpis
from bsclib.errors import UnknownNameError
from bsclib.model.build import build

CARDS = [read_scorecard("enterprise"), read_scorecard("meridian")]


def goal(id, owner):
    return {"id": id, "name": id.title(), "perspective": "all", "owner": owner}


def above(*goals):
    kpis = [oddities.kpi(f"of-{each['id']}", objective=each["id"], owner=each["owner"]) for each in goals]
    return oddities.card(*kpis, id="top", name="Top", objectives=list(goals))


def below(*supports, **more):
    """A scorecard whose objectives o0, o1, … support these, each with one KPI."""
    objectives = [
        {"id": f"o{at}", "name": f"O{at}", "perspective": "all", "supports": goals} for at, goals in enumerate(supports)
    ]
    kpis = [oddities.kpi(f"k{at}", objective=f"o{at}", **more) for at in range(len(supports))]
    return oddities.card(*kpis, id="it", name="IT", objectives=objectives)


def test_every_owner_of_a_supported_goal_is_a_neighbour_of_meridian():
    """Nobody supports greener freight, so its owner shares nothing with IT."""
    found = departments(CARDS, "meridian")
    supported = {support.goal.split(".")[1] for each in CARDS[1].objectives for support in each.supports}
    owners = {each.owner for each in CARDS[0].objectives if each.id in supported}
    assert set(found["department"]) == owners
    assert "Head of sustainability" not in owners


@pytest.mark.parametrize("department", departments(CARDS, "meridian")["department"])
def test_a_kpi_stands_once_however_many_goals_it_serves(department):
    shared = shared_kpis(CARDS, "meridian", department)
    assert not shared.duplicated(["card", "kpi"]).any()
    assert shared["whose"].tolist() == sorted(shared["whose"], reverse=True)
    assert shared["definition"].str.contains("; (?:higher|lower) is better|; within a range").all()
    assert (shared["owner"] != "").all()


def test_goals_of_one_owner_are_one_department():
    cards = [above(goal("grow", "Finance"), goal("save", "Finance")), below(["top.grow", "top.save"])]
    shared = shared_kpis(cards, "it", "Finance")
    assert shared[["kpi", "serves", "strength"]].values.tolist() == [
        ["of-grow", "Grow", ""],
        ["of-save", "Save", ""],
        ["k0", "Grow; Save", "primary"],
    ]


def test_of_two_supports_the_stronger_counts_and_primary_comes_first():
    weak = {"goal": "top.grow", "strength": "secondary"}
    cards = [above(goal("grow", "Finance"), goal("save", "Finance")), below([weak], [weak, "top.save"])]
    shared = shared_kpis(cards, "it", "Finance")
    assert shared[["kpi", "strength"]].values.tolist()[2:] == [["k1", "primary"], ["k0", "secondary"]]


def test_a_goal_without_an_owner_has_no_department():
    cards = [above(goal("grow", ""), goal("save", "Finance")), below(["top.grow"])]
    assert departments(cards, "it").empty
    with pytest.raises(UnknownNameError, match=r"no department 'Finance'.*none is defined"):
        shared_kpis(cards, "it", "Finance")


def test_what_is_not_stated_is_said():
    shared = shared_kpis([above(goal("grow", "Finance")), below(["top.grow"])], "it", "Finance")
    assert shared["owner"].tolist() == ["Finance", "not stated"]
    assert shared["definition"].tolist() == ["not stated; lower is better"] * 2


def test_what_a_formula_counts_is_taken_from_the_catalogue_only_for_the_same_names():
    same = below(["top.grow"], catalogue="reopen-rate", formula="100 * reopened / tickets", measured_in="%")
    other = below(["top.grow"], catalogue="reopen-rate", formula="100 * opened_again / tickets", measured_in="%")
    said = [shared_kpis([above(goal("grow", "Finance")), card], "it", "Finance").iloc[1] for card in (same, other)]
    assert said[0]["definition"] == "100 * reopened / tickets, in %; lower is better"
    assert said[0]["counts"].startswith("reopened: solved tickets that were opened again; tickets: ")
    assert said[1]["counts"] == "not stated"


def test_departments_of_a_level_further_down_are_those_of_it_and_of_the_company():
    team = build(
        {
            "id": "team",
            "name": "Team",
            "perspectives": [{"id": "all", "name": "All"}],
            "objectives": [{"id": "fix", "name": "Fix", "perspective": "all", "supports": ["it.o0"]}],
            "kpis": [oddities.kpi("fixed", objective="fix")],
        }
    )
    it = below(["top.grow"])
    it = build({**it.model_dump(), "objectives": [{**it.objectives[0].model_dump(), "owner": "Desk"}]})
    found = departments([above(goal("grow", "Finance")), it, team], "team")
    assert found["department"].tolist() == ["Finance", "Desk"]


def test_a_name_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"no scorecard 'meridan'.*did you mean 'meridian'"):
        departments(CARDS, "meridan")
    with pytest.raises(UnknownNameError, match="did you mean 'Chief operating officer'"):
        shared_kpis(CARDS, "meridian", "Chief operation officer")
