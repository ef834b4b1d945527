"""A mock exam that somebody sits: what was answered, flagged and skipped, where it stands, and how much time is left.

Nothing here reads a clock, a file or a keyboard. Each step takes the sitting and the time, and gives a new sitting; so
one engine serves the terminal, the notebook and the tests. The time counts while somebody is there: it is added up
from step to step, stands still from the last step before a break to `resumed`, and a clock that is set back adds none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bsclib.errors import BscError, Fault
from bsclib.study.practice.answering import Places, is_right
from bsclib.study.questions.draw import Paper
from bsclib.study.questions.question import Item


@dataclass(frozen=True)
class Sitting:
    """A paper and how far somebody has come with it; times in seconds, `since` as the clock had it."""

    paper: Paper
    since: float
    spent: float = 0.0
    place: int = 0
    answers: Mapping[int, Places] = field(default_factory=dict)
    flagged: frozenset[int] = frozenset()
    practice: bool = False
    over: bool = False

    @property
    def item(self) -> Item:
        """The question that is put."""
        return self.paper.items[self.place]

    @property
    def open(self) -> list[int]:
        """The places of questions without an answer."""
        return [place for place in range(len(self.paper.items)) if place not in self.answers]

    @property
    def right(self) -> dict[int, bool]:
        """Whether each answer is right, by place."""
        return {place: is_right(self.paper.items[place], given) for place, given in sorted(self.answers.items())}


def begun(paper: Paper, now: float, practice: bool = False) -> Sitting:
    """A paper that is begun; one for practice has no time limit."""
    return Sitting(paper, since=now, practice=practice)


def left(sitting: Sitting, now: float) -> float | None:
    """Seconds that are left; None where there is no limit."""
    if sitting.practice or sitting.paper.minutes is None:
        return None
    return max(60.0 * sitting.paper.minutes - _at(sitting, now).spent, 0.0)


def answered(sitting: Sitting, places: Places, now: float) -> Sitting:
    """The question that is put is answered, and the next open one comes; an empty answer takes one back."""
    sitting = _in_time(sitting, now)
    if sitting.over:
        return sitting
    if sitting.practice and sitting.place in sitting.answers:
        raise BscError(Fault("answer", "this question was explained already", fix="go on to another one"))
    answers = dict(sitting.answers)
    answers.pop(sitting.place, None)
    if places:
        answers[sitting.place] = places
    sitting = replace(sitting, answers=answers)
    return sitting if sitting.practice or not places else _onward(sitting)


def skipped(sitting: Sitting, now: float) -> Sitting:
    """The next question comes, whatever became of this one."""
    return _onward(_in_time(sitting, now))


def flagged(sitting: Sitting, now: float) -> Sitting:
    """The question that is put is flagged to be looked at again; once more takes the flag off."""
    sitting = _in_time(sitting, now)
    return sitting if sitting.over else replace(sitting, flagged=sitting.flagged ^ {sitting.place})


def moved(sitting: Sitting, place: int, now: float) -> Sitting:
    """Another question is put, by its place from 0."""
    count = len(sitting.paper.items)
    if not 0 <= place < count:
        raise BscError(Fault("question", f"there is no question {place + 1}", allowed=f"1 to {count}"))
    return replace(_in_time(sitting, now), place=place)


def resumed(sitting: Sitting, now: float) -> Sitting:
    """Somebody comes back to it: the time in between does not count."""
    return replace(sitting, since=now)


def paused(sitting: Sitting, now: float) -> Sitting:
    """The time until now is counted, before it is put away."""
    return _in_time(sitting, now)


def handed_in(sitting: Sitting, now: float) -> Sitting:
    """It is over, and what was not answered counts as wrong."""
    return replace(_at(sitting, now), over=True)


def _onward(sitting: Sitting) -> Sitting:
    """To the next question without an answer; behind the last one, to the first; with none open, to the next."""
    count, open = len(sitting.paper.items), sitting.open
    later = [place for place in open if place > sitting.place] or [place for place in open if place != sitting.place]
    return replace(sitting, place=later[0] if later else (sitting.place + 1) % count)


def _at(sitting: Sitting, now: float) -> Sitting:
    """With the time until now; a clock that was set back adds none."""
    return replace(sitting, since=now, spent=sitting.spent + max(now - sitting.since, 0.0))


def _in_time(sitting: Sitting, now: float) -> Sitting:
    """With the time until now, and over when that is all there was."""
    if sitting.over:
        return sitting
    sitting = _at(sitting, now)
    return replace(sitting, over=left(sitting, now) == 0.0)
