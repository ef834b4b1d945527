"""Departures that were not observed, and how those of many KPIs go together."""

from __future__ import annotations

import numpy as np

from bsclib.actuals.gaps import expected

FEWEST = 12
"""Months in which two KPIs' noise must have been seen for their correlation to count."""
LEAST = 1e-3
"""The smallest eigenvalue of a matrix of correlations that is drawn from."""


def filled(left: np.ndarray, own: float) -> np.ndarray:
    """Departures (months,) with those not observed as expected, given the nearest around them; NaN after the latest."""
    out = expected(left[None, :, None], np.array([min(max(own, 1e-6), 0.999)]))[0, :, 0]
    at = np.flatnonzero(~np.isnan(left))
    return np.where(np.arange(len(left)) <= at.max(initial=-1), out, np.nan)


def noise_root(rest: np.ndarray) -> np.ndarray:
    """The root of the correlations of noise (KPIs, months), shrunk towards none; of what was not observed, none."""
    # Schäfer and Strimmer (2005), A shrinkage approach to large-scale covariance matrix estimation, Statistical
    # Applications in Genetics and Molecular Biology 4: λ = Σ Var(r) / Σ r² over all pairs.
    seen = ~np.isnan(rest)
    sized = np.nan_to_num(rest)
    size = np.sqrt((sized**2).sum(axis=1) / np.maximum(seen.sum(axis=1), 1))
    sized = sized / np.where(size > 0, size, 1.0)[:, None]
    count = seen.astype(float) @ seen.T
    enough = (count >= FEWEST) & ~np.eye(len(rest), dtype=bool)
    pairs = np.maximum(count, 1)
    mean = sized @ sized.T / pairs
    spread = ((sized**2) @ (sized**2).T / pairs - mean**2) / pairs
    square = float((mean[enough] ** 2).sum())
    share = 1 - min(float(spread[enough].sum()) / square, 1.0) if square > 0 else 0.0
    matrix = np.where(enough, share * np.clip(mean, -1, 1), 0.0) + np.eye(len(rest))
    values, ways = np.linalg.eigh(matrix)
    matrix = (ways * np.maximum(values, LEAST)) @ ways.T
    size = np.sqrt(np.diag(matrix))
    return np.asarray(np.linalg.cholesky(matrix / np.outer(size, size)), dtype=np.float32)
