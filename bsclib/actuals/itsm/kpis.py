"""From tickets, changes and projects to actuals: KPIs of the catalogue, by unit and month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

import numpy as np
import pandas as pd

from bsclib.actuals.itsm.calendar import chained, is_zone
from bsclib.actuals.itsm.deliveries import Deliveries, delivery_kpis
from bsclib.actuals.itsm.desk import Desk, desk_kpis
from bsclib.actuals.itsm.measures import Calendars, by_name
from bsclib.actuals.itsm.table import check_tickets
from bsclib.actuals.itsm.tally import Figure, Tally, ratio
from bsclib.actuals.table import COLUMNS, NUMBERS, has_parts
from bsclib.errors import ActualsError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard

CountedIn = Literal["resolved", "closed", "opened"]


def ticket_kpis(
    tickets: pd.DataFrame | Iterable[pd.DataFrame],
    calendars: Calendars | None = None,
    holds: pd.DataFrame | None = None,
    scorecard: Scorecard | None = None,
    as_of: str | pd.Timestamp | None = None,
    counted_in: CountedIn = "resolved",
    open_missed: bool = True,
    zone: str | None = None,
    days_late: int = 0,
    over_budget: float = 0.0,
) -> pd.DataFrame:
    """Compute the KPIs of tickets, changes and projects, by unit and month.

    Parameters
    ----------
    tickets : DataFrame or iterable of DataFrame
        As `check_tickets` takes it, in one piece or in batches; the result is the same. Cancelled tickets, and those
        that are over without a time, are left out.
    calendars : mapping of str to ServiceCalendar, optional
        By the names in the column `calendar`; the empty name is that of all other tickets, which by default are served
        round the clock. In place of a calendar may stand a list of them, one that changed.
    holds : DataFrame, optional
        When the tickets' clocks stood still: `number, start, end`. Of a ticket without rows here `hold_hours` counts.
    scorecard : Scorecard, optional
        Its KPIs are computed, under their own ids, where their `catalogue` is a KPI of tickets. By default all are,
        under their ids in the catalogue.
    as_of : str or Timestamp, optional
        What came after the end of this period, or this moment, had not happened. By default the last time in the table.
    counted_in : {"resolved", "closed", "opened"}, default "resolved"
        The time whose month a solved ticket counts in.
    open_missed : bool, default True
        Whether `sla-attainment` and `response-attainment` count tickets that stand open past their goal at a month's
        end as missed. `sla-attainment-solved` and `response-attainment-answered` never do.
    zone : str, optional
        Whose months; by default the calendars', if they have one zone, else UTC.
    days_late : int, default 0
        Days by which a project may end after its planned day and be on time.
    over_budget : float, default 0
        The share (0.1 is 10 %) by which a project may cost more than planned and be within its budget.

    Returns
    -------
    DataFrame
        `unit` (empty: all tickets, also those of no unit), `kpi`, `period` (ISO month), `actual`, `numerator`,
        `denominator`, as `check_actuals` takes it. What there are no data of has no row. A percentile has no numerator;
        its denominator says of how many tickets it is.

    Raises
    ------
    ActualsError
        When the tickets or holds cannot be read, or there are none.
    UnknownNameError
        For a calendar that is not given, and for a zone or `counted_in` that there is not.

    Notes
    -----
    What each KPI counts is said once, in the catalogue (`kpi_catalogue`). Percentiles are of the tickets of a unit, or
    of all, and interpolate between the two nearest: no mean of months' or units' percentiles. What happens later does
    not change a month's figures. A count is 0 only from a unit's first ticket on, and in months in which anything
    happened anywhere.

    Examples
    --------
    >>> from bsclib.actuals.itsm import ServiceCalendar
    >>> tickets = pd.DataFrame(
    ...     {
    ...         "number": ["INC1", "INC2"],
    ...         "kind": "incident",
    ...         "goal_resolution": 8.0,
    ...         "opened": pd.to_datetime(["2024-03-04T09:00Z", "2024-03-05T09:00Z"]),
    ...         "resolved": pd.to_datetime(["2024-03-04T11:00Z", "2024-03-07T11:00Z"]),
    ...     }
    ... )
    >>> actuals = ticket_kpis(tickets, {"": ServiceCalendar({"mon-fri": "9:00-17:00"})})
    >>> actuals.query("kpi == 'mean-restore-service-hours'")[["period", "actual", "denominator"]].values.tolist()
    [['2024-03', 10.0, 2.0]]
    """
    if counted_in not in get_args(CountedIn):
        raise UnknownNameError(unknown("time to count a ticket in", counted_in, get_args(CountedIn), "counted_in"))
    zone = zone or _common_zone(calendars)
    if not is_zone(zone):
        raise UnknownNameError(unknown("zone", zone, ["Europe/Berlin", "America/New_York", "UTC"], "zone"))
    end = np.inf if as_of is None else _moment(as_of, zone)
    units: dict[str, int] = {"": 0}
    desks, deliveries = [], []
    for batch in [tickets] if isinstance(tickets, pd.DataFrame) else tickets:
        table = check_tickets(batch)
        unit = _unit_codes(table["unit"], units)
        desks.append(Desk.of(table, unit, calendars, holds, counted_in, end))
        deliveries.append(Deliveries.of(table, unit))
        del table, batch
    if not desks:
        raise ActualsError(Fault("the table of tickets", "there are no tickets in it"))
    desk, delivery = Desk.joined(desks), Deliveries.joined(deliveries, end)
    desks.clear()
    happened = [part for part in (*desk.moments, *delivery.moments) if (part <= end).any()]
    if not happened:
        raise ActualsError(
            Fault("the table of tickets", "nothing happened in it", got=f"as of {as_of}" if as_of else "")
        )
    last = end if np.isfinite(end) else max(float(np.nanmax(part)) for part in happened)
    tally = Tally.over(list(units), min(float(np.nanmin(part)) for part in happened), last, zone)
    months = desk.months(tally)
    alive = np.sum([_monthly(part, tally) for part in [*months, *map(tally.month, delivery.moments)]], axis=0) > 0
    figures = desk_kpis(desk, tally, months, alive, counted_in, open_missed)
    figures |= delivery_kpis(delivery, tally, alive, zone, open_missed, days_late, over_budget)
    return _actuals(figures, tally, scorecard)


def _common_zone(calendars: Calendars | None) -> str:
    zones = {one.zone for calendar in by_name(calendars).values() for one in chained(calendar)}
    return zones.pop() if len(zones) == 1 else "UTC"


def _moment(as_of: str | pd.Timestamp, zone: str) -> float:
    """The moment that a period ends, or that is given, in seconds since 1970."""
    if not isinstance(as_of, pd.Timestamp):
        try:
            day = periods.last_day(str(as_of))
        except ValueError as error:
            raise ActualsError(Fault("as_of", str(error))) from None
        return (pd.Timestamp(day) + pd.Timedelta(days=1)).tz_localize(zone).timestamp() - 1
    if as_of.tzinfo is None:
        fix = "give a period such as 2024-03, or .tz_localize('Europe/Berlin')"
        raise ActualsError(Fault("as_of", "this time has no zone", str(as_of), fix=fix))
    return as_of.timestamp()


def _unit_codes(names: pd.Series, units: dict[str, int]) -> np.ndarray:
    """Each row's place among the units, to which new names are added."""
    places = [units.setdefault(name, len(units)) for name in names.cat.categories]
    return np.array([*places, 0], dtype=np.int64)[names.cat.codes.to_numpy()]


