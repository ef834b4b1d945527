"""Scorecards whose KPIs score what a test says: 0 at the floor, 100 at the target."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from bsclib import score
from bsclib.model.build import build
from bsclib.model.nouns import Scorecard

IT = ("corporate_contribution", "user_orientation", "operational_excellence", "future_orientation")


def tree(*shape: int, weights: list[float] | None = None) -> Scorecard:
    """A scorecard with an objective of so many KPIs in one perspective after the other; weights of KPIs in turn."""
    homes = [IT[i % 4] for i in range(len(shape))]
    owner = [i for i, size in enumerate(shape) for _ in range(size)]
    weights = weights or [1.0] * len(owner)
    return build(
        {
            "id": "card",
            "name": "Card",
            "perspectives": "it",
            "objectives": [{"id": f"o{i}", "name": f"O{i}", "perspective": home} for i, home in enumerate(homes)],
            "kpis": [
                {
                    "id": f"k{i}",
                    "name": f"K{i}",
                    "objective": f"o{o}",
                    "direction": "higher_is_better",
                    "floor": 0,
                    "target": 100,
                    "weight": weight,
                }
                for i, (o, weight) in enumerate(zip(owner, weights, strict=True))
            ],
        }
    )


def actuals(*values: float | None, unit: str = "", period: str = "2026-06") -> pd.DataFrame:
    """One actual for each KPI of a tree, in order."""
    kpis = [f"k{i}" for i in range(len(values))]
    return pd.DataFrame({"unit": unit, "kpi": kpis, "period": period, "actual": np.array(values, dtype=float)})


def scored(*values: float | None, shape: tuple[int, ...] | None = None, weights: list[float] | None = None, **options):
    """The scores of one unit in one month; all KPIs in one objective unless a shape is given."""
    return score(tree(*(shape or (len(values),)), weights=weights), actuals(*values), **options)


def by_id(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its ids as index."""
    return table.set_index(table["id"].astype(str))


scores_of_kpis = st.one_of(st.sampled_from([0.0, 20.0, 69.999, 70.0, 90.0, 95.0, 100.0]), st.floats(0, 100))
kpi_weights = st.one_of(st.integers(1, 9).map(float), st.sampled_from([1e-300, 1e-9, 1e9]), st.floats(0.01, 100))
