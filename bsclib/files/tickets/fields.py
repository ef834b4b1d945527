"""A block of an export as fields of tickets: every cell read by the map, what is wrong with a row or a cell said.

A fault of what a ticket cannot be without, its number, its times, its state, leaves the row out. A fault of anything
else leaves only that cell out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, repeat
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bsclib.actuals.itsm.table import AMOUNTS, COUNTS, NAMES, TIMES, TRUTHS
from bsclib.errors import ActualsError, Fault, suggestion
from bsclib.files.tickets import cells
from bsclib.files.tickets.source import Block, Source
from bsclib.files.tickets.ticket_map import HOURS, OWN_HOURS, Column, TicketMap, normal
from bsclib.files.tickets.times import Times, read_times
from bsclib.wording import listed, truncated

CORE = ("opened", "resolved", "closed", "at")
"""Times that a row is left out for when they cannot be read; of others only the cell is."""
CODED = (*NAMES, *TRUTHS, "assigned")
"""Fields with few different texts."""
KINDS = ("incident", "request", "change", "problem", "project", "deployment", "hotfix")
EMPTY, HEADINGS, NUMBER = "empty row", "headings again", "no number"
UNREAD, SKIPPED, TWICE = "a time that no form reads", "an hour that does not exist", "an hour that exists twice"
Reasons = Iterable[str] | Callable[[np.ndarray], Iterable[str]]
"""A reason for each faulty row: one for all, repeated, or what a function says of the rows at some places."""
STATE, CELL = "unknown state", "a cell that cannot be read"


@dataclass
class Log:
    """What was left out: file, row, whether the row or a cell, the kind of fault, and the reason."""

    columns: tuple[list[Any], ...] = field(default_factory=lambda: ([], [], [], [], []))

    def add(self, file: str, rows: list[int], left_out: str, kind: str, reasons: Iterable[str]) -> None:
        """Note what was left out of some rows of a file, a reason each."""
        count = len(rows)
        self.extend([file] * count, rows, [left_out] * count, [kind] * count, list(islice(reasons, count)))

    def extend(self, *columns: list[Any]) -> None:
        """Note more, a list a column: to make a million tuples would take longer than to read their rows."""
        for column, more in zip(self.columns, columns, strict=True):
            column += more


@dataclass
class Fields:
    """Columns of tickets, or of changes of tickets, of the rows that can be used."""

    columns: dict[str, pa.Array]
    rows: np.ndarray
    naive: bool = False

    def kept(self, keep: np.ndarray) -> Fields:
        """Some of the rows."""
        if keep.all():
            return self
        mask = pa.array(keep)
        return Fields({name: values.filter(mask) for name, values in self.columns.items()}, self.rows[keep], self.naive)


def places(source: Source, columns: Mapping[str, Column]) -> list[int]:
    """Where the map's columns stand in a file; headings that are not there are faults, all said at once."""
    faults, found = [], []
    for name, column in columns.items():
        if not column.column:
            continue
        there = source.places(column.column)
        if not there:
            what = f"the map takes {name} from the column {column.column!r}, which is not there"
            allowed = listed(filter(None, source.headings), 30)
            faults.append(Fault(source.name, what, "", allowed, suggestion(column.column, source.headings)))
        found += there
    if faults:
        raise ActualsError(faults)
    return found


def coded_places(source: Source, columns: Mapping[str, Column]) -> list[int]:
    """Where columns stand whose cells hold few different texts, and nothing else of the map."""
    several = Counter(column.column for column in columns.values())
    names = [name for name in columns if name in CODED and several[columns[name].column] == 1]
    return [place for name in names if columns[name].column for place in source.places(columns[name].column)]


