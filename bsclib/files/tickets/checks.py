"""What a ticket must not say: an end before its opening, a time that has not come yet, an end without a time.

And what it must not say twice: a number that stands again with the same contents counts once; with other contents
nobody can tell which of them is right, so none is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bsclib.actuals.itsm.table import OTHER_KINDS

REPEATED, CONTRADICTED = "a ticket again", "a number with differing contents"
NEITHER, OPENED = "opened and closed are missing", "opened is missing"
REVERSED, FUTURE, UNTIMED = "closed before opened", "in the future", "closed without a time"
_NAT = np.iinfo(np.int64).min
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass
class Refusals:
    """Which tickets are refused, and the kind of fault and the reason of each; the first fault of a ticket holds."""

    refused: np.ndarray
    reasons: dict[int, tuple[str, str]] = field(default_factory=dict)
    early: dict[int, str] = field(default_factory=dict)  # responded to before they were opened: that time is left out

    def refuse(self, kind: str, faulty: np.ndarray, reason: Callable[[int], str]) -> None:
        """Refuse tickets that were not refused before."""
        for i in np.flatnonzero(faulty & ~self.refused).tolist():
            self.reasons[i] = kind, reason(i)
        self.refused |= faulty


def seconds(table: pa.Table, name: str) -> np.ndarray:
    """A column of times as seconds since 1970; the least number there is stands for none."""
    if name not in table.column_names:
        return np.full(len(table), _NAT)
    return pc.fill_null(table[name].cast(pa.int64()), _NAT).to_numpy()


def texts(table: pa.Table, name: str) -> np.ndarray:
    """A column of names as texts."""
    if name not in table.column_names:
        return np.full(len(table), "", object)
    coded = table[name].unify_dictionaries()
    return np.concatenate([
        np.array(chunk.dictionary.to_pylist(), object)[chunk.indices.to_numpy(zero_copy_only=False)]
        for chunk in coded.chunks
    ] or [np.empty(0, object)])  # fmt: skip


def _codes_in(table: pa.Table, name: str, words: tuple[str, ...]) -> np.ndarray:
    """Which rows of a column of names hold one of the words."""
    if name not in table.column_names:
        return np.zeros(len(table), bool)
    parts = []
    for chunk in table[name].chunks:
        among = np.array([word in words for word in chunk.dictionary.to_pylist()] + [False], bool)
        parts.append(among[pc.fill_null(chunk.indices, len(chunk.dictionary)).to_numpy(zero_copy_only=False)])
    return np.concatenate(parts or [np.empty(0, bool)])


def _written(second: Any) -> str:
    return str(np.datetime64(int(second), "s")).replace("T", " ")


def _backwards(name: str, opened: np.ndarray, ended: np.ndarray, place: int) -> str:
    return f"opened {_written(opened[place])}, {name} {_written(ended[place])} (UTC)"


def _ahead(name: str, time: np.ndarray, now: int, place: int) -> str:
    return f"{name} {_written(time[place])} (UTC), after {_written(now)}"


def check_times(table: pa.Table, now: int, timed: bool) -> tuple[pa.Table, Refusals]:
    """Tickets with their state, and what is refused; `timed` says that the map names the columns of an end."""
    table = _with_state(table)
    opened, responded, resolved, closed = (seconds(table, n) for n in ("opened", "responded", "resolved", "closed"))
    refusals = Refusals(np.zeros(len(table), bool))
    project, other = _codes_in(table, "kind", ("project",)), _codes_in(table, "kind", OTHER_KINDS)
    ended = _codes_in(table, "state", ("resolved", "closed"))
    untimed = (resolved == _NAT) & (closed == _NAT)
    missing = (opened == _NAT) & ~other
    refusals.refuse(NEITHER, missing & untimed, lambda i: "neither when it was opened nor when it was closed is said")
    refusals.refuse(OPENED, missing, lambda i: "it is not said when it was opened")
    for name, end in (("resolved", resolved), ("closed", closed)):
        faulty = (end != _NAT) & (opened != _NAT) & (end < opened)
        refusals.refuse(REVERSED, faulty, partial(_backwards, name, opened, end))
    for name, time in (("opened", opened), ("resolved", resolved), ("closed", closed)):
        refusals.refuse(FUTURE, (time > now) & ~project, partial(_ahead, name, time, now))
    if timed:
        says = "its state says that it has ended, and no column says when"
        refusals.refuse(UNTIMED, ended & untimed & ~other, lambda i: says)
    early = (responded != _NAT) & (responded < opened)
    refusals.early = {i: _backwards("responded", opened, responded, i) for i in np.flatnonzero(early).tolist()}
    for name, gone in (("responded", early), *((n, _reopened(table)) for n in ("resolved", "closed"))):
        if name in table.column_names and gone.any():
            kept = pc.if_else(pa.array(gone), pa.scalar(None, table[name].type), table[name])
            table = table.set_column(table.column_names.index(name), name, kept)
    return table, refusals


def _reopened(table: pa.Table) -> np.ndarray:
    """Tickets that stand open, whatever times of an earlier end their rows hold still."""
    return _codes_in(table, "state", ("open",))


def _with_state(table: pa.Table) -> pa.Table:
    """The states as open, resolved, closed or cancelled; where none is said, the times say it."""
    ends = [seconds(table, name) != _NAT for name in ("closed", "resolved")]
    by_times = np.select(ends, [1, 2], 0)
    if "state" not in table.column_names:
        codes = pa.array(by_times.astype(np.int32))
        return table.append_column("state", pa.DictionaryArray.from_arrays(codes, ["open", "closed", "resolved"]))
    silent = _codes_in(table, "state", ("",))
    words = ["open", "closed", "resolved", "cancelled"]
    codes = np.select([_codes_in(table, "state", (word,)) for word in words[1:]], [1, 2, 3], 0)
    codes = np.where(silent, by_times, codes).astype(np.int32)
    state = pa.DictionaryArray.from_arrays(pa.array(codes), words)
    return table.set_column(table.column_names.index("state"), "state", state)


def check_numbers(table: pa.Table, ignored: tuple[str, ...]) -> Refusals:
    """Which rows are refused because their number stands more than once."""
    refusals = Refusals(np.zeros(len(table), bool))
    suspects = np.flatnonzero(_perhaps_again(table["number"]))
    coded = table["number"].take(pa.array(suspects)).combine_chunks().dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False)
    several = np.zeros(len(table), bool)
    several[suspects] = np.bincount(codes)[codes] > 1
    if not several.any():
        return refusals
    some = table.filter(pa.array(several)).drop_columns(list(ignored)).to_pandas()
    again = some.duplicated().to_numpy()
    distinct = some[~again]["number"].value_counts()
    contradicted = some["number"].isin(distinct.index[distinct > 1]).to_numpy()
    places = np.flatnonzero(several)
    refusals.refuse(
        CONTRADICTED, _at(places[contradicted], len(table)), _differences(some, contradicted, places).__getitem__
    )
    says = "the same number stands above with the same contents"
    refusals.refuse(REPEATED, _at(places[again], len(table)), lambda i: says)
    return refusals


def _perhaps_again(numbers: pa.ChunkedArray) -> np.ndarray:
    """Numbers whose digests are equal: all that stand more than once, and hardly another; a table of texts is dear."""
    digests = np.concatenate([_digests(chunk) for chunk in numbers.chunks] or [np.empty(0, np.uint64)])
    ordered = np.sort(digests)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.isin(digests, again) if len(again) else np.zeros(len(digests), bool)


def _digests(texts: pa.Array) -> np.ndarray:
    """A number of 64 bits for each text, character by character of all the texts at once."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    characters = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    lengths = np.diff(offsets)
    digests = lengths.astype(np.uint64)
    for place in range(int(lengths.max(initial=0))):
        there = lengths > place
        rows = slice(None) if there.all() else np.flatnonzero(there)
        digests[rows] = (digests[rows] ^ characters[offsets[:-1][rows] + place]) * _FACTOR
        digests[rows] ^= digests[rows] >> np.uint64(29)
    return digests


def _at(places: np.ndarray, count: int) -> np.ndarray:
    there = np.zeros(count, bool)
    there[places] = True
    return there


def _differences(some: object, contradicted: np.ndarray, places: np.ndarray) -> dict[int, str]:
    """For each row, how often its number stands, and what differs."""
    import pandas as pd

    frame = some[contradicted] if isinstance(some, pd.DataFrame) else pd.DataFrame()
    groups = frame.groupby("number", observed=True)
    differing = groups.nunique(dropna=False) > 1
    names = {number: ", ".join(row.index[row]) for number, row in differing.iterrows()}
    sizes = groups.size()
    texts = [f"{number} stands {sizes[number]} times, with different {names[number]}" for number in frame["number"]]
    return dict(zip(places[contradicted].tolist(), texts, strict=True))
