"""What must hold for a scorecard to be scored: references lead somewhere, weights weigh, paths run forward.

Every check yields the location of a fault and what is wrong there, so that all of them can be said at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from bsclib.errors import unknown
from bsclib.model import measures, periods
from bsclib.model.unit_targets import backwards, floor_faults
from bsclib.model.values import CUMULATED, Dated, shape, weight_at

if TYPE_CHECKING:
    from bsclib.model.nouns import KPI, Scorecard

Loc = tuple[int | str, ...]


def validation_error(faults: list[tuple[Loc, str]], data: Any) -> ValidationError:
    """One error that says every fault."""
    # The braces of a fault's own words must not be read as a template.
    details = [
        InitErrorDetails(type=PydanticCustomError("bsc", "{text}", {"text": text}), loc=loc, input=None)
        for loc, text in faults
    ]
    return ValidationError.from_exception_data(type(data).__name__, details)


def scorecard_faults(card: Scorecard) -> list[tuple[Loc, str]]:
    """What does not hold together between the tables of a scorecard."""
    return [*reference_faults(card), *_weight_faults(card)]


def reference_faults(card: Any) -> list[tuple[Loc, str]]:
    """The names that lead nowhere and the ids that are used twice."""
    return [*_reference_faults(card), *_repeated(card), *_circles(card)]


def kpi_faults(kpi: KPI) -> Iterator[tuple[Loc, str]]:
    """What keeps one KPI from being scored."""
    ranged = kpi.direction == "within_range"
    if shape(kpi.target) == "none":
        yield ("target",), _no_target(kpi)
        return
    if ranged != (shape(kpi.target) == "range"):
        yield ("target",), "within_range takes a target [low, high], and only within_range does"
        return
    if ranged:
        low, high = kpi.range
        if low > high:
            yield ("target",), f"the range is reversed: {low:g} is above {high:g}"
        if low == high and kpi.floor is None:
            yield ("floor",), "a range without width needs a floor [lower, upper]"
    elif kpi.floor is None and kpi.baseline is None:
        yield ("floor",), "a KPI needs a floor or a baseline: where is the score 0?"
    if kpi.floor is not None and ranged != isinstance(kpi.floor, tuple):
        yield ("floor",), "within_range takes a floor [lower, upper], the other directions a number"
    if shape(kpi.target) == "path":
        yield from _backwards(kpi.points(), "target")
    yield from floor_faults(kpi)
    yield from _cumulating_faults(kpi)
    yield from _dated_weight_faults(kpi.weight)
    yield from _measure_faults(kpi)
    if kpi.id in kpi.guarded_by:
        yield ("guarded_by",), "a KPI cannot guard itself"


def _no_target(kpi: KPI) -> str:
    if not kpi.unit_targets:
        return "this is missing: a KPI needs a target, or its units need one each"
    if kpi.pooled == "ratio":
        return "this is missing: how units with different targets of a ratio make a whole depends on their denominators"
    return "this is missing: the units' targets are of different kinds, and do not make a whole"


def _cumulating_faults(kpi: KPI) -> Iterator[tuple[Loc, str]]:
    if kpi.cumulates and kpi.aggregate not in ("sum", "ratio"):
        text = f"only a sum or a ratio can be put together to date, and aggregate is {kpi.aggregate}"
        yield ("cumulates",), text
    if kpi.profile and not kpi.cumulates:
        yield ("profile",), "a profile spreads the target of a year or quarter: say cumulates: year"
    length = CUMULATED.get(kpi.cumulates or "", 0)
    if kpi.profile and length and len(kpi.profile) != length:
        yield (
            ("profile",),
            f"a profile has a share for each month of the {kpi.cumulates}: {length}, not {len(kpi.profile)}",
        )
    elif kpi.profile and abs(sum(kpi.profile) - 1) > 1e-6:
        yield ("profile",), f"the shares of a profile add up to 1; these add up to {sum(kpi.profile):.10g}"


def _measure_faults(kpi: KPI) -> Iterator[tuple[Loc, str]]:
    if measures.is_yes_no(kpi.measured_in):
        for field, value in measures.stated(kpi):
            if not 0 <= value <= 1:
                yield (field,), f"yes is 1 and no is 0, so nothing of a KPI that is yes or no lies at {value:g}"
    late = kpi.measured_in.casefold() == measures.DAYS_LATE and kpi.direction == "lower_is_better"
    if kpi.due and not late:
        yield ("due",), f"a milestone is measured_in: {measures.DAYS_LATE}, with direction: lower_is_better"


def _backwards(points: list[Dated], field: str) -> Iterator[tuple[Loc, str]]:
    yield from (((field,), text) for text in backwards([point.period for point in points]))


def _dated_weight_faults(weight: float | tuple[Dated, ...]) -> Iterator[tuple[Loc, str]]:
    values = [point.value for point in weight] if isinstance(weight, tuple) else [weight]
    if min(values) < 0:
        yield ("weight",), f"a weight cannot be negative; got {min(values):g}"
    if isinstance(weight, tuple):
        yield from _backwards(list(weight), "weight")


def _reference_faults(card: Scorecard) -> Iterator[tuple[Loc, str]]:
    objectives = {objective.id: objective.name for objective in card.objectives}
    perspectives = {perspective.id: perspective.name for perspective in card.perspectives}
    kpis = {kpi.id: kpi.name for kpi in card.kpis}
    for i, objective in enumerate(card.objectives):
        yield from _known("perspective", objective.perspective, perspectives, ("objectives", i, "perspective"))
    for i, kpi in enumerate(card.kpis):
        yield from _known("objective", kpi.objective, objectives, ("kpis", i, "objective"))
        for guard in kpi.guarded_by:
            yield from _known("KPI", guard, kpis, ("kpis", i, "guarded_by"))
    for i, link in enumerate(card.links):
        yield from _known("KPI", link.cause, kpis, ("links", i, "cause"))
        yield from _known("KPI", link.effect, kpis, ("links", i, "effect"))
        if link.cause == link.effect:
            yield ("links", i, "effect"), f"{link.cause!r} cannot cause itself"
    initiatives = {initiative.id: initiative.name for initiative in card.initiatives}
    for i, initiative in enumerate(card.initiatives):
        for j, change in enumerate(initiative.changes):
            yield from _known("KPI", change.kpi, kpis, ("initiatives", i, "changes", j, "kpi"))
        for earlier in initiative.after:
            yield from _known("initiative", earlier, initiatives, ("initiatives", i, "after"))
    for i, event in enumerate(card.events):
        for kpi_id in event.kpis:
            yield from _known("KPI", kpi_id, kpis, ("events", i, "kpis"))


def _known(kind: str, id: str, names: dict[str, str], loc: Loc) -> Iterator[tuple[Loc, str]]:
    if id not in list(names):  # which a faulty row may fill with anything
        yield loc, str(unknown(kind, id, names, names=names)).removesuffix(".")


def _repeated(card: Scorecard) -> Iterator[tuple[Loc, str]]:
    seen = Counter([card.id])
    for table in ("perspectives", "objectives", "kpis"):
        for i, part in enumerate(getattr(card, table)):
            seen[part.id] += 1
            if seen[part.id] == 2:
                yield (table, i, "id"), f"the id {part.id!r} is used twice; every scored thing has an id of its own"
    links = Counter((link.cause, link.effect, link.lag) for link in card.links)
    for (cause, effect, lag), count in links.items():
        if count > 1:
            yield ("links",), f"the link from {cause!r} to {effect!r} at lag {lag} is stated {count} times"
    for table in ("initiatives", "actions"):
        for id, count in Counter(part.id for part in getattr(card, table)).items():
            if count > 1:
                yield (table,), f"the id {id!r} is used {count} times"


def _circles(card: Scorecard) -> Iterator[tuple[Loc, str]]:
    """Initiatives that wait for each other, so that none of them could ever start; each circle is said once."""
    waits = {work.id: [id for id in work.after if isinstance(id, str)] for work in card.initiatives}
    done: set[str] = set()
    for i, initiative in enumerate(card.initiatives):
        circle = _circle_from(initiative.id, waits, done)
        if len(circle) == 1:
            yield ("initiatives", i, "after"), f"{circle[0]!r} cannot come after itself"
        elif circle:
            way = " after ".join(map(repr, [*circle, circle[0]]))
            yield ("initiatives", i, "after"), f"these initiatives wait for each other: {way}"


def _circle_from(start: str, waits: dict[str, list[str]], done: set[str]) -> list[str]:
    """The first circle that is met on the way back from an initiative; what has been walked before is passed over."""
    trail: list[str] = []
    ways = [iter([start])]
    while ways:
        id = next(ways[-1], None)
        if id in trail:
            done.update(trail)
            return trail[trail.index(id) :]
        if id is None:
            ways.pop()
            done.update(trail[-1:])
            del trail[-1:]
        elif id in waits and id not in done:
            trail.append(id)
            ways.append(iter(waits[id]))
    return []


def _weight_faults(card: Scorecard) -> Iterator[tuple[Loc, str]]:
    for table in ("perspectives", "objectives"):
        for i, part in enumerate(getattr(card, table)):
            yield from (((table, i, *loc), text) for loc, text in _dated_weight_faults(part.weight))
    groups: list[tuple[str, str, tuple[Any, ...]]] = [("the scorecard", "perspectives", card.perspectives)]
    groups += [(f"perspective {p.id!r}", "objectives", card.objectives_of(p.id)) for p in card.perspectives]
    groups += [(f"objective {o.id!r}", "kpis", card.kpis_of(o.id)) for o in card.objectives]
    for where, table, parts in groups:
        dates = {p.period for part in parts if isinstance(part.weight, tuple) for p in part.weight}
        for month in sorted({0, *(periods.span(date)[0] for date in dates)}):
            if parts and all(weight_at(part.weight, np.array([month]))[0] == 0 for part in parts):
                yield (table,), f"all weights in {where} are 0{f' from {periods.period_of(month)}' if month else ''}"
                break
