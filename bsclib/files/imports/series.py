"""Facts as series: one actual and one target of a KPI in a unit and period; days as months; last year's values.

A value that stands twice is taken once when both say the same, and is a fault when they differ. The whole's row beside
units is their total.
"""

from __future__ import annotations

import datetime
import math
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace

from bsclib.errors import Fault
from bsclib.files.imports.facts import COARSE, REASONS, TWICE, Fact, Facts
from bsclib.files.imports.words import is_total, plain
from bsclib.model import periods

Key = tuple[str, str, str]  # KPI, unit, period


@dataclass
class Series:
    """Facts by KPI, unit and period, and what was noticed."""

    actuals: dict[Key, Fact] = field(default_factory=dict)
    numerators: dict[Key, Fact] = field(default_factory=dict)
    denominators: dict[Key, Fact] = field(default_factory=dict)
    targets: dict[Key, Fact] = field(default_factory=dict)
    of_years: set[str] = field(default_factory=set)  # KPIs whose targets stand in a column of annual targets
    floors: dict[str, Fact] = field(default_factory=dict)
    baselines: dict[str, Fact] = field(default_factory=dict)
    adds_up: dict[str, str] = field(default_factory=dict)  # sum or mean, as a KPI's totals show
    undated: list[Fact] = field(default_factory=list)
    earlier: set[Key] = field(default_factory=set)  # actuals that came from a column of last year
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def by_kpi(self) -> dict[str, Series]:
        """The values of each KPI by itself, beside what is known of all."""
        parts: dict[str, Series] = {}
        for name in ("actuals", "targets", "numerators", "denominators"):
            for key, fact in getattr(self, name).items():
                if key[0] not in parts:
                    parts[key[0]] = self.without_values()
                getattr(parts[key[0]], name)[key] = fact
        return parts

    def without_values(self) -> Series:
        """What is known beside the values."""
        return replace(self, actuals={}, targets={}, numerators={}, denominators={})


def as_series(facts: Facts) -> Series:
    """Order facts into series; fates and notes are added to them."""
    series = Series()
    values = _one_spelling(_months(facts.values, series))
    for fact in values:
        _place(fact, series, facts)
    _prior_years(values, series, facts)
    _drop_wholes(series, facts)
    _drop_coarse(series, facts)
    _adding_up(facts, series)
    return series


def _one_spelling(values: list[Fact]) -> list[Fact]:
    """The same KPI or unit in other capitals, spaces or dashes is the one that stands first."""
    kpis: dict[str, str] = {}
    units: dict[str, str] = {}
    out = []
    for fact in values:
        kpi = kpis.setdefault(plain(fact.kpi) or fact.kpi, fact.kpi)
        unit = units.setdefault(plain(fact.unit) or fact.unit, fact.unit)
        same = kpi == fact.kpi and unit == fact.unit
        out.append(fact if same else replace(fact, kpi=kpi, unit=unit))
    return out


def _months(values: list[Fact], series: Series) -> list[Fact]:
    """Days as the months they stand for: where all begin or end one, or where no month has two of them."""
    days = [fact for fact in values if len(fact.period) == 10]
    if not days:
        return values
    dates = {fact.period: datetime.date.fromisoformat(fact.period) for fact in days}
    edges = all(date.day == 1 for date in dates.values()) or all(
        (date + datetime.timedelta(days=1)).day == 1 for date in dates.values()
    )
    seen: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for fact in days:
        seen[fact.kpi, fact.unit, fact.kind, fact.period[:7]].add(fact.period)
    if not edges and any(len(found) > 1 for found in seen.values()):
        return values
    if not edges:
        series.notes.append(f"Dates such as {days[0].period} count as their months: no month has two of them.")
    return [replace(fact, period=fact.period[:7]) if len(fact.period) == 10 else fact for fact in values]


