"""The strategy map as a whole: what it claims, what of that the data support, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from bsclib.causality.chains import causal_chains
from bsclib.causality.evidence.judging import SUPPORTED, VERDICTS, Q
from bsclib.model.nouns import Link, Scorecard
from bsclib.model.status import words
from bsclib.wording import arrow, counted, percent

LEVEL = 0.05
"""Chance of so many placebo links without reason, below which they are a warning."""
MANY = 1.5
"""How many times as many as expected are a warning."""


def supported_links(scorecard: Scorecard, evidence: pd.DataFrame) -> list[Link]:
    """The links of the map that the data support, with the lag that was found.

    Parameters
    ----------
    scorecard : Scorecard
    evidence : DataFrame
        As `link_evidence` gives it for this scorecard.

    Returns
    -------
    list of Link

    Examples
    --------
    >>> from bsclib import link_evidence, read_actuals, read_scorecard
    >>> card = read_scorecard("meridian")
    >>> links = supported_links(card, link_evidence(card, read_actuals("meridian")))
    >>> [link.lag for link in links if link.effect == "audit-findings"]
    [3]
    """
    rows = zip(scorecard.links, evidence["verdict"], evidence["lag_found"], strict=True)
    return [link.model_copy(update={"lag": int(lag)}) for link, verdict, lag in rows if verdict == SUPPORTED]


def placebo_check(evidence: pd.DataFrame) -> pd.DataFrame:
    """How many links pass that nobody claimed, beside those of the map.

    Parameters
    ----------
    evidence : DataFrame
        As `link_evidence` gives it.

    Returns
    -------
    DataFrame
        `links` (claimed, or placebo), how many were `tested`, how many `passed`, and the `share` of them; `expected` is
        the share of placebo links that chance lets pass, 0.1 times that of the claimed ones (of one, where none
        passed). No rows when no placebo link, or none that the map claims, could be tested. If far more pass than
        expected, something unseen moves these KPIs together.

    Examples
    --------
    >>> from bsclib import link_evidence, read_actuals, read_scorecard
    >>> evidence = link_evidence(read_scorecard("meridian"), read_actuals("meridian"))
    >>> placebo_check(evidence)["links"].tolist()
    ['claimed by the map', 'placebo']
    """
    if evidence.empty or not evidence["placebos"].iloc[0] or not evidence["p"].notna().any():
        return pd.DataFrame(columns=["links", "tested", "passed", "share", "expected"])
    placebos, passed = (int(evidence[name].iloc[0]) for name in ("placebos", "placebos_supported"))
    claimed = int(evidence["p"].notna().sum()), int((evidence["verdict"] == SUPPORTED).sum())
    rows = [("claimed by the map", *claimed), ("placebo", placebos, passed)]
    table = pd.DataFrame(rows, columns=["links", "tested", "passed"])
    # The cut that a placebo has to pass is that of the map's own links, of which the best is always held against Q / m.
    expected = Q * max(claimed[1], 1) / claimed[0]
    return table.assign(share=table["passed"] / table["tested"], expected=[float("nan"), expected])


def map_quality(scorecard: Scorecard, evidence: pd.DataFrame) -> dict[str, Any]:
    """How much of a map is supported, contradicted, untested; its `orphans`, and its `longest_unproven` chain."""
    verdicts = evidence["verdict"]
    linked = set(evidence["cause"]) | set(evidence["effect"])
    unproven = causal_chains(evidence[verdicts != SUPPORTED])["chain"]
    kinds = {"supported": [SUPPORTED], "contradicted": ["refuted"], "untested": ["too_little_data", "not_testable"]}
    return {
        "links": len(evidence),
        **{kind: float(verdicts.isin(those).mean()) for kind, those in kinds.items()},
        "orphans": [kpi.id for kpi in scorecard.kpis if kpi.id not in linked],
        "longest_unproven": next(iter(unproven), ""),
    }


def map_words(evidence: pd.DataFrame, quality: Mapping[str, Any]) -> list[str]:
    """What a tested map is worth, by `map_quality`, and what no data can tell of it, in sentences."""
    if evidence.empty:
        return ["The map has no links: there is nothing to test."]
    counts = evidence["verdict"].value_counts()
    told = [f"{counts[verdict]} {words(verdict)}" for verdict in VERDICTS if counts.get(verdict)]
    sentences = [f"{counted(len(evidence), 'link')}: {', '.join(told)}.", *_placebo_words(evidence)]
    shares = [f"{percent(quality[word])} {word}" for word in ("supported", "contradicted", "untested")]
    sentences.append(f"The map: {', '.join(shares)}.")
    if quality["longest_unproven"]:
        sentences.append(f"Longest chain without a supported link: {quality['longest_unproven']}.")
    if orphans := quality["orphans"]:
        more = f" and {len(orphans) - 8} more" if len(orphans) > 8 else ""
        sentences.append(f"No link touches {', '.join(orphans[:8])}{more}.")
    sentences.append("What no data can tell: whether something that nobody measured drives both ends of a link.")
    hidden = evidence.loc[evidence["verdict"] == SUPPORTED, "hidden_driver"].dropna()
    if len(hidden):
        row = evidence.loc[hidden.idxmin()]
        by = f"a driver that makes up {percent(hidden.min())} of the noise of both"
        sentences.append(f"Easiest to explain away: {arrow(row['cause'], row['effect'])}, by {by}.")
    return sentences


def placebo_warning(evidence: pd.DataFrame) -> str:
    """What to say where more placebo links pass than chance allows; the supported links deserve less trust then.

    Parameters
    ----------
    evidence : DataFrame
        As `link_evidence` gives it.

    Returns
    -------
    str
        A sentence; empty where half as many again as `placebo_check` expects, or fewer, pass, or so many would pass by
        chance in more than 5 % of maps (binomial).

    Examples
    --------
    >>> evidence = pd.DataFrame({"p": [0.01, 0.5], "verdict": ["supported", "refuted"], "placebos": 80})
    >>> placebo_warning(evidence.assign(placebos_supported=12)).partition(": ")[0]
    '12 of 80 placebo links that nobody claimed pass, where chance allows 4.0'
    >>> placebo_warning(evidence.assign(placebos_supported=5))
    ''
    """
    from scipy.special import bdtrc

    check = placebo_check(evidence)
    if check.empty:
        return ""
    tested, passed = int(check.iloc[1]["tested"]), int(check.iloc[1]["passed"])
    expected = float(check.iloc[1]["expected"])
    # Half as many again, because few are expected; and sure enough, because of few one more or less passes by chance.
    if passed <= MANY * expected * tested or bdtrc(passed - 1, tested, expected) > LEVEL:
        return ""
    return (
        f"{passed} of {counted(tested, 'placebo link')} that nobody claimed pass, where chance allows "
        f"{expected * tested:.1f}: something unseen moves these KPIs together."
    )


def _placebo_words(evidence: pd.DataFrame) -> list[str]:
    check = placebo_check(evidence)
    if check.empty:
        return []
    placebo = check.iloc[1]
    links = f"{counted(placebo['tested'], 'placebo link')}, which nobody claimed"
    passed = f"{placebo['passed']} ({percent(placebo['share'])}) would have been supported"
    sentences = [f"Of {links}, {passed}; chance alone allows {percent(placebo['expected'])}."]
    if placebo_warning(evidence):
        sentences.append("That is far more than chance: something unseen moves these KPIs together.")
    return sentences
