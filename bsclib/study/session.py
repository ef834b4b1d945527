"""Exercises that check themselves: `lesson`, and what it can do.

A lesson holds no state but its own: what became of the answers, and which solutions were looked at.
"""

from __future__ import annotations

import ast
import html
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.files.paths import AnyPath
from bsclib.files.scorecards import read_actuals, read_scorecard
from bsclib.files.tower import Tower, read_tower
from bsclib.interactive import at_keyboard
from bsclib.model.edit import keep
from bsclib.model.nouns import Scorecard
from bsclib.scoring.scores import score
from bsclib.study import own_choice
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.levels import Levels
from bsclib.study.exercises.question import SYMBOLS, Exercise, Outcome, Question, State, exercises_of, judge
from bsclib.study.exercises.sums import told
from bsclib.study.exercises.variant import learner_key, varied_case
from bsclib.study.marking import Marking
from bsclib.study.practice import progress
from bsclib.study.questions.stock import digest
from bsclib.study.sittings import optional_exercises
from bsclib.wording import PLAIN, counted, html_table, prose_html, sentence

VARIED = ("00", "01", "02", "03")
"""Lessons whose numbers may be a learner's own; the others rest on the shape of the series, which all share."""
_ANSWER, _CODE = "The answer:", "How the kit works it out"
_OPENED: list[tuple[Scorecard, pd.DataFrame, Tower | None]] = []
"""The last scorecard that a lesson was opened on, and its actuals; so a notebook's first cell can be run again."""


@dataclass(frozen=True)
class Card:
    """Something to read: shown as plain text, and as HTML in a notebook."""

    title: str
    text: str  # paragraphs, parted by line breaks
    table: tuple[tuple[str, ...], ...] = ()  # its first row holds the heads
    caption: str = ""
    code: str = ""
    hints: tuple[str, ...] = ()  # folded in a notebook: nobody reads one unasked, and no kernel is needed to open one
    answer: str = ""  # the right one, in one line

    def __repr__(self) -> str:
        said = [f"{_ANSWER} {self.answer}"] if self.answer else []
        parts = [self.title, *(textwrap.fill(line, 100) for line in [*said, *self.text.splitlines()])]
        if self.table:
            widths = [max(map(len, column)) for column in zip(*self.table, strict=True)]
            rows = ["  ".join(cell.ljust(n) for cell, n in zip(row, widths, strict=True)) for row in self.table]
            parts += [f"{self.caption}:", *(f"  {row.rstrip()}" for row in rows)]
        if self._works:
            parts += ["", f"{_CODE}:", textwrap.indent(self.code, "    ")]
        return "\n".join(parts)

    @property
    def _works(self) -> bool:
        """Whether the code works something out, and does not only state it."""
        try:
            ast.literal_eval(self.code.removeprefix("answer = "))
        except (SyntaxError, ValueError):
            return bool(self.code)
        return False

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>{html.escape(self.title)}</strong></p>"]
        if self.answer:
            parts.append(f'<p dir="auto"><strong>{_ANSWER}</strong> {html.escape(self.answer)}</p>')
        parts += [f'<p dir="auto">{prose_html(line)}</p>' for line in self.text.splitlines()]
        if self.table:
            parts.append(html_table(self.table[0], self.table[1:], self.caption))
        if self._works:
            code = f"<pre><code>{html.escape(self.code)}</code></pre>"
            parts.append(f"<details><summary>{_CODE}</summary>{code}</details>")
        for number, hint in enumerate(self.hints, 1):
            head = f"<summary>Hint {number} of {len(self.hints)}</summary>"
            parts.append(f'<details>{head}<p dir="auto">{prose_html(hint)}</p></details>')
        return f'<div class="{PLAIN}">{"".join(parts)}</div>'


