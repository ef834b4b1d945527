"""What a learner chose of a scorecard in one lesson, kept for the next, which says what it scores.

Texts and tables speak of the whole scorecard, so a lesson stays on the whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from bsclib.errors import ActualsError, UnknownNameError, unknown
from bsclib.interactive import at_keyboard
from bsclib.model.edit import keep
from bsclib.model.nouns import Scorecard
from bsclib.scoring.scores import score
from bsclib.scoring.views import overall_score
from bsclib.study.exercises.case import Case
from bsclib.study.practice import progress
from bsclib.wording import counted, listed, number, short_name

PARTS = {"objectives": "objective", "kpis": "KPI"}
OUT = {"objectives": "struck out", "kpis": "left out"}
CHOSEN_IN = {"objectives": "lesson 01", "kpis": "lesson 02"}
KNOWN = {"02": ("objectives",), "03": ("objectives", "kpis")}
"""What a lesson knows of a learner's choice in earlier ones."""


def hand_on(card: Scorecard, part: str, ids: Iterable[str]) -> str:
    """Keep a choice where a person runs this; says in a sentence what becomes of it."""
    if part not in PARTS:
        raise UnknownNameError(unknown("part", part, PARTS, "hand_on"))
    chosen = list(dict.fromkeys(ids))
    everything = [one.id for one in getattr(card, part)]
    if strange := [id for id in chosen if id not in everything]:
        raise UnknownNameError([unknown(PARTS[part], id, everything, "hand_on") for id in strange])
    whole, many = set(chosen) in (set(), set(everything)), counted(len(chosen), PARTS[part])
    said = f"You have {OUT[part]} nothing, so the next lesson has no choice of yours to score."
    if not at_keyboard():
        mine = f"your choice of {many} goes on to the next lesson, which says what it scores"
        return said if whole else f"On this page nothing is kept. When you run it yourself, {mine}."
    if not whole:
        said = f"Your choice of {many} is kept, and the next lesson says what it scores."
    notes = progress.change(lambda data: progress.hand_on(data, card.id, part, chosen))
    return " ".join([said, *notes])


def chosen(lesson: str, card: Scorecard) -> tuple[Scorecard, str]:
    """What of a scorecard was chosen in earlier lessons, and in which; else all of it."""
    if lesson not in KNOWN or not at_keyboard():
        return card, ""
    known, mine = progress.read()[0], card
    chosen_in: list[str] = []
    for part in KNOWN[lesson]:
        handed = set(progress.handed_on(known, card.id, part))
        ids = [one.id for one in getattr(mine, part) if one.id in handed]
        if ids and len(ids) < len(getattr(mine, part)):
            mine, chosen_in = keep(mine, **{part: ids}), [*chosen_in, CHOSEN_IN[part]]
    return (mine, listed(chosen_in)) if mine.kpis else (card, "")


def told(case: Case, mine: Scorecard, chosen_in: str) -> str:
    """Which scorecard a lesson is about; how much of it a learner chose, and what that scores by itself."""
    card = case.scorecard
    whole = {part: len(getattr(card, part)) for part in PARTS}
    own = {part: len(getattr(mine, part)) for part in PARTS}
    said = [f"You work with {short_name(card.name)}: {listed(counted(whole[part], PARTS[part]) for part in PARTS)}."]
    if chosen_in:
        fewer = listed(counted(own[part], PARTS[part]) for part in PARTS if own[part] < whole[part])
        said.append(f"In {chosen_in} you chose {fewer} of these.")
        alone, together = _overall(case, mine), overall_score(case.scores, None, case.period)
        if not math.isnan(alone + together):
            said.append(f"By themselves they score {number(alone, 1)}, and all together {number(together, 1)}.")
            if number(alone, 1) != number(together, 1):
                said.append("Nobody worked better or worse for it.")
        said.append("The text and the tables here speak of all.")
    return " ".join(said)


def _overall(case: Case, mine: Scorecard) -> float:
    """What a part of a lesson's scorecard scores by itself; NaN where nothing is known of it."""
    rows = case.actuals[case.actuals["kpi"].isin([kpi.id for kpi in mine.kpis])]
    try:
        return overall_score(score(mine, rows, as_of=case.period), None, case.period)
    except ActualsError:
        return math.nan
