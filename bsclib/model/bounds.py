"""Bounds."""

from __future__ import annotations

import math
import re

from bsclib.model import formula
from bsclib.model.nouns import KPI

_DIFFERENCE = re.compile(
    r"varian|differ|deviat|\bnet\b|growth|change in|increase|decrease|ahead|early|late\b|slip|balance|trend|delta"
    r"|\bsaved\b|\bsaving|\bbefore\b|\bafter\b|against|\bvs\b|versus|\bdue\b"
)


_PART = re.compile(
    r"\bshare\b|\brate\b|availab|uptime|\bwithin\b|on[ -]time|coverage|covered|complian|percentage|proportion|\bmet\b"
    r"|resol|reopen|solved|failed|failure|success|automated|trained|certified|tested|patched|closed|on hold|kept"
    r"|retention|adoption|accuracy|complete"
)


_NO_PART = re.compile(
    r"budget|spent|growth|varian|return|\broi\b|benefit|saving|margin|increase|decrease|change in|utilis|utiliz|load"
    r"|capacity|plan|earned|index|productiv|revenue|profit|value|interest|exchange|burn|improvement|reduction|demand"
)


def bounds(kpi: KPI) -> tuple[float, float]:
    """The lowest and the highest value that a KPI can have, as far as its words tell; infinite where they do not.

    A share lies between 0 and 100 %, points *of 5* reach 5, a count and a duration are not negative. A percentage that
    may be more than the whole, such as a budget's, has no bounds.

    Examples
    --------
    >>> kpi = KPI(
    ...     id="availability",
    ...     name="Availability",
    ...     objective="run",
    ...     measured_in="%",
    ...     direction="higher_is_better",
    ...     target=99.9,
    ...     floor=99,
    ... )
    >>> bounds(kpi)
    (0.0, 100.0)
    """
    unit = kpi.measured_in.casefold().strip()
    said = f"{kpi.name} {kpi.id}".casefold().replace("_", " ").replace("-", " ")
    if of := re.search(r"(?:^|\s)(?:of|/)\s*(\d{1,3})$", unit):
        return 0.0, float(of[1])
    if _DIFFERENCE.search(said) or "-" in kpi.formula:
        return -math.inf, math.inf
    if percent(kpi):
        plain = formula.scale(kpi.formula) == 100 or not formula.quantities(kpi.formula)[1]
        part = _is_part(kpi.formula) or (plain and _PART.search(said) and not _NO_PART.search(f"{said} {kpi.formula}"))
        return (0.0, 100.0) if part else (-math.inf, math.inf)
    words = re.findall(r"[^\W\d_]+", unit)
    return (0.0, math.inf) if words and words[0] in COUNTED else (-math.inf, math.inf)


def percent(kpi: KPI) -> bool:
    """Whether a KPI is measured in percent."""
    return kpi.measured_in.casefold().strip() in ("%", "percent", "per cent", "pct", "prozent")


def _is_part(text: str) -> bool:
    """Whether a formula divides some of a thing by all of it: ``100 * failed_changes / changes``."""
    above, below = formula.quantities(text)
    if formula.scale(text) != 100 or len(above) != 1 or len(below) != 1:
        return False
    (part,), (whole,) = above, below
    return part != whole and re.search(rf"(?:^|_){re.escape(whole)}(?:$|_)", part) is not None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COUNTED = _words("""
accounts alerts answers applications articles assets calls certificates certifications changes complaints
contacts days defects deployments devices employees errors escalations events faults findings fte gaps h hours
ideas incidents interruptions issues milestones minutes months outages patches people persons problems projects
releases requests risks seconds servers services sessions staff steps suppliers systems tests tickets users
vendors visits vulnerabilities weeks years
""")
"""What is counted, and what time is told in: never below 0."""
