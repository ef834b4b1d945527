"""A picture as SVG: the text that a browser draws in a moment, and reads out.

The same marks as `bsclib.plots.canvas.draw` puts on paper, in points from the upper left corner. Letters stay letters:
DejaVu Sans where it is there, else Verdana, which is as wide, or something narrower.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import numpy as np
from matplotlib.colors import to_hex

from bsclib.plots.lettering import FONT, width
from bsclib.plots.palette import GREY, INK, PAPER, RULE
from bsclib.plots.picture import LETTERS, Mark, Panel, Picture

FAMILY = f"'{FONT}', Verdana, Geneva, sans-serif"
_DOWN = {"top": 0.93, "center": 0.35, "center_baseline": 0.37, "baseline": 0.0, "bottom": -0.24}
"""How far below its place a text's baseline is, as a share of the letters' size."""
_ANCHORS = {"center": "middle", "right": "end"}
_SHAPES = {
    "^": [(0.0, -0.5), (0.5, 0.5), (-0.5, 0.5)],
    "D": [(0.0, -0.7071), (0.7071, 0.0), (0.0, 0.7071), (-0.7071, 0.0)],
    "s": [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)],
}
"""Corners of a marker one point across, right and down from its middle; discs are not among them."""


def svg(picture: Picture) -> str:
    """The text of an image with its alternative text; nothing in a name can become a tag."""
    wide, tall = (72 * side for side in (picture.width, picture.height))
    sheet = Panel(
        picture.marks, width=picture.width, height=picture.height, xlim=(0, picture.width), ylim=(0, picture.height)
    )
    parts = [part for panel in (*picture.panels, sheet) for part in _panel(panel, tall)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(picture.alt)}" '
    head += f'viewBox="0 0 {wide:.4g} {tall:.4g}" xml:space="preserve" font-family="{FAMILY}" font-size="{LETTERS}">'
    return f'{head}<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>'


def _panel(panel: Panel, tall: float) -> Iterator[str]:
    """What is on a panel, the hindmost first."""
    scale = _Scale(panel, tall)
    order = sorted(panel.marks, key=lambda mark: mark.look.get("zorder", _ORDER[mark.kind]))
    behind = [mark for mark in order if mark.kind != "text"]
    yield from (_DRAWN[mark.kind](mark, *scale(mark)) for mark in behind)
    yield from _edges(panel, scale)
    yield from (_text(mark, *scale(mark)) for mark in order if mark.kind == "text")


_FINGER = 6
_ORDER = {"area": 1, "box": 1, "curve": 1, "line": 2, "text": 3}
"""As in matplotlib, where nothing is said."""


class _Scale:
    """From a panel's own units to points right and down on the sheet."""

    def __init__(self, panel: Panel, tall: float):
        (self.low, high), (self.foot, top) = panel.xlim, panel.ylim
        self.left, self.bottom = 72 * panel.left, tall - 72 * panel.bottom
        self.wide, self.tall = 72 * panel.width / (high - self.low), 72 * panel.height / (top - self.foot)

    def right(self, x: Any) -> Any:
        return self.left + (x - self.low) * self.wide

    def down(self, y: Any) -> Any:
        return self.bottom - (y - self.foot) * self.tall

    def __call__(self, mark: Mark) -> tuple[np.ndarray, ...]:
        ends = () if mark.top is None else (self.down(mark.top),)
        return self.right(mark.x), self.down(mark.y), *ends


def _line(mark: Mark, x: np.ndarray, y: np.ndarray) -> str:
    look = mark.look
    colour, style = look.get("color", INK), look.get("linestyle", "-")
    named = f' data-id="{escape(look["gid"])}"' if "gid" in look else ""
    parts = []
    if style != "none":
        if step := look.get("drawstyle", "default").removeprefix("steps-"):
            x, y = _stepped(x, y, step)
        thick = look.get("linewidth", 1.5)
        dashes = "" if style == "-" else f' stroke-dasharray="{" ".join(f"{thick * dash:.3g}" for dash in style[1])}"'
        faint = f' opacity="{look["alpha"]}"' if "alpha" in look else ""
        looks = f'stroke="{to_hex(colour)}" stroke-width="{thick:.3g}" stroke-linejoin="round"{dashes}{faint}'
        parts.append(f'<path{named} fill="none" {looks} d="{_path(x, y)}"/>')
    if look.get("marker"):
        some = look.get("markevery", range(len(x)))
        places = [(float(x[at]), float(y[at])) for at in some]
        parts += [_marker(look, colour, *at) for at in places if not np.isnan(at[1])]
    # What can be picked is at least as large as a finger needs.
    points = zip(mark.ids, x.tolist(), y.tolist(), strict=True) if mark.ids else ()
    hidden = f'r="{max(_FINGER, look.get("markersize", 0) / 2 + 2):.3g}" fill="transparent"'
    parts += [f'<circle data-id="{escape(id)}" cx="{a:.1f}" cy="{b:.1f}" {hidden}/>' for id, a, b in points if b == b]
    return "".join(parts)


