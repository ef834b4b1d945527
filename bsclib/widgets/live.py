"""An explorer in the browser: native controls, and what the kernel answers when one of them is moved.

The kernel says which controls there are and answers where they stand; `live.js` draws the answer. What goes over the
wire is data both ways: positions of the controls, and a small picture as SVG. Importing this needs somebody to look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from bsclib.errors import BscError

Spec = dict[str, Any]
"""A control: its `name`, `label`, `kind` (choice, slider, check or text), where it starts, and how it is written."""
Answer = Callable[[dict[str, Any], int, bool], dict[str, Any]]
"""From where the controls stand, the part that is asked for (0: the first, rough one), and whether to give a file."""


class Live(anywidget.AnyWidget):
    """Controls on the left, the sentence and the picture on the right; undo, reset, pin, save and the code below."""

    # An answer holds what is to be shown anew: `said`, `picture`, `body`, `code`; `values` that other controls take on;
    # `file`, a name and a text; and under `more` the number of the part that makes it more exact, to be asked for next.

    _esm = Path(__file__).with_suffix(".js")
    _css = Path(__file__).with_suffix(".css")
    title = traitlets.Unicode().tag(sync=True)
    picks = traitlets.Unicode().tag(sync=True)
    """The choice that a click on a mark makes."""
    saves = traitlets.Bool().tag(sync=True)
    controls = traitlets.List(traitlets.Dict()).tag(sync=True)
    start = traitlets.Dict().tag(sync=True)
    asked = traitlets.Dict().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, title: str, controls: Sequence[Spec], answer: Answer, picks: str = "", saves: bool = True):
        self._answer = answer
        start = {spec["name"]: spec["value"] for spec in controls}
        asked = {"turn": 0, "values": start}
        more = {"start": start, "asked": asked, "shown": self._to(asked)}
        super().__init__(title=title, controls=list(controls), picks=picks, saves=saves, **more)
        self.observe(self._follow, "asked")

    def _follow(self, _: Any) -> None:
        self.shown = self._to(self.asked)

    def _to(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The answer to a question; a refusal is one too."""
        try:
            answer = self._answer(dict(asked["values"]), asked.get("part", 0), asked.get("save", False))
        except BscError as fault:
            answer = {"said": str(fault)}
        return {**answer, "turn": asked["turn"]}


def choice(name: str, label: str, options: Iterable[tuple[str, str]], value: str, **more: Any) -> Spec:
    """Pick one of several: pairs of what is shown and what is meant."""
    return {"name": name, "label": label, "kind": "choice", "options": list(options), "value": value, **more}


def slider(name: str, label: str, low: float, high: float, step: float, value: float, **more: Any) -> Spec:
    """A number between two ends; `decimals`, `unit` and `signed` say how it is written."""
    ends = {"min": low, "max": high, "step": step, "value": value, "decimals": 0}
    return {"name": name, "label": label, "kind": "slider", **ends, **more}


def steps(name: str, label: str, options: Iterable[tuple[str, str]], value: str, **more: Any) -> Spec:
    """A slider over words, such as months."""
    pairs = list(options)
    return slider(name, label, 0, len(pairs) - 1, 1, 0) | {"steps": pairs, "value": value, **more}


def check(name: str, label: str, value: bool, **more: Any) -> Spec:
    """Yes or no."""
    return {"name": name, "label": label, "kind": "check", "value": value, **more}
