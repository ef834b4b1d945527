"""What lesson 00 shows: what a scorecard measures, and how one number came about, each with what to see in it."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from bsclib.design.review.words import nearly_same
from bsclib.model.nouns import Scorecard
from bsclib.model.status import words
from bsclib.reporting.display import Html, table
from bsclib.scoring.explanation import Explanation, explain
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import last_period, month_before, snapshot
from bsclib.study.answer_forms import key
from bsclib.study.lessons import own_wording
from bsclib.study.lessons.aloud import aloud
from bsclib.study.lessons.props import instructive_kpi
from bsclib.wording import amount, counted, quoted, short_name

MOST_ROWS = 15
_RATIO = re.compile(r"100 \* (\w+) / (\w+)")
_MINUS = re.compile(r"(?<=[ (])-(?=[\d ])")
_CELL = re.compile(r">[^<]+<")


def measured(card: Scorecard) -> Html:
    """The objectives of the fullest perspective, and the KPIs that show each."""
    fullest = max(card.perspectives, key=lambda home: len(card.objectives_of(home.id)))
    rows = [
        (own.name, f"{kpi.name} ({_per(kpi.measured_in)})" if kpi.measured_in else kpi.name)
        for own in card.objectives_of(fullest.id)
        for kpi in card.kpis_of(own.id)
    ]
    objectives, kpis = counted(len(card.objectives), "objective"), counted(len(card.kpis), "KPI")
    said = f"{card.name} has {objectives} and {kpis} in all."
    if not rows:
        return aloud(None, f"{said} None of its objectives has a KPI, so nobody can see whether they come true.")
    shown = pd.DataFrame(rows[:MOST_ROWS], columns=["objective", "kpi"])
    first = _both(card, fullest.id) or f"Look at {quoted(rows[0][0])}: {rows[0][1]} shows whether it comes true."
    return aloud(table(shown, f"What {quoted(fullest.name)} wants, and how it is measured"), first, said)


def _per(unit: str) -> str:
    """A unit such as "a month and port", as it is said behind a name."""
    return f"per {unit.removeprefix('a ')}" if unit.startswith("a ") else unit


def _both(card: Scorecard, perspective: str) -> str:
    """Why an objective has two KPIs: more of one could be had at the price of the other."""
    for own in card.objectives_of(perspective):
        for kpi in card.kpis_of(own.id):
            guard = next((one for one in card.kpis_of(own.id) if one.id in kpi.guarded_by), None)
            if guard:
                price = f"more {quoted(kpi.name)} alone could be had at the price of {quoted(guard.name)}"
                return f"Look at {quoted(own.name)}: it needs both KPIs, because {price}."
    return ""


def a_year_ago(scores: pd.DataFrame) -> str:
    """Where the unit that stands lowest now stood a year ago; empty where nobody knows."""
    rows = restore_types(scores)
    tops = rows[(rows["level"] == "scorecard") & (rows["unit"] != "") & rows["score"].notna()]
    now, then = last_period(scores), month_before(last_period(scores), 12)
    units = tops[tops["period"] == now].set_index("unit")["score"]
    before = tops[tops["period"] == then].set_index("unit")
    if len(units) < 2 or units.idxmin() not in before.index:
        return ""
    lowest = units.idxmin()
    row = before.loc[lowest]
    return f"A year ago {short_name(str(lowest))} stood at {row['score']:.1f}, {words(row['status'])}."


def one_kpi(scores: pd.DataFrame, card: Scorecard) -> Html:
    """How the score of one KPI came about: step by step, and in words."""
    asked = instructive_kpi(scores, card) or card.kpis[0].id
    row = snapshot(scores).loc[asked]
    shown = _explained(scores, card, asked)
    if not 0 <= row["attainment"] <= 1 or row["expected"] == row["floor"]:
        return shown
    way, gone = abs(row["expected"] - row["floor"]), abs(row["actual"] - row["floor"])
    kpi = card.kpi(asked)
    unit = " %" if kpi.measured_in == "%" else ""
    made = _RATIO.fullmatch(kpi.formula)
    first = f"The first line divides {_words(made[1])} by {_words(made[2])}." if made else ""
    ends = f"from {amount(row['floor'])}{unit} to {amount(row['expected'])}{unit}"
    said = f"Look at the way: it leads {ends}, the level due by now."
    rest = f"It is {amount(way)} long, and {amount(gone)} of it is covered: {100 * row['attainment']:.1f} %."
    falls = "Lower is better here, so both differences have a minus." if row["expected"] < row["floor"] else ""
    return aloud(shown, first, said, rest, falls)


def the_whole(scores: pd.DataFrame, card: Scorecard) -> Html:
    """How the overall score came about, and one way down from it to the KPI of `one_kpi`."""
    rows = snapshot(scores)
    parts = rows[rows["level"] == "perspective"].dropna(subset=["score"]).sort_values("score", kind="stable")
    if len(parts) < 2:
        return _explained(scores, card, card.id)
    low, high = parts.iloc[0], parts.iloc[-1]
    said = f"Look at {quoted(low['name'])}: it stands lowest, at {low['score']:.1f}."
    rest = f"{quoted(high['name'])} stands highest, at {high['score']:.1f}."
    alike = parts["weight"].nunique() == 1
    one = f"To lift the overall score by 1, one perspective alone has to gain {len(parts)}." if alike else ""
    return aloud(_explained(scores, card, card.id), said, rest, one)


def _explained(scores: pd.DataFrame, card: Scorecard, id: str) -> Html:
    """An explanation by names alone; of all that is below it the one way down that leads to a known KPI."""
    known = instructive_kpi(scores, card) or card.kpis[0].id
    objective = card.kpi(known).objective
    told = _one_way(
        explain(scores, id, scorecard=card), card, (known, objective, card.objective(objective).perspective)
    )
    text, html = told.text, told._repr_html_()
    for one in card.names:
        text, html = text.replace(f" ({one})", ""), html.replace(f" ({one})", "")
    return Html(_MINUS.sub("\u2212", text), _CELL.sub(lambda cell: _MINUS.sub("\u2212", cell[0]), html))


def _words(quantity: str) -> str:
    """What a formula calls a quantity, as words."""
    return quantity.replace("_", " ")


def _one_way(told: Explanation, card: Scorecard, ids: tuple[str, ...]) -> Explanation:
    """An explanation with no more of its parts than those on one way down."""
    heads = tuple(head for id in ids for head in (f"{card.names[id]} ({id}): ", f"{id}: "))
    parts = tuple(_one_way(part, card, ids) for part in told.parts if part.title.startswith(heads))
    return replace(told, parts=parts)


def yours(objective: str = "", kpi: str = "", better: str = "") -> Html:
    """What can be said of an objective and its KPI in somebody's own words."""
    objective, kpi, better = (str(text).strip() for text in (objective, kpi, better))
    if not objective or not kpi:
        return aloud(
            None, f"Write {'a KPI' if objective else 'an objective'} between the quotes, and run the cell again."
        )
    if word := own_wording.work(objective):
        return aloud(None, f"{quoted(objective)} begins with “{word}”, so it is work. What gets better by it?")
    if own_wording.without_verb(objective):
        return aloud(None, f"{quoted(objective)} begins with no verb. Begin with one: make what better, for whom?")
    if any(letter.isdigit() for letter in objective):
        return aloud(None, "An objective holds no number yet. Put it beside the KPI, as its target.")
    if key(objective) == key(kpi) or nearly_same(objective, kpi):
        return aloud(None, "The KPI says the same as the objective. What would you count to see whether it comes true?")
    if own_wording.finished(kpi):
        return aloud(None, f"{quoted(kpi)} comes true once, and then nothing moves. What would you count each month?")
    way = own_wording.way(better)
    if not way:
        return aloud(None, 'Which way is better? Write "higher", "lower" or "range".')
    if asked := own_wording.doubled(kpi, way):
        return aloud(None, f"You wrote that {way}. {asked}")
    said = f"Your scorecard begins: {quoted(objective)} is seen by {quoted(kpi)}, and {way}."
    count = f"Would two people count “{kpi}” and come to the same number? Say what is counted."
    glad = f"Check it once: if the number doubled, who would be {'glad' if way == own_wording.HIGHER else 'sorry'}?"
    rest = count if own_wording.uncounted(kpi) else glad if way != own_wording.RANGE else ""
    if vague := own_wording.unclear(objective):
        rest = f"“{vague}” is something else to each of us: what would you see?"
    return aloud(None, said, rest, "It still needs an owner, a floor, and a target with a month.")
