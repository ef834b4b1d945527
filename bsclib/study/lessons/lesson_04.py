"""What stages lesson 04: the link that is followed, and the experts whose map is held against the data."""

from __future__ import annotations

from contextlib import suppress

import pandas as pd

from bsclib.causality.expert_opinion import COLUMNS, experts_and_data
from bsclib.design.selection.influence import claimed_influence, dematel
from bsclib.errors import BscError
from bsclib.model.nouns import Scorecard


def experts_against_data(
    scorecard: Scorecard, evidence: pd.DataFrame, ratings: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Where the experts' map and the data disagree, as `experts_and_data` gives it."""
    total = None
    with suppress(BscError):
        total = dematel(claimed_influence(scorecard) if ratings is None else ratings).total
    return pd.DataFrame(columns=COLUMNS) if total is None else experts_and_data(total, evidence, scorecard)


def followed_link(evidence: pd.DataFrame, scorecard: Scorecard) -> tuple[str, str] | None:
    """Cause and effect of the link whose test shows most: supported, robust, with a lag, and a break in a KPI."""
    rows = evidence[evidence["estimate"].notna()]
    if rows.empty:
        return None
    broken = {id for event in scorecard.events for id in event.kpis if event.kind != "one_off"}
    marks = pd.DataFrame(
        {
            "supported": rows["verdict"] == "supported",
            "robust": rows["robust"].fillna(False).astype(bool),
            "later": rows["lag_found"].astype(float) > 0,
            "broken": rows["cause"].isin(broken) | rows["effect"].isin(broken),
        }
    )
    best = rows.loc[marks.sort_values(list(marks), ascending=False, kind="stable").index[0]]
    return str(best["cause"]), str(best["effect"])
