"""A PostgreSQL of the tests' own: a cluster made for them, which listens on this machine alone and is thrown away."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

MISSING = "there is no PostgreSQL here (on Debian: apt-get install postgresql)"
PASSWORD = "p@ss/w#r:d?%41 é'"  # every letter that breaks a URL apart


def programs():
    """The folder of PostgreSQL's programs; None where it is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, debian)])
    initdb = shutil.which("initdb", path=path)
    return Path(initdb).resolve().parent if initdb and shutil.which("postgres", path=path) else None


@contextlib.contextmanager
def running_postgres():
    """Start a cluster whose user is ``owner`` with `PASSWORD`; gives its port."""
    bin_ = programs()
    if bin_ is None or os.name == "nt":
        (pytest.fail if os.environ.get("CI") and sys.platform == "linux" else pytest.skip)(MISSING)
    import pwd  # which Windows has not

    # PostgreSQL does not run as root, and another user cannot look into pytest's own folders.
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    become = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="bsclib-postgres-"))
    try:
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        for place in (folder, folder / "password"):
            os.chown(place, pwd.getpwnam(user).pw_uid, -1)
        words = ["-U", "owner", "-A", "scram-sha-256", f"--pwfile={folder / 'password'}", "-E", "UTF8", "--no-locale"]
        made = subprocess.run(
            [bin_ / "initdb", "-D", folder / "data", "--no-sync", *words], cwd=folder, capture_output=True, **become
        )
        assert made.returncode == 0, made.stderr
        quiet = ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [bin_ / "postgres", "-D", folder / "data", "-p", str(port), *quiet],
                cwd=folder,
                stdout=log,
                stderr=log,
                **become,
            )
        try:
            _wait(server, folder / "log")
            yield port
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder)


def _wait(server, log):
    until = time.monotonic() + 60
    while "ready to accept connections" not in log.read_text(encoding="utf-8", errors="replace"):
        assert server.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        assert time.monotonic() < until, "PostgreSQL does not start"
        time.sleep(0.05)
