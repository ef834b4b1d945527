"""When a service is open: hours by weekday, holidays, a zone; and from when on that holds.

The hours are those of a clock on the wall in the calendar's zone. A moment is open when that clock stands within the
hours of its day; so a night in which the clock is put forward is an hour shorter, and an hour that exists twice counts
twice. Hours past midnight (`22:00-30:00`) belong to the day on which they begin: a holiday closes what begins on it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np
import pandas as pd

from bsclib.errors import ActualsError, Fault, suggestion, unknown

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 86_400
_SHIFT = re.compile(r"\s*(\d{1,2})(?::([0-5]\d))?\s*[-–]\s*(\d{1,2})(?::([0-5]\d))?\s*")
_COUNTRY = re.compile(r"([A-Z]{2})(?:-(\w+))?")
_EXAMPLE = 'write mon-fri: ["9:00-12:00", "13:00-17:00"]'


class _Read(NamedTuple):
    """What is written in a calendar, once it is read."""

    shifts: list[tuple[int, int, int]]  # weekday, and where it opens and closes in seconds of the day
    holidays: list[datetime.date]
    countries: list[str]
    begins: datetime.date | None


@dataclass(frozen=True)
class ServiceCalendar:
    """The open hours of a service.

    Parameters
    ----------
    week : mapping of str to str or sequence of str
        Hours by weekday: ``{"mon-fri": ["9:00-12:00", "13:00-17:00"], "sat": "8:00-12:00"}``. A key is a day (`mon` to
        `sun`), a span of days or several, separated by commas; hours that overlap count once; hours past midnight are
        written on (``"22:00-30:00"``), up to ``48:00``.
    holidays : sequence of date or str, optional
        Days without hours, and countries (``"DE"``) or parts of them (``"DE-BY"``), whose public holidays the package
        `holidays` knows.
    zone : str, default "UTC"
        The zone of the hours, by its IANA name, such as ``"Europe/Berlin"``.
    valid_from : date or str, optional
        The first day on which this calendar holds. Where hours changed, a list of calendars stands for one: each holds
        until the next begins. Before the first there are no service hours: they are missing.

    Raises
    ------
    ActualsError
        For a day, hours, a holiday, a zone or a date that cannot be read, and for a week without hours; all of them
        together. For a country when the package `holidays` is not installed or does not know it.

    Examples
    --------
    >>> desk = ServiceCalendar({"mon-fri": ["9:00-12:00", "13:00-17:00"]}, ["2024-12-25"], "Europe/Berlin")
    >>> desk.weekly_hours
    35.0
    >>> ServiceCalendar({"mon-fri": "22:00-6:00"})
    Traceback (most recent call last):
    ...
    bsclib.errors.ActualsError: the service calendar, mon-fri: ... Fix: write 22:00-30:00.
    """

    week: Mapping[str, str | Sequence[str]]
    holidays: Sequence[datetime.date | str] | str = ()
    zone: str = "UTC"
    valid_from: datetime.date | str | None = None
    _read: _Read = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        shifts = _shifts(self.week, faults)
        days, countries = _holidays(self.holidays, faults)
        start = None if self.valid_from is None else _date(self.valid_from, "valid_from", faults)
        if not is_zone(self.zone):
            guess = suggestion(str(self.zone), available_timezones())
            where, what = "the service calendar, zone", f"there is no zone {self.zone!r}"
            faults.append(Fault(where, what, allowed="names such as Europe/Berlin", fix=guess))
        if faults:
            raise ActualsError(faults)
        object.__setattr__(self, "_read", _Read(shifts, days, countries, start))

    @property
    def weekly_hours(self) -> float:
        """Hours that a week without a holiday has."""
        starts, ends = _merged(*_spans(self._read.shifts, np.arange(7) - 3))
        return float((ends - starts).sum()) / 3600

    @property
    def daily_hours(self) -> tuple[float, ...]:
        """Hours of each weekday, Monday first."""
        spans = (
            _merged(*_spans([shift for shift in self._read.shifts if shift[0] == day], np.arange(7) - 3))
            for day in range(7)
        )
        return tuple(float((ends - starts).sum()) / 3600 for starts, ends in spans)

    def _closed_days(self, first: int, last: int) -> np.ndarray:
        """Holidays of the years that hold these days, as days since 1970."""
        years = range(_day(first).year, _day(last).year + 1)
        return np.array(
            sorted({_number(day) for day in [*self._read.holidays, *_public(self._read.countries, years)]}),
            dtype=np.int64,
        )


Calendar = ServiceCalendar | Sequence[ServiceCalendar]


def open_spans(calendar: Calendar, first: float, last: float) -> tuple[np.ndarray, np.ndarray]:
    """When a calendar opens and closes from one moment to another at least, in seconds since 1970, in order."""
    chain = chained(calendar)
    begins = [valid_from(one) for one in chain]
    spans = []
    for one, begin, end in zip(chain, begins, [*begins[1:], np.inf], strict=True):
        low, high = max(first, begin), min(last, end)
        if low <= high:
            starts, ends = _open(one, int(low) // DAY - 3, int(high) // DAY + 3)
            starts, ends = np.clip(starts, begin, end), np.clip(ends, begin, end)
            spans.append((starts[starts < ends], ends[starts < ends]))
    return tuple(np.concatenate([span[side] for span in spans] or [np.empty(0)]) for side in (0, 1))  # type: ignore[return-value]


def chained(calendar: Calendar) -> list[ServiceCalendar]:
    """The calendars that stand for one, in the order in which they begin."""
    listed = [calendar] if isinstance(calendar, ServiceCalendar) else calendar
    if not isinstance(listed, Sequence) or not all(isinstance(one, ServiceCalendar) for one in listed):
        fix = 'make one: ServiceCalendar({"mon-fri": "9:00-17:00"})'
        raise ActualsError(
            Fault("calendar", "this is no service calendar, nor a list of them", repr(calendar), fix=fix)
        )
    chain = sorted(listed, key=valid_from)
    begins = [valid_from(one) for one in chain]
    if not chain:
        raise ActualsError(Fault("the service calendar", "the list holds no calendar"))
    if len(set(begins)) < len(begins):
        what = "two calendars of the list begin on one day"
        raise ActualsError(
            Fault("the service calendar, valid_from", what, fix="give each but the first its own valid_from")
        )
    return chain


def valid_from(calendar: ServiceCalendar) -> float:
    """The moment from which a calendar holds, in seconds since 1970."""
    day = calendar._read.begins
    if day is None:
        return -np.inf
    return datetime.datetime.combine(day, datetime.time(), ZoneInfo(calendar.zone)).timestamp()


def _open(calendar: ServiceCalendar, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Spans of open time by the clock on the wall, brought to UTC between two changes of the clock at a time."""
    days = np.arange(first, last + 1)
    days = days[~np.isin(days, calendar._closed_days(first, last))]
    starts, ends = _merged(*_spans(calendar._read.shifts, days))
    cut_starts, cut_ends = [], []
    for begin, end, offset in _offsets(calendar.zone, first * DAY, last * DAY):
        here = slice(np.searchsorted(ends, begin + offset, "right"), np.searchsorted(starts, end + offset, "left"))
        cut_starts.append(np.maximum(starts[here] - offset, begin))
        cut_ends.append(np.minimum(ends[here] - offset, end))
    return np.concatenate(cut_starts), np.concatenate(cut_ends)


