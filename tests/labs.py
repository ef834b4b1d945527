"""JupyterLab in a real browser, with one notebook, as a learner would have it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import notebooks_made
import pytest
from playwright import sync_api


@contextlib.contextmanager
def running(tmp_path, *sources, **environment):
    """JupyterLab with a notebook of some cells; yields its address."""
    (tmp_path / "work").mkdir()
    nbformat.write(notebooks_made.notebook(*map(notebooks_made.code, sources)), tmp_path / "work" / "explore.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": address.rpartition(":")[2],
        "ServerApp.root_dir": str(tmp_path / "work"),
        "IdentityProvider.token": "",
        "LabApp.news_url": "",
    }
    places = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    server = subprocess.Popen(
        [*command, *(f"--{name}={value}" for name, value in settings.items())],
        env={**os.environ, **places, "PYTHONPATH": str(Path(__file__).parents[1]), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(address)
        yield f"{address}/lab/tree/explore.ipynb?reset"
    finally:
        server.terminate()
        server.wait(60)


def wait_for(address):
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("JupyterLab did not start")


def run_until(page, shown, cell=0):
    """Run a cell; again if need be, as JupyterLab loses what is run before its kernel is connected."""
    for _ in range(4):
        with contextlib.suppress(sync_api.TimeoutError):
            if page.locator(".jp-Dialog").count():  # a slow machine is asked to pick a kernel, or to wait for one
                page.locator(".jp-Dialog .jp-mod-accept").first.click(timeout=5_000)
            page.locator(".jp-Notebook .cm-content").nth(cell).click(timeout=15_000)
            page.keyboard.press("Control+Enter")
            with contextlib.suppress(sync_api.TimeoutError):
                page.locator(shown).wait_for(timeout=15_000)
            if page.locator(".jp-InputPrompt", has_text="[*]").count():  # it runs, and only takes its time
                page.locator(shown).wait_for(timeout=90_000)
            if page.locator(shown).count():
                return
    pytest.fail(f"it was run, and did not show {shown}: {page.locator('.jp-Notebook').inner_text()}")
