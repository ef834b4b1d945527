"""A scale on which a KPI with limits can go on for ever, while its value never leaves them.

Away from a limit the two are the same. Near it, within about half of what the KPI moves from month to month, the scale
bends: however far it goes, the value only comes closer. So a forecast neither passes 100 % nor piles up there. Where
actuals did reach a limit, values do pile up there, and the draws do too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bsclib.scenarios.fitting import FittedMap

FAR = 12.0
"""Bends away from a limit from which on scale and value are taken to be the same."""
NEAREST = 1e-3
"""Bends away from a limit that a value counts as at least."""


def bends(values: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """How far from each of two limits the scale bends for a KPI's actuals; 0 where they reached it: cut off there."""
    seen = values[~np.isnan(values)]
    if len(seen) < 2:
        return np.zeros(2)
    size = float(np.diff(seen).std()) / np.sqrt(2) / 2
    size = min(size, float(limits[1] - limits[0]) / 20)
    reached = np.array([seen.min() <= limits[0], seen.max() >= limits[1]])
    return np.where(np.isfinite(limits) & ~reached, size, 0.0)


def to_scale(values: np.ndarray, limits: np.ndarray, bend: np.ndarray) -> np.ndarray:
    """Where a KPI's values lie on its scale."""
    values = np.asarray(values, dtype=float)
    if bend[1] > 0:
        values = limits[1] - _unbent(limits[1] - values, bend[1])
    return limits[0] + _unbent(values - limits[0], bend[0]) if bend[0] > 0 else values


def _unbent(room: np.ndarray, bend: float) -> np.ndarray:
    """The inverse of w · log(1 + exp(room / w))."""
    share = np.maximum(room / bend, NEAREST)
    return np.where(share < FAR, bend * np.log(np.expm1(np.minimum(share, FAR))), room)


def keep_inside(fit: FittedMap, paths: np.ndarray, kpis: Sequence[int] | None = None) -> None:
    """Turn paths on the KPIs' scales (months, KPIs, draws) into values, in place; `kpis` names other columns."""
    for n, k in enumerate(range(len(fit.limits)) if kpis is None else kpis):
        (low, high), path = fit.limits[k], paths[:, n]
        for end, sign, bend in ((low, 1, fit.bends[k, 0]), (high, -1, fit.bends[k, 1])):
            if bend > 1 / np.finfo(path.dtype).max:  # below that it is no bend that numbers of this kind can show
                _bend(path, end, sign, bend)
            if np.isfinite(end):
                (np.maximum if sign > 0 else np.minimum)(path, path.dtype.type(end), out=path)


def _bend(path: np.ndarray, end: float, sign: int, bend: float) -> None:
    """Bend values near a limit, in place: w · log(1 + exp(room / w)) of room is left."""
    with np.errstate(over="ignore"):  # what is too far for a number is far
        room = (path - path.dtype.type(end)) * path.dtype.type(sign / bend)
    near = room < FAR
    if near.any():
        path[near] = end + sign * bend * np.logaddexp(0, room[near])
