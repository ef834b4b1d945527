"""A scoring method applied to one KPI: what it needs is taken from the KPI, and what had to be assumed is said.

A published rule compares an actual with a target, a red flag, a worst and a best. A KPI has a floor, what is expected
by now, a stretch and thresholds; `_parameters` says which stands for which. What was taken and assumed is kept as data,
`Taken`; `bsclib.scoring.reasons` says it in words.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from bsclib.model.nouns import KPI
from bsclib.scoring import rules
from bsclib.scoring.expectations import Expectation
from bsclib.scoring.method import Method

Taken = dict[str, Any]
"""What a rule took from the KPI, by name, and what had to be assumed: plain data, so that it can be written to a file.

`case` is ``"inside"`` (the actual lies inside a range, and counts as its nearer edge), ``"hold"`` (what is expected
is no better than where the way begins, so that there is only a level to hold) or ``"no_target"`` (a unit of a KPI that
adds up has none of its own); `mirrored` is true where a rule that is
written for the other direction sees 2 × expected - actual; `warning` is ``"by_zero"`` or ``"below_zero"``.
"""
_IN_COLUMNS = {"floor", "expected", "sign"}
"""What the frame of scores says anyway of a rule that measures the way from the floor to what is expected."""


@dataclass(frozen=True)
class Applied:
    """What a method makes of a KPI, in arrays that broadcast to (units, months)."""

    floor: np.ndarray
    target: np.ndarray
    expected: np.ndarray
    share: np.ndarray  # unclamped, 1 where the method's full score lies
    score: np.ndarray  # 0..100, unless the method does not hold it there
    at_risk: np.ndarray
    on_target: np.ndarray
    place: np.ndarray  # among `taken`
    taken: list[Taken]


@dataclass(frozen=True)
class _Way:
    """The way a KPI has to go, on the side where the actual lies; inside a range the actual counts as the edge."""

    actual: np.ndarray
    floor: np.ndarray
    expected: np.ndarray
    sign: np.ndarray
    inside: np.ndarray


def apply(method: Method, kpi: KPI, aim: Expectation, actual: np.ndarray) -> Applied:
    """Score one KPI by a method, from actuals of shape (units, months)."""
    ranged = kpi.direction == "within_range"
    way = _range_way(aim, actual) if ranged else _point_way(kpi, aim, actual)
    mirror_way = _mirror(method, way)
    taken = _parameters(method, kpi, aim, way, mirror_way, actual.shape[1])
    own = _own_scale(method, actual if method.takes_range else mirror_way.actual, taken)
    good = np.where(rules.meets_expected(mirror_way.actual, mirror_way.expected, mirror_way.sign), method.full, 0.0)
    stuck = _has_no_way(mirror_way, taken)
    own = np.where(stuck, good, own) + 0.0
    own = np.where(np.isnan(actual) | ~aim.known, np.nan, own)
    clamped = np.clip(own, *method.clamp) if method.clamp else own
    with np.errstate(over="ignore"):
        score = clamped * (100 / method.full) + 0.0
    place, situations = _situations(method, kpi, aim, actual)
    case = np.where(way.inside, 1, np.where(stuck, 2, 0))
    extras: tuple[Taken, ...] = ({}, {"case": "inside"}, {"case": "hold"})
    place, cases = place * 3 + case, [situation | extra for situation in situations for extra in extras]
    if not aim.known.all():
        place, cases = np.where(aim.known, place, len(cases)), [*cases, {"case": "no_target"}]
    known = np.where(np.isnan(actual), np.nan, 1.0) if ranged else np.where(aim.known, 1.0, np.nan)
    target = way.expected if ranged else aim.target
    at_risk, on_target = _cuts(method, kpi, mirror_way, taken)
    held = np.clip(score, 0, 100) if method.held else score
    edges = (way.floor * known, target * known, way.expected * known)
    return Applied(*edges, own / method.full, held, at_risk, on_target, place, cases)


def _own_scale(method: Method, actual: np.ndarray, taken: dict[str, Any]) -> np.ndarray:
    return rules.ROUNDINGS[method.rounding](method.compute(actual, **taken))


def _has_no_way(mirror_way: _Way, taken: dict[str, Any]) -> np.ndarray:
    """Whether the rule measures a way from a beginning, and what is expected is no better than that."""
    if not {"floor", "min", "worst", "red", "baseline", "edges", "anchors"} & taken.keys():
        return np.zeros((1, 1), dtype=bool)
    begins = taken.get("baseline", mirror_way.floor)
    return ~rules.has_way(begins, mirror_way.expected, mirror_way.sign)


def _cuts(method: Method, kpi: KPI, mirror_way: _Way, taken: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Where at risk and on target begin, on the scale of `share`."""
    if method.cuts:
        at_risk, on_target = (np.asarray(cut / method.full) for cut in method.cuts)
        return at_risk, on_target
    as_expected = _own_scale(method, mirror_way.expected, taken) / method.full
    as_expected = np.where(_has_no_way(mirror_way, taken) | np.isnan(as_expected), 1.0, as_expected)
    return kpi.thresholds.at_risk * as_expected, kpi.thresholds.on_target * as_expected


