"""A quiz in a notebook: controls for a person, a page to read where nobody can click, and the answers in Python."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Any

import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.files.paths import AnyPath
from bsclib.interactive import at_keyboard, attended
from bsclib.study.exercises.question import Outcome
from bsclib.study.practice import choice, progress
from bsclib.study.practice.answering import Places, asked_for, read_answer
from bsclib.study.practice.item_controls import ItemControls
from bsclib.study.practice.item_text import (
    answered,
    first_reasons,
    html_asked,
    html_options,
    html_said,
    lines_of,
    reasons,
    written,
)
from bsclib.study.questions import stock
from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.question import Item
from bsclib.wording import PLAIN, counted, sentence

AGAIN = "Try once more: after that, you are told what is right."


class Quiz:
    """A few questions, and what was answered. Made by `quiz`; shown, it asks them.

    Attributes
    ----------
    items : tuple
        The questions as they are put.
    """

    def __init__(self, items: tuple[Item, ...], sources: dict[str, str]):
        self.items = items
        self._sources = sources
        self._answers: dict[int, Places] = {}
        self._box: Any = None
        self._notes: list[str] = []
        self._kept = at_keyboard()  # asked now: what a button sends does not tell

    def __repr__(self) -> str:
        lines = []
        for number, item in enumerate(self.items, 1):
            lines += lines_of(item, number, len(self.items))
            lines += [f'Answer with {asked_for(item)}: quiz.check({number}, "…")', ""]
        return "\n".join(lines).rstrip()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Controls where somebody is there to use them; else the text, and a page with the answers folded."""
        if attended():
            return self.box._repr_mimebundle_(**kwargs)
        return {"text/plain": repr(self), "text/html": _page(self)}

    @property
    def box(self) -> Any:
        """The quiz as controls."""
        if self._box is None:
            self._box = _controls(self)
        return self._box

    @property
    def results(self) -> pd.DataFrame:
        """A row a question: its number, id, topic, the answer in letters, and whether it is right."""
        rows = [
            (number, item.id, item.topic, written(item, given), answered(item, given).right if given else None)
            for number, item in enumerate(self.items, 1)
            for given in [self._answers.get(number, ())]
        ]
        return pd.DataFrame(rows, columns=["number", "id", "topic", "answer", "right"])

    def check(self, number: int, answer: object) -> Outcome:
        """Answer a question; the first answer counts, and after a wrong one there is a second try.

        Parameters
        ----------
        number : int
            From 1.
        answer : object
            A letter, several, an option's own words, for an order all letters in order, for a match a number for each
            letter: text, a list or a dict. A number may answer a numeric question.

        Returns
        -------
        Outcome
            Its `state` is ``"right"``, ``"wrong"``, ``"not attempted"``, or ``"cannot tell"`` where the answer says
            none of the options; its `message` says why, and from the second answer on also what is right, and why.
        """
        item = self._item(number)
        try:
            places = read_answer(answer, item)
        except BscError as problem:
            return Outcome("cannot tell", problem.faults[0].what + f". Answer with {asked_for(item)}.")
        if not places:
            return Outcome("not attempted", f"answer with {asked_for(item)}.")
        return self._judged(number, places)

    def _item(self, number: Any) -> Item:
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(self.items):
            fault = Fault("number", "there is no such question", repr(number)[:80], f"1 to {len(self.items)}")
            raise BscError(fault)
        return self.items[number - 1]

    def _judged(self, number: int, places: Places) -> Outcome:
        item = self.items[number - 1]
        said, first = answered(item, places, self._sources), number not in self._answers
        if first:
            self._answers[number] = places
            if self._kept:
                now = datetime.now(UTC)
                self._notes = progress.change(lambda data: progress.answered(data, {item.id: said.right}, now))
        if first and not said.right:
            return Outcome("wrong", " ".join([*first_reasons(item, places), AGAIN]))
        words = " ".join(["" if said.right else said.solved, *reasons(item, places), *said.notes[:-1]])
        return Outcome("right" if said.right else "wrong", words.strip())


