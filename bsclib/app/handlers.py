"""What the server answers: pages, a visitor's own kernel and nobody else's, and how things stand with it."""

from __future__ import annotations

import json
import time
from html import escape
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler, read_header_from_binary_message

from bsclib.app.visits import ANSWERS

NOTEBOOK = "app.ipynb"
PROTOCOL = "v1.kernel.websocket.jupyter.org"
WORDS = {
    403: ("This address is not complete", "Use the whole address that bsc app printed, with its token."),
    404: ("There is no such page", "The pages are in the list above."),
    503: ("All places are taken", "As many people use the app as it has places. Try again in a few minutes."),
}
SORRY = ("Something went wrong here", "Load the page again. If it stays so, tell whoever runs the app.")
TEMPLATE = Path(__file__).parent / "template"


def message(title: str, text: str, more: str = "") -> str:
    """A page that says one thing."""
    header = (TEMPLATE / "header.html").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{more}<title>{escape(title)}</title>'
        f'<link rel="stylesheet" href="/assets/app.css"></head><body>{header}<main id="content" tabindex="-1">'
        f"<h1>{escape(title)}</h1><p>{escape(text)}</p></main></body></html>"
    )


class Answer(JupyterHandler):
    """Answers those who come from our own pages; what goes wrong is a sentence, without path or traceback."""

    async def prepare(self, **kwargs: Any) -> None:
        """Refuse what another page asks for."""
        if self.get_origin() is not None and not self.check_origin():
            raise HTTPError(403)
        await super().prepare(**kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say it."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(message(*WORDS.get(status_code, SORRY)))


class Missing(Answer):
    """There is nothing at this address, or under this name of the machine."""

    async def prepare(self, **kwargs: Any) -> None:
        """Say so."""
        raise HTTPError(404)


class Page(Answer):
    """A page, with a warm kernel for it."""

    async def prepare(self, **kwargs: Any) -> None:
        """A link on somebody else's page brings no cookie: come again from here, and it does."""
        if self.request.headers.get("Sec-Fetch-Site") == "cross-site":
            again = f'<meta http-equiv="refresh" content="0; url={escape(self.request.uri or "/")}">'
            self.finish(message("One moment", "The page is being opened.", again))
            return
        await super().prepare(**kwargs)

    @allow_unauthenticated
    async def get(self, page: str = "") -> None:
        """Give it to whoever may have it, while there is a place."""
        if self.current_user is None or self.request.headers.get("Sec-Fetch-Dest", "document") != "document":
            raise HTTPError(403)
        if self.get_query_argument("token", ""):
            self.redirect(self.request.path)
            return
        kernels: Any = self.kernel_manager
        if kernels.full:
            raise HTTPError(503)
        kernels.arriving += 1
        try:
            task, made, kernel_id = await self._take()
            kernels.give(kernel_id, self.current_user.username)
        finally:
            kernels.arriving -= 1
        _ = self.xsrf_token
        self.set_header("Cache-Control", "no-store")
        shown = list(made)
        self.write("".join(shown))  # what is there already, so that a page is seen while its kernel gets ready
        await self.flush()
        parts, rest = await task
        self.write("".join([*parts[len(shown) :], *[part async for part, _ in rest]]))
        await self.finish()

    async def _take(self) -> tuple[Any, list[str], str]:
        """A kernel that lives, and the page that it makes; a new one is warmed for the next visitor."""
        kernels: Any = self.kernel_manager
        while True:
            kernels.kernel_pools_config = {"default": {"pool_size": 1}}
            kernels.fill_if_needed(delay=0, notebook_name=NOTEBOOK)
            kernels.kernel_pools_config = {"default": {"pool_size": int(not kernels.full)}}  # none after the last place
            task, made, kernel_id = await kernels.get_rendered_notebook(NOTEBOOK)
            if await ensure_async(kernels.get_kernel(kernel_id).is_alive()):
                return task, made, kernel_id
            await kernels.close(kernel_id, "ended")


class Own(Answer):
    """About a kernel, for its own visitor alone."""

    async def prepare(self, **kwargs: Any) -> None:
        """Refuse everybody else."""
        await super().prepare(**kwargs)
        kernels: Any = self.kernel_manager
        if self.current_user is None or not kernels.belongs(self.path_kwargs["kernel_id"], self.current_user.username):
            raise HTTPError(403)


class Standing(Answer):
    """How things stand with a visit; asking is a sign that its page is there."""

    @allow_unauthenticated
    async def get(self, kernel_id: str) -> None:
        """Its state, and whether the page is connected."""
        kernels: Any = self.kernel_manager
        state, connected = kernels.closed.get(kernel_id, "unknown"), False
        if self.current_user is not None and kernels.belongs(kernel_id, self.current_user.username):
            kernels.visits[kernel_id].seen = time.monotonic()
            alive = await ensure_async(kernels.get_kernel(kernel_id).is_alive())
            state, connected = "open" if alive else "ended", bool(kernels._kernel_connections.get(kernel_id))
            if not alive:
                await kernels.close(kernel_id, "ended")
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"state": state, "connected": connected}))


class Kernel(Own):
    """What the page asks before it connects."""

    @allow_unauthenticated
    async def get(self, kernel_id: str) -> None:
        """Its name."""
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"id": kernel_id, "name": "python3"}))


class Leave(Own):
    """The page was closed."""

    @allow_unauthenticated
    async def post(self, kernel_id: str) -> None:
        """Give the place to somebody else."""
        kernels: Any = self.kernel_manager
        await kernels.close(kernel_id, "left")
        self.set_status(204)


class Channels(Own, VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """The page's line to its kernel: what is said on it is neither code nor a traceback."""

    async def prepare(self, **kwargs: Any) -> None:
        """A page says where it comes from, and speaks the protocol in which each message is looked at."""
        if self.get_origin() is None or PROTOCOL not in self.request.headers.get("Sec-WebSocket-Protocol", ""):
            raise HTTPError(403)
        await super().prepare(**kwargs)

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """Pass on what a page may hear."""
        header = read_header_from_binary_message(message) if isinstance(message, bytes) else None
        if header is not None and header.get("msg_type") in ANSWERS:
            return super().write_message(message, binary)
        return None
