"""The exercises of lesson 02 on a scorecard small enough to answer by hand."""

import pytest
from samples import table

from bsclib import score, study
from bsclib.model.build import build
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import Question, exercises_of, judge


def kpi(id, objective, **more):
    plain = {"name": id.title(), "direction": "higher_is_better", "floor": 0, "target": 10}
    return {"id": id, "objective": objective} | plain | more


CARD = {
    "id": "shop",
    "name": "Shop IT",
    "perspectives": [{"id": id, "name": id.title()} for id in ("money", "users", "people", "empty")],
    "objectives": [
        {"id": "earn", "name": "Earn more", "perspective": "money"},
        {"id": "please", "name": "Please users", "perspective": "users"},
        {"id": "learn", "name": "Learn more", "perspective": "people"},
    ],
    "kpis": [
        kpi("profit", "earn", formula="(sales - cost) / sales"),
        kpi("speed", "please", formula="100 * met / tickets", guarded_by=["reopened"], catalogue="sla-attainment"),
        kpi("reopened", "please", formula="reopened / tickets"),
        kpi("smiles", "please"),
        kpi("courses", "learn", role="leading"),
    ],
    "links": [
        {"cause": "courses", "effect": "speed", "sign": "+", "lag": 1},
        {"cause": "speed", "effect": "smiles", "sign": "+", "lag": 0},
        {"cause": "smiles", "effect": "profit", "sign": "+", "lag": 1},
    ],
}
ACTUALS = table(*((kpi["id"], "2026-06", 5.0) for kpi in CARD["kpis"]))


def case(**changes):
    card = build(CARD | changes)
    return Case(card, ACTUALS, score(card, ACTUALS))


def asked(name, **changes):
    return {one.name: one for one in exercises_of("02")}[name].ask(case(**changes))


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("undefined", "d"),
        ("undefined", "d) how the ports are put together"),
        ("undefined", "d)"),
        ("kri", "b"),
        ("target_way", "C"),
        ("running", 236),  # 5 KPIs of one unit take 1 h 40 a month, nine people two hours each take 18
        ("running", "236 h"),
        ("only_lagging", ["Money", "Users"]),
        ("counter", "reopened"),
        ("three_steps", "e, a, c, d, b"),
    ],
)
def test_by_hand(name, answer):
    assert judge(answer, asked(name)).state == "right", asked(name)


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("undefined", "a", "What do they do after that?"),
        ("only_lagging", ["People"], "does not belong"),
        ("only_lagging", ["money", "users", "empty"], "one of them has no KPI at all"),
        ("only_lagging", ["people", "empty"], "these are the other ones"),
        ("only_lagging", ["money"], "counts what users or the business get of the work is a result"),
        ("only_lagging", [], "At least one has none"),
        ("three_steps", [], "The first step takes one for each objective"),
        ("three_steps", "a, c, e, f", "worth most"),
        ("three_steps", "acf", "Now the second step"),
        ("three_steps", ["a", "c", "d", "e", "f"], "Repeat until nothing is added"),
        ("three_steps", "abcdef", "one of these guards nothing"),
        ("three_steps", "abcdf", "What would guard a then?"),
        ("three_steps", "acdf", "What does the third step say"),
        ("three_steps", ["a", "b"], "does a chosen one name it as its guard?"),
        ("running", 20, "A year has twelve"),
        ("counter", "smiles", "it may show it too, but late"),
        ("counter", "profit", "it may get worse too, but later still"),
        ("counter", "courses", "it drives the KPI in question"),
        ("counter", "speed", "this is the KPI in question"),
        ("running", 216, "the meetings of a year"),
    ],
)
def test_slips(name, answer, says):
    outcome = judge(answer, asked(name))
    assert outcome.state == "wrong"
    assert says in outcome.message


def test_the_catalogue_says_how_it_is_gamed():
    assert "hold" in asked("counter").text


def test_without_an_entry_in_the_catalogue_it_is_said_in_general():
    plain = [{**one, "catalogue": ""} for one in CARD["kpis"]]
    question = asked("counter", kpis=plain)
    assert "People do what moves the number" in question.text
    assert judge("reopened", question).state == "right"


@pytest.mark.parametrize(
    ("name", "changes", "reason"),
    [
        ("only_lagging", {"role": "leading"}, "has a leading one"),
        ("counter", {"guarded_by": [], "catalogue": ""}, "names a counter-KPI"),
    ],
)
def test_a_reason_is_given_where_there_is_nothing_to_ask(name, changes, reason):
    changed = [one | changes for one in CARD["kpis"]]
    found = asked(name, kpis=changed)
    assert not isinstance(found, Question)
    assert reason in found


@pytest.mark.parametrize(
    "answer",
    ["reopened tickets", "Tickets that are reopened", "Tickets reopened (%)", "the ticket reopened", "Reopened ticket"],
)
def test_a_guard_may_be_said_as_people_say_it(answer):
    question = study.lesson("02", "meridian")
    assert question.check("counter", answer).state == "right"


def test_collecting_alone_and_another_row_are_named():
    lesson = study.lesson("02", "meridian")
    assert lesson.check("running", 45).message.startswith("this is the collecting of one month")
    assert lesson.check("running", 18).message.startswith("this is one meeting")
    assert lesson.check("running", 216).message.startswith("these are the meetings of a year")
    assert lesson.check("criterion_weight", 0.65).message == (
        "this is the weight of relevance. Which row is that of timeliness?"
    )
    assert lesson.check("criterion_weight", 0.12).message.startswith("this is the weight of cost to collect")
    assert "second KPI" not in lesson.check("counter", "reopened calls").message
    assert lesson.check("counter", "Would recommend IT (net promoter score)").message.startswith("it may get worse too")
    assert lesson.check("counter", "Deployments").message.startswith("this number would not get worse by it")
