"""What lesson 02 shows: candidates, their games and ratings, who says the same twice, and the set that is chosen."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from bsclib.design.objectives import balance
from bsclib.design.selection.candidates import rate_candidates
from bsclib.design.selection.criteria import CRITERIA
from bsclib.design.selection.influence import claimed_influence
from bsclib.design.selection.kpi_tables import (
    gaming_risks,
    kpi_definition,
    missing_fields,
    perspective_of,
    unguarded,
    unmeasured,
)
from bsclib.files.scorecards import write_scorecard
from bsclib.model.nouns import Scorecard
from bsclib.reporting.display import Html, named, table
from bsclib.study.lessons.aloud import aloud, aside, is_are
from bsclib.study.lessons.lesson_02_pairs import correlated as correlated
from bsclib.study.lessons.lesson_02_pairs import framed as framed
from bsclib.study.lessons.lesson_02_pairs import nearest_few as nearest_few
from bsclib.study.lessons.lesson_02_shortlist import MANY, WORDS, Shortlist, crowded, her_page, replaced
from bsclib.study.lessons.lesson_02_shortlist import known as known
from bsclib.study.lessons.lesson_02_shortlist import misread as misread
from bsclib.study.lessons.one_page import ON_A_PAGE
from bsclib.study.lessons.props import guarded_kpi, more_candidates
from bsclib.wording import counted, formula_in_words, listed, percent, quoted, sentence

MOST_ROWS = 15
_PARTS = ("half", "a third", "a quarter", "a fifth", "a sixth", "a seventh", "an eighth", "a ninth")
HIS = "Head of delivery"  # who asks in this lesson
GAMES = ("name", "easily_gamed", "gamed_by", "guarded_by")
_WHY = {"measures": "the best for:", "guards": "guards:"}
_LEADS = {
    "Deviation from the spending forecast": "because it counts how well IT's own people foresee, before the year ends"
}
"""Why a KPI of the catalogue leads, where its name does not tell."""
_TRICKS = {
    ("it-cost-per-user", "ticket-satisfaction"): "Service is saved on: there are fewer agents and older devices.",
    ("sla-attainment-solved", "on-hold-share"): "A ticket that is nearly late is put on hold, so that its clock stops.",
    ("cost-per-ticket", "first-contact-resolution"): "Calls are cut short, so that each ticket costs little.",
    ("patch-latency", "change-failure-rate"): "Patches are installed at once and without a test.",
    ("automation-coverage", "major-incidents"): "Procedures are automated in haste, so that the share rises.",
    ("technical-debt-ratio", "benefits-realised"): "Old code is mended that nobody needs, and projects wait for it.",
}
"""Of a KPI and its guard, by their entries in the catalogue: the trick that this guard shows, where the catalogue's own
is one that only another guard would show."""


def candidates(card: Scorecard) -> Html:
    """How many candidates each perspective holds."""
    rows = balance(card)[:-1]
    shown = table(rows[["perspective", "objectives", "kpis"]], f"The {counted(len(card.kpis), 'KPI')} of {card.name}")
    over = rows[rows["kpis"] > MANY]
    said = " ".join(
        f"{quoted(one.perspective)} holds {one.kpis}, more than {MANY}, for {counted(one.objectives, 'objective')}."
        for one in over.itertuples()
    )
    return aloud(shown, said or f"No perspective holds more than {MANY}.", "Their names come in exercise 2.")


def defender(card: Scorecard) -> str:
    """Whose KPIs the lesson follows: the head of delivery's, or those of the owner who has most."""
    owners = Counter(kpi.owner for kpi in card.kpis if kpi.owner)
    return HIS if HIS in owners else max(owners, key=lambda owner: owners[owner], default="")


def _his(card: Scorecard) -> list[str]:
    """The ids of the KPIs that the lesson follows."""
    who = defender(card)
    return [kpi.id for kpi in card.kpis if who and kpi.owner == who]


