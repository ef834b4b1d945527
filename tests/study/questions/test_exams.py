"""Exams: what their publishers state, and nothing that was made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.errors import UnknownNameError
from bsclib.study.questions.exams import find_exam, largest_remainder, shipped_exams, tags


def test_cobit_foundation_is_apportioned_as_published():
    exam = find_exam("cobit-foundation")
    weights = [topic.weight for topic in exam.topics]
    assert weights == [12, 13, 30, 23, 4, 7, 3, 8]
    assert largest_remainder(weights, 75) == [9, 10, 23, 17, 3, 5, 2, 6]
    assert (exam.questions, exam.minutes, exam.pass_share) == (75, 120, 0.65)


def test_cgeit_has_its_four_domains():
    assert [topic.weight for topic in find_exam("cgeit").topics] == [40, 15, 26, 19]


@pytest.mark.parametrize("exam", shipped_exams().values(), ids=lambda exam: exam.id)
def test_weights_are_whole_and_every_exam_says_who_says_so(exam):
    assert not exam.topics or sum(topic.weight for topic in exam.topics) == 100
    assert exam.source
    assert exam.seen
    assert {*exam.covers} <= {topic.id for topic in exam.topics}
    if not exam.topics or exam.covers:
        assert exam.note, "what is not known, or not covered, is said"


def test_the_new_weights_of_cism_are_not_made_up():
    exam = find_exam("cism")
    assert exam.topics == ()
    assert exam.valid_from == "2026-11-03"
    assert "did not find its new weights" in exam.note


def test_an_unknown_exam_names_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'cobit-foundation'"):
        find_exam("cobit-fundation")


def test_a_tag_names_a_topic_where_topics_are_known():
    assert {"cobit-foundation.principles", "cism", "bsp"} <= tags()
    assert not {"cobit-foundation", "final", "final.kpis"} & tags()


@given(st.lists(st.floats(0.5, 60), min_size=1, max_size=10), st.integers(0, 200))
def test_largest_remainder_keeps_the_total_and_every_quota(weights, total):
    shares = largest_remainder(weights, total)
    quotas = [weight * total / sum(weights) for weight in weights]
    assert sum(shares) == total
    assert all(abs(share - quota) < 1 + 1e-6 for share, quota in zip(shares, quotas, strict=True))
