"""Pixels of a figure: Agg, with each run of letters set once and put down whole.

Two thirds of what it takes to render a page of small pictures is text. matplotlib's own renderer lays each text out
twice, to measure it and to draw it, and rasterises letter by letter, every time. This one does each text once, and puts
its letters where matplotlib would, to the nearest pixel. Formulas, turned text, and letters without smooth edges are
left to matplotlib.
"""

from __future__ import annotations

from math import floor
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg, get_hinting_flag
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

from bsclib.plots.lettering import FONT

_NOTHING = "\u200b"
"""A letter without ink or width. With it the bitmap begins where the text does, and every letter is in its place."""


def pixels(figure: Figure) -> np.ndarray:
    """Render anybody's figure at its own size and resolution: red, green, blue and opacity of each pixel, 0 to 255."""
    canvas = _Canvas(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


class _Canvas(FigureCanvasAgg):
    def get_renderer(self) -> _Renderer:
        key = *self.get_width_height(physical=True), self.figure.dpi
        if getattr(self, "_made_for", None) != key:
            self.renderer, self._made_for = _Renderer(*key), key
        return self.renderer


class _Renderer(RendererAgg):
    """An Agg renderer that remembers texts."""

    def __init__(self, width: float, height: float, dpi: float):
        super().__init__(width, height, dpi)
        self._texts: dict[tuple[str, int], _Set] = {}

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        if ismath or not _plain(prop):
            return super().get_text_width_height_descent(s, prop, ismath)
        return self._set(s, prop).extent

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Put letters down with their baseline at y, which is counted downwards from the upper edge."""
        if ismath or angle or not gc.get_antialiased() or not _plain(prop):
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        text = self._set(s, prop)
        if text.overhangs:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        self.draw_image(gc, round(x), int(self.height) - round(y) - text.below, text.inked(gc.get_rgb()))

    def _set(self, s: str, prop: FontProperties) -> _Set:
        key = s, hash(prop)
        if key not in self._texts:
            self._texts[key] = _Set(s, prop, self.dpi)
        return self._texts[key]


def _plain(prop: FontProperties) -> bool:
    return bool(prop.get_family() == [FONT])


class _Set:
    """A run of letters that has been set: what is inked of it, and how many rows of that lie below the baseline."""

    def __init__(self, s: str, prop: FontProperties, dpi: float):
        font = get_font(findfont(prop))
        font.clear()
        font.set_size(prop.get_size_in_points(), dpi)
        font.set_text(s + _NOTHING, 0.0, flags=get_hinting_flag())
        font.draw_glyphs_to_bitmap(antialiased=True)
        wide, tall, descent = (size / 64 for size in (*font.get_width_height(), font.get_descent()))
        self.extent = wide, tall, descent
        self.ink = np.array(font.get_image())[::-1]
        self.below = len(self.ink) - floor(tall - descent) - 1
        self.overhangs = font.get_bitmap_offset()[0] != 0

    def inked(self, colour: Any) -> np.ndarray:
        """The letters in a colour, ready to be drawn."""
        image = np.empty((*self.ink.shape, 4), dtype=np.uint8)
        image[..., :3] = np.multiply(colour[:3], 255).round()
        image[..., 3] = self.ink
        return image
