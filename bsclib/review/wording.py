"""What the words of a scorecard give away: whether a name is a verb and an object, what a unit of measurement allows.

Words are judged only where they can be: a name in another language or a unit nobody has heard of is left in peace.
"""

from __future__ import annotations

import difflib
import math
import re

from bsclib import formula
from bsclib.model import KPI
from bsclib.review.words import COUNTED, EITHER, ENGLISH, HOW, NOT_VERBS, OF, SMALL, THINGS, VERBS, WORK

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


def allowed(kpi: KPI) -> str:
    """What `bounds` allows, in words."""
    low, high = bounds(kpi)
    if percent(kpi):
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