def his_kpis(card: Scorecard) -> str:
    """The KPIs that the lesson follows, in a sentence."""
    own = [quoted(card.names[id]) for id in _his(card)]
    return (
        f"{sentence(_called(defender(card)))} answers for {listed(own)}."
        if own
        else "Nobody is named here who answers for a KPI."
    )


def _called(who: str) -> str:
    """An owner within a sentence: a role, or a name."""
    return f"the {who.lower()}" if who == HIS else who


def catalogue(card: Scorecard) -> Html:
    """A few entries of the catalogue for the perspective that has fewest KPIs."""
    more = more_candidates(card)
    few = more[["name", "role", "measured_in"]].head(6)
    shown = table(few, "Candidates of the catalogue, which are not here yet")
    ids = {*more["perspective"], *more["it_perspective"]}
    within = [card.names[id] for id in sorted(ids) if id in card.names]
    whose = f" for {quoted(within[0])}, which has the fewest KPIs" if len(within) == 1 else ""
    leads = few.loc[few["role"] == "leading", "name"].head(1)
    first = "".join(
        f"Look at {quoted(name)}: it leads, {_LEADS.get(name, 'so it moves before a result shows')}." for name in leads
    )
    return aloud(shown, f"These are {len(few)} of {len(more)}{whose}.", first)


def definition(card: Scorecard) -> Html:
    """One definition in full, and what the others lack."""
    kpi = card.kpis[0]
    gaps = named(missing_fields(card), card.names)
    said = "Every KPI here states its formula, what it is measured in, and its owner."
    if len(gaps):
        first = f"{quoted(gaps.iloc[0]['name'])} lacks {gaps.iloc[0]['lacks']}"
        said = f"{counted(len(gaps), 'KPI')} here {is_are(len(gaps))} not defined yet: {first}."
    ratio = "Look for “ratio”: the parts are added up over months and units first, and divided afterwards."
    parts = kpi_definition(kpi)
    written = parts["what"].isin(["formula", "parts"])
    parts["here"] = parts["here"].where(~written, parts["here"].map(formula_in_words))
    return aloud(table(parts, f"How {kpi.name} is defined"), ratio * (kpi.aggregate == "ratio"), said)


def roles(card: Scorecard) -> Html:
    """Leading and lagging candidates."""
    rows = balance(card)[["perspective", "kpis", "leading", "lagging"]]
    total = rows.iloc[-1]
    said = f"{total['leading']} of {counted(total['kpis'], 'KPI')} {is_are(total['leading'])} leading."
    none = rows[:-1].query("leading == 0 and kpis > 0")["perspective"]
    rest = f"{listed(map(quoted, none))} only {'show' if len(none) > 1 else 'shows'} results." if len(none) else ""
    return aside(aloud(table(rows, "Leading and lagging candidates"), said, rest))


def games(card: Scorecard) -> Html:
    """How the KPIs that are gamed most easily are gamed, and what guards them; without the one that is asked about."""
    risks = gaming_risks(card)
    told = risks[(risks["gamed_by"] != "") & (risks["id"] != guarded_kpi(card))]
    asked = list(told["id"])
    told = named(told, card.names).rename(columns={"risk": "easily_gamed"})
    guards = [", ".join(card.names[id] for id in ids.split(", ") if id) for ids in told["guarded_by"]]
    told["gamed_by"] = [
        trick(card, id, ids.partition(", ")[0]) for id, ids in zip(asked, told["guarded_by"], strict=True)
    ]
    told["guarded_by"] = [names or "nothing" for names in guards]
    bare = risks[(risks["risk"] == "high") & (risks["guarded_by"] == "")]
    if told.empty:
        return aloud(None, "No KPI here has an entry in the catalogue, so it cannot say how they are gamed.")
    his = told["name"].isin([card.names[id] for id in _his(card)])
    bare_too = told["guarded_by"].eq("nothing") & told["easily_gamed"].eq("high")
    top = pd.concat([told[his], told[~his & bare_too], told[~his & ~bare_too]]).head(8)
    said = "Each that is easily gamed has a guard."
    if len(bare):
        names = bare["id"].map(card.names)
        said = (
            f"Look for “nothing”: of all {counted(len(card.kpis), 'KPI')}, {len(bare)} that {is_are(len(bare))} easily "
        )
        said += f"gamed {'has' if len(bare) == 1 else 'have'} no guard. Begin with {quoted(names.iloc[0])}."
    first = f"those of {_called(defender(card))} first, " if his.any() else ""
    caption = f"How {len(top)} of {counted(len(card.kpis), 'KPI')} are gamed, {first}and what guards them here"
    return aloud(table(top[[*GAMES]], caption), said)


