"""Comparing an answer with the right one, and saying what is wrong with it without giving the right one away.

Each kind of question has a class here that holds the right answer. Its `fault` says in words what is wrong with an
answer, and says nothing (an empty text) when it is right; its `told` is the right answer, for those who give up.
"""

from __future__ import annotations

import abc
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bsclib.errors import nearest
from bsclib.study.answer_forms import (
    MisfitError,
    agreeing,
    as_names,
    as_numbers,
    beginnings,
    by_name,
    key,
    quoted,
    reworded,
    single,
)
from bsclib.wording import listed, number, short_name

_FACTORS = {
    100: "off by a factor of 100: is it a share or a percentage?",
    1000: "off by a factor of 1000: look at the decimal point and the thousands.",
    60: "off by a factor of 60: minutes or hours?",
    24: "off by a factor of 24: hours or days?",
}
HELP = "Unfold the hints of the question, one at a time."
_WHOLE = "a whole number is asked for. Which of the two beside yours is it?"
_HIGH, _LOW = f"too high. {HELP}", f"too low. {HELP}"
_MOST = 2
"""So many reasons are read; each name has its own where somebody named everything."""
_FEW = 8
"""So many names can be said back when somebody writes another one."""


class Expects(abc.ABC):
    """What an answer is held against; each kind of question has its own."""

    right: Any

    def fault(self, answer: object) -> str:
        """Say what is wrong with an answer; an empty text when it is right."""
        try:
            return self._fault(answer)
        except MisfitError as misfit:
            return str(misfit)

    @property
    def told(self) -> str:
        """The right answer as a person writes it, which is accepted as one; empty where it is no number and no name."""
        return ""

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The right answer as a table, its first row the heads, where one line would not hold it."""
        return ()

    @abc.abstractmethod
    def _fault(self, answer: Any) -> str: ...


@dataclass(frozen=True)
class Number(Expects):
    """One number, which may be off by `within`; `unit` is ``"share"``, ``"score"``, or what a KPI is measured in."""

    right: float
    within: float
    unit: str = ""

    @property
    def told(self) -> str:
        """The right answer, written."""
        whole = abs(self.right) >= 1e-4 and math.isclose(float(f"{self.right:.4g}"), self.right, rel_tol=1e-9)
        tries = map(self._written, [8] if whole else range(self._decimals, 400))
        return next(text for text in tries if not self.fault(text))

    def _written(self, decimals: int) -> str:
        """The right number with so many decimals at most, and its unit; a share in per cent."""
        share = self.unit == "share"
        text = number(100 * self.right if share else self.right, max(decimals - 2, 0) if share else decimals)
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{text} {'%' if share else '' if self.unit == 'score' else self.unit}".rstrip()

    @property
    def _decimals(self) -> int:
        """How many decimals are asked for."""
        return max(math.ceil(-math.log10(self.within) - 1e-9), 0) if self.within else 0

    def _fault(self, answer: Any) -> str:
        readings = as_numbers(single(answer, "one number"), self.unit)
        return self._off(min(readings, key=lambda reading: abs(reading - self.right)))

    def _is(self, got: float, right: float) -> bool:
        """Whether it is as near as is asked, also to the right number as it is written with so many decimals."""
        steps = right / self.within if self.within else math.inf
        written = round(steps) * self.within if math.isfinite(steps) else right
        return any(math.isclose(got, one, rel_tol=1e-9, abs_tol=self.within * (1 + 1e-9)) for one in (right, written))

    def _off(self, got: float) -> str:
        if self._is(got, self.right):
            return ""
        if not self.within and float(self.right).is_integer() and abs(got - self.right) < 1:
            return _WHOLE
        if self._shortened(got):
            to = "one decimal" if self._decimals == 1 else f"{self._decimals} decimals"
            return f"nearly: round only at the end, to {to}."
        if abs(got - self.right) <= min(5 * self.within, max(2 * self.within, abs(self.right) / 5)):
            return "close, but rounding does not explain the difference."
        if self._is(-got, self.right):
            return "the sign is the wrong way round."
        if got and self.right and self.within:  # nobody counts in another unit
            for factor, says in _FACTORS.items():
                if self._near(got / factor) or self._near(got * factor):
                    return says
            if self._near(1 / got):
                return "this is upside down: what is divided by what?"
        return _HIGH if got > self.right else _LOW

    def _shortened(self, got: float) -> bool:
        """Whether it is the right number with fewer decimals than are asked for, rounded or cut off, and no guess."""
        coarse = range(min(self._decimals, 9))
        near = [(round(self.right, n), math.trunc(self.right * 10**n) / 10**n) for n in coarse]
        rounded = any(math.isclose(got, one) for pair in near for one in pair)
        return bool(got) and rounded and abs(got - self.right) <= max(abs(self.right) / 10, 5 * self.within)

    def _near(self, got: float) -> bool:
        return math.isclose(got, self.right, rel_tol=0.005)


@dataclass(frozen=True)
class Numbers(Expects):
    """A number for each id of `right`, in the question's order; `of` holds names, `why` what to ask of a wrong one."""

    right: Mapping[str, float]
    of: Mapping[str, str]
    within: float = 0.0
    unit: str = ""
    why: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """The right answer, written."""
        each = {id: Number(right, self.within, self.unit).told for id, right in self.right.items()}
        return "; ".join(f"{self.of.get(id, id)}: {right}" for id, right in each.items())

    def _fault(self, answer: Any) -> str:
        given: dict[str, Any] = {}
        for written, value in by_name(answer, self.right).items():
            asked = {id: self.of.get(id, id) for id in self.right}
            ids = [id for id in _find(written, self.of) or _begun(written, asked) if id in self.right]
            if not ids:
                return f"{quoted(written)} is not one of the names that a number is asked for."
            free = [id for id in ids if id not in given]
            if not free:
                return f"{quoted(written)} is there twice."
            given[free[0]] = value
        missing = [id for id in self.right if id not in given]
        if missing:
            return f"there is no number for {listed(map(self._called, missing), most=3)}."
        faults = {id: Number(self.right[id], self.within, self.unit).fault(value) for id, value in given.items()}
        return self._summary({id: fault for id, fault in faults.items() if fault}, given)

    def _summary(self, faults: dict[str, str], given: dict[str, Any]) -> str:
        if not faults:
            return ""
        common, times = Counter(faults.values()).most_common(1)[0]
        if times == len(self.right) > 1 and common not in (_HIGH, _LOW):
            return f"all of them: {common}"
        if len(self.right) > 1 and self._mixed_up(given):
            return "these are the right numbers, but not each beside its own name."
        if len(self.right) == 1:
            return common
        where = f"; look again at {listed(map(self._called, faults))}" if len(faults) <= 3 else ""
        said = f"{len(self.right) - len(faults)} of {len(self.right)} are right{where}."
        return " ".join([said, *(self.why[id] for id in faults if id in self.why)])

    def _called(self, id: str) -> str:
        return quoted(self.of.get(id, id))

    def _mixed_up(self, given: dict[str, Any]) -> bool:
        left = list(given.values())
        for right in self.right.values():
            expected = Number(right, self.within, self.unit)
            place = next((i for i, value in enumerate(left) if not expected.fault(value)), None)
            if place is None:
                return False
            left.pop(place)
        return True


