"""What is done to move KPIs, and what happened to them: initiatives, their changes, and known breaks in a series."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from bsclib.model import periods
from bsclib.model.values import Id, Name, Number, Part, Period, Text


class Change(Part):
    """What an initiative does to one KPI: `by` so much, after `delay` months, growing over `ramp` months.

    Parameters
    ----------
    kpi : str
        Id of the KPI.
    by : float
        In what the KPI is measured in, of the organisation as a whole.
    delay, ramp : int, default 0
        Months.
    chance : float, default 1
        How likely it is, 0 to 1.
    """

    kpi: Id
    by: Number
    delay: Annotated[int, Field(strict=True, ge=0)] = 0
    ramp: Annotated[int, Field(strict=True, ge=0)] = 0
    chance: Annotated[Number, Field(ge=0, le=1)] = 1.0


class Initiative(Part):
    """Work that should move a KPI.

    It runs for `months` from its `start`, spends its `cost` evenly over them and binds so many `people`, full time,
    in each. It can start once those in `after` have ended.

    Parameters
    ----------
    id, name : str
    owner : str, optional
        Who answers for it.
    unit : str, optional
        The unit in which it is done; without one, all of them.
    start : period, optional
    cost, people : float, default 0
    months : int, default 1
    after : sequence of str, optional
        Ids of initiatives.
    changes : sequence of Change, optional

    Examples
    --------
    >>> work = Initiative(id="runbooks", name="Automate runbooks", changes=[Change(kpi="automation-coverage", by=12)])
    >>> work.months, work.changes[0].by
    (1, 12.0)
    """

    id: Id
    name: Name
    owner: Text = ""
    unit: Text = ""
    start: Period | None = None
    cost: Annotated[Number, Field(ge=0)] = 0.0
    months: Annotated[int, Field(strict=True, ge=1, le=120)] = 1
    people: Annotated[Number, Field(ge=0)] = 0.0
    after: tuple[Id, ...] = ()
    changes: tuple[Change, ...] = ()


def months_left(work: Initiative, month: int, start: int | None = None) -> int:
    """How long it still runs from a month on, counted from the year 0; all of its months where it has not begun."""
    begins = periods.span(work.start)[0] if start is None and work.start else start
    return work.months if begins is None else min(max(begins + work.months - month, 0), work.months)


def still_to_pay(work: Initiative, month: int, start: int | None = None) -> float:
    """What it costs from a month on: what is spent by then is spent, whatever is decided."""
    return work.cost * months_left(work, month, start) / work.months


def waited_for(works: Iterable[Initiative], some: Iterable[str]) -> list[str]:
    """Initiatives that some of them wait for, directly or in a row, and that are not among these."""
    after, given = {work.id: work.after for work in works}, set(some)
    found, left = set[str](), list(given)
    while left:
        more = set(after[left.pop()]) - found
        found |= more
        left += more
    return [id for id in after if id in found - given]


class Event(Part):
    """A known break in the series; without `kpis` it touches all of them.

    Parameters
    ----------
    period : str
    kind : {"tool_change", "definition_change", "reorganisation", "one_off"}
    kpis : sequence of str, optional
    why : str, optional
    """

    period: Period
    kind: Literal["tool_change", "definition_change", "reorganisation", "one_off"]
    kpis: tuple[Id, ...] = ()
    why: Text = ""