def trick(card: Scorecard, id: str, guard: str) -> str:
    """How a KPI is gamed so that this guard shows it; without a guard the catalogue's way."""
    entries = card.kpi(id).catalogue, card.kpi(guard).catalogue if guard else ""
    return _TRICKS.get(entries) or gaming_risks(card).set_index("id")["gamed_by"][id]


def criteria() -> Html:
    """The six criteria."""
    rows = [(WORDS[one.name], one.question, "more" if one.benefit else "less") for one in CRITERIA]
    shown = table(pd.DataFrame(rows, columns=["criterion", "what_is_asked", "better_is"]), "Six criteria")
    return aloud(shown, "Look at the last column: only of cost is less better, so its rating is turned round later.")


def proposal(short: Shortlist) -> Html:
    """The first proposal of ratings: of two criteria that tell most, and the cost."""
    his = _his(short.card)
    order = his + [id for id in short.rated.index if id not in his]  # those that the lesson follows come first
    rows = named(short.rated.loc[order].rename_axis("id").reset_index(), short.card.names)
    columns = ["name", "relevance", "controllability", "cost_to_collect", "resistance_to_gaming"]
    why = rate_candidates(short.card, short.actuals, reasons=True).loc[first := order[0], "relevance"]
    said = f"Look at {quoted(short.card.names[first])}: it gets {short.proposed.loc[first, 'relevance']} for relevance."
    said += " It starts at 3, in the middle, and each reason counts one up or down."
    said += "".join(f" {sentence(one)}." for one in why.split("; "))
    many, moved = len(short.overruled), int((short.rated != short.proposed).to_numpy().sum())
    changed = f"{counted(many, 'rating')} {is_are(many)} overruled." if many else "No rating is overruled yet."
    if same := many - moved:
        changed += f" {same} of them {is_are(same)} what the kit proposed, so nothing changes by that."
    rest = [f"{short.rated.loc[first, name]} for {WORDS[name]}" for name in short.rated if name not in columns]
    changed += f" Two more criteria are rated: {quoted(short.card.names[first])} gets {listed(rest)}."
    few = f"{min(MOST_ROWS, len(rows))} of {counted(len(rows), 'candidate')}"
    caption = f"Ratings of {few} by four of the six criteria, from 1 (very little) to 5"
    return aloud(table(rows[columns].head(MOST_ROWS), caption), said, changed)


def in_pairs(short: Shortlist) -> Html:
    """The judgements in pairs that the weights are made from."""
    rows = [(WORDS[one], _as_much(times), WORDS[two]) for (one, two), times in short.judgements.items()]
    shown = table(pd.DataFrame(rows, columns=["this_one", "matters", "as"]), "The judgements, a line a pair")
    return aloud(shown, f"Read the first line so: {rows[0][0]} matters {rows[0][1]} as {rows[0][2]}.")


def _as_much(times: float | str) -> str:
    """How much one criterion matters beside another, as people say it."""
    if times == 1:
        return "just as much"
    part = re.fullmatch(r"1 ?/ ?([2-9])", str(times))
    return f"{_PARTS[int(part[1]) - 2]} as much" if part else f"{times} times as much"


