"""The KPIs of incidents, requests and problems: service levels, time to restore, first contact, holds, backlog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from bsclib.actuals.itsm.clock import HOUR, seconds_of
from bsclib.actuals.itsm.measures import Calendars, Measures, measure
from bsclib.actuals.itsm.table import OTHER_KINDS
from bsclib.actuals.itsm.tally import Figure, Tally, level, percentile, ratio

DAY = 24 * HOUR
AGED = 30 * DAY
LEFT_OUT, TICKET, INCIDENT, REQUEST, PROBLEM = range(5)
_KINDS = {"incident": INCIDENT, "request": REQUEST, "problem": PROBLEM, **dict.fromkeys(OTHER_KINDS, LEFT_OUT)}

_RESTORE = ("mean-time-to-restore", "median-time-to-restore", "time-to-restore-p90")
_RESTORE_SERVICE = ("mean-restore-service-hours", "median-restore-service-hours", "restore-service-hours-p90")


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
        measures = replace(
            measures, goal=np.empty(0), goal_response=np.empty(0)
        )  # the verdicts are enough from here on
        kinds = np.array([_KINDS.get(name, TICKET) for name in tickets["kind"].cat.categories], dtype=np.int8)
        kind = kinds[tickets["kind"].cat.codes.to_numpy()]
        over = tickets["state"].isin(["resolved", "closed"]).to_numpy()
        timeless = (tickets["resolved"].isna() & tickets["closed"].isna()).to_numpy()
        lost = (tickets["state"] == "cancelled").to_numpy() | (over & timeless) | (measures.opened > as_of)
        counted = measures.solved
        if counted_in != "resolved":
            moment = seconds_of(tickets[counted_in])
            counted = np.where(np.isnan(measures.solved) | ~(moment <= as_of), np.nan, moment)
        again, hands = (
            tickets[name].to_numpy(dtype=np.float32, na_value=np.nan) for name in ("reopened", "reassigned")
        )
        return cls(unit, np.where(lost, LEFT_OUT, kind).astype(np.int8), counted, again, hands, measures)

    @classmethod
    def joined(cls, parts: Sequence[Desk]) -> Desk:
        """Batches put together."""
        if len(parts) == 1:
            return parts[0]
        names = ("unit", "kind", "reopened", "reassigned")
        whole = Measures.joined([part.measures for part in parts])
        columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
        solved = all(part.counted is part.measures.solved for part in parts)
        counted = whole.solved if solved else np.concatenate([part.counted for part in parts])
        return cls(**columns, counted=counted, measures=whole)

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
    done = tickets & (counted < never)
    cell = tally.cell(desk.unit, counted)
    begun = tally.cell(desk.unit, opened)
    figures = {}

    # ---- service levels
    number, good = (tally.count(cell, done & (of.met >= least)) for least in (0, 1))
    late = tickets & (of.exceeded <= tally.as_of)
    missed = _open_missed(
        desk, tally, late, of.exceeded, solved if counted_in == "opened" else counted, opened, counted_in
    )
    figures["sla-attainment"] = ratio(good, number + missed if open_missed else number)
    figures["sla-attainment-solved"] = ratio(good, number)
    replied = tickets & (answered < never)
    when = opened if counted_in == "opened" else answered
    then = tally.cell(desk.unit, when)
    number, good = (tally.count(then, replied & (of.met_response >= least)) for least in (0, 1))
    slow = tickets & (of.exceeded_response <= tally.as_of)
    missed = _open_missed(desk, tally, slow, of.exceeded_response, answered, opened, counted_in)
    figures["response-attainment"] = ratio(good, number + missed if open_missed else number)
    figures["response-attainment-answered"] = ratio(good, number)

    # ---- times
    clock, mended = of.solved - of.opened, of.restored - of.opened
    figures["resolution-time"] = _median(tally, cell, counted, clock, np.where(done, 0, -1), 1 / HOUR)
    incident = done & (desk.kind == INCIDENT)
    kinds = np.select([incident, done & (desk.kind == REQUEST)], [0, 1], -1)
    spent = np.where(incident, mended, clock)
    restored, asked = tally.percentiles(cell, counted, spent, kinds, (0.5, 0.9), 2)
    figures["request-time"] = percentile(asked[0][0], asked[1], 1 / HOUR)
    served = incident & ~np.isnan(of.outage)
    (outage,) = tally.percentiles(cell, counted, of.outage, np.where(served, 0, -1), (0.5, 0.9))
    for seconds, mine, ((median, ninth), number), names in (
        (mended, incident, restored, _RESTORE),
        (of.outage, served, outage, _RESTORE_SERVICE),
    ):
        figures[names[0]] = ratio(tally.count(cell, mine, seconds) / 60, number, 1 / 60)
        figures[names[1]], figures[names[2]] = (percentile(part, number, 1 / HOUR) for part in (median, ninth))
    waited = of.responded - of.opened
    figures["first-response-time"] = _median(tally, then, when, waited, np.where(replied, 0, -1), 1 / 60)

    # ---- hands, holds
    known = done & ~np.isnan(desk.reassigned)
    number = tally.count(cell, known)
    figures["first-contact-resolution"] = ratio(tally.count(cell, known & (desk.reassigned == 0)), number)
    figures["hand-overs"] = ratio(tally.count(cell, known, desk.reassigned), number, 1.0)
    known = done & ~np.isnan(desk.reopened)
    figures["reopen-rate"] = ratio(tally.count(cell, known & (desk.reopened > 0)), tally.count(cell, known))
    known = done & ~np.isnan(of.service) & ~np.isnan(of.hold)
    held, spent = (tally.count(cell, known, part) / 60 for part in (np.minimum(of.hold, of.service), of.service))
    figures["on-hold-share"] = ratio(held, spent)

    # ---- throughput, backlog
    covered = (tally.count(begun, tickets).cumsum(axis=1) > 0) & alive
    figures["throughput"] = level(tally.count(cell, done), covered)
    standing = tally.standing(desk.unit, opened, solved, tickets)
    figures["ticket-backlog"] = level(standing, covered)
    aged = tally.standing(desk.unit, tally.month(of.opened + AGED), solved, tickets)
    figures["aged-tickets"] = ratio(aged, standing)
    sums = tally.standing(desk.unit, opened, solved, tickets, of.opened - tally.starts[0])
    age = np.where(standing > 0, standing * (tally.ends - tally.starts[0]) - sums, 0)
    figures["backlog-age"] = ratio(age / DAY, standing, 1.0)
    return {**figures, **_problems(desk, tally, months, alive)}


def _problems(desk: Desk, tally: Tally, months: Months, alive: np.ndarray) -> dict[str, Figure]:
    mine = desk.kind == PROBLEM
    if not mine.any():
        return {}
    done = mine & (months.counted < len(tally.starts))
    seconds, cell = desk.measures.solved - desk.measures.opened, tally.cell(desk.unit, months.counted)
    begun = tally.count(tally.cell(desk.unit, months.opened), mine)
    standing = tally.standing(desk.unit, months.opened, months.solved, mine)
    return {
        "problem-time": _median(tally, cell, months.counted, seconds, np.where(done, 0, -1), 1 / DAY),
        "problem-backlog": level(standing, (begun.cumsum(axis=1) > 0) & alive),
    }


def _median(
    tally: Tally, cell: np.ndarray, month: np.ndarray, seconds: np.ndarray, part: np.ndarray, scale: float
) -> Figure:
    (((median,), number),) = tally.percentiles(cell, month, seconds, part, (0.5,))
    return percentile(median, number, scale)


def _open_missed(
    desk: Desk,
    tally: Tally,
    late: np.ndarray,
    since: np.ndarray,
    until: np.ndarray,
    opened: np.ndarray,
    counted_in: str,
) -> np.ndarray:
    """Tickets that stood open past their goal: at each month's end, or of those opened in it at the very end."""
    mine = np.flatnonzero(late)
    if counted_in == "opened":
        mine = mine[until[mine] == len(tally.starts)]
        return tally.count(tally.cell(desk.unit[mine], opened[mine]))
    return tally.standing(desk.unit[mine], tally.month(since[mine]), until[mine])
