"""What the words of a scorecard give away: whether a name is a verb and an object, what a unit of measurement allows.

Words are judged only where they can be: a name in another language or a unit nobody has heard of is left in peace.
"""

from __future__ import annotations

import difflib
import math
import re

from bsclib.design.review.words import EITHER, ENGLISH, HOW, NOT_VERBS, OF, SMALL, THINGS, VERBS, WORK
from bsclib.model.limits import is_percentage, value_limits
from bsclib.model.nouns import KPI

_VERB_ENDS = ("ise", "ize", "ify")
_VERB_LAST = re.compile(r".{3,}(?:en|ern|eln)")
"""How a verb ends that stands last, as in German and Dutch."""
_NOUN_ENDS = (
    *("tion", "sion", "ment", "ness", "ity", "ance", "ence", "ship", "ism", "logy", "age", "ure", "acy", "ability"),
)


def is_verb_and_object(name: str) -> bool | None:
    """Whether a name is a verb and an object, such as *Restore services fast*; None where that cannot be told.

    Examples
    --------
    >>> is_verb_and_object("Restore services fast"), is_verb_and_object("Innovation")
    (True, False)
    >>> is_verb_and_object("Innovation fördern") is None
    True
    """
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", name)
    if not words or not all(_latin(word) for word in words):
        return None
    if len(words) == 1:
        return False
    first, second = words[0].casefold(), words[1].casefold()
    last = words[-1].casefold()
    if _VERB_LAST.fullmatch(last) and last not in ENGLISH and first not in VERBS:
        return None
    if first in NOT_VERBS or (first in EITHER and second in THINGS):
        return False
    if first in EITHER and second in OF:
        return None
    if first in VERBS or first.endswith(_VERB_ENDS) or re.sub(r"^(?:re|co|de|up)-?", "", first) in VERBS:
        return True
    return False if len(first) > 5 and first.endswith(_NOUN_ENDS) else None


def _latin(word: str) -> bool:
    return all(char < "ɐ" or not char.isalpha() for char in word)


def work_word(name: str) -> str:
    """The word by which a name says that it is work, not a result; empty where it does not.

    Examples
    --------
    >>> work_word("Implement the new ticket tool"), work_word("Deploy changes safely")
    ('implement', '')
    """
    said = " ".join(name.casefold().split()) + " "
    if HOW & set(re.findall(r"\w+", said)):
        return ""
    return next((word for word in WORK if said.startswith(f"{word} ")), "")


def nearly_same(a: str, b: str) -> bool:
    """Whether two names say the same in nearly the same words, in any order.

    Examples
    --------
    >>> nearly_same("Restore services fast", "Restore the service fast")
    True
    >>> nearly_same("Deliver projects on time", "Deliver projects on budget")
    False
    """
    one, other = (_content(name) for name in (a, b))
    if len(one) != len(other) or not one:
        return False
    left = [word for word in other if word not in one]
    for word in (word for word in one if word not in other):
        near = difflib.get_close_matches(word, left, n=1, cutoff=0.8) if word.isalpha() else []
        if not near:
            return False
        left.remove(near[0])
    return not left


def _content(name: str) -> list[str]:
    words = re.findall(r"\w+", name.casefold())
    return [word for word in words if word not in SMALL] or words


# ------------------------------------------------------------------------------------------- what a unit allows


def allowed(kpi: KPI) -> str:
    """What `value_limits` allows, in words."""
    low, high = value_limits(kpi)
    if is_percentage(kpi):
        return f"a share like this lies between {low:g} and {high:g} %"
    if math.isfinite(high):
        return f"points of {high:g} lie between {low:g} and {high:g}"
    return f"{kpi.measured_in} are not below {low:g} here"


def shown(kpi: KPI, *values: float) -> list[str]:
    """Values as `KPI.show` writes them, with all their digits where rounding makes different values look the same.

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
    >>> shown(kpi, 99.95, 100), shown(kpi, 99, 99.9)
    (['99.95%', '100%'], ['99%', '99.9%'])
    """
    said = [kpi.show(value) for value in values]
    if len(set(said)) == len(set(values)):
        return said
    return [f"{value:.10g}{'' if kpi.measured_in == '%' else ' '}{kpi.measured_in}".strip() for value in values]
