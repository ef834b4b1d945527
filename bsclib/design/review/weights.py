"""Rules about weights: one that drowns its neighbours, one that drowns in them, weights that are moved too often."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from bsclib.design.review.rules import ARITHMETIC, Findings, fix, rule, why
from bsclib.design.review.subject import YEAR, Subject
from bsclib.model import periods
from bsclib.model.values import Dated, weight_at
from bsclib.wording import counted, listed, percent, quoted

SHIFTING = "Ittner, Larcker & Meyer 2003"


def _families(subject: Subject) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every parent's name with its children."""
    card = subject.card
    yield card.name, card.perspectives
    yield from ((perspective.name, card.objectives_of(perspective.id)) for perspective in card.perspectives)
    yield from ((objective.name, card.kpis_of(objective.id)) for objective in card.objectives)


def _shares(subject: Subject) -> Iterator[tuple[str, int, str, float]]:
    """The name of each parent, how many children it has, and of each child its id and its share of the weight."""
    dates = [periods.span(point.period)[0] for part in _parts(subject) for point in _dates(part.weight)]
    month = np.array([subject.as_of if subject.has("actuals") else max(dates, default=0)])
    for parent, children in _families(subject):
        weights = np.array([weight_at(child.weight, month)[0] for child in children], dtype=float)
        weights /= weights.max(initial=0.0) or 1.0
        for child, share in zip(children, weights / (weights.sum() or 1.0), strict=True):
            yield parent, len(children), child.id, float(share)


def _parts(subject: Subject) -> tuple[Any, ...]:
    return (*subject.card.perspectives, *subject.card.objectives, *subject.card.kpis)


def _dates(weight: float | tuple[Dated, ...]) -> tuple[Dated, ...]:
    return weight if isinstance(weight, tuple) else ()


@rule("BSC401", "medium", SHIFTING)
@why("the others could all fail and the parent would hardly show it")
@fix("bring the weights nearer together, or measure the parent by this one alone")
def _heavy(subject: Subject) -> Findings:
    for parent, count, id, share in _shares(subject):
        if count >= 3 and share > subject.limits.heaviest:
            yield (
                id,
                f"it carries {percent(share)} of {quoted(parent)}, and {counted(count - 1, 'other')} share the rest",
            )


@rule("BSC402", "low", ARITHMETIC)
@why("it is collected, shown and discussed, and moves nothing")
@fix("give it a weight that matters, or 0 if it is there to guard another KPI")
def _light(subject: Subject) -> Findings:
    for parent, _, id, share in _shares(subject):
        if 0 < share < subject.limits.lightest:
            yield id, f"it carries {percent(share)} of {quoted(parent)}"


@rule("BSC403", "low", SHIFTING)
@why("when the weights move, a score that rises may be a weight that fell")
@fix("leave weights alone for a year, and compare the scores with the old weights beside the new ones")
def _unsettled(subject: Subject) -> Findings:
    moves = {part.id: list(_changes(part.weight)) for part in _parts(subject)}
    known = subject.has("actuals")
    last = subject.as_of if known else max((month for months in moves.values() for month in months), default=0)
    for id, months in moves.items():
        recent = [month for month in months if last - YEAR < month <= last]
        settled = not known or all(last - month >= subject.limits.settled for month in recent)
        if len(recent) > 1 or not settled:
            when = listed(periods.period_of(month) for month in recent)
            yield id, f"its weight was changed in {when}"


def _changes(weight: float | tuple[Dated, ...]) -> Iterator[int]:
    """The months in which a weight became another; the first dated value also holds before its date."""
    for earlier, later in itertools.pairwise(_dates(weight)):
        if later.value != earlier.value:
            yield periods.span(later.period)[0]
