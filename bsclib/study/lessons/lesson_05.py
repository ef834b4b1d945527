"""What stages lesson 05: a first question, limits, options to compare; and what its tables show, read aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np
import pandas as pd

from bsclib.causality.map_claims import supported_links
from bsclib.errors import UnknownNameError, unknown
from bsclib.files.scorecards import read_actuals
from bsclib.model.edit import change
from bsclib.model.nouns import Scorecard
from bsclib.reporting.memo.options import SAME, change_text
from bsclib.scenarios.budget import Allocation
from bsclib.scenarios.counterfactual import moved_by_truth
from bsclib.scenarios.definition import Scenario
from bsclib.scenarios.fitting import FittedMap, fit_map
from bsclib.scenarios.notes import WHY
from bsclib.scenarios.projection import project
from bsclib.study.lessons.lesson_05_works import (
    NEVER,
    best_value,
    named_works,
    rounded,
    undecided,
    with_waits,
    work_names,
)
from bsclib.wording import (
    NO_CHANGE,
    amount,
    counted,
    effect_texts,
    effect_unit,
    listed,
    money,
    month_name,
    number,
    quoted,
    short_name,
    signed,
)

IDLE = "nothing"
"""The option that does nothing: for the memo, and in no picture."""
_TOGETHER = {frozenset({"genoa-team", "academy"}): "Academy and posts in Genoa"}
"""What is short enough for a picture to name initiatives that are paid for together."""
_MIDDLE = "An effect is worked out in each draw"
"""How the note begins that is about the numbers of a table."""


def first_question(fit: FittedMap) -> tuple[str, str, str] | None:
    """A KPI to move, by how much, and the KPI furthest down its longest way along the map."""
    evidence = fit.evidence
    known = {id for id, k in fit.place.items() if np.isfinite(fit.latest[k]) and fit.latest[k] != 0}
    for rows in (evidence[evidence["verdict"] == "supported"], evidence):
        graph = nx.DiGraph([*zip(rows["cause"], rows["effect"], strict=True)])
        drivers = [id for id in fit.place if id in graph and id in known and graph.out_degree(id)]
        if not drivers:
            continue
        driver = max(drivers, key=lambda id: len(nx.descendants(graph, id)))
        away = nx.single_source_shortest_path_length(graph, driver)
        ends = [id for id in fit.place if id in known and id in away and id != driver]
        if ends:
            way = "-" if fit.scorecard.kpi(driver).direction == "lower_is_better" else "+"
            return driver, f"{way}10%", max(ends, key=lambda id: away[id])
    return None


def supported_map(scorecard: Scorecard, actuals: pd.DataFrame, fit: FittedMap) -> FittedMap:
    """The map again, with nothing but the links that the data support."""
    kept = change(scorecard, scorecard.id, links=supported_links(scorecard, fit.evidence))
    return fit_map(kept, actuals, fit.unit or None)


def as_scenarios(
    allocation: Allocation,
    fit: FittedMap,
    single: str,
    changes: Mapping[str, str] | None = None,
    initiatives: Sequence[str] | Mapping[str, str] = (),
    horizon: int = 24,
) -> list[Scenario]:
    """What is compared: nothing, an initiative with what it waits for, everything, what is chosen, one's own."""
    works, names = undecided(fit), work_names(fit.scorecard)
    wrong = [unknown("initiative", id, names, "my_initiatives", names) for id in initiatives if id not in names]
    if wrong:
        raise UnknownNameError(wrong)
    together = with_waits(fit, single)
    more = ", with what it waits for" if len(together) > 1 else " alone"
    called = _TOGETHER.get(frozenset(together), names[single] + more)
    everything = tuple(work.id for work in works if work.changes)
    starts = dict(zip(allocation.chosen["initiative"], allocation.chosen["start"].astype(str), strict=True))
    options = [
        Scenario(id=IDLE, name="Do nothing", horizon=horizon),
        Scenario(id="best", name=called, initiatives=tuple(together), horizon=horizon),
        Scenario(id="everything", name="Everything, as planned", initiatives=everything, horizon=horizon),
        Scenario(id="chosen", name="What the budget buys", initiatives=starts, horizon=horizon),
    ][: 4 if starts else 3]
    if changes or initiatives:
        mine = initiatives if isinstance(initiatives, Mapping) else tuple(initiatives)
        own = Scenario(id="mine", name="My own", changes=dict(changes or {}), initiatives=mine, horizon=horizon)
        options.append(own)
    return options