@dataclass(frozen=True)
class _Named(Expects):
    """Names out of `of`; `also` holds other words for an id, `others` what is no `kind`."""

    right: Any
    of: Mapping[str, str]
    kind: str = "name"
    also: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)

    def _told(self, ids: Iterable[str]) -> list[str]:
        """Names in the order of the question; a letter or a number with what stands beside it there."""
        order, told = {id: at for at, id in enumerate(self.of)}, []
        for id in sorted(ids, key=lambda id: (order.get(id, len(order)), id)):
            name = short_name(self.of.get(id) or id, 1000)
            sign = (len(id) == 1 or id.isdigit()) and key(name).split()[-1:] != [key(id)]
            told.append(f"{id} ({name})" if sign else name)
        return told

    def _names(self, answer: Any) -> list[str]:
        """The names as they were written; before the first may stand the kind, as in "rows B and C", or "they are"."""
        known = {way for table in (self.of, self.also) for id, name in table.items() for way in _spellings(id, name)}
        known |= {start for id, name in self.of.items() if len(id) > 1 for start in beginnings(name)}
        ways = (answer, self._bare(answer), _without_words(answer)) if isinstance(answer, str) else (answer,)
        tries = [as_names(way, known) for way in ways]
        return next((names for names in tries if names and all(map(self._found, names))), tries[0])

    def _bare(self, written: str) -> str:
        """What was written, without the kind before it: "row C" is C."""
        return re.sub(
            rf"^\s*(the )?(letter|answer|row|{re.escape(self.kind.split()[0])})s?:? (?=.)", "", written, flags=re.I
        )

    def _letter(self, written: str) -> str:
        """The letter before a bracket or a colon, as in "B)" or "B: the median", unless another row's name follows."""
        letter = re.fullmatch(r"\(?(\w)[).:](?:\s+(.*))?", written.strip())
        return letter[1] if letter and not _find(letter[2] or "", self.of) else written

    def _found(self, written: str) -> frozenset[str]:
        ways = (written, self._bare(written), self._letter(written))
        found = (_find(way, self.of, self.also) for way in ways)
        return next(filter(None, [*found, *(_begun(way, self.of) for way in ways)]), frozenset())

    def _ids(self, written: str) -> frozenset[str]:
        ids = self._found(written)
        if ids:
            return ids
        kind = f"{'an' if self.kind[0] in 'aeio' else 'a'} {self.kind}"
        if several := [name for id, name in self.of.items() if len(id) > 1 and key(written) in beginnings(name)]:
            fits = listed(map(quoted, several), most=3)
            raise MisfitError(f"{quoted(written)} fits more than one: {fits}. Write more of the name.")
        if _find(written, self.others):
            raise MisfitError(f"{quoted(written)} is in this scorecard, but {kind} is asked for.")
        letters = sorted(self.of)
        if len(letters) > 1 and all(len(id) == 1 and id.isalpha() for id in letters):
            ends = f"{letters[0]} to {letters[-1]}"
            raise MisfitError(f"{quoted(written)} is none of those asked about. Give a letter from {ends}.")
        if len(self.of) <= _FEW:
            raise MisfitError(f"{quoted(written)} is none of those asked about: {listed(self.of.values(), most=_FEW)}.")
        like = nearest(written, [*self.of.values(), *self.of])
        meant = f"; did you mean {quoted(self.of.get(like, like))}?" if like else "."
        raise MisfitError(f"{quoted(written)} is not the name of {kind}{meant}")


