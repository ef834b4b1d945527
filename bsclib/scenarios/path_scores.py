"""Scores of many drawn paths at once, by the kit's own method: the same numbers as `bsclib.score` gives.

Attainment, clamped, times 100; above the KPIs the weighted mean of the scores below. A KPI without a number leaves its
weight to its neighbours. Because that does not depend on the draw, every total is one fixed weighted sum of the KPIs'
scores in a month, and all draws are rolled up by one multiplication of matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bsclib.errors import BscError, Fault
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.values import weight_at
from bsclib.scoring import rules

BLOCK = 256
"""Draws rolled up at once: so few that no threads are called together, whose waiting costs more than the sum."""


def node_scores(scorecard: Scorecard, values: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Scores of all in `Scorecard.names` (months, nodes, draws), from KPIs' values (months, KPIs, draws)."""
    above = len(scorecard.names) - len(scorecard.kpis)
    out = np.empty((len(values), above + values.shape[1], values.shape[2]), dtype=values.dtype)
    for k, kpi in enumerate(scorecard.kpis):
        kpi_scores(kpi, values[:, k], months, out[:, above + k])
    roll_up(scorecard, out, months)
    return out


def roll_up(scorecard: Scorecard, out: np.ndarray, months: np.ndarray) -> None:
    """Put the scores of all above the KPIs into `out` (months, nodes, draws), which holds the KPIs' scores."""
    above = len(scorecard.names) - len(scorecard.kpis)
    kpis = out[:, above:]
    given = ~np.isnan(kpis[:, :, 0])
    if (np.isnan(kpis.sum(axis=2)) & given).any() or (~np.isnan(kpis[~given])).any():
        raise BscError(Fault("values", "a KPI has a number in some draws of a month and none in others"))
    shares = effective_weights(scorecard, given, months).astype(out.dtype)
    known = kpis if given.all() else np.nan_to_num(kpis)
    for some in range(0, out.shape[2], BLOCK):
        np.matmul(shares, known[:, :, some : some + BLOCK], out=out[:, :above, some : some + BLOCK])
    # A mean of scores cannot leave the range of the scores; arithmetic may, by rounding.
    np.maximum(out[:, :above], 0, out=out[:, :above])
    np.minimum(out[:, :above], 100, out=out[:, :above])


def kpi_scores(kpi: KPI, values: np.ndarray, months: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Scores, 0..100, of one KPI's values (months, draws), put into `out` where it is given."""
    out = np.empty_like(values) if out is None else out
    if kpi.direction == "within_range":
        _score_range(kpi, values, out)
        return out
    sign = 1.0 if kpi.direction == "higher_is_better" else -1.0
    floor, expected = kpi.floors()[0], kpi.expected(months).astype(float)
    ahead = rules.has_way(floor, expected, sign)
    points = (100 / np.where(ahead, expected - floor, 1.0)).astype(out.dtype)
    np.subtract(values, out.dtype.type(floor), out=out)
    out *= points[:, None]
    np.maximum(out, 0, out=out)
    np.minimum(out, 100, out=out)
    for t in np.flatnonzero(~ahead):
        good = 100.0 * rules.meets_expected(values[t], expected[t], sign)
        out[t] = np.where(np.isnan(values[t]) | np.isnan(expected[t]), np.nan, good)
    return out


def _score_range(kpi: KPI, values: np.ndarray, out: np.ndarray) -> None:
    (low, high), (lower, upper) = kpi.range, kpi.floors()
    if np.isnan(low):
        out[...] = np.nan
        return
    if not (rules.has_way(lower, low, 1) and rules.has_way(upper, high, -1)):
        out[...] = 100 * np.clip(rules.range_attainment(values, low, high, lower, upper), 0, 1)
        return
    number = out.dtype.type
    np.subtract(values, number(lower), out=out)
    out *= number(100 / (low - lower))
    np.minimum(out, (number(upper) - values) * number(100 / (upper - high)), out=out)
    np.maximum(out, 0, out=out)
    np.minimum(out, 100, out=out)


def on_target(kpi: KPI, values: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Whether values (months, draws) are at least as good as what is expected of them; false where there are none."""
    if kpi.direction == "within_range":
        low, high = kpi.range
        return (values >= low) & (values <= high)
    expected = kpi.expected(months)[:, None].astype(float)
    edge = 1e-9 * np.abs(expected)
    return values >= expected - edge if kpi.direction == "higher_is_better" else values <= expected + edge


def effective_weights(scorecard: Scorecard, given: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Each KPI's share of each total (months, nodes above the KPIs, KPIs); NaN where nothing is scored."""
    names = list(scorecard.names)
    place = {id: n for n, id in enumerate(names)}
    above = len(names) - len(scorecard.kpis)
    shares = np.full((len(months), len(names), len(scorecard.kpis)), np.nan)
    shares[:, above:] = np.where(given[:, :, None], np.eye(len(scorecard.kpis)), np.nan)
    below: list[tuple[int, Sequence[Any]]] = [
        (place[one.id], scorecard.kpis_of(one.id)) for one in scorecard.objectives
    ]
    below += [(place[one.id], scorecard.objectives_of(one.id)) for one in scorecard.perspectives]
    for node, parts in [*below, (0, scorecard.perspectives)]:
        _mean(shares, node, {place[part.id]: weight_at(part.weight, months) for part in parts})
    return shares[:, :above]


def _mean(shares: np.ndarray, node: int, below: dict[int, np.ndarray]) -> None:
    """The weighted mean of some nodes' shares, those without a score left out."""
    if not below:
        return
    at = list(below)
    scored = ~np.isnan(shares[:, at]).any(axis=2)
    weight = np.stack(list(below.values()), axis=1) * scored
    total = weight.sum(axis=1)
    mean = np.einsum("mn,mnk->mk", weight / np.where(total > 0, total, 1.0)[:, None], np.nan_to_num(shares[:, at]))
    shares[:, node] = np.where((total > 0)[:, None], mean, np.nan)
