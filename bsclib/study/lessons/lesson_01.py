"""What lesson 01 shows: objectives side by side, what is loose, what comes first, each with what to see in it."""

from __future__ import annotations

import pandas as pd

from bsclib.design.objectives import balance, first_guess, ownership
from bsclib.design.review.findings import check_scorecard
from bsclib.design.review.smart import smart_criteria
from bsclib.design.selection.judgements import Ahp, ahp, pairwise
from bsclib.design.selection.priorities import QUADRANTS, prioritise
from bsclib.files.scorecards import read_scorecard
from bsclib.model.edit import keep
from bsclib.model.nouns import Scorecard
from bsclib.reporting.display import Html, named, table
from bsclib.reporting.findings import in_words
from bsclib.study.lessons.aloud import aloud, folded, is_are
from bsclib.study.lessons.one_page import ON_A_PAGE as ON_A_PAGE
from bsclib.study.lessons.one_page import her_page as her_page
from bsclib.study.lessons.one_page import kept as kept
from bsclib.study.lessons.one_page import misread as misread
from bsclib.study.lessons.one_page import new_here as new_here
from bsclib.study.lessons.one_page import one_out as one_out
from bsclib.study.lessons.one_page import without as without
from bsclib.study.lessons.own_words import in_your_words as in_your_words
from bsclib.study.lessons.props import judged_in_pairs
from bsclib.wording import counted, listed, month_name, percent, quoted

MOST_ROWS = 15
LOOSE = ("BSC103", "BSC107", "BSC602", "BSC604", "BSC605")
"""Rules of the review on what hangs in the air."""


def wanted(card: Scorecard) -> Html:
    """The objectives, a row a perspective."""
    rows = [(home.name, "; ".join(one.name for one in card.objectives_of(home.id))) for home in card.perspectives]
    shown = pd.DataFrame(rows, columns=["perspective", "objectives"])
    fullest = max(card.perspectives, key=lambda home: len(card.objectives_of(home.id)))
    many = len(card.objectives_of(fullest.id))
    said = f"Look at {quoted(fullest.name)}: it holds {many} of the {counted(len(card.objectives), 'objective')}."
    return aloud(
        table(shown, f"What {card.name} wants"), said, "None of them names a number yet. That is what KPIs are for."
    )


def smart(card: Scorecard, period: str) -> Html:
    """What does not meet Doran's five words, and what it was read from; folded, because it answers a question."""
    held = smart_criteria(card, period)
    unmet = named(held[held["met"] == "no"], card.names, "objective")
    shown = unmet[["objective", "criterion", "why"]].assign(criterion=unmet["criterion"].str.replace("_", "-"))
    objectives, lacking = held["objective"].nunique(), unmet["objective"].nunique()
    said = f"{objectives - lacking} of {counted(objectives, 'objective')} meet every word that a file can show."
    rest = "Whether the targets are realistic no file can show. That is for the owner to say."
    if len(unmet):
        first = shown.iloc[0]
        rest = f"Look at {quoted(first['objective'])}: {first['why']}. {rest}"
    caption = "Objectives that fail one of Doran's five words, and why"
    return folded("Compare, when you have answered", aloud(table(shown.head(MOST_ROWS), caption), said, rest))


def spread(card: Scorecard) -> Html:
    """How objectives and KPIs are spread."""
    rows = balance(card)[["perspective", "objectives", "share", "kpis"]]
    shown = table(rows, f"How the objectives of {card.name} are spread", {"share": "{:.0%}"})
    parts = rows[:-1].sort_values("objectives", kind="stable")
    least, most = parts.iloc[0], parts.iloc[-1]
    empty = parts.loc[parts["objectives"] == 0, "perspective"]
    said = f"{quoted(most['perspective'])} has most, {most['objectives']}: {percent(most['share'])} of all."
    rest = f"{quoted(least['perspective'])} has fewest, {least['objectives']}." if len(parts) > 1 else ""
    gone = f"Nobody asks the question of {listed(empty)}." if len(empty) else "No perspective is empty."
    return aloud(shown, said, rest, gone)


def owned(card: Scorecard) -> Html:
    """Who answers for how much."""
    rows = ownership(card)
    shown = table(rows.head(MOST_ROWS), "Who answers for how much")
    owners = {one.owner for one in card.objectives} | {one.owner for one in card.kpis}
    people = rows[rows["owner"].isin(owners - {""})]
    if people.empty:
        return aloud(shown, "Nobody is named here, so nobody can be asked.")
    first = people.iloc[0]
    kpis, objectives = counted(first["kpis"], "KPI"), counted(first["objectives"], "objective")
    said = f"{first['owner']} answers for most: {kpis} and {objectives}."
    return aloud(
        shown, said, "From the eighth KPI on, the review asks whether one person can follow all (our judgement)."
    )


