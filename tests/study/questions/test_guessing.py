"""How far one gets by what can be seen, counted by hand."""

import bank
import pytest

from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.guessing import by_luck, strategies


@pytest.fixture
def table(tmp_path):
    first = bank.question(options=bank.options("longest", "ab", "cd", "ef"))
    second = bank.question(id="two", options=bank.options("ab cd", "abcd", "efgh", right=2))
    return strategies(read_questions(bank.write(tmp_path / "m.yaml", first, second))).set_index("strategy")


def test_strategies_are_counted_by_hand(table):
    assert table.loc["longest option", "right"] == 1
    assert table.loc["shortest option", "right"] == 0.5  # "abcd" and "efgh" are alike
    assert table.loc["longest word", "right"] == 1.5  # of two that are alike, either
    assert table.loc["always A", "right"] == 1
    assert table.loc["always C", "right"] == 1


def test_a_place_that_a_question_lacks_is_left_out(table):
    assert table.loc["always D", "questions"] == 1
    assert table.loc["always D", "chance"] == 0.25
    assert table.loc["always A", "chance"] == pytest.approx((1 / 4 + 1 / 3) / 2)


def test_what_chance_explains_grows_with_the_questions(table):
    assert (table["most"] <= table["questions"]).all()


def test_luck_is_the_binomial_distribution_where_chances_are_alike():
    assert by_luck([0.5] * 2).tolist() == [0.25, 0.5, 0.25]
    assert by_luck([]).tolist() == [1.0]
    spread = by_luck([0.25] * 75)
    assert spread @ range(76) == pytest.approx(18.75)
    assert spread[49:].sum() < 1e-12
