"""The exercises of lesson 04 where there is nothing to ask."""

import pytest
from samples import one_kpi, table

from bsclib import score
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import Question, exercises_of


def test_there_are_eleven_of_them():
    assert len(exercises_of("04")) == 11


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
def test_a_reason_is_given_where_there_is_nothing_to_ask(name, reason):
    card, actuals = one_kpi(), table(("k", "2026-06", 60))
    asked = {one.name: one for one in exercises_of("04")}[name].ask(Case(card, actuals, score(card, actuals)))
    assert not isinstance(asked, Question)
    assert reason in asked
