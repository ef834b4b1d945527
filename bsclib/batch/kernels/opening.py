"""Chooses how notebooks are run here, and opens it: on processes forked from a warm parent, or on ordinary kernels."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bsclib.batch.kernels.ordinary import OrdinaryPool
    from bsclib.batch.kernels.pool import WarmPool


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
