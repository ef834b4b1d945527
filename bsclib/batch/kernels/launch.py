"""Starts a warm parent and asks it for kernels and workers.

The parent is started by exec, so that the caller may have as many threads as it likes; it is in a session of its own,
so that Ctrl-C reaches the caller alone; and it ends when the caller does, however that happens.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bsclib.errors import BscError, Fault

OURS = str(Path(__file__).parents[3])
STARTS = 3  # how often a parent may die before it is ready
READY = 300.0  # seconds for the imports
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
PROGRAM = (
    "import gc, sys; gc.disable(); "  # imports make little garbage; each fork collects its own
    "sys.path[:] = [one for one in sys.path if one]; ours = {ours!r}; "
    "ours in sys.path or sys.path.append(ours); "
    "from bsclib.batch.kernels.lean import import_jsonschema; import_jsonschema(); "
    "from bsclib.batch.kernels.warm import main; main({number}, {folder!r})"
)


def environment() -> dict[str, str]:
    """The variables a warm parent is started with; how many threads the caller's libraries use is the caller's say."""
    return {
        "PYTHONHASHSEED": "0",  # sets in the same order in every run
        **dict.fromkeys(ONE_THREAD, "1"),
        **os.environ,
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # arrow's own would start a thread
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
    }


class RefusedError(Exception):
    """The warm parent must not be forked any more."""


class Fork:
    """A kernel that a warm parent forked; it is used as a `subprocess.Popen`."""

    stdin = stdout = stderr = None
    returncode: int | None = None
    why, peak = "", 0.0

    def __init__(self, address: str, ask: dict[str, Any]):
        self.connection = connect(address)
        self.connection.send(ask)
        answer = self.connection.recv()
        if "refused" in answer:
            self.connection.close()
            raise RefusedError
        self.pid: int = answer["pid"]

    def poll(self) -> int | None:
        """Give its exit code, None while it runs."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end."""
        if self.returncode is None and self.connection.poll(timeout):
            try:
                end = self.connection.recv()
            except (EOFError, OSError):  # with its parent
                end = {"ended": -signal.SIGKILL, "why": "", "peak": 0.0}
            self.returncode, self.why, self.peak = end["ended"], end["why"], end["peak"]
            self.connection.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to it and what it started."""
        if self.poll() is None:
            try:
                os.killpg(self.pid, number)
            except ProcessLookupError:  # it has not settled in a group of its own yet
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, number)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    terminate = kill


def connect(address: str) -> Connection:
    """Connect to a warm parent."""
    peer = socket.socket(socket.AF_UNIX)
    peer.connect(address)
    return Connection(peer.detach())


class Warm:
    """A warm parent, started when it is first needed, and again when it has to forget something."""

    def __init__(self, finish: Iterable[str] = ()):
        self.finish = list(finish)  # modules that workers need
        self.preload: dict[str, None] = {}
        self.skip: list[str] = []
        self.connection: Connection | None = None
        self.tainted = self.given_up = self.ready = False
        self.process: subprocess.Popen[bytes] | None = None
        self.folder, self.address = "", ""

    def learn(self, names: Iterable[str]) -> None:
        """Have modules imported beforehand from now on."""
        new = [name for name in names if name not in self.preload]
        self.preload.update(dict.fromkeys(new))
        if new and self.connection is not None and not self.tainted:
            with contextlib.suppress(OSError):
                self.connection.send(new)

    def listen(self) -> bool:
        """Take what the parent has to say; False when it is gone."""
        try:
            said = self.connection.recv() if self.connection is not None else {}
        except (EOFError, OSError):
            return False
        if "tainted" in said:
            self.skip.append(said["tainted"])
            self.tainted = True
        self.learn(said.get("imported", ()))
        return True

    def open(self) -> str:
        """Be sure that there is a parent that may be forked; gives its address."""
        while self.ready and self.connection is not None and self.connection.poll():
            if not self.listen():
                self.close()
        if self.tainted:
            self.close()
        last = "it said nothing"
        starts = 0
        while not self.ready and starts < STARTS and not self.given_up:
            self.begin()
            greeting = self._greeting()
            self.ready = "ready" in greeting
            if self.ready:
                break
            self._said.seek(0)
            said = greeting.get("broken", "") or self._said.read()[-4000:].decode(errors="replace")
            self.close()
            if "tainted" in greeting:
                self.skip.append(greeting["tainted"])
                continue
            starts += 1
            last = next(iter(said.strip().splitlines()[-1:]), last)
        if not self.ready and not self.given_up:
            fix = "see that the notebook's libraries can be imported in this environment"
            what = "the process that runs the notebooks does not start"
            raise BscError(Fault("warm kernels", what, got=last, fix=fix))
        return self.address

    def begin(self) -> None:
        """Start a parent if there is none; `open` waits until it is ready."""
        if self.connection is not None:
            return
        ours, theirs = socket.socketpair()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the parent
        self.folder = tempfile.mkdtemp(prefix="bsc-")  # nobody else may enter it
        self.address = str(Path(self.folder, "warm"))
        with theirs:
            program = PROGRAM.format(ours=OURS, number=theirs.fileno(), folder=self.folder)
            self.process = subprocess.Popen(
                [sys.executable, "-Xfrozen_modules=off", "-c", program],
                stdin=subprocess.DEVNULL,
                stdout=self._said,
                stderr=self._said,
                pass_fds=(theirs.fileno(),),
                env=environment(),
                start_new_session=True,
            )
        self._socket, self.connection, self.tainted = ours, Connection(os.dup(ours.fileno())), False
        hello = {"ours": OURS + os.sep, "path": [str(Path(path).absolute()) for path in sys.path]}
        with contextlib.suppress(OSError):
            self.connection.send({**hello, "preload": list(self.preload), "skip": self.skip, "finish": self.finish})

    def _greeting(self) -> dict[str, Any]:
        greeting: dict[str, Any] = {}
        with contextlib.suppress(EOFError, OSError):
            if self.connection is not None and self.connection.poll(READY):
                greeting = self.connection.recv()
        return greeting

    def stop(self) -> None:
        """Have everything ended now; may be called at any moment, from any thread."""
        self.given_up = True
        if self.connection is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the parent and all it started."""
        if self.connection is not None:
            self._socket.close()
            self.connection.close()
            self.connection, self.tainted, self.ready = None, False, False
        if self.process is not None:
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
            self._said.close()
            shutil.rmtree(self.folder, ignore_errors=True)


_LOCK = threading.Lock()
_SHARED: list[Warm] = []
WORKS_FOR: list[str] = []
"""In a worker, the address of the parent that forked it."""


def fork_kernel(ask: dict[str, Any], names: Iterable[str] = ()) -> Fork:
    """Ask for a kernel: a worker asks the parent it comes from, any other process one that it starts for itself."""
    if WORKS_FOR:
        try:
            return Fork(WORKS_FOR[0], ask)
        except (EOFError, OSError):  # the parent is gone, and its workers go with it: the job is begun once more
            os._exit(1)
    with _LOCK:
        if not _SHARED:
            _SHARED.append(Warm())
            atexit.register(_SHARED[0].close)
        warm = _SHARED[0]
        warm.learn(names)
        while True:
            try:
                return Fork(warm.open(), ask)
            except (RefusedError, EOFError, OSError):
                if warm.connection is not None and not warm.connection.poll(1):
                    raise