def loose(card: Scorecard, findings: pd.DataFrame) -> Html:
    """What the review finds to hang in the air."""
    found = findings[findings["rule"].isin(LOOSE)]
    shown = table(in_words(found, card)[["where", "what", "fix"]].head(MOST_ROWS), "Loose ends")
    if found.empty:
        return _cut_loose(card)
    return aloud(shown, f"The review finds {counted(len(found), 'loose end')}. Each is a question to its owner.")


def _cut_loose(card: Scorecard) -> Html:
    """What the review would find, were an objective's only KPI not there."""
    none = "The review finds none of the first two kinds here. The third it cannot judge: you do, below."
    alone = [one for one in card.kpis if len(card.kpis_of(one.objective)) == 1]
    if not alone or len(card.kpis) == 1:
        return aloud(None, none)
    gone = alone[0]
    left = keep(card, kpis=[one.id for one in card.kpis if one.id != gone.id])
    found = check_scorecard(left)
    shown = in_words(found[found["rule"].isin(LOOSE) & (found["where"] == gone.objective)], card)
    said = f"So that you see one, we left out {quoted(gone.name)}: then {quoted(card.names[gone.objective])} is a wish."
    return aloud(
        table(shown[["where", "what", "fix"]], f"A loose end, made by leaving out {quoted(gone.name)}"), none, said
    )


def work(card: Scorecard) -> Html:
    """The initiatives, and what each is to move."""
    rows = []
    for one in card.initiatives:
        moves = [f"{card.names[each.kpi]} by {_step(each.by)}" for each in one.changes]
        rows.append((one.name, one.owner, month_name(one.start) if one.start else "", "; ".join(moves)))
    shown = table(
        pd.DataFrame(rows, columns=["initiative", "owner", "start", "moves"]).head(MOST_ROWS), "What is being done"
    )
    if not rows:
        return aloud(
            None, "This scorecard has no initiatives: nothing is being done for any objective that it knows of."
        )
    moved = {card.kpi(each.kpi).objective for one in card.initiatives for each in one.changes}
    said = f"{counted(len(rows), 'initiative')} {'moves' if len(rows) == 1 else 'move'} KPIs of {len(moved)} of the"
    of = f"{said} {counted(len(card.objectives), 'objective')}."
    return aloud(shown, of, "The rest are held, or left to luck.", _wrong_way(card))


def _step(by: float) -> str:
    return f"{by:+g}".replace("-", "\u2212")


def _wrong_way(card: Scorecard) -> str:
    """The first KPI that an initiative makes worse."""
    for one in card.initiatives:
        for each in one.changes:
            way = {"higher_is_better": 1, "lower_is_better": -1}.get(card.kpi(each.kpi).direction, 0)
            if each.by * way < 0:
                moved = f"it moves {quoted(card.names[each.kpi])} by {_step(each.by)}, which is the wrong way."
                price = "That is its price, and it is good to have it in writing."
                rest = price if len(one.changes) > 1 else "Ask whether that is meant."
                return f"Look at {quoted(one.name)}: {moved} {rest}"
    return ""


def guesses(card: Scorecard) -> Html:
    """A first guess at impact and effort, those of most impact."""
    guess = first_guess(card).rename_axis("objective").reset_index()
    top = named(guess.sort_values("impact", ascending=False, kind="stable").head(8), card.names, "objective")
    columns = ["objective", "impact", "effort", "impact_from", "effort_from"]
    heard = f"{len(top)} of {counted(len(guess), 'objective')}" if len(top) < len(guess) else "The objectives"
    shown = table(top[columns], f"{heard}, those of most impact first, by a first guess from 1 to 5")
    first = top.iloc[0]
    told = str(first["impact_from"]).replace(", drives", " and drives")
    said = f"{quoted(first['objective'])} is guessed to have most impact, {first['impact']:g}, because it {told}."
    return aloud(shown, said, "A program guessed this from the file. You know better, and so do your colleagues.")


def ranked(card: Scorecard) -> pd.DataFrame:
    """The objectives by the first guess, in order of priority."""
    guess = first_guess(card)
    return prioritise(list(guess.index), guess["impact"], guess["effort"])


def corners(card: Scorecard) -> Html:
    """What the matrix says."""
    order = ranked(card)
    count = order["quadrant"].value_counts().reindex(QUADRANTS).fillna(0).astype(int)
    first, last = order.iloc[0], order.iloc[-1]
    begin = f"Begin with {quoted(card.names[first['id']])}: impact {first['impact']:g} for effort {first['effort']:g}."
    tasks = [quoted(card.names[id]) for id in order.loc[order["quadrant"] == QUADRANTS[-1], "id"]]
    many = len(tasks) > 1
    odd = f"{listed(tasks, most=3)} {'come' if many else 'comes'} out last."
    odd += f" Ask whether law or risk demands {'them' if many else 'it'}."
    if not tasks:
        odd = f"{quoted(card.names[last['id']])} comes last." if len(order) > 1 else ""
    wins = count[QUADRANTS[0]]
    return aloud(None, f"Of {counted(len(order), 'objective')}, {wins} {is_are(wins)} quick wins.", begin, odd)


