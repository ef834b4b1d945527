"""Mock exams that are begun and not handed in, one small file each, so that a killed one goes on where it was.

A file holds which paper it is, by exam and seed, and what became of it; the paper is drawn again. Its questions' ids
stand beside it, because a bank that has changed since draws another paper.
"""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any

from bsclib.errors import BscError, Fault
from bsclib.files import atomic
from bsclib.study.practice import progress
from bsclib.study.practice.sitting import Sitting, resumed
from bsclib.study.questions.draw import Paper

VERSION = 1


def path_of(exam: str, seed: int, practice: bool = False) -> Path:
    """The file of an exam that is begun."""
    return progress.home() / f"exam-{exam}-{seed}{'-practice' if practice else ''}.json"


def latest(exam: str, practice: bool = False) -> int | None:
    """The seed of the exam that was put away last; None where none is open."""
    name = re.compile(rf"exam-{re.escape(exam)}-(\d+){'-practice' if practice else ''}")
    seeds = {file: name.fullmatch(file.stem) for file in progress.home().glob("exam-*.json")}
    known = {file: int(seed[1]) for file, seed in seeds.items() if seed}
    return known[max(known, key=lambda file: file.stat().st_mtime)] if known else None


def save(sitting: Sitting, seed: int) -> None:
    """Keep a sitting; it is written whole or not at all."""
    data = {
        "version": VERSION,
        "ids": [item.id for item in sitting.paper.items],
        "answers": {str(place): list(given) for place, given in sitting.answers.items()},
        "flagged": sorted(sitting.flagged),
        "place": sitting.place,
        "spent": sitting.spent,
    }
    path = path_of(sitting.paper.exam.id, seed, sitting.practice)
    atomic.write_text(path, json.dumps(data) + "\n")


def load(paper: Paper, seed: int, now: float, practice: bool = False) -> Sitting | None:
    """The sitting of a paper that was begun, or None; one that cannot be read is kept aside and said as an error."""
    path = path_of(paper.exam.id, seed, practice)
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
        sitting = _sitting(data, paper, now, practice)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        aside = path.with_suffix(".aside")
        path.replace(aside)
        fix = f"run it again to begin anew; what was there is kept in {aside}"
        raise BscError(Fault(str(path), f"the exam that was begun cannot go on: {problem}", fix=fix)) from None
    if data["ids"] != [item.id for item in paper.items]:
        fix = "give the file of questions that it was begun with, take another seed, or delete the file"
        raise BscError(Fault(str(path), "the exam that was begun has other questions", fix=fix))
    return sitting


def _sitting(data: Any, paper: Paper, now: float, practice: bool) -> Sitting:
    if data["version"] != VERSION:
        raise ValueError(f"another bsclib wrote it, as version {data['version']}")
    answers = {int(place): tuple(map(int, given)) for place, given in data["answers"].items()}
    count = len(data["ids"])
    if not all(0 <= place < count for place in [*answers, *data["flagged"], data["place"]]) or not data["spent"] >= 0:
        raise ValueError("it speaks of questions that there are not")
    sitting = Sitting(
        paper,
        since=now,
        spent=float(data["spent"]),
        place=int(data["place"]),
        answers=answers,
        flagged=frozenset(data["flagged"]),
        practice=practice,
    )
    return resumed(sitting, now)


def forget(sitting: Sitting, seed: int) -> None:
    """An exam that is handed in is open no longer."""
    with contextlib.suppress(OSError):
        path_of(sitting.paper.exam.id, seed, sitting.practice).unlink()
