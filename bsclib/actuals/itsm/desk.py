"""The KPIs of incidents, requests and problems: service levels, time to restore, first contact, holds, backlog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from bsclib.actuals.itsm.clock import HOUR, seconds_of
from bsclib.actuals.itsm.measures import NONE, Calendars, Measures, measure
from bsclib.actuals.itsm.table import OTHER_KINDS
from bsclib.actuals.itsm.tally import Figure, Tally, level, percentile, ratio

DAY = 24 * HOUR
AGED = 30 * DAY
LEFT_OUT, TICKET, INCIDENT, REQUEST, PROBLEM = range(5)
_KINDS = {"incident": INCIDENT, "request": REQUEST, "problem": PROBLEM, **dict.fromkeys(OTHER_KINDS, LEFT_OUT)}


class Months(NamedTuple):
    """The places of the months in which tickets were opened, answered and solved, and in which they count."""

    opened: np.ndarray
    answered: np.ndarray
    solved: np.ndarray
    counted: np.ndarray


@dataclass(frozen=True)
class Desk:
    """Tickets of the service desk and problems, an array a column: batches are put together column by column."""

    unit: np.ndarray  # the place among the names of units
    kind: np.ndarray
    counted: np.ndarray  # the moment whose month a solved ticket counts in
    reopened: np.ndarray
    reassigned: np.ndarray
    measures: Measures

    @classmethod
    def of(
        cls,
        tickets: pd.DataFrame,
        unit: np.ndarray,
        calendars: Calendars | None,
        holds: pd.DataFrame | None,
        counted_in: str,
        as_of: float,
    ) -> Desk:
        """Measure checked tickets, a batch or all; those called off, and those whose end is not known, are left out."""
        measures = measure(tickets, calendars, holds, as_of)
        kinds = np.array([_KINDS.get(name, TICKET) for name in tickets["kind"].cat.categories], dtype=np.int8)
        kind = kinds[tickets["kind"].cat.codes.to_numpy()]
        ended = tickets["state"].isin(["resolved", "closed"]).to_numpy() & tickets["resolved"].isna().to_numpy()
        lost = (tickets["state"] == "cancelled").to_numpy() | (ended & tickets["closed"].isna().to_numpy())
        lost |= measures.opened > as_of
        moment = measures.solved if counted_in == "resolved" else seconds_of(tickets[counted_in])
        counted = np.where(np.isnan(measures.solved) | ~(moment <= as_of), np.nan, moment)
        again, hands = (
            tickets[name].to_numpy(dtype=np.float32, na_value=np.nan) for name in ("reopened", "reassigned")
        )
        return cls(unit, np.where(lost, LEFT_OUT, kind).astype(np.int8), counted, again, hands, measures)

    @classmethod
    def joined(cls, parts: Sequence[Desk]) -> Desk:
        """Batches put together."""
        names = ("unit", "kind", "counted", "reopened", "reassigned")
        columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
        return cls(**columns, measures=Measures.joined([part.measures for part in parts]))

    def months(self, tally: Tally) -> Months:
        """The month of all that happened."""
        return Months(*map(tally.month, self.moments))

    @property
    def moments(self) -> list[np.ndarray]:
        """All that happened."""
        return [self.measures.opened, self.measures.responded, self.measures.solved, self.counted]


def desk_kpis(
    desk: Desk, tally: Tally, months: Months, alive: np.ndarray, counted_in: str, open_missed: bool
) -> dict[str, Figure]:
    """Every KPI of the service desk that the tickets say something of; `alive`: months of which there are data."""
    of, never = desk.measures, len(tally.starts)
    opened, answered, solved, counted = months
    tickets = (desk.kind != LEFT_OUT) & (desk.kind != PROBLEM)
    places = np.flatnonzero(tickets & (counted < never))
    unit, month = desk.unit[places], counted[places]
    clock, net = (of.solved - of.opened)[places], of.net[places]
    covered = (tally.count(desk.unit[tickets], opened[tickets]).cumsum(axis=1) > 0) & alive
    figures = {}

    # ---- service levels
    known, good = (places[of.met[places] >= least] for least in (0, 1))
    met, ended = (tally.count(desk.unit[some], counted[some]) for some in (good, known))
    until = counted if counted_in != "opened" else solved
    missed = _open_missed(desk, tally, tickets & ~np.isnan(of.due), of.due, until, opened, counted_in)
    figures["sla-attainment"] = ratio(met, ended + missed if open_missed else ended)
    figures["sla-attainment-solved"] = ratio(met, ended)
    when = opened if counted_in == "opened" else answered
    replied = np.flatnonzero(tickets & (of.met_response != NONE) & (answered < never))
    prompt = replied[of.met_response[replied] == 1]
    met, ended = (tally.count(desk.unit[some], when[some]) for some in (prompt, replied))
    slow = tickets & ~np.isnan(of.due_response)
    missed = _open_missed(desk, tally, slow, of.due_response, answered, opened, counted_in)
    figures["response-attainment"] = ratio(met, ended + missed if open_missed else ended)
    figures["response-attainment-answered"] = ratio(met, ended)

    # ---- times
    for seconds, names in (
        (clock, ("mean-time-to-restore", "median-time-to-restore", "time-to-restore-p90")),
        (net, ("mean-restore-service-hours", "median-restore-service-hours", "restore-service-hours-p90")),
    ):
        some = np.flatnonzero((desk.kind[places] == INCIDENT) & ~np.isnan(seconds))
        sums = tally.count(unit[some], month[some], seconds[some])
        (median, ninth), number = tally.percentiles(unit[some], month[some], seconds[some], (0.5, 0.9))
        figures[names[0]] = ratio(sums / 60, number, 1 / 60)
        figures[names[1]], figures[names[2]] = (percentile(part, number, 1 / HOUR) for part in (median, ninth))
    figures["resolution-time"] = _median(tally, unit, month, clock, 1 / HOUR)
    some = desk.kind[places] == REQUEST
    figures["request-time"] = _median(tally, unit[some], month[some], clock[some], 1 / HOUR)
    some = np.flatnonzero(tickets & (answered < never))
    waited = (of.responded - of.opened)[some]
    figures["first-response-time"] = _median(tally, desk.unit[some], when[some], waited, 1 / 60)

    # ---- hands, holds
    hands, again = desk.reassigned[places], desk.reopened[places]
    for values, parts in (
        (hands, {"first-contact-resolution": (hands == 0, 100.0), "hand-overs": (hands, 1.0)}),
        (again, {"reopen-rate": (again > 0, 100.0)}),
    ):
        some = ~np.isnan(values)
        number = tally.count(unit[some], month[some])
        for name, (weights, scale) in parts.items():
            figures[name] = ratio(tally.count(unit[some], month[some], weights[some]), number, scale)
    service, hold = of.service[places], of.hold[places]
    some = ~np.isnan(service) & ~np.isnan(hold)
    held, spent = (
        tally.count(unit[some], month[some], part[some]) / 60 for part in (np.minimum(hold, service), service)
    )
    figures["on-hold-share"] = ratio(held, spent)

    # ---- throughput, backlog
    figures["throughput"] = level(tally.count(unit, month), covered)
    mine = np.flatnonzero(tickets)
    rows, since, gone = desk.unit[mine], opened[mine], solved[mine]
    standing = tally.standing(rows, since, gone)
    figures["ticket-backlog"] = level(standing, covered)
    figures["aged-tickets"] = ratio(tally.standing(rows, tally.month(of.opened[mine] + AGED), gone), standing)
    sums = tally.standing(rows, since, gone, of.opened[mine] - tally.starts[0])
    age = np.where(standing > 0, standing * (tally.ends - tally.starts[0]) - sums, 0)
    figures["backlog-age"] = ratio(age / DAY, standing, 1.0)
    return {**figures, **_problems(desk, tally, months, alive)}


def _problems(desk: Desk, tally: Tally, months: Months, alive: np.ndarray) -> dict[str, Figure]:
    opened, _, solved, counted = months
    mine = desk.kind == PROBLEM
    if not mine.any():
        return {}
    done = mine & (counted < len(tally.starts))
    days = (desk.measures.solved - desk.measures.opened)[done]
    covered = (tally.count(desk.unit[mine], opened[mine]).cumsum(axis=1) > 0) & alive
    return {
        "problem-time": _median(tally, desk.unit[done], counted[done], days, 1 / DAY),
        "problem-backlog": level(tally.standing(desk.unit[mine], opened[mine], solved[mine]), covered),
    }


def _median(tally: Tally, unit: np.ndarray, month: np.ndarray, seconds: np.ndarray, scale: float) -> Figure:
    (median,), number = tally.percentiles(unit, month, seconds, (0.5,))
    return percentile(median, number, scale)


def _open_missed(
    desk: Desk, tally: Tally, late: np.ndarray, due: np.ndarray, until: np.ndarray, opened: np.ndarray, counted_in: str
) -> np.ndarray:
    """Tickets that stood open past their goal: at each month's end, or of those opened in it at the very end."""
    mine = np.flatnonzero(late & (due <= tally.as_of))
    if counted_in == "opened":
        mine = mine[until[mine] == len(tally.starts)]
        return tally.count(desk.unit[mine], opened[mine])
    return tally.standing(desk.unit[mine], tally.month(due[mine]), until[mine])