def first_moved(scorecard: Scorecard, initiative: str) -> str:
    """The KPI that an initiative says first that it moves."""
    return next(one.changes[0].kpi for one in scorecard.initiatives if one.id == initiative)


def asked_again(
    card: Scorecard, fit: FittedMap, result: pd.DataFrame, kpi: str, size: str, horizon: int
) -> tuple[FittedMap, pd.DataFrame, str, str]:
    """The first question and its answer; asked anew of another scorecard, where only of that one the truth is known."""
    if card is fit.scorecard:
        return fit, result, kpi, size
    world = fit_map(card, read_actuals(card.id))
    kpi, size, _ = first_question(world) or (kpi, size, "")
    return world, project(world, {kpi: size}, horizon=horizon, draws=4_000), kpi, size


def _last(result: pd.DataFrame) -> pd.DataFrame:
    """The last month of a result, with plain text in place of categories."""
    period = result["period"].astype(str)
    rows = result[period == period.max()]
    return rows.assign(level=rows["level"].astype(str), id=rows["id"].astype(str))


def read_first(result: pd.DataFrame, scorecard: Scorecard, kpi: str, size: str) -> str:
    """The first question and its answer: the overall score with and without the change, and what the change brings."""
    row = _last(result).set_index("id").loc[scorecard.id]
    asked = f"What if {size.replace('%', ' %')} for {_called(scorecard, kpi)}?"
    if pd.isna(row["with_"]):
        return f"{asked} Nothing can be said of the overall score: there is no KPI with an actual."
    effect, low, high = effect_texts(*(float(row[name]) for name in ("effect", "effect_low", "effect_high")))
    return (
        f"{asked} In {month_name(str(row['period']))} the overall score is expected at {number(row['with_'])} with the "
        f"change, and at {number(row['without'])} without it. The change brings {effect} points; in 90 of 100 futures "
        f"it brings {low} to {high}."
    )


def read_fan(result: pd.DataFrame, scorecard: Scorecard, id: str) -> str:
    """When the lines of the picture part, and how wide the band is beside the effect."""
    kpi, rows = scorecard.kpi(id), result[result["id"].astype(str) == id]
    rows = rows.assign(period=rows["period"].astype(str)).sort_values("period")
    last = rows.iloc[-1]
    effect, wide = float(last["effect"]), float(f"{last['high'] - last['low']:.2g}")
    if not effect or not np.isfinite(wide):
        return "The lines do not part: perhaps nothing comes of it there."
    parted = np.flatnonzero((np.sign(effect) * rows["effect"] > abs(effect) / 10).to_numpy())[0]
    unit = f" {effect_unit(kpi.measured_in)}" if kpi.measured_in else ""
    told = effect_texts(effect, float(last["effect_low"]), float(last["effect_high"]))[0]
    month = month_name(str(last["period"]))
    said = (
        f"The lines part in {month_name(str(rows['period'].iloc[parted]))}. In {month} the effect is {told}{unit}, on "
        f"a level that may lie anywhere in a band {amount(wide)}{unit} wide"
    )
    return f"{said}. So that month alone will not tell you whether it worked." if abs(effect) < wide / 2 else f"{said}."


