"""A paper drawn from the bank as an exam's outline asks: by topic, no question twice, options shuffled.

The same seed gives the same paper. Where the bank is too small for a full one it is shortened in proportion, and says
so; where it is so short that somebody who only guesses might pass it, it has no pass mark.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bsclib.errors import BscError, Fault
from bsclib.model.random import generator
from bsclib.study.questions import stock
from bsclib.study.questions.exams import Exam, find_exam, largest_remainder
from bsclib.study.questions.guessing import by_luck
from bsclib.study.questions.question import Bank, Entry, Item
from bsclib.wording import counted

LUCK = 1e-6
"""A paper has a pass mark when a guesser's chance of passing it is below this."""


@dataclass(frozen=True)
class Paper:
    """The items of a paper, the exam it follows, and how many questions have to be right; None where luck might do."""

    exam: Exam
    items: tuple[Item, ...]
    minutes: int | None
    needed: int | None
    note: str


def draw_paper(bank: Bank, exam: str, seed: int = 0) -> Paper:
    """Draw a paper that follows an exam's outline.

    Parameters
    ----------
    bank : Bank
        As `read_questions` gives it.
    exam : str
        Id of an exam of ``datasets/exams.yaml``, such as ``"cobit-foundation"``.
    seed : int, optional
        0 or more. The same seed gives the same paper.

    Returns
    -------
    Paper
        `items`, each a `question` with its numbers filled in, its `options` as shown and the `key` to them; the `exam`;
        `minutes`, in proportion; `needed`, how many have to be right (None where the exam's pass mark is not published
        as a share, or where guessing might pass so short a paper); and a `note` that says what differs from the exam.

    Raises
    ------
    UnknownNameError
        For an exam that there is not, with the nearest name.
    BscError
        When the bank has no question for the exam, or the seed is none.

    Notes
    -----
    Questions are apportioned by largest remainder (Hamilton's method). A bank that is too small gives the longest paper
    whose every topic it can fill in proportion.

    Examples
    --------
    >>> from bsclib.study import read_questions
    >>> paper = draw_paper(read_questions(), "cobit-foundation", seed=7)
    >>> len(paper.items), paper.needed
    (75, 49)
    """
    outline, rng = find_exam(exam), generator(seed, 0)
    if outline.questions is None:
        raise BscError(Fault(exam, f"no paper can follow {outline.name}", outline.note, fix="choose another exam"))
    there, full = _stock(bank, outline), round(outline.questions * outline.share)
    shares = _shares(outline, full, [len(entries) for entries in there.values()])
    if not sum(shares):
        raise BscError(Fault(exam, f"the bank has no questions for {outline.name}", fix="choose another exam"))
    items = []
    for (topic, entries), count in zip(there.items(), shares, strict=True):
        chosen = rng.choice(len(entries), count, replace=False)
        items += [stock.put(entries[i], int(rng.integers(2**31)), topic) for i in chosen]
    rng.shuffle(items)
    needed = _needed(outline, items)
    minutes = outline.minutes and max(round(outline.minutes * len(items) / outline.questions), 1)
    return Paper(outline, tuple(items), minutes, needed, _note(outline, len(items), full, needed))


def _stock(bank: Bank, exam: Exam) -> dict[str, list[Entry]]:
    """The bank's questions by topic of the exam; all under one where its topics are not known."""
    if exam.by_topic:
        return {topic.id: [entry for entry in bank.entries if entry.topic == topic.id] for topic in exam.asked}
    tags = {topic.id: f"{exam.id}.{topic.id}" for topic in exam.asked} or {"": exam.id}
    return {topic: [entry for entry in bank.entries if tag in entry.question.exams] for topic, tag in tags.items()}


def _shares(exam: Exam, full: int, there: Sequence[int]) -> list[int]:
    """How many questions of each topic make the longest paper that the bank can fill in proportion."""
    weights = [topic.weight for topic in exam.asked] or [100.0]
    for length in range(full, 0, -1):
        shares = largest_remainder(weights, length)
        if all(share <= count for share, count in zip(shares, there, strict=True)):
            return shares
    return [0] * len(weights)


def _needed(exam: Exam, items: Sequence[Item]) -> int | None:
    """How many have to be right, where a guesser would hardly ever get there."""
    if exam.pass_share is None:
        return None
    needed = math.ceil(exam.pass_share * len(items) - 1e-9)
    return needed if by_luck(item.luck for item in items)[needed:].sum() < LUCK else None


def _note(exam: Exam, length: int, full: int, needed: int | None) -> str:
    """What differs from the exam itself."""
    said = [exam.note] if exam.note else []
    if length < full:
        said.append(f"The bank fills {counted(length, 'question')} of {full}, shortened in proportion.")
    if needed is None and exam.pass_share is not None:
        said.append("So short a paper could be passed by guessing, so it has no pass mark.")
    if exam.pass_share is None:
        mark = f"is {exam.pass_words}, and which share of right answers that takes is" if exam.pass_words else "is"
        said.append(f"The pass mark {mark} not published.")
    return " ".join(said)
