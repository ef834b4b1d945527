"""What is asked of kernels, and what comes back: a job, why it failed, its result, and how its report is finished.

All of it is plain values, because it crosses the border between processes as JSON.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

SHORT = 10_000  # characters kept of an error's text
Kind = Literal["error", "timeout", "died", "memory", "exit"]


@dataclass(frozen=True)
class Job:
    """A notebook to run, and what to do with it afterwards.

    Parameters
    ----------
    name : str
        What the job is called; it comes back in the result.
    notebook : dict
        The notebook as its JSON has it (format 4), its parameters already put in.
    cwd : str
        Folder the cells run in.
    timeout : float, default 600
        Seconds a single cell may take; more than 0.
    finish : str, default ""
        ``"module:function"``, called as ``function(notebook, failure, arguments)`` in a clean process with the executed
        notebook, the `Failure` or None, and `arguments`; returns a dict of plain values. Nothing is called when empty.
    arguments : dict, optional
        Plain values for `finish`.
    """

    name: str
    notebook: Mapping[str, Any]
    cwd: str
    timeout: float = 600.0
    finish: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why a notebook did not come to its end.

    Parameters
    ----------
    kind : {"error", "timeout", "died", "memory", "exit"}
        A cell raised an error, took too long, lost its process, asked for more memory than it may have, or ended the
        run.
    cell : int
        Place of the cell in the notebook, from 0; -1 when it was not a cell that failed.
    what : str
        What happened, in words.
    ename, evalue : str
        Kind and text of the error; empty when there was none.
    """

    kind: Kind
    cell: int
    what: str
    ename: str = ""
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
    """What became of a job.

    Parameters
    ----------
    name : str
        The job's name.
    failure : Failure or None
        None when all its cells ran.
    value : dict or None
        What `finish` gave; None when it was not called or failed itself.
    seconds_cells, seconds_finish : float
        How long the cells and the finishing took, by a clock that is never set back.
    peak_mb : float
        Most memory the notebook's process held at a time, in MB (10⁶ bytes), with what it shares with the warm parent;
        0 when not known.
    attempts : int
        1, or 2 when the first process was lost.
    """

    name: str
    failure: Failure | None = None
    value: dict[str, Any] | None = None
    seconds_cells: float = 0.0
    seconds_finish: float = 0.0
    peak_mb: float = 0.0
    attempts: int = 1


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
