"""Single questions are what the bank holds, read without the rest."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from bsclib.errors import UnknownNameError
from bsclib.study.questions import stock
from bsclib.study.questions.bank import read_questions


def test_each_question_is_found_as_the_bank_reads_it():
    entries = read_questions().entries
    found = [stock.read_entry(place) for place in stock.places()]
    assert [(e.question, e.topic, e.story, e.case) for e in found] == [
        (e.question, e.topic, e.story, e.case) for e in entries
    ]


def test_a_topic_is_a_file():
    assert {place.topic for place in stock.places("itil")} == {"itil"}
    with pytest.raises(UnknownNameError, match=r"there is no topic 'itl'.*did you mean 'itil'"):
        stock.places("itl")


def test_a_lesson_has_the_questions_that_send_back_to_it():
    found = {place.id for place in stock.places("03_scoring")}
    entries = [entry for entry in read_questions().entries if entry.question.reread.startswith("03_scoring#")]
    assert found == {entry.id for entry in entries if not entry.case}
    assert len(found) > 20


def test_an_order_hangs_on_the_seeds_alone():
    assert stock.shuffled(range(6), 1, "one") == stock.shuffled([5, 4, 3, 2, 1, 0], 1, "one")
    first = Counter(stock.shuffled(range(4), seed, "one")[0] for seed in range(400))
    assert all(70 <= count <= 130 for count in first.values()), first


NOW = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_when_the_bank_changed_is_current():
    assert stock.CHANGED.read_text(encoding="utf-8") == stock.changed_text(NOW), "run `make derived`"
    assert stock.changed_at() < NOW.timestamp()


def test_a_change_of_any_text_takes_the_time(monkeypatch, tmp_path):
    texts = {**stock._texts(), "itil": stock._texts()["itil"] + " "}
    monkeypatch.setattr(stock, "_texts", lambda: texts)
    assert json.loads(stock.changed_text(NOW))["at"] == "2031-02-03T04:05:06Z"
    monkeypatch.undo()
    monkeypatch.setattr(stock, "CHANGED", tmp_path / "none.json")
    assert json.loads(stock.changed_text(NOW))["at"] == "2031-02-03T04:05:06Z"


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_what_is_put_keeps_its_key(seed):
    for place in stock.places():
        item = stock.put(stock.read_entry(place), seed)
        kind = item.question.kind
        if kind == "order":
            assert [item.options[i] for i in item.key] == list(item.question.options)
            assert item.key != tuple(range(len(item.key)))
        elif kind == "match":
            assert [item.beside[i] for i in item.key] == [option.to for option in item.options]
        else:
            assert [item.options[i] for i in item.key] == [option for option in item.options if option.right]
        assert "{" not in item.question.stem
