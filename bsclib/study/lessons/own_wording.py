"""What can be said of an objective and a KPI as a learner worded them: too vague, finished some day, the wrong way."""

from __future__ import annotations

import re

from bsclib.design.review.words import WORK, is_verb_and_object, work_word
from bsclib.wording import quoted

_ONCE = "tool|system|software|platform|application|app|portal|server|suite|module|dashboard|database|solution|product"
_INSTALLED = re.compile(rf"^(?:{'|'.join(WORK)})\s+(?:(?!to|on|in|for|into|of|with)[\w-]+\s+){{0,4}}(?:{_ONCE})\b")
"""Work on one thing, which is finished some day however fast it is done: Install a new tool faster."""
_VAGUE = frozenset(
    (
        *("happy", "happier", "better", "good", "great", "excellent", "best", "nice", "perfect", "optimal", "modern"),
        *("success", "successful", "quality", "state-of-the-art", "world-class", "professional", "efficient"),
    )
)
"""Words of which two people think two things."""
_DONE = re.compile(
    r"(?<!that )(?<!which )(?<!who )\b(?:is|are|was|were|has been|have been)\s+\w+$"
    rf"|\b(?:{_ONCE})\b.*\b(?:installed|implemented|introduced|done|ready|live|finished|bought|in use|in place)$"
)
"""A state that is reached once, and not a number: Tool is installed."""
_COUNTS = re.compile(r"\b(?:number|share|percentage|per cent|percent|how many|count|rate|per|days|hours|minutes)\b|%")
_HIGHER = re.compile(
    r"\b(?:answered|solved|resolved|met|on time|in time|within|satisfied|satisfaction|availab\w+|uptime|successful|"
    r"recommend|engagement|automated|trained|training|kept|first contact|content|promoter)\b"
)
_LOWER = re.compile(
    r"\b(?:wait\w*|fail\w*|late|overdue|open|backlog|costs?|time to|time until|(?:days|hours|minutes) (?:to|until)|"
    r"incidents|outages?|downtime|complaints?|errors?|defects?|reopened|leave|attrition|turnover|debt|idle|missed|"
    r"unanswered|unsolved|unresolved|dissatisf\w+|unavailab\w+|not)\b"
)
_DIFFERENCE = re.compile(
    r"\b(?:variance|deviation|difference|net|promoter|score|change in|growth|increase|decrease|gain|loss|return|profit|"
    r"balance|saved|savings?|over or under|temperature|degrees|against|compared)\b"
)
"""What may be negative, and as a percentage above 100."""
_SHARE = re.compile(r"%|\b(?:share|percentage|percent|per cent)\b")
_ABOVE = re.compile(r"\b(?:budget|spen\w+|costs?|plan|planned|capacity|load|utili[sz]\w+|price|of last)\b")
"""Percentages that are no part of a whole."""
LOWER, HIGHER, RANGE = "lower is better", "higher is better", "a range is best"
_WAYS = {
    HIGHER: frozenset(("higher", "high", "more", "up", "rises", "rise", "rising", "greater", "larger", "bigger")),
    LOWER: frozenset(("lower", "low", "less", "fewer", "down", "shorter", "falls", "fall", "falling", "smaller")),
    RANGE: frozenset(("range", "between")),
}
"""Which way is better, in the words that people use."""


def way(better: str) -> str:
    """Which way is better, in one wording; empty where it cannot be read."""
    said = set(re.findall(r"[a-z]+", better.casefold()))
    meant = [one for one, ways in _WAYS.items() if said & ways]
    return meant[0] if len(meant) == 1 and not said & {"not", "no", "never"} else ""


def work(objective: str) -> str:
    """The word by which an objective says that it is work, also where the work is to be done fast."""
    said = " ".join(objective.casefold().split())
    return work_word(objective) or (said.split()[0] if _INSTALLED.match(said) else "")


def unclear(objective: str) -> str:
    """The word of an objective that means something else to each reader; empty where there is none."""
    return next((word for word in re.findall(r"[\w-]+", objective.casefold()) if word in _VAGUE), "")


def without_verb(objective: str) -> bool:
    """Whether an objective certainly begins with no verb."""
    return is_verb_and_object(objective) is False


def finished(kpi: str) -> bool:
    """Whether what is called a KPI is reached once, and no number."""
    said = " ".join(kpi.casefold().split()).rstrip(".!")
    return bool(_DONE.search(said)) and not _COUNTS.search(said)


def uncounted(kpi: str) -> bool:
    """Whether a KPI's name leaves open what is counted: one word."""
    return len(re.findall(r"\w+", kpi)) < 2


def impossible(kpi: str, written: str, start: float, target: float) -> str:
    """Why no actual can lie where a KPI starts or should go, as far as what was written tells; empty where it may."""
    said, ends = written.casefold(), (start, target)
    if _DIFFERENCE.search(said):
        return ""
    share = bool(_SHARE.search(said))
    if min(ends) < 0:
        return f"{'a share' if share else quoted(kpi)} cannot be below 0"
    return "a share cannot be more than 100 %" if share and max(ends) > 100 and not _ABOVE.search(said) else ""


def doubled(kpi: str, better: str) -> str:
    """A question where a KPI's own words speak for the other way; empty where they do not."""
    said = kpi.casefold()
    up, down = bool(_HIGHER.search(said)), bool(_LOWER.search(said))
    if up == down or better not in (HIGHER, LOWER) or (better == HIGHER) == up:
        return ""
    return f"If {quoted(kpi)} doubled, would anybody be glad? Then higher is better, and if not, lower."
