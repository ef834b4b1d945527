"""Chains of cause and effect: from a driver, link by link, to an outcome, and what the whole chain rests on.

A chain holds only as far as each of its links does. Its total effect is the product of its links' responses, its total
lag the sum of their lags.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from bsclib.errors import UnknownNameError, unknown
from bsclib.model.nouns import Scorecard
from bsclib.wording import arrow

WEAKEST_FIRST = ("refuted", "not_testable", "too_little_data", "supported")
COLUMNS = ["chain", "links", "effect", "lag", "verdict", "weakest", "weakest_p"]


def chains(evidence: pd.DataFrame, start: str | None = None, end: str | None = None, most: int = 8) -> pd.DataFrame:
    """Every way along the map from a driver to an outcome.

    Parameters
    ----------
    evidence : DataFrame
        As `bsclib.causality.evidence.link_evidence` gives it, for one unit.
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
    >>> evidence = pd.DataFrame(
    ...     {
    ...         "cause": ["training", "quality"],
    ...         "effect": ["quality", "sales"],
    ...         "lag": [2, 3],
    ...         "cumulative": [0.5, 4.0],
    ...         "p": [0.01, 0.2],
    ...         "verdict": ["supported", "too_little_data"],
    ...     }
    ... )
    >>> chains(evidence)[["chain", "effect", "lag", "verdict", "weakest"]]
                           chain  effect  lag          verdict            weakest
    0  training → quality → sales     2.0  5.0  too_little_data  quality → sales
    """
    graph = _graph(evidence)
    for kind, id in (("start", start), ("end", end)):
        if id is not None and id not in graph:
            raise UnknownNameError(unknown("linked KPI", id, graph, kind))
    starts = [start] if start else [one for one in graph if not graph.in_degree(one)]
    ends = [end] if end else [one for one in graph if not graph.out_degree(one)]
    found = [
        _chain(_along(graph, way), way)
        for one in starts
        for other in ends
        if one != other
        for way in nx.all_simple_paths(graph, one, other, cutoff=most)
    ]
    frame = pd.DataFrame(found, columns=COLUMNS)
    return frame.sort_values(["links", "chain"], ascending=[False, True], kind="stable", ignore_index=True)


def _graph(evidence: pd.DataFrame) -> nx.DiGraph:
    """The links; of the same two KPIs at several lags, the one that the data say most for."""
    graph = nx.DiGraph()
    for row in evidence.itertuples():
        known = graph.edges.get((row.cause, row.effect))
        if known is None or _weakest([known["row"], row]) is known["row"]:
            graph.add_edge(row.cause, row.effect, row=row)
    return graph


def _along(graph: nx.DiGraph, way: list[str]) -> list[Any]:
    """The links of a way, in its order."""
    return [graph.edges[step]["row"] for step in pairwise(way)]


def _weakest(rows: list[Any]) -> Any:
    return min(rows, key=lambda row: (WEAKEST_FIRST.index(row.verdict), -np.nan_to_num(row.p, nan=1.0)))


def _chain(rows: list[Any], way: list[str]) -> tuple[object, ...]:
    weakest = _weakest(rows)
    return (
        " → ".join(way),
        len(rows),
        float(np.prod([row.cumulative for row in rows])),
        sum(np.nan if pd.isna(row.lag) else float(row.lag) for row in rows),
        weakest.verdict,
        arrow(weakest.cause, weakest.effect),
        weakest.p,
    )


def around(evidence: pd.DataFrame, kpi: str) -> pd.DataFrame:
    """What is upstream and downstream of a KPI, near and far.

    Parameters
    ----------
    evidence : DataFrame
        As for `chains`.
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
    """
    graph = _graph(evidence)
    if kpi not in graph:
        raise UnknownNameError(unknown("linked KPI", kpi, graph, "kpi"))
    rows = []
    for side, turned in (("upstream", graph.reverse()), ("downstream", graph)):
        for other, way in nx.single_source_shortest_path(turned, kpi).items():
            if other != kpi:
                rows.append((side, other, len(way) - 1, _weakest(_along(turned, way)).verdict))
    return pd.DataFrame(rows, columns=["side", "kpi", "steps", "verdict"])


def map_quality(scorecard: Scorecard, evidence: pd.DataFrame) -> dict[str, object]:
    """What a map is worth: how much of it is tested, contradicted, left out, or hangs in the air.

    Parameters
    ----------
    scorecard : Scorecard
    evidence : DataFrame
        As for `chains`.

    Returns
    -------
    dict
        `links`; `supported`, `contradicted` (refuted) and `untested` (too little data, or not testable) as shares of
        them, missing without links; `orphans`, the KPIs that no link touches; `longest_unproven`, the longest chain
        without a supported link, and "" where there is none.
    """
    verdicts = evidence["verdict"]
    count = len(evidence)
    linked = set(evidence["cause"]) | set(evidence["effect"])
    unproven = chains(evidence[verdicts != "supported"])
    return {
        "links": count,
        "supported": _share(verdicts == "supported"),
        "contradicted": _share(verdicts == "refuted"),
        "untested": _share(verdicts.isin(["too_little_data", "not_testable"])),
        "orphans": [kpi.id for kpi in scorecard.kpis if kpi.id not in linked],
        "longest_unproven": unproven["chain"].iloc[0] if len(unproven) else "",
    }


def _share(marks: pd.Series) -> float:
    return float(marks.mean()) if len(marks) else float("nan")


def map_words(evidence: pd.DataFrame, quality: Mapping[str, Any]) -> list[str]:
    """What a tested map is worth, and what no data can tell of it, in sentences.

    Parameters
    ----------
    evidence : DataFrame
        As for `chains`. Its ``attrs`` say how its placebo links fared.
    quality : mapping
        As `map_quality` gives it.

    Returns
    -------
    list of str
        How many links have which verdict; how many placebo links would have been supported, beside how many chance
        allows (``0.1 · supported / tested``; more than twice that is called far more); shares, the longest unproven
        chain and the KPIs left out; and which supported link the weakest unseen driver would explain away.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> from bsclib.causality.evidence import link_evidence
    >>> card = read_scorecard("meridian")
    >>> evidence = link_evidence(card, read_actuals("meridian"))
    >>> map_words(evidence, map_quality(card, evidence))[0]
    '20 links: ... supported, ... refuted, ... too little data, 1 not testable.'
    """
    if evidence.empty:
        return ["The map has no links: there is nothing to test."]
    counts = evidence["verdict"].value_counts()
    told = [f"{counts[one]} {one.replace('_', ' ')}" for one in _TOLD if counts.get(one)]
    found = [f"{_many(len(evidence), 'link')}: {', '.join(told)}.", *_placebo_words(evidence.attrs)]
    shares = [f"{quality[word]:.0%} {word}" for word in ("supported", "contradicted", "untested")]
    found.append(f"The map: {', '.join(shares)}.")
    orphans = quality["orphans"]
    if quality["longest_unproven"]:
        found.append(f"Longest chain without a supported link: {quality['longest_unproven']}.")
    if orphans:
        more = f" and {len(orphans) - 8} more" if len(orphans) > 8 else ""
        found.append(f"No link touches {', '.join(orphans[:8])}{more}.")
    found.append("What no data can tell: whether something that nobody measured drives both ends of a link.")
    hidden = evidence.loc[evidence["verdict"] == "supported", "hidden_driver"].dropna()
    if len(hidden):
        row = evidence.loc[hidden.idxmin()]
        by = f"a driver that makes up {hidden.min():.0%} of the noise of both"
        found.append(f"Easiest to explain away: {arrow(row['cause'], row['effect'])}, by {by}.")
    return found


_TOLD = ("supported", "refuted", "too_little_data", "not_testable")


def _placebo_words(about: Mapping[Any, Any]) -> list[str]:
    if not about.get("placebos"):
        return []
    chance, share = 0.1 * about["supported"] / about["tested"], about["placebo_share"]
    links = f"{_many(about['placebos'], 'placebo link')}, which nobody claimed"
    passed = f"{about['placebos_supported']} ({share:.0%}) would have been supported"
    found = [f"Of {links}, {passed}; chance alone allows {chance:.0%}."]
    if share > 2 * chance:
        found.append("That is far more than chance: something unseen moves these KPIs together.")
    return found


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
