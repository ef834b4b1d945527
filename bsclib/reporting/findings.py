"""Findings of the review as a person reads them, who has no file open."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bsclib.design.review.findings import RULES
from bsclib.model.nouns import Scorecard
from bsclib.wording import arrow

_REMEDIES = {rule.id: rule.remedy for rule in RULES}


def in_words(findings: pd.DataFrame, card: Scorecard) -> pd.DataFrame:
    """Findings with names as their places, and with remedies that name no field of a file."""
    works = {work.id: work.name for work in card.initiatives} | {one.id: one.action for one in card.actions}
    names = {**works, **card.names}
    return findings.assign(
        where=[place_named(where, names) for where in findings["where"]],
        fix=[_REMEDIES[rule] for rule in findings["rule"]],
    )


def place_named(where: str, names: Mapping[str, str]) -> str:
    """A place by names: one thing, several, or links; a name that somebody wrote stays as it is, with its comma."""
    links = [one.split(" -> ") for one in where.split(", ")]
    if all(id in names for ends in links for id in ends):
        return "; ".join(arrow(*(names[id] for id in ends)) for ends in links)
    return arrow(*(names.get(end, end) for end in where.split(" -> ")))
