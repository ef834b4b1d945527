"""How papermill runs a notebook by its engine ``bsclib``: as ever, on a kernel that is forked from a warm parent."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.log import logger

from bsclib.batch.kernels.jobs import Failure, why_ordinary
from bsclib.batch.kernels.preloading import imported_by
from bsclib.batch.kernels.provisioner import ThisPython, WarmManager

TEXT = 1_000_000  # characters of printed text kept from a cell
RICH = 64_000_000  # characters of pictures, tables and widgets kept from a cell
CUT = "\n… the output of this cell is cut here: it printed more than 1 MB.\n"
LEFT_OUT = "… an output is left out here: the cell showed more than 64 MB."
IOPUB_TIMEOUT = 60  # seconds for the last output to arrive; papermill's 4 are too few on a busy machine
OUTSIDE = (-9, -15, -1)  # how a process ends that was ended from outside rather than by a fault


@dataclass
class Run:
    """What a batch wants of a run, and learns from it; papermill's own callers need none."""

    memory: int = 0  # bytes
    ordinary: bool = False  # not on a warm kernel
    tell: Any = None  # called with the number of code cells that have run
    notebook: Any = None
    failure: Failure | None = None
    lost: bool = False  # whether the kernel was ended from outside
    peak: float = 0.0  # MB


class Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client: it also knows the cell it is at, and cuts what is too much."""

    at, text, rich, ran = -1, TEXT, RICH, 0
    run: Run

    def execute_cell(self, cell: Any, cell_index: int, **how: Any) -> Any:
        """Run a cell."""
        self.at, self.text, self.rich = cell_index, TEXT, RICH
        try:
            return super().execute_cell(cell, cell_index, **how)
        except (CellTimeoutError, DeadKernelError):
            self.shutdown_kernel = "immediate"  # it would not hear
            raise
        finally:
            if self.run.tell and cell.cell_type == "code" and cell.source.strip():
                self.ran += 1
                self.run.tell(self.ran)

    def process_message(self, msg: Any, *place: Any, **how: Any) -> Any:
        """Take a message of the kernel."""
        kept = self._cut(msg)
        return super().process_message(kept, *place, **how) if kept else None

    def _cut(self, msg: dict[str, Any]) -> dict[str, Any] | None:
        kind, content = msg["msg_type"], msg["content"]
        if kind == "stream":
            text, left = content["text"], self.text
            self.text = max(left - len(text), 0)
            if self.text:
                return msg
            return {**msg, "content": {**content, "text": text[:left] + CUT}} if left else None
        if kind in ("display_data", "execute_result", "update_display_data", "comm_msg", "comm_open"):
            size = sum(len(str(value)) for value in content.get("data", {}).values())
            left, self.rich = self.rich, max(self.rich - size, 0)
            if not self.rich:
                said = {"data": {"text/plain": LEFT_OUT}, "metadata": {}}
                return {**msg, "msg_type": "display_data", "content": said} if left else None
        return msg


def run_notebook(
    nb_man: Any,
    kernel_name: str,
    log_output: bool = False,
    stdout_file: Any = None,
    stderr_file: Any = None,
    start_timeout: int = 60,
    execution_timeout: float | None = None,
    **kwargs: Any,
) -> Any:
    """Run the cells: of a Python notebook on a warm kernel, of any other on its own."""
    given = kwargs.pop("run", None)
    run = given or Run()
    for name in ("input_path", "timeout", "startup_timeout"):
        kwargs.pop(name, None)
    manager = kwargs.pop("km", None)
    if manager is None and _is_python(nb_man.nb):
        manager = (ThisPython if run.ordinary or why_ordinary() else WarmManager)(kernel_name=kernel_name)
        manager.memory, manager.imports = run.memory, () if given else tuple(imported_by(nb_man.nb))  # a batch knows
    about = {"kernel_name": kernel_name, "log": logger, "log_output": log_output, "km": manager}
    about |= {"stdout_file": stdout_file, "stderr_file": stderr_file, "startup_timeout": start_timeout}
    client = Client(nb_man, **{"iopub_timeout": IOPUB_TIMEOUT, "timeout": execution_timeout, **kwargs, **about})
    client.run, client.owns_km = run, True
    try:
        client.execute()
    except (CellTimeoutError, DeadKernelError) as error:
        run.failure = _failure(client, error, execution_timeout, getattr(manager, "fork", None))
        _mark(client, run.failure, type(error).__name__)
    finally:
        run.notebook = nb_man.nb
        fork = getattr(manager, "fork", None)
        run.peak = fork.peak if fork else 0.0
        run.lost = run.failure is not None and run.failure.kind == "died" and fork and fork.returncode in OUTSIDE
    return nb_man.nb


def _is_python(notebook: Any) -> bool:
    spec, info = (notebook.metadata.get(name) or {} for name in ("kernelspec", "language_info"))
    return str(spec.get("language") or info.get("name") or "python").lower() in ("python", "ipython")


def _failure(client: Client, error: Exception, timeout: float | None, fork: Any) -> Failure:
    """What stopped a run, and at which cell."""
    if isinstance(error, CellTimeoutError):
        return Failure("timeout", client.at, f"the cell took longer than {timeout or 0:g} seconds and was stopped")
    at = client.at
    if fork is None or fork.returncode is None:
        return Failure("died", at, "the process died")
    if fork.why == "memory":
        return Failure("memory", at, "the cell used more memory than the report may have")
    if fork.returncode < 0:
        number = -fork.returncode
        name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        return Failure("died", at, f"the process died ({name})")
    return Failure("exit", at, f"the cell ended the process (exit code {fork.returncode})")


def _mark(client: Client, failure: Failure, name: str) -> None:
    """Note a failure at its cell: papermill would write that it, and all after it, are completed."""
    cell = client.nb.cells[failure.cell]
    client.nb_man.cell_exception(cell, cell_index=failure.cell)
    for later in client.nb.cells[failure.cell + 1 :]:
        later.metadata.papermill.update(status="pending", exception=None)
    cell.outputs.append(new_output("error", ename=name, evalue=failure.what, traceback=[failure.what]))
