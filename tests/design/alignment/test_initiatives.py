import pandas as pd
import pytest
from hypothesis import given
from towers import card, secondary, towers

from bsclib.design.alignment import goal_balance, initiative_routes
from bsclib.errors import BscError, UnknownNameError
from bsclib.files.scorecards import read_scorecard
from bsclib.files.tower import read_tower

TOP = card("top", {"grow": [], "save": [], "green": []})
LINKS = [
    {"cause": "skill", "effect": "speed", "sign": "+", "lag": 1},
    {"cause": "speed", "effect": "waste", "sign": "-"},
]
KPIS = [
    ("skill", "able"),
    ("speed", "fast"),
    ("waste", "lean", {"direction": "lower_is_better", "target": 0, "floor": 9}),
]


def it(*works, **more):
    return card(
        "it",
        {"able": [], "fast": ["top.grow"], "lean": ["top.save", secondary("top.grow")]},
        KPIS,
        links=LINKS,
        initiatives=list(works),
        **more,
    )


def work(id, cost=100, **changes):
    named = [{"kpi": kpi, "by": by} for kpi, by in changes.items()]
    return {"id": id, "name": id.capitalize(), "cost": cost, "changes": named}


def verdicts(**words):
    return {
        "it": pd.DataFrame({"cause": ["skill", "speed"], "effect": ["speed", "waste"], "verdict": list(words.values())})
    }


def told(routes):
    return routes[["goal", "kpi", "links", "verdict", "effect", "share"]].values.tolist()


def test_an_initiative_serves_goals_by_itself_and_over_links():
    routes = initiative_routes([TOP, it(work("train", skill=1))])
    assert told(routes) == [
        ["grow", "skill", "skill → speed", "untested", "helps", 0.5],
        ["save", "skill", "skill → speed → waste", "untested", "helps", 0.5],
    ]
    assert routes["way"].tolist() == ["it.fast → top.grow", "it.lean → top.save"]
    direct = initiative_routes([TOP, it(work("hurry", speed=1))])
    assert told(direct)[0] == ["grow", "speed", "", "no_link", "helps", 1.0]
    assert told(direct)[1][-1] == 0.0  # what is reached over an untested link shares only where nothing else is reached


def test_verdicts_decide_what_counts():
    tested = initiative_routes([TOP, it(work("train", skill=1))], verdicts(first="supported", second="refuted"))
    assert tested[["goal", "verdict", "money"]].values.tolist() == [
        ["grow", "supported", 100.0],
        ["save", "refuted", 0.0],
    ]
    both = initiative_routes([TOP, it(work("train", skill=1))], verdicts(first="refuted", second="supported"))
    assert both["verdict"].tolist()[:2] == ["refuted", "refuted"]
    assert both.iloc[-1][["goal", "money", "reason"]].tolist() == [
        *("", 100.0, "only over links that are refuted or lead the wrong way"),
    ]
    little = verdicts(first="too_little_data", second="not_testable")
    assert set(initiative_routes([TOP, it(work("train", skill=1))], little)["verdict"]) == {"untested"}


def test_the_wrong_way_is_shown_and_gets_no_money():
    routes = initiative_routes([TOP, it(work("slow", skill=-1))])
    assert routes["effect"].tolist() == ["hinders", "hinders", ""]
    assert routes["money"].tolist() == [0, 0, 100]


def test_money_behind_no_goal_has_a_reason():
    routes = initiative_routes([TOP, it(work("nothing"), work("zero", skill=0))])
    assert routes["reason"].tolist() == ["it changes no KPI"] * 2
    alone = initiative_routes(
        [TOP, card("it", {"able": []}, [("skill", "able")], initiatives=[work("train", skill=1)])]
    )
    assert alone["reason"].tolist() == ["what its KPIs measure supports nothing at the top"]


@given(towers())
def test_money_is_shared_out_once(cards):
    funded = [
        one.model_copy(
            update={"initiatives": card("c", {"o0": []}, [("x", "o0")], initiatives=[work("w", 7, x=1)]).initiatives}
        )
        for one in cards
    ]
    for one in funded:  # each moves the KPI that its scorecard has for sure
        change = one.initiatives[0].changes[0].model_copy(update={"kpi": f"{one.id}-own"})
        one.__dict__["initiatives"] = (one.initiatives[0].model_copy(update={"changes": (change,)}),)
    routes = initiative_routes(funded)
    assert routes["money"].sum() == pytest.approx(7 * len(cards))
    balance = goal_balance(funded, routes)
    assert balance["money"].sum() == pytest.approx(7 * len(cards))
    assert balance["money_share"].sum() == pytest.approx(1)


def test_beside_each_goals_weight_stands_what_works_for_it():
    cards = [TOP, it(work("hurry", 300, speed=1), work("idle", 100))]
    balance = goal_balance(cards).set_index("goal")
    assert balance.loc["grow", ["primary", "secondary", "initiatives", "money", "money_share"]].tolist() == [
        1,
        1,
        1,
        300,
        0.75,
    ]
    assert balance.loc["grow", "teams"] == "Owner of fast; Owner of lean"
    assert balance.loc["green", ["primary", "secondary", "initiatives"]].tolist() == [0, 0, 0]
    assert balance.loc["", ["name", "money_share"]].tolist() == ["No goal", 0.25]
    assert balance["weight"].sum() == pytest.approx(1)  # objectives without a KPI carry nothing


def test_evidence_of_a_stranger_and_of_another_frame_is_refused():
    with pytest.raises(UnknownNameError, match=r"evidence: there is no scorecard 'ti'\. Allowed: top, it"):
        initiative_routes([TOP, it()], {"ti": pd.DataFrame()})
    with pytest.raises(
        BscError, match=r"evidence of it: there is no column cause, effect and verdict.*Fix: give the frame"
    ):
        initiative_routes([TOP, it()], {"it": pd.DataFrame()})


def test_meridians_money():
    tower = read_tower("meridian")
    routes = initiative_routes(tower.cards)
    planned = sum(work.cost for one in tower.cards for work in one.initiatives)
    assert routes["money"].sum() == pytest.approx(planned)
    assert routes.query("goal == ''")["initiative"].tolist() == ["shift-planner"]
    assert read_scorecard("operations").objective("fill-shifts").supports == ()
