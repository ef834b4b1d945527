"""What a notebook imports, and importing it beforehand without leaving anything but the modules.

Only what is installed is imported beforehand: modules that lie beside a notebook may change from report to report.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import io
import os
import re
import signal
import site
import sys
import sysconfig
import tempfile
import threading
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

# Its import is an act: it makes matplotlib draw inline from then on.
NEVER = frozenset({"matplotlib_inline", "antigravity", "__main__"})
_LINE = re.compile(r"^\s*(?:import\s+([\w.]+)|from\s+([\w.]+)\s+import\b)", re.MULTILINE)
_MAGIC = re.compile(r"^\s*[%!?].*$", re.MULTILINE)


class TaintedError(Exception):
    """An import left more than modules behind."""

    def __init__(self, name: str, how: str):
        super().__init__(f"importing {name} {how}")
        self.name, self.how = name, how


def imported_by(notebook: Mapping[str, Any]) -> list[str]:
    """Names of the modules that a notebook's code imports, in their order, each once."""
    # What a cell takes from a module may be a module itself, so it is named too.
    names: dict[str, None] = {}
    for cell in notebook.get("cells", ()):
        if cell.get("cell_type") == "code":
            source = cell.get("source", "")
            names.update(dict.fromkeys(_names(source if isinstance(source, str) else "".join(source))))
    return list(names)


def _names(source: str) -> Iterator[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(_MAGIC.sub("", source))
    except (SyntaxError, ValueError, RecursionError):
        for match in _LINE.finditer(source):
            yield match[1] or match[2]
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*")


def is_installed(name: str, ours: str) -> bool:
    """Whether a module comes with Python, was installed, or lies under `ours`."""
    module = sys.modules.get(name)
    spec = getattr(module, "__spec__", None)
    if module is None:
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, AttributeError, ValueError, TypeError):
            return False
    if spec is None:
        return False
    if spec.origin in ("built-in", "frozen"):
        return True
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
    homes = (*_homes(), ours)
    return bool(places) and all(str(place).startswith(homes) for place in places)


def _homes() -> tuple[str, ...]:
    known = {path for key, path in sysconfig.get_paths().items() if "lib" in key}
    known |= {*site.getsitepackages(), site.getusersitepackages()}
    return tuple(path + os.sep for path in known)


def preload(names: Iterable[str], ours: str, skip: Iterable[str] = ()) -> None:
    """Import modules, as far as they are installed and can be imported, and leave nothing but the modules."""
    # A process in which an import printed, warned, started a thread or changed what every program shares holds what an
    # ordinary kernel would only come to hold later, and must not be forked.
    skip = {*NEVER, *skip}
    for name in names:
        if name in sys.modules or any(name == above or name.startswith(f"{above}.") for above in skip):
            continue
        if not is_installed(name.partition(".")[0], ours):
            continue
        before, many = _state(), threads()
        with _listening() as noises:
            try:
                if importlib.util.find_spec(name) is None:
                    continue
                importlib.import_module(name)
            except Exception:
                continue
        if noises:
            raise TaintedError(name, noises[0])
        if not no_more_threads(many):
            raise TaintedError(name, "started a thread")
        after = _state()
        changed = [setting for setting, was in before.items() if was is not None and after[setting] != was]
        if changed:
            raise TaintedError(name, f"changed {changed[0]}")


def draw_once() -> None:
    """Have matplotlib draw a picture, if it is imported: fonts are looked for and opened here, not in each fork."""
    if "matplotlib.figure" in sys.modules:
        with contextlib.suppress(Exception):
            figure = sys.modules["matplotlib.figure"].Figure()
            for weight in ("normal", "bold"):
                figure.text(0.5, 0.5, "a", weight=weight)
            figure.savefig(io.BytesIO(), format="png")


@contextlib.contextmanager
def _listening() -> Iterator[list[str]]:
    """Note whether anything is printed or warned of."""
    from bsclib.batch.kernels.streams import STREAMS  # whoever only reads what is imported needs no ipykernel

    noises: list[str] = []
    shown, kept = warnings.showwarning, [os.dup(1), os.dup(2)]
    out: Any
    err: Any
    out, err = STREAMS
    out.noise = err.noise = False
    with tempfile.TemporaryFile() as file, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        warnings.showwarning = lambda *_, **__: noises.append("warns")
        try:
            yield noises
        finally:
            warnings.showwarning = shown
            for number, copy in zip((1, 2), kept, strict=True):
                os.dup2(copy, number)
                os.close(copy)
            if out.noise or err.noise or file.seek(0, io.SEEK_END):
                noises.append("prints")


def no_more_threads(count: int, seconds: float = 1.0) -> bool:
    """Whether this process has no more threads than so many; one that is about to end is waited for."""
    until = time.monotonic() + seconds
    while threads() > count:
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def threads() -> int:
    """How many threads this process has, Python's or not."""
    here = Path("/proc/self/task")
    return len(list(here.iterdir())) if here.is_dir() else threading.active_count()


def _state() -> dict[str, Any]:
    """What an import must leave as it was."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    rc = getattr(sys.modules.get("matplotlib"), "rcParams", None)
    return {
        "the current folder": Path.cwd(),
        "how errors are shown": sys.excepthook,
        "how signals are handled": [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)],
        "what IPython does around cells": [list(one) for one in shell.events.callbacks.values()] if shell else None,
        "matplotlib's settings": dict.copy(rc) if rc is not None else None,
    }