def read_fields(block: Block, source: Source, rules: TicketMap, columns: Mapping[str, Column], log: Log) -> Fields:
    """Read the columns of a block; what is left out is noted."""
    for row, kind, reason in block.faulty:
        log.add(source.name, [int(row)], "row", kind, [reason])
    count = len(block.rows)
    texts = {name: _texts(block, source, column, count) for name, column in columns.items()}
    plain = [name for name in texts if name not in CODED]
    texts |= {name: cells.decoded(texts[name]) for name in plain}
    texts["number"] = cells.numbers_of_tickets(texts["number"])
    bad = _Bad(log, source.name, block.rows)
    stated = [name for name, column in columns.items() if column.column]
    bad.rows(EMPTY, ~_any_valid([texts[name] for name in stated]), repeat("none of the map's columns holds anything"))
    bad.rows(HEADINGS, _heading_again(texts, columns), repeat("the headings stand here again"))
    bad.rows(NUMBER, ~_valid(texts["number"]), repeat(f"{columns['number'].column} is empty"))
    fields = Fields({"number": texts["number"]}, block.rows)
    for name, column in columns.items():
        if name in (*TIMES, "at") and column.measured_in is None:
            fields.columns[name] = _times(texts[name], name, column, rules, bad, fields)
    for name, column in columns.items():
        if name in TIMES and column.measured_in is not None and "opened" in fields.columns:
            fields.columns[name] = _after_opening(texts[name], name, column, rules, bad, fields)
    for name, column in columns.items():
        if name == "state":
            fields.columns[name] = _states(texts[name], column, rules, bad)
        elif name in NAMES:
            fields.columns[name] = _names(texts[name], rules.kinds if name == "kind" else {}, name == "kind")
        elif name in HOURS:
            hours, days, faulty = cells.spans(texts[name], column.measured_in or "hours", rules.decimal)
            bad.cells(name, column, texts[name], faulty)
            own = name in OWN_HOURS
            fields.columns[name] = pa.array(hours + 24 * days if own else hours, from_pandas=True)
            fields.columns |= {} if own else {f"{name}_days": pa.array(days)}
        elif name in (*COUNTS, *AMOUNTS, *TRUTHS, "order"):
            values, faulty = _numbers(name, column, texts[name], rules)
            bad.cells(name, column, texts[name], faulty)
            fields.columns[name] = pa.array(np.where(faulty, np.nan, values), from_pandas=True)
        elif name not in fields.columns:
            fields.columns[name] = texts[name]
    return fields.kept(~bad.left_out)


class _Bad:
    """Which rows of a block are left out already: a row is left out once, for the first thing that is wrong."""

    def __init__(self, log: Log, file: str, numbers: np.ndarray):
        self.log, self.file, self.numbers = log, file, numbers
        self.left_out = np.zeros(len(numbers), bool)

    def note(self, left_out: str, kind: str, faulty: np.ndarray, reasons: Reasons) -> None:
        """Note a fault of the rows that are not left out yet, which is one of the row or of a cell."""
        at = np.flatnonzero(faulty & ~self.left_out)
        if len(at):
            told = reasons(at) if callable(reasons) else reasons
            self.log.add(self.file, self.numbers[at].tolist(), left_out, kind, told)

    def rows(self, kind: str, faulty: np.ndarray, reasons: Reasons) -> None:
        """Leave rows out."""
        self.note("row", kind, faulty, reasons)
        self.left_out |= faulty

    def cells(self, name: str, column: Column, texts: pa.Array, faulty: np.ndarray) -> None:
        """Leave cells out."""
        self.note("cell", CELL, faulty, partial(_says, column, texts, f", which cannot be read as {_WANTED[name]}"))


_WANTED = {
    **dict.fromkeys(COUNTS, "a count"),
    **dict.fromkeys(AMOUNTS, "a number"),
    **dict.fromkeys(HOURS, "a duration"),
    **dict.fromkeys(TRUTHS, "yes or no"),
    "order": "a number",
}


def _valid(texts: pa.Array) -> np.ndarray:
    return np.asarray(texts.is_valid())


def _any_valid(columns: Sequence[pa.Array]) -> np.ndarray:
    return np.logical_or.reduce([_valid(column) for column in columns])


def _texts(block: Block, source: Source, column: Column, count: int) -> pa.Array:
    """A column's cells as texts; of a heading that stands several times, the first cell that holds something."""
    if column.always:
        words = pa.array([column.always])
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), words)
    every = [cells.texts(block.columns[place]) for place in source.places(column.column)]
    values = every[0] if len(every) == 1 else pc.coalesce(*map(cells.decoded, every))
    return cells.part_of(cells.decoded(values), column.split, column.part) if column.split else values


def _heading_again(texts: Mapping[str, pa.Array], columns: Mapping[str, Column]) -> np.ndarray:
    same = np.asarray(pc.fill_null(pc.equal(texts["number"], columns["number"].column), False))
    others = [name for name in columns if name != "number" and columns[name].column and not columns[name].split]
    for name in others if same.any() else ():
        here = cells.decoded(texts[name])
        if pa.types.is_string(here.type):
            same = same & np.asarray(pc.fill_null(pc.equal(here, columns[name].column), False))
    return same


