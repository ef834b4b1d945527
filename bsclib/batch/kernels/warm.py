"""The warm parent: one process, one thread, that has imported what notebooks import and forks kernels and workers.

It is started by `bsclib.batch.kernels.launch` with a connection to its client; when that is closed, everything it
started is ended and so is it. Who wants a kernel or a worker connects to its socket, in a folder that only the user can
enter, and says so; a kernel lives no longer than the connection that asked for it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import shutil
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bsclib.batch.kernels import forked
from bsclib.batch.kernels.application import make_application
from bsclib.batch.kernels.preloading import TaintedError, draw_once, is_installed, no_more_threads, preload
from bsclib.batch.kernels.seeds import Seeds

LOOK = 0.05  # seconds between two looks at how much memory kernels use
GRACE, MUCH = 2.0, 1.25  # for how many seconds, and how many times what it may, a kernel may use more
MOST_NOTES = 1 << 20
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass
class Kernel:
    """A kernel at work, and who asked for it."""

    pid: int
    asker: Connection
    notes: int  # file in which it names what it imported
    most: int = 0  # bytes it may use; 0 for no limit
    told: float = 0.0  # when it was told that it uses more
    why: str = ""  # why it was ended here


class Parent:
    """The warm parent of one client."""

    def __init__(self, client: Connection, folder: Path):
        self.client = client
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / "warm"))
        self.listener.listen(64)
        self.kernels: dict[int, Kernel] = {}
        self.workers: set[int] = set()
        self.bell, ringer = os.pipe()
        for end in (self.bell, ringer):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(ringer, warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.selector = selectors.PollSelector()
        self.selector.register(client, selectors.EVENT_READ, self._learn_more)
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)
        self.selector.register(self.bell, selectors.EVENT_READ, self._reap)
        self.seeds = Seeds()
        self.ours, self.tainted = "", False
        self.skip: list[str] = []
        self.worker: Callable[[Connection], None] = lambda _: None

    def serve(self) -> None:
        """Work until the client is gone."""
        try:
            self._get_ready(self.client.recv())
            while True:
                watched = any(kernel.most for kernel in self.kernels.values())
                for key, _ in self.selector.select(LOOK if watched else None):
                    key.data(key.fileobj)
                self._weigh()
        except (EOFError, ConnectionError):
            pass
        finally:
            for pid in (*self.kernels, *self.workers):
                _kill(pid)
            with contextlib.suppress(ChildProcessError):
                while True:  # what the ended ones leave behind becomes a child of this process in turn
                    self._end_orphans(all_of_them=True)
                    os.waitpid(-1, 0)

    # ---- what is imported ----------------------------------------------------------------------------------------

    def _get_ready(self, hello: dict[str, Any]) -> None:
        self.ours, self.skip = hello["ours"], hello["skip"]
        sys.argv = [find_spec("ipykernel_launcher").origin]  # type: ignore[union-attr,list-item]
        self.application = make_application()
        before = list(sys.path)  # with the current folder where a kernel has it
        self.paths = [path for path in before if path] + [path for path in hello["path"] if path not in before]
        self._learn(hello["preload"])
        sys.path[:] = self.paths
        for name in hello["finish"] if not self.tainted else ():
            with contextlib.suppress(Exception):
                __import__(name)
        if hello["finish"] and not self.tainted:
            from bsclib.batch.kernels.worker import serve, warm_up

            warm_up()
            self.worker = serve
        sys.path[:] = before
        self._freeze()
        if not self.tainted:
            self.client.send({"ready": os.getpid()})

    def _learn_more(self, _: Any) -> None:
        self._learn(self.client.recv())
        self._freeze()

    def _learn(self, names: list[str]) -> None:
        if self.tainted:
            return
        before = list(sys.path)
        sys.path[:] = [path for path in before if path]
        try:
            with self.seeds.watching():
                preload(names, self.ours, self.skip)
                draw_once()
        except TaintedError as error:
            self.tainted = True
            self.client.send({"tainted": error.name, "how": error.how})
        sys.path[:] = before

    def _freeze(self) -> None:
        gc.collect()
        self.seeds.gather()
        gc.freeze()

    # ---- forks ---------------------------------------------------------------------------------------------------

    def _accept(self, _: Any) -> None:
        opened, _ = self.listener.accept()
        asker = Connection(opened.detach())
        self.selector.register(asker, selectors.EVENT_READ, self._asked)

    def _asked(self, asker: Connection) -> None:
        try:
            ask = asker.recv()
        except (EOFError, OSError):  # it is gone, and so is its kernel
            self.selector.unregister(asker)
            asker.close()
            for kernel in self.kernels.values():
                if kernel.asker is asker:
                    _kill(kernel.pid)
            return
        if self.tainted or not no_more_threads(1):
            _tell(asker, {"refused": True})
        elif "worker" in ask:
            self._fork_worker(asker)
        else:
            self._fork_kernel(ask, asker)

    def _fork(self, keep: int, work: Callable[[int], None]) -> int:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            return pid
        try:
            kept = forked.settle(parent, keep)
            gc.enable()
            self.seeds.renew()
            work(kept)
        finally:
            os._exit(70)

    def _fork_worker(self, asker: Connection) -> None:
        def work(kept: int) -> None:
            sys.path[:] = self.paths
            self.worker(Connection(kept))

        self.workers.add(self._fork(asker.fileno(), work))
        self.selector.unregister(asker)
        asker.close()

    def _fork_kernel(self, ask: dict[str, Any], asker: Connection) -> None:
        notes = os.memfd_create("imported")
        pid = self._fork(notes, lambda kept: forked.be_kernel(self.application, ask, kept))
        most = _used(os.getpid()) + ask["memory"] if ask["memory"] else 0
        self.kernels[pid] = Kernel(pid, asker, notes, most)
        _tell(asker, {"pid": pid})

    def _weigh(self) -> None:
        """Have a MemoryError raised in kernels that use more than they may, and end those that will not hear of it."""
        for kernel in self.kernels.values():
            used = _used(kernel.pid) if kernel.most and not kernel.why else 0  # what is only reserved does not count
            if used <= kernel.most:
                kernel.told = 0.0
            elif not kernel.told:
                kernel.told = time.monotonic()
                os.kill(kernel.pid, forked.NO_MEMORY)
            elif used > MUCH * kernel.most or time.monotonic() - kernel.told > GRACE:
                kernel.why = "memory"
                _kill(kernel.pid)

    def _reap(self, _: Any) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self.bell, 4096)
        while True:
            try:
                left = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if left is None:
                return
            kernel = self.kernels.pop(left.si_pid, None)
            if kernel is not None or left.si_pid in self.workers:
                _kill(left.si_pid)  # what it started goes with it, while its number is still its own
            self.workers.discard(left.si_pid)
            _, status, usage = os.wait4(left.si_pid, 0)
            self._end_orphans()  # also what an orphan leaves behind in turn
            if kernel is not None:
                peak = usage.ru_maxrss * 1024 / 1e6
                _tell(kernel.asker, {"ended": os.waitstatus_to_exitcode(status), "why": kernel.why, "peak": peak})
                self._tell_imports(kernel.notes)

    def _tell_imports(self, notes: int) -> None:
        names = os.pread(notes, MOST_NOTES, 0).decode(errors="replace").split()
        os.close(notes)
        # Asked by its first part: looking for a module within a package would import the package, unwatched.
        missing = (name for name in names if name not in sys.modules)
        new = [name for name in missing if is_installed(name.partition(".")[0], self.ours)]
        if new:
            self.client.send({"imported": new})

    def _end_orphans(self, all_of_them: bool = False) -> None:
        """End what a process left behind that had gone its own way, and is now a child of this one."""
        with contextlib.suppress(OSError):
            for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
                if all_of_them or int(pid) not in {*self.kernels, *self.workers}:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(int(pid), signal.SIGKILL)


def _tell(asker: Connection, answer: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # who asked may be gone, and nobody else is to suffer
        asker.send(answer)


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # the group is there as soon as the process has settled
        with contextlib.suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)


def _used(pid: int) -> int:
    """Bytes of memory of its own that a process uses."""
    with contextlib.suppress(OSError, ValueError):
        _, resident, shared, *_ = map(int, Path(f"/proc/{pid}/statm").read_text().split())
        return (resident - shared) * PAGE
    return 0


def main(number: int, folder: str) -> None:
    """Serve the client behind an open socket."""
    os.set_inheritable(number, False)
    client = Connection(number)
    forked.adopt_orphans()
    try:
        Parent(client, Path(folder)).serve()
    except Exception:
        with contextlib.suppress(Exception):
            client.send({"broken": traceback.format_exc()[-10_000:]})
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)  # taking the interpreter down piece by piece would take a while
