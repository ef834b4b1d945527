"""A step in a series by least squares: beside a line, a season and known breaks, and with the series' memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from bsclib.actuals.breaks import season_chance

_KEPT = np.linspace(0, 0.95, 96)
"""The memories that are tried."""


@dataclass(frozen=True)
class Observed:
    """The months that have an actual, counted from the year 0; with an `exposure`, counts. `terms` are known steps."""

    month: np.ndarray
    values: np.ndarray
    exposure: np.ndarray | None = None
    terms: np.ndarray | None = None
    length: int = 1  # months between two actuals

    def without(self, first: int, after: int) -> Observed:
        """What was observed but for the months from one to the one before another."""
        return self._at((self.month < first) | (self.month >= after))

    def until(self, month: int) -> Observed:
        """What was observed before a month."""
        return self._at(self.month < month)

    def _at(self, there: np.ndarray) -> Observed:
        exposure, terms = (None if part is None else part[there] for part in (self.exposure, self.terms))
        return Observed(self.month[there], self.values[there], exposure, terms, self.length)


@dataclass(frozen=True)
class Step:
    """A step that was fitted: its size and standard error (of a ratio, logarithms), and what it rests on."""

    size: float
    error: float
    free: float
    memory: float
    noise: float
    season: bool

    @property
    def clear(self) -> float:
        """The size in standard errors."""
        if self.error <= 0:
            return 0.0 if self.size == 0 else float(np.copysign(np.inf, self.size))
        return self.size / self.error

    def reach(self, level: float) -> float:
        """How far the interval goes to each side."""
        return float(stdtrit(self.free, 0.5 + level / 2)) * self.error


def fit_step(series: Observed, first: int, adjust: Collection[str], season: bool | None = None) -> Step | None:
    """The step at a month beside line, season and known breaks; None where it cannot be told from those."""
    month, values = series.month, series.values
    if season is None:
        smooth = values if series.exposure is None else np.log((values + 0.5) / series.exposure)
        season = "season" in adjust and series.length == 1 and _has_season(smooth, month, first)
    design = design_of(series, first, season)
    if season and (len(month) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]):
        season, design = False, design_of(series, first, False)
    if len(month) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    if series.exposure is not None:
        values, design = _working(values, design, series.exposure)
    times = (month - month[0]) // series.length
    rest = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    flat = rest @ rest <= 1e-20 * max(values @ values, 1e-300)
    memory = 0.0 if flat or "memory" not in adjust else _memory(rest, design, times)
    size, unit_error, left = weighted(values, design, times, memory)
    plain = len(values) - design.shape[1]
    noise = 0.0 if flat else left / plain
    if series.exposure is not None and "dispersion" not in adjust:
        noise, free = 1.0, np.inf
    else:
        free = max(plain * (1 - memory) / (1 + memory), min(3, plain))
    size = 0.0 if flat and abs(size) <= 1e-9 * np.abs(values).max(initial=0) else size
    return Step(size, float(np.sqrt(noise)) * unit_error, float(free), memory, noise, season)


def _has_season(values: np.ndarray, month: np.ndarray, first: int) -> bool:
    """Whether a test finds a season; the step itself is taken out before."""
    step = (month >= first).astype(float)
    line = np.column_stack([np.ones(len(month)), month - month[0], step])
    rest = values - step * np.linalg.lstsq(line, values, rcond=None)[0][2]
    return season_chance(rest, month) < 0.05


def design_of(series: Observed, first: int, season: bool) -> np.ndarray:
    """The columns of the regression, the step second."""
    month = series.month
    middle = (month - month.mean()) / 12
    parts = [np.ones(len(month)), month >= first, middle]
    if season:
        parts += list((month[:, None] % 12 == np.unique(month % 12)[1:]).T)
    if series.terms is not None:
        terms = series.terms[:, np.ptp(series.terms, axis=0) > 0]
        parts += list(terms.T)
    return np.column_stack(parts).astype(float)


def _working(counts: np.ndarray, design: np.ndarray, exposure: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Poisson regression as a weighted least squares: response and design, each month's standard deviation 1."""
    offset = np.log(exposure)
    mean = counts + 0.5
    for _ in range(50):
        response = np.log(mean) - offset + (counts - mean) / mean
        root = np.sqrt(mean)
        solved = np.linalg.lstsq(design * root[:, None], response * root, rcond=None)[0]
        new = np.exp(np.clip(design @ solved + offset, -30, 30))
        done = np.allclose(new, mean, rtol=1e-12)
        mean = new
        if done:
            break
    root = np.sqrt(mean)
    return root * (np.log(mean) - offset + (counts - mean) / mean), design * root[:, None]


def _memory(rest: np.ndarray, design: np.ndarray, times: np.ndarray) -> float:
    """The share that a month keeps of the last: the one under which what was found is to be expected."""
    # Residuals are M e, M = 1 − Q Q'. Of e with memory r, E[rest' A rest] is the sum over pairs of (M A M) r^gap.
    basis, _ = np.linalg.qr(design)
    maker = np.eye(len(rest)) - basis @ basis.T
    gap = np.abs(times[:, None] - times[None, :])
    near = (gap == 1).astype(float)
    power = _KEPT[:, None] ** np.arange(int(gap.max()) + 1)
    above = power @ np.bincount(gap.ravel(), (maker @ near @ maker).ravel())
    below = power @ np.bincount(gap.ravel(), maker.ravel())
    expected = np.maximum.accumulate(above / below)
    return float(np.interp((rest @ near @ rest) / (rest @ rest), expected, _KEPT))


def weighted(values: np.ndarray, design: np.ndarray, times: np.ndarray, memory: float) -> tuple[float, float, float]:
    """Generalised least squares: the step, its standard error where the noise is 1, and what is left over."""
    if memory > 0:
        root = np.linalg.cholesky(memory ** np.abs(times[:, None] - times[None, :]))
        values, design = np.linalg.solve(root, values), np.linalg.solve(root, design)
    inverse = np.linalg.inv(design.T @ design)
    solved = inverse @ (design.T @ values)
    left = values - design @ solved
    return float(solved[1]), float(np.sqrt(inverse[1, 1])), float(left @ left)
