"""ipykernel's application, kernel and shell in this process, without sockets, ports, threads or files.

The messages an ordinary kernel would send to whoever listens go into a log instead; `bsclib.batch.kernels.replaying`
makes a notebook's outputs of them as nbclient does.
"""

from __future__ import annotations

import base64
import json
import logging
import os
from collections.abc import Callable
from typing import Any

from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session

from bsclib.batch.kernels.frames import record

TEXT = 1_000_000  # characters of printed text kept from a cell
RICH = 64_000_000  # bytes of pictures, tables and widgets kept from a cell
CUT = "\n… the output of this cell is cut here: it printed more than 1 MB.\n"
LEFT_OUT = "… an output is left out here: the cell showed more than 64 MB."
_LEFT_OUT = {"data": {"text/plain": LEFT_OUT}, "metadata": {}}


class Recorder(Session):
    """Writes what a kernel says into a log, an unbroken record at a time."""

    log_file = -1  # where the records go; nothing is recorded without one
    home = 0  # the process whose messages these are
    text = rich = 0
    heard: Callable[[dict[str, Any], bytes], None] | None = None  # told of each message, too

    def begin(self) -> None:
        """Start the count of a cell's output."""
        self.text, self.rich = TEXT, RICH

    def send(  # type: ignore[override]
        self, stream: Any, message: Any, content: Any = None, parent: Any = None, buffers: Any = None, **about: Any
    ) -> Any:
        """Record a message."""
        msg = message
        if not isinstance(msg, dict):
            msg = self.msg(msg, content, parent, about.get("header"), about.get("metadata"))
        if self.log_file < 0:
            return msg
        if os.getpid() != self.home:
            self._from_a_fork(msg)
            return msg
        kind = msg["header"]["msg_type"]
        if kind == "stream":
            msg = self._cut(msg)
            if msg is None:
                return None
        self._write(kind, msg, buffers or msg.get("buffers") or [])
        return msg

    def _write(self, kind: str, msg: dict[str, Any], buffers: list[Any]) -> None:
        held = [base64.b64encode(memoryview(buffer)).decode() for buffer in buffers]
        about = {"type": kind, "parent": (msg.get("parent_header") or {}).get("msg_id", ""), "buffers": held}
        packed = self.pack(msg["content"])
        content = json.dumps(about).encode() + b"\n" + packed
        if self.heard is not None:
            self.heard(about, packed)
        if kind != "stream":
            if len(content) > self.rich:
                if not self.rich:
                    return
                self.rich, about["buffers"] = 0, []
                about["type"] = "display_data"
                content = json.dumps(about).encode() + b"\n" + self.pack(_LEFT_OUT)
            else:
                self.rich -= len(content)
        self.put(content)

    def put(self, content: bytes) -> None:
        """Write a record; a single write is never torn by an interrupt or by another process."""
        os.write(self.log_file, record(content))

    def _cut(self, msg: dict[str, Any]) -> dict[str, Any] | None:
        text, left = msg["content"]["text"], self.text
        self.text = max(left - len(text), 0)
        if self.text:
            return msg
        return {**msg, "content": {**msg["content"], "text": text[:left] + CUT}} if left else None

    def _from_a_fork(self, msg: dict[str, Any]) -> None:
        """Hand on what a process that the notebook forked prints; the notebook's own process reads it there."""
        if msg["header"]["msg_type"] == "stream":
            os.write(1 if msg["content"]["name"] == "stdout" else 2, msg["content"]["text"].encode(errors="replace"))


class Outlet(IOPubThread):
    """Stands where ipykernel has the thread that sends: here a message is written at once."""

    def __init__(self, later: Callable[[float, Callable[[], None]], None]):
        self.socket: Any = None
        self.thread: Any = None
        self.call_later = later
        self.io_loop: Any = self

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return False

    def schedule(self, f: Callable[[], None]) -> None:
        """Do it now."""
        f()


def _nothing(*_: Any, **__: Any) -> None:
    pass


class Application(IPKernelApp):
    """ipykernel's application with everything left out that talks to a network or starts a thread."""

    name = "ipython-kernel"

    # It makes no connection file, opens and watches nothing, and leaves signals and errors to the process.
    init_connection_file = write_connection_file = log_connection_info = init_poller = init_sockets = _nothing
    init_heartbeat = init_signal = init_crash_handler = _nothing

    def init_io(self) -> None:
        """Leave the streams to the process that runs the cells."""
        self.patch_io()

    def init_kernel(self) -> None:
        """Make the kernel and its shell."""
        self.log.setLevel(logging.ERROR)
        self.session = Recorder(parent=self, username="kernel")
        self.kernel = IPythonKernel.instance(
            parent=self,
            session=self.session,
            iopub_socket=None,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )


def make_kernel() -> IPythonKernel:
    """Make the one kernel of this process."""
    application = Application.instance()
    application.initialize(["--HistoryManager.hist_file=:memory:"])
    return application.kernel
