"""An exercise is a question asked of the data in hand, which therefore fits any scorecard.

What is right comes from Python: a function picks a KPI, an objective or a unit by a stable rule and returns `Facts`; it
stops at `need` where this scorecard has nothing to ask about. What is said comes from `bsclib.study.exercises.texts`.
The two together make a `Question`; `judge` holds an answer against it.
"""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal, NamedTuple, TypeVar

from bsclib.errors import UnknownNameError, unknown
from bsclib.study.answer_forms import IncomparableError, empty, key, says_none, untouched
from bsclib.study.answers import HELP, Choice, Expects, Names, Number
from bsclib.study.exercises.case import Case, Table
from bsclib.study.exercises.texts import FOLDER, Needs, Texts, fill, phrases, read_texts
from bsclib.wording import PLAIN, month_name, prose_html, sentence

_TOPICS = {
    "00": ("lesson_00",),
    "01": ("lesson_01", "pairwise"),
    "02": ("lesson_02", "weights", "choosing"),
    "03": ("lesson_03", "one_kpi", "missing_data", "errata"),
    "04": ("claims", "verdicts", "chains"),
    "05": ("whatifs", "plans", "budget"),
    "06": ("cascade", "goals_cascade"),
    "07": ("tickets", "practices"),
    "08": ("monitoring",),
    "09": ("board",),
    "10": ("certification",),
}
LESSONS = tuple(_TOPICS)
T = TypeVar("T")
State = Literal["right", "wrong", "not attempted", "cannot tell"]
SYMBOLS: dict[State, str] = {"right": "✔", "wrong": "✘", "not attempted": "○", "cannot tell": "?"}
_COLOURS: dict[State, str] = dict(zip(SYMBOLS, ("#1b7f5c", "#b3441e", "#767676", "#767676"), strict=True))


class Slip(NamedTuple):
    """A wrong answer that people often come to, and what to say to it."""

    right: Any
    says: str
    name: str = ""


@dataclass(frozen=True)
class Question:
    """A question as it is put to one scorecard: what `text` asks, `words` explain, and `code` works out in `answer`."""

    text: str
    expects: Expects
    words: str
    code: str
    hints: tuple[str, ...]
    slips: tuple[Slip, ...] = ()
    given: Table = ()
    sum: str = ""
    emptied: str = ""


class NothingToAskError(Exception):
    """There is nothing to ask of this scorecard; it holds the name of the text that says why."""


def need(part: T | None, reason: str) -> T:
    """Return what a question needs; where there is none, nothing is asked, and a text says why."""
    if not part:
        raise NothingToAskError(reason)
    return part


class Facts(NamedTuple):
    """What is right, and what the texts are filled in with."""

    expects: Expects
    code: str  # works the answer out from `scorecard`, `actuals` and `scores`
    names: Mapping[str, object] = {}
    slips: Mapping[str, Any] = {}  # wrong answers by name, or a list of them; NaN or empty where none comes to it here
    given: Table = ()
    words: str = ""  # which text says why the answer is right, where there are several
    sum: str = ""  # the sum in numbers, where the code takes them from the data
    emptied: str = ""  # the slip of somebody whose own code leaves nothing; by default an empty answer is none


@dataclass(frozen=True)
class Exercise:
    """A named question that can be asked of any scorecard."""

    name: str
    facts: Callable[[Case], Facts]
    needs: Needs
    texts: Texts = field(default=Texts("", "", (), {}, {}, {}), repr=False)

    def ask(self, case: Case) -> Question | str:
        """The question; or a text, why this scorecard has nothing to ask about."""
        common = {"period": month_name(case.period), "share": phrases()["share"]}
        try:
            facts = self.facts(case)
        except NothingToAskError as reason:
            return fill(self.texts.nothing[str(reason)], common)
        names = common | dict(facts.names)
        hints = tuple(filter(None, (fill(hint, names) for hint in self.texts.hints)))
        expects = facts.expects
        if isinstance(expects, Names) and not expects.ask:  # who has a part of it is told where to look for the rest
            expects = replace(expects, ask=_nudge(hints))
        slips = [
            Slip(one, fill(self.texts.slips[name], names), name)
            for name, right in facts.slips.items()
            for one in (right if isinstance(right, list) else [right])
        ]
        return Question(
            text=fill(self.texts.text, names),
            expects=expects,
            words=fill(self.texts.words[facts.words], names),
            code=facts.code,
            hints=hints,
            slips=apart(expects, *slips),
            given=facts.given,
            sum=facts.sum.replace("-", "\u2212"),
            emptied=fill(self.texts.slips[facts.emptied], names) if facts.emptied else "",
        )


