"""Words in pictures: which the font can draw, how wide they are, how they are broken to fit and kept apart.

Pictures use DejaVu Sans, which travels with matplotlib, so they look the same everywhere. It lacks many scripts and
most emoji, and nothing here turns text from right to left: such a name is replaced by the id.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from matplotlib.font_manager import FontProperties, findfont, get_font

FONT = "DejaVu Sans"
_EM = 100
_SPARE = 1.03
"""Letters are rounded to whole pixels when they are drawn; measured widths leave 3 % for that."""


def safe_name(text: str, fallback: str = "") -> str:
    """The text when the font can draw it, else the fallback, such as its id; what the font lacks of that becomes □."""
    for candidate in (_clean(text), _clean(fallback)):
        if candidate and all(map(_drawable, candidate)):
            return candidate
    return "".join(char if _drawable(char) else "□" for char in _clean(fallback or text)) or "□"


def width(text: str, size: float, bold: bool = False) -> float:
    """Width in points of one line of text set in `size` points."""
    return sum(_advance(char, bold) for char in text) * size * _SPARE


def fit(text: str, room: float, size: float, lines: int = 1, bold: bool = False) -> str:
    """Break text into at most so many lines, each no wider than the room; what does not fit ends in an ellipsis."""
    done: list[str] = []
    rest = text.strip()
    while rest and len(done) < lines - 1:
        line, rest = _first_line(rest, room, size, bold)
        done.append(line)
    if rest:
        kept = _cut(rest, room - width("…", size, bold), size, bold).rstrip(" ,;:.-") + "…"
        done.append(rest if width(rest, size, bold) <= room else kept)
    return "\n".join(done)


def spread(wanted: Sequence[float], gaps: Sequence[float], low: float, high: float) -> np.ndarray:
    """Places from low to high, a gap apart and as near as can be to those wanted; gaps shrink where room is short."""
    from scipy.optimize import isotonic_regression  # only some pictures need it, and it takes long to import

    offsets = np.concatenate([[0.0], np.cumsum(np.asarray(gaps, dtype=float))])
    if offsets[-1] > high - low:
        offsets *= (high - low) / offsets[-1]
    # Less the gaps before it, no place may come before the one before it: that is isotonic regression.
    places = isotonic_regression(np.asarray(wanted, dtype=float) - offsets).x
    return np.asarray(np.clip(places, low, high - offsets[-1]) + offsets)


def _first_line(text: str, room: float, size: float, bold: bool) -> tuple[str, str]:
    """The longest run of whole words that fits, or of letters where one word is too long; and what is left."""
    if width(text, size, bold) <= room:
        return text, ""
    end = len(_cut(text, room, size, bold))
    if text[end : end + 1] != " ":
        space = text.rfind(" ", 0, end)
        hyphen = max(text.rfind(mark, 0, end) for mark in "-_/")
        end = max(space, hyphen + 1) if max(space, hyphen) > 0 else end
    return text[:end].rstrip(), text[end:].lstrip()


def _cut(text: str, room: float, size: float, bold: bool) -> str:
    used = 0.0
    for at, char in enumerate(text):
        used += _advance(char, bold) * size * _SPARE
        if used > room:
            return text[: max(at, 1)]
    return text


def _clean(text: str) -> str:
    visible = (char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) not in ("Cf", "Cc"))
    return " ".join("".join(visible).split())


def _drawable(char: str) -> bool:
    leftward = unicodedata.bidirectional(char) in ("R", "AL", "AN")
    return not leftward and ord(char) in _glyphs(False) and ord(char) in _glyphs(True)


def _face(bold: bool):  # type: ignore[no-untyped-def]
    return get_font(findfont(FontProperties(family=FONT, weight="bold" if bold else "normal")))


@lru_cache
def _glyphs(bold: bool) -> frozenset[int]:
    return frozenset(_face(bold).get_charmap())


@lru_cache(maxsize=4096)
def _advance(char: str, bold: bool) -> float:
    """Width of a letter as a share of the letters' size."""
    face = _face(bold)
    face.set_size(_EM, 72)
    return float(face.load_char(ord(char)).linearHoriAdvance) / 65536 / _EM
