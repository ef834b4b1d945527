"""How the times in a column are written, found out from what they look like.

A day and a month that are both numbers, none of them above 12 anywhere, could stand in either order: that is not
settled by the likelier one, it has to be asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bsclib.files.tickets.times import _MONTH_OF, ISO, pattern

_TIME = (
    r"(?P<gap>,? |T)?(?:(?P<hour>\d{1,2}):\d\d(?P<second>:\d\d)?(?:[.,]\d+)?"
    r"(?: ?(?P<half>[AaPp]\.? ?[Mm]\.?))?)?(?: (?:uhr|Uhr|h))?"
)
_ZONE = r"(?: ?(?P<zone>Z|UTC|GMT|[-+]\d\d:?\d\d))?"
_NUMERIC = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[/.\-])(?P<b>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}|\d\d){_TIME}{_ZONE}")
_NAMED = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<dot>\.?)(?P<sep>[/.\- ])(?P<month>[^\W\d_]+)\.?(?P=sep)(?P<year>\d{{4}}|\d\d){_TIME}{_ZONE}"
)
_MONTH_FIRST = re.compile(rf"(?P<month>[^\W\d_]+)\.? (?P<a>\d{{1,2}}),? (?P<year>\d{{4}}){_TIME}{_ZONE}")
_YEAR_FIRST = re.compile(rf"\d{{4}}(?P<sep>[/.])\d\d(?P=sep)\d\d{_TIME}{_ZONE}")
_ISO = [re.compile(pattern(form)) for form in ISO]
DAY, MONTH = "day first", "month first"


@dataclass
class Order:
    """What a column of dates in figures says of the order of day and month."""

    forms: Counter[str] = field(default_factory=Counter)  # with %d before %m, to be turned round where need be
    above: Counter[str] = field(default_factory=Counter)  # DAY, MONTH: how many dates only one order can read
    read: int = 0
    seen: int = 0

    def add(self, texts: Iterable[str]) -> None:
        """Look at some times."""
        for text in texts:
            self.seen += 1
            form, order = form_of(text)
            if form is None:
                continue
            self.read += 1
            if form:
                self.forms[form] += 1
            if order:
                self.above[order] += 1

    @property
    def is_time(self) -> bool:
        """Whether most of what was seen is a time."""
        return self.seen > 0 and self.read >= 0.8 * self.seen

    @property
    def ambiguous(self) -> bool:
        """Whether day and month are figures that could stand in either order."""
        return any("%d" in form and "%m" in form and "%Y/%m" not in form for form in self.forms) and not self.above


def form_of(text: str) -> tuple[str | None, str]:
    """The form of a time, empty when it is ISO 8601 and None when it is no time; and the order that it proves."""
    text = re.split(r"[\r\n]|<br", re.sub("[\u00a0\u202f]", " ", text))[0].strip()
    plain = re.sub(r"(:\d\d)[.,]\d+", r"\1", text)
    if any(iso.match(plain) for iso in _ISO) or re.fullmatch(
        r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)? ?(Z|UTC|GMT)?", plain
    ):
        return "", ""
    if match := _NUMERIC.fullmatch(text):
        first, second, sep = int(match["a"]), int(match["b"]), match["sep"]
        if max(first, second) > 31 or min(first, second) > 12:
            return None, ""
        order = DAY if first > 12 else MONTH if second > 12 else ""
        return f"%d{sep}%m{sep}{_year(match)}{_clock(match)}", order
    if (match := _NAMED.fullmatch(text)) and match["month"].casefold() in _MONTH_OF:
        sep = match["sep"]
        return f"%d{match['dot']}{sep}%b{sep}{_year(match)}{_clock(match)}", ""
    if (match := _MONTH_FIRST.fullmatch(text)) and match["month"].casefold() in _MONTH_OF:
        comma = "," if "," in text[: match.end("year")] else ""
        return f"%b %d{comma} {_year(match)}{_clock(match)}", ""
    if match := _YEAR_FIRST.fullmatch(text):
        return f"%Y{match['sep']}%m{match['sep']}%d{_clock(match)}", ""
    return None, ""


def _year(match: re.Match[str]) -> str:
    return "%Y" if len(match["year"]) == 4 else "%y"


def _clock(match: re.Match[str]) -> str:
    zone = " %z" if match["zone"] and match[0][match.start("zone") - 1] == " " else "%z" if match["zone"] else ""
    if not match["hour"]:
        return zone
    seconds = ":%S" if match["second"] else ""
    if match["half"]:
        space = " " if match[0][match.start("half") - 1] in " \u202f" else ""
        return f"{match['gap'] or ''}%I:%M{seconds}{space}%p{zone}"
    return f"{match['gap'] or ''}%H:%M{seconds}{zone}"


def forms_of(orders: Iterable[Order]) -> tuple[list[str], str]:
    """The forms of several columns together, the commonest first, and the doubt: ``ask``, ``both`` or none."""
    orders = list(orders)  # one that is proved holds for all the columns
    forms: Counter[str] = Counter()
    above: Counter[str] = Counter()
    for order in orders:
        forms.update(order.forms)
        above.update(order.above)
    figures = [form for form in forms if re.match(r"%d(.)%m\1", form)]
    doubt = "" if not figures else "ask" if not above else "both" if len(above) > 1 else ""
    turned = above[MONTH] > above[DAY]
    names = [_turned(form) if turned and form in figures else form for form, _ in forms.most_common()]
    return names, doubt


def _turned(form: str) -> str:
    return re.sub(r"%d(.)%m", r"%m\1%d", form)


def both_orders(forms: Iterable[str]) -> list[str]:
    """Forms with the day first, and the same with the month first."""
    forms = list(forms)
    return [*forms, *map(_turned, forms)]