def _stepped(x: np.ndarray, y: np.ndarray, step: str) -> tuple[np.ndarray, np.ndarray]:
    """The corners of a line that goes up and down in steps."""
    if step == "post":
        return np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]
    if step == "mid":
        middle = (x[1:] + x[:-1]) / 2
        return np.concatenate([x[:1], np.repeat(middle, 2), x[-1:]]), np.repeat(y, 2)
    return x, y


def _path(x: np.ndarray, y: np.ndarray) -> str:
    """Moves and lines; a gap begins anew."""
    steps, pen = [], "M"
    for right, down in zip(x.tolist(), y.tolist(), strict=True):
        if right != right or down != down:
            pen = "M"
            continue
        steps.append(f"{pen}{right:.1f} {down:.1f}")
        pen = "L"
    return "".join(steps)


def _marker(look: dict[str, Any], colour: str, x: float, y: float) -> str:
    size, shape = look.get("markersize", 6.0), look["marker"]
    edge = f'stroke="{to_hex(look.get("markeredgecolor", colour))}" stroke-width="{look.get("markeredgewidth", 1.0)}"'
    fill = to_hex(look.get("markerfacecolor", colour))
    if shape == "|":
        return f'<path {edge} d="M{x:.1f} {y - size / 2:.1f}V{y + size / 2:.1f}"/>'
    if shape in _SHAPES:
        corners = " ".join(f"{x + size * right:.1f},{y + size * down:.1f}" for right, down in _SHAPES[shape])
        return f'<polygon points="{corners}" fill="{fill}" {edge}/>'
    radius = size / (4 if shape == "." else 2)
    disc = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.2f}"'
    if look.get("fillstyle") != "left":
        return f'{disc} fill="{fill}" {edge}/>'
    half = f'<path d="M{x:.1f} {y - radius:.1f}a{radius} {radius} 0 0 0 0 {2 * radius}z" fill="{fill}"/>'
    return f'{disc} fill="{to_hex(look["markerfacecoloralt"])}"/>{half}{disc} fill="none" {edge}/>'


def _area(mark: Mark, x: np.ndarray, low: np.ndarray, high: np.ndarray) -> str:
    known = ~(np.isnan(low) | np.isnan(high))
    x, low, high = x[known], low[known], high[known]
    outline = _path(np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]]))
    return f'<path {_filled(mark.look)} d="{outline}z"/>' if len(x) else ""


def _box(mark: Mark, x: np.ndarray, y: np.ndarray) -> str:
    # A path, because a rectangle without width would not show its edge.
    wide, tall = np.ptp(x), np.ptp(y)
    named = f' data-id="{escape(mark.look["gid"])}"' if "gid" in mark.look else ""
    return f'<path{named} {_filled(mark.look)} d="M{x.min():.1f} {y.min():.1f}h{wide:.1f}v{tall:.1f}h{-wide:.1f}z"/>'


def _filled(look: dict[str, Any]) -> str:
    parts = [f'fill="{to_hex(look.get("facecolor", look.get("color", GREY)))}"']
    if look.get("linewidth", 1.0) and "edgecolor" in look:
        parts.append(_stroke(look | {"color": look["edgecolor"]}, look.get("linewidth", 1.0)))
    if "alpha" in look:
        parts.append(f'fill-opacity="{look["alpha"]}"')
    return " ".join(parts)


def _curve(mark: Mark, x: np.ndarray, y: np.ndarray) -> str:
    look, tip = mark.look, ""
    points = np.stack([x, y], axis=1)
    thick = look.get("linewidth", 1.0)
    if "head" in look:
        way = points[-1] - points[-2]
        way = way / (np.hypot(*way) or 1.0)
        long, half = look["head"][0] + 1.2 * thick, look["head"][1] + 0.6 * thick
        foot, side = points[-1] - long * way, half * np.array([-way[1], way[0]])
        corners = " ".join(f"{a:.1f},{b:.1f}" for a, b in (points[-1], foot + side, foot - side))
        tip = f'<polygon points="{corners}" fill="{to_hex(look["color"])}"/>'
        points[-1] -= 0.7 * long * way
    (a, b), *others = points.tolist()
    path = f"M{a:.1f} {b:.1f}C{' '.join(f'{right:.1f} {down:.1f}' for right, down in others)}"
    drawn = f'<path fill="none" {_stroke(look, thick)} d="{path}"/>{tip}'
    if "gid" in look:  # what can be picked is wide enough for a finger
        drawn += f'<path data-id="{escape(look["gid"])}" fill="none" stroke="transparent" stroke-width="9" d="{path}"/>'
    return drawn


