"""Exercises that check themselves: `lesson`, and what it can do.

A lesson holds no state but its own: which hints were given, and what became of the answers.

Examples
--------
>>> from bsclib.model.build import build
>>> import pandas as pd
>>> scorecard = build(
...     {
...         "id": "desk",
...         "name": "Service desk",
...         "perspectives": [{"id": "users", "name": "Users"}],
...         "objectives": [{"id": "fast", "name": "Restore fast", "perspective": "users"}],
...         "kpis": [
...             {
...                 "id": "mttr",
...                 "name": "Time to restore",
...                 "objective": "fast",
...                 "direction": "lower_is_better",
...                 "measured_in": "hours",
...                 "target": 4,
...                 "baseline": 9,
...             }
...         ],
...     }
... )
>>> actuals = pd.DataFrame({"kpi": ["mttr"], "period": ["2026-06"], "actual": [6.0]})
>>> lesson = lesson("03", scorecard, actuals)
>>> lesson.check("attainment", ...)
○ Not attempted. Put your answer where the dots are, then run this again.
>>> lesson.check("attainment", 4 / 6)
✘ Wrong. This is expected / actual. Where is the floor, at which the score is 0? For help: lesson.hint("attainment").
>>> lesson.check("attainment", "60 %").state
'right'
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from bsclib.errors import UnknownNameError, unknown
from bsclib.model.nouns import Scorecard
from bsclib.scoring.scores import score
from bsclib.study.exercises import (
    PLAIN,
    SYMBOLS,
    Case,
    Exercise,
    Outcome,
    Question,
    State,
    exercises_of,
    judge,
    sentence,
)


@dataclass(frozen=True)
class Card:
    """Something to read: shown as plain text, and as HTML in a notebook.

    Parameters
    ----------
    title : str
    text : str
        Paragraphs, parted by line breaks.
    table : tuple of tuple of str, optional
        Its first row holds the heads.
    caption : str, optional
        What the table shows.
    code : str, optional
        Python, ready to be run.
    """

    title: str
    text: str
    table: tuple[tuple[str, ...], ...] = ()
    caption: str = ""
    code: str = ""

    def __repr__(self) -> str:
        parts = [self.title, *(textwrap.fill(line, 100) for line in self.text.splitlines())]
        if self.table:
            widths = [max(map(len, column)) for column in zip(*self.table, strict=True)]
            rows = ["  ".join(cell.ljust(n) for cell, n in zip(row, widths, strict=True)) for row in self.table]
            parts += [f"{self.caption}:", *(f"  {row.rstrip()}" for row in rows)]
        if self.code:
            parts += ["", textwrap.indent(self.code, "    ")]
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>{html.escape(self.title)}</strong></p>"]
        parts += [f'<p dir="auto">{html.escape(line)}</p>' for line in self.text.splitlines()]
        if self.table:
            head, *rows = [[html.escape(cell) for cell in row] for row in self.table]
            left = 'style="text-align: left; padding: .1em 1.5em .1em 0"'
            parts.append(f"<table><caption {left}>{html.escape(self.caption)}</caption><thead><tr>")
            parts += [f'<th scope="col" {left}>{cell}</th>' for cell in head]
            parts.append("</tr></thead><tbody>")
            for first, *rest in rows:
                cells = "".join(f"<td {left}>{cell}</td>" for cell in rest)
                parts.append(f'<tr><th scope="row" dir="auto" {left}>{first}</th>{cells}</tr>')
            parts.append("</tbody></table>")
        if self.code:
            parts.append(f"<pre><code>{html.escape(self.code)}</code></pre>")
        return f'<div class="{PLAIN}">{"".join(parts)}</div>'


class Lesson:
    """The exercises of one lesson, asked of one scorecard. Made by `lesson`.

    Attributes
    ----------
    number : str
        Such as ``"03"``.
    case : Case
        The data that the questions are about.
    names : tuple of str
        The names of the exercises, in order.
    """

    def __init__(self, number: str, case: Case, exercises: tuple[Exercise, ...]):
        self.number = number
        self.case = case
        self.names = tuple(one.name for one in exercises)
        self._ask: dict[str, Callable[[Case], Question | str]] = {one.name: one.ask for one in exercises}
        self._asked: dict[str, Question | str] = {}
        self._hints: dict[str, int] = {}
        self._solved: set[str] = set()
        self._states: dict[str, Outcome] = {}

    def __repr__(self) -> str:
        return f"Lesson {self.number}: {', '.join(self.names)}"

    @property
    def scores(self) -> pd.DataFrame:
        """The scores that the questions are about."""
        return self.case.scores

    def question(self, name: str) -> Card:
        """Show what is asked, with this scorecard's names and numbers.

        Parameters
        ----------
        name : str
            Name of an exercise, one of `names`.

        Raises
        ------
        UnknownNameError
            With the nearest name there is.
        """
        question = self._question(name)
        if isinstance(question, str):
            return Card(f"Exercise {name}", f"Nothing to ask here. {question}")
        return Card(f"Exercise {name}", question.text, question.given, "What is given")

    def check(self, name: str, answer: object) -> Outcome:
        """Hold an answer against the right one, which is worked out from the lesson's data.

        Parameters
        ----------
        name : str
            Name of an exercise, one of `names`.
        answer : object
            In any form that says the same: ``0.74`` or ``"74 %"``, an id or a name, a list, a dict or a frame.

        Returns
        -------
        Outcome
            Its `state` is ``"right"``, ``"wrong"``, ``"not attempted"`` or ``"cannot tell"``; its `message` says why.

        Raises
        ------
        UnknownNameError
            With the nearest name there is.
        """
        question = self._question(name)
        outcome = Outcome("cannot tell", question) if isinstance(question, str) else judge(answer, question)
        if (
            outcome.state == "wrong"
            and isinstance(question, Question)
            and self._hints.get(name, 0) < len(question.hints)
        ):
            outcome = Outcome("wrong", f'{outcome.message} For help: lesson.hint("{name}").')
        if outcome.state == "right" or self._state(name) != "right":
            self._states[name] = outcome
        return outcome

    def hint(self, name: str) -> Card:
        """Give the first hint, and with each call the next one."""
        question = self._question(name)
        if isinstance(question, str):
            return Card(f"Exercise {name}", f"Nothing to ask here. {question}")
        given, total = self._hints.get(name, 0), len(question.hints)
        if given == total:
            return Card(f"No more hints for {name}", f'lesson.solution("{name}") shows one way to the answer.')
        self._hints[name] = given + 1
        return Card(f"Hint {given + 1} of {total} for {name}", question.hints[given])

    def solution(self, name: str) -> Card:
        """Show one way to the answer; its `code` runs in the notebook and leaves it in `answer`."""
        question = self._question(name)
        if isinstance(question, str):
            return Card(f"Exercise {name}", f"Nothing to ask here. {question}")
        self._solved.add(name)
        return Card(f"Solution of {name}", sentence(question.words), code=question.code)

    def progress(self) -> Card:
        """Show what is done, and what is still open."""
        states = {name: self._state(name) for name in self.names}
        done = sum(state == "right" for state in states.values())
        table = [("exercise", "answer", "hints used", "solution seen")]
        for name, state in states.items():
            seen = "yes" if name in self._solved else "no"
            table.append((name, f"{SYMBOLS[state]} {state}", str(self._hints.get(name, 0)), seen))
        return Card(f"Lesson {self.number}: {done} of {len(states)} right", "", tuple(table), "Progress")

    def _state(self, name: str) -> State:
        return self._states[name].state if name in self._states else "not attempted"

    def _question(self, name: str) -> Question | str:
        if name not in self._ask:
            raise UnknownNameError(unknown("exercise", name, self.names, f"lesson {self.number}"))
        if name not in self._asked:
            self._asked[name] = self._ask[name](self.case)
        return self._asked[name]


def lesson(number: str | int, scorecard: Scorecard, actuals: pd.DataFrame, as_of: str | None = None) -> Lesson:
    """Open a lesson's exercises on a scorecard of any kind.

    Parameters
    ----------
    number : str or int
        Such as ``"03"``.
    scorecard : Scorecard
    actuals : DataFrame
        As `bsclib.read_actuals` gives them.
    as_of : str, optional
        The last period that counts; by default, or when empty, the last one in the actuals.

    Returns
    -------
    Lesson

    Raises
    ------
    UnknownNameError
        With the lessons there are.
    ActualsError
        When nothing can be scored with these actuals.
    """
    exercises = exercises_of(number)
    case = Case(scorecard, actuals, score(scorecard, actuals, as_of=as_of or None))
    return Lesson(str(number).strip().zfill(2), case, exercises)
