"""What is measured of each ticket: its time by the clock and in service hours, on hold, and against its goals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from bsclib.actuals.itsm.calendar import ROUND_THE_CLOCK, Calendar
from bsclib.actuals.itsm.clock import HOUR, RawHolds, covering, due_moments, open_holds, seconds_of
from bsclib.actuals.itsm.table import check_holds
from bsclib.errors import ActualsError, Fault, UnknownNameError, unknown

Calendars = Mapping[str, Calendar]
NONE = -1
"""Neither met nor missed."""


@dataclass(frozen=True)
class Measures:
    """Arrays with a place a ticket: moments in seconds since 1970, durations in seconds, NaN where there is none."""

    opened: np.ndarray
    responded: np.ndarray
    solved: np.ndarray  # resolved, else closed; none while the ticket is open
    restored: np.ndarray  # of solved tickets: when the service worked again, else solved
    service: np.ndarray  # open seconds from opening to solution, holds included
    outage: np.ndarray  # open seconds from opening to restoration, holds included
    hold: np.ndarray  # open seconds on hold; NaN where nothing is known of holds
    response: np.ndarray  # open seconds from opening to the first answer
    goal: np.ndarray
    goal_response: np.ndarray
    exceeded: np.ndarray  # the first second past the goal, of tickets that were not solved within it
    exceeded_response: np.ndarray
    met: np.ndarray  # int8: 1 met, 0 missed, NONE undecided or without a goal
    met_response: np.ndarray

    @property
    def net(self) -> np.ndarray:
        """Open seconds from opening to solution, holds left out."""
        return np.maximum(self.service - np.where(np.isnan(self.hold), 0, self.hold), 0)

    @classmethod
    def joined(cls, parts: Sequence[Measures]) -> Measures:
        """The measures of several tables, one after the other."""
        if len(parts) == 1:
            return parts[0]
        columns: dict[str, np.ndarray] = {}
        for name in [field.name for field in fields(cls)]:  # what is one array in every table stays one
            same = [known for known in columns if all(getattr(part, known) is getattr(part, name) for part in parts)]
            columns[name] = columns[same[0]] if same else np.concatenate([getattr(part, name) for part in parts])
        return cls(**columns)


def measure(
    tickets: pd.DataFrame,
    calendars: Calendars | None = None,
    holds: pd.DataFrame | None = None,
    as_of: float = np.inf,
) -> Measures:
    """Measure checked tickets as they stood at a moment: what came later had not happened."""
    opened = seconds_of(tickets["opened"])
    responded, solved = (_until(moments, as_of) for moments in (seconds_of(tickets["responded"]), solution(tickets)))
    goal, goal_response = (np.round(tickets[f"goal_{name}"].to_numpy() * HOUR) for name in ("resolution", "response"))
    stated = np.round(tickets["hold_hours"].to_numpy() * HOUR)
    raw = None if holds is None or holds.empty else known_holds(tickets, holds, as_of)
    back = _until(seconds_of(tickets["restored"]), as_of)
    told = ~np.isnan(back)
    restored = np.where(told & ~np.isnan(solved), back, solved) if told.any() else solved
    nothing = [np.full(len(tickets), np.nan) for _ in range(6)]
    service, outage, hold, response, exceeded, exceeded_response = nothing
    for place, calendar in by_calendar(tickets, calendars):
        mine = taken_holds(raw, place, len(tickets))
        table = covering(calendar, opened[place], responded[place], solved[place], *(mine[1:] if mine else ()))
        begin, end = table.elapsed(opened[place]), table.elapsed(solved[place])
        service[place] = end - begin
        if told.any():
            outage[place] = table.elapsed(restored[place]) - begin
        response[place] = table.elapsed(responded[place]) - begin
        hold[place] = stated[place] if holds is None else np.where(np.isnan(stated[place]), 0, stated[place])
        if mine:
            spent = open_holds(table, *mine).within(begin, np.where(np.isnan(end), begin, end))
            listed = np.bincount(mine[0], minlength=len(begin)) > 0
            hold[place] = np.where(listed, spent, hold[place])
    met = _verdict(np.maximum(service - np.where(np.isnan(hold), 0, hold), 0), goal, solved)
    met_response = _verdict(response, goal_response, responded)
    own = tickets["own_met"].to_numpy(dtype=float, na_value=np.nan)
    met = np.where(np.isnan(goal) & ~np.isnan(own) & ~np.isnan(solved), own == 1, met).astype(np.int8)
    for place, calendar in by_calendar(tickets, calendars):
        late = _places(place, ~np.isnan(goal[place]) & (met[place] != 1), len(tickets))
        mine = taken_holds(raw, late, len(tickets))
        lasting = stated[late]
        if mine:
            lasting = np.where(np.bincount(mine[0], minlength=len(late)) > 0, 0, lasting)
        allowed = goal[late] + np.where(np.isnan(lasting), 0, lasting)
        # A goal spent at closing is exceeded when the service opens again and goes on.
        exceeded[late] = due_moments(calendar, opened[late], allowed, mine, "glpi") + 1
        slow = _places(place, ~np.isnan(goal_response[place]) & (met_response[place] != 1), len(tickets))
        exceeded_response[slow] = due_moments(calendar, opened[slow], goal_response[slow], None, "glpi") + 1
    times = (opened, responded, solved, restored, service, outage if told.any() else service, hold, response)
    return Measures(*times, goal, goal_response, exceeded, exceeded_response, met, met_response)


def solution(tickets: pd.DataFrame) -> np.ndarray:
    """When each ticket was solved: resolved, else closed; not while its state is open."""
    moments = seconds_of(tickets["resolved"])
    if tickets["closed"].notna().any():
        moments = np.where(np.isnan(moments), seconds_of(tickets["closed"]), moments)
    still = (tickets["state"] == "open").to_numpy()
    return np.where(still, np.nan, moments) if still.any() else moments


def by_calendar(tickets: pd.DataFrame, calendars: Calendars | None) -> Iterator[tuple[np.ndarray | slice, Calendar]]:
    """The places of the tickets of each calendar; without a name they are the default's, else open round the clock."""
    known = {"": ROUND_THE_CLOCK, **by_name(calendars)}
    names, codes = tickets["calendar"].cat.categories, tickets["calendar"].cat.codes.to_numpy()
    used = np.unique(codes)
    strangers = [names[code] for code in used if names[code] not in known]
    if strangers:
        raise UnknownNameError(
            [unknown("service calendar", name, filter(None, known), "calendar") for name in strangers]
        )
    for code in used:
        yield slice(None) if len(used) == 1 else np.flatnonzero(codes == code), known[names[code]]


