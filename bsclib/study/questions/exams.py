"""Exams as their publishers describe them: form, weights, for how long they hold, and who says so.

A weight that nobody published, or that we did not find, is not made up: such an exam has no topics, and its note says
why. Weights add up to 100, but for what rounding leaves.
"""

from __future__ import annotations

from functools import cache

from pydantic import Field, ValidationError

from bsclib.errors import BscError, UnknownNameError, unknown
from bsclib.files.paths import shipped_folder
from bsclib.files.yaml_tree import place, plain, read_tree
from bsclib.model.build import fault_of
from bsclib.model.values import Id, Name, Number, Part, Period, Text
from bsclib.study.questions.question import Confidence
from bsclib.wording import counted, month_name


class ExamTopic(Part):
    """A part of an exam, and how much of it is about this, in per cent."""

    id: Id
    name: Name
    weight: Number = Field(gt=0, le=100)


class Exam(Part):
    """The form of an exam; what is not published, or was not found, is left out."""

    id: Id
    name: Name
    questions: int | None = Field(default=None, ge=1)
    minutes: int | None = Field(default=None, ge=1)
    pass_share: Number | None = Field(default=None, gt=0, le=1)
    pass_words: Text = ""
    topics: tuple[ExamTopic, ...] = ()
    covers: tuple[Id, ...] = ()
    by_topic: bool = False
    valid_from: Period | None = None
    valid_to: Period | None = None
    source: Name
    seen: Period
    confidence: Confidence
    note: Text = ""

    @property
    def asked(self) -> tuple[ExamTopic, ...]:
        """The topics of which there are questions here."""
        return tuple(topic for topic in self.topics if not self.covers or topic.id in self.covers)

    @property
    def share(self) -> float:
        """How much of the exam these topics are."""
        whole, asked = (sum(topic.weight for topic in topics) for topics in (self.topics, self.asked))
        return asked / whole if whole else 1.0


class _File(Part):
    """What the file of exams holds."""

    exams: tuple[Exam, ...]


@cache
def shipped_exams() -> dict[str, Exam]:
    """The exams by id, in the order of the file."""
    path = shipped_folder() / "datasets" / "exams.yaml"
    root = read_tree(path, "file of exams", "exams")
    try:
        file = _File.model_validate(plain(root))
    except ValidationError as error:
        fields = list(Exam.model_fields)
        raise BscError(
            [fault_of(each, lambda loc: f"{path.name}, {place(root, loc)}", fields) for each in error.errors()]
        ) from None
    return {exam.id: exam for exam in file.exams}


def find_exam(id: str) -> Exam:
    """The exam of this id."""
    exams = shipped_exams()
    if id not in exams:
        raise UnknownNameError(unknown("exam", id, exams, names={exam.id: exam.name for exam in exams.values()}))
    return exams[id]


def about(exam: Exam) -> list[str]:
    """What is known of an exam, in sentences: its form, for how long it holds, who says so, and what is not known."""
    form = [counted(exam.questions, "question")] if exam.questions else []
    form += [counted(exam.minutes, "minute")] if exam.minutes else []
    form += [f"pass mark {exam.pass_words}"] if exam.pass_words else []
    dates = [f"from {exam.valid_from}" if exam.valid_from else "", f"until {exam.valid_to}" if exam.valid_to else ""]
    holds = f" It holds {' '.join(filter(None, dates))}." if any(dates) else ""
    said = [f"{exam.name}: {', '.join(form) or 'its form is not published'}.{holds}"]
    said += [exam.note] if exam.note else []
    day = f"{int(exam.seen[8:10])} " if len(exam.seen) == 10 else ""
    return [*said, f"Source: {exam.source}. Seen: {day}{month_name(exam.seen)}. Confidence: {exam.confidence}."]


def tags() -> set[str]:
    """What a question's `exams` may name: an exam without topics, or a topic as ``cobit-foundation.principles``."""
    exams = [exam for exam in shipped_exams().values() if not exam.by_topic]
    topics = {f"{exam.id}.{topic.id}" for exam in exams for topic in exam.topics}
    return topics | {exam.id for exam in exams if not exam.topics}


def largest_remainder(weights: list[float], total: int) -> list[int]:
    """Whole numbers in proportion to weights that add up to a total: what is left goes to the largest remainders."""
    quotas = [weight * total / sum(weights) for weight in weights]
    shares = [int(quota + 1e-9) for quota in quotas]
    by_rest = sorted(range(len(weights)), key=lambda i: round(shares[i] - quotas[i], 9))
    for i in by_rest[: total - sum(shares)]:
        shares[i] += 1
    return shares
