"""The export's own numbers beside ours: due times, business hours and verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from bsclib.actuals.itsm.clock import HOUR, AtClosing, due_moments, seconds_of
from bsclib.actuals.itsm.measures import NONE, Calendars, by_calendar, known_holds, measure, taken_holds
from bsclib.actuals.itsm.table import check_tickets

WITHIN = 60
"""Seconds by which two numbers may differ and be equal: exports round to the minute."""


class Comparison(NamedTuple):
    """How much of the export's own numbers agrees with ours, and the first tickets that differ.

    Attributes
    ----------
    shares : DataFrame
        A row for each number that the export gives: `number_compared` (`due`, `due_response`, `own_hours`, the same
        `with holds`, `own_met`), `compared` and `equal` (how many tickets), `share`.
    differences : DataFrame
        The first tickets that differ: `number_compared`, `ticket`, `export`, `ours` and `apart` (hours; missing for a
        verdict).

    Examples
    --------
    >>> Comparison._fields
    ('shares', 'differences')
    """

    shares: pd.DataFrame
    differences: pd.DataFrame


def compare_with_export(
    tickets: pd.DataFrame,
    calendars: Calendars | None = None,
    holds: pd.DataFrame | None = None,
    at_closing: AtClosing = "closing",
    most: int = 10,
) -> Comparison:
    """Compare the due times, hours and verdicts that an export gives with those that its own times say.

    Parameters
    ----------
    tickets : DataFrame
        As `check_tickets` takes it; `due`, `due_response`, `own_hours` and `own_met` are the export's.
    calendars : mapping of str to ServiceCalendar, optional
    holds : DataFrame, optional
        As for `ticket_kpis`.
    at_closing : {"closing", "glpi"}, default "closing"
        As for `due_time`.
    most : int, default 10
        How many differing tickets are listed for each number.

    Returns
    -------
    Comparison
        `shares` and `differences`. Numbers are equal within a minute. Business hours are compared with our service
        hours with and without the time on hold, because tools differ in that. Verdicts are compared where a ticket is
        solved and has a goal.

    Raises
    ------
    ActualsError
        When the tickets or holds cannot be read.
    UnknownNameError
        For a calendar that is not given.

    Examples
    --------
    >>> from bsclib.actuals.itsm import ServiceCalendar
    >>> opened = pd.to_datetime(["2026-04-10T16:00Z", "2026-04-13T09:00Z"])
    >>> printed = pd.to_datetime(["2026-04-14T11:00Z", "2026-04-13T13:00Z"])
    >>> tickets = pd.DataFrame({"number": ["A", "B"], "opened": opened, "due": printed, "goal_resolution": 4.0})
    >>> found = compare_with_export(tickets, {"": ServiceCalendar({"mon-fri": "8:00-17:00"})})
    >>> found.shares[["number_compared", "compared", "equal"]].values.tolist()
    [['due', 2, 1]]
    >>> found.differences[["ticket", "apart"]].values.tolist()
    [['A', 24.0]]
    """
    table = check_tickets(tickets)
    shares, differences = [], []
    for name, theirs, ours in _numbers(table, calendars, holds, at_closing):
        compared = ~np.isnan(theirs) & ~np.isnan(ours)
        if not compared.any():
            continue
        same = np.abs(theirs - ours) <= (0 if name == "own_met" else WITHIN)
        equal = int((same & compared).sum())
        shares.append((name, int(compared.sum()), equal, equal / int(compared.sum())))
        apart = np.flatnonzero(compared & ~same)[:most]
        differences += [(name, table["number"].iloc[row], *_shown(name, theirs[row], ours[row])) for row in apart]
    return Comparison(
        pd.DataFrame(shares, columns=["number_compared", "compared", "equal", "share"]),
        pd.DataFrame(differences, columns=["number_compared", "ticket", "export", "ours", "apart"]),
    )


def _numbers(
    table: pd.DataFrame, calendars: Calendars | None, holds: pd.DataFrame | None, at_closing: AtClosing
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """The export's numbers and ours, in seconds; a verdict as 1 or 0."""
    measures = measure(table, calendars, holds)
    hold = np.round(table["hold_hours"].to_numpy() * HOUR)
    for name, goal, put_off in (("due", measures.goal, True), ("due_response", measures.goal_response, False)):
        yield name, seconds_of(table[name]), _due(table, calendars, holds if put_off else None, goal, hold, at_closing)
    own = np.round(table["own_hours"].to_numpy() * HOUR)
    yield "own_hours", own, measures.net
    if np.nansum(measures.hold) > 0:
        yield "own_hours with holds", own, measures.service
    verdict = np.where((measures.met == NONE) | np.isnan(measures.goal), np.nan, measures.met)
    yield "own_met", table["own_met"].to_numpy(dtype=float, na_value=np.nan), verdict


def _due(
    table: pd.DataFrame,
    calendars: Calendars | None,
    holds: pd.DataFrame | None,
    goal: np.ndarray,
    hold: np.ndarray,
    at_closing: AtClosing,
) -> np.ndarray:
    opened, due = seconds_of(table["opened"]), np.full(len(table), np.nan)
    raw = None if holds is None or holds.empty else known_holds(table, holds, np.inf)
    told = np.zeros(len(table), dtype=bool) if raw is None else np.bincount(raw[0], minlength=len(table)) > 0
    allowed = goal + np.where(told | np.isnan(hold), 0, hold)
    for place, calendar in by_calendar(table, calendars):
        mine = taken_holds(raw, place, len(table))
        due[place] = due_moments(calendar, opened[place], allowed[place], mine, at_closing)
    return due


def _shown(name: str, theirs: float, ours: float) -> tuple[Any, Any, float]:
    if name == "own_met":
        return bool(theirs), bool(ours), np.nan
    apart = round((theirs - ours) / HOUR, 4)
    if name.startswith("own_hours"):
        return round(theirs / HOUR, 4), round(ours / HOUR, 4), apart
    return pd.Timestamp(theirs, unit="s", tz="UTC"), pd.Timestamp(ours, unit="s", tz="UTC"), apart
