"""What is done with a notebook that has run: its files written whole, or the notebook kept with the cell that failed.

This runs in a clean process of its own, beside the next notebook. What it gives back are plain values. The kernels say
what happened to any notebook; here our own errors, which are sentences already, speak for themselves.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bsclib import errors
from bsclib.batch.journal import as_private_as_folder, file_facts
from bsclib.batch.kernels.jobs import Failure, failure_of
from bsclib.errors import BscError, Fault, ReportError, unknown
from bsclib.files.atomic import replacement, write_bytes
from bsclib.reporting.notebook import HIDDEN, is_secret, read_parameters, shown_value, source_of, tags_of

if TYPE_CHECKING:
    from bsclib.reporting.brand import Brand

FORMATS = ("html", "pdf", "pptx", "ipynb", "xlsx")
FAILED = "failed"
_PICTURE = re.compile(r"image/(?!svg)")
MORE = {
    "memory": "read less at a time, or allow more: bsc batch --memory",
    "timeout": "allow more: bsc batch --timeout",
}


def finish(notebook: Mapping[str, Any], failure: Failure | None, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Write a report's files; gives them by format, what the notebook recorded, and what went wrong in words."""
    # The arguments are plain values, for they come from another process.
    folder, name = Path(arguments["folder"]), str(arguments["name"])
    run = {**(notebook["metadata"].get("papermill") or {}), "input_path": str(arguments["notebook"])}
    notebook = {**notebook, "metadata": {**notebook["metadata"], "papermill": run}}
    notebook, failure = _without_secrets(notebook, failure)
    failed = folder / f"{name}.{FAILED}.ipynb"
    if failure is None:
        notes: list[str] = []  # what the page cannot show
        try:
            contents = _contents(notebook, arguments, notes)
            with contextlib.ExitStack() as together:  # a disk that fills up on the way leaves the old files
                for ending, content in contents.items():
                    temporary = together.enter_context(replacement(folder / f"{name}.{ending}", ReportError))
                    temporary.write_bytes(content)
                    as_private_as_folder(temporary)
        except BscError as error:
            return _kept(notebook, failed, error)
        with contextlib.suppress(OSError):
            failed.unlink(missing_ok=True)
        files = {ending: file_facts(folder / f"{name}.{ending}") for ending in contents}
        return {"files": files, "summary": _summary(notebook), "error": "", "notes": notes}
    what = error_words(failure.ename, failure.evalue) if failure.kind == "error" else failure.what
    where = cell_place(notebook["cells"], failure.cell, str(arguments["notebook"]))
    return _kept(notebook, failed, ReportError(Fault(where, what, fix=MORE.get(failure.kind, ""))))


def _without_secrets(notebook: Mapping[str, Any], failure: Failure | None) -> tuple[Mapping[str, Any], Failure | None]:
    """Notebook and failure with parameters that are secrets hidden, wherever their values stand, defaults too."""
    given = notebook["metadata"]["papermill"].get("parameters") or {}
    known = {}
    with contextlib.suppress(ReportError):  # a cell that is no Python has failed already
        known = {parameter.name: parameter for parameter in read_parameters(notebook) or ()}
    secret = {name: known[name].secret if name in known else is_secret(name) for name in (*known, *given)}
    names = [name for name, hides in secret.items() if hides]
    defaults = {name: known[name].default for name in names if name in known}
    values = [*defaults.values(), *(given[name] for name in names if name in given)]
    texts = sorted({str(value) for value in values if value not in (None, "", True, False)}, key=len, reverse=True)
    if not texts:
        return notebook, failure
    forms = "|".join(re.escape(form) for text in texts for form in _forms(text))
    hide = functools.partial(re.compile(forms).sub, HIDDEN)
    hidden = _hidden(notebook, hide)
    parameters = {name: shown_value(value, True) if name in names else value for name, value in given.items()}
    hidden["metadata"]["papermill"]["parameters"] = parameters
    return hidden, Failure(**_mapped(failure.plain(), hide) | {"kind": failure.kind}) if failure else None


