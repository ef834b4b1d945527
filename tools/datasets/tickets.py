"""The tickets beneath the KPIs: a table whose sums are the numerators and denominators that the actuals state.

The actuals come first; the tickets are made to fit them. In each unit and month the counts are dealt out over
tickets, the minutes are shared out over them, and opening and solving are placed so that as many tickets stand open
at each month's end as the backlog says. The service level's clock stands still while a ticket is on hold, so a ticket
met its level when its open minutes less its minutes on hold are within the limit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.model import periods

LIMITS = {
    ("incident", 1): 4 * 60,
    ("incident", 2): 12 * 60,
    ("incident", 3): 2 * 1440,
    ("incident", 4): 5 * 1440,
    ("request", 3): 8 * 1440,
    ("request", 4): 15 * 1440,
}
"""Minutes within which a ticket of this kind and priority has to be solved."""
COLUMNS = [
    "number", "unit", "kind", "priority", "state", "category", "opened", "restored", "resolved", "closed", "reopened",
    "reassigned", "hold_hours", "own_met", "goal_resolution", "rating",
]  # fmt: skip
HOLDS = ["number", "reason", "start", "end"]
_LONGEST = 38_000
CATEGORIES = {
    "incident": (
        ["booking-portal", "transport-planning", "warehouse", "network", "workplace", "interfaces"],
        [24, 18, 16, 14, 20, 8],
    ),
    "request": (["access", "workplace", "software", "reports", "data-change"], [34, 24, 18, 10, 14]),
}
_RATINGS = ([1, 2, 3, 4, 5], [3, 5, 14, 38, 40])
_HOURS = [1, 1, 1, 1, 2, 4, 8, 12, 14, 13, 12, 10, 10, 12, 12, 10, 8, 6, 4, 3, 2, 2, 1, 1]
_WEEKDAYS = [6, 5, 5, 5, 5, 2, 2]
_EPOCH = np.datetime64("1970-01-01T00:00", "m")


@dataclass(frozen=True)
class Cell:
    """What the actuals say of one unit's tickets in one month: those that were solved in it."""

    tickets: int
    incidents: int
    met: int
    first_contact: int
    reopened: int
    answers: int
    rating_points: int
    restore_minutes: int
    on_hold_share: float
    backlog_before: int
    backlog_after: int


def simulate_tickets(actuals: pd.DataFrame, first: str, last: str, rng: np.random.Generator) -> pd.DataFrame:
    """Make the tickets that were solved from `first` to `last`, and those still open then."""
    months = range(periods.span(first)[0], periods.span(last)[0] + 1)
    rows = actuals.astype({"unit": str, "kpi": str, "period": str}).set_index(["unit", "kpi", "period"]).sort_index()
    made = []
    for unit in sorted(set(actuals["unit"])):
        for month in months:
            made.append(_solved(_cell(rows, unit, month), unit, month, rng))
        made.append(_still_open(_cell(rows, unit, month).backlog_after, unit, month, rng))
    order = ["opened", "unit", "resolved"]
    tickets = pd.concat(made, ignore_index=True).sort_values(order, kind="stable", ignore_index=True)
    tickets.loc[tickets["closed"] >= _start(months.stop), "closed"] = pd.NaT
    tickets["number"] = [f"MF-{number}" for number in range(100_001, 100_001 + len(tickets))]
    tickets["state"] = np.select(
        [tickets["closed"].notna(), tickets["resolved"].notna()], ["closed", "resolved"], "open"
    )
    tickets["restored"] = tickets["opened"] + pd.to_timedelta(tickets["restore_minutes"], unit="min").astype(
        "timedelta64[s]"
    )
    tickets["hold_hours"] = (tickets["on_hold_minutes"] / 60).round(4)
    tickets["goal_resolution"] = _limits(tickets) // 60
    return tickets.rename(columns={"sla_met": "own_met"})[COLUMNS]


