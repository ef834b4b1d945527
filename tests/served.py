"""`bsc app` as a process of its own, and a page of it in a browser."""

import asyncio
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

START = """
from bsclib.batch.kernels.lean import import_jsonschema

import_jsonschema()
from bsclib.app.server import serve
code = "from bsclib.cli.app import page\\npage({path!r})"
serve(code, lambda address: print(address, flush=True), **{options!r})
"""


class Served:
    """Where the app is, what it has put on the disk, and its processes."""

    def __init__(self, path="enterprise", temporary=None, **options):
        options = {"port": 0, **options}
        self.temporary = Path(temporary or tempfile.mkdtemp())
        environment = {**os.environ, "TMPDIR": str(self.temporary), "PYTHONPATH": str(Path(__file__).parents[1])}
        source = START.format(path=path, options=options)
        self.process = subprocess.Popen(
            [sys.executable, "-c", source], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.whole = self.process.stdout.readline().strip()
        self.address = self.whole.partition("?")[0]
        self.host = self.address.split("/")[2]

    def kernels(self):
        """The folders of the kernels that there are."""
        return sorted(folder.name for folder in self.temporary.glob("bsc-app-*/kernels/*"))

    def stop(self):
        """End it, and give what it said."""
        self.process.terminate()
        return self.process.communicate(timeout=60)[1]


@contextlib.contextmanager
def running(path="enterprise", **options):
    """The app, until the test is over."""
    app = Served(path, **options)
    try:
        yield app
    finally:
        app.stop()


def opened(browser, app, page="", **options):
    """A page of the app, usable; with what it asked for and what went wrong in it."""
    sheet = browser.new_page(**{"viewport": {"width": 1280, "height": 720}, **options})
    sheet.set_default_timeout(120_000)  # a busy machine is not a failing page
    sheet.asked, sheet.wrong = [], []
    sheet.on("request", lambda request: sheet.asked.append(request.url))
    sheet.on("pageerror", lambda error: sheet.wrong.append(str(error)))
    sheet.on("console", lambda said: sheet.wrong.append(said.text) if said.type == "error" else None)
    sheet.first = sheet.goto(app.whole if not page else app.address + page)
    sheet.locator("main h1").wait_for()
    return sheet


def read(entry):
    """The text of something in /proc, which may be gone."""
    with contextlib.suppress(OSError):
        return entry.read_bytes().decode(errors="replace")
    return ""


def run(work):
    """What a coroutine gives; in a thread of its own, because the browser's has a loop already."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


def kernel_of(sheet):
    """The id of the kernel behind a page."""
    return re.search(r'"kernelId": "([^"]+)"', sheet.content())[1]


def wait_until(test, seconds=60):
    """Wait until something holds."""
    for _ in range(seconds * 10):
        if result := test():
            return result
        time.sleep(0.1)
    return None


def free_port():
    """A port that nobody listens to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def text_of(address):
    """What is answered there, or nothing."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.read().decode()
    except OSError:
        return ""
