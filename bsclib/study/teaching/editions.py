"""The learner's and the trainer's edition of the lessons, both from one source, the same bytes each time.

The learner's has no notes, no solutions and no outputs; its answers are dots. The trainer's has the notes, shows each
solution when it is run, and below it the right answer on the lesson's own data and what people get wrong.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bsclib.files.scorecards import read_actuals, read_scorecard
from bsclib.reporting.notebook import source_of, tags_of
from bsclib.study.answers import Expects
from bsclib.study.exercises.question import Question, exercises_of
from bsclib.study.exercises.variant import learner_key
from bsclib.study.session import VARIED, Lesson, lesson
from bsclib.study.teaching.lesson_notebook import LessonNotebook, as_bytes, asks, filled, solves
from bsclib.study.teaching.links import KEYS, Copies
from bsclib.wording import sentence

Notebook = dict[str, Any]
_SHOW = re.compile(r"\bshow(\s?=\s?)False\b")
_LESSON = re.compile(r"(\bstudy\.lesson\([^()\n]*)(\))")
_KEPT = ("kernelspec", "language_info")
GUIDE = "trainer-guide.md"
_LONGEST = 250
"""Letters of an answer: several names, each with its letter."""


def learner_edition(lessons: Iterable[LessonNotebook], learner: str = "") -> dict[str, bytes]:
    """The files of a learner's edition by their names; with a learner's name, with numbers of their own."""
    name = learner_key(learner)
    lessons = list(lessons)
    copies = Copies({one.path.resolve() for one in lessons}, (*KEYS, GUIDE))
    made = {}
    for one in lessons:
        notebook = bare(one, copies)
        notebook["cells"] = [cell for cell in notebook["cells"] if not tags_of(cell) & {"notes", "solution"}]
        for cell in notebook["cells"]:
            if exercise := asks(cell):
                cell["source"] = filled(exercise)
            elif name and one.number in VARIED and cell["cell_type"] == "code":
                cell["source"] = _for_learner(source_of(cell), learner)
        made[one.path.name] = as_bytes(_in_lines(notebook))
    return {**made, **copies.files}


def trainer_edition(lessons: Iterable[LessonNotebook]) -> dict[str, bytes]:
    """The files of a trainer's edition by their names."""
    lessons = list(lessons)
    copies = Copies({one.path.resolve() for one in lessons})
    made = {}
    for one in lessons:
        notebook, asked = bare(one, copies), questions(one)
        cells = []
        for cell in notebook["cells"]:
            if asks(cell):
                cell["source"] = filled(asks(cell))
            if "notes" in tags_of(cell):
                cell["source"] = source_of(cell).replace("<details>", "<details open>", 1)  # a trainer reads them first
            if "solution" in tags_of(cell):
                cell["source"] = _SHOW.sub(r"show\1True", source_of(cell)).replace("  # True, and run: ", "  # ")
            cells.append(cell)
            if exercise := solves(cell):
                cells.append(_note(f"{exercise}-mistakes", mistakes_text(exercise, asked[exercise], one.scorecard)))
        notebook["cells"] = cells
        made[one.path.name] = as_bytes(_in_lines(notebook))
    return {**made, **copies.files}


def bare(one: LessonNotebook, copies: Copies | None = None) -> Notebook:
    """A notebook without outputs and without what a front end leaves in it, its links mended."""
    notebook = copy.deepcopy(dict(one.content))
    notebook["metadata"] = {name: notebook["metadata"][name] for name in _KEPT if name in notebook["metadata"]}
    for cell in notebook["cells"]:
        tags = sorted(tags_of(cell))
        folded = cell["metadata"].get("jupyter")
        cell["metadata"] = ({"jupyter": folded} if folded else {}) | ({"tags": tags} if tags else {})
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        elif copies is not None:
            cell["source"] = copies.mended(source_of(cell), one.path, one.path.name)
    return notebook


def opened(one: LessonNotebook) -> Lesson:
    """The exercises of a notebook, on the scorecard that it names."""
    card = read_scorecard(one.scorecard)
    return lesson(one.number, card, read_actuals(one.scorecard, card), learner=one.learner)


def questions(one: LessonNotebook) -> dict[str, Question | str]:
    """What a notebook asks, by exercise; a text where its scorecard has nothing to ask about."""
    if not one.number:
        return {}
    known, case = {each.name: each for each in exercises_of(one.number)}, opened(one).case
    return {name: known[name].ask(case) for name in one.exercises}


def points_of(question: Question | str) -> int:
    """What an exercise is worth: a point for each hint, of which longer ways have more."""
    return 1 if isinstance(question, str) else len(question.hints)


def answer_words(expects: Expects, right: Any = None) -> str:
    """The right answer, or another of its kind, as a person would write it."""
    right = expects.right if right is None else right
    if told := replace(expects, right=right).told:  # type: ignore[type-var]
        return told
    if isinstance(right, bool):
        return "yes" if right else "no"
    if isinstance(right, float | int):
        return f"{right:.6g}"
    if isinstance(right, Mapping):
        return ", ".join(f"{name}: {answer_words(expects, value)}" for name, value in right.items())
    if isinstance(right, frozenset):
        either = " or " if type(expects).__name__ in ("Choice", "Order") else ", "
        return either.join(sorted(map(str, right)))
    return ", ".join(answer_words(expects, each) for each in right) if isinstance(right, tuple) else str(right)


def mistakes_text(name: str, question: Question | str, scorecard: str) -> str:
    """What a trainer reads below a solution: the answer, the way, and what people get wrong."""
    if isinstance(question, str):
        return f"**For the trainer: `{name}`.** Nothing to ask here. {question}"
    parts = [
        f"**For the trainer: `{name}`**, worth {points_of(question)} in an assignment. "
        f"On {scorecard} the answer is {_shown(answer_words(question.expects))}.",
        f"Why: {_plain(sentence(question.words))}",
        f"```python\n{question.code}\n```",
    ]
    if question.slips:
        wrong: dict[str, list[str]] = {}
        for slip in question.slips:
            wrong.setdefault(slip.says, []).append(_shown(answer_words(question.expects, slip.right)))
        lines = "\n".join(f"- {' or '.join(each)}: {_plain(sentence(says))}" for says, each in wrong.items())
        parts.append(f"Common wrong answers, and what the learner is told:\n\n{lines}")
    return "\n\n".join(parts)


def _shown(text: str) -> str:
    """A text as Markdown's code, whatever is in it, cut short."""
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _plain(text: str) -> str:
    """A text that Markdown shows as it is."""
    return re.sub(r"([\\`*_$<\[\]])", r"\\\1", " ".join(text.split()))


def _for_learner(source: str, learner: str) -> str:
    named = f", learner={json.dumps(learner, ensure_ascii=False)})"
    return _LESSON.sub(lambda found: found[0] if "learner=" in found[0] else found[1] + named, source)


def _note(id: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": id[:64], "metadata": {"tags": ["notes"]}, "source": text}


def _in_lines(notebook: Notebook) -> Notebook:
    """A notebook whose texts are lists of lines, as Jupyter keeps them."""
    for cell in notebook["cells"]:
        cell["source"] = list(_lines(source_of(cell)))
    return notebook


def _lines(text: str) -> Iterator[str]:
    return iter(text.splitlines(keepends=True))