def exercise(
    names: str = "", slips: str = "", nothing: str = "", words: str = ""
) -> Callable[[Callable[[Case], Facts]], Exercise]:
    """Make an exercise of the function that finds its facts; what its texts need is named here, parted by spaces."""
    needs = Needs(*(frozenset(said.split()) for said in (names, slips, nothing, words)))
    return lambda facts: Exercise(facts.__name__, facts, needs)


def exercises_of(lesson: str | int) -> tuple[Exercise, ...]:
    """The exercises of a lesson, in the order of its file of texts."""
    number = str(lesson).strip().zfill(2)
    if number not in LESSONS:
        raise UnknownNameError(unknown("lesson", number, LESSONS, "lesson"))
    return _exercises(number)


@cache
def _exercises(number: str) -> tuple[Exercise, ...]:
    topics = [importlib.import_module(f"bsclib.study.exercises.{topic}") for topic in _TOPICS[number]]
    known = {one.name: one for topic in topics for one in vars(topic).values() if isinstance(one, Exercise)}
    texts = read_texts(FOLDER / f"lesson_{number}.yaml", {name: one.needs for name, one in known.items()})
    return tuple(replace(known[name], texts=text) for name, text in texts.items())


@dataclass(frozen=True)
class Outcome:
    """What became of an answer; `message` says what is wrong with it, or why it is right; a known `slip` has a name."""

    state: State
    message: str
    slip: str = ""

    def __repr__(self) -> str:
        return f"{SYMBOLS[self.state]} {self.state.capitalize()}. {sentence(self.message)}"

    def _repr_html_(self) -> str:
        mark = f"{SYMBOLS[self.state]} {self.state.capitalize()}."
        style = f"border-left: .3em solid {_COLOURS[self.state]}; padding: .3em .8em; margin: .5em 0"
        said = f"<strong>{mark}</strong> {prose_html(sentence(self.message))}"
        return f'<div role="status" class="{PLAIN}" dir="auto" style="{style}">{said}</div>'


def judge(answer: object, question: Question) -> Outcome:
    """Hold an answer against a question."""
    none = isinstance(question.expects, Names) and _names_none(answer, question.expects)
    if question.emptied and (none or empty(answer)):
        return Outcome("wrong", question.emptied)
    if none:
        return Outcome("wrong", f"this says that none belongs. At least one does. {_nudge(question.hints)}")
    if untouched(answer):
        return Outcome("not attempted", "put your answer where the dots are, then run this again.")
    try:
        fault = question.expects.fault(answer)
        if not fault:
            return Outcome("right", question.words)
        fell = (slip for slip in question.slips if not _as_right(question.expects, slip).fault(answer))
        slip = next(fell, Slip(None, fault.replace(HELP, f"{_nudge(question.hints)} {HELP}")))
        return Outcome("wrong", slip.says, slip.name)
    except IncomparableError as reason:
        return Outcome("cannot tell", str(reason))


def _names_none(answer: object, expects: Names) -> bool:
    """Whether an answer says that no name belongs: by an empty container, or by a word that is itself no name."""
    if isinstance(answer, (list, tuple, set, frozenset)) and not answer:
        return True
    return says_none(answer) and key(answer) not in map(key, (*expects.of, *expects.of.values()))


def _nudge(hints: tuple[str, ...]) -> str:
    """The first sentence of the first hint: where to look."""
    return re.split(r"(?<=[.?!])\s", hints[0])[0]


def _as_right(expects: Expects, slip: Slip) -> Expects:
    if isinstance(expects, Number) and slip.right == 0:  # nobody who gave a small number is told that it was none
        return replace(expects, right=0.0, within=min(expects.within, abs(expects.right) / 200))
    return replace(expects, right=slip.right)  # type: ignore[type-var]


def apart(expects: Expects, *slips: Slip) -> tuple[Slip, ...]:
    """The slips that can be told from the right answer and from each other, in order."""
    kept: list[Slip] = []
    for slip in slips:
        if isinstance(slip.right, float) and not math.isfinite(slip.right):
            continue
        if isinstance(expects, Choice):
            slip = slip._replace(right=slip.right.difference(expects.right, *(one.right for one in kept)))
        if isinstance(slip.right, frozenset) and not slip.right:
            continue
        if all(other.fault(slip.right) for other in [expects, *(_as_right(expects, one) for one in kept)]):
            kept.append(slip)
    return tuple(kept)
