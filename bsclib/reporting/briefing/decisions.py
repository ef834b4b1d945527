"""What a director has to decide first, in sentences that begin with a verb or a question and name whom to ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from bsclib.model import periods
from bsclib.model.advice import CURRENCY
from bsclib.model.initiatives import Initiative, months_left, still_to_pay, waited_for
from bsclib.model.nouns import Scorecard
from bsclib.reporting.briefing.ahead import Ahead, dearest
from bsclib.reporting.briefing.decided import gone_wrong
from bsclib.reporting.briefing.off_target import NO_INITIATIVE, Work, kpis_with_status, work_on
from bsclib.reporting.briefing.overview import fell_most
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import last_period, month_before
from bsclib.wording import NO_CHANGE, listed, money, month_name, number, short_name

MOST = 3
"""So many KPIs are named in a sentence, the most costly first; the others are counted, unless it is one."""
MOST_ASKED = 3
"""From so many sentences on, KPIs that are at risk and worse than usual are left to the section on signals; above it
what went the wrong way is left to what was decided before."""
NOBODY = "nobody"
Costly = Iterator[tuple[float, str]]


def to_decide(
    scores: pd.DataFrame,
    scorecard: Scorecard,
    unit: str | None = None,
    told: pd.DataFrame | None = None,
    effects: pd.DataFrame | None = None,
    ahead: Mapping[str, Ahead] | None = None,
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
    ahead : mapping of str to Ahead, optional
        As `foreseen` returns it; without it nothing is said of what plans come to.

    Returns
    -------
    list of str
        Of the whole, what more is asked for in a unit that fell much more than the others. KPIs off target at which no
        plan is aimed, with costly ones at risk that hardly ever reach what is expected, and where all plans lead if
        that is too low; those that hang on one plan, where they cost most; the plan that brings most and has not begun,
        with its price and range; the dearest plan, where it brings little to the whole, and who loses by that; KPIs to
        wait with, because it is their first month off target within their usual swing; KPIs at risk and worse than
        usual with no plan; and the latest decision that went the wrong way, with the month from which that can be told.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> to_decide(score(card, actuals), card)[1]
    'Ask for a plan and its price, or another target, by July 2026: Open audit findings (Head of security), IT cost ...'
    """
    scores = restore_types(scores)
    month = last_period(scores)
    off = kpis_with_status(scores, scorecard, unit)
    risky = kpis_with_status(scores, scorecard, unit, "at_risk")
    hopeless = _hopeless(off, risky, told)
    ahead = ahead or {}
    here = ahead.get(unit or "")
    work = {str(id): work_on(scorecard, str(id), month, unit) for id in off.index}
    new = _new(off, told)
    said = [] if unit else _fallen(scores, scorecard, ahead, month)
    costly = [] if said else [*_on_one_plan(scorecard, off, work, here, month)]
    leads = None if costly else here
    costly += _without_plan(scorecard, pd.concat([off, hopeless]).drop(new.index), leads, month)
    costly += _waits(scorecard, off, work, ahead, month, unit or "")
    said += [text for _, text in sorted(costly, key=lambda each: -each[0])]
    said += _dear(scorecard, ahead, month, unit or "")
    said += _watched(scorecard, new)
    said += gone_wrong(scorecard, effects, month, unit) if effects is not None and len(said) <= MOST_ASKED else []
    said += _sinking(scorecard, risky.drop(hopeless.index), told) if len(said) < MOST_ASKED else []
    if off.empty:
        return [f"No KPI is off target{'' if said else ', so none needs a decision'}.", *said]
    if (off["initiative"] != NO_INITIATIVE).all():
        every = {1: "the only KPI", 2: "both KPIs"}.get(len(off), f"all {len(off)} KPIs")
        more = (
            f" All plans lead to about {leads.score}, not {leads.target}, so ask for more."
            if leads and leads.below
            else ""
        )
        return [f"There is a plan for {every} off target.{more}", *said]
    return said


def _hopeless(off: pd.DataFrame, risky: pd.DataFrame, told: pd.DataFrame | None) -> pd.DataFrame:
    """The KPIs at risk that cost as much as those off target, never reach what is expected, and have no plan."""
    if told is None or risky.empty or "assurance" not in told:
        return risky.iloc[:0]
    never = told.loc[told["assurance"] == "never_met", "kpi"]
    costs = risky["points_lost"] >= (off["points_lost"].median() if len(off) else 0.0)
    return risky[risky.index.isin(never) & (risky["initiative"] == NO_INITIATIVE) & costs]


