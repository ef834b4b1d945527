"""Papers: the outline's proportions, no question twice, the same for the same seed, and not to be had by luck."""

from collections import Counter

import numpy as np
import pytest

from bsclib.errors import BscError, UnknownNameError
from bsclib.study.questions.bank import Bank, read_questions
from bsclib.study.questions.draw import draw_paper
from bsclib.study.questions.exams import find_exam, shipped_exams


@pytest.fixture(scope="module")
def bank():
    return read_questions()


def shown(paper):
    return [(item.entry.question.id, item.question.stem, item.order, item.matches) for item in paper.items]


def passes(paper, chances, rng, people):
    """How many of so many people pass who get each item right with its chance."""
    right = (rng.random((people, len(paper.items))) < chances).sum(axis=1)
    return (right >= paper.needed).mean()


def test_a_full_cobit_paper_follows_the_outline(bank):
    paper = draw_paper(bank, "cobit-foundation", seed=7)
    count = Counter(item.topic for item in paper.items)
    assert [count[topic.id] for topic in paper.exam.topics] == [9, 10, 23, 17, 3, 5, 2, 6]
    assert (paper.needed, paper.minutes, paper.note) == (49, 120, "")
    assert len({item.entry.question.id for item in paper.items}) == 75


def test_the_same_seed_gives_the_same_paper_and_another_another(bank):
    first, again, other = (shown(draw_paper(bank, "cobit-foundation", seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other
    assert len({id for id, *_ in first} - {id for id, *_ in other}) >= 20


def test_the_key_points_to_what_is_right(bank):
    paper = draw_paper(bank, "final", seed=3)
    assert {"single", "several", "order", "match", "numeric"} == {item.question.kind for item in paper.items}
    for item in paper.items:
        options, kind = item.options, item.question.kind
        if kind == "order":
            assert [options[place] for place in item.key] == list(item.question.options)
            assert item.key != tuple(range(len(options)))
        elif kind == "match":
            beside = [item.question.options[i].to for i in item.matches]
            assert [beside[place] for place in item.key] == [option.to for option in options]
        else:
            assert [option for option in options if option.right] == [options[place] for place in item.key]
        assert "{" not in item.question.stem


def test_right_options_are_spread_over_the_places(bank):
    papers = [draw_paper(bank, "cobit-foundation", seed) for seed in range(4)]
    keys = [item.key[0] for paper in papers for item in paper.items if item.question.kind == "single"]
    share = np.bincount(keys, minlength=4) / len(keys)
    assert (share > 0.15).all()
    assert (share < 0.35).all()


def test_no_guesser_of_two_thousand_passes_and_who_knows_most_does(bank):
    paper, rng = draw_paper(bank, "cobit-foundation", seed=1), np.random.default_rng(0)
    assert passes(paper, np.array([item.luck for item in paper.items]), rng, 2000) == 0
    assert passes(paper, 0.8, rng, 4000) >= 0.97
    assert passes(paper, 0.5, rng, 4000) <= 0.03


@pytest.mark.parametrize("every", [3, 6, 16])
def test_a_small_bank_shortens_in_proportion_and_says_so(bank, every):
    small = Bank(bank.entries[::every], bank.sources)
    paper = draw_paper(small, "cobit-foundation", seed=1)
    assert f"The bank fills {len(paper.items)} questions of 75" in paper.note
    assert abs(paper.minutes - 120 * len(paper.items) / 75) <= 0.5
    if paper.needed is None:
        assert "could be passed by guessing, so it has no pass mark" in paper.note
    else:
        chances = np.array([item.luck for item in paper.items])
        assert passes(paper, chances, np.random.default_rng(0), 2000) == 0


def test_a_part_of_an_exam_is_as_long_as_its_weight(bank):
    paper = draw_paper(bank, "cisa")
    assert len(paper.items) == round(150 * 0.18)
    assert paper.needed is None
    assert "the domain on governance only" in paper.note
    assert "450 on a scale from 200 to 800" in paper.note


def test_an_exam_without_known_weights_says_so(bank):
    paper = draw_paper(bank, "cism")
    assert {item.topic for item in paper.items} == {""}, "one topic, whichever the bank's"
    assert "did not find its new weights" in paper.note
    with pytest.raises(BscError, match="how many questions it has, and their weights, is not published"):
        draw_paper(bank, "bsp")


def test_every_exam_can_be_drawn_but_that_of_unknown_length(bank):
    for exam in shipped_exams():
        if find_exam(exam).questions:
            assert draw_paper(bank, exam, seed=2).items


def test_a_bank_without_questions_for_the_exam_is_an_error(bank):
    others = tuple(entry for entry in bank.entries if entry.topic == "criticism")
    with pytest.raises(BscError, match="the bank has no questions for COBIT 2019 Foundation"):
        draw_paper(Bank(others, bank.sources), "cobit-foundation")


@pytest.mark.parametrize("seed", ["seven", -1, 1.5, True])
def test_a_seed_that_is_none_is_an_error(bank, seed):
    with pytest.raises(BscError, match="this makes no random numbers"):
        draw_paper(bank, "cobit-foundation", seed)


def test_an_unknown_exam_is_an_error(bank):
    with pytest.raises(UnknownNameError, match="there is no exam 'cobit'"):
        draw_paper(bank, "cobit")
