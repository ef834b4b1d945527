"""A learner's own numbers: others for each name, the same for the same, and no harder."""

import pytest

from bsclib import read_actuals, read_scorecard, study
from bsclib.errors import BscError
from bsclib.study.answers import Names
from bsclib.study.exercises.variant import learner_key


@pytest.fixture(scope="module")
def meridian():
    return read_scorecard("meridian"), read_actuals("meridian")


@pytest.fixture(scope="module")
def lessons(meridian):
    return {name: study.lesson("03", *meridian, learner=name) for name in ("", "ana", "Ben")}


def right(lesson, name):
    return lesson._question(name).expects.right


def test_numbers_differ_from_learner_to_learner(lessons):
    for name in ("expected", "attainment", "threshold", "weights", "ratio"):
        assert len({right(lesson, name) for lesson in lessons.values()}) == 3, name


def test_the_same_name_gives_the_same_numbers_everywhere(meridian, lessons):
    again = study.lesson("03", *meridian, learner=" ANA ")
    assert [right(again, name) for name in again.names] == [right(lessons["ana"], name) for name in again.names]
    # As drawn on another machine:
    assert right(again, "attainment") == pytest.approx(0.75297, abs=1e-5)
    assert right(again, "weights") == pytest.approx(93.950, abs=1e-3)


def test_the_same_is_asked_of_everybody(lessons):
    for name in lessons[""].names:
        questions = [lesson._question(name) for lesson in lessons.values()]
        assert len({type(question.expects) for question in questions}) == 1
        if isinstance(questions[0].expects, Names):
            assert len({len(question.expects.right) for question in questions}) == 1


def test_statuses_stay_those_of_the_month(meridian, lessons):
    own = lessons["ana"].case
    plain = study.lesson("03", *meridian, as_of=own.period).case
    assert own.of("kpi")["status"].equals(plain.of("kpi")["status"])
    assert not own.of("kpi")["actual"].equals(plain.of("kpi")["actual"])


@pytest.mark.parametrize("learner", ["ana", "Ben"])
def test_the_checker_follows(lessons, learner):
    lesson = lessons[learner]
    for name in lesson.names:
        names = {"lesson": lesson}
        exec(lesson.solution(name).code, names)
        assert lesson.check(name, names["answer"]).state == "right", name
    assert lesson.check("attainment", right(lessons[""], "attainment")).state == "wrong"


def test_other_lessons_have_the_same_numbers_for_all(meridian):
    card, actuals = meridian
    lesson = study.lesson("04", card, actuals, learner="ana")
    assert lesson.data[1] is actuals


@pytest.mark.parametrize("wrong", [7, None, True, ["ana"], b"ana"])
def test_a_name_is_a_text(meridian, wrong):
    with pytest.raises(BscError, match=r"learner: a name is a text\. Got: "):
        study.lesson("03", *meridian, learner=wrong)
    assert learner_key(" Ａｎａ-María ") == "ana maría"


def test_where_no_month_asks_the_same_it_stays_as_it_is():
    from samples import MAY, desk

    lesson = study.lesson("03", desk(), MAY, learner="ana")
    assert [lesson.check(name, ...).state for name in lesson.names]