def _new(off: pd.DataFrame, told: pd.DataFrame | None) -> pd.DataFrame:
    """The KPIs without a plan that may be noise: off target for the first month, within a usual swing that meets it."""
    if told is None or "assurance" not in told or "signal" not in told:
        return off.iloc[:0]
    swings = (told["variation"] == "common_cause") & ~told["signal"] & (told["assurance"] == "hit_and_miss")
    idle = off["initiative"] == NO_INITIATIVE
    return off[off["months"].eq(1) & idle & off.index.isin(told.loc[swings, "kpi"])]


def _watched(scorecard: Scorecard, new: pd.DataFrame) -> list[str]:
    """That what may be noise can wait for another month."""
    its = "its" if len(new) == 1 else "their"
    names = listed(_names(scorecard, new), MOST)
    they = "it reaches" if len(new) == 1 else "they reach"
    said = f"Wait a month with {names}: {its} first month off target, and in other months {they} what is expected."
    return [said] * (len(new) > 0)


def _fallen(scores: pd.DataFrame, scorecard: Scorecard, ahead: Mapping[str, Ahead], month: str) -> list[str]:
    """What more is asked for in the unit that fell much more than the others, or whether enough is done there."""
    fall = fell_most(scores)
    if fall is None:
        return []
    name, then = short_name(fall.unit), ahead.get(fall.unit)
    others = f"no other unit by more than {number(fall.next)}" if fall.next >= NO_CHANGE else "no other unit fell"
    why = f"{name} fell by {number(fall.points)} points since {fall.since}, {others}."
    works = [work for work in scorecard.initiatives if work.unit == fall.unit]
    if not works:
        return [f"Decide what is to be done in {name}: no initiative is meant for it alone. {why}{_comes_to(then)}"]
    who = list(dict.fromkeys(short_name(work.owner) for work in works))
    if then and then.below:
        lost = (
            kpis_with_status(scores, scorecard, fall.unit)
            .groupby("owner")["points_lost"]
            .sum()
            .drop(NOBODY, errors="ignore")
        )
        most = f"{lost.idxmax()}, whose KPIs cost {number(lost.max())} points there" if len(lost) else ""
        return [
            f"Ask for a further plan for {name}, or another target, by {_next(month)}{_brackets(most)}: it fell by "
            f"{number(fall.points)} points since {fall.since}, and all plans bring it to about {then.score}, not "
            f"{then.target}."
        ]
    plans = listed(f"“{short_name(work.name)}”" for work in works)
    more = [_to_pay(scorecard, works, month), *who]
    return [f"{'Is' if len(works) == 1 else 'Are'} {plans}{_brackets(*more)} enough? {why}{_comes_to(then)}"]


def _comes_to(then: Ahead | None) -> str:
    """What all plans make of a unit's score, and what is on target where that is more."""
    if then is None:
        return ""
    goal = f", not {then.target}," if then.below else ""
    return f" All plans bring it to about {then.score}{goal} by {then.month}."


def _next(month: str) -> str:
    """The month after one, until when an answer is asked for."""
    return month_name(month_before(month, -1))


def _without_plan(scorecard: Scorecard, amiss: pd.DataFrame, ahead: Ahead | None, month: str) -> Costly:
    """The KPIs at which no plan is aimed, and until when one is asked for."""
    idle = amiss[amiss["initiative"] == NO_INITIATIVE].sort_values("points_lost", ascending=False, kind="stable")
    if idle.empty:
        return
    first = idle.head(MOST if len(idle) > MOST + 1 else len(idle))
    orphan = [name for name, who in zip(_names(scorecard, first), first["owner"], strict=True) if who == NOBODY]
    named = f"Name who answers for {listed(orphan)}. " if orphan else ""
    cost, named_cost = (float(rows["points_lost"].sum()) for rows in (idle, first))
    more = f", like {len(idle) - len(first)} more ({number(cost - named_cost)})" if len(idle) > len(first) else ""
    none = f" and {'has' if len(idle) == 1 else 'have'} no plan{more}"
    leads = f" All plans lead to about {ahead.score}, not {ahead.target}." if ahead and ahead.below else ""
    yield (
        cost,
        f"{named}Ask for a plan and its price, or another target, by {_next(month)}: {_owned(scorecard, first)} "
        f"{'costs' if len(idle) == 1 else 'cost'} {number(named_cost)} points{none}.{leads}",
    )


def _on_one_plan(
    scorecard: Scorecard, off: pd.DataFrame, work: dict[str, list[Work]], ahead: Ahead | None, month: str
) -> Costly:
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
    price = f", {_priced(scorecard, plans[0].cost)}" if plans[0].cost else ""
    names = listed(_names(scorecard, off.loc[groups[name]]))
    brings = ahead.brings.get(plans[0].id, 0.0) if ahead else 0.0
    costly = f"{names}, which cost {number(costs[name])} points{_brackets(plans[0].owner)}"
    if ahead and ahead.below:
        yield (
            costs[name],
            f"Ask for more than “{name}”{_brackets(plans[0].owner)}: nothing else has begun for {names} "
            f"({number(costs[name])} points), and all plans lead to {ahead.score}, not {ahead.target}.",
        )
        return
    alone = f" It brings about {number(brings)} points." if ahead and brings >= NO_CHANGE else ""
    yield costs[name], f"Is “{name}” ({plans[0].when}{price}) enough{soon}? Nothing else has begun for {costly}.{alone}"


