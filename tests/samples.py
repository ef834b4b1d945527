"""A small scorecard whose numbers can be worked out by hand."""

import pandas as pd

from bsclib.model import Scorecard, build

DESK = {
    "id": "desk",
    "name": "Service desk",
    "perspectives": "it",
    "objectives": [
        {"id": "fast", "name": "Restore fast", "perspective": "operational_excellence"},
        {"id": "cheap", "name": "Cost less", "perspective": "corporate_contribution", "weight": 2},
        {"id": "steady", "name": "Keep staff", "perspective": "corporate_contribution", "weight": 1},
    ],
    "kpis": [
        {
            "id": "mttr",
            "name": "Mean time to restore",
            "objective": "fast",
            "direction": "lower_is_better",
            "aggregate": "ratio",
            "formula": "restore_minutes / incidents / 60",
            "measured_in": "hours",
            "baseline": 9,
            "target": 4,
            "weight": 3,
        },
        {"id": "load", "name": "Utilisation", "objective": "fast", "direction": "within_range", "target": [70, 80]},
        {
            "id": "cost",
            "name": "Cost",
            "objective": "cheap",
            "direction": "lower_is_better",
            "aggregate": "sum",
            "baseline": {"value": 140, "period": "2025-12"},
            "target": [{"value": 100, "period": "2026-12"}],
        },
        {
            "id": "leavers",
            "name": "Leavers",
            "objective": "steady",
            "direction": "lower_is_better",
            "aggregate": "last",
            "across_units": "mean",
            "floor": 20,
            "target": 10,
            "thresholds": {"at_risk": 0.5, "on_target": 0.9},
        },
    ],
}


def desk(**changes: object) -> Scorecard:
    """The service desk's scorecard, with whole tables replaced by `changes`."""
    return build({**DESK, **changes})


def one_kpi(**fields: object) -> Scorecard:
    """A scorecard of one KPI, 0 at the floor and 100 expected unless `fields` say otherwise."""
    kpi = {"id": "k", "name": "K", "objective": "o", "direction": "higher_is_better", "floor": 0, "target": 100}
    kpi |= fields
    return build(
        {
            "id": "s",
            "name": "S",
            "perspectives": [{"id": "p", "name": "P"}],
            "objectives": [{"id": "o", "name": "O", "perspective": "p"}],
            "kpis": [{name: value for name, value in kpi.items() if value is not None}],
        }
    )


def table(*rows: tuple, columns: str = "kpi period actual") -> pd.DataFrame:
    """A long table of actuals from its rows."""
    return pd.DataFrame(rows, columns=columns.split())