def _forms(text: str) -> list[str]:
    """How a secret may be written; a short one counts in quotes only, for it may be part of any word."""
    escaped = (text.encode("unicode_escape").decode("ascii").replace('"', r"\""), repr(text)[1:-1])
    in_json = (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    forms = dict.fromkeys((text, *escaped, *in_json, escape(text), escape(text, quote=False), quote(text, safe="")))
    return list(forms) if len(text) > 3 else [f"{mark}{form}{mark}" for form in forms for mark in "'\""]


def _hidden(notebook: Mapping[str, Any], hide: Callable[[str], str]) -> dict[str, Any]:
    """A notebook with its texts changed, but not the words that it is built of, however a secret is spelt."""
    hidden: dict[str, Any] = _mapped(notebook, hide)
    about = notebook["metadata"]
    hidden["metadata"] |= {name: about[name] for name in ("kernelspec", "language_info") if name in about}
    for cell, was in zip(hidden["cells"], notebook["cells"], strict=True):
        cell |= {name: was[name] for name in ("cell_type", "id") if name in was}
        cell.get("metadata", {}).update({"tags": tags} if (tags := was.get("metadata", {}).get("tags")) else {})
        for output, before in zip(cell.get("outputs", ()), was.get("outputs", ()), strict=True):
            output |= {name: before[name] for name in ("output_type", "name") if name in before}
    return hidden


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A structure with its texts changed; letters that stand for a picture are none."""
    if isinstance(value, Mapping):
        kept = {key for key, part in value.items() if _PICTURE.match(str(key)) and isinstance(part, (str, list))}
        return {key: part if key in kept else _mapped(part, change) for key, part in value.items()}
    if isinstance(value, list):
        return [_mapped(part, change) for part in value]
    return change(value) if isinstance(value, str) else value


def as_file(notebook: Mapping[str, Any]) -> bytes:
    """An executed notebook as the bytes of its file, without times, so that the same run gives the same bytes."""
    cells = [
        {**cell, "metadata": {key: value for key, value in cell.get("metadata", {}).items() if key != "execution"}}
        for cell in notebook["cells"]
    ]
    text = json.dumps({**notebook, "cells": cells}, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode("utf-8", "replace")


def check_formats(formats: Sequence[str], faults: Sequence[Fault] = ()) -> None:
    """Refuse formats that there are not, with other faults of the call; and what cannot be made here."""
    faults = [*faults, *(unknown("format", form, FORMATS, "formats") for form in formats if form not in FORMATS)]
    if isinstance(formats, str) or not formats:
        faults = [Fault("formats", "a list of formats is needed", got=repr(formats), allowed=", ".join(FORMATS))]
    elif len(set(formats)) < len(formats):
        faults.append(Fault("formats", "a format stands twice", got=", ".join(formats), fix="keep one"))
    if faults:
        raise ReportError(faults)
    if "pdf" in formats:
        from bsclib.reporting.page.pdf import check_pdf

        check_pdf()
    if "pptx" in formats:
        from bsclib.reporting.page.slides import check_slides

        check_slides()


def error_words(ename: str, evalue: str) -> str:
    """What a cell raised: our own errors are sentences already, others need their kind named."""
    ours = getattr(errors, ename, None)
    if isinstance(ours, type) and issubclass(ours, BscError):
        return evalue.strip().removesuffix(".")
    return failure_of(-1, ename, evalue).what


def cell_place(cells: Sequence[Mapping[str, Any]], at: int, name: str) -> str:
    """Name a cell: its number among the notebook's own cells and the heading it stands under."""
    if not 0 <= at < len(cells):
        return name
    before = cells[: at + 1]
    number = sum("injected-parameters" not in tags_of(cell) for cell in before)
    lines = [line for cell in before if cell.get("cell_type") == "markdown" for line in source_of(cell).splitlines()]
    headings = [line.lstrip("#").strip() for line in lines if line.startswith("#")]
    return f"{name}, cell {number}" + (f' under "{headings[-1]}"' if headings else "")


def _contents(notebook: Mapping[str, Any], arguments: Mapping[str, Any], notes: list[str]) -> dict[str, bytes]:
    """Make every format before the first is written: one that cannot be made costs the report as a whole."""

    # What a format needs is imported for it alone.
    def house() -> Brand | None:
        from bsclib.reporting.brand import Brand

        return Brand(**arguments["house"]) if arguments.get("house") else None

    @functools.cache
    def html(pixels: bool) -> str:
        from bsclib.reporting.page.page import page_and_notes

        text, lacking = page_and_notes(notebook, None, house(), pixels)
        notes.extend(one for one in lacking if one not in notes)
        return text

    def pdf() -> bytes:
        from bsclib.reporting.page.pdf import to_pdf

        return to_pdf(html(False))

    def pptx() -> bytes:
        from bsclib.reporting.page.slides import to_slides

        return to_slides(html(has_drawings), house())  # no slide shows a drawing

    def xlsx() -> bytes:
        from bsclib.batch.extract import to_xlsx

        return to_xlsx(_summary(notebook))

    shown = (output.get("data") or {} for cell in notebook["cells"] for output in cell.get("outputs") or ())
    has_drawings = any("image/svg+xml" in data for data in shown)  # else one page does for both
    makers: dict[str, Callable[[], bytes]] = {
        "html": lambda: html(False).encode("utf-8", "replace"),
        "pdf": pdf,
        "pptx": pptx,
        "ipynb": lambda: as_file(notebook),
        "xlsx": xlsx,
    }
    return {ending: makers[ending]() for ending in arguments["formats"]}


def _summary(notebook: Mapping[str, Any]) -> dict[str, Any] | None:
    from bsclib.batch.summary import summary_of

    return summary_of(notebook)


def _kept(notebook: Mapping[str, Any], failed: Path, error: BscError) -> dict[str, Any]:
    """Keep the notebook of a report that failed; gives what `finish` does, and the faults one by one."""
    faults, files = [asdict(fault) for fault in error.faults], {}
    text = str(error)
    try:
        write_bytes(failed, as_file(notebook), ReportError)
        as_private_as_folder(failed)
        files = {FAILED: file_facts(failed)}
    except ReportError as second:
        text = f"{text} The notebook could not be kept: {second}"
    return {"files": files, "summary": None, "error": text, "faults": faults}
