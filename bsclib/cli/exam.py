"""Quizzes and mock exams in a terminal: what is asked, what may be typed, and what is said to it.

Plain lines without colour, so that it works over ssh and with a screen reader; an answer is a line of text.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bsclib.cli.verbs import echo
from bsclib.errors import BscError
from bsclib.study.practice import progress
from bsclib.study.practice.answering import Places, read_answer
from bsclib.study.practice.item_text import WIDTH, answered, lines_of, lines_said, prompt, wrapped, written
from bsclib.study.questions.question import Item
from bsclib.wording import counted, percent, truncated

if TYPE_CHECKING:
    import pandas as pd

    from bsclib.study.practice.result import Result
    from bsclib.study.practice.sitting import Sitting

BEAT = 15.0
"""Seconds after which the time of an exam is kept, although nothing was typed."""
MOST_REREAD = 8
QUIT = {"q", "quit", "exit"}


def columns() -> int:
    """How wide lines may be."""
    return max(min(shutil.get_terminal_size((WIDTH, 24)).columns - 1, WIDTH), 30)


def say(lines: Iterable[str] = ("",)) -> None:
    """Print lines."""
    for line in lines:
        echo(line)


def typed(text: str) -> str | None:
    """What is typed; None at the end of the input."""
    echo(text, nl=False)
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError:
        return "?"  # letters of another encoding than the terminal's
    if not line:
        echo()
    return line.strip() if line else None


# ---- quizzes


def ask_quiz(items: Iterable[Item], count: int, sources: dict[str, str]) -> dict[str, bool]:
    """Put questions one after the other and explain each at once; whether each answer was right, by id."""
    results: dict[str, bool] = {}
    say(wrapped(["Enter alone skips a question; quit ends the quiz.", ""], columns()))
    for number, item in enumerate(items, 1):
        say(lines_of(item, number, count, width=columns()))
        places = _answer(item)
        if places is None:
            break
        said = answered(item, places, sources)
        say(["", *lines_said(said, columns()), ""])
        if places:
            results[item.id] = said.right
    say([f"{sum(results.values())} of {counted(len(results), 'answer')} right."])
    return results


def _answer(item: Item) -> Places | None:
    """The places that are answered; none for a question that is skipped, None at the end."""
    while (line := typed(prompt(item))) is not None and line.casefold() not in QUIT:
        try:
            return read_answer(line, item)
        except BscError as problem:
            say(wrapped([str(problem)], columns()))
    return None


def keep_answers(results: dict[str, bool]) -> None:
    """Save what was right, and say what is due."""
    now = datetime.now(UTC)
    if results:
        for note in progress.change(lambda data: progress.answered(data, results, now)):
            echo(f"Note: {note}", err=True)
    say_due(now)


def say_due(now: datetime) -> None:
    """Say how many questions are due, and when the next is."""
    if words := progress.due_words(progress.read()[0], now):
        say([words])


# ---- mock exams

HELP = """A letter answers. What else you may type:
  Enter         skip this question; it stays open
  flag          flag it, to look at it again; once more takes the flag off
  clear         take your answer back
  go 12         go to question 12
  review        list all questions: answered, open, flagged
  time          how much time is left
  end           hand in
  quit          put it away; the same command goes on with it"""


class Room:
    """Where a mock exam is sat: it keeps every step on the disk, and the time even when nothing is typed."""

    def __init__(self, sitting: Sitting, seed: int, sources: dict[str, str]):
        self.sitting, self.seed, self.sources = sitting, seed, sources
        self.lock = threading.Lock()
        self.told = False

    def sit(self) -> bool:
        """Put questions until it is handed in or the time is up; whether it is over."""
        from bsclib.study.practice import sitting as engine

        with self._heartbeat():
            try:
                while not self.sitting.over:
                    if not self._step():
                        return False
            finally:
                self._keep()
        if engine.left(self.sitting, time.monotonic()) == 0:
            say(["", "The time is up."])
        return True

    def step(self, sitting: Sitting) -> None:
        """Go on to another state, and keep it."""
        with self.lock:
            self.sitting = sitting
        self._keep()

    def _step(self) -> bool:
        """One question and one line; False to put it away."""
        from bsclib.study.practice import sitting as engine

        now, state = time.monotonic, self.sitting
        if state.practice and not state.open:
            self.step(engine.handed_in(state, now()))
            return True
        self._show()
        line = typed("All are answered; end hands in. " if not state.open else prompt(state.item))
        if line is None or line.casefold() in QUIT:
            return False
        word, _, rest = line.casefold().partition(" ")
        try:
            if word in ("help", "?"):
                say(["", HELP, ""])
            elif word == "flag":
                self.step(engine.flagged(state, now()))
            elif word == "go" and rest.strip().isdecimal():
                self.step(engine.moved(state, int(rest) - 1, now()))
            elif word == "review":
                self._review()
            elif word == "time":
                say([self._time()])
            elif word == "end":
                if self._sure():
                    self.step(engine.handed_in(self.sitting, now()))
            elif not line:
                self.step(engine.skipped(state, now()))
            elif word == "clear":
                self.step(engine.answered(state, (), now()))
            else:
                self._answered(line)
        except BscError as problem:
            say(["", *wrapped([str(problem)], columns())])
        return True

    def _answered(self, line: str) -> None:
        from bsclib.study.practice import sitting as engine

        item, now = self.sitting.item, time.monotonic
        places = read_answer(line, item)
        self.step(engine.answered(self.sitting, places, now()))
        if self.sitting.practice:
            say(["", *lines_said(answered(item, places, self.sources), columns())])
            self.step(engine.skipped(self.sitting, now()))

    def _show(self) -> None:
        state = self.sitting
        place, count = state.place, len(state.paper.items)
        say(["", "-" * columns(), self._time()])
        say(lines_of(state.item, place + 1, count, place in state.flagged, columns()))
        if place in state.answers:
            say([f"You answered {written(state.item, state.answers[place])}; another answer replaces it.", ""])

    def _time(self) -> str:
        from bsclib.study.practice import sitting as engine

        state = self.sitting
        seconds = engine.left(state, time.monotonic())
        parts = [] if seconds is None else [f"{duration(seconds)} left"]
        parts.append(f"{len(state.answers)} of {len(state.paper.items)} answered")
        parts += [f"{len(state.flagged)} flagged"] if state.flagged else []
        return " · ".join(parts) if self._can_show("·") else ", ".join(parts)

    @staticmethod
    def _can_show(text: str) -> bool:
        try:
            text.encode(sys.stdout.encoding or "ascii")
        except UnicodeEncodeError:
            return False
        return True

    def _review(self) -> None:
        state = self.sitting
        say()
        for place, item in enumerate(state.paper.items):
            given = written(item, state.answers[place]) if place in state.answers else "open"
            mark = "flagged" if place in state.flagged else ""
            say([truncated(f"{place + 1:>4}  {given:<12} {mark:<8} {item.question.stem}", columns())])

    def _sure(self) -> bool:
        state = self.sitting
        loose = [counted(len(state.open), "question") + " open"] if state.open else []
        loose += [counted(len(state.flagged), "question") + " flagged"] if state.flagged else []
        return not loose or (typed(f"{', '.join(loose)}. Hand in all the same? (yes or no) ") or "").casefold() in (
            "y",
            "yes",
        )

    def _keep(self) -> None:
        """Write where it stands, with the time until now; what cannot be written is said once."""
        from bsclib.study.practice import open_exams
        from bsclib.study.practice import sitting as engine

        with self.lock:
            try:
                open_exams.save(engine.paused(self.sitting, time.monotonic()), self.seed)
            except BscError as problem:
                if not self.told:
                    echo(f"Note: the exam is not kept, so do not stop it now. {problem}", err=True)
                self.told = True

    @contextmanager
    def _heartbeat(self) -> Iterator[None]:
        done = threading.Event()

        def beat() -> None:
            while not done.wait(BEAT):
                self._keep()

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def duration(seconds: float) -> str:
    """How long, in hours and minutes; in seconds below two minutes."""
    if seconds < 120:
        return counted(seconds, "second")
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{counted(hours, 'hour')} {minutes} min" if hours else f"{minutes} minutes"


def say_result(sitting: Sitting, result: Result, sources: dict[str, str]) -> None:
    """Say what an exam came to, and explain what was wrong to who wants it."""
    from bsclib.study.practice.result import sentences

    say(["", *wrapped(sentences(result, sitting), columns()), ""])
    say(table_lines(result.topics))
    if len(result.reread):
        say(["", "To read again:"])
        for row in result.reread.head(MOST_REREAD).itertuples():
            say([f"  {row.wrong} wrong: {row.heading}, in {row.page}"])
        if (more := len(result.reread) - MOST_REREAD) > 0:
            say([f"  and {more} more"])
    wrong = [place for place in range(result.count) if not sitting.right.get(place, False)]
    if wrong and not sitting.practice:
        line = typed(f"\nExplain the {len(wrong)} that were not right? (yes or no) ")
        for place in wrong if (line or "").casefold() in ("y", "yes") else []:
            item = sitting.paper.items[place]
            say(["", *lines_of(item, place + 1, result.count, width=columns())])
            say(lines_said(answered(item, sitting.answers.get(place, ()), sources), columns()))


def table_lines(topics: pd.DataFrame) -> list[str]:
    """The topics of a result as lines, with how much each share rests on."""
    width = max(len("Topic"), *(len(name) for name in topics["topic"]))
    lines = [f"{'Topic':<{width}}   Right       Share  could be"]
    for row in topics.itertuples():
        lines.append(
            f"{row.topic:<{width}}  {row.right:>3} of {row.questions:<3} {percent(row.share):>8}  "
            f"{percent(row.low)} to {percent(row.high)}"
        )
    return lines
