"""A mock exam in a notebook: the engine of the terminal behind controls, one question at a time.

It is kept at every step, in the same files as in the terminal: what a restarted kernel, or a terminal, begins anew goes
on where it was. Where nobody is there, it says which paper it is.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from typing import Any

from bsclib.errors import BscError
from bsclib.files.paths import AnyPath
from bsclib.interactive import at_keyboard, attended
from bsclib.study.practice import choice, open_exams, progress
from bsclib.study.practice import sitting as engine
from bsclib.study.practice.answering import asked_for, read_answer
from bsclib.study.practice.item_controls import ItemControls
from bsclib.study.practice.item_text import answered, html_asked, html_said, wrapped
from bsclib.study.practice.result import Result, learn, result_of, sentences
from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.draw import draw_paper
from bsclib.study.questions.exams import about
from bsclib.wording import PLAIN, counted, html_table, percent, sentence

MOST_REREAD = 8
_SIT = "To sit it, run this cell in a notebook, or in a terminal"
_COUNTDOWN = (
    "const end = Date.now() + 1000 * this.dataset.left; const out = this.previousElementSibling;"
    " const tick = () => { const left = Math.max(0, Math.round((end - Date.now()) / 1000));"
    " out.textContent = `${Math.floor(left / 60)} min ${left % 60} s left`;"
    " if (left && out.isConnected) setTimeout(tick, 1000) }; tick()"
)


class MockExam:
    """A paper that is sat. Made by `mock_exam`; shown, it puts its questions.

    Attributes
    ----------
    seed : int
        With it the same paper is drawn again.
    """

    def __init__(self, sitting: engine.Sitting, seed: int, sources: dict[str, str]):
        self.seed = seed
        self._sitting = sitting
        self._sources = sources
        self._result: Result | None = None
        self._kept = at_keyboard()  # asked now: what a button sends does not tell
        self._box: Any = None

    def __repr__(self) -> str:
        head, topics, sit = self._told()
        rows = [f"  {count:>3}  {topic}" for topic, count in topics]
        return "\n".join([*wrapped(head), *rows, f"{_SIT}:", f"    {sit}"])

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Controls where somebody is there to use them; else what it asks."""
        if attended():
            return self.box._repr_mimebundle_(**kwargs)
        head, topics, sit = self._told()
        paragraphs = "".join(f"<p>{escape(text)}</p>" for text in head)
        rows = "".join(f"<li>{count} on {escape(topic)}</li>" for topic, count in topics)
        html = f"{paragraphs}<ul>{rows}</ul><p>{_SIT}: <code>{escape(sit)}</code></p>"
        style = "max-width: 44rem; line-height: 1.4"
        shown = f'<div class="{PLAIN}" dir="auto" style="{style}">{html}</div>'
        return {"text/plain": repr(self), "text/html": shown}

    def _told(self) -> tuple[list[str], list[tuple[str, int]], str]:
        """What is known of the exam, how many questions a topic has, and how to sit it in a terminal."""
        paper = self._sitting.paper
        names = {topic.id: topic.name for topic in paper.exam.topics}
        counts = Counter(item.topic for item in paper.items).most_common()
        head = [*about(paper.exam), *([paper.note] if paper.note else []), f"Seed {self.seed}. It asks"]
        topics = [(names.get(topic, paper.exam.name), count) for topic, count in counts]
        return head, topics, f"bsc study exam --like {paper.exam.id} --seed {self.seed}"

    @property
    def box(self) -> Any:
        """The exam as controls."""
        if self._box is None:
            self._box = Room(self).box
        return self._box

    @property
    def result(self) -> Result | None:
        """What it came to, once it is handed in: `right` of `count`, `passed`, `topics`, `reread` and more."""
        return self._result

    def go_on(self, sitting: engine.Sitting) -> list[str]:
        """Go on to another state of it, kept where somebody is there; what went wrong with the file is given back."""
        self._sitting = sitting
        notes: list[str] = []
        if sitting.over and self._result is None:
            result = self._result = result_of(sitting)
            if self._kept:
                notes = progress.change(lambda data: learn(data, result, sitting, self.seed, datetime.now(UTC)))
                open_exams.forget(sitting, self.seed)
        elif self._kept:
            try:
                open_exams.save(sitting, self.seed)
            except BscError as problem:
                notes = [f"The exam is not kept: {problem}"]
        return notes


