"""What one report comes to, as plain data: for whoever lists many reports, compares them or pastes their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from bsclib.model.nouns import KPI, Scorecard
from bsclib.reporting.briefing.standing import title
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import history, last_period, month_before, snapshot

MONTHS = 24
DIGITS = 10
"""That count; beyond them two machines may differ."""


def report_data(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> dict[str, Any]:
    """What one report comes to: the overall score, how it went, and every KPI, as plain data for JSON.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    scorecard : Scorecard
        Knows the KPIs' names and how their numbers are written.
    unit : str, optional
        By default the organisation as a whole.

    Returns
    -------
    dict
        `title`, `unit`, `period`, `status`, `score` (0..100), `change` (points since the month before), `trend` (the
        scores of up to 24 months, the last one last) and `kpis`, a list of dicts in the scorecard's order: `id`,
        `name`, `perspective` and `objective` (names), `actual` and `expected` (numbers), `shown` and `expected_shown`
        (the same as a person writes them), `score`, `status`, `change` (of the score, in points). What is missing is
        None.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.
    """
    scores = restore_types(scores)
    now, before = snapshot(scores, unit), _before(scores, unit)
    change = now["score"] - before.reindex(now.index)
    top = str(now.index[0])
    trend = history(scores, [top], unit=unit, months=MONTHS)[top]
    return {
        "title": title(scores, scorecard, unit),
        "unit": unit or "",
        "period": last_period(scores),
        "status": str(now["status"].iloc[0]),
        "score": _plain(now["score"].iloc[0]),
        "change": _plain(change.iloc[0]),
        "trend": [_plain(one, 4) for one in trend],
        "kpis": [_kpi(scorecard, kpi, now.loc[kpi.id], change[kpi.id]) for kpi in scorecard.kpis],
    }


def _before(scores: pd.DataFrame, unit: str | None) -> pd.Series:
    month = month_before(last_period(scores))
    past = scores[(scores["unit"] == (unit or "")) & (scores["period"] == month)]
    return past.set_index(past["id"].astype(str))["score"]


def _kpi(scorecard: Scorecard, kpi: KPI, row: pd.Series, change: float) -> dict[str, Any]:
    objective = scorecard.objective(kpi.objective)
    ranged = kpi.direction == "within_range"
    return {
        "id": kpi.id,
        "name": kpi.name,
        "perspective": scorecard.perspective(objective.perspective).name,
        "objective": objective.name,
        "actual": _plain(row["actual"]),
        "shown": kpi.show(float(row["actual"])),
        "expected": _plain(row["expected"]),
        "expected_shown": " to ".join(map(kpi.show, kpi.range)) if ranged else kpi.show(float(row["expected"])),
        "score": _plain(row["score"]),
        "status": str(row["status"]),
        "change": _plain(change),
    }


def _plain(value: float, digits: int = DIGITS) -> float | None:
    """A number for JSON, which has no word for a missing one."""
    return float(f"{value:.{digits}g}") + 0.0 if np.isfinite(value) else None
