"""Places in a scorecard, as people write them: an id or a name, a link in any spacing and arrow, an owner, the map.

Whoever reviews a scorecard points at places in it. The readers here take what was written, in a list, a dict, a frame
or a text, and say what it stands for.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from bsclib.errors import Fault, UnknownNameError, nearest
from bsclib.model.nouns import Link, Scorecard
from bsclib.model.values import Part
from bsclib.study.answer_forms import key, untouched

WHOLE = ("scorecard", "the scorecard", "map", "the map", "strategy map", "the strategy map")
"""Other words for the scorecard as a whole."""
_RULE = re.compile(r"(?:BSC)?[\s-]?(\d{3})|.*\bBSC[\s-]?(\d{3})\b.*", re.IGNORECASE | re.DOTALL)
_ARROW = re.compile(r"\s*(?:[-–—=]*>+|[→⇒⟶➔➜])\s*")
_ALLOWED = "an id or name of what it holds, a link as 'cause -> effect', an owner, or 'map'"
Book = Mapping[str, frozenset[str]]


class Flag(NamedTuple):
    """A place that somebody flagged.

    `where` is how it was written, and `places` what it stands for: ids, links as ``"cause -> effect"``, owners as
    ``"owner Head of IT"``. `rule` is empty where none is named, `said` holds other words beside the place.
    """

    where: str
    places: frozenset[str]
    rule: str
    said: str


def flags_of(found: Any, scorecard: Scorecard) -> list[Flag]:
    """Read what somebody flagged.

    Parameters
    ----------
    found : list, dict, DataFrame or str
        As `bsclib.study.mark_review.mark_review` takes it.
    scorecard : Scorecard

    Returns
    -------
    list of Flag
        Each place once for each rule, in the order in which they were written.

    Raises
    ------
    UnknownNameError
        With every place that is not in the scorecard, and the nearest name for each.
    """
    book = _book(scorecard)
    flags: dict[tuple[frozenset[str], str], Flag] = {}
    faults: dict[str, Fault] = {}
    for text, beside in _written(found, book, scorecard):
        rule = _rule(beside)
        for part in _parted(text, book):
            places = _resolved(part, book, scorecard)
            if isinstance(places, Fault):
                faults[part] = places
                continue
            flag = Flag(part, places, rule, "" if len(beside) <= len(rule) else beside)
            known = flags.get((places, rule))
            if known is None or (flag.said and not known.said):
                flags[places, rule] = flag
    if faults:
        raise UnknownNameError(faults.values())
    return list(flags.values())


def places_of(where: str, what: str, scorecard: Scorecard) -> frozenset[str]:
    """Every place by which a finding is found: either of two KPIs, the links between them, an owner that it names.

    Parameters
    ----------
    where, what : str
        As `bsclib.design.check_scorecard` writes them.
    scorecard : Scorecard
    """
    ends = _ARROW.split(where)
    if len(ends) > 1:
        return frozenset(f"{cause} -> {effect}" for cause, effect in itertools.pairwise(ends))
    ids = frozenset(one.strip() for one in where.split(","))
    places = {*ids, *_links(ids, ids, scorecard)}
    if where == scorecard.id:
        places |= {f"owner {owner}" for owner in _owners(scorecard) if owner.casefold() in what.casefold()}
    return frozenset(places)


def around(places: frozenset[str], scorecard: Scorecard) -> frozenset[str]:
    """What is next to places: what is above and below them, the links at their ends, the work that changes them.

    Parameters
    ----------
    places : frozenset of str
        Ids and links.
    scorecard : Scorecard
    """
    found: set[str] = set()
    pairs = [(one.perspective, one.id) for one in scorecard.objectives]
    pairs += [(kpi.objective, kpi.id) for kpi in scorecard.kpis]
    pairs += [(change.kpi, one.id) for one in scorecard.initiatives for change in one.changes]
    pairs += [(end, _text(link)) for link in scorecard.links for end in (link.cause, link.effect)]
    for one, other in pairs:
        found |= {other} if one in places else set()
        found |= {one} if other in places else set()
    return frozenset(found)


def part_of(where: str, scorecard: Scorecard) -> str:
    """Say what kind of thing a finding is in: scorecard, perspective, objective, KPI, link or initiative."""
    if _ARROW.search(where):
        return "link"
    kinds = {one.id: "perspective" for one in scorecard.perspectives}
    kinds |= {one.id: "objective" for one in scorecard.objectives}
    kinds |= {one.id: "initiative" for one in scorecard.initiatives}
    return (kinds | {scorecard.id: "scorecard"}).get(where.split(",")[0].strip(), "KPI")


# ------------------------------------------------------------------------------------------------- what was written


def _written(found: Any, book: Book, card: Scorecard) -> Iterator[tuple[str, str]]:
    """Each place as it was written, with what stands beside it."""
    for place, beside in _pairs(found, book):
        for one in beside if isinstance(beside, (tuple, list, set, frozenset)) else [beside]:
            if not isinstance(one, int) and key(_text(one)) in book:  # two places, perhaps the ends of a link
                link = _links(book.get(key(_text(place)), frozenset()), book[key(_text(one))], card)
                yield from [(text, "") for text in link or (_text(place), _text(one))]
            else:
                yield _text(place), _text(one)


def _pairs(found: Any, book: Book) -> list[tuple[Any, Any]]:
    """What was flagged as pairs of a place and what is said of it."""
    if untouched(found):
        return []
    if isinstance(found, pd.DataFrame):
        where = next((name for name in ("where", "id", "kpi", "name") if name in found.columns), found.columns[0])
        beside = next((name for name in ("rule", "said", "what") if name in found.columns), None)
        return list(zip(found[where], found[beside] if beside else [""] * len(found), strict=True))
    if isinstance(found, pd.Series):
        found = found.tolist() if isinstance(found.index, pd.RangeIndex) else found.to_dict()
    if isinstance(found, Mapping):
        return [(place, value) for place, value in found.items() if value is not False and not untouched(value)]
    whole = isinstance(found, (str, Part)) or not isinstance(found, Iterable) or _is_pair(found, book)
    each = [found] if whole else list(found)
    return [tuple(one) if isinstance(one, (tuple, list)) and len(one) == 2 else (one, "") for one in each]


def _is_pair(found: Any, book: Book) -> bool:
    """Whether this is one place with what is said of it, and not two places."""
    return isinstance(found, tuple) and len(found) == 2 and key(_text(found[1])) not in book


def _text(one: Any) -> str:
    if isinstance(one, Link):
        return f"{one.cause} -> {one.effect}"
    if untouched(one) or one is True or (isinstance(one, float) and math.isnan(one)):
        return ""
    return str(getattr(one, "id", one)).strip()


def _rule(text: str) -> str:
    read = _RULE.fullmatch(text)
    return f"BSC{read[1] or read[2]}" if read else ""


# ------------------------------------------------------------------------------------------------ what it stands for


def _book(card: Scorecard) -> Book:
    """What each way to write a name stands for."""
    book: dict[str, set[str]] = {}
    for id, name in _parts(card):
        for way in (id, name, f"{name} ({id})"):
            book.setdefault(key(way), set()).add(id)
    for owner in _owners(card):
        book.setdefault(key(owner), set()).add(f"owner {owner}")
    for word in WHOLE:
        book.setdefault(key(word), set()).add(card.id)
    return {way: frozenset(ids) for way, ids in book.items()}


def _parts(card: Scorecard) -> list[tuple[str, str]]:
    """The id and the name of everything that can be flagged, links apart."""
    return [*card.names.items(), *((one.id, one.name) for one in card.initiatives)]


def _owners(card: Scorecard) -> list[str]:
    owners = [{one.owner for one in table} for table in (card.objectives, card.kpis, card.initiatives)]
    return sorted(set[str]().union(*owners) - {""})


def _parted(text: str, book: Book) -> list[str]:
    """The places in one text: what stands between lines, semicolons, or commas that are not part of a name."""
    parts: list[str] = []
    for way in (r"\n", r"[;\n]", r"[,;\n]"):
        parts = [part.strip() for part in re.split(way, text) if part.strip()]
        if all(key(end) in book for part in parts for end in _ARROW.split(part)):
            break
    return parts


def _resolved(text: str, book: Book, card: Scorecard) -> frozenset[str] | Fault:
    """What a text stands for: ids, owners and links; or what is wrong with it."""
    ends = _ARROW.split(text)
    for end in ends:
        if key(end) not in book:
            return _stranger(end, card)
    steps = [(book[key(cause)], book[key(effect)]) for cause, effect in itertools.pairwise(ends)]
    if not steps:
        return book[key(text)]
    found = [links for causes, effects in steps if (links := _links(causes, effects, card))]
    if found:
        return frozenset().union(*found)
    turned = any(_links(effects, causes, card) for causes, effects in steps)
    fix = f"did you mean {' -> '.join(reversed(ends))!r}?" if turned else ""
    return Fault("found", f"there is no link {text!r} in the scorecard {card.name}", fix=fix)


def _links(causes: frozenset[str], effects: frozenset[str], card: Scorecard) -> frozenset[str]:
    found = [link for link in card.links if link.cause in causes and link.effect in effects]
    return frozenset(f"{link.cause} -> {link.effect}" for link in found)


def _stranger(text: str, card: Scorecard) -> Fault:
    ids, names = zip(*_parts(card), strict=True)
    guess = nearest(text, [*_owners(card), *names, *ids])
    fix = f"did you mean {guess!r}?" if guess else ""
    return Fault("found", f"there is no {text[:80]!r} in the scorecard {card.name}", allowed=_ALLOWED, fix=fix)
