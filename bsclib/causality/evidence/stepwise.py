"""Which hypothesised causes enter an effect's regression, and what it then says of each.

Causes enter one at a time, the surest first, while they are sure enough to be there. Each is judged with the others
that entered beside it, whether or not it entered itself. All of them at once would be simpler, and at three years of
months finds fewer of the links that exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bsclib.causality.evidence.claims import Candidates, Claims, candidates
from bsclib.causality.evidence.cleaning import Departures
from bsclib.causality.evidence.regression import (
    ALIKE,
    STEADY,
    LeastSquares,
    Rows,
    filled,
    lagged,
    regression_rows,
    shared_shock,
)

# Milder than the verdicts: a real cause that is left out bends the others' estimates, a false one that enters costs a
# single value. One-sided, and the lags of a window paid for, like every p here.
ENTER = 0.1
"""A cause enters while its chance of being noise is at most this."""
# With eight the noise's standard deviation is known to about a quarter (1/√(2·8)); with fewer it is mostly a guess.
FEWEST = 8
"""Values beyond the terms of the regression, without which nothing is tested."""
# A year of months: less of it can be one single event.
FEWEST_ROWS = 12
"""Rows in which a link must have been observed to be tested."""
# 90 %, because both its ends then belong to one-sided tests at 5 %: refuted says that the far end stays below.
LEVEL = 0.10
"""Error of the intervals, both sides together, before they are widened for selection."""
# The long run divides by 1 − own: from here on its error is larger than itself.
OWN_MOST = 0.98
"""From this own coefficient on a series has no level to come back to, and no response adds up to an end."""
MEASURED = ("estimate", "error", "stated_estimate", "stated_error", "free", "p", "reach", "carry", "cumulative")
"""What a fit says of each claim in a number; NaN for those that could not be tested."""


@dataclass
class Fit:
    """One effect's regression, and what it says of each claim on it in the order of `mine`; NaN where untested."""

    effect: int
    mine: np.ndarray  # its claims, by their place in the map
    candidates: Candidates  # what could enter
    rows: Rows
    squares: LeastSquares
    entered: list[int]  # the candidates that did enter
    alike: list[list[int]]  # claims whose causes determine this one's exactly; itself if the effect's own past does
    noise: float  # standard deviation of what the regression leaves over
    stated: np.ndarray  # each claim's candidate at the lag that was stated; the best one where that was not observed
    chosen: np.ndarray  # its best candidate
    seen: np.ndarray  # rows in which that was observed
    values: np.ndarray  # and how often, units added up
    tested: np.ndarray  # whether there was enough to test
    estimate: np.ndarray  # the best candidate's effect
    error: np.ndarray  # its standard error
    stated_estimate: np.ndarray  # the same at the stated lag
    stated_error: np.ndarray
    free: np.ndarray  # values left to judge it by
    p: np.ndarray  # one-sided, in the stated direction, divided by the lag's share of the error
    reach: np.ndarray  # the largest effect in the stated direction that any lag of the window leaves possible
    carry: np.ndarray  # how many times an effect there is in the long run, by what the effect hands on to itself
    cumulative: np.ndarray  # the response to all claims of the same cause together, in the long run

    def beside(self, place: int) -> list[int]:
        """The candidates entered by other claims."""
        return [n for n in self.entered if self.candidates.claim[n] != place]

    def missing(self, place: int, units: int) -> list[int]:
        """The units in which a claim was not observed."""
        seen = np.bincount(self.rows.unit, self.rows.seen[:, int(self.chosen[place])], minlength=units)
        return [int(u) for u in np.flatnonzero(seen == 0)]


def fit(departures: Departures, map_: Claims, effect: int, narrow: bool = False, along: Claims | None = None) -> Fit:
    """Fit one effect's regression, at the stated lags only if `narrow`; causes of `along` are measured, never enter."""
    mine = np.flatnonzero(map_.effect == effect)
    claimed = map_.of(mine)
    open_ = candidates(claimed, narrow)
    columns, lags = (open_.column, open_.lag)
    if along is not None:
        columns, lags = np.append(columns, along.cause), np.append(lags, along.lag)
    rolled = departures.rolled.get(effect)
    whole, own = filled(departures, columns, lags, rolled.window if rolled else 1)
    # Only what is claimed may cost rows: what is measured along must not change what is said of it.
    first = int(open_.lag[own[: len(open_.lag)] > STEADY].max(initial=0))
    # Several units show by themselves what hits them at once.
    shock = shared_shock(departures.news, effect) if len(departures.left) == 1 else None
    causes = lagged(departures.left, columns, lags)
    observed = slice(len(open_.claim))

    def look(weight: np.ndarray | None = None, bent: bool = False) -> tuple[Rows, _Looks, list[int]]:
        rows = regression_rows(departures, effect, causes, whole, first, shock, weight, bent)
        looks = _Looks(LeastSquares(rows), open_, rows.observed()[observed])
        return rows, looks, looks.enter()

    rows, looks, entered = look()
    bent = looks.squares.bent(entered)
    if bent:
        rows, looks, entered = look(bent=bent)
    weight = looks.squares.weights(entered, causes.shape[:2])
    if weight is not None:
        rows, looks, entered = look(weight, bent)
    looks.squares.look(entered)
    if looks.squares.uneven:
        entered = looks.enter()
    stated = np.array([int(np.argmax(open_.claim == place)) for place in range(len(claimed))])
    alike = _alike(departures, effect, claimed, rows)
    out = Fit(
        effect=effect,
        mine=mine,
        candidates=open_,
        rows=rows,
        squares=looks.squares,
        entered=entered,
        alike=alike,
        noise=looks.squares.all_of(entered)[2],
        stated=stated,
        chosen=stated.copy(),
        seen=np.zeros(len(claimed), dtype=int),
        values=np.zeros(len(claimed), dtype=int),
        tested=np.zeros(len(claimed), dtype=bool),
        **{name: np.full(len(claimed), np.nan) for name in MEASURED},
    )
    # Of causes that move exactly alike no regression can say which one it is, so none of them is tested.
    for place, others in enumerate(alike):
        if not others:
            _look(out, looks, place)
    out.seen = looks.observed[out.chosen]
    out.values = rows.seen.sum(axis=0)[out.chosen]
    add_up(out, map_)
    return out


