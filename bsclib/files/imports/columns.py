"""What each column of somebody else's table means: told by a mapping, by its heading's words, or by what stands in it.

What neither tells is a question. A column whose heading is a month holds values of it; a coarser period beside months,
such as a year, is their total.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from bsclib.files.excel.sheet_reader import Day
from bsclib.files.imports.cells import Cell
from bsclib.files.imports.dates import readings, with_year, years_in
from bsclib.files.imports.mapping import ImportMapping, Question, TableMapping
from bsclib.files.imports.tables import Table, is_period, label, looks_empty, row_field
from bsclib.files.imports.values import decimal_signs, is_open, read_value, says_value
from bsclib.files.imports.words import (
    AGGREGATES,
    KINDS,
    direction_of,
    is_bare_unit,
    is_measure,
    kind_within,
    perspective_of,
    plain,
    roles_of,
)
from bsclib.model import periods

VALUES = ("actual", "numerator", "denominator", "target", "year_target", "floor", "baseline", "prior_year")
AIMS = ("target", "year_target")
KEYS = ("kpi", "id", "unit", "period", "year", "kind")
DETAILS = ("objective", "perspective", "direction", "measured_in", "owner", "weight", "frequency", "aggregate")
_TEXT_ROLES = ("kpi", "unit", "objective", "perspective", "owner", "comment", "leave_out")
_NUMBER_ROLES = ("value", "actual", "target", "year_target", "baseline", "floor", "prior_year", "total", "leave_out")
_ORDER = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Column:
    """A column: what it means, and the period and the name of a KPI or unit that its heading gives to its values."""

    index: int
    heading: str
    role: str = ""
    period: str = ""
    name: str = ""

    @property
    def holds_values(self) -> bool:
        """Whether its cells are values."""
        return self.role in VALUES


@dataclass(frozen=True)
class Layout:
    """A table with its columns, the mapping that says so, its place in `import.yaml`, and what is open."""

    table: Table
    columns: list[Column]
    mapping: TableMapping
    place: int
    point: str = "."
    questions: list[Question] = field(default_factory=list)

    def of(self, *roles: str) -> list[Column]:
        """The columns of these roles."""
        return [column for column in self.columns if column.role in roles]

    @property
    def where(self) -> str:
        """The table's sheet or file, in a sentence."""
        return _title(self.table)

    @property
    def defines(self) -> bool:
        """Whether the table only says what KPIs are, without a value of theirs."""
        return not self.of("actual", "numerator", "prior_year") and not any(column.period for column in self.columns)


def read_layout(table: Table, given: TableMapping, place: int, mapping: ImportMapping) -> Layout:
    """Say what every column of a table means."""
    asked: list[Question] = []
    raw = [_from_heading(table, i, given, mapping) for i in table.columns]
    raw = [column for column in raw if column.heading or any(not cell.blank for cell in table.cells(column.index))]
    given, raw = _years(raw, table, given, place, asked)
    columns = [_from_words(table, column) for column in raw]
    columns = _from_content(table, columns, given, place, asked)
    columns = _coarser(columns)
    given = _dates(table, columns, given, place, asked)
    point, given = _point(table, columns, given, place, asked)
    named = {
        column.heading: "value" if column.role == "actual" and column.name else column.role
        for column in columns
        if column.heading and not column.period and column.role
    }
    given = given.model_copy(update={"columns": {**named, **given.columns}})
    return Layout(table, columns, given, place, point, asked)


def _from_heading(table: Table, index: int, given: TableMapping, mapping: ImportMapping) -> Column:
    """The period, the kind of value and the name that a column's headings give."""
    heading = table.heading(index)
    period, kind = "", ""
    names: list[str] = []
    for cell in table.path(index):
        text = label(cell)
        if text in mapping.periods:
            period = mapping.periods[text]
            continue
        within, rest = kind_within(text)
        rest_readings = readings(rest, mapping.year_starts) if within and rest else []
        own = readings(cell.value, mapping.year_starts) or readings(text, mapping.year_starts)
        if own or rest_readings:
            period = _joined(period, _chosen(own or rest_readings, given))
            kind = kind if own else within
        elif within and not rest:
            kind = within
        elif len(table.head) > 1 and set(roles_of(text)[:1]) & set(VALUES):
            kind = roles_of(text)[0]
        elif within and not roles_of(text) and _has_twin(table, index, rest):
            kind, names = within, [*names, rest]
        elif text and text not in names:
            names.append(text)
    if role := given.columns.get(heading, ""):
        name = " ".join(names) if role == "value" or (kind and role in VALUES) else ""
        return Column(
            index, heading, "actual" if role == "value" else role, period, name or (heading if role == "value" else "")
        )
    if period and not [name for name in names if roles_of(name)]:
        role = kind or "actual"
    return Column(index, heading, role or (kind if not period else ""), period, " ".join(names))


