"""Scorecards small enough to read: DESK can be worked out by hand, in SMALL everything that a file can hold occurs."""

import pandas as pd

from bsclib.actuals import aggregate
from bsclib.model.build import build
from bsclib.model.nouns import Scorecard
from bsclib.scoring import reasons, scores

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


SMALL = {
    "id": "shop",
    "name": "Shop IT",
    "perspectives": "it",
    "objectives": [
        {"id": "fast", "name": "Restore fast", "perspective": "operational_excellence", "supports": ["group.trust"]},
        {"id": "able", "name": "Able people", "perspective": "future_orientation", "weight": 2},
    ],
    "kpis": [
        {
            "id": "mttr",
            "name": "Mean time to restore",
            "objective": "fast",
            "measured_in": "hours",
            "direction": "lower_is_better",
            "baseline": {"period": "2023-12", "value": 9},
            "target": [{"period": "2024-12", "value": 6}, {"period": "2025-12", "value": 4.5}],
            "weight": [{"period": "2024", "value": 1}, {"period": "2025", "value": 3}],
            "guarded_by": ["reopened", "load"],
            "format": "{:.1f} h",
        },
        {
            "id": "reopened",
            "name": "Tickets reopened",
            "objective": "fast",
            "measured_in": "%",
            "formula": "100 * reopened / closed",
            "direction": "lower_is_better",
            "aggregate": "ratio",
            "target": 3,
            "floor": 10,
            "thresholds": {"at_risk": 0.5, "on_target": 0.9},
        },
        {"id": "load", "name": "Load", "objective": "able", "direction": "within_range", "target": [70, 85]},
    ],
    "links": [{"cause": "load", "effect": "mttr", "sign": "-", "lag": 2, "smallest_effect": 0.05, "why": "rest"}],
    "initiatives": [
        {
            "id": "train",
            "name": "Train",
            "start": "2024-03",
            "cost": 500,
            "changes": [{"kpi": "load", "by": -2, "ramp": 3}],
        }
    ],
    "events": [{"period": "2024-07", "kind": "tool_change", "kpis": ["mttr", "load"], "why": "new tool"}],
}


def small() -> Scorecard:
    """The sample as a scorecard."""
    return Scorecard.model_validate(SMALL)


MAY = table(
    ("mttr", "2026-06", None, 1800, 5),  # 6 hours: 0.6 of the way from 9 to 4
    ("load", "2026-06", 75, None, None),  # inside
    ("cost", "2026-06", 126, None, None),  # expected 120 of 140: 0.7
    ("leavers", "2026-06", 15, None, None),  # 0.5
    columns="kpi period actual numerator denominator",
)


def without(rows, *kpis):
    return rows[~rows["kpi"].isin(kpis)]


def plain_card(**kpis):
    """A scorecard of KPIs that differ from a plain one only in what is given."""
    plain = {"objective": "o", "direction": "higher_is_better", "floor": 0, "target": 9}
    return build(
        {
            "id": "s",
            "name": "S",
            "perspectives": "generic",
            "objectives": [{"id": "o", "name": "O", "perspective": "customer"}],
            "kpis": [{"id": id, "name": id, **plain, **fields} for id, fields in kpis.items()],
        }
    )


def reword_reasons(monkeypatch):
    """Put other words for every reason that scores give."""
    for name in ("CASES", "WARNINGS", "ASSUMED", "WITHOUT_STRETCH", "WITHOUT_BASELINE", "WORDS_ABOVE"):
        for key in getattr(reasons, name):
            monkeypatch.setitem(getattr(reasons, name), key, f"reworded {name} {key}")
    for module, name in ((reasons, "CARRIED"), (reasons, "MIRRORED"), (scores, "SCORED_ZERO")):
        monkeypatch.setattr(module, name, f"reworded {name} {{}}")
    monkeypatch.setattr(aggregate, "REASONS", [f"reworded {code}" for code in aggregate.ORIGINS])
    monkeypatch.setattr(reasons, "REASONS", aggregate.REASONS)
