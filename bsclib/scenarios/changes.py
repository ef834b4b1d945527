"""What is done to the organisation: changes of KPIs and initiatives, checked and laid out over the months ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bsclib.actuals.table import LARGEST
from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.initiatives import Change, Initiative
from bsclib.scenarios import definition
from bsclib.scenarios.amounts import whole_number
from bsclib.scenarios.fitting import FittedMap

Changes = Mapping[str, str | float] | Iterable[tuple[str, str | float]]
Initiatives = Iterable[str] | Mapping[str, str | None]
MOST_MONTHS = 120


@dataclass(frozen=True)
class KPIChange:
    """One KPI's change: `by` so much in its own unit, or held at a level; `text` as it was asked."""

    kpi: int  # its place in the scorecard
    by: float
    level: float | None
    text: str
    edge: float | None = None  # what the KPI's unit allows, where more was asked


@dataclass(frozen=True)
class InitiativeStart:
    """One initiative, and the month in which it starts, counted from the year 0."""

    initiative: Initiative
    start: int


@dataclass(frozen=True)
class Intervention:
    """All that is done to the organisation, in the order in which it was asked."""

    changes: tuple[KPIChange, ...]
    starts: tuple[InitiativeStart, ...]
    horizon: int

    @property
    def held(self) -> dict[int, float]:
        """The KPIs that are held at a level, and that level."""
        return {change.kpi: change.level for change in self.changes if change.level is not None}


def read_intervention(
    fit: FittedMap, changes: Changes | None, initiatives: Initiatives | None, horizon: int
) -> Intervention:
    """Read and check what is asked."""
    faults: list[Fault] = []
    names: list[Fault] = []
    months = whole_number("horizon", horizon, MOST_MONTHS, "months ahead", faults)
    moved: dict[int, KPIChange] = {}
    for kpi, change in _pairs(changes, faults):
        if kpi not in fit.place:
            names.append(unknown("KPI", kpi, fit.place, "changes"))
            continue
        read = _read_change(fit, fit.place[kpi], change, faults)
        if read is not None and moved.setdefault(read.kpi, read) != read:
            both = f"{moved[read.kpi].text} and {read.text}"
            faults.append(Fault(f"changes, {kpi}", "this KPI is set twice, in two ways", got=both, fix="keep one"))
    starts = _read_starts(fit, initiatives, faults, names)
    if names:
        raise UnknownNameError([*names, *faults])
    if faults:
        raise BscError(faults)
    return Intervention(tuple(moved.values()), starts, months)


def _pairs(changes: Changes | None, faults: list[Fault]) -> list[tuple[str, Any]]:
    if isinstance(changes, Mapping):
        return [(str(kpi), change) for kpi, change in changes.items()]
    pairs: list[tuple[str, Any]] = []
    for pair in _one_by_one(changes):
        if isinstance(pair, tuple | list) and len(pair) == 2:
            pairs.append((str(pair[0]), pair[1]))
        else:
            what, fix = "this is no KPI with its change", "write {'mttr': '-10%'}"
            faults.append(Fault("changes", what, got=repr(pair)[:80], fix=fix))
    return pairs


def _one_by_one(given: Any) -> Iterable[Any]:
    """What was given, one by one: a single one, a text or a number, is one."""
    if given is None:
        return ()
    return given if isinstance(given, Iterable) and not isinstance(given, str) else [given]


def _read_change(fit: FittedMap, k: int, change: Any, faults: list[Fault]) -> KPIChange | None:
    """One KPI's change; a fault is added where it cannot be read or there is nothing to change."""
    kpi, latest = fit.scorecard.kpis[k], float(fit.latest[k])
    where = f"changes, {kpi.id}"
    try:
        text = definition.change_text(change)
        move = definition.read_change(text)
    except BscError as error:
        faults += [Fault(where, one.what, one.got, one.allowed, one.fix) for one in error.faults]
        return None
    if not np.isfinite(latest):
        faults.append(Fault(where, "this KPI has no actual: there is nothing to start from"))
        return None
    if move.kind == "share" and latest == 0:
        fix = "say how much in its own unit, such as +3"
        faults.append(Fault(where, "the latest actual is 0, and so is any share of it", got=text, fix=fix))
        return None
    held = move.kind == "level"
    by = move.amount * abs(latest) if move.kind == "share" else move.amount
    aim = by if held else latest + by
    kept = float(np.fmax(np.fmin(aim, fit.limits[k, 1]), fit.limits[k, 0]))
    edge = kept if kept != aim else None
    if abs(kept) > LARGEST:
        faults.append(Fault(where, "nothing is as large as that", got=text, allowed=f"up to {LARGEST:g}"))
        return None
    return KPIChange(k, 0.0 if held else by if edge is None else kept - latest, kept if held else None, text, edge)


def _read_starts(
    fit: FittedMap, initiatives: Initiatives | None, faults: list[Fault], names: list[Fault]
) -> tuple[InitiativeStart, ...]:
    known = {plan.id: plan for plan in fit.scorecard.initiatives}
    begun = []
    given = initiatives if isinstance(initiatives, Mapping) else dict.fromkeys(map(str, _one_by_one(initiatives)))
    for id, start in given.items():
        if id not in known:
            names.append(unknown("initiative", str(id), known, "initiatives"))
            continue
        try:
            given_start = periods.resolve(start, fit.scorecard.year_starts) if start else known[id].start
            month = periods.span(given_start or periods.period_of(fit.month + 1))[0]
        except ValueError as error:
            faults.append(Fault(f"initiatives, {id}", f"its start: {error}"))
            continue
        begun.append(InitiativeStart(known[id], month))
    return tuple(begun)


def ramp_share(fit: FittedMap, change: Change, start: int, horizon: int) -> np.ndarray:
    """The share of a change that comes in each month ahead, beyond what had come by the last actuals."""
    months = fit.month + np.arange(horizon + 1)
    share = np.clip((months - (start + change.delay) + 1) / (change.ramp + 1), 0, 1)
    return share[1:] - share[0]


def pushes(fit: FittedMap, asked: Intervention, draws: int, rng: np.random.Generator) -> dict[int, np.ndarray]:
    """What is added to each KPI itself: by its place, (months, draws) or, where chance plays no part, (months, 1)."""
    paths = [(change.kpi, np.full((asked.horizon, 1), change.by, np.float32)) for change in asked.changes]
    paths = [(k, path) for k, path in paths if k not in asked.held]
    # Luck comes from children of `rng`, one an initiative: what is begun changes neither what else chance draws nor the
    # luck of the others, so that questions can be held against each other draw by draw.
    works = [one.id for one in fit.scorecard.initiatives]
    luck = dict(zip(works, rng.spawn(len(works)), strict=True)) if asked.starts else {}
    for begun in asked.starts:
        for change in begun.initiative.changes:
            k = fit.place[change.kpi]
            comes = luck[begun.initiative.id].random(draws, dtype=np.float32) < change.chance
            path = (change.by * ramp_share(fit, change, begun.start, asked.horizon)).astype(np.float32)[:, None]
            if k not in asked.held and path.any():
                paths.append((k, path if change.chance == 1 else path * comes))
    pushed: dict[int, np.ndarray] = {}
    for k, path in paths:
        pushed[k] = pushed[k] + path if k in pushed else path
    return pushed