def _has_twin(table: Table, index: int, stem: str) -> bool:
    """Whether another column bears the same name, with another kind of value or with none."""
    others = [table.heading(other) for other in table.columns if other != index]
    return plain(stem) in {plain(text) for other in others for text in (other, kind_within(other)[1])}


def _joined(period: str, further: str) -> str:
    """A month below a year's heading."""
    if period.startswith("--") and further.isdigit():
        return with_year(period, int(further))
    return with_year(further, int(period)) if further.startswith("--") and period.isdigit() else further or period


def _chosen(options: list[str], given: TableMapping) -> str:
    return options[-1] if given.dates == "month_first" else options[0]


def _years(
    columns: list[Column], table: Table, given: TableMapping, place: int, asked: list[Question]
) -> tuple[TableMapping, list[Column]]:
    """Give a year to months that have none: as the mapping says, or the only one that a title names."""
    bare = [column for column in columns if column.period.startswith("--")]
    cells = [cell for index in table.columns for cell in table.cells(index) if readings(cell.value)[:1] and
             readings(cell.value)[0].startswith("--")] if not bare else []  # fmt: skip
    if not bare and not cells:
        return given, columns
    if any("year" in roles_of(column.heading) for column in columns) and not bare:
        return given, columns
    names = list(dict.fromkeys(column.period for column in bare)) or list(
        dict.fromkeys(readings(cell.value)[0] for cell in cells)
    )
    rolls = names != sorted(names)
    named = sorted({year for text in (*table.titles, table.grid.title, table.grid.file) for year in years_in(text)})
    year = given.year or (named[0] if len(named) == 1 and not rolls else None)
    if year is None:
        of = "the first of them" if rolls else "them"
        shown = tuple(column.heading for column in bare) or tuple(label(cell) for cell in cells[:3])
        text = f"the months of {_title(table)} have no year: which year is {of}?"
        asked.append(Question(("tables", place, "year"), text, (), shown[:6], "a year"))
        return given, [replace(column, period="") if column in bare else column for column in columns]
    out, last, current = [], "", year
    for column in columns:
        if column in bare:
            current += column.period < last
            last = column.period
            column = replace(column, period=with_year(column.period, current))
        out.append(column)
    return given.model_copy(update={"year": year}), out


def _from_words(table: Table, column: Column) -> Column:
    """The role that a heading's words have, where the cells below agree."""
    if column.role or column.period:
        return column
    roles = roles_of(column.heading) or (roles_of(column.name) if column.name else [])
    cells = [cell for cell in table.cells(column.index) if not looks_empty(cell)]
    roles = [*roles, "measured_in"] if "kpi" in roles else roles  # a Measure may be the unit, and not the name
    for role in roles:
        if _agrees(role, cells, roles):
            return replace(column, role=role, name="" if roles_of(column.name) else column.name)
    kind, rest = kind_within(column.heading)
    if kind in KINDS and not rest:
        return replace(column, role=kind)
    return column


def _agrees(role: str, cells: list[Cell], roles: list[str]) -> bool:
    """Whether what stands in a column can be what its heading says."""
    texts = [label(cell) for cell in cells if isinstance(cell.value, str)]
    numbers = _share(cells, says_value)
    if not cells:
        return True
    measures = _share(cells, lambda cell: is_measure(label(cell)))
    if role == "unit":  # of the organisation, where the word could also be that of measurement
        return "measured_in" not in roles or measures < 0.5
    if role == "measured_in":
        return bool(texts) and (measures >= 0.5 or not {"unit", "kpi"} & set(roles))
    if role in ("objective", "kpi", "perspective"):
        other = all(is_bare_unit(text) for text in texts) or _share(cells, is_period) > 0.5
        return bool(texts) and numbers < 0.5 and not (role == "kpi" and other)
    if role == "kind":
        return _share(cells, lambda cell: kind_within(label(cell))[0] != "" and not kind_within(label(cell))[1]) > 0.9
    if role == "direction":
        return _share(cells, lambda cell: direction_of(label(cell)) != "") > 0.5
    if role == "aggregate":
        return _share(cells, lambda cell: plain(label(cell)) in AGGREGATES) > 0.5
    if role in ("period", "year"):
        cells = [cell for cell in cells if not row_field(cell.value)[0]]
        return _share(cells, lambda cell: is_period(cell) or label(cell).isdigit()) > 0.5
    if role in VALUES:
        return numbers > 0.3
    return True