def reviewed(card: Scorecard, findings: pd.DataFrame) -> Html:
    """Findings on objectives, initiatives and owners."""
    asked = findings[findings["rule"].str.match("BSC(1|6|801)")]
    shown = in_words(asked, card)[["severity", "where", "what", "fix"]].head(MOST_ROWS)
    if asked.empty:
        left = "No finding on objectives, initiatives or owners is open here"
        why = ": somebody gave a reason for each, and the review accepts that. You judge the reasons below."
        return aloud(None, f"{left}{why}" if _accepted(card) else f"{left}.")
    said = f"{counted(len(asked), 'finding')}, the gravest first: {shown.iloc[0]['what']}."
    return aloud(table(shown, "What the review finds, and how to mend it"), said)


def accepted(card: Scorecard) -> Html:
    """The findings that somebody accepted, by the reason."""
    rows = named(check_scorecard(card, accepted=True), card.names, "where")
    if rows.empty:
        return aloud(None, "Here nothing was accepted.")
    groups = rows.groupby("reason", sort=False)
    where = groups["where"].agg(lambda names: listed(dict.fromkeys(names), most=MOST_ROWS))
    told = pd.DataFrame({"the_review_says": groups["why"].first(), "where": where, "accepted_because": where.index})
    said = f"{counted(len(rows), 'finding')} {is_are(len(rows))} accepted here."
    first = told.iloc[0]
    read = f"Look at the first line: the review says that {first['the_review_says']}."
    answer = f"Somebody answered: {first['accepted_because']}."
    return aloud(table(told, "What the review found, and why it may stay"), said, read, answer)


def _accepted(card: Scorecard) -> bool:
    """Whether somebody accepted a finding."""
    return not check_scorecard(card, accepted=True).empty


def links_here(card: Scorecard) -> Html:
    """The links of the map, KPI to KPI."""
    rows = [
        (card.names[one.cause], (one.sign or "?").replace("-", "\u2212"), card.names[one.effect]) for one in card.links
    ]
    if not rows:
        return aloud(None, "This scorecard claims no links, so nothing but its own KPIs goes with an objective.")
    start = pd.Series([one.cause for one in card.links]).value_counts()
    said = f"{quoted(card.names[start.index[0]])} starts most links here: {start.iloc[0]} of {len(rows)}."
    said += " Whoever strikes it out gives up what it is said to drive."
    shown = pd.DataFrame(rows, columns=["cause", "sign", "effect"])
    return aloud(table(shown, "What is said to drive what; a minus says that more of the cause means less"), said)


def judged(card: Scorecard) -> tuple[dict[tuple[str, str], float], list[str]]:
    """Judgements on four objectives at most, by name, as their impacts suggest them; of the shipped case if need be."""
    several = card if len(card.objectives) > 1 else read_scorecard("meridian")
    found = judged_in_pairs(first_guess(several)["impact"], most=4)
    names = several.names
    once = {(names[a], names[b]): times for (a, b), times in found.items()}
    if len(once) < len(found):  # two of one name
        once = found
    return once, list(dict.fromkeys(one for pair in once for one in pair))


def weighed(card: Scorecard) -> Html:
    """The judgements, and what the objectives weigh by them."""
    pairs, _ = judged(card)
    rows = [
        (one, "as much" if times == 1 else f"{times:g} times as much", other) for (one, other), times in pairs.items()
    ]
    shown = table(pd.DataFrame(rows, columns=["this_one", "matters", "as_this_one"]), "The judgements, a line a pair")
    found = _priorities(card)
    first = found.weights.idxmax()
    said = f"By these judgements {quoted(first)} weighs most: {percent(found.weights[first])} of the whole."
    return aloud(shown, said, _sentence(found.advice))


def turned(card: Scorecard) -> Html:
    """What becomes of the weights when the strongest judgement is turned round."""
    pairs, compared = judged(card)
    strongest = max(pairs, key=lambda pair: pairs[pair])
    found = ahp(pairwise(compared, pairs | {strongest: 1 / max(pairs[strongest], 3)}))
    return aloud(
        None,
        f"The judgement of {quoted(strongest[0])} against {quoted(strongest[1])} was turned round.",
        _sentence(found.advice),
    )


def _priorities(card: Scorecard) -> Ahp:
    pairs, compared = judged(card)
    return ahp(pairwise(compared, pairs))


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
