"""Lesson 03."""

from __future__ import annotations

import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.scoring.views import snapshot


def instructive(scores: pd.DataFrame, scorecard: Scorecard) -> str:
    """The KPI whose number a change shows best: with an actual, on the way from a floor to a target, near a threshold.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    scorecard : Scorecard
        The one that was scored.

    Returns
    -------
    str
        Its id; empty when the organisation as a whole has no such KPI in the last month.
    """
    now = snapshot(scores)
    points = [kpi.id for kpi in scorecard.kpis if kpi.direction != "within_range"]
    rows = now.loc[points]
    rows = rows[rows["attainment"].notna() & (rows["expected"] != rows["floor"])]
    if rows.empty:
        return ""
    still = rows["expected"] == rows["target"]
    return str(((rows["attainment"] - rows["at_risk"]).abs() + 1e6 * still).idxmin())
