"""Lesson 04."""

from __future__ import annotations

from contextlib import suppress

import pandas as pd

from bsclib.causality.expert_opinion import COLUMNS, experts_and_data
from bsclib.design.selection.influence import claimed_influence, dematel
from bsclib.errors import BscError
from bsclib.model.nouns import Scorecard


def experts_apart(scorecard: Scorecard, evidence: pd.DataFrame, ratings: pd.DataFrame | None = None) -> pd.DataFrame:
    """Where the experts' map and the data disagree.

    Parameters
    ----------
    scorecard : Scorecard
    evidence : DataFrame
        As `bsclib.causality.link_evidence` gives it for this scorecard.
    ratings : DataFrame, optional
        How strongly each objective, or each KPI, is judged to drive each other one, 0 to 4. By default 3, strong, for
        each link of the map, between objectives.

    Returns
    -------
    DataFrame
        As `bsclib.causality.expert_opinion.experts_and_data` gives it; no rows, either, where the ratings hold no
        influence, or influence that goes round undiminished.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> from bsclib.causality.evidence.links import link_evidence
    >>> card = read_scorecard("meridian")
    >>> found = experts_apart(card, link_evidence(card, read_actuals("meridian")))
    >>> found["word"].iloc[0]
    'contradicted'
    """
    total = None
    with suppress(BscError):
        total = dematel(claimed_influence(scorecard) if ratings is None else ratings).total
    return pd.DataFrame(columns=COLUMNS) if total is None else experts_and_data(total, evidence, scorecard)


def followed(evidence: pd.DataFrame, scorecard: Scorecard) -> tuple[str, str] | None:
    """The link whose test shows most: supported, robust, with a lag, and with a known break in one of its KPIs.

    Parameters
    ----------
    evidence : DataFrame
        As `bsclib.causality.link_evidence` gives it.
    scorecard : Scorecard

    Returns
    -------
    (str, str) or None
        Ids of cause and effect; None when no link could be tested.
    """
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
