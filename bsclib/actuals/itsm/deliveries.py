"""The KPIs of changes, deployments and projects: DORA's five, change success, schedule and cost.

A deployment is what went out at once: changes with one id in `deployment`, or a change by itself. It failed when a
change of it is marked so, or when an incident names it; with three incidents it failed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.actuals.itsm.clock import HOUR, seconds_of
from bsclib.actuals.itsm.measures import solution
from bsclib.actuals.itsm.table import CHANGES
from bsclib.actuals.itsm.tally import Figure, Tally, level, percentile, ratio

DAY = 24 * HOUR


@dataclass(frozen=True)
class Deliveries:
    """Changes, projects, and the incidents that name a deployment; times in seconds since 1970."""

    changes: pd.DataFrame  # unit, kind, begin, end, failed, id
    incidents: pd.DataFrame  # id, begin, end
    projects: pd.DataFrame  # unit, planned, end, planned_cost, actual_cost

    @classmethod
    def of(cls, tickets: pd.DataFrame, unit: np.ndarray) -> Deliveries:
        """Take them out of checked tickets, a batch or all."""
        kind, off = tickets["kind"], (tickets["state"] == "cancelled").to_numpy()
        change = np.flatnonzero(kind.isin(CHANGES).to_numpy() & ~off)
        project = np.flatnonzero((kind == "project").to_numpy() & ~off)
        brought = np.flatnonzero(tickets["deployment"].notna().to_numpy() & ~kind.isin(CHANGES).to_numpy() & ~off)
        changes, incidents, projects = (tickets.iloc[places] for places in (change, brought, project))
        return cls(
            pd.DataFrame(
                {
                    "unit": unit[change],
                    "kind": changes["kind"].astype(str).to_numpy(),
                    "begin": seconds_of(changes["opened"]),
                    "end": solution(changes),
                    "failed": changes["failed"].to_numpy(dtype=float, na_value=np.nan),
                    "id": changes["deployment"].fillna(changes["number"]).to_numpy(dtype=object),
                }
            ),
            pd.DataFrame(
                {
                    "id": incidents["deployment"].to_numpy(dtype=object),
                    "begin": seconds_of(incidents["opened"]),
                    "end": solution(incidents),
                }
            ),
            pd.DataFrame(
                {
                    "unit": unit[project],
                    "planned": seconds_of(projects["planned_end"]),
                    "end": solution(projects),
                    "planned_cost": projects["planned_cost"].to_numpy(),
                    "actual_cost": projects["actual_cost"].to_numpy(),
                }
            ),
        )

    @classmethod
    def joined(cls, parts: Sequence[Deliveries], as_of: float) -> Deliveries:
        """Batches put together, as they stood at a moment."""
        changes, incidents, projects = (
            pd.concat([getattr(part, name) for part in parts], ignore_index=True)
            for name in ("changes", "incidents", "projects")
        )
        for table in (changes, incidents, projects):
            table["end"] = table["end"].where(table["end"] <= as_of)
        return cls(changes, incidents[incidents["begin"] <= as_of], projects)

    @property
    def moments(self) -> list[np.ndarray]:
        """All that happened."""
        return [self.changes["end"].to_numpy(), self.projects["end"].to_numpy()]


def delivery_kpis(
    deliveries: Deliveries,
    tally: Tally,
    alive: np.ndarray,
    zone: str,
    open_missed: bool,
    days_late: int,
    over_budget: float,
) -> dict[str, Figure]:
    """Every KPI of changes and projects that the table says something of; `alive`: months of which there are data."""
    figures = _changes(deliveries, tally, alive, zone) if len(deliveries.changes) else {}
    if len(deliveries.projects):
        figures |= _projects(deliveries.projects, tally, zone, open_missed, days_late, over_budget)
    return figures


def _changes(deliveries: Deliveries, tally: Tally, alive: np.ndarray, zone: str) -> dict[str, Figure]:
    changes = deliveries.changes[deliveries.changes["end"].notna()]
    brought = deliveries.incidents.groupby("id", sort=False)["end"].agg(
        [lambda end: end.max(skipna=False)]  # recovered once the last of its incidents is solved
    )
    recovered = brought.iloc[:, 0] if len(brought) else pd.Series(dtype=float)
    table = changes.assign(
        failed=_failed(changes["failed"], changes["id"], recovered), hotfix=changes["kind"] == "hotfix"
    )
    outs = table.groupby("id", sort=False).agg(
        unit=("unit", "first"), end=("end", "max"), failed=("failed", "max"), hotfix=("hotfix", "all")
    )
    unit, month = outs["unit"].to_numpy(), tally.month(outs["end"].to_numpy())
    cell = tally.cell(unit, month)
    number = tally.count(cell)
    known = outs["failed"].notna().to_numpy()
    wrong = (outs["failed"] == 1).to_numpy()
    figures = {
        "deployment-frequency": level(number, (number.cumsum(axis=1) > 0) & alive),
        "deployment-days": level(_days(outs, tally, zone), (number.cumsum(axis=1) > 0) & alive),
        "change-failure-rate": ratio(tally.count(cell, wrong), tally.count(cell, known)),
    }
    if outs["hotfix"].any():  # else nobody tells a repair from other work
        figures["deployment-rework-rate"] = ratio(tally.count(cell, outs["hotfix"].to_numpy()), number)
    led = table[table["begin"].notna()]
    places, seconds = tally.month(led["end"].to_numpy()), (led["end"] - led["begin"]).to_numpy()
    cell = tally.cell(led["unit"].to_numpy(), places)
    (((median,), count),) = tally.percentiles(cell, places, seconds, np.zeros(len(led), dtype=int), (0.5,))
    figures["lead-time-for-changes"] = percentile(median, count, 1 / HOUR)
    mended = outs.assign(back=recovered.reindex(outs.index))[wrong]
    mended = mended[mended["back"] >= mended["end"]]
    cell = tally.cell(mended["unit"].to_numpy(), tally.month(mended["back"].to_numpy()))
    minutes = tally.count(cell, weights=(mended["back"] - mended["end"]).to_numpy()) / 60
    figures["failed-deployment-recovery-time"] = ratio(minutes, tally.count(cell), 1 / 60)
    plain = table[(table["kind"] == "change") & table["failed"].notna()]
    cell = tally.cell(plain["unit"].to_numpy(), tally.month(plain["end"].to_numpy()))
    figures["change-success-rate"] = ratio(tally.count(cell, (plain["failed"] == 0).to_numpy()), tally.count(cell))
    return figures


def _failed(marked: pd.Series, id: pd.Series, recovered: pd.Series) -> pd.Series:
    """Whether each change failed; unknown where it is not marked, and no incident of the table names a deployment."""
    named = id.isin(recovered.index)
    told = marked.fillna(0.0) if len(recovered) else marked
    return told.where(~named, 1.0)


def _days(outs: pd.DataFrame, tally: Tally, zone: str) -> np.ndarray:
    """Days on which something went out; two units' deployments of one day make one day of the whole."""
    days = pd.DataFrame({"unit": outs["unit"], "month": tally.month(outs["end"].to_numpy())})
    days["day"] = _local_days(outs["end"].to_numpy(), zone)
    each = days.drop_duplicates(["unit", "day"])
    whole = days.drop_duplicates("day")
    cells, together = (
        tally.count(tally.cell(*(part[name].to_numpy() for name in ("unit", "month")))) for part in (each, whole)
    )
    return np.vstack([together[0], cells[1:]])


