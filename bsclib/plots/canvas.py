"""The sheet that every picture is drawn on: one look, a title, a key, and words for those who cannot see it.

Sheets are measured in inches from the lower left corner. They are plain `matplotlib.figure.Figure` objects, unknown to
pyplot, so that none stays open and none is displayed twice; `show` displays one.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from html import escape
from inspect import signature
from typing import Any, ParamSpec, Protocol, cast

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from PIL import Image

from bsclib.interactive import at_keyboard
from bsclib.model.status import STATUSES, words
from bsclib.plots.lettering import FONT, safe_name
from bsclib.plots.palette import AT_NIGHT, GREY, INK, PAPER, RULE, marker
from bsclib.plots.picture import LETTERS, WIDTH, Entry, Mark, Panel, Picture, in_words, page
from bsclib.plots.rendering import pixels
from bsclib.wording import short_name

STYLE: Any = {
    "font.family": FONT,
    "font.size": LETTERS,
    "text.color": INK,
    "text.usetex": False,
    "text.parse_math": False,
    "text.hinting": "no_hinting",
    "axes.facecolor": PAPER,
    "axes.edgecolor": RULE,
    "axes.labelcolor": GREY,
    "axes.linewidth": 0.8,
    "axes.grid": False,
    "axes.unicode_minus": True,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": GREY,
    "ytick.labelcolor": GREY,
    "hatch.linewidth": 0.6,
    "path.effects": [],
    "path.sketch": None,
}
"""In force while a picture is made and while it is rendered, and nowhere else."""
DPI = 150
HEAVY = 100_000
"""Bytes of a PNG from which on a picture is shown as a drawing too, which is a fraction of that for many KPIs."""
_LOOKS = (
    '<style>body[data-jp-theme-light="false"] img.bsclib-drawn, body.vscode-dark img.bsclib-drawn '
    f"{{ {AT_NIGHT} }} img.bsclib-drawn {{ max-width: 100%; height: auto }}</style>"
)
WHOLE = "Whole organisation"


def sheet(
    body: float, title: str, subtitle: str = "", key: Sequence[Entry] = (), width: float = WIDTH
) -> tuple[Figure, float]:
    """Return a new figure with its title and key, and the height in inches at which the body may begin."""
    picture, foot = page(body, title, subtitle, key, width)
    return _figure_of(picture), foot


@rc_context(STYLE)
def draw(picture: Picture) -> Axes:
    """Draw a picture by matplotlib: the axes of its first panel."""
    figure = _figure_of(picture)
    drawn: list[Axes] = []
    for one in picture.panels:
        if one.inset:
            _draw_inset(drawn[-1], one)
        else:
            drawn.append(_draw_panel(figure, one))
    figure.set_label(picture.alt)
    figure.shows(picture)
    return drawn[0]


P = ParamSpec("P")


class Drawn(Protocol[P]):
    """Draws a picture by matplotlib, and gives the `picture` alone to who draws it otherwise."""

    picture: Callable[P, Picture]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Axes:
        """The axes of its first panel."""


def drawn(picture: Callable[P, Picture]) -> Drawn[P]:
    """Make of a function that makes a picture the one that draws it."""

    @wraps(picture)
    def plot(*args: P.args, **kwargs: P.kwargs) -> Axes:
        return draw(picture(*args, **kwargs))

    plot.__annotations__ = picture.__annotations__ | {"return": "Axes"}
    made: Any = plot
    made.__signature__ = signature(picture).replace(return_annotation="Axes")
    made.picture = picture
    return cast(Drawn[P], made)


class _Sheet(Figure):
    """A figure that knows which picture it shows, until somebody changes it."""

    picture: Picture | None = None

    def shows(self, picture: Picture | None) -> None:
        """It shows this and nothing else, from now on until it is changed."""

        def forget(*_: Any) -> None:
            self.picture = None

        self.picture, self.stale_callback = picture, forget


def _figure_of(picture: Picture) -> _Sheet:
    figure = _Sheet(figsize=(picture.width, picture.height), dpi=DPI, facecolor=PAPER)
    for mark in picture.marks:
        if mark.kind == "text":
            write(figure, mark.x[0], mark.y[0], mark.text, **mark.look)
        else:
            figure.add_artist(Line2D(mark.x, mark.y, transform=figure.dpi_scale_trans, **mark.look))
    return figure


def _draw_panel(figure: Figure, one: Panel) -> Axes:
    axes = panel(figure, one.left, one.bottom, one.width, one.height)
    axes.set(xlim=one.xlim, ylim=one.ylim, xticks=[], yticks=[])
    for mark in one.marks:
        if mark.kind == "line":
            axes.plot(mark.x, mark.y, **mark.look)
        elif mark.top is not None:
            axes.fill_between(mark.x, mark.y, mark.top, **mark.look)
        elif mark.kind == "box":
            axes.add_patch(_rectangle(mark))
        elif mark.kind == "curve":
            axes.add_patch(_curve(mark))
        else:
            axes.text(mark.x[0], mark.y[0], mark.text, **mark.look)
    if one.above:
        axes.xaxis.tick_top()
    for axis, ticks in ((axes.xaxis, one.above or one.below), (axes.yaxis, one.beside)):
        if ticks:
            axis.set_ticks(list(ticks.places), labels=list(ticks.labels), size=ticks.size)
            axis.set_tick_params(length=ticks.length, pad=ticks.pad)
    axes.spines["bottom"].set_visible(one.below is not None)
    axes.spines["left"].set_visible(one.beside is not None and one.beside.length > 0)
    return axes


def _draw_inset(axes: Axes, one: Panel) -> None:
    """Lines and boxes of a small plot, each with its own data: many times cheaper than axes for each plot."""
    (left, right), (low, high) = one.xlim, one.ylim
    scale = Affine2D().translate(-left, -low).scale(one.width / (right - left), one.height / (high - low))
    place = scale.translate(one.left, one.bottom) + axes.figure.dpi_scale_trans
    for mark in one.marks:
        shape = _rectangle(mark) if mark.kind == "box" else Line2D(mark.x, mark.y, **mark.look)
        shape.set_transform(place)
        axes.add_artist(shape)


def _rectangle(mark: Mark) -> Rectangle:
    corner, wide, tall = (mark.x[0], mark.y[0]), mark.x[1] - mark.x[0], mark.y[1] - mark.y[0]
    return Rectangle(corner, wide, tall, **mark.look)


def _curve(mark: Mark) -> FancyArrowPatch:
    look = dict(mark.look)
    corners = np.stack([mark.x, mark.y], axis=1)
    path = Path(corners, [Path.MOVETO, *[Path.CURVE4] * (len(corners) - 1)])
    if "head" not in look:
        return FancyArrowPatch(path=path, arrowstyle="-", **look)
    long, half = look.pop("head")
    style = f"-|>,head_length={long:.2f},head_width={half:.2f}"
    shape: dict[str, Any] = {"mutation_scale": 1, "shrinkA": 0, "shrinkB": 0, "joinstyle": "miter"}
    return FancyArrowPatch(path=path, arrowstyle=style, **shape, **look)


def write(figure: Figure, x: float, y: float, text: str, **look: Any) -> None:
    """Write text on a sheet at a place in inches."""
    if text:
        figure.text(x, y, text, transform=figure.dpi_scale_trans, **look)


def panel(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Return new axes on a sheet, without a frame; all in inches."""
    across, up = figure.get_size_inches()
    axes = figure.add_axes((left / across, bottom / up, width / across, height / up))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=7)
    return axes


