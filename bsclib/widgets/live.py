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
"""A control: its `name`, `label`, `kind`, the `value` where it starts, and how that is written."""
Answer = Callable[[dict[str, Any], int, str], dict[str, Any]]
"""From where the controls stand, the part that is asked for (0: the first, rough one), and the button pressed."""
_HERE = Path(__file__).parent


class Live(anywidget.AnyWidget):
    """Controls on the left, the sentence and the picture on the right; undo, reset, pin, save and the code below."""

    # An answer holds what is to be shown anew: `said`, `picture`, `body`, `code`; `values` that other controls take on,
    # which Undo can take back where they are `turned`; `notes` on rows of tables; buttons that are `offers`; `file`, a
    # name and a text, or data in base64; and under `more` the number of the part that makes it more exact, to be asked
    # for next.

    _esm = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in ("table.js", "live.js"))
    _css = _HERE / "live.css"
    title = traitlets.Unicode().tag(sync=True)
    picks = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """The choices that a click on a mark makes, or Enter where it has the focus."""
    saves = traitlets.Bool().tag(sync=True)
    controls = traitlets.List(traitlets.Dict()).tag(sync=True)
    start = traitlets.Dict().tag(sync=True)
    bases = traitlets.Dict().tag(sync=True)
    """What tables were made from, as text: with that, another kernel can go on with what the tab has kept of them."""
    asked = traitlets.Dict().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)

    def __init__(
        self, title: str, controls: Sequence[Spec], answer: Answer, picks: Sequence[str] = (), saves: bool = True
    ):
        self._answer = answer
        start = {spec["name"]: spec["value"] for spec in controls if "value" in spec}
        asked = {"turn": 0, "values": start}
        more = {"start": start, "asked": asked, "shown": self._to(asked)}
        super().__init__(title=title, controls=list(controls), picks=list(picks), saves=saves, **more)
        self.observe(self._follow, "asked")

    def _follow(self, _: Any) -> None:
        self.shown = self._to(self.asked)

    def _to(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The answer to a question; a refusal is one too."""
        try:
            values = {**asked["values"], **asked.get("given", {})}
            answer = self._answer(values, asked.get("part", 0), asked.get("act", ""))
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


def text(name: str, label: str, value: str = "", **more: Any) -> Spec:
    """Words of one's own."""
    return {"name": name, "label": label, "kind": "text", "value": value, **more}


def button(name: str, label: str, **more: Any) -> Spec:
    """Something to be done: its name is the act that the kernel is asked for."""
    return {"name": name, "label": label, "kind": "button", **more}


def opened(name: str, label: str, accept: str, most: int) -> Spec:
    """A file of somebody's own, of so many bytes at most: its name is the act, and what `given` holds under it."""
    return {"name": name, "label": label, "kind": "file", "accept": accept, "most": most}
