"""The best choice and schedule of initiatives, found exactly for given draws: an integer linear program.

Everything here is arrays and words; what they are made of is `bsclib.scenarios.budget`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from bsclib.scenarios.score_shares import FULL, Scale

TIME_LIMIT = 120.0
"""Seconds after which the search ends with the best that was found."""
_NEAR = 1e-9
"""Points, and shares of what is limited, that count as nothing."""


@dataclass(frozen=True)
class Draws:
    """What is drawn: the values of KPIs at the horizon, and what each initiative would add to them."""

    values: np.ndarray  # without any initiative (draws, KPIs)
    effects: np.ndarray  # (draws, initiatives, starts, KPIs)
    scale: Scale

    def scores(self, starts: np.ndarray) -> np.ndarray:
        """The scorecard's score in each draw, when each initiative starts in a period; -1 when it does not run."""
        chosen = np.flatnonzero(starts >= 0)
        return self.scale.overall(self.values + self.effects[:, chosen, starts[chosen]].sum(axis=1))


@dataclass(frozen=True)
class Constraint:
    """One thing that a schedule must keep to: rows over initiatives × starts, ``row @ x <= high``, and its words."""

    kind: str  # budget, people, after, ends, must or leave
    words: str  # as a person says it
    rows: np.ndarray  # (rows, initiatives × starts)
    high: np.ndarray

    @property
    def size(self) -> float:
        """The largest coefficient, by which the rows are brought to a scale of about 1."""
        return float(np.abs(self.rows).max(initial=0.0)) or 1.0


@dataclass(frozen=True)
class Schedule:
    """A schedule: the period in which each initiative starts (-1 when it does not), and how sure it is the best."""

    starts: np.ndarray
    optimal: bool
    gap: float  # how many points better another one could be at most


@dataclass(frozen=True)
class Task:
    """Draws, and the constraints that a schedule must keep to."""

    draws: Draws
    constraints: Sequence[Constraint] = field(default=())

    @property
    def shape(self) -> tuple[int, int]:
        """Initiatives and starts."""
        return self.draws.effects.shape[1], self.draws.effects.shape[2]

    def best(self) -> Schedule | None:
        """The schedule with the highest expected score; None when none keeps to the constraints."""
        if not self.shape[0]:
            return Schedule(np.zeros(0, dtype=int), True, 0.0)
        schedule = _Program(self).solve()
        return None if schedule is None else replace(schedule, starts=self._without_waste(schedule.starts))

    def _without_waste(self, starts: np.ndarray) -> np.ndarray:
        """The same without what adds nothing, and with each start as early as it may be without loss."""
        rows, high = constraint_rows(self.constraints, self.shape)
        score = float(self.draws.scores(starts).mean())
        for a in np.argsort(starts, kind="stable"):
            for start in range(-1, starts[a]):
                other = starts.copy()
                other[a] = start
                taken = other[:, None] == np.arange(self.shape[1])
                if (rows @ taken.reshape(-1).astype(float) <= high + _NEAR).all():
                    worth = float(self.draws.scores(other).mean())
                    if worth >= score - _NEAR:
                        starts, score = other, max(score, worth)
                        break
        return starts


