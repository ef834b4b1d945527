"""Comparing an answer with the right one, and saying what is wrong with it without giving the right one away.

Each kind of question has a class here that holds the right answer. Its `fault` says in words what is wrong with an
answer, and says nothing (an empty text) when it is right.
"""

from __future__ import annotations

import abc
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bsclib.study.answer_forms import IncomparableError, MisfitError, as_names, as_numbers, by_name, key, quoted, single

_FACTORS = {
    100: "off by a factor of 100: is it a share or a percentage?",
    1000: "off by a factor of 1000: look at the decimal point and the thousands.",
    60: "off by a factor of 60: minutes or hours?",
    24: "off by a factor of 24: hours or days?",
}


class Expects(abc.ABC):
    """What an answer is held against; each kind of question has its own."""

    right: Any

    def fault(self, answer: object) -> str:
        """Say what is wrong with an answer; an empty text when it is right.

        Raises
        ------
        IncomparableError
            When the answer is of a kind that cannot be compared.
        """
        try:
            return self._fault(answer)
        except MisfitError as misfit:
            return str(misfit)

    @abc.abstractmethod
    def _fault(self, answer: Any) -> str: ...


# ------------------------------------------------------------------------------------------------------------- numbers


@dataclass(frozen=True)
class Number(Expects):
    """One number.

    Parameters
    ----------
    right : float
    within : float
        How far off an answer may be, in the same unit; the edge is let pass.
    unit : str, optional
        ``"share"`` for 0..1, ``"score"`` for 0..100, or what a KPI is measured in.

    Examples
    --------
    >>> Number(0.74, within=0.01, unit="share").fault("74 %")
    ''
    >>> Number(0.74, within=0.01, unit="share").fault(74)
    'off by a factor of 100: is it a share or a percentage?'
    """

    right: float
    within: float
    unit: str = ""

    def _fault(self, answer: Any) -> str:
        readings = as_numbers(single(answer, "one number"), self.unit)
        faults = [self._off(reading) for reading in readings]
        return "" if "" in faults else faults[0]

    def _is(self, got: float, right: float) -> bool:
        return math.isclose(got, right, rel_tol=1e-9, abs_tol=self.within * (1 + 1e-9))

    def _off(self, got: float) -> str:
        if self._is(got, self.right):
            return ""
        if abs(got - self.right) <= 5 * self.within:
            return "close, but rounding does not explain the difference."
        if self._is(-got, self.right):
            return "the sign is the wrong way round."
        if got and self.right:
            for factor, says in _FACTORS.items():
                if self._near(got / factor) or self._near(got * factor):
                    return says
            if self._near(1 / got):
                return "this is upside down: what is divided by what?"
        return "too high." if got > self.right else "too low."

    def _near(self, got: float) -> bool:
        return math.isclose(got, self.right, rel_tol=0.005)


@dataclass(frozen=True)
class Numbers(Expects):
    """A number for each name.

    Parameters
    ----------
    right : Mapping of str to float
        By id, in the order in which the question gives them.
    of : Mapping of str to str
        The names, by id.
    within, unit
        As for `Number`.

    Examples
    --------
    >>> Numbers({"a": 2, "b": 3}, of={"a": "Users", "b": "Finance"}).fault({"users": 2, "b": 4})
    '1 of 2 are right; look again at ‘b’.'
    """

    right: Mapping[str, float]
    of: Mapping[str, str]
    within: float = 0.0
    unit: str = ""

    def _fault(self, answer: Any) -> str:
        given: dict[str, Any] = {}
        for written, value in by_name(answer, self.right).items():
            ids = [id for id in _find(written, self.of) if id in self.right]
            if not ids:
                return f"{quoted(written)} is not one of the names that a number is asked for."
            free = [id for id in ids if id not in given]
            if not free:
                return f"{quoted(written)} is there twice."
            given[free[0]] = value
        missing = [id for id in self.right if id not in given]
        if missing:
            return f"there is no number for {_listed(missing, self.of)}."
        faults = {id: Number(self.right[id], self.within, self.unit).fault(value) for id, value in given.items()}
        return self._summary({id: fault for id, fault in faults.items() if fault}, given)

    def _summary(self, faults: dict[str, str], given: dict[str, Any]) -> str:
        if not faults:
            return ""
        common, times = Counter(faults.values()).most_common(1)[0]
        if times == len(self.right) > 1 and not common.startswith("too"):
            return f"all of them: {common}"
        if len(self.right) > 1 and self._mixed_up(given):
            return "these are the right numbers, but not each beside its own name."
        if len(self.right) == 1:
            return common
        where = f"; look again at {_listed(faults, self.of)}" if len(faults) <= 3 else ""
        return f"{len(self.right) - len(faults)} of {len(self.right)} are right{where}."

    def _mixed_up(self, given: dict[str, Any]) -> bool:
        left = list(given.values())
        for right in self.right.values():
            one = Number(right, self.within, self.unit)
            found = next((i for i, value in enumerate(left) if not one.fault(value)), None)
            if found is None:
                return False
            left.pop(found)
        return True


# --------------------------------------------------------------------------------------------------------------- names


