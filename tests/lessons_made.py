"""Small lessons of a trainer's own, and lessons played without a kernel."""

import ast
import json

from bsclib.study.teaching.lesson_notebook import asks

SETUP = """\
from bsclib import read_actuals, read_scorecard, score, study

card = read_scorecard(scorecard)
actuals = read_actuals(scorecard)
scores = score(card, actuals)
lesson = study.lesson("03", card, actuals)
scorecard = card"""
PARAMETERS = 'scorecard: str = "meridian"  # name of a shipped data set, or a path'


def code(id, source, *tags):
    made = {"cell_type": "code", "id": id, "source": source, "metadata": {"tags": list(tags)} if tags else {}}
    return {**made, "outputs": [], "execution_count": None}


def text(id, source, *tags):
    return {"cell_type": "markdown", "id": id, "source": source, "metadata": {"tags": list(tags)} if tags else {}}


def exercise(name):
    stub = f'lesson.ask("{name}")\n\nanswer = ...\nlesson.check("{name}", answer)'
    solution = f'lesson.solution("{name}", show=False)  # True, and run: one way to the answer'
    return [code(f"{name}-answer", stub, "exercise"), code(f"{name}-solution", solution, "solution")]


def lesson(*cells, setup=SETUP):
    opening = [text("title", "# My own lesson"), code("parameters", PARAMETERS, "parameters"), code("read", setup)]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}}
    return {**content, "cells": [*opening, *cells]}


def saved(notebook, folder, name="own.ipynb"):
    path = folder / name
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def source(cell):
    return "".join(cell["source"])


def played(notebook, monkeypatch, answers=None):
    """Run a notebook's code here, in a tenth of the time of a kernel; gives its names."""
    monkeypatch.setattr("IPython.display.display", lambda *things, **_: [repr(thing) for thing in things])
    monkeypatch.setattr("bsclib.plots.canvas.png", lambda picture: b"")
    names = {"display": lambda *things, **_: [repr(thing) for thing in things]}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        lines = source(cell)
        if answers and asks(cell):
            assert lines.count("answer = ...") == 1
            lines = lines.replace("answer = ...", answers[asks(cell)])
        tree = ast.parse(lines)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell["id"], "exec"), names)
        if last:
            repr(eval(compile(ast.Expression(last.value), cell["id"], "eval"), names))
    return names
