"""File names from parameters: safe on every system, readable, and no two alike.

A name is made of the values that tell the reports of a plan apart. Whatever a file system or a link could stumble over
becomes a hyphen: separators, quotes, line breaks, dots, emoji. Windows' reserved names and the batch's own get another
ending. Names that differ only in capital letters are alike, because some file systems hold them to be one.
"""

from __future__ import annotations

import collections
import hashlib
import itertools
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

LONGEST = 80  # letters
MOST_BYTES = 180  # of the 255 that a file system allows; endings and temporary names take their part
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³")}
OURS = {"index", "manifest", "journal", "run"}


def safe_name(text: str) -> str:
    """A text as a file name without its ending: at most 80 letters, digits, hyphens and underscores; maybe none."""
    text = unicodedata.normalize("NFC", text[: 20 * LONGEST])
    kept = ""
    for letter in text:
        kept += letter if letter == "_" or _speaks(letter, kept[-1:]) else "-"
    name = "-".join(filter(None, kept.split("-"))).lstrip("-_")
    name = _cut(unicodedata.normalize("NFC", name), LONGEST, MOST_BYTES)
    return f"{name}-1" if name.casefold() in DEVICES | OURS else name


def report_names(rows: Sequence[Mapping[str, Any]], otherwise: str = "report") -> list[str]:
    """A name for each report of a plan, made of what tells the reports apart; no two are alike."""
    columns = list(dict.fromkeys(itertools.chain.from_iterable(rows)))
    written = {column: [digest(row[column]) if column in row else "" for row in rows] for column in columns}
    telling = {column for column in columns if len(rows) == 1 or len(set(written[column])) > 1}
    plain = [safe_name("-".join(_part(column, row[column]) for column in row if column in telling)) for row in rows]
    otherwise = safe_name(otherwise) or "report"
    return distinct_names([name or otherwise for name in plain], [digest(dict(row)) for row in rows])


def distinct_names(wanted: Sequence[str], digests: Sequence[str]) -> list[str]:
    """Names of which no two are alike, from names that may be and the digests of what they stand for."""
    # Each of two that are alike gets six letters of its digest, not a number: the order of the rows must not matter.
    meant: dict[str, set[str]] = collections.defaultdict(set)
    for name, digest in zip(wanted, digests, strict=True):
        meant[_folded(name)].add(digest)
    kept = {folded for folded, stand_for in meant.items() if len(stand_for) == 1}
    taken: set[str] = set()
    distinct = []
    for name, digest in zip(wanted, digests, strict=True):
        plain = _folded(name)
        stem = _cut(name, LONGEST - 12, MOST_BYTES - 12)
        first = name if plain in kept else f"{stem}-{digest[:6]}"
        others = (f"{stem if plain in kept else first}-{number}" for number in itertools.count(2))
        for candidate in itertools.chain([first], others):
            folded = _folded(candidate)
            if folded not in taken and (folded == plain or folded not in kept):
                break
        distinct.append(candidate)
        taken.add(folded)
    return distinct


def _speaks(letter: str, before: str) -> bool:
    """Whether this is a letter, a digit, or an accent on one; an emoji's variations are none."""
    kind = unicodedata.category(letter)
    accent = kind in ("Mn", "Mc") and before.strip("-_") != "" and not "\ufe00" <= letter <= "\ufe0f"
    return kind[0] in "LN" or accent


def _part(column: str, value: Any) -> str:
    """A text speaks for itself; a number or a truth value needs to be told what it is of."""
    if isinstance(value, str):
        return safe_name(value) or f"no-{column}"
    return safe_name(f"{column}-{value if not isinstance(value, (list, dict)) else json.dumps(value)}")


def digest(value: Any) -> str:
    """SHA-256 of a plain value, the same for the same value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _cut(name: str, letters: int, most: int) -> str:
    while len(name) > letters or len(name.encode()) > most:
        name = name[: min(letters, len(name) - 1)]
    return name.rstrip("-_")
