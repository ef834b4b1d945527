"""What a number in a cell is, by the format that shows it: a percentage, a duration, or just a number.

Excel keeps 0.97 for what a person typed as 97%, and 0.229166… days for 5:30; only the format tells.
"""

from __future__ import annotations

import datetime
import operator
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bsclib.errors import Fault
from bsclib.model.advice import duration_words

_TEXT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[\$[^\]]*\]')  # what is shown as it stands, and takes no part in the number
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
_COMPARED = {
    **{"<=": operator.le, ">=": operator.ge, "<>": operator.ne},
    **{"<": operator.lt, ">": operator.gt, "=": operator.eq},
}
_DAY_ZERO = datetime.datetime(1899, 12, 31)
_LAST_MISREAD = datetime.datetime(1900, 3, 1)  # Excel's calendar has a 29 February 1900, up to which days are counted


class Percent(float):
    """A number that its cell shows as a percentage: 0.97, shown as 97%."""

    number_format: str

    def __new__(cls, held: float, number_format: str) -> Percent:
        """The number that the cell holds, and its format."""
        percent = super().__new__(cls, held)
        percent.number_format = number_format
        return percent

    @property
    def held(self) -> str:
        """The number in the cell."""
        return f"{float(self):.15g}"

    @property
    def shown(self) -> str:
        """What a person sees in the cell."""
        decimals = re.search(r"\.([0#?]+)", _section(self.number_format, self))
        return f"{self.of(100):,.{len(decimals[1]) if decimals else 0}f}%"

    def of(self, whole: float) -> float:
        """The number where 100 % is `whole`, without a binary fraction's last digits: 57 and not 56.99999999999999."""
        return float(Decimal(repr(float(self))) * Decimal(whole))


@dataclass(frozen=True)
class Duration:
    """A time that a cell holds, and whether the cell hides whole days of it, as 30:30 is shown as 6:30 by ``h:mm``."""

    time: datetime.timedelta
    number_format: str

    @property
    def hidden(self) -> Fault | None:
        """The fault of a cell that shows less than it holds."""
        if self.time < datetime.timedelta(days=1) or "[" in _TEXT.sub("", self.number_format):
            return None
        what = f"this cell shows {duration_words(self.time % datetime.timedelta(days=1))} and holds {self}"
        return Fault("", what, fix="format the cell as [h]:mm, and see whether that is meant")

    def __str__(self) -> str:
        return duration_words(self.time)


def is_percent(number_format: str, value: float) -> bool:
    """Whether a format shows this number as a percentage; a % in quotes or behind a backslash is only text."""
    return "%" in number_format and "%" in _section(number_format, value)


def duration_of(value: object, number_format: str) -> Duration | None:
    """The duration that openpyxl made a time, a difference or a day of the year 1900 of; None for a date."""
    if isinstance(value, datetime.timedelta):
        return Duration(value, number_format)
    if isinstance(value, datetime.time):
        of_day = datetime.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
        return Duration(of_day + datetime.timedelta(microseconds=value.microsecond), number_format)
    early = isinstance(value, datetime.datetime) and _DAY_ZERO <= value < _LAST_MISREAD
    if early and not re.search("[dy]", _TEXT.sub("", number_format), re.IGNORECASE):
        return Duration(value - _DAY_ZERO, number_format)  # type: ignore[operator]
    return None


@lru_cache(maxsize=64)
def _sections(number_format: str) -> tuple[str, ...]:
    return tuple(_TEXT.sub("", number_format).split(";"))


def _section(number_format: str, value: float) -> str:
    """The part of a format that shows a number: by its own conditions, else by the number's sign."""
    sections = _sections(number_format)
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _COMPARED[condition[1]](value, float(condition[2])):
                return section
    place = 1 if value < 0 else 2 if value == 0 else 0
    return sections[place] if place < len(sections) else sections[0]
