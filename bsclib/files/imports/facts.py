"""The rows of other people's tables as facts: values of a KPI, in one unit and period, and where they stand.

Every cell that holds something meets one fate: it is a value, a name, a heading, or is left out for a reason. So what
is counted adds up to what stood in the file.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache

from bsclib.errors import Fault
from bsclib.files.imports.cells import Cell, Grid
from bsclib.files.imports.columns import AIMS, DETAILS, VALUES, Column, Layout
from bsclib.files.imports.dates import readings, with_year
from bsclib.files.imports.mapping import ImportMapping
from bsclib.files.imports.tables import label, row_field
from bsclib.files.imports.values import Value, is_colour, is_nothing, read_value
from bsclib.files.imports.words import is_total, kind_within, plain
from bsclib.model.advice import number_advice

TAKEN = ("actuals", "targets", "definitions", "headings and names")
REASONS = {
    "total": "totals",
    "difference": "differences from the target or from before",
    "forecast": "forecasts",
    "status": "colours and statuses",
    "comment": "comments",
    "leave_out": "columns left out",
    "": "columns that are still open",
    "prior_year": "last year's values that are there already",
}
NOTHING, ERRORS, FOOTNOTES = "cells that say that nothing was observed", "errors of Excel", "titles and footnotes"
OUTSIDE, SKIPPED, UNREADABLE = "outside of any table", "tables left out", "values that cannot be read"
TWICE, COARSE = "values that stand twice", "figures of a whole year beside months"


@dataclass(frozen=True, slots=True)
class Fact:
    """One value: of which KPI, unit and period (empty: at all times), what kind it is, and where it stands."""

    kpi: str
    unit: str
    period: str
    kind: str
    value: Value
    where: str
    at: tuple[int, int, int]


@dataclass
class Facts:
    """All that the tables say, the fate of every cell, and what is still open."""

    values: list[Fact] = field(default_factory=list)
    totals: list[Fact] = field(default_factory=list)  # of units, and of months, by which one sees how a KPI adds up
    details: dict[str, dict[str, str]] = field(default_factory=dict)
    fates: dict[tuple[int, int, int], str] = field(default_factory=dict)
    blanks: int = 0
    unreadable: list[Fault] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        """How many cells met each fate."""
        return Counter(self.fates.values())


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row says of all its values."""

    kpi: str = ""
    unit: str = ""
    period: str = ""
    kind: str = ""
    total: bool = False


def gather(grids: list[Grid], layouts: list[tuple[int, Layout]], mapping: ImportMapping) -> Facts:
    """Read the rows of every table; each layout comes with the number of its grid."""
    facts = Facts()
    for number, grid in enumerate(grids):
        for row, cells in enumerate(grid.rows):
            for column, cell in enumerate(cells):
                if not cell.blank and not cell.copied:
                    facts.fates[number, row, column] = OUTSIDE
    for number, layout in layouts:
        Reader(facts, number, layout, mapping.year_starts).read()
    _split_kinds(facts)
    _leave_out(facts, mapping)
    return facts


