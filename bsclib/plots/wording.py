"""What pictures of KPIs say: values in their own units, which way is better, and where KPIs stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.status import STATUSES, words
from bsclib.plots.canvas import brief, number, unit_name
from bsclib.plots.lettering import safe_name
from bsclib.scoring.scores import typed


def chosen(scorecard: Scorecard, ids: Sequence[str] | None) -> list[KPI]:
    """The KPIs to draw: all, or those asked for, in the scorecard's order.

    Raises
    ------
    UnknownNameError
        When the scorecard has no such KPI.
    BscError
        When none is asked for.
    """
    if ids is None:
        return list(scorecard.kpis)
    if not len(ids):
        raise BscError(Fault("ids", "there is no KPI to draw", fix="name at least one, or leave ids out for all"))
    wanted = {scorecard.kpi(id).id for id in ids}
    return [kpi for kpi in scorecard.kpis if kpi.id in wanted]


def shown(kpi: KPI, value: float) -> str:
    """A value in the KPI's own units; without them where the font cannot draw them."""
    return safe_name(kpi.show(float(value)), f"{value:,.4g}")


def expectation(kpi: KPI, expected: float) -> str:
    """What is expected by now, and with ≤ or ≥ which way is better."""
    if kpi.direction == "within_range":
        return f"{shown(kpi, kpi.range[0])} to {shown(kpi, kpi.range[1])}"
    return f"{'≥' if kpi.direction == 'higher_is_better' else '≤'} {shown(kpi, expected)}"


def direction_words(kpi: KPI) -> str:
    """Which way is better, in words."""
    return "inside the range is best" if kpi.direction == "within_range" else kpi.direction.replace("_", " ")


def status_words(
    what: str, scorecard: Scorecard, kpis: list[KPI], stand: pd.DataFrame, unit: str | None
) -> Iterator[str]:
    """Sentences for alternative text: how many KPIs stand where, and the worst and the best of them."""
    rows = stand.loc[[kpi.id for kpi in kpis]]
    many = f"{len(kpis)} KPI{'s' if len(kpis) != 1 else ''}"
    yield f"{what} of {many} of {brief(scorecard.name)}, {unit_name(unit)}, {rows['period'].iloc[0]}."
    counts = rows["status"].value_counts()
    yield ", ".join(f"{counts[one]} {words(one)}" for one in STATUSES if counts.get(one)).capitalize() + "."
    known = rows["attainment"].dropna()
    if len(known):
        for word, id in (("Furthest behind", known.idxmin()), ("Furthest ahead", known.idxmax())):
            kpi, row = scorecard.kpi(str(id)), rows.loc[id]
            if word == "Furthest ahead" and len(known) == 1:
                continue
            actual, expected = brief(kpi.show(row["actual"])), brief(expectation(kpi, row["expected"]))
            yield f"{word}: {brief(kpi.name)}, {actual} (expected {expected})."


def overall_words(scores: pd.DataFrame, unit: str | None, period: str) -> str:
    """A sentence for alternative text: the overall score, its status, and which way it moved."""
    scores = typed(scores)
    rows = scores[(scores["unit"] == (unit or "")) & (scores["level"] == "scorecard")]
    by_month = rows.set_index(rows["period"].astype(str))
    now, earlier = by_month.loc[period], periods.period_of(periods.span(period)[0] - 1)
    change = now["score"] - by_month["score"].get(earlier, np.nan)
    way = "" if np.isnan(change) else f", {'up' if change > 0 else 'down'} {abs(change):.1f} since {earlier}"
    if abs(change) < 0.05:
        way = f", unchanged since {earlier}"
    return f"Overall {number(now['score'])}, {words(str(now['status']))}{way}."
