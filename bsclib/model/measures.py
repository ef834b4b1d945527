"""What a KPI is measured in: shares or percent, a time, yes or no, days late, and how its numbers read in words.

A unit of measurement is free text, so only what is sure is taken from it: whoever measures in something else gets plain
numbers, and nothing is read into them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bsclib import wording

if TYPE_CHECKING:
    from bsclib.model.nouns import KPI

DAYS_LATE = "days late"
LARGEST_SHARE = 1.0
PERCENT = re.compile(r"%|(?:per ?cent(?:age)?|pct|prozent)\b")
_SHARES = {"share", "shares", "fraction", "proportion", "ratio", "quota"}
YES = {"yes", "y", "true", "ja", "wahr", "oui", "vrai", "✓", "✔", "☑", "done", "erledigt", "fait"}
NO = {"no", "n", "false", "nein", "falsch", "non", "faux", "✗", "✘", "☐", "not done"}
_OR = re.compile(r"\s*(?:/|\b(?:or|oder|ou)\b)\s*")
_MINUS = re.compile(r"(?<!\w)-(?=[\d.])")
_TIMES = {
    3600.0: ("hours", "h hr hrs hour hours std stunde stunden heure heures"),
    60.0: ("minutes", "min mins minute minutes minuten"),
    1.0: ("seconds", "s sec secs second seconds sekunden"),
}
_DAYS = {"d", "day", "days", "tag", "tage", "jour", "jours", "calendar days"}
_RATE = re.compile(r"\s*(?:/|\bper\b|\bpro\b)\s*")


@dataclass(frozen=True)
class Measure:
    """What a KPI's numbers are of: the unit, what 100 % is in it (None: it cannot be told), a milestone's due date."""

    unit: str = ""
    whole: float | None = 100.0
    due: str = ""


def measure_of(kpi: KPI, shown_in_percent: bool = False) -> Measure:
    """A KPI's measure; `shown_in_percent` says that its own numbers came from cells that show percent."""
    numbers = () if shown_in_percent else (value for _, value in stated(kpi))
    return Measure(kpi.measured_in, whole(kpi.measured_in, numbers, kpi.format), kpi.due)


def stated(kpi: KPI) -> Iterator[tuple[str, float]]:
    """Every value that a KPI states, with its name."""
    fields = [(name, getattr(kpi, name)) for name in ("baseline", "target", "floor", "stretch")]
    fields += [("unit_targets", value) for row in kpi.unit_targets for value in (row.target, row.floor)]
    for name, field in fields:
        for value in field if isinstance(field, tuple) else (field,):
            if value is not None:
                yield name, value if isinstance(value, float) else value.value


def whole(unit: str, numbers: Iterable[float], shown_by: str = "") -> float | None:
    """What 100 % is for a KPI: 100 or 1, by its unit, its own plain numbers and the format; None if they disagree."""
    largest = max(map(abs, numbers), default=0.0)
    if "%}" in shown_by or in_shares(unit):
        return 1.0 if largest <= 2 * LARGEST_SHARE else None
    if in_percent(unit):
        return None if 0 < largest <= LARGEST_SHARE else 100.0
    if largest <= LARGEST_SHARE:
        return 1.0
    return None if unit.strip() or largest <= 2 * LARGEST_SHARE else 100.0


def in_percent(unit: str) -> bool:
    """Whether a unit of measurement is percent, also of something."""
    return PERCENT.match(unit.casefold().strip()) is not None


def in_shares(unit: str) -> bool:
    """Whether a unit of measurement is a share of 1."""
    return unit.casefold().strip() in _SHARES


def pooled_last(unit: str, shown_by: str = "", due: str = "") -> str:
    """How the last values of units are pooled: two backlogs add up, two shares, answers or delays do not."""
    share = in_percent(unit) or in_shares(unit) or "%}" in shown_by
    return "mean" if share or due or is_yes_no(unit) else "sum"


def is_yes_no(unit: str) -> bool:
    """Whether a unit of measurement is an answer, yes or no."""
    answers = _OR.split(unit.casefold().strip())
    return len(answers) == 2 and bool({*answers} & YES) and bool({*answers} & NO)


def time_unit(unit: str) -> tuple[str, float] | None:
    """The time in which a unit tells, and its seconds: hours for ``hours per incident``; none for working days."""
    told = _RATE.split(unit.casefold().strip().rstrip("."))[0]
    if told in _DAYS:
        return "days", 86400.0
    words = re.findall(r"[^\W\d_]+", told)
    known = [(name, seconds) for word in words for seconds, (name, spelt) in _TIMES.items() if word in spelt.split()]
    return known[0] if known else None


def show(kpi: KPI, value: float, beside: float | None = None) -> str:
    """A value as a person writes it: by `format`, else to three figures; more, to tell it from one `beside` it."""
    if value is None or math.isnan(value):
        return "no data"
    if said := in_words(kpi, value):
        return said
    figures = wording.number(value, 0) if abs(value) >= 1000 else wording.amount(value)
    text = _MINUS.sub("−", kpi.format.format(value)) if kpi.format else _measured(kpi, figures)
    if beside is None or math.isclose(value, beside, rel_tol=1e-9) or text != show(kpi, beside):
        return text
    digits = next(many for many in range(3, 18) if f"{value:.{many}g}" != f"{beside:.{many}g}")
    return _measured(kpi, _MINUS.sub("−", f"{value:,.{digits}g}"))


def in_words(kpi: KPI, value: float) -> str:
    """What a number means where it is an answer or a delay; nothing for other KPIs."""
    if math.isnan(value):
        return ""
    if is_yes_no(kpi.measured_in) and not kpi.format:
        return {0.0: "No", 1.0: "Yes"}.get(value) or f"{wording.percent(value)} yes"
    if kpi.due and not kpi.format:
        days = f"{wording.amount(abs(value))} {'day' if abs(value) == 1 else 'days'}"
        return "on time" if value == 0 else f"{days} {'late' if value > 0 else 'early'}"
    return ""


def _measured(kpi: KPI, text: str) -> str:
    return f"{text}{'' if kpi.measured_in == '%' else ' '}{kpi.measured_in}".strip()
