"""The same jobs on ordinary kernels, through nbclient, where processes cannot be forked safely.

Each worker is a process that starts a kernel for every notebook, finishes the report, and goes on to the next; a thread
of the client waits for each. Nothing but the speed differs, and two bounds: memory is not limited, and what is left of
an interrupted cell is what its kernel said by then.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from bsclib.batch.kernels.frames import Incoming, encode
from bsclib.batch.kernels.jobs import Failure, Job, Result, call_finish, failure_of

PROGRAM = (
    "import sys; sys.path[:] = {path!r}; "
    "from bsclib.batch.kernels.lean import import_jsonschema; import_jsonschema(); "
    "from bsclib.batch.kernels.ordinary import main; main()"
)


class ThisPython(AsyncKernelManager):
    """Starts the interpreter that is running now, whatever a notebook or a user's list of kernels says."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """How the kernel is started: with no folder to look in, Jupyter describes the running interpreter."""
        if self._kernel_spec is None:
            self._kernel_spec = KernelSpecManager(kernel_dirs=[]).get_kernel_spec(NATIVE_KERNEL_NAME)
        return self._kernel_spec


class OrdinaryPool:
    """Runs jobs on ordinary kernels; see `bsclib.batch.kernels.jobs.open_kernels`."""

    kind = "ordinary"

    def __init__(self, workers: int, why: str):
        self.workers, self.why = workers, why
        self._stopped = self._killed = False
        self._processes: set[subprocess.Popen[bytes]] = set()

    def __enter__(self) -> OrdinaryPool:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def stop(self) -> None:
        """Take no more jobs; those that run come to their end."""
        self._stopped = True

    def kill(self) -> None:
        """End everything now; jobs that run give no result."""
        self._stopped = self._killed = True
        self._end()

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Run jobs, taken as workers become free; give each result as it comes."""
        waiting = iter(jobs)
        results: queue.SimpleQueue[tuple[subprocess.Popen[bytes], Result]] = queue.SimpleQueue()
        idle: list[subprocess.Popen[bytes]] = []
        busy = 0
        try:
            while not self._killed:
                while not self._stopped and busy < self.workers and (job := next(waiting, None)) is not None:
                    process = idle.pop() if idle else self._start()
                    threading.Thread(target=self._run_one, args=(process, job, results), daemon=True).start()
                    busy += 1
                if not busy:
                    break
                process, result = results.get()
                busy -= 1
                if process.poll() is None:
                    idle.append(process)
                if not self._killed:
                    yield result
        finally:
            self._end()

    def _start(self) -> subprocess.Popen[bytes]:
        program = PROGRAM.format(path=[str(Path(folder).absolute()) for folder in sys.path])
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._processes.add(process)
        return process

    def _run_one(self, process: subprocess.Popen[bytes], job: Job, results: Any) -> None:
        attempts, answer = 0, None
        while answer is None and attempts < 2 and not self._killed:
            if attempts:
                process = self._start()
            attempts += 1
            answer = _ask(process, encode(job.header(), json.dumps(job.notebook).encode()))
        gone = Failure("died", -1, "the process that ran the notebook was killed from outside")
        answer = answer or {"failure": gone.plain(), "value": None, "seconds": [0.0, 0.0]}
        failure = Failure(**answer["failure"]) if answer["failure"] else None
        cells, finish = answer["seconds"]
        results.put((process, Result(job.name, failure, answer["value"], cells, finish, 0.0, attempts)))

    def _end(self) -> None:
        for process in list(self._processes):
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            for stream in (process.stdin, process.stdout):  # its thread has seen the end by now
                with contextlib.suppress(OSError, ValueError):
                    stream.close()  # type: ignore[union-attr]
            self._processes.discard(process)


def _ask(process: subprocess.Popen[bytes], message: bytes) -> dict[str, Any] | None:
    """Send a job and wait for its answer; None when the process is gone."""
    stdin, stdout = process.stdin, process.stdout
    try:
        stdin.write(message)  # type: ignore[union-attr]
        stdin.flush()  # type: ignore[union-attr]
        return next((header for header, _ in _messages(stdout)), None)  # type: ignore[arg-type]
    except (OSError, ValueError):
        return None


def _messages(stream: BinaryIO) -> Iterator[tuple[dict[str, Any], bytes]]:
    incoming = Incoming()
    while data := stream.read1(1 << 16):  # type: ignore[attr-defined]
        yield from incoming.feed(data)


def main() -> None:
    """Serve the client at standard input and output."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for job, body in _messages(os.fdopen(os.dup(0), "rb")):
        out.write(encode(run(job, json.loads(body))))
        out.flush()


def run(job: dict[str, Any], notebook: dict[str, Any]) -> dict[str, Any]:
    """Run one notebook on a kernel of its own and finish it."""
    began = time.monotonic()
    executed, failure = execute(notebook, job["cwd"], job["timeout"])
    ran = time.monotonic()
    answer = call_finish(job, lambda: executed, failure) if job["finish"] else {"value": None}
    failed = failure.plain() if failure else answer.get("failure")
    return {"failure": failed, "value": answer.get("value"), "seconds": [ran - began, time.monotonic() - ran]}


def execute(notebook: dict[str, Any], cwd: str, timeout: float) -> tuple[Any, Failure | None]:
    """Run the cells of a notebook on an ordinary kernel."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    from bsclib.batch.kernels.replaying import blank_notebook, close_notebook, mark_run

    node = blank_notebook(notebook)
    client = NotebookClient(
        node,
        timeout=timeout,
        record_timing=False,
        iopub_timeout=60,
        kernel_manager_class="bsclib.batch.kernels.ordinary.ThisPython",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": cwd}},
    )
    failure = None
    with client.setup_kernel():
        for index, cell in enumerate(node.cells):
            try:
                client.execute_cell(cell, index)
            except CellTimeoutError:
                failure = Failure("timeout", index, f"the cell took longer than {timeout:g} seconds and was stopped")
            except DeadKernelError:
                failure = Failure("died", index, "the process died")
            except CellExecutionError as error:
                memory = error.ename in ("MemoryError", "_ArrayMemoryError")
                failure = failure_of(index, error.ename, error.evalue, memory)
            if cell.cell_type == "code":
                mark_run(cell, failed=failure is not None)
            if failure:
                client.shutdown_kernel = "immediate"
                break
    client.set_widgets_metadata()
    return close_notebook(node), failure


if __name__ == "__main__":
    main()
