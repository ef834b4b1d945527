"""What one cell of somebody else's table says: a number with its unit, a bound, yes or no, nothing at all.

``≤ 3 %`` is a bound of 3 in per cent, ``(1,200)`` is −1200, ``1.2k`` is 1200, ``6:30`` is 6.5 hours, ``Yes`` is 1.
Whether a comma or a point is the decimal sign is settled by a whole table, never by one number that could be either.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bsclib.files.imports.cells import CURRENCIES, Cell
from bsclib.model.advice import COLOURS, CURRENCY, NOTHING, TIMES, clock
from bsclib.model.measures import NO, PERCENT, YES, time_unit

_BOUND = r"max\.?|min\.?|at most|at least|under|over|below|above|up to|less than|more than"
_BOUND += (
    r"|höchstens|mindestens|unter|über|bis zu|no more than|not more than|no less than|maximum|minimum|au moins|au plus"
)
_LOW = {"<", "<=", "=<", "≤", "max", "max.", "at most", "under", "below", "up to", "less than", "no more than"}
_LOW |= {"maximum", "not more than", "höchstens", "unter", "bis zu", "au plus"}
_NUMBER = r"\d{1,3}(?:[.,'’\s\u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?|[.,]\d+"
_WHOLE = re.compile(
    rf"(?P<bracket>\()?\s?(?P<sign>[-+−]?)\s?(?P<before>{CURRENCY})?\s?(?P<sign2>[-−]?)(?P<number>{_NUMBER})"
    rf"\s?(?P<unit>[^\d\s()][^\d()]*)?(?P<close>\))?(?P<after>\s?[^\d\s()][^\d()]*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Value:
    """A number, its unit, whether it is a bound (``<=`` or ``>=``), and the other edge of a range."""

    number: float
    unit: str = ""
    bound: str = ""
    high: float | None = None


def is_nothing(cell: Cell) -> bool:
    """Whether a cell says in words that nothing was observed."""
    return isinstance(cell.value, str) and " ".join(cell.value.casefold().split()) in NOTHING


def is_colour(cell: Cell) -> bool:
    """Whether a cell holds a traffic light's word, which is no observation."""
    return isinstance(cell.value, str) and " ".join(cell.value.casefold().split()) in COLOURS


def read_value(cell: Cell, point: str = ".") -> Value | None:
    """The value in a cell, where `point` is the decimal sign of its table; None where it holds none."""
    value = cell.value
    if isinstance(value, bool):
        return Value(float(value), "yes/no")
    if isinstance(value, int | float):
        return Value(float(value), cell.unit)
    return _of_text(value, point) if isinstance(value, str) else None


def says_value(cell: Cell) -> bool:
    """Whether a cell holds a value, with whichever decimal sign."""
    return any(read_value(cell, point) is not None for point in ".,")


@lru_cache(maxsize=50_000)
def _of_text(value: str, point: str) -> Value | None:
    """The value that a text says."""
    text = " ".join(value.split())
    folded = text.casefold()
    if folded in YES or folded in NO:
        return Value(float(folded in YES), "yes/no")
    if duration := clock(folded):
        return Value(duration / datetime.timedelta(hours=1), "hours")
    if re.fullmatch(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d{1,3}", text):
        return Value(float(text))
    return _ranged(text, point) or _bounded(text, point)


def _bounded(text: str, point: str) -> Value | None:
    match = re.match(rf"(?:[<>]=?|=[<>]|[≤≥]|(?:{_BOUND})(?!\w))\s*", text, re.IGNORECASE)
    plain = _plain(text[match.end() :] if match else text, point)
    if plain is None or match is None:
        return plain
    return Value(plain.number, plain.unit, "<=" if match[0].strip().casefold() in _LOW else ">=")


def _ranged(text: str, point: str) -> Value | None:
    """Two numbers that are the edges of a range: ``4 – 6 days``, ``between 95 and 98 %``."""
    between = re.fullmatch(r"(?:between|zwischen|entre|from|von) (.+?) (?:and|und|et|to|bis) (.+)", text, re.IGNORECASE)
    match = between or re.fullmatch(r"(\d[\d.,]*(?: ?%)?) ?(?:–|—|-|to|bis|\.\.|…) ?(\d.*)", text)
    if not match:
        return None
    low, high = _plain(match[1], point), _plain(match[2], point)
    if low is None or high is None or low.number > high.number or (low.unit and low.unit != high.unit):
        return None
    return Value(low.number, high.unit, "", high.number)


def _plain(text: str, point: str) -> Value | None:
    match = _WHOLE.fullmatch(text.strip())
    if not match or bool(match["bracket"]) != bool(match["close"]):
        return None
    number = _number(match["number"], point)
    if number is None:
        return None
    before, unit = match["before"] or "", (match["unit"] or match["after"] or "").strip()
    times, unit = _multiple(unit, bool(before))
    number = float(f"{number * times:.15g}")
    if before:
        unit = CURRENCIES.get(before.casefold(), before.upper())
    minus = match["bracket"] or match["sign"] in ("-", "−") or match["sign2"]
    return Value(-number if minus else number, _unit(unit))


def _unit(text: str) -> str:
    """A unit in the one spelling that its kind has here."""
    folded = text.casefold()
    time = time_unit(folded) if re.fullmatch(r"[^\W\d]+\.?", folded) else None
    return "%" if PERCENT.fullmatch(folded) else time[0] if time else CURRENCIES.get(folded, text)


def _multiple(unit: str, money: bool) -> tuple[float, str]:
    """What a unit multiplies by, such as k, and what is left of it; m is million only behind a currency, or as M."""
    head, _, rest = unit.partition(" ")
    if head.casefold() in TIMES:
        return TIMES[head.casefold()], rest
    joined = re.fullmatch(rf"([kKM])({CURRENCY})", unit)
    if joined:
        return {"k": 1e3, "M": 1e6}[joined[1].replace("K", "k")], joined[2]
    if head == "M" or (money and head == "m"):
        return 1e6, rest
    return 1.0, unit


def _number(text: str, point: str) -> float | None:
    """A number whose decimal sign is known; None where its other signs cannot separate thousands."""
    other = "," if point == "." else "."
    whole, sign, decimals = text.partition(point)
    groups = re.split(rf"[{re.escape(other)}'’\s\u00a0\u202f]", whole)
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    if not decimals.isdigit() and sign:
        return None
    return float(("".join(groups) or "0") + ("." + decimals if decimals else ""))


def decimal_signs(cells: Iterable[Cell]) -> set[str]:
    """The decimal signs that the texts of a table allow: one where something settles it, else both, or none."""
    signs = {".", ","}
    for cell in cells:
        if isinstance(cell.value, str) and ("," in cell.value or "." in cell.value):
            for number in re.findall(
                r"(?<![\w.,])\(?[-+−$€£]?\s?((?:\d[\d.,'’\u00a0\u202f]*)?\d)(?![\d.,]*[/:])", cell.value
            ):
                signs &= _allowed(number)
    return signs


def is_open(cell: Cell) -> bool:
    """Whether a text holds a number that is another one with the other decimal sign."""
    one, two = read_value(cell, "."), read_value(cell, ",")
    return isinstance(cell.value, str) and (one is None) == (two is None) and one != two


def _allowed(number: str) -> set[str]:
    return {sign for sign in ".," if _number(number, sign) is not None}
