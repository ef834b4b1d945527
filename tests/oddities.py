"""Scorecards that are legal and odd: what a notebook meets when it is not given the shipped case."""

from functools import cache

import numpy as np
import pandas as pd

from bsclib.model.build import build

RUDE = {
    "quotes": '"Users\'" view & <b>cost</b> $5 to $9',
    "script": "<script>alert('x')</script>",
    "emoji": "🚀 Delivery 🐢",
    "leftward": "مدة الاستعادة",
    "long": "Very long name " * 33,
    "signs": "50 % {of} [all] *stars* _and_ `ticks` | pipes \\ 漢字",
}


def card(*kpis, **more):
    """A scorecard of one perspective and one objective, with these KPIs or a plain one, or what `more` says."""
    data = {
        "id": "odd",
        "name": "Odd",
        "perspectives": [{"id": "all", "name": "All there is"}],
        "objectives": [{"id": "do", "name": "Do it", "perspective": "all"}],
        "kpis": list(kpis) or [kpi()],
    }
    return build(data | more)


def kpi(id="k0", **more):
    return {
        "id": id,
        "name": f"KPI {id}",
        "objective": "do",
        "direction": "lower_is_better",
        "baseline": 9,
        "target": 4,
    } | more


def actuals(*rows):
    """Actuals from (unit, kpi, period, actual)."""
    return pd.DataFrame(rows, columns=["unit", "kpi", "period", "actual"])


def months(kpi="k0", values=(8.0, 7.0, 6.0), unit=""):
    return [(unit, kpi, f"2025-{month:02d}", value) for month, value in enumerate(values, 1)]


def rude(more=(), idle=(), seen=()):
    """Every name is one that a careless page would trip over; with more KPIs, idle objectives and what was seen."""
    names = list(RUDE.values())
    perspectives = [{"id": f"p{i}", "name": name} for i, name in enumerate(names)]
    objectives = [{"id": f"o{i}", "name": name, "perspective": f"p{i}", "owner": name} for i, name in enumerate(names)]
    objectives += [{"id": id, "name": id, "perspective": "p0"} for id in idle]
    kpis = [
        kpi(f"k{i}", name=name, objective=f"o{i}", measured_in=name[:20], owner=name) for i, name in enumerate(names)
    ]
    links = [{"cause": "k0", "effect": f"k{i}", "sign": "+", "lag": 1, "why": names[i]} for i in range(1, len(names))]
    initiatives = [
        {"id": "i", "name": names[1], "owner": names[3], "start": "2025-01", "changes": [{"kpi": "k2", "by": -1}]}
    ]
    events = [{"period": "2025-02", "kind": "one_off", "kpis": ["k3", "k1"], "why": names[1]}]
    odd = card(
        *kpis,
        *more,
        name=names[1],
        perspectives=perspectives,
        objectives=objectives,
        links=links,
        initiatives=initiatives,
        events=events,
    )
    rows = [
        row
        for i in range(len(names))
        for unit in (names[1], names[3], "plain")
        for row in months(f"k{i}", (8.0, 7.0, 3.0 + i), unit)
    ]
    return odd, actuals(*rows[:-1], *seen)


RANGE = {"direction": "within_range", "target": [70, 80], "baseline": None}
PATH = {"baseline": {"value": 9, "period": "2024-12"}, "target": {"value": 4, "period": "2025-12"}}


def much():
    """Rude names, a range, a path, a year's KPI, what is missing now, was missing or always, an idle objective."""
    oddest = {"range": RANGE, "path": PATH, "year": {"frequency": "yearly"}, "now": {}, "back": {}, "never": {}}
    more = [kpi(id, objective=f"o{at}", **odd) for at, (id, odd) in enumerate(oddest.items())]
    seen = {"range": [60, 75, 81], "path": [8, 7, 6], "now": [6, np.nan, np.nan], "back": [np.nan, np.nan, 6]}
    rows = [row for id, values in seen.items() for row in months(id, values, "plain")]
    return rude(more, ["dream"], [*rows, ("plain", "year", "2024", 5)])


@cache
def merged_cases():
    """What is odd in many ways at once: as much as there can be, and next to nothing."""
    return {"much at once": much(), "one on target in one month": (card(), actuals(*months("k0", [4.0])))}


@cache
def all_cases():
    """Every odd scorecard with its actuals, by name, odd in one way each."""
    return {
        "tiny": (card(), actuals(*months())),
        "one month": (card(kpi(), kpi("k1")), actuals(*months("k0", [6.0]), *months("k1", [3.0]))),
        "nothing off target": (card(kpi(), kpi("k1")), actuals(*months("k0", [4, 3, 2]), *months("k1", [4, 4, 4]))),
        "everything missing": (card(kpi(), kpi("k1")), actuals(*months("k0", [np.nan] * 3))),
        "missing now": (card(), actuals(*months("k0", [6.0, np.nan, np.nan]))),
        "back again": (card(), actuals(*months("k0", [np.nan, np.nan, 6.0]))),
        "an idle objective": (
            card(objectives=[{"id": id, "name": id, "perspective": "all"} for id in ("do", "dream")]),
            actuals(*months()),
        ),
        "a range": (card(kpi(**RANGE)), actuals(*months())),
        "a path": (card(kpi(**PATH)), actuals(*months())),
        "a year's KPI": (card(kpi(frequency="yearly"), kpi("k1")), actuals(("", "k0", "2024", 5), *months("k1"))),
        "rude names": rude(),
    }
