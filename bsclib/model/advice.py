"""What to write instead of a text that should be a number.

Whatever was observed is kept: nobody is told to empty a cell that says something.
"""

from __future__ import annotations

import contextlib
import datetime
import re

from bsclib.errors import Fault
from bsclib.model.measures import NO, YES, Measure, time_unit
from bsclib.model.periods import last_day
from bsclib.wording import month_name

_GROUPS = r"\d{1,3}(?:[,.'’\s\u00a0\u202f]\d{3})+(?:[.,]\d+)?"
_NUMBER = rf"(?P<sign>[-+−]?)(?P<number>{_GROUPS}|\d+(?:[.,]\d+)?|[.,]\d+)"
CURRENCY = r"(?:US\$|[$€£¥₹]|USD|EUR|GBP|CHF|JPY|AUD|CAD|INR)"
_ABOUT = r"(?:~|≈|ca?\.|about|approx\.?)"
_BEFORE = rf"(?P<minus>[-−]?)(?P<before>{CURRENCY})"
_UNIT = r"[^\d\s%.,:)][^\d%]*"
TIMES = {"k": 1e3, "tsd": 1e3, "tsd.": 1e3, "thousand": 1e3, "mn": 1e6, "mio": 1e6, "mio.": 1e6, "million": 1e6}
TIMES |= {"millionen": 1e6, "millions": 1e6, "bn": 1e9, "mrd": 1e9, "mrd.": 1e9, "billion": 1e9}
COLOURS = {"green", "amber", "yellow", "orange", "red", "blue", "grey", "gray", "grün", "gelb", "rot", "vert", "jaune"}
COLOURS |= {"rouge", "🟢", "🟡", "🟠", "🔴", "●", "▲", "▼", "▶", "↑", "↓", "→", "↗", "↘", "on track", "off track"}
COLOURS |= {"at risk", "on target", "off target", "g", "a", "r"}
NOTHING = {"", "-", "--", "---", "–", "—", ".", "..", "...", "?", "n/a", "na", "n.a.", "n.a", "n/k", "#n/a", "nan"}
NOTHING |= {"null", "none", "nil", "tbd", "tba", "tbc", "not measured", "not available", "no data", "k.a.", "k. a."}
NOTHING |= {"entfällt", "keine angabe", "n.v.", "nd", "n.d.", "n.c.", "non mesuré", "pending"}
_CLOCK = re.compile(
    r"(?:(?P<days>\d+) days?,? )?(?P<hours>\d+):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d)(?:\.\d+)?)?"
)

PLAIN = Measure()
EMPTY = "leave the cell empty if nothing was observed"
OBSERVED = "write the number that was observed"


def year_advice(month: str, whose: str, year_starts: int | None) -> tuple[str, str]:
    """What is wrong with a month such as 2010-11 where years are written, and what to write for the year meant."""
    what = f"{month} is the month {month_name(month)}, and {whose}"
    calendar = month[:4] if year_starts in (None, 1) else f"{month[:4]}-01/{month[:4]}-12"
    fiscal, day = f"FY{int(month[:4]) + 1}", last_day(month)
    fix = f"write {fiscal} for the fiscal year, {calendar} for the calendar year, or {day} for the month itself"
    more = "" if year_starts else "; the scorecard says by year_starts in which month its years start"
    return what, fix + more


def number_advice(value: object, point: str = ".", measure: Measure = PLAIN) -> str:
    """What to do about a value that should be a number; `point` is the decimal sign of its table."""
    text = " ".join(str(value).split())
    folded = text.casefold()
    if folded in NOTHING:
        return EMPTY
    if folded in YES | NO | {"x"}:
        return "write 1 or 0: 1 for yes, 0 for no"
    if folded in COLOURS:
        return "a colour is no observation: write the number that was judged by it"
    if re.match(r"[<>≤≥]|(?:under|over|up to|at least|at most|less than|more than)\b", folded):
        return f"a bound is no value: {OBSERVED}"
    if re.fullmatch(r"[-+]?\d*[.,]\d{1,2}|[-+]?\d*[.,]\d{4,}", text):
        return "write all numbers with the same decimal sign"
    return plain_number(text, point, measure) or f"{OBSERVED}; leave the cell empty only if there was none"


