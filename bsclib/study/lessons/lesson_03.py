"""What stages lesson 03: the KPI that its numbers are worked out for."""

from __future__ import annotations

import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.scoring.views import snapshot


def instructive_kpi(scores: pd.DataFrame, scorecard: Scorecard) -> str:
    """The KPI whose number a change shows best: with an actual, on its way to a target, near a threshold."""
    now = snapshot(scores)
    points = [kpi.id for kpi in scorecard.kpis if kpi.direction != "within_range"]
    rows = now.loc[points]
    rows = rows[rows["attainment"].notna() & (rows["expected"] != rows["floor"])]
    if rows.empty:
        return ""
    still = rows["expected"] == rows["target"]
    return str(((rows["attainment"] - rows["at_risk"]).abs() + 1e6 * still).idxmin())
