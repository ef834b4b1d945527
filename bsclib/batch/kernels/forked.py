"""What a process does after it was forked from the warm parent: runs a notebook, or finishes a report.

It is in a session of its own, so that everything it starts can be ended with it; it holds none of its parent's files
but those it was given; it never returns.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import fcntl
import gc
import io
import json
import logging
import os
import resource
import signal
import sys
import threading
import traceback
import weakref
from pathlib import Path
from typing import Any

from bsclib.batch.kernels.cells import Runner
from bsclib.batch.kernels.jobs import Failure, call_finish
from bsclib.batch.kernels.preloading import is_installed
from bsclib.batch.kernels.replaying import replay

GRACE = 5.0  # seconds for threads and files to be closed after the last cell, as nbclient gives
_HIGH = 200  # files of ours are numbered from here, out of the way of what a notebook closes
_DEATH, _SUBREAPER = 1, 36  # PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER


def adopt_orphans() -> None:
    """Make what this process's children leave behind its own, so that it can be ended."""
    _prctl(_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):  # where there is no Linux to be asked
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def settle(keep: list[int], data_bytes: int) -> list[int]:
    """Cut what ties this process to its parent, and limit its memory; gives the files to keep under new numbers."""
    parent = os.getppid()
    os.setsid()
    _prctl(_DEATH, signal.SIGKILL)
    if os.getppid() != parent:  # it died meanwhile
        os._exit(1)
    adopt_orphans()
    signal.set_wakeup_fd(-1)
    for ordinary in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(ordinary, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kept = [fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, _HIGH) for file in keep]
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.closerange(3, _HIGH)
    os.closerange(max(kept) + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0] if max(kept) > 4096 else 4096)
    if data_bytes:
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        limit = data_bytes if most == resource.RLIM_INFINITY else min(data_bytes, most)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _forget_endings()
    return kept


def _forget_endings() -> None:
    """Drop what is registered for the parent's end; what the notebook registers still happens at its own."""
    atexit._clear()
    atexit.register(logging.shutdown)
    weakref.finalize._registry.clear()  # type: ignore[attr-defined]
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]
    multiprocessing = sys.modules.get("multiprocessing.util")
    if multiprocessing is not None:
        atexit.register(multiprocessing._exit_function)


def run_cells(kernel: Any, job: dict[str, Any], body: bytes, log_file: int, notices: int, ours: str) -> None:
    """Run a notebook's cells; what they show goes to the log, how far it is to the notices."""

    def tell(notice: dict[str, Any]) -> None:
        os.write(notices, json.dumps(notice).encode() + b"\n")

    known = set(sys.modules)
    try:
        os.chdir(job["cwd"])
    except OSError as error:
        what = f"the folder {job['cwd']} cannot be worked in: {error.strerror}"
        tell({"ran": -1, "failure": Failure("error", -1, what, type(error).__name__, str(error)).plain()})
        os._exit(1)
    try:
        Runner(kernel, log_file, tell).run(json.loads(body))
    except BaseException as error:
        trace = "".join(traceback.format_exception(error))[-2000:]
        what = f"the cell broke the kernel it ran on: {trace}"
        tell({"ran": -1, "failure": Failure("died", -1, what, type(error).__name__, str(error)[:500]).plain()})
        os._exit(1)
    new = [name for name in list(sys.modules) if name not in known]
    tell({"ended": [name for name in new if is_installed(name, ours)]})
    _end()


def _end() -> None:
    """Do what an interpreter does at its end that somebody could miss, and leave the rest."""
    with contextlib.suppress(BaseException):
        threading._shutdown()  # type: ignore[attr-defined]
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()
    with contextlib.suppress(BaseException):
        for stream in gc.get_objects():
            if isinstance(stream, io.IOBase) and not stream.closed and stream.writable():
                with contextlib.suppress(BaseException):
                    stream.flush()
    os._exit(0)


def run_finish(job: dict[str, Any], body: bytes, log_file: int, answer: int, failure: dict[str, Any] | None) -> None:
    """Make the executed notebook and hand it to the job's `finish`."""
    with contextlib.suppress(OSError):
        os.chdir(job["cwd"])
    try:
        with os.fdopen(log_file, "rb", closefd=False) as file:
            file.seek(0)
            log = file.read()
        why = Failure(**failure) if failure else None
        result = call_finish(job, lambda: replay(json.loads(body), log, why.cell if why else None), why)
        os.write(answer, json.dumps(result).encode())
    finally:
        os._exit(0)


def death(status: int) -> dict[str, Any]:
    """Say how a process ended: the kind of the failure and what happened."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        return {"kind": "died", "what": f"the process died ({name})"}
    return {"kind": "exit", "what": f"the cell ended the process (exit code {os.WEXITSTATUS(status)})"}


def data_bytes() -> int:
    """How many bytes of memory of its own this process has asked for."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmData:")) * 1024
    return 0
