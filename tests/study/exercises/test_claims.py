"""What the map of `mapped` claims and leaves out, and what correlation makes of its KPIs."""

import numpy as np
import pandas as pd
import pytest
from mapped import CARD, asked, case, link
from samples import one_kpi, table

from bsclib import score
from bsclib.model.build import build
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import Question, exercises_of, judge

MONTHS = [f"{2022 + at // 12}-{at % 12 + 1:02d}" for at in range(48)]
OPEN = [
    *CARD["links"],
    link("noise", "speed", sign=None),
    link("courses", "noise", lag=0),
    link("noise", "courses", lag=0),
]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("not_testable", [4]),
        ("not_testable", "sales → margin"),
        ("orphans", "Noise"),
        ("orphans", 6),  # its number in the table
        ("by_chance", 0.75),  # 15 pairs
        ("by_chance", "0.8"),
    ],
)
def test_by_hand(name, answer):
    assert judge(answer, asked(name)).state == "right", asked(name)


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("not_testable", [2, 4], "the links with a lag of 0"),
        ("not_testable", [1], "‘1’ does not belong"),
        ("not_testable", [9], "none of those asked about"),
        ("orphans", ["noise", "speed"], "‘speed’ does not belong. It stands beside an arrow"),
        ("orphans", ["courses", "noise"], "Some of these are the cause of another KPI"),
        ("orphans", ["margin", "noise"], "Some of these are the effect of another KPI"),
        ("by_chance", 1.5, "you counted each pair twice"),
        ("by_chance", 1.8, "each KPI with itself"),
        ("by_chance", 0.3, "five in a hundred of the KPIs"),
        ("by_chance", 15, "this is how many pairs there are"),
    ],
)
def test_slips(name, answer, says):
    outcome = judge(answer, asked(name))
    assert outcome.state == "wrong"
    assert says in outcome.message


def test_what_no_data_can_test_for_other_reasons():
    question = asked("not_testable", links=OPEN)
    assert judge([4, 5, 6, 7], question).state == "right"
    assert "Others cannot be tested for another reason" in judge([4], question).message
    assert "those that state too little" in judge([5], question).message
    assert ("5", "Noise → Speed", "none", "1", "not said", "100 × met / tickets") in question.given


def test_a_long_map_is_cut_but_not_its_answers():
    many = [link(one, other) for one in ("courses", "speed", "smiles") for other in ("sales", "noise", "margin")]
    question = asked("not_testable", links=[*many, *CARD["links"], link("sales", "noise", lag=None)])
    assert len(question.given) == 1 + 8
    assert question.expects.right == {"13", "14"}


@pytest.mark.parametrize(
    ("name", "changes", "reason"),
    [
        ("not_testable", {"links": CARD["links"][:3]}, "Every link of this map can be tested"),
        ("orphans", {"links": [*CARD["links"], link("noise", "speed")]}, "Every KPI of this scorecard is in the map"),
        ("taken_out", {}, "No two KPIs"),
    ],
)
def test_a_reason_is_given_where_there_is_nothing_to_ask(name, changes, reason):
    found = asked(name, **changes)
    assert not isinstance(found, Question)
    assert reason in found


class TestTakenOut:
    @pytest.fixture
    def question(self):
        """Noise and smiles share a trend; that is all."""
        random, month = np.random.default_rng(8), np.arange(48)
        frames = [
            pd.DataFrame({"kpi": id, "period": MONTHS, "actual": month / 6 + random.normal(size=48)})
            for id in ("noise", "smiles")
        ]
        card, actuals = build(CARD), pd.concat(frames, ignore_index=True)
        return asked("taken_out", Case(card, actuals, score(card, actuals)))

    def test_what_is_left(self, question):
        assert abs(question.expects.right) < 0.35
        assert "“\u2068Smiles\u2069” and “\u2068Noise\u2069”" in question.text
        assert judge(question.expects.right + 0.02, question).state == "right"

    def test_the_correlation_as_it_is(self, question):
        raw = float(question.text.split("months is ")[1][:4])
        assert raw > 0.5
        assert "as they are" in judge(raw, question).message


def test_a_pair_that_the_map_joins_is_not_asked_about():
    assert case().scorecard.links[0].cause == "courses"
    random, month = np.random.default_rng(8), np.arange(48)
    joined = ("courses", "speed")
    frames = [
        pd.DataFrame({"kpi": id, "period": MONTHS, "actual": month / 6 + random.normal(size=48)}) for id in joined
    ]
    card, actuals = build(CARD), pd.concat(frames, ignore_index=True)
    assert isinstance(asked("taken_out", Case(card, actuals, score(card, actuals))), str)


# ------------------------------------------------------------------------------------------------ the lesson as a whole


def test_there_are_thirteen_of_them():
    assert len(exercises_of("04")) == 13


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("not_testable", "claims no cause and effect"),
        ("orphans", "claims no cause and effect"),
        ("by_chance", "fewer than three KPIs"),
        ("taken_out", "No two KPIs"),
        ("verdict", "a verdict that can be read off its interval"),
        ("false_among", "No link of this scorecard could be tested"),
        ("months", "left with too little data"),
        ("hidden", "Fewer than two links"),
        ("total_effect", "No two links of this map follow each other"),
        ("total_lag", "No two links of this map follow each other"),
        ("weakest", "No two links of this map follow each other"),
    ],
)
def test_a_scorecard_of_one_kpi_gets_a_reason_each_time(name, reason):
    card, actuals = one_kpi(), table(("k", "2026-06", 60))
    put = {one.name: one for one in exercises_of("04")}[name].ask(Case(card, actuals, score(card, actuals)))
    assert not isinstance(put, Question)
    assert reason in put
