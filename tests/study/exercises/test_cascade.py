"""Exercises on levels, by hand on the shipped tower, and on small ones that have no such trap."""

import oddities
import pandas as pd
import pytest
from samples import MAY, desk

from bsclib import change, score
from bsclib.files import Tower
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import exercises_of, judge


def asked(card, actuals, tower=None):
    case = Case(card, actuals, score(card, actuals), tower)
    return {one.name: one.ask(case) for one in exercises_of("06")}


@pytest.fixture(scope="module")
def shipped():
    """What lesson 06 asks of a scorecard by itself: questions on Meridian's tower."""
    return asked(desk(), MAY)


def test_there_are_eight_of_them():
    assert len(exercises_of("06")) == 8


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("layers", "B, E"),
        ("layers", "be"),
        ("layers", "The objectives are B and E."),
        ("layers", "Objectives: B, E"),
        ("layers", "B) and E)"),
        ("layers", "B: restore services fast; E: keep the freight systems available"),
        ("only_one", ["faster-offers", "Grow with a profit"]),
        ("idle", "Fill every shift"),
        ("closing", 5 * 3 / 3.4),
        ("closing", "4.41"),
        ("closing", "4.41 a month and port"),
        ("once", 8),
        ("once", "eight results"),
        ("weight_above", 100 * 1 / 2 * 1 / 10 * 1 / 4),
        ("weight_above", "1.3 %"),
    ],
)
def test_by_hand(shipped, name, answer):
    outcome = judge(answer, shipped[name])
    assert outcome.state == "right", outcome


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("layers", "ABE", "one of these is a mission"),
        ("layers", "B D E", "one of these is work"),
        ("idle", ["Answer well the first time", "Script what recurs", "Clear the ticket queue"], "none of the 3 named"),
        ("idle", ["Repair quickly"], "none of those asked about"),
        ("layers", "BXE", "none of those asked about"),
        ("layers", ["A", "B", "E"], "one of these is a mission"),
        ("layers", ["C", "F"], "these are measures"),
        ("layers", ["B", "D", "E"], "one of these is work"),
        ("only_one", ["faster-offers", "profitable-growth", "greener-freight"], "one of these goals has nobody at all"),
        ("layers", "AC", "A mission says what a perspective is there for"),
        ("layers", "B", "Ask of each line that you left out"),
        ("only_one", ["faster-offers"], "Count for each goal that you left out"),
        (
            "only_one",
            ["Have the people we need"],
            "‘Have the people we need’ does not belong. It has 2 primary supports.",
        ),
        ("only_one", "Carry freight", "It has no primary support."),
        ("layers", "B: keep the freight systems available", "1 more does"),
        ("idle", ["script-routine"], "so it is no orphan upward"),
        ("idle", ["prevent-failures", "patch-at-once", "script-routine"], "orphans downward"),
        ("closing", 4.505, "the gap that was shown further up, of June 2026"),
        ("closing", 4.51, "Take the targets of December 2026"),
        ("closing", 4.6, "the same amount from every unit"),
        ("closing", 3, "Genoa would close the gap alone"),
        ("closing", 5.67, "further away"),
        ("closing", 3.4, "what the units' targets come to"),
        ("closing", 0.88, "this is a factor. Multiply the target of Genoa by it"),
        ("closing", 0.4, "this is the gap"),
        ("closing", 5, "as it stands"),
        ("once", 19, "in each scorecard where it stands"),
        ("once", 5, "the nearest scorecard only"),
        ("once", 7, "Which row brings one"),
        ("once", 9, "stands in two rows"),
        ("once", 10, "counted two KPIs twice"),
        ("weight_above", 11.1, "its share further down"),
        ("weight_above", 3.7, "each KPI the same share"),
        ("weight_above", 2.5, "you multiplied two shares only"),
        ("weight_above", 5, "its share of the perspective"),
        ("weight_above", 0.0125, "a factor of 100"),
        ("weight_above", 2.8, "went one step up"),
        ("weight_above", 0.28, "went two steps up"),
        ("weight_above", 0.14, "took the three steps"),
        ("weight_above", 0.61, "added its own weight once more"),
    ],
)
def test_slips(shipped, name, answer, says):
    outcome = judge(answer, shipped[name])
    assert outcome.state == "wrong"
    assert says in outcome.message


@pytest.mark.parametrize("answer", [[], pd.Index([]), pd.Series([], dtype=str)], ids=["list", "index", "series"])
def test_an_answer_that_was_filtered_away_is_wrong_and_the_dots_are_none(shipped, answer):
    outcome = judge(answer, shipped["only_one"])
    assert outcome.state == "wrong"
    assert "nothing is left in your answer" in outcome.message
    assert "this says that none belongs" in judge([], shipped["idle"]).message
    for none in (..., None, "", [...]):
        assert judge(none, shipped["only_one"]).state == "not attempted"


def test_the_table_tells_both_directions_of_a_support(shipped):
    """No cell is empty, so that the orphan is found by what supports mean and not by a dash."""
    heads, *rows = shipped["idle"].given
    assert heads == ("objective", "says that it supports")
    objectives = shipped["idle"].text.splitlines()[1].rstrip(".").split("; ")
    assert len(objectives) == 7
    assert [name for name in objectives if name not in {row[0] for row in rows}] == ["Fill every shift"]
    assert any("Fill every shift" in row[1] for row in rows), "it stands in the table, but supports nothing"
    assert sum(any(name in row[1] for row in rows) for name in objectives) == 4
    assert all(all(row) for row in rows)


def test_of_many_wrong_names_two_reasons_are_read(shipped):
    said = judge([*shipped["only_one"].expects.of], shipped["only_one"]).message
    assert said.count("primary support") == 2
    assert said.count("‘disciplined-cost’") == 2


@pytest.fixture(scope="module")
def own():
    """Two levels without a trap: every goal has two objectives, and no KPI stands twice."""
    goal = {"id": "grow", "name": "Grow", "perspective": "all", "owner": "Finance"}
    top = oddities.card(oddities.kpi("margin", objective="grow"), id="top", name="Top", objectives=[goal])
    pair = [{"id": id, "name": id, "perspective": "all", "supports": ["top.grow"]} for id in ("o0", "o1")]
    it = oddities.card(oddities.kpi(objective="o0"), id="it", name="IT", objectives=pair)
    actuals = oddities.actuals(*oddities.months())
    return it, actuals, Tower((top, it), {"it": actuals}, {})


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("only_one", "No goal above hangs on one"),
        ("idle", "Every objective below the top supports something"),
        ("closing", "these come to the whole's"),
        ("once", "No KPI stands on two levels below a goal"),
        ("weight_above", "No KPI stands here and on a level below"),
    ],
)
def test_a_tower_without_the_trap_has_nothing_to_ask(own, name, says):
    question = asked(*own)[name]
    assert isinstance(question, str)
    assert says in question


def test_targets_that_are_summed_are_summed_here(own):
    it, _, tower = own
    it = change(
        it, "k0", aggregate="sum", target=10, unit_targets=[{"unit": u, "target": 6} for u in ("North", "South")]
    )
    actuals = oddities.actuals(*oddities.months(unit="North"), *oddities.months(unit="South"))
    tower = Tower((tower.cards[0], it), {"it": actuals}, {})
    questions = asked(it, actuals, tower)
    assert judge(5, questions["closing"]).state == "right"
    assert "how units are put together" in judge(10, questions["closing"]).message
