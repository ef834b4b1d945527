"""A lesson's notebook, read and looked over: which exercises it puts, where they stand, and what is wrong with it.

An exercise is two cells: one that asks, leaves dots for the answer and checks it; one tagged `solution`. All that a
learner's stub and its solution may differ in is what stands in place of the dots.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bsclib.errors import BscError, Fault, UnknownNameError, nearest, unknown
from bsclib.files.paths import shipped_folder
from bsclib.files.yaml_tree import plain, read_tree
from bsclib.reporting.notebook import read_notebook, read_parameters, source_of, tags_of
from bsclib.study.exercises.texts import FOLDER

DOTS = "answer = ..."
_OPENED = re.compile(r"\b(?:study\.lesson|open_lesson)\(\s*[\"']?(\d\d?)\b")
_ASKED = re.compile(r"(?m)^lesson\.ask\([\"'](\w+)[\"']\)")
_CHECKED = re.compile(r"(?m)^lesson\.check\([\"'](\w+)[\"']")
_SOLVED = re.compile(r"(?m)^lesson\.solution\([\"'](\w+)[\"']")
_LEARNER = re.compile(r"\bstudy\.lesson\([^\n]*\blearner=(\"[^\"\n]*\"|'[^'\n]*')")
Cell = Mapping[str, Any]


@dataclass(frozen=True)
class LessonNotebook:
    """A notebook that can be taught from; without exercises its `number` is empty."""

    path: Path
    content: Mapping[str, Any]
    number: str
    exercises: tuple[str, ...]

    @property
    def cells(self) -> list[Cell]:
        """Its cells."""
        return list(self.content["cells"])

    @property
    def scorecard(self) -> str:
        """The scorecard that its parameters name."""
        given = {one.name: one.default for one in read_parameters(self.content) or ()}
        return str(given.get("scorecard", "meridian"))

    @property
    def learner(self) -> str:
        """The learner whose numbers its exercises have."""
        found = _LEARNER.search("\n".join(map(source_of, self.cells)))
        return found[1][1:-1] if found else ""


def shipped_lessons(only: Iterable[str] = ()) -> list[LessonNotebook]:
    """The notebooks that ship, or some: by number, by name, or paths of one's own; their faults are said at once."""
    folder = shipped_folder() / "notebooks"
    known = sorted(folder.glob("*.ipynb"))
    wanted = [each.strip() for each in only]
    chosen = [path for each in wanted for path in _called(each, known)] if wanted else known
    read, faults = list[LessonNotebook](), list[Fault]()
    for path in dict.fromkeys(chosen):
        try:
            read.append(read_lesson(path))
        except BscError as error:
            faults += error.faults
    if doubled := [name for name, count in Counter(one.path.name for one in read).items() if count > 1]:
        faults += [Fault(name, "two lessons have this file name", fix="rename one") for name in doubled]
    if faults:
        raise BscError(faults)
    return read


def read_lesson(path: Path) -> LessonNotebook:
    """Read a notebook and look it over; every fault is named with its cell."""
    content = read_notebook(path)
    cells = content["cells"]
    opened = _OPENED.search("\n".join(source_of(cell) for cell in cells if cell.get("cell_type") == "code"))
    number = opened[1].zfill(2) if opened else ""
    faults = [*_id_faults(path, cells), *_exercise_faults(path, cells, number)]
    if faults:
        raise BscError(faults)
    asked = [name for cell in cells if (name := asks(cell))]
    return LessonNotebook(path, content, number if asked else "", tuple(asked))


def asks(cell: Cell) -> str:
    """The exercise that a cell puts, or nothing."""
    found = _ASKED.search(source_of(cell)) if cell.get("cell_type") == "code" else None
    return found[1] if found else ""


def solves(cell: Cell) -> str:
    """The exercise whose solution a cell shows, or nothing."""
    found = _SOLVED.search(source_of(cell)) if "solution" in tags_of(cell) else None
    return found[1] if found else ""


