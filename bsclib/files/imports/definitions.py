"""A scorecard out of what other people's files say of their KPIs; what they do not say is asked.

Which way is better stands in a column, in the sign of a target (``≤ 3 %``), or in the KPI catalogue under the name.
Objectives and perspectives stand in columns or titles; without them one of each bears the sheet's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bsclib.errors import Fault, nearest
from bsclib.files.imports.facts import Fact, Facts
from bsclib.files.imports.mapping import ImportMapping, KpiMapping, Question
from bsclib.files.imports.measures import Measure, measure, without_unit
from bsclib.files.imports.series import Series, grain_word
from bsclib.files.imports.targets import Given, as_target, together, unit_targets, when, whole_targets
from bsclib.files.imports.words import (
    AGGREGATES,
    FREQUENCIES,
    PERSPECTIVE_NAMES,
    catalogued,
    direction_of,
    perspective_of,
    plain,
    slug,
)
from bsclib.model import periods
from bsclib.model.measures import is_yes_no, pooled_last
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.perspectives import PERSPECTIVES
from bsclib.wording import listed

_GENERIC_SHEETS = re.compile(r"(?i)(?:sheet|tabelle|feuil|blatt)\s?\d*|data|daten|kpis?|scorecard|actuals")


@dataclass
class Definitions:
    """The rows of a scorecard, the ids of the KPIs by their names, what to multiply values by, and what is open."""

    ids: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)  # new KPIs, by id
    objectives: list[dict[str, Any]] = field(default_factory=list)
    perspectives: list[dict[str, Any]] = field(default_factory=list)
    measures: dict[str, Measure] = field(default_factory=dict)  # by name
    targets: dict[str, dict[tuple[str, str], float]] = field(default_factory=dict)  # by id, of unit and period
    questions: list[Question] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)  # KPIs whose first actual is their baseline
    held: list[str] = field(default_factory=list)  # KPIs that began at their target or better


def define(facts: Facts, series: Series, mapping: ImportMapping, scorecard: Scorecard | None, name: str) -> Definitions:
    """Define every KPI that the files name and the scorecard lacks."""
    made = Definitions()
    own = series.by_kpi()
    names = list(dict.fromkeys([*own, *_named(facts)]))
    own = {kpi: own.get(kpi) or series.without_values() for kpi in names}
    _give_ids(names, facts, mapping, scorecard, made)
    known = {kpi.id: kpi for kpi in scorecard.kpis} if scorecard else {}
    groups = _Groups(scorecard, made, name)
    made.rows = {made.ids[kpi]: {} for kpi in names if made.ids[kpi] not in known}
    for kpi in names:
        _measure(kpi, facts, own[kpi], mapping, known.get(made.ids[kpi]), made)
    for kpi in names:
        made.targets.setdefault(made.ids[kpi], {}).update(_targets(own[kpi], made))
    done: set[str] = set()
    for kpi in names:
        id = made.ids[kpi]
        if id not in known and id not in done:
            _define_kpi(kpi, id, facts, own[kpi], mapping, groups, made)
        done.add(id)
    if made.started:
        text = "Where a score is 0 the files do not say: the first actual is the baseline of"
        made.notes.append(f"{text} {listed(made.started)}.")
    if made.held:
        text = "began at the target or better, so the target is the level to hold: 100 or 0, until you give a floor."
        made.notes.append(f"{listed(made.held)} {text}")
    return made


def _named(facts: Facts) -> list[str]:
    """The KPIs that are only defined, without a value."""
    fields = {"direction", "measured_in", "objective", "perspective"}
    floors = {fact.kpi for fact in facts.values if fact.kind in ("floor", "baseline")}
    return [name for name, details in facts.details.items() if name and (fields & set(details) or name in floors)]


def _give_ids(
    names: list[str], facts: Facts, mapping: ImportMapping, scorecard: Scorecard | None, made: Definitions
) -> None:
    """The id of each KPI: the mapping's, the scorecard's of the same name, the file's own, or a new one."""
    known = {plain(word): kpi.id for kpi in (scorecard.kpis if scorecard else ()) for word in (kpi.name, kpi.id)}
    taken = {*(scorecard.names if scorecard else ()), *known.values()}
    taken |= {kpi.id for kpi in mapping.kpis.values() if kpi.id}
    for name in names:
        told = mapping.kpis.get(name, KpiMapping()).id
        own = facts.details.get(name, {}).get("id", "")
        stem, _ = without_unit(name)
        id = told or known.get(plain(name)) or known.get(plain(stem)) or (known.get(plain(own)) if own else None)
        if not id and scorecard is not None:
            like = nearest(name, [kpi.name for kpi in scorecard.kpis])
            like = f"; {like} is like it" if like else ""
            text = f"{name} is no KPI of the scorecard{like}: which id has it, or is it to have?"
            made.questions.append(Question(("kpis", name, "id"), text, (), (), "an id"))
        if not id:
            id = slug(own if own and re.fullmatch(r"[\w-]+", own) else stem, taken)
        made.ids[name] = id
        taken.add(id)


