"""The calendar behind an export: the one that explains the due times and business hours that it gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.actuals.itsm.calendar import DAYS, ServiceCalendar
from bsclib.actuals.itsm.clock import HOUR, covering, due_moments, seconds_of
from bsclib.actuals.itsm.comparison import WITHIN
from bsclib.actuals.itsm.measures import measure
from bsclib.actuals.itsm.table import check_tickets
from bsclib.errors import ActualsError, Fault

Spans = tuple[tuple[int, int], ...]
"""Open hours of a day, in minutes."""
Plan = tuple[tuple[Spans, ...], tuple[str, ...]]
"""The hours of seven days, Monday first, and holidays."""
_MOST = 300
_DAYS = 40
DAY = 24 * HOUR
_WORKDAYS = (0, 1, 2, 3, 4)
_SHIFTS = (-60, -30, -15, 15, 30, 60)


def fit_calendar(tickets: pd.DataFrame, zone: str = "UTC") -> ServiceCalendar:
    """Find the calendar that explains the due times and business hours of an export.

    Parameters
    ----------
    tickets : DataFrame
        As `check_tickets` takes it, with `goal_resolution` and `due`, or `own_hours` of solved tickets.
    zone : str, default "UTC"
        The zone whose clock the hours are read from.

    Returns
    -------
    ServiceCalendar
        The calendar that explains most; of two that explain as much, the one that misses by less, then the simpler one.
        A holiday explains two tickets more, at least.

    Raises
    ------
    ActualsError
        When no ticket has a goal and a due time, or hours of its own.

    Notes
    -----
    Hours are searched on whole hours for Monday to Friday, all days to Saturday, and all days; then day by day, lunch
    included, on half and quarter hours; then holidays. At most 300 tickets, evenly taken, are explained. What a
    calendar is worth is the number of tickets that it explains to the minute.

    Examples
    --------
    >>> from bsclib.actuals.itsm import ServiceCalendar, due_time
    >>> desk = ServiceCalendar({"mon-fri": "8:00-17:00"})
    >>> opened = pd.Series(pd.date_range("2024-03-04T08:10Z", periods=60, freq="19h"))
    >>> tickets = pd.DataFrame({"number": opened.index.astype("str"), "opened": opened, "goal_resolution": 6.0})
    >>> fit_calendar(tickets.assign(due=due_time(opened, 6, desk))).week
    {'mon-fri': ['8:00-17:00']}
    """
    sample = _Sample.of(check_tickets(tickets), zone)
    plan = max(_coarse(), key=sample.worth)
    worth, tries = sample.worth(plan), 0
    kinds = (_weekends, _breaks, _edges, _single_days, lambda plan: _holidays(plan, sample))
    while tries < len(kinds):  # until no kind of change explains more
        better = max(kinds[tries](plan), key=sample.worth, default=plan)
        gained = sample.worth(better)
        more = len(better[1]) > len(plan[1])  # one ticket makes no holiday
        enough = gained[0] >= worth[0] + 2 if more else gained > worth
        plan, worth, tries = (better, gained, 0) if enough else (plan, worth, tries + 1)
    return _calendar(plan, zone)


@dataclass(frozen=True)
class _Sample:
    """Tickets whose numbers a calendar has to explain, in seconds."""

    zone: str
    opened: np.ndarray
    solved: np.ndarray
    allowed: np.ndarray  # goal and time on hold
    due: np.ndarray
    hold: np.ndarray
    own: np.ndarray

    @classmethod
    def of(cls, table: pd.DataFrame, zone: str) -> _Sample:
        measures = measure(table.assign(calendar=table["calendar"].cat.set_categories([""]).fillna("")))
        hold = np.where(np.isnan(measures.hold), 0, measures.hold)
        due, own = seconds_of(table["due"]), np.round(table["own_hours"].to_numpy() * HOUR)
        told = (~np.isnan(due) & ~np.isnan(measures.goal)) | (~np.isnan(own) & ~np.isnan(measures.solved))
        rows = np.flatnonzero(told & ~np.isnan(measures.opened))
        if not len(rows):
            fix = "map its due time and the goal, or its business hours"
            raise ActualsError(Fault("the table of tickets", "the export gives no numbers to explain", fix=fix))
        rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), _MOST)).round().astype(int)]
        columns = (measures.opened, measures.solved, measures.goal + hold, due, hold, own)
        return cls(zone, *(column[rows] for column in columns))

    def worth(self, plan: Plan) -> tuple[int, float, int]:
        """How many numbers a calendar explains; how little it misses the others by; how simple it is."""
        gaps = self.gaps(plan)
        return int((gaps <= WITHIN).sum()), -float(np.nansum(np.minimum(gaps, DAY))), -_size(plan)

    def gaps(self, plan: Plan) -> np.ndarray:
        """Seconds by which a calendar misses each due time, and each ticket's hours; NaN where none is given."""
        calendar = _calendar(plan, self.zone)
        table = covering(calendar, self.opened, self.solved)
        spent = table.elapsed(self.solved) - table.elapsed(self.opened)
        due = np.abs(due_moments(calendar, self.opened, self.allowed) - self.due)
        return np.stack([due, np.fmin(np.abs(spent - self.own), np.abs(np.maximum(spent - self.hold, 0) - self.own))])

    def unexplained(self, plan: Plan) -> list[tuple[float, float]]:
        """The spans of tickets whose due time or hours a calendar does not explain."""
        missed = (self.gaps(plan) > WITHIN).any(axis=0)
        until = np.fmax(self.due, self.solved)[missed] + DAY
        return list(zip(self.opened[missed], until, strict=True))


