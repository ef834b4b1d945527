"""How nbgrader marks what was handed in. Only nbgrader's settings import this; it needs nbgrader.

Three things differ from nbgrader's own way. Cells that were deleted come back. A cell that ends the notebook or never
ends costs its own exercise and no other: the rest runs again without it. And the mark is made outside the notebook,
from the answer alone, so that nothing which a notebook prints is a mark.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat.v4 import new_code_cell, new_output
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    Execute,
    IgnorePattern,
    LimitOutput,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

from bsclib.errors import BscError, Fault
from bsclib.files.scorecards import read_actuals, read_scorecard
from bsclib.study.exercises.question import Outcome
from bsclib.study.session import Lesson, lesson
from bsclib.study.teaching.assignments import grader_data, mark_id
from bsclib.study.teaching.hand_in import KIND, from_plain
from bsclib.study.teaching.lesson_notebook import DOTS
from bsclib.wording import sentence

SECONDS = 60
"""What a cell may take."""
_ENDED = "It ended the notebook."
MOST_STOPS = 3
"""Cells of one notebook that may end it, before it is given back unmarked."""


def configure(config: Any) -> None:
    """Set what lessons need in nbgrader's settings."""
    config.ClearSolutions.code_stub = {"python": DOTS}
    config.RunAgain.timeout = SECONDS
    config.Autograde.sanitize_preprocessors = [
        ClearOutput, DeduplicateIds, OverwriteKernelspec, BringBack, OverwriteCells, CheckCellMetadata,
    ]  # fmt: skip
    config.Autograde.autograde_preprocessors = [
        RunAgain, MarkAnswers, IgnorePattern, ClearMetadataPreprocessor, LimitOutput, SaveAutoGrades,
        AssignLatePenalties, CheckCellMetadata,
    ]  # fmt: skip


class ForgedMarkError(BscError):
    """A notebook that prints a mark which its answers are not worth."""


class StoppedTooOftenError(BscError):
    """A notebook that cannot be run to its end."""


class BringBack(NbGraderPreprocessor):  # type: ignore[misc]
    """Brings back the cells of an assignment that a learner deleted, each beside the one it belongs to."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Compare with what the gradebook knows of the assignment."""
        facts = resources["nbgrader"]
        with Gradebook(facts["db_url"]) as book:
            sources = book.find_notebook(facts["notebook"], facts["assignment"])
            points = {cell.name: cell.max_score for cell in sources.grade_cells}
            for cell in sources.source_cells:
                there = [each.metadata.get("nbgrader", {}).get("grade_id") for each in nb.cells]
                if cell.name in there:
                    continue
                self.log.warning("The cell %s was deleted, and is brought back", cell.name)
                data = grader_data(cell.name, points.get(cell.name))
                new = new_code_cell(cell.source, metadata={**data, "deletable": False})
                asked, mark = cell.name.removesuffix("-mark"), mark_id(cell.name)
                at = there.index(mark) if mark in there else len(there)
                nb.cells.insert(there.index(asked) + 1 if asked in there else at, new)
        return nb, resources


class RunAgain(Execute):  # type: ignore[misc]
    """Runs a notebook; without a cell that ended the kernel or took too long, it is run again."""

    def preprocess(self, nb: Any, resources: Any, km: Any = None) -> tuple[Any, Any]:
        """Run it; the outputs of each cell are those of its first run."""
        done, stopping = set[int](), dict[int, str]()
        while not self._run(nb, resources, done, stopping):
            if len(stopping) > MOST_STOPS:
                places = ", ".join(f"cell {at + 1}" for at in sorted(stopping))
                fix = "run it by hand, or ask its author for one that runs"
                fault = Fault(_whose(resources), "too many cells end this notebook or never end", places, fix=fix)
                self.log.error("%s", fault)
                raise StoppedTooOftenError(fault)
        return nb, resources

    def _run(self, nb: Any, resources: Any, done: set[int], stopping: dict[int, str]) -> bool:
        NotebookClient.__init__(self, nb, None)
        self.reset_execution_trackers()
        self._check_assign_resources(resources)
        at, self._stopped = 0, ""
        try:
            with self.setup_kernel():
                for at, cell in enumerate(nb.cells):
                    if at not in stopping:
                        self.execute_cell(copy.deepcopy(cell) if at in done else cell, at, store_history=True)
                        if self._stopped:
                            break
                        done.add(at)
                else:
                    return True
        except (DeadKernelError, CellTimeoutError) as problem:
            self._stopped = _ENDED if isinstance(problem, DeadKernelError) else self._too_long
        stopping[at] = self._stopped
        said = f"{self._stopped} The other cells were run without this one."
        nb.cells[at].outputs = [new_output("error", ename="Stopped", evalue=said, traceback=[f"Stopped: {said}"])]
        self.log.warning("%s, cell %d: %s", _whose(resources), at + 1, said)
        return False

    def on_cell_executed(self, **kwargs: Any) -> None:
        """Notice a cell that asked the kernel to end, or took too long."""
        super().on_cell_executed(**kwargs)
        reply = kwargs["execute_reply"]["content"]
        if any(each.get("source") == "ask_exit" for each in reply.get("payload", ())):
            self._stopped = _ENDED
        elif reply.get("ename") == self.error_on_timeout["ename"]:
            self._stopped = self._too_long

    @property
    def _too_long(self) -> str:
        return f"It took more than {self.timeout} seconds."


