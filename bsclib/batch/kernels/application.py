"""ipykernel's application in two halves: the parent makes kernel and shell, each fork opens its own sockets.

Making the shell takes longer than all the rest of a kernel's start, and nothing in it is one notebook's.
"""

from __future__ import annotations

import atexit
import functools
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import zmq
from ipykernel.displayhook import ZMQDisplayHook
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import new_id
from zmq.eventloop.zmqstream import ZMQStream

from bsclib.batch.kernels.streams import STREAMS


def _nothing(*_: Any, **__: Any) -> None:
    pass


def _running(find: Callable[[], list[Any]]) -> list[Any]:
    """Children of this process that run; `find` looks through all processes, so it is asked only when there are any."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return []
    return [child for child in find() if child.is_running() and child.status() != "zombie"]  # nobody waits for those


class Application(IPKernelApp):
    """The application of a kernel that is not open yet: no connection, no socket, no thread."""

    name = "ipython-kernel"

    init_connection_file = write_connection_file = log_connection_info = init_poller = init_sockets = _nothing
    init_heartbeat = init_signal = init_crash_handler = _nothing

    def init_io(self) -> None:
        """Leave the streams to the fork."""
        self.patch_io()

    def init_kernel(self) -> None:
        """Make the kernel and its shell."""
        self.log.setLevel(logging.ERROR)
        about = {"profile_dir": self.profile_dir, "user_ns": self.user_ns}
        self.kernel = IPythonKernel.instance(
            parent=self, session=self.session, iopub_socket=None, log=self.log, **about
        )
        self.kernel._execute_sleep = 0.0  # ipykernel's wait for late output: ours arrives before the cell is idle
        vars(self.kernel)["_process_children"] = functools.partial(_running, self.kernel._process_children)

    def open(self, connection_file: str) -> None:
        """Do the second half: be the kernel that this file describes."""
        self.connection_file = connection_file
        self.session.pid, self.session.session = os.getpid(), new_id()
        IPKernelApp.init_connection_file(self)
        IPKernelApp.init_sockets(self)
        IPKernelApp.init_heartbeat(self)
        for closing in (self.close, self.iopub_thread.stop):  # a thread that still flushes would wait ten seconds
            atexit.unregister(closing)
        names = ("shell", "iopub", "stdin", "hb", "control")
        self._ports = {name: getattr(self, f"{name}_port") for name in names}
        self._open_streams()
        self._open_kernel()

    def init_iopub(self, context: zmq.Context[Any]) -> None:
        """Never drop a message because there are many."""
        context.sndhwm = 0
        super().init_iopub(context)

    def _open_streams(self) -> None:
        for stream in STREAMS:
            stream.open(self.session, self.iopub_thread, watchfd="force")  # also when a test started it
            setattr(sys, stream.name, stream)
        self.displayhook = sys.displayhook = ZMQDisplayHook(self.session, self.iopub_socket)

    def _open_kernel(self) -> None:
        kernel, shell_thread = self.kernel, self.shell_channel_thread
        shell = ZMQStream(self.shell_socket, shell_thread.io_loop)
        shell_thread.shell_stream = shell
        sockets = {
            "shell_stream": shell,
            "control_stream": ZMQStream(self.control_socket, self.control_thread.io_loop),
            "debug_shell_socket": self.debug_shell_socket,
            "control_thread": self.control_thread,
            "shell_channel_thread": shell_thread,
            "iopub_thread": self.iopub_thread,
            "iopub_socket": self.iopub_socket,
            "stdin_socket": self.stdin_socket,
        }
        self.control_thread.start()
        shell_thread.start()
        for name, value in sockets.items():
            setattr(kernel, name, value)
        kernel._stdout, kernel._stderr = STREAMS
        kernel.shell.displayhook.pub_socket = kernel.shell.display_pub.pub_socket = self.iopub_socket
        self.displayhook.get_execution_count = lambda: kernel.execution_count
        kernel.record_ports({f"{name}_port": port for name, port in self._ports.items()})


def make_application() -> Application:
    """Make the one application of this process, with its kernel and shell."""
    application = Application.instance()
    application.initialize(["--HistoryManager.hist_file=:memory:"])
    return application