def _point_way(kpi: KPI, aim: Expectation, actual: np.ndarray) -> _Way:
    sign = np.full((1, 1), 1.0 if kpi.direction == "higher_is_better" else -1.0)
    floor, expected = np.broadcast_arrays(aim.lower, aim.expected)
    return _Way(actual, floor, expected, sign, np.zeros((1, 1), dtype=bool))


def _range_way(aim: Expectation, actual: np.ndarray) -> _Way:
    low, high, lower, upper = aim.low, aim.high, aim.lower, aim.upper
    at_low = (actual < low) | ((actual <= high) & (actual - low <= high - actual))
    inside = (actual >= low) & (actual <= high)
    edge = np.where(at_low, low, high)
    floor, sign = np.where(at_low, lower, upper), np.where(at_low, 1.0, -1.0)
    return _Way(np.where(inside, edge, actual), floor, edge, sign, inside)


def _goes_other_way(method: Method, way: _Way) -> np.ndarray:
    """Where the KPI goes the other way than the rule is written for; a band is the same in a mirror."""
    if method.takes_range:
        return np.zeros(way.sign.shape, dtype=bool)
    return way.sign != {"higher": 1, "lower": -1}.get(method.better, way.sign)


def _mirror(method: Method, way: _Way) -> _Way:
    flip = _goes_other_way(method, way)
    if not flip.any():
        return way
    actual = np.where(flip, 2 * way.expected - way.actual, way.actual)
    floor = np.where(flip, 2 * way.expected - way.floor, way.floor)
    return _Way(actual, floor, way.expected, np.where(flip, -way.sign, way.sign), way.inside)


def _parameters(method: Method, kpi: KPI, aim: Expectation, way: _Way, mirror_way: _Way, months: int) -> dict[str, Any]:
    """What the method takes, from the KPI."""
    flip = _goes_other_way(method, way)

    def mirrored(value: np.ndarray) -> np.ndarray:
        return np.where(flip, 2 * way.expected - value, value)

    floor, expected = mirror_way.floor, mirror_way.expected
    red = floor + kpi.thresholds.at_risk * (expected - floor)
    stretch = None if kpi.stretch is None else mirrored(aim.stretch)
    far = expected if stretch is None else stretch
    baseline = floor if kpi.baseline_value is None else mirrored(aim.baseline)
    beyond = expected + (expected - red) if stretch is None else stretch
    supply: dict[str, Any] = {"floor": floor, "sign": mirror_way.sign, "baseline": baseline, "checkins": months}
    supply |= dict.fromkeys(("target", "expected", "goal"), expected) | dict.fromkeys(("min", "worst"), floor)
    supply |= dict.fromkeys(("max", "best"), far) | {"red": red, "edges": [floor, red, expected, beyond]}
    supply |= {"anchors": [(floor, 0.0), (expected, 100.0)], "band": _band(kpi, aim)}
    return {name: supply[name] for name in method.takes}


