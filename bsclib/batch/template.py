"""A notebook made ready for a batch: read and looked over once, for however many reports.

Cells get fixed ids, so that the same input gives the same bytes. papermill puts the parameters in.
"""

from __future__ import annotations

import hashlib
import json
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
KINDS = ("code", "markdown", "raw")
OF_A_RUN = ("execution", "papermill")
LEARNERS = "interactive-only"
"""The tag of what only who works in the notebook needs: no page shows it, and code with it is not run for one."""
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Template:
    """A notebook that waits for its parameters."""

    name: str
    sha256: str
    known: tuple[Parameter, ...]  # what its cell `parameters` asks for
    content: dict[str, Any]  # as its JSON has it
    unread: tuple[Fault, ...] = ()  # why its cell `parameters` cannot be read; that matters when some are given


def read_template(notebook: str | os.PathLike[str] | Mapping[str, Any]) -> Template:
    """Read a notebook, given as a path, the name of one that ships or its content, and be sure that it can be run."""
    source = notebook if isinstance(notebook, Mapping) else find_notebook(notebook)
    content = read_notebook(source)
    name = "the notebook" if isinstance(source, Mapping) else source.name
    refuse_other_languages(content, name)
    cells = _cells(content, name)
    known: tuple[Parameter, ...] = ()
    unread: tuple[Fault, ...] = ()
    try:
        known = read_parameters(source) or ()
    except ReportError as error:  # without parameters it runs, as far as it comes
        unread = tuple(error.faults)
    metadata = {key: value for key, value in _metadata(content).items() if key not in ("papermill", "widgets")}
    metadata["kernelspec"] = {"name": KERNEL, "language": "python", "display_name": "Python 3"}
    text = json.dumps([cells, metadata], sort_keys=True, ensure_ascii=False)
    sha256 = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    earlier = (_metadata(content).get("papermill") or {}).get("parameters") or {}
    metadata["papermill"] = {"parameters": earlier}
    return Template(
        name, sha256, known, {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, unread
    )


def find_notebook(path: str | os.PathLike[str]) -> Path:
    """The path of a notebook, or of one that ships. An existing file wins over a name."""
    path = Path(path)
    if path.exists() or path.name != str(path):
        return path
    ours = shipped_folder() / "notebooks" / path.name
    return next((file for file in (ours, ours.with_name(f"{ours.name}.ipynb")) if file.is_file()), path)


def refuse_other_languages(content: Mapping[str, Any], name: str) -> None:
    """Refuse a notebook that says it is in another language than Python."""
    found = (_metadata(content).get(key) for key in ("kernelspec", "language_info"))
    spec, info = (part if isinstance(part, Mapping) else {} for part in found)
    language = str(spec.get("language") or info.get("name") or "")
    kernel = str(spec.get("name") or "")  # a name of one's own says nothing; these are other languages' kernels
    foreign = re.match(r"(ir|julia|bash|javascript|tslab|deno|xcpp|ijava|kotlin|scala|\.net)\b", kernel.lower())
    if language.lower() not in ("", "python", "ipython") or (not language and foreign):
        raise ReportError(Fault(name, "this notebook is not in Python", got=language or kernel))


def _metadata(content: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = content.get("metadata")
    return metadata if isinstance(metadata, Mapping) else {}


def _cells(content: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Every cell but learners' code, with a text, tags and an id that stay from run to run, without old outputs."""
    cells: list[dict[str, Any]] = []
    taken: set[str] = set()
    for number, cell in enumerate(content["cells"], 1):
        sound = isinstance(cell, Mapping) and cell.get("cell_type") in KINDS
        source = cell.get("source", "") if sound else None
        lines = isinstance(source, list) and all(isinstance(line, str) for line in source)
        if not (sound and (isinstance(source, str) or lines) and isinstance(cell.get("metadata") or {}, Mapping)):
            fix = "open it in Jupyter and save it again"
            raise ReportError(Fault(f"{name}, cell {number}", "this is not a valid notebook's cell", fix=fix))
        id = cell.get("id")
        id = id if isinstance(id, str) and ID.fullmatch(id) and id not in taken else f"cell-{number}"
        taken.add(id)
        metadata = {key: value for key, value in (cell.get("metadata") or {}).items() if key not in OF_A_RUN}
        metadata["tags"] = sorted(tags_of(cell))
        if cell["cell_type"] == "code" and LEARNERS in metadata["tags"]:
            continue
        kept: dict[str, Any] = {"cell_type": cell["cell_type"], "id": id, "metadata": metadata}
        kept["source"] = source_of(cell)
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": []}
        elif "attachments" in cell:
            kept["attachments"] = cell["attachments"]
        cells.append(kept)
    return cells
