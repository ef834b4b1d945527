"""Learning with a scorecard at hand: lessons whose exercises check themselves, and a review that is marked.

`lesson` opens the exercises of one notebook on any scorecard; `mark_review` holds what a reviewer found against a key.
`read_questions` reads the question bank, `check_questions` looks one over, and `draw_paper` draws a mock exam from it.
"""

from bsclib.study.marking import mark_review
from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.check import check_questions
from bsclib.study.questions.draw import draw_paper
from bsclib.study.session import Lesson, lesson

__all__ = ["Lesson", "check_questions", "draw_paper", "lesson", "mark_review", "read_questions"]