@dataclass(frozen=True)
class Choice(Expects):
    """One name out of several.

    Parameters
    ----------
    right : frozenset of str
        The ids that are right: several where there is a tie, or where any of them will do.
    of : Mapping of str to str
        What there is to choose from: names by id.
    kind : str
        What is asked for, such as ``"KPI"``.
    also : Mapping of str to str, optional
        Other words for an id, such as ``{"green": "on_target"}``.
    others : Mapping of str to str, optional
        Names by id of what is there, but is no `kind`.

    Examples
    --------
    >>> choice = Choice(frozenset({"mttr"}), of={"mttr": "Time to restore", "csat": "Satisfaction"}, kind="KPI")
    >>> choice.fault("time to restore"), choice.fault("CSAT")
    ('', 'it is not ‘CSAT’.')
    """

    right: frozenset[str]
    of: Mapping[str, str]
    kind: str = "name"
    also: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)

    def _fault(self, answer: Any) -> str:
        names = as_names(answer, _keys(self.of, self.also))
        if len(names) != 1:
            return f"one {self.kind} is asked for; this names {len(names)}."
        ids = _find(names[0], self.of, self.also)
        if not ids:
            return _stranger(names[0], self.kind, self.others)
        return "" if self.right & ids else f"it is not {quoted(names[0])}."


@dataclass(frozen=True)
class Names(Expects):
    """Several names, in any order.

    Parameters
    ----------
    right : frozenset of str
        The ids.
    of, kind, others
        As for `Choice`.

    Examples
    --------
    >>> names = Names(frozenset({"a", "b"}), of={"a": "A", "b": "B", "c": "C"}, kind="KPI")
    >>> names.fault(["a", "c"])
    '1 of the 2 named is right; ‘c’ does not belong.'
    >>> names.fault("a")
    'what is named belongs, but it is not all.'
    """

    right: frozenset[str]
    of: Mapping[str, str]
    kind: str = "name"
    others: Mapping[str, str] = field(default_factory=dict)

    def _fault(self, answer: Any) -> str:
        right, wrong = set[str](), list[str]()
        names = list(dict.fromkeys(as_names(answer, _keys(self.of))))
        for written in names:
            ids = _find(written, self.of)
            if not ids:
                return _stranger(written, self.kind, self.others)
            right |= ids & self.right
            wrong += [] if ids & self.right else [written]
        if wrong:
            fits = len(names) - len(wrong)
            count = f"{fits} of the {len(names)} named {'is' if fits == 1 else 'are'} right"
            shown = ", ".join(map(quoted, wrong[:3])) + (" and others" if len(wrong) > 3 else "")
            return f"{count}; {shown} {'does' if len(wrong) == 1 else 'do'} not belong."
        return "" if right == self.right else "what is named belongs, but it is not all."


@dataclass(frozen=True)
class Order(Expects):
    """All the names, in an order; ties may stand either way round.

    Parameters
    ----------
    right : tuple of frozenset of str
        The ids, first to last; those in one set are tied.
    of, kind, others
        As for `Choice`.

    Examples
    --------
    >>> order = Order((frozenset({"a"}), frozenset({"b", "c"})), of={"a": "A", "b": "B", "c": "C"})
    >>> order.fault("a, c, b"), order.fault("b, a, c")
    ('', 'the names are right, but the order is not.')
    """

    right: tuple[frozenset[str], ...]
    of: Mapping[str, str]
    kind: str = "name"
    others: Mapping[str, str] = field(default_factory=dict)

    def _fault(self, answer: Any) -> str:
        if isinstance(answer, (set, frozenset)):
            return "a set keeps no order: use a list."
        everything = frozenset().union(*self.right)
        fault = Names(everything, self.of, self.kind, self.others).fault(answer)
        if fault:
            return fault
        names = as_names(answer, _keys(self.of))
        if len(names) != len(everything):
            return f"{len(everything)} names are asked for, each once; this holds {len(names)}."
        tiers = [tier for tier in self.right for _ in tier]
        in_place = all(_find(name, self.of) & tier for name, tier in zip(names, tiers, strict=True))
        if in_place:
            return ""
        backwards = all(_find(name, self.of) & tier for name, tier in zip(reversed(names), tiers, strict=True))
        return "the order is the wrong way round." if backwards else "the names are right, but the order is not."


@dataclass(frozen=True)
class YesNo(Expects):
    """A question that takes yes or no.

    Examples
    --------
    >>> YesNo(True).fault("Yes")
    ''
    """

    right: bool

    def _fault(self, answer: Any) -> str:
        one = single(answer, "yes or no")
        if isinstance(one, (int, float)) and one in (0, 1):
            said = bool(one)
        elif isinstance(one, str) and key(one) in ("yes", "y", "true", "no", "n", "false"):
            said = key(one) in ("yes", "y", "true")
        elif isinstance(one, (str, int, float)):
            return "yes or no is asked for."
        else:
            raise IncomparableError("Yes or no is asked for, and this is neither.")
        return "" if said == self.right else "it is the other way round."


def _keys(*tables: Mapping[str, str]) -> set[str]:
    return {spelling for table in tables for id, name in table.items() for spelling in _spellings(id, name)}


def _spellings(id: str, name: str) -> tuple[str, ...]:
    return key(id), key(name), key(f"{name} ({id})")


def _find(written: str, of: Mapping[str, str], also: Mapping[str, str] | None = None) -> frozenset[str]:
    """The ids that a name stands for: an id as written, else every one that it spells."""
    if written in of:
        return frozenset({written})
    spelt = key(written)
    found = {id for id, name in of.items() if spelt in _spellings(id, name)}
    return frozenset(found | {id for word, id in (also or {}).items() if key(word) == spelt})


def _stranger(written: str, kind: str, others: Mapping[str, str]) -> str:
    if _find(written, others):
        return f"{quoted(written)} is in this scorecard, but it is not the kind of thing asked for: a {kind}."
    return f"{quoted(written)} is not the name or id of a {kind} here. Is it spelt as in the scorecard?"


def _listed(ids: Iterable[str], of: Mapping[str, str]) -> str:
    shown = [quoted(id if id else of.get(id, id)) for id in ids]
    return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")