def _times(texts: pa.Array, name: str, column: Column, rules: TicketMap, bad: _Bad, fields: Fields) -> pa.Array:
    times = read_times(texts, rules.dates, rules.zone)
    fields.naive |= times.naive
    for kind, faulty, why in (
        (UNREAD, times.unread, "which neither the map's dates nor ISO 8601 read"),
        (SKIPPED, times.skipped, f"an hour that the clock of {rules.zone} leaves out"),
        (TWICE, times.twice, f"an hour that the clock of {rules.zone} runs twice"),
    ):
        _leave_out(bad, name, kind, faulty, partial(_says, column, texts, f", {why}"))
    return instants(times)


def _says(column: Column, texts: pa.Array, why: str, places: np.ndarray) -> list[str]:
    """What stands in some cells, and why that is a fault: one sentence for all that hold the same."""
    coded = cells.coded(texts.take(pa.array(places)))
    words = [f"{column.column} is {truncated(str(word), 60)!r}{why}" for word in coded.dictionary.to_pylist()]
    return [words[code] for code in coded.indices.to_pylist()]


def instants(times: Times) -> pa.Array:
    """Times as Arrow has them."""
    missing = np.isnat(times.values)
    return pa.array(times.values.view(np.int64), mask=missing).cast(pa.timestamp("s", "UTC"))


def _leave_out(bad: _Bad, name: str, kind: str, faulty: np.ndarray, reasons: Reasons) -> None:
    if name in CORE:
        bad.rows(kind, faulty, reasons)
    else:
        bad.note("cell", kind, faulty, reasons)


def _after_opening(texts: pa.Array, name: str, column: Column, rules: TicketMap, bad: _Bad, fields: Fields) -> pa.Array:
    """A time that is stated as a duration from the opening."""
    hours, days, faulty = cells.spans(texts, column.measured_in or "hours", rules.decimal)
    values = hours + 24 * days
    _leave_out(bad, name, CELL, faulty, partial(_says, column, texts, ", which cannot be read as a duration"))
    seconds = np.round(np.where(np.isfinite(values), values, 0) * 3600).astype(np.int64)
    lasting = pa.array(seconds, mask=~np.isfinite(values)).cast(pa.duration("s"))
    return pc.add(fields.columns["opened"], lasting)


def _states(texts: pa.Array, column: Column, rules: TicketMap, bad: _Bad) -> pa.Array:
    meaning = {normal(word): state for word, state in rules.states.items()}
    coded = cells.coded(texts)
    words = coded.dictionary.to_pylist()
    meant = [meaning.get(normal(word)) for word in words]
    if None in meant:
        unknown = np.array([state is None for state in meant] + [False])
        codes = pc.fill_null(coded.indices, len(words)).to_numpy(zero_copy_only=False)
        near = f"the map's states hold {listed(rules.states, 12)}"
        bad.rows(STATE, unknown[codes], partial(_says, column, texts, f"; {near}"))
    return coded_again(coded, [state or "" for state in meant])


def _names(texts: pa.Array, meaning: Mapping[str, str], kinds: bool) -> pa.Array:
    coded = cells.coded(texts)
    known = {normal(word): kind for word, kind in meaning.items()}
    words = []
    for word in coded.dictionary.to_pylist():
        there = known.get(normal(word), word)
        words.append(there.casefold() if kinds and there.casefold() in KINDS else there)
    return coded_again(coded, words)


def coded_again(coded: pa.Array, words: list[str]) -> pa.Array:
    """Coded texts with other words, of which several may have become the same; nothing is an empty text."""
    distinct = sorted({*words, ""})
    code_of = {word: code for code, word in enumerate(distinct)}
    codes = np.array([code_of[word] for word in words] + [code_of[""]], np.int32)
    there = pc.fill_null(coded.indices, len(words)).to_numpy(zero_copy_only=False)
    return pa.DictionaryArray.from_arrays(pa.array(codes[there]), pa.array(distinct, pa.string()))


def _numbers(name: str, column: Column, texts: pa.Array, rules: TicketMap) -> tuple[np.ndarray, np.ndarray]:
    if column.filled:
        return cells.filled(texts, column.reverse), np.zeros(len(texts), bool)
    if name in TRUTHS:
        return cells.truths(texts, column.reverse)
    if name in COUNTS:
        return cells.counts(texts, rules.decimal)
    values, faulty = cells.amounts(texts, rules.decimal)
    return values, faulty | (values < 0)