def _monthly(month: np.ndarray, tally: Tally) -> np.ndarray:
    return np.bincount(month, minlength=len(tally.starts) + 1)[:-1]


def _actuals(figures: dict[str, Figure], tally: Tally, scorecard: Scorecard | None) -> pd.DataFrame:
    """Figures as a long table, by KPI, unit and month."""
    if scorecard is not None:
        figures = {kpi.id: _scaled(figures[kpi.catalogue], kpi) for kpi in scorecard.kpis if kpi.catalogue in figures}
    order = np.argsort(np.array(tally.units, dtype=object), kind="stable")
    tables = []
    for place, (actual, numerator, denominator) in enumerate(figures.values()):
        rows, columns = np.nonzero(~np.isnan(actual[order]))
        cells = order[rows], columns
        tables.append((np.full(len(rows), place), rows, columns, actual[cells], numerator[cells], denominator[cells]))
    if not tables:
        return pd.DataFrame({name: pd.Series(dtype="float" if name in NUMBERS else "str") for name in COLUMNS})
    kpi, unit, month, *numbers = (np.concatenate(parts) for parts in zip(*tables, strict=True))
    keys = {
        "unit": pd.Categorical.from_codes(unit, [tally.units[place] for place in order]),
        "kpi": pd.Categorical.from_codes(kpi, list(figures)),
        "period": pd.Categorical.from_codes(month, tally.periods),
    }
    table = pd.DataFrame({**keys, **dict(zip(NUMBERS, numbers, strict=True))})
    return table.astype(dict.fromkeys(keys, "str"))[COLUMNS]


def _scaled(figure: Figure, kpi: KPI) -> Figure:
    """A figure as a KPI's own formula scales its parts."""
    actual, numerator, denominator = figure
    if not has_parts(kpi):
        return figure
    return (actual, numerator, numerator) if np.isnan(numerator).all() else ratio(numerator, denominator, kpi.scale)
