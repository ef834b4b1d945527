"""Periods are ISO text: `2024`, `2024-Q1`, `2024-03`, `2024-W05` or `2024-03-15`.

Scores speak in months, so every period is also a span of months, counted from the year 0: March 2024 is
``2024 * 12 + 2``. A week belongs to the month that holds its Thursday, as ISO 8601 gives a week to a year.

A fiscal year bears the name of the year in which it ends: where years start in April, FY2026, or 2025/26, begins in
April 2025. People write `FY2026` and `FY2026-Q1`; inside, such a period is ISO's interval, `2025-04/2026-03`, which
says by itself which months it holds.
"""

from __future__ import annotations

import datetime
import functools
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

_SHAPE = re.compile(r"(\d{4})(?:-(?:Q([1-4])|W(\d{2})|(\d{2})(?:-(\d{2}))?))?")
_INTERVAL = re.compile(r"(\d{4}-\d{2})/(\d{4}-\d{2})")
_MONTHS = {"year": 12, "quarter": 3, "month": 1, "week": 1, "day": 1}
FIRST_YEAR, LAST_YEAR = 1900, 2199
_NAMES = (
    "january januar janvier jan janv",
    "february februar fevrier feb fevr fev",
    "march marz maerz mars mar mrz",
    "april avril apr avr",
    "may mai",
    "june juni juin jun",
    "july juli juillet jul juil",
    "august aout aug",
    "september septembre sep sept",
    "october oktober octobre oct okt",
    "november novembre nov",
    "december dezember decembre dec dez",
)
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
"""The number of each month by its names in English, German and French, without accents."""
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
BETWEEN = r"[\s\-_./,'’]*"
_YEAR = r"(?P<year>(?:19|20|21)?\d\d)"
# Other spellings of a month or quarter; a day is in none of them, because 01/02/2026 may be two days.
_SPELLINGS = [
    re.compile(spelling)
    for spelling in (
        rf"(?P<name>{MONTH})\.?{BETWEEN}{_YEAR}",
        rf"(?P<year>\d{{4}}){BETWEEN}(?P<name>{MONTH})\.?",
        r"(?P<year>\d{4})[\s\-_./]*m?(?P<month>1[0-2]|0?[1-9])",
        r"(?P<month>1[0-2]|0?[1-9])[\s\-_./]+(?P<year>\d{4})",
        rf"q(?P<quarter>[1-4]){BETWEEN}{_YEAR}",
        rf"(?P<year>\d{{4}}){BETWEEN}q(?P<quarter>[1-4])",
    )
]
_FY = r"(?:fy|fiscal(?: year)?|gj)"
_FISCAL = [
    re.compile(spelling)
    for spelling in (
        rf"{_FY}{BETWEEN}(?:(?P<first>\d{{4}}|\d\d)[/\-])?(?P<end>\d{{4}}|\d\d)(?:{BETWEEN}q(?P<quarter>[1-4]))?",
        rf"q(?P<quarter>[1-4]){BETWEEN}{_FY}{BETWEEN}(?:(?P<first>\d{{4}}|\d\d)[/\-])?(?P<end>\d{{4}}|\d\d)",
        rf"(?P<first>\d{{4}})[/\-](?P<end>\d{{4}}|\d\d)(?:{BETWEEN}q(?P<quarter>[1-4]))?",
        rf"q(?P<quarter>[1-4]){BETWEEN}(?P<first>\d{{4}})[/\-](?P<end>\d{{4}}|\d\d)",
    )
]
ALLOWED = "2024, 2024-Q1, 2024-03, 2024-W05 or 2024-03-15"


def check_period(text: str) -> str:
    """Return the period, a fiscal one in its usual spelling, or raise ValueError saying what a period looks like."""
    if name := fiscal_name(text):
        return name
    _parse(text)
    return text


