import json

import lessons_made as made
import pytest

from bsclib.errors import BscError
from bsclib.files import atomic
from bsclib.reporting.notebook import tags_of
from bsclib.study.exercises.question import Question
from bsclib.study.teaching import editions
from bsclib.study.teaching.assignments import SETTINGS, assignment_files, write_assignment
from bsclib.study.teaching.lesson_notebook import asks, read_lesson, shipped_lessons


@pytest.fixture
def own(tmp_path):
    cells = [*made.exercise("attainment"), made.text("note", "For me.", "notes"), *made.exercise("edge")]
    return made.saved(made.lesson(*cells), tmp_path)


def cells_of(path):
    files, points = assignment_files(read_lesson(path))
    return json.loads(files[path.name])["cells"], points


def test_each_exercise_is_answered_in_one_cell_and_marked_in_the_next(own):
    cells, points = cells_of(own)
    assert points == {"attainment": 3, "edge": 2}, "a point for each hint"
    marked = [cell["metadata"]["nbgrader"] for cell in cells if "nbgrader" in cell["metadata"]]
    assert [one["grade_id"] for one in marked] == ["attainment", "attainment-mark", "edge", "edge-mark"]
    assert {one["schema_version"] for one in marked} == {3}
    assert [(one["solution"], one["grade"], one["locked"], one.get("points")) for one in marked] == [
        (True, False, False, None),
        (False, True, True, 3),
        (True, False, False, None),
        (False, True, True, 2),
    ]
    assert not [cell for cell in cells if tags_of(cell) & {"notes", "solution"}]


def test_the_solution_stands_where_the_dots_were(own):
    cells, _ = cells_of(own)
    asked = editions.questions(read_lesson(own))
    for cell in cells:
        if name := asks(cell):
            question = asked[name]
            assert isinstance(question, Question)
            solution = f"### BEGIN SOLUTION\n{question.code}\n### END SOLUTION"
            stub = made.source(cell).replace(solution, "answer = ...")
            assert stub == f'lesson.ask("{name}")\n\nanswer = ...\nlesson.check("{name}", answer)'


def test_nbgrader_itself_finds_nothing_wrong_with_it(own):
    nbformat = pytest.importorskip("nbformat")
    from nbgrader.nbgraderformat import MetadataValidator

    files, _ = assignment_files(read_lesson(own))
    notebook = nbformat.reads(files["own.ipynb"].decode(), as_version=4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)


def test_it_is_written_with_settings_and_again_alike(own, tmp_path):
    course = tmp_path / "course"
    first = write_assignment(str(own), course)
    assert (first.folder, first.own_settings) == (course / "source" / "own", None)
    assert (course / "nbgrader_config.py").read_text(encoding="utf-8") == SETTINGS
    before = (first.folder / "own.ipynb").read_bytes()
    assert write_assignment(str(own), course) == first
    assert (first.folder / "own.ipynb").read_bytes() == before


def test_an_assignment_that_was_edited_is_not_overwritten(own, tmp_path):
    folder = write_assignment(str(own), tmp_path / "course").folder
    (folder / "own.ipynb").write_text("{}")
    with pytest.raises(BscError, match="nothing is overwritten"):
        write_assignment(str(own), tmp_path / "course")


def test_no_settings_no_assignment(own, tmp_path, monkeypatch):
    def full(path, *_):
        raise BscError(f"{path} cannot be written")

    monkeypatch.setattr(atomic, "write_text", full)
    with pytest.raises(BscError, match="cannot be written"):
        write_assignment(str(own), tmp_path / "course")
    assert not (tmp_path / "course" / "source" / "own").exists()


def test_a_number_of_two_notebooks_has_to_be_a_name(tmp_path):
    with pytest.raises(BscError, match=r"several notebooks are called so.*09_shared_language"):
        write_assignment("09", tmp_path)


def test_a_notebook_without_exercises_has_nothing_to_mark(tmp_path):
    with pytest.raises(BscError, match="there is nothing to mark"):
        write_assignment("09_shared_language", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_asked_has_no_points(tmp_path):
    setup = made.SETUP.replace('"03"', '"06"')
    path = made.saved(made.lesson(*made.exercise("layers"), setup=setup), tmp_path)
    one = read_lesson(path)
    assert editions.points_of("Nothing to ask here.") == 1
    assert set(assignment_files(one)[1]) <= {"layers"}


def test_the_assignment_of_a_shipped_lesson_puts_every_exercise():
    (one,) = shipped_lessons(["00"])
    assert tuple(assignment_files(one)[1]) == one.exercises