def mock_exam(like: str, seed: int | None = None, practice: bool = False, questions: AnyPath | None = None) -> MockExam:
    """Sit a mock exam in a notebook, by the form and weights of a real one.

    Parameters
    ----------
    like : str
        Id of an exam of ``datasets/exams.yaml``, such as ``"cobit-foundation"``.
    seed : int, optional
        0 or more. The same seed gives the same paper. Without one, the exam that you put away last goes on, or a new
        one is drawn.
    practice : bool
        Explain each answer at once, and set no time.
    questions : str or path, optional
        A YAML file of your own, or a folder of them.

    Returns
    -------
    MockExam
        Its `result` is there once it is handed in.

    Raises
    ------
    UnknownNameError
        For an exam that there is not, with the nearest name.
    BscError
        As `draw_paper` raises it, or when an exam that was begun cannot go on.

    Notes
    -----
    The time counts while the notebook is open, from step to step; the kernel's end does not end the exam.

    Examples
    --------
    >>> print(mock_exam("itil4-dits", seed=7))
    ITIL 4 Leader, Digital and IT Strategy: 30 questions, 60 minutes, pass mark 70 %, which is 21 of 30. ...
    """
    bank, given = read_questions(questions), choice.check_seed(seed)
    if given is None and at_keyboard():
        given = open_exams.latest(like, practice)
    drawn = secrets.randbelow(10_000) if given is None else given
    paper, now = draw_paper(bank, like, drawn), time.monotonic()
    known = open_exams.load(paper, drawn, now, practice) if at_keyboard() else None
    return MockExam(known or engine.begun(paper, now, practice), drawn, bank.sources)


