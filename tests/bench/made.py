"""A scorecard and actuals of any size, for the benchmarks."""

import time

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.build import build
from bsclib.model.nouns import Scorecard
from bsclib.model.perspectives import PERSPECTIVES

KPIS = 28
FIRST = periods.span("2021-01")[0]


def case(units: int, months: int, gaps: bool = True) -> tuple[Scorecard, pd.DataFrame]:
    """A scorecard of 28 KPIs under 14 objectives, and its actuals; with gaps, about one in a hundred is missing."""
    perspectives = [one.id for one in PERSPECTIVES["it"]]
    objectives = [{"id": f"o{i}", "name": f"O{i}", "perspective": perspectives[i % 4]} for i in range(KPIS // 2)]
    kpis = [
        {
            "id": f"k{i}",
            "name": f"K{i}",
            "objective": f"o{i % (KPIS // 2)}",
            "direction": "lower_is_better" if i % 2 else "higher_is_better",
            "baseline": {"value": 50, "period": "2020-01"},
            "target": {"value": 20 if i % 2 else 90, "period": "2027-12"},
            "weight": 1 + i % 3,
        }
        for i in range(KPIS)
    ]
    card = build({"id": "b", "name": "B", "perspectives": "it", "objectives": objectives, "kpis": kpis})
    keys = pd.MultiIndex.from_product(
        [
            [f"unit-{unit:04d}" for unit in range(units)],
            [kpi["id"] for kpi in kpis],
            [periods.period_of(FIRST + month) for month in range(months)],
        ],
        names=["unit", "kpi", "period"],
    )
    actual = np.random.default_rng(1).normal(55, 20, len(keys)).round(2)
    if gaps:
        actual[::97] = np.nan
    return card, pd.DataFrame({"actual": actual}, index=keys).reset_index()


def seconds(job, *arguments, **options) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    job(*arguments, **options)
    return time.perf_counter() - start
