"""What is off target or at risk: for how long, what it costs, and who does something about it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.actions import Action
from bsclib.model.initiatives import Initiative
from bsclib.model.nouns import KPI, Scorecard
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import actual_and_expected, kpi_shares, last_period, snapshot
from bsclib.wording import counted, listed, month_name, number, short_name

NO_INITIATIVE = "none"
IN_PART = ", in part"
"""Stands behind a KPI, or a reason, where not all units report."""
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
        `kpi` (*in part* where not all units report), `actual` and `expected` (as text), `points_lost`, `months` in a
        row with this status, `owner` (the objective's where the KPI names none) and `initiative`: what should move it
        the better way, initiatives on it or on what drives it, and actions that are open in the unit.

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
    months = months_in_a_row(scores, unit, list(order))
    table = []
    for kpi, row in ((scorecard.kpi(str(id)), rows.loc[id]) for id in order):
        actual, expected = actual_and_expected(kpi, row)
        part = IN_PART if row["origin"] == "pooled_in_part" else ""
        work = initiatives_of(scorecard, kpi.id, str(row["period"]), unit)
        table.append(
            (kpi.name + part, actual, expected, float(lost[kpi.id]), months[kpi.id], owner(scorecard, kpi), work)
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
    'To decide: what to do about Open audit findings (Head of security), ... They are off target and cost 4.0 ...'
    """
    off = kpis_with_status(scores, scorecard, unit)
    if off.empty:
        return "No KPI is off target, so none needs a decision."
    idle = off[off["initiative"] == NO_INITIATIVE]
    if idle.empty:
        every = {1: "the KPI", 2: "both KPIs"}.get(len(off), f"all {len(off)} KPIs")
        said = f"Something is done about {every} off target."
    else:
        owners = (
            f"{short_name(scorecard.names[str(row.Index)])} ({short_name(row.owner)})" for row in idle.itertuples()
        )
        named = listed(owners, MOST_TO_DECIDE)
        it, is_, costs, them = ("It", "is", "costs", "it") if len(idle) == 1 else ("They", "are", "cost", "them")
        lost = f"{is_} off target and {costs} {number(idle['points_lost'].sum())} points"
        said = f"To decide: what to do about {named}. {it} {lost}, and nothing is planned that would improve {them}."
    return " ".join(filter(None, [said, _waits(off, scorecard, last_period(scores), unit)]))


def _waits(off: pd.DataFrame, scorecard: Scorecard, period: str, unit: str | None) -> str:
    """That nothing has begun yet about the KPI that costs most, if so."""
    work = _work(scorecard, str(off.index[0]), period, unit)
    if not work or any(each.begun for each in work):
        return ""
    name = scorecard.names[str(off.index[0])]
    dearest = f"{short_name(name)} costs most, {number(off['points_lost'].iloc[0])} points"
    until = min(filter(None, (each.start for each in work)), default="")
    wait = f" before {month_name(until)}" if until else ""
    return f"{dearest}, and nothing about it begins{wait}: can it wait?"


def owner(scorecard: Scorecard, kpi: KPI) -> str:
    """Who answers for a KPI: its own owner, else its objective's."""
    return kpi.owner or scorecard.objective(kpi.objective).owner or "nobody"


class Work(NamedTuple):
    """What should move a KPI: in words, whether it has begun, and its month to come."""

    text: str
    begun: bool
    start: str = ""


def initiatives_of(scorecard: Scorecard, kpi: str, period: str, unit: str | None = None) -> str:
    """What should move a KPI the better way: initiatives on it, else on what drives it; and open actions about it."""
    return "; ".join(work.text for work in _work(scorecard, kpi, period, unit)) or NO_INITIATIVE


def _work(scorecard: Scorecard, kpi: str, period: str, unit: str | None) -> list[Work]:
    better = {"higher_is_better": 1.0, "lower_is_better": -1.0}.get(scorecard.kpi(kpi).direction, 0.0)
    signs = {
        link.cause: {"+": 1.0, "-": -1.0}.get(str(link.sign), 0.0) for link in scorecard.links if link.effect == kpi
    }
    work: list[Work] = []
    for causes, through in (({kpi: 1.0}, ""), (signs, ", on what drives it")):
        helping = [
            each
            for each in scorecard.initiatives
            if any(change.kpi in causes and change.by * causes[change.kpi] * better >= 0 for change in each.changes)
        ]
        work = work or [_initiative(each, period, through) for each in helping]
    return work + [
        _action(each, period) for each in scorecard.actions if each.kpi == kpi and _is_open(each, period, unit)
    ]


def _initiative(initiative: Initiative, period: str, through: str) -> Work:
    name = short_name(initiative.name)
    if initiative.start is None:
        return Work(f"{name} (no start given{through})", begun=False)
    first = periods.period_of(periods.span(initiative.start)[0])
    begun = first <= period
    text = f"{name} ({'since' if begun else 'starts'} {month_name(first)}{through})"
    return Work(text, begun, "" if begun else first)


def _is_open(action: Action, period: str, unit: str | None) -> bool:
    """Whether something was still to be done in a month: of the whole, or in the unit."""
    month = periods.span(period)[0]
    decided = action.decided is None or periods.span(action.decided)[0] <= month
    later = action.finished is not None and periods.span(action.finished)[0] > month
    return decided and (action.open or later) and (not unit or action.unit in ("", unit))


def _action(action: Action, period: str) -> Work:
    where = f" in {short_name(action.unit)}" if action.unit else ""
    due = periods.period_of(periods.span(action.due)[1]) if action.due else ""
    text = f"{short_name(action.action)} (action{where}{f', due {month_name(due)}' if due else ''})"
    return Work(text, action.state != "planned", due if due > period else "")


def months_in_a_row(scores: pd.DataFrame, unit: str | None, ids: list[str]) -> dict[str, int]:
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
    names = [scorecard.names[str(id)] for id in kpis_with_status(scores, scorecard, unit, "at_risk").index]
    now = snapshot(scores, unit)
    unknown = int(((now["level"] == "kpi") & now["status"].isin(["no_data", "undecided"])).sum())
    text = f"At risk, and next to watch: {listed(names)}." if names else "No KPI is at risk."
    return f"{text} {counted(unknown, 'KPI has', 'KPIs have')} no data." if unknown else text
