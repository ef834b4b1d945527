"""In which unit a KPI is measured, and what brings values in other units to it.

The unit stands in a column, in brackets behind the name, or beside the values. Minutes and hours are brought together,
shares and per cent only when somebody says so; what cannot be added up is a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bsclib.errors import Fault
from bsclib.files.imports.facts import Fact
from bsclib.files.imports.mapping import KpiMapping, Question
from bsclib.files.imports.words import answers_yes_no, is_measure, plain
from bsclib.model.measures import PERCENT, is_yes_no, time_unit
from bsclib.wording import listed

_COUNTS = ("number", "#", "count", "nr", "no", "anzahl", "nombre", "stk", "stuck", "ratio")
_IN_NAME = re.compile(r"(.+?)[\s,]*(?:[(\[]\s*(?:in )?([^()\[\]]{1,14})\s*[)\]]|,? in (%|[A-Z]{3}|hours|days|minutes))")


@dataclass(frozen=True)
class Measure:
    """A KPI's unit, what values of each unit are multiplied by, and what is open or wrong."""

    unit: str
    times: dict[str, float]
    questions: list[Question] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def of(self, number: float, unit: str) -> float:
        """A number that is given in some unit, in the KPI's own."""
        factor = self.times.get(unit, 1.0)
        return number if factor == 1 else float(f"{number * factor:.12g}")


def without_unit(name: str) -> tuple[str, str]:
    """A KPI's name without the unit that stands behind it, and the unit."""
    match = _IN_NAME.fullmatch(name)
    unit = (match[2] or match[3]) if match else ""
    return (match[1], unit) if match and is_measure(unit) else (name, "")


def measure(name: str, values: list[Fact], told: KpiMapping, stated: str, known: str = "") -> Measure:
    """The measure of a KPI, from its values, what a column states, and what an existing scorecard has."""
    stated = stated or without_unit(name)[1]
    in_percent = PERCENT.fullmatch(stated.casefold().removeprefix("in ").strip())
    stated = "%" if in_percent else "yes/no" if answers_yes_no(stated) else "" if plain(stated) in _COUNTS else stated
    beside = [unit for unit in dict.fromkeys(fact.value.unit for fact in values) if unit not in ("", "yes/no")]
    answers = [fact.value.number for fact in values if fact.kind == "actual" and fact.value.unit in ("yes/no", "")]
    if any(fact.value.unit == "yes/no" for fact in values if fact.kind == "actual") and {*answers} <= {0, 1}:
        stated = stated or "yes/no"
    unit = known or told.measured_in or stated or (beside[0] if len(beside) == 1 else "")
    made = Measure(unit or next(iter(beside), ""), {"yes/no": 100.0 if unit == "%" else 1.0, "": told.times or 1.0})
    if is_yes_no(unit):
        made.times["%"] = 0.01
        beside = [word for word in beside if word != "%"]
    if not unit and all(map(time_unit, beside)) and beside:
        firsts = {
            fact.value.unit: f"{fact.where}: {fact.value.number:g} {fact.value.unit}" for fact in reversed(values)
        }
        text = f"{name} is given in {listed(beside)}: which counts?"
        shown = tuple(firsts[word] for word in beside)
        made.questions.append(Question(("kpis", name, "measured_in"), text, tuple(beside), shown))
    for word in beside:
        one, other = time_unit(made.unit), time_unit(word)
        made.times[word] = other[1] / one[1] if one and other else 1.0
        if len(beside) > 1 and made.unit in beside and word != made.unit and not (one and other):
            made.faults.append(_mixed(name, made.unit, word, values))
    if told.times is None:
        made.questions.extend(_about_shares(name, made.unit, values))
    return made


def _mixed(name: str, unit: str, word: str, values: list[Fact]) -> Fault:
    one, two = (next(fact for fact in values if fact.value.unit == each) for each in (unit, word))
    what = f"{name} is given in {unit} and in {word}, which cannot be added up"
    fix = f"write it in one unit, as {one.where} does, or give the KPIs two names"
    return Fault(two.where, what, f"{two.value.number:g} {word}", fix=fix)


def _about_shares(name: str, unit: str, values: list[Fact]) -> list[Question]:
    """Numbers in 0..1 without a sign, of a KPI in per cent: they may be shares."""
    bare = [fact for fact in values if not fact.value.unit and fact.kind != "target"]
    numbers = {fact.value.number for fact in bare}
    if unit != "%" or not all(0 <= number <= 1 for number in numbers) or numbers <= {0, 1}:
        return []
    text = f"{name} is in %, and its values lie between 0 and 1: are they shares (times 100) or per cent (times 1)?"
    aims = [fact for fact in values if fact.kind == "target"]
    shown = tuple(f"{fact.where}: {fact.value.number:g}{fact.value.unit}" for fact in (*bare[:2], *aims[:1]))
    return [Question(("kpis", name, "times"), text, ("100", "1"), shown)]