def _share(cells: list[Cell], test: object) -> float:
    return sum(bool(test(cell)) for cell in cells) / max(len(cells), 1)  # type: ignore[operator]


def _from_content(
    table: Table, columns: list[Column], given: TableMapping, place: int, asked: list[Question]
) -> list[Column]:
    """The role of columns whose heading says nothing, by what stands below; what stays open is asked."""
    columns = _names_and_units(table, [_by_cells(table, column) for column in columns])
    roles = {column.role for column in columns}
    if "year" in roles and "period" not in roles:
        columns = [replace(column, role="period") if column.role == "year" else column for column in columns]
        roles.add("period")
    texts = [column for column in columns if column.role == "text?"]
    numbers = [column for column in columns if column.role == "number?"]
    for other in ("id", "objective"):
        stands_in = other in roles and (other == "id" or "measured_in" in roles) and "kpi" not in roles
        if stands_in and not texts and not (given.kpi or given.titles):
            columns = [replace(column, role="kpi") if column.role == other else column for column in columns]
            roles.add("kpi")
    named = "kpi" in roles or given.kpi or given.sheet_is == "kpi" or given.titles == "kpi"
    settled: dict[int, str] = {}
    across = [column for column in columns if column.name and column.period]
    dated = any(column.period for column in columns)
    if not named and len(texts) == 1 and (not numbers or dated or "actual" in roles):
        settled[texts[0].index] = "kpi"
    elif not named and numbers and not texts and not across:
        settled |= {column.index: "actual" for column in numbers}  # a KPI each
    elif "kpi" in roles and "actual" not in roles and not dated:
        if len(numbers) == 1:
            settled[numbers[0].index] = "actual"
        elif "unit" not in roles and numbers and not texts and (given.period or "period" in roles):
            settled |= {column.index: "actual" for column in numbers}  # a unit each
    out = []
    for column in columns:
        if column.index in settled:
            many = settled[column.index] == "actual" and len(numbers) > 1
            name = column.heading if many or (settled[column.index] == "actual" and not named) else ""
            column = replace(column, role=settled[column.index], name=name)
        elif column.role in ("text?", "number?"):
            _ask_column(table, column, place, asked)
            column = replace(column, role="")
        out.append(column)
    return out


def _names_and_units(table: Table, columns: list[Column]) -> list[Column]:
    """Of two columns that may name KPIs, the one that holds only units of measurement is none of their names."""
    named = [column for column in columns if column.role == "kpi"]
    units = [
        column
        for column in named
        if {is_measure(label(cell)) for cell in table.cells(column.index) if not cell.blank} == {True}
    ]
    if any(column.role == "text?" for column in columns) or len(named) > len(units):
        columns = [replace(column, role="measured_in") if column in units else column for column in columns]
    return columns


def _ask_column(table: Table, column: Column, place: int, asked: list[Question]) -> None:
    shown = tuple(label(cell) for cell in table.cells(column.index) if not cell.blank)[:3]
    choices = _TEXT_ROLES if column.role == "text?" else _NUMBER_ROLES
    heading = column.heading or f"column {column.index + 1}"
    text = f"what does the column {heading!r} of {_title(table)} hold?"
    asked.append(Question(("tables", place, "columns", column.heading), text, choices, shown))


