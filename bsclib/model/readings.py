"""How what is no plain number reads in a KPI's measure: a duration, yes or no, the day on which something was done.

A reading is a number, or a fault that has no place yet; whatever could mean two things is a fault.
"""

from __future__ import annotations

import contextlib
import datetime
import math
import re

from bsclib.errors import Fault
from bsclib.model import periods
from bsclib.model.advice import duration_fault, number_advice
from bsclib.model.measures import NO, YES, Measure, is_yes_no, time_unit

_OPEN = {"not yet", "not done", "open"}
_DAY = re.compile(r"(?:date )?(\d{4}-\d\d-\d\d)(?:[ t]00:00(?::00)?)?")


def read(value: object, measure: Measure, period: str = "", point: str = ".") -> float | Fault:
    """A value that is no plain number, in a measure; NaN where it says that nothing is to be counted yet."""
    text = " ".join(str(value).split())
    if measure.due:
        return _days_late(text, measure.due, period)
    if is_yes_no(measure.unit):
        answer = text.casefold()
        return float(answer in YES) if answer in YES | NO else wrong_answer(text)
    if isinstance(value, datetime.timedelta):
        known = time_unit(measure.unit)
        return value.total_seconds() / known[1] if known else duration_fault(value, measure)
    return Fault("", "this is not a number", repr(text), fix=number_advice(text, point, measure))


def wrong_answer(text: str) -> Fault:
    """The fault of an answer that is neither yes nor no."""
    return Fault("", "this is neither yes nor no", repr(text), "yes, no, true, false, 1, 0", "write yes or no")


def _days_late(text: str, due: str, period: str) -> float | Fault:
    """How late something was done, or is by the end of a period in which it was open; NaN while it is not due."""
    allowed = "the day it was done, how many days late that was, or: not yet"
    end, target = None, periods.last_day(due)
    with contextlib.suppress(ValueError):  # a period that is none is a fault of its own
        end = periods.last_day(period)
    if text.casefold() in _OPEN:
        late = (end - target).days if end else 0
        return float(late) if late > 0 else math.nan
    try:
        done = datetime.date.fromisoformat(match[1]) if (match := _DAY.fullmatch(text.casefold())) else None
    except ValueError:
        done = None
    if done is None:
        fix = f"write the day as year, month and day, such as {target.isoformat()}, or not yet"
        return Fault("", "this is no day on which a milestone was done", repr(text), allowed, fix)
    if end and done > end:
        return Fault(
            "", f"{done} comes after the end of {period}", repr(text), allowed, "write not yet until it is done"
        )
    return float((done - target).days)
