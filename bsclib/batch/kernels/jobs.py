"""What is asked of kernels, and what comes back: a job, why it failed, its result, and how its report is finished.

All of it is plain values, because it crosses the border between processes as JSON. `open_kernels` chooses what runs the
jobs here: processes forked from a warm parent, or ordinary kernels.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from bsclib.batch.kernels.ordinary import OrdinaryPool
    from bsclib.batch.kernels.pool import WarmPool

SHORT = 10_000  # characters kept of an error's text
Kind = Literal["error", "timeout", "died", "memory", "exit"]


@dataclass(frozen=True)
class Job:
    """A notebook to run, and what to do with it afterwards."""

    name: str  # it comes back in the result
    notebook: Mapping[str, Any]  # as its JSON has it (format 4), its parameters already put in
    cwd: str  # folder the cells run in
    timeout: float = 600.0  # seconds a single cell may take; more than 0
    # "module:function", called as function(notebook, failure, arguments) in a clean process with the executed notebook,
    # the failure or None, and plain values; returns a dict of plain values. Nothing is called when empty.
    finish: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def header(self) -> dict[str, Any]:
        """Give all but name and notebook as plain values."""
        named = {"cwd": self.cwd, "timeout": self.timeout, "finish": self.finish}
        return {**named, "arguments": dict(self.arguments)}


@dataclass(frozen=True)
class Failure:
    """Why a notebook did not come to its end."""

    # A cell raised an error, took too long, lost its process, asked for more memory than it may have, or ended the run.
    kind: Kind
    cell: int  # its place in the notebook, from 0; -1 when it was not a cell that failed
    what: str  # in words
    ename: str = ""  # kind and text of the error, if there was one
    evalue: str = ""

    def plain(self) -> dict[str, Any]:
        """Give the failure as a dict of plain values."""
        return asdict(self)


def failure_of(cell: int, ename: str, evalue: str, memory: bool = False) -> Failure:
    """Put an error that a cell raised into words."""
    evalue = evalue if len(evalue) <= SHORT else evalue[:SHORT] + "…"
    if memory:
        return Failure("memory", cell, "the cell asked for more memory than the report may have", ename, evalue)
    if ename == "SystemExit":
        return Failure("exit", cell, "the cell ended the run before its end", ename, evalue)
    text = evalue.strip().removesuffix(".")
    what = f"the cell failed with {ename}: {text}" if text else f"the cell failed with {ename}"
    return Failure("error", cell, what, ename, evalue)


@dataclass(frozen=True)
class Result:
    """What became of a job."""

    name: str
    failure: Failure | None = None  # None when all its cells ran
    value: dict[str, Any] | None = None  # what `finish` gave; None when it was not called or failed itself
    seconds_cells: float = 0.0  # by a clock that is never set back
    seconds_finish: float = 0.0
    # Most MB (10⁶ bytes) its process held at a time, with what it shares with the warm parent; 0 when not known.
    peak_mb: float = 0.0
    attempts: int = 1  # 2 when the first process was lost


def call_finish(job: Mapping[str, Any], executed: Callable[[], Any], failure: Failure | None) -> dict[str, Any]:
    """Hand an executed notebook to a job's `finish`; gives its value and what was imported for it, or a failure."""
    try:
        module, _, name = job["finish"].partition(":")
        function = getattr(importlib.import_module(module), name)
        known = set(sys.modules)
        value = function(executed(), failure, job["arguments"])
        return {"value": value, "imported": [module for module in list(sys.modules) if module not in known]}
    except BaseException as error:  # whatever it is, it is this report's alone
        kind, text = type(error).__name__, str(error).strip()
        what = f"the report could not be finished: {kind}" + (f": {text}" if text else "")
        why = Failure("memory" if isinstance(error, MemoryError) else "error", -1, what[:SHORT], kind, text[:SHORT])
        return {"failure": why.plain()}


def open_kernels(workers: int, memory: float = 2.0) -> WarmPool | OrdinaryPool:
    """Open a pool that runs so many notebooks at a time, each in a process of its own, as a context manager."""
    # `memory` is what a notebook may ask for beyond what it imports, in GiB; 0 for no limit.
    why = why_ordinary()
    if why:
        from bsclib.batch.kernels.ordinary import OrdinaryPool

        return OrdinaryPool(workers, why)
    from bsclib.batch.kernels.pool import WarmPool

    return WarmPool(workers, memory)


def why_ordinary() -> str:
    """Why processes cannot be forked safely here, a clause in words; nothing when they can."""
    if sys.platform.startswith("linux") and hasattr(os, "fork") and hasattr(os, "memfd_create"):
        return ""
    return "processes can be forked safely on Linux only"