def _measure(
    name: str, facts: Facts, series: Series, mapping: ImportMapping, existing: KPI | None, made: Definitions
) -> None:
    """The measure of a KPI, with what is open of it."""
    values = [*series.actuals.values(), *series.targets.values()]
    values += [fact for fact in (series.floors.get(name), series.baselines.get(name)) if fact]
    stated = facts.details.get(name, {}).get("measured_in", "")
    known = existing.measured_in if existing else ""
    found = measure(name, values, mapping.kpis.get(name, KpiMapping()), stated, known)
    made.measures[name] = found
    made.questions += found.questions
    made.faults += found.faults
    if found.unit and existing is None:
        made.rows.setdefault(made.ids[name], {}).setdefault("measured_in", found.unit)


def scaled(fact: Fact, made: Definitions) -> float:
    """A fact's number in the unit in which its KPI is measured."""
    return made.measures[fact.kpi].of(fact.value.number, fact.value.unit)


def _targets(series: Series, made: Definitions) -> Given:
    return {key[1:]: scaled(fact, made) for key, fact in series.targets.items()}


def _define_kpi(
    name: str, id: str, facts: Facts, series: Series, mapping: ImportMapping, groups: _Groups, made: Definitions
) -> None:
    """One KPI's row, from everything that is said of it."""
    told, details = mapping.kpis.get(name, KpiMapping()), facts.details.get(name, {})
    entry = catalogued(without_unit(name)[0]) or catalogued(id)
    row = made.rows.setdefault(id, {})
    targets = list(series.targets.values())
    row |= {"id": id, "name": without_unit(name)[0], "objective": groups.objective(details, told.objective)}
    if entry:
        row["catalogue"] = entry["id"]
    direction = told.direction or direction_of(details.get("direction", "")) or _by_sign(targets, row)
    direction = direction or entry.get("direction", "")
    if direction == "within_range" and not (told.target or any(fact.value.high is not None for fact in targets)):
        direction = told.direction or ""
    if not direction:
        text, shown = f"which way is {name} better?", _shown(series)
        choices = ("higher_is_better", "lower_is_better", "within_range")
        made.questions.append(Question(("kpis", name, "direction"), text, choices, shown))
    row["direction"] = direction or "higher_is_better"
    _aggregate(name, row, told, details, entry, series, made)
    _set_target(name, row, told, targets, series, made)
    _cumulate(name, row, told, series, made)
    _set_floor(name, row, told, mapping, series, made)
    if owner := details.get("owner"):
        row["owner"] = owner
    weight = details.get("weight", "").rstrip("% ").replace(",", ".")
    if re.fullmatch(r"\d+(?:\.\d+)?", weight) and float(weight) > 0:
        row["weight"] = float(weight)
    frequency = FREQUENCIES.get(plain(details.get("frequency", ""))) or grain_word(series)
    row["frequency"] = frequency


def _by_sign(targets: list[Fact], row: dict[str, Any]) -> str:
    """Which way is better, as the sign of a target says, or a yes."""
    if any(fact.value.high is not None for fact in targets):
        return "within_range"
    bounds = {fact.value.bound for fact in targets} - {""}
    if len(bounds) == 1:
        return "lower_is_better" if bounds == {"<="} else "higher_is_better"
    if targets and (is_yes_no(row.get("measured_in", "")) or all(fact.value.unit == "yes/no" for fact in targets)):
        return "higher_is_better" if targets[0].value.number else "lower_is_better"
    return ""


def _shown(series: Series) -> tuple[str, ...]:
    rows = [f"{key[2]}: {fact.value.number:g}" for key, fact in list(series.actuals.items())[:3]]
    return (*rows, *(f"target: {fact.value.number:g}" for fact in list(series.targets.values())[:4]))[:4]


