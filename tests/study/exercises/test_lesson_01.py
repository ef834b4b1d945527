"""Clinic IT has four objectives, five KPIs and three links; every answer below can be counted on fingers."""

import pytest
from samples import one_kpi, table

from bsclib import read_scorecard, score
from bsclib.design.review.findings import check_scorecard
from bsclib.design.selection.judgements import ahp, pairwise
from bsclib.files.datasets import answer_key, load_dataset
from bsclib.model.build import build
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.lesson_01 import _WORK, _WRITTEN
from bsclib.study.exercises.question import Question, exercises_of, judge

DATED = {"period": "2027-12", "value": 4}
CLINIC = {
    "id": "clinic",
    "name": "Clinic IT",
    "perspectives": "generic",
    "objectives": [
        {"id": "serve", "name": "Serve the wards", "perspective": "customer", "owner": "Ann"},
        {"id": "calm", "name": "Keep the wards calm", "perspective": "customer", "owner": "Bob"},
        {"id": "learn", "name": "Learn", "perspective": "learning_growth", "owner": "Bob"},
        {"id": "dream", "name": "Dream", "perspective": "customer", "owner": "Cid"},
    ],
    "kpis": [
        {"id": "sla", "name": "In time", "objective": "serve", "owner": "Ann", "target": 4, "baseline": 9},
        {"id": "calls", "name": "Calls", "objective": "serve", "owner": "Ann", "target": DATED, "floor": 9},
        {"id": "waits", "name": "Waits", "objective": "serve", "owner": "Ann", "target": 4, "floor": 9},
        {"id": "noise", "name": "Noise", "objective": "calm", "owner": "Bob", "target": 4, "baseline": 9},
        {"id": "books", "name": "Books", "objective": "learn", "target": DATED, "floor": 9},
    ],
    "links": [
        {"cause": "calls", "effect": "sla"},
        {"cause": "books", "effect": "sla"},
        {"cause": "waits", "effect": "noise"},
    ],
    "initiatives": [
        {"id": "desk", "name": "A second desk", "changes": [{"kpi": "calls", "by": -1}, {"kpi": "books", "by": -1}]}
    ],
}
for kpi in CLINIC["kpis"]:
    kpi["direction"] = "lower_is_better"
ACTUALS = table(*((kpi["id"], "2026-06", 5.0) for kpi in CLINIC["kpis"]))


def case(**changes):
    card = build(CLINIC | changes)
    return Case(card, ACTUALS, score(card, ACTUALS))


def asked(name, of=None):
    return {one.name: one for one in exercises_of("01")}[name].ask(of or case())


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("mission", "b"),
        ("doran", "Assignable"),
        ("work", ["a", "c", "e"]),
        ("work", ["Install a new ticket tool", "Migrate the mail to the cloud", "Introduce a change board"]),
        ("dated", "calm"),  # serve has calls, dream has nothing to get better
        ("excuse", "b and d"),
        ("excuse", ["b", "d"]),
        ("first_table", ["new-case-system", "Share knowledge between the teams", "stay-available", "reduce-backlog"]),
        ("counted_twice", "requests-on-time, service-level, online-requests, cost-per-request"),
        ("unmoved", ["calm", "dream"]),  # customer: the initiative moves calls, which is below serve
        ("chain", 0.6),  # 6, 3 and 1
        ("contradiction", ["dream", "calm"]),
        ("links_lost", 3),  # serve is an end of each
    ],
)
def test_by_hand(name, answer):
    outcome = judge(answer, asked(name))
    assert outcome.state == "right", (outcome, asked(name))


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("mission", "d", "an objective"),
        ("mission", "a", "a target"),
        ("doran", "achievable", "his R, realistic, asks that"),
        ("doran", "ambitious", "which of these words asks for a name"),
        ("work", "b, d, f", "these are the results"),
        ("work", list("abcdef"), "not each is work"),
        ("dated", "serve, calm", "have another KPI with a date"),
        ("dated", "calm, dream", "no KPI at all"),
        ("dated", "serve, dream", "these are the other ones"),
        ("dated", "noise", "but an objective of this perspective is asked for"),
        ("unmoved", "serve", "that an initiative moves"),
        ("work", ["a", "c"], "could somebody finish it"),
        ("work", ["a", "f"], "nobody is ever done with it"),
        ("dated", "serve", "A KPI of it has a date: Calls."),
        ("dated", "dream", "only a level to hold"),
        ("excuse", "b", "on which day"),
        ("excuse", "a", "needs no date"),
        ("excuse", ["b", "c"], "who agreed"),
        ("excuse", ["a", "c"], "the two that somebody could check"),
        ("dated", "none", "at least one does. A target with a date has “by”"),
        ("work", ["Nothing"], "at least one does"),
        ("unmoved", "none of them", "at least one does"),
        ("first_table", ["stay-available", "reduce-backlog"], "the two in the column of weights"),
        ("first_table", ["keep-staff"], "shows nothing against it"),
        ("first_table", ["new-case-system"], "one column at a time"),
        ("counted_twice", ["service-level", "requests-on-time"], "the two with the same formula"),
        ("counted_twice", ["attrition"], "added up before they are divided"),
        ("counted_twice", ["open-requests"], "it divides nothing"),
        ("chain", 5 / 9, "were added"),
        ("chain", 2 / 3, "the first two only"),
        ("contradiction", ["serve", "dream"], "the strongest judgement"),
        ("links_lost", 2, "that start there|that end there"),
        ("links_lost", "4", "counted twice, once at each of its ends"),
        ("links_lost", "5", "too high"),
    ],
)
def test_slips(name, answer, says):
    outcome = judge(answer, asked(name))
    assert outcome.state == "wrong"
    assert any(one.casefold() in outcome.message.casefold() for one in says.split("|")), outcome


