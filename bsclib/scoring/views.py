"""What pictures and tables read out of scores: how things stand, how they went, and what moved.

Each view is a small frame cut from the frame that `bsclib.score` returns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.nouns import KPI
from bsclib.model.status import words
from bsclib.model.unit_targets import of_unit
from bsclib.scoring.method import figure, status_codes
from bsclib.scoring.rules import divide
from bsclib.scoring.scores import restore_types
from bsclib.scoring.tree import as_statuses, score_tree
from bsclib.wording import month_name


def last_period(scores: pd.DataFrame) -> str:
    """The month that pictures and tables show unless told otherwise.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.

    Returns
    -------
    str
        The last month that is scored, such as ``"2026-06"``.

    Raises
    ------
    BscError
        When there are no scores.

    Examples
    --------
    >>> last_period(pd.DataFrame({"period": ["2026-05", "2026-06"]}))
    '2026-06'
    """
    months = [str(period) for period in scores["period"].unique()]
    if not months:
        raise BscError(Fault("scores", "there are none", fix="score some actuals first"))
    return max(months)


def last_known(scores: pd.DataFrame, unit: str = "") -> pd.DataFrame:
    """The KPIs of one unit without an actual in the last month: the rows, by id, of the last month that had one."""
    own = scores[(scores["unit"] == unit) & (scores["level"] == "kpi")]
    known = own[own["actual"].notna() & (own["origin"] != "carried")]
    last = known.loc[known["period"].astype("str").sort_values(kind="stable").index].drop_duplicates("id", keep="last")
    return last[last["period"] != last_period(scores)].set_index("id")


def last_known_words(kpi: KPI | None, row: pd.Series) -> str:
    """What was last known of a KPI, in words: how much, when, and with which status."""
    actual = actual_and_expected(kpi, row)[0] if kpi else figure(float(row["actual"]))
    return f"{actual} in {month_name(str(row['period']))}, {words(str(row['status']))}"


def snapshot(scores: pd.DataFrame, unit: str | None = None, period: str | None = None) -> pd.DataFrame:
    """How everything stood in one unit and one month.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    unit, period : str, optional
        By default the organisation as a whole, in the last month scored.

    Returns
    -------
    DataFrame
        The rows of `scores`, indexed by `id`, in its order: scorecard, perspectives, objectives, KPIs.

    Raises
    ------
    UnknownNameError
        When the unit or the month is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> stand = snapshot(score(read_scorecard("meridian"), read_actuals("meridian")), "Genoa")
    >>> stand.loc["meridian", ["unit", "period", "status"]].tolist()
    ['Genoa', '2026-06', 'off_target']
    """
    scores = restore_types(scores)
    unit, period = unit or "", period or last_period(scores)
    rows = scores[(scores["unit"] == unit) & (scores["period"] == period)]
    if rows.empty:
        _check_known(scores, "unit", unit)
        _check_known(scores, "period", period)
    return rows.set_index(rows["id"].astype(str)).rename_axis("id")


def actual_and_expected(kpi: KPI, row: pd.Series) -> tuple[str, str]:
    """How a KPI's actual and what is expected of it are written; what misses by a hair is seen to miss."""
    actual, expected = float(row["actual"]), float(row["expected"])
    edges = range_due(kpi, row) if kpi.direction == "within_range" else (expected,)
    if np.isnan(edges).all():
        edges = edges[:1]
    if np.isnan(expected) and not np.isnan(actual):
        return kpi.show(actual), "no target"
    if row["status"] == "on_target":
        return kpi.show(actual), " to ".join(map(kpi.show, edges))
    return kpi.show(actual, expected), " to ".join(kpi.show(edge, actual) for edge in edges)


def range_due(kpi: KPI, row: pd.Series) -> tuple[float, float]:
    """The range of a row's unit, as much of it as is due by now; NaN where the row does not say how much that is."""
    own = of_unit(kpi, str(row.get("unit", ""))) or kpi if kpi.unit_targets else kpi
    share = 1.0
    if kpi.cumulates:
        due = json.loads(str(row["taken"]) or "{}")
        share = due["months"] / due["of"] if "of" in due else due.get("share", np.nan)
    low, high = own.range
    return low * share, high * share


def by_unit(scores: pd.DataFrame, column: str, period: str | None = None) -> pd.DataFrame:
    """One column of the scorecard and its perspectives, for every unit in one month: a row a unit."""
    scores = restore_types(scores)
    period = period or last_period(scores)
    rows = scores[(scores["period"] == period) & scores["level"].isin(["scorecard", "perspective"])]
    if rows.empty:
        _check_known(scores, "period", period)
    keys = [rows["unit"].astype(str), rows["id"].astype(str)]
    wide = pd.Series(rows[column].to_numpy(), index=pd.MultiIndex.from_arrays(keys)).unstack(sort=False)
    return wide.rename_axis(index="unit", columns="id")


def _check_known(scores: pd.DataFrame, column: str, given: str) -> None:
    known = [str(name) for name in scores[column].unique()]
    if given not in known:
        raise UnknownNameError(unknown(f"{column} in the scores", given, filter(None, known), column))


