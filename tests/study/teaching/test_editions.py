import itertools
import json
import posixpath
import re

import lessons_made as made
import pytest

from bsclib import batch as reports
from bsclib.files.datasets import load_dataset
from bsclib.reporting.notebook import tags_of
from bsclib.study import session
from bsclib.study.exercises.question import exercises_of
from bsclib.study.teaching import editions
from bsclib.study.teaching.lesson_notebook import asks, read_lesson, shipped_lessons, solves

SLOW = pytest.mark.slow
FAST = {"00"}
NUMBERS = [
    pytest.param(number, marks=[] if number in FAST else SLOW)
    for number in ("00", "01", "02", "03", "04", "05", "06", "07", "08", "10")
]


def parsed(files, name):
    return json.loads(files[name])


def file_of(number):
    (one,) = shipped_lessons([number])
    return one


@pytest.fixture(scope="module")
def learners():
    return editions.learner_edition(shipped_lessons())


@pytest.fixture(scope="module")
def trainers():
    return editions.trainer_edition(shipped_lessons(["00", "03"]))


class TestLearners:
    def test_no_note_no_solution_and_no_output_is_in_it(self, learners):
        for one in shipped_lessons():
            cells = parsed(learners, one.path.name)["cells"]
            assert not [cell["id"] for cell in cells if tags_of(cell) & {"notes", "solution"}]
            assert not [cell["id"] for cell in cells if cell.get("outputs") or cell.get("execution_count")]
            given_away = r"lesson\.solution\(|For the trainer|table\(answer_key\("
            assert not [cell["id"] for cell in cells if re.search(given_away, made.source(cell))]

    def test_everything_else_is_as_it_was(self, learners):
        for one in shipped_lessons():
            before = [cell["id"] for cell in one.cells if not tags_of(cell) & {"notes", "solution"}]
            assert [cell["id"] for cell in parsed(learners, one.path.name)["cells"]] == before

    def test_it_is_the_same_each_time(self, learners):
        assert editions.learner_edition(shipped_lessons()) == learners

    def test_every_link_leads_to_a_file_of_the_edition(self, learners):
        for name, data in learners.items():
            if name.endswith(".ipynb"):
                cells = parsed(learners, name)["cells"]
                texts = [made.source(cell) for cell in cells if cell["cell_type"] == "markdown"]
            else:
                texts = [data.decode()] if name.endswith(".md") else []
            for target in re.findall(r"\]\(([^)#\s]+)", "\n".join(texts)):
                if not re.match(r"[a-z]+:", target):
                    assert posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) in learners

    def test_what_a_trainer_tried_out_is_taken_out_again(self, tmp_path):
        cells = made.exercise("edge")
        cells[0]["source"] = 'lesson.ask("edge")\n\nguess = "at risk"\nanswer = guess\nlesson.check("edge", answer)'
        cells[0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "at risk"}]
        cells[0]["execution_count"] = 3
        one = read_lesson(made.saved(made.lesson(*cells), tmp_path))
        (cell,) = [cell for cell in parsed(editions.learner_edition([one]), "own.ipynb")["cells"] if asks(cell)]
        assert made.source(cell) == 'lesson.ask("edge")\n\nanswer = ...\nlesson.check("edge", answer)'
        assert (cell["outputs"], cell["execution_count"]) == ([], None)

    def test_a_name_gives_numbers_of_their_own(self):
        files = editions.learner_edition(shipped_lessons(["03", "04"]), 'Ana "A" Ñ')
        (call,) = re.findall(
            r"study\.lesson\(.*\)", "\n".join(map(made.source, parsed(files, "03_scoring.ipynb")["cells"]))
        )
        assert call == r'study.lesson("03", scorecard, learner="Ana \"A\" Ñ")'
        assert b"learner=" not in files["04_cause_and_effect.ipynb"]


class TestTrainers:
    def test_nothing_of_the_lesson_is_missing(self, trainers):
        for number in ("00", "03"):
            cells = parsed(trainers, file_of(number).path.name)["cells"]
            ids = [cell["id"] for cell in cells]
            assert [id for id in ids if not id.endswith("-mistakes")] == [cell["id"] for cell in file_of(number).cells]
            assert len(set(ids)) == len(ids)
            (note,) = (made.source(cell) for cell in cells if cell["id"].startswith("notes"))
            assert note.startswith("<details open><summary>For the trainer: "), "a trainer reads them first"

    def test_below_each_solution_stand_the_answer_and_what_people_get_wrong(self, trainers):
        cells = parsed(trainers, "03_scoring.ipynb")["cells"]
        asked = {one.name: one for one in exercises_of("03")}
        for solution, below in itertools.pairwise(cells):
            if name := solves(solution):
                assert "show=True" in made.source(solution)
                assert tags_of(below) == {"notes"}
                assert made.source(below).startswith(f"**For the trainer: `{name}`**, worth ")
                assert ("Common wrong answers" in made.source(below)) == bool(asked[name].texts.slips)

    def test_it_is_the_same_each_time(self, trainers):
        again = editions.trainer_edition(shipped_lessons(["00", "03"]))
        assert {name: data for name, data in again.items() if data != trainers[name]} == {}

    def test_an_exercise_that_cannot_be_asked_says_why(self):
        said = editions.mistakes_text("ratio", "No KPI is a ratio.", "tiny")
        assert said == "**For the trainer: `ratio`.** Nothing to ask here. No KPI is a ratio."


@pytest.mark.parametrize("number", NUMBERS)
def test_before_nothing_is_attempted_and_with_the_solutions_all_is_right(number, learners, monkeypatch):
    """The stub and its solution differ where the dots are; with every solution put in, the rest still runs."""
    notebook = parsed(learners, file_of(number).path.name)
    stubs = {name: made.source(cell) for cell in notebook["cells"] if (name := asks(cell))}
    asked = editions.questions(file_of(number))
    assert list(stubs) == list(asked)
    for name, stub in stubs.items():
        assert stub == f'lesson.ask("{name}")\n\nanswer = ...\nlesson.check("{name}", answer)'
    untouched = session.lesson(number, *load_dataset("meridian"))
    assert {untouched.check(name, ...).state for name in stubs} == {"not attempted"}
    names = made.played(notebook, monkeypatch, {name: question.code for name, question in asked.items()})
    assert {row[1] for row in names["lesson"].progress().table[1:]} == {"✔ right"}


@pytest.mark.parametrize("number", NUMBERS)
def test_the_trainers_edition_runs_to_the_end(number, monkeypatch):
    name = file_of(number).path.name
    names = made.played(parsed(editions.trainer_edition([file_of(number)]), name), monkeypatch)
    assert {row[2] for row in names["lesson"].progress().table[1:]} == {"yes"}, "each solution was shown"


@pytest.mark.parametrize("one", [one for one in shipped_lessons() if one.number], ids=lambda one: one.number)
def test_no_page_shows_what_is_the_trainers(one):
    """Neither a note nor a solution, whatever the cell shows."""
    notebook = editions.bare(one)
    for cell in notebook["cells"]:
        if tags_of(cell) & {"notes", "solution"}:
            cell["source"] = f"**SECRET** {cell['id']}"
            if cell["cell_type"] == "code":
                shown = {"output_type": "stream", "name": "stdout", "text": "SECRET"}
                cell["outputs"] = [shown]
    assert "SECRET" not in reports.to_html(notebook)
