"""Months that look wrong, and levels that move: found in what is left of a series, to be offered as events.

Nothing here changes an actual. A month that looks wrong may be an error, a strike, or the truth; only people know.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.actuals.departures import monthly_series, regressors, without
from bsclib.actuals.gaps import expected, kept
from bsclib.actuals.moving_window import moving_windows
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.wording import amount

FAR = 5.0
"""Standard deviations from what its neighbours let expect, beyond which a month looks wrong."""
SPIKE = 0.6
"""Share of that distance which must lie between a month and each of its neighbours."""
CLOSER = 4.0
"""By how much closer the month after must be to an error than to what happened, in squared standard deviations."""
ROUNDS = 4
"""How often months that look wrong are set aside, and the others looked at again: the worst may hide the next."""
FEWEST = 12
"""Values from which on a series says what is usual in it."""
# Not the median, because a count of rare things is 0 in most months, and the others are not wrong.
USUAL = 0.85
"""Share of a series by which it is judged how far from its neighbours a month usually is."""
_OF_NORMAL = 1.44
"""So many standard deviations that share of a normal distribution lies within."""
# The largest of some fifty t-values, one a month, of series without a shift passes it in a few of a hundred.
CLEAR = 5.0
"""Standard errors of a change of level, beyond which it is offered."""
MOST_LOOKS = 5
"""How often trend and season are taken out again, what looks wrong left aside."""
EDGE = 6
"""Months before and after which a change of level is looked for: less of a new level can be anything."""
MOST_SHIFTS = 3
"""Changes of level that are looked for in a series."""
# What happens more often than in one month of ten belongs to the series.
RARE = 0.1
"""Largest share of a series that may look wrong."""


COLUMNS = ["unit", "kpi", "period", "kind", "size", "clear", "offer"]


def find_breaks(actuals: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> pd.DataFrame:
    """Months that look wrong, and levels that move, which no event explains: offered as events, never applied.

    Series that are means of their last months are named too.

    Parameters
    ----------
    actuals : DataFrame
        Long, checked or not.
    scorecard : Scorecard
        What its events say is taken out first.
    unit : str, default the organisation as a whole, its units pooled as they are for scoring

    Returns
    -------
    DataFrame
        A row for each, the clearest of a KPI first: `unit`, `kpi`, `period` (the month, or the first of the new level),
        `kind` (``outlier``, ``level_shift`` or ``moving_window``), `size` (in what the KPI is measured in: how far the
        month lies from what its neighbours let expect, or by how much the level moved), `clear` (the size in standard
        errors) and
        `offer`, the event to add to the scorecard if people know what happened, as a line of YAML. A KPI whose actuals
        are means of their last 3, 6 or 12 months has a row of its own, with its first month, their number as `size`,
        `clear` missing, and an `offer` in words: no event mends that.

    Raises
    ------
    ActualsError, UnknownNameError
        When the actuals cannot be read, or there are none; when none is of this unit.

    Notes
    -----
    An outlier stands alone, far from what both its neighbours let expect, and the series goes on as if it had not been
    (an additive outlier: Chang, Tiao and Chen 1988, Technometrics 30, 193-204). A change of level is the step that
    leaves least over beside trend, season and declared events, clear by 5 standard errors that allow for what each
    month keeps of the last; it lies 6 months or more from either end. A series that wanders has no level to move from.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> scorecard, actuals = load_dataset("meridian")
    >>> wrong = actuals["kpi"].eq("backlog") & actuals["period"].eq("2024-03")
    >>> typed = actuals.assign(actual=actuals["actual"].where(~wrong, 10 * actuals["actual"]))
    >>> found = find_breaks(typed, scorecard)
    >>> found.loc[found["kpi"] == "backlog", ["period", "kind"]].values.tolist()
    [['2024-03', 'outlier']]
    """
    series = monthly_series(actuals, scorecard, unit)
    rows = []
    for k, kpi in enumerate(scorecard.kpis):
        mine = [event for event in scorecard.events if not event.kpis or kpi.id in event.kpis]
        at = np.flatnonzero(~np.isnan(series.values[:, k]))
        if len(at) < 2 * FEWEST:
            continue
        values, terms = series.values[at, k], regressors(series.months[at], series.lengths[at, k], mine)
        if (window := _window(values, terms[:, :2], at)) > 1 and (series.lengths[at, k] == 1).all():
            first = periods.period_of(int(series.months[at[0]]))
            offer = f"report each month's own value: this one looks like a mean of the last {window} months"
            rows.append((unit or "", kpi.id, first, "moving_window", float(window), np.nan, offer))
        for place, kind, size, clear in _breaks(values, terms, at):
            month = periods.period_of(int(series.months[at[place]]))
            rows.append((unit or "", kpi.id, month, kind, size, clear, _offer(kpi.id, month, kind, size)))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    order = {kpi.id: k for k, kpi in enumerate(scorecard.kpis)}
    return frame.sort_values(
        ["kpi", "clear"], key=lambda one: one.map(order) if one.name == "kpi" else -one.abs(), ignore_index=True
    )


def _window(values: np.ndarray, line: np.ndarray, at: np.ndarray) -> int:
    """Over how many months a series is a mean; 1 for most."""
    left = np.full((1, int(at[-1]) + 1, 1), np.nan)
    left[0, at, 0] = without(values, line, np.ones(len(values), dtype=bool))
    return int(moving_windows(left)[0])


def _offer(kpi: str, month: str, kind: str, size: float) -> str:
    as_event = "one_off" if kind == "outlier" else "definition_change"
    moved = "lies" if kind == "outlier" else "moves by"
    away = " from the months around it" if kind == "outlier" else " to stay"
    return f"{{period: {month}, kind: {as_event}, kpis: [{kpi}], why: {moved} {amount(size)}{away}}}"


def _breaks(values: np.ndarray, terms: np.ndarray, at: np.ndarray) -> list[tuple[int, str, float, float]]:
    """Place, kind, size and clearness of what one series shows; `at` are its rows, between which months may lack."""
    out: list[tuple[int, str, float, float]] = []
    wrong = np.zeros(len(values), dtype=bool)
    left = np.full((1, int(at[-1]) + 1, 1), np.nan)
    for _ in range(MOST_SHIFTS + 1):
        for _ in range(MOST_LOOKS):
            left[0, at, 0] = np.where(wrong, np.nan, without(values, terms, ~wrong))
            found = looks_wrong(left)[0, at, 0]
            wrong |= found
            if not found.any():
                break
        place, size, clear = level_shift(values[~wrong], terms[~wrong])
        if abs(clear) < CLEAR or len(out) == MOST_SHIFTS:
            break
        place = int(np.flatnonzero(~wrong)[place])
        out.append((place, "level_shift", size, clear))
        terms = np.column_stack([terms, np.arange(len(values)) >= place])
    all_left = without(values, terms, ~wrong)
    left[0, at, 0] = np.where(wrong, np.nan, all_left)
    own = kept(left)
    apart = all_left - expected(left, own)[0, at, 0]
    usual = float(np.sqrt(np.mean(all_left[~wrong] ** 2) * (1 - own[0] ** 2) / (1 + own[0] ** 2)))
    for at_wrong in np.flatnonzero(wrong).tolist():
        size = float(apart[at_wrong])
        out.append((at_wrong, "outlier", size, size / usual if usual > 0 else float("inf")))
    return out


def level_shift(values: np.ndarray, terms: np.ndarray) -> tuple[int, float, float]:
    """The step that leaves least over beside some terms: its first place, its size, and that in standard errors."""
    count = len(values)
    if count < terms.shape[1] + 2 * EDGE:
        return 0, 0.0, 0.0
    steps = (np.arange(count)[:, None] >= np.arange(EDGE, count - EDGE + 1)).astype(float)
    basis, strength, _ = np.linalg.svd(terms, full_matrices=False)
    basis = basis[:, strength > strength[0] * 1e-10]
    rest, apart = values - basis @ (basis.T @ values), steps - basis @ (basis.T @ steps)
    room = (apart**2).sum(axis=0)
    size = np.divide(apart.T @ rest, room, out=np.zeros(len(room)), where=room > 1e-6 * count)
    best = int(np.argmax(size**2 * room))
    left = rest - size[best] * apart[:, best]
    # Months that keep something of the last tell less than their number: as the mean of such a series does.
    own = float(kept(left[None, :, None])[0])
    noise = (left**2).sum() / max(count - basis.shape[1] - 2, 1) * (1 + own) / (1 - own)
    clear = size[best] * np.sqrt(room[best]) / np.sqrt(noise) if noise > 1e-18 * (values**2).mean() else 0.0
    return best + EDGE, float(size[best]), float(clear)


def season_chance(values: np.ndarray, month: np.ndarray, per_year: int = 12) -> float:
    """The chance of such differences between the times of the year if there were no season; 1 below two years."""
    # An F-test of eleven levels, trend and what each month keeps of the last given.
    from scipy.special import fdtrc

    following = np.flatnonzero((np.diff(month) == 1) & ~np.isnan(values[1:]) & ~np.isnan(values[:-1])) + 1
    plain = np.column_stack([np.ones(len(following)), month[following], values[following - 1]])
    times = (month[following, None] % per_year == np.unique(month[following] % per_year)[1:]).astype(float)
    free = len(following) - plain.shape[1] - times.shape[1]
    if np.ptp(month) < 2 * per_year - 1 or free < 1:
        return 1.0
    over = []
    for terms in (plain, np.column_stack([plain, times])):
        rest = values[following] - terms @ np.linalg.lstsq(terms, values[following], rcond=None)[0]
        over.append(float(rest @ rest))
    if over[1] <= 1e-12 * float(values[following] @ values[following]):
        return 0.0 if over[0] > over[1] else 1.0
    return float(fdtrc(times.shape[1], free, (over[0] - over[1]) / times.shape[1] / (over[1] / free)))


def looks_wrong(left: np.ndarray) -> np.ndarray:
    """Which departures (units, rows, columns) look wrong: far from what both their neighbours let expect."""
    # An additive outlier stands alone: the month after it is as if nothing had been. What really happened is kept by
    # a series as any other chance is (an innovational outlier), and is none. Fox, A. J. (1972), Outliers in time
    # series, Journal of the Royal Statistical Society B 34, 350-363; told apart as in Chang, I., Tiao, G. C. and Chen,
    # C. (1988), Estimation of time series parameters in the presence of outliers, Technometrics 30, 193-204.
    seen = ~np.isnan(left)
    wrong = np.zeros(left.shape, dtype=bool)
    size = _spread(left)
    own = kept(np.clip(left, -3 * size, 3 * size))
    for _ in range(ROUNDS):
        clean = np.where(wrong, np.nan, left)
        neighbours = _left_out(clean, own)
        apart = np.where(seen, left - neighbours, np.nan)
        spread = _spread(np.where(wrong, np.nan, apart))
        far = np.abs(apart) > FAR * spread
        filled = expected(clean, own)
        # How far from what the month before lets expect, and from what the month after does: a step is far from one.
        ahead, back = np.zeros(left.shape), np.zeros(left.shape)
        ahead[:, 1:] = left[:, 1:] - own * filled[:, :-1]
        back[:, :-1] = left[:, :-1] - own * filled[:, 1:]
        ahead[:, 0], back[:, -1] = back[:, 0], ahead[:, -1]
        spike = np.minimum(ahead * np.sign(apart), back * np.sign(apart)) > SPIKE * np.abs(apart)
        # What the month after says: of an error −own times as much is missing there, of what happened nothing.
        after = np.zeros(left.shape)
        after[:, :-1] = left[:, 1:] - own * np.where(np.isnan(left), filled, left)[:, :-1]
        # Of a series that moves once in its life there is no spread to compare with: that month stands alone.
        with np.errstate(divide="ignore", invalid="ignore"):
            gain = (after**2 - (after + own * ahead) ** 2) / spread**2
        alone = np.nan_to_num(gain, nan=np.inf) > np.where(own < 0.2, -np.inf, CLOSER)
        far &= spike
        found = far & alone & (seen.sum(axis=1, keepdims=True) >= FEWEST)
        # The farthest of neighbours first: it makes those beside it look wrong as well.
        height = np.pad(np.where(found, np.abs(apart), 0.0), ((0, 0), (1, 1), (0, 0)))
        beside = np.maximum(height[:, :-2], height[:, 2:])
        found &= height[:, 1:-1] >= beside
        if not (found & ~wrong).any():
            break
        wrong = wrong | found
        own = kept(np.where(wrong, np.nan, left))
    wrong &= wrong.sum(axis=1, keepdims=True) <= RARE * seen.sum(axis=1, keepdims=True)
    # The worst alone: it has bent trend and season towards itself, and what looks wrong in those may be right.
    size = np.where(wrong, np.abs(left), 0.0)
    return wrong & (size >= 0.5 * size.max(axis=1, keepdims=True))


def _spread(values: np.ndarray) -> np.ndarray:
    """How far values usually are from 0, by the size that most of them do not pass; NaN where there are none."""
    sizes, count = np.sort(np.abs(values), axis=1), (~np.isnan(values)).sum(axis=1, keepdims=True)
    at = np.clip((USUAL * count).astype(int), 0, np.maximum(count - 1, 0))
    return np.take_along_axis(sizes, at, axis=1) / _OF_NORMAL


def _left_out(left: np.ndarray, own: np.ndarray) -> np.ndarray:
    """What each value is expected to be, were it not there."""
    filled = expected(left, own)
    gaps = np.isnan(left)
    before = np.concatenate([np.zeros_like(filled[:, :1]), filled[:, :-1]], axis=1)
    after = np.concatenate([filled[:, 1:], np.zeros_like(filled[:, :1])], axis=1)
    weight = np.broadcast_to(own / (1 + own**2), filled.shape).copy()
    ends = (weight * (before + after)).copy()
    ends[:, 0], ends[:, -1] = own * after[:, 0], own * before[:, -1]
    return np.where(gaps, filled, ends)