def status_key(statuses: Iterable[str]) -> list[Entry]:
    """The part of a key that explains the symbols of those statuses that occur."""
    present = set(statuses)
    return [(words(status), marker(status)) for status in STATUSES if status in present]


def unit_name(unit: str | None) -> str:
    """How a unit is named in a picture."""
    return safe_name(unit, "one unit") if unit else WHOLE


def describe(figure: Figure, *sentences: str) -> None:
    """Give a figure its alternative text: as many of the sentences as fit into 400 characters."""
    figure.set_label(in_words(sentences))


def brief(name: str, limit: int = 48) -> str:
    """A name, shortened for alternative text."""
    return short_name(name, limit)


def alt_text(picture: Axes | Figure) -> str:
    """The words that say what a picture shows.

    Parameters
    ----------
    picture : Axes or Figure
        As one of the plot functions returned it.

    Returns
    -------
    str
        Empty when the picture is somebody else's and has no label.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.plots import plot_strategy_map
    >>> alt_text(plot_strategy_map(read_scorecard("meridian")))
    'Strategy map of Meridian Freight IT: 4 perspectives, 18 objectives, 16 arrows from cause to effect. ...'
    """
    return str(_figure(picture).get_label())


def png(picture: Axes | Figure, dpi: float = DPI) -> bytes:
    """Render a picture; `dpi` are dots per inch of the figure's size."""
    figure, buffer = _figure(picture), io.BytesIO()
    with rc_context(STYLE):
        shown = figure.picture if isinstance(figure, _Sheet) else None
        figure.set_dpi(dpi)
        image = _few_colours(pixels(figure))
        if isinstance(figure, _Sheet):  # to render is not to change
            figure.shows(shown)
    image.save(buffer, "png", compress_level=4, dpi=(dpi, dpi))
    return buffer.getvalue()


