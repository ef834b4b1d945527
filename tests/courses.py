"""A course for nbgrader as a trainer keeps it: what learners hand in, and what becomes of it."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
STUB = "answer = ..."


def path():
    """Where nbgrader looks for alembic: beside this Python first."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def read(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def write(notebook, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def source(cell):
    return "".join(cell["source"])


def grade_id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def answered(notebook, answers):
    """A notebook with code in place of the dots, by exercise."""
    notebook = json.loads(json.dumps(notebook))
    for cell in notebook["cells"]:
        if grade_id(cell) in answers:
            assert STUB in source(cell)
            cell["source"] = source(cell).replace(STUB, answers[grade_id(cell)])
    return notebook


def without(notebook, *ids):
    return {**notebook, "cells": [cell for cell in notebook["cells"] if grade_id(cell) not in ids]}


def solutions(course, name):
    """The solutions that stand in an assignment's source, by exercise."""
    (path,) = (course / "source" / name).glob("*.ipynb")
    found = {}
    for cell in read(path)["cells"]:
        if part := re.search(r"### BEGIN SOLUTION\n(.*)\n### END SOLUTION", source(cell), re.DOTALL):
            found[grade_id(cell)] = part[1]
    return found


def nbgrader(course, *arguments, check=True):
    """Run a command of nbgrader in a course; gives what it says."""
    environment = {**os.environ, "PATH": path(), "PYTHONPATH": str(ROOT), "HOME": str(course)}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, env=environment)
    said = done.stdout + done.stderr
    assert not check or done.returncode == 0, said
    return said


def released(course, name):
    (path,) = (course / "release" / name).glob("*.ipynb")
    return read(path)


def hand_in(course, name, who, notebook):
    (path,) = (course / "release" / name).glob("*.ipynb")
    write(notebook, course / "submitted" / who / name / path.name)


def marks(course):
    """What each learner got, as nbgrader exports it."""
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