def _aggregate(
    name: str,
    row: dict[str, Any],
    told: KpiMapping,
    details: dict[str, str],
    entry: dict[str, str],
    series: Series,
    made: Definitions,
) -> None:
    """How the KPI adds up: as the mapping, a column, its totals or the catalogue say; asked where units need it."""
    parts = "ratio" if series.numerators else ""
    word = told.aggregate or AGGREGATES.get(plain(details.get("aggregate", ""))) or parts
    word = word or series.adds_up.get(name, "")
    if not word and entry and entry["aggregate"] != "ratio":
        word = entry["aggregate"]
    if not word and (pooled_last(row.get("measured_in", "")) == "mean" or (entry and entry["aggregate"] == "ratio")):
        word = "mean"
    if not word and told.cumulates != "month" and name in series.of_years and _target_size(name, series):
        word = "sum"  # unless the person who is asked has no months add up
    if not word:
        units = {key[1] for key in series.actuals}
        if len(units) > 1:
            text = f"how do the {len(units)} units of {name} make the whole?"
            choices = ("sum", "mean", "max", "min")
            made.questions.append(Question(("kpis", name, "aggregate"), text, choices, tuple(sorted(units)[:4])))
        word = "mean"
    row["aggregate"] = word


def _set_target(
    name: str, row: dict[str, Any], told: KpiMapping, targets: list[Fact], series: Series, made: Definitions
) -> None:
    """A number, a range, or a path with a date each; of units, what they come to together."""
    ranged = row["direction"] == "within_range"
    if told.target is not None and isinstance(told.target, tuple) == ranged:
        row["target"] = list(told.target) if isinstance(told.target, tuple) else told.target
        return
    ranges = [fact for fact in targets if fact.value.high is not None]
    if ranges and ranged:
        _set_ranges(name, row, ranges, made)
        return
    whole = whole_targets(made.targets[row["id"]], _pooled(row))
    if not whole or ranged or ranges:
        text = f"{name} has no target in the file: what is it?"
        shown, form = _shown(series), "a number"
        if ranges:
            text = f"{name} has a range as its target, but is not best within one: what is the target?"
        if ranged:
            form = "[low, high]"
            text = f"{name} is best within a range: what is it, as [low, high]?"
        made.questions.append(Question(("kpis", name, "target"), text, (), shown, form))
        row["target"] = [0.0, 1.0] if ranged else 0.0
        return
    row["target"] = as_target(whole)
    units = unit_targets(made.targets[row["id"]], _pooled(row))
    if units:
        row["unit_targets"] = [{"unit": unit, "target": as_target(values)} for unit, values in units.items()]
    if any(isinstance(part["target"], list) for part in (row, *row.get("unit_targets", ()))):
        row["path"] = "stepped"


def _pooled(row: dict[str, Any]) -> str:
    """The word by which the units of a new KPI make the whole."""
    return pooled_last(row.get("measured_in", "")) if row["aggregate"] == "last" else str(row["aggregate"])


def _set_ranges(name: str, row: dict[str, Any], ranges: list[Fact], made: Definitions) -> None:
    """The range that a KPI is best within, and those of its units; a range has no dates, so the last one counts."""
    of = made.measures[name].of
    edges = [
        (fact.unit, *(of(edge or 0.0, fact.value.unit) for edge in (fact.value.number, fact.value.high)))
        for fact in ranges
    ]
    own = {unit: (low, high) for unit, low, high in edges}
    if len(set(edges)) > len(own):
        made.notes.append(f"{name} has several ranges as targets; the last one, {ranges[-1].where}, is taken.")
    units = {unit: edges for unit, edges in own.items() if unit}
    row["target"] = list(
        own.get("") or (together(list(edge), _pooled(row)) for edge in zip(*units.values(), strict=True))
    )
    if len(set(units.values())) > 1 or (units and _pooled(row) == "sum"):
        row["unit_targets"] = [{"unit": unit, "target": list(edges)} for unit, edges in units.items()]


def _cumulate(name: str, row: dict[str, Any], told: KpiMapping, series: Series, made: Definitions) -> None:
    """Whether the target of a sum is one that the months of its year or quarter add up to; only a person knows."""
    size = _target_size(name, series)
    if told.cumulates in ("year", "quarter"):
        row["cumulates"] = told.cumulates
    elif told.cumulates is None and row["aggregate"] == "sum" and size:
        text = f"{name} has a target for a whole {size}: do its months add up to it, or has each month all of it?"
        shown = _shown(series)
        made.questions.append(Question(("kpis", name, "cumulates"), text, (size, "month"), shown))


def _target_size(name: str, series: Series) -> str:
    """Year or quarter, where all targets of a KPI are for one, and its actuals for less."""
    sizes = {periods.grain(key[2]) for key in series.targets if key[2]}
    finer = any(periods.grain(key[2]) not in ("year", "quarter") for key in series.actuals)
    if not finer or name in series.of_years:
        return "year" if finer else ""
    return sizes.pop() if sizes in ({"year"}, {"quarter"}) else ""


