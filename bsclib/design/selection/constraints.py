"""What a choice of KPIs must keep to, each constraint with its words, its numbers, and how it is loosened by one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from bsclib.design.selection.kpi_tables import perspective_of
from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.nouns import Scorecard
from bsclib.wording import counted, short_name

Numbers: TypeAlias = Mapping[str, float] | pd.Series


@dataclass(frozen=True)
class Constraint:
    """One constraint: ``low <= row @ x <= high``, where x is 1 for each KPI that is chosen and 0 for the others."""

    kind: str  # at_most, at_least, leading_low, leading_high, budget, apart, keep or leave
    words: str  # as a person says it, with its number
    bound: float  # the number itself
    row: np.ndarray
    low: float = -math.inf
    high: float = math.inf
    where: str = ""


def read_constraints(
    scorecard: Scorecard,
    at_most: int | None,
    at_least: int | Mapping[str, int] | None,
    leading: tuple[float, float] | None,
    budget: float | None,
    cost: np.ndarray,
    apart: Iterable[tuple[str, str]],
    keep: Iterable[str],
    leave: Iterable[str],
) -> list[Constraint]:
    """Make a constraint of each thing that was asked for, and refuse what no constraint can be made of."""
    keep, leave = (list(dict.fromkeys(read_ids(name, ids))) for name, ids in (("keep", keep), ("leave", leave)))
    paired = [tuple(read_ids("apart", pair, "pairs of ids, such as [('mttr', 'csat')]")) for pair in apart]
    _check_names(scorecard, at_least, paired, keep, leave)
    faults = [*_count_faults(at_most, at_least), *_share_faults(leading), *_pair_faults(paired)]
    if budget is not None and not (_is_number(budget) and budget >= 0):
        faults.append(Fault("budget", "this is no budget", got=str(budget), allowed="a number, 0 or more"))
    if faults:
        raise BscError(faults)
    place, names = {kpi.id: at for at, kpi in enumerate(scorecard.kpis)}, kpi_names(scorecard)
    only, every = np.eye(len(place)), np.ones(len(place))
    constraints = []
    if at_most is not None:
        constraints.append(Constraint("at_most", f"at most {counted(at_most, 'KPI')}", at_most, every, high=at_most))
    constraints += _per_perspective(scorecard, at_least)
    if leading is not None:
        leads = np.array([kpi.role == "leading" for kpi in scorecard.kpis], dtype=float)
        constraints += [_share(leads, kind, share) for kind, share in zip(_SHARES, leading, strict=True)]
    if budget is not None:
        constraints.append(Constraint("budget", f"a budget of {budget:.10g}", budget, cost, high=budget))
    for a, b in dict.fromkeys(tuple(sorted(pair, key=place.__getitem__)) for pair in paired):
        both = f"not both {names[place[a]]} and {names[place[b]]}"
        constraints.append(Constraint("apart", both, 1, only[place[a]] + only[place[b]], high=1))
    constraints += [Constraint("keep", f"keep {names[place[id]]}", 1, only[place[id]], low=1) for id in keep]
    constraints += [Constraint("leave", f"leave out {names[place[id]]}", 0, only[place[id]], high=0) for id in leave]
    return constraints


def kpi_names(scorecard: Scorecard) -> list[str]:
    """What the words call the KPIs: by name, with the id behind one that several have."""
    names = [short_name(kpi.name, 60) for kpi in scorecard.kpis]
    return [
        f"{name} ({kpi.id})" if names.count(name) > 1 else name for name, kpi in zip(names, scorecard.kpis, strict=True)
    ]


def read_numbers(name: str, given: Numbers, scorecard: Scorecard, skip: Iterable[str] = ()) -> np.ndarray:
    """A number for each KPI, or every KPI that has none, by name."""
    numbers = by_id(name, given)
    ids, skip = [kpi.id for kpi in scorecard.kpis], set(skip)
    strangers = [unknown("KPI", str(id), ids, name) for id in numbers if id not in set(ids)]
    if strangers:
        raise UnknownNameError(strangers)
    faults = []
    for id in ids:
        value = numbers.get(id)
        if _is_missing(value) and id not in skip:
            faults.append(Fault(name, f"KPI {id!r} has none", fix=f"give it one, or name {id!r} in leave"))
        elif not _is_missing(value) and not _is_number(value):
            faults.append(Fault(name, f"that of KPI {id!r} is not a number", got=str(value)))
    if faults:
        raise BscError(faults)
    return np.array([math.nan if _is_missing(numbers.get(id)) else float(numbers[id]) for id in ids])


def by_id(name: str, given: Any) -> dict[Any, Any]:
    """Numbers by id, as a dict; refuses what does not say which number is whose."""
    if not isinstance(given, Mapping | pd.Series):
        allowed = "a dict or a Series with the id of each"
        raise BscError(Fault(name, "this does not say which number is whose", got=repr(given)[:60], allowed=allowed))
    return dict(given)


def read_ids(name: str, given: Iterable[str], allowed: str = "a list of ids, such as ['mttr']") -> list[str]:
    """Ids as a list; refuses one bare id, whose letters would be taken for ids."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise BscError(Fault(name, "this is no list", got=repr(given), allowed=allowed))
    return list(given)


