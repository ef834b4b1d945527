"""Pixels as matplotlib's own renderer makes them, but for where letters stand within a pixel."""

import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bsclib.plots.canvas import STYLE
from bsclib.plots.rendering import pixels


def page(text, x=0.31, y=0.47, **look):
    figure = Figure(figsize=(3, 1), dpi=150)
    figure.text(x, y, text, **{"size": 9, "color": "#123456", **look})
    return figure


def both(*given, **look):
    """The same page by matplotlib and by us, as how much each pixel is covered."""
    with rc_context(STYLE):
        canvas = FigureCanvasAgg(page(*given, **look))
        canvas.draw()
        found = np.asarray(canvas.buffer_rgba()), pixels(page(*given, **look))
    return [255.0 - one[..., 0] for one in found]


def centre(ink):
    rows, columns = np.indices(ink.shape)
    return np.array([(ink * rows).sum(), (ink * columns).sum()]) / ink.sum()


@pytest.mark.parametrize("text", ["Restore services fast", "gjp", "Ägypten\nund ≥ 95.2 %", "Jan", "jam", "▲ 72.8", "—"])
@pytest.mark.parametrize("x", [0.31, 0.3117])
@pytest.mark.parametrize("look", [{}, {"weight": "bold", "va": "top"}, {"ha": "center", "va": "center_baseline"}])
def test_letters_stand_within_a_pixel_of_where_they_belong(text, x, look):
    theirs, ours = both(text, x, **look)
    assert np.abs(centre(theirs) - centre(ours)).max() < 0.8
    assert ours.sum() == pytest.approx(theirs.sum(), rel=0.01)


def test_letters_keep_their_distances():
    """A bitmap of matplotlib's own would move the first letter by a pixel."""
    theirs, ours = both("Illlll", 0.4)
    middles = [np.flatnonzero((ink.max(axis=0)[:-1] < 90) & (ink.max(axis=0)[1:] >= 90)) for ink in (theirs, ours)]
    gaps = [np.diff(one) for one in middles]
    assert len(gaps[0]) == len(gaps[1]) == 5
    assert np.abs(gaps[0] - gaps[1]).max() <= 1
    assert abs(middles[0][-1] - middles[0][0] - (middles[1][-1] - middles[1][0])) <= 1


@pytest.mark.parametrize("look", [{"rotation": 90}, {"family": "monospace"}, {"antialiased": False}])
def test_what_is_not_plain_is_left_to_matplotlib(look):
    theirs, ours = both("Turned", **look)
    assert (theirs == ours).all()


def test_a_formula_is_left_to_matplotlib():
    with rc_context({**STYLE, "text.parse_math": True}):
        canvas = FigureCanvasAgg(page(r"$\frac{1}{2}$"))
        canvas.draw()
        assert (np.asarray(canvas.buffer_rgba()) == pixels(page(r"$\frac{1}{2}$"))).all()


def test_letters_beyond_the_edge_are_cut():
    theirs, ours = both("A title longer than the page is wide, which happens", -0.05, 0.95)
    assert ours.shape == theirs.shape
    assert (ours[:, 0] > 0).any()
