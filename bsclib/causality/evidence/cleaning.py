"""Trend, season and known breaks taken out of many series at once: what is left are their departures.

Trends are always taken out. So is the season, but only by the share that stands out of the noise: at three years of
months, eleven levels for the times of the year cost more certainty than a season that is hardly there could mislead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from bsclib.actuals.breaks import level_shift, looks_wrong
from bsclib.actuals.gaps import kept
from bsclib.actuals.moving_window import Behind, months_behind, moving_windows

FEWEST = 4
"""Values that a series needs beyond the terms that are taken out of it."""
# A series that is nothing but trend and season leaves rounding errors, which would correlate like data.
FLAT = 1e-9
"""Share of its size below which what is left of a series is taken for rounding."""
# In a single year a season cannot be told from any other course.
SEASON_FROM = 2
"""Years that a series must span before a season is looked for."""
# Chosen by simulation, between finding more links in series without a season (2 and above) and in series with a
# ragged one (1).
DOUBT = 1.5
"""How many times the noise a season must reach before any of it is taken out."""


# Far values bend trend and season towards themselves, and hide others that way; the fourth look seldom finds more.
LOOKS = 4
"""How often departures are looked through for what looks wrong."""
# Less than for the offer of an event (5), because an interval only allows for it. In simulated worlds with changes of
# level that nobody declares, 73 in 100 of the true links' intervals held what is so without it, and 87 with it.
MOVED = 4.0
"""Standard errors of a change of level, beyond which an interval allows for it."""
FEWEST_SHIFTED = 24
"""Values from which on a change of level can be told."""


@dataclass(frozen=True)
class Rolled:
    """A column that is a mean of its last rows, and the rows behind it."""

    window: int
    means: np.ndarray  # departures of what was observed (units, rows); those of the rows behind are in `left`
    behind: Behind


@dataclass(frozen=True)
class Departures:
    """What is left of each series, and what taking out the rest has cost."""

    left: np.ndarray  # (units, rows, columns); NaN where nothing was observed
    plain: np.ndarray  # the same with the season left in
    spent: np.ndarray  # (units, columns): a term for each break, and of a season's eleven the share taken out
    rolled: Mapping[int, Rolled] = field(default_factory=dict)  # columns that are means of their last rows

    @cached_property
    def news(self) -> np.ndarray:
        """What the first unit's columns do not keep of the row before (rows − 1, columns); 0 where not observed."""
        left = self.left[0]
        kept_ = kept(self.left[:1]) * np.nan_to_num(left[:-1])
        return np.where(np.isnan(left[1:]), 0.0, left[1:] - kept_)


def detrend(values: np.ndarray, per_year: int = 12, breaks: Sequence[np.ndarray] = ()) -> Departures:
    """Take trend, breaks and season out of (units, rows, columns); what is too short or constant is NaN throughout."""
    units, _, columns = values.shape
    left, plain = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
    spent = np.zeros((units, columns))
    seen = ~np.isnan(values)
    # Series observed at the same rows, with the same breaks, have the same terms: one decomposition serves them all.
    alike: dict[tuple[bytes, bytes], list[tuple[int, int]]] = {}
    for k in range(columns):
        breaks_of = breaks[k].tobytes() if len(breaks) else b""
        for u in range(units):
            alike.setdefault((seen[u, :, k].tobytes(), breaks_of), []).append((u, k))
    for places in alike.values():
        u, k = np.array(places).T
        at = np.flatnonzero(seen[u[0], :, k[0]])
        steps = breaks[k[0]][at] if len(breaks) else np.zeros((len(at), 0))
        # A break before the first or after the last value would only double the constant.
        steps = steps[:, np.ptp(steps, axis=0) > 0] if len(at) else steps
        if len(at) >= steps.shape[1] + 2 + FEWEST:
            series = values[u, :, k][:, at].T
            rest, trendless, spent[u, k] = _less_course(series, at, steps, per_year)
            rest[:, np.sqrt((rest**2).mean(axis=0)) <= FLAT * np.abs(series).max(axis=0)] = np.nan
            left[u[:, None], at, k[:, None]], plain[u[:, None], at, k[:, None]] = rest.T, trendless.T
    return Departures(left, plain, spent)


