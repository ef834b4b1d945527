"""Where we stand: the overall score, the perspectives, and how many KPIs have which status."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.model.status import STATUSES, words
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import last_period, month_before, overall_score, snapshot
from bsclib.wording import NO_CHANGE, OVERALL, counted, listed, month_name, short_name

_SAID = {status: words(status) for status in STATUSES} | {"no_data": "without data"}


def title(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> str:
    """What the briefing is about: whose scorecard, which unit, which month."""
    whose = f"{short_name(scorecard.name)}, {short_name(unit)}" if unit else short_name(scorecard.name)
    return f"{whose}: {month_name(last_period(scores))}"


def headline(scores: pd.DataFrame, unit: str | None = None) -> str:
    """The overall score in one sentence: its status, and how it compares with a month and a year before.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    unit : str, optional
        By default the organisation as a whole.

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.
    """
    scores = restore_types(scores)
    top = snapshot(scores, unit).iloc[0]
    if np.isnan(top["score"]):
        return f"There is no overall score for {month_name(top['period'])}: {top['reason']}."
    said = f"The overall score is {top['score']:.1f} of 100, {words(top['status'])}"
    compared = [
        f"{_difference(top['score'] - earlier)} in {month_name(month)}"
        for month, earlier in ((month, overall_score(scores, unit, month)) for month in _earlier(top["period"]))
        if not np.isnan(earlier)
    ]
    return f"{said}: {' and '.join(compared)}." if compared else f"{said}."


def _difference(points: float) -> str:
    if abs(points) < NO_CHANGE:
        return "as much as"
    return f"{abs(points):.1f} points {'more' if points > 0 else 'less'} than"


def _earlier(period: str) -> list[str]:
    return [month_before(period), month_before(period, 12)]


def summary(scores: pd.DataFrame, unit: str | None = None) -> str:
    """What stands behind the overall score: the best and the worst perspective, and how many KPIs have which status."""
    now = snapshot(scores, unit)
    said = []
    views = now[(now["level"] == "perspective") & now["score"].notna()].sort_values("score", kind="stable")
    if len(views) > 1 and views["score"].iloc[-1] - views["score"].iloc[0] >= NO_CHANGE:
        worst, best = (
            f"{short_name(one.name)} ({one.score:.1f}, {words(one.status)})"
            for one in views.iloc[[0, -1]][["name", "score", "status"]].itertuples()
        )
        said.append(f"Strongest is {best}, weakest {worst}.")
    kpis = now[now["level"] == "kpi"]
    counts = kpis["status"].value_counts()
    found = [(int(counts[one]), word) for one, word in _SAID.items() if counts.get(one)]
    if len(found) == 1:
        every = "The only KPI is" if len(kpis) == 1 else f"All {len(kpis)} KPIs are"
        return " ".join([*said, f"{every} {found[0][1]}."])
    (first, word), *others = found
    parts = [f"{first} {'is' if first == 1 else 'are'} {word}", *(f"{number} {word}" for number, word in others)]
    return " ".join([*said, f"Of {counted(len(kpis), 'KPI')}, {listed(parts)}."])


def standing(scores: pd.DataFrame, unit: str | None = None) -> pd.DataFrame:
    """Overall score and perspectives, compared with a month and a year before.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    unit : str, optional
        By default the organisation as a whole.

    Returns
    -------
    DataFrame
        `perspective`, `score` (0..100), `status`; `change_in_a_month` and `change_in_a_year` in points, each only where
        there are such months; and the number of KPIs that are `on_target`, `at_risk`, `off_target`, and have `no_data`.
    """
    scores = restore_types(scores)
    now = snapshot(scores, unit)
    rows = now[now["level"].isin(["scorecard", "perspective"])]
    shown = pd.DataFrame({"perspective": rows["name"].astype(str), "score": rows["score"].array}, index=rows.index)
    shown.iloc[0, 0] = OVERALL
    shown["status"] = rows["status"].astype(str)
    for column, month in zip(("change_in_a_month", "change_in_a_year"), _earlier(last_period(scores)), strict=True):
        past = scores[(scores["unit"] == (unit or "")) & (scores["period"] == month)]
        past = past.set_index(past["id"].astype(str))["score"].reindex(rows.index)
        if past.notna().any():
            shown[column] = rows["score"] - past
    kpis = now[now["level"] == "kpi"]
    above = kpis["parent"].astype(str).map(now["parent"].astype(str))
    counts = pd.crosstab(above, kpis["status"].astype(str)).reindex(rows.index, fill_value=0)
    counts.iloc[0] = counts.sum()
    for word in ("on_target", "at_risk", "off_target", "no_data"):
        shown[word] = counts.get(word, 0)
    return shown.reset_index(drop=True)
