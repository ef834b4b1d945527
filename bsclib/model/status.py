"""The traffic light without its colours: the words of a status, and the symbol for each; and those of a verdict.

A status is never told by colour alone, because not everybody sees red and green, and paper has neither. Colours live
with the pictures.
"""

from __future__ import annotations

SYMBOLS = {"on_target": "●", "at_risk": "▲", "off_target": "◆", "no_data": "○", "undecided": "◐"}
STATUSES = tuple(SYMBOLS)
VERDICTS = {"supported": "✓", "refuted": "✗", "too_little_data": "?", "not_testable": "⊘"}
"""What is written beside a link's verdict."""


def words(status: str) -> str:
    """A status, or a verdict, as a person says it: ``off target`` for `off_target`."""
    return status.replace("_", " ")