def _by_cells(table: Table, column: Column) -> Column:
    if column.role or column.period:
        return column
    cells = [cell for cell in table.cells(column.index) if not looks_empty(cell)]
    if not cells:
        colours = any(not cell.blank for cell in table.cells(column.index))
        return replace(column, role="status" if colours else "leave_out")
    dated = [cell for cell in cells if not row_field(cell.value)[0]]
    if _share(dated, lambda cell: is_period(cell) or isinstance(cell.value, Day)) > 0.9:
        return replace(column, role="period")
    if (
        len(cells) > 1
        and [cell.value for cell in cells] == list(range(1, len(cells) + 1))
        and column.index == table.columns[0]
    ):
        return replace(column, role="leave_out")  # the rows' numbers
    if _share(cells, lambda cell: says_value(cell) or bool(cell.problem)) > 0.5:
        return replace(column, role="number?")
    labels = [label(cell) for cell in cells]
    for role, test in (
        ("kind", lambda text: bool(kind_within(text)[0]) and not kind_within(text)[1]),
        ("perspective", lambda text: bool(perspective_of(text))),
        ("direction", lambda text: bool(direction_of(text))),
        ("measured_in", is_measure),
    ):
        if all(map(test, labels)):
            return replace(column, role=role)
    return replace(column, role="text?")


def _coarser(columns: list[Column]) -> list[Column]:
    """Years and quarters beside months: their totals, and for years without months what is of before."""
    sizes = Counter(periods.grain(column.period) for column in columns if column.period and column.role == "actual")
    if len(sizes) < 2:
        return columns
    finest = min(sizes, key=_ORDER.index)
    months = {
        month
        for column in columns
        if column.period and periods.grain(column.period) == finest
        for month in range(periods.span(column.period)[0], periods.span(column.period)[1] + 1)
    }
    out = []
    for column in columns:
        if column.period and column.role == "actual" and periods.grain(column.period) != finest:
            first, last = periods.span(column.period)
            covered = any(first <= month <= last for month in months)
            column = replace(column, role="total" if covered else "prior_year", name="")
        out.append(column)
    return out


def _dates(table: Table, columns: list[Column], given: TableMapping, place: int, asked: list[Question]) -> TableMapping:
    """Settle whether days or months stand first, by any date that could only be one of the two."""
    cells = [cell for column in columns if column.role == "period" for cell in table.cells(column.index)]
    cells += [cell for index in table.columns for cell in table.path(index)]
    both = [cell for cell in cells if len(readings(cell.value)) == 2]
    if given.dates or not both:
        return given
    orders = {order for cell in cells if (order := _order(cell))}
    if len(orders) == 1:
        return given.model_copy(update={"dates": orders.pop()})
    shown = tuple(label(cell) for cell in both[:3])
    one, two = readings(both[0].value)
    text = f"in the dates of {_title(table)}, does the day stand first or the month? {shown[0]} is {one} or {two}"
    asked.append(Question(("tables", place, "dates"), text, ("day_first", "month_first"), shown))
    return given


def _order(cell: Cell) -> str:
    """The order of a date with a day above 12."""
    parts = str(cell.value).replace("-", "/").split("/") if isinstance(cell.value, str) else []
    if len(parts) != 3 or len(readings(cell.value)) != 1 or not parts[0].strip().isdigit() or len(parts[0]) > 2:
        return ""
    if not parts[1].isdigit() or parts[0].strip() == parts[1]:
        return ""
    return "day_first" if int(parts[0]) > 12 else "month_first"


def _point(
    table: Table, columns: list[Column], given: TableMapping, place: int, asked: list[Question]
) -> tuple[str, TableMapping]:
    """The decimal sign of a table, by all its numbers together."""
    if given.decimal:
        return given.decimal, given
    cells = [cell for column in columns if column.role in (*VALUES, "total") for cell in table.cells(column.index)]
    signs = decimal_signs(cells)
    if signs == {","}:
        return ",", given.model_copy(update={"decimal": ","})
    if signs == {"."}:
        return ".", given
    doubtful = [cell for cell in cells if is_open(cell)]
    pointed = table.grid.separator == "," and not any("," in str(cell.value) for cell in doubtful)
    if doubtful and (not pointed or not signs):
        one, two = read_value(doubtful[0], "."), read_value(doubtful[0], ",")
        shown = tuple(label(cell) for cell in doubtful[:3])
        meant = " or ".join(f"{value.number:g}" for value in (one, two) if value)
        text = f"which is the decimal sign of {_title(table)}? {shown[0]} is {meant}"
        asked.append(Question(("tables", place, "decimal"), text, (".", ","), shown))
    return ".", given


def _title(table: Table) -> str:
    return f"the sheet {table.grid.title}" if table.grid.title else table.grid.file
