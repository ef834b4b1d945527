"""What stands in the cells of an export: texts, durations, counts, amounts, yes and no.

A cell may hold more than its value: a progress on a second line, a mapping as an interface delivers it, thousands
apart in a number. What stands for nothing becomes null.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bsclib.files.numbers import MISSING

NOTHING = (*MISSING, "?", "-", "--", "–", "none", "(empty)", "[]", "{}", "#n/a", "nat", "tbd")
YES = {"true", "yes", "y", "1", "1.0", "sim", "oui", "sí", "si", "ja", "verdadeiro", "verdadero", "vrai", "wahr"}
YES |= {"within sla", "met", "achieved", "in time", "successful", "success"}
NO = {"false", "no", "n", "0", "0.0", "não", "nao", "non", "nein", "falso", "faux", "falsch"}
NO |= {"sla violated", "sla breached", "breached", "violated", "missed", "unsuccessful", "failed"}
_LONGEST_NOTHING = max(len(word.encode()) for word in NOTHING) + 2
_FIGURES = [str(figure).encode() for figure in range(10)]
_UNITS = {
    "seconds": "s sec secs second seconds seg segundo segundos seconde secondes sekunde sekunden sek",
    "minutes": "m min mins minute minutes minuto minutos minuten",
    "hours": "h hr hrs hour hours hora horas heure heures stunde stunden std",
    "days": "d day days dia dias día días jour jours j tag tage tagen",
    "weeks": "w week weeks semana semanas semaine semaines woche wochen",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
HOURS_OF = {"seconds": 1 / 3600, "minutes": 1 / 60, "hours": 1.0}
_NESTED = re.compile(r"""['"](display_value|value|displayName|name)['"]\s*:\s*['"]([^'"]*)['"]""")
_CURRENCY = r"(?:[$€£¥₹]|[A-Z]{1,3}\$|[A-Z]{3})"


def texts(cells: pa.Array) -> pa.Array:
    """Cells as texts, trimmed, with null where nothing stands; coded texts stay coded, and times of Arrow times."""
    if pa.types.is_timestamp(cells.type) or pa.types.is_date(cells.type):
        return cells
    if pa.types.is_dictionary(cells.type):
        words = texts(cells.dictionary)
        there = np.asarray(words.is_valid())
        codes = np.append(np.where(there, np.cumsum(there) - 1, -1), -1)
        codes = codes[pc.fill_null(cells.indices, len(words)).to_numpy(zero_copy_only=False)].astype(np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), words.drop_null())
    if pa.types.is_floating(cells.type):
        cells = pa.array([None if v is None or v != v else f"{v:.15g}" for v in cells.to_pylist()], pa.string())
    if not pa.types.is_string(cells.type):
        cells = pa.array([None if v is None else str(v) for v in cells.to_pylist()], pa.string())
    trimmed = pc.ascii_trim_whitespace(cells)
    short = pc.fill_null(pc.less_equal(pc.binary_length(trimmed), _LONGEST_NOTHING), False)
    if _some(short):
        # Only what is as short as a word for nothing is compared with them.
        nothing = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(trimmed.filter(short))), pa.array(NOTHING))
        if _some(nothing):
            where = pc.replace_with_mask(short, short, nothing)
            trimmed = pc.if_else(where, pa.scalar(None, pa.string()), trimmed)
    nested = pc.starts_with(trimmed, "{")
    return _changed(trimmed, nested, _value) if _some(nested) else trimmed


def decoded(cells: pa.Array) -> pa.Array:
    """Cells that may be coded as plain ones."""
    return cells.dictionary_decode() if pa.types.is_dictionary(cells.type) else cells


def coded(cells: pa.Array) -> pa.Array:
    """Cells as codes and words."""
    return cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()


def _value(text: str) -> str:
    """The value inside a mapping, the one for people when there is one."""
    inner = dict(reversed(_NESTED.findall(text)))
    return next((inner[key] for key in ("display_value", "displayName", "name", "value") if inner.get(key)), text)


def _changed(cells: pa.Array, where: pa.Array, change: Callable[[str], Any]) -> pa.Array:
    """Cells with some of them changed."""
    mask = pc.fill_null(where, False)
    some = [change(text) for text in cells.filter(mask).to_pylist()]
    return pc.replace_with_mask(cells, mask, pa.array(some, pa.string()))


def part_of(cells: pa.Array, split: str, part: int) -> pa.Array:
    """One of the parts of each cell; null where there are not so many."""
    several = pc.split_pattern(cells, split)
    counts = pc.fill_null(pc.list_value_length(several), 0)
    enough = pc.greater_equal(counts, part)
    padded = pc.if_else(enough, several, pa.scalar([None] * part, several.type))
    return texts(pc.list_element(padded, part - 1))


def _some(mask: pa.Array) -> bool:
    return bool(pc.any(mask).as_py())


def numbers_of_tickets(cells: pa.Array) -> pa.Array:
    """Tickets' numbers; one whose thousands stand apart is put together."""
    if not _some(pc.is_in(pc.binary_slice(pc.cast(cells, pa.binary()), 0, 1), pa.array(_FIGURES))):
        return cells
    apart = pc.match_substring_regex(cells, "^\\d{1,3}(?:[ \u00a0\u202f.,]\\d{3})+$")
    return _changed(cells, apart, lambda text: re.sub(r"\D", "", text)) if _some(apart) else cells


