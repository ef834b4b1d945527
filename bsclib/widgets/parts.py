"""What the explorers are put together from: how controls look, pictures as HTML, the code that is shown on demand."""

from __future__ import annotations

import base64
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import pandas as pd

from bsclib.plots.canvas import alt_text, png
from bsclib.wording import short_name

WIDE = {"width": "30rem", "max_width": "100%"}
NAMES = {"width": "44rem", "max_width": "100%"}
LABELS = {"description_width": "8rem"}
KEEP_KEYS = (
    "this.closest('.widget-vbox')?.querySelectorAll('select, button, [tabindex]')"
    ".forEach(one => one.setAttribute('data-lm-suppress-shortcuts', 'true'))"
)
"""Run when the picture loads: JupyterLab would take the arrow keys for itself (ipywidgets issue 3912)."""
_DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def attended() -> bool:
    """Whether somebody is at the controls: false outside a notebook, and for papermill, nbval and nbconvert."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return False
    if any(name.startswith("VOILA_") for name in os.environ):  # takes no input, but shows the notebook to a person
        return True
    request = kernel.get_parent("shell") or {}
    return bool(request.get("content", {}).get("allow_stdin", False))


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


def options(names: Mapping[str, str], ids: Iterable[str]) -> list[tuple[str, str]]:
    """Names for a drop-down, with the id behind a name that several have."""
    pairs = [(short_name(names[id]), id) for id in ids]
    count = Counter(name for name, _ in pairs)
    return [(f"{name} ({id})" if count[name] > 1 else name, id) for name, id in pairs]


def unit_control(frame: pd.DataFrame) -> Any:
    """Choose a unit of scores or actuals, or the organisation as a whole."""
    import ipywidgets

    units = [("The organisation as a whole", ""), *((unit, unit) for unit in frame["unit"].cat.categories if unit)]
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
