"""A step in a series by least squares: beside a line, a season and known breaks, and with the series' memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from bsclib.actuals.breaks import season_chance

_KEPT = np.linspace(0, 0.95, 96)
"""The memories that are tried."""
STEP = 1
"""Which column of the regression is the step."""
LARGEST = 1_000_000
"""Pairs of months that are laid out at once."""


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
    return fit_steps(series, [first], adjust, season)[0]


def fit_steps(
    series: Observed, dates: Sequence[int], adjust: Collection[str], season: bool | None = None
) -> list[Step | None]:
    """The step at each of several months, one at a time."""
    month, values = series.month, series.values
    if season is None:
        smooth = values if series.exposure is None else np.log((values + 0.5) / series.exposure)
        looked_for = "season" in adjust and series.length == 1
        seasonal = [date for date in dates if looked_for and _has_season(smooth, month, date)]
    else:
        seasonal = list(dates) if season else []
    found: dict[int, Step] = {}
    many = max(LARGEST // max(len(month), 1) ** 2, 1)
    for with_season in (True, False):  # where a season cannot be told from the rest, it is left out
        left = [date for date in (seasonal if with_season else dates) if date not in found]
        for at in range(0, len(left), many):
            found |= _fitted(series, left[at : at + many], adjust, with_season)
    return [found.get(date) for date in dates]


def _fitted(series: Observed, dates: Sequence[int], adjust: Collection[str], season: bool) -> dict[int, Step]:
    """The steps at those of some months that can be told from what else there is; axes are dates, months, columns."""
    month = series.month
    designs = np.repeat(design_of(series, dates[0], season)[None], len(dates), axis=0)
    designs[:, :, STEP] = month >= np.array(dates)[:, None]
    if len(month) <= designs.shape[2]:
        return {}
    there = np.linalg.matrix_rank(designs) == designs.shape[2]
    dates, designs = [date for date, one in zip(dates, there, strict=True) if one], designs[there]
    if not dates:
        return {}
    values = np.broadcast_to(series.values, designs.shape[:2])
    if series.exposure is not None:
        worked = [_working(series.values, design, series.exposure) for design in designs]
        values, designs = (np.array(part) for part in zip(*worked, strict=True))
    times = (month - month[0]) // series.length
    basis = np.linalg.qr(designs)[0]
    rest = values - np.einsum("dmc,dc->dm", basis, np.einsum("dmc,dm->dc", basis, values))
    flat = (rest**2).sum(axis=1) <= 1e-20 * np.maximum((values**2).sum(axis=1), 1e-300)
    memory = np.zeros(len(dates))
    if "memory" in adjust and not flat.all():
        memory[~flat] = _memory(rest[~flat], basis[~flat], times)
    size, unit_error, left = weighted(values, designs, times, memory)
    plain = designs.shape[1] - designs.shape[2]
    noise = np.where(flat, 0.0, left / plain)
    free = np.maximum(plain * (1 - memory) / (1 + memory), min(3, plain))
    if series.exposure is not None and "dispersion" not in adjust:
        noise, free = np.ones(len(dates)), np.full(len(dates), np.inf)
    size = np.where(flat & (np.abs(size) <= 1e-9 * np.abs(values).max(axis=1, initial=0)), 0.0, size)
    error = np.sqrt(noise) * unit_error
    return {
        date: Step(float(size[d]), float(error[d]), float(free[d]), float(memory[d]), float(noise[d]), season)
        for d, date in enumerate(dates)
    }


def _has_season(values: np.ndarray, month: np.ndarray, first: int) -> bool:
    """Whether a test finds a season; the step itself is taken out before."""
    step = (month >= first).astype(float)
    line = np.column_stack([np.ones(len(month)), month - month[0], step])
    rest = values - step * np.linalg.lstsq(line, values, rcond=None)[0][2]
    return season_chance(rest, month) < 0.05


def design_of(series: Observed, first: int, season: bool) -> np.ndarray:
    """The columns of the regression, the step at its place."""
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


def _memory(rest: np.ndarray, basis: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The share that a month keeps of the last: the one under which what was found is to be expected; by date."""
    # Residuals are M e, M = 1 − Q Q'. Of e with memory r, E[rest' A rest] is the sum over pairs of (M A M) r^gap.
    maker = np.eye(len(times)) - basis @ basis.transpose(0, 2, 1)
    gap = np.abs(times[:, None] - times[None, :])
    near = (gap == 1).astype(float)
    gaps, pairs = np.unique(gap, return_inverse=True)
    order = np.argsort(pairs.ravel(), kind="stable")
    starts = np.searchsorted(pairs.ravel()[order], np.arange(len(gaps)))
    power = _KEPT[:, None] ** gaps
    below, above = (
        power @ np.add.reduceat(part.reshape(len(rest), -1)[:, order], starts, axis=1).T
        for part in (maker, maker @ near @ maker)
    )
    expected = np.maximum.accumulate(above / below)
    own = np.einsum("dm,dm->d", rest @ near, rest) / (rest**2).sum(axis=1)
    return np.array([np.interp(one, column, _KEPT) for one, column in zip(own, expected.T, strict=True)])


def weighted(
    values: np.ndarray, design: np.ndarray, times: np.ndarray, memory: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Generalised least squares: the step, its standard error where the noise is 1, and what is left over."""
    # What a month does not keep of the last, each with the same variance: Prais and Winsten, gaps included.
    kept = np.asarray(memory, dtype=float)[..., None] ** np.diff(times)
    root = np.sqrt(1 - kept**2)
    both = np.concatenate([design, values[..., None]], axis=-1)
    own = both.copy()
    own[..., 1:, :] = (both[..., 1:, :] - kept[..., None] * both[..., :-1, :]) / root[..., None]
    design, values = own[..., :-1], own[..., -1]
    across = np.swapaxes(design, -1, -2)
    inverse = np.linalg.inv(across @ design)
    solved = (inverse @ (across @ values[..., None]))[..., 0]
    left = values - (design @ solved[..., None])[..., 0]
    return solved[..., STEP], np.sqrt(inverse[..., STEP, STEP]), (left**2).sum(axis=-1)