def _few_colours(pixels: np.ndarray) -> Image.Image:
    """The image in its 256 commonest colours: areas stay exact, and the file takes a third of the bytes."""
    packed = np.ascontiguousarray(pixels).view(np.uint32).reshape(-1)
    starts = np.flatnonzero(np.diff(packed, prepend=~packed[:1]))  # of runs of one colour, of which there are far fewer
    lengths = np.diff(starts, append=len(packed))
    colours, place = np.unique(packed[starts], return_inverse=True)
    channels = colours.view(np.uint8).reshape(-1, 4)[:, :3].astype(np.float32)
    kept = channels[np.argsort(-np.bincount(place, weights=lengths), kind="stable")[:256]]
    squares = (kept**2).sum(axis=1)  # whole numbers, small enough for 32-bit arithmetic to be exact
    parts = np.array_split(channels, len(channels) // 4096 + 1)
    nearest = np.concatenate([(squares - 2 * (part @ kept.T)).argmin(axis=1) for part in parts]).astype(np.uint8)
    image = Image.fromarray(np.repeat(nearest[place], lengths).reshape(pixels.shape[:2]))
    image.putpalette(kept.astype(np.uint8).tobytes())
    return image


def show(picture: Axes | Figure) -> None:
    """Display a picture in a notebook, with its alternative text, and close it; elsewhere only say the text.

    Parameters
    ----------
    picture : Axes or Figure
        As one of the plot functions returned it; or anybody's, with a label for its alternative text.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.plots import plot_strategy_map
    >>> show(plot_strategy_map(read_scorecard("meridian")))
    Strategy map of Meridian Freight IT: 4 perspectives, 18 objectives, 16 arrows from cause to effect. ...
    """
    from IPython import get_ipython
    from IPython.display import display
    from matplotlib import pyplot

    figure, alt = _figure(picture), alt_text(picture)
    if get_ipython() is None:
        display(alt)
    else:
        pixels = png(figure)
        data = {"image/png": base64.b64encode(pixels).decode("ascii"), "text/plain": alt}
        across, up = _size(figure)
        facts = {"alt": alt, "width": across, "height": up}
        if at_keyboard():  # what JupyterLab makes of a bare image has no words, and stays white at night
            data["text/html"] = image_html(figure, pixels)
        elif len(pixels) > HEAVY and (drawing := _drawing(figure)):
            data["image/svg+xml"] = drawing
        display(data, raw=True, metadata={kind: facts for kind in data if kind.startswith("image/")})
    pyplot.close(figure)  # one made by pyplot would be displayed once more at the end of the cell


def image_html(picture: Axes | Figure, pixels: bytes) -> str:
    """A rendered picture as HTML, at its own size, with its words and with its looks at night."""
    (across, up), figure = _size(picture), _figure(picture)
    source = f'src="data:image/png;base64,{base64.b64encode(pixels).decode("ascii")}" alt="{escape(alt_text(figure))}"'
    return f'{_LOOKS}<img class="bsclib-drawn" {source} width="{across}" height="{up}">'


def _size(picture: Axes | Figure) -> tuple[int, int]:
    """How wide and how high a picture is shown, in pixels of a page."""
    across, up = _figure(picture).get_size_inches()
    return round(across * 100), round(up * 100)


def _drawing(figure: Figure) -> str:
    """The figure as SVG, where it is still the picture that it was made from."""
    from bsclib.plots.vector import svg

    known = figure.picture if isinstance(figure, _Sheet) else None
    return "" if known is None else svg(known)


def _figure(picture: Axes | Figure) -> Figure:
    figure: Any = picture.figure
    return figure.figure  # of axes on a sub-figure, the figure itself
