"""Targets as other people's files give them: of units and of the whole, at all times or by period."""

from __future__ import annotations

from typing import Any

from bsclib.model import periods

Given = dict[tuple[str, str], float]
"""Targets by unit (empty: the whole) and period (empty: all of them)."""


def when(period: str) -> tuple[int, str]:
    """By what periods stand in the order of time."""
    return periods.span(period)[0], period


def together(values: list[float], pooled: str) -> float:
    """What the units' values come to as a whole."""
    words = {"sum": sum(values), "min": min(values), "max": max(values)}
    return float(f"{words.get(pooled, sum(values) / len(values)):.12g}")


def whole_targets(given: Given, pooled: str) -> dict[str, float]:
    """The whole's target by period: its own, else what its units' come to as the actuals do."""
    whole = {period: value for (unit, period), value in given.items() if not unit}
    by_period: dict[str, list[float]] = {}
    for (unit, period), value in given.items():
        if unit:
            by_period.setdefault(period, []).append(value)
    for period, values in by_period.items():
        whole.setdefault(period, together(values, pooled))
    return _lasting(whole)


def unit_targets(given: Given, pooled: str) -> dict[str, dict[str, float]]:
    """The targets of each unit by period; none where they are what holds for all units alike."""
    units: dict[str, dict[str, float]] = {}
    for (unit, period), value in given.items():
        if unit:
            units.setdefault(unit, {})[period] = value
    alike = len({value for values in units.values() for value in values.values()}) < 2
    return {} if alike and pooled != "sum" else {unit: _lasting(units[unit]) for unit in units}


def _lasting(by_period: dict[str, float]) -> dict[str, float]:
    """What holds at all times stands beside what holds in months: the months count."""
    return {period: value for period, value in by_period.items() if period} or by_period


def as_target(by_period: dict[str, float], stepped: bool = True) -> Any:
    """One number where all are alike, else dated values; on a stepped path a value stands where it begins."""
    if len(set(by_period.values())) == 1:
        return next(iter(by_period.values()))
    points = [{"period": period, "value": by_period[period]} for period in sorted(by_period, key=when)]
    return [point for i, point in enumerate(points) if not (stepped and i and point["value"] == points[i - 1]["value"])]
