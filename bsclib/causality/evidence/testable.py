"""Which links no data could test, and why."""

from __future__ import annotations

from collections.abc import Sequence

from bsclib.causality.evidence import wording
from bsclib.model import formula
from bsclib.model.graph import in_feedback
from bsclib.model.nouns import Link, Scorecard


def untestable(scorecard: Scorecard) -> dict[int, str]:
    """The links that cannot be tested whatever the data, by their place in the scorecard, and why in words.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> untestable(read_scorecard("meridian"))
    {19: 'arithmetic, not cause and effect: both are computed from it_spend'}
    """
    found: dict[int, str] = {}
    together = at_once(scorecard.links)
    for n, link in enumerate(scorecard.links):
        cause, effect = scorecard.kpi(link.cause), scorecard.kpi(link.effect)
        lacking = [word for word, part in (("sign", link.sign), ("lag", link.lag)) if part is None]
        if formula.identity(cause.formula, effect.formula):
            shared = _shared(cause.formula, effect.formula)
            found[n] = f"arithmetic, not cause and effect: both are computed from {wording.names(shared)}"
        elif n in together:
            way = f"{cause.name} comes back to itself, by way of {effect.name}, within the same period"
            found[n] = f"feedback without a lag: {way}"
        elif lacking:
            found[n] = f"the link states no {' and no '.join(lacking)}"
    return found


def _shared(one: str, other: str) -> list[str]:
    return sorted(frozenset.union(*formula.quantities(one)) & frozenset.union(*formula.quantities(other)))


def at_once(links: Sequence[Link]) -> set[int]:
    """The links on a way from a KPI back to itself on which no time passes, or none is stated."""
    return in_feedback(links, [n for n, link in enumerate(links) if not link.lag])
