"""How far one gets by what can be seen, counted by hand."""

import bank
import pytest

from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.guessing import strategies


@pytest.fixture
def table(tmp_path):
    first = bank.question(options=bank.options("longest", "ab", "cd", "ef"))
    second = bank.question(id="two", options=bank.options("ab cd", "abcd", "efgh", right=2))
    return strategies(read_questions(bank.write(tmp_path / "m.yaml", first, second))).set_index("strategy")


def test_strategies_are_counted_by_hand(table):
    assert table.loc["longest option", "right"] == 1
    assert table.loc["longest word", "right"] == 1.5  # of two that are alike, either
    assert table.loc["always A", "right"] == 1
    assert table.loc["always C", "right"] == 1


def test_a_place_that_a_question_lacks_is_left_out(table):
    assert table.loc["always D", "questions"] == 1
    assert table.loc["always D", "chance"] == 0.25
    assert table.loc["always A", "chance"] == pytest.approx((1 / 4 + 1 / 3) / 2)


def test_what_chance_explains_grows_with_the_questions(table):
    assert (table["most"] <= table["questions"]).all()
