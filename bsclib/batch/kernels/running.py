"""A job at work in the warm parent, and how its process ended."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Running:
    """A job at work, and the process that has it in hand."""

    job: dict[str, Any]
    body: bytes  # the notebook
    log: int  # file of what the cells say
    pid: int = 0
    notices: int = -1  # file on which the process tells how far it is
    text: bytes = b""  # a notice that has not come whole
    finishing: bool = False
    answer: int = -1  # file of what `finish` gave
    cell: int = -1
    failure: dict[str, Any] | None = None
    ended: bool = False  # all cells have run
    deadline: float = 0.0
    interrupted: bool = False
    began: float = field(default_factory=time.monotonic)
    seconds: list[float] = field(default_factory=list)  # of the cells, then of finishing
    peak: float = 0.0  # MB
    imported: list[str] = field(default_factory=list)


def first_failure(cells: dict[str, Any] | None, finishing: dict[str, Any] | None) -> dict[str, Any] | None:
    """What failed, the cells first."""
    if cells and finishing:
        return {**cells, "what": f"{cells['what']}; {finishing['what']}"}
    return cells or finishing


def death(status: int) -> dict[str, Any]:
    """Say how a process ended: the kind of the failure and what happened."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        return {"kind": "died", "what": f"the process died ({name})"}
    return {"kind": "exit", "what": f"the cell ended the process (exit code {os.WEXITSTATUS(status)})"}


def append_only(file: int) -> None:
    """Let every write go to the end."""
    fcntl.fcntl(file, fcntl.F_SETFL, fcntl.fcntl(file, fcntl.F_GETFL) | os.O_APPEND)


def data_bytes() -> int:
    """How many bytes of memory of its own this process has asked for."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmData:")) * 1024
    return 0