def plain_number(value: object, point: str = ".", measure: Measure = PLAIN) -> str:
    """How the number in a text is written by itself; nothing where the text holds none."""
    text = " ".join(str(value).split())
    folded = text.casefold()
    if text.startswith("date "):
        return "Excel has made a date of it: format the cell as a number and type it again"
    if duration := clock(folded):
        return f"this is a time or a duration: {_as_number(text, duration, measure, point)}"
    if match := re.fullmatch(rf"\((?:{CURRENCY})? ?{_NUMBER}\)", text, re.IGNORECASE):
        return f"brackets are no minus here: write {_digits(match, point, '-') or 'a minus and plain digits'}"
    if match := re.fullmatch(rf"{_NUMBER} ?%", text):
        return _percent(match, point, measure)
    if re.fullmatch(rf"[-+]?{_GROUPS}", text):
        return "leave out what separates the thousands"
    match = re.fullmatch(rf"{_NUMBER} ?(?P<times>{'|'.join(map(re.escape, TIMES))})", folded)
    if match and not re.fullmatch(_GROUPS, match["number"]):
        size = float(match["number"].replace(",", ".")) * TIMES[match["times"]]
        return f"write it in full: {match['sign'].replace('−', '-')}{size:.15g}".replace(".", point)
    if match := re.fullmatch(rf"{_ABOUT}? ?(?:{_BEFORE})? ?{_NUMBER} ?(?P<unit>{_UNIT})?", text, re.IGNORECASE):
        digits = _digits(match, point, match["minus"] or "") or "plain digits"
        theirs, own = time_unit(match["unit"] or ""), time_unit(measure.unit)
        if theirs and own and theirs != own and digits != "plain digits":
            figure = f"{float(digits.replace(',', '.')) * theirs[1] / own[1]:.6g}".replace(".", point)
            return f"write {figure}, which is {text} in {own[0]}"
        without = " and ".join(mark for mark in (match["before"], match["unit"]) if mark)
        return f"leave out {without}: write {digits}" if without else f"write {digits}"
    return "leave out the % sign" if "%" in text else ""


def _digits(match: re.Match[str], point: str, minus: str = "") -> str:
    """The number as its table would have it; nothing where a sign in it could separate thousands or decimals."""
    number = match["number"]
    if re.fullmatch(_GROUPS, number) and not re.fullmatch(rf"\d+{re.escape(point)}\d+", number):
        return ""
    return (minus or match["sign"]).replace("−", "-") + re.sub("[.,]", point, number)


def _percent(match: re.Match[str], point: str, measure: Measure) -> str:
    digits = _digits(match, point)
    if not digits or measure.whole == 100:
        return f"write {digits or 'plain digits'} without %"
    share = f"{float(digits.replace(',', '.')) / 100:.15g}".replace(".", point)
    return f"write {share}" if measure.whole == 1 else f"write {digits} or {share}, as the KPI's target is written"


def duration_fault(duration: datetime.timedelta, measure: Measure) -> Fault:
    """The fault of a duration in a KPI that is measured in no time."""
    unit = f", and the KPI is measured in {measure.unit}" if measure.unit else ""
    fix = f"write hours as a number: {duration.total_seconds() / 3600:.6g}"
    return Fault("", f"this is a duration of {duration_words(duration)}{unit}", fix=fix)


def duration_words(duration: datetime.timedelta) -> str:
    """A duration as a person says it: ``5 h 30 min``."""
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    parts = [(minutes // 60, "h"), (minutes % 60, "min"), (seconds, "s")]
    return " ".join(f"{count} {name}" for count, name in parts if count) or "0 h"


def clock(text: str) -> datetime.timedelta | None:
    """The duration that is typed as on a clock, ``6:30`` or ``1 day, 2:15:00``; None where it is none."""
    match = _CLOCK.fullmatch(text)
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0, 0)
    with contextlib.suppress(OverflowError):  # more days than there can be
        return datetime.timedelta(days, seconds, 0, 0, minutes, hours) if match else None
    return None


def _as_number(text: str, duration: datetime.timedelta, measure: Measure, point: str) -> str:
    """A duration as a number of the KPI's own unit; of hours where that is no time."""
    name, size = time_unit(measure.unit) or ("hours", 3600.0)
    figure = f"{duration.total_seconds() / size:.6g}".replace(".", point)
    if name in ("minutes", "seconds") and re.fullmatch(r"\d+:\d\d", text):
        hours, minutes = map(int, text.split(":"))
        shorter = f"{duration.total_seconds() / 60 / size:.6g}".replace(".", point)
        return f"write {figure} {name} if it is {duration_words(duration)}, {shorter} if {hours} min {minutes} s"
    return f"write {figure}, which is {text} in {name}"
