"""What a quiz asks: by seed, or what is due and new."""

from datetime import UTC, datetime, timedelta

import bank
import pytest

from bsclib.errors import BscError, UnknownNameError
from bsclib.study.practice import choice, progress
from bsclib.study.questions import stock
from bsclib.study.questions.bank import read_questions

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def ids(chosen):
    return [each.id for each in chosen]


def test_the_same_seed_draws_the_same_and_an_added_question_changes_little():
    places = stock.places()
    first = ids(choice.by_seed(places, 20, 1))
    assert first == ids(choice.by_seed(places[::-1], 20, 1))
    assert first != ids(choice.by_seed(places, 20, 2))
    fewer = [place for place in places if place.id != first[3]]
    assert ids(choice.by_seed(fewer, 19, 1)) == first[:3] + first[4:]


def test_what_is_due_comes_first_then_what_is_new():
    data, _ = progress.read()
    places = stock.places("criticism")
    met = [place.id for place in places[:12]]
    progress.answered(data, dict.fromkeys(met[:3], False) | dict.fromkeys(met[3:], True), NOW)
    chosen = ids(choice.chosen(places, 12, 5, data, NOW + timedelta(days=1)))
    assert set(chosen[:3]) == set(met[:3])
    assert not set(chosen[3:11]) & set(met)
    assert chosen[11] in met[3:]


def test_a_topic_of_ones_own(tmp_path):
    path = bank.write(tmp_path / "mine.yaml", bank.question())
    mine = read_questions(path)
    assert ids(choice.of_topic(mine, "")) == ids(choice.of_topic(mine, "mine")) == ["one"]
    with pytest.raises(UnknownNameError, match=r"there is no topic 'cobit'\. Allowed: mine"):
        choice.of_topic(mine, "cobit")


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "5", None])
def test_a_count_that_is_none(wrong):
    with pytest.raises(BscError, match="so many questions cannot be asked"):
        choice.check_count(wrong)


@pytest.mark.parametrize("wrong", [-1, 1.5, True, "seven"])
def test_a_seed_that_is_none(wrong):
    with pytest.raises(BscError, match="this draws nothing"):
        choice.check_seed(wrong)
    assert choice.check_seed(None) is None
