"""Times as exports write them: read by stated forms, checked, and brought to UTC.

What no form reads is never guessed. An hour that a change of the clock leaves out, or runs twice, has no instant of
its own, and is told apart.
"""

from __future__ import annotations

import datetime
import functools
import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ISO = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M%z",
    "%Y-%m-%d %H:%M%z",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d",
)
"""Forms that can mean one thing only; they are tried after those that are stated."""
EARLIEST = 1971
"""A year before it is a duration that was written as a time, or a year of two digits."""
_LATEST = 2261
_NAT = np.iinfo(np.int64).min
_PARTS = {
    **{"d": r"\d{1,2}", "m": r"\d{1,2}", "y": r"\d\d", "Y": r"\d{4}", "H": r"\d{1,2}", "I": r"\d{1,2}"},
    **{
        "M": r"\d\d",
        "S": r"\d\d",
        "p": r"(?i:[ap]m)",
        "b": r"[^\W\d]+",
        "B": r"[^\W\d]+",
        "z": r"(?:Z|[-+]\d\d:?\d\d)",
    },
}
_WIDTHS = {"%d": 2, "%m": 2, "%Y": 4, "%H": 2, "%M": 2, "%S": 2}
_MONTHS = {
    "jan": "january januar janvier enero janeiro janv ene",
    "feb": "february februar février febrero fevereiro févr fevrier fev",
    "mar": "march märz mars marzo março maerz mär mrz marco",
    "apr": "april avril abril avr abr",
    "may": "may mai mayo maio",
    "jun": "june juni juin junio junho",
    "jul": "july juli juillet julio julho juil",
    "aug": "august août agosto aout ago",
    "sep": "september septembre septiembre setembro sept set",
    "oct": "october oktober octobre octubre outubro okt out",
    "nov": "november novembre noviembre novembro",
    "dec": "december dezember décembre diciembre dezembro dez déc dic decembre",
}
_MONTH_OF = {word: month for month, words in _MONTHS.items() for word in (month, *words.split())}


@dataclass(frozen=True)
class Times:
    """Instants in seconds since 1970 in UTC (NaT where there is none), and what is wrong with which."""

    values: np.ndarray  # datetime64[s]
    unread: np.ndarray
    skipped: np.ndarray  # in an hour that the clock leaves out
    twice: np.ndarray  # in an hour that it runs twice
    naive: bool  # some times state no zone


def check_form(form: str) -> str:
    """Return how a time is written, or raise ValueError saying what such a form looks like."""
    signs = re.findall(r"%(.?)", form)
    if odd := [sign for sign in signs if sign not in _PARTS]:
        raise ValueError(f"%{odd[0]} means nothing here; a form is written as %d/%m/%Y %H:%M")
    if not {"d"} <= set(signs) or not {"m", "b", "B"} & set(signs) or not {"y", "Y"} & set(signs):
        raise ValueError("a form holds day, month and year, such as %d/%m/%Y %H:%M")
    return form


def pattern(form: str, day: bool = False) -> str:
    """A regular expression of what a form reads; with `day`, its day is a group."""
    parts = re.split(r"(%.)", form)
    read = (_PARTS[part[1]] if re.fullmatch(r"%.", part) else re.escape(part) for part in parts)
    words = [f"(?P<day>{r})" if day and part == "%d" else r for part, r in zip(parts, read, strict=True)]
    return f"^{''.join(words)}$"


def read_times(cells: pa.Array, forms: Sequence[str], zone: str) -> Times:
    """Read texts, nulls where there is nothing, by the first of the forms that fits; `zone` is that of naive times."""
    count = len(cells)
    flags = [np.zeros(count, bool) for _ in range(3)]
    if pa.types.is_timestamp(cells.type) or pa.types.is_date(cells.type):
        seconds = _seconds(cells.cast(pa.timestamp("s", getattr(cells.type, "tz", None)), safe=False))
        return _placed(seconds, np.full(count, getattr(cells.type, "tz", None) is None), zone, flags[0])
    forms = [*forms, *(form for form in ISO if form not in forms)]
    there = np.flatnonzero(cells.is_valid())
    texts = cells if len(there) == count else cells.take(pa.array(there))
    read, without_zone = _by_form(texts, forms[0]), np.full(len(texts), "%z" not in forms[0])
    rest = np.flatnonzero(read == _NAT)
    if len(rest):  # what is odd is often the same again and again
        odd = texts.take(pa.array(rest)).dictionary_encode()
        codes = odd.indices.to_numpy()
        read[rest], without_zone[rest] = (values[codes] for values in _by_any(odd.dictionary, forms))
    seconds, naive = np.full(count, _NAT), np.ones(count, bool)
    seconds[there], naive[there] = read, without_zone
    unread = flags[0]
    unread[there] = read == _NAT
    return _placed(seconds, naive, zone, unread)


