"""What lesson 03 shows of the port that asks: its page, its line, what it costs, and how sure its colour is."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.model.status import STATUSES, words
from bsclib.reporting.display import Html, named, table
from bsclib.scoring.sensitivity.hiding import missing_bounds
from bsclib.scoring.sensitivity.weights import shake_weights
from bsclib.scoring.views import contributions, last_period, snapshot
from bsclib.study.lessons.aloud import aloud
from bsclib.study.lessons.lesson_03 import Followed
from bsclib.wording import number, percent, quoted

_DRAWN = re.compile(r"(?i)\b(drew|drawn|draws|set|sets|fixed|chose|chosen|decided|moved|put|somebody|someone|board)\b")
"""Words by which a sentence says that a line is somebody's choice."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_AS_A_LINE = re.compile(r"(?i)\b(?:from|until|(?:line|threshold)(?: at| of| to| is| was| were)?|down to|it to)\W+$")
_GOES_ON = re.compile(
    r"(?i)^ *%?,? *(?:on\b|upwards|or (?:less|lower|below)|"
    r"(?:\w+ ){1,4}?(?:would|is (?:at risk|amber|yellow|no longer)))"
)
"""What stands before or behind a number that is meant as a line, also where it is the score itself: from 67.9 on."""
_WHO = {"meridian": re.compile(r"(?i)(?<!not )(?<!not the )\b(?:board|directors)\b")}
"""Who drew the line at the totals, where the lesson says so."""
_HOPED = re.compile(r"(?i)(?<!not )(?<!said )\bon[ -]target\b")


_A_YEAR = 12


def lowest_unit(scores: pd.DataFrame) -> str:
    """The unit with the lowest overall score this month; empty where no unit has one."""
    rows = scores[(scores["period"] == last_period(scores)) & (scores["level"] == "scorecard") & (scores["unit"] != "")]
    found = rows.set_index("unit")["score"].astype(float).dropna()
    return str(found.idxmin()) if len(found) else ""


def on_its_page(card: Scorecard, scores: pd.DataFrame) -> str:
    """The two numbers that the manager of the lowest unit is angry about, in a sentence."""
    unit = lowest_unit(scores)
    if not unit:
        return ""
    now = snapshot(scores, unit).loc[card.id]
    said = f"{unit}: {number(float(now['score']))} of 100, {words(str(now['status']))}, and at risk begins at"
    return f"{said} {number(100 * float(now['at_risk']), 0)}. Keep these two numbers, because you will explain them."


def line_drawn(here: Followed, sentence: str) -> Html:
    """What the lines that somebody's sentence names would do to the colour of the lowest unit."""
    if not sentence.strip():
        return aloud(None, "Write your sentence between the quotes, and run the cell again.")
    unit = lowest_unit(here.scores)
    whose, now = unit or here.card.name, snapshot(here.scores, unit)
    points, top = (float(now.loc[here.card.id, name]) for name in ("score", "on_target"))
    lines = [line for line in _lines(sentence, points) if line <= 100 * top]
    if not lines:
        return aloud(None, f"Your sentence names no line. From which score on would {whose} be at risk?")
    said = [f"With the line at {line:g}, {whose}'s {number(points)} is {_colour(points, line, top)}." for line in lines]
    if any(points < line and _reaches(points, line) for line in lines):
        said.append(f"In the picture the line has to be at {int(points)}, because the exact score is {points:.2f}.")
    if _HOPED.search(sentence):
        said.append(f"You wrote “on target”: that is another line, at {100 * top:g}.")
    if len({_reaches(points, line) for line in lines}) == 1:
        said.append("Name a second line, at which the colour is another.")
    else:
        views = now.loc[now["level"] == "perspective", "score"].dropna().astype(float)
        turned = [
            here.card.names[str(id)] for id, view in views.items() if len({_reaches(view, line) for line in lines}) > 1
        ]
        said.append(f"{' and '.join(turned)} would turn too." if turned else "No perspective would turn with it.")
    return aloud(None, *said, _who_drew(here.card.id, sentence, lines, 100 * float(now.loc[here.card.id, "at_risk"])))


def _who_drew(card: str, sentence: str, lines: list[float], today: float) -> str:
    """Whether a sentence says who drew the line of today; whether it is right where it says all that is asked for."""
    who = _WHO.get(card)
    if not (who.search(sentence) if who else _DRAWN.search(sentence)):
        if not who or not _DRAWN.search(sentence):
            return "Say also who drew the line."
        return f"Who drew the line at {today:g}? Read “From attainment to status” again."
    if today not in lines:
        return f"Name the line of today too: it is at {today:g}."
    if len(lines) < 2 or _HOPED.search(sentence):
        return ""
    return "You name the line, who drew it, and a line at which the colour is another. That is right."


def _lines(sentence: str, points: float) -> list[float]:
    """The lines that a sentence names, each once; the score is one only where it is spoken of as a line."""
    found = list[float]()
    for one in _NUMBER.finditer(sentence):
        line = float(one[0].replace(",", "."))
        line = 100 * line if not float(line).is_integer() and line < 1 else line  # as the sliders show it
        as_a_line = _AS_A_LINE.search(sentence[: one.start()]) or _GOES_ON.search(sentence[one.end() :])
        if as_a_line or not _printed(points, line):
            found.append(round(line, 6))
    return list(dict.fromkeys(found))


