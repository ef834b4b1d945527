"""What a question is, once it has been read: plain, so that a quiz begins before anything heavy is imported.

`bank` reads and checks files of questions; `stock` finds single questions of the bank that ships, which is sound.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["single", "several", "order", "match", "numeric"]
Difficulty = Literal["easy", "medium", "hard"]
Bloom = Literal["remember", "understand", "apply", "analyse", "evaluate"]
"""What an answer takes, after Bloom's revised taxonomy (Anderson and Krathwohl, 2001)."""
Confidence = Literal["established", "cited", "common", "ours"]
"""How sure the answer is: compared with its source, credited to it and found in two places, in wide use, or ours."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer that may be given, with what is to be said to whoever gives it."""

    text: str = ""
    number: str = ""
    to: str = ""
    right: bool = False
    why: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question; the options of an order stand in the right one, those of a match beside what they match."""

    id: str
    kind: Kind = "single"
    exams: tuple[str, ...] = ()
    difficulty: Difficulty
    bloom: Bloom
    stem: str
    recipe: str = ""
    options: tuple[Option, ...]
    source: str
    confidence: Confidence
    reread: str
    terms: tuple[str, ...] = ()
    examined: str = ""
    literature: str = ""

    @property
    def right(self) -> tuple[int, ...]:
        """The places of the right options, from 0."""
        return tuple(i for i, option in enumerate(self.options) if option.right)


def made(fields: Mapping[str, Any]) -> Question:
    """A question of its fields, which have been checked."""
    tuples = {name: tuple(fields[name]) for name in ("exams", "terms") if name in fields}
    return Question(**{**fields, **tuples, "options": tuple(Option(**option) for option in fields["options"])})


@dataclass(frozen=True)
class Entry:
    """A question of the bank: of which topic, where it stands, and the story it belongs to."""

    question: Question
    topic: str
    where: str
    story: str = ""
    case: str = ""

    @property
    def id(self) -> str:
        """The question's id, which never changes."""
        return self.question.id


@dataclass(frozen=True)
class Bank:
    """Questions in the order of their files, and the sources that they may name."""

    entries: tuple[Entry, ...]
    sources: dict[str, str]

    def __len__(self) -> int:
        return len(self.entries)


@dataclass(frozen=True)
class Item:
    """A question as it is put: its numbers filled in, its options and matches in the order in which they are shown."""

    entry: Entry
    question: Question
    topic: str
    order: tuple[int, ...]
    matches: tuple[int, ...]

    @property
    def id(self) -> str:
        """The question's id, which never changes."""
        return self.question.id

    @property
    def options(self) -> tuple[Option, ...]:
        """The options as they are shown."""
        return tuple(self.question.options[i] for i in self.order)

    @property
    def beside(self) -> tuple[str, ...]:
        """What the options of a match are matched with, as it is shown."""
        return tuple(self.question.options[i].to for i in self.matches)

    @property
    def key(self) -> tuple[int, ...]:
        """The right answer in places as shown: of an order, those in turn; of a match, each option's match."""
        if self.question.kind == "order":
            return tuple(self.order.index(i) for i in range(len(self.order)))
        if self.question.kind == "match":
            return tuple(self.matches.index(i) for i in self.order)
        return tuple(place for place, i in enumerate(self.order) if self.question.options[i].right)

    @property
    def luck(self) -> float:
        """The chance of somebody who only guesses, knowing how many are right."""
        n = len(self.order)
        if self.question.kind in ("order", "match"):
            return 1 / math.factorial(n)
        return 1 / math.comb(n, len(self.question.right))
