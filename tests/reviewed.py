"""A scorecard in which a review finds nothing, with its actuals and the scorecard above: tests spoil one thing each."""

import copy

import numpy as np
import pandas as pd

from bsclib.design.review.findings import check_scorecard
from bsclib.model.build import build

UNITS = ("North", "East", "South")
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 13)]


def _kpi(id, name, objective, measured_in, formula, direction, targets, **more):
    baseline, target, floor = targets
    dated = {"baseline": {"period": "2022-12", "value": baseline}, "target": [{"period": "2026-12", "value": target}]}
    given = {"id": id, "name": name, "objective": objective, "measured_in": measured_in, "formula": formula}
    return given | {"direction": direction, "aggregate": "ratio", **dated, "floor": floor} | more


UP, DOWN = "higher_is_better", "lower_is_better"
CLEAN = {
    "id": "town",
    "name": "Town IT",
    "perspectives": "it",
    "objectives": [
        {"id": "save", "name": "Lower the cost of a ticket", "perspective": "corporate_contribution"},
        {"id": "please", "name": "Satisfy the people we serve", "perspective": "user_orientation"},
        {"id": "restore", "name": "Restore services fast", "perspective": "operational_excellence"},
        {"id": "change", "name": "Change systems safely", "perspective": "operational_excellence"},
        {"id": "learn", "name": "Grow the skills we need", "perspective": "future_orientation"},
    ],
    "kpis": [
        _kpi("cost", "Cost per ticket", "save", "EUR", "desk_cost / tickets", DOWN, (24, 18, 30)),
        _kpi("change-share", "Spending on change", "save", "%", "100 * change_spend / spend", DOWN, (0, 0, 0))
        | {"direction": "within_range", "target": [20, 30], "floor": [10, 45], "baseline": 24},
        _kpi("csat", "User satisfaction", "please", "of 5", "points / answers", UP, (3.8, 4.2, 3)),
        _kpi("sla", "Requests solved in time", "please", "%", "100 * met / requests", UP, (88, 93, 80)),
        _kpi("mttr", "Mean time to restore", "restore", "hours", "minutes / incidents / 60", DOWN, (9, 5, 12)),
        _kpi("failed", "Changes that failed", "change", "%", "100 * failed / changes", DOWN, (14, 8, 20)),
        _kpi("training", "Training hours", "learn", "hours a month", "training / staff", UP, (2, 3, 1), role="leading"),
        _kpi("automation", "Work automated", "learn", "%", "100 * automated / work", UP, (30, 50, 10), role="leading"),
    ],
    "links": [
        {"cause": "training", "effect": "failed", "sign": "-", "lag": 2, "why": "trained people break less"},
        {"cause": "automation", "effect": "mttr", "sign": "-", "lag": 2, "why": "scripts shorten repair"},
        {"cause": "automation", "effect": "cost", "sign": "-", "lag": 3, "why": "less handwork"},
        {"cause": "mttr", "effect": "csat", "sign": "-", "lag": 1, "why": "users remember how long they waited"},
        {"cause": "failed", "effect": "csat", "sign": "-", "lag": 0, "why": "users notice what breaks"},
    ],
    "initiatives": [
        {
            "id": "runbooks",
            "name": "Automate the runbooks",
            "owner": "Operations",
            "start": "2026-01",
            "changes": [{"kpi": "automation", "by": 8}],
        }
    ],
    "review": {"limits": {"objectives": [5, 8], "kpis": [1, 3]}},
}
for one in CLEAN["objectives"]:
    one |= {"owner": f"Head of {one['id']}", "supports": ["group.trust" if one["id"] == "please" else "group.thrift"]}

ABOVE = build(
    {
        "id": "group",
        "name": "The town",
        "perspectives": "generic",
        "objectives": [
            {"id": "thrift", "name": "Spend well", "perspective": "financial"},
            {"id": "trust", "name": "Earn trust", "perspective": "customer"},
        ],
        "kpis": [{"id": "k", "name": "K", "objective": "trust", "direction": UP, "target": 1, "floor": 0}],
    }
)


def _actuals():
    """Every unit reports every KPI every month, with parts, somewhere between the floor and better than the target."""
    random = np.random.default_rng(7)
    rows = []
    for kpi in build(CLEAN).kpis:
        low, high = kpi.range if kpi.direction == "within_range" else (kpi.final_target, kpi.floors()[0])
        for unit in UNITS:
            share = random.uniform(-0.25, 0.75, len(MONTHS))
            whole = random.integers(200, 400, len(MONTHS))
            part = (low + share * (high - low)) * whole / kpi.scale
            rows += zip([unit] * 36, [kpi.id] * 36, MONTHS, kpi.scale * part / whole, part, whole, strict=True)
    return pd.DataFrame(rows, columns=["unit", "kpi", "period", "actual", "numerator", "denominator"])


ACTUALS = _actuals()


def spoiled(*changes):
    """The clean scorecard as plain data, with each change made to it."""
    data = copy.deepcopy(CLEAN)
    for change in changes:
        change(data)
    return data


def part(table, id, **fields):
    """Change fields of a row; None takes a field out."""

    def change(data):
        row = next(row for row in data[table] if row["id"] == id)
        row.update(fields)
        for name in [name for name, value in row.items() if value is None]:
            del row[name]

    return change


def kpi(id, **fields):
    return part("kpis", id, **fields)


def link(cause, effect, **fields):
    """Change a link, or add one."""

    def change(data):
        found = [row for row in data["links"] if (row["cause"], row["effect"]) == (cause, effect)]
        if not found:
            found = [{"cause": cause, "effect": effect, "sign": "+", "lag": 3, "why": "we believe it"}]
            data["links"] += found
        found[0].update(fields)

    return change


def add(table, **row):
    return lambda data: data.setdefault(table, []).append(row)


def drop(table, *ids):
    """Take rows out: links by ``cause -> effect``."""

    def name(row):
        return row["id"] if "id" in row else f"{row['cause']} -> {row['effect']}"

    return lambda data: data.update({table: [row for row in data[table] if name(row) not in ids]})


def limits(**given):
    return lambda data: data["review"]["limits"].update(given)


def accept(rule, where="", why="because"):
    return lambda data: data["review"].setdefault("accepted", []).append({"rule": rule, "where": where, "why": why})


def new_kpi(id, **fields):
    """Add a KPI that is as sound as the others."""
    fresh = _kpi(id, id, "please", "points", f"points of {id}", UP, (3, 4, 1), aggregate="mean", across_units="mean")
    return add("kpis", **fresh | fields)


def findings(*changes, actuals=None, above=ABOVE):
    """What a review finds once these changes are made: rule and place, in order."""
    card = build(spoiled(*changes))
    if actuals is not None:
        actuals = actuals[actuals["kpi"].isin([kpi.id for kpi in card.kpis])]
    found = check_scorecard(card, actuals, above=above)
    return [f"{rule} {where}" for rule, where in zip(found["rule"], found["where"], strict=True)]
