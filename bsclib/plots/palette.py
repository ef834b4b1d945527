"""The colours and symbols of a status, and ink that can be read on colours.

The five colours differ in lightness, so they stay apart when printed in grey and for people to whom red and green look
alike. A symbol always goes with them: the shapes are those of road signs (a disc, a triangle, a diamond).
"""

from __future__ import annotations

from typing import Any

COLOURS = {
    "on_target": "#86d3c1",
    "at_risk": "#e0812a",
    "off_target": "#96171b",
    "no_data": "#f4f4f2",
    "undecided": "#6b69a6",
}
INK, GREY, RULE, PAPER = "#1b1f24", "#5c6470", "#c9ced6", "#ffffff"
"""Text, quieter text, hairlines and the background."""
ACTUAL, GAIN, LOSS = "#1f4e79", "#2a7f9e", "#b5403f"
"""The line of what was observed; a change for the better, and for the worse."""
LINES = ("#1f5fa8", "#a3521a", "#2d7355", "#7a4a97", "#6b6b1f", "#8f2d56")
"""Lines that are told apart by their dashes as well."""
LANE = "#f1f3f6"
"""Behind every other lane of a map."""
BANDS = ("#d3d7dd", "#e5e8ec", "#f3f4f6")
"""Behind scores: off target, at risk, on target."""
AT_NIGHT = "filter: invert(1) hue-rotate(180deg); mix-blend-mode: screen"
"""What CSS does to a picture on a dark page: white becomes the page's own ground, and hues stay."""

_MARKERS: dict[str, dict[str, Any]] = {
    "on_target": {"marker": "o"},
    "at_risk": {"marker": "^"},
    "off_target": {"marker": "D"},
    "no_data": {"marker": "o"},
    "undecided": {"marker": "o", "fillstyle": "left", "markerfacecoloralt": PAPER},
}
_SIZES = {"at_risk": 1.08, "off_target": 0.86}


def marker(status: str, size: float = 7.0) -> dict[str, Any]:
    """How matplotlib draws a status's symbol, `size` points across: in its colour, edged in ink."""
    return {
        **_MARKERS[status],
        "markersize": size * _SIZES.get(status, 1.0),
        "markerfacecolor": PAPER if status == "no_data" else COLOURS[status],
        "markeredgecolor": INK,
        "markeredgewidth": 0.8,
        "linestyle": "none",
    }


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 for black to 1 for white (WCAG 2.2)."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21; text needs 4.5 (WCAG 2.2, success criterion 1.4.3)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """The ink, dark or white, that is easier to read on a colour."""
    return max((INK, PAPER), key=lambda ink: contrast(ink, colour))
