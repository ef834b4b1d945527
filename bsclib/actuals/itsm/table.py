"""The tidy table of tickets, changes and projects: what reading makes, and what the KPIs are computed from.

One row a ticket. Only `number` and what a KPI needs have to be there: a column that is left out counts as missing in
every row. A second table, `holds`, may say when each ticket's clock stood still.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bsclib.errors import ActualsError, Fault, first_faults, unknown

NAMES = ("unit", "kind", "priority", "state", "calendar")
TEXTS = ("number", "deployment")
TIMES = ("opened", "responded", "restored", "resolved", "closed", "due_response", "due", "planned_end")
COUNTS = ("reopened", "reassigned")
AMOUNTS = ("hold_hours", "own_hours", "goal_response", "goal_resolution", "planned_cost", "actual_cost")
TRUTHS = ("own_met", "failed")
COLUMNS = (
    "number", "unit", "kind", "priority", "state", "opened", "responded", "restored", "resolved", "closed",
    "due_response", "due", "reopened", "reassigned", "hold_hours", "own_hours", "own_met", "goal_response",
    "goal_resolution", "calendar", "failed", "deployment", "planned_end", "planned_cost", "actual_cost",
)  # fmt: skip
HOLDS = ("number", "start", "end", "reason")
STATES = ("open", "resolved", "closed", "cancelled")
CHANGES = ("change", "deployment", "hotfix")
"""Kinds that go out to production; a hotfix is one that only repairs what another broke."""
OTHER_KINDS = (*CHANGES, "project")
"""Kinds that are no ticket of the service desk: they may have no opening, and have KPIs of their own."""
_ENDS = ("responded", "restored", "resolved", "closed")
_WHERE = "the table of tickets"


def check_tickets(tickets: pd.DataFrame) -> pd.DataFrame:
    """Bring a table of tickets to its columns and types, and refuse what no KPI could be computed from.

    Parameters
    ----------
    tickets : DataFrame
        One row a ticket, change or project; a column that is left out counts as missing. `number`, `deployment`: text.
        `unit`, `kind` (incident, request, change, deployment, hotfix, problem, project or another word), `priority`,
        `state` (open, resolved, closed, cancelled or empty), `calendar` (the name of a `ServiceCalendar`; empty: round
        the clock): text or categories. `opened`, `responded`, `restored` (the service works
        again; else `resolved` counts), `resolved`, `closed`, `planned_end`, and the export's own
        `due_response` and `due`: times with a zone. `reopened`, `reassigned`: how often. `hold_hours`, `own_hours`: the
        export's own hours on hold and of service. `own_met`: its own verdict. `goal_response`, `goal_resolution`:
        hours of service. `failed`: whether a change failed. `deployment`: the id of the deployment that a change went
        out with, or that brought an incident about. `planned_cost`, `actual_cost`: of projects.

    Returns
    -------
    DataFrame
        All columns, in the order of `COLUMNS`: names as categories, times in UTC, counts as Int64, amounts as float64,
        truth values as boolean.

    Raises
    ------
    ActualsError
        For a column that is not known, times without a zone, what is no number or truth value, a ticket without
        `number` or (but for changes and projects) `opened`, a number given twice, a state that is none, a ticket that
        ended before it was opened, and negative amounts.

    Examples
    --------
    >>> opened = pd.to_datetime(["2024-03-04T09:00Z", "2024-03-04T10:30Z"])
    >>> table = check_tickets(pd.DataFrame({"number": ["INC1", "INC2"], "opened": opened}))
    >>> len(table.columns), table["resolved"].isna().all()
    (25, np.True_)
    """
    if not isinstance(tickets, pd.DataFrame):
        fix = "read the tickets into a DataFrame first"
        raise ActualsError(Fault(_WHERE, "this is no table", type(tickets).__name__, fix=fix))
    faults = [unknown("column", str(name), COLUMNS, _WHERE) for name in tickets.columns if name not in COLUMNS]
    if "number" not in tickets.columns:
        faults.append(Fault(_WHERE, "the column 'number' is missing", allowed=", ".join(COLUMNS)))
    if faults:
        raise ActualsError(faults)
    table = pd.DataFrame({name: _column(tickets, name, faults) for name in COLUMNS}, index=tickets.index)
    if faults:
        raise ActualsError(first_faults(faults))
    given = table[[name for name in COLUMNS if name in tickets.columns]]
    faults = [*_missing(table), *_twice(table), *_state_faults(table), *_order_faults(given), *_negative(given)]
    if faults:
        raise ActualsError(first_faults(faults))
    return table


def check_holds(holds: pd.DataFrame) -> pd.DataFrame:
    """Bring a table of holds to its types: number, start, end (missing while it lasts); a reason is left out."""
    faults = [unknown("column", str(name), HOLDS, "the table of holds") for name in holds.columns if name not in HOLDS]
    faults += [
        Fault("the table of holds", f"the column {name!r} is missing") for name in HOLDS[:2] if name not in holds
    ]
    if faults:
        raise ActualsError(faults)
    table = pd.DataFrame(
        {
            "number": holds["number"].astype("str"),
            **{name: _time(holds, name, faults, "the table of holds") for name in HOLDS[1:3]},
        },
        index=holds.index,
    )
    start, end = table["start"], table["end"]
    for row in np.flatnonzero(start.isna()):
        faults.append(Fault(f"the hold of {table['number'].iloc[row]}", "its start is missing"))
    for row in np.flatnonzero((end < start).to_numpy()):
        what = "it ends before it starts"
        faults.append(Fault(f"the hold of {table['number'].iloc[row]}", what, f"{start.iloc[row]} to {end.iloc[row]}"))
    if faults:
        raise ActualsError(first_faults(faults))
    return table


def _column(tickets: pd.DataFrame, name: str, faults: list[Fault]) -> pd.Series:
    if name in TIMES:
        return _time(tickets, name, faults, _WHERE)
    given = tickets[name] if name in tickets.columns else None
    if name in NAMES:
        return _names(given, tickets.index)
    if name in TEXTS:
        return pd.Series(None, tickets.index, dtype="str") if given is None else given.astype("str")
    dtype = "Int64" if name in COUNTS else "float64" if name in AMOUNTS else "boolean"
    if given is None:
        return pd.Series(np.nan if dtype == "float64" else pd.NA, tickets.index, dtype=dtype)
    try:
        return given.astype(dtype) if dtype != "float64" else given.astype("Float64").astype("float64")
    except (TypeError, ValueError) as error:
        wanted = "whole numbers" if dtype == "Int64" else "numbers" if dtype == "float64" else "true and false"
        faults.append(Fault(f"{_WHERE}, {name}", f"this column holds something else than {wanted}", got=str(error)))
        return given


def _names(given: pd.Series | None, index: pd.Index) -> pd.Series:
    if given is None:
        return pd.Series(pd.Categorical.from_codes(np.zeros(len(index), dtype=np.int8), categories=[""]), index)
    names = given if isinstance(given.dtype, pd.CategoricalDtype) else given.astype("category")
    if names.hasnans:
        names = names if "" in names.cat.categories else names.cat.add_categories([""])
        names = names.fillna("")
    if not all(isinstance(name, str) for name in names.cat.categories):
        names = names.cat.rename_categories([str(name) for name in names.cat.categories])
    return names


def _time(frame: pd.DataFrame, name: str, faults: list[Fault], where: str) -> pd.Series:
    given = frame[name] if name in frame.columns else pd.Series(pd.NaT, frame.index, dtype="datetime64[s, UTC]")
    if isinstance(given.dtype, pd.DatetimeTZDtype):
        return given.dt.tz_convert("UTC")
    if given.isna().all():
        return pd.Series(pd.NaT, frame.index, dtype="datetime64[s, UTC]")
    what = "these are no times" if given.dtype.kind != "M" else "these times have no zone"
    fix = "say which zone they are in: .dt.tz_localize('Europe/Berlin')" if given.dtype.kind == "M" else ""
    faults.append(Fault(f"{where}, {name}", what, str(given.dropna().iloc[0]), "times with a zone", fix))
    return pd.Series(pd.NaT, frame.index, dtype="datetime64[s, UTC]")


def _place(table: pd.DataFrame, row: int) -> str:
    return f"ticket {table['number'].iloc[row]}"


def _missing(table: pd.DataFrame) -> Iterator[Fault]:
    for row in np.flatnonzero(table["number"].isna() | (table["number"] == "")):
        yield Fault(f"{_WHERE}, row {row + 1}", "this ticket has no number")
    desk = ~table["kind"].isin(OTHER_KINDS).to_numpy()
    for row in np.flatnonzero(table["opened"].isna().to_numpy() & desk):
        yield Fault(_place(table, int(row)), "it is not said when it was opened", fix="leave it out, and count it")


def _twice(table: pd.DataFrame) -> Iterator[Fault]:
    numbers = table["number"]
    if (numbers.iloc[1:].array > numbers.iloc[:-1].array).all() or numbers.is_unique:  # most exports rise
        return
    for row in np.flatnonzero(table["number"].duplicated() & table["number"].notna()):
        yield Fault(_place(table, int(row)), "this number is given twice", fix="keep its last row")


def _state_faults(table: pd.DataFrame) -> Iterator[Fault]:
    for name in table["state"].cat.categories.difference(["", *STATES]):
        if (table["state"] == name).any():
            yield unknown("state", name, STATES, f"{_WHERE}, state")


def _order_faults(table: pd.DataFrame) -> Iterator[Fault]:
    for name in [name for name in _ENDS if name in table and "opened" in table]:
        for row in np.flatnonzero((table[name] < table["opened"]).to_numpy()):
            got = f"opened {table['opened'].iloc[row]}, {name} {table[name].iloc[row]}"
            yield Fault(_place(table, int(row)), f"it was {name} before it was opened", got)


def _negative(table: pd.DataFrame) -> Iterator[Fault]:
    for name in [name for name in (*COUNTS, *AMOUNTS) if name in table]:
        values = table[name].to_numpy(dtype=float, na_value=np.nan)
        for row in np.flatnonzero((values < 0) | np.isinf(values)):
            yield Fault(_place(table, int(row)), f"{name} is below 0 or infinite", got=f"{values[row]:g}")
