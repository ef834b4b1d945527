"""What a rule is: what finds something, why that matters, what to do about it, and who says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from bsclib.design.review.subject import Subject

SEVERITIES = ("high", "medium", "low")
BETWEEN_LEVELS: tuple[str, ...] = (
    "BSC611",
    "BSC612",
    "BSC613",
    "BSC614",
    "BSC615",
    "BSC616",
    "BSC621",
    "BSC622",
    "BSC623",
    "BSC624",
    "BSC625",
)
BETWEEN_LEVELS += ("BSC631", "BSC641")
"""What `bsclib.design.alignment` finds between scorecards; a scorecard may accept that, too."""
OURS = "the kit's own"
ARITHMETIC = "arithmetic"
SMART = "Doran 1981"
CASCADE = "Van Grembergen, Saull & De Haes 2001"
SINS = "Working Council for CIOs 2003"
Findings: TypeAlias = Iterator[tuple[str, str]]
"""What a rule finds: where, and what is found there."""


@dataclass(frozen=True)
class Rule:
    """One thing that a scorecard had better not be."""

    id: str  # such as "BSC103"
    severity: str  # one of SEVERITIES
    find: Callable[[Subject], Findings]
    why: str
    fix: str
    source: str
    remedy: str  # what to do, for a person who has no file open
    needs: str = ""  # a "table" of actuals, "actuals" in it, the scorecard "above": without it the rule is skipped


Unfinished: TypeAlias = Callable[..., Rule]
"""A rule that lacks some of its fields."""


def fix(text: str, remedy: str = "") -> Callable[[Callable[[Subject], Findings]], Unfinished]:
    """Say what to do about what a function finds, and what where no file is open; `why` and `rule` stand above."""
    return lambda find: partial(Rule, find=find, fix=text, remedy=remedy or text)


def why(text: str) -> Callable[[Unfinished], Unfinished]:
    """Say why it matters."""
    return lambda unfinished: partial(unfinished, why=text)


def rule(id: str, severity: str, source: str, needs: str = "") -> Callable[[Unfinished], Rule]:
    """Make it a rule."""
    return lambda unfinished: unfinished(id=id, severity=severity, source=source, needs=needs)
