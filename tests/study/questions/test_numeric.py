"""Numeric questions: the same seed, the same numbers; never two options alike."""

import pytest

from bsclib.errors import BscError
from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.numeric import fill, plain_figure
from bsclib.study.questions.recipes import RECIPES, Recipe

NUMERIC = [entry.question for entry in read_questions().entries if entry.question.kind == "numeric"]


@pytest.mark.parametrize("question", NUMERIC, ids=lambda question: question.id)
def test_numbers_come_again_with_their_seed_and_differ_with_another(question):
    assert fill(question, 5) == fill(question, 5)
    assert len({fill(question, seed).stem for seed in range(12)}) > 1
    filled = fill(question, 5)
    assert len({option.text for option in filled.options}) == len(filled.options)
    assert filled.right == question.right


def test_other_kinds_stay_as_they_are():
    question = next(entry.question for entry in read_questions().entries if entry.question.kind == "single")
    assert fill(question, 1) is question


def test_what_always_looks_alike_is_an_error(monkeypatch):
    twins = dict.fromkeys(RECIPES["higher"].results, 1.0)
    monkeypatch.setitem(RECIPES, "higher", Recipe(lambda rng: ({"floor": 1.0}, twins), 2))
    question = next(question for question in NUMERIC if question.recipe == "higher")
    with pytest.raises(BscError, match="60 draws with seed 0 gave two options alike"):
        fill(question, 0)


def test_given_numbers_are_written_as_people_do():
    assert [plain_figure(value) for value in (12.0, 0.6, -3.0, 43200.0)] == ["12", "0.6", "−3", "43,200"]
