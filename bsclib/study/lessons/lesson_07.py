"""What stages lesson 07: the tickets that ship, how their users rated them, and a small export of another system."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from bsclib.actuals.itsm.kpis import ticket_kpis
from bsclib.files.paths import locate
from bsclib.files.tickets.read import read_tickets
from bsclib.files.tickets.ticket_map import TicketMap

_FIELDS = (
    *("number", "unit", "kind", "priority", "state", "opened", "restored", "resolved", "closed"),
    *("reopened", "reassigned", "hold_hours", "own_met", "goal_resolution"),
)
_STATES = {name: name for name in ("open", "resolved", "closed")}
EXPORT = """Ticketnummer;Eröffnet;Gelöst;Status
4711;02.04.2024 09:30;02.04.2024 16:00;Erledigt
4712;05.03.2024 10:00;03.04.2024 12:00;Erledigt
4713;02.07.2024 08:15;03.06.2024 17:00;Erledigt
4714;;12.05.2024 11:20;Erledigt
4715;13.05.2024 07:50;;In Arbeit
4716;04.06.2024 14:00;11.06.2024 09:00;Erledigt
"""
"""Six tickets as a German service desk exports them."""
EXPORT_MAP = {
    "columns": {"number": "Ticketnummer", "opened": "Eröffnet", "resolved": "Gelöst", "state": "Status"},
    "dates": "%d.%m.%Y %H:%M",
    "zone": "Europe/Berlin",
    "states": {"Erledigt": "resolved", "In Arbeit": "open"},
}
"""How it is read."""
OUTCOMES = ("met, holds counted", "met only by its holds", "missed")


@cache
def shipped_tickets() -> pd.DataFrame:
    """The tickets of Meridian Freight, July 2025 to June 2026, served round the clock."""
    rules = TicketMap(columns={name: name for name in _FIELDS}, states=_STATES, zone="UTC")
    return read_tickets(locate("meridian") / "tickets.csv", rules).tickets


@cache
def shipped_kpis() -> pd.DataFrame:
    """All KPIs that these tickets bear out, by unit and month."""
    return ticket_kpis(shipped_tickets())


def outcomes(tickets: pd.DataFrame) -> pd.Series:
    """How each solved ticket that is served round the clock ended: met, met only by its holds, or missed."""
    hours = (tickets["resolved"] - tickets["opened"]).dt.total_seconds() / 3600
    goal = tickets["goal_resolution"]
    ended = np.select([hours <= goal, hours - tickets["hold_hours"] <= goal], OUTCOMES[:2], OUTCOMES[2])
    return pd.Series(ended, tickets.index).where(tickets["resolved"].notna())


def ratings() -> pd.DataFrame:
    """What users said, from 1 to 5, of tickets that ended in one way: `outcome`, `tickets`, `rated`, `mean_rating`."""
    said = pd.read_csv(locate("meridian") / "tickets.csv", usecols=["number", "rating"]).set_index("number")["rating"]
    tickets = shipped_tickets()
    rows = pd.DataFrame({"outcome": outcomes(tickets), "rating": tickets["number"].map(said)})
    groups = rows.groupby("outcome")["rating"].agg(tickets="size", rated="count", mean_rating="mean")
    return groups.loc[list(OUTCOMES)].reset_index()
