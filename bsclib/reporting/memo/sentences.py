"""What a memo says, each sentence made from the numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from bsclib.causality.evidence.judging import SUPPORTED
from bsclib.model.initiatives import Initiative
from bsclib.plots.prospects import Quantity
from bsclib.reporting.memo.options import Decision, Option, change_text, figures
from bsclib.reporting.memo.sensitivity import links_between, moved_kpis
from bsclib.wording import (
    arrow,
    counted,
    effect_texts,
    effect_unit,
    listed,
    money,
    month_name,
    number,
    percent,
    short_name,
)

_MANY = 4
"""Links or KPIs that are named; the others are counted."""


def answer(decision: Decision) -> Iterator[str]:
    """Which option does most, how much that is, and how sure."""
    best, told = decision.best, figures(decision.goal, decision.best.goal)
    price = f", for {money(best.cost)}" if best.cost else ""
    if len(decision.equals) > 1:
        yield from _equal(decision, told)
        yield from (text for option in decision.options for text in _waits(decision, option))
        return
    ahead = f"Of {len(decision.options)} options, " if len(decision.options) > 1 else ""
    who = f"{ahead}“{best.name}” does most for" if ahead else f"“{best.name}” would move"
    yield (
        f"{who} {decision.goal_name}: {told['effect']} (90 %: {told['band']}) by {decision.month}, to {told['with']} "
        f"instead of {told['without']}{price}."
    )
    if best.unsure:
        yield "That may also be nothing, or the wrong way: the band holds 0."
    if len(decision.options) > 1:
        yield from _next(decision)
    for option in decision.options:
        yield from _waits(decision, option)


def _equal(decision: Decision, told: dict[str, str]) -> Iterator[str]:
    """That several options bring about the same, so that the cheapest will do; and what the next one brings."""
    same, rest = decision.equals, [one for one in decision.options if one not in decision.equals]
    names = [f"“{one.name}” ({money(one.cost)})" for one in same]
    yield (
        f"{listed(names)} bring about the same for {decision.goal_name}. So “{same[0].name}” is enough, because it "
        f"costs least: {told['effect']} (90 %: {told['band']}) by {decision.month}, to {told['with']} instead of "
        f"{told['without']}."
    )
    if rest:
        price = f" for {money(rest[0].cost)}" if rest[0].cost else ""
        yield f"Next is “{rest[0].name}” with {decision.goal.effect(float(rest[0].goal['effect']))}{price}."


def _waits(decision: Decision, option: Option) -> Iterator[str]:
    """What an option cannot do without, and what it starts too early."""
    works = {one.id: one for one in decision.scorecard.initiatives}
    if option.left_out:
        first = listed(f"“{works[id].name}”" for id in option.left_out)
        yield f"“{option.name}” has to wait for {first}, which it leaves out."
        if option.more:
            yield f"With that it costs {money(option.cost + option.more)} and not {money(option.cost)}."
    for late, earlier in option.early:
        late, earlier = works[late].name, works[earlier].name
        yield f"“{option.name}” starts “{late}” before “{earlier}” has ended, which it waits for."


def _next(decision: Decision) -> Iterator[str]:
    best, second = decision.options[:2]
    first, rival = best.goal, second.goal
    what = decision.goal
    apart = first["effect_low"] > rival["effect_high"] or first["effect_high"] < rival["effect_low"]
    sure = "and the bands do not overlap" if apart else "and the two bands overlap, so the order is not certain"
    price = f" for {money(second.cost)}" if second.cost else ""
    yield f"Next is “{second.name}” with {what.effect(float(rival['effect']))}{price}, {sure}."
    priced = [option for option in decision.options if option.cost and not (option.left_out or option.early)]
    if what.kpi is None and len(priced) > 1:
        per = {option.name: 1e5 * float(option.goal["effect"]) / option.cost for option in priced}
        most = max(per, key=lambda name: per[name])
        yield f"For each 100,000 that it costs, “{most}” brings most: {what.effect(per[most])}."


def expected(decision: Decision) -> Iterator[str]:
    """The chance of the target, and what moves for the better and for the worse."""
    best, told = decision.best, figures(decision.goal, decision.best.goal)
    name, month = decision.goal_name, decision.month
    said = f"With “{best.name}”, the chance that {name} is on target in {month} is {told['chance']}"
    if decision.idle is not None:
        said += f"; without any option, {percent(float(decision.idle.goal['chance_of_target']))}"
    yield f"{said}."
    good, bad = _moved(decision, best)
    if good:
        yield f"What moves: {listed(good, _MANY)}."
    if bad:
        yield f"What gets worse: {listed(bad, _MANY)}."


def _moved(decision: Decision, option: Option) -> tuple[list[str], list[str]]:
    """KPIs whose effect is sure to be there, the largest first against where they would be; for better, for worse."""
    last = option.rows[option.rows["period"] == option.goal["period"]]
    kpis = last[last["level"] == "kpi"]
    sure = kpis[(kpis["effect_low"] > 0) | (kpis["effect_high"] < 0)]
    size = (sure["effect"].abs() / sure["without"].abs().replace(0, np.nan)).fillna(np.inf)
    good, bad = list[str](), list[str]()
    for _, row in sure.loc[size.sort_values(ascending=False, kind="stable").index].iterrows():
        what = Quantity.of(decision.scorecard, str(row["id"]))
        effect, low, high = effect_texts(*row[["effect", "effect_low", "effect_high"]].astype(float))
        unit = effect_unit(decision.scorecard.kpi(what.id).measured_in)
        told = " ".join(filter(None, [effect, unit, f"({low} to {high})"]))
        text = f"“{short_name(decision.scorecard.names[what.id])}” {told}"
        (bad if what.is_worse(float(row["effect"])) else good).append(text)
    return good, bad


def assumed(
    decision: Decision, evidence: pd.DataFrame | None, worth: float | None = None, plain: pd.DataFrame | None = None
) -> Iterator[str]:
    """What is taken for granted: that changes last and work comes off, how all goes without, which links are real."""
    best, names = decision.best, decision.scorecard.names
    changes = [f"{short_name(names[kpi])} {change_text(text)}" for kpi, text in best.changes.items()]
    if changes:
        yield f"The changes come at once and last: {listed(changes)}."
    works = [_works(one, best.starts[one.id]) for one in decision.scorecard.initiatives if best.starts.get(one.id)]
    if works:
        yield f"An initiative works as planned, or not at all: {listed(works)}."
    if worth is not None:
        yield f"A point of the overall score is worth {money(worth)} for a year."
    if plain is not None:
        yield from _without_map(decision, plain)
    if evidence is not None:
        yield from _links(decision, evidence)
    yield from best.notes


def _without_map(decision: Decision, plain: pd.DataFrame) -> Iterator[str]:
    """How much of the level hangs on the map: where the goal goes without it, and where the effect leads from there."""
    row, what = decision.best.goal, decision.goal
    same = (plain["id"].astype(str) == what.id) & (plain["period"].astype(str) == str(row["period"]))
    alone = plain.loc[same, "plain"]
    if alone.empty or not np.isfinite(alone.iloc[0]):
        return
    by_map, past = float(row["without"]), float(alone.iloc[0])
    yield (
        f"Doing nothing ends at {what.level(by_map)} by this map, and at {what.level(past)} by each KPI's own past "
        f"alone. From there the same effect would lead to {what.level(past + float(row['effect']))}. So the chance of "
        "the target hangs on the map."
    )


def _works(initiative: Initiative, start: str) -> str:
    """An initiative, its start, and the chance that its changes come off."""
    chances = sorted({change.chance for change in initiative.changes}) or [1.0]
    span = " to ".join(number(100 * share, 0) for share in dict.fromkeys([chances[0], chances[-1]]))
    return f"“{short_name(initiative.name)}” (from {month_name(start)}, chance {span} %)"


def _links(decision: Decision, evidence: pd.DataFrame) -> Iterator[str]:
    best, card = decision.best, decision.scorecard
    moved = moved_kpis(card, best.changes, best.starts)
    links = links_between(card, evidence, moved, decision.goal.id)
    if links.empty:
        yield "No link of the map lies between what is moved and the goal: only the KPIs that are moved count."
        return
    sure = links[links["verdict"] == SUPPORTED].sort_values("p", kind="stable")
    if len(sure):
        many = counted(len(sure), "link that the data support", "links that the data support")
        yield f"The answer rests on {many}: {_named(decision, sure)}."


def _named(decision: Decision, rows: pd.DataFrame) -> str:
    names = decision.scorecard.names
    pairs = zip(rows["cause"], rows["effect"], strict=True)
    return listed((arrow(short_name(names[cause]), short_name(names[effect])) for cause, effect in pairs), _MANY)


def doubts(decision: Decision, links: pd.DataFrame | None, break_even: pd.DataFrame | None) -> Iterator[str]:
    """What would change the answer: what the data will show and when, which link it hangs on, what it has to earn."""
    best, name = decision.best, decision.goal_name
    if best.first:
        yield (
            f"From {month_name(best.first)} on, an effect of this size on {name} could be told from noise: if it does "
            "not show by then, the answer was wrong."
        )
    elif best.first is not None:
        yield (
            f"No month up to {decision.month} lets an effect of this size on {name} be told from noise: what we decide "
            "now, the data will not prove or disprove by then."
        )
    if links is not None and len(links):
        yield _hangs_on(decision, links)
    if break_even is not None:
        yield from _earns(decision, break_even)


def _hangs_on(decision: Decision, links: pd.DataFrame) -> str:
    """The link whose failure costs the answer most; `links` has it first."""
    row, what = links.iloc[0], decision.goal
    names = decision.scorecard.names
    link = arrow(short_name(names[row["cause"]]), short_name(names[row["effect"]]))
    left, rival = float(row["left"]), float(row.get("rival", np.nan))
    if abs(left) < 0.01 * abs(float(row["whole"])):
        end = "nothing of the effect would be left"
    elif row["low"] <= 0 <= row["high"] and not decision.best.unsure:
        end = f"{what.effect(left)} would be left, and that might be nothing"
    elif _better(rival, left, what):
        end = f"{what.effect(left)} would be left, and “{decision.options[1].name}” would be the better choice"
    else:
        end = f"{what.effect(left)} would still be left: no single link overturns the answer"
    return f"It hangs most on the link {link}. If that were not there, {end}."


def _better(one: float, other: float, what: Quantity) -> bool:
    return one < other if what.kpi is not None and what.kpi.direction == "lower_is_better" else one > other


def _earns(decision: Decision, break_even: pd.DataFrame) -> Iterator[str]:
    names = {one.id: one.name for one in decision.scorecard.initiatives}
    for row in break_even.itertuples():
        if not row.still_to_pay:
            continue
        called, cost = f"“{short_name(names[row.initiative])}”", money(row.still_to_pay)
        if not math.isfinite(row.share):
            yield f"{called} does not earn its cost of {cost}, even if it did ten times what is planned."
            continue
        bad = f"{_share(row.high)} that" if math.isfinite(row.high) else "never"
        yield (
            f"{called} earns its cost of {cost} if it does {_share(row.share)} what is planned "
            f"({_share(row.low)} that if all else turns out well, {bad} if badly)."
        )


def _share(share: float) -> str:
    """How much of a plan: a part of it, or how many times."""
    return f"{percent(share)} of" if share < 1.05 else f"{number(share)} times"
