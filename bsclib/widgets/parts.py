"""What the explorers are put together from: how controls look, pictures as HTML, the code that is shown on demand."""

from __future__ import annotations

import base64
from html import escape
from typing import Any

import pandas as pd

from bsclib.plots import alt_text, png

WHOLE = "The organisation as a whole"
WIDE = {"width": "30rem", "max_width": "100%"}
LABELS = {"description_width": "8rem"}
KEEP_KEYS = (
    "this.closest('.widget-vbox')?.querySelectorAll('select, button, [tabindex]')"
    ".forEach(one => one.setAttribute('data-lm-suppress-shortcuts', 'true'))"
)
"""Run when the picture loads: JupyterLab would take the arrow keys for itself (ipywidgets issue 3912)."""
_DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def image(axes: Any) -> str:
    """A picture as HTML, with its alternative text."""
    data = base64.b64encode(png(axes)).decode("ascii")
    alt = escape(alt_text(axes))
    look = f'style="max-width: 60rem; width: 100%" onload="{KEEP_KEYS}"'
    return f'<img {look} alt="{alt}" src="data:image/png;base64,{data}">'


def no_image() -> str:
    """What keeps the arrow keys where there is no picture to do it."""
    return f'<img alt="" onload="{KEEP_KEYS}" src="{_DOT}">'


def said(text: str) -> str:
    """A sentence that a screen reader says when it changes."""
    return f'<p role="status" class="mathjax_ignore">{escape(text)}</p>'


def unit_control(scores: pd.DataFrame) -> Any:
    """Choose a unit."""
    import ipywidgets

    units = [(unit or WHOLE, unit) for unit in scores["unit"].cat.categories]
    return ipywidgets.Dropdown(options=units, value="", description="Unit", style=LABELS, layout=WIDE)


def code_on_demand() -> tuple[Any, Any]:
    """A button, and the code that it shows and hides."""
    import ipywidgets

    code = ipywidgets.HTML(layout={"display": "none"})
    more = ipywidgets.ToggleButton(description="Show me the code", layout={"width": "12rem"})
    more.observe(lambda change: code.layout.set_trait("display", "" if change["new"] else "none"), "value")
    return more, code


def shown_code(text: str) -> str:
    """Code as HTML."""
    return f"<pre>{escape(text)}</pre>"
