"""What lesson 00 says of the running case, worked out from its data, and of a scorecard with next to nothing in it."""

import oddities
import pytest

from bsclib import score
from bsclib.files.datasets import load_dataset
from bsclib.study.lessons import lesson_00 as shown


@pytest.fixture(scope="module")
def meridian():
    card, actuals = load_dataset("meridian")
    return card, score(card, actuals)


def test_it_reads_the_running_case_aloud(meridian):
    card, scores = meridian
    assert "Mean time to restore (hours) shows whether it comes true." in repr(shown.measured(card))
    said = repr(shown.one_kpi(scores, card))
    assert "leads from 36 to 17.2" in said
    assert "12.5 of it is covered: 66.5 %. Lower is better here" in said
    assert "Look at “Corporate contribution”: it stands lowest, at 82.4." in repr(shown.the_whole(scores, card))


def test_no_id_stands_on_the_screen(meridian):
    card, scores = meridian
    text = "".join(one._repr_html_() for one in (shown.one_kpi(scores, card), shown.the_whole(scores, card)))
    assert not [id for id in card.names if f"({id})" in text]


def test_a_scorecard_with_one_kpi_is_read_too():
    card = oddities.card()
    scores = score(card, oddities.actuals(*oddities.months()))
    for said in (shown.measured(card), shown.one_kpi(scores, card), shown.the_whole(scores, card)):
        assert repr(said).strip()
