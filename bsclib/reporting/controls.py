"""What controls in a notebook need beside themselves: whether somebody is there, keys that reach them, spoken words.

Explorers and quizzes stand on one floor and share this from below.
"""

from __future__ import annotations

import os
import sys
from html import escape
from typing import Any

KEEP_KEYS = (
    "this.closest('.widget-vbox')?.querySelectorAll('select, button, [tabindex]')"
    ".forEach(one => one.setAttribute('data-lm-suppress-shortcuts', 'true'))"
)
"""Run when the picture loads: JupyterLab would take the arrow keys for itself (ipywidgets issue 3912)."""
DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


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


def no_image() -> str:
    """What keeps the arrow keys where there is no picture to do it."""
    return f'<img alt="" onload="{KEEP_KEYS}" src="{DOT}">'


def said(text: str) -> str:
    """A sentence that a screen reader says when it changes."""
    return f'<p role="status" class="mathjax_ignore">{escape(text)}</p>'


_GROUP = (
    "const label = this.dataset.label; let focus = this.dataset.focus; const group = tries => {"
    " if (tries) setTimeout(() => group(tries - 1), 100);"
    " const box = this.closest('.bsclib-group'); if (!box) return;"
    " box.setAttribute('role', 'group'); box.setAttribute('aria-label', label);"
    " const keep = one => one.setAttribute('data-lm-suppress-shortcuts', 'true');"
    " box.querySelectorAll('input, select, button').forEach(keep);"
    " box.querySelectorAll('input[type=radio]').forEach(one => { one.name = label });"
    " box.querySelectorAll('.bsclib-spoken').forEach(part => {"
    "  part.setAttribute('role', 'status'); part.setAttribute('aria-live', 'polite') });"
    " const first = box.querySelector('input, select'); if (focus && first) { first.focus(); focus = '' } };"
    " group(30)"
)
"""Run when the picture loads, and again for three seconds, because the parts of a box come one by one. ipywidgets gives
radio buttons no name, and so no arrow keys."""


def group_label(label: str, focus: bool = False) -> str:
    """What makes the box of class ``bsclib-group`` around it a labelled group, its ``bsclib-spoken`` parts spoken."""
    asks = ' data-focus="yes"' if focus else ""
    return f'<img alt="" data-label="{escape(label)}"{asks} onload="{_GROUP}" src="{DOT}">'
