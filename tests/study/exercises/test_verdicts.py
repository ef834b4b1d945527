"""Verdicts read off the evidence that `mapped` writes down."""

import numpy as np
import pytest
from mapped import EVIDENCE, asked, case, link

from bsclib.study.exercises.question import Question, judge
from bsclib.study.exercises.verdicts import _plain_case


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("verdict", "refuted"),  # of speed → smiles at most 0.06, and 0.1 would matter
        ("verdict", "rejected"),
        ("false_among", 0.1),
        ("months", 22),  # 70 - 48
        ("more_months", 3),  # its number in the table of all links
        ("more_months", "smiles → sales"),  # courses → speed would only look surer
    ],
)
def test_by_hand(name, answer):
    assert judge(answer, asked(name)).state == "right", asked(name)


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("verdict", "supported", "q would have to be 0.10 or less"),
        ("verdict", "too little data", "the interval would still reach what matters, which is 0.1"),
        ("verdict", "not testable", "it was tested"),
        ("false_among", 0.3, "a share of the tested links"),
        ("false_among", 0, "no test can promise that"),
        ("months", 70, "Take away those that the test could use"),
        ("months", 69, "all months that were observed. The test could use only 48 of them"),
        ("months", 142, "the other end of the range, if the link is weak"),
        ("months", 190, "the other end of the range, and in all"),
        ("more_months", "courses → speed", "only looks surer"),
        ("more_months", "both", "the unseen driver is there in them too"),
        ("more_months", [1, 3], "the unseen driver is there in them too"),
        ("more_months", "neither", "names the months it takes"),
    ],
)
def test_slips(name, answer, says):
    outcome = judge(answer, asked(name))
    assert outcome.state == "wrong"
    assert says in outcome.message


@pytest.mark.parametrize(("place", "verdict"), [(0, "supported"), (2, "too_little_data")])
def test_each_verdict_can_be_asked_for(place, verdict):
    rows = [EVIDENCE[place] if at == place else EVIDENCE[3] for at in range(4)]
    question = asked("verdict", case(rows))
    assert judge(verdict, question).state == "right"
    namespace = {}
    exec(question.code, namespace)
    assert namespace["answer"] == verdict


def test_a_negative_link_is_read_in_its_own_direction():
    """Of at most -0.25 .. 0.1 with a minus: 0.25 the stated way, more than the 0.2 that matter."""
    rows = [(-0.1, -0.25, 0.1, -0.2, 0.2, 0.2, "too_little_data", 50, 60, 80, 0.1)]
    links = [link("courses", "speed", sign="-", lag=3, smallest_effect=0.2)]
    assert judge("too little data", asked("verdict", case(rows, links=links))).state == "right"


def test_an_effect_that_is_sure_and_too_small_to_matter_is_refuted():
    """As the lesson's table says: first what is still possible, then q."""
    rows = [(0.07, 0.05, 0.1, 0.08, 0.001, 0.01, "refuted", 50, None, None, 0.1)]
    question = asked("verdict", case(rows, links=[link("courses", "speed", smallest_effect=0.2)]))
    assert judge("refuted", question).state == "right"
    namespace = {}
    exec(question.code, namespace)
    assert namespace["answer"] == "refuted"


def test_what_cannot_be_read_off_its_interval_is_not_asked_about():
    """Refuted by another lag of its window, or on the edge."""
    odd = [(0.02, -0.04, 0.30, 0.04, 0.3, 0.3, "refuted", 52, None, None, 0.1)]
    edge = [(0.1, -0.10, 0.2, 0.04, 0.3, 0.3, "too_little_data", 52, 60, 70, 0.1)]
    links = [link("courses", "speed", smallest_effect=0.2)]
    assert _plain_case(case(odd, links=links)) is None
    assert _plain_case(case(edge, links=links)) is None


