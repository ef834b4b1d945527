"""What an exercise is: a question asked of the data in hand, which therefore fits any scorecard.

A lesson's module holds one function an exercise. It picks a KPI, an objective or a unit by a stable rule, and returns
the `Question` with this scorecard's names and numbers in it; or a text that says why there is nothing to ask.
"""

from __future__ import annotations

import html
import importlib
import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from bsclib.causality.evidence import link_evidence
from bsclib.errors import UnknownNameError, unknown
from bsclib.model.nouns import Scorecard
from bsclib.scenarios.fitting import FittedMap, fit_map
from bsclib.scenarios.projection import project
from bsclib.scoring.views import last_period
from bsclib.study.answer_forms import IncomparableError, untouched
from bsclib.study.answers import Choice, Expects

LESSONS = ("00", "01", "02", "03", "04", "05")
State = Literal["right", "wrong", "not attempted", "cannot tell"]
SYMBOLS: dict[State, str] = {"right": "✔", "wrong": "✘", "not attempted": "○", "cannot tell": "?"}
_COLOURS: dict[State, str] = dict(zip(SYMBOLS, ("#1b7f5c", "#b3441e", "#767676", "#767676"), strict=True))
STATUS_WORDS = {"on_target": "on target", "at_risk": "at risk", "off_target": "off target", "no_data": "no data"}
STATUS_COLOURS = {"green": "on_target", "amber": "at_risk", "yellow": "at_risk", "red": "off_target"}
"""Other words by which people answer."""
PLAIN = "tex2jax_ignore mathjax_ignore"
"""Keeps JupyterLab from reading two sums in $ as a formula."""
SHARE = "Give a share, to 2 decimals, or a percentage (0.01, or 1 %, off is let pass)."


@dataclass(frozen=True)
class Case:
    """The data that questions are asked of.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame
    scores : DataFrame
        As `bsclib.scoring.scores.score` gives them, with the default policy for missing data.
    """

    scorecard: Scorecard
    actuals: pd.DataFrame
    scores: pd.DataFrame

    @property
    def period(self) -> str:
        """The last month that is scored."""
        return last_period(self.scores)

    @cached_property
    def now(self) -> pd.DataFrame:
        """The last month's scores, every unit's, with plain text in place of categories."""
        frame = self.scores[self.scores["period"] == self.period]
        words = {name: frame[name].astype(str) for name in ("unit", "period", "level", "id", "parent", "status")}
        return frame.assign(**words)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """What the actuals say of each link, all units together."""
        return link_evidence(self.scorecard, self.actuals)

    @cached_property
    def fit(self) -> FittedMap:
        """The map fitted to the actuals, all units together."""
        return fit_map(self.scorecard, self.actuals)

    @cached_property
    def gains(self) -> dict[str, float]:
        """Points of the overall score that each initiative adds by itself, two years after the last actuals.

        Medians to two decimals; those that cost nothing or add nothing are left out.
        """
        found = {}
        for one in self.scorecard.initiatives:
            if one.cost > 0 and one.changes:
                result = project(self.fit, initiatives=[one.id], horizon=24, draws=300)
                whole = result.loc[result["level"] == "scorecard", "effect"]
                found[one.id] = round(float(whole.iloc[-1]), 2)
        return {id: points for id, points in found.items() if points > 0}

    def of(self, level: str, unit: str = "") -> pd.DataFrame:
        """The last month's rows of one level and unit, by id; the organisation's by default."""
        rows = self.now[(self.now["level"] == level) & (self.now["unit"] == unit)]
        return rows.set_index("id", drop=False)

    def below(self, parent: str, unit: str = "") -> pd.DataFrame:
        """The last month's rows of what rolls up into `parent`, by id."""
        rows = self.now[(self.now["parent"] == parent) & (self.now["unit"] == unit)]
        return rows.set_index("id", drop=False)

    def called(self, id: str) -> str:
        """The name of a part of the scorecard, with its id, as questions write it."""
        name = self.scorecard.names[id]
        # The isolates keep a name that runs from right to left from turning the sentence round.
        return f"“\u2068{name if len(name) <= 60 else name[:59] + '…'}\u2069” ({id})"


@dataclass(frozen=True)
class Slip:
    """A wrong answer that people often come to, and what to say to it."""

    right: Any
    says: str


@dataclass(frozen=True)
class Question:
    """A question as it is put to one scorecard.

    Parameters
    ----------
    text : str
        What is asked, the form and the precision of the answer included. Paragraphs are parted by line breaks.
    expects : Expects
        The right answer, and how an answer is held against it.
    words : str
        Why the right answer is right, without numbers that a parameter may change.
    code : str
        Python that works it out from `scorecard`, `actuals` and `scores`, and leaves it in `answer`.
    hints : tuple of str
        From a nudge to nearly all of the way.
    slips : tuple of Slip
        Wrong answers with a message of their own.
    given : tuple of tuple of str
        A table of what is needed, its first row the heads.
    """

    text: str
    expects: Expects
    words: str
    code: str
    hints: tuple[str, ...]
    slips: tuple[Slip, ...] = ()
    given: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Exercise:
    """A named question that can be asked of any scorecard.

    Parameters
    ----------
    name : str
        What a learner calls it by.
    ask : callable
        Takes a `Case` and returns the `Question`, or a text: why this scorecard has nothing to ask about.
    """

    name: str
    ask: Callable[[Case], Question | str]


