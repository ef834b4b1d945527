"""An objective in a learner's own words, held against Doran's five."""

from __future__ import annotations

import re

from bsclib.design.review.smart import NO, OPEN, YES, smart_criteria
from bsclib.errors import BscError
from bsclib.model import periods
from bsclib.model.build import build
from bsclib.reporting.display import Html, table
from bsclib.study.answer_forms import IncomparableError, MisfitError, as_numbers, key
from bsclib.study.lessons import own_wording
from bsclib.study.lessons.aloud import aloud
from bsclib.wording import MONTHS

_NOBODY = frozenset(("everybody", "everyone", "all", "all of us", "we", "us", "the team", "team", "it", "nobody"))
_TOOLS = frozenset(("tool", "tools", "system", "software", "platform", "application", "server"))

_POSTS = frozenset(
    (
        *("head", "manager", "lead", "leader", "officer", "director", "controller", "chief", "owner", "engineer"),
        *("analyst", "architect", "coordinator", "desk", "department", "board", "committee", "deputy"),
        *("cio", "cfo", "ceo", "coo", "cto"),
    )
)
_NO_OBJECT = re.compile(r"(?:be|become|get) \S+")
_MORE = ("", "One", "Two", "Three", "Four", "Five")
_TWO = "more than one name stands here: which of them is asked?"
_PERHAPS = "is this one post or two people? Write who is asked"


def _several(owner: str) -> tuple[str, str] | None:
    """What to answer where an owner's text names several people, or may; nothing where it names one."""
    comma = not re.search(r"\b(and|or|with)\b|[&/+;]", owner, re.IGNORECASE)
    parts = [part.strip() for part in re.split(r"\b(?:and|or|with)\b|[&/+;,]", owner, flags=re.IGNORECASE)]
    parts = [part for part in parts if part]
    posts = [bool(set(key(part).split()) & _POSTS) for part in parts]
    if len(parts) < 2:
        return None
    if all(posts) or len(parts) > 2 or any(key(part).startswith("the ") for part in parts[1:]):
        return NO, _TWO
    if comma:  # a person and their post, or a surname first
        return None if any(posts) else (OPEN, _PERHAPS)
    if any(posts) or " of " in key(parts[0]):  # as in: Head of people and skills, Research and development lead
        return None if parts[1][0].islower() else (OPEN, _PERHAPS)
    return NO, _TWO


def _month(by: object) -> str:
    """A month as a scorecard writes it, of what people write: December 2027, Dec 2027, 12/2027, 12.2027."""
    said = " ".join(str(by).casefold().split())
    named, counted = re.fullmatch(r"([a-z]{3,})\.?,? (\d{4})", said), re.fullmatch(r"(\d\d?)[/.-](\d{4})", said)
    place = [at for at, month in enumerate(MONTHS, 1) if named and month.casefold().startswith(named[1])]
    if len(place) == 1 and named:
        return f"{named[2]}-{place[0]:02}"
    return f"{counted[2]}-{int(counted[1]):02}" if counted else str(by).strip()


def _number(value: object) -> float | None:
    """A number, also one in quotes or with its unit."""
    return None if value is None or value is ... or value == "" else as_numbers(value)[0]


def _strange(by: str, period: str) -> str:
    """What is wrong with the month by which something should be reached; nothing when it is one to come."""
    try:
        end = periods.span(by.strip())[1]
    except ValueError:
        return f'‘{by}’ cannot be read as a month. Write it as in "2027-12": the year, a line, and the month.'
    if end <= periods.span(period)[1]:
        return f"‘{by}’ is past: the last actuals are those of {period}. Write a month that is still to come."
    return ""


def _unspecific(name: str) -> str:
    """What an objective's name leaves open, though it begins with a verb; empty where it says enough."""
    if set(key(name).split()) & _TOOLS:
        return "who would notice, a user or only the tool?"
    if vague := own_wording.unclear(name):
        return f"“{vague}” is something else to each of us: what would you see?"
    return f"“{name}” has no object: what is to be so, and for whom?" if _NO_OBJECT.fullmatch(key(name)) else ""


def _counted(kpi: str) -> tuple[str, str] | None:
    """What speaks against a KPI by its name alone; nothing where two people would count the same."""
    if len(kpi) < 3:
        return NO, f"“{kpi}” does not say what is counted"
    if own_wording.finished(kpi):
        return NO, "this comes true once: what would you count each month?"
    if own_wording.uncounted(kpi):
        return OPEN, f"would two people count “{kpi}” in the same way? Say what is counted"
    return None