def _local_days(moments: np.ndarray, zone: str) -> np.ndarray:
    """Days since 1970 by the calendar on the wall; NaN for no moment."""
    times = pd.to_datetime(moments, unit="s", utc=True).tz_convert(zone).tz_localize(None)
    days = times.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.int64))


def _projects(
    projects: pd.DataFrame, tally: Tally, zone: str, open_missed: bool, days_late: int, over_budget: float
) -> dict[str, Figure]:
    unit, end, planned = (projects[name].to_numpy() for name in ("unit", "end", "planned"))
    month = tally.month(end)
    delay = _local_days(end, zone) - _local_days(planned, zone)
    ended = ~np.isnan(delay)
    punctual = delay <= days_late
    cell = tally.cell(unit, month)
    number = tally.count(cell, ended)
    late = ~np.isnan(planned) & ~punctual
    overdue = tally.standing(unit, tally.month(planned + (days_late + 1) * DAY), month, late)
    plan, cost = projects["planned_cost"].to_numpy(), projects["actual_cost"].to_numpy()
    known = ~np.isnan(end) & ~np.isnan(cost) & (plan > 0)
    kept = known & (cost <= plan * (1 + over_budget) * (1 + 1e-12))
    more, budget = (tally.count(cell, known, part) for part in (cost - plan, plan))
    figures = {
        "projects-on-time": ratio(tally.count(cell, punctual), number + overdue if open_missed else number),
        "project-delay": ratio(tally.count(cell, ended, delay), number, 1.0),
        "projects-within-budget": ratio(tally.count(cell, kept), tally.count(cell, known)),
        "project-cost-overrun": ratio(more, budget),
    }
    return figures
