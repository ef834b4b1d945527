"""The warm parent: one process, one thread, that has imported what notebooks import and forks a process for each.

It is started by `bsclib.batch.kernels.pool` with a socket to its client. Jobs come in, results go out; when the socket
is closed, everything it started is ended and so is it. All deadlines are by the clock that is never set back.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bsclib.batch.kernels import forked
from bsclib.batch.kernels.application import make_kernel
from bsclib.batch.kernels.frames import Incoming, encode
from bsclib.batch.kernels.preloading import TaintedError, is_installed, no_more_threads, preload
from bsclib.batch.kernels.replaying import warm_up
from bsclib.batch.kernels.seeds import Seeds

BETWEEN = 60.0  # seconds from one cell's end to the next one's start
FINISHING = 300.0  # seconds at least for finishing a report
LOST = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGHUP})  # what comes from outside rather than from a fault


@dataclass
class Running:
    """A job at work, and the process that has it in hand."""

    job: dict[str, Any]
    body: bytes  # the notebook
    log: int  # file of what the cells say
    pid: int = 0
    notices: int = -1  # file on which the process tells how far it is
    text: bytes = b""  # a notice that has not come whole
    finishing: bool = False
    answer: int = -1  # file of what `finish` gave
    cell: int = -1
    failure: dict[str, Any] | None = None
    ended: bool = False  # all cells have run
    deadline: float = 0.0
    interrupted: bool = False
    began: float = field(default_factory=time.monotonic)
    seconds: list[float] = field(default_factory=list)  # of the cells, then of finishing
    peak: float = 0.0  # MB
    imported: list[str] = field(default_factory=list)


class Parent:
    """The warm parent of one client."""

    def __init__(self, client: socket.socket):
        self.client = client
        self.incoming, self.outgoing = Incoming(), bytearray()
        self.running: dict[int, Running] = {}
        self.selector = selectors.PollSelector()
        self.bell, ringer = os.pipe()
        for end in (self.bell, ringer):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(ringer, warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        client.setblocking(False)
        self.selector.register(client, selectors.EVENT_READ)
        self.selector.register(self.bell, selectors.EVENT_READ)
        self.kernel: Any = None
        self.seeds = Seeds()
        self.ours, self.memory, self.tainted = "", 0, False
        self.paths: list[str] = []
        self.skip: list[str] = []

    def serve(self) -> None:
        """Work until the client is gone."""
        try:
            while self._step():
                pass
        finally:
            for running in self.running.values():
                self._kill(running)
            with contextlib.suppress(ChildProcessError):
                while True:  # what the ended ones leave behind becomes a child of this process in turn
                    self._end_orphans(all_of_them=True)
                    os.waitpid(-1, 0)

    def _step(self) -> bool:
        soonest = min((running.deadline for running in self.running.values()), default=None)
        wait = None if soonest is None else max(soonest - time.monotonic(), 0)
        for key, events in self.selector.select(wait):
            if key.fileobj is self.client:
                if events & selectors.EVENT_WRITE:
                    self._send()
                if events & selectors.EVENT_READ and not self._receive():
                    return False
            elif key.fd == self.bell:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.bell, 4096)
                self._reap()
            else:
                self._hear(key.data)
        self._enforce()
        return True

    # ---- the client ----------------------------------------------------------------------------------------------

    def _receive(self) -> bool:
        try:
            data = self.client.recv(1 << 20)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            return False
        for header, body in self.incoming.feed(data):
            if "hello" in header:
                self._hello(header["hello"])
            elif "learn" in header:
                self._learn(header["learn"])
            elif self.tainted:
                self.say({"refused": header["job"]})
            else:
                self._start(header, body)
        return True

    def say(self, header: dict[str, Any], body: bytes = b"") -> None:
        """Tell the client something."""
        self.outgoing += encode(header, body)
        self._send()

    def _send(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self.outgoing:
                sent = self.client.send(self.outgoing)
                del self.outgoing[:sent]
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.outgoing else 0)
        self.selector.modify(self.client, events)

    def _hello(self, hello: dict[str, Any]) -> None:
        self.ours, self.skip, self.memory = hello["ours"], hello["skip"], hello["memory"]
        sys.argv = [find_spec("ipykernel_launcher").origin]  # type: ignore[union-attr,list-item]
        self.kernel = make_kernel()
        warm_up()
        before = list(sys.path)  # with the current folder where a kernel has it
        installed_only = [path for path in before if path]
        self.paths = installed_only + [path for path in hello["path"] if path not in before]
        self._learn(hello["preload"])
        sys.path[:] = self.paths
        for name in hello["finish"]:
            with contextlib.suppress(Exception):
                __import__(name)
        sys.path[:] = before
        if not self.tainted:
            self.say({"ready": os.getpid()})

    def _learn(self, names: list[str]) -> None:
        if self.tainted:
            return
        before = list(sys.path)
        sys.path[:] = [path for path in before if path]
        try:
            with self.seeds.watching():
                preload(names, self.ours, self.skip)
        except TaintedError as error:
            self.tainted = True
            self.say({"tainted": error.name, "how": error.how})
        sys.path[:] = before
        gc.collect()
        self.seeds.gather()
        gc.freeze()

    # ---- jobs ----------------------------------------------------------------------------------------------------

    def _fork(self, work: Callable[[], None]) -> int:
        if not no_more_threads(1):
            raise RuntimeError("the warm parent has more than one thread and must not be forked")
        pid = os.fork()
        if pid:
            return pid
        try:
            work()
        except BaseException:
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(70)

    def _start(self, job: dict[str, Any], body: bytes) -> None:
        running = Running(job, body, os.memfd_create("outputs"))
        fcntl.fcntl(running.log, fcntl.F_SETFL, fcntl.fcntl(running.log, fcntl.F_GETFL) | os.O_APPEND)
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        limit = self.memory + forked.data_bytes() if self.memory else 0

        def work() -> None:
            log, notices = forked.settle([running.log, writer], limit)
            self.seeds.renew()
            forked.run_cells(self.kernel, job, body, log, notices, self.ours)

        running.notices, running.deadline = reader, time.monotonic() + BETWEEN
        running.pid = self._fork(work)
        os.close(writer)
        self.running[running.pid] = running
        self.selector.register(reader, selectors.EVENT_READ, running)
        self.say({"forked": running.pid, "job": job["job"]})

    def _hear(self, running: Running) -> None:
        while running.notices >= 0:  # below, when its end was told by the bell in the same step
            try:
                data = os.read(running.notices, 1 << 16)
            except BlockingIOError:
                return
            if not data:
                self.selector.unregister(running.notices)
                os.close(running.notices)
                running.notices = -1
                return
            *lines, running.text = (running.text + data).split(b"\n")
            for line in lines:
                self._note(running, json.loads(line))

    def _note(self, running: Running, notice: dict[str, Any]) -> None:
        now = time.monotonic()
        if "cell" in notice:
            running.cell, running.deadline = notice["cell"], now + running.job["timeout"]
        elif "ran" in notice:
            if running.interrupted:  # its time was up before
                self._kill(running)
                return
            running.failure, running.deadline = notice["failure"], now + BETWEEN
        else:
            running.ended, running.imported, running.deadline = True, notice["ended"], now + forked.GRACE

    def _enforce(self) -> None:
        now = time.monotonic()
        for running in list(self.running.values()):
            if now < running.deadline:
                continue
            running.deadline = now + forked.GRACE
            again, running.interrupted = running.interrupted, True
            if running.finishing or running.ended or again or running.cell < 0:
                self._kill(running)
                continue
            what = f"the cell took longer than {running.job['timeout']:g} seconds and was stopped"
            running.failure = {"kind": "timeout", "cell": running.cell, "what": what, "ename": "", "evalue": ""}
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGINT)

    @staticmethod
    def _kill(running: Running) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)

    def _reap(self) -> None:
        while True:
            try:
                left = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if left is None:
                return
            running = self.running.pop(left.si_pid, None)
            if running is not None:
                self._kill(running)  # what it started goes with it, while its number is still its own
            _, status, usage = os.wait4(left.si_pid, 0)
            self._end_orphans()  # also what an orphan leaves behind in turn
            if running is None:
                continue
            running.peak = max(running.peak, usage.ru_maxrss * 1024 / 1e6)
            running.seconds.append(time.monotonic() - running.began)
            if running.finishing:
                self._finished(running, status)
            else:
                self._cells_ended(running, status)

    def _end_orphans(self, all_of_them: bool = False) -> None:
        """End what a process left behind that had gone its own way, and is now a child of this one."""
        with contextlib.suppress(OSError):
            for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
                if all_of_them or int(pid) not in self.running:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(int(pid), signal.SIGKILL)

    def _cells_ended(self, running: Running, status: int) -> None:
        self._hear(running)
        if running.notices >= 0:
            self.selector.unregister(running.notices)
            os.close(running.notices)
            running.notices = -1
        if not running.ended and running.failure is None:
            if self._lost(running, status):
                return
            running.failure = {"cell": running.cell, "ename": "", "evalue": "", **forked.death(status)}
            if running.cell < 0:
                what = running.failure["what"].replace("the cell ended the process", "the process ended")
                running.failure |= {"kind": "died", "what": f"{what} before the first cell"}
        if running.failure is not None and running.failure["cell"] < 0:
            running.failure["cell"] = running.cell
        if not running.job["finish"]:
            self._report(running, {"value": None})
            return
        running.finishing, running.began = True, time.monotonic()
        running.deadline = running.began + max(FINISHING, running.job["timeout"])
        running.answer = os.memfd_create("answer")

        def work() -> None:
            log, answer = forked.settle([running.log, running.answer], 0)
            sys.path[:] = self.paths
            forked.run_finish(running.job, running.body, log, answer, running.failure)

        running.pid = self._fork(work)
        self.running[running.pid] = running
        self.say({"forked": running.pid, "job": running.job["job"]})

    def _lost(self, running: Running, status: int) -> bool:
        """Whether a process was ended from outside for the first time; the client then begins the job again."""
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if number not in LOST or running.job["attempts"]:
            return False
        self.say({"lost": running.job["job"]})
        os.close(running.log)
        return True

    def _finished(self, running: Running, status: int) -> None:
        size = os.lseek(running.answer, 0, os.SEEK_END)
        text = os.pread(running.answer, size, 0)
        os.close(running.answer)
        if not running.interrupted and self._lost(running, status):
            return
        try:
            answer = json.loads(text)
        except ValueError:
            how = forked.death(status)
            how["what"] = f"while finishing: {how['what']}"
            answer = {"failure": {"cell": -1, "ename": "", "evalue": "", **how}}
        self._report(running, answer)

    def _report(self, running: Running, answer: dict[str, Any]) -> None:
        os.close(running.log)
        failure, after = running.failure, answer.get("failure")
        if failure and after:
            failure = {**failure, "what": f"{failure['what']}; {after['what']}"}
        imported = running.imported + [name for name in answer.get("imported", ()) if is_installed(name, self.ours)]
        header = {
            "result": running.job["job"],
            "failure": failure or after,
            "value": answer.get("value"),
            "seconds": [*running.seconds, 0.0][:2],
            "peak": running.peak,
            "imported": [name for name in imported if name not in sys.modules],
        }
        self.say(header)


def main(number: int) -> None:
    """Serve the client behind an open socket."""
    client = socket.socket(fileno=number)
    os.set_inheritable(number, False)
    forked.adopt_orphans()
    parent = Parent(client)
    try:
        parent.serve()
        os._exit(0)  # taking the interpreter down piece by piece would take a while
    except Exception:
        with contextlib.suppress(Exception):
            client.setblocking(True)
            client.sendall(bytes(parent.outgoing) + encode({"broken": traceback.format_exc()[-10_000:]}))
        raise