class MarkAnswers(NbGraderPreprocessor):  # type: ignore[misc]
    """Judges each answer where the learner's code never ran, and puts the mark in place of what the test printed."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Mark every exercise; a notebook that prints a higher mark by itself is refused."""
        judge = _judge(str(_source(self, resources)))
        forged = []
        for cell in nb.cells:
            if not utils.is_grade(cell):
                continue
            name, points = cell.metadata.nbgrader["grade_id"].removesuffix("-mark"), cell.metadata.nbgrader["points"]
            outcome = _outcome(judge, name, cell.outputs)
            earned = points if outcome.state == "right" else 0
            if (claim := _claim(cell.outputs)) > earned:
                place, got = f"{_whose(resources)}, exercise {name}", f"{claim:g} of {points:g}"
                what = f"it prints a mark that its answer, worth {earned:g}, does not have, so nothing is marked"
                forged.append(Fault(place, what, got, fix="look at the notebook with its author"))
            cell.outputs = _outputs(outcome, earned)
        if forged:
            error = ForgedMarkError(forged)
            self.log.error("%s", error)
            raise error
        return nb, resources


def _whose(resources: Any) -> str:
    facts = resources["nbgrader"]
    return f"{facts['student']}, {facts['assignment']}/{facts['notebook']}.ipynb"


def _source(of: Any, resources: Any) -> Path:
    """The trainer's own notebook of an assignment."""
    facts, course = resources["nbgrader"], CourseDirectory(parent=of)
    folder = course.format_path(course.source_directory, ".", facts["assignment"])
    return Path(folder, f"{facts['notebook']}.ipynb")


@cache
def _judge(source: str) -> Lesson:
    """The exercises of an assignment, from the trainer's own notebook."""
    about = json.loads(Path(source).read_text(encoding="utf-8"))["metadata"].get("bsclib")
    if about is None:
        raise BscError(Fault(source, "this assignment is none of bsclib", fix="mark it with other settings"))
    card = read_scorecard(about["scorecard"])
    return lesson(about["number"], card, read_actuals(about["scorecard"], card), learner=about["learner"])


def _outcome(judge: Lesson, name: str, outputs: Any) -> Outcome:
    """What the answer that a test stated is worth; where none is stated, or several, nothing."""
    stated = [output["data"][KIND] for output in outputs if KIND in output.get("data", {})]
    if len(stated) != 1 or not isinstance(stated[0], dict) or stated[0].get("exercise") != name:
        return Outcome("not attempted", "the test of this exercise could not be run.")
    return judge.check(name, from_plain(stated[0].get("answer")))


def _claim(outputs: Any) -> float:
    """The highest mark that a cell prints."""
    marks = [0.0]
    for output in outputs:
        if output.output_type == "execute_result":
            try:
                marks.append(float("".join(output["data"].get("text/plain", ""))))
            except ValueError:
                continue
    return max(marks)


def _outputs(outcome: Outcome, earned: float) -> list[Any]:
    said = new_output("display_data", {"text/plain": repr(outcome), "text/html": outcome._repr_html_()})
    if earned:
        return [said, new_output("execute_result", {"text/plain": str(earned)}, execution_count=None)]
    message = f"No points. {sentence(outcome.message)}"
    return [said, new_output("error", ename="NoMark", evalue=message, traceback=[message])]
