"""What a class knows: the learners' exported files of progress, added up exercise by exercise, without names."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.files.yaml_tree import plain, read_tree
from bsclib.study.exercises.texts import FOLDER, fill
from bsclib.study.practice import progress
from bsclib.wording import sentence

COLUMNS = ("lesson", "exercise", "right", "not yet", "not tried", "by", "most common mistake")
"""`by` counts the learners who made the mistake at least once, even where they had it right in the end."""
OTHER = "a mistake of another kind"


def class_results(folder: Path) -> tuple[pd.DataFrame, int, list[str]]:
    """A row an exercise of each lesson that anybody tried; how many files that rests on; what was left out, and why."""
    learners, notes = _read(folder)
    tried = sorted({number for each in learners for number in each["lessons"] if _file(number).is_file()})
    rows = [row for number in tried for row in _rows(number, learners)]
    return pd.DataFrame(rows, columns=COLUMNS), len(learners), notes


def _read(folder: Path) -> tuple[list[progress.Data], list[str]]:
    learners: list[progress.Data] = []
    names, notes = dict[bytes, str](), list[str]()
    files = sorted(file for file in folder.glob("*.json") if file.is_file())
    for file in files:
        try:
            raw = file.read_bytes()
            learners.append(progress.exported(progress.checked(json.loads(raw.decode("utf-8-sig")))))
            if (first := names.setdefault(raw, file.name)) != file.name:
                notes.append(f"{file.name} holds the same as {first}; both are counted.")
        except (OSError, ValueError, RecursionError) as problem:
            notes.append(f"{file.name} is left out: {_reason(problem)}.")
    if not learners:
        what = "no file of progress here can be read" if files else "there is no file of progress here"
        fix = "put what learners wrote with `bsc study progress --export FILE` into it"
        fault = Fault(str(folder), what, allowed="files that end in .json", fix=fix)
        raise BscError([fault, *(Fault("", note) for note in notes)])
    return learners, notes


def _reason(problem: Exception) -> str:
    if isinstance(problem, json.JSONDecodeError):
        return f"it is no JSON, from line {problem.lineno} on"
    if isinstance(problem, UnicodeDecodeError):
        return "it is no text in UTF-8"
    return str(problem)


def _file(number: str) -> Path:
    return FOLDER / f"lesson_{number}.yaml"


def _rows(number: str, learners: list[progress.Data]) -> list[tuple[Any, ...]]:
    rows = []
    for name, texts in plain(read_tree(_file(number))).items():
        states = Counter(each["lessons"].get(number, {}).get("", {}).get(name) for each in learners)
        slips = Counter(slip for each in learners for slip in each["mistakes"].get(number, {}).get(name, {}))
        slip, by = max(slips.items(), key=lambda one: (one[1], one[0] != ""), default=("", 0))
        right, wrong = states["right"], states["wrong"]
        said = _said(texts.get("slips", {}), slip) if by else ""
        rows.append((number, name, right, wrong, len(learners) - right - wrong, by, said))
    return rows


def _said(slips: dict[str, str], slip: str) -> str:
    """What a learner was told; what was filled in from their own data is left open."""
    return sentence(fill(slips[slip], defaultdict(lambda: "…"))) if slip in slips else OTHER
