"""Which KPIs are redundant: groups whose departures move together.

Correlated is not redundant. Two KPIs that share a trend or a season correlate and yet may tell of different things, so
what is compared is what is left without trend, season and known breaks (`bsclib.actuals.departures`). KPIs that still
move together, in the same direction or in opposite ones, tell a manager little more than one of them would: keep the
best. A hidden driver of both does the same as two names for one thing, so look at the definitions before one goes.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from bsclib.actuals.correlations import DECIMALS, LEAST_MONTHS, departure_correlations
from bsclib.actuals.departures import find_departures
from bsclib.design.selection.matrices import number
from bsclib.errors import BscError, Fault
from bsclib.model.formula import identity
from bsclib.model.nouns import Scorecard
from bsclib.wording import counted

ABOVE = 0.7
"""Correlation, whatever its sign, from which KPIs count as redundant: half of the variance is then shared."""


def redundancy_clusters(
    actuals: pd.DataFrame, scorecard: Scorecard, unit: str | None = None, above: float = ABOVE
) -> pd.DataFrame:
    """Group the KPIs whose departures move together.

    Parameters
    ----------
    actuals : DataFrame
        Long actuals, checked or not.
    scorecard : Scorecard
        Its KPIs are compared, and its events taken out.
    unit : str, optional
        By default the organisation as a whole.
    above : float
        Correlation from which KPIs are redundant, 0 to 1 (0 excluded).

    Returns
    -------
    DataFrame
        One row a KPI, in the scorecard's order: `kpi`; `cluster`, a number from 1 on that is the same for KPIs that
        move together; `nearest`, the KPI most correlated with it (empty when it could be compared with none), their
        `correlation` (-1..1) and the `months` it rests on; `not_compared`, the number of KPIs that it could not be
        compared with; and `reason`, in words, why not.

    Raises
    ------
    BscError
        When `above` is not between 0 and 1.
    ActualsError, UnknownNameError
        As `bsclib.actuals.departures.find_departures` does.

    Notes
    -----
    Correlations are Pearson's, over the months in which both KPIs have a departure: at least 24, else the pair is not
    compared and counts as unlike. A quarterly KPI has one departure a quarter, so it is compared with a monthly one in
    the months in which quarters end, and needs six years. KPIs are joined by average linkage [1]_ on
    ``1 - |correlation|`` until no two groups are nearer than ``1 - above``: two KPIs of a group may correlate less.

    Short series mislead. Of pairs that have nothing in common (each month keeping half of the last one's departure) and
    24 months of data 3.7 % reach 0.7 by chance; at 36 months 0.2 %, at 60 none of 2000. A group found in two years of
    data is a question.

    References
    ----------
    .. [1] Sokal, Michener (1958), A statistical method for evaluating systematic relationships, University of Kansas
       Science Bulletin 38.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> found = redundancy_clusters(read_actuals("meridian"), read_scorecard("meridian")).set_index("kpi")
    >>> found.loc["cost-per-user", "nearest"], round(float(found.loc["cost-per-user", "correlation"]), 2)
    ('budget-variance', 0.98)
    >>> bool(found.loc["cost-per-user", "cluster"] == found.loc["budget-variance", "cluster"])
    True
    >>> found.loc["engagement", "reason"]
    'not compared with 26 KPIs: at most 20 months in common, 24 are needed'
    """
    if (size := number(above)) is None or not 0 < size <= 1:
        allowed = "above 0, up to 1"
        raise BscError(Fault("above", "this is no size of a correlation", got=str(above), allowed=allowed))
    correlation, months = departure_correlations(find_departures(actuals, scorecard, unit))
    ids, size = list(correlation.columns), len(correlation)
    strength = correlation.abs().to_numpy(copy=True)
    np.fill_diagonal(strength, np.nan)
    known = ~np.isnan(strength)
    best = np.where(known, strength, -1.0).argmax(axis=1)
    alone = ~known.any(axis=1)
    rows = np.arange(size)
    table = pd.DataFrame({"kpi": ids, "cluster": pd.factorize(_linked(strength, above)[0])[0] + 1})
    table["nearest"] = np.where(alone, "", np.array(ids, dtype=object)[best])
    table["correlation"] = np.where(alone, np.nan, correlation.to_numpy()[rows, best])
    table["months"] = np.where(alone, 0, months.to_numpy()[rows, best])
    table["not_compared"] = size - 1 - known.sum(axis=1)
    table["reason"] = [_reason(months.to_numpy(), known, row) for row in range(size)]
    return table


def _linked(strength: np.ndarray, above: float) -> tuple[np.ndarray, np.ndarray]:
    """The cluster of each KPI, and the order in which a dendrogram would show them."""
    from scipy.cluster.hierarchy import fcluster, leaves_list, linkage
    from scipy.spatial.distance import squareform

    if len(strength) < 2:
        return np.ones(len(strength), dtype=int), np.arange(len(strength))
    apart = 1 - np.nan_to_num(strength)
    np.fill_diagonal(apart, 0.0)
    tree = linkage(squareform(apart, checks=False), method="average")
    return fcluster(tree, 1 - above + 10**-DECIMALS, criterion="distance"), leaves_list(tree)


def _reason(months: np.ndarray, known: np.ndarray, row: int) -> str:
    others = np.delete(np.arange(len(known)), row)
    missing = others[~known[row, others]]
    short = missing[months[row, missing] < LEAST_MONTHS]
    flat = len(missing) - len(short)
    said = []
    if len(short):
        few = f"at most {months[row, short].max()} months in common, {LEAST_MONTHS} are needed"
        said.append(f"not compared with {counted(len(short), 'KPI')}: {few}")
    if flat:
        said.append(f"not compared with {counted(flat, 'KPI')}: one of the two does not vary")
    return "; ".join(said)


def cluster_order(correlation: pd.DataFrame, above: float = ABOVE) -> list[str]:
    """KPIs in an order in which those that move together stand side by side: the leaves of the tree that is cut."""
    return [str(id) for id in correlation.columns[_linked(correlation.abs().to_numpy(), above)[1]]]


def redundant_pairs(clusters: pd.DataFrame, scorecard: Scorecard | None = None) -> list[tuple[str, str]]:
    """The pairs of KPIs that move together, for `choose(..., apart=...)`.

    Parameters
    ----------
    clusters : DataFrame
        As `redundancy_clusters` returns it.
    scorecard : Scorecard, optional
        With it, only pairs whose formulas share a quantity: one then moves the other whatever happens, and chance or a
        hidden driver is no explanation.

    Returns
    -------
    list of tuple of str

    Examples
    --------
    >>> redundant_pairs(pd.DataFrame({"kpi": ["a", "b", "c", "d"], "cluster": [1, 2, 1, 1]}))
    [('a', 'c'), ('a', 'd'), ('c', 'd')]
    """
    groups = clusters.groupby("cluster", sort=False)["kpi"]
    pairs = [pair for _, group in groups for pair in combinations([str(id) for id in group], 2)]
    if scorecard is None:
        return pairs
    return [pair for pair in pairs if identity(*(scorecard.kpi(id).formula for id in pair))]


def apart_by_arithmetic(pairs: pd.DataFrame) -> list[tuple[str, str]]:
    """Of pairs as `kpi_correlations` gives them, those that move together and whose formulas share a quantity."""
    found = pairs[(pairs["left"].abs() >= ABOVE) & (pairs["by_arithmetic"] == "yes")]
    return list(zip(found["kpi"], found["other"], strict=True))