def _set_floor(
    name: str, row: dict[str, Any], told: KpiMapping, mapping: ImportMapping, series: Series, made: Definitions
) -> None:
    """Where the score is 0: as the file says; else the first actual is where it started."""
    ranged = row["direction"] == "within_range"
    if told.floor is not None and isinstance(told.floor, tuple) == ranged:
        row["floor"] = list(told.floor) if isinstance(told.floor, tuple) else told.floor
        return
    if (fact := series.floors.get(name)) and not ranged:
        row["floor"] = scaled(fact, made)
    if fact := series.baselines.get(name):
        row["baseline"] = scaled(fact, made)
    if "floor" in row or ("baseline" in row and not ranged):
        return
    if ranged:
        low, high = row["target"]
        if low == high:
            made.questions.append(
                Question(("kpis", name, "floor"), f"where is the score of {name} 0?", (), (), "[lower, upper]")
            )
            row["floor"] = [low - 1, high + 1]
        return
    if is_yes_no(row.get("measured_in", "")):
        row["floor"] = 0.0 if row["direction"] == "higher_is_better" else 1.0
        return
    first = _first_actual(_pooled(row), series, made)
    if first is None or mapping.baseline == "none" or "cumulates" in row:
        text = f"{name} has no value yet and no baseline: where is its score 0?"
        if first is not None:
            of = f", for a whole {row['cumulates']} as its target" if "cumulates" in row else ""
            text = f"where is the score of {name} 0{of}?"
        made.questions.append(Question(("kpis", name, "floor"), text, (), _shown(series)))
        row["floor"] = 0.0
        return
    aim = row["target"][0]["value"] if isinstance(row["target"], list) else row["target"]
    worse = first > aim if row["direction"] == "lower_is_better" else first < aim
    row["baseline"] = first if worse else aim
    (made.started if worse else made.held).append(name)


def _first_actual(pooled: str, series: Series, made: Definitions) -> float | None:
    """The first period's actual of the whole."""
    mine = {key[1:]: scaled(fact, made) for key, fact in series.actuals.items()}
    above = {key[1:]: fact.value.number for key, fact in series.numerators.items()}
    below = {key[1:]: fact.value.number for key, fact in series.denominators.items()}
    if not mine and not above:
        return None
    first = min((period for _, period in mine or above), key=when)
    if not mine:
        parts = sum(value for (_, period), value in below.items() if period == first)
        whole = sum(value for (_, period), value in above.items() if period == first)
        return float(f"{whole / parts:.12g}") if parts else None
    return together([value for (_, period), value in mine.items() if period == first], pooled)


class _Groups:
    """The perspectives and objectives of a scorecard, made when a KPI first needs them."""

    def __init__(self, scorecard: Scorecard | None, made: Definitions, name: str):
        self.made, self.name = made, name
        self.taken = {*(scorecard.names if scorecard else ()), *made.ids.values(), slug(name)}
        self.perspectives = {plain(part.name): part.id for part in (scorecard.perspectives if scorecard else ())}
        self.perspectives |= {part.id: part.id for part in (scorecard.perspectives if scorecard else ())}
        self.objectives = {plain(part.name): part.id for part in (scorecard.objectives if scorecard else ())}
        self.objectives |= {part.id: part.id for part in (scorecard.objectives if scorecard else ())}

    def objective(self, details: dict[str, str], told: str) -> str:
        """The id of a KPI's objective."""
        sheet = details.get("sheet", "")
        sheet = "" if _GENERIC_SHEETS.fullmatch(sheet) else sheet
        named = told or details.get("objective", "")
        perspective = details.get("perspective", "") or (named if perspective_of(named) else sheet or self.name)
        named = named or perspective
        if id := self.objectives.get(named) or self.objectives.get(plain(named)):
            return id
        parent = self._perspective(perspective)
        id = slug(named, self.taken)
        id = slug(f"{named} objective", self.taken) if id != slug(named) else id
        self.taken.add(id)
        self.objectives[plain(named)] = id
        self.made.objectives.append({"id": id, "name": named, "perspective": parent})
        return id

    def _perspective(self, named: str) -> str:
        id = perspective_of(named)
        known = self.perspectives.get(id) or self.perspectives.get(plain(named))
        if known:
            return known
        title = PERSPECTIVE_NAMES.get(id, named)
        made = id if id and id not in self.taken else slug(named, self.taken)
        self.taken.add(made)
        self.perspectives[plain(named)] = self.perspectives[id or plain(named)] = made
        self.made.perspectives.append({"id": made, "name": title})
        return made


def in_order(perspectives: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Perspectives in the order of the set they belong to, as far as they do."""
    order = [part.id for parts in PERSPECTIVES.values() for part in parts]
    return sorted(perspectives, key=lambda part: order.index(part["id"]) if part["id"] in order else len(order))