def weights(short: Shortlist) -> Html:
    """What the criteria weigh."""
    found = short.agreed.weights
    shown = pd.DataFrame({"criterion": [WORDS[name] for name in found.index], "weight": found.to_numpy()})
    most, least = WORDS[str(found.idxmax())], WORDS[str(found.idxmin())]
    shift, moved = "", (found - replace(short, judged={}).agreed.weights[found.index]).abs()
    if moved.max() >= 0.005:
        one = str(moved.idxmax())
        before = percent(replace(short, judged={}).agreed.weights[one])
        shift = f"Your judgements move {WORDS[one]} most, from {before} to {percent(found[one])}."
    said = f"By these judgements {most} weighs most, {percent(found.max())}, and {least} least, {percent(found.min())}."
    return aloud(table(shown, "Weights of the criteria", {"weight": "{:.0%}"}), said, shift, plain(short.agreed.advice))


def ranking(short: Shortlist) -> Html:
    """The candidates that are worth most."""
    order = short.worth.sort_values(ascending=False, kind="stable")
    shown = named(pd.DataFrame({"id": order.index, "worth": order.to_numpy()}).head(10), short.card.names)
    said = f"{quoted(short.card.names[order.index[0]])} is worth most, {order.iloc[0]:.2f}."
    last = f"{quoted(short.card.names[order.index[-1]])} is worth least, {order.iloc[-1]:.2f}."
    places = order.rank(ascending=False, method="min").astype(int)
    own = [f"{quoted(short.card.names[id])} is number {places[id]}, worth {order[id]:.2f}" for id in _his(short.card)]
    who = _called(defender(short.card))
    his = f"Of the KPIs of {who}, {listed(own)}." if own and len(order) > 1 else ""
    best = table(shown, f"What candidates are worth, from 1 to 5: the first {len(shown)}", {"worth": "{:.2f}"})
    return aloud(best, said, last if len(order) > 1 else "", his)


def chosen(short: Shortlist) -> Html:
    """The set, each KPI with why it is there, and what was left out."""
    card, within = short.card, perspective_of(short.card)
    rows = [
        (
            card.names[row.id],
            card.names[within[row.id]],
            f"{_WHY[row.because]} {card.names[row.whom]}{_shows(card, row)}",
        )
        for row in short.choice.itertuples()
    ]
    shown = pd.DataFrame(rows, columns=["kpi", "perspective", "why_it_is_there"])
    left = [kpi for kpi in card.kpis if kpi.id not in set(short.chosen)]
    said = f"{len(rows)} of {counted(len(card.kpis), 'KPI')} are chosen. {_arithmetic(short)}"
    out = f"Left out: {listed(quoted(kpi.name) for kpi in left)}." if left else "None is left out."
    caption = f"The set that {card.name} would have to defend"
    parts = [
        aloud(table(shown, caption), said, crowded(short)),
        aloud(None, out, _leading_left(short), _lost(short)),
        *([aloud(None, *his)] if any(his := (_his_stay(short), replaced(short))) else []),
    ]
    return Html("\n".join(part.text for part in parts), "".join(part.html for part in parts))


def _leading_left(short: Shortlist) -> str:
    """How many of the leading KPIs stay."""
    leading = [kpi.id for kpi in short.card.kpis if kpi.role == "leading"]
    stay = len(set(leading) & set(short.chosen))
    if stay == len(leading):
        return ""
    why = "what is worth more covers the objective of the others"
    return f"Of {counted(len(leading), 'leading KPI')} {stay or 'none'} {'stays' if stay == 1 else 'stay'}: {why}."


def _lost(short: Shortlist) -> str:
    """The initiatives that move no KPI of the set any more, and what to do about it."""
    moved = {one.name: {change.kpi for change in one.changes} for one in short.card.initiatives}
    lost = [name for name, kpis in moved.items() if kpis and not kpis & set(short.chosen)]
    if not lost:
        return ""
    whose = "loses every KPI that it" if len(lost) == 1 else "lose every KPI that they"
    said = f"{listed(map(quoted, lost))} {whose} should move, so nothing would show whether the work helps."
    return f"{said} Until the work ends, keep a KPI of {'it' if len(lost) == 1 else 'each'} in your list below."


