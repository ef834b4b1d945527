"""The browser that tests look at reports with: find one, or install one.

``python tests/browser.py`` prints where it is; `make test` runs that once.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
INSTALLERS = (
    [[sys.executable, "-m", "playwright", "install", "chromium"]],
    [["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]],
)
MISSING = (
    "No Chromium-like browser was found, and none could be installed. "
    "Install Chromium, Chrome or Edge and run `make test` again; tests that open a page fail until then."
)


def find() -> str | None:
    """Path of a Chromium-like browser on this machine, or None."""
    for command in COMMANDS:
        if path := shutil.which(command):
            return path
    with sync_playwright() as playwright:
        places = (*APPLICATIONS, playwright.chromium.executable_path)
    return next((place for place in places if Path(place).exists()), None)


def install() -> str | None:
    """Try each installer that may work here, until there is a browser."""
    for commands in INSTALLERS:
        if commands[0][0] == "apt-get" and (shutil.which("apt-get") is None or os.geteuid() != 0):
            continue
        try:
            for command in commands:
                subprocess.run(command, check=True, capture_output=True, timeout=600)
        except (OSError, subprocess.SubprocessError):
            continue
        if path := find():
            return path
    return None


if __name__ == "__main__":
    path = find() or install()
    print(f"Browser for tests: {path}" if path else MISSING)
    sys.exit(path is None)