def by_name(calendars: object) -> Calendars:
    """Calendars by their names; one by itself has none, and says so."""
    if calendars is None:
        return {}
    if not isinstance(calendars, Mapping):
        fix = 'write {"": calendar} for tickets whose column calendar is empty'
        raise ActualsError(Fault("calendars", "calendars are given by their names", type(calendars).__name__, fix=fix))
    return calendars


def _until(moments: np.ndarray, as_of: float) -> np.ndarray:
    return moments if np.isinf(as_of) else np.where(moments <= as_of, moments, np.nan)


def _verdict(spent: np.ndarray, goal: np.ndarray, done: np.ndarray) -> np.ndarray:
    known = ~np.isnan(spent) & ~np.isnan(goal) & ~np.isnan(done)
    return np.where(known, spent <= goal, NONE).astype(np.int8)


def known_holds(tickets: pd.DataFrame, holds: pd.DataFrame, as_of: float) -> RawHolds:
    """Holds by the place of their ticket, as they were known at a moment; one that lasts ends with its ticket."""
    holds = check_holds(holds)
    place = pd.Index(tickets["number"]).get_indexer(holds["number"])
    start, end = seconds_of(holds["start"]), seconds_of(holds["end"])
    mine = (place >= 0) & (start <= as_of)
    end = np.where(np.isnan(end) | (end > as_of), np.inf, end)
    ended = solution(tickets)[place]
    end = np.where(np.isinf(end) & (ended <= as_of), np.maximum(start, ended), end)
    return place[mine], start[mine], end[mine]


def taken_holds(raw: RawHolds | None, place: np.ndarray | slice, count: int) -> RawHolds | None:
    """The holds of some tickets, by their places among these."""
    if raw is None or isinstance(place, slice):
        return raw
    among = np.full(count, -1)
    among[place] = np.arange(len(place))
    mine = among[raw[0]] >= 0
    return (among[raw[0]][mine], raw[1][mine], raw[2][mine]) if mine.any() else None


def _places(place: np.ndarray | slice, chosen: np.ndarray, count: int) -> np.ndarray:
    return np.flatnonzero(chosen) if isinstance(place, slice) else place[chosen]