class _Program:
    """Columns and rows of the program: a start of each initiative, and the scores that are not simply added up."""

    def __init__(self, task: Task):
        self.task = task
        self.count = int(np.prod(task.shape))
        self.cost = np.zeros(self.count)
        self.constant = 0.0
        self.worth: list[float] = []
        self.top: list[float] = []
        self.whole: list[int] = []
        self.rows: list[tuple[np.ndarray, np.ndarray, float]] = []
        draws, scale = task.draws, task.draws.scale
        share = scale.weight / len(draws.values)
        for k in np.flatnonzero(scale.weight > 0).tolist():
            for d in range(len(draws.values)):
                self._score(d, k, float(share[k]))

    def _score(self, d: int, k: int, share: float) -> None:
        """Bring in the score of one KPI in one draw."""
        draws, scale = self.task.draws, self.task.draws.scale
        base, effect = float(draws.values[d, k]), draws.effects[d, :, :, k]
        low = base + float(np.minimum(effect.min(axis=1), 0).sum())
        high = base + float(np.maximum(effect.max(axis=1), 0).sum())
        ends = scale.sides(np.array([[low], [high]]) * np.ones(len(scale.weight)))[:, k]
        least, most = ends.min(axis=0), ends.max(axis=0)
        sides = [side for side in (0, 1) if least[side] < FULL and not least[side] >= most[1 - side] > least[1 - side]]
        moving = [side for side in sides if least[side] < most[side]]
        if not moving:
            self.constant += share * float(min(most[sides], default=FULL))
            return
        if len(sides) == 1 and self._is_line(k, sides[0], low, high):
            slope = scale.slope[k, sides[0]]
            self.constant += share * float(scale.cut[k, sides[0]] + slope * base)
            self.cost += share * slope * effect.reshape(-1)
            return
        column = self._column(share, float(min(most[sides])))
        for side in moving:
            lay_down = self._step if scale.step[k, side] else self._line
            lay_down(column, k, side, base, effect.reshape(-1), (low, high))

    def _is_line(self, k: int, side: int, low: float, high: float) -> bool:
        """Whether a side is straight between two values."""
        scale = self.task.draws.scale
        ends = scale.cut[k, side] + scale.slope[k, side] * np.array([low, high])
        inside = ends.min() >= scale.least[k, side] - 1e-12 and ends.max() <= scale.most[k, side] + 1e-12
        return bool(inside and not scale.step[k, side])

    def _line(self, column: int, k: int, side: int, base: float, effect: np.ndarray, ends: tuple[float, float]) -> None:
        """``score <= cut + slope · value``, or `least` where that is higher; and never above `most`."""
        scale = self.task.draws.scale
        slope, cut = float(scale.slope[k, side]), float(scale.cut[k, side])
        least, lowest = float(scale.least[k, side]), min(cut + slope * end for end in ends)
        if lowest >= least:
            self._row(-slope * effect, [column], [1.0], cut + slope * base)
            return
        below = self._column(0.0, 1.0, whole=True)
        self._row(-slope * effect, [column, below], [1.0, lowest - least], cut + slope * base)
        self._row(None, [column, below], [1.0, FULL - least], FULL)

    def _step(self, column: int, k: int, side: int, base: float, effect: np.ndarray, ends: tuple[float, float]) -> None:
        """``score <= most`` when the value is as good as the edge, else ``score <= least``."""
        scale = self.task.draws.scale
        sign, edge = float(scale.sign[k, side]), float(scale.edge[k, side])
        least, most = float(scale.least[k, side]), float(scale.most[k, side])
        good = self._column(0.0, 1.0, whole=True)
        self._row(None, [column, good], [1.0, least - most], least)
        short = sign * edge - min(sign * end for end in ends)
        near = 1e-12 * abs(edge)
        self._row(-sign * effect / short, [good], [1.0], (sign * (base - edge) + near) / short + 1.0)

    def _column(self, worth: float, top: float, whole: bool = False) -> int:
        self.worth.append(worth)
        self.top.append(top)
        if whole:
            self.whole.append(len(self.top) - 1)
        return len(self.top) - 1

    def _row(self, starts: np.ndarray | None, columns: list[int], factors: list[float], high: float) -> None:
        starts = np.zeros(0) if starts is None else starts
        at = np.flatnonzero(starts)
        where = np.concatenate([at, self.count + np.array(columns)])
        self.rows.append((where, np.concatenate([starts[at], factors]), high))

    def solve(self) -> Schedule | None:
        """The best schedule; None when there is none."""
        from scipy import sparse
        from scipy.optimize import Bounds, LinearConstraint, milp

        total, draws = self.count + len(self.top), len(self.task.draws.values)
        rows, high = constraint_rows(self.task.constraints, self.task.shape)
        narrow = sparse.csr_array(rows)
        wide = sparse.csr_array((narrow.data, narrow.indices, narrow.indptr), shape=(len(rows), total))
        within = [LinearConstraint(wide, -np.inf, high)]
        if self.rows:
            at, values, tops = zip(*self.rows, strict=True)
            lines = np.repeat(np.arange(len(at)), [len(one) for one in at])
            matrix = sparse.csr_array((np.concatenate(values), (lines, np.concatenate(at))), shape=(len(at), total))
            within.append(LinearConstraint(matrix, -np.inf, np.array(tops)))
        whole = np.zeros(total)
        whole[: self.count] = 1
        whole[self.count + np.array(self.whole, dtype=int)] = 1
        # All draws' points together, so that the solver's tolerances are small beside them.
        aim = -draws * np.concatenate([self.cost, self.worth])
        bounds = Bounds(0, np.concatenate([np.ones(self.count), self.top]))
        options = {"mip_rel_gap": 0.0, "time_limit": TIME_LIMIT}
        done = milp(aim, integrality=whole, bounds=bounds, constraints=within, options=options)
        if done.x is None:
            return None
        gap = 0.0 if done.status == 0 else max(float(done.fun - done.mip_dual_bound), 0.0) / draws
        taken = np.round(done.x[: self.count].reshape(self.task.shape)).astype(bool)
        return Schedule(np.where(taken.any(axis=1), taken.argmax(axis=1), -1), done.status == 0, gap)


def constraint_rows(constraints: Sequence[Constraint], shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The rows of all constraints, and that no initiative starts twice; money and people on a scale of about 1."""
    rows, high = [np.kron(np.eye(shape[0]), np.ones(shape[1]))], [np.ones(shape[0])]
    for constraint in constraints:
        rows.append(constraint.rows / constraint.size)
        high.append(constraint.high / constraint.size)
    return np.concatenate(rows), np.concatenate(high)
