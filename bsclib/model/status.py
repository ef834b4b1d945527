"""Status."""

from __future__ import annotations

STATUSES = ("on_target", "at_risk", "off_target", "no_data", "undecided")


SYMBOLS = {"on_target": "●", "at_risk": "▲", "off_target": "◆", "no_data": "○", "undecided": "◐"}


def words(status: str) -> str:
    """A status, or a verdict, as a person says it.

    Examples
    --------
    >>> words("off_target")
    'off target'
    """
    return status.replace("_", " ")
