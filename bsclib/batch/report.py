"""One notebook and its parameters, run to a report.

papermill runs the cells on a fresh kernel; `bsclib.reporting.page.page` makes the page. What papermill lets pass is
refused before anything runs: an unknown parameter, a value of the wrong type, a folder that cannot be written. A report
is either whole in its place or not there.

The heavy parts (papermill alone takes longer to import than pandas) are imported by the functions that need them.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bsclib.batch.finish import cell_place, error_words
from bsclib.batch.folder import writable_folder
from bsclib.batch.kernels.lean import import_jsonschema
from bsclib.batch.template import KERNEL, refuse_other_languages
from bsclib.errors import Fault, ReportError
from bsclib.files.atomic import write_text
from bsclib.reporting.notebook import check_parameters, read_notebook, tags_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELL_TIMEOUT = 600.0  # seconds; papermill itself would wait for ever


def run_report(
    notebook: str | os.PathLike[str] | Mapping[str, Any],
    output_dir: str | os.PathLike[str],
    parameters: Mapping[str, Any] | None = None,
    name: str = "index",
    keep_notebook: bool = False,
    progress: Callable[[int, int], None] | None = None,
    timeout: float = CELL_TIMEOUT,
) -> Path:
    """Run a notebook and write it as one page of HTML.

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
        The report is called ``<name>.html``.
    keep_notebook : bool, default False
        Also write the executed notebook, ``<name>.ipynb``.
    progress : callable, optional
        Called as ``progress(done, total)`` with the number of code cells run, first with none of them.
    timeout : float, default 600
        Seconds a single cell may take.

    Returns
    -------
    Path
        The report.

    Raises
    ------
    ReportError
        If a parameter is unknown or of the wrong type, the folder cannot be written, a cell fails (the notebook as far
        as it ran is then kept as ``<name>.failed.ipynb``), or the page cannot be made. A report that was there before
        stays as it was.

    Examples
    --------
    >>> run_report("09_executive_report.ipynb", "reports", {"unit": "Apps"})  # doctest: +SKIP
    PosixPath('reports/index.html')
    """
    if not name or name != Path(name).name or name in (".", "..") or "\0" in name:
        allowed = "a plain name without folders; its ending is added"
        raise ReportError(Fault("name of the report", "this cannot be a file name", got=repr(name), allowed=allowed))
    folder = writable_folder(output_dir)
    content = read_notebook(notebook)
    values = check_parameters(notebook, parameters)
    failed = folder / f"{name}.failed.ipynb"
    executed = _prepare(content, values, "the notebook" if isinstance(notebook, Mapping) else Path(notebook).name)
    try:
        _execute(executed, progress, timeout)
        page = to_html(executed)
    except ReportError as error:
        write_text(failed, _as_file(executed), ReportError)
        kept = f"the notebook as far as it ran is kept in {failed}"
        fixes = ((fault, f"{fault.fix}; {kept}" if fault.fix else kept) for fault in error.faults)
        raise ReportError([replace(fault, fix=fix) for fault, fix in fixes]) from error
    if keep_notebook:
        write_text(folder / f"{name}.ipynb", _as_file(executed), ReportError)
    report = folder / f"{name}.html"
    write_text(report, page, ReportError)
    failed.unlink(missing_ok=True)
    return report


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


def _as_file(notebook: NotebookNode) -> str:
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _prepare(content: Mapping[str, Any], values: dict[str, Any], name: str) -> NotebookNode:
    """Let papermill put the values in."""
    import_jsonschema()
    import nbformat
    import papermill

    refuse_other_languages(content, name)
    try:
        node = nbformat.reads(json.dumps(content), as_version=4)
        prepared = papermill.execute_notebook(
            node, None, values, kernel_name=KERNEL, language="python", progress_bar=False, prepare_only=True
        )
    except nbformat.ValidationError as error:
        fix = "open it in Jupyter and save it again"
        raise ReportError(Fault(name, f"this is not a valid notebook: {error.message}", fix=fix)) from error
    prepared.metadata["kernelspec"] = {"name": KERNEL, "language": "python", "display_name": "Python 3"}
    prepared.metadata["papermill"]["input_path"] = name
    return prepared


def _execute(notebook: NotebookNode, progress: Callable[[int, int], None] | None, timeout: float) -> None:
    """Run the cells in place; ReportError when the run does not come to its end."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.engines import NBClientEngine

    from bsclib.batch.kernels.ordinary import ThisPython

    total = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in notebook.cells)
    done = itertools.count()

    def tell(**_: Any) -> None:
        if progress:
            progress(next(done), total)

    tell()
    try:
        NBClientEngine.execute_notebook(
            notebook,
            KERNEL,
            progress_bar=False,
            log_output=False,
            autosave_cell_every=0,
            execution_timeout=timeout,
            iopub_timeout=60,  # seconds for the last output to arrive; papermill's 4 are too few on a busy machine
            kernel_manager_class=ThisPython,
            extra_arguments=["--log-level=ERROR"],  # a kernel's own remarks are nothing to who reads a report
            on_cell_executed=tell,
        )
    except CellTimeoutError as error:
        raise _stopped(notebook, f"the cell took longer than {timeout:g} seconds and was stopped") from error
    except DeadKernelError as error:
        raise _stopped(notebook, "the kernel died: out of memory, a crash, or the cell ended it") from error
    except (RuntimeError, OSError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise _stopped(notebook, f"the kernel did not start: {reason}") from error
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and "raises-exception" not in tags_of(cell):
                raise _stopped(notebook, error_words(output["ename"], str(output["evalue"])))


def _stopped(notebook: NotebookNode, what: str) -> ReportError:
    """What happened, at the cell that ran last."""
    ran = [at for at, cell in enumerate(notebook.cells) if cell.metadata.get("papermill", {}).get("start_time")]
    name = notebook.metadata.papermill.input_path
    return ReportError(Fault(cell_place(notebook.cells, ran[-1] if ran else -1, name), what))
