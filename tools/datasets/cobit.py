"""Tables of the shape of COBIT 2019's goals cascade, drawn at random: ISACA's own are not free."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.files.catalogue import OBJECTIVES_OF_COBIT
from bsclib.files.goal_tables import ALIGNMENT_GOALS, ENTERPRISE_GOALS

SEED = 2019
RATED = (5, 2, 3, 2, 4, 5, 2, 3, 3, 4, 1, 2, 1)
"""What an enterprise such as Meridian Freight might rate its goals."""


def goal_tables() -> dict[str, pd.DataFrame]:
    """Each file's table: about one cell in eight is primary, one in four secondary, and none of a goal is all zero."""
    draw = np.random.Generator(np.random.PCG64(SEED))
    return {
        "ratings.csv": pd.DataFrame({"goal": ENTERPRISE_GOALS, "rating": RATED}),
        "enterprise_goals.csv": _strengths(draw, ENTERPRISE_GOALS, ALIGNMENT_GOALS),
        "alignment_goals.csv": _strengths(draw, ALIGNMENT_GOALS, OBJECTIVES_OF_COBIT),
    }


def _strengths(draw: np.random.Generator, down: tuple[str, ...], across: tuple[str, ...]) -> pd.DataFrame:
    chance = draw.random((len(down), len(across)))
    strengths = np.select([chance < 1 / 8, chance < 3 / 8], [2, 1], 0)
    strengths[chance.argmin(axis=0), np.arange(len(across))] = 2  # every goal and objective is somebody's first concern
    strengths[np.arange(len(down)), chance.argmin(axis=1)] = 2
    table = pd.DataFrame(strengths, columns=list(across))
    table.insert(0, "goal", down)
    return table
