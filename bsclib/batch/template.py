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
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Template:
    """A notebook that waits for its parameters.

    Parameters
    ----------
    name : str
        Name of its file, such as ``09_executive_report.ipynb``.
    sha256 : str
        Of its content.
    known : tuple of Parameter
        What its `parameters` cell asks for; empty when there is none.
    before, after : tuple of dict
        The cells around the one with the parameters that are given.
    metadata : dict
        The notebook's own.
    """

    name: str
    sha256: str
    known: tuple[Parameter, ...]
    before: tuple[dict[str, Any], ...]
    after: tuple[dict[str, Any], ...]
    metadata: dict[str, Any]

    def fill(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The notebook with these values put in, ready to run.

        Parameters
        ----------
        values : mapping of str to object
            As `check_parameters` gives them.

        Returns
        -------
        dict
            A notebook of format 4.5. It shares its other cells with every other filling, so nothing may change them.
        """
        given = [_code(injected(values), INJECTED)] if values else []
        run = {"parameters": dict(values), "input_path": self.name}
        return {
            "cells": [*self.before, *given, *self.after],
            "metadata": {**self.metadata, "papermill": run},
            "nbformat": 4,
            "nbformat_minor": 5,
        }


def template(notebook: str | os.PathLike[str] | Mapping[str, Any]) -> Template:
    """Read a notebook and make sure that it can be run.

    Parameters
    ----------
    notebook : path or mapping
        An ``.ipynb`` file, the name of a notebook that ships such as ``09_executive_report``, or a notebook's content.

    Returns
    -------
    Template

    Raises
    ------
    ReportError
        When there is no such notebook, or it is not a valid one in Python.
    """
    found = notebook if isinstance(notebook, Mapping) else find_notebook(notebook)
    content = read_notebook(found)
    name = "the notebook" if isinstance(found, Mapping) else Path(found).name
    _refuse_other_languages(content, name)
    cells = _cells(content, name)
    known = read_parameters(content) or ()
    before, after = _around(cells)
    about = dict(
        content.get("metadata", {}), kernelspec={"name": KERNEL, "language": "python", "display_name": "Python 3"}
    )
    about.pop("papermill", None)
    about.pop("widgets", None)
    digest = hashlib.sha256(json.dumps([cells, about], sort_keys=True, ensure_ascii=False).encode("utf-8", "replace"))
    return Template(name, digest.hexdigest(), known, before, after, about)


def find_notebook(path: str | os.PathLike[str]) -> Path:
    """The path of a notebook, or of one that ships. An existing file wins over a name.

    Examples
    --------
    >>> find_notebook("09_executive_report").name
    '09_executive_report.ipynb'
    """
    given = Path(path)
    if given.exists() or given.name != str(given):
        return given
    ours = shipped_folder() / "notebooks" / given.name
    return next((one for one in (ours, ours.with_name(f"{ours.name}.ipynb")) if one.is_file()), given)


def injected(values: Mapping[str, Any]) -> str:
    r"""The cell that gives a notebook its values, as papermill writes it.

    Examples
    --------
    >>> print(injected({"unit": 'the "desk"', "months": 12, "weights": [0.5, None]}))
    # Parameters
    unit = "the \"desk\""
    months = 12
    weights = [0.5, None]
    <BLANKLINE>
    """
    return "# Parameters\n" + "".join(f"{name} = {_written(value)}\n" for name, value in values.items())


def _written(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.encode("unicode_escape").decode("ascii").replace('"', r"\"") + '"'
    if isinstance(value, float) and not math.isfinite(value):
        return f"float('{value}')"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_written(key)}: {_written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return str(value)


def _refuse_other_languages(content: Mapping[str, Any], name: str) -> None:
    about = content.get("metadata") or {}
    known = {**(about.get("language_info") or {}), **(about.get("kernelspec") or {})}
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
        own = cell.get("id")
        id = own if isinstance(own, str) and ID.fullmatch(own) and own not in taken else f"cell-{number}"
        taken.add(id)
        about = {key: one for key, one in cell.get("metadata", {}).items() if key not in ("execution", "papermill")}
        kept: dict[str, Any] = {"cell_type": cell["cell_type"], "id": id, "metadata": about, "source": source_of(cell)}
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