def _printed(points: float, line: float) -> bool:
    """Whether a number is a score as it is printed, with two decimals or fewer."""
    return any(round(points, n) == line for n in range(3))


def _reaches(points: float, line: float) -> bool:
    """Whether a score reaches a line, as it is or as it is printed with its decimals."""
    return points >= line or line in (round(points, 1), round(points, 2))


def _colour(points: float, line: float, top: float) -> str:
    """The status of a score where at risk begins at a line."""
    return words("on_target" if points >= 100 * top else "at_risk" if _reaches(points, line) else "off_target")


def why_red(here: Followed) -> Html:
    """What the lowest unit lacks of 100, the KPIs that cost it most, and on which side of which line it is."""
    unit = lowest_unit(here.scores)
    whose, now = unit or here.card.name, snapshot(here.scores, unit).loc[here.card.id]
    points, line = float(now["score"]), 100 * float(now["at_risk"])
    costs = contributions(here.scores, unit=unit).query("cost > 0").nlargest(6, "cost").rename_axis("id").reset_index()
    if np.isnan(points) or costs["cost"].sum() < 0.05:
        return aloud(None, f"{whose} lacks nothing that could be shown.")
    lost = named(costs, here.card.names).assign(points_lost=costs["cost"])
    shown = lost[["name", "score", "status", "share", "points_lost"]]
    side = f"{number(abs(points - line))} points {'below' if points < line else 'above'} it"
    said = f"{whose} scores {number(points)}. At risk begins at {number(line)}, and {whose} is {side}."
    few = f"The KPIs of the table cost {number(costs['cost'].sum())} of the {number(100 - points)} points."
    bounds = missing_bounds(here.scores, unit=unit).set_index("id").loc[here.card.id]
    reach = f"Whatever the missing actuals were, the score lies between {number(bounds['low'])} and "
    decides = "what is missing decides the colour" if bounds["status"] == "undecided" else "no gap turns the colour"
    reach += f"{number(bounds['high'])}, so {decides}."
    if 0 < (short := line - float(bounds["high"])) < 1 and bounds["status"] != "undecided":
        reach += f" At best {whose} would still miss the line by {number(max(short, 0.1))}. It is that close."
    before = _a_year_ago(here, unit)
    gap = bounds["high"] - bounds["low"] > 0.05
    spread = f"{whose}'s gap is spread over its neighbours, so some shares are larger than in the picture of sitting 2."
    caption = f"What {whose} lacks of 100: {number(100 - points)} points"
    return aloud(table(shown, caption, {"share": "{:.1%}"}), said, before, few, *([reach, spread] if gap else []))


def _a_year_ago(here: Followed, unit: str) -> str:
    """What the lowest unit scored a year ago, and the KPI whose score has fallen most since; nothing where none has."""
    months = sorted(here.scores["period"].astype(str).unique())
    if len(months) <= _A_YEAR:
        return ""
    now, then = snapshot(here.scores, unit), snapshot(here.scores, unit, months[-1 - _A_YEAR])
    points = float(then.loc[here.card.id, "score"])
    fall = (then["score"].astype(float) - now["score"].astype(float))[now["level"] == "kpi"].dropna()
    if not points > float(now.loc[here.card.id, "score"]) or fall.empty:
        return ""
    ends = [number(float(one.loc[fall.idxmax(), "score"])) for one in (then, now)]
    name = quoted(here.card.names[str(fall.idxmax())])
    said = f"A year ago it scored {number(points)}, {words(str(then.loc[here.card.id, 'status']))}."
    return f"{said} {name} has fallen most since, from {ends[0]} to {ends[1]}."


def shaken(here: Followed) -> Html:
    """How often the status of the lowest unit and its perspectives flips when the weights are shaken."""
    unit, card = lowest_unit(here.scores), here.card
    drawn = {one: shake_weights(here.scores, draws=2000, unit=one).set_index("id") for one in dict.fromkeys((unit, ""))}
    rows = drawn[unit]
    rows = rows[rows["level"].isin(["scorecard", "perspective"]) & (rows["children"] > 1)]
    if rows.empty:
        return aloud(None, "No total here has two children to weigh.")
    names = card.names | ({card.id: f"{unit} as a whole"} if unit else {})
    shown = named(rows.reset_index(), names)[["name", "score", "status", "chance_of_flip", "low", "high"]]
    caption = f"{unit or card.name}: how often a status flips in 2,000 draws, and where 9 scores in 10 lie"
    said = [
        _shaken(f"{one} stands lowest. Its" if one else "The organisation's", drawn[one].loc[card.id]) for one in drawn
    ]
    return aloud(table(shown.head(8), caption, {"chance_of_flip": "{:.0%}"}), *said)


def _shaken(whose: str, row: pd.Series) -> str:
    """How much the colour of a total hangs on the weights."""
    if row["children"] < 2:
        return ""
    chance, points = float(row["chance_of_flip"]), number(float(row["score"]))
    if chance < 0.005:
        return f"{whose} {points} keeps its colour whatever the weights were in these draws."
    others = {status: row[f"chance_{status}"] for status in STATUSES[:3] if status != row["status"]}
    turned = words(max(others, key=lambda status: float(others[status])))
    said = (
        f"{whose} {points} turns to {turned} in {percent(chance)} of the draws, so in about 1 of {round(1 / chance)}."
    )
    if chance < 1 / 3:
        return f"{said} That is less than a third, so its colour says more about the work than about the weights."
    return f"{said} That is a third or more, so its colour says more about the weights than about the work."
