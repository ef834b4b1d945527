"""Kernels that notebooks run on. Knows nothing of scorecards.

`open_kernels` gives a pool that runs many notebooks. One warm parent holds what they import and forks a process for
each; the cells run inside that process, on ipykernel's own kernel without its sockets. A second clean process finishes
each report. Where a process cannot be forked safely the same jobs run on ordinary kernels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bsclib.batch.kernels.jobs import Failure, Job, Result
from bsclib.batch.kernels.opening import open_kernels

if TYPE_CHECKING:
    from bsclib.batch.kernels.ordinary import ThisPython

__all__ = ["Failure", "Job", "Result", "ThisPython", "open_kernels"]


def __getattr__(name: str) -> Any:
    if name == "ThisPython":  # jupyter_client takes a while to import
        from bsclib.batch.kernels.ordinary import ThisPython

        return ThisPython
    raise AttributeError(f"module 'bsclib.batch.kernels' has no attribute {name!r}")
