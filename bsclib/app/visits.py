"""Who visits: a kernel for each, which nobody else reaches, and which is gone with all it held when they are."""

from __future__ import annotations

import asyncio
import hmac
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_core.utils import ensure_async
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Integer, Unicode
from voila.voila_identity_provider import VoilaIdentityProvider

KERNEL = "python3"
MESSAGES = ["comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request"]
"""What a page may say to its kernel: where controls stand, and nothing that runs code."""
ANSWERS = {"comm_open", "comm_close", "comm_msg", "comm_info_reply", "kernel_info_reply", "status"}
"""What a kernel may say to its page: neither code nor tracebacks."""
LEFT = 180
"""Seconds without a sign of a page, after which its visitor is taken to have left; hidden tabs give one a minute."""
REMEMBERED = 1000
"""Closed visits of which we still know why they were closed."""


@dataclass
class Visit:
    """Whose kernel it is, and when their page last gave a sign."""

    user: str
    seen: float


class ThisPython(KernelSpecManager):
    """The one kind of kernel that there is: of this Python, and quiet."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """It."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=50"]
        return KernelSpec(argv=argv, display_name=kernel_name, language="python")

    def get_all_specs(self) -> dict[str, Any]:
        """It, under its name."""
        return {KERNEL: {"resource_dir": "", "spec": self.get_kernel_spec(KERNEL).to_dict()}}


class Kernels(AsyncMappingKernelManager):
    """Kernels with a folder each; those that belong to a visitor, and those that wait warm for one."""

    folder = Unicode(config=True, help="Where each kernel has a folder of its own, which is removed with it.")
    most = Integer(8, config=True, help="Visitors at a time.")

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.visits: dict[str, Visit] = {}
        self.closed: dict[str, str] = {}
        self.arriving = 0

    @property
    def full(self) -> bool:
        """Whether there is no place for one more."""
        return len(self.visits) + self.arriving >= self.most

    def give(self, kernel_id: str, user: str) -> None:
        """Let a warm kernel be this user's."""
        self.visits[kernel_id] = Visit(user, time.monotonic())
        kernel: Any = self.get_kernel(kernel_id)
        kernel.last_activity = utcnow()

    def belongs(self, kernel_id: str, user: str) -> bool:
        """Whether this is the user's kernel."""
        visit = self.visits.get(kernel_id)
        return visit is not None and hmac.compare_digest(visit.user, user)

    async def start_kernel(self, *, kernel_id: str | None = None, **kwargs: Any) -> str:  # type: ignore[override]
        """Start one whose temporary files are in its own folder."""
        kernel_id = kernel_id or str(uuid4())
        folder = self._place(kernel_id)
        folder.mkdir(mode=0o700)
        kwargs["env"] = {**kwargs.get("env", {}), **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))}
        return await ensure_async(super().start_kernel(kernel_id=kernel_id, **kwargs))

    async def shutdown_kernel(  # type: ignore[override]
        self, kernel_id: str, now: bool = False, restart: bool = False
    ) -> None:
        """End one, and remove its folder."""
        self.visits.pop(kernel_id, None)
        try:
            await ensure_async(super().shutdown_kernel(kernel_id, now=now, restart=restart))
        finally:
            shutil.rmtree(self._place(kernel_id), ignore_errors=True)

    async def shutdown_all(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """End all, with those that are starting: they cannot be ended before they are there."""
        for _ in range(2):  # a page that opened meanwhile has one, too
            if self._pending_kernels:
                await asyncio.wait(self._pending_kernels.values())
                self._pending_kernels.clear()
            await ensure_async(super().shutdown_all(*args, **kwargs))

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Close a visit that has ended, or in which nothing has moved for long; warm kernels wait."""
        if kernel_id not in self.visits or kernel_id not in self:
            return
        kernel: Any = self.get_kernel(kernel_id)
        idle = (utcnow() - kernel.last_activity).total_seconds() > self.cull_idle_timeout
        if not await ensure_async(kernel.is_alive()):
            await self.close(kernel_id, "ended")
        elif time.monotonic() - self.visits[kernel_id].seen > LEFT:
            await self.close(kernel_id, "left")
        elif idle and kernel.execution_state != "busy":
            await self.close(kernel_id, "idle")

    async def close(self, kernel_id: str, why: str) -> None:
        """Close a visit, and remember why for its page."""
        self.closed[kernel_id] = why
        for oldest in list(self.closed)[:-REMEMBERED]:
            del self.closed[oldest]
        await self.shutdown_kernel(kernel_id, now=True)

    def _place(self, kernel_id: str) -> Path:
        return Path(self.folder) / kernel_id


class Identity(VoilaIdentityProvider):  # type: ignore[misc]
    """Knows a visitor by a signed cookie, which is given to whoever has the token, if there is one."""

    async def get_user_token(self, handler: Any) -> Any:
        """The user, if the address holds the token; compared in a time that does not tell how much of it was right."""
        given = handler.get_query_argument("token", "")
        if not self.token or not hmac.compare_digest(given.encode(), self.token.encode()):
            return None
        return await ensure_async(self.get_user_cookie(handler)) or self.generate_anonymous_user(handler)

    def is_token_authenticated(self, handler: Any) -> bool:
        """Never: a token spares nobody the check of where the request comes from."""
        return False
