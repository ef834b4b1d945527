"""Keep things apart on a line while moving them as little as possible."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def spread(wanted: Sequence[float], gaps: Sequence[float], low: float, high: float) -> np.ndarray:
    """Positions as near as can be to those wanted, in the given order and at least a gap apart.

    Parameters
    ----------
    wanted : sequence of float
        Where each thing would like to be.
    gaps : sequence of float
        The least distance from each to the next: one fewer than `wanted`.
    low, high : float
        No position lies outside; when there is too little room, the gaps shrink alike.

    Returns
    -------
    array
        The positions that minimise the sum of squared moves.

    Notes
    -----
    Less the gaps before it, each position may not be less than the one before: isotonic regression, solved by pooling
    adjacent violators [1]_.

    References
    ----------
    .. [1] Barlow, Bartholomew, Bremner, Brunk (1972), Statistical Inference under Order Restrictions, Wiley.

    Examples
    --------
    >>> spread([5.0, 5.0, 9.0], [2.0, 2.0], 0, 10)
    array([4., 6., 9.])
    """
    offsets = np.concatenate([[0.0], np.cumsum(np.asarray(gaps, dtype=float))])
    if offsets[-1] > high - low:
        offsets *= (high - low) / offsets[-1]
    blocks: list[tuple[float, int]] = []
    for value in np.asarray(wanted, dtype=float) - offsets:
        mean, count = float(value), 1
        while blocks and blocks[-1][0] > mean:
            before, size = blocks.pop()
            mean, count = (before * size + mean * count) / (size + count), size + count
        blocks.append((mean, count))
    level = np.repeat([mean for mean, _ in blocks], [count for _, count in blocks])
    return np.clip(level, low, high - offsets[-1]) + offsets
