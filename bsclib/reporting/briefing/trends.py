"""Which KPIs' courses to look at first, and what to see in them."""

from __future__ import annotations

import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.model.status import words
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import last_period, month_before, snapshot
from bsclib.wording import listed, month_name

BACK = 3
"""Months, over which a KPI comes nearer to what is expected or moves away."""


def courses(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> tuple[list[str], list[str], str]:
    """The KPIs whose courses are worth a look, and the others: those off target; at risk where none is; or all.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole

    Returns
    -------
    list of str, list of str, str
        Ids in the scorecard's order, none in both; and what to see in the first: which of them are farther from what is
        expected than three months before.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> looked, others, said = courses(score(card, actuals), card)
    >>> len(looked), len(others), said
    (8, 19, 'These are the 8 KPIs off target. Farther from what is expected than in March 2026: Staff who leave, a ...')
    """
    scores = restore_types(scores)
    now = snapshot(scores, unit)
    stood = now["status"].astype(str)
    ids = [kpi.id for kpi in scorecard.kpis]
    for status in ("off_target", "at_risk"):
        shown = [id for id in ids if stood[id] == status]
        if shown:
            these = "This is the only KPI" if len(shown) == 1 else f"These are the {len(shown)} KPIs"
            others = [id for id in ids if id not in shown]
            said = [f"{these} {words(status)}.", _moving_away(scores, scorecard, shown, unit)]
            return shown, others, " ".join(filter(None, said))
    return ids, [], _moving_away(scores, scorecard, ids, unit)


def _moving_away(scores: pd.DataFrame, scorecard: Scorecard, ids: list[str], unit: str | None) -> str:
    """Which of some KPIs are farther from what is expected than some months before, in a sentence."""
    now, then = snapshot(scores, unit), month_before(last_period(scores), BACK)
    rows = scores[(scores["unit"] == (unit or "")) & (scores["period"] == then)]
    past = rows.set_index(rows["id"].astype(str))["attainment"].reindex(ids)
    apart = now["attainment"].reindex(ids) - past
    away = apart[apart < -0.005].sort_values(kind="stable")
    if apart.isna().all():
        return ""
    names = listed(scorecard.names[str(id)] for id in away.index) or "none"
    return f"Farther from what is expected than in {month_name(then)}: {names}."