def bounded(values: np.ndarray, per_year: int = 12, breaks: Sequence[np.ndarray] = ()) -> tuple[Departures, np.ndarray]:
    """The departures of `set_aside`; of columns that are means of their last rows those of the rows behind them."""
    out, wrong = set_aside(values, per_year, breaks)
    return _behind(out, np.where(wrong, np.nan, values), per_year, breaks), wrong


def set_aside(
    values: np.ndarray, per_year: int = 12, breaks: Sequence[np.ndarray] = ()
) -> tuple[Departures, np.ndarray]:
    """Departures in which what looks wrong carries no weight, and where that is: true in (units, rows, columns)."""
    # A gross error of ten standard deviations weighs as much as a hundred months. Setting far values aside, once trend
    # and season have been taken out without them too, is a redescending influence function: in simulated worlds with
    # 3 % of such errors recall was 0.20 without and 0.76 with it, and where there are none it changes nothing.
    out, wrong = detrend(values, per_year, breaks), np.zeros(values.shape, dtype=bool)
    for _ in range(LOOKS):
        found = looks_wrong(out.left)
        if not found.any():
            break
        wrong |= found
        out = detrend(np.where(wrong, np.nan, values), per_year, breaks)
    return out, wrong


def undeclared(found: Departures) -> dict[int, tuple[int, float]]:
    """Columns whose level changed clearly without a break that says so, from which row on, and how clearly."""
    out = {}
    for k in range(found.left.shape[2]):
        looks = []
        for one in found.left[:, :, k]:
            at = np.flatnonzero(~np.isnan(one))
            if len(at) >= FEWEST_SHIFTED:
                place, _, clear = level_shift(one[at], np.column_stack([np.ones(len(at)), at - at.mean()]))
                looks.append((abs(clear), int(at[place])))
        if looks and max(looks)[0] >= MOVED:
            out[k] = max(looks)[1], max(looks)[0]
    return out


def _behind(found: Departures, values: np.ndarray, per_year: int, breaks: Sequence[np.ndarray]) -> Departures:
    """The same, but of those columns that are means of their last rows the departures of the rows behind them."""
    lengths = moving_windows(found.plain, per_year)
    columns = np.flatnonzero(lengths > 1)
    if not len(columns):
        return found
    behind = {int(k): months_behind(values[:, :, k], int(lengths[k])) for k in columns}
    left, plain, spent = found.left.copy(), found.plain.copy(), found.spent.copy()
    months = np.stack([one.months for one in behind.values()], axis=2)
    again = detrend(months, per_year, [breaks[k] for k in behind] if len(breaks) else ())
    left[:, :, columns], plain[:, :, columns], spent[:, columns] = again.left, again.plain, again.spent
    rolled = {k: Rolled(int(lengths[k]), found.left[:, :, k], one) for k, one in behind.items()}
    return Departures(left, plain, spent, rolled)