def _coarse() -> Iterator[Plan]:
    yield ((((0, 1440),),) * 7, ())
    for days in (5, 6, 7):
        for start in range(24):
            for end in range(start + 1, 25):
                span = ((start * 60, end * 60),)
                yield ((span,) * days + ((),) * (7 - days), ())


def _weekends(plan: Plan) -> Iterator[Plan]:
    hours = [((start * 60, end * 60),) for start in (8, 9, 7, 10, 6, 11, 12, 5, 13, 14) for end in range(start + 1, 25)]
    for day in (5, 6):
        yield from (_with(plan, (day,), spans) for spans in ((), *hours))


def _breaks(plan: Plan) -> Iterator[Plan]:
    """A break at midday on all working days, which a later start or an earlier end had stood for; or none."""
    if not plan[0][0]:
        return
    start, end = plan[0][0][0][0], plan[0][0][-1][1]
    yield _with(plan, _WORKDAYS, ((start, end),))
    for begin in range(11 * 60, 15 * 60, 30):
        for length in (30, 45, 60, 90, 120):
            for first, last in ((start, end), (start - length, end), (start, end + length)):
                if 0 <= first < begin and begin + length < last <= 1440:
                    yield _with(plan, _WORKDAYS, ((first, begin), (begin + length, last)))


def _edges(plan: Plan) -> Iterator[Plan]:
    yield from _moved(plan, _WORKDAYS)


def _single_days(plan: Plan) -> Iterator[Plan]:
    """One day's hours moved, or closed, or ended at another hour than the days before."""
    usual = plan[0][0] or plan[0][1]
    for day in range(7):
        yield from _moved(plan, (day,))
        yield _with(plan, (day,), ())
        for hour in range(1, 25):
            kept = tuple((start, min(end, 60 * hour)) for start, end in usual if start < 60 * hour)
            if kept:
                yield _with(plan, (day,), kept)


def _moved(plan: Plan, days: tuple[int, ...]) -> Iterator[Plan]:
    """Each edge of some days' hours, and each span, a little earlier or later."""
    edges = [edge for span in plan[0][days[0]] for edge in span]
    places = [*((place,) for place in range(len(edges))), *((place, place + 1) for place in range(0, len(edges), 2))]
    for chosen in places:
        for shift in _SHIFTS:
            moved = [edge + shift * (at in chosen) for at, edge in enumerate(edges)]
            if moved == sorted(set(moved)) and moved[0] >= 0 and moved[-1] <= 1440:
                yield _with(plan, days, tuple(zip(moved[::2], moved[1::2], strict=True)))


def _holidays(plan: Plan, sample: _Sample) -> Iterator[Plan]:
    """One holiday more, on a day that a ticket spans which is not explained; or one less."""
    week, days = plan
    spanned: Counter[str] = Counter()
    for opened, until in sample.unexplained(plan):
        dates = pd.date_range(
            *(pd.Timestamp(moment, unit="s", tz="UTC").tz_convert(sample.zone).date() for moment in (opened, until))
        )
        spanned.update(day.date().isoformat() for day in dates[:60] if week[day.weekday()])
    yield from ((week, tuple(sorted({*days, day}))) for day, _ in spanned.most_common(_DAYS))
    yield from ((week, tuple(other for other in days if other != day)) for day in days)


def _with(plan: Plan, days: tuple[int, ...], spans: Spans) -> Plan:
    return tuple(spans if day in days else hours for day, hours in enumerate(plan[0])), plan[1]


def _size(plan: Plan) -> int:
    """How much there is to say of a calendar: its spans, days unlike the day before, odd edges and holidays."""
    week, days = plan
    odd = sum(edge % 60 != 0 for spans in week for span in spans for edge in span)
    unlike = sum(spans != before for spans, before in zip(week[1:], week[:-1], strict=True))
    return sum(map(len, week)) + 2 * unlike + odd + 4 * len(days)


def _calendar(plan: Plan, zone: str) -> ServiceCalendar:
    """A plan as it is written, days alike in a row together."""
    week: dict[str, list[str]] = {}
    day = 0
    while day < 7:
        last = day
        while last < 6 and plan[0][last + 1] == plan[0][day]:
            last += 1
        hours = [f"{start // 60}:{start % 60:02d}-{end // 60}:{end % 60:02d}" for start, end in plan[0][day]]
        if hours:
            week[DAYS[day] if last == day else f"{DAYS[day]}-{DAYS[last]}"] = hours
        day = last + 1
    return ServiceCalendar(week, plan[1], zone)
