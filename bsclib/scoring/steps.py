"""One line of an explanation: exact, and rounded as a person says it while a pocket calculator still agrees."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bsclib.scoring.method import figure

FEW, NEAR = (3, 4), 5
"""Digits that a person says, fewer first; and by how much in the last of them a line that is redone may be off."""
NO_ARITHMETIC = (SyntaxError, NameError, AttributeError, TypeError, ValueError, LookupError, ArithmeticError)
"""What a line of a method of one's own may raise, that is none or is written for other numbers."""
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LONG = re.compile(r"(?<![\w.,])\d[\d,]*\.\d{3,}(?![\w.])")
"""Numbers with more decimals than anybody says."""
_WORD = re.compile(r"[A-Za-z][A-Za-z ]*")
_SUM = re.compile(r"[-\d.,()+×/ ]+")


@dataclass(frozen=True)
class Step:
    """One line of an explanation: what it gives, and how it is reckoned."""

    label: str
    reckoning: str

    @property
    def brief(self) -> str:
        """The reckoning as a person says it, 83.2 and 0.665; longer where a line would come to something else."""
        numbers = set(_LONG.findall(self.reckoning))
        others = set(_NUMBER.findall(_LONG.sub("", self.reckoning)))
        for digits in FEW:
            short = {number: _short(number, digits) for number in numbers}
            line = _LONG.sub(lambda number, short=short: short[number[0]], self.reckoning)  # type: ignore[misc]
            alike = len(set(short.values())) < len(numbers) or not others.isdisjoint(short.values())
            if not alike and _can_be_redone(line, digits):
                return line.replace(" - -", " + ")
        return self.reckoning.replace(" - -", " + ")


def _short(number: str, digits: int) -> str:
    """A number with so many significant digits where it is below 10, and two decimals fewer where it is above."""
    value = float(number.replace(",", ""))
    return figure(value, digits - 2) if value >= 10 else figure(float(f"{value:.{digits}g}"))


def _can_be_redone(line: str, digits: int) -> bool:
    """Whether the sums of a line come near enough to what is printed behind them."""
    for part in _WORD.sub("", line).split(", "):
        *sums, result = part.split(" = ")
        given = re.match(r"\s*-?\d[\d,]*(\.\d+)?", result)
        for text in filter(_SUM.fullmatch, sums if given else ()):
            printed = float(given[0].replace(",", "")) if given else 0.0
            unit = 10.0 ** -(digits - 2 if abs(printed) >= 10 else digits - (abs(printed) >= 1))
            try:
                value = evaluate(text)
            except NO_ARITHMETIC:
                continue
            if not abs(value - printed) <= NEAR * unit:
                return False
    return True


def evaluate(step: str) -> float:
    """What a line of arithmetic comes to: made by a method from numbers alone, so no text of a scorecard is in it."""
    sums = step.split(": ")[-1].replace("×", "*").replace(",", "")
    return float(eval(re.sub(r"\|([^|]*)\|", r"abs(\1)", sums), {"__builtins__": {}, "abs": abs}))
