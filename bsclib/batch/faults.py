"""What went wrong in a notebook, in words: which cell, and what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bsclib import errors
from bsclib.errors import BscError, Fault
from bsclib.reporting.notebook import source_of, tags_of


def in_words(ename: str, evalue: str) -> str:
    """Say what a cell raised: our own errors are sentences already, others need their kind named.

    Examples
    --------
    >>> in_words("KeyError", "'mttr'")
    "the cell failed with KeyError: 'mttr'"
    >>> in_words("ActualsError", "a.csv, line 3: no number.")
    'a.csv, line 3: no number'
    """
    text = evalue.strip().removesuffix(".")
    known = getattr(errors, ename, None)
    if isinstance(known, type) and issubclass(known, BscError):
        return text
    if ename == "SystemExit":
        return "the cell ended the run before its end"
    return f"the cell failed with {ename}: {text}" if text else f"the cell failed with {ename}"


def place(cells: Sequence[Mapping[str, Any]], at: int, name: str) -> str:
    """Name a cell: its number among the notebook's own cells and the heading it stands under.

    Parameters
    ----------
    cells : sequence of mapping
        The notebook's.
    at : int
        Which one, from 0; none when negative.
    name : str
        The notebook's name.

    Examples
    --------
    >>> place([{"cell_type": "markdown", "source": "# Costs"}, {"cell_type": "code"}], 1, "a.ipynb")
    'a.ipynb, cell 2 under "Costs"'
    """
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
