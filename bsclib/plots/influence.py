"""Who drives whom, by the judgement of those who know: DEMATEL's prominence and relation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from bsclib.design.selection.influence import Dematel
from bsclib.plots.canvas import STYLE, brief, draw
from bsclib.plots.discs import LINE, SIZE, STRIP, TALL, Heading, Item, field_with_list
from bsclib.plots.lettering import safe_name
from bsclib.plots.palette import ACTUAL, GREY, LANE, LINES
from bsclib.plots.picture import in_words
from bsclib.wording import amount, counted, signed

_COLOURS = {1: ACTUAL, 0: GREY, -1: LINES[1]}
_GROUPS = {1: "Causes", 0: "Give as much as they receive", -1: "Effects"}
_THIN, _THICK = 0.6, 2.6


@rc_context(STYLE)
def plot_influence(influence: Dematel, names: Mapping[str, str] | None = None, strongest: int = 10) -> Axes:
    """Draw how much each element gives and receives, causes above and effects below, with the strongest influences.

    Parameters
    ----------
    influence : Dematel
        As `bsclib.design.dematel` returns it.
    names : mapping of str to str, optional
        What to call the elements, such as a scorecard's `names`; by default as the matrix calls them.
    strongest : int
        So many of the strongest total influences of one element on another are drawn as arrows.

    Returns
    -------
    Axes
        Prominence across, relation up: above 0 what gives more than it receives. The list beside it names the numbers,
        the strongest cause first. An element that had to give way is tied to its place by a line.

    Examples
    --------
    >>> import pandas as pd
    >>> from bsclib.plots import alt_text
    >>> from bsclib.design import dematel
    >>> ids = ["training", "quality", "satisfaction"]
    >>> found = dematel(pd.DataFrame([[0, 3, 1], [0, 0, 4], [1, 0, 0]], index=ids, columns=ids))
    >>> alt_text(plot_influence(found))
    'Influence among 3 elements, 2 causes and 1 effect. Strongest cause: training (relation +1.06). ...'
    """
    ids = [str(one) for one in influence.total.columns]
    called = {id: safe_name((names or {}).get(id, id), id) for id in ids}
    points = np.stack([np.asarray(influence.prominence, float), np.asarray(influence.relation, float)], axis=1)
    order = np.argsort(-points[:, 1].round(9), kind="stable")
    numbers = np.empty(len(ids), dtype=int)
    numbers[order] = np.arange(1, len(ids) + 1)
    side = np.sign(points[:, 1].round(9)).astype(int)
    links = _strongest(influence.total, strongest)
    lines = list(_lines([ids[at] for at in order], points[order], side[order], called))
    many = f"arrows: the {len(links)} strongest influences" if len(links) != 1 else "arrow: the strongest influence"
    note = f"{many}, detours included; thicker is stronger" if links else ""
    reach = float(np.abs(points[:, 1]).max()) or 1.0
    ends = _ends(points[:, 0]), (-reach, reach)
    words = "prominence: gives and receives →", "relation: gives less receives →"
    picture, field = field_with_list("Who drives whom: prominence and relation", note, lines, *ends, words)
    panel, (left, right), (foot, top) = field.panel, field.panel.xlim, field.panel.ylim
    panel.box(left, 0, right - left, top, color=LANE, linewidth=0, zorder=0)
    panel.line([left, right], [0, 0], **LINE)
    strip, look = STRIP / 2 / TALL * (top - foot), {"ha": "center", "va": "center", "weight": "bold", "size": 9}
    for y, word in ((top - strip, "causes: give more"), (foot + strip, "effects: receive more")):
        panel.write((left + right) / 2, y, word, color=GREY, **look)
    anywhere = np.full(len(ids), np.inf)
    low = np.column_stack([-anywhere, np.where(side > 0, 0, -np.inf)])
    high = np.column_stack([anywhere, np.where(side < 0, 0, np.inf)])
    colours = [_COLOURS[one] for one in side]
    centres = field.draw(points, numbers.tolist(), colours, low, high)
    picture.alt = in_words(_words(ids, points, side, links, called))
    axes = draw(picture)
    _draw_arrows(axes, centres, links, colours)
    return axes


def _ends(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return (low, high) if high - low > 1e-9 * max(abs(high), 1e-9) else (low - 0.5, high + 0.5)


def _strongest(total: pd.DataFrame, most: int) -> list[tuple[int, int, float]]:
    """The strongest influences of one element on another: which, on which, how strong."""
    strength = total.to_numpy(float, copy=True)
    np.fill_diagonal(strength, 0.0)
    order = np.argsort(-strength.round(9), axis=None, kind="stable")[: max(most, 0)]
    cells = zip(*np.unravel_index(order, strength.shape), strict=True)
    return [(int(a), int(b), float(strength[a, b])) for a, b in cells if strength[a, b] > 0]


def _draw_arrows(axes: Axes, centres: np.ndarray, links: list[tuple[int, int, float]], colours: list[str]) -> None:
    for cause, effect, strength in links:
        best, least = links[0][2], links[-1][2]
        share = (strength - least) / (best - least) if best > least else 1.0
        look: dict[str, Any] = {"color": colours[cause], "alpha": 0.75, "zorder": 2}
        thick = _THIN + share * (_THICK - _THIN)
        head = f"-|>,head_length={3.6 + thick:.2f},head_width={1.6 + 0.7 * thick:.2f}"
        look |= {"arrowstyle": head, "mutation_scale": 1, "linewidth": thick, "connectionstyle": "arc3,rad=0.14"}
        ends = tuple(centres[cause]), tuple(centres[effect])
        axes.add_patch(FancyArrowPatch(*ends, shrinkA=SIZE * 36, shrinkB=SIZE * 36 + 0.5, **look))


def _lines(ids: list[str], points: np.ndarray, side: np.ndarray, called: Mapping[str, str]) -> Iterator[Heading | Item]:
    for at, (id, (_, relation)) in enumerate(zip(ids, points, strict=True)):
        if at == 0 or side[at] != side[at - 1]:
            yield Heading(_GROUPS[int(side[at])])
        yield Item(at + 1, called[id], signed(relation, 2))


def _words(
    ids: list[str],
    points: np.ndarray,
    side: np.ndarray,
    links: list[tuple[int, int, float]],
    called: Mapping[str, str],
) -> Iterator[str]:
    causes, effects = counted((side > 0).sum(), "cause"), counted((side < 0).sum(), "effect")
    yield f"Influence among {counted(len(ids), 'element')}, {causes} and {effects}."
    for word, at in (("cause", points[:, 1].argmax()), ("effect", points[:, 1].argmin())):
        yield f"Strongest {word}: {brief(called[ids[at]])} (relation {signed(points[at, 1], 2)})."
    central = int(points[:, 0].argmax())
    yield f"Most prominent: {brief(called[ids[central]])} ({amount(points[central, 0])})."
    if links:
        cause, effect, _ = links[0]
        yield f"Strongest influence: {brief(called[ids[cause]])} on {brief(called[ids[effect]])}."
