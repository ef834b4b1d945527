"""A lesson as an assignment for nbgrader: its source notebook, and the settings that mark it.

In the source an answer cell holds the solution between nbgrader's signs, and below it stands a cell that is marked,
with its test hidden. What learners get is the learner's edition: the same stub, dot for dot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bsclib.errors import BscError, Fault
from bsclib.files import atomic
from bsclib.reporting.notebook import source_of, tags_of
from bsclib.study.exercises.question import Question
from bsclib.study.teaching import editions
from bsclib.study.teaching.lesson_notebook import LessonNotebook, as_bytes, asks, filled, shipped_lessons
from bsclib.study.teaching.links import KEYS, Copies
from bsclib.wording import counted

SETTINGS = '''"""nbgrader's settings for lessons of bsclib: what stands for an answer, and how answers are marked."""

from bsclib.study.teaching.grading import configure

configure(get_config())
'''
FILE = "nbgrader_config.py"
SCHEMA = 3


@dataclass(frozen=True)
class Assignment:
    """An assignment that was written."""

    folder: Path
    points: Mapping[str, int]  # by exercise
    own_settings: Path | None = None  # nbgrader's settings that were there before, without those that lessons need


def write_assignment(wanted: str, course: Path) -> Assignment:
    """Write the source of an assignment, whole or not at all, and nbgrader's settings where there are none."""
    lessons = shipped_lessons([wanted])
    if len(lessons) > 1:
        names = ", ".join(one.path.stem for one in lessons)
        raise BscError(Fault("LESSON", "several notebooks are called so", wanted, names, "name one of them"))
    (one,) = lessons
    files, points = assignment_files(one)
    if not points:
        raise BscError(Fault(one.path.name, "there is nothing to mark: no exercise can be asked of its scorecard"))
    folder = course / "source" / (one.number if wanted.strip().isdigit() else one.path.stem)
    new, settings = atomic.write_folder(folder, files), course / FILE
    if settings.exists():
        ours = "bsclib.study.teaching.grading" in settings.read_text(encoding="utf-8", errors="replace")
        return Assignment(folder, points, None if ours else settings)
    try:
        atomic.write_text(settings, SETTINGS)
    except BscError:
        if new:
            for file in sorted(folder.rglob("*"), reverse=True):
                file.rmdir() if file.is_dir() else file.unlink()
            folder.rmdir()
        raise
    return Assignment(folder, points)


def assignment_files(one: LessonNotebook) -> tuple[dict[str, bytes], dict[str, int]]:
    """The files of an assignment's source, and the points of its exercises."""
    copies = Copies({one.path.resolve()}, (*KEYS, editions.GUIDE))
    notebook, asked = editions.bare(one, copies), editions.questions(one)
    notebook["metadata"]["bsclib"] = {"number": one.number, "scorecard": one.scorecard, "learner": one.learner}
    points = {name: editions.points_of(each) for name, each in asked.items() if isinstance(each, Question)}
    cells: list[dict[str, Any]] = []
    for cell in notebook["cells"]:
        question = asked.get(asks(cell))
        if isinstance(question, Question):
            cells += _marked(cell, asks(cell), question)
        elif not tags_of(cell) & {"notes", "solution"}:
            cells.append(cell)
    notebook["cells"] = cells
    for cell in cells:
        cell["source"] = source_of(cell).splitlines(keepends=True)
    return {one.path.name: as_bytes(notebook), **copies.files}, points


def _marked(cell: dict[str, Any], name: str, question: Question) -> Iterator[dict[str, Any]]:
    """The cell that is answered, and the one that is marked."""
    points = editions.points_of(question)
    solution = f"### BEGIN SOLUTION\n{question.code}\n### END SOLUTION"
    yield {**cell, "source": filled(name, solution), "metadata": cell["metadata"] | grader_data(name)}
    worth = counted(points, "point")
    test = (
        f"# {worth} for “{name}”: your trainer's test runs here. Leave this cell as it is.\n"
        "### BEGIN HIDDEN TESTS\n"
        "from bsclib.study.teaching.hand_in import hand_in\n\n"
        f'hand_in("{name}", globals(), {points})\n'
        "### END HIDDEN TESTS"
    )
    yield {
        "cell_type": "code",
        "id": f"{name}-mark"[:64],
        "metadata": grader_data(mark_id(name), points),
        "source": test,
        "outputs": [],
        "execution_count": None,
    }


def mark_id(name: str) -> str:
    """What nbgrader calls the cell in which an exercise is marked."""
    return f"{name}-mark"


def grader_data(id: str, points: float | None = None) -> dict[str, Any]:
    """What nbgrader keeps with a cell: one that is answered, or, with points, one that is marked."""
    marked = points is not None
    data = {
        "cell_type": "code",
        "grade": marked,
        "grade_id": id,
        "locked": marked,
        "schema_version": SCHEMA,
        "solution": not marked,
        "task": False,
    }
    return {"nbgrader": data | ({"points": points} if marked else {})}
