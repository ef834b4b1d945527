import copy
import json

import lessons_made as made
import pytest

from bsclib.errors import BscError, ReportError, UnknownNameError
from bsclib.study.exercises.question import LESSONS
from bsclib.study.teaching.lesson_notebook import as_bytes, filled, read_lesson, shipped_lessons

GOOD = [*made.exercise("attainment"), *made.exercise("edge")]


def faults_of(cells, tmp_path, **more):
    with pytest.raises(BscError) as raised:
        read_lesson(made.saved(made.lesson(*cells, **more), tmp_path))
    return [str(fault) for fault in raised.value.faults]


def test_every_notebook_that_ships_can_be_taught_from():
    lessons = shipped_lessons()
    assert {one.number for one in lessons} - {""} == set(LESSONS)
    assert all(len(one.exercises) >= 3 for one in lessons if one.number)
    assert {one.scorecard for one in lessons} == {"meridian"}


def test_a_lesson_of_ones_own(tmp_path):
    one = read_lesson(made.saved(made.lesson(*GOOD), tmp_path))
    assert (one.number, one.exercises, one.scorecard, one.learner) == ("03", ("attainment", "edge"), "meridian", "")


@pytest.mark.parametrize("wanted", ["3", "03", "03_scoring", "03_scoring.ipynb"])
def test_lessons_are_called_by_number_or_name(wanted):
    assert [one.path.name for one in shipped_lessons([wanted])] == ["03_scoring.ipynb"]


def test_both_of_one_number_and_a_path(tmp_path):
    path = made.saved(made.lesson(*GOOD), tmp_path)
    names = [one.path.name for one in shipped_lessons(["09", str(path)])]
    assert names == ["09_executive_report.ipynb", "09_shared_language.ipynb", "own.ipynb"]


@pytest.mark.parametrize("wanted", ["03_scorign", "", "99", "missing.ipynb"])
def test_an_unknown_lesson_is_said_with_those_there_are(wanted):
    with pytest.raises(UnknownNameError, match=f"there is no lesson '{wanted}'.*03_scoring"):
        shipped_lessons([wanted])


def test_a_missing_solution_is_said_with_its_cell(tmp_path):
    (fault,) = faults_of(GOOD[:3], tmp_path)
    assert fault.startswith("own.ipynb, cell 6 (edge-answer): the exercise 'edge' has no solution. Fix: add a cell")


def test_a_doubled_id_is_said_once(tmp_path):
    cells = copy.deepcopy(GOOD)
    cells[2]["id"] = "attainment-answer"
    (fault,) = faults_of(cells, tmp_path)
    assert fault.startswith("own.ipynb, cell 4 (attainment-answer): another cell has the id 'attainment-answer' too")


def test_every_fault_is_said_at_once(tmp_path):
    cells = [*GOOD, *made.exercise("egde"), *made.exercise("weights")[1:], *made.exercise("attainment")[:1]]
    cells[-1]["id"] = ""
    faults = faults_of(cells, tmp_path)
    assert len(faults) == 4
    assert "(attainment-answer): the exercise 'attainment' is put twice" in faults[1]
    assert "there is no exercise 'egde'" in faults[2]
    assert "did you mean 'edge'?" in faults[2]
    assert "this is the solution of 'weights', which is not put" in faults[3]
    assert "cell 11: this cell has no id" in faults[0]


@pytest.mark.parametrize(
    ("stub", "says"),
    [
        ('lesson.ask("edge")\nlesson.check("edge", answer)', "no place for an answer"),
        ('lesson.ask("edge")\nanswer = ...', "not checked in its own cell. Got: no lesson.check"),
        (
            'lesson.ask("edge")\nanswer = ...\nlesson.check("weights", answer)',
            "not checked in its own cell. Got: weights",
        ),
        ('lesson.ask("edge")\nlesson.ask("zero")\nanswer = ...\nlesson.check("edge", answer)', "puts two exercises"),
    ],
)
def test_a_stub_that_cannot_be_answered(tmp_path, stub, says):
    with pytest.raises(BscError, match=says):
        read_lesson(made.saved(made.lesson(made.code("e", stub, "exercise"), GOOD[3]), tmp_path))


@pytest.mark.parametrize("setup", ["pass", 'lesson = study.lesson("42", scorecard, actuals)'])
def test_exercises_without_a_lesson(tmp_path, setup):
    (fault,) = faults_of(GOOD, tmp_path, setup=setup)
    assert fault.startswith("own.ipynb: there are exercises, but no lesson that they belong to.")


def test_what_is_no_notebook(tmp_path):
    (tmp_path / "own.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(ReportError, match=r"own\.ipynb: this is not a notebook"):
        read_lesson(tmp_path / "own.ipynb")


def test_two_lessons_of_one_name_do_not_fit_into_one_folder(tmp_path):
    paths = []
    for part in ("a", "b"):
        (tmp_path / part).mkdir()
        paths.append(str(made.saved(made.lesson(*GOOD), tmp_path / part)))
    with pytest.raises(BscError, match="two lessons have this file name"):
        shipped_lessons(paths)


def test_a_stub_and_its_solution_differ_where_the_dots_are():
    before, dots, after = filled("edge").partition("answer = ...")
    assert filled("edge", "x = 1\nanswer = x") == f"{before}x = 1\nanswer = x{after}"
    assert dots


def test_the_committed_notebooks_are_written_as_jupyter_writes_them():
    for one in shipped_lessons():
        assert json.loads(as_bytes(one.content)) == one.content
