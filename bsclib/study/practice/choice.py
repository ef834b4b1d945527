"""Which questions a quiz asks: those that a seed draws, or without one what is due, and then what is new.

It works on places in the bank as on questions that were read: whatever has an id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.study.practice import progress
from bsclib.study.questions import stock
from bsclib.study.questions.question import Bank, Entry


class _Named(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


def chosen(things: Sequence[T], count: int, seed: int, data: progress.Data | None, now: datetime) -> list[T]:
    """So many of them: by the seed alone, or, where it is known what was learnt, by need."""
    return by_seed(things, count, seed) if data is None else by_need(things, count, seed, data, now)


def by_seed(things: Sequence[T], count: int, seed: int) -> list[T]:
    """So many of them, as the seed draws them: one that is added changes nothing of the order of the others."""
    return sorted(things, key=lambda thing: stock.digest(seed, thing.id))[:count]


def by_need(things: Sequence[T], count: int, seed: int, data: progress.Data, now: datetime) -> list[T]:
    """So many of them: what is due first, then what was never asked, then the rest; each in the seed's order."""
    due = {id: rank for rank, id in enumerate(progress.due(data, now))}
    met = data["questions"].keys()

    def need(thing: T) -> tuple[int, int, bytes]:
        rank = 0 if thing.id in due else 1 if thing.id not in met else 2
        return rank, due.get(thing.id, 0), stock.digest(seed, thing.id)

    return sorted(things, key=need)[:count]


def seed_of(now: datetime) -> int:
    """The seed of a day, for who gives none."""
    return int.from_bytes(stock.digest(f"{now:%Y-%m-%d}")[:4], "big")


def of_topic(bank: Bank, topic: str) -> list[Entry]:
    """The questions of a topic of a bank, of a lesson that they send back to, or all."""
    entries = bank.entries
    if asked := [entry for entry in entries if topic in ("", entry.topic, entry.question.reread.partition("#")[0])]:
        return asked
    raise UnknownNameError(unknown("topic", topic, list(dict.fromkeys(entry.topic for entry in entries))))


def check_count(n: Any) -> int:
    """How many questions are asked, when it is a number of them."""
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise BscError(Fault("n", "so many questions cannot be asked", repr(n)[:80], "a whole number, 1 or more"))
    return n


def check_seed(seed: Any) -> int | None:
    """The seed, when it is one, or none."""
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or seed < 0):
        raise BscError(Fault("seed", "this draws nothing", repr(seed)[:80], "a whole number, 0 or more"))
    return seed
