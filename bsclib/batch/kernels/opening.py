"""Chooses how notebooks are run here, and opens it: on processes forked from a warm parent, or on ordinary kernels."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bsclib.errors import BscError, Fault

if TYPE_CHECKING:
    from bsclib.batch.kernels.ordinary import OrdinaryPool
    from bsclib.batch.kernels.pool import WarmPool


def open_kernels(workers: int, preload: Iterable[str] = (), memory: float = 2.0) -> WarmPool | OrdinaryPool:
    """Open a pool that runs so many notebooks at a time, each in a process of its own, as a context manager."""
    # `preload` names modules to import beforehand; what the notebooks import is found out anyhow. `memory` is what a
    # notebook may ask for beyond what it imports, in GiB; 0 for no limit.
    faults = []
    if workers < 1:
        faults.append(Fault("workers", "nothing can run", got=str(workers), allowed="1 or more"))
    if not memory >= 0:
        faults.append(Fault("memory", "no notebook can have this much", got=str(memory), allowed="GiB, 0 for no limit"))
    if faults:
        raise BscError(faults)
    why = why_ordinary()
    if why:
        from bsclib.batch.kernels.ordinary import OrdinaryPool

        return OrdinaryPool(workers, why)
    from bsclib.batch.kernels.pool import WarmPool

    return WarmPool(workers, preload, memory)


def why_ordinary() -> str:
    """Why processes cannot be forked safely here, a clause in words; nothing when they can."""
    if sys.platform.startswith("linux") and hasattr(os, "fork") and hasattr(os, "memfd_create"):
        return ""
    return "processes can be forked safely on Linux only"
