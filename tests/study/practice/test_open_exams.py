"""An exam that is stopped goes on where it was."""

import json

import pytest
import sat

from bsclib.errors import BscError
from bsclib.study.practice import open_exams
from bsclib.study.practice import sitting as engine


@pytest.fixture
def stopped():
    state = engine.flagged(engine.answered(engine.begun(sat.paper(), 0.0), (2,), 30.0), 50.0)
    open_exams.save(state, 7)
    return state


def test_everything_is_as_it_was_left_the_time_included(stopped):
    again = open_exams.load(sat.paper(), 7, now=5_000.0)
    assert (again.answers, again.flagged, again.place, again.spent) == ({0: (2,)}, {1}, 1, 50.0)
    assert engine.left(again, 5_010.0) == 600 - 60


def test_each_seed_and_way_has_its_own(stopped):
    assert open_exams.load(sat.paper(), 8, 0.0) is None
    assert open_exams.load(sat.paper(), 7, 0.0, practice=True) is None
    assert open_exams.latest("trial") == 7
    assert open_exams.latest("trial", practice=True) is None
    assert open_exams.latest("tri") is None


def test_what_was_handed_in_is_open_no_longer(stopped):
    open_exams.forget(stopped, 7)
    open_exams.forget(stopped, 7)
    assert open_exams.latest("trial") is None


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: text[:40],
        lambda text: "",
        lambda text: "[]",
        lambda text: text.replace('"version": 1', '"version": 9'),
        lambda text: text.replace('"place": 1', '"place": 9'),
        lambda text: text.replace("50.0", "-1"),
        lambda text: "null",
        lambda text: text.replace("50.0", '"x"'),
        lambda text: text.replace("[2]", "2"),
        lambda text: text.replace("50.0", "NaN"),
    ],
)
def test_a_file_that_does_not_fit_is_kept_aside(stopped, harm):
    path = open_exams.path_of("trial", 7)
    path.write_text(harm(path.read_text()))
    with pytest.raises(BscError, match=r"cannot go on.*kept in"):
        open_exams.load(sat.paper(), 7, 0.0)
    assert path.with_suffix(".aside").exists()
    assert open_exams.load(sat.paper(), 7, 0.0) is None


def test_other_questions_are_said_and_the_exam_is_left_alone(stopped):
    with pytest.raises(BscError, match=r"has other questions.*give the file of questions that it was begun with"):
        open_exams.load(sat.paper(count=5), 7, 0.0)
    assert open_exams.load(sat.paper(), 7, 0.0).answers == {0: (2,)}


def test_it_is_written_whole_or_not_at_all(stopped, monkeypatch):
    before = open_exams.path_of("trial", 7).read_text()
    monkeypatch.setattr(json, "dumps", lambda data: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        open_exams.save(stopped, 7)
    assert open_exams.path_of("trial", 7).read_text() == before
