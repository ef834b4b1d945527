"""Every period that a heading or a cell may mean, in English, German or French.

``Feb-26``, ``Februar 2026``, ``févr. 2026``, ``02/2026`` and ``2026M02`` have one reading. ``03/04/2026`` has two, the
day first and the month first, and ``Feb`` has none without a year: it is read as ``--02``.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from functools import lru_cache
from typing import Any

from bsclib.files.excel.sheet_reader import Day
from bsclib.model import periods
from bsclib.model.periods import BETWEEN, FIRST_YEAR, LAST_YEAR, MONTH, MONTHS, folded, respelled

_YEAR = r"(?P<year>(?:19|20|21)\d\d|['’]?\d\d)"
_DAYS = re.compile(r"(?P<first>\d{1,2})(?P<sign>[./-])\s?(?P<second>\d{1,2})(?P=sign)\s?(?P<year>\d{4}|\d\d)")
_NAMED_DAYS = [
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er)?[.\s\-]+(?P<name>{MONTH})\.?[\s\-,]+(?P<year>\d{{4}}|\d\d)"),
    re.compile(rf"(?P<name>{MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})"),
]
_WEEKS = [
    re.compile(rf"(?:w|kw|week|cw|s|semaine|woche){BETWEEN}(?P<week>\d{{1,2}}){BETWEEN}(?P<year>\d{{4}})"),
    re.compile(rf"(?P<year>\d{{4}}){BETWEEN}(?:w|kw|week|cw){BETWEEN}(?P<week>\d{{1,2}})"),
]
_QUARTERS = [
    re.compile(rf"(?P<quarter>[1-4])\.?\s?(?:quartal|quarter|q|trimestre){BETWEEN}{_YEAR}?"),
    re.compile(rf"(?:quartal|quarter|qtr|t)\.?\s?(?P<quarter>[1-4]){BETWEEN}{_YEAR}?"),
]


def readings(value: Any, year_starts: int | None = None) -> list[str]:
    """The periods that a cell may mean, in ISO's spelling; while nobody says it, fiscal years start in April."""
    if isinstance(value, Day):
        return [value.text]
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        return _whole(value)
    return list(_of_text(str(value), year_starts or 4))


@lru_cache(maxsize=50_000)  # a column says the same months again and again
def _of_text(value: str, year_starts: int) -> list[str]:
    """The periods that a text may mean."""
    if periods.fiscal_name(value):
        with contextlib.suppress(ValueError):  # 2025/26 where years start in January
            return [periods.resolve(value, year_starts)]
        return []
    text = folded(value)
    if not text or len(text) > 40:
        return []
    try:
        return [periods.check_period(text.upper())] if not re.fullmatch(r"\d{4}", text) else _whole(int(text))
    except ValueError:
        pass
    if text.rstrip(".") in MONTHS:
        return [f"--{MONTHS[text.rstrip('.')]:02d}"]
    return _day(text) or _counted(text) or _spelled(text)


def with_year(reading: str, year: int) -> str:
    """A month or quarter without a year, in a year."""
    return f"{year}{reading[1:]}" if reading.startswith("--") else reading


def years_in(text: str) -> list[int]:
    """The years that a text names, such as a title's; a business year over two has none."""
    if re.search(r"(?i)\b(?:fy|gj|exercice)\b|\b(?:19|20)\d\d\s?[/–-]\s?(?:19|20)?\d\d\b", text):
        return []
    return sorted({int(year) for year in re.findall(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]\d|\d)", text)})


def _whole(value: float) -> list[str]:
    if not float(value).is_integer():
        return []
    number = int(value)
    if FIRST_YEAR <= number <= LAST_YEAR:
        return [str(number)]
    year, month = divmod(number, 100)
    return [f"{year}-{month:02d}"] if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 else []


def _day(text: str) -> list[str]:
    if match := re.fullmatch(r"(\d{4})[./-](\d\d?)[./-](\d\d?)(?:[ t].*)?", text):
        return _dates([(match[1], match[2], match[3])])
    if match := re.fullmatch(rf"{_DAYS.pattern}(?: \d\d?:\d\d.*)?", text):
        first, second, year = match["first"], match["second"], match["year"]
        orders = [(year, second, first), (year, first, second)]
        return _dates(orders[:1] if match["sign"] == "." else orders)  # with points the day is first everywhere
    for pattern in _NAMED_DAYS:
        if match := pattern.fullmatch(text):
            return _dates([(match["year"], str(MONTHS[match["name"]]), match["day"])])
    return []


def _dates(orders: list[tuple[str, str, str]]) -> list[str]:
    """The days there are among (year, month, day), each once."""
    found = []
    for year, month, day in orders:
        try:
            date = datetime.date(_year(year), int(month), int(day))
        except ValueError:
            continue
        if FIRST_YEAR <= date.year <= LAST_YEAR and date.isoformat() not in found:
            found.append(date.isoformat())
    return found


def _counted(text: str) -> list[str]:
    """A quarter or a week."""
    if re.fullmatch(r"q[1-4]", text):
        return [f"--Q{text[1]}"]
    if match := next((match for pattern in _QUARTERS if (match := pattern.fullmatch(text))), None):
        return [f"{_year(match['year'])}-Q{match['quarter']}" if match["year"] else f"--Q{match['quarter']}"]
    if match := next((match for pattern in _WEEKS if (match := pattern.fullmatch(text))), None):
        week = f"{match['year']}-W{int(match['week']):02d}"
        try:
            return [periods.check_period(week)]
        except ValueError:
            return []
    return []


def _spelled(text: str) -> list[str]:
    business = re.fullmatch(r"(\d{4})/(\d\d)", text)
    if business and int(business[2]) == (int(business[1]) + 1) % 100:  # 2010/11 is rather a business year
        return []
    period = respelled(text)
    return [period] if period else []


def _year(text: str) -> int:
    year = int(text.lstrip("'’"))
    return year + 2000 if year < 100 else year
