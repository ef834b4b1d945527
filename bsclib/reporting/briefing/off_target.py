"""What is off target or at risk: for how long, what it costs, and who does something about it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.actions import Action
from bsclib.model.nouns import KPI, Scorecard
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import actual_and_expected, kpi_shares, last_period, snapshot
from bsclib.wording import counted, listed, month_name, short_name

NO_INITIATIVE = "none"
MOST_TO_DECIDE = 4
"""So many KPIs are named, the most costly first; the others are counted."""


def kpis_with_status(
    scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None, status: str = "off_target"
) -> pd.DataFrame:
    """The KPIs of one status, the most costly first: who owns them, and which initiative should move them.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole
    status : {"off_target", "at_risk"}
        Which KPIs.

    Returns
    -------
    DataFrame
        `kpi`, `actual` and `expected` (as text), `points_lost`, `months` in a row with this status, `owner` (the
        objective's where the KPI names none) and `initiative`.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Notes
    -----
    ``points_lost = W * (100 - score)``, where W is the KPI's weight in the overall score: what the overall score would
    gain if this KPI alone were where it is expected to be.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> kpis_with_status(score(card, actuals), card, status="at_risk").loc["csat", ["kpi", "owner"]].tolist()
    ['User satisfaction after a ticket', 'Service desk manager']
    """
    scores = restore_types(scores)
    now = snapshot(scores, unit)
    rows = now[(now["level"] == "kpi") & (now["status"] == status)]
    lost = kpi_shares(scores, unit, last_period(scores)).reindex(rows.index) * (100 - rows["score"])
    order = lost.sort_values(ascending=False, kind="stable").index
    months = _months_in_a_row(scores, unit, list(order))
    table = []
    for kpi, row in ((scorecard.kpi(str(id)), rows.loc[id]) for id in order):
        initiatives = initiatives_of(scorecard, kpi.id, str(row["period"]))
        table.append(
            (
                kpi.name,
                *actual_and_expected(kpi, row),
                float(lost[kpi.id]),
                months[kpi.id],
                owner(scorecard, kpi),
                initiatives,
            )
        )
    columns = ["kpi", "actual", "expected", "points_lost", "months", "owner", "initiative"]
    return pd.DataFrame(table, columns=columns, index=pd.Index(order, name="id"))


def to_decide(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> str:
    """What a director has to decide first: which KPIs are off target while nothing that is open should move them.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> to_decide(score(card, actuals), card)
    'To decide: of 8 KPIs off target, 2 have neither initiative nor action. They are Open audit findings (Head of ...'
    """
    off = kpis_with_status(scores, scorecard, unit)
    if off.empty:
        return "No KPI is off target, so none needs a decision."
    idle = off[off["initiative"] == NO_INITIATIVE]
    if idle.empty:
        return f"Something is done about {'the KPI' if len(off) == 1 else f'all {len(off)} KPIs'} off target."
    names = listed((f"{short_name(row.kpi)} ({short_name(row.owner)})" for row in idle.itertuples()), MOST_TO_DECIDE)
    if len(off) == 1:
        return f"To decide: one KPI is off target, and no initiative or action should move it: {names}."
    has, they = ("one has", "It is") if len(idle) == 1 else (f"{len(idle)} have", "They are")
    return f"To decide: of {len(off)} KPIs off target, {has} neither initiative nor action. {they} {names}."


def owner(scorecard: Scorecard, kpi: KPI) -> str:
    """Who answers for a KPI: its own owner, else its objective's."""
    return kpi.owner or scorecard.objective(kpi.objective).owner or "nobody"


def initiatives_of(scorecard: Scorecard, kpi: str, period: str) -> str:
    """What should move a KPI: initiatives on it, else on what drives it, else open actions about it."""
    drivers = {link.cause for link in scorecard.links if link.effect == kpi}
    for causes in ({kpi}, drivers):
        initiatives = [each for each in scorecard.initiatives if any(change.kpi in causes for change in each.changes)]
        if initiatives:
            through = "" if kpi in causes else ", on what drives it"
            return "; ".join(f"{short_name(each.name)} ({_start(each.start, period)}{through})" for each in initiatives)
    actions = [each for each in scorecard.actions if each.kpi == kpi and each.open]
    return "; ".join(f"{short_name(each.action)} (action{_where(each)})" for each in actions) or NO_INITIATIVE


def _where(action: Action) -> str:
    return f" in {short_name(action.unit)}" if action.unit else ""


def _start(start: str | None, period: str) -> str:
    if start is None:
        return "no start given"
    first = periods.period_of(periods.span(start)[0])
    return f"{'since' if first <= period else 'starts'} {month_name(first)}"


def _months_in_a_row(scores: pd.DataFrame, unit: str | None, ids: list[str]) -> dict[str, int]:
    """For how many months up to the last one each KPI has had the status it has."""
    rows = scores[(scores["unit"] == (unit or "")) & scores["id"].isin(ids)]
    counts = {}
    for id, part in rows.groupby(rows["id"].astype(str), observed=True):
        words = part.sort_values("period")["status"].astype(str).to_numpy()[::-1]
        other = np.flatnonzero(words != words[0])
        counts[str(id)] = int(other[0]) if len(other) else len(words)
    return counts


def watch_list(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> str:
    """The KPIs that are at risk, in a sentence, the most costly first.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> watch_list(score(card, actuals), card)
    'At risk, and next to watch: ...'
    """
    names = list(kpis_with_status(scores, scorecard, unit, "at_risk")["kpi"])
    now = snapshot(scores, unit)
    unknown = int(((now["level"] == "kpi") & now["status"].isin(["no_data", "undecided"])).sum())
    text = f"At risk, and next to watch: {listed(names)}." if names else "No KPI is at risk."
    return f"{text} {counted(unknown, 'KPI has', 'KPIs have')} no data." if unknown else text
