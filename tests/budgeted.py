"""A small scorecard with initiatives, fitted to actuals in which the load drives the time to restore."""

from functools import cache

import numpy as np
import pandas as pd
from samples import build

from bsclib.model import periods
from bsclib.scenarios import fit_map

FIRST, MONTHS = 2021 * 12, 60
INITIATIVES = [
    {"id": "train", "name": "Train", "start": "2026-02", "cost": 60, "months": 3, "people": 2}
    | {"changes": [{"kpi": "load", "by": -8, "ramp": 2, "chance": 0.6}]},
    {"id": "tools", "name": "Buy tools", "start": "2026-03", "cost": 90, "months": 6, "people": 1}
    | {"changes": [{"kpi": "mttr", "by": -1.5, "delay": 1}]},
    {"id": "calm", "name": "Calm", "cost": 30, "after": ["train"], "changes": [{"kpi": "csat", "by": 0.3, "ramp": 1}]},
    {"id": "later", "name": "Later", "cost": 10, "changes": [{"kpi": "csat", "by": 0.1, "delay": 3}]},
]


def card(initiatives=INITIATIVES):
    """The scorecard; `initiatives` replaces those it has."""
    kpi = {"objective": "o", "baseline": None}
    return build(
        {
            "id": "shop",
            "name": "Shop",
            "perspectives": [{"id": "p", "name": "P"}],
            "objectives": [{"id": "o", "name": "O", "perspective": "p"}],
            "kpis": [
                {**kpi, "id": "load", "name": "Load", "direction": "within_range", "target": [60, 75]},
                {**kpi, "id": "mttr", "name": "MTTR", "direction": "lower_is_better", "target": 4, "floor": 14},
                {**kpi, "id": "csat", "name": "CSAT", "direction": "higher_is_better", "target": 4.5, "floor": 3},
            ],
            "links": [{"cause": "load", "effect": "mttr", "sign": "+", "lag": 1, "smallest_effect": 0.02}],
            "initiatives": initiatives,
        }
    )


def actuals():
    """Five years of months, up to 2025-12."""
    rng = np.random.default_rng(4)
    load = 82 + rng.normal(0, 4, MONTHS)
    mttr = 9 + 0.15 * (np.append(82, load[:-1]) - 82) + rng.normal(0, 0.4, MONTHS)
    csat = 3.9 + rng.normal(0, 0.1, MONTHS)
    months = [periods.period_of(FIRST + month) for month in range(MONTHS)]
    columns = {"load": load, "mttr": mttr, "csat": csat}
    return pd.concat([pd.DataFrame({"kpi": id, "period": months, "actual": one}) for id, one in columns.items()])


@cache
def fitted():
    """The map fitted, once."""
    return fit_map(card(), actuals())
