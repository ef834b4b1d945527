"""Which scorecard lessons 04 and 05 are about."""

import oddities
import planned
import pytest

from bsclib.causality.evidence.links import link_evidence
from bsclib.model.build import build
from bsclib.study.lessons.lending import link_to_follow, open_lesson, open_plan, with_truth


@pytest.fixture(scope="module")
def depot():
    return build(planned.CARD), planned.actuals()


@pytest.mark.parametrize("number", ["04", "05"])
def test_a_map_of_ones_own_is_worked_with(number, depot):
    opened = open_lesson(number, *depot)
    assert opened.says == "This is the map of Depot IT."
    assert open_lesson(number, depot[0]) is opened, "the first cell is run again"


def test_a_scorecard_without_links_is_lent_the_shipped_map():
    card, actuals = oddities.all_cases()["tiny"]
    opened = open_lesson("04", card, actuals)
    assert opened.says == "Odd claims no cause and effect, so you work with Meridian Freight IT here."
    assert (opened.source, open_lesson("04", opened.lesson.case.scorecard)) == ("meridian", opened)


def test_what_is_missing_is_lent(depot):
    card, actuals = depot
    evidence = link_evidence(card, actuals)
    assert link_to_follow(card, actuals, evidence).card is card
    assert link_to_follow(card, actuals, evidence.iloc[:0]).card.id == "meridian"
    judged = with_truth(card, "", evidence)
    assert judged.says == "Nobody knows the truth about Depot IT. So Meridian Freight IT is judged instead."


def test_a_plan_needs_initiatives_to_choose_between(depot):
    opened = open_lesson("05", *depot)
    case = opened.lesson.case
    assert open_plan(*depot, case.fit, case.scores).says == "These are the initiatives of Depot IT."