class Reader:
    """Goes down the rows of one table, remembering the title and the names that hold for the rows below."""

    def __init__(self, facts: Facts, number: int, layout: Layout, year_starts: int | None = None):
        self.facts, self.number, self.layout, self.year_starts = facts, number, layout, year_starts
        self.grid, self.table = layout.table.grid, layout.table
        self.given, self.of = layout.mapping, cache(layout.of)
        self.above: dict[str, str] = {}
        self.title = layout.table.block
        self.year = self.given.year
        self.last_month = ""

    def read(self) -> None:
        """Read the table into the facts."""
        for row in (*self.table.above, *self.table.head):
            self._fate(row, FOOTNOTES if row in self.table.above else "headings and names")
        if self.given.leave_out:
            for row in (*self.table.head, *self.table.body):
                self._fate(row, SKIPPED)
            return
        rows = list(self.table.body)
        kinds = {row: self.kind_of(row) for row in rows}
        last = max((row for row in rows if kinds[row] == "data"), default=-1)
        for row in rows:
            if kinds[row] == "text" and row < last:
                self.begin(row)
            elif kinds[row] == "text":
                self._fate(row, FOOTNOTES)
            elif kinds[row] == "data":
                self._read_row(row)
            elif kinds[row] == "headings":
                self._fate(row, "headings and names")
            else:
                self.above = {}

    def kind_of(self, row: int) -> str:
        """Whether a row is blank, holds data, repeats the headings, or is text: a title or a footnote."""
        cells = {column.index: self.grid.at(row, column.index) for column in self.layout.columns}
        own = [cell for cell in cells.values() if not cell.blank and not cell.copied]
        if not own:
            return "blank" if all(cell.blank for cell in cells.values()) else "data"
        head = self.table.head[-1]
        if [label(cell) for cell in cells.values()] == [label(self.grid.at(head, index)) for index in cells]:
            return "headings"
        values = [
            cells[column.index] for column in self.layout.columns if column.holds_values or column.role == "total"
        ]
        if any(not cell.blank and not (cell.copied and isinstance(cell.value, str)) for cell in values):
            copied = {cell.value for cell in cells.values() if cell.copied}
            if not (len(own) == 1 and isinstance(own[0].value, str) and (copied or own[0].value.count(" ") > 3)):
                return "data"
        names = [cells[column.index] for column in self.of("kpi", "unit", "period", "kind", *DETAILS)]
        if sum(not cell.blank and not cell.copied for cell in names) >= 2:
            return "data"
        kpis = [label(cells[column.index]) for column in self.of("kpi")]
        if self.layout.defines and any(kpis) and len(own) > 1:
            return "data"
        return "text"

    def begin(self, row: int) -> None:
        """A title between the rows begins a block."""
        self._fate(row, FOOTNOTES)
        cells = [cell for cell in self.grid.rows[row] if not cell.blank and not cell.copied]
        self.title, self.above = label(cells[0]).rstrip(" :"), {}

    def _read_row(self, row: int) -> None:
        keys = {column.role: column for column in reversed(self.of("kpi", "id", "unit", "period", "year", "kind"))}
        texts = {role: label(self.grid.at(row, column.index)) for role, column in keys.items()}
        self._fill_down(row, keys, texts)
        for column in self.layout.columns:
            at = (self.number, row, column.index)
            if at in self.facts.fates:
                self.facts.fates[at] = REASONS.get(column.role, "headings and names")
                if column.role in DETAILS:
                    self.facts.fates[at] = "definitions"
        base = self._base(row, keys, texts)
        if base.kpi and not base.total:
            self._detail(row, base)
        for column in self.layout.columns:
            if column.holds_values or column.role == "total":
                self._read_cell(row, column, base)

    def _fill_down(self, row: int, keys: dict[str, Column], texts: dict[str, str]) -> None:
        """A name that stands once above several rows holds for all of them."""
        kpi = keys.get("kpi")
        for role in ("kpi", "unit", "objective", "perspective", "year", "period"):
            column = keys.get(role) or next(iter(self.of(role)), None)
            if column is None:
                continue
            text = label(self.grid.at(row, column.index))
            grouped = role not in ("unit", "period") or (kpi is not None and column.index < kpi.index)
            if text:
                self.above[role] = text
            elif grouped and role in self.above:
                texts[role] = self.above[role]

    def _base(self, row: int, keys: dict[str, Column], texts: dict[str, str]) -> _Row:
        title = self._titled()
        sheet = {self.given.sheet_is: self.grid.title} if self.given.sheet_is else {}
        kpi = texts.get("kpi") or title.get("kpi") or self.given.kpi or sheet.get("kpi") or ""
        unit = texts.get("unit") or title.get("unit") or self.given.unit or sheet.get("unit") or ""
        period = self._period(keys, texts) or self._bare(title.get("period", "")) or self.given.period or ""
        period = period or self._bare(sheet.get("period", ""))
        kind_text = texts.get("kind") or title.get("kind") or sheet.get("kind") or ""
        kind, _ = kind_within(kind_text) if kind_text else ("", "")
        for key in ("period", "unit"):  # a row Target below the months, or below the units, of KPIs side by side
            field, named = row_field(texts.get(key, ""))
            if field and (key == "period" or field in (*AIMS, "floor", "baseline")):
                kind, period, unit = field, self._bare(named) or ("" if key == "period" else period), unit
                unit = "" if key == "unit" else unit
        rest = plain(kpi).removeprefix("total ").removesuffix(" total")
        subtotal = rest != plain(kpi) and rest == plain(self.title)
        total = is_total(kpi) or subtotal
        return _Row(kpi, unit, period, kind, total)

    def _titled(self) -> dict[str, str]:
        return {self.given.titles: self.title} if self.title and self.given.titles else {}

    def _bare(self, text: str) -> str:
        """The period that a title names, in the table's year where it has none."""
        period = next(iter(readings(text, self.year_starts)), "")
        if period.startswith("--"):
            return with_year(period, self.given.year) if self.given.year else ""
        return period

    def _period(self, keys: dict[str, Column], texts: dict[str, str]) -> str:
        """The period that a row's own cells name, its month beside its year."""
        if "period" not in keys:
            return ""
        text = texts.get("period", "")
        options = readings(text, self.year_starts)
        if not options and text.isdigit() and 1 <= int(text) <= 12:
            options = [f"--{int(text):02d}"]
        if not options:
            return ""
        period = options[-1] if self.given.dates == "month_first" else options[0]
        if period.startswith("--"):
            year = texts.get("year", "")
            if year.isdigit():
                return with_year(period, int(year))
            if self.year is None:
                return ""
            self.year += period < self.last_month and "kpi" not in keys
            self.last_month = period
            return with_year(period, self.year)
        return period

    def _detail(self, row: int, base: _Row) -> None:
        """What a row says of its KPI beside its values."""
        details = self.facts.details.setdefault(base.kpi, {})
        found = {column.role: label(self.grid.at(row, column.index)) for column in self.of("id", *DETAILS)}
        for role in ("objective", "perspective"):
            found[role] = found.get(role) or self.above.get(role, "") or self._titled().get(role, "")
            if self.given.sheet_is == role:
                found[role] = found[role] or self.grid.title
        for role, text in found.items():
            if text and not details.get(role):
                details[role] = text
        if self.given.sheet_is is None and not readings(self.grid.title):
            details.setdefault("sheet", self.grid.title)

    def _read_cell(self, row: int, column: Column, base: _Row) -> None:
        cell, at = self.grid.at(row, column.index), (self.number, row, column.index)
        if cell.copied:
            return
        kind = base.kind if base.kind and column.role in ("actual", "total") else column.role
        if cell.blank:
            self.facts.blanks += column.holds_values
            return
        if kind not in VALUES and kind != "total":
            self.facts.fates[at] = REASONS.get(kind, SKIPPED)
            return
        where = self.grid.where(row, column.index)
        value = self._value(cell, kind, at, where)
        if value is None:
            return
        base = self._named(base, column)
        fact = Fact(base.kpi, base.unit, column.period or base.period, kind, value, where, at)
        if base.total or kind == "total":
            self.facts.fates[at] = REASONS["total"]
            if kind == "total" and not base.total:
                self.facts.totals.append(replace(fact, kind=base.kind or "actual", period=""))
        elif not fact.kpi:
            self.facts.fates[at] = "values of no KPI"
        else:
            self.facts.values.append(fact)

    def _named(self, base: _Row, column: Column) -> _Row:
        """What a column's heading names: the KPI where nothing else does, else the unit."""
        if not column.name or column.role == "total":
            return base
        if not base.kpi:
            return replace(base, kpi=column.name)
        return base if base.unit else replace(base, unit=column.name)

    def _value(self, cell: Cell, kind: str, at: tuple[int, int, int], where: str) -> Value | None:
        if cell.problem.startswith("#"):
            self.facts.fates[at] = ERRORS
        elif is_nothing(cell):
            self.facts.fates[at] = NOTHING
        elif is_colour(cell) and kind not in AIMS:
            self.facts.fates[at] = REASONS["status"]
        else:
            value = read_value(cell, self.layout.point)
            bound = value is not None and (value.bound or value.high is not None)
            if value is not None and not (bound and kind not in (*AIMS, "floor")):
                return value
            if kind != "total":
                shown = cell.problem or label(cell)
                self.facts.fates[at] = UNREADABLE
                what = "this cannot be read as a number"
                fix = cell.fix or number_advice(shown)
                self.facts.unreadable.append(Fault(where, what, repr(shown), fix=fix))
        return None

    def _fate(self, row: int, fate: str) -> None:
        for column in range(len(self.grid.rows[row])):
            here = column in self.table.columns or row in self.table.above
            if here and (self.number, row, column) in self.facts.fates:
                self.facts.fates[self.number, row, column] = fate


