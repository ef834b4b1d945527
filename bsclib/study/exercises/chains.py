"""Exercises on chains: what arrives at the end, when, and which link it all hangs on."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd

from bsclib.causality.chains import WEAKEST_FIRST, causal_chains
from bsclib.reporting.evidence_tables import VERDICT_WORDS
from bsclib.study.answers import Choice, Number
from bsclib.study.exercises import Case, Question, Slip, apart, precision
from bsclib.wording import amount, arrow, probability

_NONE = "No two links of this map follow each other"
MORE = 2.0
"""By how many units the first KPI of the chain moves."""


def _links(case: Case, whole: bool) -> pd.DataFrame | None:
    """The links of one chain, in its order: the longest one, or the longest whose effects are all known."""
    rows = causal_chains(case.evidence)
    rows = rows[rows["links"] > 1]
    if whole:
        rows = rows[rows["effect"].notna() & (rows["effect"] != 0) & (rows["links"] <= 4)]
    if rows.empty:
        return None
    ends = list(pairwise(str(rows.iloc[0]["chain"]).split(" → ")))
    sure = case.evidence.assign(rank=case.evidence["verdict"].map(WEAKEST_FIRST.index))
    # Of one link stated at several lags, the one that `chains` goes along.
    sure = sure.sort_values(["rank", "p"], ascending=[False, True], kind="stable").drop_duplicates(["cause", "effect"])
    return sure.drop(columns="rank").set_index(["cause", "effect"]).loc[ends].reset_index()


def _named(links: pd.DataFrame) -> list[str]:
    return [arrow(*ends) for ends in zip(links["cause"], links["effect"], strict=True)]


def total_effect(case: Case) -> Question | str:
    """What comes out at the end of a chain."""
    links = _links(case, whole=True)
    if links is None:
        return f"{_NONE} with an effect that the data can tell."
    each = [float(f"{value:.3g}") for value in links["cumulative"]]
    right = MORE * math.prod(each)
    first, last = str(links["cause"].iloc[0]), str(links["effect"].iloc[-1])
    expects = Number(right, within=0.02 * abs(right))
    unit = case.scorecard.kpi(last).measured_in
    return Question(
        text=f"{case.called(first)} goes up by {MORE:g}. What does that add to {case.called(last)} in the long run, if "
        "every link of the chain holds and nothing else moves?\nThe table gives what one unit more of each cause adds "
        f"to its effect.{f' It is measured in {unit}.' if unit else ''} (2 % off is let pass.)",
        expects=expects,
        words="effects multiply along a chain, and each link is uncertain. After a few links little is left, and less "
        "that is sure.",
        code=f"answer = {MORE!r}\nfor effect in {each!r}:\n    answer = answer * effect",
        hints=(
            f"What do {MORE:g} units more of the first do to the second?",
            "That is what the second moves by. What does it do to the third? And so on.",
            "Multiply all of them; a minus turns the direction round.",
        ),
        slips=apart(
            expects,
            Slip(math.prod(each), f"this is for one unit more of the first. It goes up by {MORE:g}."),
            Slip(MORE * sum(each), "effects along a chain multiply; they do not add up."),
            Slip(MORE * each[-1], "this is the last link alone, as if its cause had gone up so much."),
            Slip(MORE * each[0], "this is the first link alone: it arrives at the second KPI."),
        ),
        given=(
            ("link", "effect of one unit more"),
            *((link, amount(value)) for link, value in zip(_named(links), each, strict=True)),
        ),
    )


def total_lag(case: Case) -> Question | str:
    """When it comes out at the end of a chain."""
    links = _links(case, whole=False)
    if links is None or links["lag"].isna().any() or not float(links["lag"].sum()):
        return f"{_NONE} with a lag each."
    lags = [int(one) for one in links["lag"]]
    first, last = str(links["cause"].iloc[0]), str(links["effect"].iloc[-1])
    expects = Number(float(sum(lags)), within=0.0)
    return Question(
        text=f"{case.called(first)} gets better this month. After how many months does {case.called(last)} feel it "
        f"first, if every link of this chain acts at its stated lag? Give it {precision(0).split(' (')[0]}.",
        expects=expects,
        words="until then the outcome says nothing of what is being done now. Who judges a driver by this month's "
        "outcome judges what was done long ago.",
        code=f"lags = {lags!r}\nanswer = sum(lags)",
        hints=("Each link waits for the one before it.", "So the lags add up."),
        slips=apart(
            expects,
            Slip(float(max(lags)), "this is the longest of the lags. Each link waits for the one before it."),
            Slip(float(lags[-1]), "this is the last link's lag. The change has to get there first."),
            Slip(float(len(lags)), "this counts the links. How long does each of them take?"),
        ),
        given=(
            ("link", "lag in months"),
            *((link, str(lag)) for link, lag in zip(_named(links), lags, strict=True)),
        ),
    )


def weakest(case: Case) -> Question | str:
    """Which link a chain hangs on."""
    links = _links(case, whole=False)
    if links is None:
        return f"{_NONE}."
    named = _named(links)
    of = {str(at): link for at, link in enumerate(named, 1)}
    rows = causal_chains(case.evidence)
    right = frozenset({str(named.index(rows["weakest"].iloc[0]) + 1)})
    expects = Choice(right, of=of, kind="link of the chain")
    effects = links["cumulative"].abs()
    least = frozenset({str(int(effects.idxmin()) + 1)}) if effects.notna().any() else frozenset[str]()
    return Question(
        text="Which link does this whole chain hang on: which one is the weakest? A refuted link is weaker than one "
        "that cannot be tested, that one weaker than one with too little data; of equals the one with the larger p is "
        "weaker.\nGive its number.",
        expects=expects,
        words="a chain holds only as far as its weakest link. Work on the first KPI is paid for at the last one only "
        "if all of them hold.",
        code="from bsclib.causality import causal_chains, link_evidence\n\n"
        'answer = causal_chains(link_evidence(scorecard, actuals))["weakest"].iloc[0]  # of the longest chain',
        hints=("Look at the verdicts first, and at p only among equals.", "Refuted comes before everything else."),
        slips=apart(
            expects,
            Slip(frozenset({str(len(of))}), "the last link is not weaker for being last."),
            Slip(least, "its effect is small, in its own units. Weak means little supported."),
            Slip(frozenset(of), "another one has a worse verdict, or a larger p."),
        ),
        given=(
            ("number", "link", "verdict", "p"),
            *(
                (number, link, VERDICT_WORDS[str(row.verdict)], probability(row.p))
                for (number, link), row in zip(of.items(), links.itertuples(), strict=True)
            ),
        ),
    )
