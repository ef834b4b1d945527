"""`bsc app`: the explorers as pages in a browser, on a scorecard or on whatever a visitor uploads."""

from __future__ import annotations

import os
import subprocess
import sys
import webbrowser
from pathlib import Path

import click

from bsclib.batch.interrupts import interrupt, interrupts
from bsclib.cli.verbs import echo, read_noted, verb
from bsclib.errors import BscError, Fault, ReportError
from bsclib.files.paths import locate

INSTALL = 'The app needs Voilà, which is not installed. Install it: pip install "bsclib[app]"'
REPORT_SECONDS = 300
KERNELS = {"FORCE_COLOR", "CLICOLOR_FORCE", "TMPDIR", "TEMP", "TMP"}
"""What holds for a visitor's kernel, and not for a report: in its folder the paths of sockets are too long."""


@verb(
    "bsc app                               the shipped case, at http://127.0.0.1:8866",
    "bsc app my-scorecard --no-browser",
    "bsc app --host 0.0.0.0 --visitors 20  for a room; it prints an address with a token",
)
@click.argument("path", default="meridian")
@click.option("--port", type=click.IntRange(0, 65535), default=8866, show_default=True, help="0: any that is free.")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Where it can be reached.")
@click.option("--visitors", type=click.IntRange(1, 500), default=8, show_default=True, help="Open pages at a time.")
@click.option("--no-browser", is_flag=True, help="Print the address, and open nothing.")
def app(path: str, port: int, host: str, visitors: int, no_browser: bool) -> None:
    """Explore a scorecard in a browser.

    Pages for the scorecard, its map, scenarios, signals and the report. A visitor may upload a workbook, a CSV file or
    a zipped folder instead: it is read for them alone, and nothing of it stays. Only this machine can reach the app,
    unless --host names another address; then whoever has the token can. Ctrl-C ends it.
    """
    try:
        with interrupts(interrupt, interrupt):  # it takes a moment to start, and may be told to end meanwhile
            start(path, port, host, visitors, no_browser)
    except KeyboardInterrupt:
        pass
    echo("The app has ended.", err=True)


def start(path: str, port: int, host: str, visitors: int, no_browser: bool) -> None:
    """Run the app until it is stopped."""
    from bsclib.batch.kernels.lean import import_jsonschema

    import_jsonschema()  # seconds sooner than Voilà would
    try:
        from bsclib.app.server import is_loopback, serve
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "voila":
            raise
        raise BscError(INSTALL) from missing

    place = path
    if Path(path).exists():
        place = str(Path(path).resolve())
        read_noted(place)
    else:
        locate(path)  # what ships has no faults

    def ready(address: str) -> None:
        echo(f"The app is at {address}")
        if not no_browser and is_loopback(host):
            webbrowser.open(address)

    code = f"from bsclib.cli.app import page\npage({place!r})"
    context = click.get_current_context()
    debug = bool(context.parent and context.parent.params.get("debug"))
    serve(code, ready, host=host, port=port, most=visitors, debug=debug)


def page(path: str) -> object:
    """What the one cell of the app's page shows, in a visitor's kernel."""
    from bsclib.app.pages import visit

    return visit(path, report)


def report(scorecard: Path, folder: Path, unit: str) -> str:
    """The executive report as HTML, made by a process of its own, so that the page goes on answering."""
    about = ["-p", "unit", unit] if unit else []
    command = [sys.executable, "-m", "bsclib", "report", str(scorecard), "-o", str(folder), *about]
    quiet = {name: value for name, value in os.environ.items() if name not in KERNELS and not name.startswith("VOILA_")}
    done = subprocess.run(command, env=quiet, cwd=scorecard.parent, capture_output=True, timeout=REPORT_SECONDS)
    made = folder / "index.html"
    if done.returncode or not made.is_file():
        told = done.stderr.decode("utf-8", "replace").replace(f"{scorecard.parent}{os.sep}", "")
        words = told.rpartition("Error: ")[2].partition("Fix: the notebook as far as it ran")[0].strip()
        raise ReportError(Fault("", f"the report could not be made: {words[:1000]}"))
    return made.read_text(encoding="utf-8")
