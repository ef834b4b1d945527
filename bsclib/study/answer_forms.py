"""The forms one and the same answer may be written in.

`0.74`, `"74 %"` and a frame of one cell hold one number; a list, a set, a column and a text with commas hold names; a
dict, a series and a frame hold a number for each name. The readers here take any of them and give back plain Python.
"""

from __future__ import annotations

import decimal
import math
import numbers
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from bsclib.wording import counted

_ARROW = re.compile(r"\s*(?:[-=–—]+>|[→⟶⇒➔➜])\s*")
LONGEST = 200
"""A text longer than this is not read as a number."""


class MisfitError(Exception):
    """An answer of the wrong shape: what is wrong with it, in words."""


class IncomparableError(Exception):
    """An answer of a kind that cannot be compared with the right one: why not, in words."""


def key(text: object) -> str:
    """A name without what does not tell names apart: case, spacing, hyphens, quotes, symbols, how an arrow is drawn."""
    return _key(str(text))


@lru_cache(maxsize=32768)  # a question may take ten thousand spellings
def _key(text: str) -> str:
    plain = _ARROW.sub("→", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(char for char in plain if unicodedata.category(char) not in ("Cf", "So") and char not in '“”"')
    return re.sub(r"[\s_\-‐‑–—]+", " ", plain).strip(" '‘’`.")


_NONE = re.compile(
    r"(?:there (?:is|are) )?(?:none|nothing|nobody|no one|no (?:kpis?|objectives?|perspectives?))"
    r"(?: (?:of|is|are|at) .*)?"
)


def beginnings(name: str) -> list[str]:
    """The first words of a name, which may stand for all of it, as keys; those of a link reach past its arrow."""
    words = key(name).split(" ")
    begun = [" ".join(words[:many]).rstrip(",;:") for many in range(1, len(words))]
    return [start for start in begun if "→" in start or "→" not in key(name)]


def quoted(text: object, limit: int = 40) -> str:
    """What somebody wrote, in quotes and cut short, to be said back."""
    shown = " ".join(str(text).split())
    return f"‘{shown if len(shown) <= limit else shown[: limit - 1] + '…'}’"


def agreeing(reason: str, many: int = 1) -> str:
    """A reason for one name or for several: ``[it is|they are]``."""
    return re.sub(r"\[([^|\]]*)\|([^\]]*)\]", lambda both: both[1 if many == 1 else 2], reason)


def short(value: Any) -> str:
    """A value said back, with the numbers in it to four digits."""
    return quoted(_rounded(value), 60)[1:-1]


def _rounded(value: Any) -> Any:
    """A number, or a list of numbers however deep, to four digits."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(_rounded, value))
    return float(f"{value:.4g}") if isinstance(value, float) and math.isfinite(value) else value


def untouched(answer: object) -> bool:
    """Whether this is what a learner starts from: `...`, None, an empty text or container, or a container of these."""
    return all(
        value is ... or value is None or (isinstance(value, str) and not value.strip(" \t\n.…"))
        for value in _things(answer)
    )


def empty(answer: object) -> bool:
    """Whether this is a container with nothing in it, as code leaves it that has filtered everything away."""
    return not _things(answer)


def says_none(answer: object) -> bool:
    """Whether this says in words that nothing belongs: none, nothing, no KPI."""
    things = _things(answer)
    said = key(things[0]) if len(things) == 1 and isinstance(things[0], str) else ""
    return bool(_NONE.fullmatch(said))


def single(answer: Any, wanted: str) -> Any:
    """The one thing an answer holds, as plain Python: a number, a truth value, a text, or an object of its own kind."""
    things = _things(answer)
    if len(things) != 1:
        raise MisfitError(f"{wanted} is asked for; this holds {len(things)} things.")
    return _plain(things[0], wanted)


def _things(answer: Any) -> list[Any]:
    """The values of a container, or the one thing that an answer is."""
    answer = answer.values() if isinstance(answer, Mapping) else _flat(answer)
    return list(answer) if isinstance(answer, Collection) and not isinstance(answer, (str, bytes)) else [answer]


def _flat(answer: Any) -> Any:
    """A frame, a column or an array as a list of what is in it; anything else as it is."""
    if isinstance(answer, (pd.DataFrame, pd.Series, pd.Index, np.ndarray)):
        return np.asarray(answer, dtype=object).ravel().tolist()
    return answer


def _plain(value: Any, wanted: str) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is ...:
        raise MisfitError("a part of it is still open (...).")
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        raise MisfitError(f"{wanted} is asked for; this is a missing one (NaN). Did something without data get in?")
    return value


_ABOUT = r"\s*(?:(?:about|around|roughly|approximately|nearly)\b|approx\b\.?|ca\b\.?)?"
_WRITTEN = re.compile(
    _ABOUT + r"\s*([≈~=€$£¥]|[A-Z]{3}\s)?\s*([+\-−–]?)\s*(\d[\d\s_'’.,]*|[.,]\d+)(e[+-]?\d+)?\s*([^\d]*)", re.IGNORECASE
)
_LEADING = re.compile(r"\s*(?:level|about|around|roughly|nearly|some|circa|ca\.?|it is|it's)\s+", re.IGNORECASE)
"""What people say before a number."""
_COUNTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_IN_WORDS = re.compile(
    rf"\s*({'|'.join(_COUNTS)}|none)((?:\s+(?!and\b|half|point|quarter|third|fifth|tenth|hundred|thousand|million)[^\W\d]+)*)\s*",
    re.IGNORECASE,
)
"""A count in words, as in "eight results", and neither "one and a half" nor "three quarters"."""
_FRACTION = re.compile(r"\s*([+\-−–]?\d+)\s*[/⁄]\s*(\d*[1-9]\d*)\s*")
_IN_SO_MANY = re.compile(r"\s*(\d+|an?|one)\s+(?:out of|of|in)\s+([\d,]*[1-9][\d,]*)\s*", re.IGNORECASE)
_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
    **dict.fromkeys(("w", "week", "weeks"), 604800.0),
}
_PERCENT = frozenset(("%", "percent", "per cent", "pct"))
_KINDS = {
    **dict.fromkeys(_SECONDS, "a time in {}"),
    **dict.fromkeys(("month", "months", "year", "years"), "in {}"),
    **dict.fromkeys(_PERCENT, "a percentage"),
    **dict.fromkeys(("€", "$", "£", "¥", "eur", "usd", "gbp", "chf", "euro", "euros", "dollar", "dollars"), "money"),
}
"""What a number is in such a unit. Months have no fixed length, so that they are a kind of their own."""


def as_numbers(value: Any, unit: str = "") -> list[float]:
    """The numbers one value can be read as, in the unit asked for: ``"1,234"``, and 39 where a share is asked for."""
    if isinstance(value, (bool, np.bool_)):
        raise MisfitError(f"a number is asked for; this is {value}.")
    return _read(value, unit) if isinstance(value, str) else _or_percentages([_finite(value)], unit)


def _or_percentages(readings: list[float], unit: str) -> list[float]:
    """Numbers without a unit; where a share is asked for, those above 1 may be percentages."""
    return readings + [reading / 100 for reading in readings if key(unit) == "share" and abs(reading) > 1]


def _finite(value: Any) -> float:
    """A number of any type."""
    if isinstance(value, (numbers.Real, decimal.Decimal)):
        try:
            number = float(value)
        except (OverflowError, ValueError):
            number = math.inf
        if not math.isfinite(number):
            raise MisfitError("this is not a finite number. Was something divided by zero?")
        return number
    raise IncomparableError(f"A number is asked for, and {_kind(value)} cannot be compared with one.")


def _read(text: str, unit: str) -> list[float]:
    text = unicodedata.normalize("NFKC", text)
    if len(text) < LONGEST and (before_it := _LEADING.match(text)):
        text = text[before_it.end() :]
    if len(text) < LONGEST and (word := _IN_WORDS.fullmatch(text)):
        text = f"{0 if word[1].casefold() == 'none' else _COUNTS.index(word[1].casefold())} {word[2]}"
    if len(text) < LONGEST and (fraction := _FRACTION.fullmatch(text)):
        return _or_percentages([int(re.sub("[−–]", "-", fraction[1])) / int(fraction[2])], unit)
    if len(text) < LONGEST and key(unit) in ("share", "%") and (part := _IN_SO_MANY.fullmatch(text)):
        share = (int(part[1]) if part[1].isdigit() else 1) / int(part[2].replace(",", ""))
        return [share if key(unit) == "share" else 100 * share]
    number = _WRITTEN.fullmatch(text) if len(text) < LONGEST else None
    if not number:
        several = len(re.findall(r"\d+", text)) > 1
        raise MisfitError("one number is asked for; this text holds several." if several else "this holds no number.")
    before, sign, digits, power, written = number.groups()
    factor = (-1 if sign and sign != "+" else 1) * _factor(key(written) or key(before or ""), unit)
    values = [factor * float(body + (power or "")) for body in _bodies(re.sub(r"[\s_'’]", "", digits))]
    if not all(map(math.isfinite, values)):
        raise MisfitError("this is not a finite number.")
    return values if written.strip() else _or_percentages(values, unit)


def _bodies(digits: str) -> list[str]:
    """The ways to read digits with dots and commas in them."""
    digits = digits.rstrip(".,")
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        mark = max(".,", key=digits.rfind)
        bodies = [digits.replace("," if mark == "." else ".", "").replace(",", ".")]
    elif commas == 1:
        groups = re.fullmatch(r"\d{1,3},\d{3}", digits)
        bodies = [digits.replace(",", "")] * bool(groups) + [digits.replace(",", ".")]
    else:
        bodies = [digits.replace(",", "") if dots < 2 else digits.replace(".", "")]
    if any(body.count(".") > 1 for body in bodies):
        raise MisfitError("this cannot be read as a number: look at its dots and commas.")
    return bodies


def _factor(written: str, unit: str) -> float:
    """What a number is multiplied by to go from the unit it is written in to the one asked for."""
    asked = key(unit)
    kinds = [_KINDS.get("%" if name == "share" else name) for name in (written, asked)]
    if None not in kinds and kinds[0] != kinds[1]:
        form = "as a share" if asked == "share" else f"in {unit}"
        raise MisfitError(f"the answer is asked for {form}; this is {str(kinds[0]).format(written)}.")
    if written in _PERCENT:
        return 0.01 if asked == "share" else 1.0
    return _SECONDS[written] / _SECONDS[asked] if written in _SECONDS and asked in _SECONDS else 1.0


def as_names(answer: Any, known: Collection[str] = ()) -> list[str]:
    """The names an answer holds, as they were written."""
    if isinstance(answer, str):
        return [answer] if key(answer) in known else _split(answer, known)
    if isinstance(answer, pd.DataFrame):
        answer = _name_column(answer)
    if isinstance(answer, pd.Series):
        if pd.api.types.is_bool_dtype(answer.dtype):
            answer = answer.index[answer.fillna(False).astype(bool)]
        elif pd.api.types.is_numeric_dtype(answer.dtype):
            answer = answer.index
        return [_name(value) for value in answer.tolist()]
    if isinstance(answer, Mapping):
        flags = all(isinstance(value, (bool, np.bool_)) for value in answer.values())
        return [_name(name) for name, value in answer.items() if not flags or value]
    return [_name(value) for value in _things(answer)]


def _split(text: str, known: Collection[str]) -> list[str]:
    """The names of a list in words, or letters; one that holds a comma or an "and" itself is put together again."""
    letters = text.split() if " " in text.strip() else list(text.strip())
    if all((len(one) == 1 or one.isdigit()) and key(one) in known for one in letters):  # as B D E, BDE, or 4713 4714
        return letters
    pieces = re.split(r"([,;\n]|\band\b|&)", text)
    names, place = [], 0
    while place < len(pieces):
        ends = range(len(pieces), place, -2)
        end = next((end for end in ends if key("".join(pieces[place:end])) in known), place + 1)
        names.append("".join(pieces[place:end]).strip())
        place = end + 1
    return [name for name in names if name]


def _name(value: Any) -> str:
    id = getattr(value, "id", None)
    if isinstance(id, str):
        return id
    value = _plain(value, "a name")
    if isinstance(value, (bool, np.bool_)):
        raise MisfitError(f"names are asked for; this holds {value}.")
    if isinstance(value, str) or (isinstance(value, (int, float)) and abs(value) < 1e15):
        return str(int(value) if isinstance(value, float) and value.is_integer() else value)
    raise IncomparableError(f"Names are asked for, and {_kind(value)} cannot be compared with one.")


def _name_column(frame: pd.DataFrame) -> pd.Series:
    names = [name for name in ("id", "unit", "kpi", "name") if name in frame.columns]
    if names or len(frame.columns) == 1:
        return frame[names[0] if names else frame.columns[0]]
    if isinstance(frame.index, pd.RangeIndex):
        raise IncomparableError("This frame has several columns. Pick the one that holds the names: frame['column'].")
    return frame.index.to_series()


def by_name(answer: Any, order: Iterable[str]) -> dict[str, Any]:
    """A value for each name, from a dict, a series, a frame, pairs, or plain values in the order the question gives."""
    order = list(order)
    if isinstance(answer, pd.DataFrame):
        answer = _value_column(answer)
    if isinstance(answer, pd.Series) and not isinstance(answer.index, pd.RangeIndex):
        return _paired(zip(answer.index.tolist(), answer.tolist(), strict=True))
    if isinstance(answer, Mapping):
        return _paired(answer.items())
    answer = _flat(answer)
    if isinstance(answer, (list, tuple)):
        if all(isinstance(value, (list, tuple)) and len(value) == 2 for value in answer):
            return _paired(answer)
        if len(answer) != len(order):
            raise MisfitError(f"{len(order)} numbers are asked for; this holds {len(answer)}.")
        return dict(zip(order, answer, strict=True))
    if isinstance(answer, str) and (read := _in_a_row(answer, len(order))):
        return _paired(read) if isinstance(read[0], tuple) else dict(zip(order, read, strict=True))
    if isinstance(answer, (str, numbers.Number)):
        asked = f"{counted(len(order), 'number')} {'is' if len(order) == 1 else 'are'} asked for"
        raise MisfitError(f"{asked}, in the order of the question, such as [2, 9, …].")
    raise IncomparableError(f"A number for each name is asked for, and {_kind(answer)} cannot be read as that.")


def _in_a_row(text: str, many: int) -> list[str] | list[tuple[str, str]]:
    """So many numbers in one text, as in "6, 2, 10" or "a: 6, b: 2, c: 10"; none where it cannot be read so."""
    bare = text.strip(" \t[](){}")
    for way in (r"[;\n]", r",\s+(?:and\s+)?|\s+and\s+", r"[,\s]+"):
        pieces = [piece.strip() for piece in re.split(way, bare) if piece.strip()]
        if len(pieces) == many:
            pairs = [re.fullmatch(r"(.*[^\W\d].*?)\s*[:=\s]\s*(\S+)", piece) for piece in pieces]
            if all(pairs):
                return [(pair[1], pair[2]) for pair in pairs if pair]
            if all(re.search(r"\d", piece) or key(piece) in _COUNTS for piece in pieces):
                return pieces
    return []


def _paired(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if _name(name) in values:
            raise MisfitError(f"{quoted(_name(name))} is there twice.")
        values[_name(name)] = value
    return values


def _value_column(frame: pd.DataFrame) -> pd.Series:
    values = frame.select_dtypes("number")
    rest = frame.drop(columns=values.columns)
    if len(values.columns) != 1 or len(rest.columns) > 1:
        raise IncomparableError("This frame has several columns of one kind. Keep the names and their numbers.")
    return values.iloc[:, 0] if rest.empty else values.iloc[:, 0].set_axis(rest.iloc[:, 0].tolist())


def _kind(value: object) -> str:
    return "a function" if callable(value) else f"an object of type {type(value).__name__}"


_LITTLE = frozenset(
    ["a", "an", "the", "of", "that", "which", "who", "are", "is", "was", "were", "being", "been", "it", "its"]
)
"""Words that may stand in a name, or not."""


def reworded(written: str, of: Mapping[str, str]) -> frozenset[str]:
    """The one name of the same words in another order, whose plurals and whose unit in brackets may differ."""
    if (letter := written.strip(" ().:").casefold()) in of and len(letter) == 1:
        return frozenset({letter})
    said = _words(written) if not any(key(beside) in map(key, of) for beside in _BESIDE.findall(written)) else []
    found = frozenset(id for id, name in of.items() if said and _words(name) == said)
    return found if len(found) == 1 else frozenset()


_BESIDE = re.compile(r"\(([^()]*)\)")


def _words(name: str) -> list[str]:
    """The words that tell a name, in one order; none where their order or a sign tells it."""
    said = re.findall(r"\w+", _BESIDE.sub(" ", key(name)))
    told = sorted(word[:-1] if re.search(r"[^s\W]{2}s$", word) else word for word in said if word not in _LITTLE)
    return [] if len(told) < 2 or re.search(r"[\d→+<>=\u2212]", key(name)) else told