class Room:
    """The controls of an exam: the question that is put, what may be done, and where it stands."""

    def __init__(self, exam: MockExam):
        import ipywidgets

        self.exam, self.asked_twice = exam, False
        names = ("Answer", "Skip", "Flag", "Take back", "Hand in")
        acts = (self.answer, self.skip, self.flag, self.take_back, self.hand_in)
        self.buttons = [ipywidgets.Button(description=name, layout={"width": "8rem"}) for name in names]
        for button, act in zip(self.buttons, acts, strict=True):
            button.on_click(lambda _, act=act: self.act(act))
        self.jump = ipywidgets.Dropdown(description="Go to", style={"description_width": "4rem"})
        self.jump.observe(lambda change: self.moved(change["new"]), "value")
        self.clock, self.state, self.explained = (ipywidgets.HTML() for _ in range(3))
        for part in (self.state, self.explained):
            part.add_class("bsclib-spoken")
        self.box = ipywidgets.VBox()
        self.quiet = False
        exam._sitting = engine.resumed(exam._sitting, time.monotonic())
        self.show(focus=False)

    @property
    def sitting(self) -> engine.Sitting:
        """Where the exam stands."""
        return self.exam._sitting

    def act(self, act: Callable[[], engine.Sitting]) -> None:
        """Do what a button says; what cannot be done is said."""
        before = self.sitting.place
        try:
            notes = self.exam.go_on(act())
        except BscError as problem:
            self.say(f"{sentence(problem.faults[0].what)}.")
            return
        self.show(focus=self.sitting.place != before, notes=notes)

    def answer(self) -> engine.Sitting:
        """Take the answer; in practice it is explained, and the next question waits for Skip."""
        item, now = self.sitting.item, time.monotonic()
        places = read_answer(self.controls.places, item)
        if not places:
            raise BscError(f"not answered yet: answer with {asked_for(item)}")
        after = engine.answered(self.sitting, places, now)
        self.explained.value = html_said(answered(item, places, self.exam._sources)) if after.practice else ""
        if after.practice and not after.open:
            return engine.handed_in(after, now)
        return after

    def skip(self) -> engine.Sitting:
        """The next question."""
        self.explained.value = ""
        return engine.skipped(self.sitting, time.monotonic())

    def flag(self) -> engine.Sitting:
        """Flag the question, or take the flag off."""
        return engine.flagged(self.sitting, time.monotonic())

    def take_back(self) -> engine.Sitting:
        """Take the answer back."""
        return engine.answered(self.sitting, (), time.monotonic())

    def moved(self, place: int | None) -> None:
        """Go to the question that is picked in the list."""
        if not self.quiet and place is not None:
            self.explained.value = ""
            self.act(lambda: engine.moved(self.sitting, place, time.monotonic()))

    def hand_in(self) -> engine.Sitting:
        """Hand in; with questions open, only when asked twice."""
        if self.sitting.open and not self.asked_twice:
            self.asked_twice = True
            raise BscError(
                f"{counted(len(self.sitting.open), 'question')} open: press Hand in again to hand in all the same"
            )
        return engine.handed_in(self.sitting, time.monotonic())

    def say(self, text: str) -> None:
        """Say where it stands, or what is wrong."""
        self.state.value = f"<p>{text}</p>"

    def show(self, focus: bool, notes: list[str] | None = None) -> None:
        """Put the question, or say what the exam came to."""
        state, more = self.sitting, " ".join(notes or [])
        if state.over:
            self.box.children = [self.state, self.explained, _html(self._outcome())]
            self.say(f"It is handed in. {more}")
            return
        count, place = len(state.paper.items), state.place
        flagged = ", flagged" if place in state.flagged else ""
        self.controls = ItemControls(
            state.item, f"Question {place + 1} of {count}{flagged}", state.answers.get(place, ()), focus
        )
        if state.practice and place in state.answers:
            self.controls.lock()
        self.quiet = True
        self.jump.options = [(self._named(at), at) for at in range(count)]
        self.jump.value = place
        self.quiet = False
        self.clock.value = self._clock()
        self.say(f"{len(state.answers)} of {count} answered. {'All are answered. ' if not state.open else ''}{more}")
        import ipywidgets

        row = ipywidgets.HBox(self.buttons, layout={"flex_flow": "row wrap"})
        self.box.children = [self.clock, self.controls.box(row, self.jump, self.state, self.explained)]

    def _named(self, place: int) -> str:
        marks = ["answered"] if place in self.sitting.answers else ["open"]
        marks += ["flagged"] if place in self.sitting.flagged else []
        return f"{place + 1}: {', '.join(marks)}"

    def _clock(self) -> str:
        left = engine.left(self.sitting, time.monotonic())
        if left is None:
            return "<p>Practice: no time is set.</p>"
        from bsclib.reporting.controls import DOT

        return f'<p><span></span><img alt="" data-left="{left:.0f}" onload="{_COUNTDOWN}" src="{DOT}"></p>'

    def _outcome(self) -> str:
        result = self.exam.result or result_of(self.sitting)
        due = [progress.due_words(progress.read()[0], datetime.now(UTC))] if self.exam._kept else []
        said = "".join(f"<p>{text}</p>" for text in [*sentences(result, self.sitting), *due])
        rows = [
            (
                row.topic,
                f"{row.right} of {row.questions}",
                percent(row.share),
                f"{percent(row.low)} to {percent(row.high)}",
            )
            for row in result.topics.itertuples()
        ]
        table = html_table(("topic", "right", "share", "could be"), rows, "By topic, with how much each share rests on")
        reread = [(row.heading, row.page, str(row.wrong)) for row in result.reread.head(MOST_REREAD).itertuples()]
        again = html_table(("heading", "page", "not right"), reread, "To read again") if reread else ""
        style = "max-width: 44rem; line-height: 1.4"
        return f'<div class="{PLAIN}" style="{style}">{said}{table}{again}{self._explained()}</div>'

    def _explained(self) -> str:
        """The questions that were not right, each with its explanation, folded."""
        state = self.sitting
        wrong = [place for place in range(len(state.paper.items)) if not state.right.get(place, False)]
        parts = []
        for place in wrong:
            item, given = state.paper.items[place], state.answers.get(place, ())
            head = f"<p><strong>Question {place + 1}</strong></p>"
            parts.append(head + html_asked(item) + html_said(answered(item, given, self.exam._sources)))
        shown = f"<summary>Explain the {len(wrong)} that were not right</summary>{''.join(parts)}"
        return f"<details>{shown}</details>" if wrong else ""


def _html(text: str) -> Any:
    import ipywidgets

    return ipywidgets.HTML(text)
