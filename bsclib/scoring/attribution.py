"""Why a score changed: what was observed, what was expected, weights, and missing data; the parts add up exactly."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import last_period, month_before, snapshot

CAUSES = ["actual", "expected", "weight", "missing"]
"""What was observed; what was expected by then; a weight that was changed; a KPI that came or went."""


def movement_causes(
    scores: pd.DataFrame, unit: str | None = None, period: str | None = None, since: str | None = None
) -> pd.DataFrame:
    """Share the change of the overall score out by KPI and by cause; the parts add up to it.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    unit, period, since : str, optional
        By default the organisation as a whole, the last month, and the month before it.

    Returns
    -------
    DataFrame
        A row for each KPI, by its id, in points of the overall score: `actual` (what was observed moved), `expected`
        (what was expected by then moved, as a target's path does), `weight` (weights were changed), `missing` (it, or
        another KPI whose weight it then carries, had no score in one of the months). No rows where one of the months
        has no overall score.

    Raises
    ------
    UnknownNameError
        When the unit or a month is not in the scores, with the nearest that is.

    Notes
    -----
    With a KPI's share of the total W and its score s, its points are mean(W) change(s) + change(W) (mean(s) −
    mean(overall)). Each change is split between its two causes by the mean of both orders (Shapley). Where the change
    of a score cannot be told from the frame (a range, or another method), all of it counts as `actual`.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> parts = movement_causes(score(*load_dataset("meridian")))
    >>> bool(parts.loc["patch-latency", "expected"] < 0)
    True
    """
    scores = restore_types(scores)
    month = period or last_period(scores)
    return attribute(snapshot(scores, unit, since or month_before(month)), snapshot(scores, unit, month))


def attribute(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """The points of each KPI by cause, between two snapshots of one scorecard."""
    overall = before["score"].iloc[0], now["score"].iloc[0]
    kpis = now.index[now["level"] == "kpi"]
    if np.isnan(overall).any():
        return pd.DataFrame(columns=CAUSES, dtype=float).rename_axis("id")
    first, last = before.loc[kpis], now.loc[kpis]
    score_before, score_now = first["score"].fillna(last["score"]), last["score"].fillna(first["score"])
    ends = [_shares(rows, rows["weight"], _present(rows)) for rows in (before, now)]
    share_before, share_now = (share.loc[kpis] for share in ends)
    mean_share, apart = (share_before + share_now) / 2, (score_before + score_now) / 2 - sum(overall) / 2
    by_actual = _actual_part(first, last).fillna(0.0)
    reweighted = _shares(before, now["weight"], _present(before)), _shares(now, before["weight"], _present(now))
    by_weight = (reweighted[0].loc[kpis] - share_before + share_now - reweighted[1].loc[kpis]) / 2
    parts = pd.DataFrame(
        {
            "actual": mean_share * by_actual,
            "expected": mean_share * (score_now - score_before - by_actual),
            "weight": by_weight * apart,
            "missing": (share_now - share_before - by_weight) * apart,
        }
    )
    scored = first["score"].notna() | last["score"].notna()
    return parts.where(scored, 0.0).rename_axis("id")


def _present(rows: pd.DataFrame) -> pd.Series:
    """Which nodes carry weight in the roll-up."""
    return (rows["effective_weight"].fillna(0) > 0) | (rows["level"] == "scorecard")


def _shares(rows: pd.DataFrame, weight: pd.Series, present: pd.Series) -> pd.Series:
    """The share of the total that each node carries, by stated weights, among those that are present."""
    carried = (weight.reindex(rows.index).fillna(0) * present).astype(float)
    parent = rows["parent"].astype(str)
    total = carried.groupby(parent).transform("sum")
    own = (carried / total.where(total > 0)).fillna(0.0).where(rows["level"] != "scorecard", 1.0)
    share, above = own.copy(), parent
    for _ in range(3):  # objectives, perspectives, scorecard
        known = above.isin(own.index)
        share *= np.where(known, own.reindex(above).to_numpy(), 1.0)
        above = above.where(~known, parent.reindex(above).to_numpy()).fillna("")
    return share


def _actual_part(first: pd.DataFrame, last: pd.DataFrame) -> pd.Series:
    """How much of the change of each KPI's score is that of its actual; the rest is that of what was expected."""
    both = first["score"].notna() & last["score"].notna()
    whole = (last["score"] - first["score"]).where(both, 0.0)
    # The target of a range is its nearer edge: where that is another one, the actual has crossed the range.
    plain = both & ~_to_date(first) & ~_to_date(last) & (first["target"] == last["target"])
    for rows in (first, last):
        plain &= (_linear(rows, rows) - rows["score"]).abs() < 1e-9
    part = (_linear(last, first) - _linear(first, first) + _linear(last, last) - _linear(first, last)) / 2
    return part.where(plain, whole)


def _linear(actual: pd.DataFrame, goal: pd.DataFrame) -> pd.Series:
    """The kit's score of one snapshot's actuals against the other's floor and expected value."""
    way = goal["expected"] - goal["floor"]
    return (100 * ((actual["actual"] - goal["floor"]) / way.where(way != 0))).clip(0, 100)


def _to_date(rows: pd.DataFrame) -> pd.Series:
    """Which KPIs add up to date, so that their actual and what is due grow together."""
    return pd.Series(["of" in _taken(text) for text in rows["taken"]], index=rows.index)


def _taken(text: Any) -> dict[str, Any]:
    return json.loads(str(text)) if text and not pd.isna(text) else {}
