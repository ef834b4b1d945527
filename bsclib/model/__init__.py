"""The nouns of a scorecard: checked when made, never changed, edited into a new one."""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {"model.nouns": ["KPI", "Event", "Initiative", "Link", "Objective", "Perspective", "Scorecard"]}
__all__ = sorted(name for names in _HOMES.values() for name in names)


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"bsclib.{home}"), name)
    raise AttributeError(f"module 'bsclib.model' has no attribute {name!r}")
