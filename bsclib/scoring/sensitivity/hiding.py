"""What a total hides: red KPIs under green parents, single KPIs that move it, and data that are not there.

Everything is taken from the frame that `score` returns: its weights, scores and thresholds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.scoring.method import status_codes
from bsclib.scoring.tree import ScoreTree, Which, as_statuses, roll_up_tree, score_tree

OFF_TARGET, UNDECIDED = 2, 4


def compensation(scores: pd.DataFrame, unit: Which = None, period: Which = None) -> pd.DataFrame:
    """Set each parent's weighted mean beside means that forgive less, and count what is off target below it.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    unit, period : str, iterable of str or ALL, optional
        By default the organisation as a whole, and the last month; `bsclib.scoring.tree.ALL` takes every one.

    Returns
    -------
    DataFrame
        One row for every unit, month and parent: `unit`, `period`, `level`, `id`, `kpis` (how many carry its score),
        `score`, `geometric`, `harmonic`, `worst`, the status that each would give (`status`, `geometric_status`,
        `harmonic_status`, `worst_status`), and `hidden`: how many KPIs below it are off target while it is not.

    Raises
    ------
    UnknownNameError
        For a unit or a period that is not in the scores.
    BscError
        When rows or columns are missing, or the scores are not weighted means.

    Notes
    -----
    Over the KPIs below the parent, with the share w of its score that each carries (the product along the tree, which
    sums to 1): score ``sum(w s)``, geometric ``100 prod((s / 100)^w)``, harmonic ``1 / sum(w / s)``, worst ``min(s)``.
    These are what the parent would score if all roll-ups below it were of that kind. Geometric and harmonic are 0 when
    a score is 0, and have no answer for a score below 0. KPIs without a score, or without weight, carry nothing.

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, on compensation in linear and geometric
    aggregation.

    Examples
    --------
    >>> noncompensatory_means(np.array([[95.0, 95, 95, 20]]), np.full((1, 4), 0.25)).round(1).tolist()
    [[64.4], [49.0], [20.0]]
    """
    tree = score_tree(scores, unit, period)
    nodes, score = tree.parents, tree.numbers["score"]
    kinds = np.full((3, tree.cases, len(nodes)), np.nan)
    counts = np.zeros((2, tree.cases, len(nodes)), dtype=int)
    for column, node in enumerate(nodes):
        kpis, share = tree.kpis_under(int(node)), tree.kpi_shares(int(node))
        kinds[:, :, column] = noncompensatory_means(score[:, kpis], share)
        counts[0, :, column] = (share > 0).sum(axis=1)
        counts[1, :, column] = _hides(tree, int(node), kpis).sum(axis=1)
    table = tree.rows(nodes)
    table["kpis"] = counts[0].reshape(-1)
    table["score"] = score[:, nodes].reshape(-1)
    for name, values in zip(("geometric", "harmonic", "worst"), kinds, strict=True):
        table[name] = values.reshape(-1)
    table["status"] = as_statuses(tree.status[:, nodes])
    for name, values in zip(("geometric", "harmonic", "worst"), kinds, strict=True):
        table[f"{name}_status"] = as_statuses(_status(tree, nodes, values))
    table["hidden"] = counts[1].reshape(-1)
    return table


def noncompensatory_means(scores: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Geometric mean, harmonic mean and minimum over the last axis.

    Parameters
    ----------
    scores : array of shape (n, k)
        0..100; NaN where there is none.
    share : array of shape (n, k)
        What each carries; those that carry something sum to 1.

    Returns
    -------
    array of shape (3, n)
        NaN where nothing carries anything; geometric and harmonic also where a score is below 0.

    Examples
    --------
    >>> noncompensatory_means(np.array([[50.0, 0.0]]), np.array([[0.5, 0.5]]))
    array([[0.],
           [0.],
           [0.]])
    """
    counts = share > 0
    counted = np.where(counts, scores, np.nan)
    any_counts = counts.any(axis=-1)
    undefined = ~any_counts | (np.where(counts, scores, 0.0) < 0).any(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        logs = np.where(counts, share * np.log(np.where(counts, scores, 1.0) / 100), 0.0)
        parts = np.where(counts, share / np.where(counts, scores, 1.0), 0.0)
        geometric, harmonic = 100 * np.exp(logs.sum(axis=-1)), 1 / parts.sum(axis=-1)
    worst = np.min(np.where(counts, counted, np.inf), axis=-1, initial=np.inf)
    means = [np.where(undefined, np.nan, mean) for mean in (geometric, harmonic)]
    return np.stack([*means, np.where(any_counts, worst, np.nan)])


def _status(tree: ScoreTree, nodes: np.ndarray, score: np.ndarray) -> np.ndarray:
    return status_codes(score / 100, tree.numbers["at_risk"][:, nodes], tree.numbers["on_target"][:, nodes])


def _hides(tree: ScoreTree, node: int, kpis: np.ndarray) -> np.ndarray:
    return (tree.status[:, kpis] == OFF_TARGET) & (tree.status[:, [node]] < OFF_TARGET)


def hidden_kpis(scores: pd.DataFrame, unit: Which = None, period: Which = None) -> pd.DataFrame:
    """List every KPI that is off target under a parent that is not.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    unit, period : str, iterable of str or ALL, optional
        By default the organisation as a whole, and the last month.

    Returns
    -------
    DataFrame
        One row for every unit, month, KPI and parent that hides it: `unit`, `period`, `id`, `score` and `status` of the
        KPI; `under`, `under_level`, `under_score` and `under_status` of the parent; `share` (0..1) of the parent's
        score that the KPI carries, 0 for one without weight. The worst score first within a unit and month, the
        highest parent first. No rows when nothing is hidden.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> hidden = hidden_kpis(score(read_scorecard("meridian"), read_actuals("meridian")))
    >>> set(hidden["status"].astype(str)) <= {"off_target"}
    True
    """
    tree = score_tree(scores, unit, period)
    cells = pd.concat([_hidden_below(tree, int(node)) for node in tree.parents], ignore_index=True)
    cells = cells.sort_values(["case", "score", "kpi"], kind="stable", ignore_index=True)
    case, kpi, node = (cells[name].to_numpy(dtype=int) for name in ("case", "kpi", "node"))
    size = len(tree.ids)
    table = tree.frame[["unit", "period", "id"]].iloc[case * size + kpi].reset_index(drop=True)
    table["score"], table["status"] = cells["score"], as_statuses(tree.status[case, kpi])
    above = tree.frame[["id", "level"]].iloc[case * size + node].reset_index(drop=True)
    table["under"], table["under_level"] = above["id"], above["level"]
    table["under_score"], table["under_status"] = (
        tree.numbers["score"][case, node],
        as_statuses(tree.status[case, node]),
    )
    return table.assign(share=cells["share"])


def _hidden_below(tree: ScoreTree, node: int) -> pd.DataFrame:
    kpis, share = tree.kpis_under(node), tree.kpi_shares(node)
    case, place = np.nonzero(_hides(tree, node, kpis))
    score = tree.numbers["score"][case, kpis[place]]
    return pd.DataFrame({"case": case, "kpi": kpis[place], "node": node, "score": score, "share": share[case, place]})


def missing_bounds(scores: pd.DataFrame, unit: Which = None, period: Which = None) -> pd.DataFrame:
    """Bound every score by the best and the worst that KPIs without data could make of it.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it, under any policy for missing data.
    unit, period : str, iterable of str or ALL, optional
        By default the organisation as a whole, and the last month.

    Returns
    -------
    DataFrame
        The rows of the scores, node by node, with `low` and `high`: the score (0..100) with every unknown KPI at 0, and
        at 100; and `known_weight`: the share (0..1) of its weight that is known. `status` is the one that both bounds
        have, else ``undecided``. An objective that no KPI measures stays without data.

    Raises
    ------
    UnknownNameError, BscError
        As `compensation` does.

    Notes
    -----
    Unknown is a KPI without an actual or without a score, whatever the policy made of it; an actual that was carried
    forward counts as known. As all weights are at least 0, a weighted mean rises with each score: no completion of the
    data lies outside the bounds, and they are reached. That holds for methods that keep scores within 0..100.

    References
    ----------
    Manski (2003), Partial Identification of Probability Distributions, on bounds instead of assumptions.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> bounds = missing_bounds(score(read_scorecard("meridian"), read_actuals("meridian")))
    >>> bool((bounds["low"] <= bounds["high"]).all())
    True
    """
    tree = score_tree(scores, unit, period)
    kpis, score, weight = tree.kpis, tree.numbers["score"], tree.numbers["weight"]
    known = ~np.isnan(tree.numbers["actual"][:, kpis]) & ~np.isnan(score[:, kpis])
    low, high = (roll_up_tree(tree, np.where(known, score[:, kpis], end), weight) for end in (0.0, 100.0))
    known_weight = roll_up_tree(tree, known.astype(float), weight)
    above = tree.parents
    status = tree.status.copy()
    status[:, kpis] = np.where(known, status[:, kpis], UNDECIDED)
    at_low, at_high = _status(tree, above, low[:, above]), _status(tree, above, high[:, above])
    status[:, above] = np.where(at_low == at_high, at_low, UNDECIDED)
    frame = tree.frame.reset_index(drop=True).assign(status=as_statuses(status))
    frame["low"], frame["high"], frame["known_weight"] = (array.reshape(-1) for array in (low, high, known_weight))
    return frame
