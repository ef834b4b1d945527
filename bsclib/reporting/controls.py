"""What makes the controls of a quiz a group that is read out, and reached by keyboard in JupyterLab."""

from __future__ import annotations

from html import escape

DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
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