def only(objectives, kpis, **more):
    """The first few objectives and KPIs, and nothing that speaks of the others."""
    return {"objectives": CLINIC["objectives"][:objectives], "kpis": kpis, "links": [], "initiatives": []} | more


@pytest.mark.parametrize(
    ("name", "changes", "says"),
    [
        ("unmoved", {"initiatives": []}, "has no initiatives"),
        ("links_lost", {"links": []}, "has no links"),
        ("chain", only(1, CLINIC["kpis"][:1]), "fewer than three"),
        ("contradiction", {"objectives": CLINIC["objectives"][:3]}, "fewer than four"),
        ("dated", only(1, CLINIC["kpis"][1:2]), "a target has a date"),
    ],
)
def test_a_reason_is_given_where_there_is_nothing_to_ask(name, changes, says):
    card = build(CLINIC | changes)
    actuals = ACTUALS[ACTUALS["kpi"].isin([kpi.id for kpi in card.kpis])]
    reason = asked(name, Case(card, actuals, score(card, actuals)))
    assert says in reason


def test_of_one_kpi_only_what_needs_no_data_is_asked():
    card, actuals = one_kpi(), table(("k", "2026-06", None))
    bare = Case(card, actuals, score(card, actuals))
    asked = {one.name for one in exercises_of("01") if isinstance(one.ask(bare), Question)}
    rounds = {"first_table", "counted_twice", "review"}
    assert asked == {"mission", "doran", "work", "corner", "excuse"} | rounds


def test_the_case_that_ships_is_asked_everything():
    card, actuals = load_dataset("meridian")
    of = Case(card, actuals, score(card, actuals))
    assert not any(isinstance(one.ask(of), str) for one in exercises_of("01"))


def test_the_review_agrees_on_what_two_tables_of_lakeside_show():
    planted = set(answer_key("lakeside")["where"].str.split(", ").explode())
    for name in ("first_table", "counted_twice"):
        assert asked(name).expects.right <= planted


def test_the_linter_agrees_on_what_is_work():
    wordings = [{**CLINIC["objectives"][0], "id": id, "name": name} for id, name in _WRITTEN.items()]
    card = build(CLINIC | {"objectives": [*CLINIC["objectives"], *wordings]})
    found = check_scorecard(card)
    assert set(found.loc[found["rule"] == "BSC108", "where"]) == _WORK


def test_the_judgement_to_revisit_is_the_one_that_ahp_names():
    question = asked("contradiction")
    names = [one["name"] for one in CLINIC["objectives"]]
    judged = {(one, other): float(times) for one, times, other in question.given[1:]}
    found = ahp(pairwise([names[at] for at in (0, 1, 2, 3)], judged))
    assert found.worst_pair[:2] == ("Dream", "Keep the wards calm")
    assert not found.consistent
    assert f"{found.consistency_ratio:.2f}" in question.text


