import networkx as nx
import pandas as pd
import pytest
from planned import CARD, fitted
from samples import desk

from bsclib import read_scorecard
from bsclib.errors import BscError
from bsclib.model.build import build
from bsclib.reporting.memo.sensitivity import kpis_under, link_sensitivity, links_between, moved_kpis, without_link
from bsclib.scenarios import project
from bsclib.scenarios.projection import effect_at_horizon

CHAIN = [("courses", "speed"), ("speed", "waste"), ("load", "waste"), ("load", "courses")]


def evidence(*pairs, verdict="supported"):
    return pd.DataFrame(list(pairs), columns=["cause", "effect"]).assign(verdict=verdict, p=0.01)


def chained():
    return build(CARD | {"links": [{"cause": cause, "effect": effect} for cause, effect in CHAIN]})


@pytest.mark.parametrize(
    ("goal", "found"),
    [
        ("desk", {"mttr", "load", "cost", "leavers"}),
        ("corporate_contribution", {"cost", "leavers"}),
        ("cheap", {"cost"}),
        ("load", {"load"}),
    ],
)
def test_the_kpis_under_a_goal(goal, found):
    assert kpis_under(desk(), goal) == found


def test_what_is_moved():
    assert moved_kpis(build(CARD), {"load": "+1"}, ["school", "posters"]) == {"load", "courses"}


@pytest.mark.parametrize(
    ("moved", "goal", "links"),
    [
        (["courses"], "waste", [("courses", "speed"), ("speed", "waste")]),
        (["courses"], "speed", [("courses", "speed")]),
        (["load"], "waste", CHAIN),
        (["waste"], "waste", []),
        (["speed"], "courses", []),
    ],
)
def test_the_links_on_any_way(moved, goal, links):
    found = links_between(chained(), evidence(*CHAIN), moved, goal)
    assert list(zip(found["cause"], found["effect"], strict=True)) == links


def test_the_links_of_the_case_lie_between():
    card = read_scorecard("meridian")
    claimed = evidence(*((link.cause, link.effect) for link in card.links))
    found = links_between(card, claimed, ["training-hours"], "csat")
    graph = nx.DiGraph(zip(found["cause"], found["effect"], strict=True))
    assert set(nx.ancestors(graph, "csat")) == set(graph) - {"csat"}
    assert set(nx.descendants(graph, "training-hours")) == set(graph) - {"training-hours"}


def test_evidence_of_another_map_is_refused():
    with pytest.raises(BscError, match=r"not about this scorecard's links.*2 rows for 4 links"):
        links_between(chained(), evidence(*CHAIN[:2]), ["load"], "waste")


def test_without_its_link_nothing_is_left():
    fit = fitted()
    found = link_sensitivity(fit, {"courses": "+10%"}, None, 12, "speed", draws=300)
    assert found[["cause", "effect"]].to_numpy().tolist() == [["courses", "speed"]]
    assert found.loc[0, "whole"] > 2
    assert found.loc[0, ["left", "low", "high"]].tolist() == [0, 0, 0]


def test_an_answer_without_links_leans_on_none():
    assert link_sensitivity(fitted(), {"waste": "-10%"}, None, 12, draws=200).empty
    assert link_sensitivity(fitted(), None, ["sorting"], 12, "waste", draws=200).empty


def test_the_map_itself_is_left_as_it_was():
    fit, asked = fitted(), ({"courses": "+10%"}, (), 12, 300)
    before = project(fit, *asked)
    weak = without_link(fit, "courses", "speed")
    assert effect_at_horizon(weak, "speed", *asked)[0] == 0
    assert effect_at_horizon(weak, "courses", *asked)[0] == effect_at_horizon(fit, "courses", *asked)[0] > 0
    pd.testing.assert_frame_equal(project(fit, *asked), before)
