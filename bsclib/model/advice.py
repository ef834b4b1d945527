"""What to write instead of a text that should be a number.

Whatever was observed is kept: nobody is told to empty a cell that says something.
"""

from __future__ import annotations

import re

_GROUPS = r"\d{1,3}(?:[,.'’\s\u00a0\u202f]\d{3})+(?:[.,]\d+)?"
_NUMBER = rf"(?P<sign>[-+−]?)(?P<number>{_GROUPS}|\d+(?:[.,]\d+)?|[.,]\d+)"
_CURRENCY = r"[$€£¥₹]|USD|EUR|GBP|CHF|JPY|AUD|CAD"
_ABOUT = r"(?:~|≈|ca?\.|about|approx\.?)"
_BEFORE = rf"(?P<minus>[-−]?)(?P<before>{_CURRENCY})"
_UNIT = r"[^\d\s%.,:)][^\d%]*"
_TIMES = {"k": 1e3, "thousand": 1e3, "mn": 1e6, "mio": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_TRUTHS = {"yes", "no", "y", "true", "false", "x", "done", "not done", "✓", "✔", "✗", "✘"}
_COLOURS = {"green", "amber", "yellow", "orange", "red", "blue", "grey", "gray", "🟢", "🟡", "🟠", "🔴", "●"}
_NOTHING = {"-", "--", "–", "—", ".", "?", "none", "n.a.", "n.a", "#n/a", "n/k", "tbd", "tba", "nil", "not measured"}
_DURATION = r"(?:(?P<days>\d+) days?,? )?(?P<hours>\d+):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d)(?:\.\d+)?)?"

EMPTY = "leave the cell empty if nothing was observed"
OBSERVED = "write the number that was observed"


def number_advice(value: object, point: str = ".") -> str:
    """What to do about a value that should be a number; `point` is the decimal sign of its table."""
    text = " ".join(str(value).split())
    folded = text.casefold()
    if folded in _NOTHING:
        return EMPTY
    if folded in _TRUTHS:
        return "write 1 or 0: 1 for yes, 0 for no"
    if folded in _COLOURS:
        return "a colour is no observation: write the number that was judged by it"
    if re.match(r"[<>≤≥]|(?:under|over|up to|at least|at most|less than|more than)\b", folded):
        return f"a bound is no value: {OBSERVED}"
    if re.fullmatch(r"[-+]?\d*[.,]\d{1,2}|[-+]?\d*[.,]\d{4,}", text):
        return "write all numbers with the same decimal sign"
    return plain_number(text, point) or f"{OBSERVED}; leave the cell empty only if there was none"


def plain_number(value: object, point: str = ".") -> str:
    """How the number in a text is written by itself; nothing where the text holds none."""
    text = " ".join(str(value).split())
    folded = text.casefold()
    if text.startswith("date "):
        return "Excel has made a date of it: format the cell as a number and type it again"
    if match := re.fullmatch(_DURATION, folded):
        return f"this is a time or a duration: write {_hours(match, point)}, which is {text} in hours"
    if match := re.fullmatch(rf"\((?:{_CURRENCY})? ?{_NUMBER}\)", text, re.IGNORECASE):
        return f"brackets are no minus here: write {_digits(match, point, '-') or 'a minus and plain digits'}"
    if match := re.fullmatch(rf"{_NUMBER} ?%", text):
        return f"write {_digits(match, point) or 'plain digits'} without %"
    if re.fullmatch(rf"[-+]?{_GROUPS}", text):
        return "leave out what separates the thousands"
    match = re.fullmatch(rf"{_NUMBER} ?(?P<times>{'|'.join(_TIMES)})", folded)
    if match and not re.fullmatch(_GROUPS, match["number"]):
        size = float(match["number"].replace(",", ".")) * _TIMES[match["times"]]
        return f"write it in full: {match['sign'].replace('−', '-')}{size:.15g}".replace(".", point)
    if match := re.fullmatch(rf"{_ABOUT}? ?(?:{_BEFORE})? ?{_NUMBER} ?(?P<unit>{_UNIT})?", text, re.IGNORECASE):
        digits = _digits(match, point, match["minus"] or "") or "plain digits"
        without = " and ".join(mark for mark in (match["before"], match["unit"]) if mark)
        return f"leave out {without}: write {digits}" if without else f"write {digits}"
    return "leave out the % sign" if "%" in text else ""


def _digits(match: re.Match[str], point: str, minus: str = "") -> str:
    """The number as its table would have it; nothing where a sign in it could separate thousands or decimals."""
    number = match["number"]
    if re.fullmatch(_GROUPS, number) and not re.fullmatch(rf"\d+{re.escape(point)}\d+", number):
        return ""
    return (minus or match["sign"]).replace("−", "-") + re.sub("[.,]", point, number)


def _hours(match: re.Match[str], point: str) -> str:
    days, hours, minutes, seconds = (int(match[part] or 0) for part in ("days", "hours", "minutes", "seconds"))
    return f"{days * 24 + hours + minutes / 60 + seconds / 3600:.6g}".replace(".", point)
