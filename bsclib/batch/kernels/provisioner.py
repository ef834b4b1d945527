"""Jupyter's ways to a kernel: a provisioner that asks a warm parent, and the managers and client that batches use.

The provisioner is an entry point, so a kernelspec whose metadata say
``{"kernel_provisioner": {"provisioner_name": "bsclib"}}`` starts its kernels warm, for whoever uses it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import sys
import tempfile
import time
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.utils import run_sync
from traitlets import Type

from bsclib.batch.kernels.jobs import why_ordinary
from bsclib.batch.kernels.launch import Fork, fork_kernel

NAME = "bsclib"
SLICE = 0.5  # seconds at most between two looks for a message
OPENS = 0.001  # seconds between two looks at whether its sockets are there
LOOK = 0.004  # seconds between two looks at whether a kernel has ended


class WarmProvisioner(LocalProvisioner):
    """Starts kernels of the running Python as forks of a warm parent, and any other as Jupyter does."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel."""
        if why_ordinary() or cmd[0] != sys.executable or "-f" not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        manager: Any = self.parent
        env = {"JPY_PARENT_PID": str(os.getpid()), **(kwargs.get("env") or os.environ)}
        about = {"kernel": cmd[cmd.index("-f") + 1], "cwd": str(kwargs.get("cwd") or Path.cwd()), "env": env}
        self.process: Any = fork_kernel(
            {**about, "memory": getattr(manager, "memory", 0)}, getattr(manager, "imports", ())
        )
        if isinstance(manager, WarmManager):
            manager.fork = self.process
            await self._open(manager)
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def _open(self, manager: WarmManager) -> None:
        """Wait until the kernel has made its sockets: who connects sooner tries again only 0.1 s later."""
        last = Path(f"{manager.ip}-{manager.iopub_port}")
        while not last.exists() and self.process.poll() is None:
            await asyncio.sleep(OPENS)

    async def wait(self) -> int | None:
        """Wait for the kernel's end."""
        if isinstance(self.process, Fork):
            while self.process.poll() is None:
                await asyncio.sleep(LOOK)
        return await super().wait()


class LookingChannel(AsyncZMQSocketChannel):
    """Looks for a message now and then, too: on a busy machine a waiting socket may not be woken when one arrives."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
        """Give the next message; `queue.Empty` when none came in time."""
        until = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            left = max(until - time.monotonic(), 0)
            try:
                return await super().get_msg(timeout=min(left, SLICE))
            except queue.Empty:
                if left <= SLICE:
                    raise


class WarmClient(AsyncKernelClient):
    """Takes a kernel for ready as soon as its answer and its outputs arrive, without waiting until it falls silent."""

    shell_channel_class = Type(LookingChannel)
    iopub_channel_class = Type(LookingChannel)

    def start_channels(
        self, shell: bool = True, iopub: bool = True, stdin: bool = False, hb: bool = False, control: bool = True
    ) -> None:
        """Open what a run uses: the manager knows when a kernel ends, and nobody is asked for input."""
        super().start_channels(shell, iopub, stdin, hb, control)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel is ready."""
        until = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < until:
            self.kernel_info()
            with contextlib.suppress(queue.Empty):
                answer = await self.shell_channel.get_msg(timeout=1)  # to this question, or to one that it kept waiting
                asked = answer["parent_header"].get("msg_id")
                while True:
                    heard = await self.iopub_channel.get_msg(timeout=0.2)
                    idle = heard["content"].get("execution_state") == "idle"
                    if idle and heard["parent_header"].get("msg_id") == asked:
                        self._handle_kernel_info_reply(answer)
                        return
            if not await self._async_is_alive():
                raise RuntimeError("the kernel died before it was ready")
        raise RuntimeError(f"the kernel was not ready after {timeout:g} seconds")


class ThisPython(AsyncKernelManager):
    """Starts the interpreter that is running now, whatever a notebook or a user's list of kernels says."""

    client_factory = Type(klass="jupyter_client.client.KernelClient", default_value=WarmClient)
    memory = 0  # bytes the notebook may use beyond what it imports, where that can be held; 0 for no limit
    imports: tuple[str, ...] = ()  # modules that the notebook imports

    @property
    def kernel_spec(self) -> KernelSpec:
        """How the kernel is started: with no folder to look in, Jupyter describes the running interpreter."""
        if self._kernel_spec is None:
            self._kernel_spec = KernelSpecManager(kernel_dirs=[]).get_kernel_spec(NATIVE_KERNEL_NAME)
        return self._kernel_spec


class WarmManager(ThisPython):
    """Starts it warm. Its sockets are files in a folder of its own: two kernels never meet there, nor does anyone."""

    fork: Fork | None = None

    def __init__(self, **kwargs: Any):
        super().__init__(**{"transport": "ipc", **kwargs})
        if "transport_encryption" in self.trait_names():
            self.transport_encryption = "disabled"  # nobody else can read the files
        self._folder = tempfile.TemporaryDirectory(prefix="bsc-kernel-", ignore_cleanup_errors=True)
        self.ip = str(Path(self._folder.name, "k"))
        self.connection_file = f"{self.ip}.json"

    @property
    def kernel_spec(self) -> KernelSpec:
        """How the kernel is started: by the warm provisioner."""
        if self._kernel_spec is None:
            spec: KernelSpec = super().kernel_spec
            spec.metadata = {**spec.metadata, "kernel_provisioner": {"provisioner_name": NAME}}
            # A checkout that is not installed has no entry points.
            point = EntryPoint(NAME, f"{__name__}:{WarmProvisioner.__name__}", KernelProvisionerFactory.GROUP_NAME)
            KernelProvisionerFactory.instance(parent=self.parent).provisioners.setdefault(NAME, point)
        return self._kernel_spec  # type: ignore[return-value]

    async def _async_wait(self, pollinterval: float = LOOK) -> None:
        await super()._async_wait(min(pollinterval, LOOK))

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart)
        if not restart:
            self._folder.cleanup()

    cleanup_resources: Any = run_sync(_async_cleanup_resources)
