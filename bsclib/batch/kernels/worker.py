"""A worker: hands papermill one notebook after another, and finishes the reports. No notebook's code runs in it.

It is forked from the warm parent, or started by itself where kernels are ordinary ones. Its connection brings jobs and
takes back what became of them.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any

import jupyter_client.session
import nbformat
import papermill
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from bsclib.batch.kernels import launch
from bsclib.batch.kernels.engine import Run
from bsclib.batch.kernels.entry_point import WarmEngine
from bsclib.batch.kernels.jobs import SHORT, Failure, Job, failure_of
from bsclib.batch.kernels.provisioner import NAME

FINISHING = 300.0  # seconds at least for finishing a report
INJECTED = "injected-parameters"
KERNEL = "python3"  # the name is only written down: a notebook runs on the Python that runs this
MARKS = "papermill-error-cell-tag"
OF_A_CELL = ("exception", "status")
OF_A_RUN = ("parameters", "exception")
WIDGETS = "application/vnd.jupyter.widget-state+json"
SVG = "image/svg+xml"
DRAWN_AT, DRAWN = re.compile(r"<dc:date>[^<]*</dc:date>"), re.compile(r'\bid="[^"]*?([0-9a-f]{10})"')
CELL_FILE = re.compile(r"ipykernel_\d+(?=[/\\]+\d+\.py)")
ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]{6,16}(?=>)")  # in <Line2D at 0x7f3c…>
UUID = re.compile(
    r"""\bid=\\?["'][^"'\\]*?([0-9a-f]{8}([-_]?)[0-9a-f]{4}\2 4[0-9a-f]{3}\2[89ab][0-9a-f]{3}\2[0-9a-f]{12})""",
    re.VERBOSE,
)  # an element's name that a library draws anew each time


def serve(connection: Connection) -> None:
    """Work until the client is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.modules["black"] = None  # type: ignore[assignment]  # papermill would let it rewrite the parameters
    papermill_engines.register(NAME, WarmEngine)
    papermill.execute.write_ipynb = lambda *_: None  # to write it to nowhere takes long with many pictures
    vars(jupyter_client.session)["extract_dates"] = lambda header: header  # nobody asks when a message was sent
    with contextlib.suppress(EOFError, OSError):
        address = connection.recv()
        if address:
            launch.WORKS_FOR[:] = [address]
            tempfile.tempdir = str(Path(address).parent)  # it goes with the parent, whatever happens to this process
        while True:
            job, memory, again = connection.recv()
            connection.send(work(job, memory, again, lambda ran: connection.send({"ran": ran})))
    os._exit(0)


def main() -> None:
    """Serve the client that reads at standard output where to connect to."""
    key = sys.stdin.buffer.readline().strip()
    with Listener(authkey=key) as listener, os.fdopen(os.dup(1), "w") as said:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        json.dump(listener.address, said)
        said.write("\n")
        said.flush()
        serve(listener.accept())


def work(job: Job, memory: int, again: bool, tell: Callable[[int], None]) -> dict[str, Any]:
    """Run one notebook and finish it; gives the fields of its result, or ``refused``, or ``lost`` the first time."""
    run, began = Run(memory, not launch.WORKS_FOR, tell), time.monotonic()
    try:
        failure = _execute(job, run)
    except launch.RefusedError:
        return {"refused": True}
    if run.lost and not again:
        return {"lost": failure.what if failure else ""}
    notebook = _tidy(run.notebook or nbformat.from_dict({**job.notebook}))
    ran = time.monotonic()
    value, after = _finish(job, notebook, failure) if job.finish else (None, None)
    if failure and after:
        failure = Failure(**{**failure.plain(), "what": f"{failure.what}; {after.what}"})
    seconds = {"seconds_cells": ran - began, "seconds_finish": time.monotonic() - ran, "peak_mb": run.peak}
    return {"failure": failure or after, "value": value, **seconds}


def _execute(job: Job, run: Run) -> Failure | None:
    """Hand the notebook to papermill."""
    file = None
    try:
        handle, file = tempfile.mkstemp(suffix=".ipynb", prefix="bsc-")
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            json.dump(job.notebook, opened)
        if not os.access(job.cwd, os.X_OK):
            os.chdir(job.cwd)
        papermill.execute_notebook(
            file,
            None,
            dict(job.parameters),
            engine_name=NAME,
            kernel_name=KERNEL,
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            record_timing=False,
            execution_timeout=job.timeout,
            extra_arguments=["--log-level=ERROR"],  # a kernel's own remarks are nothing to who reads a report
            cwd=job.cwd,
            run=run,
        )
    except launch.RefusedError:
        raise
    except PapermillExecutionError:
        run.notebook.cells = [cell for cell in run.notebook.cells if MARKS not in cell.metadata.get("tags", ())]
    except OSError as error:
        what = f"the folder {job.cwd} cannot be worked in: {error.strerror or error}"
        return Failure("error", -1, what, type(error).__name__, str(error))
    except Exception as error:
        text = (str(error).strip().splitlines() or [""])[0]
        return Failure("died", -1, f"the notebook could not be run: {text}", type(error).__name__, text[:SHORT])
    finally:
        if file:
            with contextlib.suppress(OSError):  # Windows lets no file go that a scanner looks at
                Path(file).unlink()
    return run.failure or _raised(run.notebook)


def _raised(notebook: Any) -> Failure | None:
    """The first error that is not meant: papermill's rule, but for cells that say they may raise."""
    for at, cell in enumerate(notebook.cells):
        if "raises-exception" in cell.metadata.get("tags", ()):
            continue
        outputs = cell.get("outputs", ())
        errors = [(output.ename, str(output.evalue)) for output in outputs if output.output_type == "error"]
        if not errors and (cell.metadata.get("papermill") or {}).get("exception"):  # a magic only prints what is wrong
            said = "".join(output.text for output in outputs if output.get("name") == "stderr").strip()
            kind, _, text = (said.splitlines() or ["an error"])[-1].partition(": ")
            errors = [(kind, text)]
        for ename, evalue in errors:
            if ename != "SystemExit" or evalue not in ("", "0"):
                return failure_of(at, ename, evalue, ename in ("MemoryError", "_ArrayMemoryError"))
    return None


