"""What is done with a notebook that has run: its files written whole, or the notebook kept with the cell that failed.

This runs in a clean process of its own, beside the next notebook. What it gives back are plain values.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bsclib.batch.faults import cell_place, error_words
from bsclib.batch.journal import file_facts
from bsclib.errors import BscError, Fault, ReportError
from bsclib.files.atomic import replacement, write_bytes

if TYPE_CHECKING:
    from bsclib.batch.kernels import Failure

FORMATS = ("html", "pdf", "ipynb", "xlsx")
FAILED = "failed"


def finish(notebook: Mapping[str, Any], failure: Failure | None, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Write a report's files; gives them by format, what the notebook recorded, and what went wrong in words."""
    # The arguments are plain values, for they come from another process.
    folder, name = Path(arguments["folder"]), str(arguments["name"])
    failed = folder / f"{name}.{FAILED}.ipynb"
    if failure is None:
        try:
            contents = _contents(notebook, arguments)
            _write({folder / f"{name}.{ending}": content for ending, content in contents.items()})
        except BscError as error:
            return _kept(notebook, failed, str(error), arguments)
        with contextlib.suppress(OSError):
            failed.unlink(missing_ok=True)
        files = {ending: file_facts(folder / f"{name}.{ending}") for ending in contents}
        return {"files": files, "summary": _summary(notebook), "error": ""}
    what = error_words(failure.ename, failure.evalue) if failure.kind == "error" else failure.what
    where = cell_place(notebook["cells"], failure.cell, str(arguments["notebook"]))
    return _kept(_marked(notebook, failure, what), failed, str(Fault(where, what)), arguments)


def as_file(notebook: Mapping[str, Any]) -> bytes:
    """An executed notebook as the bytes of its file, without times, so that the same run gives the same bytes."""
    cells = []
    for cell in notebook["cells"]:
        metadata = {key: value for key, value in cell.get("metadata", {}).items() if key != "execution"}
        cells.append({**cell, "metadata": metadata})
    text = json.dumps({**notebook, "cells": cells}, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode("utf-8", "replace")


def _contents(notebook: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, bytes]:
    """Make every format before the first is written: one that cannot be made costs the report as a whole."""
    house = _house(arguments.get("house"))
    page = functools.cache(lambda: _page(notebook, house))
    makers: dict[str, Callable[[], bytes]] = {
        "html": lambda: page().encode("utf-8", "replace"),
        "pdf": lambda: _pdf(page()),
        "ipynb": lambda: as_file(notebook),
        "xlsx": lambda: _xlsx(notebook),
    }
    return {ending: makers[ending]() for ending in arguments["formats"]}


def _write(contents: Mapping[Path, bytes]) -> None:
    """Write all files before the first takes its place: a disk that fills up on the way leaves the old ones."""
    with contextlib.ExitStack() as together:
        for file, content in contents.items():
            together.enter_context(replacement(file, ReportError)).write_bytes(content)


def _house(fields: Mapping[str, Any] | None) -> Any:
    if not fields:
        return None
    from bsclib.reporting.brand import Brand

    return Brand(**fields)


def _page(notebook: Mapping[str, Any], house: Any) -> str:
    from bsclib.reporting.page.page import page

    return page(notebook, None, house)


def _pdf(page: str) -> bytes:
    from bsclib.batch.pdf import to_pdf

    return to_pdf(page)


def _xlsx(notebook: Mapping[str, Any]) -> bytes:
    from bsclib.batch.extract import to_xlsx

    return to_xlsx(_summary(notebook))


def _summary(notebook: Mapping[str, Any]) -> dict[str, Any] | None:
    from bsclib.batch.summary import summary_of

    return summary_of(notebook)


def _marked(notebook: Mapping[str, Any], failure: Failure, what: str) -> Mapping[str, Any]:
    """The notebook with an error in the cell that failed; a cell that was stopped left none itself."""
    cells = list(notebook["cells"])
    if not 0 <= failure.cell < len(cells):
        return notebook
    cell = cells[failure.cell]
    outputs = list(cell.get("outputs", ()))
    if not any(output.get("output_type") == "error" for output in outputs):
        error = {"output_type": "error", "ename": failure.ename or failure.kind, "evalue": what, "traceback": [what]}
        cells[failure.cell] = {**cell, "outputs": [*outputs, error]}
    return {**notebook, "cells": cells}


def _kept(notebook: Mapping[str, Any], failed: Path, error: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    try:
        write_bytes(failed, as_file(notebook), ReportError)
    except ReportError as second:
        return {"files": {}, "summary": None, "error": f"{error} The notebook could not be kept: {second}"}
    return {"files": {FAILED: file_facts(failed)}, "summary": None, "error": error}
