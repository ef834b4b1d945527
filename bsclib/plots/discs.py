"""Numbered discs on a field of two scales, and the list beside it that says what each number is.

Names of objectives are too long to stand in a field where many points lie close together. Numbers are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bsclib.plots.lettering import fit
from bsclib.plots.palette import ACTUAL, GREY, INK, PAPER, RULE, ink_on
from bsclib.plots.picture import MARGIN, WIDTH, Panel, Picture, Ticks, page
from bsclib.plots.ticks import round_ticks, short_number

SIZE = 0.23
"""Of a disc, in inches across."""
STRIP = 0.32
"""Above and below the points, for words."""
TALL = 4.6
_LEFT, _WIDE = 0.82, 5.1
LINE: dict[str, Any] = {"color": RULE, "linewidth": 1.0, "zorder": 0.5}
"""Where a field is divided."""
_ROW, _MORE, _HEADING, _IN_ROW = 0.2, 0.14, 0.34, 6
_STEP = SIZE / 4
_LONG = 28
"""A list of more lines gives each name one line only."""


@dataclass(frozen=True)
class Field:
    """A panel of two scales whose points are also known in inches from its lower left corner."""

    panel: Panel

    @classmethod
    def on(
        cls,
        picture: Picture,
        corner: tuple[float, float],
        size: tuple[float, float],
        across: tuple[float, float],
        up: tuple[float, float],
    ) -> Field:
        """A field on a sheet: `corner` and `size` in inches, `across` and `up` the values it must hold."""
        panel = picture.panel(*corner, *size)
        panel.xlim, panel.ylim = _with_edge(across, size[0], 0.0), _with_edge(up, size[1], STRIP)
        panel.below, panel.beside = (
            Ticks(ticks, [short_number(tick) for tick in ticks], size=8, length=3)
            for ticks in (round_ticks(*ends, quarters=False) for ends in (panel.xlim, panel.ylim))
        )
        return cls(panel)

    @property
    def size(self) -> np.ndarray:
        """Inches across and up."""
        return np.array([self.panel.width, self.panel.height])

    @property
    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        low, high = np.array([self.panel.xlim, self.panel.ylim]).T
        return low, high - low

    def inches(self, points: np.ndarray) -> np.ndarray:
        """Points of the two scales, in inches."""
        low, reach = self._ends
        return np.asarray((points - low) / reach * self.size)

    def values(self, places: np.ndarray) -> np.ndarray:
        """The same the other way round."""
        low, reach = self._ends
        return np.asarray(places / self.size * reach + low)

    def draw(
        self,
        points: np.ndarray,
        numbers: Sequence[int],
        colours: Sequence[str],
        low: np.ndarray | None = None,
        high: np.ndarray | None = None,
        ids: Sequence[str] = (),
    ) -> np.ndarray:
        """Draw a numbered disc at each point, or as near as can be, and return where, in the values of the scales."""
        # `low` and `high` are the corners of what each disc's centre should not leave: its side of a dividing line.
        wanted = self.inches(points)
        edge = np.array([SIZE / 2, STRIP + SIZE / 2])
        low = np.broadcast_to(edge, wanted.shape) if low is None else np.maximum(self.inches(low), edge)
        high = np.broadcast_to(self.size - edge, wanted.shape) if high is None else self.inches(high)
        places = settle(wanted, low, np.minimum(high, self.size - edge))
        centres = {tuple(spot): places[(wanted == spot).all(axis=1)] for spot in wanted}
        for spot, group in centres.items():
            near = group[np.argmin(((group - spot) ** 2).sum(axis=1))]
            if np.hypot(*(group.mean(axis=0) - spot)) > SIZE / 4:
                look: dict[str, Any] = {"color": GREY, "linewidth": 0.8, "zorder": 3}
                ends = self.values(np.stack([spot, near]))
                self.panel.line(*ends.T, **look)
                self.panel.line(*ends[:1].T, marker=".", markersize=4, **look)
        values = self.values(places)
        for at, (number, colour) in enumerate(zip(numbers, colours, strict=True)):
            (x, y), id = values[at], ids[at] if ids else ""
            disc = {"marker": "o", "markersize": 72 * (SIZE - 0.02), "markerfacecolor": colour, "linestyle": "none"}
            disc |= {"markeredgecolor": PAPER, "markeredgewidth": 0.8, "zorder": 4}
            self.panel.line([x], [y], [id] if id else (), **disc)
            look = {"ha": "center", "va": "center_baseline", "size": 7.5, "weight": "bold", "zorder": 5}
            self.panel.write(x, y, str(number), color=ink_on(colour), **look, **_named(id))
        return values


def _with_edge(ends: tuple[float, float], length: float, spare: float) -> tuple[float, float]:
    """The ends of a scale, with room for half a disc, and for words where they stand, beyond the values."""
    low, high = ends
    margin = spare + 0.7 * SIZE
    edge = margin * (high - low) / (length - 2 * margin)
    return low - edge, high + edge


def _named(id: str) -> dict[str, str]:
    return {"gid": id} if id else {}


def settle(wanted: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Centres at which no two discs overlap, each as near to where it belongs as those before it leave room."""
    # Those of one place stand side by side. Where its corners leave a disc no room it leaves them, and where there is
    # none at all, discs overlap.
    places = np.empty_like(wanted, dtype=float)
    taken = np.empty((0, 2))
    bounds = low.min(axis=0), high.max(axis=0)
    reach = int(max(bounds[1] - bounds[0]) / _STEP) + 1
    steps = np.arange(-reach, reach + 1) * _STEP
    shifts = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    shifts = shifts[np.argsort((shifts**2).sum(axis=1).round(9), kind="stable")]
    _, first, group = np.unique(wanted.round(6), axis=0, return_index=True, return_inverse=True)
    for block_number in np.argsort(first, kind="stable"):
        rows = np.flatnonzero(group == block_number)
        block, spot = _block(len(rows)), wanted[rows[0]]
        discs = _free(spot, block, shifts, taken, low[rows[0]], high[rows[0]])
        discs = _free(spot, block, shifts, taken, *bounds) if discs is None else discs
        places[rows] = spot + block if discs is None else discs
        taken = np.concatenate([taken, places[rows]])
    return places


