"""What stages lesson 07: the tickets that ship, how their users rated them, and a small export of another system."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes

from bsclib.actuals.itsm.kpis import ticket_kpis
from bsclib.errors import UnknownNameError, unknown
from bsclib.files.paths import locate
from bsclib.files.tickets.guess import Guess
from bsclib.files.tickets.read import read_tickets
from bsclib.files.tickets.ticket_map import TicketMap
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import STYLE, describe, panel, sheet
from bsclib.plots.palette import ACTUAL, INK
from bsclib.plots.picture import MARGIN, WIDTH
from bsclib.scoring.views import actual_and_expected, snapshot
from bsclib.wording import month_name, percent

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
_ASKED = {
    "zone": "in which time zone does the clock stand? For example Europe/Berlin",
    "states": "is this new, open, on hold, resolved, closed or cancelled?",
}
_ENGLISH = {"In Arbeit": "In Arbeit (in progress)"}
_SHUFFLES = 1000
OUTCOMES = ("met without the help of a hold", "met only by its holds", "missed")


@cache
def shipped_tickets() -> pd.DataFrame:
    """The tickets of Meridian Freight, July 2025 to June 2026, served round the clock."""
    rules = TicketMap(columns={name: name for name in _FIELDS}, states=_STATES, zone="UTC")
    return read_tickets(locate("meridian") / "tickets.csv", rules).tickets


@cache
def shipped_kpis() -> pd.DataFrame:
    """All KPIs that these tickets bear out, by unit and month."""
    return ticket_kpis(shipped_tickets())


def first_tickets() -> pd.DataFrame:
    """Four solved tickets: when each was opened, its hours by the clock and on hold, and its goal."""
    rows = shipped_tickets().dropna(subset=["resolved", "hold_hours", "goal_resolution"]).iloc[4:8]
    hours = (rows["resolved"] - rows["opened"]).dt.total_seconds() / 3600
    opened = rows["opened"].map(lambda time: f"{time:%d %b %Y}")
    shown = rows[["number", "unit"]].assign(opened=opened, on_the_wall_clock=hours.round(1))
    return shown.assign(on_hold=rows["hold_hours"].round(1), goal=rows["goal_resolution"])


def outcomes(tickets: pd.DataFrame) -> pd.Series:
    """How each solved ticket that is served round the clock ended: met, met only by its holds, or missed."""
    hours = (tickets["resolved"] - tickets["opened"]).dt.total_seconds() / 3600
    goal = tickets["goal_resolution"]
    ended = np.select([hours <= goal, hours - tickets["hold_hours"] <= goal], OUTCOMES[:2], OUTCOMES[2])
    return pd.Series(ended, tickets.index).where(tickets["resolved"].notna())


def levels_with_holds() -> pd.DataFrame:
    """Service levels of the year, as reported and as if no clock stopped; and hours by the clock on the wall."""
    tickets = shipped_tickets()
    ended = pd.DataFrame({"unit": tickets["unit"], "ended": outcomes(tickets)}).dropna()
    shares = 100 * pd.crosstab(ended["unit"], ended["ended"], normalize="index")
    held = shares[OUTCOMES[0]]
    hours = ((tickets["resolved"] - tickets["opened"]).dt.total_seconds() / 3600).groupby(tickets["unit"])
    levels = {"as_reported": held + shares[OUTCOMES[1]], "holds_counted_in": held}
    return pd.DataFrame(levels | {"median_hours": hours.median(), "mean_hours": hours.mean()}).reset_index()


def agreed(scorecard: Scorecard, scores: pd.DataFrame) -> pd.DataFrame:
    """What was agreed for the KPIs that tickets bear out, where they stand, and beyond where one is off target."""
    now = snapshot(scores)
    rows = []
    for kpi in (kpi for kpi in scorecard.kpis if kpi.catalogue in set(shipped_kpis()["kpi"])):
        row = now.loc[kpi.id]
        name = f"{kpi.name} (mean of the ports)" if kpi.across_units == "mean" else kpi.name
        edge = row["floor"] + kpi.thresholds.at_risk * (row["expected"] - row["floor"])
        rows.append((name, *actual_and_expected(kpi, row), kpi.show(edge), row["status"]))
    return pd.DataFrame(rows, columns=["kpi", "actual", "expected", "off_target_beyond", "status"])


def places(month: str) -> pd.DataFrame:
    """Service levels of a month by solved tickets alone, and with those late and open; the units' places in either."""
    ways = {"sla-attainment-solved": "of_solved_tickets", "sla-attainment": "with_late_open_ones"}
    kpis = shipped_kpis()
    rows = kpis[(kpis["period"] == month) & kpis["kpi"].isin(list(ways)) & (kpis["unit"] != "")]
    levels = rows.pivot(index="unit", columns="kpi", values="actual").rename(columns=ways)[list(ways.values())]
    ranks = levels.rank(ascending=False).astype(int)
    return levels.assign(place=ranks.iloc[:, 0], place_with_them=ranks.iloc[:, 1]).reset_index()


def read_map(guess: Guess) -> pd.DataFrame:
    """What the kit proposes for an export, and what it asks of its reader: `what_it_is`, `in_the_export`."""
    form = guess.data["dates"]
    for sign, word in {"%d": "day", "%m": "month", "%Y": "year", "%H": "hour", "%M": "minute"}.items():
        form = form.replace(sign, word)
    rows = [*guess.data["columns"].items(), ("a date is written", form)]
    doubts = [(place[0], _ENGLISH.get(str(place[-1]), place[-1])) for place in guess.doubts]
    rows += [(f"not sure: {what}", _ASKED[asked]) for asked, what in doubts]
    return pd.DataFrame(rows, columns=["what_it_is", "in_the_export"])


