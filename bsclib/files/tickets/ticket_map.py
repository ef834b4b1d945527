"""How an export of tickets is read: which column is what, how its times and numbers are written, what a state means.

One row is a ticket, or, when a column tells when a row was written (`at`), a change of a ticket. The map is written in
YAML, as ``tickets.yaml``; a JSON Schema ships, so that editors complete it.
"""

from __future__ import annotations

import datetime
import re
import zoneinfo
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bsclib.actuals.itsm.calendar import Calendar, ServiceCalendar
from bsclib.errors import ActualsError, suggestion
from bsclib.files.tickets.cells import read_span
from bsclib.files.tickets.times import check_form
from bsclib.model.validation import Loc, validation_error
from bsclib.model.values import Id, Name, Number, Part, Text

OWN_HOURS, GOALS = ("hold_hours", "own_hours"), ("goal_response", "goal_resolution")
HOURS = OWN_HOURS + GOALS
STATES = ("new", "open", "hold", "resolved", "closed", "cancelled")
_SPAN_UNITS = Literal["seconds", "minutes", "hours", "days"]


class Column(Part):
    """One column of an export, and how its cells are read; `always` stands for a column that is missing."""

    column: Text = ""
    always: Text = ""
    split: str = ""  # what stands between the parts of a cell
    part: Annotated[int, Field(ge=1)] = 1
    measured_in: _SPAN_UNITS | None = None  # of durations; a time measured so counts from the opening
    reverse: bool = False  # yes means no
    filled: bool = False  # whatever stands there means yes, or once
    take: Literal["first", "last", "later"] = "last"  # of a ticket's rows; later: the last, where there are several

    @model_validator(mode="after")
    def _of_one_kind(self) -> Column:
        if bool(self.column) == bool(self.always):
            raise ValueError("name a column, or what is always so")
        return self


