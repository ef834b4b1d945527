"""What stands above a table and between its rows: names of blocks, of whatever kind, and a report's month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bsclib.files.excel.sheet_reader import Day
from bsclib.files.imports.columns import Layout
from bsclib.files.imports.dates import readings, years_in
from bsclib.files.imports.facts import Facts, Reader
from bsclib.files.imports.mapping import Question, TableMapping
from bsclib.files.imports.tables import Table, label
from bsclib.files.imports.words import is_total, kind_within, perspective_of


def block_titles(layout: Layout) -> Iterator[tuple[str, set[str]]]:
    """Each title above or between the rows, with the names of the KPIs below it."""
    reader = Reader(Facts(), 0, layout)
    kinds = {row: reader.kind_of(row) for row in layout.table.body}
    last = max((row for row in kinds if kinds[row] == "data"), default=-1)
    title, names = reader.title, set[str]()
    for row, kind in kinds.items():
        if kind == "text" and row < last:
            if title and names:
                yield title, names
            reader.begin(row)
            title, names = reader.title, set()
        elif kind == "data":
            texts = [label(layout.table.grid.at(row, column.index)) for column in layout.of("kpi")]
            names |= {text for text in texts if text and not is_total(text)}
            if not layout.of("kpi"):
                names |= {column.name for column in layout.columns if column.holds_values}
    if title and names:
        yield title, names


def titles_mean(layouts: list[Layout]) -> str:
    """What the titles in one kind of table name; empty where there are none."""
    blocks = [block for layout in layouts for block in block_titles(layout)]
    if not blocks:
        return ""
    titles = [title for title, _ in blocks]
    if all(readings(title) for title in titles):
        return "period"
    if all(kind_within(title)[0] and not kind_within(title)[1] for title in titles):
        return "kind"
    if sum(bool(perspective_of(title)) for title in titles) * 2 > len(titles):
        return "perspective"
    named = layouts[0].of("kpi") or layouts[0].mapping.kpi or any(column.name for column in layouts[0].of("actual"))
    if not named:
        return "kpi"
    names = [names for _, names in blocks]
    repeated = any(one & two for i, one in enumerate(names) for two in names[:i])
    return "unit" if repeated and not layouts[0].of("unit") else "objective"


def with_year_of(layout: Layout, titles: list[str]) -> Layout:
    """The layout with the year of titles that are months without one: the only one that is named, else it is asked."""
    bare = [title for title in titles if any(period.startswith("--") for period in readings(title))]
    if not bare or layout.mapping.year:
        return layout
    grid = layout.table.grid
    named = sorted({year for text in (*layout.table.titles, grid.title, grid.file) for year in years_in(text)})
    if len(named) == 1:
        return replace(layout, mapping=layout.mapping.model_copy(update={"year": named[0]}))
    text = f"{bare[0]} in {layout.where} has no year: which is it?"
    asked = Question(("tables", layout.place, "year"), text, (), tuple(bare[:6]), "a year")
    return replace(layout, questions=[*layout.questions, asked])


def with_month(table: Table, given: TableMapping) -> TableMapping:
    """The table's mapping with the one month that its title names, where its columns name none."""
    cells = [cell for column in table.columns for cell in (*table.path(column), *table.cells(column))]
    named = {period for text in table.titles for period in _periods_in(text)}
    if (
        given.period
        or len(named) != 1
        or any(readings(cell.value) and isinstance(cell.value, str | Day) for cell in cells)
    ):
        return given
    return given.model_copy(update={"period": named.pop()})


def _periods_in(text: str) -> list[str]:
    """The months that a title names: ``Report for March 2026``."""
    words = text.replace(":", " ").split()
    spans = [" ".join(words[i : i + size]).strip(",.;()–-") for size in (3, 2, 1) for i in range(len(words))]
    found = [options[0] for span in spans if len(options := readings(span)) == 1]
    months = [period for period in found if not period.startswith("--") and len(period) > 4 and "/" not in period]
    return months[:1] if len(set(months)) == 1 else months
