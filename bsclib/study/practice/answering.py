"""Answers as people write them, read into places of the options as they are shown.

A letter in any case, with a bracket, in full width; several letters with or without commas; an option in its own words;
a number for a numeric question, with a comma for its point and in another unit: each says which options are meant. What
says nothing of the kind is refused in words, and never counts as a wrong answer.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import Any

from bsclib.errors import BscError, Fault
from bsclib.study.questions.question import LETTERS, Item

Places = tuple[int, ...]
_BETWEEN = re.compile(r"[\s,;:.()\[\]&+/>→-]+|\band\b|\bthen\b", re.I)
_PAIR = re.compile(r"([A-Za-z])?\s*(?:[-=:→>]|to)*\s*(\d+)[\s,;.]*")
_FACTORS = {100: "is it a share or a percentage?", 60: "minutes or hours?", 24: "hours or days?", 1000: ""}


def asked_for(item: Item) -> str:
    """How an answer is written, in a few words with an example."""
    last = LETTERS[len(item.order) - 1]
    if item.question.kind == "several":
        return f"every right letter of A to {last}, such as A C"
    if item.question.kind == "order":
        return f"all letters from A to {last} in order, such as {' '.join(LETTERS[: len(item.order)][::-1])}"
    if item.question.kind == "match":
        return f"a number for each letter, such as {' '.join(f'{letter}1' for letter in LETTERS[:2])} …"
    return f"one letter from A to {last}"


def is_right(item: Item, places: Places) -> bool:
    """Whether an answer is right; of several, all and no others."""
    return sorted(places) == sorted(item.key) if item.question.kind == "several" else places == item.key


def read_answer(given: Any, item: Item) -> Places:
    """The places that an answer means; none where nothing was answered. What cannot be read is refused."""
    if _nothing(given):
        return ()
    read: Callable[[Any, Item], Places] = _matches if item.question.kind == "match" else _choices
    return read(given, item)


def _nothing(given: Any) -> bool:
    if given is None or given is ... or (isinstance(given, str) and not given.strip(" \t\n.…")):
        return True
    return isinstance(given, Collection) and not isinstance(given, (str, bytes)) and not len(given)


def _choices(given: Any, item: Item) -> Places:
    kind, count = item.question.kind, len(item.order)
    places: list[int] = []
    for part in _parts(given, item):
        places += _read(part, item)
    if len(set(places)) < len(places):
        raise _refusal(item, "this names an option twice", given)
    if kind in ("single", "numeric") and len(places) > 1:
        raise _refusal(item, f"this names {len(places)} options", given)
    if kind == "order" and len(places) < count:
        raise _refusal(item, f"this names {len(places)} of {count} options", given)
    return tuple(sorted(places) if kind == "several" else places)


def _parts(given: Any, item: Item) -> list[Any]:
    """What an answer is made of: the values of a list, a column or a set, else itself."""
    if hasattr(given, "tolist"):
        given = given.tolist()
    if isinstance(given, Mapping):
        if not all(isinstance(chosen, bool) for chosen in given.values()):
            raise _refusal(item, "this does not say of each option whether it is chosen", given)
        given = [key for key, chosen in given.items() if chosen]
    if isinstance(given, (set, frozenset)) and item.question.kind == "order":
        raise _refusal(item, "a set has no order", given)
    return list(given) if isinstance(given, (list, tuple, set, frozenset)) else [given]


def _read(given: Any, item: Item) -> list[int]:
    """The options that one text names, or one number where numbers are asked for."""
    if isinstance(given, str):
        text = unicodedata.normalize("NFKC", given)
        same = [place for place, option in enumerate(item.options) if _key(option.text) == _key(text)]
        letters = "".join(_BETWEEN.sub(" ", text).split()).upper()
        if same:
            return same
        if letters and all(letter in LETTERS for letter in letters) and len(letters) <= max(len(item.order), 2):
            strange = [letter for letter in letters if letter not in LETTERS[: len(item.order)]]
            if not strange:
                return [LETTERS.index(letter) for letter in letters]
            if len(letters) == 1:
                raise _refusal(item, f"there is no option {strange[0]}", given)
        if item.question.kind == "numeric":
            return [_by_number(text, item)]
    elif item.question.kind == "numeric" and _is_number(given):
        return [_by_number(given, item)]
    raise _refusal(item, "this names no option", given)


def _by_number(given: Any, item: Item) -> int:
    """The option that says the same number, in whichever unit it was given."""
    from bsclib.study.answer_forms import IncomparableError, MisfitError, as_numbers
    from bsclib.study.questions.recipes import RECIPES

    recipe = RECIPES[item.question.recipe]
    values = [as_numbers(option.text, recipe.unit)[0] for option in item.options]
    within = 0.5 * 10.0**-recipe.digits * (1 + 1e-9)
    try:
        readings = as_numbers(given, recipe.unit)
    except (MisfitError, IncomparableError) as problem:
        raise _refusal(item, str(problem).rstrip("."), given) from None
    near = [place for place, value in enumerate(values) if any(abs(value - each) <= within for each in readings)]
    if len(near) == 1:
        return near[0]
    for factor, ask in _FACTORS.items():
        scaled = (each * by for each in readings for by in (factor, 1 / factor))
        if any(math.isclose(each, value, rel_tol=1e-3) for each in scaled for value in values if value):
            unit = f"; options are in {recipe.unit}" if recipe.unit else ""
            raise _refusal(item, f"no option says this; one is {factor} times as much or as little: {ask}{unit}", given)
    raise _refusal(item, "no option says this number", given)


def _is_number(given: Any) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool)


def _matches(given: Any, item: Item) -> Places:
    """For each option, the place of its match."""
    count = len(item.order)
    if hasattr(given, "tolist"):
        given = given.tolist()
    if isinstance(given, Mapping):
        pairs: list[tuple[int, Any]] = [(_option_of(key, item, given), value) for key, value in given.items()]
    elif isinstance(given, (list, tuple)):
        pairs = list(enumerate(given))
    elif isinstance(given, str):
        text = unicodedata.normalize("NFKC", given)
        found = list(_PAIR.finditer(text))
        if "".join(match[0] for match in found) != text.lstrip() or not found:
            raise _refusal(item, "this cannot be read", given)
        named = [bool(match[1]) for match in found]
        if any(named) and not all(named):
            raise _refusal(item, "some numbers have a letter before them, others none", given)
        pairs = [
            (_option_of(match[1], item, given) if match[1] else place, match[2]) for place, match in enumerate(found)
        ]
    else:
        raise _refusal(item, "this cannot be read", given)
    chosen = {place: _match_of(value, item, given) for place, value in pairs}
    if sorted(chosen) != list(range(count)) or len(pairs) != count:
        raise _refusal(item, f"this matches {len(chosen)} of {count} options, each once", given)
    if len(set(chosen.values())) < count:
        raise _refusal(item, "two options have the same match", given)
    return tuple(chosen[place] for place in range(count))


def _option_of(given: Any, item: Item, whole: Any) -> int:
    names = {LETTERS[place]: place for place in range(len(item.order))}
    names |= {_key(option.text): place for place, option in enumerate(item.options)}
    if not isinstance(given, str) or not (known := {given.strip().upper(), _key(given)} & names.keys()):
        raise _refusal(item, f"there is no option {str(given)[:40]!r}", whole)
    return names[known.pop()]


def _match_of(given: Any, item: Item, whole: Any) -> int:
    if isinstance(given, str):
        same = [place for place, text in enumerate(item.beside) if _key(text) == _key(given)]
        given = unicodedata.normalize("NFKC", given).strip()
        if same:
            return same[0]
        given = int(given) if given.isdecimal() and len(given) < 3 else given
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= len(item.beside):
        raise _refusal(item, f"there is no match {str(given)[:40]!r}", whole)
    return given - 1


def _key(text: str) -> str:
    """A text without what does not tell texts apart: case, spacing, quotes, a full stop."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("_", " ").split()).strip(" .'\"")


def _refusal(item: Item, what: str, got: Any) -> BscError:
    shown = got if isinstance(got, str) else f"{type(got).__name__} {got!r}"
    return BscError(
        Fault("answer", what, got=" ".join(shown.split())[:80], allowed=asked_for(item), fix="write it again")
    )
