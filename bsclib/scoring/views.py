"""What pictures and tables read out of scores: how things stand, how they went, and what moved.

Each view is a small frame cut from the frame that `bsclib.score` returns.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.scoring.scores import typed
from bsclib.scoring.tree import score_tree


def last_period(scores: pd.DataFrame) -> str:
    """The month that pictures and tables show unless told otherwise: the last one that is scored."""
    found = [str(period) for period in scores["period"].unique()]
    if not found:
        raise BscError(Fault("scores", "there are none", fix="score some actuals first"))
    return max(found)


def snapshot(scores: pd.DataFrame, unit: str | None = None, period: str | None = None) -> pd.DataFrame:
    """How everything stood in one unit and one month.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    unit : str, optional
        By default the organisation as a whole.
    period : str, optional
        A month; by default the last one scored.

    Returns
    -------
    DataFrame
        The rows of `scores`, indexed by `id`, in its order: scorecard, perspectives, objectives, KPIs.

    Raises
    ------
    UnknownNameError
        When the unit or the month is not in the scores, with the nearest that is.
    """
    scores = typed(scores)
    unit, period = unit or "", period or last_period(scores)
    rows = scores[(scores["unit"] == unit) & (scores["period"] == period)]
    if rows.empty:
        _refuse(scores, "unit", unit)
        _refuse(scores, "period", period)
    return rows.set_index(rows["id"].astype(str)).rename_axis("id")


def by_unit(scores: pd.DataFrame, column: str, period: str | None = None) -> pd.DataFrame:
    """One column of the scorecard and its perspectives, for every unit in one month.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    column : str
        A column of `scores`.
    period : str, optional
        A month; by default the last one scored.

    Returns
    -------
    DataFrame
        One row a unit (``""``, the organisation as a whole, first; then as in `scores`), one column an id, the
        scorecard first.

    Raises
    ------
    UnknownNameError
        When the month is not in the scores.
    """
    scores = typed(scores)
    period = period or last_period(scores)
    rows = scores[(scores["period"] == period) & scores["level"].isin(["scorecard", "perspective"])]
    if rows.empty:
        _refuse(scores, "period", period)
    keys = [rows["unit"].astype(str), rows["id"].astype(str)]
    wide = pd.Series(rows[column].to_numpy(), index=pd.MultiIndex.from_arrays(keys)).unstack(sort=False)
    return wide.rename_axis(index="unit", columns="id")


def _refuse(scores: pd.DataFrame, column: str, given: str) -> None:
    known = [str(one) for one in scores[column].unique()]
    if given not in known:
        raise UnknownNameError(unknown(f"{column} in the scores", given, filter(None, known), column))


def history(
    scores: pd.DataFrame, ids: list[str], column: str = "score", unit: str | None = None, months: int = 24
) -> pd.DataFrame:
    """How one column went in one unit over the last months.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    ids : list of str
        KPIs, objectives, perspectives, or the scorecard.
    column : str
        A numeric column of `scores`.
    unit : str, optional
        By default the organisation as a whole.
    months : int
        How many, 1 or more, up to the last month scored.

    Returns
    -------
    DataFrame
        One row a month, one column an id; NaN where there is nothing.
    """
    if months < 1:
        raise BscError(Fault("months", "a history has at least one month", got=str(months), allowed="1 or more"))
    scores = typed(scores)
    unit, last = unit or "", periods.span(last_period(scores))[1]
    shown = [periods.period_of(month) for month in range(last - months + 1, last + 1)]
    rows = scores[(scores["unit"] == unit) & scores["period"].isin(shown) & scores["id"].isin(ids)]
    if rows.empty:
        _refuse(scores, "unit", unit)
    started = shown.index(min(rows["period"].astype(str), default=shown[-1]))
    keys = [rows["period"].astype(str), rows["id"].astype(str)]
    wide = pd.Series(rows[column].to_numpy(float), index=pd.MultiIndex.from_arrays(keys)).unstack()
    return wide.reindex(index=pd.Index(shown[started:], name="period"), columns=pd.Index(ids, name="id"))


def movements(scores: pd.DataFrame, unit: str | None = None, period: str | None = None) -> pd.DataFrame:
    """What each KPI did to the overall score since the month before.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    unit : str, optional
        By default the organisation as a whole.
    period : str, optional
        A month; by default the last one scored.

    Returns
    -------
    DataFrame
        Indexed by the KPI's `id`, the largest movement first: `before` and `now` (actuals), `score_before` and
        `score_now` (0..100), and `points`, what it added to the overall score. Empty when there is no month before.

    Notes
    -----
    With a KPI's weight in the overall score W (the product of its effective weights up to the root) and its score s,
    ``points = mean(W) * change(s) + change(W) * (mean(s) - mean(overall))``: what its score moved, and what its weight
    moved when another KPI came, went, or was weighted anew. A score that is missing in one of the two months is taken
    to be that of the other. Where scores roll up as weighted means, the points add up to the overall score's change.
    """
    scores = typed(scores)
    stand = snapshot(scores, unit, period)
    month = str(stand["period"].iloc[0])
    earlier = month_before(month)
    frame = pd.DataFrame(columns=["before", "now", "score_before", "score_now", "points"], dtype=float)
    if not ((scores["unit"] == (unit or "")) & (scores["period"] == earlier)).any():
        return frame.rename_axis("id")
    past = snapshot(scores, unit, earlier)
    frame = frame.reindex(stand.index[stand["level"] == "kpi"]).rename_axis("id")
    frame["before"], frame["now"] = past["actual"], stand["actual"]
    frame["score_before"], frame["score_now"] = past["score"], stand["score"]
    before = frame["score_before"].fillna(frame["score_now"])
    now = frame["score_now"].fillna(frame["score_before"])
    overall = (past["score"].iloc[0] + stand["score"].iloc[0]) / 2
    weight_before, weight_now = (carried(scores, unit, when) for when in (earlier, month))
    felt = (weight_before + weight_now) / 2 * (now - before)
    shifted = (weight_now - weight_before) * ((before + now) / 2 - overall)
    frame["points"] = (felt + shifted).where(frame["score_before"].notna() | frame["score_now"].notna())
    return frame.loc[frame["points"].abs().sort_values(ascending=False, kind="stable").index]


def month_before(period: str, months: int = 1) -> str:
    """The month that is so many months before another."""
    return periods.period_of(periods.span(period)[0] - months)


def overall(scores: pd.DataFrame, unit: str | None, period: str) -> float:
    """The overall score of a unit in a month; NaN where there is none."""
    unit_and_month = (scores["unit"] == (unit or "")) & (scores["period"] == period)
    found = scores.loc[unit_and_month & (scores["level"] == "scorecard"), "score"]
    return float(found.iloc[0]) if len(found) else np.nan


def carried(scores: pd.DataFrame, unit: str | None, period: str) -> pd.Series:
    """The share of the overall score that each KPI carries, by id."""
    month = scores[(scores["period"] == period) & (scores["unit"] == (unit or ""))]
    tree = score_tree(month, unit or "", period, means=False)
    return pd.Series(tree.carried(tree.root)[0], index=[tree.ids[kpi] for kpi in tree.kpis_under(tree.root)])


def contributions(
    scores: pd.DataFrame, id: str | None = None, unit: str | None = None, period: str | None = None
) -> pd.DataFrame:
    """What each KPI costs a score: the points that it lacks of 100, for its share of the total.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    id : str, optional
        A KPI, an objective or a perspective; by default the scorecard.
    unit : str, optional
        By default the organisation as a whole.
    period : str, optional
        A month; by default the last one scored.

    Returns
    -------
    DataFrame
        Indexed by the `id` of each KPI below, in the scorecard's order: `group`, the child of the node that it belongs
        to; its `score` (0..100) and `status`; `share` (0..1) of the node's score that it carries, 0 when it carried
        nothing; and `cost`, in points.

    Raises
    ------
    UnknownNameError
        When the id, the unit or the month is not in the scores.
    BscError
        When the scores are not weighted means.

    Notes
    -----
    With the share W of the total that a KPI carries (the product of its effective weights up to the node) and its score
    s, ``cost = W * (100 - s)``. Shares add up to 1, so that 100 less all costs is the node's score.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> scores = score(read_scorecard("meridian"), read_actuals("meridian"))
    >>> costs = contributions(scores)["cost"]
    >>> bool(abs(100 - costs.sum() - snapshot(scores)["score"].iloc[0]) < 1e-9)
    True
    """
    stand = snapshot(scores, unit, period)
    month = str(stand["period"].iloc[0])
    scores = typed(scores)
    tree = score_tree(scores[scores["period"] == month], unit or "", month)
    node = tree.node(id)
    kpis, share = tree.kpis_under(node), tree.carried(node)[0]
    lacking = np.where(share > 0, 100 - tree.numbers["score"][0, kpis], 0.0)
    group = kpis.copy()
    for _ in range(len(tree.ids)):
        below = (tree.parent[group] != node) & (group != node)
        if not below.any():
            break
        group = np.where(below, tree.parent[group], group)
    ids = [tree.ids[kpi] for kpi in kpis]
    frame = stand.loc[ids, ["score", "status"]].assign(share=share, cost=share * lacking)
    frame.insert(0, "group", [tree.ids[one] for one in group])
    frame["status"] = frame["status"].astype(str)
    return frame
