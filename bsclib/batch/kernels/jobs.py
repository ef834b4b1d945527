"""What is asked of kernels, and what comes back: a job, why it failed, and its result.

All of it is plain values, because it crosses the border between processes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from bsclib.batch.kernels.pool import Pool

SHORT = 10_000  # characters kept of an error's text
Kind = Literal["error", "timeout", "died", "memory", "exit"]


@dataclass(frozen=True)
class Job:
    """A notebook to run, and what to do with it afterwards."""

    name: str  # it comes back in the result
    notebook: Mapping[str, Any]  # as its JSON has it (format 4)
    cwd: str  # folder the cells run in
    timeout: float = 600.0  # seconds a single cell may take; more than 0
    # "module:function", called as function(notebook, failure, arguments) in a clean process with the executed notebook,
    # the failure or None, and plain values; returns a dict of plain values. Nothing is called when empty.
    finish: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)  # papermill puts them in


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


def open_kernels(workers: int, memory: float = 2.0) -> Pool:
    """Open a pool that runs so many notebooks at a time, each on a kernel of its own, as a context manager."""
    # `memory` is what a notebook may use beyond what it imports, in GiB; 0 for no limit.
    from bsclib.batch.kernels.pool import Pool

    return Pool(workers, memory)


def why_ordinary() -> str:
    """Why processes cannot be forked safely here, a clause in words; nothing when they can."""
    if sys.platform.startswith("linux") and hasattr(os, "fork") and hasattr(os, "memfd_create"):
        return ""
    return "processes can be forked safely on Linux only"
