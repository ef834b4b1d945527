"""Which links no data could test, or these data cannot, and why."""

from __future__ import annotations

from collections.abc import Sequence

from bsclib.causality.evidence.series import LinkPanel, Series
from bsclib.model import formula
from bsclib.model.graph import in_feedback
from bsclib.model.nouns import Link, Scorecard
from bsclib.wording import formula_in_words, listed


def untestable(scorecard: Scorecard) -> dict[int, str]:
    """The links that cannot be tested whatever the data, by their place in the scorecard, and why in words."""
    reasons: dict[int, str] = {}
    instant = at_once(scorecard.links)
    for n, link in enumerate(scorecard.links):
        cause, effect = scorecard.kpi(link.cause), scorecard.kpi(link.effect)
        lacking = [word for word, part in (("sign", link.sign), ("lag", link.lag)) if part is None]
        # What is computed from the same numbers moves together by arithmetic, and no test can tell that from a cause.
        if formula.identity(cause.formula, effect.formula):
            ours, theirs = (frozenset.union(*formula.quantities(kpi.formula)) for kpi in (cause, effect))
            shared = sorted(map(formula_in_words, ours & theirs))
            reasons[n] = f"arithmetic, not cause and effect: both are computed from {listed(shared, len(shared))}"
        elif n in instant:
            way = f"{cause.name} comes back to itself, by way of {effect.name}, within the same period"
            reasons[n] = f"feedback without a lag: {way}"
        elif lacking:
            reasons[n] = f"the link states no {' and no '.join(lacking)}"
    return reasons


def at_once(links: Sequence[Link]) -> set[int]:
    """The links on a way from a KPI back to itself on which no time passes, or none is stated."""
    # Which of the two came first, no data in months can say: each regression would take the other's effect for a cause.
    return in_feedback(links, [n for n, link in enumerate(links) if not link.lag])


def link_panels(series: Series) -> tuple[list[LinkPanel], dict[int, str]]:
    """Panels of the links that can be tested, their places those in the scorecard; the others, and why."""
    scorecard = series.scorecard
    reasons = untestable(scorecard)
    for n, link in enumerate(scorecard.links):
        for id in (link.effect, link.cause):
            if course := series.course(link, id):
                reasons[n] = f"{scorecard.kpi(id).name} {course}"
    return series.panels([n for n in range(len(scorecard.links)) if n not in reasons]), reasons
