"""Learning with a scorecard at hand: lessons whose exercises check themselves, and a review that is marked.

`lesson` opens the exercises of one notebook on any scorecard; `mark_review` holds what a reviewer found against a key.
"""

from bsclib.study.marking import Marking, mark_review
from bsclib.study.session import Card, Lesson, lesson

__all__ = ["Card", "Lesson", "Marking", "lesson", "mark_review"]