class TestSlope:
    """A regression of the learner's own."""

    def test_least_squares(self):
        def slope(cause, effect, lag):
            return np.polyfit(cause[: len(cause) - lag], effect[lag:], 1)[0]

        assert judge(slope, asked("slope")).state == "right"

    @pytest.mark.parametrize(
        ("function", "says"),
        [
            (lambda cause, effect, lag: np.polyfit(cause, effect, 1)[0], "the effect of the same month"),
            (lambda cause, effect, lag: np.polyfit(cause[:-lag], effect[lag:], 1)[0], "`cause[:-0]` is empty"),
            (lambda cause, effect, lag: _by_means(cause[:-lag], effect[lag:]), "`cause[:-0]` is empty"),
            (lambda cause, effect, lag: 1 / 0, "your function stops: ZeroDivisionError"),
            (
                lambda cause, effect, lag: np.polyfit(effect[: len(cause) - lag], cause[lag:], 1)[0],
                "your function gives",
            ),
            (
                lambda cause, effect, lag: np.polyfit(effect[lag:], cause[: len(cause) - lag], 1)[0],
                "distances of the effect",
            ),
            (lambda cause, effect, lag: np.corrcoef(cause[: len(cause) - lag], effect[lag:])[0, 1], "has no unit"),
        ],
        ids=["no lag", "empty", "empty, a mean", "stops always", "backwards", "swapped", "correlation"],
    )
    def test_slips(self, function, says):
        outcome = judge(function, asked("slope"))
        assert outcome.state == "wrong"
        assert says in outcome.message

    def test_the_series_are_left_as_they_are(self):
        def spoils(cause, effect, lag):
            raise ValueError(cause.clear())

        assert "your function stops" in judge(spoils, asked("slope")).message


class TestHidden:
    ROWS = (EVIDENCE[0], (0.4, 0.2, 0.6, 0.9, 0.01, 0.02, "supported", 50, None, None, 0.25), *EVIDENCE[2:])

    def test_the_weaker_falls(self):
        question = asked("hidden", case(self.ROWS))
        assert judge(2, question).state == "right"
        assert judge("speed → smiles", question).state == "right"
        assert "they are the ones that stand" in judge(1, question).message
        assert "only a stronger driver" in judge([1, 2], question).message

    def test_of_equals_nothing_is_asked(self):
        rows = (self.ROWS[1], self.ROWS[1], *EVIDENCE[2:])
        assert "equally strong" in asked("hidden", case(rows))

    def test_a_hundredth_between_two_is_enough(self):
        near = [(*self.ROWS[1][:-1], share) for share in (0.31, 0.3)]
        question = asked("hidden", case((*near, *EVIDENCE[2:])))
        assert "may make up 30 % of the noise" in question.text
        assert judge(2, question).state == "right"

    def test_a_long_map_shows_both_ends(self):
        links = [link(one, other) for one in ("courses", "speed", "noise", "margin") for other in ("smiles", "sales")]
        links += [link(one, other) for one in ("courses", "speed") for other in ("noise", "margin")]
        links += [link("smiles", other) for other in ("noise", "sales", "margin")]
        strengths = [0.1 + at / 100 for at in range(len(links))]
        rows = [(*EVIDENCE[0][:-1], strength) for strength in strengths]
        question = asked("hidden", case(rows, links=links))
        assert len(question.given) == 1 + 12
        assert judge([1, 2, 3], question).state == "right"
        assert "what is named belongs, and 2 more do" in judge(1, question).message


def test_one_supported_link_is_nothing_to_choose_from():
    found = asked("hidden")
    assert not isinstance(found, Question)
    assert "Fewer than two" in found


def test_months_without_an_end_are_left_out():
    rows = [(*EVIDENCE[2][:8], 70, float("inf"), 0.2)]
    question = asked("months", case(rows, links=[link("courses", "speed")]))
    assert judge(22, question).state == "right"


def _by_means(x, y):
    """What learners write, on pairs that may be none."""
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)


@pytest.mark.parametrize("place", [0, 2])
def test_more_months_are_asked_about_where_one_link_is_supported_and_another_waits(place):
    rows = [EVIDENCE[1] if at == place else row for at, row in enumerate(EVIDENCE)]
    assert "It takes a supported link and one with too little data" in asked("more_months", case(rows))