def _wrong_way(kpi: str, better: str, start: float | None, target: float | None) -> tuple[str, str] | None:
    """What is wrong with the way from start to target; nothing where it leads to the better."""
    if start == target:
        return NO, "start and target are the same, so nothing is to get better"
    if not better:
        return OPEN, 'is it getting better? Write "higher" or "lower" beside better'
    if asked := own_wording.doubled(kpi, better):
        return OPEN, f"you wrote that {better}. {asked}"
    falls = target < start  # type: ignore[operator]
    if falls != (better == own_wording.LOWER):
        return NO, f"from {start:g} to {target:g} is the wrong way, if {'more' if falls else 'less'} is better"
    return None


def in_your_words(
    period: str,
    name: str,
    owner: str = "",
    kpi: str = "",
    better: str = "",
    start: float | str | None = None,
    target: float | str | None = None,
    by: str | int = "",
) -> Html:
    """What a file can show of an objective in somebody's own words, by Doran's five."""
    name, owner, kpi, better = (str(text or "").strip() for text in (name, owner, kpi, better))
    if not name:
        return aloud(None, "Write between the quotes of name what should get better, and run the cell again.")
    if isinstance(by, int):
        return aloud(None, f'Without quotes the month is a sum, and comes to {by}. Write it as in "2027-12".')
    by = _month(by)
    written = f"{kpi} {start} {target}"
    try:
        start, target = _number(start), _number(target)
    except (MisfitError, IncomparableError) as misfit:
        return aloud(None, f"Start and target are one number each. Here {misfit}")
    if by and (fault := _strange(by, period)):
        return aloud(None, fault)
    better_way = own_wording.way(better)
    if better.strip() and better_way not in (own_wording.HIGHER, own_wording.LOWER):
        return aloud(None, 'Which way is better? Write "higher" or "lower".')
    given = bool(kpi.strip()) and start is not None and target is not None
    way = "lower_is_better" if given and target < start else "higher_is_better"  # type: ignore[operator]
    measure: dict[str, object] = {
        "id": "yours",
        "name": kpi,
        "objective": "own",
        "direction": way,
        "baseline": start,
        "target": target,
    }
    if by:
        measure |= {"baseline": {"value": start, "period": period}, "target": {"value": target, "period": by}}
    other = {"id": "other", "name": "Another", "objective": "rest", "direction": way, "floor": 0, "target": 1}
    objectives = [
        {"id": "own", "name": name, "perspective": "home", "owner": owner},
        {"id": "rest", "name": "Rest", "perspective": "home"},
    ]
    data = {
        "id": "own-words",
        "name": "Yours",
        "perspectives": [{"id": "home", "name": "Home"}],
        "objectives": objectives,
    }
    try:
        card = build(data | {"kpis": [measure, other] if given else [other]})
        held = smart_criteria(card, period).query("objective == 'own'")
    except BscError as reason:
        return aloud(None, f"This objective cannot be read yet. {reason}")
    held = held.set_index("criterion")
    if key(owner) in _NOBODY:
        held.loc["assignable", ["met", "why"]] = NO, "what everybody owns nobody does: write one person or one post"
    elif several := _several(owner):
        held.loc["assignable", ["met", "why"]] = several
    elif len(owner.strip()) in (1, 2):
        held.loc["assignable", ["met", "why"]] = OPEN, f"who is “{owner.strip()}”? Write a name or a post"
    if word := own_wording.work(name):
        held.loc["specific", ["met", "why"]] = NO, f"it begins with ‘{word}’: that is work, and not what comes of it"
    elif held.loc["specific", "met"] == YES and (doubt := _unspecific(name)):
        held.loc["specific", ["met", "why"]] = OPEN, doubt
    doubts = [_counted(kpi), _wrong_way(kpi, better_way, start, target)] if given else []
    for why in sorted(filter(None, doubts), key=lambda why: why[0] != NO)[:1]:
        held.loc["measurable", ["met", "why"]] = why
    if given and (never := own_wording.impossible(kpi, written, start, target)):  # type: ignore[arg-type]
        held.loc["realistic", ["met", "why"]] = NO, never
    held = held.reset_index()
    shown = held[["criterion", "met", "why"]].assign(criterion=held["criterion"].str.replace("_", "-"))
    met, open_ = int((held["met"] == YES).sum()), int((held["met"] == OPEN).sum())
    said = f"Met: {met} of 5.{f' {_MORE[open_]} more only a person can judge.' if open_ else ''}"
    rest = "" if given else "A KPI counts once it has a name, a start and a target."
    return aloud(table(shown, f"“{name}”, by Doran's five words"), said, rest)
