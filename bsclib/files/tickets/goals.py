"""What was promised to each ticket: the hours of its goals, and the calendar in which they are counted.

A goal in an export's own column comes first, then the first goal of the map that fits kind, unit and priority. A day
of a goal is 24 service hours, a working day of the calendar, or 24 hours of the wall clock, as the map says.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from bsclib.actuals.itsm.calendar import Calendar, ServiceCalendar
from bsclib.files.tickets.cells import read_span
from bsclib.files.tickets.fields import Fields
from bsclib.files.tickets.ticket_map import GOALS, TicketMap, normal

_KEYS = ("kind", "unit", "priority")


def with_goals(fields: Fields, rules: TicketMap) -> Fields:
    """Tickets with `goal_response`, `goal_resolution` and `calendar`, where the map or the export states them."""
    columns = dict(fields.columns)
    stated = [name for name in GOALS if name in columns or any(_of(goal, name) for goal in rules.goals)]
    if not stated and not rules.calendars:
        columns.pop("calendar", None)
        return Fields(columns, fields.rows, fields.naive)
    goal_of = _fitting(columns, rules, len(fields.rows))
    calendars = ["", *rules.calendars]
    calendar_of = _calendar_codes(columns, rules, goal_of, calendars)
    by_day = np.zeros(len(fields.rows), bool)
    for name in stated:
        hours, days = _goal(columns, rules, goal_of, name)
        by_day |= days > 0
        hours = hours + np.where(days > 0, days * _day_hours(rules, calendars)[calendar_of], 0)
        columns[name] = pa.array(hours, from_pandas=True)
        columns.pop(f"{name}_days", None)
    if rules.days == "calendar":
        calendar_of = np.where(by_day, 0, calendar_of)
    codes = pa.array(calendar_of.astype(np.int32))
    columns["calendar"] = pa.DictionaryArray.from_arrays(codes, pa.array(calendars, pa.string()))
    return Fields(columns, fields.rows, fields.naive)


def _of(goal: object, name: str) -> str | None:
    text: str | None = getattr(goal, name.removeprefix("goal_"))
    return text


def _fitting(columns: dict[str, pa.Array], rules: TicketMap, count: int) -> np.ndarray:
    """The place of the first goal that fits each ticket; of none, one behind the last."""
    none = len(rules.goals)
    if not none:
        return np.zeros(count, np.int64)
    combined, words = np.zeros(count, np.int64), []
    for key in _KEYS:
        coded = columns.get(key)
        distinct = [""] if coded is None else coded.dictionary.to_pylist()
        codes = np.zeros(count, np.int64) if coded is None else coded.indices.to_numpy(zero_copy_only=False)
        combined = combined * len(distinct) + codes
        words.append([normal(word) for word in distinct])
    wanted = [[{normal(word) for word in getattr(goal, key)} for key in _KEYS] for goal in rules.goals]
    kinds, places = _distinct(combined)
    found = np.full(len(kinds), none)
    for i, kind in enumerate(kinds.tolist()):
        kind, priority = divmod(kind, len(words[2]))
        kind, unit = divmod(kind, len(words[1]))
        ticket = (words[0][kind], words[1][unit], words[2][priority])
        fits = (all(not some or word in some for some, word in zip(goal, ticket, strict=True)) for goal in wanted)
        found[i] = next((place for place, fit in enumerate(fits) if fit), none)
    return found[places]


def _distinct(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different codes, and the place of each row's among them; by counting, for there are few."""
    if codes.max(initial=0) > len(codes) + 1000:
        return np.unique(codes, return_inverse=True)
    there = np.bincount(codes) > 0
    return np.flatnonzero(there), (np.cumsum(there) - 1)[codes]


def _calendar_codes(
    columns: dict[str, pa.Array], rules: TicketMap, goal_of: np.ndarray, calendars: list[str]
) -> np.ndarray:
    """Which of the calendars holds for each ticket: the export's own word, the goal's, or the map's."""
    default = calendars.index(rules.calendar)
    codes = [calendars.index(goal.calendar) if goal.calendar else default for goal in rules.goals]
    names = np.array([*codes, default])[goal_of]
    if "calendar" not in columns:
        return names
    known = [calendars.index(word) if word in calendars else 0 for word in columns["calendar"].dictionary.to_pylist()]
    own = np.array(known)[columns["calendar"].indices.to_numpy(zero_copy_only=False)]
    return np.where(own > 0, own, names)


def _goal(
    columns: dict[str, pa.Array], rules: TicketMap, goal_of: np.ndarray, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Hours and days of one goal of each ticket."""
    spans = [read_span(text) if (text := _of(goal, name)) else None for goal in rules.goals]
    both = np.array([span or (np.nan, 0.0) for span in [*spans, None]])[goal_of]
    hours, days = both[:, 0], both[:, 1]
    if name in columns:
        own = columns[name].to_numpy(zero_copy_only=False).astype(float)
        own_days = columns[f"{name}_days"].to_numpy(zero_copy_only=False)
        there = ~np.isnan(own)
        hours, days = np.where(there, own, hours), np.where(there, own_days, days)
    return hours, days


def _day_hours(rules: TicketMap, calendars: list[str]) -> np.ndarray:
    """How many hours a goal's day has, by calendar."""
    if rules.days != "working":
        return np.full(len(calendars), 24.0)
    lengths = {name: working_day(calendar) for name, calendar in rules.service_calendars().items()}
    return np.array([lengths.get(name, 24.0) for name in calendars])


def working_day(calendar: Calendar) -> float:
    """Hours of a working day, on average where some are shorter; of the last calendar where several follow."""
    last = calendar if isinstance(calendar, ServiceCalendar) else calendar[-1]
    return last.weekly_hours / sum(hours > 0 for hours in last.daily_hours)
