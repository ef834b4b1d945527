"""What stages lesson 01: judgements in pairs to begin a discussion with."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

STRONGEST = 9
"""The strongest judgement on Saaty's scale."""


def judged_in_pairs(impact: pd.Series, most: int = 4) -> dict[tuple[str, str], float]:
    """How many times as much, 1 to 9, the first of each pair of objectives matters, as their impacts suggest it."""
    ordered = impact.sort_values(ascending=False, kind="stable")
    spread = np.linspace(0, len(ordered) - 1, min(most, len(ordered))).round().astype(int)
    return {
        (more, less): float(min(max(round(ordered[more] / ordered[less]), 1), STRONGEST))
        for more, less in itertools.combinations(ordered.index[spread], 2)
    }
