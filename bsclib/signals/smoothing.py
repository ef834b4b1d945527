"""Three plain forecasts of many series at once, and how wrong they are: smoothing, a damped trend, and Theta.

Their mean is hard to beat: in the M3 and M4 competitions of thousands of business series, means of simple methods did
better than most methods by themselves (Makridakis and Hibon 2000; Makridakis, Spiliotis and Assimakopoulos 2020). Every
row of a matrix is a series; what was not observed is NaN, before its beginning too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WEIGHTS = np.array([0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99])
"""Shares of the last error that may go into the level."""
TREND_WEIGHTS = np.array([0.0, 0.03, 0.1, 0.25])
"""Shares of that share that may go into the trend."""
DAMPINGS = np.array([0.8, 0.9, 0.96])
"""What a month may keep of the trend."""
BEGINNING = 8
"""Values of which a series' first level and trend are told."""
EARLIEST = 10
"""Values after which its first rolling origin lies."""


@dataclass(frozen=True)
class Smoothed:
    """Forecasts of the mean of the three (series, months ahead), their standard errors, and values they rest on."""

    expected: np.ndarray
    error: np.ndarray
    count: np.ndarray


def smooth(values: np.ndarray, horizon: int) -> Smoothed:
    """Fit the three to each series, and forecast as many steps ahead."""
    seen = ~np.isnan(values)
    count = seen.sum(axis=1)
    begun = np.cumsum(seen, axis=1)
    filled = np.where(seen, values, 0.0)
    level, slope = _beginning(filled, seen, begun)
    ahead = np.arange(1, horizon + 1)
    plain = _Recursion(filled, seen, begun, level, 0 * slope, WEIGHTS, np.zeros_like(WEIGHTS), np.ones_like(WEIGHTS))
    grid = (part.ravel() for part in np.meshgrid(WEIGHTS[2::2], TREND_WEIGHTS, DAMPINGS, indexing="ij"))
    damped = _Recursion(filled, seen, begun, level, slope, *grid)
    line = _line_slopes(filled, seen)
    paths = np.stack([plain.path(ahead), damped.path(ahead), plain.path(ahead) + _drift(plain, line, begun, ahead)])
    mean = paths.mean(axis=0)  # (series, origins, steps)
    own = np.stack([plain.variance(ahead), damped.variance(ahead), plain.variance(ahead)])
    now = paths[:, :, -1]
    between = now.var(axis=0, ddof=1)
    lost = 1 + 2 / np.maximum(count - 2, 1)[:, None]  # what is not known of level and trend
    error = np.sqrt((own.mean(axis=0) + between) * lost)
    return Smoothed(
        mean[:, -1], error * _rolling(values, begun, mean, np.sqrt(own.mean(axis=0)), ahead)[:, None], count
    )


