"""One notebook and its parameters, run to a report: a plan of one row, on the kernels that batches have.

What papermill lets pass is refused before anything runs: an unknown parameter, a value of the wrong type, a folder that
cannot be written. A report is either whole in its place or not there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bsclib.batch.finish import FAILED, check_formats
from bsclib.batch.folder import writable_folder
from bsclib.batch.kernels.jobs import Job, Result, open_kernels
from bsclib.batch.kernels.lean import import_jsonschema
from bsclib.batch.template import Template, read_template
from bsclib.errors import Fault, ReportError
from bsclib.reporting.notebook import check_parameters, source_of, tags_of

FINISH = "bsclib.batch.finish:finish"
CELL_TIMEOUT = 600.0  # seconds; papermill itself would wait for ever


def run_report(
    notebook: str | os.PathLike[str] | Mapping[str, Any],
    output_dir: str | os.PathLike[str],
    parameters: Mapping[str, Any] | None = None,
    name: str = "index",
    formats: Sequence[str] = ("html",),
    progress: Callable[[int, int], None] | None = None,
    timeout: float = CELL_TIMEOUT,
) -> Path:
    """Run a notebook and write it as a report: one page of HTML, or other forms.

    The kernel works in the caller's current directory, so a relative path means to the notebook what it means to the
    caller.

    Parameters
    ----------
    notebook : path or mapping
        An ``.ipynb`` file, or its content.
    output_dir : path
        Made if it is not there.
    parameters : mapping of str to object, optional
        Values for the notebook's `parameters` cell, see `check_parameters`.
    name : str, default "index"
        Of the report's files, before their ending.
    formats : sequence of {"html", "pdf", "pptx", "ipynb", "xlsx"}, default ("html",)
        What it is written as.
    progress : callable, optional
        Called as ``progress(done, total)`` with the number of code cells run, first with none of them.
    timeout : float, default 600
        Seconds a single cell may take.

    Returns
    -------
    Path
        The report, in the first of its formats; the others lie beside it.

    Raises
    ------
    ReportError
        If a parameter is unknown or of the wrong type, the folder cannot be written, a format cannot be made here, a
        cell fails (the notebook as far as it ran is then kept as ``<name>.failed.ipynb``), or the page cannot be made.
        A report that was there before stays as it was.

    Examples
    --------
    >>> run_report("09_executive_report.ipynb", "reports", {"unit": "Apps"})  # doctest: +SKIP
    PosixPath('reports/index.html')
    """
    if not name or name != Path(name).name or name in (".", "..") or "\0" in name:
        allowed = "a plain name without folders; its ending is added"
        raise ReportError(Fault("name of the report", "this cannot be a file name", got=repr(name), allowed=allowed))
    check_formats(formats)
    folder = writable_folder(output_dir)
    template = read_template(notebook)
    values = check_parameters(notebook, parameters)
    about = {"folder": str(folder.absolute()), "name": name, "formats": list(formats), "notebook": template.name}
    job = Job(name, template.content, str(Path.cwd()), timeout, FINISH, about, values)
    total = _code_cells(template, values)
    tell = progress or (lambda *_: None)
    tell(0, total)
    with open_kernels(1, memory=0) as kernels:
        kernels.cell = lambda _, ran: tell(ran, total)
        (result,) = kernels.run([job])
    _raise_what_failed(result, template.name, folder / f"{name}.{FAILED}.ipynb")
    return folder / f"{name}.{formats[0]}"


def _code_cells(template: Template, values: Mapping[str, Any]) -> int:
    """How many code cells run: the values that are given are one, unless an earlier run left theirs."""
    cells = template.content["cells"]
    given = bool(values) and not any("injected-parameters" in tags_of(cell) for cell in cells)
    return given + sum(cell["cell_type"] == "code" and bool(source_of(cell).strip()) for cell in cells)


def _raise_what_failed(result: Result, name: str, kept: Path) -> None:
    value = result.value or {}
    faults = [Fault(**fault) for fault in value.get("faults", ())]
    if result.value is None:
        faults = [Fault(name, result.failure.what if result.failure else "the report could not be written")]
    if not faults:
        return
    if value.get("files"):
        where = f"the notebook as far as it ran is kept in {kept}"
        faults = [replace(fault, fix=f"{fault.fix}; {where}" if fault.fix else where) for fault in faults]
    raise ReportError(faults)


def to_html(notebook: str | os.PathLike[str] | Mapping[str, Any], title: str | None = None) -> str:
    """Turn an executed notebook into one self-contained page of HTML, without its code.

    Parameters
    ----------
    notebook : path, mapping or NotebookNode
        The executed notebook.
    title : str, optional
        Title of the page; by default the notebook's first level-1 heading.

    Returns
    -------
    str
        The whole HTML document; the same notebook gives the same bytes.

    Raises
    ------
    ReportError
        If a picture has no alternative text, or something would be fetched from elsewhere; all such places are named.

    Examples
    --------
    >>> said = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Where we stand"}
    >>> "<title>Where we stand</title>" in to_html(
    ...     {"cells": [said], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    ... )
    True
    """
    import_jsonschema()
    from bsclib.reporting.page.page import page  # nbconvert takes a quarter of a second to import

    return page(notebook, title)