def sorted_by_hand(impact, effort):
    if impact >= 3:
        return "Quick win" if effort <= 3 else "Major project"
    return "Fill-in" if effort <= 3 else "Thankless task"


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (sorted_by_hand, ""),
        (lambda impact, effort: sorted_by_hand(impact, 6 - effort), "the wrong way round"),
        (lambda impact, effort: sorted_by_hand(impact - 0.1, effort + 0.1), "on the edge it goes wrong"),
        (lambda impact, effort: "quick win" if impact >= 3 else "fill-in", "looks at impact only"),
        (lambda impact, effort: f"{sorted_by_hand(impact, effort).lower()}s", "the question has them in the singular"),
        (lambda impact, effort: None, "gives nothing back"),
        (lambda impact, effort: 1 / 0, "stops: ZeroDivisionError"),
        (lambda impact: "quick win", "stops: TypeError"),
        (lambda impact, effort: "quick win", "2 of 6 tries are right"),
    ],
    ids=["right", "turned", "edge", "impact alone", "plural", "nothing", "stops", "one argument", "always one"],
)
def test_a_function_of_ones_own_is_tried(function, says):
    outcome = judge(function, asked("corner"))
    assert outcome.state == ("wrong" if says else "right")
    assert says in outcome.message


def test_a_result_is_no_function():
    outcome = judge("quick win", asked("corner"))
    assert outcome.state == "cannot tell"
    assert "A function is asked for" in outcome.message


class TestReview:
    def test_half_of_the_faults_is_enough(self):
        key = answer_key("lakeside")
        assert judge(key["where"].tolist()[:3], asked("review")).state == "wrong"
        assert judge(key["where"].tolist()[:22], asked("review")).state == "right"

    def test_naming_everything_finds_nothing(self):
        card = read_scorecard("lakeside")
        everything = [one.id for one in (*card.perspectives, *card.objectives, *card.kpis, *card.initiatives)]
        outcome = judge([*everything, "map"], asked("review"))
        assert outcome.state == "wrong"
        assert "of 28 found" in outcome.message
        assert "more than one place in three" in outcome.message

    def test_the_column_of_kpis_is_no_review(self):
        names = [kpi.name for kpi in read_scorecard("lakeside").kpis]
        for answer in (names, names[1:], [*names, "chatbot", "new-case-system", "engagement -> attrition"]):
            outcome = judge(answer, asked("review"))
            assert outcome.state == "wrong"
            assert "Nearly every KPI is named" in outcome.message

    def test_each_kind_of_place_is_looked_at(self):
        key = answer_key("lakeside")
        faulty = [
            where for where in key["where"] if "->" not in where and where != "chatbot" and where != "patch-nights"
        ]
        assert len(faulty) > 14
        assert "You still need one in a link and one in an initiative." in judge(faulty, asked("review")).message
        said = judge(faulty[:9], asked("review")).message
        assert "You still need 4 more faults, one in a link and one in an initiative." in said
        passes = [*faulty[:14], "engagement -> attrition", "chatbot"]
        assert judge(passes, asked("review")).state == "right"

    def test_one_place_in_three_may_be_without_a_fault(self):
        card, found = read_scorecard("lakeside"), answer_key("lakeside")["where"].tolist()[:22]
        sound = ["answer-citizens", "serve-online", "restore-fast", "protect-data", "change-safely", "keep-staff"]
        right = [*found[:11], found[14], found[20]]
        assert judge([*right, *sound], asked("review")).state == "right"
        assert {*sound} <= {one.id for one in card.objectives}
        outcome = judge([*right[:10], *sound], asked("review"))
        assert "more than one place in three" in outcome.message

    def test_where_to_read_which_one_is_fair(self):
        said = judge(["new-case-system", "budget-variance", "answer-citizens"], asked("review")).message
        assert "1 of them fair. The cell below says which. You still need" in said

    def test_a_few_places_with_too_many_wrong_are_counted(self):
        places = [*answer_key("lakeside")["where"][:5], "answer-citizens", "serve-online", "restore-fast"]
        said = judge(places, asked("review")).message
        assert said.startswith("6 of 28 found, and 3 of your 8 places without a fault. That is more than one place")

    def test_a_place_that_is_not_there(self):
        assert "there is no 'nowhere'" in judge(["nowhere"], asked("review")).message
        said = judge(["changes-failed"], asked("review")).message
        assert "Lakeside Town Council IT. Did you mean 'change-failure'? A place is a name" in said
