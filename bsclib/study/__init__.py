"""Learning with a scorecard at hand: lessons whose exercises check themselves, and a review that is marked.

`lesson` opens the exercises of one notebook on any scorecard; `mark_review` holds what a reviewer found against a key.
`read_questions` reads the question bank, `check_questions` looks one over, and `draw_paper` draws a mock exam from it.
`quiz` asks a few questions in a notebook, and `mock_exam` sits a whole paper there.
They are imported when they are first used, so that a quiz in a terminal begins at once.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "marking": ["mark_review"],
    "practice.mock_exams": ["MockExam", "mock_exam"],
    "practice.quizzes": ["Quiz", "quiz"],
    "questions.bank": ["read_questions"],
    "questions.check": ["check_questions"],
    "questions.draw": ["draw_paper"],
    "session": ["Lesson", "lesson"],
}
__all__ = sorted(name for names in _HOMES.values() for name in names)


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"bsclib.study.{home}"), name)
    raise AttributeError(f"module 'bsclib.study' has no attribute {name!r}")