def quiz(topic: str = "", n: int = 5, seed: int | None = None, questions: AnyPath | None = None) -> Quiz:
    """Ask a few questions of the bank: as controls in a notebook, as a page where nobody is there to use them.

    Parameters
    ----------
    topic : str, optional
        Such as ``"cobit"``, or a lesson whose questions are asked, such as ``"01_objectives"``; by default questions
        come from all topics.
    n : int
        How many, 1 or more.
    seed : int, optional
        0 or more. The same seed asks the same questions in the same way. Without one, those that are due come first,
        then those that you have not met.
    questions : str or path, optional
        A YAML file of your own, or a folder of them.

    Returns
    -------
    Quiz
        Its `results` hold what was answered.

    Raises
    ------
    UnknownNameError
        For a topic that there is not, with the nearest name.
    BscError
        When `n` or `seed` is none, or the file cannot be read.

    Examples
    --------
    >>> asked = quiz("cobit", n=5, seed=1)
    >>> asked.check(1, "Z").state
    'cannot tell'
    >>> asked.results["right"].tolist()
    [None, None, None, None, None]
    """
    count, given, now = choice.check_count(n), choice.check_seed(seed), datetime.now(UTC)
    drawn = choice.seed_of(now) if given is None else given
    data = progress.read()[0] if given is None and at_keyboard() else None
    if questions is None:
        entries = [stock.read_entry(place) for place in choice.chosen(stock.places(topic), count, drawn, data, now)]
        sources = stock.sources()
    else:
        bank = read_questions(questions)
        entries, sources = choice.chosen(choice.of_topic(bank, topic), count, drawn, data, now), bank.sources
    return Quiz(tuple(stock.put(entry, drawn) for entry in entries), sources)


def _page(asked: Quiz) -> str:
    """The questions to read, each with its answer folded beneath it."""
    parts = ["<p>Answer each one from memory, and then open what stands beneath it.</p>"]
    for number, item in enumerate(asked.items, 1):
        head = f'<p style="margin-top: 1.5em"><strong>Question {number} of {len(asked.items)}</strong></p>'
        parts.append(
            f"{head}{html_asked(item)}{html_options(item)}<p>Answer with {escape(asked_for(item))}; "
            f"in Python: <code>quiz.check({number}, &quot;…&quot;)</code></p>"
            f"<details><summary>Compare</summary>{html_said(answered(item, (), asked._sources))}</details>"
        )
    return f'<div class="{PLAIN}" dir="auto">{"".join(parts)}</div>'


def _controls(asked: Quiz) -> Any:
    """The questions below each other, each with a button and its verdict; the tally last."""
    import ipywidgets

    tally = ipywidgets.HTML()
    tally.add_class("bsclib-spoken")
    parts = [_item_box(asked, number, tally) for number in range(1, len(asked.items) + 1)]
    return ipywidgets.VBox([*parts, tally])


def _item_box(asked: Quiz, number: int, tally: Any) -> Any:
    import ipywidgets

    item = asked.items[number - 1]
    controls = ItemControls(item, f"Question {number} of {len(asked.items)}")
    button = ipywidgets.Button(description=f"Check answer {number}", layout={"width": "12rem"})

    def check(_: Any) -> None:
        try:
            places = read_answer(controls.places, item)
        except BscError as problem:
            controls.verdict.value = f"<p>{sentence(problem.faults[0].what)}.</p>"
            return
        if not places:
            controls.verdict.value = f"<p>Not attempted. Answer with {asked_for(item)}.</p>"
            return
        outcome = asked._judged(number, places)
        if outcome.message.endswith(AGAIN):
            controls.verdict.value = outcome._repr_html_()
        else:
            controls.lock()  # and not the button, which would lose the focus
            controls.verdict.value = html_said(answered(item, places, asked._sources))
        known = asked.results["right"].dropna()
        said = [f"{int(known.sum())} of {counted(len(known), 'answer')} right.", *map(escape, asked._notes)]
        tally.value = f"<p>{' '.join(said)}</p>"

    button.on_click(check)
    return controls.box(button)
