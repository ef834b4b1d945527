"""What lesson 01 shows of a choice: what it strikes out and loses, what is left on one page, and what was decided."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

import pandas as pd
import yaml

from bsclib.design.objectives import new_findings
from bsclib.design.review.findings import check_scorecard
from bsclib.design.review.subject import dated
from bsclib.design.selection.kpi_tables import gaming_risks
from bsclib.errors import nearest
from bsclib.files.paths import shipped_folder
from bsclib.model import periods
from bsclib.model.edit import keep
from bsclib.model.nouns import KPI, Scorecard
from bsclib.reporting.display import Html, table
from bsclib.reporting.findings import in_words
from bsclib.study.answer_forms import as_names, key, untouched
from bsclib.study.lessons.aloud import aloud, is_are
from bsclib.study.places import begun
from bsclib.wording import counted, listed, month_name, quoted

MOST_ROWS = 15
ON_A_PAGE = 12
"""Objectives that fit on one page for a board."""
_HOW_MANY, _NO_GUARD = "BSC105", "BSC207"
_ENDING = re.compile(r"(?<=\d)(?:\.0+|(\.\d*[1-9])0+)(?![\d.,])")
"""Decimals that say nothing: the page is for a board."""
_LOST = {"BSC201": "KPIs", _NO_GUARD: "its guard", "BSC504": "its links", "BSC507": "what it drives"}


@cache
def her_choice() -> tuple[str, ...]:
    """What the chief information officer of the shipped case leaves off her page, what brings least first."""
    page = (shipped_folder() / "datasets" / "meridian" / "board_page.yaml").read_text(encoding="utf-8")
    return tuple(yaml.safe_load(page)["struck_out"])


def _due(kpi: KPI) -> str:
    """The period of a KPI's last dated target; empty where there is none."""
    return kpi.points()[-1].period if kpi.has_own_target and kpi.direction != "within_range" and dated(kpi) else ""


def _over(kpi: KPI, period: str) -> bool:
    """Whether the date of a KPI's last target lies before a month."""
    return bool(_due(kpi)) and periods.span(_due(kpi))[1] < periods.span(period)[0]


def _aim(kpi: KPI, period: str) -> str:
    """What a KPI should be, and by when or since when if it says so."""
    if not kpi.has_own_target:
        return ""
    if kpi.direction == "within_range":
        return _in_one_line(" to ".join(_ENDING.sub(r"\1", kpi.show(edge)) for edge in kpi.range))
    when = _in_one_line(month_name(_due(kpi))) if _due(kpi) else ""
    by = f"{', due since' if _over(kpi, period) else ' by'} {when}" if when else ""
    shown = _ENDING.sub(r"\1", kpi.show(kpi.final_target))
    unit = f" {kpi.measured_in}" if kpi.measured_in and re.fullmatch(r"[\d.,\s−-]+", shown) else ""
    return f"{_in_one_line(shown + unit)}{by}"


def _in_one_line(text: str) -> str:
    """A text that no line break parts."""
    return text.replace(" ", "\u00a0")


def without(card: Scorecard, struck: object) -> list[str]:
    """The ids of the objectives that stay when some, by name or id, in a list or a text, are struck out."""
    ids = _ways(card)
    gone = {ids[key(name)] for name in _struck(struck, ids) if key(name) in ids}
    return [one.id for one in card.objectives if one.id not in gone]


def _ways(card: Scorecard) -> dict[str, str]:
    """The id that each way to write an objective stands for: its id, its name, or the name's first words."""
    first = begun([(one.id, one.name) for one in card.objectives], 1)
    whole = {key(word): one.id for one in card.objectives for word in (one.id, one.name)}
    return {way: min(ids) for way, ids in first.items()} | whole


def _struck(struck: object, ids: Mapping[str, str]) -> list[str]:
    written = [] if untouched(struck) else as_names(struck, ids)
    return [name for text in written if text != "..." for name in as_names(text, ids)]


def misread(card: Scorecard, struck: object) -> str:
    """What of the names that were struck out is no objective, and which is meant; empty where all are known."""
    ids = _ways(card)
    strange = [name for name in _struck(struck, ids) if key(name) not in ids]
    like = {name: nearest(name, [one.name for one in card.objectives]) for name in strange}
    said = [
        f"‘{name}’ is no objective here{f'; did you mean {quoted(like[name])}?' if like[name] else '.'}"
        for name in strange
    ]
    them = "it" if len(said) == 1 else "them"
    return " ".join([*said, f"So nothing is struck out for {them}."]) if said else ""


def her_page(card: Scorecard, mine: Scorecard, period: str) -> Html:
    """The objectives that are kept, as a board would read them; of the whole shipped case those that its head keeps."""
    left = without(card, her_choice())
    hers = len(mine.objectives) == len(card.objectives) == len(left) + len(her_choice())
    mine = keep(card, objectives=left) if hers else mine
    rows, late = list[tuple[str, ...]](), list[str]()
    for own in mine.objectives:
        kpi = next(iter(mine.kpis_of(own.id)), None)
        rows.append((own.name, kpi.name if kpi else "no KPI", _aim(kpi, period) if kpi else "", own.owner or "nobody"))
        late += [kpi.name] if kpi and len(rows) <= ON_A_PAGE and _over(kpi, period) else []
    shown = pd.DataFrame(rows[:ON_A_PAGE], columns=["objective", "kpi", "should_be", "who"])
    over = len(rows) - ON_A_PAGE
    said = f"{over} more {'objective does' if over == 1 else 'objectives do'} not fit on it."
    due = f"Look at {listed(map(quoted, late), most=3)}: the date{' of each' if len(late) > 1 else ''} is past."
    who = "their owners say whether the levels hold, or name new months"
    who = who if len(late) > 1 else "its owner says whether the level holds, or names a new month"
    past = f"{due} Before the page goes out, {who}." if late else ""
    lines = len(rows)
    fit = said if over > 0 else "It fits on one page." if lines == 1 else "They fit on one page."
    seen = {own.perspective for own in mine.objectives[:ON_A_PAGE]}
    away = [quoted(home.name) for home in mine.perspectives if home.id not in seen]
    blind = f"Nothing of {listed(away)} is on it." if away else ""
    whose = f"You struck out nothing, so you see the {lines} lines that she keeps." if hers else ""
    one = "Each objective shows its first KPI only." if len(mine.kpis) > len(mine.objectives) else ""
    return aloud(table(shown, f"The page for the board: {mine.name}"), whose, fit, one, blind, past)