def _finish(job: Job, notebook: Any, failure: Failure | None) -> tuple[dict[str, Any] | None, Failure | None]:
    """Hand an executed notebook to the job's `finish`; gives its value, or why there is none."""
    try:
        module, _, name = job.finish.partition(":")
        with _no_longer_than(max(FINISHING, job.timeout)):
            return getattr(importlib.import_module(module), name)(notebook, failure, job.arguments), None
    except BaseException as error:  # whatever it is, it is this report's alone
        kind, text = type(error).__name__, str(error).strip()
        what = f"the report could not be finished: {kind}" + (f": {text}" if text else "")
        memory = isinstance(error, MemoryError)
        return None, Failure("memory" if memory else "error", -1, what[:SHORT], kind, text[:SHORT])


@contextlib.contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    """Raise TimeoutError when something takes longer, where the system can tell."""

    def stop(*_: Any) -> None:
        raise TimeoutError(f"it took longer than {seconds:g} seconds")

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _tidy(notebook: Any) -> Any:
    """The notebook without what differs between two runs of the same: times, numbers of processes, addresses, names."""
    for cell in notebook.cells:
        run = cell.metadata.get("papermill") or {}
        cell.metadata["papermill"] = {name: run.get(name) for name in OF_A_CELL}
        if cell.cell_type == "code":
            cell.outputs = _merged(cell.outputs)
            for output in cell.outputs:
                if isinstance(output.get("data", {}).get(SVG), str):
                    output.data[SVG] = _steady(output.data[SVG])
        if INJECTED in cell.metadata.get("tags", ()):
            cell["id"] = INJECTED
    run = notebook.metadata.get("papermill") or {}
    notebook.metadata["papermill"] = {name: run[name] for name in OF_A_RUN if name in run and run[name] != {}}
    widgets = ((notebook.metadata.get("widgets") or {}).get(WIDGETS) or {}).get("state") or {}
    text = json.dumps(notebook)
    tidy = ADDRESS.sub("0x…", CELL_FILE.sub("ipykernel", text))
    for number, name in enumerate(dict.fromkeys([*widgets, *(found[1] for found in UUID.finditer(text))]), 1):
        tidy = tidy.replace(name, f"{number:032x}")
    return notebook if tidy == text else nbformat.from_dict(json.loads(tidy))


def _steady(svg: str) -> str:
    """A drawing without the time, and without the names that matplotlib draws anew each time."""
    svg = DRAWN_AT.sub("", svg)
    for number, name in enumerate(dict.fromkeys(DRAWN.findall(svg)), 1):
        svg = svg.replace(name, f"{number:010x}")
    return svg


def _merged(outputs: list[Any]) -> list[Any]:
    """Put printed text that follows its like together, in however many pieces it arrived."""
    merged: list[Any] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == "stream" == last.output_type and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def warm_up() -> None:
    """Do once what takes long the first time: nbformat compiles its schema."""
    nbformat.reads('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', as_version=4)


if __name__ == "__main__":
    main()
