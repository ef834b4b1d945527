"""How the numbers were computed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.scoring.methods import find_method
from bsclib.scoring.views import snapshot
from bsclib.wording import OVERALL, names

POLICIES = {
    "redistribute": "A KPI without an actual carries no weight: the others share it.",
    "carry_forward": "A KPI without an actual keeps its last one.",
    "propagate": "A KPI without an actual leaves everything above it without a score.",
    "zero": "A KPI without an actual scores 0.",
}


def computed(scores: pd.DataFrame, unit: str | None = None) -> pd.DataFrame:
    """How the perspectives make up the overall score, to be checked with a pocket calculator.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    unit : str, optional
        By default the organisation as a whole.

    Returns
    -------
    DataFrame
        `perspective`, `weight`, `share` of the overall score (0..1), `score`, and `points`, which is share × score; the
        last row is their sum, the overall score.
    """
    now = snapshot(scores, unit)
    rows = now[now["level"] == "perspective"]
    points = rows["effective_weight"] * rows["score"]
    table = pd.DataFrame(
        {
            "perspective": rows.index.map(names(scores)),
            "weight": rows["weight"].array,
            "share": rows["effective_weight"].array,
            "score": rows["score"].array,
            "points": points.array,
        }
    )
    table.loc[len(table)] = [OVERALL, np.nan, rows["effective_weight"].sum(min_count=1), np.nan, now["score"].iloc[0]]
    return table


def rules(scores: pd.DataFrame, scorecard: Scorecard) -> str:
    """The method, the policy for missing data and the thresholds that were applied, in sentences."""
    method = find_method(str(scores["method"].iloc[0]))
    how = f"Each KPI is scored by the rule of {method.name}, {method.rule} ({method.source})"
    if method.name == "kit":
        how = (
            "The attainment of a KPI is its share of the way from the floor to what is expected by now, "
            "(actual − floor) / (expected − floor); held between 0 and 1 and times 100 it is the score"
        )
    edges = scorecard.thresholds
    shares = {(kpi.thresholds.at_risk, kpi.thresholds.on_target) for kpi in scorecard.kpis}
    bands = "Each KPI says itself from which attainment it is at risk and on target"
    if len(shares) == 1:
        bands = "A KPI is at risk from an attainment of {:g} and on target from {:g}".format(*shares.pop())
    return (
        f"{how}. {bands}. What lies above is a weighted mean of what lies below, at risk from a score of "
        f"{edges.at_risk * 100:g} and on target from {edges.on_target * 100:g}. "
        f"{POLICIES[scores.attrs.get('missing', 'redistribute')]}"
    )
