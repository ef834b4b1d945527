"""The verbs of `bsc teach`: what a trainer does before, during and after a course."""

from __future__ import annotations

from pathlib import Path

import click

from bsclib.cli.verbs import FOLDER, echo, examples, form_option, verb
from bsclib.wording import counted, listed

ONLY = click.option(
    "--only", metavar="LESSONS", default="", help="Some lessons only: numbers, names or paths, parted by commas."
)
OUTPUT = click.option("-o", "--output", type=FOLDER, required=True, metavar="DIR", help="The folder to write.")


@click.group(
    epilog=examples(
        "bsc teach learner -o handout --only 03,04     what learners get",
        "bsc teach trainer -o mine                     with notes, solutions, common mistakes",
        "bsc teach assignment 03 -o course             for nbgrader",
        "bsc teach class progress-files                what the class knows",
    )
)
def teach() -> None:
    """Teach with the lessons: editions, assignments, what a class knows.

    docs/trainer-guide.md has timetables, questions to ask, and what people mix up.
    """


@verb(
    "bsc teach learner -o handout",
    "bsc teach learner -o group-a --only 00,03 --learner a    numbers of its own for group a",
)
@OUTPUT
@ONLY
@click.option("--learner", default="", metavar="NAME", help="Numbers of their own in lessons 00 to 03.")
def learner(output: Path, only: str, learner: str) -> None:
    """Write the learner's edition of the lessons.

    Without notes, solutions and outputs. Hints stay, folded, and each answer is dots. Pages that a lesson links to are
    copied beside it. Nothing is overwritten.
    """
    from bsclib.files import atomic
    from bsclib.study.teaching import editions
    from bsclib.study.teaching.lesson_notebook import shipped_lessons

    lessons = shipped_lessons(_parted(only))
    new = atomic.write_folder(output, editions.learner_edition(lessons, learner))
    _say(output, [one.path.name for one in lessons], new)


@verb("bsc teach trainer -o mine", "bsc teach trainer -o mine --only 03")
@OUTPUT
@ONLY
def trainer(output: Path, only: str) -> None:
    """Write the trainer's edition of the lessons.

    With the notes. Each solution is shown when it is run, and below it stands the right answer on the shipped case,
    and what people get wrong. Nothing is overwritten.
    """
    from bsclib.files import atomic
    from bsclib.study.teaching import editions
    from bsclib.study.teaching.lesson_notebook import shipped_lessons

    lessons = shipped_lessons(_parted(only))
    new = atomic.write_folder(output, editions.trainer_edition(lessons))
    _say(output, [one.path.name for one in lessons], new)


@verb("bsc teach assignment 03 -o course", "bsc teach assignment my-lesson.ipynb -o course")
@click.argument("lesson")
@click.option("-o", "--output", type=FOLDER, required=True, metavar="COURSE", help="The folder of the course.")
def assignment(lesson: str, output: Path) -> None:
    """Write a lesson as an assignment for nbgrader.

    LESSON is a number, such as 03, or a notebook of your own. COURSE gets source/LESSON and, if there is none,
    nbgrader_config.py. An exercise is worth a point for each of its hints. Needs nbgrader: pip install
    "bsclib[nbgrader]".
    """
    from bsclib.study.teaching.assignments import SETTINGS, write_assignment

    made = write_assignment(lesson, output)
    worth = counted(sum(made.points.values()), "point")
    echo(f"{made.folder}: {counted(len(made.points), 'exercise')}, {worth}.")
    if made.own_settings:
        echo(f"{made.own_settings} is yours and stays as it is; put these lines into it:", err=True)
        echo("\n".join(SETTINGS.splitlines()[2:]), err=True)
    echo(f"Next, in {output}: nbgrader generate_assignment {made.folder.name}")


@verb("bsc teach class progress-files", "bsc teach class progress-files --format csv > class.csv")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@form_option
def class_(folder: Path, form: str) -> None:
    """Say what a class knows, exercise by exercise, without names.

    FOLDER holds what learners exported with `bsc study progress --export FILE`. For each exercise: how many had it
    right, how many not yet, and which mistake was the most common. A file that cannot be read is named and left out.
    """
    from bsclib.cli import terminal
    from bsclib.study.teaching.class_results import class_results

    results, files, notes = class_results(folder)
    for note in notes:
        echo(f"Note: {note}", err=True)
    if form == "table":
        echo(f"{counted(files, 'file')} of progress.")
    terminal.show(results, form, lambda out: terminal.show_frame(out, results))


def _parted(only: str) -> list[str]:
    return [part for part in only.split(",") if part.strip()]


def _say(folder: Path, names: list[str], new: bool) -> None:
    there = "" if new else " It was there already, the same."
    echo(f"{counted(len(names), 'lesson')} in {folder}: {listed(names, most=12)}.{there}")


class_.name = "class"
for each in (learner, trainer, assignment, class_):
    teach.add_command(each)