def read_effects(result: pd.DataFrame, scorecard: Scorecard, kpi: str) -> str:
    """How many KPIs follow a change for sure, and one of each kind."""
    rows = _last(result).query("level == 'kpi' and id != @kpi and (effect_low != 0 or effect_high != 0)")
    if rows.empty:
        return ""
    sure = rows[(rows["effect_low"] > 0) | (rows["effect_high"] < 0)]
    unsure = rows.drop(sure.index)
    said = f"{_called(scorecard, kpi)} is moved, and {counted(len(rows), 'KPI')} may follow. "
    said += f"In {len(sure)} of them the band lies on one side of 0, so we are fairly sure that they move"
    example = f", such as {_called(scorecard, sure['id'].iloc[0])}" if len(sure) else ""
    last = ""
    if len(unsure):
        name = _called(scorecard, unsure["id"].iloc[0])
        last = f" In the others, such as {name}, perhaps nothing happens: a link on the way is not supported."
    return f"{said}{example}.{last}"


def _called(scorecard: Scorecard, id: str) -> str:
    return quoted(short_name(scorecard.names[id]))


def apart(notes: Sequence[str]) -> tuple[list[str], str]:
    """The notes of an answer, and the one about the numbers of its table, to be told below the table."""
    middle = [note for note in notes if note.startswith(_MIDDLE)]
    return [note for note in notes if note not in middle], " ".join(middle)


