"""Periods are ISO text: `2024`, `2024-Q1`, `2024-03`, `2024-W05` or `2024-03-15`.

Scores speak in months, so every period is also a span of months, counted from the year 0: March 2024 is
``2024 * 12 + 2``. A week belongs to the month that holds its Thursday, as ISO 8601 gives a week to a year.
"""

from __future__ import annotations

import datetime
import re

_SHAPE = re.compile(r"(\d{4})(?:-(?:Q([1-4])|W(\d{2})|(\d{2})(?:-(\d{2}))?))?")
_MONTHS = {"year": 12, "quarter": 3, "month": 1, "week": 1, "day": 1}
FIRST_YEAR, LAST_YEAR = 1900, 2199
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_BETWEEN = r"[\s\-_./,'’]*"
_YEAR = r"(?P<year>(?:19|20|21)?\d\d)"
# Other spellings of a month or quarter; a day is in none of them, because 01/02/2026 may be two days.
_SPELLINGS = [
    re.compile(spelling)
    for spelling in (
        rf"(?P<name>{_MONTH})\.?{_BETWEEN}{_YEAR}",
        rf"(?P<year>\d{{4}}){_BETWEEN}(?P<name>{_MONTH})\.?",
        r"(?P<year>\d{4})[\s\-_./]*m?(?P<month>1[0-2]|0?[1-9])",
        r"(?P<month>1[0-2]|0?[1-9])[\s\-_./]+(?P<year>\d{4})",
        rf"q(?P<quarter>[1-4]){_BETWEEN}{_YEAR}",
        rf"(?P<year>\d{{4}}){_BETWEEN}q(?P<quarter>[1-4])",
    )
]
ALLOWED = "2024, 2024-Q1, 2024-03, 2024-W05 or 2024-03-15"


def check_period(text: str) -> str:
    """Return the period as it was written, or raise ValueError saying what a period looks like."""
    _parse(text)
    return text


def respelled(text: str) -> str:
    """The period that another spelling means, such as ``2026-02`` for ``Feb-26``; empty where that is not sure."""
    plain = " ".join(str(text).split()).casefold()
    if day := re.fullmatch(r"(\d{4}-\d\d-\d\d)[ t]\d\d:\d\d.*", plain):  # as databases write a day
        return day[1]
    match = next((match for spelling in _SPELLINGS if (match := spelling.fullmatch(plain))), None)
    if match is None or not plain.isascii():
        return ""
    parts = match.groupdict()
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ""
    if parts.get("quarter"):
        return f"{year}-Q{parts['quarter']}"
    month = _NAMES.index(parts["name"][:3]) + 1 if parts.get("name") else int(parts["month"])
    return f"{year}-{month:02d}"


def grain(text: str) -> str:
    """How long a period is: `year`, `quarter`, `month`, `week` or `day`."""
    return _parse(text)[0]


def span(text: str) -> tuple[int, int]:
    """The first and the last month of a period, counted in months from the year 0."""
    size, first = _parse(text)
    return first, first + _MONTHS[size] - 1


def period_of(month: int) -> str:
    """The ISO text of a month that is counted from the year 0: 24290 is ``2024-03``."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def containing(month: int, size: str) -> str:
    """The `month`, `quarter` or `year` that holds a month."""
    if size == "month":
        return period_of(month)
    year = f"{month // 12:04d}"
    return year if size == "year" else f"{year}-Q{month % 12 // 3 + 1}"


def last_day(text: str) -> datetime.date:
    """The day on which a period ends, Sunday for a week."""
    size, _ = _parse(text)
    if size == "day":
        return datetime.date.fromisoformat(text)
    if size == "week":
        return datetime.date.fromisocalendar(int(text[:4]), int(text[6:]), 7)
    after = span(text)[1] + 1
    return datetime.date(after // 12, after % 12 + 1, 1) - datetime.timedelta(days=1)


def _parse(text: str) -> tuple[str, int]:
    match = _SHAPE.fullmatch(text) if isinstance(text, str) and text.isascii() else None
    problem = ValueError(f"{str(text)[:40]!r} is not a period: write {ALLOWED}")
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        if meant := respelled(text):
            raise ValueError(f"{str(text)[:40]!r} is not a period: write {meant}")
        raise problem
    year, quarter, week, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if week or text[4:6] == "-W":
            thursday = datetime.date.fromisocalendar(year, week, 4)
            return "week", thursday.year * 12 + thursday.month - 1
        if day or len(text) == 10:
            datetime.date(year, month, day)
            return "day", year * 12 + month - 1
    except ValueError:
        raise problem from None
    if quarter:
        return "quarter", year * 12 + (quarter - 1) * 3
    if len(text) == 7:
        if not 1 <= month <= 12:
            raise problem
        return "month", year * 12 + month - 1
    return "year", year * 12
