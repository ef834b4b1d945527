"""Targets of units: what a unit is held against, and what the whole is where only its units have targets.

A value is only ever held against a target of its own level. A KPI that adds up over units has the whole's target, so a
unit is held against one of its own or none; a mean, a ratio or a rate is the same thing in a unit as in the whole, so
the KPI's own target will do.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from bsclib.model import periods
from bsclib.model.values import Dated, shape
from bsclib.wording import listed

if TYPE_CHECKING:
    from bsclib.model.nouns import KPI

ADDED: dict[str, Any] = {"sum": np.sum, "mean": np.mean, "last": np.mean, "min": np.min, "max": np.max}
"""How targets of units make the whole's, by the word that pools actuals; targets of ratios weigh by denominators."""


def adds_up(kpi: KPI) -> bool:
    """Whether a KPI adds up over units, so that the whole's target is not a unit's."""
    return kpi.pooled == "sum"


def of_unit(kpi: KPI, unit: str) -> KPI | None:
    """The KPI with the target, floor, baseline and stretch that hold for a unit; nothing where it has no target."""
    # Where the KPI adds up and the unit states no floor, the floor is the same share of its target as the whole's is.
    own = next((row for row in kpi.unit_targets if row.unit == unit), None)
    if own is None:
        return None if adds_up(kpi) else kpi
    ranged = kpi.direction == "within_range"
    whole, part = (None, None) if ranged else (kpi.final_target, final_value(own.target))
    share = part / whole if whole and part is not None and adds_up(kpi) else 1.0
    lost = ranged and adds_up(kpi)  # an edge of the whole's range says nothing of where a unit's score is 0
    floor = own.floor if own.floor is not None else None if lost else _scaled(kpi.floor, share)
    return kpi.model_copy(
        update={
            "target": own.target,
            "floor": floor,
            "baseline": _scaled(kpi.baseline, share),
            "stretch": _scaled(kpi.stretch, share),
            "unit_targets": (),
        }
    )


def _scaled(value: Any, share: float) -> Any:
    if share == 1.0 or value is None:
        return value
    if isinstance(value, Dated):
        return value.model_copy(update={"value": value.value * share})
    return tuple(edge * share for edge in value) if isinstance(value, tuple) else value * share


def final_value(target: Any) -> float:
    """A target that is no range, or the last value of its path."""
    last = target[-1] if isinstance(target, tuple) else target
    return last.value if isinstance(last, Dated) else float(last)


def whole_target(kpi: KPI) -> Any:
    """The whole's target as its units' targets add up; nothing where they cannot."""
    targets = [row.target for row in kpi.unit_targets]
    if len({shape(target) == "range" for target in targets}) > 1:
        return None
    if all(target == targets[0] for target in targets) and kpi.pooled != "sum":
        return targets[0]
    if kpi.pooled == "ratio":
        return None
    add = ADDED[kpi.pooled]
    if shape(targets[0]) == "range":
        return tuple(float(add(edges)) for edges in zip(*targets, strict=True))
    if all(shape(target) == "number" for target in targets):
        return float(add(targets))
    at = 0 if kpi.path == "stepped" else 1
    dates = [
        point.period for target in targets if isinstance(target, tuple) for point in target if isinstance(point, Dated)
    ]
    months = {periods.span(date)[at]: date for date in dates}
    paths = [kpi.model_copy(update={"target": target, "baseline": None}) for target in targets]
    when = np.array(sorted(months))
    values = add([path.expected(when) for path in paths], axis=0)
    return tuple(Dated(period=months[month], value=float(value)) for month, value in zip(when, values, strict=True))


def whole_floor(kpi: KPI) -> Any:
    """The whole's floor as its units' floors add up, where all have one; else nothing."""
    floors = [row.floor for row in kpi.unit_targets]
    if not floors or None in floors or kpi.pooled == "ratio" or len(set(map(shape, floors))) > 1:
        return floors[0] if floors and None not in floors and len(set(floors)) == 1 else None
    add = ADDED[kpi.pooled]
    if isinstance(floors[0], tuple):
        return tuple(float(add(edges)) for edges in zip(*floors, strict=True))
    return float(add(floors))


def unit_target_faults(kpi: KPI) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """What keeps the units of a KPI from being scored."""
    ranged = kpi.direction == "within_range"
    names = [row.unit for row in kpi.unit_targets]
    for i, row in enumerate(kpi.unit_targets):
        here = ("unit_targets", i)
        if row.unit in names[:i]:
            yield (*here, "unit"), f"{row.unit!r} has two targets: keep one, or give them periods"
        if ranged != (shape(row.target) == "range"):
            yield (*here, "target"), "within_range takes a target [low, high], and only within_range does"
        elif ranged and row.target[0] > row.target[1]:  # type: ignore[index,operator]
            yield (*here, "target"), f"the range is reversed: {row.target[0]:g} is above {row.target[1]:g}"  # type: ignore[index]
        if row.floor is not None and ranged != isinstance(row.floor, tuple):
            yield (*here, "floor"), "within_range takes a floor [lower, upper], the other directions a number"
        if shape(row.target) == "path":
            begin = [kpi.baseline] if isinstance(kpi.baseline, Dated) else []
            dates = [point.period for point in (*begin, *row.target) if isinstance(point, Dated)]  # type: ignore[misc]
            yield from ((here, text) for text in backwards(dates))


def floor_faults(kpi: KPI) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Units of a KPI that adds up whose floor cannot be told from the whole's, because the whole's target is 0."""
    floor = kpi.floor if kpi.floor is not None else kpi.baseline_value
    if kpi.direction == "within_range" or not adds_up(kpi) or kpi.final_target or not floor:
        return
    if bare := [row.unit for row in kpi.unit_targets if row.floor is None and final_value(row.target)]:
        yield ("unit_targets",), f"give {listed(bare)} a floor: the whole's target is 0, so theirs does not follow"


def backwards(dates: list[str]) -> Iterator[str]:
    """Where dates of a path run back in time."""
    for earlier, later in itertools.pairwise(dates):
        if periods.span(later)[1] <= periods.span(earlier)[1]:
            yield f"the path runs back in time: {later} does not come after {earlier}"
