"""Service hours between two moments, and the moment at which a goal is spent.

A calendar's open time is added up once, from its first opening on. After that a duration is a difference of two
interpolations, and a due time the inverse: no ticket is walked through day by day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from bsclib.actuals.itsm.calendar import Calendar, ServiceCalendar, chained, open_spans, valid_from
from bsclib.actuals.itsm.holds import Holds, merge
from bsclib.actuals.itsm.table import check_holds
from bsclib.errors import ActualsError, Fault, first_faults

HOUR = 3600
_LONGEST = 200 * 366 * 86_400
_GOAL = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*([a-z ]+?)\s*")
_LENGTHS = {"h": 1.0, "hour": 1.0, "min": 1 / 60, "minute": 1 / 60, "service day": 24.0}
AtClosing = Literal["closing", "glpi"]


@dataclass(frozen=True)
class OpenTime:
    """A calendar's open time added up: spans of open time, and the open seconds before each."""

    starts: np.ndarray
    ends: np.ndarray
    before: np.ndarray
    first: float  # before this moment there is no calendar

    @classmethod
    def over(cls, calendar: Calendar, first: float, last: float) -> OpenTime:
        """Add a calendar up from one moment to another."""
        starts, ends = (side.astype(float) for side in open_spans(calendar, first, last))
        return cls(starts, ends, np.cumsum(ends - starts) - (ends - starts), valid_from(chained(calendar)[0]))

    @property
    def total(self) -> float:
        """Open seconds of it all."""
        return float(self.before[-1] + self.ends[-1] - self.starts[-1]) if len(self.starts) else 0.0

    def elapsed(self, moments: np.ndarray) -> np.ndarray:
        """Open seconds up to each moment."""
        if not len(self.starts):
            return np.where(np.isnan(moments) | (moments < self.first), np.nan, 0.0)
        edges = np.column_stack([self.starts, self.ends]).ravel()
        sums = np.column_stack([self.before, self.before + self.ends - self.starts]).ravel()
        seconds = np.interp(moments, edges, sums)
        return np.where(moments < self.first, np.nan, seconds) if self.first > -np.inf else seconds

    def moment(self, seconds: np.ndarray, at_closing: AtClosing = "closing") -> np.ndarray:
        """The moment by which so many seconds were open: at a closing, or as GLPI has it at the next opening."""
        if not len(self.starts):
            return np.full(len(seconds), np.nan)
        sums = self.before + self.ends - self.starts
        place = np.searchsorted(sums, seconds, "left" if at_closing == "closing" else "right")
        inside = np.minimum(place, len(sums) - 1)
        moments = self.starts[inside] + seconds - self.before[inside]
        return np.where(place < len(sums), moments, np.nan)


def service_hours(start: Any, end: Any, calendar: Calendar, holds: pd.DataFrame | None = None) -> Any:
    """Hours of service between two moments, time on hold left out.

    Parameters
    ----------
    start, end : Series, DatetimeIndex, sequence or one moment
        Times with a zone. Two series must have one index.
    calendar : ServiceCalendar or sequence of ServiceCalendar
        Several are one that changed: each holds from its `valid_from` on.
    holds : DataFrame, optional
        When the clock stood still: columns `number` (the label of the ticket in the index of `start`), `start` and
        `end` (missing while it lasts). Of a single ticket every hold is its own. Holds that overlap count once, and
        only between `start` and `end`.

    Returns
    -------
    Series or float
        Hours, exact to the second; NaN where a moment is missing, or lies before the calendar's first `valid_from`.

    Raises
    ------
    ActualsError
        When an end lies before its start, a time has no zone, or the holds cannot be read.

    Notes
    -----
    With C(t) the open seconds up to t, this is C(end) - C(start) less the open seconds of the merged holds.

    Examples
    --------
    A ticket of Friday evening that is solved on Monday morning [1]_:

    >>> desk = ServiceCalendar({"mon-fri": "8:00-17:00"})
    >>> service_hours("2014-12-12T21:00Z", "2014-12-15T09:30Z", desk)
    1.5

    References
    ----------
    .. [1] ServiceNow, Elapsed time counting, which prints 1 h 30 min.
    """
    index = _index(start, end)
    begin, finish = _side_by_side(_moments(start, "start"), _moments(end, "end"))
    if (finish < begin).any():
        raise ActualsError(
            first_faults([_backwards(int(row), begin, finish, index) for row in np.flatnonzero(finish < begin)])
        )
    table = covering(calendar, begin, finish)
    lower, upper = table.elapsed(begin), table.elapsed(finish)
    seconds = upper - lower
    if holds is not None:
        seconds = seconds - open_holds(table, *_raw_holds(holds, index)).within(lower, upper)
    return float(seconds[0]) / HOUR if index is None else pd.Series(seconds / HOUR, index)


