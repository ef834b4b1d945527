"""A question as it is put, by hand."""

import bank
import pytest

from bsclib.study.questions.question import Entry, Item, made


def item(**changes):
    question = made(bank.question(**changes))
    n = len(question.options)
    return Item(Entry(question, "mine", "here"), question, "mine", tuple(range(n))[::-1], tuple(range(n)))


def test_fields_become_a_question():
    question = made(bank.question(exams=["cism"]))
    assert (question.exams, question.kind, question.right) == (("cism",), "single", (0,))


@pytest.mark.parametrize(
    ("kind", "key", "luck"), [("single", (3,), 1 / 4), ("order", (3, 2, 1, 0), 1 / 24), ("match", (3, 2, 1, 0), 1 / 24)]
)
def test_the_key_is_in_places_as_shown(kind, key, luck):
    put = item(kind=kind)
    assert put.options[0].text == "these"
    assert put.key == key
    assert put.luck == luck


def test_luck_of_several_right_is_that_of_who_knows_how_many():
    options = bank.options("a", "b", "c", "d", right=0)
    options[1]["right"] = True
    assert item(kind="several", options=options).luck == pytest.approx(1 / 6)
