"""Notebooks and their parameters, run to reports: one, or ten thousand."""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "batch.run": ["run_batch"],
    "batch.one": ["run_report", "to_html"],
    "batch.plans": ["plan"],
    "reporting.notebook": ["check_parameters"],
}
__all__ = sorted(name for names in _HOMES.values() for name in names)


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"bsclib.{home}"), name)
    raise AttributeError(f"module 'bsclib.batch' has no attribute {name!r}")