def _place(fact: Fact, series: Series, facts: Facts) -> None:
    """Put one fact into its series."""
    if fact.kind == "year_target":
        series.of_years.add(fact.kpi)
        fact = replace(fact, kind="target")
    key = (fact.kpi, "" if is_total(fact.unit) else fact.unit, fact.period)
    if fact.kind in ("floor", "baseline"):
        (series.floors if fact.kind == "floor" else series.baselines)[fact.kpi] = fact
        facts.fates[fact.at] = "definitions"
        return
    if fact.kind == "prior_year":
        return
    if not fact.period and fact.kind != "target":
        series.undated.append(fact)
        facts.fates[fact.at] = "values of no period"
        return
    table = {
        "actual": series.actuals,
        "numerator": series.numerators,
        "denominator": series.denominators,
        "target": series.targets,
    }[fact.kind]
    if key in table and table[key].value != fact.value:
        first = table[key]
        what = f"{fact.kpi}{f' of {fact.unit}' if fact.unit else ''} in {fact.period or 'every period'} stands twice"
        got = f"{first.value.number:g} in {first.where}, and {fact.value.number:g} here"
        fix = "mend the file, or leave one table out in import.yaml, or one column: its heading, and leave_out"
        series.faults.append(Fault(fact.where, what, got, fix=fix))
    facts.fates[fact.at] = TWICE if key in table else "targets" if fact.kind == "target" else "actuals"
    table.setdefault(key, fact if fact.unit == key[1] else replace(fact, unit=key[1]))


def _year_before(period: str) -> str:
    """The same period a year earlier; nothing for none, or for a week 53 or a 29 February that year does not have."""
    try:
        return periods.check_period(re.sub(r"\d{4}", lambda year: str(int(year[0]) - 1), period))
    except ValueError:
        return ""


def _prior_years(values: list[Fact], series: Series, facts: Facts) -> None:
    """Last year's values become actuals where there are none."""
    for fact in values:
        if fact.kind != "prior_year":
            continue
        facts.fates[fact.at] = REASONS["prior_year"] if fact.period else COARSE
        before = _year_before(fact.period)
        if not before:
            continue
        key = (fact.kpi, fact.unit, before)
        if key not in series.actuals:
            series.actuals[key] = replace(fact, period=key[2], kind="actual")
            series.earlier.add(key)
            facts.fates[fact.at] = "actuals"


def _drop_wholes(series: Series, facts: Facts) -> None:
    """The whole's value beside units' is their total; a target of the whole stays."""
    units: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (kpi, unit, period), fact in series.actuals.items():
        if unit:
            units[kpi, period].append(fact.value.number)
    for key, fact in list(series.actuals.items()):
        kpi, unit, period = key
        if not unit and (kpi, period) in units:
            del series.actuals[key]
            facts.fates[fact.at] = REASONS["total"]
            facts.totals.append(fact)


def _drop_coarse(series: Series, facts: Facts) -> None:
    """A year's figure of a KPI that has months is none of its observations."""
    grains: dict[str, set[str]] = defaultdict(set)
    for kpi, _, period in series.actuals:
        grains[kpi].add(periods.grain(period))
    for key, fact in list(series.actuals.items()):
        kpi, _, period = key
        if len(grains[kpi]) > 1 and periods.grain(period) == "year":
            del series.actuals[key]
            series.earlier.discard(key)
            facts.fates[fact.at] = COARSE


def _adding_up(facts: Facts, series: Series) -> None:
    """Whether a KPI's totals are the sum or the mean of what they are over."""
    over_units: dict[tuple[str, str], list[float]] = defaultdict(list)
    over_months: dict[tuple[str, int, int | None, int | None], list[float]] = defaultdict(list)  # in a row, or a column
    for key, fact in series.actuals.items():
        kpi, _, period = key
        if key in series.earlier:  # which this year's totals are not over
            continue
        over_units[plain(kpi), period].append(fact.value.number)
        table, row, column = fact.at
        for line in ((row, None), (None, column)):
            over_months[plain(kpi), table, *line].append(fact.value.number)
    verdicts: dict[str, set[str]] = defaultdict(set)
    for total in facts.totals:
        name = plain(total.kpi)
        table, row, column = total.at
        over = over_months.get((name, table, row, None)) or over_months.get((name, table, None, column), [])
        if total.period:
            over = over_units.get((name, total.period), [])
        if len(over) < 2 or not any(over):
            continue
        added = sum(over)  # NumPy's would warn where no number holds it
        for word, value in (("sum", added), ("mean", added / len(over))):
            if math.isclose(value, total.value.number, rel_tol=5e-3, abs_tol=1e-8):
                verdicts[total.kpi].add(word)
    for kpi, words in verdicts.items():
        if len(words) == 1:
            series.adds_up[kpi] = words.pop()


def grain_word(series: Series) -> str:
    """How often one KPI is observed, by its periods."""
    grains = {periods.grain(period) for _, _, period in series.actuals}
    words = {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}
    return words[next((grain for grain in words if grain in grains), "month")]
