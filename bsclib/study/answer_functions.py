"""A function of the learner's own as an answer: called with several cases, and told the first that goes wrong."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bsclib.study.answer_forms import IncomparableError, key, short
from bsclib.study.answers import Expects

STOPS = "stops"
"""A slip's result where the function stops, or gives what is no number."""


@dataclass(frozen=True)
class Function(Expects):
    """A function of the learner's own, called with each of `asked`; it gives `right`, numbers within `within`."""

    right: tuple[Any, ...]
    asked: tuple[tuple[Any, ...], ...]
    within: float = 0.01

    def _fault(self, answer: Any) -> str:
        if isinstance(answer, tuple) and len(answer) == len(self.asked):  # what a slip comes to
            results: tuple[Any, ...] = answer
        elif callable(answer):
            results = tuple(self._called(answer, arguments) for arguments in self.asked)
        else:
            said = "Write one with `def answer(…):` above the last line, or give the name of yours without brackets."
            raise IncomparableError(f"A function is asked for. {said}")
        wrong = [
            at for at, (got, right) in enumerate(zip(results, self.right, strict=True)) if not self._is(got, right)
        ]
        if not wrong:
            return ""
        given, got = ", ".join(map(short, self.asked[wrong[0]])), results[wrong[0]]
        if isinstance(got, _Stopped):
            return f"with {given} your function stops: {got}."
        if got is None:
            return f"with {given} your function gives nothing back. Does it end with `return`?"
        some = f"{len(self.right) - len(wrong)} of {len(self.right)} tries are right. With"
        head = some if len(wrong) < len(results) else "with"
        return f"{head} {given} your function gives {short(got)}. Work this case by hand."

    def _called(self, function: Any, arguments: tuple[Any, ...]) -> Any:
        try:
            return function(*copy.deepcopy(arguments))
        except Exception as problem:  # whatever a learner's own code may do
            return _Stopped(f"{type(problem).__name__}: {problem}")

    def _is(self, got: Any, right: Any) -> bool:
        if right is STOPS:
            return got is STOPS or isinstance(got, _Stopped) or (isinstance(got, float) and math.isnan(got))
        if isinstance(right, str):
            return isinstance(got, str) and key(got) == key(right)
        try:
            numbers = [float(one) for one in _flat(got)]
        except (TypeError, ValueError):
            return False
        wanted = _flat(right)
        pairs = zip(numbers, wanted, strict=False)
        return len(numbers) == len(wanted) and all(abs(one - other) <= self.within for one, other in pairs)


class _Stopped(str):
    """Why a learner's function gave no result."""

    __slots__ = ()


def _flat(values: Any) -> list[Any]:
    """A number as a list of one; a list, a column or the values of a dict as a list."""
    if isinstance(values, Mapping):
        return list(values.values())
    return list(values) if isinstance(values, Iterable) and not isinstance(values, str) else [values]
