"""How far somebody gets who knows nothing, and picks by what can be seen: the longest option, or always the third."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from bsclib.study.questions.question import LETTERS, Bank, Question

SURE = 0.95
"""How often a bank whose author does not care stays below what chance is said to explain."""


def _by_size(size: Callable[[str], int]) -> Callable[[Question], list[int]]:
    """Whoever picks the largest; of several that are alike any one."""

    def pick(question: Question) -> list[int]:
        sizes = [size(option.text) for option in question.options]
        return [i for i, each in enumerate(sizes) if each == max(sizes)]

    return pick


def _by_place(place: int) -> Callable[[Question], list[int]]:
    return lambda question: [place] if place < len(question.options) else []


STRATEGIES: dict[str, Callable[[Question], list[int]]] = {
    "longest option": _by_size(len),
    "shortest option": _by_size(lambda text: -len(text)),
    "longest word": _by_size(lambda text: max(map(len, text.split()), default=0)),
    **{f"always {letter}": _by_place(place) for place, letter in enumerate(LETTERS[:4])},
}


def by_luck(chances: Iterable[float]) -> np.ndarray:
    """The chance of 0, 1, 2, … right answers, when each is right with a chance of its own."""
    spread = np.array([1.0])
    for chance in chances:
        spread = np.convolve(spread, [1 - chance, chance])
    return spread


def strategies(bank: Bank) -> pd.DataFrame:
    """What each strategy scores on the single choices, in the order of the file: of those it applies to."""
    rows = []
    single = [entry.question for entry in bank.entries if entry.question.kind == "single"]
    for name, pick in STRATEGIES.items():
        picks = [(question, pick(question)) for question in single]
        picks = [(question, places) for question, places in picks if places]
        right = sum((question.right[0] in places) / len(places) for question, places in picks)
        chances = [1 / len(question.options) for question, _ in picks]
        most = int(np.searchsorted(np.cumsum(by_luck(chances)), SURE))
        count = max(len(picks), 1)
        rows.append((name, len(picks), right, most, right / count, sum(chances) / count))
    return pd.DataFrame(rows, columns=["strategy", "questions", "right", "most", "share", "chance"])
