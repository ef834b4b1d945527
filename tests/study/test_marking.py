"""Marking a review: found, missed, flagged without a fault."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import desk

from bsclib.errors import UnknownNameError
from bsclib.files.datasets import answer_key, load_dataset
from bsclib.study.marking import mark_review

CARD = desk(links=[{"cause": "load", "effect": "mttr", "sign": "+", "lag": 1}])
KEY = pd.DataFrame(
    [
        ("BSC102", "fast", "Nobody owns it.", "Nobody is asked."),
        ("BSC302", "mttr", "The target is worse.", "The light turns green."),
        ("BSC702", "mttr", "It is stale.", "Nobody knows."),
        ("BSC706", "load, cost", "They are twins.", "It counts twice."),
        ("BSC501", "load -> mttr", "There is no lag.", "It cannot be tested."),
        ("BSC801", "desk", "Ann owns nine KPIs.", "She looks after few."),
    ],
    columns=["rule", "where", "what", "why"],
)


def marked(found, key=KEY):
    return mark_review(found, key, CARD)


def rules(marking):
    return marking.found["rule"].tolist()


def test_a_place_finds_every_fault_in_it_and_a_rule_only_its_own():
    assert rules(marked(["mttr"])) == ["BSC302", "BSC702"]
    assert rules(marked([("mttr", "BSC702")])) == ["BSC702"]
    assert rules(marked({"mttr": ["BSC302", "BSC702"]})) == ["BSC302", "BSC702"]


def test_words_beside_a_place_do_not_narrow_it_and_are_shown():
    marking = marked({"mttr": "the target looks odd"})
    assert rules(marking) == ["BSC302", "BSC702"]
    assert marking.found["said"].tolist() == ["the target looks odd"] * 2
    assert "the target looks odd" in repr(marking)
    assert "You wrote" in marking._repr_html_()
    assert "You wrote" not in marked(["mttr"])._repr_html_()


def test_a_finding_about_two_kpis_is_found_by_either():
    assert rules(marked("load")) == rules(marked("cost")) == rules(marked("load, cost")) == ["BSC706"]


def test_the_wrong_rule_at_the_right_place_is_said_to_be_so():
    marking = marked([("mttr", "BSC208")])
    assert marking.found.empty
    assert marking.wrong.iloc[0].tolist() == ["mttr", "BSC208", "something is wrong here, but not this", False]


def test_beside_a_fault_the_learner_is_sent_around():
    beside = "nothing is planted in this itself; look around it"
    wrong = marked(["operational_excellence", "leavers"]).wrong.set_index("where")["why"]
    assert wrong["operational_excellence"].startswith(beside)
    assert wrong["leavers"].startswith("nothing was planted here")


def test_a_fair_finding_is_told_as_one_and_is_no_guess():
    fair = pd.DataFrame(
        {"where": ["steady", "load", "leavers"], "what": ["It is vague.", "It is loud.", "It is late."]}
    )
    marking = mark_review(["mttr", "steady", "leavers"], KEY, CARD, fair)
    assert marking.score == "2 of 6 found, 2 more flagged that were not planted, all of them fair"
    assert marking.wrong["why"].tolist() == [
        f"nothing was planted here, and it is a fair finding: {what}" for what in fair["what"].iloc[[0, 2]]
    ]
    assert rules(mark_review("load", KEY, CARD, fair)) == ["BSC706"], "what is in the key is found"
    everything = ["steady", "leavers", "mttr", "fast", "cost", "load -> mttr"]
    assert not mark_review(everything, KEY, CARD, fair).guessed


def test_a_long_name_is_known_by_its_beginning_where_that_is_one_names_only():
    assert rules(marked(["mean time"])) == ["BSC302", "BSC702"]
    with pytest.raises(UnknownNameError, match="there is no 'mean'"):
        marked(["mean"])


def test_what_is_missed_is_counted_and_not_given_away():
    text = repr(marked(["mttr", "steady"]))
    assert text.startswith("Review of Service desk: 2 of 6 found, 1 more flagged that was not planted.")
    assert "Still to be found: 1 in the scorecard as a whole, 1 in an objective, 1 in a KPI, 1 in a link." in text
    assert "twins" not in text
    assert marked(["mttr"]).missed["what"].tolist() == KEY["what"].drop([1, 2]).tolist()


def test_the_page_calls_places_by_their_names():
    page = marked(["mttr", "steady"])._repr_html_()
    assert "Mean time to restore" in page
    assert "BSC" not in page
    assert "mttr" not in page


def test_all_of_them():
    marking = marked(KEY)
    assert marking.score == "6 of 6 found, nothing else flagged"
    assert marking.rest == "That is all of them."
    assert marking.missed.empty
    assert marking.wrong.empty


@pytest.mark.parametrize("nothing", [..., None, [], {}])
def test_nothing_yet(nothing):
    marking = marked(nothing)
    assert marking.score == "0 of 6 found, nothing else flagged"
    assert list(marking.found.columns) == ["rule", "where", "part", "said", "what", "why"]
    assert list(marking.missed.columns) == ["rule", "where", "part", "what", "why"]
    assert list(marking.wrong.columns) == ["where", "said", "why", "fair"]
    assert "<table" not in marking._repr_html_()


def test_a_scorecard_without_a_fault():
    marking = marked("mttr", KEY.iloc[:0])
    assert marking.score == "0 of 0 found, 1 more flagged that was not planted"
    assert marking.rest == "That is all of them."


def test_who_names_everything_has_found_nothing():
    scorecard, _ = load_dataset("lakeside")
    everything = [part.id for part in (*scorecard.perspectives, *scorecard.objectives, *scorecard.kpis)]
    marking = mark_review(["map", *everything], answer_key("lakeside"), scorecard)
    assert marking.guessed
    assert re.search(r"\d+ of 28 found, and \d+ of your \d+ places without a fault\.", repr(marking))
    assert "That is more than one place in three." in marking.rest
    assert "<table" not in marking._repr_html_()
    assert "you could not defend" in marking.rest


@pytest.mark.parametrize("left_out", [0, 1])
def test_who_copies_a_column_has_found_nothing(left_out):
    """Sixteen of Lakeside's twenty KPIs have a fault, so too few of them all are without one to tell by the share."""
    scorecard, _ = load_dataset("lakeside")
    column = [kpi.name for kpi in scorecard.kpis][left_out:]
    marking = mark_review([*column, "chatbot"], answer_key("lakeside"), scorecard)
    assert re.search(r"\d+ of 28 found, and \d of your \d+ places without a fault\.", repr(marking))
    assert "Nearly every KPI is named, so that is no finding yet." in marking.rest
    assert "look at links and initiatives too" in marking.rest
    assert "<table" not in marking._repr_html_()


