"""Noise that hits many KPIs in the same month, and what it makes of links within the month.

A strike, a release or a hot summer moves many KPIs at once. Two of them that a link claims to hang together within the
month then do, whether or not one drives the other: no regression of the one on the other can tell. Pairs that no such
link joins can: what they share is common noise. One factor is taken out of them, as far as it stands out of chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bsclib.scenarios.departures import FEWEST

ROUNDS = 30
"""How often loadings and the pairs that are left out are estimated in turn."""


@dataclass(frozen=True)
class CommonNoise:
    """How much of each KPI's noise is common, and how large it is."""

    load: np.ndarray  # (KPIs,), correlation with the factor; 0 where there is none
    size: np.ndarray  # standard deviation
    rows: float  # months that it rests on

    def of_causes(self, k: int, causes: np.ndarray, lags: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """How far a KPI's causes and the KPI move with the factor of its month; the error of what they share."""
        alike = self.load[k] * self.load[causes]
        size = np.where((lags == 0) & (alike != 0), self.size[causes], 0.0)
        error = (1 - alike**2) / np.sqrt(self.rows) * size * self.size[k]
        return self.load[causes] * size, error, float(self.load[k] * self.size[k])


def find_common_noise(rest: np.ndarray, joined: np.ndarray) -> CommonNoise:
    """The factor in noise (KPIs, months), told from the pairs that are not `joined` (KPIs, KPIs)."""
    seen = ~np.isnan(rest)
    none = CommonNoise(np.zeros(len(rest)), np.zeros(len(rest)), 1.0)
    some = np.flatnonzero(seen.sum(axis=1) >= FEWEST)
    if len(some) < 3:
        return none
    rest, seen = np.nan_to_num(rest[some]), seen[some]
    size = np.sqrt((rest**2).sum(axis=1) / seen.sum(axis=1))
    rows = float(seen.sum(axis=1).mean())
    if not (size > 0).all():
        return none
    sized = rest / size[:, None]
    alike = sized @ sized.T / np.maximum(seen.astype(float) @ seen.T, 1)
    out = joined[np.ix_(some, some)] | np.eye(len(some), dtype=bool)
    # Independent noise has eigenvalues up to (1 + √(KPIs / months))² (Marchenko and Pastur 1967).
    plain = np.where(out, 0.0, alike) + np.eye(len(some))
    if np.linalg.eigvalsh(plain)[-1] <= (1 + np.sqrt(len(some) / rows)) ** 2:
        return none
    load = np.zeros(len(some))
    for _ in range(ROUNDS):  # principal factor analysis, what is left out as the factor would have it
        values, ways = np.linalg.eigh(np.where(out, np.outer(load, load), alike))
        load = np.clip(ways[:, -1] * np.sqrt(max(values[-1], 0.0)), -0.95, 0.95)
    whole = CommonNoise(np.zeros_like(none.load), np.zeros_like(none.load), rows)
    whole.load[some], whole.size[some] = load, size
    return whole