def _less_course(
    series: np.ndarray, at: np.ndarray, steps: np.ndarray, per_year: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Departures of series (rows, series) that are observed at the same rows, with and without season, and the cost."""
    basis = orthonormal(np.column_stack([np.ones(len(at)), at - at.mean(), steps]))
    plain = series - basis @ (basis.T @ series)
    # Constant and trend cost every series the same; whoever counts the values left takes them off there.
    cost = np.full(series.shape[1], float(basis.shape[1] - 2))
    blocks = [block[at - at[0]] for block in waves(int(at[0]), int(at[-1]), per_year)]
    terms = sum(block.shape[1] for block in blocks)
    # One value more than the terms, for the series' own past.
    if not blocks or len(at) - basis.shape[1] - terms - 1 < FEWEST:
        return plain.copy(), plain, cost
    rest, taken = _less_season(plain, at, basis, blocks)
    return rest, plain, cost + taken


def _less_season(
    rest: np.ndarray, at: np.ndarray, plain: np.ndarray, blocks: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Series less the share of each block of waves that stands out, and how many terms that took."""
    # The share is max(0, 1 − DOUBT/F), where F compares the block's part of the variance with the noise: a
    # positive-part James-Stein estimate (James, W. and Stein, C., 1961, Estimation with quadratic loss, Fourth Berkeley
    # Symposium, 1, 361-379). All or nothing, by a test, would let a season just below the threshold mislead,
    # and charge for all of one just above.
    # The own past is given, because a series that resembles its last month makes waves of any length by itself. It
    # takes rows that follow each other.
    following = np.flatnonzero(np.diff(at) == 1) + 1
    now, before = rest[following], rest[following - 1]
    whole = np.column_stack(blocks)
    whole = whole - plain @ (plain.T @ whole)
    weights = np.linalg.lstsq(whole, rest, rcond=None)[0]
    full, terms = _noise(now, before, np.column_stack([plain, whole])[following])
    free = len(following) - terms - 1
    taken, first = np.zeros(rest.shape[1]), 0
    out = rest.copy()
    for n, block in enumerate(blocks):
        width = block.shape[1]
        others = np.column_stack([plain, *(other for m, other in enumerate(blocks) if m != n)])[following]
        without, fewer = _noise(now, before, others)
        with np.errstate(divide="ignore", invalid="ignore"):
            strength = ((without - full) / max(terms - fewer, 1)) / (full / max(free, 1))
            share = np.where(full > 0, np.clip(1 - DOUBT / strength, 0, 1), 1.0)
        part = slice(first, first + width)
        out -= share * (whole[:, part] @ weights[part])
        taken += share * width
        first += width
    return out, taken


def _noise(now: np.ndarray, before: np.ndarray, terms: np.ndarray) -> tuple[np.ndarray, int]:
    """Sum of squares that terms and the series' own past leave over, and the number of terms."""
    basis = orthonormal(terms)
    now, before = now - basis @ (basis.T @ now), before - basis @ (basis.T @ before)
    own = (before**2).sum(axis=0)
    shared = (now * before).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (now**2).sum(axis=0) - np.where(own > 0, shared**2 / own, 0.0), basis.shape[1]


@lru_cache(maxsize=64)
def waves(first: int, last: int, per_year: int) -> tuple[np.ndarray, ...]:
    """The year's own wave and its shorter ones, a block each, for the rows from first to last; none below two years."""
    if per_year < 4 or last - first + 1 < SEASON_FROM * per_year:
        return ()
    # Waves of a year's whole fractions span every pattern of levels for the times of the year. Two blocks, because most
    # seasons are smooth, all in the first, and then the nine terms of the second need not be paid for.
    angle = 2 * np.pi * np.arange(first, last + 1) / per_year
    pairs = [np.column_stack([np.sin(n * angle), np.cos(n * angle)]) for n in range(1, (per_year - 1) // 2 + 1)]
    if per_year % 2 == 0:
        pairs.append(np.cos(per_year // 2 * angle)[:, None])
    return pairs[0], np.column_stack(pairs[1:])


def orthonormal(terms: np.ndarray) -> np.ndarray:
    """An orthonormal basis of what the columns span; columns that add nothing are left out."""
    sized = terms / np.maximum(np.sqrt((terms**2).sum(axis=0)), 1e-300)
    basis, corner = np.linalg.qr(sized)
    free = np.abs(np.diag(corner)) > 1e-9
    if free.all():
        return basis
    # A QR without pivots does not say which columns to drop; the singular values do.
    basis, strength, _ = np.linalg.svd(sized, full_matrices=False)
    return basis[:, strength > 1e-9 * strength[0]]
