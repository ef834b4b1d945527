"""What lesson 01 says of the running case, worked out from its data, and of a scorecard with next to nothing in it."""

import oddities
import pytest

from bsclib.design.review.findings import check_scorecard
from bsclib.files.datasets import answer_key, load_dataset
from bsclib.study.lessons import lesson_01 as shown


@pytest.fixture(scope="module")
def meridian():
    return load_dataset("meridian")


def test_it_reads_the_running_case_aloud(meridian):
    card, _ = meridian
    assert "it holds 7 of the 18 objectives" in repr(shown.wanted(card))
    assert "has most, 7: 39 % of all" in repr(shown.spread(card))
    assert "17 of 18 objectives meet every word" in repr(shown.smart(card, "2026-06"))
    assert "6 initiatives move KPIs of 6 of the 18 objectives" in repr(shown.work(card))
    assert "Begin with “Keep our people”: impact 4.5 for effort 1.5." in repr(shown.corners(card))
    assert "whether law or risk demands them" in repr(shown.corners(card))
    assert "starts most links here: 3 of 20" in repr(shown.links_here(card))


def test_no_id_stands_on_the_screen(meridian):
    card, actuals = meridian
    findings = check_scorecard(card, actuals)
    said = [shown.guesses(card), shown.work(card), shown.links_here(card), shown.weighed(card), shown.turned(card)]
    text = "\n".join(map(repr, [*said, shown.loose(card, findings), shown.corners(card), shown.owned(card)]))
    assert not [one.id for one in (*card.kpis, *card.objectives) if "-" in one.id and one.id in text]


def test_a_scorecard_with_one_objective_is_read_too():
    card = oddities.card()
    findings = check_scorecard(card)
    for said in (
        *(shown.wanted(card), shown.smart(card, "2025-01"), shown.spread(card), shown.owned(card), shown.work(card)),
        *(shown.loose(card, findings), shown.guesses(card), shown.corners(card), shown.reviewed(card, findings)),
        *(shown.accepted(card), shown.links_here(card), shown.weighed(card), shown.turned(card)),
        shown.new_here(card, card, findings),
    ):
        assert repr(said).strip()
    assert "so nobody can be asked" in repr(shown.owned(card))


def test_what_was_named_is_marked():
    assert "Once you have named places" in repr(shown.marked(...))
    assert "1 of 28 found" in repr(shown.marked([answer_key("lakeside")["where"].iloc[0]]))