def _shows(card: Scorecard, row: Any) -> str:
    """The trick that a guard shows, behind the name of the KPI that it guards."""
    told = trick(card, row.whom, row.id) if row.because == "guards" else ""
    return f". {told}" if told else ""


def _arithmetic(short: Shortlist) -> str:
    """Why there are so many, and how many fewer objectives would need."""
    why = short.choice["because"].value_counts()
    covers, guards = int(why.get("measures", 0)), int(why.get("guards", 0))
    said = f"{counted(covers, 'objective')} {'needs' if covers == 1 else 'need'} one each"
    said += f", and {counted(guards, 'guard')} {'comes' if guards == 1 else 'come'} on top." if guards else "."
    if covers <= ON_A_PAGE:
        return said
    return f"{said} {her_page(short)}".rstrip()


def _his_stay(short: Shortlist) -> str:
    """What becomes of the KPIs that the lesson follows."""
    if not (own := _his(short.card)):
        return ""
    kept = short.choice[short.choice["id"].isin(own)]
    said = f"{sentence(_called(defender(short.card)))} keeps {len(kept)} of {len(own)}."
    guards = kept[kept["because"] == "guards"]
    if len(guards):
        guard, whom = (quoted(short.card.names[guards[which].iloc[0]]) for which in ("id", "whom"))
        said += f" {guard} stays as the guard of {whom}."
    return said


def held(short: Shortlist, chosen: list[str]) -> Html:
    """Whether a set covers every objective and keeps its guards."""
    bare, open_ = unguarded(short.card, chosen), unmeasured(short.card, chosen)
    said = []
    if bare.empty:
        said.append("Every chosen KPI that names a guard keeps one.")
        risks = gaming_risks(short.card).query("risk == 'high' and guarded_by == '' and id in @chosen")
        none = listed(quoted(short.card.names[id]) for id in risks["id"])
        said += [f"Easily gamed, and without a guard to name: {none}."] if none else []
    else:
        said.append(f"Without any guard: {listed(quoted(short.card.names[id]) for id in bare['id'])}.")
    gone = f"Measured by nothing any more: {listed(quoted(short.card.names[id]) for id in open_['id'])}."
    said.append("Every objective that had a KPI keeps one." if open_.empty else gone)
    return aloud(None, *said)


def mine_here(mine: Scorecard) -> str:
    """What a choice of KPIs keeps, in a sentence."""
    sizes = [(mine.kpis, "KPI"), (mine.objectives, "objective"), (mine.links, "link")]
    sizes += [(mine.initiatives, "initiative")] if mine.initiatives else []
    bare = [one.name for one in mine.objectives if not mine.kpis_of(one.id)]
    said = f"Kept: {listed(counted(len(part), word) for part, word in sizes)}."
    return f"{said} Without a KPI: {listed(bare)}." if bare else f"{said} Every objective has a KPI."


def save(mine: Scorecard, folder: str, actuals: pd.DataFrame, influence: pd.DataFrame | None = None) -> Html:
    """Write a scorecard with its actuals, and what is said of who drives whom."""
    if not folder:
        return aloud(None, "To keep it in a folder of your own, name one in save_to at the top.")
    write_scorecard(mine, folder, actuals[actuals["kpi"].isin([kpi.id for kpi in mine.kpis])])
    (claimed_influence(mine) if influence is None else influence).to_csv(Path(folder) / "influence.csv")
    return aloud(None, f"Your scorecard is in the folder {folder}.")


def plain(text: str) -> str:
    """An advice with criteria as people write them."""
    for name, word in WORDS.items():
        text = text.replace(name, word)
    return text if text.endswith(".") else f"{text}."
