"""Seeded actuals from a map whose truth is known.

Month by month, in each unit, every process takes up what drives it (its *structural equation*):

    movement[t] = push[t] + rest[t]
    rest[t]     = own · rest[t−1]  +  Σ by · movement of the cause[t−lag]  +  noise · chance[t]

and what is seen is that movement on top of the process's own course:

    seen[t]     = level + offset of the unit + trend · t + season[month] + movement[t] + shift[t]

Trend and season are no one's effect here, which is exactly why they fool people: two KPIs that share them move
together and do not drive each other. A *push* happens to the thing itself, so it travels along the links; a *shift*
changes only how it is counted, so it stays where it is. In the long run one unit more of a cause moves its effect by
``by / (1 − own)``.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np
import pandas as pd

from bsclib.actuals.table import KEYS, NUMBERS, check_actuals, has_parts
from bsclib.causality.truth import Process, Step, Truth, order
from bsclib.errors import Fault, ScorecardError
from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard

WARM_UP = 48
"""Months that run before the first one reported, so that nothing starts at rest."""
LENGTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
_SIZE = {1: "month", 3: "quarter", 12: "year"}

Units = Mapping[str, float] | Sequence[str]
Seed = int | np.random.SeedSequence | np.random.Generator
Series = dict[str, np.ndarray]


def simulate(
    scorecard: Scorecard, truth: Truth, units: Units | None = None, months: int = 60, rng: Seed | None = None
) -> pd.DataFrame:
    """Make the actuals that a scorecard would have shown, had the truth been this.

    Parameters
    ----------
    scorecard : Scorecard
        Says what is measured, how often, and which KPIs are ratios. Its links play no part: the truth's do.
    truth : Truth
        Has a process, or an identity, for every KPI.
    units : dict of unit to size, or list of units, optional
        By default the truth's own. A volume is proportional to the size.
    months : int
        How many months, from the truth's first one on.
    rng : int, SeedSequence or Generator, optional
        Where chance comes from; by default the truth's seed. Every process draws from a stream of its own, so another
        process more, or more months, leave the rest as it was.

    Returns
    -------
    DataFrame
        Actuals as `check_actuals` returns them: a row for each unit, KPI and period that was reported. A quarter or
        year that the months do not complete is not reported.

    Raises
    ------
    ScorecardError
        When the truth lacks a KPI of the scorecard, or a ratio its denominator.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.causality.truth import read_truth
    >>> from bsclib.files.paths import shipped_folder
    >>> truth = read_truth(shipped_folder() / "datasets" / "meridian" / "truth.yaml")
    >>> actuals = simulate(read_scorecard("meridian"), truth, units=["Hamburg"], months=12)
    >>> actuals.loc[actuals["kpi"] == "mttr", "period"].astype(str).max(), sorted(actuals["unit"].unique())
    ('2022-06', ['Hamburg'])
    """
    sizes = _sizes(truth, units)
    _check(scorecard, truth)
    root = _root(truth.seed if rng is None else rng)
    seen = true_series(truth, sizes, months, root)
    first = periods.span(truth.first)[0]
    parts = [_reported(kpi, truth, seen, list(sizes), first) for kpi in scorecard.kpis]
    frame = pd.concat(parts, ignore_index=True)
    if truth.missing:
        frame = frame[_stream(root, "missing", 0).random(len(frame)) >= truth.missing]
    place = {kpi.id: k for k, kpi in enumerate(scorecard.kpis)}
    frame = frame.sort_values(["unit", "kpi", "period"], key=lambda one: one.map(place) if one.name == "kpi" else one)
    return check_actuals(frame.reset_index(drop=True).astype(dict.fromkeys(KEYS, "category")), scorecard)


def true_series(truth: Truth, units: Units | None = None, months: int = 60, rng: Seed | None = None) -> Series:
    """What really went on in every process (months, units), before anybody counted or reported it."""
    # The same seed gives the same chance whatever the pushes, so two calls show what a push would have changed.
    sizes = _sizes(truth, units)
    names, size = list(sizes), np.array(list(sizes.values()))
    root = _root(truth.seed if rng is None else rng)
    moved = _movements(truth, names, months, root)
    seen = {}
    for name, process in truth.processes.items():
        shift = _steps(truth.shifts, name, names, truth.first, months, before=0)
        whole = _course(process, truth, names, months, root, name) + moved[name] + shift
        whole = whole * size if process.sized else whole
        seen[name] = np.clip(whole, process.lowest, process.highest)
    return seen


def _movements(truth: Truth, units: Sequence[str], months: int, root: np.random.SeedSequence) -> Series:
    """Each process's departures from its own course, as chance, pushes and links bring them about."""
    total = WARM_UP + months
    push, chance, rest, moved = {}, {}, {}, {}
    for name, process in truth.processes.items():
        push[name] = _steps(truth.pushes, name, units, truth.first, months, before=WARM_UP)
        # Months come one after the other, so that longer series begin like shorter ones.
        shape = (total, 1 if process.common else len(units))
        chance[name] = process.noise * _normal(_stream(root, name, 0), shape)
        rest[name], moved[name] = np.zeros((total, len(units))), np.zeros((total, len(units)))
    drivers = {
        name: [(link.by, link.lag, moved[link.cause]) for link in truth.links if link.effect == name]
        for name in truth.processes
    }
    names = order(truth)
    for t in range(total):
        for name in names:
            now = chance[name][t] + (truth.processes[name].own * rest[name][t - 1] if t else 0.0)
            for by, lag, cause in drivers[name]:
                if t >= lag:
                    now = now + by * cause[t - lag]
            rest[name][t] = now
            moved[name][t] = push[name][t] + now
    return {name: series[WARM_UP:] for name, series in moved.items()}