def history(
    scores: pd.DataFrame, ids: list[str], column: str = "score", unit: str | None = None, months: int = 24
) -> pd.DataFrame:
    """How one column went in one unit over the last months: a row a month, a column an id."""
    if months < 1:
        raise BscError(Fault("months", "a history has at least one month", got=str(months), allowed="1 or more"))
    scores = restore_types(scores)
    unit, last = unit or "", periods.span(last_period(scores))[1]
    shown = [periods.period_of(month) for month in range(last - months + 1, last + 1)]
    rows = scores[(scores["unit"] == unit) & scores["period"].isin(shown) & scores["id"].isin(ids)]
    if rows.empty:
        _check_known(scores, "unit", unit)
    started = shown.index(min(rows["period"].astype(str), default=shown[-1]))
    keys = [rows["period"].astype(str), rows["id"].astype(str)]
    wide = pd.Series(rows[column].to_numpy(float), index=pd.MultiIndex.from_arrays(keys)).unstack()
    return wide.reindex(index=pd.Index(shown[started:], name="period"), columns=pd.Index(ids, name="id"))


def movements(scores: pd.DataFrame, unit: str | None = None, period: str | None = None) -> pd.DataFrame:
    """What each KPI did to the overall score since the month before, in points; the largest movement first."""
    scores = restore_types(scores)
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
    # A score that is missing in one of the two months is taken to be that of the other. With a KPI's weight in the
    # total W and its score s, points = mean(W) change(s) + change(W) (mean(s) - mean(overall)): what its score moved,
    # and what its weight moved when another KPI came, went, or was weighted anew. They add up to the change of the
    # overall score where scores roll up as weighted means.
    weight_before, weight_now = (kpi_shares(scores, unit, when) for when in (earlier, month))
    by_score = (weight_before + weight_now) / 2 * (now - before)
    by_weight = (weight_now - weight_before) * ((before + now) / 2 - overall)
    frame["points"] = (by_score + by_weight).where(frame["score_before"].notna() | frame["score_now"].notna())
    return frame.loc[frame["points"].abs().sort_values(ascending=False, kind="stable").index]


def month_before(period: str, months: int = 1) -> str:
    """The month that is so many months before another."""
    return periods.period_of(periods.span(period)[0] - months)


def overall_score(scores: pd.DataFrame, unit: str | None, period: str) -> float:
    """The overall score of a unit in a month; NaN where there is none."""
    unit_and_month = (scores["unit"] == (unit or "")) & (scores["period"] == period)
    score = scores.loc[unit_and_month & (scores["level"] == "scorecard"), "score"]
    return float(score.iloc[0]) if len(score) else np.nan


def kpi_shares(scores: pd.DataFrame, unit: str | None, period: str) -> pd.Series:
    """The share of the overall score that each KPI carries, by id."""
    month = scores[(scores["period"] == period) & (scores["unit"] == (unit or ""))]
    tree = score_tree(month, unit or "", period, means=False)
    return pd.Series(tree.kpi_shares(tree.root)[0], index=[tree.ids[kpi] for kpi in tree.kpis_under(tree.root)])


def by_group(
    scores: pd.DataFrame,
    groups: Mapping[str, Mapping[str, float]],
    unit: str | None = None,
    period: str | None = None,
) -> pd.DataFrame:
    """One month's KPIs put together in other groups: a row a group; `points` add up to the overall score."""
    # `groups` says for each KPI which part of it counts in which group; its parts add up to 1.
    scores = restore_types(scores)
    stand = snapshot(scores, unit, period)
    shares = kpi_shares(scores, unit, str(stand["period"].iloc[0]))
    parts = [(group, id, part) for id in shares.index for group, part in groups[id].items()]
    frame = pd.DataFrame(parts, columns=["group", "id", "part"])
    frame["share"] = frame["part"] * frame["id"].map(shares)
    frame["points"] = frame["share"] * frame["id"].map(stand["score"].fillna(0.0))
    rows = frame.groupby("group", sort=False).agg(kpis=("id", "size"), share=("share", "sum"), points=("points", "sum"))
    rows.insert(2, "score", divide(rows["points"], rows["share"]))
    edges = (np.full(len(rows), float(stand[name].iloc[0])) for name in ("at_risk", "on_target"))
    rows["status"] = as_statuses(status_codes(rows["score"].to_numpy() / 100, *edges)).astype(str)
    return rows


def contributions(
    scores: pd.DataFrame, id: str | None = None, unit: str | None = None, period: str | None = None
) -> pd.DataFrame:
    """What each KPI costs a score: the points that it lacks of 100, for its share of the total."""
    stand = snapshot(scores, unit, period)
    month = str(stand["period"].iloc[0])
    scores = restore_types(scores)
    tree = score_tree(scores[scores["period"] == month], unit or "", month)
    node = tree.node(id)
    kpis, share = tree.kpis_under(node), tree.kpi_shares(node)[0]
    lacking = np.where(share > 0, 100 - tree.numbers["score"][0, kpis], 0.0)
    group = kpis.copy()
    for _ in range(len(tree.ids)):
        below = (tree.parent[group] != node) & (group != node)
        if not below.any():
            break
        group = np.where(below, tree.parent[group], group)
    ids = [tree.ids[kpi] for kpi in kpis]
    frame = stand.loc[ids, ["score", "status"]].assign(share=share, cost=share * lacking)
    frame.insert(0, "group", [tree.ids[child] for child in group])
    frame["status"] = frame["status"].astype(str)
    return frame