def _waits(
    scorecard: Scorecard,
    off: pd.DataFrame,
    work: dict[str, list[Work]],
    ahead: Mapping[str, Ahead],
    month: str,
    unit: str,
) -> Costly:
    """That the plan which brings most be confirmed before it begins, and whether what costs most can wait so long."""
    plan, confirmed = _confirmed(scorecard, ahead, month, unit)
    first = off.head(1)
    plans = [] if off.empty else work[str(off.index[0])]
    if not plans or any(each.begun for each in plans):
        if plan:
            yield float(off["points_lost"].sum()), confirmed
        return
    (name,) = _names(scorecard, first)
    until = min(filter(None, (each.start for each in plans)), default="")
    when = f"until {month_name(until)}" if until else "without a date"
    cost = float(first["points_lost"].iloc[0])
    if plan and plan.id in {each.id for each in plans}:
        yield cost, f"{confirmed} {name} costs most, {number(cost)} points, and waits {when}."
        return
    if plan:
        yield float(off["points_lost"].sum()), confirmed
    yield cost, f"Can {name} wait {when}? It costs most, {number(cost)} points{_brackets(first['owner'].iloc[0])}."


def _confirmed(
    scorecard: Scorecard, ahead: Mapping[str, Ahead], month: str, unit: str
) -> tuple[Initiative | None, str]:
    """The plan that brings most to the whole, where it has not begun: with what it waits for, its price and points."""
    here, whole = ahead.get(unit), ahead.get("", ahead.get(unit))
    known = [work for work in scorecard.initiatives if whole and work.id in whole.brings]
    work = max(known, key=lambda each: whole.brings[each.id] if whole else 0.0, default=None)
    begun = work is not None and work.start is not None and periods.span(work.start)[0] <= periods.span(month)[1]
    points = here.brings.get(work.id, 0.0) if here and work else 0.0
    if here is None or work is None or begun or points < NO_CHANGE:
        return None, ""
    first = [each for each in _with_waited_for(scorecard, work, month) if each is not work]
    named, they = f"“{short_name(work.name)}”", "it brings"
    if first:
        named = f"{listed(f'“{short_name(each.name)}”' for each in first)}, then {named}"
        they = "they bring"
    price = _brackets(_to_pay(scorecard, [work, *first], month))
    ends = here.ranges.get(work.id)
    between = f" (in 9 of 10 cases {number(ends[0])} to {number(ends[1])})" if ends else ""
    place = " here" * bool(unit)
    return work, f"Confirm {named}{price}: {they} about {number(points)} points{place}{between}."


def _dear(scorecard: Scorecard, ahead: Mapping[str, Ahead], month: str, unit: str) -> list[str]:
    """That the plan which takes much and brings little to the whole be stopped; in a unit, what it would lose."""
    whole, here = ahead.get(""), ahead.get(unit)
    work = dearest(scorecard, whole, month) if whole else None
    if work is None or whole is None or here is None:
        return []
    who = f"“{short_name(work.name)}”{_brackets(work.owner)}"
    if unit:
        asked = f"Say by {_next(month)} what {who} is needed for: the board may stop it, and"
        more = here.lost >= whole.lost + NO_CHANGE
        return [f"{asked} {short_name(unit)} would lose about {number(here.lost)} points."] * more
    end = periods.span(month)[1] + 1
    loses = f" {short_name(whole.loses.unit)} loses most, {number(whole.loses.points)}." if whole.loses else ""
    ends = number(whole.stopped), number(whole.stopped + whole.lost)
    to = f"{ends[0]}, not {ends[1]}" if ends[0] != ends[1] else f"{ends[0]} as well"
    less = _sum(scorecard, still_to_pay(work, end))
    return [f"Stop {who}, unless it has another purpose: without it the plans lead to {to}, for {less} less.{loses}"]


