"""Which objective serves which goal: the matrix of two levels, in letters and shades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from bsclib.plots.canvas import STYLE, brief, describe, panel, sheet
from bsclib.plots.lettering import fit, safe_name, width
from bsclib.plots.palette import ACTUAL, GREY, INK, LANE, PAPER, RULE, ink_on
from bsclib.plots.picture import MARGIN, WIDTH, Entry
from bsclib.wording import counted, listed

LETTERS = ("", "S", "P")
_SHADES = (PAPER, "#c3d6e8", ACTUAL)
_NAMES, _ROW, _MOST, _LEAST, _HEAD = 2.75, 0.36, 0.42, 0.17, 2.3
_NONE = 0.72
_SIZE, _LEAST_WIDTH = 9.5, 6.5
_TWO_LINES = 0.32
"""From which width of a column on its head may take two lines."""


@rc_context(STYLE)
def plot_alignment(matrix: pd.DataFrame, names: Mapping[str, str] | None = None, title: str = "") -> Axes:
    """Draw how objectives support goals.

    Parameters
    ----------
    matrix : DataFrame
        A row a goal, a column an objective, as `bsclib.design.alignment.support_matrix` returns it: ``P`` where an
        objective supports a goal as a primary one, ``S`` as a secondary one, else an empty text.
    names : mapping of str to str, optional
        What goals and objectives are called, by how they stand in the matrix; by default as they stand there.
    title : str, optional

    Returns
    -------
    Axes
        A letter and a shade for each support. A goal that nobody supports, and an objective that supports none of these
        goals, is hatched and says so.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.design.alignment import alignment, support_matrix
    >>> from bsclib.plots import alt_text
    >>> aligned = alignment([read_scorecard("enterprise"), read_scorecard("meridian")])
    >>> alt_text(plot_alignment(support_matrix(aligned, "enterprise", "meridian"), title="Meridian"))
    'Who supports what: Meridian. 8 goals and 18 objectives; 19 primary supports and 3 secondary ones. ...'
    """
    called = {
        id: safe_name((names or {}).get(id, id), id) for id in (*map(str, matrix.index), *map(str, matrix.columns))
    }
    title = safe_name(title, "these levels") if title else ""
    codes = matrix.apply(lambda column: column.astype("str").map(LETTERS.index)).to_numpy(dtype=int)
    tall, wide = codes.shape
    rows, columns = ([called[str(id)] for id in side] for side in (matrix.index, matrix.columns))
    cell = min(_MOST, max(_LEAST, (WIDTH - _NAMES - _NONE) / max(wide, 1)))
    head = min(_HEAD, max([width(name, _SIZE) for name in columns], default=0) / 72 + 0.1)
    foot_room = 0.62 if (codes == 0).all(axis=0).any() else 0.05
    body = _ROW * tall + head + foot_room
    key: list[Entry] = [(word, _swatch(code)) for word, code in (("P primary", 2), ("S secondary", 1))]
    counts = [int((codes == code).sum()) for code in (2, 1)]
    note = f"{counted(tall, 'goal')} and {counted(wide, 'objective')}; {_supports(*counts)}"
    figure, foot = sheet(
        body,
        f"Who supports what: {title}" if title else "Who supports what",
        note,
        key,
        max(_NAMES + cell * wide + _NONE, _LEAST_WIDTH),
    )
    axes = panel(figure, _NAMES, foot + foot_room, cell * wide, _ROW * tall)
    edges = np.arange(wide + 1), np.arange(tall + 1)
    axes.pcolormesh(*edges, codes, cmap=ListedColormap(_SHADES), vmin=-0.5, vmax=2.5, edgecolors=RULE, linewidth=0.6)
    axes.set(xlim=(0, wide), ylim=(tall, 0))
    for (row, column), code in np.ndenumerate(codes):
        if code:
            look: dict[str, Any] = {"ha": "center", "va": "center", "size": _SIZE, "color": ink_on(_SHADES[code])}
            axes.text(column + 0.5, row + 0.52, LETTERS[code], weight="bold", **look)
    _hatch(axes, codes)
    room = (_NAMES - 2 * MARGIN) * 72
    shown = [fit(name, room, _SIZE, 2, bold=not some) for name, some in zip(rows, codes.any(axis=1), strict=True)]
    axes.set_yticks(np.arange(tall) + 0.5, labels=shown, size=_SIZE, color=INK)
    heads = [fit(name, (head - 0.1) * 72, _SIZE, 2 if cell >= _TWO_LINES else 1) for name in columns]
    axes.set_xticks(np.arange(wide) + 0.5, labels=heads, size=_SIZE, color=INK, rotation=90)
    axes.tick_params(length=0, labeltop=True, labelbottom=False, pad=4)
    for side, empty in ((axes.get_yticklabels(), ~codes.any(axis=1)), (axes.get_xticklabels(), ~codes.any(axis=0))):
        for label, bold in zip(side, empty, strict=True):
            label.set_fontweight("bold" if bold else "normal")
            label.set_linespacing(1.0)
    for label in axes.get_xticklabels():
        label.set_multialignment("left")
    describe(figure, *_words(codes, rows, columns, title, note))
    return axes


def _swatch(code: int) -> dict[str, Any]:
    return {"marker": "s", "markersize": 8, "color": _SHADES[code], "markeredgecolor": GREY, "linestyle": "none"}


def _supports(primary: int, secondary: int) -> str:
    return f"{counted(primary, 'primary support')} and {counted(secondary, 'secondary one')}"


def _hatch(axes: Axes, codes: np.ndarray) -> None:
    """Hatch goals without support and objectives that support nothing, and say so beside them."""
    tall, wide = codes.shape
    look: dict[str, Any] = {"facecolor": LANE, "hatch": "////", "edgecolor": RULE, "linewidth": 0}
    said: dict[str, Any] = {"size": 9, "color": INK, "weight": "bold", "clip_on": False}
    for column in np.flatnonzero(~codes.any(axis=0)).tolist():
        axes.add_patch(Rectangle((column, 0), 1, tall, **look))
        axes.text(column + 0.5, tall + 0.15, "none here", rotation=90, ha="center", va="top", **said)
    for row in np.flatnonzero(~codes.any(axis=1)).tolist():
        axes.add_patch(Rectangle((0, row), wide, 1, **look))
        axes.text(wide + 0.12 / _LEAST * 0.2, row + 0.5, "nobody", ha="left", va="center", **said)


def _words(codes: np.ndarray, rows: list[str], columns: list[str], title: str, note: str) -> Iterator[str]:
    yield f"Who supports what{f': {brief(title)}' if title else ''}. {note}."
    if lonely := [brief(rows[at]) for at in np.flatnonzero(~codes.any(axis=1))]:
        yield f"Nobody supports {listed(lonely, most=3)}."
    if idle := [brief(columns[at]) for at in np.flatnonzero(~codes.any(axis=0))]:
        yield f"No goal here is supported by {listed(idle, most=3)}."
    if codes.any():
        most = int((codes > 0).sum(axis=1).argmax())
        yield f"Most supported: {brief(rows[most])}, by {counted(int((codes[most] > 0).sum()), 'objective')}."
