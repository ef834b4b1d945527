"""The chain of `mapped`: courses → speed → smiles → sales → margin, the last link of which no data can test."""

import pytest
from mapped import CARD, EVIDENCE, asked, case, link

from bsclib.study.exercises.question import Question, judge

FIRST = CARD["links"][:3]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("total_effect", 0.24),  # 2 * 1.5 * 0.04 * 2
        ("total_lag", 5),  # 3 + 0 + 2
        ("weakest", 2),
        ("weakest", "speed → smiles"),
    ],
)
def test_by_hand(name, answer):
    question = asked(name, case(EVIDENCE[:3], links=FIRST))
    assert judge(answer, question).state == "right", question


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("total_effect", 0.12, "this is for one unit more"),
        ("total_effect", 7.08, "you added the links up"),
        ("total_effect", 4, "what the last link would do"),
        ("total_effect", 3, "what arrives at the second KPI"),
        ("total_effect", 0, "0 is what you may promise, because the data refute “Speed → Smiles”."),
        ("total_effect", 0.003, "too low"),
        ("total_effect", -0.24, "the sign is the wrong way round"),
        ("total_lag", 3, "this is the longest of the lags"),
        ("total_lag", 2, "this is the last link's lag"),
        ("weakest", 3, "leaves the question open"),
        ("weakest", 1, "One of them says more against its link"),
    ],
)
def test_slips(name, answer, says):
    outcome = judge(answer, asked(name, case(EVIDENCE[:3], links=FIRST)))
    assert outcome.state == "wrong"
    assert says in outcome.message


def test_what_is_refuted_is_named_with_the_right_answer():
    question = asked("total_effect", case(EVIDENCE[:3], links=FIRST))
    assert "Here the data refute “Speed → Smiles”. So this effect stands on paper only" in judge(0.24, question).message
    sure = [(*row[:6], "supported", *row[7:]) for row in EVIDENCE[:3]]
    question = asked("total_effect", case(sure, links=FIRST))
    assert judge(0.24, question).state == "right"
    assert "refute" not in question.words
    assert "promise" not in judge(0, question).message


def test_the_effect_is_asked_of_a_chain_that_is_known():
    """The whole chain ends in what no data can test, so nothing is known of what arrives there."""
    assert asked("total_effect") == "No two links of this map follow each other with an effect that the data can tell."
    assert judge(5, asked("total_lag")).state == "right"
    assert judge(2, asked("weakest")).state == "right"


def test_a_small_effect_is_no_weak_link():
    rows = [(0.5, 0.3, 0.7, 0.01, 0.001, 0.003, "supported", 50, None, None, 0.4), EVIDENCE[2]]
    question = asked("weakest", case(rows, links=FIRST[:2]))
    assert judge(2, question).state == "right"
    assert "Weak means little supported" in judge(1, question).message


def test_of_equals_the_larger_p_is_weaker():
    rows = [(*EVIDENCE[0][:4], p, p, *EVIDENCE[0][6:]) for p in (0.03, 0.001)]
    question = asked("weakest", case(rows, links=FIRST[:2]))
    assert judge(1, question).state == "right"
    assert "not weaker for being last" in judge(2, question).message


def test_of_two_lags_the_surer_one_counts():
    """courses → speed is stated twice, and refuted the first time."""
    links = [link("courses", "speed", lag=9), *FIRST[:2]]
    rows = [EVIDENCE[1], EVIDENCE[0], EVIDENCE[2]]
    assert judge(6, asked("total_effect", case(rows, links=links))).state == "right"  # 2 * 1.5 * 2
    assert judge(3, asked("total_lag", case(rows, links=links))).state == "right"
    weakest = asked("weakest", case(rows, links=links))
    assert [row[0] for row in weakest.given[1:]] == ["2", "3"]  # as the table of all links numbers them
    assert judge(3, weakest).state == "right"


@pytest.mark.parametrize("name", ["total_effect", "total_lag", "weakest"])
def test_links_that_do_not_follow_each_other(name):
    rows = [EVIDENCE[0], EVIDENCE[2]]
    found = asked(name, case(rows, links=[FIRST[0], link("smiles", "sales")]))
    assert not isinstance(found, Question)
    assert "No two links of this map follow each other" in found


def test_without_a_lag_or_with_none_at_all_there_is_nothing_to_add_up():
    for lag in (None, 0):
        links = [link("courses", "speed", lag=lag), link("speed", "smiles", lag=0)]
        assert isinstance(asked("total_lag", case(EVIDENCE[:2], links=links)), str)