def loosen(
    constraint: Constraint, chosen: np.ndarray, cost: np.ndarray, names: Sequence[str], left: np.ndarray
) -> tuple[Constraint, str]:
    """The constraint loosened by one KPI, or by the smallest step that lets another one in; and the step in words."""
    kind, bound = constraint.kind, constraint.bound
    if kind in _SHARES:
        size = max(int(chosen.sum()), 1)
        lower = kind == "leading_low"
        share = max(bound - 1 / size, 0.0) if lower else min(bound + 1 / size, 1.0)
        leads = np.round(constraint.row + bound)
        return _share(leads, kind, share), f"one leading KPI {'fewer' if lower else 'more'} of {size}"
    if kind == "budget":
        addable = np.where(chosen | left | ~(cost > 0), math.inf, cost)
        at = int(np.argmin(addable))
        if math.isinf(addable[at]):
            return constraint, "nothing is left out for its cost"
        more = bound + float(cost[at])
        return replace(
            constraint, bound=more, high=more
        ), f"{cost[at]:g} more: what {names[at]} costs, the cheapest left out"
    if kind in ("at_least", "keep"):
        step = "one KPI fewer" if kind == "at_least" else "it need not be kept"
        return replace(constraint, bound=bound - 1, low=constraint.low - 1), step
    step = {"at_most": "one KPI more", "apart": "both are allowed", "leave": "it may be chosen"}[kind]
    return replace(constraint, bound=bound + 1, high=constraint.high + 1), step


_SHARES = ("leading_low", "leading_high")


def _per_perspective(scorecard: Scorecard, at_least: int | Mapping[str, int] | None) -> Iterator[Constraint]:
    if at_least is None:
        return
    homes = list(perspective_of(scorecard).values())
    for perspective in scorecard.perspectives:
        least = at_least.get(perspective.id, 0) if isinstance(at_least, Mapping) else at_least
        if least:
            row = np.array([home == perspective.id for home in homes], dtype=float)
            words = f"at least {least} of {counted(row.sum(), 'KPI')} in {perspective.name}"
            yield Constraint("at_least", words, least, row, low=least, where=perspective.name)


def _share(leads: np.ndarray, kind: str, share: float) -> Constraint:
    """Leading KPIs as a share of those chosen: ``leading - share * chosen`` is not below, or not above, 0."""
    edge, low, high = ("least", 0.0, math.inf) if kind == "leading_low" else ("most", -math.inf, 0.0)
    return Constraint(kind, f"at {edge} {100 * share:.4g} % leading KPIs", share, leads - share, low, high)


def _check_names(
    scorecard: Scorecard,
    at_least: int | Mapping[str, int] | None,
    apart: list[tuple[str, ...]],
    keep: list[str],
    leave: list[str],
) -> None:
    ids = [kpi.id for kpi in scorecard.kpis]
    known, homes = set(ids), [perspective.id for perspective in scorecard.perspectives]
    named = {"apart": [id for pair in apart for id in pair], "keep": keep, "leave": leave}
    faults = [unknown("KPI", id, ids, where) for where, some in named.items() for id in some if id not in known]
    if isinstance(at_least, Mapping):
        faults += [unknown("perspective", id, homes, "at_least") for id in at_least if id not in homes]
    if faults:
        raise UnknownNameError(faults)


def _count_faults(at_most: int | None, at_least: int | Mapping[str, int] | None) -> Iterator[Fault]:
    if at_most is not None and not (_is_whole(at_most) and at_most >= 1):
        fault = "nothing could be chosen" if _is_whole(at_most) else "this is no number of KPIs"
        fix = "leave at_most out to choose as many as are worth it"
        yield Fault("at_most", fault, got=str(at_most), allowed="a whole number, 1 or more", fix=fix)
    given = at_least if isinstance(at_least, Mapping) else {"": at_least or 0}
    for id, least in given.items():
        if not (_is_whole(least) and least >= 0):
            where = f"at_least, {id}" if id else "at_least"
            yield Fault(where, "this is no number of KPIs", got=str(least), allowed="a whole number, 0 or more")


def _share_faults(leading: tuple[float, float] | None) -> Iterator[Fault]:
    if leading is None:
        return
    allowed = "two shares from 0 to 1, the lower one first, such as (0.3, 0.6)"
    if not (isinstance(leading, (tuple, list)) and len(leading) == 2 and all(map(_is_number, leading))):
        yield Fault("leading", "this is no range of shares", got=str(leading), allowed=allowed)
    elif not 0 <= leading[0] <= leading[1] <= 1:
        yield Fault("leading", "no share of leading KPIs lies in this range", got=str(leading), allowed=allowed)


def _pair_faults(apart: list[tuple[str, ...]]) -> Iterator[Fault]:
    for pair in apart:
        if len(set(pair)) != 2 or len(pair) != 2:
            yield Fault("apart", "these are not two different KPIs", got=", ".join(map(str, pair)))


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, (float, np.floating)) and math.isnan(value))


def _is_number(value: object) -> bool:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        return False
    return math.isfinite(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
