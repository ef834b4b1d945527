"""The traffic light without its colours: the words a status is stored as, and the symbol that stands for each.

A status is never told by colour alone, because not everybody sees red and green, and paper has neither. Colours live
with the pictures.
"""

from __future__ import annotations

SYMBOLS = {"on_target": "●", "at_risk": "▲", "off_target": "◆", "no_data": "○", "undecided": "◐"}
STATUSES = tuple(SYMBOLS)


def words(status: str) -> str:
    """A status, or a verdict, as a person says it: ``off target`` for `off_target`."""
    return status.replace("_", " ")