def kept(card: Scorecard, mine: Scorecard) -> str:
    """What a choice of objectives keeps, how many too many it is for a page, and which perspectives it leaves empty."""
    parts = (
        counted(len(mine.objectives), "objective"),
        counted(len(mine.kpis), "KPI"),
        counted(len(mine.links), "link"),
    )
    over = len(mine.objectives) - ON_A_PAGE
    many = f"That is {counted(over, 'objective')} more than a page holds." if over > 0 else ""
    views = {one.perspective for one in mine.objectives}
    held = {one.perspective for one in card.objectives}
    empty = [quoted(view.name) for view in card.perspectives if view.id in held - views]
    blind = f"{listed(empty)} {is_are(len(empty))} empty now: that is a question that nobody asks." if empty else ""
    return " ".join(filter(None, [f"Kept: {listed(parts)}.", many, blind]))


def new_here(card: Scorecard, mine: Scorecard, findings: pd.DataFrame) -> Html:
    """What the review has against a choice and not against the whole, and what was struck out that brought it."""
    rows, first = _new(card, mine, findings)
    if rows.empty:
        return aloud(None, "The review has nothing new to say of your choice.")
    them = "it" if len(rows) == 1 else "them"
    said = f"Your choice raises {counted(len(rows), 'new finding')}. Would you put something back because of {them}?"
    return aloud(table(rows.head(MOST_ROWS), "What the review says of your choice"), said, first)


def one_out(card: Scorecard, findings: pd.DataFrame) -> Html:
    """What the review says when one objective is struck out: the one whose KPIs guard most."""
    guards = Counter(card.kpi(guard).objective for kpi in card.kpis for guard in kpi.guarded_by)
    gone = max(card.objectives, key=lambda one: guards[one.id])
    left = [one.id for one in card.objectives if one.id != gone.id]
    if not any(card.kpis_of(id) for id in left):
        return aloud(None, "This scorecard has no second objective with a KPI, so nothing can be struck out.")
    rows, first = _new(card, keep(card, objectives=left), findings)
    said = f"An example: only {quoted(gone.name)} is struck out. That raises {counted(len(rows), 'new finding')}."
    return aloud(table(rows.head(MOST_ROWS), f"What the review says without {quoted(gone.name)}"), said, first)


def _new(card: Scorecard, mine: Scorecard, findings: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The new findings of a choice as a person reads them, and the first of them in a sentence."""
    new = new_findings(findings, check_scorecard(mine))
    new = new[new["rule"] != _HOW_MANY]  # a page is asked for, and not a whole scorecard
    if new.empty:
        return new, ""
    gone = [_lost(card, mine, *where) for where in zip(new["rule"], new["where"], strict=True)]
    told = in_words(new, card).assign(struck_out=["; ".join(names) for names in gone])
    guard, kept = new["rule"] == _NO_GUARD, {kpi.id for kpi in mine.kpis}
    out = {id: [kpi for kpi in card.kpi(id).guarded_by if kpi not in kept] for id in new.loc[guard, "where"]}
    guards = {id: listed(quoted(card.names[kpi]) for kpi in kpis) for id, kpis in out.items()}
    told.loc[guard, "what"] = [f"{guards[id]} guarded it, and is out now" for id in guards]
    told.loc[guard, "fix"] = "put its guard back"
    rows, place = told[["where", "what", "struck_out", "fix"]], new["where"].iloc[0]
    if guard.iloc[0]:
        trick = gaming_risks(card).set_index("id").loc[place, "gamed_by"].rstrip(".")
        trick = trick[:1].lower() + trick[1:]
        return rows, f"Look at {quoted(rows['where'].iloc[0])}: without its guard nobody sees when {trick}."
    with_ = f" with {listed(map(quoted, gone[0]))}" if gone[0] else ""
    lost = _LOST.get(new["rule"].iloc[0], "something")
    return rows, f"Look at {quoted(rows['where'].iloc[0])}: it lost {lost}{with_}."


def _lost(card: Scorecard, mine: Scorecard, rule: str, where: str) -> list[str]:
    """The names of the objectives that were struck out, and with them what a place lacks now."""
    kept = {one.id for one in mine.objectives}
    if where in {kpi.id for kpi in card.kpis}:
        others = [one for link in card.links for one in (link.cause, link.effect) if where in (link.cause, link.effect)]
        near = card.kpi(where).guarded_by if rule == _NO_GUARD else others
        beside = {card.kpi(id).objective for id in near}
    else:
        beside = {one.id for one in card.objectives if one.perspective == where}
    return [one.name for one in card.objectives if one.id in beside - kept]