def _beginning(filled: np.ndarray, seen: np.ndarray, begun: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The level before the first value, and the trend there, of a line through the first values."""
    first = seen & (begun <= BEGINNING)
    at = np.where(first, begun, 0.0)
    many = np.maximum(first.sum(axis=1), 1)
    middle, mean = at.sum(axis=1) / many, (filled * first).sum(axis=1) / many
    apart = np.where(first, at - middle[:, None], 0.0)
    spread = (apart**2).sum(axis=1)
    slope = np.divide((apart * filled).sum(axis=1), spread, out=np.zeros(len(spread)), where=spread > 0)
    return mean, slope


class _Recursion:
    """Level and trend after each month, with the weights of a grid that leave the smallest errors one month ahead."""

    def __init__(
        self,
        filled: np.ndarray,
        seen: np.ndarray,
        begun: np.ndarray,
        level: np.ndarray,
        slope: np.ndarray,
        weight: np.ndarray,
        trend_weight: np.ndarray,
        damping: np.ndarray,
    ):
        shape = (len(filled), len(weight))
        trending = bool(trend_weight.any() or slope.any())
        start = level - slope * (BEGINNING / 2 + 0.5) if trending else level
        levels = np.broadcast_to(start[:, None], shape).copy()
        trends = np.broadcast_to(slope[:, None], shape).copy()
        months = filled.shape[1]
        kept = np.empty((2, months, *shape))
        squares = np.zeros(shape)
        for t in range(months):
            running = (begun[:, t] > 0)[:, None]
            carried = np.where(running, damping * trends, trends) if trending else trends
            foreseen = levels + np.where(running, carried, 0.0) if trending else levels
            miss = np.where(seen[:, t, None], filled[:, t, None] - foreseen, 0.0)
            levels = foreseen + weight * miss
            trends = carried + weight * trend_weight * miss if trending else trends
            squares += miss**2
            kept[0, t], kept[1, t] = levels, trends
        best = np.argmin(squares, axis=1)
        row = np.arange(len(filled))
        self.weight, self.trend_weight, self.damping = weight[best], trend_weight[best], damping[best]
        self.levels, self.trends = kept[0][:, row, best].T, kept[1][:, row, best].T
        free = np.maximum(seen.sum(axis=1) - (3 if trending else 1) - 1, 1)
        self.sigma2 = squares[row, best] / free
        self.trending = trending

    def path(self, ahead: np.ndarray) -> np.ndarray:
        """What is expected so many months ahead of each month: (series, months, steps)."""
        if not self.trending:
            return np.broadcast_to(self.levels[:, :, None], (*self.levels.shape, len(ahead)))
        reach = np.cumsum(self.damping[:, None] ** ahead, axis=1)
        return self.levels[:, :, None] + self.trends[:, :, None] * reach[:, None, :]

    def variance(self, ahead: np.ndarray) -> np.ndarray:
        """The variance of its errors so many months ahead (series, steps)."""
        reach = np.cumsum(self.damping[:, None] ** ahead, axis=1) if self.trending else np.zeros((1, len(ahead)))
        moved = (self.weight[:, None] * (1 + self.trend_weight[:, None] * reach)) ** 2
        return self.sigma2[:, None] * (1 + np.cumsum(moved, axis=1) - moved[:, :1])


def _line_slopes(filled: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """The slope of the line of least squares through all values up to each month (series, months)."""
    at = np.arange(filled.shape[1], dtype=float)
    count, x, y, xx, xy = (np.cumsum(seen * part, axis=1) for part in (1.0, at, filled, at**2, at * filled))
    spread = count * xx - x**2
    return np.divide(count * xy - x * y, spread, out=np.zeros_like(spread), where=spread > 1e-9)


def _drift(plain: _Recursion, line: np.ndarray, begun: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """What Theta adds to smoothing: half of the slope of the line, also for what smoothing lags behind it."""
    # Hyndman, R. and Billah, B. (2003), Unmasking the Theta method, International Journal of Forecasting 19, 287-290.
    weight = plain.weight[:, None]
    behind = (1 - (1 - weight) ** begun) / weight
    return line[:, :, None] / 2 * (ahead - 1 + behind[:, :, None])


def _rolling(
    values: np.ndarray, begun: np.ndarray, paths: np.ndarray, error: np.ndarray, ahead: np.ndarray
) -> np.ndarray:
    """By how much forecasts from earlier months were farther off than the models say; 1 where they were not."""
    squares, many = np.zeros(len(values)), np.zeros(len(values))
    for step in ahead[: values.shape[1] - 1]:
        origins = begun[:, :-step] >= EARLIEST
        miss = (values[:, step:] - paths[:, :-step, step - 1]) / np.where(
            error[:, step - 1] > 0, error[:, step - 1], 1.0
        )[:, None]
        told = origins & ~np.isnan(miss)
        squares += np.where(told, miss, 0.0).__pow__(2).sum(axis=1)
        many += told.sum(axis=1)
    return np.sqrt(np.maximum(np.divide(squares, many, out=np.ones(len(values)), where=many > 0), 1.0))
