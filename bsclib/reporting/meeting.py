"""The review meeting on one page: what moved, what to decide and who decides, and what came of the last decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from bsclib.model.actions import Action
from bsclib.model.nouns import Scorecard
from bsclib.model.status import words
from bsclib.reporting.brand import Brand
from bsclib.reporting.briefing.decided import effect_words, last_decisions, period_words
from bsclib.reporting.briefing.off_target import work_on
from bsclib.reporting.display import Html, heading, sentence, table
from bsclib.scoring.views import last_period
from bsclib.wording import PLAIN, counted, listed, month_name, number, short_name

DECISIONS = ["about", "what we see", "decide", "owner", "decision, by when"]
MOST = {"signal": 4, "miss": 3}
"""Of a kind, how many are put to the meeting: more would not be decided."""
BLANK = "\u00a0"
STYLE = """
.sheet:has(.meeting) { display: block; }
.sheet:has(.meeting) nav, footer:not(:has(dl div, table)) { display: none; }
.meeting table:first-of-type td:last-child { min-width: 13em; }
@media print {
  @page { size: A4 landscape; margin: 10mm 12mm; }
  body > header > div { padding-block: 0 1mm; }
  h1 { font-size: 15pt; }
  .sheet:has(.meeting) { padding-top: 1mm; }
  .meeting p { font-size: 9.5pt !important; max-width: none !important; line-height: 1.3 !important; }
  .meeting p { margin-bottom: 1.5mm; }
  .meeting .table, .meeting table { margin: .5mm 0 2mm !important; }
  .meeting :is(caption, th, td) { padding: .5mm 1.4mm; font-size: 7.6pt; line-height: 1.2; }
  .meeting tr { break-inside: avoid; }
  .sheet:has(.meeting) footer { display: none; }
}
"""


def meeting_page(
    scorecard: Scorecard,
    scores: pd.DataFrame,
    items: pd.DataFrame,
    effects: pd.DataFrame,
    diagnosed: Callable[[str, str], pd.DataFrame] | None = None,
    by_chance: float | None = None,
    house: Brand | None = None,
) -> str:
    """Write the agenda of a review meeting: one page of HTML that needs nothing else, to print on one sheet.

    Parameters
    ----------
    scorecard : Scorecard
    scores : DataFrame
        As `bsclib.score` returns it.
    items : DataFrame
        As `bsclib.signals.monitor` returns it.
    effects : DataFrame
        As `bsclib.signals.action_effects` returns it.
    diagnosed : function of KPI and unit, optional
        What `bsclib.signals.diagnose` says of them; without it no driver is named.
    by_chance : float, optional
        How many signals come by chance, as `bsclib.signals.expected_false_signals` says it.
    house : Brand, optional

    Raises
    ------
    BscError
        When there are no scores.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> from bsclib.signals import action_effects, monitor, process_behaviour
    >>> card, actuals = load_dataset("lakeside")
    >>> scores = score(card, actuals)
    >>> items = monitor(card, process_behaviour(actuals, card), scores)
    >>> "Decisions to take" in meeting_page(card, scores, items, action_effects(card, actuals))
    True
    """
    month = last_period(scores)
    decisions = agenda(scorecard, items, effects, diagnosed)
    parts = [
        heading(f"Review meeting: {short_name(scorecard.name)}, {month_name(month)}"),
        sentence(*summary(items, by_chance), lead=True),
        table(decisions, "Decisions to take", otherwise="There is nothing to decide."),
        table(
            last_decisions(scorecard, effects, month),
            "What was decided before, and what came of it",
            otherwise="The improvement register holds no decision yet.",
        ),
        sentence(*left_alone(scorecard, items)),
    ]
    inside = "".join(part._repr_html_() for part in parts if part)
    html = f'<style>{STYLE}</style><div class="meeting {PLAIN}">{inside}</div>'
    return Html("\n\n".join(map(str, filter(None, parts))), html).page(house)


def summary(items: pd.DataFrame, by_chance: float | None = None) -> Iterator[str]:
    """How much there is, in sentences; signals beside those that come by chance."""
    count = items["kind"].value_counts()
    signals = items[items["kind"] == "signal"]
    worse = int((signals["variation"] == "worsening").sum())
    chance = f" About {number(by_chance, 0)} would come by chance." if by_chance is not None and len(signals) else ""
    said = f", {number(worse, 0)} for the worse" if worse else ""
    yield f"{counted(len(signals), 'signal')} this month{said}.{chance}"
    whole = int(((items["kind"] == "miss") & (items["unit"] == "")).sum())
    due = counted(count["action_due"], "action is", "actions are") if "action_due" in count else "no action is"
    yield f"{counted(whole, 'KPI is', 'KPIs are')} off target, and {due} due."


def agenda(
    scorecard: Scorecard,
    items: pd.DataFrame,
    effects: pd.DataFrame,
    diagnosed: Callable[[str, str], pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """What the meeting has to decide beside what is done already, what is seen, who answers, and a blank to fill in."""
    actions = {action.id: action for action in scorecard.actions}
    rows = [*_due_rows(items, actions), *_effect_rows(scorecard, effects, actions)]
    asked: set[tuple[str, str]] = set()
    signals = items[(items["kind"] == "signal") & (items["variation"] == "worsening")]
    for row in signals.head(MOST["signal"]).to_dict("records"):
        asked.add((row["unit"], row["kpi"]))
        seen = f"{_value(scorecard, row)}, worsening: {row['rule']}"
        lead = _lead(scorecard, row, diagnosed)
        asks = _asks(scorecard, row, "Ask for the cause, decide on an action")
        rows.append((_about(scorecard, row), f"{seen}. {lead}", asks, row["owner"]))
    hopeless = items[(items["kind"] == "miss") & (items["assurance"] == "never_met") & (items["unit"] == "")]
    fresh = [row for row in hopeless.to_dict("records") if (row["unit"], row["kpi"]) not in asked]
    for row in fresh[: MOST["miss"]]:
        seen = f"{_value(scorecard, row)}; the target lies beyond the limits, so it is not met by itself"
        lead = _lead(scorecard, row, diagnosed)
        asks = _asks(scorecard, row, "Change how it is done, or the target")
        rows.append((_about(scorecard, row), f"{seen}. {lead}", asks, row["owner"]))
    named = [(about, seen.strip(), decide, owner or "nobody", BLANK) for about, seen, decide, owner in rows]
    return pd.DataFrame(named, columns=DECISIONS)


Row = tuple[str, str, str, str]


def _due_rows(items: pd.DataFrame, actions: dict[str, Action]) -> Iterator[Row]:
    for row in items[items["kind"] == "action_due"].to_dict("records"):
        action = actions[row["action"]]
        late = f"{counted(row['late'], 'month')} ago" if row["late"] else "this month"
        seen = f"due {late}, {words(action.state)}"
        yield f"Action: {action.action}", seen, "Finished, dropped, or another date?", action.owner


def _effect_rows(card: Scorecard, effects: pd.DataFrame, actions: dict[str, Action]) -> Iterator[Row]:
    """Finished actions of which it can be told what they did, and nothing has been decided since."""
    asks = {"effect_seen": "Keep it? Offer it to others?", "no_effect_seen": "Stop it, or do it otherwise?"}
    for row in effects.to_dict("records"):
        action = actions[row["action"]]
        if row["verdict"] in asks and not action.outcome:
            yield f"Action: {action.action}", effect_words(card, row), asks[row["verdict"]], action.owner


def left_alone(scorecard: Scorecard, items: pd.DataFrame) -> Iterator[str]:
    """What the meeting need not talk about, and which numbers are missing."""
    signals = items.loc[items["kind"] == "signal", ["kpi", "unit"]].agg(tuple, axis=1)
    luck = items[(items["kind"] == "hit_and_miss") & ~items[["kpi", "unit"]].agg(tuple, axis=1).isin(signals)]
    if len(luck):
        names = listed((scorecard.kpi(id).name for id in luck["kpi"]), most=4)
        yield (
            f"Do not ask why a target was hit or missed this month where chance decides it, because it lies inside the "
            f"limits: {names}."
        )
    old = items[items["kind"] == "stale"]
    if len(old):
        units = old.groupby("kpi", sort=False)["unit"].agg(list)
        places = {id: "" if "" in of else f" ({listed(of)})" for id, of in units.items()}
        yield f"No actual this month: {listed(scorecard.kpi(id).name + place for id, place in places.items())}."


def _asks(card: Scorecard, row: dict[str, Any], otherwise: str) -> str:
    """What is to be decided: whether what is done already will do, else what nobody has begun with."""
    work = work_on(card, row["kpi"], row["period"], row["unit"] or None)
    told = {
        "Begun": [each.text for each in work if each.begun],
        "Planned": [each.text for each in work if not each.begun],
    }
    said = " ".join(f"{state}: {'; '.join(texts)}." for state, texts in told.items() if texts)
    return f"{said} Is that enough, and soon enough?" if said else otherwise


def _lead(card: Scorecard, row: dict[str, Any], diagnosed: Callable[[str, str], pd.DataFrame] | None) -> str:
    """Which driver moved first, in words."""
    if diagnosed is None:
        return ""
    found = diagnosed(row["kpi"], row["unit"])
    first = found[(found["answer"] == "moved_first") & ~found["explains"].eq(False)]
    names = {kpi.id: kpi.name for kpi in card.kpis}
    if len(first):
        lead = first.iloc[0]
        tested = f", and the link is {words(lead['verdict'])}" if lead["verdict"] else ""
        when = f"in {period_words(lead['moved'])}" if lead["before"] else "in the same month"
        return f"Upstream, “{names[lead['driver']]}” went {lead['way']} {when}{tested}."
    if (found["answer"] == "not_measured").any() and not (found["driver"] != "").any():
        return "What drives it is not measured."
    return "No driver on the map moved first."


def _about(card: Scorecard, row: dict[str, Any]) -> str:
    name = card.kpi(row["kpi"]).name
    return f"{name} ({row['unit']})" if row["unit"] else name


def _value(card: Scorecard, row: dict[str, Any]) -> str:
    kpi = card.kpi(row["kpi"])
    expected = "" if pd.isna(row["expected"]) else f", expected by now {kpi.show(row['expected'], row['actual'])}"
    return f"Now {kpi.show(row['actual'])}{expected}"