def _split_kinds(facts: Facts) -> None:
    """Take ``Sales Plan`` and ``Sales Act`` for the target and the actual of Sales, where both stand."""
    names = list(dict.fromkeys([fact.kpi for fact in facts.values] + list(facts.details)))
    stems: dict[str, set[str]] = {}
    parts = {name: kind_within(name) for name in names}
    for kind, stem in parts.values():
        if kind and stem:
            stems.setdefault(plain(stem), set()).add(kind)
    for name in names:
        if plain(name) in stems:
            stems[plain(name)].add("")
    kinds = {
        name: (kind, stem) for name, (kind, stem) in parts.items() if kind and stem and len(stems[plain(stem)]) > 1
    }
    spelled = {plain(name): name for name in reversed(names) if name not in kinds}

    def split(fact: Fact) -> Fact:
        kind, stem = kinds.get(fact.kpi, ("", ""))
        if not kind or (fact.kind != "actual" and kind != "total"):
            return fact
        return replace(fact, kpi=spelled.get(plain(stem), stem), kind=kind if fact.kind == "actual" else fact.kind)

    moved = [split(fact) for fact in facts.values]
    for fact in moved:
        if fact.kind not in VALUES:
            facts.fates[fact.at] = REASONS.get(fact.kind, SKIPPED)
        if fact.kind == "total":
            facts.totals.append(replace(fact, kind="actual"))
    facts.values = [fact for fact in moved if fact.kind in VALUES]
    facts.totals = [replace(split(fact), kind="actual") for fact in facts.totals]
    for name, (_, stem) in kinds.items():
        details = facts.details.pop(name, {})
        facts.details.setdefault(spelled.get(plain(stem), stem), {}).update(
            {key: text for key, text in details.items() if text}
        )


def _leave_out(facts: Facts, mapping: ImportMapping) -> None:
    """Leave out the KPIs that the mapping leaves out."""
    gone = {name for name, kpi in mapping.kpis.items() if kpi.leave_out}
    for fact in facts.values:
        if fact.kpi in gone:
            facts.fates[fact.at] = "KPIs left out"
    facts.values = [fact for fact in facts.values if fact.kpi not in gone]
    facts.details = {name: details for name, details in facts.details.items() if name not in gone}
