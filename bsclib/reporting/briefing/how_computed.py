"""How the numbers were computed: the roll-up as a table that a pocket calculator can check, and the rules in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.model.values import ParentThresholds
from bsclib.scoring.method import Method
from bsclib.scoring.methods import method_of
from bsclib.scoring.views import snapshot
from bsclib.wording import OVERALL, number, short_name

POLICIES = {
    "redistribute": "A KPI without an actual carries no weight: the others share it.",
    "carry_forward": "A KPI without an actual keeps its last one.",
    "propagate": "A KPI without an actual leaves everything above it without a score.",
    "zero": "A KPI without an actual scores 0.",
}


def roll_up_table(scores: pd.DataFrame, unit: str | None = None) -> pd.DataFrame:
    """How the perspectives make up the overall score, to be checked with a pocket calculator.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    unit : str, default the organisation as a whole

    Returns
    -------
    DataFrame
        `perspective`, `weight`, `share` of the overall score (0..1), `score`, and `points`, which is share × score; the
        last row is their sum, the overall score.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> table = roll_up_table(score(*load_dataset("meridian")))
    >>> bool(abs(table["points"].iloc[:-1].sum() - table["points"].iloc[-1]) < 1e-9)
    True
    """
    now = snapshot(scores, unit)
    names = {"name": "perspective", "effective_weight": "share"}
    rows = now[now["level"] == "perspective"].rename(columns=names).astype({"perspective": str})
    table = rows[["perspective", "weight", "share", "score"]].assign(points=rows["share"] * rows["score"])
    table.loc[now.index[0]] = [OVERALL, np.nan, table["share"].sum(min_count=1), np.nan, now["score"].iloc[0]]
    return table


def rules(scores: pd.DataFrame, scorecard: Scorecard, method: Method | None = None, unit: str | None = None) -> str:
    """The method, the policy for missing data and the thresholds that were applied, in sentences.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
        The one that was scored.
    method : Method, optional
        The one they were scored by; it must be given when it is no method that ships.
    unit : str, default the organisation as a whole
        Whose numbers the example has.

    Raises
    ------
    UnknownNameError
        When the scores are by a method that does not ship, and it is not given; or when the unit is not in the scores.
    BscError
        When they are by another method than the one given.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> rules(score(card, actuals), card)
    '... A KPI without an actual carries no weight: the others share it.'
    """
    method = method_of(scores, method)
    edges = scorecard.thresholds
    shares = {(kpi.thresholds.at_risk, kpi.thresholds.on_target) for kpi in scorecard.kpis}
    if method.cuts:
        edges = ParentThresholds(at_risk=method.cuts[0] / method.full, on_target=method.cuts[1] / method.full)
        shares = {(edges.at_risk, edges.on_target)}
    bands = "Each KPI says itself from which attainment it is at risk and on target"
    if len(shares) == 1:
        bands = "A KPI is at risk from an attainment of {:g} and on target from {:g}".format(*shares.pop())
    return (
        f"{method.sentence()}. {bands}. What lies above is a weighted mean of what lies below, at risk from a score of "
        f"{edges.at_risk * 100:g} and on target from {edges.on_target * 100:g}. {_stricter(scores, edges, unit)}"
        f"{POLICIES[str(scores['missing'].iloc[0])]}"
    )


def _stricter(scores: pd.DataFrame, edges: ParentThresholds, unit: str | None) -> str:
    """A KPI of the last month that is not on target with a score that would be enough above it, as an example."""
    now = snapshot(scores, unit)
    high = now[(now["level"] == "kpi") & (now["status"] == "at_risk") & (now["score"] >= 100 * edges.on_target)]
    if high.empty:
        return ""
    row = high.iloc[0]
    name, above = short_name(str(row["name"])), now.loc[str(row["parent"])]
    said = f"So {name} is at risk with {number(row['score'])}, because it is on target only from "
    said += f"{number(100 * row['on_target'], 0)} %"
    if above["status"] == "on_target":
        said += f", while the objective above it is on target with {number(above['score'])}"
    return f"{said}. "
