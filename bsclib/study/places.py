"""Places in a scorecard, as people write them: an id or a name, a link in any spacing and arrow, an owner, the map.

Whoever reviews a scorecard points at places in it. What was written, in a list, a dict, a frame or a text, is read
here, and it is said what it stands for: ids, links as ``"cause -> effect"``, owners as ``"owner Head of IT"``.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from bsclib.errors import Fault, UnknownNameError, nearest
from bsclib.model.nouns import Link, Scorecard
from bsclib.model.values import Part
from bsclib.study.answer_forms import beginnings, key, untouched

WHOLE = ("scorecard", "the scorecard", "map", "the map", "strategy map", "the strategy map")
"""Other words for the scorecard as a whole."""
_RULE = re.compile(r"\bBSC[\s-]?(\d{3})\b|^\s*(\d{3})\s*$", re.IGNORECASE)
_ARROW = re.compile(r"\s*(?:[-–—=]*>+|[→⇒⟶➔➜])\s*")
_SPOKEN = re.compile(r"\s+(?:to|drives|[-–—])\s+")
"""How people say a link who draw no arrow."""
_ARTICLE = re.compile(r"^\s*(?:the\s+)?(?:link\s+)?(?:from\s+)?", re.IGNORECASE)
Book = Mapping[str, frozenset[str]]
"""What each way to write a name stands for."""


class Flag(NamedTuple):
    """A place that somebody flagged, as it was written and what it stands for; the rule and the words beside it."""

    where: str
    places: frozenset[str]
    rule: str
    said: str


def flags_of(found: Any, scorecard: Scorecard) -> list[Flag]:
    """Read what somebody flagged: each place once for each rule, in order; every unknown one is said at once."""
    flags, faults = read_flags(found, scorecard)
    if faults:
        raise UnknownNameError(faults)
    return flags


def read_flags(found: Any, scorecard: Scorecard, shown: Iterable[str] = ()) -> tuple[list[Flag], list[Fault]]:
    """What was flagged, and what is wrong with the rest; of `shown` names a word may do, and only they are guessed."""
    seen = frozenset(shown)
    book = {**_beginnings(scorecard, seen), **_book(scorecard)}
    flags: dict[tuple[frozenset[str], str], Flag] = {}
    faults: dict[str, Fault] = {}
    for text, beside in _entries(found, book):
        rule = _rule(beside)
        for part in _parted(text, book):
            places = _resolved(part, book, scorecard, seen)
            if isinstance(places, Fault):
                faults[part] = places
                continue
            flag = Flag(part, places, rule, "" if len(beside) <= len(rule) else beside)
            if not flags.setdefault((places, rule), flag).said:
                flags[places, rule] = flag
    return list(flags.values()), list(faults.values())


def places_of(where: str, what: str, scorecard: Scorecard) -> frozenset[str]:
    """Every place by which a finding is found: either of two KPIs, the links between them, an owner that it names."""
    if _ARROW.search(where):
        return frozenset(f"{cause} -> {effect}" for cause, effect in itertools.pairwise(_ARROW.split(where)))
    ids = frozenset(id.strip() for id in where.split(","))
    places = ids | _links(ids, ids, scorecard)
    if where == scorecard.id:
        places |= {f"owner {owner}" for owner in _owners(scorecard) if owner.casefold() in what.casefold()}
    return places


def around(places: frozenset[str], scorecard: Scorecard) -> frozenset[str]:
    """What is next to places: what is above and below them, the links at their ends, the work that changes them."""
    pairs = [(objective.perspective, objective.id) for objective in scorecard.objectives]
    pairs += [(kpi.objective, kpi.id) for kpi in scorecard.kpis]
    pairs += [(change.kpi, work.id) for work in scorecard.initiatives for change in work.changes]
    pairs += [(end, _text(link)) for link in scorecard.links for end in (link.cause, link.effect)]
    return frozenset({b for a, b in pairs if a in places} | {a for a, b in pairs if b in places})


def part_of(where: str, scorecard: Scorecard) -> str:
    """The kind of thing a finding is in: scorecard, perspective, objective, KPI, link or initiative."""
    if _ARROW.search(where):
        return "link"
    kinds = {scorecard.id: "scorecard", **{view.id: "perspective" for view in scorecard.perspectives}}
    kinds |= {objective.id: "objective" for objective in scorecard.objectives}
    kinds |= {work.id: "initiative" for work in scorecard.initiatives}
    return kinds.get(where.split(",")[0].strip(), "KPI")


def _entries(found: Any, book: Book) -> Iterator[tuple[str, str]]:
    """Each place as it was written, with what stands beside it."""
    for entry in _listed(found, book):
        place, beside = entry if isinstance(entry, (tuple, list)) and len(entry) == 2 else (entry, "")
        for one in beside if isinstance(beside, (tuple, list, set, frozenset)) else [beside]:
            if key(_text(one)) in book:  # a second place, not something said of the first
                yield from ((_text(place), ""), (_text(one), ""))
            else:
                yield _text(place), _text(one)


def _listed(found: Any, book: Book) -> list[Any]:
    """What was flagged, one after the other: places, or pairs of a place and what is said of it."""
    if untouched(found):
        return []
    if isinstance(found, pd.DataFrame):
        where = next((name for name in ("where", "id", "kpi", "name") if name in found.columns), found.columns[0])
        beside = next((name for name in ("rule", "said", "what") if name in found.columns), None)
        return list(zip(found[where], found[beside] if beside else [""] * len(found), strict=True))
    if isinstance(found, Mapping):
        return [(place, value) for place, value in found.items() if value is not False and not untouched(value)]
    pair = isinstance(found, tuple) and len(found) == 2 and key(_text(found[1])) not in book
    whole = pair or isinstance(found, (str, Part)) or not isinstance(found, Iterable)
    return [found] if whole else list(found)


def _text(one: Any) -> str:
    if isinstance(one, Link):
        return f"{one.cause} -> {one.effect}"
    if untouched(one) or one is True or (isinstance(one, float) and math.isnan(one)):
        return ""
    return str(getattr(one, "id", one)).strip()


def _rule(text: str) -> str:
    read = _RULE.search(text)
    return f"BSC{read[1] or read[2]}" if read else ""


def _book(card: Scorecard) -> Book:
    book: dict[str, set[str]] = {}
    for id, name in _named(card):
        for way in (id, name, f"{name} ({id})"):
            book.setdefault(key(way), set()).add(id)
    for owner in _owners(card):
        book.setdefault(key(owner), set()).add(f"owner {owner}")
    for word in WHOLE:
        book.setdefault(key(word), set()).add(card.id)
    return {**begun(_named(card), 2), **{way: frozenset(ids) for way, ids in book.items()}}


def _beginnings(card: Scorecard, shown: Iterable[str]) -> Book:
    """The beginnings of names that somebody has before their eyes, down to one word."""
    names = set(shown)
    return begun([(id, name) for id, name in _named(card) if name in names], 1)


def begun(named: Iterable[tuple[str, str]], fewest: int) -> Book:
    """A long name's beginnings of so many words at least, where they are one's only."""
    begun: dict[str, set[str]] = {}
    for id, name in named:
        for start in beginnings(name):
            if start.count(" ") >= fewest - 1:
                begun.setdefault(start, set()).add(id)
    return {way: frozenset(ids) for way, ids in begun.items() if len(ids) == 1}


def _named(card: Scorecard) -> list[tuple[str, str]]:
    """The id and the name of everything that can be flagged, links apart."""
    return [*card.names.items(), *((work.id, work.name) for work in card.initiatives)]


def _owners(card: Scorecard) -> list[str]:
    return sorted({part.owner for table in (card.objectives, card.kpis, card.initiatives) for part in table} - {""})


def _parted(text: str, book: Book) -> list[str]:
    """The places in one text: what stands between lines, semicolons, or commas that are not part of a name."""
    parts: list[str] = []
    for way in (r"\n", r"[;\n]", r"[,;\n]"):
        parts = [part.strip() for part in re.split(way, text) if part.strip()]
        if all(key(end) in book for part in parts for end in _ARROW.split(part)):
            break
    return parts


def _resolved(text: str, book: Book, card: Scorecard, shown: Collection[str]) -> frozenset[str] | Fault:
    """What a text stands for: ids, owners and links; or what is wrong with it."""
    ends = _ARROW.split(text)
    if not all(key(end) in book for end in ends):
        spoken = _SPOKEN.split(_ARTICLE.sub("", text))
        ends = spoken if len(spoken) <= 2 and all(key(end) in book for end in spoken) else ends
    strange = [end for end in ends if key(end) not in book]
    if strange:
        named = {id: name for id, name in _named(card) if not shown or name in shown}
        like = [name for name in named.values() if key(strange[0]) in beginnings(name)]
        known = [*(() if shown else _owners(card)), *named.values(), *named]
        guess = "" if len(like) > 1 else nearest(strange[0], known)
        guess = named.get(guess, guess) if shown else guess
        return Fault(
            "found",
            f"there is no {strange[0][:80]!r} in the scorecard {card.name}",
            allowed="a name or short name of what it holds, a link as 'cause -> effect', an owner, or 'map'",
            fix=f"more than one begins so: {'; '.join(like[:3])}"
            if len(like) > 1
            else f"did you mean {guess!r}?"
            if guess
            else "",
        )
    if len(ends) == 1:
        return book[key(ends[0])]
    steps = [(book[key(cause)], book[key(effect)]) for cause, effect in itertools.pairwise(ends)]
    links = frozenset[str]().union(*(_links(causes, effects, card) for causes, effects in steps))
    turned = any(_links(effects, causes, card) for causes, effects in steps)
    fix = f"did you mean {' -> '.join(reversed(ends))!r}?" if turned else ""
    return links or Fault("found", f"there is no link {text!r} in the scorecard {card.name}", fix=fix)


def _links(causes: frozenset[str], effects: frozenset[str], card: Scorecard) -> frozenset[str]:
    return frozenset(_text(link) for link in card.links if link.cause in causes and link.effect in effects)
