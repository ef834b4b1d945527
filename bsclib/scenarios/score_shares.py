"""What KPI values of one month are worth: each KPI's score as straight lines and edges, and its share of the total.

The kit's score of a KPI is 0 at its floor, 100 at what is expected, straight between and flat beyond. Written as lines
it can be put into a linear program; `Scale.overall` gives what `bsclib.score` gives for the scorecard.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bsclib.model.nouns import KPI, Scorecard
from bsclib.scenarios.path_scores import effective_weights
from bsclib.scoring import rules

FULL = 100.0


@dataclass(frozen=True)
class Scale:
    """How values of KPIs become scores in one month."""

    # A KPI has one side, or two (KPIs, 2) where it is to stay within a range; its score is that of the worse one. On a
    # line it is cut + slope · value, within least and most; on a step most where the value is as good as edge, else
    # least. A side that is not there is flat at 100.
    slope: np.ndarray
    cut: np.ndarray
    least: np.ndarray
    most: np.ndarray
    step: np.ndarray
    sign: np.ndarray  # 1 where higher is better, −1 where lower is
    edge: np.ndarray
    weight: np.ndarray  # each KPI's share of the scorecard's score; 0 where it has no value

    def sides(self, values: np.ndarray) -> np.ndarray:
        """Points on each side (…, KPIs, 2) of values (…, KPIs)."""
        values = values[..., None]
        points = np.clip(self.cut + self.slope * values, self.least, self.most)
        good = rules.meets_expected(values, self.edge, self.sign)
        return np.where(self.step, np.where(good, self.most, self.least), points)

    def scores(self, values: np.ndarray) -> np.ndarray:
        """Scores 0..100 of values (…, KPIs); NaN where the value is."""
        return np.where(np.isnan(values), np.nan, self.sides(values).min(axis=-1))

    def overall(self, values: np.ndarray) -> np.ndarray:
        """The scorecard's score 0..100 of values (…, KPIs); a KPI without weight does not count."""
        some = self.weight > 0
        return self.scores(values)[..., some] @ self.weight[some]


def score_scale(scorecard: Scorecard, month: int, known: Iterable[bool], limits: np.ndarray | None = None) -> Scale:
    """The kit's scale of a month; what cannot be beyond `limits` counts as the limit."""
    count = len(scorecard.kpis)
    limits = np.tile([-np.inf, np.inf], (count, 1)) if limits is None else limits
    limits = np.where(np.isnan(limits), [-np.inf, np.inf], limits)
    sign, edge, floor = np.array([_edges(kpi, month) for kpi in scorecard.kpis], dtype=float).transpose(1, 0, 2)
    there = sign != 0
    step = there & ~rules.has_way(floor, edge, sign)
    line = there & ~step
    slope = np.where(line, FULL / np.where(line, edge - floor, 1.0), 0.0)
    cut = np.where(line, -slope * floor, FULL)
    worst, best = (np.where(sign > 0, limits[:, [a]], limits[:, [1 - a]]) for a in (0, 1))
    worst, best = np.where(there, worst, 0.0), np.where(there, best, 0.0)
    least, most = (_points(line, cut, slope, limit, flat) for limit, flat in ((worst, 0.0), (best, FULL)))
    least, most = np.where(there, least, FULL), np.where(there, most, FULL)
    least = np.where(step & rules.meets_expected(worst, edge, sign), FULL, least)
    most = np.where(step & ~rules.meets_expected(best, edge, sign), 0.0, most)
    given = np.array(list(known), dtype=bool) & ~np.isnan(edge).any(axis=1)
    share = effective_weights(scorecard, given[None, :], np.array([month]))[0, 0]
    return Scale(slope, cut, least, most, step, sign, edge, np.nan_to_num(share))


def _edges(kpi: KPI, month: int) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """The sign, what is expected and the floor of both sides; a sign of 0 where there is no such side."""
    floors = kpi.floors()
    if kpi.direction == "within_range":
        return (1.0, -1.0), kpi.range, floors
    expected = float(kpi.expected(np.array([month]))[0])
    return (1.0 if kpi.direction == "higher_is_better" else -1.0, 0.0), (expected, 0.0), (floors[0], 0.0)


def _points(line: np.ndarray, cut: np.ndarray, slope: np.ndarray, limit: np.ndarray, flat: float) -> np.ndarray:
    """The points of a line at a limit, 0..100; `flat` where there is no line or no limit."""
    some = line & np.isfinite(limit)
    return np.where(some, np.clip(cut + slope * np.where(some, limit, 0.0), 0.0, FULL), flat)
