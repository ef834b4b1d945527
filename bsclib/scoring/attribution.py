"""Why a score changed: what was observed or counted otherwise, what was expected, weights, missing data; to the sum."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import last_period, month_before, snapshot

CAUSES = ["actual", "expected", "weight", "missing", "definition"]
"""What was observed; what was expected by then; a changed weight; a KPI that came or went; a KPI counted otherwise."""
COUNTED_OTHERWISE = ("tool_change", "definition_change")
"""The kinds of events from which on a KPI is counted otherwise."""


def movement_causes(
    scores: pd.DataFrame,
    unit: str | None = None,
    period: str | None = None,
    since: str | None = None,
    scorecard: Scorecard | None = None,
) -> pd.DataFrame:
    """Share the change of the overall score out by KPI and by cause; the parts add up to it.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    unit, period, since : str, optional
        By default the organisation as a whole, the last month, and the month before it.
    scorecard : Scorecard, optional
        Its events say which KPIs are counted otherwise from a month on.

    Returns
    -------
    DataFrame
        A row for each KPI, by its id, in points of the overall score: `actual` (what was observed moved), `expected`
        (what was expected by then moved, as a target's path does), `weight` (dated weights changed, of the KPI or above
        it), `missing` (it, or another KPI whose weight it then carries, had no score in one of the months),
        `definition` (what was observed moved, in months between which an event of kind tool or definition change
        begins: nobody can tell what of that is the new way of counting). No rows where one of the months has no overall
        score.

    Raises
    ------
    UnknownNameError
        When the unit or a month is not in the scores, with the nearest that is.

    Notes
    -----
    With a KPI's share of the total W and its score s, its points are mean(W) change(s) + change(W) (mean(s) −
    mean(overall)). Each change is split between its two causes by the mean of both orders (Shapley). Where the change
    of a score cannot be told from the frame (a range, a KPI that adds up to date, or another method), all of it counts
    as `actual`. Targets, floors and thresholds that were edited are goalposts of another scorecard: `change_causes`.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> parts = movement_causes(score(*load_dataset("meridian")))
    >>> bool(parts.loc["patch-latency", "expected"] < 0)
    True
    """
    scores = restore_types(scores)
    month = period or last_period(scores)
    earlier = since or month_before(month)
    otherwise = counted_otherwise(scorecard, earlier, month) if scorecard else ()
    return attribute(snapshot(scores, unit, earlier), snapshot(scores, unit, month), otherwise)


def counted_otherwise(scorecard: Scorecard, since: str, period: str) -> set[str]:
    """The KPIs of which an event after one month, and up to another, says that they are counted otherwise."""
    begun = [event for event in scorecard.events if event.kind in COUNTED_OTHERWISE]
    first, last = periods.span(since)[1], periods.span(period)[1]
    begun = [event for event in begun if first < periods.span(event.period)[0] <= last]
    return {id for event in begun for id in event.kpis or scorecard.names} & {kpi.id for kpi in scorecard.kpis}


def attribute(before: pd.DataFrame, now: pd.DataFrame, otherwise: Collection[str] = ()) -> pd.DataFrame:
    """The points of each KPI by cause, between two snapshots of one scorecard; some KPIs are counted otherwise."""
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
            "definition": 0.0,
        }
    )
    moved = parts.index.isin([*otherwise])
    parts.loc[moved, "definition"] = parts.loc[moved, "actual"]
    parts.loc[moved, "actual"] = 0.0
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
