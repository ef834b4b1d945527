"""What went wrong in a notebook, in words a person can act on: which cell, what it did, and where the notebook is kept.

The kernels say what happened to any notebook; here our own errors, which are sentences already, speak for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bsclib import errors
from bsclib.batch.kernels.jobs import failure_of
from bsclib.errors import BscError, Fault
from bsclib.reporting.notebook import source_of, tags_of


def error_words(ename: str, evalue: str) -> str:
    """What a cell raised: our own errors are sentences already, others need their kind named."""
    ours = getattr(errors, ename, None)
    if isinstance(ours, type) and issubclass(ours, BscError):
        return evalue.strip().removesuffix(".")
    return failure_of(-1, ename, evalue).what


def cell_place(cells: Sequence[Mapping[str, Any]], at: int, name: str) -> str:
    """Name a cell: its number among the notebook's own cells and the heading it stands under."""
    if not 0 <= at < len(cells):
        return name
    before = cells[: at + 1]
    number = sum("injected-parameters" not in tags_of(cell) for cell in before)
    lines = [line for cell in before if cell.get("cell_type") == "markdown" for line in source_of(cell).splitlines()]
    headings = [line.lstrip("#").strip() for line in lines if line.startswith("#")]
    return f"{name}, cell {number}" + (f' under "{headings[-1]}"' if headings else "")


def kept_in(fault: Fault, failed: object) -> Fault:
    """A fault that says where the notebook is kept as far as it ran."""
    kept = f"the notebook as far as it ran is kept in {failed}"
    return Fault(fault.where, fault.what, fault.got, fault.allowed, f"{fault.fix}; {kept}" if fault.fix else kept)
