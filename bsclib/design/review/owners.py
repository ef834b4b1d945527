"""Rules about the people: whether they own more than they can answer for, and whether they can look into a number."""

from __future__ import annotations

from collections import Counter

from bsclib.design.review.subject import Findings, Rule, Subject
from bsclib.wording import counted

SINS = "Working Council for CIOs 2003"


def _owns_too_much(subject: Subject) -> Findings:
    owned = Counter(owner for kpi in subject.card.kpis if (owner := subject.owner(kpi)))
    busy = [f"{owner} owns {counted(count, 'KPI')}" for owner, count in owned.items() if count > subject.limits.owner]
    if busy:
        yield subject.card.id, "; ".join(busy)


def _without_parts(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if kpi.id in subject.observed - subject.with_parts and "ratio" in (kpi.aggregate, kpi.pooled):
            yield kpi.id, f"{kpi.name!r} is a ratio, and no actual gives its numerator and denominator"


RULES = (
    Rule(
        "BSC801",
        "medium",
        _owns_too_much,
        why="who answers for everything answers for nothing",
        fix="let others own some of them, or set limits: owner",
        source=SINS,
    ),
    Rule(
        "BSC803",
        "low",
        _without_parts,
        why="off target cannot be followed down to how many of how many, nor pooled over units and months",
        fix="give numerator and denominator in the actuals",
        source=SINS,
        needs="actuals",
    ),
)