def simulate_holds(tickets: pd.DataFrame, unit: str, month: str, rng: np.random.Generator) -> pd.DataFrame:
    """When the tickets that a unit solved in a month stood on hold: for one reason, or for two that overlap."""
    solved = tickets[(tickets["unit"] == unit) & (tickets["resolved"].dt.strftime("%Y-%m") == month)]
    rows = []
    for ticket in solved[solved["hold_hours"] > 0].itertuples():
        minutes, length = (
            round(ticket.hold_hours * 60),
            int((ticket.resolved - ticket.opened) / pd.Timedelta(minutes=1)),
        )
        first = int(rng.integers(0, length - minutes + 1))
        cut, twice = (int(part) for part in rng.integers(0, [minutes + 1, minutes // 2 + 1]))
        spans = [("user", first, first + cut), ("supplier", max(first + cut - twice, first), first + minutes)]
        rows += [
            (ticket.number, reason, *(ticket.opened + pd.Timedelta(minutes=edge) for edge in span))
            for reason, *span in spans
            if span[0] < span[1]
        ]
    return pd.DataFrame(rows, columns=HOLDS)


def open_minutes(tickets: pd.DataFrame) -> pd.Series:
    """Minutes from opening to solving; missing while a ticket is open."""
    return (tickets["resolved"] - tickets["opened"]) / pd.Timedelta(minutes=1)


def _cell(rows: pd.DataFrame, unit: str, month: int) -> Cell:
    now, before = periods.period_of(month), periods.period_of(month - 1)

    def whole(kpi: str, column: str, period: str = now) -> int:
        return int(rows.loc[(unit, kpi, period), column])

    return Cell(
        tickets=whole("sla-met", "denominator"),
        incidents=whole("mttr", "denominator"),
        met=whole("sla-met", "numerator"),
        first_contact=whole("first-contact-resolution", "numerator"),
        reopened=whole("reopen-rate", "numerator"),
        answers=whole("csat", "denominator"),
        rating_points=whole("csat", "numerator"),
        restore_minutes=whole("mttr", "numerator"),
        on_hold_share=float(rows.loc[(unit, "on-hold-share", now), "actual"]) / 100,
        backlog_before=whole("backlog", "actual", before),
        backlog_after=whole("backlog", "actual"),
    )


# ------------------------------------------------------------------------------------------------- one unit's month


def _solved(cell: Cell, unit: str, month: int, rng: np.random.Generator) -> pd.DataFrame:
    kind = np.array(["incident"] * cell.incidents + ["request"] * (cell.tickets - cell.incidents))
    table = _kinds(kind, rng)
    limit = _limits(table)
    easy = table["priority"].to_numpy() >= 3
    at_once = _chosen(cell.first_contact, np.where(easy, rng.random(len(table)), -1))
    missed = _chosen(cell.tickets - cell.met, np.where(at_once, -1, rng.random(len(table))))
    parking = _parking(cell.on_hold_share)
    chance = rng.random(len(table))
    chance = np.where(rng.random(len(table)) < 0.2 * parking, 0.85 + 0.15 * chance, chance)
    net = np.select(
        [at_once, missed],
        [3 + np.floor(chance * chance * 90), limit + 1 + np.floor(chance * np.minimum(1.5 * limit, 8640))],
        1 + np.floor(limit * (0.25 + 0.75 * chance) * 0.995),
    ).astype(np.int64)
    held = _held(cell.on_hold_share, net, limit, at_once, missed, rng)
    table["on_hold_minutes"] = held
    table["sla_met"] = ~missed
    length = net + held
    opened, resolved = _placed(length, at_once, cell.backlog_before, month, rng)
    table["opened"], table["resolved"] = opened, resolved
    table["closed"] = resolved + (3 * 1440 + rng.integers(0, 1440, len(table))).astype("timedelta64[m]")
    table["reassigned"] = np.where(at_once, 0, rng.choice([1, 2, 3, 4], len(table), p=[0.5, 0.25, 0.2, 0.05]))
    again = _chosen(cell.reopened, rng.random(len(table)))
    table["reopened"] = np.where(again, 1 + (rng.random(len(table)) < 0.15), 0)
    incident = kind == "incident"
    weight = np.where(incident, length * (0.2 + rng.random(len(table))), 0)
    restored = 1 + apportion(cell.restore_minutes - cell.incidents, weight, np.where(incident, length - 1, 0))
    table["restore_minutes"] = np.where(incident, restored, np.nan)
    table["rating"] = _ratings(cell, (~missed) * 1.0 + at_once * 0.5 + 2 * rng.random(len(table)), rng)
    return table.assign(unit=unit)


def _still_open(count: int, unit: str, month: int, rng: np.random.Generator) -> pd.DataFrame:
    kind = np.where(rng.random(count) < 0.35, "incident", "request")
    table = _kinds(kind, rng)
    table["priority"] = np.maximum(table["priority"], 3)
    age = 1 + np.floor(_limits(table) * rng.random(count) * 1.2).astype(np.int64)
    table["opened"] = _start(month + 1) - age.astype("timedelta64[m]")
    held = np.where(rng.random(count) < 0.3, np.floor(age * rng.random(count)), 0)
    return table.assign(
        unit=unit,
        resolved=pd.NaT,
        closed=pd.NaT,
        sla_met=pd.NA,
        reopened=0,
        reassigned=rng.integers(0, 4, count),
        restore_minutes=np.nan,
        on_hold_minutes=held.astype(np.int64),
        rating=np.nan,
    ).astype({"resolved": "datetime64[s]", "closed": "datetime64[s]", "sla_met": "boolean"})


def _kinds(kind: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    incident = kind == "incident"
    hard = rng.choice([1, 2, 3, 4], len(kind), p=[0.03, 0.12, 0.5, 0.35])
    plain = rng.choice([3, 4], len(kind), p=[0.6, 0.4])
    category = np.empty(len(kind), dtype=object)
    for name, (names, weights) in CATEGORIES.items():
        category[kind == name] = rng.choice(names, int((kind == name).sum()), p=np.array(weights) / 100)
    return pd.DataFrame({"kind": kind, "priority": np.where(incident, hard, plain), "category": category})


def _limits(table: pd.DataFrame) -> np.ndarray:
    return np.array([LIMITS[key] for key in zip(table["kind"], table["priority"], strict=True)], dtype=np.int64)


def _held(
    share: float, net: np.ndarray, limit: np.ndarray, at_once: np.ndarray, missed: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Minutes on hold. The more there are, the more of them stand on tickets that would have missed their limit."""
    total = round(share * int(net.sum()) / (1 - share))
    near = ~at_once & ~missed & (net > 0.8 * limit) & (rng.random(len(net)) < _parking(share))
    ordinary = ~at_once & (rng.random(len(net)) < 0.3)
    weight = np.where(ordinary, net * (0.3 + rng.random(len(net))), 0.0)
    weight = weight + np.where(near, 0.5 * limit * (0.5 + rng.random(len(net))), 0.0)
    return apportion(total, weight, np.where(at_once, 0, _LONGEST - net))


def _parking(share: float) -> float:
    """How many tickets near their limit are parked to save it (0..1): beyond a fifth of the time it is no accident."""
    return min(max((share - 0.19) / 0.1, 0.0), 0.6)


def _placed(
    length: np.ndarray, at_once: np.ndarray, waiting: int, month: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """When each ticket was opened and solved: `waiting` of them were open when the month began."""
    start, before = _start(month), int(_minutes(month - 1))
    minutes = int(_minutes(month))
    early = _chosen(waiting, np.where(at_once, -1, length * (0.1 + rng.random(len(length)))))
    least = np.maximum(0, length - before)
    most = np.minimum(length, minutes)
    crossing = least + np.floor(rng.random(len(length)) * (most - least)).astype(np.int64)
    arrival = _arrivals(len(length), month, rng)
    room = minutes - length
    fits = arrival < room
    arrival = np.where(fits, arrival, np.floor(rng.random(len(length)) * room)).astype(np.int64)
    resolved = start + np.where(early, crossing, arrival + length).astype("timedelta64[m]")
    return resolved - length.astype("timedelta64[m]"), resolved


def _arrivals(count: int, month: int, rng: np.random.Generator) -> np.ndarray:
    """Minutes of the month in which tickets come in: more by day than by night, more on weekdays."""
    days = int(_minutes(month)) // 1440
    weekday = (_start(month).astype("datetime64[D]").astype(int) + 3 + np.arange(days)) % 7
    weights = np.array(_WEEKDAYS)[weekday]
    day = rng.choice(days, count, p=weights / weights.sum())
    hour = rng.choice(24, count, p=np.array(_HOURS) / sum(_HOURS))
    return day * 1440 + hour * 60 + rng.integers(0, 60, count)


def _ratings(cell: Cell, pleased: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    answered = np.flatnonzero(_chosen(cell.answers, rng.random(cell.tickets)))
    ratings = np.sort(rng.choice(_RATINGS[0], cell.answers, p=np.array(_RATINGS[1]) / 100))
    while (gap := cell.rating_points - int(ratings.sum())) != 0:
        movable = np.flatnonzero(ratings < 5 if gap > 0 else ratings > 1)
        moved = rng.permutation(movable)[: abs(gap)]
        ratings[moved] += np.sign(gap)
    given = np.full(cell.tickets, np.nan)
    given[answered[np.argsort(pleased[answered], kind="stable")]] = np.sort(ratings)
    return given


# ---------------------------------------------------------------------------------------------------------- dealing out


def _chosen(count: int, preference: np.ndarray) -> np.ndarray:
    """Which ones are chosen: the `count` most preferred; one with a negative preference cannot be."""
    if count > (preference >= 0).sum():
        raise ValueError(f"{count} tickets were to be chosen, and only {(preference >= 0).sum()} can be")
    chosen = np.zeros(len(preference), dtype=bool)
    chosen[np.argsort(preference, kind="stable")[len(preference) - count :]] = True
    return chosen


def apportion(total: int, weights: np.ndarray, caps: np.ndarray) -> np.ndarray:
    """Share a whole number out by weight, in whole parts that do not pass their caps and sum to it exactly."""
    # Weights count to a thousandth and the arithmetic is whole, so that every machine shares alike.
    if total > caps.sum():
        raise ValueError(f"{total} is to be shared out, and there is room for {caps.sum()}")
    whole = np.floor(weights * 1000).astype(np.int64)
    parts = np.zeros(len(weights), dtype=np.int64)
    while (left := total - int(parts.sum())) > 0:
        room = caps - parts
        live = np.where(room > 0, whole, 0)
        if live.sum() == 0:
            live = (room > 0).astype(np.int64)
        more = np.minimum(left * live // live.sum(), room)
        if more.sum() == 0:
            more[np.argsort(-live, kind="stable")[:left]] = 1
            more = np.minimum(more, room)
        parts = parts + more
    return parts


def _start(month: int) -> np.datetime64:
    return np.datetime64(periods.period_of(month), "M").astype("datetime64[m]")


def _minutes(month: int) -> np.int64:
    return (_start(month + 1) - _start(month)).astype(np.int64)
