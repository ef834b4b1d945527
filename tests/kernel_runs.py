"""Runs of notebooks on kernels, with what came of them."""

import json
from types import SimpleNamespace

from bsclib.batch.kernels.jobs import Job, open_kernels


def run(jobs, folder, workers=2, memory=0.3, timeout=5.0, between=lambda kernels, result: None):
    """Run notebooks given as (name, notebook).

    Gives for each name a list: the `result`, the executed `notebook` and what its `cells` show: for each cell what it
    printed, and the kinds of what else it showed.
    """
    folder.mkdir(exist_ok=True)
    named = {str(number): job for number, job in enumerate(jobs)}
    found = {}
    with open_kernels(workers, memory=memory) as kernels:
        asked = (
            Job(number, notebook, str(folder), timeout, "finishers:keep", {"path": str(folder / f"{number}.ipynb")})
            for number, (_, notebook) in named.items()
        )
        for result in kernels.run(asked):
            file = folder / f"{result.name}.ipynb"
            notebook = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"cells": []}
            cells = [said(cell) for cell in notebook["cells"]]
            one = SimpleNamespace(result=result, notebook=notebook, cells=cells)
            found.setdefault(named[result.name][0], []).append(one)
            between(kernels, result)
    return found


def said(cell):
    """What a cell printed, and the kinds of what else it showed."""
    return [one["text"] if one["output_type"] == "stream" else one["output_type"] for one in cell.get("outputs", ())]
