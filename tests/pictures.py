"""What any picture must be: words for it, every text whole and on the sheet, and no text over another."""

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from bsclib.plots import alt_text
from bsclib.plots.canvas import STYLE

SPARE = 0.75
"""Pixels by which two texts may meet: what rounding to pixels can do."""


def texts(picture):
    """Every text that is drawn, with its place in pixels."""
    figure = picture.figure
    canvas = FigureCanvasAgg(figure)
    with rc_context(STYLE):
        figure.draw_without_rendering()  # lays everything out, in half the time
    shown = [one for one in figure.findobj(Text) if one.get_visible() and one.get_text().strip()]
    return [(one.get_text(), one.get_window_extent(canvas.get_renderer())) for one in shown]


def words(picture):
    """Every text that is drawn, on one line each."""
    return [text.replace("\n", " ") for text, _ in texts(picture)]


def check(picture):
    """Fail when texts overlap or leave the sheet, or when there are no words for the picture."""
    alt = alt_text(picture)
    assert 20 < len(alt) <= 400
    found = texts(picture)
    sheet = picture.figure.bbox
    for text, box in found:
        inside = box.x0 >= -SPARE and box.y0 >= -SPARE and box.x1 <= sheet.x1 + SPARE and box.y1 <= sheet.y1 + SPARE
        assert inside, f"{text!r} leaves the sheet: {box}"
    left, low, right, high = np.array([box.extents for _, box in found]).reshape(-1, 4).T
    apart = (right[:, None] <= left + SPARE) | (high[:, None] <= low + SPARE)
    for at, also in np.argwhere(np.triu(~(apart | apart.T), 1)):
        (one, a), (other, b) = found[at], found[also]
        raise AssertionError(f"{one!r} and {other!r} overlap: {a} {b}")
    return found
