"""Hands an executed notebook to whoever asked for it, and brings back what became of that."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bsclib.batch.kernels.jobs import Failure


def finished(job: Mapping[str, Any], executed: Callable[[], Any], failure: Failure | None) -> dict[str, Any]:
    """Call a job's `finish`."""
    try:
        module, _, name = job["finish"].partition(":")
        function = getattr(importlib.import_module(module), name)
        known = set(sys.modules)
        value = function(executed(), failure, job["arguments"])
        return {"value": value, "imported": [one for one in list(sys.modules) if one not in known]}
    except BaseException as error:  # whatever it is, it is this report's alone
        kind, said, cut = type(error).__name__, str(error).strip(), 10_000
        what = f"the report could not be finished: {kind}" + (f": {said}" if said else "")
        why = Failure("memory" if isinstance(error, MemoryError) else "error", -1, what[:cut], kind, said[:cut])
        return {"failure": why.plain()}