def fiscal_name(text: str) -> str:
    """``FY2026`` or ``FY2026-Q1`` for a fiscal year or quarter in any spelling; empty where it is none, or unsure."""
    plain = " ".join(str(text).split()).casefold().replace("\N{EN DASH}", "-")
    match = next((match for spelling in _FISCAL if (match := spelling.fullmatch(plain))), None)
    if match is None or not plain.isascii():
        return ""
    first, end, quarter = (match[name] for name in ("first", "end", "quarter"))
    year = int(end) + (2000 if len(end) == 2 else 0)
    if first and (int(first) + 1) % 100 != year % 100:
        return ""
    if first and len(first) == 4:
        year = int(first) + 1
        if len(end) == 4 and int(end) != year:
            return ""
    if plain[0].isdigit() and not quarter and len(end) == 2 and int(end) <= 12:  # 2010-11 is a month, too
        return ""
    if not FIRST_YEAR < year <= LAST_YEAR:
        return ""
    return f"FY{year}" + (f"-Q{quarter}" if quarter else "")


def resolve(text: str, year_starts: int | None = None) -> str:
    """The period in ISO text, where years start in that month (1 to 12); raises ValueError where it is none."""
    # Where years do not start in January, a plain year may be of the calendar or of one's own, and is refused; where
    # nobody says in which month they start, a fiscal one is.
    name = fiscal_name(text)
    if not name:
        if year_starts not in (None, 1) and not _INTERVAL.fullmatch(text) and grain(text) in ("year", "quarter"):
            begin, end = (period_of(month) for month in span(resolve(f"FY{text}", year_starts)))
            raise ValueError(
                f"{text!r} may be of the calendar or of the years that start in month {year_starts}: "
                f"write FY{text} for {begin} to {end}, or {_interval(*span(text))}"
            )
        _parse(text)
        return text
    if year_starts is None or (year_starts == 1 and re.search(r"\d\d\s*[/\N{EN DASH}-]\s*\d\d", text)):
        raise ValueError(
            f"{text!r} is of a fiscal year: say in the scorecard in which month its years start, such as year_starts: 4"
        )
    if year_starts == 1:
        return name.removeprefix("FY")
    first = (int(name[2:6]) - 1) * 12 + year_starts - 1
    if len(name) > 6:
        first += 3 * (int(name[-1]) - 1)
        return _interval(first, first + 2)
    return _interval(first, first + 11)


def _interval(first: int, last: int) -> str:
    return f"{period_of(first)}/{period_of(last)}"


def shown(text: str, year_starts: int | None = None) -> str:
    """A period as people write it: ``FY2026-Q1`` for the interval of three months that begins such a year."""
    if not _INTERVAL.fullmatch(text):
        return text
    first, last = span(text)
    ordinal = first - ((year_starts or 1) - 1)
    year = f"FY{ordinal // 12 + 1}"
    if last - first == 11 and ordinal % 12 == 0:
        return year
    return f"{year}-Q{ordinal % 12 // 3 + 1}" if last - first == 2 and ordinal % 3 == 0 else text


def respelled(text: str) -> str:
    """The period that another spelling means, such as ``2026-02`` for ``Feb-26``; empty where that is not sure."""
    if len(str(text)) > 60:  # no period is as long, and a heading may be of millions of letters
        return ""
    plain = folded(str(text))
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
    month = MONTHS[parts["name"]] if parts.get("name") else int(parts["month"])
    return f"{year}-{month:02d}"


def days_meant(text: str) -> tuple[str, str]:
    """The days that another spelling may be, its day first and its month first; empty where there is none."""
    # With points or dashes the day comes first wherever people write so; with slashes either may.
    match = re.fullmatch(r"(\d\d?)([/.-]) ?(\d\d?)\2 ?(\d{4})(?:[ T]00:00(?::00)?)?", text.strip())
    if match:
        one, sign, other, year = match.groups()
        return _day(year, other, one), _day(year, one, other) if sign == "/" else ""
    match = re.fullmatch(r"(\d{4})[/.](\d\d?)[/.](\d\d?)(?:[ T]00:00(?::00)?)?", text.strip())
    day = _day(*match.groups()) if match else ""
    return day, day


