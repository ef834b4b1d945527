"""What stands along an axis: the years' beginnings, round numbers, and numbers written in few letters."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import MaxNLocator

from bsclib.model import periods


def year_starts(months: np.ndarray) -> dict[int, str]:
    """The months, of those drawn, in which years begin, and their names; in less than a year the first month."""
    first, last = int(months[0]), int(months[-1])
    years = [month for month in range(first, last + 1) if month % 12 == 0]
    years = years[:: -(-len(years) // 4) or 1]
    return {month: str(month // 12) for month in years} or {first: periods.period_of(first)}


def round_ticks(low: float, high: float, most: int = 6, quarters: bool = True) -> list[float]:
    """About so many round numbers between two ends; quarters of ten, such as 2.5, count as round unless told."""
    steps = [1, 2, 2.5, 5, 10] if quarters else [1, 2, 5, 10]
    return [float(tick) for tick in MaxNLocator(most, steps=steps).tick_values(low, high) if low <= tick <= high]


def short_number(value: float) -> str:
    """A tick's number in few letters: 0.25, 9000, 40k, 1.25M, 3e−212."""
    size = abs(value)
    steps = ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k"))
    factor, letter = next(((factor, letter) for least, factor, letter in steps if size >= least), (1.0, ""))
    text = f"{value / factor:.5g}{letter}"
    return (text if len(text) <= 8 and size < 1e14 else f"{value:.0e}").replace("-", "−")


def isolated(line: np.ndarray) -> np.ndarray:
    """Which values have a gap on both sides, so that a line does not show them."""
    gap = np.concatenate([[True], np.isnan(line), [True]])
    return ~gap[1:-1] & gap[:-2] & gap[2:]
