"""The scorecards below the running case: their actuals are the case's own, by unit, and what its tickets tell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.actuals.table import COLUMNS
from bsclib.model.nouns import Scorecard

BELOW = {
    "development": (
        "meridian/development",
        "Meridian Freight IT development",
        "Below the running case: those who build and change the applications, in all five ports.",
        "",
    ),
    "operations": (
        "meridian/operations",
        "Meridian Freight IT operations",
        "Below the running case: those who run the freight systems, in all five ports.",
        "",
    ),
    "genoa": (
        "meridian/genoa",
        "IT team Genoa",
        "Below operations and development: the IT team of one port, in trouble.",
        "Genoa",
    ),
    "antwerp": (
        "meridian/antwerp",
        "IT team Antwerp",
        "Below operations and development: the IT team of another port.",
        "Antwerp",
    ),
}
"""Name: folder, title, description, and the one unit that it is about."""


def actuals_below(scorecard: Scorecard, actuals: pd.DataFrame, tickets: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The rows of the case's actuals that a scorecard below it shares, of one unit or of all."""
    rows = pd.concat([actuals[COLUMNS].astype({"kpi": str, "unit": str, "period": str}), handovers(tickets)])
    ids = [kpi.id for kpi in scorecard.kpis]
    rows = rows[rows["kpi"].isin(ids) & (rows["unit"] == unit if unit else True)]
    order = rows["kpi"].map(ids.index)
    return rows.assign(order=order).sort_values(["unit", "order", "period"], kind="stable")[COLUMNS]


def handovers(tickets: pd.DataFrame) -> pd.DataFrame:
    """By port and month in which they were solved: how many of the tickets changed hands more than once."""
    solved = tickets[tickets["resolved"].notna()]
    by = [solved["unit"], solved["resolved"].dt.strftime("%Y-%m").rename("period")]
    parts = (solved["reassigned"] > 1).groupby(by).agg(numerator="sum", denominator="count").reset_index()
    actual = np.round(100 * parts["numerator"] / parts["denominator"], 4)
    return parts.assign(kpi="handovers", actual=actual)[COLUMNS]