def _day(year: str, month: str, day: str) -> str:
    try:
        return (
            datetime.date(int(year), int(month), int(day)).isoformat() if FIRST_YEAR <= int(year) <= LAST_YEAR else ""
        )
    except ValueError:
        return ""


def folded(text: str) -> str:
    """A text without capitals, accents and needless spaces."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def grain(text: str) -> str:
    """How long a period is: `year`, `quarter`, `month`, `week` or `day`."""
    return _parse(text)[0]


def span(text: str) -> tuple[int, int]:
    """The first and the last month of a period in ISO text, counted in months from the year 0."""
    size, first = _parse(text)
    return first, first + _MONTHS[size] - 1


def period_of(month: int) -> str:
    """The ISO text of a month that is counted from the year 0: 24290 is ``2024-03``."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def containing(month: int, size: str, year_starts: int | None = None) -> str:
    """The `month`, `quarter` or `year` that holds a month, where years start in month `year_starts`."""
    if size == "month":
        return period_of(month)
    length = _MONTHS[size]
    first = month - within(month, length, year_starts)
    if (year_starts or 1) != 1:
        return _interval(first, first + length - 1)
    return f"{month // 12:04d}" if size == "year" else f"{month // 12:04d}-Q{month % 12 // 3 + 1}"


def within(month: Any, length: int, year_starts: int | None = None) -> Any:
    """How many months of its quarter (`length` 3) or year (12) are over when a month, or an array of them, begins."""
    return (month - ((year_starts or 1) - 1)) % length


def last_day(text: str) -> datetime.date:
    """The day on which a period ends, Sunday for a week."""
    size, _ = _parse(text)
    if size == "day":
        return datetime.date.fromisoformat(text)
    if size == "week":
        return datetime.date.fromisocalendar(int(text[:4]), int(text[6:]), 7)
    after = span(text)[1] + 1  # of a month, quarter or year
    return datetime.date(after // 12, after % 12 + 1, 1) - datetime.timedelta(days=1)


def _parse(text: str) -> tuple[str, int]:
    return _parsed(text) if isinstance(text, str) else _parsed(str(text) + " ")


@functools.lru_cache(maxsize=8192)
def _parsed(text: str) -> tuple[str, int]:
    match = _SHAPE.fullmatch(text) if text.isascii() else None
    problem = ValueError(f"{str(text)[:40]!r} is not a period: write {ALLOWED}")
    if not match and (interval := _INTERVAL.fullmatch(text)):
        (size, first), (_, last) = _parse(interval[1]), _parse(interval[2])
        size = {3: "quarter", 12: "year"}.get(last - first + 1, "")
        if not size:
            raise ValueError(f"{text!r} is no period: a quarter has 3 months, and a year 12")
        return size, first
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        if meant := respelled(text):
            own = f", or FY{int(meant[:4]) + 1} if it is a fiscal year" if may_be_fiscal(text, meant) else ""
            raise ValueError(f"{str(text)[:40]!r} is not a period: write {meant}{own}")
        if days := " or ".join(dict.fromkeys(filter(None, days_meant(text)))):
            raise ValueError(f"{str(text)[:40]!r} is not a period: write {days}")
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


def may_be_fiscal(text: str, month: str) -> bool:
    """Whether a month's other spelling, such as 2010/11, is as well that of a fiscal year."""
    return is_next_year(month) and re.fullmatch(r"\s*\d{4}\s*[/–-]\s*\d\d\s*", str(text)) is not None


def unsure_years(texts: Iterable[str]) -> list[str]:
    """Months that may be meant as years, such as 2010-11, where no other period is plainly a month or shorter."""
    months = [text for text in texts if grain(text) != "year"]
    return months if all(map(is_next_year, months)) else []


def is_next_year(month: str) -> bool:
    """Whether a month's two digits are those of the year after its own, as in 2010-11."""
    return len(month) == 7 and month[5:].isdigit() and (int(month[:4]) + 1) % 100 == int(month[5:])
