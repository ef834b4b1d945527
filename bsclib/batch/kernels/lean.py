"""Imports nbformat's jsonschema without the grammar that takes seconds to build and that no notebook's check asks for.

`rfc3987_syntax` builds a parser of international addresses when it is imported, and jsonschema imports it wherever it
is installed. Here it is imported when the first such address is checked.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType

_GRAMMAR = "rfc3987_syntax"


def import_jsonschema() -> None:
    """Import jsonschema, with the grammar put off until it is used; do nothing if either is there or neither is."""
    if "jsonschema" in sys.modules or importlib.util.find_spec("jsonschema") is None:
        return
    put_off = _GRAMMAR not in sys.modules and importlib.util.find_spec(_GRAMMAR) is not None
    if put_off:
        later = ModuleType(_GRAMMAR)
        later.is_valid_syntax = _is_valid_syntax  # type: ignore[attr-defined]
        sys.modules[_GRAMMAR] = later
    try:
        importlib.import_module("jsonschema")
    finally:
        if put_off:
            del sys.modules[_GRAMMAR]


def _is_valid_syntax(term: str, value: str) -> bool:
    return bool(importlib.import_module(_GRAMMAR).is_valid_syntax(term=term, value=value))
