"""Questions as they are put, and papers of them, for tests of quizzes and exams."""

import bank

from bsclib.study.questions.draw import Paper
from bsclib.study.questions.exams import Exam
from bsclib.study.questions.question import Entry, Item, made

SEVERAL = {"kind": "several", "options": [*bank.options("red", "blue"), {"text": "sky", "right": True, "why": "So."}]}
ORDER = {"kind": "order", "options": bank.options("first", "second", "third", right=None)}
MATCH = {
    "kind": "match",
    "options": [
        {"text": t, "to": to, "why": "So it is."} for t, to in (("cat", "meow"), ("dog", "bark"), ("cow", "moo"))
    ],
}


def item(topic="a", order=None, matches=None, **changes):
    """A question with its options in this order; those of a match beside it in theirs."""
    question = made(bank.question(**changes))
    places = tuple(range(len(question.options)))
    matches = (matches or places) if question.kind == "match" else ()
    return Item(Entry(question, "mine", "here"), question, topic, order or places, matches)


def paper(count=4, minutes=10, needed=3, **form):
    """A paper of single choices, the first option right, half of topic a and half of b."""
    fields = {"id": "trial", "name": "Trial", "questions": 40, "minutes": 60, "pass_share": 0.65, "source": "us"}
    fields |= {
        "seen": "2026-11-29",
        "confidence": "ours",
        "topics": [{"id": t, "name": t.upper(), "weight": 50} for t in "ab"],
    }
    exam = Exam.model_validate(fields | form)
    items = tuple(item("ab"[i % 2], id=f"q{i}", stem=f"Which is number {i}?") for i in range(count))
    return Paper(exam, items, minutes, needed, "")