class Lesson:
    """The exercises of one lesson, asked of one scorecard. Made by `lesson`.

    A name that no exercise has raises UnknownNameError, with the nearest there is.

    Attributes
    ----------
    number : str
        Such as ``"03"``.
    case : Case
        The data that the questions are about.
    names : tuple of str
        The names of the exercises, in order.
    says : str
        Which scorecard the lesson is about, what of it was chosen in an earlier lesson, and what that scores.
    """

    def __init__(self, number: str, case: Case, exercises: tuple[Exercise, ...], learner: str = ""):
        self.number = number
        self.case = case
        self._own = bool(learner)
        self._key = digest(number, case.scorecard.id, case.period, learner).hex()[:12]
        self._exercises = {exercise.name: exercise for exercise in exercises}
        self.names = tuple(self._exercises)
        self._asked: dict[str, Question | str] = {}
        self._seen: set[str] = set()
        self._reviews: dict[str, tuple[int, tuple[str, str, str]]] = {}
        self._states: dict[str, State] = dict.fromkeys(self.names, "not attempted")
        self._mine, chosen_in = own_choice.chosen(number, case.scorecard)
        self.says = own_choice.told(case, self._mine, chosen_in)
        if at_keyboard():
            known = progress.lesson_states(progress.read()[0], number, self._key)
            self._states |= {name: "right" for name in self.names if known.get(name) == "right"}

    def __repr__(self) -> str:
        return f"Lesson {self.number}: {', '.join(self.names)}"

    @property
    def levels(self) -> Levels:
        """The scorecards above and below the one in hand, that questions of lesson 06 are about."""
        return self.case.levels

    @property
    def scores(self) -> pd.DataFrame:
        """The scores that the questions are about."""
        return self.case.scores

    @property
    def data(self) -> tuple[Scorecard, pd.DataFrame, pd.DataFrame]:
        """Scorecard, actuals and scores that the questions are about; with a learner's name, their own."""
        return self.case.scorecard, self.case.actuals, self.case.scores

    def ask(self, name: str) -> None:
        """Show what is asked, with this scorecard's names and numbers, and below it the hints, each folded.

        Outside a notebook the question is printed, and `hints` gives the hints.

        Parameters
        ----------
        name : str
            One of `names`.
        """
        question = self._question(name)
        if isinstance(question, str):
            return _show(self._nothing(name, question))
        card = Card(self._title(name), question.text, question.given, "What is given", hints=question.hints)
        return _show(card, f'For {counted(len(question.hints), "hint")}: lesson.hints("{name}")')

    def hints(self, name: str) -> Card:
        """The hints of an exercise, from a nudge to nearly all of the way."""
        question = self._question(name)
        if isinstance(question, str):
            return self._nothing(name, question)
        return Card(
            f"Hints. {self._title(name)}", "\n".join(f"{n}. {hint}" for n, hint in enumerate(question.hints, 1))
        )

    def check(self, name: str, answer: object) -> Outcome:
        """Hold an answer against the right one, which is worked out from the lesson's data.

        Parameters
        ----------
        name : str
            One of `names`.
        answer : object
            In any form that says the same: ``0.74`` or ``"74 %"``, an id or a name, a list, a dict or a frame.

        Returns
        -------
        Outcome
            Its `state` is ``"right"``, ``"wrong"``, ``"not attempted"`` or ``"cannot tell"``; its `message` says why.
        """
        question = self._question(name)
        outcome = Outcome("cannot tell", question) if isinstance(question, str) else judge(answer, question)
        if self._states[name] != "right":
            self._states[name] = outcome.state
            if at_keyboard() and outcome.state in ("right", "wrong"):
                for note in progress.change(
                    lambda data: progress.exercise_checked(
                        data, self.number, self._key, name, outcome.state, outcome.slip
                    )
                ):
                    sys.stdout.write(f"{note}\n")
        return outcome

    def solution(self, name: str, show: bool = True) -> Card | None:
        """Show the answer, why it is right, and folded the `code` that leaves it in `answer`.

        Parameters
        ----------
        name : str
            One of `names`.
        show : bool
            False shows nothing and counts as nothing seen, so that all cells can be run without spoiling one.
        """
        question = self._question(name)
        if not show:
            return None
        if isinstance(question, str):
            return self._nothing(name, question)
        self._seen.add(name)
        answer = told(question)
        own = "scorecard, actuals, scores = lesson.data  # with your own numbers\n\n" if self._own else ""
        return Card(
            f"Solution. {self._title(name)}",
            sentence(question.words),
            question.expects.rows,
            "One by one" if answer else "The answer",
            code=own + question.code,
            answer=answer,
        )

    def hand_on(self, part: str, ids: Iterable[str]) -> str:
        """Keep what was chosen for the next lessons, where a person runs this; says so in a sentence.

        Parameters
        ----------
        part : str
            ``"objectives"`` or ``"kpis"``.
        ids : iterable of str
            Of those that are chosen; all of them, or none, takes an earlier choice back.

        Returns
        -------
        str
        """
        return own_choice.hand_on(self.case.scorecard, part, ids)

    def own(self, kpis: Iterable[str]) -> Scorecard:
        """The learner's own scorecard: of the objectives that earlier lessons handed on, or of all, these KPIs.

        Parameters
        ----------
        kpis : iterable of str
            Their ids. Those of an objective that was struck out are left out.

        Returns
        -------
        Scorecard
        """
        wanted = set(kpis)
        return keep(self._mine, kpis=[kpi.id for kpi in self._mine.kpis if kpi.id in wanted])

    def keep(self, marking: Marking) -> Marking:
        """Keep the best that became of a review as a line of `progress`, and hand it back to be shown."""
        found, all_ = len(marking.found), len(marking.found) + len(marking.missed)
        told = "too many flagged" if marking.guessed else f"{found} of {all_} found"
        best, kept = -1 if marking.guessed else found, self._reviews.get(marking.title)
        if marking.named and (kept is None or best >= kept[0]):
            self._reviews[marking.title] = (best, (f"Review, {marking.title.lower()}", told, "–"))
        return marking

    def progress(self) -> Card:
        """Show what is done, and what is still open."""
        states = self._states.values()
        seen = ["yes" if name in self._seen else "no" for name in self.names]
        answers = [f"{SYMBOLS[state]} {state}" for state in states]
        aside = optional_exercises(self.number)
        called = [self._exercises[name].texts.title + " (optional)" * (name in aside) for name in self.names]
        titles = [f"{n}. {title}" for n, title in enumerate(called, 1)]
        rows = [*zip(titles, answers, seen, strict=True), *(row for _, row in self._reviews.values())]
        table = ("exercise", "answer", "solution seen"), *rows
        right = {name for name, state in self._states.items() if state == "right"}
        core = f"{len(right - aside)} of {len(self.names) - len(aside)} right"
        more = f", and {len(right & aside)} of {len(aside)} optional" if aside else ""
        return Card(f"Lesson {self.number}: {core}{more}", "", table, "Progress")

    def _title(self, name: str) -> str:
        return f"Exercise {self.names.index(name) + 1} of {len(self.names)}: {self._exercises[name].texts.title}"

    def _nothing(self, name: str, reason: str) -> Card:
        return Card(self._title(name), f"Nothing to ask here. {reason}")

    def _question(self, name: str) -> Question | str:
        if name not in self._exercises:
            raise UnknownNameError(unknown("exercise", name, self.names, f"lesson {self.number}"))
        if name not in self._asked:
            self._asked[name] = self._exercises[name].ask(self.case)
        return self._asked[name]