def _free(
    spot: np.ndarray, block: np.ndarray, shifts: np.ndarray, taken: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray | None:
    """Where a block of discs has room, nearest to a spot."""
    least = low - block.min(axis=0)
    start = np.clip(spot, least, np.maximum(high - block.max(axis=0), least))
    for shift in shifts:
        discs = start + shift + block
        if (discs < low - 1e-9).any() or (discs > high + 1e-9).any():
            continue
        if not (((discs[:, None] - taken[None]) ** 2).sum(axis=2) < SIZE**2 - 1e-9).any():
            return discs
    return None


def _block(count: int) -> np.ndarray:
    """Discs side by side around the origin, in rows when there are many."""
    row, column = np.divmod(np.arange(count), _IN_ROW)
    across = np.minimum(count - row * _IN_ROW, _IN_ROW)
    return np.stack([(column - (across - 1) / 2) * SIZE, (row.max() / 2 - row) * SIZE], axis=1)


@dataclass(frozen=True)
class Heading:
    """A line that stands above several items."""

    text: str


@dataclass(frozen=True)
class Item:
    """What a number stands for."""

    number: int
    name: str
    tail: str = ""
    id: str = ""


def wrapped(lines: Sequence[Heading | Item], width: float) -> list[Heading | Item]:
    """The lines with each name broken to fit beside its number, in a list of this width in inches."""
    rows = 2 if len(lines) <= _LONG else 1
    return [
        Heading(fit(line.text, width * 72, 8.5, bold=True))
        if isinstance(line, Heading)
        else replace(line, name=fit(line.name, (width - 0.3) * 72 - (52 if line.tail else 0), 8.5, lines=rows))
        for line in lines
    ]


def height(lines: Sequence[Heading | Item]) -> float:
    """Of the list, in inches."""
    return sum(_HEADING if isinstance(line, Heading) else _ROW + _MORE * line.name.count("\n") for line in lines)


def field_with_list(
    title: str,
    note: str,
    lines: Sequence[Heading | Item],
    across: tuple[float, float],
    up: tuple[float, float],
    words: tuple[str, str],
) -> tuple[Picture, Field]:
    """A sheet with a field on it, words under and beside the field, and the list; `across`, `up` as for `Field.on`."""
    wide = WIDTH - _LEFT - _WIDE - 2 * MARGIN - 0.12
    lines = wrapped(lines, wide)
    body = max(TALL, height(lines)) + 0.48
    picture, foot = page(body, title, note)
    top, bottom = foot + body, foot + body - TALL
    field = Field.on(picture, (_LEFT, bottom), (_WIDE, TALL), across, up)
    look: dict[str, Any] = {"ha": "center", "color": GREY}
    picture.write(_LEFT + _WIDE / 2, bottom - 0.34, words[0], va="center_baseline", **look)
    picture.write(MARGIN + 0.02, bottom + TALL / 2, words[1], rotation=90, va="center", **look)
    _write_list(picture, _LEFT + _WIDE + MARGIN + 0.12, top, wide, lines)
    return picture, field


def _write_list(picture: Picture, left: float, top: float, width: float, lines: Sequence[Heading | Item]) -> None:
    """Write wrapped lines, downwards from the top."""
    y = top
    for at, line in enumerate(lines):
        if isinstance(line, Heading):
            y -= _HEADING if at else _ROW
            picture.write(left, y + 0.06, line.text, size=8.5, weight="bold", va="baseline")
            continue
        look: dict[str, Any] = {"size": 8.5, "va": "top", "linespacing": 1.1, **_named(line.id)}
        picture.write(left + 0.2, y - 0.02, str(line.number), color=ACTUAL, weight="bold", ha="right", **look)
        picture.write(left + 0.3, y - 0.02, line.name, color=INK, **look)
        if line.tail:
            picture.write(left + width, y - 0.02, line.tail, color=GREY, ha="right", **{**look, "size": 7.5})
        y -= _ROW + _MORE * line.name.count("\n")
