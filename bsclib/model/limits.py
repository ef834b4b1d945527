"""Where a KPI's value can lie at all: where it says so, or as far as its words tell.

A share lies within 0 and 100 %, a count not below 0. A scorecard states `limits` of its own where that is not enough,
and need not where it is, because most follow from what a KPI is measured in, its formula and its name.
Percentages are the hard part: *share of tickets solved* is a part of a whole and ends at 100, *budget spent* and
*growth* do not. So a percentage has limits only where the formula divides some of a thing by all of it, or where its
words say that it is a part and none of them says that it may pass the whole.
"""

from __future__ import annotations

import math
import re

from bsclib.model import formula
from bsclib.model.measures import in_percent, is_yes_no
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
# What is counted, and what time is told in: never below 0.
_COUNTED = re.findall(
    r"\w+",
    """
    accounts alerts answers applications articles assets calls certificates certifications changes complaints
    contacts days defects deployments devices employees errors escalations events faults findings fte gaps h hours
    ideas incidents interruptions issues milestones minutes months outages patches people persons problems projects
    releases requests risks seconds servers services sessions staff steps suppliers systems tests tickets users
    vendors visits vulnerabilities weeks years
    """,
)


def value_limits(kpi: KPI) -> tuple[float, float]:
    """The lowest and the highest value that a KPI can have; infinite where neither it nor its words tell."""
    if kpi.limits is not None:
        low, high = kpi.limits
        return -math.inf if low is None else low, math.inf if high is None else high
    unit = kpi.measured_in.casefold().strip()
    said = f"{kpi.name} {kpi.id}".casefold().replace("_", " ").replace("-", " ")
    if of := re.search(r"(?:^|\s)(?:of|/)\s*(\d{1,3})$", unit):
        return 0.0, float(of[1])
    if is_yes_no(unit):
        return 0.0, 1.0
    # A difference may be negative, whatever it is measured in.
    if kpi.due or _DIFFERENCE.search(said) or "-" in kpi.formula:
        return -math.inf, math.inf
    if is_percentage(kpi):
        plain = formula.scale(kpi.formula) == 100 or not formula.quantities(kpi.formula)[1]
        part = _is_part(kpi.formula) or (plain and _PART.search(said) and not _NO_PART.search(f"{said} {kpi.formula}"))
        return (0.0, 100.0) if part else (-math.inf, math.inf)
    words = re.findall(r"[^\W\d_]+", unit)
    return (0.0, math.inf) if words and words[0] in _COUNTED else (-math.inf, math.inf)


def likely_limits(kpi: KPI, lowest: float, highest: float) -> tuple[float, float]:
    """The same, given the lowest and the highest actual: a share that never left 0 to 100 %, nor is to, stays there."""
    limits = value_limits(kpi)
    said = f"{kpi.name} {kpi.id} {kpi.formula}".casefold().replace("_", " ").replace("-", " ")
    if kpi.limits is not None or limits != (-math.inf, math.inf) or not is_percentage(kpi):
        return limits
    if _DIFFERENCE.search(said) or _NO_PART.search(said):
        return limits
    aims = kpi.range if kpi.direction == "within_range" else [float(value) for value in _aims(kpi)]
    inside = all(0 <= value <= 100 for value in (lowest, highest, *aims))
    return (0.0, 100.0) if inside else limits


def _aims(kpi: KPI) -> list[float]:
    return [point.value for point in kpi.points()] or [kpi.final_target]


def is_percentage(kpi: KPI) -> bool:
    """Whether a KPI is measured in percent."""
    return in_percent(kpi.measured_in)


def _is_part(text: str) -> bool:
    """Whether a formula divides some of a thing by all of it: ``100 * failed_changes / changes``."""
    above, below = formula.quantities(text)
    if formula.scale(text) != 100 or len(above) != 1 or len(below) != 1:
        return False
    (part,), (whole,) = above, below
    return part != whole and re.search(rf"(?:^|_){re.escape(whole)}(?:$|_)", part) is not None
