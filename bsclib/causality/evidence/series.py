"""Actuals laid out for the regressions: one panel for all effects that are reported equally often.

An effect reported by the quarter is regressed on causes brought to quarters too, by the house's own rules, each
beginning as many months earlier as its lag says. A cause reported more seldom than its effect holds over its months. A
cause that only the organisation as a whole reports is the same in every unit; an effect that only the organisation
reports is regressed on the organisation's causes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import Cube
from bsclib.actuals.table import LARGEST, has_parts
from bsclib.causality.evidence.claims import Claims
from bsclib.causality.evidence.engine import Panel
from bsclib.model import periods
from bsclib.model.initiatives import Event
from bsclib.model.nouns import Link, Scorecard

# With fewer, a KPI that has not moved yet may still do so: that is too little data, not a verdict on the KPI.
STILL = 12
"""Actuals after which a KPI that has not moved is said to be constant."""


@dataclass(frozen=True)
class LinkPanel:
    """A panel, the places of its links in the scorecard, and the names of its units."""

    panel: Panel
    places: list[int]
    units: list[str]


@dataclass(frozen=True)
class _Months:
    """Monthly series of some units (units, months, KPIs); NaN where nothing was observed."""

    units: list[str]
    actual: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray


class Series:
    """Monthly series of every KPI in one unit or all; the months of one-off events are taken out."""

    def __init__(self, scorecard: Scorecard, rows: pd.DataFrame, grid: Cube, unit: str | None = None):
        self.scorecard, self.first = scorecard, int(grid.months[0])
        self.months = len(grid.months)
        self.place = {kpi.id: k for k, kpi in enumerate(scorecard.kpis)}
        self.step = _steps(rows, scorecard)
        parts = (grid.actual, grid.numerator, grid.denominator)
        arrays = [np.where(np.abs(part) <= LARGEST, part, np.nan) for part in parts]
        # A strike or a flood happens once: it would count as the clearest effect of all. A lasting event is a break.
        for event in scorecard.events:
            if event.kind == "one_off":
                first, last = (max(month - self.first, 0) for month in np.add(periods.span(event.period), (0, 1)))
                for k in self._touched(event):
                    arrays[0][:, first:last, k] = np.nan
        self.by_unit = ~np.isnan(grid.actual[1:]).all(axis=(0, 1))
        self.whole = _Months([""], *(part[:1] for part in arrays))
        chosen = [unit] if unit else grid.units[1:]
        places = [grid.units.index(name) for name in chosen]
        spread = (np.where(self.by_unit, part[places], part[:1]) for part in arrays)
        self.single = _Months(chosen, *spread) if places else self.whole
        self.alone = unit is not None

    def _touched(self, event: Event) -> list[int]:
        return [self.place[id] for id in event.kpis] if event.kpis else list(self.place.values())

    def breaks(self, k: int) -> np.ndarray:
        """The months, from the first one on, in which lasting events begin that touch a KPI."""
        lasting = [event for event in self.scorecard.events if event.kind != "one_off" and k in self._touched(event)]
        return np.array([periods.span(event.period)[0] - self.first for event in lasting], dtype=int)

    def month_of(self, row: int, length: int) -> int:
        """The first month of a panel's row of so many months."""
        return self.first + (-self.first) % length + row * length

    def _of(self, effect: str) -> _Months:
        """The units on which an effect is regressed."""
        return self.single if self.alone or self.by_unit[self.place[effect]] else self.whole

    def together(self, link: Link) -> int:
        """In how many months a link's cause and effect were both observed, in one unit or more."""
        values = self._of(link.effect).actual[:, :, [self.place[link.cause], self.place[link.effect]]]
        return int((~np.isnan(values)).all(axis=2).any(axis=0).sum())

    def course(self, link: Link, id: str) -> str:
        """How a link's KPI has moved, in words, when it has not, or only along a straight line; else empty."""
        courses = set()
        for values in self._of(link.effect).actual[:, :, self.place[id]]:
            at = np.flatnonzero(~np.isnan(values))
            if len(at) < STILL * self.step[self.place[id]]:
                continue
            seen, middle = values[at], at - at.mean()
            line = seen.mean() + middle * (middle @ seen / max(middle @ middle, 1))
            still = np.abs(seen).max() * 1e-9
            if np.ptp(seen) <= still:
                courses.add(f"has not changed once in {len(at)} months")
            else:
                courses.add("moves along a straight line only" if np.abs(seen - line).max() <= still else "")
        return "" if "" in courses or not courses else sorted(courses)[0]

    def panels(self, places: Sequence[int]) -> list[LinkPanel]:
        """The panels of links with sign and lag, given by their places in the scorecard."""
        alike: dict[tuple[bool, int], list[int]] = {}
        for n in places:
            effect = self.scorecard.links[n].effect
            kind = (self._of(effect) is self.single, int(self.step[self.place[effect]]))
            alike.setdefault(kind, []).append(n)
        panels = []
        for (single, length), those in alike.items():
            series = self.single if single else self.whole
            panels.append(LinkPanel(self._panel(series, those, length), those, series.units))
        return panels

    def _panel(self, series: _Months, places: list[int], length: int) -> Panel:
        links = [self.scorecard.links[n] for n in places]
        # A cause of a quarterly effect has a column for each phase of its lag: its quarters begin that much earlier.
        ends = np.flatnonzero((self.first + np.arange(self.months) + 1) % length == 0)
        columns: dict[tuple[int, int], int] = {}
        for link in links:
            columns.setdefault((self.place[link.effect], 0), len(columns))
            columns.setdefault((self.place[link.cause], int(link.lag or 0) % length), len(columns))
        values = np.full((len(series.units), len(ends), len(columns)), np.nan)
        breaks = []
        for (k, phase), column in columns.items():
            at = ends - phase
            values[:, at >= 0, column] = self._rolled(series, k, length)[:, at[at >= 0]]
            # A break within a quarter counts in part.
            breaks.append(np.clip((at[:, None] - self.breaks(k) + 1) / length, 0, 1))
        claims = Claims(
            cause=np.array([columns[self.place[link.cause], int(link.lag or 0) % length] for link in links]),
            effect=np.array([columns[self.place[link.effect], 0] for link in links]),
            lag=np.array([int(link.lag or 0) // length for link in links]),
            sign=np.array([1 if link.sign == "+" else -1 for link in links]),
            window=np.array([link.window // length for link in links]),
            smallest=np.array([np.nan if link.smallest_effect is None else link.smallest_effect for link in links]),
            # Of a cause whose quarters begin a month or two before the effect's, the same row is earlier already.
            earliest=np.array([int(int(link.lag or 0) % length == 0) for link in links]),
        )
        return Panel(values, claims, length, breaks)

    def _rolled(self, series: _Months, k: int, length: int) -> np.ndarray:
        """A KPI over the `length` months that end in each month (units, months), by the KPI's own word."""
        kpi, step, values = self.scorecard.kpis[k], int(self.step[k]), series.actual[:, :, k]
        if length == 1:
            return values
        windows = _windows(values, length)
        if step < length and kpi.aggregate == "ratio" and has_parts(kpi):
            given = np.where(np.isnan(values), np.nan, 1.0)
            parts = (series.numerator[:, :, k], series.denominator[:, :, k])
            # Months without a ratio count in neither sum; without parts the mean of the ratios has to do.
            over, under = (_windows(part * given, length).sum(axis=2) for part in parts)
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.where(under != 0, kpi.scale * over / under, np.nan)
            return np.where(np.isnan(ratio), windows.mean(axis=2), ratio)
        # A cause reported as seldom as its effect holds over its months, whatever its word is.
        if step >= length or kpi.aggregate in ("mean", "ratio"):
            return windows.mean(axis=2)
        if kpi.aggregate == "sum":
            # A sum reported by the quarter stands in each of its months, so it would be added up three times.
            return windows.sum(axis=2) / step
        return {"last": windows[:, :, -1], "min": windows.min(axis=2), "max": windows.max(axis=2)}[kpi.aggregate]


def _windows(values: np.ndarray, length: int) -> np.ndarray:
    """The last `length` months up to each month (units, months, length); NaN before the first."""
    padded = np.concatenate([np.full((values.shape[0], length - 1), np.nan), values], axis=1)
    return np.lib.stride_tricks.sliding_window_view(padded, length, axis=1)


def _steps(rows: pd.DataFrame, scorecard: Scorecard) -> np.ndarray:
    """Months between two actuals of each KPI, the longest where they differ."""
    spans = [periods.span(text) for text in rows["period"].cat.categories]
    length = np.array([last - first + 1 for first, last in spans], dtype=int)[rows["period"].cat.codes.to_numpy()]
    longest = pd.Series(length).groupby(rows["kpi"].astype(str).to_numpy()).max()
    return np.array([int(longest.get(kpi.id, 1)) for kpi in scorecard.kpis])
