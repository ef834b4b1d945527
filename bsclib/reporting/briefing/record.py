"""What one report comes to, as plain data: for whoever lists many reports, compares them or pastes their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from bsclib.model.nouns import KPI, Scorecard
from bsclib.reporting.briefing.overview import past_scores, title
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import actual_and_expected, history, last_period, month_before, snapshot

MONTHS = 24
DIGITS = 10
"""Significant ones; beyond them two machines may differ."""


def report_data(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> dict[str, Any]:
    """What one report comes to: the overall score, how it went, and every KPI, as plain data for JSON.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole

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

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> data = report_data(score(card, actuals), card, "Genoa")
    >>> data["title"], data["status"], len(data["trend"]), len(data["kpis"])
    ('Meridian Freight IT, Genoa: June 2026', ...)
    """
    scores = restore_types(scores)
    now, last = snapshot(scores, unit), last_period(scores)
    change = now["score"] - past_scores(scores, unit, month_before(last)).reindex(now.index)
    top = str(now.index[0])
    trend = history(scores, [top], unit=unit, months=MONTHS)[top]
    return {
        "title": title(scores, scorecard, unit),
        "unit": unit or "",
        "period": last,
        "status": str(now["status"].iloc[0]),
        "score": _plain(now["score"].iloc[0]),
        "change": _plain(change.iloc[0]),
        "trend": [_plain(past, 4) for past in trend],
        "kpis": [_kpi(scorecard, kpi, now.loc[kpi.id], change[kpi.id]) for kpi in scorecard.kpis],
    }


def _kpi(scorecard: Scorecard, kpi: KPI, row: pd.Series, change: float) -> dict[str, Any]:
    objective = scorecard.objective(kpi.objective)
    shown, expected_shown = actual_and_expected(kpi, row)
    return {
        "id": kpi.id,
        "name": kpi.name,
        "perspective": scorecard.perspective(objective.perspective).name,
        "objective": objective.name,
        "actual": _plain(row["actual"]),
        "shown": shown,
        "expected": _plain(row["expected"]),
        "expected_shown": expected_shown,
        "score": _plain(row["score"]),
        "status": str(row["status"]),
        "change": _plain(change),
    }


def _plain(value: float, digits: int = DIGITS) -> float | None:
    """A number for JSON, which has no word for a missing one."""
    return float(f"{value:.{digits}g}") + 0.0 if np.isfinite(value) else None
