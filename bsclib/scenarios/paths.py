"""Paths into the months ahead: of every KPI by itself, and of what a change does, along the map.

Arrays here have the shape (months, KPIs, draws), because everything that is done to them is done draw by draw.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    # line + season + departure. The departure follows the equations from the last actuals on, with noise that hits all
    # KPIs together as far as it did. What a draw's own line has otherwise than the one from which departures are
    # measured is in its pull and its slope: every draw starts at the last actual.
    past, late = fit.past, _months_late(fit)
    count, draws = drawn.own.shape
    moved = rng.standard_normal((late + horizon, count, draws), dtype=np.float32)
    if np.tril(fit.together, -1).any():
        for t in range(len(moved)):
            moved[t] = fit.together @ moved[t]
    moved *= drawn.noise
    moved += drawn.pull
    level, line, unsure = (
        np.array([getattr(own, name) for own in fit.baseline_paths], dtype=np.float32)[:, None]
        for name in ("level", "slope", "season_error")
    )
    if late:  # months that have passed already, in which some KPIs were not observed
        moved[:late] += drawn.own * (drawn.slope - line)
    _propagate(fit, drawn, moved, past[: len(past) - late].astype(np.float32), past[len(past) - late :])
    moved = moved[late:]
    ends = rng.standard_exponential((count, draws), dtype=np.float32)
    ends *= np.float32(LASTS)
    season = np.stack([own.season for own in fit.baseline_paths], axis=1).astype(np.float32)
    waves = unsure * rng.standard_normal((2, count, draws), dtype=np.float32)  # of a year, seasons as well as not
    for h in range(horizon):
        angle = np.float32(2 * np.pi * h / 12)
        moved[h] += level + season[(fit.month + 1 + h) % 12][:, None]
        moved[h] += np.cos(angle) * waves[0] + np.sin(angle) * waves[1]
        moved[h] += drawn.slope * np.minimum(ends, h + 1)
    return moved


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


def _months_late(fit: FittedMap) -> int:
    """Months before the last one after which a KPI that has actuals has none."""
    seen = ~np.isnan(fit.past)
    behind = seen[::-1].argmax(axis=0)
    return int(behind[seen.any(axis=0)].max(initial=0))


def _propagate(fit: FittedMap, drawn: Drawn, moved: np.ndarray, past: np.ndarray, known: np.ndarray) -> None:
    """Turn noise (months, KPIs, draws) into departures, in place, after those in `past`; `known` are the first ones."""
    # Both (months, KPIs); what is NaN in `known` was not observed, and is drawn.
    longest = max([1, *(int(one.lags.max()) for one in fit.equations if len(one.lags))])
    past = np.nan_to_num(np.concatenate([np.zeros((longest, past.shape[1]), dtype=np.float32), past])[-longest:])
    for t in range(len(moved)):
        for k in fit.order:
            if t < len(known) and not np.isnan(known[t, k]):
                moved[t, k] = known[t, k]
                continue
            equation = fit.equations[k]
            moved[t, k] += drawn.own[k] * (moved[t - 1, k] if t else past[-1, k])
            for n, (cause, lag) in enumerate(zip(equation.causes.tolist(), equation.lags.tolist(), strict=True)):
                moved[t, k] += drawn.by[k][n] * (moved[t - lag, cause] if t >= lag else past[t - lag, cause])
