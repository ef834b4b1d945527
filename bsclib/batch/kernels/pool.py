"""The client's side of a warm parent: starts it, hands it jobs, gives results as they come, replaces it when it dies.

The parent is started by exec, so that the caller may have as many threads as it likes; it is in a session of its own,
so that Ctrl-C reaches the caller alone; and it ends when the caller does, however that happens.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bsclib.batch.kernels.frames import Incoming, encode
from bsclib.batch.kernels.jobs import Failure, Job, Result
from bsclib.batch.kernels.preloading import imported_by
from bsclib.errors import BscError, Fault

OURS = str(Path(__file__).parents[3])
STARTS = 3  # how often a parent may die before it is ready
READY = 300.0  # seconds for the imports
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
PROGRAM = (
    "import sys; sys.path[:] = [one for one in sys.path if one]; ours = {ours!r}; "
    "ours in sys.path or sys.path.append(ours); "
    "from bsclib.batch.kernels.lean import import_jsonschema; import_jsonschema(); "
    "from bsclib.batch.kernels.warm import main; main({number})"
)


def environment() -> dict[str, str]:
    """The variables a warm parent is started with."""
    return {
        "PYTHONHASHSEED": "0",  # sets in the same order in every run
        **os.environ,
        **dict.fromkeys(ONE_THREAD, "1"),
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # arrow's own would start a thread
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
    }


@dataclass
class _Sent:
    job: Job
    attempts: int = 0
    pid: int = 0


class WarmPool:
    """Runs jobs on processes forked from one warm parent; see `bsclib.batch.kernels.jobs.open_kernels`."""

    kind, why = "warm", ""

    def __init__(self, workers: int, memory: float):
        self.workers, self.memory = workers, memory
        self.preload: dict[str, None] = {}
        self.skip: list[str] = []
        self._finish: dict[str, None] = {}
        self._read: set[int] = set()
        self._parent: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._incoming = Incoming()
        self._stopped = self._killed = self._tainted = False
        self._number = 0
        self._why = ""

    def __enter__(self) -> WarmPool:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def stop(self) -> None:
        """Take no more jobs; those that run come to their end."""
        self._stopped = True

    def kill(self) -> None:
        """End everything now; jobs that run give no result."""
        self._stopped = self._killed = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Run jobs, taken as workers become free; give each result as it comes."""
        waiting, again = map(_Sent, jobs), deque[_Sent]()
        sent: dict[int, _Sent] = {}
        try:
            while not self._killed:
                while not self._stopped and len(sent) < self.workers and not (self._tainted and sent):
                    task = again.popleft() if again else next(waiting, None)
                    if task is None:
                        break
                    self._number += 1
                    sent[self._number] = task
                    self._send(self._number, task)
                if not sent:
                    break
                yield from self._listen(sent, again)
        finally:
            if sent or self._killed:  # the caller wants no more of them
                self._close(sent)

    # ---- the parent ----------------------------------------------------------------------------------------------

    def _send(self, number: int, task: _Sent) -> None:
        job = task.job
        self._learn_from(job)
        if self._tainted:
            self._close()
        header = {"job": number, **job.header(), "attempts": task.attempts}
        task.attempts += 1
        message = encode(header, json.dumps(job.notebook).encode())
        if self._socket is None:
            self._open()
        with contextlib.suppress(OSError):  # a parent that died is found out by listening
            self._tell(message)

    def _tell(self, message: bytes) -> None:
        if self._socket is not None:
            self._socket.sendall(message)

    def _learn_from(self, job: Job) -> None:
        """Note what a notebook imports when its code was not seen before."""
        source = hash(tuple(str(cell.get("source")) for cell in job.notebook["cells"] if _is_code(cell)))
        if source not in self._read:
            self._read.add(source)
            self._learn(imported_by(job.notebook))
        self._finish.setdefault(job.finish.partition(":")[0])

    def _learn(self, names: Iterable[str]) -> None:
        new = [name for name in names if name not in self.preload]
        self.preload.update(dict.fromkeys(new))
        if new and self._socket is not None and not self._tainted:
            with contextlib.suppress(OSError):
                self._tell(encode({"learn": new}))

    def _open(self) -> None:
        for _ in range(STARTS):
            greeting = self._start()
            while "tainted" in greeting:
                self.skip.append(greeting["tainted"])
                self._close()
                greeting = self._start()
            if "ready" in greeting:
                return
            self._errors.seek(0)
            errors = self._errors.read()[-4000:].decode(errors="replace") or greeting.get("broken", "")
            self._close()
            if self._killed:
                return
        fix = "see that the notebook's libraries can be imported in this environment"
        last = errors.strip().splitlines()[-1:] or ["it said nothing"]
        raise BscError(
            Fault("warm kernels", "the process that runs the notebooks does not start", got=last[0], fix=fix)
        )

    def _start(self) -> dict[str, Any]:
        ours, theirs = socket.socketpair()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the parent
        with theirs:
            program = PROGRAM.format(ours=OURS, number=theirs.fileno())
            self._parent = subprocess.Popen(
                [sys.executable, "-Xfrozen_modules=off", "-c", program],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                pass_fds=(theirs.fileno(),),
                env=environment(),
                start_new_session=True,
            )
        self._socket, self._incoming, self._tainted = ours, Incoming(), False
        hello = {
            "ours": OURS + os.sep,
            "path": [str(Path(path).absolute()) for path in sys.path],
            "preload": list(self.preload),
            "skip": self.skip,
            "finish": [name for name in self._finish if name],
            "memory": round(self.memory * 2**30),
        }
        ours.settimeout(READY)
        try:
            self._tell(encode({"hello": hello}))
            while data := ours.recv(1 << 16):
                for header, _ in self._incoming.feed(data):
                    return header
        except OSError:
            pass
        finally:
            ours.settimeout(None)
        return {}

    def _close(self, sent: dict[int, _Sent] | None = None) -> None:
        """End the parent and all it started."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._parent is not None:
            try:
                self._parent.wait(10)
            except subprocess.TimeoutExpired:
                self._parent.kill()
                self._parent.wait()
            self._parent = None
            self._errors.close()
        for task in (sent or {}).values():
            if task.pid:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(task.pid, signal.SIGKILL)

    # ---- what it says --------------------------------------------------------------------------------------------

    def _listen(self, sent: dict[int, _Sent], again: deque[_Sent]) -> Iterator[Result]:
        data = b""
        with contextlib.suppress(OSError):
            data = self._socket.recv(1 << 20) if self._socket is not None else b""
        if not data:
            yield from self._died(sent, again)
            return
        for header, _ in self._incoming.feed(data):
            if "result" in header:
                yield self._result(sent.pop(header["result"]), header)
            elif "lost" in header:
                yield from self._lost(sent.pop(header["lost"]), again)
            elif "refused" in header:
                task = sent.pop(header["refused"])
                task.attempts -= 1
                again.append(task)
            elif "forked" in header:
                sent[header["job"]].pid = header["forked"]
            elif "broken" in header:
                self._why = header["broken"].strip().splitlines()[-1]
            elif "tainted" in header:
                self.skip.append(header["tainted"])
                self._tainted = True

    def _result(self, task: _Sent, header: dict[str, Any]) -> Result:
        self._learn(header["imported"])
        failure = Failure(**header["failure"]) if header["failure"] else None
        cells, finish = header["seconds"]
        return Result(task.job.name, failure, header["value"], cells, finish, header["peak"], task.attempts)

    def _lost(self, task: _Sent, again: deque[_Sent]) -> Iterator[Result]:
        if task.attempts < 2 and not self._stopped:
            task.pid = 0
            again.append(task)
        elif not self._killed:
            what = "the process was killed from outside" + (f": {self._why}" if self._why else "")
            yield Result(task.job.name, Failure("died", -1, what), attempts=task.attempts)

    def _died(self, sent: dict[int, _Sent], again: deque[_Sent]) -> Iterator[Result]:
        self._close(sent)
        lost = list(sent.values())
        sent.clear()
        for task in lost:
            yield from self._lost(task, again)


def _is_code(cell: Any) -> bool:
    tags = cell.get("metadata", {}).get("tags", ())
    return cell.get("cell_type") == "code" and "injected-parameters" not in tags
