"""Whether somebody is at the controls. Pictures, pages and explorers ask; nothing heavy stands here."""

from __future__ import annotations

import os
import sys
from typing import Any


def attended() -> bool:
    """Whether somebody is at the controls: false outside a notebook, and for papermill, nbval and nbconvert."""
    # Voilà takes no input, but shows the notebook to a person.
    voila = _kernel() is not None and any(name.startswith("VOILA_") for name in os.environ)
    return voila or at_keyboard()


def at_keyboard() -> bool:
    """Whether somebody runs this kernel for themselves, so that what they learn may be kept; Voilà serves many."""
    kernel = _kernel()
    request = (kernel.get_parent("shell") or {}) if kernel is not None else {}
    return bool(request.get("content", {}).get("allow_stdin", False))


def _kernel() -> Any:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return getattr(shell, "kernel", None)
