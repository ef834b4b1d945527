"""Rules that tell a signal from noise, by the names under which they were published, for many series at once.

A rule looks at places: how many standard deviations a point lies from the centre line. A gap breaks every run, and a
point on the centre line belongs to neither side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache

import numpy as np

from bsclib.errors import UnknownNameError, unknown

FARTHEST = 1e9
"""Standard deviations that are as good as infinitely many."""
Rule = tuple[str, Callable[["Places"], np.ndarray]]
"""What people call it, and which points it marks."""


class Places:
    """Points in standard deviations from the centre, (series, points), and what every rule asks of them."""

    def __init__(self, places: np.ndarray):
        # Where the value never moved before, each one that does lies infinitely far off: between two nothing rises.
        self.places = places = np.clip(places, -FARTHEST, FARTHEST)
        self.seen = ~np.isnan(places)
        self.above, self.below = places > 0, places < 0
        self.step = np.zeros(places.shape)
        self.step[:, 1:] = np.diff(places, axis=1)

    def outside(self, sigmas: float = 3.0) -> np.ndarray:
        """Points beyond so many standard deviations."""
        return np.abs(self.places) > sigmas

    def one_side(self, count: int) -> np.ndarray:
        """Points that end a run of `count` on one side."""
        return in_a_row(self.above, count) | in_a_row(self.below, count)

    def some_of(self, least: int, window: int, sigmas: float) -> np.ndarray:
        """Points beyond so many standard deviations, with `least` of the last `window` beyond them on that side."""
        above, below = self.places > sigmas, self.places < -sigmas
        return (above & self._many(above, least, window)) | (below & self._many(below, least, window))

    def _many(self, there: np.ndarray, least: int, window: int) -> np.ndarray:
        # Of the last points up to the nearest gap: what was before it is no part of the run.
        count, unbroken = there.astype(np.int8), self.seen.copy()
        for back in range(1, window):
            unbroken[:, back:] &= self.seen[:, :-back]
            unbroken[:, :back] = False
            count[:, back:] += there[:, :-back] & unbroken[:, back:]
        return count >= least

    def steadily(self, points: int) -> np.ndarray:
        """Points that end so many, each higher than the one before, or each lower."""
        return in_a_row(self.step > 0, points - 1) | in_a_row(self.step < 0, points - 1)

    def alternating(self, points: int) -> np.ndarray:
        """Points that end so many which go up and down in turn."""
        turn = np.zeros(self.places.shape, dtype=bool)
        turn[:, 1:] = self.step[:, 1:] * self.step[:, :-1] < 0
        return in_a_row(turn, points - 2)

    def near_limit(self) -> np.ndarray:
        """Two of three points beyond two standard deviations but inside three, all three on one side; the far ones."""
        # As the NHS publishes it: looked back at from the third, so the first of the two is marked as well.
        far = (np.abs(self.places) > 2) & ~self.outside()
        return far & two_of_three(far, np.sign(np.nan_to_num(self.places)))

    @cached_property
    def of_median(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The side of the median of each point, whether it crossed it, and how many so far do not lie on it."""
        ordered, count = np.sort(self.places, axis=1), self.seen.sum(axis=1, keepdims=True)
        middle = [np.take_along_axis(ordered, np.maximum(count - near, 0) // 2, axis=1) for near in (0, 1)]
        apart = self.places - (middle[0] + middle[1]) / 2
        sides = (apart > 0).astype(np.int8) - (apart < 0)
        places = np.arange(sides.shape[1], dtype=np.int32)
        last = np.maximum.accumulate(np.where(sides != 0, places, 0), axis=1)
        crossed = np.zeros(sides.shape, dtype=bool)
        crossed[:, 1:] = sides[:, 1:] * np.take_along_axis(sides, last, axis=1)[:, :-1] < 0
        return sides, crossed, np.cumsum(sides != 0, axis=1, dtype=np.int32)


def in_a_row(there: np.ndarray, count: int) -> np.ndarray:
    """Which points end `count` or more in a row, in (series, points)."""
    run, length = there, 1
    while length < count:  # doubled, so that a run of eight takes three steps
        more = min(length, count - length)
        longer = np.zeros_like(run)
        longer[:, more:] = run[:, more:] & run[:, :-more]
        run, length = longer, length + more
    return run


def two_of_three(far: np.ndarray, side: np.ndarray) -> np.ndarray:
    """All points of three neighbours on one side of which two or more are far."""
    marked = np.zeros(far.shape, dtype=bool)
    if far.shape[1] < 3:
        return marked
    whole = np.abs(side[:, 2:] + side[:, 1:-1] + side[:, :-2]) == 3
    whole &= far[:, 2:].astype(np.int8) + far[:, 1:-1] + far[:, :-2] >= 2
    for first in range(3):
        marked[:, first : first + whole.shape[1]] |= whole
    return marked


FEWEST_USEFUL = 10
"""Points off the median from which on a run chart says anything."""
OUTSIDE: Rule = ("outside the limits", Places.outside)
RULE_SETS: dict[str, tuple[Rule, ...]] = {
    "limits": (OUTSIDE,),
    "wheeler": (
        OUTSIDE,
        ("8 in a row on one side", lambda at: at.one_side(8)),
        ("3 of 4 on one side, nearer to the limit than to the centre", lambda at: at.some_of(3, 4, 1.5)),
    ),
    "western_electric": (
        OUTSIDE,
        ("2 of 3 beyond 2 sigma", lambda at: at.some_of(2, 3, 2.0)),
        ("4 of 5 beyond 1 sigma", lambda at: at.some_of(4, 5, 1.0)),
        ("8 in a row on one side", lambda at: at.one_side(8)),
    ),
    "nelson": (
        OUTSIDE,
        ("9 in a row on one side", lambda at: at.one_side(9)),
        ("6 in a row rising or falling", lambda at: at.steadily(6)),
        ("14 in a row up and down in turn", lambda at: at.alternating(14)),
        ("2 of 3 beyond 2 sigma", lambda at: at.some_of(2, 3, 2.0)),
        ("4 of 5 beyond 1 sigma", lambda at: at.some_of(4, 5, 1.0)),
        ("15 in a row within 1 sigma", lambda at: in_a_row(at.seen & ~at.outside(1.0), 15)),
        ("8 in a row beyond 1 sigma, on both sides", lambda at: in_a_row(at.outside(1.0), 8)),
    ),
    "nhs": (
        OUTSIDE,
        ("7 in a row on one side", lambda at: at.one_side(7)),
        ("7 in a row rising or falling", lambda at: at.steadily(7)),
        ("2 of 3 close to a limit", Places.near_limit),
    ),
    "runs": (
        ("an unusually long run on one side of the median", lambda at: _long_run(at)),
        ("unusually few crossings of the median", lambda at: _few_crossings(at)),
    ),
}
"""Rules by the names under which they are known, each set in the order in which a point's rule is named."""
STEPS = {"6 in a row rising or falling", "7 in a row rising or falling"}
"""Rules that tell which way a series goes, and not on which side of the centre it lies."""
NO_WAY = {
    "14 in a row up and down in turn",
    "15 in a row within 1 sigma",
    "8 in a row beyond 1 sigma, on both sides",
}
"""Rules that say that something is odd, but not which way it went."""


def fired(places: np.ndarray, rules: str = "wheeler") -> tuple[np.ndarray, list[str]]:
    """By point which rule fired first, 0 for none, and the rules' names from 1 on; `places` are in sigmas."""
    names = [name for name, _ in rule_set(rules)]
    at = Places(np.asarray(places, dtype=float))
    first = np.zeros(at.places.shape, dtype=np.int8)
    for number, (_, rule) in reversed(list(enumerate(rule_set(rules), 1))):
        first[rule(at)] = number
    return first, names


def numbers_of(found: Iterable[str]) -> dict[str, int]:
    """The rules' numbers in the first published set that has them all: so a rule has one number in every chart."""
    found = set(found)
    for rules in RULE_SETS.values():
        numbers = {name: number for number, (name, _) in enumerate(rules, 1)}
        if found <= numbers.keys():
            return {name: number for name, number in numbers.items() if name in found}
    return {name: number for number, name in enumerate(sorted(found), 1)}


def rule_set(rules: str) -> tuple[Rule, ...]:
    """The rules of a published set."""
    if rules not in RULE_SETS:
        raise UnknownNameError(unknown("set of rules", rules, RULE_SETS, "rules"))
    return RULE_SETS[rules]


def longest_run_allowed(points: int) -> int:
    """The longest run of `points` on one side of the median that is not unusual."""
    # Anhøj, J. and Olesen, A. V. (2014), Run charts revisited, PLoS ONE 9, e113825.
    return round(float(np.log2(points))) + 3


@lru_cache(maxsize=512)
def fewest_crossings_allowed(points: int) -> int:
    """The fewest crossings of the median by `points` that are not unusual: the 5 % quantile of fair coins."""
    from scipy.special import bdtr

    return int(np.searchsorted(bdtr(np.arange(points), points - 1, 0.5), 0.05))


def _long_run(at: Places) -> np.ndarray:
    sides, crossings, so_far = at.of_median
    places = np.arange(sides.shape[1], dtype=np.int32)
    begins = np.maximum.accumulate(np.where(crossings | ~at.seen, places, 0), axis=1)
    before = np.take_along_axis(so_far, begins, axis=1) - (np.take_along_axis(sides, begins, axis=1) != 0)
    return (sides != 0) & (so_far - before > _allowed(longest_run_allowed, so_far[:, -1:], sides.shape[1]))


def _few_crossings(at: Places) -> np.ndarray:
    sides, crossings, so_far = at.of_median
    count = so_far[:, -1:]
    few = crossings.sum(axis=1, keepdims=True) < _allowed(fewest_crossings_allowed, count, 0)
    return few & (so_far == count) & (sides != 0)


def _allowed(of_points: Callable[[int], int], count: np.ndarray, otherwise: int) -> np.ndarray:
    """What is allowed for so many useful points; below ten, which say too little, a number that nothing breaks."""
    table = [of_points(points) if points >= FEWEST_USEFUL else otherwise for points in range(int(count.max()) + 1)]
    return np.array(table)[count]