def _show(card: Card, beside: str = "") -> None:
    """In a notebook as HTML; elsewhere as text, with what else there is to say."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        sys.stdout.write(f"{card}\n{beside}\n" if beside else f"{card}\n")
    else:
        from IPython.display import display

        display(card)


def lesson(
    number: str | int,
    scorecard: Scorecard | AnyPath,
    actuals: pd.DataFrame | None = None,
    as_of: str | None = None,
    tower: Tower | AnyPath | None = None,
    learner: str = "",
) -> Lesson:
    """Open a lesson's exercises on a scorecard of any kind.

    Parameters
    ----------
    number : str or int
        Such as ``"03"``.
    scorecard : Scorecard, str or path
        Or what `bsclib.read_scorecard` reads; its actuals are read with it then.
    actuals : DataFrame, optional
        As `bsclib.read_actuals` gives them. A Scorecard needs them the first time a lesson is opened on it.
    as_of : str, optional
        The last period that counts; by default, or when empty, the last one in the actuals.
    tower : Tower, str or path, optional
        The scorecards above and below, as `bsclib.files.read_tower` reads them, or where those lie that are neither
        beside the scorecard nor below it; lesson 06 is about them. Without a level above the scorecard, that lesson
        lends those of the shipped case.
    learner : str, optional
        A name, which gives the actuals behind lessons 00 to 03 other numbers: the same name the same ones everywhere,
        and the same questions for all. `Lesson.data` holds them. The name is kept nowhere.

    Returns
    -------
    Lesson
        In a notebook that a person runs, what was right is kept, and known again after a restart. Lessons 02 and 03 are
        about the whole scorecard, as their texts are; `Lesson.says` says what was chosen of it, and what that scores.

    Raises
    ------
    UnknownNameError
        With the lessons there are.
    ActualsError
        When nothing can be scored with these actuals.
    BscError
        When the learner's name is no text, or a Scorecard comes without actuals.

    Examples
    --------
    >>> opened = lesson("03", "meridian")
    >>> opened.says
    'You work with Meridian Freight IT: 18 objectives and 27 KPIs.'
    >>> opened.check("edge", ...)
    ○ Not attempted. Put your answer where the dots are, then run this again.
    >>> opened.check("edge", "red")
    ✘ Wrong. The edge itself belongs to the better band.
    >>> opened.check("edge", "At risk").state
    'right'
    """
    exercises = exercises_of(number)
    digits = str(number).strip().zfill(2)
    card, rows = _read(scorecard, actuals)
    levels = _tower(digits, scorecard, tower)
    case = Case(card, rows, score(card, rows, as_of=as_of or None), levels)
    _OPENED[:] = [(card, rows, levels)]
    name = learner_key(learner)
    if name and digits in VARIED:
        case = varied_case(card, rows, case, exercises, name)
    return Lesson(digits, case, exercises, name)


def _read(scorecard: Scorecard | AnyPath, actuals: pd.DataFrame | None) -> tuple[Scorecard, pd.DataFrame]:
    """A scorecard and its actuals, read or given; of one that was opened before, the actuals are known."""
    if not isinstance(scorecard, Scorecard):
        return read_scorecard(scorecard), read_actuals(scorecard) if actuals is None else actuals
    known = next((rows for card, rows, _ in _OPENED if card is scorecard), None) if actuals is None else actuals
    if known is None:
        fix = 'give them too, or the name or path from which both are read, such as lesson("03", "meridian")'
        raise BscError(Fault("actuals", f"there are none with the scorecard {scorecard.name}", fix=fix))
    return scorecard, known


def _tower(number: str, scorecard: Scorecard | AnyPath, tower: Tower | AnyPath | None) -> Tower | None:
    """The scorecards above and below one, for the lesson on them; of one that was opened before, they are known."""
    if isinstance(tower, Tower) or number != "06":
        return tower if isinstance(tower, Tower) else None
    if isinstance(scorecard, Scorecard):
        return next((levels for card, _, levels in _OPENED if card is scorecard), None)
    return read_tower(scorecard, *([tower] if tower else []))