def read_held(signs: pd.DataFrame) -> str:
    """Which unit was saved by holds most, beside the others."""
    shares = signs.set_index("unit")["met_by_hold_share"].sort_values()
    *others, most = shares.map(percent)
    rest = others[0] if others[0] == others[-1] else f"{others[0].removesuffix(' %')} to {others[-1]}"
    return f"Met only by a hold: {most} of the tickets that {shares.index[-1]} met, and {rest} elsewhere."


def shuffled_shares(signs: pd.DataFrame, seed: int = 0) -> np.ndarray:
    """The largest share met only by holds that any unit has, each time the units are dealt out anew."""
    met, by_hold = signs["met"].to_numpy(), int(signs["met_by_hold"].sum())
    dealt = np.random.default_rng(seed).multivariate_hypergeometric(met, by_hold, size=_SHUFFLES)
    return np.asarray((dealt / met).max(axis=1))


def read_chance(signs: pd.DataFrame) -> str:
    """How often chance alone gives a unit as large a share, and how often the kit would point at one by chance."""
    shares, most = shuffled_shares(signs), signs["met_by_hold_share"].max()
    many = int((shares >= most).sum())
    how = f"In {f'{many:,}' if many else 'none'} of {_SHUFFLES:,} shuffles"
    largest = f"the largest share that came up was {percent(shares.max())}"
    worth = "So it may be chance." if many >= 0.05 * _SHUFFLES else "So chance hardly explains it: read tickets."
    alarms = f"{signs['false_alarm'].iloc[0] * _SHUFFLES:.0f} of {_SHUFFLES:,}"
    kit = f"By all its signs together, the kit would point at some port in {alarms} by chance alone."
    return f"{how}: {largest}. {worth} {kit}"


def hours_to_restore(unit: str) -> pd.Series:
    """The hours that a unit's incidents of the last month took until service was restored, the shortest first."""
    tickets = shipped_tickets()
    if unit not in (units := sorted(set(tickets["unit"].astype(str)))):
        raise UnknownNameError(unknown("unit in the tickets", unit, units, "unit"))
    mine = tickets[(tickets["unit"] == unit) & (tickets["kind"] == "incident") & tickets["restored"].notna()]
    mine = mine[mine["resolved"].dt.strftime("%Y-%m") == shipped_kpis()["period"].max()]
    return ((mine["restored"] - mine["opened"]).dt.total_seconds() / 3600).sort_values(ignore_index=True)


def spoken(hours: float) -> str:
    """A duration as a person says it: ``"27 minutes"``, ``"8.7 hours"``."""
    return f"{round(60 * hours, 6):.0f} minutes" if hours < 1 else f"{hours:.2g} hours"


def ratings() -> pd.DataFrame:
    """What users said, from 1 to 5, of tickets that ended in one way: `outcome`, `tickets`, `rated`, `mean_rating`."""
    said = pd.read_csv(locate("meridian") / "tickets.csv", usecols=["number", "rating"]).set_index("number")["rating"]
    tickets = shipped_tickets()
    rows = pd.DataFrame({"outcome": outcomes(tickets), "rating": tickets["number"].map(said)})
    groups = rows.groupby("outcome")["rating"].agg(tickets="size", rated="count", mean_rating="mean")
    return groups.loc[list(OUTCOMES)].reset_index()


@rc_context(STYLE)
def plot_restoring(unit: str) -> Axes:
    """How long a unit's incidents of the last month took to restore: a disc each, with median, mean and percentile."""
    month = shipped_kpis()["period"].max()
    hours = hours_to_restore(unit).to_numpy()
    marks = {"median": np.median(hours), "mean": hours.mean(), "90th percentile": np.percentile(hours, 90)}
    place = np.floor(np.log10(hours) * 12).astype(int)
    height = [int((place[:at] == one).sum()) for at, one in enumerate(place)]
    title = f"How long incidents took to restore: {unit}"
    note = f"{month_name(month)} · one disc: one of {len(hours)} incidents"
    figure, foot = sheet(2.6, title, note)
    axes = panel(figure, MARGIN + 0.2, foot + 0.25, WIDTH - 2 * MARGIN - 0.7, 2.3)
    axes.plot((place + 0.5) / 12, height, linestyle="none", marker="o", markersize=6.5, color=ACTUAL)
    top = max(height) + 1
    for rise, (name, value) in enumerate(marks.items()):
        axes.axvline(np.log10(value), color=INK, linewidth=1, linestyle=":")
        look: dict[str, Any] = {"va": "bottom", "weight": "bold", "linespacing": 1.3, "size": 10}
        axes.text(np.log10(value) + 0.02, top + 2.8 * (rise % 2), f"{name}\n{spoken(value)}", **look)
    ticks = {1 / 60: "1 minute", 1 / 6: "10 minutes", 1: "1 hour", 10: "10 hours", 100: "100 hours"}
    axes.set(xticks=np.log10(list(ticks)), xticklabels=list(ticks.values()), yticks=[], ylim=(-0.7, top + 5.6))
    axes.tick_params(axis="x", labelsize=9)
    said = "; ".join(f"{name} {spoken(value)}" for name, value in marks.items())
    describe(figure, f"How long until {len(hours)} incidents of {unit} were restored, on a scale of tens.", f"{said}.")
    return axes
