"""The nouns of a scorecard: checked when they are made, never changed, edited into new ones.

They are imported when they are first used, so that a module that only needs periods does not load pydantic.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "model.actions": ["Action"],
    "model.edit": ["add_kpis", "change", "keep", "reweigh"],
    "model.initiatives": ["Change", "Event", "Initiative"],
    "model.nouns": ["KPI", "Link", "Objective", "Scorecard"],
    "model.perspectives": ["Perspective"],
}
__all__ = sorted(name for names in _HOMES.values() for name in names)


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"bsclib.{home}"), name)
    raise AttributeError(f"module 'bsclib.model' has no attribute {name!r}")
