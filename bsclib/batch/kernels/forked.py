"""What a process does after it was forked from the warm parent: it is a kernel, or a worker.

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
import logging
import os
import resource
import signal
import sys
import threading
import weakref
from itertools import islice
from typing import Any

from bsclib.batch.kernels.application import Application

NO_MEMORY = getattr(signal, "SIGRTMAX", signal.SIGTERM)  # tells a kernel that it uses more than it may
_HIGH = 200  # files of ours are numbered from here, out of the way of what a notebook closes
FILE: Any = io.IOBase.__base__  # asking whether something is an `io.IOBase` takes ten times as long
_DEATH, _SUBREAPER = 1, 36  # PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER


def adopt_orphans() -> None:
    """Make what this process's children leave behind its own, so that it can be ended."""
    _prctl(_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):  # where there is no Linux to be asked
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def settle(parent: int, keep: int) -> int:
    """Cut what ties this process to its parent, all but one file; gives that file's new number."""
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
    kept = fcntl.fcntl(keep, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.closerange(3, kept)
    os.closerange(kept + 1, max(4096, kept + 2))
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


def be_kernel(application: Application, ask: dict[str, Any], notes: int) -> None:
    """Be the kernel that was asked for, until it is told to shut down; then name what was imported meanwhile."""
    known, home = len(sys.modules), os.getpid()  # to touch each name would copy the memory that it shares
    backend = os.environ.get("MPLBACKEND")
    os.environ.clear()
    os.environ.update(ask["env"])
    if backend and not os.environ.get("MPLBACKEND"):  # as ipykernel sets it when it starts
        os.environ["MPLBACKEND"] = backend
    os.chdir(ask["cwd"])
    sys.argv[1:] = ["-f", ask["kernel"]]
    application.open(ask["kernel"])

    def end_fork(*_: Any) -> None:
        if os.getpid() != home:  # the cell forked, and this is the fork
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            os._exit(0)

    at_work = False

    def begins() -> None:
        nonlocal at_work
        at_work = True

    def ends() -> None:
        nonlocal at_work
        at_work = False

    def no_memory(*_: Any) -> None:
        if at_work:
            raise MemoryError(f"the report may use {ask['memory'] / 2**30:g} GiB")

    signal.signal(NO_MEMORY, no_memory)
    shell: Any = application.shell
    shell.events.register("pre_execute", begins)
    shell.events.register("post_execute", ends)
    shell.events.register("post_run_cell", end_fork)
    application.start()
    new = [*islice(reversed(sys.modules), max(len(sys.modules) - known, 0))][::-1]
    with contextlib.suppress(OSError):
        os.write(notes, "\n".join(new).encode())
    end()


def end() -> None:
    """Do what an interpreter does at its end that somebody could miss, and leave the rest."""
    with contextlib.suppress(BaseException):
        threading._shutdown()  # type: ignore[attr-defined]
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()
    with contextlib.suppress(BaseException):
        for stream in gc.get_objects():
            if isinstance(stream, FILE) and not stream.closed and stream.writable():
                with contextlib.suppress(BaseException):
                    stream.flush()
    os._exit(0)