@dataclass(frozen=True)
class Choice(_Named):
    """One name: any of `right` will do."""

    right: frozenset[str]

    @property
    def told(self) -> str:
        """The right answer, written."""
        return " or ".join(self._told(self.right))

    def _fault(self, answer: Any) -> str:
        names = self._names(answer)
        if len(names) == 2 and "both" in self.of:
            names = ["both"]
        if len(names) != 1:
            return f"one {self.kind} is asked for; this names {len(names)}."
        return "" if self.right & self._ids(names[0]) else f"it is not {quoted(names[0])}. {HELP}"


@dataclass(frozen=True)
class Names(_Named):
    """Several names; `why` and `because` say why one is out or in, `ask` is for the rest; `arguable` ones may lack."""

    right: frozenset[str]
    why: Mapping[str, str] = field(default_factory=dict)
    ask: str = ""
    because: Mapping[str, str] = field(default_factory=dict)
    arguable: frozenset[str] = frozenset()

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Each name that is asked about, whether it belongs, and why."""
        reasons = {id: agreeing((self.because if id in self.because else self.why).get(id, "")) for id in self.of}
        rows = [(name, "yes" if id in self.right else "no", reasons[id]) for id, name in self.of.items()]
        return (("name", "belongs", "because"), *rows) if self.because else ()

    @property
    def told(self) -> str:
        """The right answer, written."""
        return "; ".join(self._told(self.right))

    def _fault(self, answer: Any) -> str:
        right, wrong = set[str](), list[str]()
        names = list(dict.fromkeys(self._names(answer)))
        for written in names:
            ids = self._ids(written)
            right |= ids & self.right
            wrong += [] if ids & self.right else [written]
        if wrong:
            fits, many = len(names) - len(wrong), len(names)
            count = f"{fits or 'none'} of the {many} named {'is' if fits < 2 else 'are'} right; " if many > 1 else ""
            said = f"{count}{listed(map(quoted, wrong), most=3)} {'does' if len(wrong) == 1 else 'do'} not belong."
            return " ".join([said, *self._reasons(wrong)])
        more = len(self.right - right - self.arguable)
        if not more and right:
            return ""
        return f"what is named belongs, and {more} more {'does' if more == 1 else 'do'}. {self.ask}".rstrip()

    def _reasons(self, wrong: list[str]) -> list[str]:
        """Why names do not belong; where there are several reasons, each says of which names it speaks."""
        named: dict[str, list[str]] = {}
        for name in wrong:
            for id in sorted(self._ids(name)):
                if id in self.why:
                    named.setdefault(self.why[id], []).append(quoted(name))
        said = {reason: agreeing(reason, len(set(names))) for reason, names in named.items()}
        one = len(said) < 2
        told = [text if one else f"Of {listed(dict.fromkeys(named[reason]))}: {text}" for reason, text in said.items()]
        return told[:_MOST]


@dataclass(frozen=True)
class Order(_Named):
    """All the names, first to last; those in one set of `right` are tied and may stand either way round."""

    right: tuple[frozenset[str], ...]

    @property
    def told(self) -> str:
        """The right answer, written."""
        return "; ".join(name for tier in self.right for name in self._told(tier))

    def _fault(self, answer: Any) -> str:
        if isinstance(answer, (set, frozenset)):
            return "a set keeps no order: use a list."
        everything = frozenset().union(*self.right)
        fault = Names(everything, self.of, self.kind, self.also, self.others).fault(answer)
        if fault:
            return fault
        ids = [self._ids(name) for name in self._names(answer)]
        if len(ids) != len(everything):
            return f"{len(everything)} names are asked for, each once; this holds {len(ids)}."
        tiers = [tier for tier in self.right for _ in tier]
        if all(map(frozenset.__and__, ids, tiers)):
            return ""
        backwards = all(map(frozenset.__and__, ids[::-1], tiers))
        return "the order is the wrong way round." if backwards else "the names are right, but the order is not."


def _without_words(written: str) -> str:
    """What was written, without words that lead to the answer or give a reason, as in "they are B and E, because …"."""
    bare = re.sub(r"^[^,;]*?(?:\bare\b|\bis\b|:)\s+(?=\w)", "", written.strip())
    return re.sub(r",?\s+because\b.*$", "", bare, flags=re.DOTALL)


def _spellings(id: str, name: str) -> tuple[str, ...]:
    return (
        key(id),
        key(name),
        key(f"{name} ({id})"),
        key(f"{id} ({name})"),
        *(key(f"{id}{mark} {name}") for mark in ":)."),
    )


def _begun(written: str, of: Mapping[str, str]) -> frozenset[str]:
    """The one name that begins with these words; a letter stands for its own row only."""
    spelt = key(written).rstrip(",;:")
    ids = frozenset(id for id, name in of.items() if len(id) > 1 and spelt in beginnings(name))
    return ids if len(ids) == 1 else frozenset()


def _find(written: str, of: Mapping[str, str], also: Mapping[str, str] | None = None) -> frozenset[str]:
    """The ids that a name stands for: an id as written, else every one that it spells."""
    if written in of:
        return frozenset({written})
    spelt = key(written)
    spelling = {id for id, name in of.items() if spelt in _spellings(id, name)}
    found = frozenset(spelling | {id for word, id in (also or {}).items() if key(word) == spelt})
    return found or reworded(written, of)
