"""Notebooks and their parameters, run to reports: one, or ten thousand.

Everything is imported when it is first used, so that kernels and ``bsc --help`` stay light.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bsclib.batch.plans import plan
    from bsclib.batch.report import run_report, to_html
    from bsclib.batch.run import run_batch
    from bsclib.reporting.notebook import check_parameters

__all__ = ["check_parameters", "plan", "run_batch", "run_report", "to_html"]
_HOMES = {
    "check_parameters": "reporting.notebook",
    "plan": "batch.plans",
    "run_batch": "batch.run",
    "run_report": "batch.report",
    "to_html": "batch.report",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"bsclib.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'bsclib.batch' has no attribute {name!r}")