def _stroke(look: dict[str, Any], thick: float) -> str:
    style = look.get("linestyle", "-")
    dashes = "" if style == "-" else f' stroke-dasharray="{" ".join(f"{thick * dash:.3g}" for dash in style[1])}"'
    return f'stroke="{to_hex(look.get("color", look.get("edgecolor", INK)))}" stroke-width="{thick:.3g}"{dashes}'


_DRAWN: dict[str, Any] = {"line": _line, "area": _area, "box": _box, "curve": _curve}


def _text(mark: Mark, x: np.ndarray, y: np.ndarray) -> str:
    look = mark.look
    size, lines = look.get("size", LETTERS), mark.text.split("\n")
    step = size * look.get("linespacing", 1.2)
    below = float(y[0]) + size * _DOWN[look.get("va", "baseline")]
    below -= step * (len(lines) - 1) * {"center": 0.5, "bottom": 1.0}.get(look.get("va", "baseline"), 0.0)
    drawn = _letters(float(x[0]), below, mark.text, size, look.get("color", INK), look, step)
    if "bbox" in look:  # what lies below a text in the middle, and has to be covered
        wide = width(mark.text, size)
        back = f'fill="{to_hex(look["bbox"]["facecolor"])}" fill-opacity="{look["bbox"]["alpha"]}"'
        left = float(x[0]) - wide / 2 - 0.8
        place = f"M{left:.1f} {below - 0.85 * size:.1f}h{wide + 1.6:.1f}v{1.1 * size:.1f}H{left:.1f}z"
        return f'<path {back} d="{place}"/>{drawn}'
    return drawn


def _letters(x: float, y: float, text: str, size: float, colour: str, look: dict[str, Any], step: float = 0.0) -> str:
    parts = [f'<text x="{x:.1f}" y="{y:.1f}" fill="{to_hex(colour)}"']
    if "gid" in look:
        parts.append(f'data-id="{escape(look["gid"])}"')
    if size != LETTERS:
        parts.append(f'font-size="{size:g}"')
    if look.get("weight") == "bold":
        parts.append('font-weight="bold"')
    if look.get("rotation"):
        parts.append(f'transform="rotate({-look["rotation"]} {x:.1f} {y - size * _DOWN[look["va"]]:.1f})"')
    if look.get("ha") in _ANCHORS:
        parts.append(f'text-anchor="{_ANCHORS[look["ha"]]}"')
    first, *others = text.split("\n")
    more = "".join(f'<tspan x="{x:.1f}" dy="{step:.2f}">{escape(line)}</tspan>' for line in others)
    return f"{' '.join(parts)}>{escape(first)}{more}</text>"


def _edges(panel: Panel, scale: _Scale) -> Iterator[str]:
    """The line below, and the ticks with what is written at them."""
    left, right = (scale.right(end) for end in panel.xlim)
    foot, top = (scale.down(end) for end in panel.ylim)
    rule = f'fill="none" stroke="{RULE}" stroke-width="0.8"'
    if panel.below:
        yield f'<path {rule} d="M{left:.1f} {foot:.1f}H{right:.1f}"/>'
    for ticks, edge, way in ((panel.below, foot, 1), (panel.above, top, -1)):
        for place, label in zip(ticks.places, ticks.labels, strict=True) if ticks else ():
            x, away = scale.right(place), way * (ticks.length + ticks.pad)  # type: ignore[union-attr]
            yield f'<path {rule} d="M{x:.1f} {edge:.1f}v{way * ticks.length:.1f}"/>'  # type: ignore[union-attr]
            base = edge + away + ticks.size * (0.76 if way > 0 else 0)  # type: ignore[union-attr]
            yield _letters(x, base, label, ticks.size, GREY, {"ha": "center"})  # type: ignore[union-attr]
    if panel.beside:
        if panel.beside.length:
            yield f'<path {rule} d="M{left:.1f} {top:.1f}V{foot:.1f}"/>'
        for place, label in zip(panel.beside.places, panel.beside.labels, strict=True):
            size, y, out = panel.beside.size, scale.down(place), panel.beside.length
            if out:
                yield f'<path {rule} d="M{left:.1f} {y:.1f}h{-out:.1f}"/>'
            yield _letters(left - out - panel.beside.pad, y + 0.37 * size, label, size, GREY, {"ha": "right"})
