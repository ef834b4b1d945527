"""Marking the review of lesson 10's draft: what was planted, what is fair, and why the rest is in order."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from bsclib.causality.truth import read_truth
from bsclib.design.review.findings import check_scorecard
from bsclib.errors import UnknownNameError, unknown
from bsclib.files.catalogue import kpi_catalogue
from bsclib.files.paths import shipped_folder
from bsclib.model.nouns import KPI
from bsclib.reporting.findings import in_words, place_named
from bsclib.study.lessons.lesson_10 import (
    HEAVY,
    KEY,
    answer_key,
    capstone,
    draft_tables,
    mended,
    tested_on_five_years,
)
from bsclib.study.marking import BESIDE, Marking, mark_flags
from bsclib.study.places import read_flags
from bsclib.wording import listed, quoted, sentence

ROUNDS = {
    1: frozenset({"hold-risk", "modernise", HEAVY, "first-contact-resolution", "sla-met"}),
    2: frozenset({"mttr", "csat", "mttr -> sla-met"}),
}
"""Which faults stand in the two tables of each round of the review."""
_TABLES = {1: ("objectives", "counted"), 2: ("aimed", "links")}
_SEEN = {"BSC207": 1, "BSC201": 1, "BSC702": 0}
"""The round whose tables show what a rule finds; 0 where none does, and the second for every other rule."""
_NO_LINK = "by the truth, which lesson 04 opened, there is no such link"
_NOT_SHOWN = "it stands in neither of these two tables"


def reviewed(findings: Any, turn: int) -> Marking:
    """What became of one round of the review: everything that was flagged gets its reason, found or not."""
    card, key = capstone()[0], answer_key()
    planted_here = key[key["where"].isin(_planted_in(turn))].reset_index(drop=True)
    flags, strange = read_flags(findings, card, _shown(turn))
    marked = mark_flags(flags, planted_here, card, fair())
    places = {flag.where: flag.places for flag in flags}
    why = [
        f"{sentence(_reason(sorted(places[row.where]), turn) or (BESIDE if row.why == BESIDE else _NOT_SHOWN))}."
        for row in marked.wrong.itertuples()
    ]
    return replace(
        marked,
        wrong=marked.wrong.assign(why=why),
        title=f"Round {turn}",
        where="here",
        unread=tuple(" ".join(map(sentence, (f"{one.what}.", one.fix))).strip() for one in strange),
    )


def planted(turn: int | None = None) -> pd.DataFrame:
    """The key with names in the place of ids, for a person to read: all of it, or one round's."""
    names = capstone()[0].names
    key = answer_key()
    key = key if turn is None else key[key["where"].isin(_planted_in(turn))].reset_index(drop=True)
    where = [place_named(place, names) for place in key["where"]]
    return pd.DataFrame({"where": where, "what is wrong": key["what"], "what harm it does": key["why"]})


def program_finds() -> pd.DataFrame:
    """What the linter finds in the draft, with names in the place of ids, and whether it was planted."""
    found = in_words(_found(), capstone()[0])[["where", "what", "planted"]]
    return found.assign(planted=["yes" if planted else "" for planted in found["planted"]])


def fair() -> pd.DataFrame:
    """What was there before and may well be flagged: what the linter finds, and links that do not exist."""
    found = _found()
    false = pd.DataFrame(
        [(where, what, 2) for where, what in _false_links().items()], columns=["where", "what", "turn"]
    )
    return pd.concat([false, found[~found["planted"]]], ignore_index=True)


def _planted_in(turn: int) -> frozenset[str]:
    if turn not in ROUNDS:
        raise UnknownNameError(unknown("round", str(turn), map(str, ROUNDS)))
    return ROUNDS[turn]


def _shown(turn: int) -> set[str]:
    """The names that stand in the two tables of a round."""
    tables = (draft_tables()[part] for part in _TABLES[turn])
    return {
        str(cell)
        for table in tables
        for column in ("name", "cause", "effect")
        if column in table
        for cell in table[column]
    }


def _reason(places: list[str], turn: int) -> str:
    """Why what was flagged is no planted fault: it is fair, or in order."""
    others = fair()
    others = others[others["where"].isin(places)]
    if len(here := others[others["turn"] == turn]):
        return f"fair: {here['what'].iloc[0]}"
    order = next(filter(None, (_in_order(place, turn) for place in places)), "")
    return f"{order or _NOT_SHOWN}. It is fair for another reason: {others['what'].iloc[0]}" if len(others) else order