def _course(
    process: Process, truth: Truth, units: list[str], months: int, root: np.random.SeedSequence, name: str
) -> np.ndarray:
    t = np.arange(months)
    of_year = (periods.span(truth.first)[0] + t) % 12
    season = sum(
        (size * np.array(truth.seasons[named])[of_year] for named, size in process.season.items()), np.zeros(months)
    )
    offset = process.spread * _normal(_stream(root, name, 1), (len(units),))
    offset = offset + np.array([process.offsets.get(unit, 0.0) for unit in units])
    return (process.level + process.trend * t / 12 + season)[:, None] + offset


def _steps(steps: Sequence[Step], name: str, units: Sequence[str], first: str, months: int, before: int) -> np.ndarray:
    t = np.arange(-before, months) + periods.span(first)[0]
    total = np.zeros((len(t), len(units)))
    for step in steps:
        if step.process == name:
            total += step.by * grown(step, t)[:, None] * _where(step.unit, units)
    return total


def grown(step: Step, months: np.ndarray) -> np.ndarray:
    """The share of a step that is there in months counted from the year 0."""
    share = np.clip((months - periods.span(step.start)[0] + 1) / (step.ramp + 1), 0, 1)
    return share if step.until is None else np.where(months > periods.span(step.until)[1], 0, share)


def _where(unit: str, units: Sequence[str]) -> np.ndarray:
    return np.array([not unit or unit == name for name in units], dtype=bool)


def _root(seed: Seed) -> np.random.SeedSequence:
    if isinstance(seed, np.random.Generator):
        return np.random.SeedSequence(int(seed.integers(2**63)))
    return seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)


