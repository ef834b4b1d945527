"""A notebook made ready for each set of parameters.

The notebook is read and looked over once; for each report only one cell is written, the one papermill would inject,
with the same text. papermill itself is not asked: it and nbformat take longer to import than many a notebook to run.
Cells get fixed ids and the notebook no times, so that the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bsclib.errors import Fault, ReportError
from bsclib.files.paths import shipped_folder
from bsclib.reporting.notebook import Parameter, read_notebook, read_parameters, source_of, tags_of

KERNEL = "python3"  # the name is only written down: a report runs on the Python that runs this
INJECTED = "injected-parameters"
KINDS = ("code", "markdown", "raw")
OF_A_RUN = ("execution", "papermill")
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Template:
    """A notebook that waits for its parameters."""

    name: str
    sha256: str
    known: tuple[Parameter, ...]  # what its cell `parameters` asks for
    before: tuple[dict[str, Any], ...]  # the cells around the one with the parameters that are given
    after: tuple[dict[str, Any], ...]
    metadata: dict[str, Any]

    def fill(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The notebook with these values put in; it shares its other cells with every other filling."""
        cells = [_code(parameters_cell(values), INJECTED)] if values else []
        run = {"parameters": dict(values), "input_path": self.name}
        return {
            "cells": [*self.before, *cells, *self.after],
            "metadata": {**self.metadata, "papermill": run},
            "nbformat": 4,
            "nbformat_minor": 5,
        }


def read_template(notebook: str | os.PathLike[str] | Mapping[str, Any]) -> Template:
    """Read a notebook, given as a path, the name of one that ships or its content, and be sure that it can be run."""
    source = notebook if isinstance(notebook, Mapping) else find_notebook(notebook)
    content = read_notebook(source)
    name = "the notebook" if isinstance(source, Mapping) else source.name
    refuse_other_languages(content, name)
    cells = _cells(content, name)
    known = read_parameters(content) or ()
    before, after = _around(cells)
    metadata = {key: value for key, value in content.get("metadata", {}).items() if key not in ("papermill", "widgets")}
    metadata["kernelspec"] = {"name": KERNEL, "language": "python", "display_name": "Python 3"}
    text = json.dumps([cells, metadata], sort_keys=True, ensure_ascii=False)
    return Template(name, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(), known, before, after, metadata)


def find_notebook(path: str | os.PathLike[str]) -> Path:
    """The path of a notebook, or of one that ships. An existing file wins over a name."""
    path = Path(path)
    if path.exists() or path.name != str(path):
        return path
    ours = shipped_folder() / "notebooks" / path.name
    return next((file for file in (ours, ours.with_name(f"{ours.name}.ipynb")) if file.is_file()), path)


def parameters_cell(values: Mapping[str, Any]) -> str:
    """The cell that gives a notebook its values, as papermill writes it."""
    return "# Parameters\n" + "".join(f"{name} = {_written(value)}\n" for name, value in values.items())


def _written(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.encode("unicode_escape").decode("ascii").replace('"', r"\"") + '"'
    if isinstance(value, float) and not math.isfinite(value):
        return f"float('{value}')"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_written(key)}: {_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return str(value)


def refuse_other_languages(content: Mapping[str, Any], name: str) -> None:
    """Refuse a notebook that says it is in another language than Python."""
    metadata = content.get("metadata") or {}
    known = {**(metadata.get("language_info") or {}), **(metadata.get("kernelspec") or {})}
    language = str(known.get("language") or known.get("name") or "python")
    if language.lower() not in ("python", KERNEL):
        raise ReportError(Fault(name, "this notebook is not in Python", got=language))


def _cells(content: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Every cell with a text, tags and an id that stay the same from run to run, and without old outputs."""
    cells: list[dict[str, Any]] = []
    taken: set[str] = set()
    for number, cell in enumerate(content["cells"], 1):
        sound = isinstance(cell, Mapping) and cell.get("cell_type") in KINDS
        source = cell.get("source", "") if sound else None
        lines = isinstance(source, list) and all(isinstance(line, str) for line in source)
        if not (sound and (isinstance(source, str) or lines) and isinstance(cell.get("metadata", {}), Mapping)):
            fix = "open it in Jupyter and save it again"
            raise ReportError(Fault(f"{name}, cell {number}", "this is not a valid notebook's cell", fix=fix))
        id = cell.get("id")
        id = id if isinstance(id, str) and ID.fullmatch(id) and id not in taken else f"cell-{number}"
        taken.add(id)
        metadata = {key: value for key, value in cell.get("metadata", {}).items() if key not in OF_A_RUN}
        kept: dict[str, Any] = {"cell_type": cell["cell_type"], "id": id, "metadata": metadata}
        kept["source"] = source_of(cell)
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": []}
        elif "attachments" in cell:
            kept["attachments"] = cell["attachments"]
        cells.append(kept)
    return cells


def _around(cells: list[dict[str, Any]]) -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    """Where papermill puts the values: in place of those of an earlier run, after the parameters, or at the top."""
    for tag, skipped in ((INJECTED, 0), ("parameters", 1)):
        at = next((at for at, cell in enumerate(cells) if tag in tags_of(cell)), None)
        if at is not None:
            return tuple(cells[: at + skipped]), tuple(cells[at + 1 :])
    return (), tuple(cells)


def _code(source: str, tag: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": tag,
        "metadata": {"tags": [tag]},
        "source": source,
        "execution_count": None,
        "outputs": [],
    }