def _spans(shifts: Sequence[tuple[int, int, int]], days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shifts laid out over days since 1970, which began on a Thursday."""
    weekday = (days + 3) % 7
    starts = [days[weekday == day] * DAY + start for day, start, _ in shifts]
    ends = [days[weekday == day] * DAY + end for day, _, end in shifts]
    return np.concatenate(starts or [days[:0]]), np.concatenate(ends or [days[:0]])


def _merged(starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spans in order, those that touch or overlap made one."""
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    apart = np.flatnonzero(starts[1:] > ends[:-1]) + 1 if len(starts) else np.empty(0, dtype=int)
    return starts[np.append(0, apart)[: len(starts)]], ends[np.append(apart - 1, len(ends) - 1)[: len(ends)]]


def _offsets(zone: str, first: int, last: int) -> list[tuple[int, int, int]]:
    """Begin, end and offset of each stretch of time between two changes of the clock, to the second."""
    days = np.arange(first, last + DAY, DAY)
    offsets = _offset(days, zone)
    before = np.flatnonzero(offsets[1:] != offsets[:-1])
    low, high, left = days[before], days[before + 1], offsets[before]
    while len(low) and (high - low).max() > 1:
        middle = (low + high) // 2
        old = _offset(middle, zone) == left
        low, high = np.where(old, middle, low), np.where(old, high, middle)
    edges = [first, *high.tolist(), last]
    return list(zip(edges[:-1], edges[1:], [int(offsets[0]), *offsets[before + 1].tolist()], strict=True))


def _offset(moments: np.ndarray, zone: str) -> np.ndarray:
    utc = pd.DatetimeIndex(moments.astype("datetime64[s]")).tz_localize("UTC")
    return utc.tz_convert(zone).tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64) - moments


# ---------------------------------------------------------------------------------------------------- as it is written


