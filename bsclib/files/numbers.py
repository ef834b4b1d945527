"""Numbers as people write them in tables: with a point or a comma, and sometimes with what does not belong there.

Empty text and ``nan``, ``n/a``, ``na`` and ``null``, in capitals or not, mean that nothing was observed. A comma is
read as the decimal sign only when no other reading is possible: ``1,234`` alone could be either, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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


def number_in(text: str, point: str = ".") -> float | None:
    """The number that a text is, or None."""
    return float(text.replace(point, ".")) if re.fullmatch(_filled(_NUMBER, point), text, re.ASCII) else None


@dataclass(frozen=True)
class Doubt:
    """Why the decimal sign cannot be told, the column and row that show it, and what to do."""

    column: str
    row: int
    what: str
    fix: str


def _floats(text: pa.ChunkedArray) -> np.ndarray:
    try:
        return text.cast(pa.float64()).to_numpy()
    except pa.ArrowInvalid:  # a plus sign, or more than a number can hold
        return np.array([float(number) for number in text.to_pylist()], dtype=float)


def decimal_sign(columns: Mapping[str, pa.ChunkedArray], separator: str = "") -> tuple[str, Doubt | None]:
    """The decimal sign of a table, judged by all its texts together, and what makes it doubtful, if anything does."""
    # Only where commas separate the columns is a point what it seems: elsewhere 1.000 alone may be a thousand.
    comma = _usage(columns, ",")
    # Most tables of a million rows have no comma in a number, and are not looked at twice.
    point = _usage(columns, ".") if comma or separator != "," else ""
    if comma == "decimal" and point:
        name, row, example = first_with(".", columns)
        what = f"other numbers have a decimal comma, and {example} has a point"
        return ",", Doubt(name, row, what, "write all numbers with the same decimal sign, and no other sign in them")
    for sign, usage, other in ((",", comma, point), (".", point, comma)):
        if usage == "either" and not other and (sign == "," or separator != ","):
            name, row, example = first_with(sign, columns)
            whole, fraction = example.replace(sign, ""), f"{float(example.replace(',', '.')):.15g}"
            fix = f"write {whole}, or {example}0 for the fraction"
            if not separator:
                fix = f"this is text: make it a number, {whole} or {fraction}"
            return sign, Doubt(name, row, f"{example} may mean {fraction} or {whole}", fix)
    return ("," if comma == "decimal" else "."), None


def _usage(columns: Mapping[str, pa.ChunkedArray], sign: str) -> str:
    """Whether a sign separates decimals, could also separate thousands, or (empty) stands in no number by itself."""
    usage = ""
    for text in columns.values():
        signed = pc.utf8_trim_whitespace(text.filter(pc.match_substring(text, sign)))
        numbers = _matches(signed, _NUMBER, sign)
        if (numbers & ~_matches(signed, _GROUPED, sign)).any():
            return "decimal"
        usage = "either" if numbers.any() else usage
    return usage


def first_with(sign: str, columns: Mapping[str, pa.ChunkedArray]) -> tuple[str, int, str]:
    """The column, row and text of the first number in which this sign stands."""
    for name, text in columns.items():
        trimmed = pc.utf8_trim_whitespace(text)
        numbers = _matches(trimmed, _NUMBER, sign) & _matches(trimmed, r"[{sign}]", sign)
        if numbers.any():
            row = int(numbers.argmax())
            return name, row, trimmed[row].as_py()
    raise LookupError(sign)


def _matches(text: pa.ChunkedArray, pattern: str, sign: str) -> np.ndarray:
    return np.asarray(pc.match_substring_regex(text, _filled(pattern, sign)).to_numpy(), dtype=bool)


def _filled(pattern: str, sign: str) -> str:
    return pattern.replace("{point}", sign).replace("{sign}", sign)