def open_plans(scorecard: Scorecard, ahead: Ahead | None, month: str) -> pd.DataFrame:
    """Initiatives that have not ended, then all together: what is to pay, and points, each with what it waits for."""
    left = [work for work in scorecard.initiatives if ahead is not None and work.id in ahead.brings]
    if ahead is None or len(left) < 2:
        return pd.DataFrame()
    end = periods.span(month)[1] + 1
    first = [each for work in left for each in _with_waited_for(scorecard, work, month)]
    left = [work for work in scorecard.initiatives if work in left or work in first]  # wherever these are done
    names = {work.id: short_name(work.name) for work in left}
    rows = [
        (
            names[work.id],
            work.owner,
            _begins(work, month),
            _sum(scorecard, still_to_pay(work, end)),
            ahead.brings.get(work.id, 0.0),
            listed(names[id] for id in work.after if id in names) or NO_INITIATIVE,
        )
        for work in sorted(left, key=lambda each: -ahead.brings.get(each.id, 0.0))
    ]
    whole = _sum(scorecard, sum(still_to_pay(work, end) for work in left))
    rows.append(("All of them", "", "", whole, ahead.gain, ""))
    return pd.DataFrame(rows, columns=["plan", "owner", "when", "still_to_pay", "points", "waits_for"])


def plans_said(unit: str = "") -> str:
    """How the table of open plans is to be read."""
    here = " Prices are those of the whole, and points those of this unit." * bool(unit)
    return f"Plans that help the same KPIs bring less or more together than one by one: points do not add up.{here}"


def _begins(work: Initiative, month: str) -> str:
    """Since when an initiative has been under way, or when it starts."""
    if work.start is None:
        return "without a date"
    first = periods.period_of(periods.span(work.start)[0])
    return f"{'since' if first <= month else 'starts'} {month_name(first)}"


def _with_waited_for(scorecard: Scorecard, work: Initiative, month: str) -> list[Initiative]:
    """An initiative and what it waits for, as far as these have not ended."""
    ids, end = {work.id, *waited_for(scorecard.initiatives, [work.id])}, periods.span(month)[1] + 1
    return [each for each in scorecard.initiatives if each.id in ids and (each is work or months_left(each, end))]


def _to_pay(scorecard: Scorecard, works: Iterable[Initiative], month: str) -> str:
    """What is still to pay for initiatives after a month; nothing where that is nothing."""
    cost = sum(still_to_pay(work, periods.span(month)[1] + 1) for work in works)
    return _priced(scorecard, cost) if cost else ""


def _priced(scorecard: Scorecard, cost: float) -> str:
    """An amount that is still to pay."""
    return f"{_sum(scorecard, cost)} still to pay"


def _sum(scorecard: Scorecard, cost: float) -> str:
    """An amount, in the currency of the scorecard's KPIs where it is one."""
    found = {match for kpi in scorecard.kpis for match in re.findall(rf"(?<!\w){CURRENCY}(?!\w)", kpi.measured_in)}
    return f"{_amount(cost)}{f' {found.pop()}' if len(found) == 1 else ''}"


def _amount(cost: float) -> str:
    """An amount to three figures."""
    return money(float(f"{cost:.3g}"))


def _sinking(scorecard: Scorecard, risky: pd.DataFrame, told: pd.DataFrame | None) -> list[str]:
    """The KPIs at risk that show a signal for the worse, while no plan is aimed at them."""
    if told is None or "signal" not in told:
        return []
    worse = told.loc[told["signal"] & (told["variation"] == "worsening"), "kpi"]
    sinking = risky[risky.index.isin(worse) & (risky["initiative"] == NO_INITIATIVE)]
    if sinking.empty:
        return []
    are, they, them = ("is", "it is", "it") if len(sinking) == 1 else ("are", "they are", "them")
    names = _owned(scorecard, sinking.head(MOST), len(sinking) - len(sinking.head(MOST)))
    return [f"Ask why {names} {are} worse than usual: {they} at risk, and no plan is aimed at {them}."]


def _owned(scorecard: Scorecard, rows: pd.DataFrame, more: int = 0) -> str:
    """KPIs with who answers for them, said once where it is one for all; and how many more there are."""
    who = rows["owner"].iloc[0] if len(rows) > 1 and rows["owner"].nunique() == 1 else NOBODY
    alike = f" ({'both' if len(rows) == 2 else 'all'} {short_name(who)})" if who != NOBODY and not more else ""
    owners = [NOBODY] * len(rows) if alike else rows["owner"]
    names = [f"{name}{_brackets(who)}" for name, who in zip(_names(scorecard, rows), owners, strict=True)]
    return listed([*names, *[f"{more} more"] * bool(more)]) + alike


def _brackets(*texts: str) -> str:
    said = ", ".join(short_name(text) for text in texts if text and text != NOBODY)
    return f" ({said})" if said else ""


def _names(scorecard: Scorecard, rows: pd.DataFrame) -> list[str]:
    """Names without what they say in brackets at their end, because an owner follows there."""
    return [short_name(re.sub(r" \([^()]*\)$", "", scorecard.names[str(id)])) for id in rows.index]
