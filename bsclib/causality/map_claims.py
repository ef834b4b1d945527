"""The strategy map as hypotheses: what it claims, what correlation makes of the rest, and who was right.

What lesson 04 asks of a map around the testing that `bsclib.causality.evidence` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np
import pandas as pd

from bsclib.actuals.correlations import kpi_correlations
from bsclib.causality.chains import map_quality
from bsclib.causality.correlation_test import LEVEL, chance
from bsclib.causality.evidence.judging import Q
from bsclib.causality.evidence.testable import untestable
from bsclib.causality.grade import GRADES, grade_map
from bsclib.causality.truth import Truth
from bsclib.model.nouns import Link, Scorecard

# ---------------------------------------------------------------------------------------------------- what is claimed


def claims(scorecard: Scorecard) -> pd.DataFrame:
    """What each link of the map claims, and what it leaves open.

    Parameters
    ----------
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        A row a link, in the scorecard's order: `number` (from 1), `cause`, `effect`, `sign`, `lag` (months), `window`
        (months to either side), `smallest_effect` (missing where none is stated), `testable` (``"yes"``, or why not)
        and `why`.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> found = claims(read_scorecard("meridian"))
    >>> found.loc[3, ["cause", "effect", "sign", "testable"]].tolist()
    ['automation-coverage', 'mttr', '-', 'yes']
    """
    open_ = untestable(scorecard)
    rows = [
        (
            at + 1,
            *(link.cause, link.effect, link.sign or "", link.lag, link.window, link.smallest_effect),
            *(open_.get(at, "yes"), link.why),
        )
        for at, link in enumerate(scorecard.links)
    ]
    columns = ["number", "cause", "effect", "sign", "lag", "window", "smallest_effect", "testable", "why"]
    return pd.DataFrame(rows, columns=columns).astype({"lag": "Int64", "smallest_effect": float})


def strangers(scorecard: Scorecard, actuals: pd.DataFrame) -> pd.DataFrame:
    """Pairs of KPIs that the map does not join in any way, and how often correlation finds something in them.

    Parameters
    ----------
    scorecard : Scorecard
        Pairs that a way along its links joins, or one KPI that drives both, or arithmetic, are left out.
    actuals : DataFrame
        What was observed.

    Returns
    -------
    DataFrame
        A row a pair with 24 months or more in common: `kpi`, `other`, `months`; `raw`, their correlation as they are,
        with its chance `raw_p`; `left`, that of their departures from trend, season and events, with `left_p`.
    """
    graph = nx.DiGraph((link.cause, link.effect) for link in scorecard.links)
    above = {id: {id, *nx.ancestors(graph, id)} if id in graph else {id} for id in (kpi.id for kpi in scorecard.kpis)}
    pairs = kpi_correlations(actuals, scorecard)
    apart = [
        not above[a] & above[b] and arithmetic == "no"
        for a, b, arithmetic in zip(pairs["kpi"], pairs["other"], pairs["by_arithmetic"], strict=True)
    ]
    found = pairs[np.array(apart, dtype=bool)].drop(columns="by_arithmetic").reset_index(drop=True)
    for name in ("raw", "left"):
        found[f"{name}_p"] = chance(found[name].to_numpy(float), found["months"].to_numpy(float))
    return found[["kpi", "other", "months", "raw", "raw_p", "left", "left_p"]]


def found_by_correlation(pairs: pd.DataFrame) -> pd.DataFrame:
    """How many pairs that the map does not join correlate all the same.

    Parameters
    ----------
    pairs : DataFrame
        As `strangers` gives it.

    Returns
    -------
    DataFrame
        Two rows, `correlated` (how) and `share` (of the pairs, those with p < 0.05), or none when there are no pairs.
    """
    shares = {"as observed": pairs["raw_p"], "with trend, season and events taken out": pairs["left_p"]}
    rows = [(how, float((p < LEVEL).mean())) for how, p in shares.items()] if len(pairs) else []
    return pd.DataFrame(rows, columns=["correlated", "share"])


# ----------------------------------------------------------------------------------------------------- what is told


def quality(scorecard: Scorecard, evidence: pd.DataFrame) -> pd.DataFrame:
    """What a map is worth, in words.

    Parameters
    ----------
    scorecard : Scorecard
    evidence : DataFrame
        As `bsclib.causality.evidence.link_evidence` gives it for this scorecard.

    Returns
    -------
    DataFrame
        `what` and `value`, both text, after `bsclib.causality.chains.map_quality`.
    """
    found = map_quality(scorecard, evidence)
    orphans = found["orphans"]
    rows = [
        ("links", str(found["links"])),
        *((word, f"{found[word]:.0%}") for word in ("supported", "contradicted", "untested") if found["links"]),
        ("KPIs that no link touches", ", ".join(orphans) if isinstance(orphans, list) and orphans else "none"),
        ("longest chain without a supported link", str(found["longest_unproven"]) or "none"),
    ]
    return pd.DataFrame(rows, columns=["what", "value"])


def placebo_check(evidence: pd.DataFrame) -> pd.DataFrame:
    """How many links pass that nobody claimed, beside those of the map.

    Parameters
    ----------
    evidence : DataFrame
        As `bsclib.causality.evidence.link_evidence` gives it, with its ``attrs``.

    Returns
    -------
    DataFrame
        `links` (claimed, or placebo), how many were `tested`, how many `passed`, and the `share` of them; `expected` is
        the share of placebo links that chance lets pass, 0.1 times that of the claimed ones. No rows when there are no
        placebo links.
    """
    told = evidence.attrs
    if not told["placebos"]:
        return pd.DataFrame(columns=["links", "tested", "passed", "share", "expected"])
    rows = [
        ("claimed by the map", told["tested"], told["supported"]),
        ("placebo", told["placebos"], told["placebos_supported"]),
    ]
    found = pd.DataFrame(rows, columns=["links", "tested", "passed"])
    shares = found["passed"] / found["tested"]
    return found.assign(share=shares, expected=[float("nan"), Q * shares.iloc[0]])


# ------------------------------------------------------------------------------------------------- who was right


def supported_links(scorecard: Scorecard, evidence: pd.DataFrame) -> list[Link]:
    """The links of the map that the data support, with the lag that was found.

    Parameters
    ----------
    scorecard : Scorecard
    evidence : DataFrame
        As `bsclib.causality.evidence.link_evidence` gives it for this scorecard.
    """
    rows = zip(scorecard.links, evidence["verdict"], evidence["lag_found"], strict=True)
    return [link.model_copy(update={"lag": int(lag)}) for link, verdict, lag in rows if verdict == "supported"]


def graded(scorecard: Scorecard, truth: Truth, maps: Mapping[str, Sequence[Link]]) -> pd.DataFrame:
    """Several maps of one scorecard held against the truth, a row each.

    Parameters
    ----------
    scorecard : Scorecard
    truth : Truth
    maps : mapping of str to sequence of Link
        By what to call them.

    Returns
    -------
    DataFrame
        `map`, `links`, and how many of them have each of `bsclib.causality.grade.GRADES`; `missed` are links that exist
        and that the map lacks.
    """
    rows = []
    for called, links in maps.items():
        counts = grade_map(scorecard, truth, links)["grade"].value_counts()
        rows.append((called, len(links), *(int(counts.get(grade, 0)) for grade in GRADES)))
    return pd.DataFrame(rows, columns=["map", "links", *(grade.replace(" ", "_") for grade in GRADES)])