def is_zone(name: object) -> bool:
    """Whether there is a zone of this name."""
    try:
        return isinstance(name, str) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _shifts(week: object, faults: list[Fault]) -> list[tuple[int, int, int]]:
    if not isinstance(week, Mapping) or not week:
        faults.append(Fault("the service calendar, week", "it has no hours", got=str(week), fix=_EXAMPLE))
        return []
    shifts = []
    for key, hours in week.items():
        days = _days(str(key), faults)
        for text in [hours] if isinstance(hours, str) else hours if isinstance(hours, Sequence) else [str(hours)]:
            span = _hours(str(text), f"the service calendar, {key}", faults)
            shifts += [(day, *span) for day in days if span]
    if not shifts and not faults:
        faults.append(Fault("the service calendar, week", "it has no hours", got=str(dict(week)), fix=_EXAMPLE))
    return sorted(set(shifts))


def _days(key: str, faults: list[Fault]) -> list[int]:
    days = []
    for part in key.casefold().replace("–", "-").split(","):
        names = [name.strip() for name in part.split("-")]
        strangers = [name for name in names if name not in DAYS]
        faults += [unknown("day", name, DAYS, f"the service calendar, {key}") for name in strangers]
        if strangers:
            continue
        if len(names) > 2:
            faults.append(
                Fault(f"the service calendar, {key}", "a span has two days", fix="write mon-fri, or mon, wed")
            )
            continue
        first, last = DAYS.index(names[0]), DAYS.index(names[-1])
        days += [day % 7 for day in range(first, last + 1 + (7 if last < first else 0))]
    return days


def _hours(text: str, where: str, faults: list[Fault]) -> tuple[int, int] | None:
    match = _SHIFT.fullmatch(text)
    if not match:
        faults.append(Fault(where, "these are no hours", repr(text), "9:00-17:00, 22:00-30:00", _EXAMPLE))
        return None
    start, end = (int(match[hour]) * 3600 + int(match[hour + 1] or 0) * 60 for hour in (1, 3))
    if end <= start:
        fix = f"write {text.split('-')[0].strip()}-{end // 3600 + 24}:{end % 3600 // 60:02d}"
        faults.append(Fault(where, "these hours end before they begin", repr(text), "", fix if start else _EXAMPLE))
        return None
    if start >= DAY or end > 2 * DAY:
        faults.append(
            Fault(where, "hours begin before 24:00 and end by 48:00", repr(text), fix="move them to the next day")
        )
        return None
    return start, end


def _holidays(given: object, faults: list[Fault]) -> tuple[list[datetime.date], list[str]]:
    single = isinstance(given, str | datetime.date) or not isinstance(given, Iterable)
    entries = [given] if single else list(cast(Iterable[object], given))
    countries = [entry for entry in entries if isinstance(entry, str) and _COUNTRY.fullmatch(entry)]
    days = [_date(entry, "holidays", faults) for entry in entries if entry not in countries]
    for country in countries:
        try:
            _public([country], range(2000, 2001))
        except ActualsError as error:
            faults += error.faults
    return [day for day in days if day], countries


def _date(entry: object, field: str, faults: list[Fault]) -> datetime.date | None:
    if isinstance(entry, datetime.date):
        return entry.date() if isinstance(entry, datetime.datetime) else entry
    try:
        return datetime.date.fromisoformat(str(entry))
    except ValueError:
        allowed = "dates such as 2024-12-25" + (", countries such as DE or DE-BY" if field == "holidays" else "")
        faults.append(Fault(f"the service calendar, {field}", "this is no date", repr(entry), allowed))
        return None


def _public(countries: Sequence[str], years: range) -> list[datetime.date]:
    """Public holidays of countries, by the package that knows them."""
    if not countries:
        return []
    where = "the service calendar, holidays"
    try:
        from holidays import country_holidays
    except ImportError:
        fix = "pip install 'bsclib[holidays]', or write the dates"
        raise ActualsError(
            Fault(where, "the package holidays is not installed", ", ".join(countries), "", fix)
        ) from None
    days: list[datetime.date] = []
    for country in countries:
        code, part = _COUNTRY.fullmatch(country).groups()  # type: ignore[union-attr]
        try:
            days += list(country_holidays(code, subdiv=part, years=years))
        except NotImplementedError as error:
            what = f"the package holidays does not know {country}"
            raise ActualsError(Fault(where, what, got=str(error), fix="write the dates")) from None
    return days


def _day(number: int) -> datetime.date:
    days = min(max(int(number), _number(datetime.date.min)), _number(datetime.date.max))
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=days)


def _number(day: datetime.date) -> int:
    return (day - datetime.date(1970, 1, 1)).days


ROUND_THE_CLOCK = ServiceCalendar({"mon-sun": "0:00-24:00"})