def _stream(root: np.random.SeedSequence, name: str, use: int) -> np.random.Generator:
    key = (*root.spawn_key, zlib.crc32(name.encode()), use)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(root.entropy, spawn_key=key)))


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Standard normal numbers, rounded so that mathematics libraries that differ in the last digit give the same."""
    return np.round(rng.standard_normal(shape), 6)


def _reported(kpi: KPI, truth: Truth, seen: Series, units: list[str], first: int) -> pd.DataFrame:
    length = LENGTHS[kpi.frequency]
    months = next(iter(seen.values())).shape[0]
    starts = np.arange(-first % length, months - length + 1, length)
    numbers = _counted(kpi, truth, seen, starts, length)
    told = _told(kpi, truth, units, first + starts, length)
    period, unit = np.nonzero(told)
    names = np.array([periods.containing(first + int(start), _SIZE[length]) for start in starts], dtype=object)
    keys = {"unit": np.array(units, dtype=object)[unit], "kpi": kpi.id, "period": names[period]}
    return pd.DataFrame(keys | {name: one[told] for name, one in zip(NUMBERS, numbers, strict=True)})


def _told(kpi: KPI, truth: Truth, units: list[str], starts: np.ndarray, length: int) -> np.ndarray:
    """Which periods (rows) of which units were reported: not before the KPI began, and not in its gaps."""
    told = np.ones((len(starts), len(units)), dtype=bool)
    process = truth.processes.get(kpi.id)
    if process is not None and process.first is not None:
        told[starts < periods.span(process.first)[0]] = False
    for gap in truth.gaps:
        if gap.kpi == kpi.id:
            begun = starts + length > periods.span(gap.start)[0]
            during = begun & (starts <= periods.span(gap.until)[1])
            told[during[:, None] & _where(gap.unit, units)] = False
    return told


def _counted(
    kpi: KPI, truth: Truth, seen: Series, starts: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not has_parts(kpi):
        whole = _bundle(seen[kpi.id], starts, length, kpi.aggregate)
        none = np.full(whole.shape, np.nan)
        return np.round(whole, truth.processes[kpi.id].decimals) + 0.0, none, none
    identity = next((each for each in truth.identities if each.kpi == kpi.id), None)
    if identity is not None:
        numerator = _weighted(identity.numerator, truth, seen, starts, length)
        denominator = _weighted(identity.denominator, truth, seen, starts, length)
    else:
        process = truth.processes[kpi.id]
        denominator = _weighted(dict.fromkeys(process.of, 1.0), truth, seen, starts, length)
        rate = _bundle(seen[kpi.id], starts, length, "mean")
        numerator = np.round(rate * denominator / kpi.scale, process.decimals) + 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        actual = np.round(kpi.scale * numerator / np.where(denominator == 0, np.nan, denominator), 4) + 0.0
    return actual, numerator, denominator


def _weighted(weights: Mapping[str, float], truth: Truth, seen: Series, starts: np.ndarray, length: int) -> np.ndarray:
    """A weighted sum of counted processes: each is rounded month by month, as it is counted, before it is added up."""
    counted = [
        weight * _bundle(np.round(seen[name], truth.processes[name].decimals), starts, length, "sum")
        for name, weight in weights.items()
    ]
    decimals = max(truth.processes[name].decimals for name in weights)
    return np.round(sum(counted[1:], counted[0]), decimals) + 0.0


def _bundle(series: np.ndarray, starts: np.ndarray, length: int, word: str) -> np.ndarray:
    """Months brought together to the periods that start at `starts`."""
    months = series[starts[:, None] + np.arange(length)]
    if word == "last":
        return months[:, -1]
    if word in ("min", "max"):
        return months.min(axis=1) if word == "min" else months.max(axis=1)
    # One after the other, in an order that every machine keeps.
    total = reduce(np.add, np.moveaxis(months, 1, 0))
    return total if word == "sum" else total / length


def _sizes(truth: Truth, units: Units | None) -> dict[str, float]:
    if units is None:
        return dict(truth.units)
    if isinstance(units, Mapping):
        return dict(units)
    return {unit: truth.units.get(unit, 1.0) for unit in units}


def _check(scorecard: Scorecard, truth: Truth) -> None:
    computed = {identity.kpi for identity in truth.identities}
    faults = []
    for kpi in scorecard.kpis:
        process = truth.processes.get(kpi.id)
        if process is None and kpi.id not in computed:
            faults.append(Fault("truth", f"there is no process for the KPI {kpi.id!r}", fix="add one, or an identity"))
        elif process is not None and has_parts(kpi) and not process.of:
            fix = "name the processes that are its denominator in `of`"
            faults.append(Fault("truth", f"the KPI {kpi.id!r} is a ratio, and nothing is said of its parts", fix=fix))
        elif kpi.id in computed and not has_parts(kpi):
            faults.append(Fault("truth", f"the KPI {kpi.id!r} is an identity, and so must be a ratio"))
        if kpi.frequency not in LENGTHS:
            allowed = ", ".join(LENGTHS)
            faults.append(Fault(f"KPI {kpi.id!r}", "this frequency is not simulated", kpi.frequency, allowed))
    if faults:
        raise ScorecardError(faults)