def amounts(cells: pa.Array, decimal: str) -> tuple[np.ndarray, np.ndarray]:
    """Numbers, NaN where there is none, and which cells are not numbers; thousands may stand apart, in threes."""
    try:
        plain = cells if decimal == "." else pc.replace_substring(cells, ",", ".") if not _dotted(cells) else None
        if plain is not None:
            values = pc.fill_null(plain.cast(pa.float64()), np.nan).to_numpy(zero_copy_only=False)
            return np.where(np.isfinite(values), values, np.nan), ~np.isfinite(values) & np.asarray(cells.is_valid())
    except pa.ArrowInvalid:
        pass
    return _each(cells, lambda text: _amount(text, decimal))


def _dotted(cells: pa.Array) -> bool:
    return _some(pc.match_substring(cells, "."))


def _amount(text: str, decimal: str) -> float | None:
    """A number as a person writes it, perhaps with a currency."""
    core = re.sub(rf"^([-+]?)\s*{_CURRENCY}\s*(?=[-+\d])|\s*{_CURRENCY}$", r"\1", text.strip())
    other = r"[ \u00a0\u202f'" + ("," if decimal == "." else ".") + "]"
    if not re.fullmatch(rf"[-+]?(?:\d+|\d{{1,3}}(?:{other}\d{{3}})+)?(?:{re.escape(decimal)}\d*)?", core):
        return None
    plain = re.sub(other, "", core).replace(decimal, ".")
    return float(plain) if re.search(r"\d", plain) else None


def _each(cells: pa.Array, read: Callable[[str], float | None]) -> tuple[np.ndarray, np.ndarray]:
    """What a function reads in each different text, and which cells it cannot read."""
    both = coded(cells)
    words = both.dictionary.to_pylist()
    read_words = [read(word) for word in words]
    values = np.array([np.nan if value is None else value for value in read_words] + [np.nan], float)
    failed = np.array([value is None for value in read_words] + [False], bool)
    codes = pc.fill_null(both.indices, len(words)).to_numpy(zero_copy_only=False)
    return values[codes], failed[codes]


def spans(cells: pa.Array, measured_in: str, decimal: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The hours and the days of durations, which add up, NaN and 0 where there is none, and which cells are none."""
    if pa.types.is_timestamp(cells.type):
        cells = pc.strftime(cells, "%Y-%m-%d %H:%M:%S")
    values, bad = amounts(cells, decimal)
    days = np.zeros(len(cells))
    if measured_in == "days":
        values, days = np.where(np.isnan(values), np.nan, 0.0), np.nan_to_num(values)
    else:
        values = values * HOURS_OF[measured_in]
    if bad.any():
        some = cells.filter(pa.array(bad))
        values[bad], failed = _each(some, lambda text: None if (span := read_span(text)) is None else span[0])
        days[bad] = np.nan_to_num(_each(some, lambda text: None if (span := read_span(text)) is None else span[1])[0])
        bad[bad] = failed
    negative = ~np.isnan(values) & (values + days < 0)
    return np.where(negative, np.nan, values), np.where(negative, 0, days), bad | negative


def read_span(text: str) -> tuple[float, float] | None:
    """Hours and days of a duration in words, ``3:30``, ISO 8601, or as a time of 1970; None when it is none."""
    if match := re.fullmatch(r"1970-01-(\d\d)[T ](\d\d):(\d\d):(\d\d)Z?", text):
        days, hours, minutes, seconds = map(int, match.groups())
        return 24 * (days - 1) + hours + minutes / 60 + seconds / 3600, 0.0
    if match := re.fullmatch(r"(?:(\d+)[. ])?(\d+):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?", text):
        days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
        return 24 * days + hours + minutes / 60 + seconds / 3600, 0.0
    if match := re.fullmatch(r"(?i)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text):
        days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
        return 24 * days + hours + minutes / 60 + seconds / 3600, 0.0
    found = re.findall(r"(?<![\w.,])(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)", text)
    spans = [(float(n.replace(",", ".")), _UNIT_OF[w.casefold()]) for n, w in found if w.casefold() in _UNIT_OF]
    if not spans:
        return None
    total = sum(n * HOURS_OF[unit] for n, unit in spans if unit in ("seconds", "minutes", "hours"))
    return total, sum(n * (7 if unit == "weeks" else 1) for n, unit in spans if unit in ("days", "weeks"))


def counts(cells: pa.Array, decimal: str) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers from 0, as floats with NaN, and which cells are none."""
    values, bad = amounts(cells, decimal)
    odd = ~np.isnan(values) & ((values < 0) | (values != np.floor(values)))
    return np.where(odd, np.nan, values), bad | odd


def truths(cells: pa.Array, reverse: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Yes as 1 and no as 0, in any of the known languages, NaN for nothing, and which cells are neither."""

    def read(text: str) -> float | None:
        word = text.casefold()
        return (1.0 if word in YES else 0.0 if word in NO else None) if word else None

    values, bad = _each(cells, read)
    return (1 - values if reverse else values), bad


def filled(cells: pa.Array, reverse: bool = False) -> np.ndarray:
    """1 where something stands and 0 where nothing does, or the other way round."""
    there = np.asarray(cells.is_valid()).astype(float)
    return 1 - there if reverse else there