def _band(kpi: KPI, aim: Expectation) -> tuple[Any, Any]:
    below, above = kpi.direction == "higher_is_better", kpi.direction == "lower_is_better"
    return -np.inf if above else aim.low, np.inf if below else aim.high


def _situations(method: Method, kpi: KPI, aim: Expectation, actual: np.ndarray) -> tuple[np.ndarray, list[Taken]]:
    """What the method took, for each value that is expected or for each side of a range, and which cell is of which."""
    names = [name for name in method.takes if "floor" not in method.takes or name not in _IN_COLUMNS]
    if not names and method.better == "either":
        return np.zeros((1, 1), dtype=int), [{}]
    one_by_one, place = _distinct(aim)
    if kpi.direction == "within_range":
        sides = _repeated(one_by_one, 4)
        edges = (np.nextafter(sides.low, -np.inf), sides.low, sides.high, np.nextafter(sides.high, np.inf))
        way = _range_way(sides, np.choose(np.arange(sides.low.size) % 4, edges))
        near_low = _range_way(aim, actual).sign > 0
        side = np.where(actual < aim.low, 0, np.where(actual > aim.high, 3, np.where(near_low, 1, 2)))
        return place * 4 + side, _list_situations(method, kpi, sides, way, names, actual.shape[1])
    way = _point_way(kpi, one_by_one, np.zeros(one_by_one.low.shape))
    return place, _list_situations(method, kpi, one_by_one, way, names, actual.shape[1])


def _distinct(aim: Expectation) -> tuple[Expectation, np.ndarray]:
    """What differs of an expectation, side by side (1, situations), and which cell is of which."""
    arrays = np.broadcast_arrays(*(getattr(aim, field.name) for field in fields(aim)))
    flat = np.stack([array.reshape(-1) for array in arrays])
    # A number that is not there is the same wherever it is not there.
    _, first, place = np.unique(np.nan_to_num(flat, nan=np.inf), axis=1, return_index=True, return_inverse=True)
    return Expectation(*(column[None, first] for column in flat)), place.reshape(arrays[0].shape)


def _repeated(aim: Expectation, times: int) -> Expectation:
    return Expectation(*(np.repeat(getattr(aim, field.name), times, axis=1) for field in fields(aim)))


def _list_situations(
    method: Method, kpi: KPI, aim: Expectation, way: _Way, names: list[str], months: int
) -> list[Taken]:
    taken = _parameters(method, kpi, aim, way, _mirror(method, way), months)
    count = way.expected.shape[1]
    columns = [_by_situation(taken[name], count) for name in names]
    situations: list[Taken] = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    situations = situations or [{} for _ in range(count)]
    flip = np.broadcast_to(_goes_other_way(method, way), way.expected.shape)[0].tolist()
    for situation, mirrored, expected in zip(situations, flip, way.expected[0].tolist(), strict=True):
        if mirrored:
            situation["mirrored"] = True
        if warning := _warning(method, expected):
            situation["warning"] = warning
    return situations


def _by_situation(value: Any, count: int) -> list[Any]:
    """What a rule takes by one name, as plain numbers (or lists of such), one for each situation."""
    if isinstance(value, (list, tuple)):
        return [list(parts) for parts in zip(*(_by_situation(part, count) for part in value), strict=True)]
    return np.broadcast_to(np.asarray(value, dtype=float).reshape(-1), count).tolist()


def _warning(method: Method, expected: float) -> str:
    """What a rule that divides by its target makes of one that is not above 0."""
    if expected > 0 or set(method.takes) not in ({"target"}, {"expected"}):
        return ""
    below = method.compute(np.array([-2.0, -1.0, 0.0]), **{name: np.array(-1.0) for name in method.takes})
    if np.all(np.diff(below) * (-1 if method.better == "lower" else 1) > 0):
        return ""  # it knows how to deal with targets below 0, and so with 0
    return "by_zero" if expected == 0 else "below_zero"
