"""What lesson 00 shows: what a scorecard measures, and how one number came about, each with what to see in it."""

from __future__ import annotations

import pandas as pd

from bsclib.design.review.words import nearly_same, work_word
from bsclib.model.nouns import Scorecard
from bsclib.reporting.display import Html, table
from bsclib.scoring.explanation import explain
from bsclib.scoring.views import snapshot
from bsclib.study.answer_forms import key
from bsclib.study.lessons.aloud import aloud, quoted
from bsclib.study.lessons.props import instructive_kpi
from bsclib.wording import amount, counted

MOST_ROWS = 15


def measured(card: Scorecard) -> Html:
    """The objectives of the fullest perspective, and the KPIs that show each."""
    fullest = max(card.perspectives, key=lambda home: len(card.objectives_of(home.id)))
    rows = [
        (own.name, f"{kpi.name} ({kpi.measured_in})" if kpi.measured_in else kpi.name)
        for own in card.objectives_of(fullest.id)
        for kpi in card.kpis_of(own.id)
    ]
    objectives, kpis = counted(len(card.objectives), "objective"), counted(len(card.kpis), "KPI")
    said = f"{card.name} has {objectives} and {kpis} in all."
    if not rows:
        return aloud(None, f"{said} None of its objectives has a KPI, so nobody can see whether they come true.")
    shown = pd.DataFrame(rows[:MOST_ROWS], columns=["objective", "kpi"])
    first = f"Look at {quoted(rows[0][0])}: {rows[0][1]} shows whether it comes true."
    return aloud(table(shown, f"What {quoted(fullest.name)} wants, and how it is measured"), first, said)


def one_kpi(scores: pd.DataFrame, card: Scorecard) -> Html:
    """How the score of one KPI came about: step by step, and in words."""
    asked = instructive_kpi(scores, card) or card.kpis[0].id
    row = snapshot(scores).loc[asked]
    shown = _explained(scores, card, asked)
    if not 0 <= row["attainment"] <= 1 or row["expected"] == row["floor"]:
        return shown
    way, gone = abs(row["expected"] - row["floor"]), abs(row["actual"] - row["floor"])
    said = f"Look at the way: it leads from {amount(row['floor'])} to {amount(row['expected'])}, the level due by now."
    rest = f"It is {amount(way)} long, and {amount(gone)} of it is covered: {100 * row['attainment']:.1f} %."
    falls = "Lower is better here, so both differences have a minus." if row["expected"] < row["floor"] else ""
    return aloud(shown, said, rest, falls)


def the_whole(scores: pd.DataFrame, card: Scorecard) -> Html:
    """How the overall score came about."""
    rows = snapshot(scores)
    parts = rows[rows["level"] == "perspective"].dropna(subset=["score"]).sort_values("score", kind="stable")
    if len(parts) < 2:
        return _explained(scores, card, card.id)
    low, high = parts.iloc[0], parts.iloc[-1]
    said = f"Look at {quoted(low['name'])}: it stands lowest, at {low['score']:.1f}."
    rest = f"{quoted(high['name'])} stands highest, at {high['score']:.1f}. The overall score lies between the two."
    return aloud(_explained(scores, card, card.id), said, rest)


def _explained(scores: pd.DataFrame, card: Scorecard, id: str) -> Html:
    """An explanation by names alone."""
    told = explain(scores, id, scorecard=card)
    text, html = told.text, told._repr_html_()
    for one in card.names:
        text, html = text.replace(f" ({one})", ""), html.replace(f" ({one})", "")
    return Html(text, html)


_WAYS = {
    **dict.fromkeys(("higher", "more", "up", "higher is better"), "higher is better"),
    **dict.fromkeys(("lower", "less", "fewer", "down", "shorter", "lower is better"), "lower is better"),
    **dict.fromkeys(("range", "in a range", "within a range", "best within a range"), "a range is best"),
}
"""Which way is better, in the words that people use."""


def yours(objective: str = "", kpi: str = "", better: str = "") -> Html:
    """What can be said of an objective and its KPI in somebody's own words."""
    objective, kpi = objective.strip(), kpi.strip()
    if not objective or not kpi:
        return aloud(
            None, f"Write {'a KPI' if objective else 'an objective'} between the quotes, and run the cell again."
        )
    if word := work_word(objective):
        return aloud(None, f"{quoted(objective)} begins with “{word}”, so it is work. What gets better by it?")
    if any(letter.isdigit() for letter in objective):
        return aloud(None, "An objective holds no number yet. Put it beside the KPI, as its target.")
    if key(objective) == key(kpi) or nearly_same(objective, kpi):
        return aloud(None, "The KPI says the same as the objective. What would you count to see whether it comes true?")
    way = _WAYS.get(key(better))
    if not way:
        return aloud(None, 'Which way is better? Write "higher", "lower" or "range".')
    said = f"Your scorecard begins: {quoted(objective)} is seen by {quoted(kpi)}, and {way}."
    return aloud(None, said, "It still needs an owner, a floor, and a target with a month.")
