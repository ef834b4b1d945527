"""The words by which people head their columns, in English, German and French, and what each means here."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from bsclib.files.catalogue import kpi_catalogue
from bsclib.files.imports.cells import CURRENCIES
from bsclib.model.measures import PERCENT, is_yes_no, time_unit
from bsclib.model.perspectives import PERSPECTIVES

_FILE = Path(__file__).with_name("words.yaml")
_WORDS: dict[str, dict[str, list[str]]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))


def _by_word(table: str) -> dict[str, str]:
    """What each word of a table means."""
    return {word: meaning for meaning, words in _WORDS[table].items() for word in words}


DIRECTIONS, FREQUENCIES, AGGREGATES = map(_by_word, ("directions", "frequencies", "aggregates"))
MEASURES = set(_WORDS["measures"]["units"])
_PERSPECTIVES = _by_word("perspectives")
DROPPED = ("total", "difference", "forecast", "status", "comment")
"""What a column may be that gives no value, each a reason of its own."""


def plain(text: Any) -> str:
    """A text as its words alone: no capitals, accents or signs, but % as pct."""
    return _plain(str(text))


@lru_cache(maxsize=50_000)
def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().replace("%", " pct ").replace("ß", "ss"))
    return " ".join(re.findall(r"[^\W_]+|#", "".join(char for char in folded if not unicodedata.combining(char))))


@cache
def _meanings() -> dict[str, list[str]]:
    """What each word or phrase may mean; `unit` and `goal` may mean two things, which the column's content settles."""
    meanings: dict[str, list[str]] = {}
    for role, words in _WORDS["headings"].items():
        for word in words:
            meanings.setdefault(word, []).append(role)
    meanings["unit"] = ["unit", "measured_in"]
    meanings["units"] = ["measured_in", "unit"]
    return meanings


def roles_of(heading: Any) -> list[str]:
    """What a heading may mean, none where its words are not known."""
    text = plain(heading)
    known = _meanings()
    without = re.sub(r" (?:pct|eur|usd|h|days|hours|k|m|(?:19|20)\d\d)$", "", text)
    return known.get(text) or known.get(without) or []


KINDS = ("actual", "target", "prior_year", "forecast", "difference", "total")


@cache
def _kind_phrases() -> list[tuple[str, str]]:
    phrases = [(word, role) for word, roles in _meanings().items() for role in roles[:1] if role in KINDS]
    ambiguous = {
        "all",
        "value",
        "current",
        "change",
        "h1",
        "h2",
        "gap",
        "result",
        "results",
        "goal",
        "ziel",
        "objectif",
    }
    return sorted(((word, role) for word, role in phrases if word not in ambiguous), key=lambda pair: -len(pair[0]))


def kind_within(text: Any) -> tuple[str, str]:
    """The kind of value that a text names at an end, and the rest: ``Sales Plan`` is a target of Sales."""
    return _kind_within(str(text))


@lru_cache(maxsize=50_000)
def _kind_within(text: str) -> tuple[str, str]:
    words = plain(text)
    for phrase, kind in _kind_phrases():
        if words == phrase:
            return kind, ""
        if words.endswith(" " + phrase):
            return kind, _cut(text, len(phrase.split()), end=True)
        if words.startswith(phrase + " "):
            return kind, _cut(text, len(phrase.split()), end=False)
    return "", text


def _cut(text: str, count: int, end: bool) -> str:
    """A text without so many words at its end or beginning, and the signs between."""
    places = [match.span() for match in re.finditer(r"[^\W_]+|[%#]", text)]
    cut = text[: places[-count][0]] if end else text[places[count - 1][1] :]
    return cut.strip(" \t-–—:/|,;()[]_")


def perspective_of(text: Any) -> str:
    """The id of the perspective that a text names, of either set; empty where it names none."""
    return _PERSPECTIVES.get(plain(text).removeprefix("perspective ").removesuffix(" perspective"), "")


PERSPECTIVE_NAMES = {part.id: part.name for parts in PERSPECTIVES.values() for part in parts}


def direction_of(text: Any) -> str:
    """Which way is better, as a text says it; empty where it does not."""
    folded = str(text).strip().casefold()
    return DIRECTIONS.get(folded) or DIRECTIONS.get(plain(text)) or ""


@lru_cache(maxsize=50_000)
def is_measure(text: str) -> bool:
    """Whether a text is a unit of measurement."""
    return text.strip().casefold() in MEASURES or answers_yes_no(text)


def answers_yes_no(unit: str) -> bool:
    """Whether a unit of measurement says that a KPI is answered with yes or no."""
    return is_yes_no(unit) or plain(unit) in _WORDS["measures"]["yes_no"]


def is_bare_unit(text: str) -> bool:
    """Whether a text is a unit and could not be the name of what is counted, as incidents or score could."""
    bare = text.strip().casefold()
    timed = is_measure(bare) and time_unit(bare) is not None
    return timed or bare in CURRENCIES or PERCENT.fullmatch(bare) is not None or answers_yes_no(bare)


def is_total(text: Any) -> bool:
    """Whether a row's or a block's name says that it is a total."""
    words = plain(text)
    return bool(words) and (
        "total" in _meanings().get(words, []) or words in ("company", "group", "organisation", "gesamt", "konzern")
    )


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    rows = kpi_catalogue().to_dict("records")
    return {plain(row[key]): row for row in rows for key in ("id", "name")}


def catalogued(name: str) -> dict[str, str]:
    """The entry of the KPI catalogue that bears this name or id; empty where there is none."""
    return _catalogue().get(plain(name), {})


def slug(name: str, taken: set[str] | dict[str, Any] = frozenset()) -> str:  # type: ignore[assignment]
    """An id made of a name, which nothing else has."""
    folded = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("&", " and ").replace("%", " percent "))
    bare = "".join(char for char in folded if not unicodedata.combining(char)).casefold()
    letters = unicodedata.normalize("NFC", bare)
    id = "-".join(re.findall(r"\w+", letters)).replace("_", "-").strip("-")[:56].rstrip("-") or "kpi"
    number, made = 1, id
    while made in taken:
        number += 1
        made = f"{id}-{number}"
    return made
