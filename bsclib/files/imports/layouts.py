"""Every table of the files beside its place in the mapping, and what titles and sheets name.

A table is found again by its sheet and its headings, wherever it stands next month; a new sheet with known headings is
read as the ones that have them.
"""

from __future__ import annotations

from dataclasses import replace

from bsclib.files.imports.cells import Grid
from bsclib.files.imports.columns import DETAILS, VALUES, Layout, read_layout
from bsclib.files.imports.dates import readings
from bsclib.files.imports.mapping import ImportMapping, Question, TableMapping
from bsclib.files.imports.tables import Table, label, tables_in
from bsclib.files.imports.titles import block_titles, titles_mean, with_month, with_year_of
from bsclib.files.imports.words import DROPPED, kind_within, perspective_of, plain, roles_of
from bsclib.wording import listed


def lay_out(grids: list[Grid], mapping: ImportMapping) -> tuple[list[tuple[int, Layout]], ImportMapping]:
    """The layout of each table, and the mapping with a place for each."""
    places = list(mapping.tables)
    out: list[tuple[int, Layout]] = []
    for number, grid in enumerate(grids):
        for table in tables_in(grid):
            place = _place_of(table, places)
            if place is None:
                place = len(places)
                places.append(_template(table, places))
            layout = read_layout(table, with_month(table, places[place]), place, mapping)
            if _is_table(layout):
                places[place] = layout.mapping
                out.append((number, layout))
            elif (
                place == len(places) - 1
                and place >= len(mapping.tables)
                and not any(other.place == place for _, other in out)
            ):
                places.pop()
    out = _sheets(_titled(out))
    for _, layout in out:
        places[layout.place] = layout.mapping
    return out, mapping.model_copy(update={"tables": tuple(places)})


def turned(grid: Grid) -> Grid:
    """The grid, turned round where a column holds months below fields such as Unit: there the KPIs stand across."""
    for column in range(min(grid.width, 3)):
        cells = [grid.at(row, column) for row in range(len(grid.rows))]
        cells = [cell for cell in cells if not cell.blank and not cell.copied][1:]
        months = [cell for cell in cells if readings(cell.value)]
        fields = [cell for cell in cells if set(roles_of(cell.value)) & {*VALUES, *DETAILS, *DROPPED}]
        details = [cell for cell in fields if set(roles_of(cell.value)) & {*DETAILS}]
        if months and details and len(months) + len(fields) >= len(cells) - 1:
            return grid.turned()
    return grid


def _place_of(table: Table, places: list[TableMapping]) -> int | None:
    """The table of the mapping that this one is: of the same sheet, with most of its headings."""
    headings = {table.heading(column).casefold() for column in table.columns}
    for i, place in enumerate(places):
        named = {heading.casefold() for heading in place.columns}
        shared = len(named & headings)
        if place.sheet.casefold() == table.grid.title.casefold() and (place.leave_out or shared * 2 >= len(named)):
            return i
    return None


def _template(table: Table, places: list[TableMapping]) -> TableMapping:
    """A new sheet with the headings of a known one is read as that."""
    headings = {table.heading(column).casefold() for column in table.columns}
    for place in places:
        named = {heading.casefold() for heading in place.columns}
        if named and named <= headings and not (place.period or place.unit or place.kpi):
            return place.model_copy(update={"sheet": table.grid.title})
    return TableMapping(sheet=table.grid.title)


def _is_table(layout: Layout) -> bool:
    """Whether a table says anything of KPIs: values, or what KPIs are."""
    if layout.mapping.leave_out:
        return True
    if layout.questions or any(column.holds_values for column in layout.columns):
        return True
    return bool(layout.of("kpi") and layout.of("direction", "measured_in", "objective", "perspective"))


def _titled(layouts: list[tuple[int, Layout]]) -> list[tuple[int, Layout]]:
    """The layouts with what their titles name, and their period where only a title says it."""
    by_place: dict[int, list[Layout]] = {}
    for _, layout in layouts:
        by_place.setdefault(layout.place, []).append(layout)
    out = []
    for number, layout in layouts:
        given = layout.mapping
        if given.titles is None and (meaning := titles_mean(by_place[layout.place])):
            given = given.model_copy(update={"titles": meaning})
        layout = replace(layout, mapping=given)
        if given.titles == "period":
            layout = with_year_of(layout, [title for title, _ in block_titles(layout)])
        out.append((number, layout))
    return out


def _sheets(layouts: list[tuple[int, Layout]]) -> list[tuple[int, Layout]]:
    """Say what sheets' titles name, where they are months, kinds of value, perspectives, or repeat the same KPIs."""
    kpis = [_kpi_labels(layout) for _, layout in layouts]
    out = []
    for i, (number, layout) in enumerate(layouts):
        given, title = layout.mapping, layout.table.grid.title
        twins = [
            other.table.grid.title
            for k, (_, other) in enumerate(layouts)
            if other.table.grid.title != title and kpis[i] & kpis[k] and _overlap(layout, other)
        ]
        if given.sheet_is is None and title and not given.leave_out:
            meaning = ""
            options = readings(title)
            dated = layout.of("period") or any(column.period for column in layout.columns) or given.period
            if options and not dated and given.titles != "period":
                meaning = "period"
            elif kind_within(title)[0] and not kind_within(title)[1] and twins:
                meaning = "kind"
            elif perspective_of(title) and not layout.of("perspective"):
                meaning = "perspective"
            elif twins and not layout.of("unit") and not layout.mapping.unit and not layout.defines:
                text = f"the sheets {listed([title, *twins])} name the same KPIs: what is {title}?"
                asked = Question(("tables", layout.place, "sheet_is"), text, ("unit", "leave_out"), (title,))
                layout = replace(layout, questions=[*layout.questions, asked])
            if meaning:
                given = given.model_copy(update={"sheet_is": meaning})
        if given.sheet_is == "period":
            layout = with_year_of(replace(layout, mapping=given), [title])
            given = layout.mapping
        if given.sheet_is == "leave_out":
            given = given.model_copy(update={"leave_out": True})
        layout = replace(layout, mapping=given)
        if not layout.questions and not _knows_kpi(layout):
            asked = Question(("tables", layout.place, "kpi"), f"which KPI is in {layout.where}?", (), (), "a name")
            layout = replace(layout, questions=[asked])
        out.append((number, layout))
    return out


def _kpi_labels(layout: Layout) -> set[str]:
    cells = [cell for column in layout.of("kpi") for cell in layout.table.cells(column.index)]
    return {plain(label(cell)) for cell in cells if not cell.blank} | {
        plain(column.name) for column in layout.columns if column.holds_values and column.name
    }


def _overlap(one: Layout, two: Layout) -> bool:
    """Whether two tables may speak of the same months."""
    first, second = ({column.period for column in layout.columns if column.period} for layout in (one, two))
    return bool(first & second) or (not (first and second) and not (one.defines or two.defines))


def _knows_kpi(layout: Layout) -> bool:
    given = layout.mapping
    named = layout.of("kpi") or given.kpi or "kpi" in (given.titles, given.sheet_is) or given.leave_out
    return bool(named or all(column.name for column in layout.of("actual", "numerator")))
