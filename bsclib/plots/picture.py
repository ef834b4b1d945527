"""A picture before anybody draws it: marks on a sheet, and words for those who cannot see it.

A picture is data: lines, areas, boxes and texts, with the look that each has. `bsclib.plots.canvas.draw` makes a
matplotlib figure of it, `bsclib.plots.vector.svg` the text of an SVG that a browser draws; both show the same marks.
The sheet is measured in inches from the lower left corner; on a panel, marks are placed in the panel's own units.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from bsclib.plots.lettering import fit, width
from bsclib.plots.palette import GREY

WIDTH = 9.6
MARGIN = 0.12
HEAD = 0.66
LETTERS = 8.5
"""Points; a text that says no size has this one."""
ALT_LENGTH = 400
_KEY_SIZE = 7.5
_KEY_ROW = 0.21
_SWATCH = 0.26

Entry = tuple[str, dict[str, Any]]
"""A word of the key, and how the line or marker looks that it explains, in matplotlib's words."""


@dataclass(frozen=True)
class Mark:
    """One thing that is drawn. Its look is told in matplotlib's words; its `gid` is the id of what it stands for."""

    kind: Literal["line", "area", "box", "curve", "text"]
    x: np.ndarray
    y: np.ndarray
    look: dict[str, Any]
    text: str = ""
    top: np.ndarray | None = None
    """Upper edge of an area, whose lower one is `y`."""
    ids: tuple[str, ...] = ()
    """What each point of a line stands for, where they can be picked one by one."""


@dataclass(frozen=True)
class Ticks:
    """Places along an edge, and what is written there."""

    places: Sequence[float]
    labels: Sequence[str]
    size: float = 7.0
    length: float = 0.0
    pad: float = 3.5


@dataclass
class Field:
    """Somewhere to put marks: order of drawing is the look's `zorder`, and the order in which they came."""

    marks: list[Mark] = field(default_factory=list)

    def line(self, x: Any, y: Any, ids: Iterable[str] = (), **look: Any) -> None:
        """A line through points, or a marker at each; NaN is a gap."""
        self.marks.append(Mark("line", _numbers(x), _numbers(y), look, ids=tuple(ids)))

    def area(self, x: Any, low: Any, high: Any, **look: Any) -> None:
        """What lies between two lines."""
        self.marks.append(Mark("area", _numbers(x), _numbers(low), look, top=_numbers(high)))

    def box(self, left: float, low: float, wide: float, tall: float, **look: Any) -> None:
        """A rectangle."""
        self.marks.append(Mark("box", _numbers([left, left + wide]), _numbers([low, low + tall]), look))

    def curve(self, corners: Any, **look: Any) -> None:
        """Cubic Bézier pieces, one after the other; with a look's `head`, length and half width, an arrow of points."""
        x, y = _numbers(corners).T
        self.marks.append(Mark("curve", x, y, look))

    def write(self, x: float, y: float, text: str, **look: Any) -> None:
        """A text; nothing where it is empty."""
        if text:
            self.marks.append(Mark("text", _numbers([x]), _numbers([y]), look, text))


@dataclass
class Panel(Field):
    """Axes on the sheet, without a frame: where they stand in inches, and what they measure."""

    left: float = 0.0
    bottom: float = 0.0
    width: float = 1.0
    height: float = 1.0
    xlim: tuple[float, float] = (0.0, 1.0)
    ylim: tuple[float, float] = (0.0, 1.0)
    below: Ticks | None = None
    above: Ticks | None = None
    beside: Ticks | None = None
    inset: bool = False
    """Whether it lies on the panel before it, and needs no axes of its own: many small plots are drawn so."""

    def across(self, share: float) -> float:
        """What is measured at a share of the width."""
        return self.xlim[0] + share * (self.xlim[1] - self.xlim[0])


@dataclass
class Picture(Field):
    """A sheet of so many inches with its title and key, its panels, and its alternative text."""

    width: float = WIDTH
    height: float = 1.0
    alt: str = ""
    panels: list[Panel] = field(default_factory=list)

    def panel(self, left: float, bottom: float, width: float, height: float) -> Panel:
        """New axes on the sheet; all in inches."""
        self.panels.append(Panel(left=left, bottom=bottom, width=width, height=height))
        return self.panels[-1]

    def inset(self, left: float, bottom: float, width: float, height: float) -> Panel:
        """A small plot on the last panel with axes; all in inches of the sheet."""
        self.panels.append(Panel(left=left, bottom=bottom, width=width, height=height, inset=True))
        return self.panels[-1]


def page(
    body: float, title: str, subtitle: str = "", key: Sequence[Entry] = (), width: float = WIDTH
) -> tuple[Picture, float]:
    """Return a new sheet with its title and key, and the height in inches at which the body may begin."""
    rows = _flow(key, width)
    foot = _KEY_ROW * len(rows) + MARGIN
    sheet = Picture(width=width, height=foot + body + HEAD)
    top, room = foot + body + HEAD - MARGIN, (width - 2 * MARGIN) * 72
    sheet.write(MARGIN, top, fit(title, room, 12, bold=True), size=12, weight="bold", va="top")
    sheet.write(MARGIN, top - 0.25, fit(subtitle, room, LETTERS), color=GREY, va="top")
    for row, entries in enumerate(rows):
        for left, (word, look) in entries:
            y = MARGIN + _KEY_ROW * (len(rows) - 1 - row) + 0.06
            points = [left + 0.09] if look.get("linestyle") == "none" else [left, left + 0.2]
            sheet.line(points, [y] * len(points), **look)
            sheet.write(left + _SWATCH, y, word, size=_KEY_SIZE, color=GREY, va="center_baseline")
    return sheet, foot


def _flow(key: Sequence[Entry], sheet_width: float) -> list[list[tuple[float, Entry]]]:
    rows: list[list[tuple[float, Entry]]] = []
    left = sheet_width
    for entry in key:
        needed = _SWATCH + width(entry[0], _KEY_SIZE) / 72 + 0.22
        if not rows or left + needed > sheet_width:
            rows.append([])
            left = MARGIN
        rows[-1].append((left, entry))
        left += needed
    return rows


def in_words(sentences: Iterable[str]) -> str:
    """Alternative text: as many of the sentences as fit into 400 characters."""
    sentences = list(sentences)
    text = ""
    for sentence in filter(None, sentences):
        longer = f"{text} {sentence}".strip()
        if len(longer) > ALT_LENGTH:
            break
        text = longer
    return text or sentences[0][: ALT_LENGTH - 1] + "…"


def _numbers(values: Any) -> np.ndarray:
    return np.asarray(values, dtype=float)
