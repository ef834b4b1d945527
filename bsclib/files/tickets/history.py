"""Tickets out of a history, a row for each change: what was opened, held, resolved, opened again and handed on.

The changes of a ticket are put in order by the column `order`, or else by their time. A ticket was opened with its
first change and responded to with the first that is no longer `new`; it was resolved with the first of those changes
at its end that say so. Each stretch of `hold` is a hold; a hold that nothing ends lasts still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bsclib.files.tickets.ticket_map import Column

ENDED = ("resolved", "closed", "cancelled")
_ONLY_CHANGES = ("at", "assigned", "order")


def tickets_of(
    changes: pa.Table, columns: Mapping[str, Column]
) -> tuple[pa.Table, tuple[pa.Array, pa.Array, pa.Array], np.ndarray]:
    """Tickets, their holds (number, start, end), and for each change the place of its ticket in the table."""
    codes, numbers = _codes(changes["number"])
    at = _combined(changes["at"]).cast(pa.int64()).to_numpy(zero_copy_only=False)
    order = at if "order" not in columns else np.nan_to_num(_floats(changes["order"]), nan=-1.0)
    sorting = np.lexsort((at, order, codes))
    ticket, at = codes[sorting], at[sorting]
    first = np.append(True, ticket[1:] != ticket[:-1])
    last = np.append(first[1:], True)
    starts, ends = np.flatnonzero(first), np.flatnonzero(last)
    ordered = _Changes(ticket, at, first, _words(changes, sorting, first) if "state" in columns else None)
    out: dict[str, pa.Array] = {"number": numbers, **_states(ordered)}
    if "assigned" in columns and "reassigned" not in columns:
        out["reassigned"] = _handed_on(_combined(changes["assigned"]).take(pa.array(sorting)), ticket)
    for name, column in columns.items():
        if name in (*_ONLY_CHANGES, "number", "state"):
            continue
        several = pa.array(ends > starts)
        for stated in (name, f"{name}_days") if f"{name}_days" in changes.column_names else (name,):
            rows = sorting[starts if column.take == "first" else ends]
            values = _combined(changes[stated]).take(pa.array(rows))
            out[stated] = pc.if_else(several, values, None) if column.take == "later" else values
    holds = _holds(ordered, numbers)
    return pa.table(out), holds, codes


@dataclass(frozen=True)
class _Changes:
    """Changes in order: of which ticket, when, whether it is the ticket's first, and its state from then on."""

    ticket: np.ndarray
    at: np.ndarray
    first: np.ndarray
    word: np.ndarray | None


def _combined(values: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(values.unify_dictionaries().chunks) if values.num_chunks else values.combine_chunks()


def _floats(values: pa.ChunkedArray) -> np.ndarray:
    return _combined(values).cast(pa.float64()).to_numpy(zero_copy_only=False).astype(float)


def _codes(numbers: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """Tickets as codes in the order in which they appear, and their numbers."""
    coded = _combined(numbers).dictionary_encode()
    return coded.indices.to_numpy(zero_copy_only=False), coded.dictionary


def _words(changes: pa.Table, sorting: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The state after each change: a change that says none leaves it as it was."""
    coded = _combined(changes["state"])
    words = np.array(coded.dictionary.to_pylist(), object)[coded.indices.to_numpy(zero_copy_only=False)[sorting]]
    return words[np.maximum.accumulate(np.where((words != "") | first, np.arange(len(words)), 0))]


def _instants(seconds: np.ndarray, missing: np.ndarray) -> pa.Array:
    return pa.array(seconds, mask=missing).cast(pa.timestamp("s", "UTC"))


def _states(changes: _Changes) -> dict[str, pa.Array]:
    """What follows from the times of the changes and from what they say of the state."""
    ticket, at, first, word = changes.ticket, changes.at, changes.first, changes.word
    if word is None:
        return {}
    starts, ends = np.flatnonzero(first), np.flatnonzero(np.append(first[1:], True))
    out = {"opened": _instants(at[starts], np.zeros(len(starts), bool))}
    ended = np.isin(word, ENDED)
    count = len(starts)
    out["state"] = _state_column(word[ends])
    out["responded"] = _first_where(~np.isin(word, ("new", "")), ticket, at, count)
    # The changes at a ticket's end that all say it has ended: counted from behind.
    behind = np.maximum.accumulate(np.where(~ended, np.arange(len(at)), -1))
    final = ended & (behind[ends[ticket_places(ticket, starts)]] < np.arange(len(at)))
    out["resolved"] = _first_where(final & np.isin(word, ("resolved", "closed")), ticket, at, count)
    out["closed"] = _first_where(final & (word == "closed"), ticket, at, count)
    again = np.append(False, ended[:-1] & ~ended[1:]) & ~first
    out["reopened"] = pa.array(np.bincount(ticket[again], minlength=count).astype(float))
    return out


def ticket_places(ticket: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """For each change in order, the place of its ticket among those that begin at `starts`."""
    return np.searchsorted(starts, np.arange(len(ticket)), side="right") - 1


def _state_column(words: np.ndarray) -> pa.Array:
    shown = ["open" if word in ("new", "hold") else word for word in words.tolist()]
    return pa.array(shown, pa.string()).dictionary_encode()


def _first_where(where: np.ndarray, ticket: np.ndarray, at: np.ndarray, count: int) -> pa.Array:
    """The time of each ticket's first change of a kind."""
    places = np.flatnonzero(where)[::-1]
    seconds, there = np.zeros(count, np.int64), np.zeros(count, bool)
    seconds[ticket[places]], there[ticket[places]] = at[places], True  # the earliest is written last
    return _instants(seconds, ~there)


def _handed_on(assigned: pa.Array, ticket: np.ndarray) -> pa.Array:
    """How often each ticket went from one hand to another."""
    codes = pc.fill_null(assigned.dictionary_encode().indices, -1).to_numpy(zero_copy_only=False)
    held = np.flatnonzero(codes >= 0)
    moved = (ticket[held][1:] == ticket[held][:-1]) & (codes[held][1:] != codes[held][:-1])
    return pa.array(np.bincount(ticket[held][1:][moved], minlength=int(ticket.max(initial=-1)) + 1).astype(float))


def _holds(changes: _Changes, numbers: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Stretches of hold: from the first change that says so to the next that does not."""
    ticket, at, first = changes.ticket, changes.at, changes.first
    last = np.append(first[1:], True)
    held = np.zeros(len(at), bool) if changes.word is None else changes.word == "hold"
    begins = held & ~np.append(False, held[:-1] & ~last[:-1])
    stops = held & (np.append(~held[1:], True) | last)
    start, stop = np.flatnonzero(begins), np.flatnonzero(stops)
    lasting = last[stop]
    end = at[np.where(lasting, stop, np.minimum(stop + 1, len(at) - 1))]
    right = lasting | (end > at[start])
    start, end, lasting = start[right], end[right], lasting[right]
    return (
        numbers.take(pa.array(ticket[start])),
        _instants(at[start], np.zeros(len(start), bool)),
        _instants(end, lasting),
    )