def _bare(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


Cells = Annotated[Column, BeforeValidator(_bare, json_schema_input_type=str | Column)]


class History(Part):
    """The columns of a file that has a row for each change of a ticket."""

    number: Cells
    at: Cells
    state: Cells | None = None
    assigned: Cells | None = None
    order: Cells | None = None


class Columns(Part):
    """Which column is what; `at` tells when a row was written, and makes the file a history."""

    number: Cells
    kind: Cells | None = None
    unit: Cells | None = None
    priority: Cells | None = None
    state: Cells | None = None
    opened: Cells | None = None
    responded: Cells | None = None
    restored: Cells | None = None
    resolved: Cells | None = None
    closed: Cells | None = None
    due_response: Cells | None = None
    due: Cells | None = None
    reopened: Cells | None = None
    reassigned: Cells | None = None
    hold_hours: Cells | None = None
    own_hours: Cells | None = None
    own_met: Cells | None = None
    goal_response: Cells | None = None
    goal_resolution: Cells | None = None
    calendar: Cells | None = None
    failed: Cells | None = None
    deployment: Cells | None = None
    planned_end: Cells | None = None
    planned_cost: Cells | None = None
    actual_cost: Cells | None = None
    at: Cells | None = None
    assigned: Cells | None = None
    order: Cells | None = None

    def given(self) -> dict[str, Column]:
        """The columns that are named, by what they are."""
        return given(self)


def given(columns: Columns | History) -> dict[str, Column]:
    """The columns that a part of the map names, by what they are."""
    every = {name: getattr(columns, name) for name in type(columns).model_fields}
    return {name: column for name, column in every.items() if column is not None}


def _span(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("a goal is a number of hours, or a text such as 4 h, 30 min or 2 days")
    text = f"{value} h" if isinstance(value, int | float) else value
    if read_span(text) is None:
        raise ValueError("a goal is a number of hours, or a text such as 4 h, 30 min or 2 days")
    return text


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = suggestion(name, zoneinfo.available_timezones())
        raise ValueError(f"this is no time zone, such as Europe/Berlin or UTC{'; ' if near else ''}{near}") from None
    return name


def _instant(value: Any) -> Any:
    try:
        datetime.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("write a time as 2026-09-05T18:00 or a day as 2026-09-05") from None
    return value


def _forms(value: Any) -> Any:
    if value == "":
        raise ValueError(
            "day and month may stand in either order: write %d/%m/%Y %H:%M, or %m/%d/%Y %H:%M, or the like"
        )
    return _several(value)


Span = Annotated[str, BeforeValidator(_span, json_schema_input_type=float | str)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_several, json_schema_input_type=str | list[str])]
Zone = Annotated[str, AfterValidator(_zone)]
Forms = Annotated[
    tuple[Annotated[Name, AfterValidator(check_form)], ...],
    BeforeValidator(_forms, json_schema_input_type=str | list[str]),
]


class Goal(Part):
    """What is promised to which tickets: of a kind, a unit or a priority; the first goal that fits a ticket holds."""

    kind: Names = ()
    unit: Names = ()
    priority: Names = ()
    response: Span | None = None
    resolution: Span | None = None
    calendar: Text = ""


class Hours(Part):
    """The open hours of a service, as ``mon-fri: ["9:00-12:00", "13:00-17:00"]``."""

    week: dict[str, Names]
    holidays: Names = ()
    zone: Zone = ""
    valid_from: Text | None = None

    @model_validator(mode="after")
    def _can_be_laid_out(self) -> Hours:
        try:
            self.calendar("UTC")
        except ActualsError as error:
            texts = [str(fault).removeprefix("the service calendar, ").removesuffix(".") for fault in error.faults]
            raise ValueError("; ".join(texts)) from None
        return self

    def calendar(self, zone: str) -> ServiceCalendar:
        """The calendar; without a zone of its own it has the one that is given."""
        return ServiceCalendar(self.week, self.holidays, self.zone or zone or "UTC", self.valid_from)


def _in_a_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


Succession = Annotated[
    tuple[Hours, ...], BeforeValidator(_in_a_list, json_schema_input_type=Hours | list[Hours]), Field(min_length=1)
]


class TicketMap(Part):
    """How an export of tickets is read.

    Parameters
    ----------
    columns : {number, kind, unit, priority, state, opened, resolved, …}
        Which column of the export is what: its heading, or a mapping with ``column`` (or ``always``, a text that every
        row has) and ``split`` and ``part`` (of a cell that holds several things), ``measured_in`` (of durations),
        ``reverse`` (yes means no), ``filled`` (anything there means yes) and ``take`` (of a ticket's rows: first, last,
        or later, which is the last where there are several). With ``at``, a row is a change of a ticket.
    history : {number, at, state, assigned, order}, optional
        The columns of a second file, with a row for each change; holds and reopenings follow from it.
    dates : str or sequence of str, optional
        How times are written, such as ``%d/%m/%Y %H:%M``; ISO 8601 is always read.
    zone : str, optional
        The IANA zone of times that state none.
    decimal : {".", ","}, default "."
    states : dict of str to {"new", "open", "hold", "resolved", "closed", "cancelled"}
        What the export's words mean.
    kinds : dict of str to str
        What the export calls incidents, requests and the like.
    goals : sequence of {kind, unit, priority, response, resolution, calendar}
        The first that fits a ticket holds; a goal is hours, or a text such as ``2 days``.
    days : {"service", "working", "calendar"}, default "service"
        A goal's day is 24 service hours, a working day of the calendar, or a day of the wall clock.
    calendars : dict of str to {week, holidays, zone, valid_from}
        Or to a list of these, of which each holds until the next begins.
    calendar : str, optional
        The calendar of tickets that no goal gives one; without it, a service never closes.
    counted_in : {"resolved", "opened", "closed"}, default "resolved"
        The time in whose month a solved ticket counts.
    days_late : int, default 0
        By how many days a project may end after its planned day and be on time.
    over_budget : float, default 0
        The share (0.1 is 10 %) by which a project may cost more than planned and be within its budget.
    exported : str, optional
        When the export was made: later times are faults. Now, when it is left out.

    Examples
    --------
    >>> columns = {"number": "Number", "opened": "Opened", "resolved": "Resolved"}
    >>> TicketMap(columns=columns, zone="Europe/Berlin").columns.opened.column
    'Opened'
    """

    columns: Columns
    history: History | None = None
    dates: Forms = ()
    zone: Zone = ""
    decimal: Literal[".", ","] = "."
    states: dict[str, Literal["new", "open", "hold", "resolved", "closed", "cancelled"]] = Field(default_factory=dict)
    kinds: dict[str, Name] = Field(default_factory=dict)
    goals: tuple[Goal, ...] = ()
    days: Literal["service", "working", "calendar"] = "service"
    calendars: dict[Id, Succession] = Field(default_factory=dict)
    calendar: Text = ""
    counted_in: Literal["resolved", "opened", "closed"] = "resolved"
    days_late: Annotated[int, Field(ge=0)] = 0
    over_budget: Annotated[Number, Field(ge=0)] = 0.0
    exported: Annotated[str, BeforeValidator(_instant)] | None = None

    def service_calendars(self) -> dict[str, Calendar]:
        """The calendars by name, as computing takes them."""
        return {
            name: [hours.calendar(self.zone) for hours in succession] for name, succession in self.calendars.items()
        }

    @model_validator(mode="after")
    def _holds_together(self) -> TicketMap:
        if faults := list(self._faults()):
            raise validation_error(faults, self)
        return self

    def _faults(self) -> Iterator[tuple[Loc, str]]:
        named: list[tuple[Loc, str]] = [(("calendar",), self.calendar)]
        named += [(("goals", i, "calendar"), goal.calendar) for i, goal in enumerate(self.goals)]
        for loc, name in named:
            if name and name not in self.calendars:
                known = ", ".join(self.calendars) or "none is defined"
                near = suggestion(name, self.calendars)
                yield loc, f"there is no calendar {name!r}; there are: {known}{'; ' if near else ''}{near}"
        if self.columns.at is not None and self.history is not None:
            yield ("history",), "columns has a column at already, so the file is a history: keep one of the two"
        if self.columns.state is not None and not self.states:
            yield ("states",), "say what the states mean, such as {Closed: closed, Pending: hold}"
        for name in ("opened", "planned_end", "closed", "resolved", "at"):
            column = getattr(self.columns, name)
            if column is not None and column.always:
                yield ("columns", name, "always"), "a time is not the same for every ticket: name its column"


def normal(word: str) -> str:
    """A word of an export as it is compared: without capitals, and with single spaces."""
    return re.sub(r"\s+", " ", str(word)).strip().casefold()
