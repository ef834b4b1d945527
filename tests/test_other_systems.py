"""What Windows and macOS have not: the kit is imported, and its verbs run, where those parts of Python are hidden."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import bsclib

POSIX = ["curses", "fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"]
ATTRIBUTES = {
    "os": "fork forkpty getuid geteuid getgid getegid getpgid getpgrp getppid killpg setsid chown fchown fchmod mkfifo "
    "memfd_create sched_getaffinity statvfs sysconf uname wait wait4 WNOHANG O_CLOEXEC O_DIRECTORY O_NONBLOCK",
    "select": "poll epoll kqueue",
    "signal": "SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGPROF SIGQUIT SIGRTMAX SIGUSR1 SIGUSR2 ITIMER_PROF ITIMER_REAL "
    "alarm pause pthread_sigmask setitimer siginterrupt",
    "socket": "AF_UNIX",
    "time": "tzset",
}
HIDES = """\
import importlib, json, pkgutil, sys
import bsclib

def names():
    found = [one.name for one in pkgutil.walk_packages(bsclib.__path__, "bsclib.")]
    return [name for name in found if "_shipped" not in name]

every = names()
for name in every:  # with what they import of others, which have versions of their own for Windows
    importlib.import_module(name)
for name in [name for name in sys.modules if name.partition(".")[0] == "bsclib"]:
    del sys.modules[name]
hidden, attributes = json.loads(sys.argv[1])
sys.modules.update(dict.fromkeys(hidden))
for module, gone in attributes.items():
    for name in gone.split():
        vars(importlib.import_module(module)).pop(name, None)
failed = {}
for name in every:
    try:
        importlib.import_module(name)
    except Exception as error:
        failed[name] = repr(error)
from click.testing import CliRunner
from bsclib.batch.kernels.jobs import why_ordinary
from bsclib.cli.commands import main
said = {}
for verb in sys.argv[2:]:
    done = CliRunner().invoke(main, verb.split())
    said[verb] = [done.exit_code, done.output[-500:]]
print(json.dumps([failed, why_ordinary(), said]))
"""
VERBS = [
    "new desk",
    "check desk --fail-on never",
    "score desk",
    "links desk",
    "import desk/actuals.csv -o other",
    "batch {notebook} -o out --dry-run",
    "study questions export itil --moodle -o bank.xml",
]


FORKS = {"warm.py", "forked.py", "launch.py", "application.py", "preloading.py"}  # which only a Linux asks for anything


def test_what_one_system_has_alone_is_asked_for_with_care():
    """By a module that is used there alone, in a branch that asks first, or as an import that may fail."""
    asked = set()
    for file in Path(bsclib.__file__).parent.rglob("*.py"):
        if file.name in FORKS or "_shipped" in file.parts:
            continue
        text = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                module, name = node.value.id, node.attr
                if name in ATTRIBUTES.get(module, "").split() and f'hasattr({module}, "' not in text:
                    asked.add(f"{file.name}: {module}.{name}")
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
                if set(names) & set(POSIX) and "except ImportError" not in text:
                    asked.add(f"{file.name}: import of {names}")
    assert not asked


@pytest.fixture(scope="module")
def without_posix(tmp_path_factory):
    from bsclib.files.paths import shipped_folder

    notebook = shipped_folder() / "notebooks" / "09_executive_report.ipynb"
    hidden = json.dumps([POSIX, ATTRIBUTES])
    done = subprocess.run(
        [sys.executable, "-c", HIDES, hidden, *(verb.format(notebook=notebook) for verb in VERBS)],
        capture_output=True,
        text=True,
        cwd=tmp_path_factory.mktemp("elsewhere"),
        timeout=300,
    )
    assert not done.returncode, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_every_module_is_imported_but_those_that_fork(without_posix):
    failed, why, _ = without_posix
    assert set(failed) == {"bsclib.batch.kernels.forked", "bsclib.batch.kernels.warm"}, failed
    assert why  # so neither of them is asked for


@pytest.mark.slow
def test_verbs_run(without_posix):
    for verb, (code, text) in without_posix[2].items():
        assert code == (1 if verb.startswith("import") else 0), (verb, text)
