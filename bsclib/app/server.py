"""The server: Voilà with one page of our own, which runs no code that a visitor sends and asks nobody else."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import re
import secrets
import shutil
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import tornado.ioloop
import tornado.web
from tornado.httpserver import HTTPServer
from traitlets.config import Config
from voila.app import Voila
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler

from bsclib.app import handlers
from bsclib.app.visits import MESSAGES, Identity, Kernels, ThisPython
from bsclib.batch.folder import lock
from bsclib.batch.interrupts import interrupt, interrupts
from bsclib.errors import BscError, Fault

PAGES = ("", "scorecard", "map", "scenario", "signals", "build", "report")
KERNEL = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
FOLDER, HELD = "bsc-app-", "held"
"""How a server's folder begins, and the file in it that is locked as long as the server lives."""
LARGEST_MESSAGE, LARGEST_BODY = 8 << 20, 64 << 10
"""Bytes that a page may send at once, to its kernel and to the server; uploads come in smaller parts."""
POLICY = (
    "default-src 'self'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""What a page may load and run: what this server has, and nothing that stands in a name."""


class App(Voila):  # type: ignore[misc]
    """Voilà, its settings ours alone: no configuration of the machine's changes them."""

    port: int
    template_paths: list[str]

    def __init__(self, folder: Path, ready: Callable[[str], None], host: str, port: int, **kwargs: Any):
        super().__init__(root_dir=str(folder), ip=host, port=port, open_browser=False, **kwargs)
        self.folder, self.ready = folder, ready

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """Read none."""

    def setup_template_dirs(self) -> None:
        """Our own page before Voilà's."""
        super().setup_template_dirs()
        self.template_paths = [str(handlers.TEMPLATE), *self.template_paths]

    def init_settings(self) -> dict[str, Any]:
        """Voilà's, without the message that ends a kernel: leaving does."""
        settings: dict[str, Any] = super().init_settings()
        self.kernel_manager.allowed_message_types = MESSAGES
        return settings

    def init_handlers(self) -> list[Any]:
        """Our pages, a visitor's own kernel, and the files that a page is made of."""
        own: Any = tornado.web.StaticFileHandler
        return [
            (rf"/({'|'.join(PAGES)})", handlers.Page),
            (rf"/api/kernels/{KERNEL}/channels", handlers.Channels),
            (rf"/standing/{KERNEL}", handlers.Standing),
            (rf"/api/kernels/{KERNEL}", handlers.Kernel),
            (rf"/voila/api/shutdown/{KERNEL}", handlers.Leave),
            (r"/assets/(.*)", own, {"path": str(Path(__file__).parent / "assets")}),
            (r"/explorers/(live\.css)", own, {"path": str(Path(__file__).parents[1] / "widgets")}),
            (r"/voila/templates/(.*)", TemplateStaticFileHandler),
            (r"/voila/static/(.*)", MultiStaticFileHandler, {"paths": self.static_paths}),
            (r"/voila/labextensions/(.*)", MultiStaticFileHandler, {"paths": self.labextensions_path}),
        ]

    def start(self) -> None:
        """Answer until it is stopped."""
        self.connection_dir = str(self.folder / "connections")
        Path(self.connection_dir).mkdir(mode=0o700)
        opened = listen(self.ip, self.port)
        self.port = opened.getsockname()[1]
        self.app = tornado.web.Application(**self.init_settings())
        self.app.settings.update(self.tornado_settings)
        self.app.add_handlers(hosts(self.ip), self.init_handlers())
        HTTPServer(self.app, max_body_size=LARGEST_BODY).add_socket(opened)
        shown = f"[{self.ip}]" if ":" in self.ip else self.ip
        self.ready(f"http://{shown}:{self.port}/{f'?token={self.token}' if self.token else ''}")
        self.ioloop = loop = tornado.ioloop.IOLoop.current()
        # Ctrl-C must not break off what the loop is at, such as a kernel that starts: its end would never come.
        with interrupts(lambda: loop.add_callback_from_signal(loop.stop), interrupt):
            try:
                loop.start()
            finally:
                self.stop()

    def stop(self) -> None:
        """End every kernel, with its folder."""
        # In the loop that started them: any other would wait for kernels that start in this one, which stands still.
        self.ioloop.run_sync(lambda: self.kernel_manager.shutdown_all(now=True))


def listen(host: str, port: int) -> socket.socket:
    """The socket of an address; port 0 takes any that is free."""
    try:
        made = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        made.setblocking(False)
        return made
    except (OSError, OverflowError) as problem:
        what = f"the app cannot listen there: {getattr(problem, 'strerror', None) or problem}"
        fix = "another program may use the port: give another with --port, or 0 for any that is free"
        raise BscError(Fault(f"{host}, port {port}", what, fix=fix)) from problem


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hosts(host: str) -> str:
    """The names under which the app answers, as a pattern: another name that leads here is somebody's trick."""
    names = ["localhost", r"127\.0\.0\.1", r"\[?::1\]?", re.escape(host.lower())]
    if not is_loopback(host):
        names += [re.escape(socket.gethostname().lower()), re.escape(socket.getfqdn().lower())]
        names += [r"\d+\.\d+\.\d+\.\d+", r"\[?[0-9a-f:]+\]?"]
    return f"({'|'.join(names)})"


def serve(
    code: str,
    ready: Callable[[str], None],
    host: str = "127.0.0.1",
    port: int = 8866,
    most: int = 8,
    idle: int = 1800,
    debug: bool = False,
) -> None:
    """Run the app whose page is made by this code, until it is stopped; `ready` is told the address."""
    level = logging.INFO if debug else logging.CRITICAL
    logging.getLogger("tornado").setLevel(level)
    clear()
    folder = Path(tempfile.mkdtemp(prefix=FOLDER))
    held = (folder / HELD).open("wb")
    lock(held.fileno())
    try:
        kernels = folder / "kernels"
        kernels.mkdir()
        cell = nbformat.v4.new_code_cell(code)
        about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=about), folder / handlers.NOTEBOOK)
        settings = {
            "Application": {"log_level": level},
            "IdentityProvider": {"cookie_options": {"samesite": "Strict"}},
            "KernelManager": {"autorestart": False},
            "MappingKernelManager": {"cull_idle_timeout": idle, "cull_interval": min(10, idle)},
            "Kernels": {"folder": str(kernels), "most": most},
        }
        app = App(folder, ready, host, port, config=Config(settings | {"VoilaConfiguration": _looks()}))
        app.token = "" if is_loopback(host) else secrets.token_urlsafe(24)
        app.identity_provider_class = Identity
        headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
        app.tornado_settings = {
            "default_handler_class": handlers.Missing,
            "headers": headers,
            "websocket_max_message_size": LARGEST_MESSAGE,
            "xsrf_cookie_kwargs": {"samesite": "Strict"},
        }
        app.initialize([])
        app.start()
    finally:
        held.close()
        shutil.rmtree(folder, ignore_errors=True)


def clear() -> None:
    """Remove what servers left behind that were killed: their folders, whose locks nobody holds."""
    for held in Path(tempfile.gettempdir()).glob(f"{FOLDER}*/{HELD}"):
        with contextlib.suppress(OSError), held.open("r+b") as opened:
            gone = lock(opened.fileno())
            opened.close()  # Windows removes no open file
            if gone:
                shutil.rmtree(held.parent, ignore_errors=True)


def _looks() -> dict[str, Any]:
    return {
        "preheat_kernel": True,
        "show_tracebacks": False,
        "strip_sources": True,
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "extension_allowlist": [
            "@voila-dashboards/widgets-manager8",
            "@jupyter-widgets/jupyterlab-manager",
            "anywidget",
        ],
        "extension_denylist": [],
        "multi_kernel_manager_class": Kernels,
        "kernel_spec_manager_class": ThisPython,
    }