class _Looks:
    """Looks at each candidate, with others entered beside it."""

    def __init__(self, squares: LeastSquares, open_: Candidates, observed: np.ndarray):
        self.squares, self.open, self.observed = squares, open_, observed
        self.enough = (observed >= FEWEST_ROWS) & squares.live[: len(observed)]

    def added(self, entered: list[int]) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
        """Estimate, error and free values as `LeastSquares.added` has them, and the chance; NaN where untestable."""
        from scipy.special import stdtr

        estimate, error, free, _ = self.squares.added(entered)
        estimate, error = estimate[: len(self.enough)], error[: len(self.enough)]
        # One-sided, because the sign was stated; divided by the lag's share, because other lags were looked at too.
        with np.errstate(divide="ignore", invalid="ignore"):
            p = stdtr(free, -self.open.sign * estimate / error) / self.open.share
        testable = self.enough & (free >= FEWEST)
        return estimate, error, free, np.where(testable, np.minimum(p, 1.0), np.nan)

    def enter(self) -> list[int]:
        """The candidates that enter, in the order in which they do; at most one a claim."""
        entered: list[int] = []
        while True:
            p = self.added(entered)[3]
            p[np.isnan(p) | np.isin(self.open.claim, self.open.claim[entered])] = np.inf
            best = int(np.argmin(p))
            if p[best] > ENTER:
                return entered
            entered.append(best)


def _look(out: Fit, looks: _Looks, place: int) -> None:
    """Judge one claim by the best of its lags, the others' entered causes beside it."""
    from scipy.special import stdtrit

    estimate, error, free, p = looks.added(out.beside(place))
    lags = np.flatnonzero((looks.open.claim == place) & ~np.isnan(p))
    if not len(lags):
        return
    best = int(lags[np.argmin(p[lags])])
    out.chosen[place], out.tested[place] = best, True
    out.estimate[place], out.error[place], out.free[place], out.p[place] = estimate[best], error[best], free, p[best]
    if out.stated[place] not in lags:
        out.stated[place] = best
    out.stated_estimate[place], out.stated_error[place] = estimate[out.stated[place]], error[out.stated[place]]
    # Over all lags, not the best alone: an effect that matters is excluded only if it is at every one of them.
    out.reach[place] = (looks.open.sign[lags] * estimate[lags] + stdtrit(free, 1 - LEVEL / 2) * error[lags]).max()


def add_up(out: Fit, map_: Claims) -> None:
    """The long-run responses: effects of all lags of the same cause, over what own past does not hand on."""
    cause = map_.cause[out.mine]
    for place in np.flatnonzero(out.tested).tolist():
        same = np.flatnonzero(out.tested & (cause == cause[place]))
        ours = [int(out.chosen[n]) for n in same]
        others = [n for n in out.entered if out.candidates.claim[n] not in same]
        own, effects, _ = out.squares.all_of(others + ours)
        out.carry[place] = 1 / (1 - min(max(own, 0.0), OWN_MOST))
        out.cumulative[place] = effects[len(others) :].sum() / (1 - own) if own < OWN_MOST else np.nan


def settle(out: Fit, map_: Claims, supported: np.ndarray) -> None:
    """Say of each claim that was not supported what is so at the lag that was stated: no other was found."""
    moved = ~supported & (out.chosen != out.stated)
    if moved.any():
        out.chosen = np.where(moved, out.stated, out.chosen)
        add_up(out, map_)


def _alike(departures: Departures, effect: int, claimed: Claims, rows: Rows) -> list[list[int]]:
    """For each claim the other claims whose causes determine its own exactly; itself if the effect's own past does."""
    alike: list[list[int]] = [[] for _ in range(len(claimed))]
    columns, lags = np.append(effect, claimed.cause), np.append(1, claimed.lag)
    # With the season left in: it is taken out by shares that differ, after which exact copies are copies no more.
    table = lagged(departures.plain, columns, lags)[rows.unit, rows.row]
    there = np.flatnonzero((~np.isnan(table)).sum(axis=0) >= FEWEST_ROWS)
    table = table[:, there][~np.isnan(table[:, there]).any(axis=1)]
    size = np.sqrt((table**2).sum(axis=0))
    if len(table) < len(there) + FEWEST or not (size > 0).all():
        return alike
    sized = table / size
    # A direction along which nothing varies is a sum of causes that is always 0: each follows from the others in it.
    # This finds sums as well as copies, which comparing pairs would not.
    strength, ways = np.linalg.eigh(sized.T @ sized)
    for way in ways[:, strength < ALIKE].T:
        together = [int(place) - 1 for place, part in zip(there, way, strict=True) if abs(part) > 1e-4]
        for place in together:
            if place >= 0:
                alike[place] = sorted({*alike[place], *together} - {place, -1}) or [place]
    return alike