def test_who_names_what_has_faults_copies_nothing():
    scorecard, _ = load_dataset("lakeside")
    marking = mark_review(answer_key("lakeside"), answer_key("lakeside"), scorecard)
    assert not marking.all_of
    assert marking.kinds >= {"objective", "KPI", "link", "initiative"}


def test_a_place_that_is_not_in_the_scorecard_gets_the_nearest_name():
    with pytest.raises(UnknownNameError, match="did you mean 'mttr'"):
        marked(["mtrr"])


def test_html_is_escaped_and_its_tables_have_captions():
    page = marked({"mttr": "<b>slow</b>", "leavers": "a & b"})._repr_html_()
    assert "&lt;b&gt;slow&lt;/b&gt;" in page
    assert "Leavers (a &amp; b)" in page
    assert page.count("<caption") == page.count("<table ") == 2
    assert len(re.findall('scope="row"', page)) == 3


@given(st.lists(st.sampled_from(["fast", "steady", "mttr", "load", "cost", "load -> mttr", "desk"])))
def test_each_fault_is_found_or_missed_and_each_place_right_or_wrong(places):
    marking = marked(places)
    assert sorted([*rules(marking), *marking.missed["rule"]]) == sorted(KEY["rule"])
    assert set(marking.wrong["where"]) == {"steady"} & set(places)
    assert rules(marking) == rules(marked([*places, *reversed(places)]))


def test_lakeside_is_found_by_its_own_key():
    scorecard, _ = load_dataset("lakeside")
    key = answer_key("lakeside")
    marking = mark_review(list(zip(key["where"], key["rule"], strict=True)), key, scorecard)
    assert marking.score == f"{len(key)} of {len(key)} found, nothing else flagged"
    assert rules(mark_review("head of it", key, scorecard)) == ["BSC801"]


def test_places_that_share_a_fault_are_told_of():
    """The numbers of a list that is too long add up: two places may name one fault."""
    scorecard, _ = load_dataset("lakeside")
    sound = ["second-line", "online-forms", "answer-citizens", "serve-online", "keep-staff", "budget-variance"]
    marking = mark_review(["map", "Head of IT", *sound], answer_key("lakeside"), scorecard)
    assert marking.score.startswith("1 of 28 found, and 6 of your 8 places without a fault; ")
    assert marking.score.endswith("the other 2 name 1 fault together")