def _in_order(place: str, turn: int) -> str:
    """Why a row of a round's tables is as it should be; empty where the tables do not hold it."""
    card = capstone()[0]
    if " -> " in place:
        verdict = tested_on_five_years().loc[place, "verdict"]
        known = ", and five years of data support it (lesson 04)" if verdict == "supported" else ""
        return f"it says its sign and its months{known}" if turn == 2 else _NOT_SHOWN
    if card.names.get(place) not in _shown(turn):
        return ""
    if place in {kpi.id for kpi in card.kpis}:
        return _counted(card.kpi(place)) if turn == 1 else _aimed(card.kpi(place))
    return "its name says what is to get better, it has an owner, and its weight is not out of line"


def _counted(kpi: KPI) -> str:
    """Why a KPI is counted and guarded as it should be."""
    if kpi.aggregate == "ratio":
        how = "it adds up its parts first, over months and ports, as a ratio should"
    else:
        how = f"it is the {kpi.aggregate} over time and the {kpi.across_units} across the ports, and that is meant"
    guards = listed(quoted(capstone()[0].names[id]) for id in kpi.guarded_by)
    return (
        f"{how}. {guards} would show a trick"
        if guards
        else f"{how}. It had no guard before the draft either. You may ask for one, but it is none of the {len(KEY)}"
    )


def _aimed(kpi: KPI) -> str:
    """Why a KPI's way from the baseline to the target is in order."""
    if kpi.direction == "within_range":
        return "it has a range to stay in, and no baseline is asked for"
    weights = {one.id: one.weight for one in capstone()[0].kpis_of(kpi.objective) if isinstance(one.weight, float)}
    own, whole = weights.get(kpi.id, 0.0), sum(weights.values())
    heavy = f". It weighs {own:g} of {whole:g} in its objective. You may ask why, but it is none of the {len(KEY)}"
    weight = heavy if len(weights) > 1 and own > whole / 2 else ""
    if kpi.floor is None:
        return f"without a floor its score is 0 at the baseline. You may ask, but nothing in the score is wrong{weight}"
    began, floor = f"{kpi.baseline_value:g}", f"{kpi.floor:g}"
    return f"its target is better than its baseline of {began}, and its floor of {floor} is worse than both{weight}"


@cache
def _false_links() -> dict[str, str]:
    """What lesson 04 showed of links that do not exist; the linter finds the arithmetic one."""
    verdicts = tested_on_five_years()["verdict"]
    said = {
        "refuted": "five years of data refuted it (lesson 04), and the working group kept it",
        "too_little_data": f"five years are too little data for it, and {_NO_LINK}",
        "supported": f"five years of data support it, and yet {_NO_LINK}",
    }
    false = read_truth(shipped_folder() / "datasets" / "meridian" / "truth.yaml").false_links
    told = {place: said.get(str(verdicts[place]), "") for place in (f"{one.cause} -> {one.effect}" for one in false)}
    return {place: what for place, what in told.items() if what}


@cache
def _found() -> pd.DataFrame:
    """What the linter finds in the draft, whether it was `planted`, and the `turn` whose tables show it."""
    key = {(rule, where) for rule, where, *_ in KEY}
    found = check_scorecard(*capstone())
    places = list(zip(found["rule"], found["where"], strict=True))
    return found.assign(
        what=[_unguarded(row.where) if row.rule == "BSC207" else row.what for row in found.itertuples()],
        planted=[place in key for place in places],
        turn=[_SEEN.get(rule, 2) for rule, _ in places],
    )


def _unguarded(id: str) -> str:
    """How a KPI without a guard is gamed; what guarded it before the draft is named, with the trick that it shows."""
    card, entries = mended(), kpi_catalogue()
    kpi = card.kpi(id)
    if not kpi.guarded_by:
        trick = entries.loc[entries["id"] == kpi.catalogue, "gamed_by"].iloc[0]
        return f"no KPI guards it. How it is gamed: {trick.rstrip('.')}"
    guard = card.kpi(kpi.guarded_by[0])
    trick = entries.loc[entries["counter_kpi"] == guard.catalogue, "gamed_by"].iloc[0]
    return f"no KPI guards it; {quoted(guard.name)} would. How it is gamed: {trick.rstrip('.')}"
