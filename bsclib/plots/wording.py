"""What pictures of KPIs say: values in their own units, which way is better, and where KPIs stand."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import KPI
from bsclib.model.status import words
from bsclib.plots.lettering import safe_name
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import actual_and_expected, range_due
from bsclib.wording import NO_CHANGE, month_name, number

_MONTH = re.compile(r"\d{4}-\d{2}")


def period_words(period: object) -> str:
    """A month as a person writes it; a quarter, or anything else, stays as it is."""
    return month_name(str(period)) if _MONTH.fullmatch(str(period)) else str(period)


def value_text(kpi: KPI, value: float) -> str:
    """A value in the KPI's own units; without them where the font cannot draw them."""
    return safe_name(kpi.show(float(value)), f"{value:,.4g}")


def actual_text(kpi: KPI, row: pd.Series) -> str:
    """What was observed, told from what was expected where it falls short of it."""
    return safe_name(actual_and_expected(kpi, row)[0], f"{row['actual']:,.4g}")


def expected_text(kpi: KPI, row: pd.Series) -> str:
    """What is expected by now, and with ≤ or ≥ which way is better."""
    edges = range_due(kpi, row) if kpi.direction == "within_range" else (row["expected"],)
    text = safe_name(actual_and_expected(kpi, row)[1], " to ".join(f"{edge:,.4g}" for edge in edges))
    return {"within_range": "", "higher_is_better": "≥ "}.get(kpi.direction, "≤ ") + text


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
    way = (
        ""
        if np.isnan(change)
        else f", {'up' if change > 0 else 'down'} {number(abs(change))} since {month_name(earlier)}"
    )
    if abs(change) < NO_CHANGE:
        way = f", unchanged since {month_name(earlier)}"
    return f"Overall {number(now['score'])}, {words(str(now['status']))}{way}."
