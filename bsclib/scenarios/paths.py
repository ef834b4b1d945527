"""Paths into the months ahead: of every KPI by itself, and of what a change does, along the map.

Arrays here have the shape (months, KPIs, draws), because everything that is done to them is done draw by draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bsclib.scenarios.baseline_path import LASTS
from bsclib.scenarios.equations import POOL
from bsclib.scenarios.fitting import FittedMap

SEED = 1
"""Where chance comes from when nothing is said of it."""
Seed = np.random.Generator | int | None


@dataclass(frozen=True)
class Drawn:
    """One draw of every equation, many times."""

    own: np.ndarray  # (KPIs, draws)
    noise: np.ndarray
    slope: np.ndarray
    pull: np.ndarray
    by: tuple[np.ndarray, ...]  # one a KPI (causes, draws)

    def repeated(self, times: int) -> Drawn:
        """Each draw so many times, one after the other."""
        own, noise, slope, pull, *by = (
            np.repeat(part, times, axis=1) for part in (self.own, self.noise, self.slope, self.pull, *self.by)
        )
        return Drawn(own, noise, slope, pull, tuple(by))


def draw_equations(fit: FittedMap, draws: int, rng: np.random.Generator) -> Drawn:
    """Draw every equation, each by itself."""
    picks = [*zip(fit.equations, rng.integers(POOL, size=(len(fit.equations), draws)), strict=True)]
    own, noise, slope, pull = (
        np.stack([getattr(one, name)[pick] for one, pick in picks]) for name in ("own", "noise", "slope", "pull")
    )
    return Drawn(own, noise, slope, pull, tuple(np.ascontiguousarray(one.by[pick].T) for one, pick in picks))


def draw_baseline(fit: FittedMap, drawn: Drawn, horizon: int, rng: np.random.Generator) -> np.ndarray:
    """The paths of all KPIs when nothing is done (months, KPIs, draws); NaN for a KPI without actuals."""
    return Departures(fit, drawn, rng).baseline(horizon).paths()


@dataclass(frozen=True)
class Baseline:
    """What chance drew of the paths when nothing is done."""

    fit: FittedMap
    drawn: Drawn
    departures: Sequence[np.ndarray]  # a month each (KPIs, draws)
    ends: np.ndarray  # months until each trend ends
    waves: np.ndarray  # of a year, for seasons that are not as they were (2, KPIs, draws)

    def paths(self, some: Sequence[int] | None = None) -> np.ndarray:
        """The paths of some KPIs, or of all (months, KPIs, draws), on their scales."""
        # line + season + departure. The departure follows the equations from the last actuals on, with noise that hits
        # all KPIs together as far as it did. What a draw's own line has otherwise than the one from which departures
        # are measured is in its pull and its slope: every draw starts at the last actual.
        kpis = slice(None) if some is None else list(some)
        starts = [self.fit.baseline_paths[k] for k in (range(len(self.ends)) if some is None else some)]
        level = np.array([own.level for own in starts], dtype=np.float32)[:, None]
        season = np.stack([own.season for own in starts], axis=1).astype(np.float32)
        slope, ends, (sine, cosine) = self.drawn.slope[kpis], self.ends[kpis], self.waves[:, kpis]
        out = np.empty((len(self.departures), *ends.shape), dtype=np.float32)
        part, other = np.empty_like(ends), np.empty_like(ends)
        for h, (path, departure) in enumerate(zip(out, self.departures, strict=True)):
            angle = np.float32(2 * np.pi * h / 12)
            np.add(departure[kpis], level + season[(self.fit.month + 1 + h) % 12][:, None], out=path)
            np.multiply(sine, np.cos(angle), out=part)
            np.multiply(cosine, np.sin(angle), out=other)
            part += other
            path += part
            np.minimum(ends, h + 1, out=part)
            part *= slope
            path += part
        return out


class Departures:
    """What chance makes of all KPIs, month after month: as many as are asked for, and those that are there are kept."""

    def __init__(self, fit: FittedMap, drawn: Drawn, rng: np.random.Generator):
        self.fit, self.drawn, self.rng = fit, drawn, rng
        seen = ~np.isnan(fit.past)
        behind = seen[::-1].argmax(axis=0)
        # Months that have passed already, in which some KPIs were not observed.
        self.late = int(behind[seen.any(axis=0)].max(initial=0))
        before = len(fit.past) - self.late
        # What is NaN in `known` was not observed, and is drawn.
        self.past, self.known = fit.past[:before].astype(np.float32), fit.past[before:]
        longest = max([1, *(int(one.lags.max()) for one in fit.equations if len(one.lags))])
        zeros = np.zeros((longest, self.past.shape[1]), dtype=np.float32)
        self.past = np.nan_to_num(np.concatenate([zeros, self.past])[-longest:])
        self.months: list[np.ndarray] = []
        self.states = [rng.bit_generator.state]

    def until(self, horizon: int) -> None:
        """Draw what is not there yet of so many months ahead."""
        for t in range(len(self.months), self.late + horizon):
            self.rng.bit_generator.state = self.states[t]
            self.months.append(self._noise(t))
            self.states.append(self.rng.bit_generator.state)
            self._propagate(t)

    def baseline(self, horizon: int) -> Baseline:
        """So many months ahead, with the random numbers that whoever asks for them first gets."""
        self.until(horizon)
        self.rng.bit_generator.state = self.states[self.late + horizon]
        ends = self.rng.standard_exponential(self.drawn.own.shape, dtype=np.float32)
        ends *= np.float32(LASTS)
        unsure = np.array([own.season_error for own in self.fit.baseline_paths], dtype=np.float32)[:, None]
        waves = unsure * self.rng.standard_normal((2, *self.drawn.own.shape), dtype=np.float32)
        return Baseline(self.fit, self.drawn, self.months[self.late : self.late + horizon], ends, waves)

    def _noise(self, t: int) -> np.ndarray:
        """What happens by chance in a month (KPIs, draws)."""
        noise = self.rng.standard_normal(self.drawn.own.shape, dtype=np.float32)
        if np.tril(self.fit.together, -1).any():
            noise = self.fit.together @ noise
        noise *= self.drawn.noise
        noise += self.drawn.pull
        if t < self.late:
            line = np.array([own.slope for own in self.fit.baseline_paths], dtype=np.float32)[:, None]
            noise += self.drawn.own * (self.drawn.slope - line)
        return noise

    def _propagate(self, t: int) -> None:
        """Turn the noise of a month into departures, in place, after those of the months before."""
        past, now = self.past, self.months[t]
        for k in self.fit.order:
            if t < len(self.known) and not np.isnan(self.known[t, k]):
                now[k] = self.known[t, k]
                continue
            equation = self.fit.equations[k]
            now[k] += self.drawn.own[k] * (self.months[t - 1][k] if t else past[-1, k])
            for n, (cause, lag) in enumerate(zip(equation.causes.tolist(), equation.lags.tolist(), strict=True)):
                now[k] += self.drawn.by[k][n] * (self.months[t - lag][cause] if t >= lag else past[t - lag, cause])


def effect_paths(
    fit: FittedMap,
    drawn: Drawn,
    pushes: Mapping[int, np.ndarray],
    horizon: int,
    held: Mapping[int, np.ndarray] | None = None,
) -> dict[int, np.ndarray]:
    """What pushes do to every KPI that they reach, a (months, draws) each."""
    held = held or {}
    reached = downstream(fit, [*pushes, *held])
    draws = drawn.own.shape[1]
    moved = {k: np.zeros((horizon, draws), dtype=np.float32) for k in reached}
    rest = {k: np.zeros(draws, dtype=np.float32) for k in reached}
    along = {
        k: [
            (moved[int(cause)], int(lag), drawn.by[k][n])
            for n, (cause, lag) in enumerate(zip(fit.equations[k].causes, fit.equations[k].lags, strict=True))
            if int(cause) in moved
        ]
        for k in reached
    }
    for k, path in held.items():
        moved[k][...] = path
    for t in range(horizon):
        for k in reached:
            if k in held:
                continue
            if along[k]:
                rest[k] *= drawn.own[k]
                for cause, lag, by in along[k]:
                    if t >= lag:
                        rest[k] += by * cause[t - lag]
                moved[k][t] = rest[k]
            if k in pushes:
                moved[k][t] += pushes[k][t]
    return moved


def downstream(fit: FittedMap, some: list[int]) -> list[int]:
    """Some KPIs and all that they drive, near and far, in the fit's order."""
    found, fresh = set(some), set(some)
    while fresh:
        fresh = {k for k, one in enumerate(fit.equations) if k not in found and fresh & set(one.causes.tolist())}
        found |= fresh
    return [k for k in fit.order if k in found]