def with_units(rows: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """Effects on KPIs with what each is told in."""
    units = {kpi.name: effect_unit(kpi.measured_in) for kpi in scorecard.kpis}
    told = [f"{effect} {units.get(name, '')}".strip() for name, effect in rows[["name", "effect"]].to_numpy()]
    return rows.assign(effect=told)


def read_both_ways(all_links: pd.DataFrame, supported: pd.DataFrame, scorecard: Scorecard) -> str:
    """Where the band of the overall effect ends with every link, and with supported ones alone."""
    ends = [_last(result).set_index("id").loc[scorecard.id] for result in (all_links, supported)]
    if any(pd.isna(row["effect_low"]) for row in ends):
        return ""
    wide, narrow = (f"{signed(row['effect_low'])} to {signed(row['effect_high'])}" for row in ends)
    return (
        f"Look at the overall score: its band runs from {wide} with every link, and from {narrow} without the others."
    )


def read_drivers(ranked: pd.DataFrame, scorecard: Scorecard) -> str:
    """The longest bar, and how sure it is."""
    rows = ranked[ranked["effect"].notna()]
    if rows.empty:
        return ""
    first = rows.iloc[0]
    return (
        f"The longest bar is {_called(scorecard, first['kpi'])}: {signed(first['effect'])} points. "
        f"Its band runs from {signed(first['low'])} to {signed(first['high'])}, so it is a guess and no promise."
    )


def read_gains(gains: pd.DataFrame, fit: FittedMap) -> str:
    """What the best initiative adds by itself, and what it adds if things go badly."""
    best = gains.iloc[0]
    name = named_works(fit.scorecard, [str(best["initiative"])])
    said = f"{name} adds most: {signed(best['effect'])} points for {money(best['still_to_pay'])}."
    bad = "nothing" if abs(best["effect_low"]) < NO_CHANGE else signed(best["effect_low"])
    said += f" If things go badly, it adds {bad}. The column on the right says what 100,000 buy of each."
    if first := with_waits(fit, str(best["initiative"]))[:-1]:
        said += f" But nobody gets {name} by itself, because it waits for {named_works(fit.scorecard, first)}."
    return said


def read_together(together: pd.DataFrame) -> str:
    """What all initiatives add together, beside the sum of each alone."""
    alone, both = together["effect"]
    least = "less than" if both < alone else "no less than"
    return f"Each by itself they would add up to {signed(alone)}. Together they add {signed(both)}, {least} the sum."


def read_compared(compared: pd.DataFrame, scorecard: Scorecard, names: Mapping[str, str]) -> str:
    """Which option does most, whether another one's band overlaps with its band, and what no option moves."""
    last = _last(compared)
    rows = last[last["id"] == scorecard.id].sort_values("effect", ascending=False)
    best = rows.iloc[0]
    same = rows[rows["effect"] >= (1 - SAME) * best["effect"]]
    if len(same) > 1 and best["effect"] > 0:
        told = listed(f"{quoted(names[str(one.scenario)])} {signed(one.effect)}" for one in same.itertuples())
        still = _still(last, scorecard)
        said = f"These bring about the same, in points: {told}. So their price decides."
        return f"{said} No option moves {still}, so none of this reaches it." if still else said
    said = f"{quoted(names[str(best['scenario'])])} does most: {signed(float(best['effect']))} points."
    near = [
        quoted(names[str(one.scenario)]) for one in rows.iloc[1:].itertuples() if one.effect_high > best["effect_low"]
    ]
    said += f" The bands of {listed(near)} overlap with its band." if near else ""
    still = _still(last, scorecard)
    return f"{said} No option moves {still}, so none of this reaches it." if still else said


def _still(last: pd.DataFrame, scorecard: Scorecard) -> str:
    """The perspectives that no option moves in the last month."""
    views = (
        last[last["level"] == "perspective"].groupby("id", sort=False)["effect"].apply(lambda part: part.abs().max())
    )
    return listed(_called(scorecard, str(id)) for id, most in views.items() if most < NO_CHANGE)


def read_frontier(curve: pd.DataFrame) -> str:
    """Between which two budgets most is gained, and from which on nothing."""
    gained = curve["score"].diff()
    if not gained.max() > 0:
        return "More money buys nothing here."
    at = int(gained.to_numpy()[1:].argmax()) + 1
    said = f"The largest step is up to {money(curve['budget'].iloc[at])} a quarter: {signed(gained.iloc[at])} points."
    flat = gained.to_numpy()[at + 1 :]
    return f"{said} More than that buys nothing." if len(flat) and flat.max() < NO_CHANGE else said


def read_often(often: pd.DataFrame) -> str:
    """What is in every choice, and what in none."""
    sure, none = (listed(map(quoted, often.loc[often["share"] == share, "initiative"])) for share in (1.0, 0.0))
    said = f"In every draw you would choose {sure}." if sure else "No initiative is in every choice."
    said += f" In no draw would you choose {none}." if none else ""
    return f"{said} Each start is the one that came most often, so two of them need not belong to one plan."


def read_course(still: pd.DataFrame, plain: pd.DataFrame, scorecard: Scorecard) -> str:
    """How far apart the two courses without action end."""
    with_map = float(_last(still).set_index("id").loc[scorecard.id, "without"])
    alone = float(_last(plain).set_index("id").loc[scorecard.id, "plain"])
    return (
        f"The two end {number(abs(with_map - alone))} points apart: {number(with_map)} with the map, and "
        f"{number(alone)} from each KPI's past alone."
    )


def luck_rows(chosen: Allocation) -> pd.DataFrame:
    """What a choice does on the draws that chose it, and on fresh ones: mean scores, and the mean effect."""
    told = {
        "draws that chose it": (chosen.without_in_sample, chosen.score_in_sample),
        "fresh draws": (chosen.without, chosen.score),
    }
    rows = [(by, number(without), number(score), signed(score - without)) for by, (without, score) in told.items()]
    return pd.DataFrame(rows, columns=["judged_by", "nothing_done", "with_the_choice", "effect"])


def read_luck(chosen: Allocation) -> str:
    """How much of the effect of a choice is there only on the draws that chose it."""
    promised, kept = chosen.score_in_sample - chosen.without_in_sample, chosen.score - chosen.without
    if promised <= kept:
        return "Here the choice does as well on fresh draws, so little of it was luck."
    return (
        f"The choice promises {signed(promised)} points on the draws that chose it, and keeps {signed(kept)} on fresh "
        f"ones. The {number(promised - kept)} between them was luck, and not merit."
    )


def plain_options(options: Sequence[Scenario], scorecard: Scorecard) -> pd.DataFrame:
    """The options that are compared, with names in place of ids."""
    kpis, works, rows = scorecard.names, work_names(scorecard), []
    for one in options:
        changes = ", ".join(f"{short_name(kpis.get(id, id))} {change_text(how)}" for id, how in one.changes.items())
        rows.append((one.name, listed(works[id] for id in one.initiatives) or "–", changes or "–"))
    return pd.DataFrame(rows, columns=["option", "initiatives", "changes"])


def read_answer(
    gains: pd.DataFrame, shares: pd.DataFrame, together: pd.DataFrame, compared: pd.DataFrame, fit: FittedMap
) -> str:
    """The verdict: what to pay for, and why: who earns their cost, what waits for what, and what nothing reaches."""
    scorecard = fit.scorecard
    *first, value = best_value(gains, fit)
    row, share = together.iloc[0], str(together["share"].iloc[0])
    plans, cost = {0: "its plan", 1: "both plans"}.get(len(first), "all these plans"), money(row["still_to_pay"])
    them = named_works(scorecard, [*first, value])
    if _pays(share):
        said = [f"Pay {cost} for {them} if you believe that {share} of {plans} will come."]
        said.append(f"If not, pay for none of the {len(shares)}.")
        said += (
            ["If things go badly, no share is enough."] if str(together["if_it_goes_badly"].iloc[0]) == NEVER else []
        )
    else:
        said = [f"Do not pay for {them}: not even {plans} in full would earn the {cost}."]
    needs = list(zip(shares["initiative"], shares["share"].astype(str), strict=True))
    enough = [f"{named_works(scorecard, [id])} needs {share} of its plan" for id, share in needs if _pays(share)]
    short = [id for id, share in needs if not _pays(share)]
    which = f"the other {len(short)}" if enough and len(short) > 2 else named_works(scorecard, short)
    said += [f"Here is why. {listed(enough)} to earn {'its' if len(enough) == 1 else 'their'} cost."] if enough else []
    said += [f"The full plan would not be enough for {which}."] if short else []
    said.append(f"{named_works(scorecard, [value])} brings most for its money.")
    if first:
        said.append(f"But it has to wait for {named_works(scorecard, first)}.")
        less = row["earned"] < shares.loc[shares["initiative"].isin([*first, value]), "earned"].sum()
        why = ", less than the sum of each alone, because a score ends at 100" if less else ""
        said.append(f"As planned, together they earn about {rounded(row['earned'])}{why}.")
    still = _still(_last(compared), scorecard)
    return " ".join([*said, f"Nothing of this reaches {still}: say so to the board before it asks."] if still else said)


def _pays(share: str) -> bool:
    """Whether a share as `percent` writes it is no more than the whole plan."""
    return float(re.sub(r"[^\d.]", "", share)) <= 100


def course_rows(reasons: pd.DataFrame) -> pd.DataFrame:
    """Why a score moves without action, in words."""
    return reasons.assign(part=reasons["part"].map(lambda part: WHY.get(part, part)))


def held_rows(held: pd.DataFrame, scorecard: Scorecard, kpi: str = "") -> pd.DataFrame:
    """What was said of the last month and what would have happened, for a page; without `kpi`, which was moved."""
    rows = moved_by_truth(held[held["id"] != kpi])
    rows = rows.assign(name=rows["id"].map(scorecard.names), inside=rows["inside"].map({True: "yes", False: "no"}))
    told = ["effect", "effect_low", "effect_high", "truth"]
    texts = [effect_texts(*row) for row in rows[told].to_numpy()]
    return rows[["name", "inside"]].join(pd.DataFrame(texts, columns=told, index=rows.index))[["name", *told, "inside"]]


def read_held(held: pd.DataFrame, scorecard: Scorecard, kpi: str = "") -> str:
    """How many bands held the truth, and by how much the others missed it; without `kpi`, which was moved."""
    rows = moved_by_truth(held[held["id"] != kpi])
    missed = rows[~rows["inside"]]
    said = f"{counted(len(rows), 'KPI was', 'KPIs were')} said to follow, or did. "
    said += f"For {len(rows) - len(missed)} of them the band held the truth."
    if missed.empty:
        return said
    told = []
    for id, *values in missed[["id", "effect", "effect_low", "effect_high", "truth"]].to_numpy():
        _, low, high, truth = effect_texts(*values)
        told.append(f"Look at {_called(scorecard, id)}: the band runs from {low} to {high}, the truth is {truth}.")
    return " ".join([said, *told[:3]])