@dataclass(frozen=True)
class Outcome:
    """What became of an answer.

    Parameters
    ----------
    state : {"right", "wrong", "not attempted", "cannot tell"}
    message : str
        What is wrong with this answer, or why it is right.

    Examples
    --------
    >>> Outcome("not attempted", "put your answer where the dots are.")
    ○ Not attempted. Put your answer where the dots are.
    """

    state: State
    message: str

    def __repr__(self) -> str:
        return f"{SYMBOLS[self.state]} {self.state.capitalize()}. {sentence(self.message)}"

    def _repr_html_(self) -> str:
        mark = f"{SYMBOLS[self.state]} {self.state.capitalize()}."
        style = f"border-left: .3em solid {_COLOURS[self.state]}; padding: .3em .8em; margin: .5em 0"
        said = f"<strong>{mark}</strong> {html.escape(sentence(self.message))}"
        return f'<div role="status" class="{PLAIN}" dir="auto" style="{style}">{said}</div>'


def judge(answer: object, question: Question) -> Outcome:
    """Hold an answer against a question.

    Parameters
    ----------
    answer : object
        Anything at all.
    question : Question

    Returns
    -------
    Outcome
        A usual slip is met with its own message; no message gives the right answer away.

    Examples
    --------
    >>> from bsclib.study.answers import Number
    >>> question = Question(
    ...     text="The score, to the nearest whole?",
    ...     expects=Number(74, within=0.5),
    ...     words="the weights are used.",
    ...     code="answer = 74",
    ...     hints=(),
    ...     slips=(Slip(70, "this is the plain mean; the weights were not used."),),
    ... )
    >>> judge(70, question)
    ✘ Wrong. This is the plain mean; the weights were not used.
    >>> judge("74.2", question)
    ✔ Right. The weights are used.
    """
    if untouched(answer):
        return Outcome("not attempted", "put your answer where the dots are, then run this again.")
    try:
        fault = question.expects.fault(answer)
        if not fault:
            return Outcome("right", question.words)
        return Outcome("wrong", next((slip.says for slip in question.slips if _is(answer, slip, question)), fault))
    except IncomparableError as reason:
        return Outcome("cannot tell", str(reason))


def _is(answer: object, slip: Slip, question: Question) -> bool:
    return not replace(question.expects, right=slip.right).fault(answer)  # type: ignore[type-var]


def exercises_of(lesson: str | int) -> tuple[Exercise, ...]:
    """The exercises of a lesson, in order.

    Raises
    ------
    UnknownNameError
        With the lessons there are.

    Examples
    --------
    >>> exercises_of("99")
    Traceback (most recent call last):
    ...
    bsclib.errors.UnknownNameError: lesson: there is no lesson '99'. Allowed: 00, 01, 02, 03, 04, 05.
    """
    number = str(lesson).strip().zfill(2)
    if number not in LESSONS:
        raise UnknownNameError(unknown("lesson", number, LESSONS, "lesson"))
    return importlib.import_module(f"{__name__}.lesson_{number}").EXERCISES


# ------------------------------------------------------------------------------------------- what questions are made of


def apart(expects: Expects, *slips: Slip) -> tuple[Slip, ...]:
    """The slips that can be told from the right answer and from each other, in order."""
    kept: list[Slip] = []
    for slip in slips:
        if isinstance(slip.right, float) and not math.isfinite(slip.right):
            continue
        if isinstance(expects, Choice):
            slip = replace(slip, right=slip.right.difference(expects.right, *(one.right for one in kept)))
        if isinstance(slip.right, frozenset) and not slip.right:
            continue
        held_against = [expects, *(replace(expects, right=one.right) for one in kept)]  # type: ignore[type-var]
        if all(one.fault(slip.right) for one in held_against):
            kept.append(slip)
    return tuple(kept)


def places(step: float) -> int:
    """How many decimals a number needs so that a difference of `step` is seen, 0 to 8.

    Examples
    --------
    >>> places(0.05), places(30)
    (2, 0)
    """
    return int(min(max(math.ceil(-math.log10(step)), 0), 8)) if step > 0 else 8


def precision(decimals: int) -> str:
    """What a question says of the precision it asks for; an answer may be off by one in the last place.

    Examples
    --------
    >>> precision(1)
    'to one decimal (one off in the last place is let pass)'
    """
    words = {0: "to the nearest whole number", 1: "to one decimal"}.get(decimals, f"to {decimals} decimals")
    return f"{words} (one off in the last place is let pass)"


def sentence(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def literal(text: str) -> str:
    r"""A text as Python writes it, in double quotes.

    Examples
    --------
    >>> print(literal('the "old" team'))
    "the \"old\" team"
    """
    return json.dumps(text, ensure_ascii=False)


def plain(value: float) -> str:
    """A number as it is typed into a calculator.

    Examples
    --------
    >>> plain(1234.5), plain(2 / 3), plain(float("nan"))
    ('1234.5', '0.66666667', 'no data')
    """
    if math.isnan(value):
        return "no data"
    return f"{value:.0f}" if abs(value) >= 1e8 else f"{value:.8g}"


def children_table(children: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    """What a question gives of the children of a parent, by `Case.below`: weights and scores."""
    rows = zip(children["id"], children["weight"], children["score"], strict=True)
    return ("child", "weight", "score"), *((id, plain(weight), plain(round(value, 2))) for id, weight, value in rows)


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names as a sentence lists them.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    shown = list(names)
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(shown) - most + 1} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
