"""Exercises on chains: what arrives at the end, when, and which link it all hangs on."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd

from bsclib.causality.chains import WEAKEST_FIRST, causal_chains
from bsclib.reporting.evidence_tables import VERDICT_WORDS
from bsclib.study.answers import Choice, Number
from bsclib.study.exercises.case import Case, typed
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.wording import amount, arrow, effect_unit, listed, probability

MORE = 2.0
"""By how many units the first KPI of the chain moves."""


def _links(case: Case, whole: bool) -> pd.DataFrame:
    """The links of one chain, in its order: the longest, or the longest whose effects are all known; none without."""
    rows = causal_chains(case.evidence)
    rows = rows[rows["links"] > 1]
    if whole:
        rows = rows[rows["effect"].notna() & (rows["effect"] != 0) & (rows["links"] <= 4)]
    ends = [step for chain in rows["chain"].head(1) for step in pairwise(chain.split(arrow("", "")))]
    rows = case.evidence
    sure = rows.assign(rank=rows["verdict"].map(WEAKEST_FIRST.index), number=(rows.index + 1).astype(str))
    # Of one link stated at several lags, the one that `chains` goes along.
    sure = sure.sort_values(["rank", "p"], ascending=[False, True], kind="stable").drop_duplicates(["cause", "effect"])
    return sure.drop(columns="rank").set_index(["cause", "effect"]).loc[ends].reset_index()


def _ends(case: Case, links: pd.DataFrame) -> dict[str, object]:
    return {"first": case.called(links["cause"].iloc[0]), "last": case.called(links["effect"].iloc[-1])}


def _named(case: Case, links: pd.DataFrame) -> list[str]:
    return [case.link(*ends) for ends in zip(links["cause"], links["effect"], strict=True)]


@exercise(
    "first more last unit refuted", slips="promised one_unit at_lag added last_link first_link", nothing="no_chain"
)
def total_effect(case: Case) -> Facts:
    """What comes out at the end of a chain."""
    links = _links(case, whole=True)
    need(not links.empty, "no_chain")
    each = [typed(value) for value in links["cumulative"]]
    right = MORE * math.prod(each)
    at_lag = [typed(value) for value in links["estimate"]]
    refuted = listed(
        f"“{name}”" for name, verdict in zip(_named(case, links), links["verdict"], strict=True) if verdict == "refuted"
    )
    unit = effect_unit(case.scorecard.kpi(links["effect"].iloc[-1]).measured_in)
    return Facts(
        Number(right, within=0.02 * abs(right)),
        code=f"answer = {MORE!r}\nfor step in {each!r}:\n    answer = answer * step",
        names=_ends(case, links) | {"more": f"{MORE:g}", "unit": unit, "refuted": refuted},
        slips={
            "promised": 0.0 if refuted else math.nan,
            "one_unit": math.prod(each),
            "at_lag": MORE * math.prod(at_lag),
            "added": MORE * sum(each),
            "last_link": MORE * each[-1],
            "first_link": MORE * each[0],
        },
        given=(
            ("link", "one unit more adds at the lag", "and in the long run"),
            *zip(_named(case, links), map(amount, at_lag), map(amount, each), strict=True),
        ),
    )


@exercise("first last", slips="longest last counted", nothing="no_chain")
def total_lag(case: Case) -> Facts:
    """When it comes out at the end of a chain."""
    links = _links(case, whole=False)
    need(links["lag"].notna().all() and links["lag"].sum(), "no_chain")
    lags = [int(lag) for lag in links["lag"]]
    return Facts(
        Number(sum(lags), within=0.0),
        code=f"lags = {lags!r}\nanswer = sum(lags)",
        names=_ends(case, links),
        slips={"longest": float(max(lags)), "last": float(lags[-1]), "counted": float(len(lags))},
        given=(("link", "lag in months"), *zip(_named(case, links), map(str, lags), strict=True)),
    )


@exercise(slips="open last smallest_effect other", nothing="no_chain")
def weakest(case: Case) -> Facts:
    """Which link a chain hangs on."""
    links = _links(case, whole=False)
    need(not links.empty, "no_chain")
    of = dict(zip(links["number"], _named(case, links), strict=True))
    weakest_link = causal_chains(case.evidence)["weakest"].iloc[0]
    ids = {arrow(cause, effect): at for cause, effect, at in links[["cause", "effect", "number"]].to_numpy()}
    right = frozenset({ids[weakest_link]})
    effects = links["cumulative"].abs()
    least = frozenset({links["number"][effects.idxmin()]}) if effects.notna().any() else frozenset[str]()
    verdicts = dict(zip(of, links["verdict"], strict=True))
    is_open = (at for at, verdict in verdicts.items() if verdict == "too_little_data")
    waiting = frozenset(is_open if verdicts[ids[weakest_link]] == "refuted" else ())
    return Facts(
        Choice(right, of=of, kind="link of the chain", also=ids),
        code=(
            "from bsclib.causality import causal_chains, link_evidence\n\n"
            'answer = causal_chains(link_evidence(scorecard, actuals))["weakest"].iloc[0]  # of the longest chain'
        ),
        slips={
            "open": waiting,
            "last": frozenset({links["number"].iloc[-1]}),
            "smallest_effect": least,
            "other": frozenset(of),
        },
        given=(
            ("number", "link", "verdict", "p"),
            *zip(of, of.values(), links["verdict"].map(VERDICT_WORDS), links["p"].map(probability), strict=True),
        ),
    )
