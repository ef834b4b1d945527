"""What a paper came to, against sums done by hand and by scipy."""

import numpy as np
import pytest
import sat
from scipy import stats

from bsclib.study.practice import sitting as engine
from bsclib.study.practice.result import chance_of_form, interval, result_of, sentences
from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.draw import draw_paper


def sat_with(answers, **form):
    state = engine.begun(sat.paper(**form), 0.0)
    for now, given in enumerate(answers, 1):
        state = engine.answered(state, given, float(now)) if given else engine.skipped(state, float(now))
    return engine.handed_in(state, 60.0 * 5)


def test_by_topic_with_how_much_it_rests_on():
    result = result_of(sat_with([(0,), (1,), (0,)]))
    assert (result.right, result.count, result.passed, result.minutes) == (2, 4, False, 5.0)
    assert result.topics[["topic", "questions", "answered", "right"]].to_numpy().tolist() == [
        ["A", 2, 2, 2],
        ["B", 2, 1, 0],
    ]
    assert result.topics["low"].iloc[0] == pytest.approx(0.342, abs=1e-3)
    assert result.reread.to_numpy().tolist() == [["00_start_here", "To take with you", 2]]


@pytest.mark.parametrize(("right", "count"), [(0, 3), (3, 3), (49, 75), (1, 2)])
def test_the_interval_is_wilsons(right, count):
    known = stats.binomtest(right, count).proportion_ci(0.95, method="wilson")
    assert interval(right, count) == pytest.approx((known.low, known.high), abs=1e-4)


@pytest.mark.parametrize(("right", "count"), [(40, 75), (49, 75), (60, 75), (5, 6), (0, 4)])
def test_the_chance_is_a_beta_binomial_forecast(right, count):
    known = stats.betabinom(75, right + 0.5, count - right + 0.5).sf(48)
    assert chance_of_form(right, count, 75, 0.65) == pytest.approx(known, abs=1e-9)


def test_where_no_mark_is_published_no_chance_is_told():
    result = result_of(sat_with([(0,)], needed=None, pass_share=None))
    assert (result.passed, result.chance) == (None, None)


def test_the_words_say_what_is_not_known():
    state = sat_with([(0,), (0,), (0,)])
    said = " ".join(sentences(result_of(state), state))
    assert (
        "3 of 4 questions right, 75 %. Passed: the pass mark is 3. 1 question without an answer counts as wrong."
        in said
    )
    assert "Chance of passing the real form of 40 questions: " in said
    assert "It holds if the real questions are as hard for you as these" in said
    few = sat_with([(0,)], needed=None)
    assert "assed" not in " ".join(sentences(result_of(few), few)).partition("Chance")[0]


def test_who_guesses_does_not_pass_and_who_knows_half_and_guesses_the_rest_is_printed(capsys):
    paper, rng = draw_paper(read_questions(), "cobit-foundation", seed=5), np.random.default_rng(1)
    luck = np.array([item.luck for item in paper.items])
    people = 2000
    guessers = (rng.random((people, 75)) < luck).sum(axis=1)
    half = (rng.random((people, 75)) < np.where(rng.random((people, 75)) < 0.5, 1.0, luck)).sum(axis=1)
    assert (guessers >= paper.needed).sum() == 0
    with capsys.disabled():
        print(f"\nknows half and guesses the rest: {(half >= paper.needed).mean():.1%} of {people} pass")  # noqa: T201
