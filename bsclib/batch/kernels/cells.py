"""Runs the cells of a notebook in this process, one after another, as a kernel does when nbclient drives it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from ipykernel import ipkernel

from bsclib.batch.kernels.application import Outlet, Recorder
from bsclib.batch.kernels.front import Front, request
from bsclib.batch.kernels.jobs import Failure, failure_of
from bsclib.batch.kernels.replaying import message
from bsclib.batch.kernels.streams import STREAMS


class Flusher:
    """Reads what is written to files 1 and 2 without Python, and flushes printed text now and then."""

    # One thread, as ipykernel has for the same ends; it starts in the notebook's own process.

    def __init__(self) -> None:
        self.pipes: dict[int, Any] = {}
        self.due: list[tuple[float, Callable[[], None]]] = []
        self.drained: threading.Event | None = None
        self.wake, self.waker = os.pipe()
        os.set_blocking(self.waker, False)

    def watch(self, number: int, stream: Any) -> None:
        """Give file `number` a pipe of its own, whose text goes into the stream."""
        reader, writer = os.pipe()
        os.dup2(writer, number)
        os.close(writer)
        self.pipes[reader] = stream

    def start(self) -> None:
        """Start the thread."""
        self.thread = threading.Thread(target=self._run, name="output", daemon=True)
        self.thread.start()

    def call_later(self, seconds: float, flush: Callable[[], None]) -> None:
        """Flush in so many seconds."""
        self.due.append((time.monotonic() + seconds, flush))
        self._wake()

    def drain(self) -> None:
        """Wait until what was written so far has been read."""
        if not self.thread.is_alive():
            return
        self.drained = drained = threading.Event()
        self._wake()
        drained.wait(1.0)

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self.waker, b"\0")

    def _run(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        while True:
            asked = self.drained
            wait = max(min(when for when, _ in self.due) - time.monotonic(), 0) if self.due else None
            if asked:
                wait = 0
            ready, _, _ = select.select([self.wake, *self.pipes], [], [], wait)
            for number in ready:
                if number == self.wake:
                    os.read(number, 4096)
                    continue
                text = os.read(number, 1 << 16)
                if text:
                    self.pipes[number].write(text.decode(errors="replace"))
                else:
                    del self.pipes[number]
            now = time.monotonic()
            for entry in [entry for entry in self.due if entry[0] <= now]:
                self.due.remove(entry)
                entry[1]()
            if asked and not any(number in self.pipes for number in ready):
                self.drained = None
                asked.set()


class Runner:
    """Runs cells on the kernel of this process."""

    def __init__(self, kernel: Any, log_file: int, tell: Callable[[dict[str, Any]], None]):
        self.kernel, self.shell, self.tell = kernel, kernel.shell, tell
        self.recorder: Recorder = kernel.session
        self.recorder.log_file, self.recorder.home = log_file, os.getpid()
        self.raised: Any = None
        self.front = Front()
        self.recorder.heard = lambda about, content: self.front.hear(message(about, content))
        self.flusher = Flusher()
        outlet = Outlet(self.flusher.call_later)
        for number, stream in enumerate(STREAMS, 1):
            stream.open(self.recorder, outlet, watchfd=False)
            stream._original_stdstream_copy = number
            self.flusher.watch(number, stream)
            setattr(sys, stream.name, stream)
        kernel._stdout, kernel._stderr = sys.stdout, sys.stderr
        kernel.iopub_thread = outlet
        show = self.shell._showtraceback

        def noting(kind: type[BaseException], error: BaseException, lines: list[str]) -> None:
            self.raised = kind
            show(kind, error, lines)

        self.shell._showtraceback = noting
        self.flusher.start()
        _number_comms()

    def run(self, notebook: Mapping[str, Any]) -> Failure | None:
        """Run the cells until one fails."""
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        # What a kernel asks of tornado's loop, which it would stop by a call later, and of the thread that listens.
        tornado = {"add_callback": loop.call_soon_threadsafe, "call_later": lambda *_: None, "stop": lambda: None}
        self.kernel.io_loop = SimpleNamespace(asyncio_loop=loop, **tornado)
        self.kernel.shell_channel_thread = SimpleNamespace(parent_thread=threading.current_thread())
        return loop.run_until_complete(self._run(notebook))

    async def _run(self, notebook: Mapping[str, Any]) -> Failure | None:
        for index, source, tags in _code(notebook):
            self.recorder.put(json.dumps({"cell": index}).encode())
            self.recorder.begin()
            self.tell({"cell": index})
            failure = await self._cell(index, source)
            if os.getpid() != self.recorder.home:  # the cell forked, and this is the fork
                os._exit(0)
            if failure and not self.shell.exit_now and "raises-exception" in tags:
                failure = None
            self.recorder.put(json.dumps({"ran": index, "failed": failure is not None}).encode())
            self.tell({"ran": index, "failure": failure.plain() if failure else None})
            if failure:
                return failure
        return None

    async def _cell(self, index: int, source: str) -> Failure | None:
        stated = {"code": source, "silent": False, "store_history": True, "user_expressions": {}}
        asked = request("execute_request", f"cell-{index}", {**stated, "allow_stdin": False, "stop_on_error": True})
        self.kernel.set_parent([b""], asked, "shell")
        self.raised = None
        count = {"execution_count": self.kernel.execution_count}
        self.recorder.send(None, "execute_input", count, parent=asked)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            reply = await self.kernel.do_execute(source, False, store_history=True, allow_stdin=False)
            await asyncio.sleep(0)
            self._flush()
            self._answer()
        except KeyboardInterrupt:  # it came just before or after the cell's own code
            return Failure("error", index, "the cell was interrupted", "KeyboardInterrupt")
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        if reply["status"] == "error":
            memory = self.raised is not None and issubclass(self.raised, MemoryError)
            return failure_of(index, reply["ename"], reply["evalue"], memory)
        if self.shell.exit_now:
            return Failure("exit", index, "the cell ended the run before its end", "SystemExit")
        return None

    def _answer(self) -> None:
        """Let widgets hear what the front end says to them."""
        if self.front.answers:
            self.kernel.set_parent([b""], self.front.answers[0], "shell")
            while self.front.answers:
                self.kernel.comm_manager.comm_msg(None, None, self.front.answers.pop(0))

    def _flush(self) -> None:
        self.flusher.drain()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                stream.flush()


def _number_comms() -> None:
    """Name widgets by number, so that the same notebook is the same, byte by byte, each time."""
    comm: Any = vars(ipkernel)["comm"]
    make, numbers = comm.create_comm, itertools.count(1)

    def create(*values: Any, **named: Any) -> Any:
        named["comm_id"] = named.get("comm_id") or f"{next(numbers):032x}"
        return make(*values, **named)

    comm.create_comm = create


def _code(notebook: Mapping[str, Any]) -> Iterator[tuple[int, str, frozenset[str]]]:
    """Give the code cells with something in them: place, source and tags."""
    for index, cell in enumerate(notebook["cells"]):
        source = cell.get("source", "")
        source = source if isinstance(source, str) else "".join(source)
        if cell.get("cell_type") == "code" and source.strip():
            yield index, source, frozenset(cell.get("metadata", {}).get("tags", ()))
