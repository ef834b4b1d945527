"""How long a lesson takes, sitting by sitting: what its notebook states, and what a rule makes of its words.

A lesson is one sitting unless it has headings ``## Sitting 1: …``. A heading ``## Optional: …`` opens depth that stands
apart, until the next heading of its level; so does one of the third level for its own part. Beneath each heading,
``Allow 45 minutes.`` states the time, and the lesson's first cell states that of all sittings together.

The rule: 150 words a minute; what cells show is counted at half, because it is looked through and not read; and each
exercise takes as long as its texts say, and one whose answers are folded in the text two minutes. Trainer's notes and
folded code are not read at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from bsclib.files.paths import shipped_folder
from bsclib.reporting.notebook import source_of
from bsclib.study.exercises.question import LESSONS, exercises_of
from bsclib.study.questions.bank import read_questions

WORDS_A_MINUTE = 150
PAGES = ("09_shared_language",)
"""What a learner reads as a lesson without exercises that check themselves."""
FOLDED = 2
"""Minutes for a question whose answers are folded beneath it, the reading of them too."""
SHOWN = 40
"""Words that count for what a cell shows where there are no outputs: half of what a cell of ours shows on average."""
_HEADING = re.compile(r"(?m)^(#{1,3}) +(.+)$")
_ALLOW = re.compile(r"Allow (\d+) minutes\.")
_ASKED = re.compile(r'lesson\.ask\("(\w+)"\)')
_FOLDED = re.compile(r"(?s)<details>.*?</details>")
_SILENT = {"parameters", "solution", "notes"}


@dataclass
class Sitting:
    """A part of a lesson to work through at a stretch: the minutes it states, those of the rule, and its exercises."""

    lesson: str  # its notebook
    title: str
    stated: int
    optional: bool = False
    ruled: float = 0.0
    exercises: dict[str, float] = field(default_factory=dict)  # with their minutes

    @property
    def exercising(self) -> int:
        """Minutes for exercises: two thirds of the part at most."""
        return min(round(sum(self.exercises.values())), self.stated * 2 // 3)


class Course(NamedTuple):
    """One lesson of the course: its notebook, what it promises and needs, and its sittings in order."""

    notebook: str
    title: str
    promise: str
    needs: tuple[str, ...]
    stated: int
    sittings: tuple[Sitting, ...]
    exams: tuple[str, ...]

    @property
    def core(self) -> tuple[Sitting, ...]:
        """The sittings without the optional parts."""
        return tuple(one for one in self.sittings if not one.optional)


def lessons() -> tuple[str, ...]:
    """The notebooks of the course in order."""
    names = sorted(file.stem for file in (shipped_folder() / "notebooks").glob("*.ipynb"))
    return tuple(name for name in names if name[:2] in LESSONS or name in PAGES)


def read_course(name: str, notebook: Mapping[str, Any] | None = None, number: str | None = None) -> Course:
    """Read a lesson's sittings off its notebook: the shipped one, or one in hand, with its outputs if there are any."""
    if notebook is None:
        notebook = json.loads((shipped_folder() / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    cells = notebook["cells"]
    first = source_of(cells[0])
    title, _, more = first.partition("\n\n")
    needs = re.findall(r"\b\d\d\b(?: to \d\d\b)?", first.partition("You need ")[2].partition(".")[0].partition(";")[0])
    whole = Sitting(name, title.lstrip("# "), _allowed(first))
    return Course(
        notebook=name,
        title=whole.title,
        promise=more.partition("\n\n")[0].replace("\n", " "),
        needs=tuple(dict.fromkeys(needs)),
        stated=whole.stated,
        sittings=tuple(_sittings(cells, whole, _minutes_of(name[:2] if number is None else number))),
        exams=_exams().get(name, ()),
    )


def optional_exercises(number: str) -> frozenset[str]:
    """The names of the exercises in a lesson's optional parts; none where its notebook is not at hand."""
    name = next((one for one in lessons() if one[:2] == number and number in LESSONS), "")
    if not name:
        return frozenset()
    cells = json.loads((shipped_folder() / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    parts = _sittings(cells, Sitting(name, "", 0), _minutes_of(number))
    return frozenset(one for part in parts if part.optional for one in part.exercises)


def _sittings(cells: list[Any], whole: Sitting, minutes: Mapping[str, float]) -> list[Sitting]:
    """The parts of a notebook in order; what comes before the first sitting is read in the first one."""
    now, parts, aside = whole, [whole], 0
    for cell in cells:
        source = source_of(cell)
        for hashes, head in _HEADING.findall(source) if cell["cell_type"] == "markdown" else ():
            kind, _, title = head.partition(": ")
            if re.fullmatch(r"Sitting \d+", kind):
                now, aside = Sitting(whole.lesson, title, _allowed(source)), 0
                if parts[0] is whole:
                    now.ruled, now.exercises, parts[0] = whole.ruled, whole.exercises, now
                else:
                    parts.append(now)
            elif kind == "Optional":
                now, aside = Sitting(whole.lesson, title, _allowed(source), optional=True), len(hashes)
                parts.append(now)
            elif aside and len(hashes) <= aside:
                now, aside = [part for part in parts if not part.optional][-1], 0
        now.ruled += _minutes(cell, minutes)
        if (asked := _ASKED.search(source)) and asked[1] in minutes:
            now.exercises[asked[1]] = minutes[asked[1]]
    return parts


def _minutes(cell: Mapping[str, Any], minutes: Mapping[str, float]) -> float:
    tags = set(cell["metadata"].get("tags", ()))
    if tags & _SILENT:
        return 0.0
    source = source_of(cell)
    if cell["cell_type"] == "markdown":
        read, folded = _FOLDED.subn("", source)
        return len(read.split()) / WORDS_A_MINUTE + FOLDED * bool(folded)
    if asked := _ASKED.search(source):
        return minutes.get(asked[1], 0.0)
    if cell.get("outputs"):
        return sum(map(_words, cell["outputs"])) / 2 / WORDS_A_MINUTE
    return SHOWN / WORDS_A_MINUTE if _shows(source) else 0.0


def _words(output: Mapping[str, Any]) -> int:
    text = output.get("data", {}).get("text/plain", "")
    return len("".join(text).split())


def _shows(source: str) -> bool:
    """Whether a cell's last line is a call that shows something, and no assignment, import or definition."""
    last = source.rstrip().splitlines()[-1] if source.strip() else ""
    return bool(re.match(r"[a-z_.]+\(|\)$", last))


def _allowed(source: str) -> int:
    stated = _ALLOW.search(source)
    return int(stated[1]) if stated else 0


def _minutes_of(lesson: str) -> dict[str, float]:
    return {one.name: float(one.texts.minutes) for one in exercises_of(lesson)} if lesson in LESSONS else {}


@cache
def _exams() -> dict[str, tuple[str, ...]]:
    """Of each lesson the topics of exams, such as ``cgeit.benefits``, whose questions send back to it."""
    found: dict[str, set[str]] = {}
    for entry in read_questions().entries:
        page = entry.question.reread.partition("#")[0]
        found.setdefault(page, set()).update(entry.question.exams)
    return {page: tuple(sorted(exams)) for page, exams in found.items()}