def due_time(
    start: Any, hours: Any, calendar: Calendar, holds: pd.DataFrame | None = None, at_closing: AtClosing = "closing"
) -> Any:
    """The moment at which a goal of so many service hours is spent.

    Parameters
    ----------
    start : Series, DatetimeIndex, sequence or one moment
        Times with a zone.
    hours : number, or sequence of numbers
        The goal in service hours, 0 or more; `goal_hours` makes them of days. Rounded to the second.
    calendar : ServiceCalendar or sequence of ServiceCalendar
    holds : DataFrame, optional
        As for `service_hours`. A hold that begins before the goal is spent puts the due time off; while it lasts there
        is none.
    at_closing : {"closing", "glpi"}, default "closing"
        When the goal is spent exactly as the service closes, that is the due time. GLPI moves it to the next opening.

    Returns
    -------
    Series of datetime64[s, UTC], or Timestamp
        Missing where start or goal is missing, or start lies before the calendar's first `valid_from`.

    Raises
    ------
    ActualsError
        For a goal below 0, one that 200 years do not spend, a time without a zone, or holds that cannot be read.

    Examples
    --------
    Four hours from Friday, 16:00 [1]_:

    >>> desk = ServiceCalendar({"mon-fri": "8:00-17:00"})
    >>> due_time("2026-04-10T16:00Z", 4, desk)
    Timestamp('2026-04-13 11:00:00+0000', tz='UTC')

    References
    ----------
    .. [1] Nine Minds' documentation adds the same hours up and prints Tuesday, which is wrong by a day.
    """
    index = _index(start, hours)
    try:
        goal = np.round(np.asarray(hours, dtype=float) * HOUR).reshape(-1)
    except (TypeError, ValueError) as error:
        fix = "make hours of words: goal_hours('4 h', calendar)"
        raise ActualsError(Fault("due_time, hours", "a goal is no number", str(error), fix=fix)) from None
    begin, goal = _side_by_side(_moments(start, "start"), goal)
    if (goal < 0).any():
        raise ActualsError(Fault("due_time, hours", "a goal is below 0", got=f"{np.nanmin(goal) / HOUR:g}"))
    moments = due_moments(calendar, begin, goal, None if holds is None else _raw_holds(holds, index), at_closing)
    times = pd.DatetimeIndex(moments.astype("datetime64[s]")).tz_localize("UTC")
    return times[0] if index is None else pd.Series(times, index)


def goal_hours(goal: str | float, calendar: ServiceCalendar) -> float:
    """The service hours of a goal that is written in words; of days it must be said which.

    Parameters
    ----------
    goal : str or number
        ``4`` or ``"4 h"``, ``"90 min"``; ``"3 working days"``, as long as the calendar's days are (GLPI, Jira);
        ``"1 service day"``, which is 24 hours of service (ServiceNow); ``"5 calendar days"``, for a calendar that is
        open round the clock.
    calendar : ServiceCalendar

    Raises
    ------
    ActualsError
        For a goal that cannot be read, days of which it is not said which, working days that are not of one length,
        and calendar days of a service that closes.

    Examples
    --------
    >>> desk = ServiceCalendar({"mon-fri": "8:00-20:00"})
    >>> goal_hours("7 working days", desk), goal_hours("1 service day", desk)
    (84.0, 24.0)
    >>> goal_hours("2 days", desk)
    Traceback (most recent call last):
    ...
    bsclib.errors.ActualsError: the goal '2 days': it is not said which days. Allowed: working days, ...
    """
    if not isinstance(goal, str):
        return float(goal)
    where, words = f"the goal {goal!r}", "working days, service days (24 hours of service), calendar days, h, min"
    match = _GOAL.fullmatch(goal.casefold())
    kind = match[2].removesuffix("s") if match else ""
    if match is None or kind not in (*_LENGTHS, "day", "d", "working day", "calendar day"):
        raise ActualsError(Fault(where, "this is no goal", allowed=f"a number of {words}"))
    count = float(match[1].replace(",", "."))
    if kind in _LENGTHS:
        return count * _LENGTHS[kind]
    if kind in ("day", "d"):
        raise ActualsError(Fault(where, "it is not said which days", allowed=words))
    lengths = sorted({hours for hours in calendar.daily_hours if hours})
    if kind == "calendar day" and calendar.daily_hours != (24.0,) * 7:
        fix = "give these tickets a calendar that is open round the clock"
        raise ActualsError(Fault(where, "calendar days run on while the service is closed", fix=fix))
    if len(lengths) > 1:
        what = f"working days of this calendar are {', '.join(f'{hours:g}' for hours in lengths)} hours long"
        raise ActualsError(Fault(where, what, fix="write the goal in hours"))
    return count * lengths[0]


# ------------------------------------------------------------------------------------------ in seconds since 1970


RawHolds = tuple[np.ndarray, np.ndarray, np.ndarray]
"""The place of each hold's ticket, its start, and its end (infinite while it lasts)."""


def covering(calendar: Calendar, *moments: np.ndarray) -> OpenTime:
    """A calendar's open time, from the first of these moments to the last."""
    return OpenTime.over(calendar, *_edges(*moments))


def _edges(*moments: np.ndarray) -> tuple[float, float]:
    known = [part[np.isfinite(part)] for part in moments]
    known = [part for part in known if len(part)]
    return (min(part.min() for part in known), max(part.max() for part in known)) if known else (0.0, 0.0)