def _by_any(texts: pa.Array, forms: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """What the first form that fits reads, as it stands and then tidied, and which state no zone."""
    seconds, naive, left = np.full(len(texts), _NAT), np.ones(len(texts), bool), np.arange(len(texts))
    for tidy in (False, True):
        some = texts.take(pa.array(left))
        some = _tidied(some) if tidy else some
        for form in forms:
            if not len(left):
                break
            read = _by_form(some, form)
            good = read != _NAT
            seconds[left[good]], naive[left[good]] = read[good], "%z" not in form
            left, some = left[~good], some.filter(pa.array(~good))
    return seconds, naive


def _by_form(texts: pa.Array, form: str) -> np.ndarray:
    """Seconds since 1970 of what a form reads, and nothing of a day that the calendar lacks."""
    seconds = _by_place(texts, form)
    left = np.flatnonzero(seconds == _NAT)
    if len(left):
        seconds[left] = _by_strptime(texts.take(pa.array(left)) if len(left) < len(texts) else texts, form)
    return seconds


def _by_place(texts: pa.Array, form: str) -> np.ndarray:
    """The same of times whose every figure stands in its place, as machines write them; far quicker than any reader."""
    seconds = np.full(len(texts), _NAT)
    parts = re.findall("%.|.", form)
    length = sum(_WIDTHS.get(part, 1) for part in parts)
    if any(part not in _WIDTHS and (part[0] == "%" or not part.isascii()) for part in parts):
        return seconds
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    rows = np.flatnonzero(np.diff(offsets) == length)
    if not len(rows):
        return seconds
    characters = np.frombuffer(texts.buffers()[2], np.uint8)
    if len(rows) == len(texts):
        table = characters[offsets[0] : offsets[-1]].reshape(-1, length)
    else:
        table = characters[offsets[:-1][rows, None] + np.arange(length)]
    figures: dict[str, Any] = {"%H": 0, "%M": 0, "%S": 0}
    good, place = np.ones(len(rows), bool), 0
    for part in parts:
        width = _WIDTHS.get(part, 1)
        number: Any = 0
        for at in range(place, place + width):
            if part in _WIDTHS:
                figure = table[:, at] - np.uint8(48)
                good &= figure < 10
                number = number * 10 + figure.astype(np.int32)
            else:
                good &= table[:, at] == ord(part)
        place += width
        figures |= {part: number} if part in _WIDTHS else {}
    good &= (figures["%m"] >= 1) & (figures["%m"] <= 12) & (figures["%d"] >= 1) & (figures["%Y"] >= EARLIEST)
    good &= (figures["%Y"] <= _LATEST) & (figures["%H"] < 24) & (figures["%M"] < 60) & (figures["%S"] < 60)
    months = (np.where(good, figures["%Y"] * 12 + figures["%m"], 1971 * 12 + 1) - 1970 * 12 - 1).astype("M8[M]")
    days = months.astype("M8[D]") + (figures["%d"] - 1)
    good &= days.astype("M8[M]") == months
    instants = days.astype(np.int64) * 86400 + figures["%H"] * 3600 + figures["%M"] * 60 + figures["%S"]
    seconds[rows] = np.where(good, instants, _NAT)
    return seconds


def _by_strptime(texts: pa.Array, form: str) -> np.ndarray:
    """The same by the system's reader, for times of any form."""
    parsed = pc.strptime(texts, format=form, unit="s", error_is_null=True)
    seconds = _seconds(parsed)
    if not (seconds != _NAT).any():
        return seconds
    instants = seconds.view("M8[s]")
    years = instants.astype("M8[Y]").astype(np.int64) + 1970
    seconds[(years < EARLIEST) | (years > _LATEST)] = _NAT
    # The system's reader takes 31/02 for 2 or 3 March.
    days = (instants.astype("M8[D]") - instants.astype("M8[M]")).astype(np.int64) + 1
    zoned = "%z" in form
    doubtful = np.flatnonzero((seconds != _NAT) & ((days <= 3) | (zoned & ((days <= 4) | (days >= 28)))))
    if len(doubtful):
        some = texts.take(pa.array(doubtful))
        shown = _local_days(some, seconds[doubtful]) if zoned else days[doubtful]
        seconds[doubtful[_written_days(some, form) != shown]] = _NAT
    return seconds


def _written_days(texts: pa.Array, form: str) -> np.ndarray:
    """The days of the month that stand in times that a form reads."""
    start = {"%d": 0, "%Y": 8}.get(form[:2]) if form[:2] == "%d" or form.startswith("%Y-%m-%d") else None
    if start is None:
        days = pc.struct_field(pc.extract_regex(texts, pattern(form, day=True)), "day")
    else:
        days = pc.utf8_rtrim(pc.utf8_slice_codeunits(texts, start, start + 2), "/.- T")
    return np.array([int(day) if day and day.isdigit() else 0 for day in days.to_pylist()])


def _local_days(texts: pa.Array, seconds: np.ndarray) -> np.ndarray:
    """The days that instants have by the clocks of the offsets they were written with."""
    offsets = pc.extract_regex(texts, r"(?P<sign>[-+])(?P<hours>\d\d):?(?P<minutes>\d\d)$").to_pylist()
    shift = [
        (1 if o["sign"] == "+" else -1) * (int(o["hours"]) * 3600 + int(o["minutes"]) * 60) if o else 0 for o in offsets
    ]
    local = (seconds + np.array(shift, np.int64)).view("M8[s]")
    return (local.astype("M8[D]") - local.astype("M8[M]")).astype(np.int64) + 1


def _seconds(times: pa.Array) -> np.ndarray:
    return pc.fill_null(times.cast(pa.int64()), _NAT).to_numpy(zero_copy_only=False).copy()


def _tidied(texts: pa.Array) -> pa.Array:
    """Times without what carries no meaning here: a second line, fractions of seconds, odd spaces, foreign months."""
    texts = pc.replace_substring_regex(texts, r"(?s)\s*(?:[\r\n]|<br).*$", "")
    texts = pc.replace_substring_regex(texts, "[\u00a0\u202f\u2009\\s]+", " ")
    texts = pc.replace_substring_regex(texts, r"(:\d\d)[.,]\d+", r"\1")
    texts = pc.replace_substring_regex(texts, r"(?i)\s*\b(?:utc|gmt)$|(\d)z$", r"\1+0000")
    texts = pc.replace_substring_regex(texts, r"(?i)([ap])\. ?m\.", r"\1m")
    texts = pc.replace_substring_regex(texts, r"(?i)(\d)\s*(?:uhr|h)$", r"\1")
    if pc.any(pc.match_substring_regex(texts, r"\pL{3}")).as_py():
        texts = pa.array([re.sub(r"[^\W\d_]{3,}\.?", _english, text) for text in texts.to_pylist()], pa.string())
    return texts


def _english(match: re.Match[str]) -> str:
    month = _MONTH_OF.get(match[0].rstrip(".").casefold())
    return month.capitalize() if month else match[0]


def _placed(seconds: np.ndarray, naive: np.ndarray, zone: str, unread: np.ndarray) -> Times:
    """Naive seconds by the clock of a zone, as instants."""
    local = naive & (seconds != _NAT)
    skipped, twice = np.zeros(len(seconds), bool), np.zeros(len(seconds), bool)
    if local.any() and zone not in ("", "UTC"):
        seconds[local], skipped[local], twice[local] = to_utc(seconds[local], zone)
    seconds[skipped | twice] = _NAT
    return Times(seconds.view("M8[s]"), unread, skipped, twice, bool(local.any()))


def to_utc(local: np.ndarray, zone: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seconds by a zone's clock as seconds in UTC, and which of them the clock leaves out, and which it runs twice."""
    years = local[[local.argmin(), local.argmax()]].view("M8[s]").astype("M8[Y]").astype(np.int64) + 1970
    changes, offsets = transitions(zone, int(years[0]) - 1, int(years[1]) + 1)
    before, after = changes + offsets[:-1], changes + offsets[1:]
    # By the clock, an offset begins to hold where both sides of the change are past.
    starts, ends = np.maximum(before, after), np.minimum(before, after)
    period = np.searchsorted(starts, local, side="right")
    upcoming = np.minimum(period, max(len(changes) - 1, 0))
    odd = (period < len(changes)) & (local >= ends[upcoming]) if len(changes) else np.zeros(len(local), bool)
    forward = after[upcoming] > before[upcoming] if len(changes) else odd
    return local - offsets[period], odd & forward, odd & ~forward


@functools.lru_cache(maxsize=64)
def transitions(zone: str, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """When a zone's offset changes in these years, in seconds of UTC, and the offsets before, between and after."""
    rule, day = zoneinfo.ZoneInfo(zone), 86400

    def offset(second: int) -> int:
        moment = datetime.datetime.fromtimestamp(second, datetime.UTC).astimezone(rule)
        return int((moment.utcoffset() or datetime.timedelta()).total_seconds())

    begin = int(datetime.datetime(max(first, 2), 1, 1, tzinfo=datetime.UTC).timestamp())
    end = int(datetime.datetime(min(last, 9998) + 1, 1, 1, tzinfo=datetime.UTC).timestamp())
    changes, offsets = [], [offset(begin)]
    for start in range(begin, end, day):
        if offset(start + day) == offsets[-1]:
            continue
        low, high = start, start + day
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == offsets[-1] else (low, middle)
        changes.append(high)
        offsets.append(offset(high))
    return np.array(changes, np.int64), np.array(offsets, np.int64)