def filled(name: str, code: str = DOTS) -> str:
    """The cell of an exercise, with dots for the answer or with code that works it out."""
    return f'lesson.ask("{name}")\n\n{code}\nlesson.check("{name}", answer)'


def as_bytes(content: Mapping[str, Any]) -> bytes:
    """A notebook as Jupyter writes it, so that the same notebook gives the same bytes."""
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _called(wanted: str, known: list[Path]) -> list[Path]:
    """The notebooks that a number, a name or a path stands for."""
    if wanted.endswith(".ipynb") and Path(wanted).is_file():
        return [Path(wanted)]
    found = [path for path in known if wanted in (path.stem, path.name) or path.stem.startswith(f"{wanted.zfill(2)}_")]
    if not found or not wanted:
        names = [path.stem for path in known]
        raise UnknownNameError(unknown("lesson", wanted, [*names, "or the path of a notebook of your own"]))
    return found


def _id_faults(path: Path, cells: list[Cell]) -> Iterator[Fault]:
    counts = Counter(cell.get("id") for cell in cells)
    for place, cell in _placed(path, cells):
        id = cell.get("id")
        if not id:
            yield Fault(place, "this cell has no id", fix="open the notebook in Jupyter and save it again")
        elif counts[id] > 1:
            counts[id] = 0  # said once
            yield Fault(place, f"another cell has the id {id!r} too", fix="give each cell an id of its own")


def _exercise_faults(path: Path, cells: list[Cell], number: str) -> Iterator[Fault]:
    asked = Counter(name for cell in cells if (name := asks(cell)))
    solved = Counter(name for cell in cells if (name := solves(cell)))
    known = _names(number)
    if asked and known is None:
        got = f'study.lesson("{number}", …)' if number else "no study.lesson(…)"
        fix = 'open one with lesson = study.lesson("03", scorecard, actuals)'
        yield Fault(path.name, "there are exercises, but no lesson that they belong to", got, fix=fix)
        return
    for place, cell in _placed(path, cells):
        if name := asks(cell):
            yield from _stub_faults(place, cell, name)
            if known is not None and name not in known:
                yield unknown("exercise", name, known, place)
            elif not solved[name]:
                fix = f'add a cell tagged solution: lesson.solution("{name}", show=False)'
                yield Fault(place, f"the exercise {name!r} has no solution", fix=fix)
            if asked[name] > 1:
                asked[name] = 1  # said once
                yield Fault(place, f"the exercise {name!r} is put twice", fix="put each exercise once")
        elif (name := solves(cell)) and not asked[name]:
            meant = nearest(name, asked)
            fix = f"did you mean {meant!r}?" if meant else "put the exercise, or take this cell out"
            yield Fault(place, f"this is the solution of {name!r}, which is not put", fix=fix)


def _stub_faults(place: str, cell: Cell, name: str) -> Iterator[Fault]:
    source = source_of(cell)
    if len(_ASKED.findall(source)) > 1:
        yield Fault(place, "one cell puts two exercises", fix="give each a cell of its own")
    if not re.search(r"(?m)^answer\s*=", source):
        yield Fault(place, f"the exercise {name!r} has no place for an answer", fix=f"add a line `{DOTS}`")
    checked = _CHECKED.findall(source)
    if checked != [name]:
        got = ", ".join(checked) or "no lesson.check(…)"
        fix = f'end the cell with lesson.check("{name}", answer)'
        yield Fault(place, f"the exercise {name!r} is not checked in its own cell", got, fix=fix)


def _names(number: str) -> list[str] | None:
    """The exercises that a lesson has; to import them would take seconds."""
    file = FOLDER / f"lesson_{number}.yaml"
    return list(plain(read_tree(file))) if number and file.is_file() else None


def _placed(path: Path, cells: list[Cell]) -> Iterator[tuple[str, Cell]]:
    for number, cell in enumerate(cells, 1):
        yield f"{path.name}, cell {number}{f' ({id})' if (id := cell.get('id')) else ''}", cell
