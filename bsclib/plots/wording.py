"""What pictures of KPIs say: values in their own units, which way is better, and where KPIs stand."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import KPI
from bsclib.model.status import words
from bsclib.plots.lettering import safe_name
from bsclib.scoring.scores import restore_types
from bsclib.wording import NO_CHANGE, number


def value_text(kpi: KPI, value: float, beside: float | None = None) -> str:
    """A value in the KPI's own units, told from another `beside` it; without units where the font cannot draw them."""
    return safe_name(kpi.show(float(value), beside), f"{value:,.4g}")


def missed(row: pd.Series) -> float | None:
    """What was expected where it was not reached: the actual has to be seen to differ from it."""
    return None if row["status"] == "on_target" else float(row["expected"])


def expected_text(kpi: KPI, row: pd.Series) -> str:
    """What is expected by now, and with ≤ or ≥ which way is better."""
    actual = None if row["status"] == "on_target" else float(row["actual"])
    if kpi.direction == "within_range":
        return f"{value_text(kpi, kpi.range[0], actual)} to {value_text(kpi, kpi.range[1], actual)}"
    return f"{'≥' if kpi.direction == 'higher_is_better' else '≤'} {value_text(kpi, row['expected'], actual)}"


def tally(values: pd.Series, order: Iterable[str]) -> str:
    """How many are on target, how many at risk, …: the statuses or verdicts that occur, in this order."""
    counts = values.value_counts()
    return ", ".join(f"{counts[value]} {words(value)}" for value in order if counts.get(value))


def overall_words(scores: pd.DataFrame, unit: str | None, period: str) -> str:
    """A sentence for alternative text: the overall score, its status, and which way it moved."""
    scores = restore_types(scores)
    rows = scores[(scores["unit"] == (unit or "")) & (scores["level"] == "scorecard")]
    by_month = rows.set_index(rows["period"].astype(str))
    now, earlier = by_month.loc[period], periods.period_of(periods.span(period)[0] - 1)
    change = now["score"] - by_month["score"].get(earlier, np.nan)
    way = "" if np.isnan(change) else f", {'up' if change > 0 else 'down'} {number(abs(change))} since {earlier}"
    if abs(change) < NO_CHANGE:
        way = f", unchanged since {earlier}"
    return f"Overall {number(now['score'])}, {words(str(now['status']))}{way}."