def open_holds(table: OpenTime, ticket: np.ndarray, start: np.ndarray, end: np.ndarray) -> Holds:
    """Holds on the scale of a calendar's open time, merged."""
    lasting = np.isinf(end)
    ends = np.where(lasting, np.inf, table.elapsed(np.where(lasting, np.nan, np.maximum(end, table.first))))
    return merge(ticket, table.elapsed(np.maximum(start, table.first)), ends)


def due_moments(
    calendar: Calendar,
    start: np.ndarray,
    goal: np.ndarray,
    holds: RawHolds | None = None,
    at_closing: AtClosing = "closing",
) -> np.ndarray:
    """When each goal, in seconds, is spent; NaN where it is unknown, or a hold lasts."""
    first, last = _edges(start, *(holds[1:] if holds else ()))
    table = OpenTime.over(calendar, first, last)
    begin = table.elapsed(start)
    spent = open_holds(table, *holds).postpone(begin, goal) if holds else begin + goal
    spent = np.where(np.isinf(spent), np.nan, spent)
    known = spent[~np.isnan(spent)]
    if not len(known):
        return np.full(len(start), np.nan)
    length = max(float(known.max() - table.total), 0.0) + 7 * 86_400
    while table.total <= known.max():
        if length > _LONGEST:
            what, fix = "this goal is not spent in 200 years", "look at the calendar and at the goal"
            raise ActualsError(Fault("due_time, hours", what, f"{np.nanmax(goal) / HOUR:g} hours", fix=fix))
        table = OpenTime.over(calendar, first, last + length)
        length *= 2
    return np.fmax(table.moment(spent, at_closing), np.where(np.isnan(spent), np.nan, start))


def seconds_of(times: pd.Series | pd.DatetimeIndex) -> np.ndarray:
    """Times as seconds since 1970, NaN where they are missing."""
    moments = np.asarray(times.dt.tz_localize(None) if isinstance(times, pd.Series) else times.tz_localize(None))
    seconds = moments.astype("datetime64[s]")
    return np.where(np.isnat(seconds), np.nan, seconds.astype(np.int64))


def _moments(given: Any, name: str) -> np.ndarray:
    if not isinstance(given, pd.Series | pd.DatetimeIndex):
        listed = [_moment(one, name) for one in (given if pd.api.types.is_list_like(given) else [given])]
        naive = [one for one in listed if one is not pd.NaT and one.tzinfo is None]
        given = pd.Series(listed) if naive else pd.DatetimeIndex([one.tz_convert("UTC") for one in listed], tz="UTC")
    if not isinstance(given.dtype, pd.DatetimeTZDtype):
        got = str(next(iter(given.dropna()), ""))
        fix = "say which zone they are in: .tz_localize('Europe/Berlin')"
        raise ActualsError(Fault(name, "these times have no zone", got, "times with a zone", fix))
    return seconds_of(given)


def _side_by_side(start: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two columns of one length, a single value repeated."""
    if 1 not in (len(start), len(other)) and len(start) != len(other):
        raise ActualsError(Fault("start", f"it has {len(start)} values, and the other side {len(other)}"))
    begin, end = np.broadcast_arrays(start, other)
    return begin, end


def _moment(given: Any, name: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(given)
    except (TypeError, ValueError):
        allowed = "times with a zone, such as 2024-03-04T09:00Z"
        raise ActualsError(Fault(name, "this is no time", repr(given), allowed)) from None


def _index(*given: Any) -> pd.Index | None:
    """The labels of what is asked for; none of a single moment."""
    indexes = [one.index for one in given if isinstance(one, pd.Series)]
    if any(not indexes[0].equals(other) for other in indexes[1:]):
        raise ActualsError(Fault("start and end", "these series have different indexes", fix="align them"))
    if indexes:
        return indexes[0]
    lengths = [len(one) for one in given if pd.api.types.is_list_like(one)]
    return pd.RangeIndex(max(lengths)) if lengths else None


def _raw_holds(holds: pd.DataFrame, index: pd.Index | None) -> RawHolds:
    single = index is None and "number" not in holds.columns
    holds = check_holds(holds.assign(number="") if single else holds)
    if index is not None and not index.is_unique:
        raise ActualsError(Fault("the index of start", "holds belong to a number, and a number stands here twice"))
    place = np.zeros(len(holds), dtype=np.int64) if index is None else index.astype("str").get_indexer(holds["number"])
    end = np.where(holds["end"].isna(), np.inf, seconds_of(holds["end"]))
    mine = place >= 0
    return place[mine], seconds_of(holds["start"])[mine], end[mine]


def _backwards(row: int, begin: np.ndarray, finish: np.ndarray, index: pd.Index | None) -> Fault:
    where = "end" if index is None else f"end, {index[row]}"
    got = " to ".join(str(np.datetime64(int(side[row]), "s")) for side in (begin, finish))
    return Fault(where, "it lies before its start", got, fix="set the ticket aside, or look at its times")
