"""Numbers as people write them in tables: with a point or a comma, and sometimes with what does not belong there.

Empty text and ``nan``, ``n/a``, ``na`` and ``null``, in capitals or not, mean that nothing was observed. A comma is
read as the decimal sign only when no other reading is possible: ``1,234`` alone could be either, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MISSING = ("", "nan", "n/a", "na", "null")
_NUMBER = r"^[-+]?(?:\d+(?:\{point}\d*)?|\{point}\d+)(?:[eE][-+]?\d+)?$"
_GROUPED = r"^[-+]?[1-9]\d{0,2}(?:\{sign}\d{3})+$"


def read_numbers(text: pa.ChunkedArray, point: str = ".") -> tuple[np.ndarray, np.ndarray]:
    """Texts as numbers, NaN where there is none, and the places of texts that are not numbers; `point` is the sign."""
    trimmed = pc.utf8_trim_whitespace(text)
    good = _matches(trimmed, _NUMBER, point)
    missing = pc.is_in(pc.utf8_lower(trimmed), pa.array(MISSING)).to_numpy().astype(bool)
    chosen = trimmed.filter(pa.array(good))
    numbers = np.full(len(text), np.nan)
    numbers[good] = _floats(pc.replace_substring(chosen, ",", ".") if point == "," else chosen)
    return numbers, np.flatnonzero(~good & ~missing)


@dataclass(frozen=True)
class Doubt:
    """Why the decimal sign cannot be told, a number that shows it, and what to do."""

    what: str
    example: str
    fix: str


def _floats(text: pa.ChunkedArray) -> np.ndarray:
    try:
        return text.cast(pa.float64()).to_numpy()
    except pa.ArrowInvalid:  # a plus sign, or more than a number can hold
        return np.array([float(number) for number in text.to_pylist()], dtype=float)


def decimal_sign(texts: Sequence[pa.ChunkedArray], separator: str) -> tuple[str, Doubt | None]:
    """The decimal sign of a table, judged by all its numbers together, and what makes it doubtful, if anything does."""
    trimmed = [pc.utf8_trim_whitespace(text) for text in texts]
    commas = [text.filter(pc.match_substring(text, ",")) for text in trimmed]
    comma = _usage(commas, ",")
    # Most tables have no comma in a number, and are not looked at twice.
    points = [text.filter(pc.match_substring(text, ".")) for text in trimmed] if comma or separator == ";" else []
    point = _usage(points, ".")
    if comma == "decimal" and point:
        example = _first(points, ".")
        what = f"other numbers have a decimal comma, and {example} has a point"
        return ",", Doubt(what, example, "write all numbers with the same decimal sign, and no other sign in them")
    for sign, signed, usage, other in ((",", commas, comma, point), (".", points, point, comma)):
        if usage == "either" and not other and (sign == "," or separator == ";"):
            example = _first(signed, sign)
            whole = example.replace(sign, "")
            what = f"{example} may mean {example.replace(',', '.')} or {whole}"
            return sign, Doubt(what, example, f"write {whole}, or {example}0 for the fraction")
    return ("," if comma == "decimal" else "."), None


def _usage(texts: Sequence[pa.ChunkedArray], sign: str) -> str:
    """Whether a sign separates decimals, could also separate thousands, or (empty) stands in no number by itself."""
    usage = ""
    for text in texts:
        numbers = _matches(text, _NUMBER, sign)
        if (numbers & ~_matches(text, _GROUPED, sign)).any():
            return "decimal"
        usage = "either" if numbers.any() else usage
    return usage


def _first(texts: Sequence[pa.ChunkedArray], sign: str) -> str:
    return next(text for column in texts for text in column.to_pylist() if re.match(_filled(_NUMBER, sign), text))


def is_decimal_comma(text: str) -> bool:
    """Whether a text is a number with a decimal comma."""
    return "," in text and bool(re.match(_filled(_NUMBER, ","), text))


def _matches(text: pa.ChunkedArray, pattern: str, sign: str) -> np.ndarray:
    return np.asarray(pc.match_substring_regex(text, _filled(pattern, sign)).to_numpy(), dtype=bool)


def _filled(pattern: str, sign: str) -> str:
    return pattern.replace("{point}", sign).replace("{sign}", sign)
