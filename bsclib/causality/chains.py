"""Chains of cause and effect: from a driver, link by link, to an outcome, and what the whole chain rests on.

A chain holds only as far as each of its links does. Its total effect is the product of its links' responses, its total
lag the sum of their lags.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bsclib.errors import UnknownNameError, unknown
from bsclib.wording import arrow

if TYPE_CHECKING:
    import networkx as nx

WEAKEST_FIRST = ("refuted", "not_testable", "too_little_data", "supported")
COLUMNS = ["chain", "links", "effect", "lag", "verdict", "weakest", "weakest_p"]


def causal_chains(
    evidence: pd.DataFrame, start: str | None = None, end: str | None = None, most: int = 8
) -> pd.DataFrame:
    """Every way along the map from a driver to an outcome.

    Parameters
    ----------
    evidence : DataFrame
        As `link_evidence` gives it, for one unit.
    start, end : str, optional
        A KPI. By default the chains begin at every KPI that no link leads to, and end where no link leaves.
    most : int
        Chains of more links than these are left out.

    Returns
    -------
    DataFrame
        A row a chain, the longest first: `chain` (the KPIs joined by arrows), `links` (how many), `effect` (what one
        unit more of the first KPI does to the last in the long run, in the last one's units: the product of the links'
        `cumulative`; missing where one is), `lag` (months in all; missing where a link states none), `verdict` (the
        weakest link's), `weakest` (that link) and `weakest_p`.

    Raises
    ------
    UnknownNameError
        When no link has this start or end.

    Examples
    --------
    >>> evidence = pd.DataFrame({"cause": ["training", "quality"], "effect": ["quality", "sales"], "lag": [2, 3]})
    >>> evidence = evidence.assign(cumulative=[0.5, 4.0], p=[0.01, 0.2], verdict=["supported", "too_little_data"])
    >>> causal_chains(evidence)[["chain", "effect", "lag", "verdict", "weakest"]]
                           chain  effect  lag          verdict            weakest
    0  training → quality → sales     2.0  5.0  too_little_data  quality → sales
    """
    import networkx as nx

    graph = _graph(evidence)
    for kind, id in (("start", start), ("end", end)):
        if id is not None and id not in graph:
            raise UnknownNameError(unknown("linked KPI", id, graph, kind))
    starts = [start] if start else [kpi for kpi in graph if not graph.in_degree(kpi)]
    ends = [end] if end else [kpi for kpi in graph if not graph.out_degree(kpi)]
    rows = [
        _chain(_links_along(graph, way), way)
        for first in starts
        for last in ends
        if first != last
        for way in nx.all_simple_paths(graph, first, last, cutoff=most)
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(["links", "chain"], ascending=[False, True], kind="stable", ignore_index=True)


def lineage(evidence: pd.DataFrame, kpi: str) -> pd.DataFrame:
    """What is upstream and downstream of a KPI, near and far.

    Parameters
    ----------
    evidence : DataFrame
        As for `causal_chains`.
    kpi : str

    Returns
    -------
    DataFrame
        A row a KPI: `side` (upstream or downstream), `kpi`, `steps` (links on the shortest way), `verdict` (the weakest
        on that way).

    Raises
    ------
    UnknownNameError
        When no link touches the KPI.

    Examples
    --------
    >>> evidence = pd.DataFrame({"cause": ["training", "quality"], "effect": ["quality", "sales"]})
    >>> evidence = evidence.assign(p=[0.01, 0.2], verdict=["supported", "too_little_data"])
    >>> lineage(evidence, "quality")[["side", "kpi", "steps"]].values.tolist()
    [['upstream', 'training', 1], ['downstream', 'sales', 1]]
    """
    import networkx as nx

    graph = _graph(evidence)
    if kpi not in graph:
        raise UnknownNameError(unknown("linked KPI", kpi, graph, "kpi"))
    rows = [
        (side, other, len(way) - 1, _weakest(_links_along(turned, way)).verdict)
        for side, turned in (("upstream", graph.reverse()), ("downstream", graph))
        for other, way in nx.single_source_shortest_path(turned, kpi).items()
        if other != kpi
    ]
    return pd.DataFrame(rows, columns=["side", "kpi", "steps", "verdict"])


def _graph(evidence: pd.DataFrame) -> nx.DiGraph:
    """The links; of the same two KPIs at several lags, the one that the data say most for."""
    import networkx as nx

    graph = nx.DiGraph()
    for row in evidence.itertuples():
        known = graph.edges.get((row.cause, row.effect))
        if known is None or _weakest([known["row"], row]) is known["row"]:
            graph.add_edge(row.cause, row.effect, row=row)
    return graph


def _links_along(graph: nx.DiGraph, way: list[str]) -> list[Any]:
    return [graph.edges[step]["row"] for step in pairwise(way)]


def _weakest(rows: list[Any]) -> Any:
    return min(rows, key=lambda row: (WEAKEST_FIRST.index(row.verdict), -np.nan_to_num(row.p, nan=1.0)))


def _chain(rows: list[Any], way: list[str]) -> tuple[object, ...]:
    weakest = _weakest(rows)
    return (
        arrow(*way),
        len(rows),
        float(np.prod([row.cumulative for row in rows])),
        sum(np.nan if pd.isna(row.lag) else float(row.lag) for row in rows),
        weakest.verdict,
        arrow(weakest.cause, weakest.effect),
        weakest.p,
    )
