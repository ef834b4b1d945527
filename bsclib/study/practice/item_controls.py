"""A question as controls in a notebook: radio buttons, boxes to tick, or a list for each place.

Everything is reached and used by the keyboard. A question is a group that bears its stem as its label; the verdict is
spoken when it comes. ipywidgets is not imported before somebody is there to use it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bsclib.reporting.controls import group_label
from bsclib.study.practice.answering import Places
from bsclib.study.practice.item_text import html_asked
from bsclib.study.questions.question import LETTERS, Item

_WIDE = {"width": "44rem", "max_width": "100%"}
_OPEN = ("choose …", -1)
"""An option of its own: with none, the first arrow key would pick it."""
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth")


class ItemControls:
    """The controls of one question; `places` is what they say."""

    def __init__(self, item: Item, head: str, places: Places = (), focus: bool = False):
        import ipywidgets

        self.item = item
        self.asked = ipywidgets.HTML(
            f"<p><strong>{head}</strong></p>{html_asked(item)}{group_label(f'{head}: {item.question.stem}', focus)}"
        )
        self.controls = _controls(item)
        if places:
            self.show(places)
        self.verdict = ipywidgets.HTML()
        self.verdict.add_class("bsclib-spoken")

    def box(self, *more: Any) -> Any:
        """Everything below each other, as one group."""
        import ipywidgets

        box = ipywidgets.VBox([self.asked, *self.controls, *more, self.verdict])
        box.add_class("bsclib-group")
        return box

    @property
    def places(self) -> Any:
        """The answer that the controls say, as `read_answer` takes it; empty while a part is open."""
        values = [control.value for control in self.controls]
        if self.item.question.kind == "several":
            return [LETTERS[place] for place, ticked in enumerate(values) if ticked]
        if None in values or _OPEN[1] in values:
            return ()
        if self.item.question.kind == "match":
            return [place + 1 for place in values]
        return [LETTERS[place] for place in values]

    def show(self, places: Places) -> None:
        """Let the controls say an answer."""
        several = self.item.question.kind == "several"
        values = [place in places for place in range(len(self.controls))] if several else places
        for control, value in zip(self.controls, values, strict=True):
            control.value = value

    def lock(self) -> None:
        """What was explained is answered no more."""
        for control in self.controls:
            control.disabled = True


def _controls(item: Item) -> list[Any]:
    import ipywidgets

    named = [(f"{LETTERS[place]}  {option.text}", place) for place, option in enumerate(item.options)]
    if item.question.kind in ("single", "numeric"):
        return [
            ipywidgets.RadioButtons(options=named, value=None, layout={"width": "max-content", "max_width": "100%"})
        ]
    if item.question.kind == "several":
        return [ipywidgets.Checkbox(description=text, indent=False, layout=_WIDE) for text, _ in named]
    if item.question.kind == "order":
        return _lists(ORDINALS[: len(named)], named, "6rem")
    return _lists(
        [text for text, _ in named],
        [(f"{place + 1}  {text}", place) for place, text in enumerate(item.beside)],
        "20rem",
    )


def _lists(descriptions: Iterable[str], options: list[tuple[str, int]], width: str) -> list[Any]:
    import ipywidgets

    style = {"description_width": width}
    return [
        ipywidgets.Dropdown(description=text, options=[_OPEN, *options], value=_OPEN[1], style=style, layout=_WIDE)
        for text in descriptions
    ]
