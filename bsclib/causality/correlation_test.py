"""What correlation says of causes, and how often it says it of pairs that the map does not join.

Correlation is what a spreadsheet offers, so the lessons and an analyst hold the kit's test against it: over pairs of
KPIs that should have nothing to do with each other, and over every lag, as one should not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.actuals.correlations import kpi_correlations
from bsclib.model.nouns import Scorecard

LEVEL = 0.05
"""Chance of a false yes that both tests promise."""
LONGEST_LAG = 12
"""The longest lag of a scan, in months: beyond a year it would find last year's season."""


def unlinked_pairs(scorecard: Scorecard, actuals: pd.DataFrame) -> pd.DataFrame:
    """Pairs of KPIs that the map does not join in any way, and how strongly they correlate all the same.

    Parameters
    ----------
    scorecard : Scorecard
        Pairs that a way along its links joins, or one KPI that drives both, or arithmetic, are left out.
    actuals : DataFrame

    Returns
    -------
    DataFrame
        A row a pair with 24 months or more in common: `kpi`, `other`, `months`; `raw`, their correlation as they are,
        with its p-value `raw_p`; `left`, that of their departures from trend, season and events, with `left_p`.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> pairs = unlinked_pairs(read_scorecard("meridian"), read_actuals("meridian"))
    >>> bool((pairs["raw_p"] < 0.05).mean() > (pairs["left_p"] < 0.05).mean())
    True
    """
    import networkx as nx

    graph = nx.DiGraph((link.cause, link.effect) for link in scorecard.links)
    above = {id: {id, *nx.ancestors(graph, id)} if id in graph else {id} for id in (kpi.id for kpi in scorecard.kpis)}
    pairs = kpi_correlations(actuals, scorecard)
    unlinked = [
        not above[a] & above[b] and arithmetic == "no"
        for a, b, arithmetic in zip(pairs["kpi"], pairs["other"], pairs["by_arithmetic"], strict=True)
    ]
    pairs = pairs[np.array(unlinked, dtype=bool)].drop(columns="by_arithmetic").reset_index(drop=True)
    for name in ("raw", "left"):
        pairs[f"{name}_p"] = p_value(pairs[name].to_numpy(float), pairs["months"].to_numpy(float))
    return pairs[["kpi", "other", "months", "raw", "raw_p", "left", "left_p"]]


def lag_scan(cause: pd.Series, effect: pd.Series, most: int = LONGEST_LAG) -> pd.DataFrame:
    """Correlate an effect with a cause at every lag, as one should not.

    Parameters
    ----------
    cause, effect : Series
        A value a month, none left out; NaN where there is none.
    most : int
        The longest lag, in months, 0 or more.

    Returns
    -------
    DataFrame
        A row a lag: `lag`, `months` (values in common), `correlation`, `p` (two-sided, as if no other lag had been
        looked at); missing where fewer than four months are in common or one of the two does not move.

    Examples
    --------
    >>> cause = pd.Series([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0])
    >>> scan = lag_scan(cause, cause.shift(2), most=3)
    >>> scan.loc[scan["correlation"].idxmax(), ["lag", "months"]].tolist()
    [2, 6]
    """
    first, second = np.asarray(cause, dtype=float), np.asarray(effect, dtype=float)
    rows = []
    for lag in range(min(most, len(first) - 1) + 1):
        both = np.column_stack([first[: len(first) - lag], second[lag:]])
        both = both[~np.isnan(both).any(axis=1)]
        r = float(correlation(both[:, :1], both[:, 1:])[0]) if len(both) > 3 else float("nan")
        rows.append((lag, len(both), r, float(p_value(np.array([r]), len(both))[0])))
    return pd.DataFrame(rows, columns=["lag", "months", "correlation", "p"])


def correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Of each column with the same of the other array; NaN where one of the two does not move."""
    first, second = first - first.mean(axis=0), second - second.mean(axis=0)
    size = np.sqrt((first**2).sum(axis=0) * (second**2).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.clip(np.where(size > 0, (first * second).sum(axis=0) / size, np.nan), -1, 1)


def p_value(r: np.ndarray, count: int | np.ndarray) -> np.ndarray:
    """Two-sided chance of so high a correlation of `count` values that have nothing to do with each other."""
    from scipy.special import stdtr

    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(2 * stdtr(count - 2, -np.abs(r) * np.sqrt((count - 2) / (1 - r**2))))


def innovations(left: np.ndarray) -> np.ndarray:
    """What is left of departures (months, columns) when what each takes over from the month before is taken out too."""
    now, before = left[1:], left[:-1]
    both = ~np.isnan(now) & ~np.isnan(before)
    shared = np.where(both, now * before, 0.0).sum(axis=0)
    own = np.where(both, before**2, 0.0).sum(axis=0)
    taken = np.divide(shared, own, out=np.zeros_like(own), where=own > 0)
    return np.concatenate([np.full_like(left[:1], np.nan), now - taken * before])
