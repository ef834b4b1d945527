import pytest
from oddities import card, kpi
from samples import table

from bsclib import score
from bsclib.files.datasets import load_dataset
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import Question, exercises_of, judge

DESK = ("mttr", "reopen-rate", "backlog", "major-incidents")
"""The KPIs of incident management at Meridian."""


def asked(scorecard, actuals):
    case = Case(scorecard, actuals, score(scorecard, actuals))
    return {one.name: one for one in exercises_of("07")}["of_practice"].ask(case)


def made(*entries):
    """A scorecard of KPIs with these entries of the catalogue, and actuals."""
    ids = [f"k{at}" for at in range(len(entries))]
    scorecard = card(*(kpi(id, name=id, catalogue=entry) for id, entry in zip(ids, entries, strict=True)))
    return scorecard, table(*((id, "2026-06", 1) for id in ids))


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        ([*DESK[:3], "Major incidents"], "right", "Two show how many tickets wait or come back, requests among them"),
        (["mttr", "backlog", "major-incidents", "on-hold-share"], "wrong", "Holds are a fair answer"),
        (["major-incidents"], "wrong", "the word in the name"),
        (["mttr", "reopen-rate"], "wrong", "how well this work is done"),
        ("Incident management", "wrong", "That is the name of a practice. Which KPIs of the table serve"),
        (["Service desk"], "wrong", "That is the name of a practice"),
        (
            ["mttr", "cost-per-ticket"],
            "wrong",
            "‘Cost per ticket’ belongs to “Service desk”, because taking calls is the desk's own work",
        ),
        ("Tickets solved within the service level, Mean time to restore", "wrong", "Many would put ‘Tickets solved"),
        ([*DESK[:3], "sla-met"], "wrong", "Who agrees on that promise, and watches it?"),
        ([*DESK, "budget-variance"], "wrong", "belongs to “Service financial management”"),
        ([*DESK, "budget-variance"], "wrong", "4 of the 5 named"),
        (
            [*DESK, "csat", "sla-met", "on-hold-share", "first-contact-resolution", "cost-per-ticket"],
            "wrong",
            "all practices that handle tickets",
        ),
    ],
)
def test_of_meridian(answer, state, says):
    outcome = judge(answer, asked(*load_dataset("meridian")))
    assert outcome.state == state
    assert says in outcome.message


def test_without_a_kpi_of_tickets_another_practice_is_asked_about():
    question = asked(*made("budget-variance", "staff-attrition", ""))
    assert "“Service financial management”" in question.text
    outcome = judge("k0", question)
    assert outcome.state == "right"
    assert outcome.message.startswith("the catalogue gives these KPIs to this practice")


def test_hints_send_nobody_to_a_terminal():
    of_meridian = asked(*load_dataset("meridian")).hints
    assert not any("`" in hint for hint in of_meridian)
    assert "Which ones are about what failed?" in of_meridian[-1]
    assert len(asked(*made("budget-variance", "staff-attrition", "")).hints) == 2, "nothing is said of incidents"


def test_where_no_kpi_names_an_entry_of_the_catalogue_it_is_said():
    question = asked(*made("", ""))
    assert not isinstance(question, Question)
    assert "names an entry of the catalogue" in question


def test_no_reason_against_a_kpi_speaks_against_one_that_is_right():
    """Open and reopened tickets hold requests too, so that is no reason, and the question says where they stand."""
    question = asked(*load_dataset("meridian"))
    assert "Some KPIs count requests, too" in question.text
    assert "requests, too" not in asked(*made("budget-variance", "staff-attrition", "")).text
    message = judge(["mttr", "first-contact-resolution"], question).message
    assert "failures" not in message
    names = {"scorecard": load_dataset("meridian")[0]}
    exec(question.code, names)
    assert "Major incidents" in names["answer"], "names are asked for"
    assert judge(names["answer"], question).state == "right"
