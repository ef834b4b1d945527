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
    """Open a pool that runs notebooks, each in a process of its own.

    Parameters
    ----------
    workers : int
        How many notebooks run at a time; at least 1.
    preload : iterable of str, optional
        Modules to import beforehand. What the notebooks import is found out anyhow.
    memory : float, default 2.0
        GiB a notebook may ask for beyond what it imports; 0 for no limit.

    Returns
    -------
    WarmPool or OrdinaryPool
        A context manager with ``run(jobs)``, ``stop()``, ``kill()``, and with ``kind`` (``"warm"`` or ``"ordinary"``)
        and ``why`` (why it is ordinary, in words; else empty).

    Raises
    ------
    BscError
        If there is no worker, or the memory is negative.

    Examples
    --------
    >>> from bsclib.batch.kernels import Job, open_kernels
    >>> with open_kernels(2) as kernels:  # doctest: +SKIP
    ...     results = list(kernels.run(Job(name, notebook, ".") for name, notebook in notebooks.items()))
    """
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
