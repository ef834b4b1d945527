"""What a director has to decide first, in sentences that begin with a verb or a question and name whom to ask."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.reporting.briefing.decided import gone_wrong
from bsclib.reporting.briefing.off_target import NO_INITIATIVE, Work, kpis_with_status, work_on
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import last_period, month_before
from bsclib.wording import listed, month_name, number, short_name

MOST = 3
"""So many KPIs are named in a sentence, the most costly first; the others are counted."""
VERBS = {
    "lower_is_better": "bring down {}",
    "higher_is_better": "raise {}",
    "within_range": "bring {} back into range",
    "due": "catch up on {}",
}
NOBODY = "nobody"


def to_decide(
    scores: pd.DataFrame,
    scorecard: Scorecard,
    unit: str | None = None,
    told: pd.DataFrame | None = None,
    effects: pd.DataFrame | None = None,
) -> list[str]:
    """What a director has to decide, the most costly first, a sentence or three for each; whom to ask is in brackets.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole
    told : DataFrame, optional
        As `two_words` returns it; without it no KPI that is at risk is named.
    effects : DataFrame, optional
        As `bsclib.signals.action_effects` returns it; without it no action that made things worse is named.

    Returns
    -------
    list of str
        KPIs off target for which nothing is planned; those that hang on one plan, where they cost most; what costs most
        and waits; KPIs at risk and worse than usual with nothing planned; and the latest decision that went the wrong
        way, with the month from which that can be told.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> to_decide(score(card, actuals), card)[0]
    'Decide how to bring down Open audit findings (Head of security) and IT cost per user (IT controller), and ...'
    """
    scores = restore_types(scores)
    month = last_period(scores)
    off = kpis_with_status(scores, scorecard, unit)
    risky = kpis_with_status(scores, scorecard, unit, "at_risk")
    work = {str(id): work_on(scorecard, str(id), month, unit) for id in off.index}
    costly = [*_without_plan(scorecard, off, month), *_on_one_plan(scorecard, off, work), *_waits(scorecard, off, work)]
    said = [text for _, text in sorted(costly, key=lambda each: -each[0])]
    said += _sinking(scorecard, risky, told)
    said += [] if effects is None else gone_wrong(scorecard, effects, month, unit)
    if off.empty:
        return [f"No KPI is off target{'' if said else ', so none needs a decision'}.", *said]
    if (off["initiative"] != NO_INITIATIVE).all():
        every = {1: "the only KPI", 2: "both KPIs"}.get(len(off), f"all {len(off)} KPIs")
        return [f"There is a plan for {every} off target.", *said]
    return said


def _without_plan(scorecard: Scorecard, off: pd.DataFrame, month: str) -> Iterator[tuple[float, str]]:
    """The KPIs off target for which nothing is planned, and until when a plan is asked for."""
    idle = off[off["initiative"] == NO_INITIATIVE]
    if idle.empty:
        return
    first = idle.head(MOST)
    others = f" and {len(idle) - MOST} more" if len(idle) > MOST else ""
    they, them = ("It costs", "it") if len(idle) == 1 else (f"These{others} cost", "them")
    orphan = [name for name, who in zip(_names(scorecard, first), first["owner"], strict=True) if who == NOBODY]
    ask = f"name who answers for {listed(orphan)}, and ask" if orphan else "ask"
    cost = float(idle["points_lost"].sum())
    yield (
        cost,
        f"Decide how to {_verbs(scorecard, first)}. {they} {number(cost)} points, and nothing planned would improve "
        f"{them}: {ask} for a plan by {month_name(month_before(month, -1))}.",
    )


def _on_one_plan(scorecard: Scorecard, off: pd.DataFrame, work: dict[str, list[Work]]) -> Iterator[tuple[float, str]]:
    """KPIs for which one piece of work alone has begun, where together they cost as much as any KPI off target."""
    groups: dict[str, list[str]] = {}
    for id, each in work.items():
        begun = {one.name for one in each if one.begun}
        if len(begun) == 1:
            groups.setdefault(begun.pop(), []).append(id)
    costs = {name: float(off.loc[ids, "points_lost"].sum()) for name, ids in groups.items() if len(ids) > 1}
    name = max(costs, key=lambda each: costs[each], default="")
    if not name or costs[name] < off["points_lost"].max():
        return
    plans = [one for id in groups[name] for one in work[id] if one.name == name]
    shows = min(one.shows for one in plans)  # empty where it should show by now
    soon = f", with its effect planned from {month_name(shows)} on" if shows else ""
    names = listed(_names(scorecard, off.loc[groups[name]]))
    yield (
        costs[name],
        f"Is “{name}” ({plans[0].when}) enough{soon}? Nothing else has begun for {names}, which cost "
        f"{number(costs[name])} points{_brackets(plans[0].owner)}.",
    )


def _waits(scorecard: Scorecard, off: pd.DataFrame, work: dict[str, list[Work]]) -> Iterator[tuple[float, str]]:
    """That nothing has begun yet about the KPI that costs most, if so."""
    first = off.head(1)
    plans = [] if off.empty else work[str(off.index[0])]
    if not plans or any(each.begun for each in plans):
        return
    (name,) = _names(scorecard, first)
    until = min(filter(None, (each.start for each in plans)), default="")
    when = f"until {month_name(until)}" if until else "without a date"
    cost = float(first["points_lost"].iloc[0])
    yield cost, f"Can {name} wait {when}? It costs most, {number(cost)} points{_brackets(first['owner'].iloc[0])}."


def _sinking(scorecard: Scorecard, risky: pd.DataFrame, told: pd.DataFrame | None) -> list[str]:
    """The KPIs at risk that show a signal for the worse, while nothing is planned."""
    if told is None or "signal" not in told:
        return []
    worse = told.loc[told["signal"] & (told["variation"] == "worsening"), "kpi"]
    sinking = risky[risky.index.isin(worse) & (risky["initiative"] == NO_INITIATIVE)]
    if sinking.empty:
        return []
    are, they = ("is", "it is") if len(sinking) == 1 else ("are", "they are")
    return [f"Ask why {_owned(scorecard, sinking)} {are} worse than usual: {they} at risk, with nothing planned."]


def _verbs(scorecard: Scorecard, rows: pd.DataFrame) -> str:
    """What is to be done with KPIs, each with who answers for it: those with one verb together."""
    groups: dict[str, list[str]] = {}
    for id in rows.index:
        kpi = scorecard.kpi(str(id))
        groups.setdefault("due" if kpi.due else kpi.direction, []).append(str(id))
    who = rows["owner"].iloc[0] if len(rows) > 1 and rows["owner"].nunique() == 1 else NOBODY
    alike = f" ({'both' if len(rows) == 2 else 'all'} {short_name(who)})" if who != NOBODY else ""
    rows = rows.assign(owner=NOBODY) if alike else rows
    *said, last = (VERBS[way].format(_owned(scorecard, rows.loc[ids])) for way, ids in groups.items())
    return (f"{', '.join(said)}, and {last}" if said else last) + alike


def _owned(scorecard: Scorecard, rows: pd.DataFrame) -> str:
    """KPIs with who answers for them."""
    pairs = zip(_names(scorecard, rows), rows["owner"], strict=True)
    return listed((f"{name}{_brackets(who)}" for name, who in pairs), MOST)


def _brackets(who: str) -> str:
    return f" ({short_name(who)})" if who and who != NOBODY else ""


def _names(scorecard: Scorecard, rows: pd.DataFrame) -> list[str]:
    """Names without what they say in brackets at their end, because an owner follows there."""
    return [short_name(re.sub(r" \([^()]*\)$", "", scorecard.names[str(id)])) for id in rows.index]
