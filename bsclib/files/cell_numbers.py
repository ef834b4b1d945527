"""What in a table of actuals is no plain number, read in the measure of the KPI that its row is about.

A percentage counts as what its cell shows where the KPI is on that scale, a duration as so many of the KPI's hours, an
answer as 1 or 0. What could mean two things is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from bsclib.errors import Fault
from bsclib.files.excel.cells import Duration, Percent
from bsclib.files.excel.sheet_reader import Day, Sheet, label
from bsclib.files.numbers import decimal_sign, number_in
from bsclib.model import formula
from bsclib.model.advice import PLAIN, plain_number
from bsclib.model.measures import LARGEST_SHARE, Measure, measure_of
from bsclib.model.nouns import Scorecard
from bsclib.model.readings import read
from bsclib.wording import counted

UNTOLD = Measure(whole=None)
PARTS = ("numerator", "denominator")
Measures = dict[tuple[str, str], Measure]


@dataclass(frozen=True)
class Cell:
    """A value, the column and row where it stands, and the KPI and period it is of."""

    column: str
    row: int
    value: Any
    kpi: str
    period: str


def measures_of(card: Scorecard | None, in_percent: Iterable[str] = ()) -> Measures:
    """The measure of each KPI (with an empty text) and of its numerator and denominator."""
    shown = set(in_percent)
    measures: Measures = {}
    for kpi in card.kpis if card else ():
        measures[kpi.id, ""] = measure_of(kpi, kpi.id in shown)
        for part, names in zip(PARTS, formula.quantities(kpi.formula), strict=True):
            measures[kpi.id, part] = Measure(" ".join(sorted(names)).replace("_", " "), whole=1.0)
    return measures


def read_cells(
    cells: Iterable[Cell], measures: Measures, point: str
) -> tuple[list[tuple[Cell, float]], list[tuple[Cell, Fault]]]:
    """The numbers that cells mean, and the faults, without their places, of those that mean none."""
    read: list[tuple[Cell, float]] = []
    wrong: dict[object, list[tuple[Cell, Fault]]] = {}
    for cell in cells:
        got = in_measure(cell, measures, point)
        if not isinstance(got, Fault):
            read.append((cell, got))
        elif (cell.kpi, "") in measures or not measures:  # of a KPI that there is not, that alone is the fault
            cause = cell.kpi if isinstance(cell.value, Percent) else (cell.column, cell.row)
            wrong.setdefault(cause, []).append((cell, got))
    return read, [(first[0], _and_more(first[1], len(others))) for first, *others in wrong.values()]


def _and_more(fault: Fault, count: int) -> Fault:
    return replace(fault, what=f"{fault.what}; so {counted(count, 'more cell')}") if count else fault


def notes_on(read: Iterable[tuple[Cell, float]], where: Callable[[Cell], str]) -> Iterator[str]:
    """What was read by its cell's format, in a sentence for each kind, with the first cell as the example."""
    for kind, name in ((Percent, "percentage"), (Duration, "duration")):
        cells = [(cell, number) for cell, number in read if isinstance(cell.value, kind) and number != cell.value]
        if cells:
            cell, number = cells[0]
            shown = cell.value.shown if isinstance(cell.value, Percent) else cell.value
            also = f", and {counted(len(cells) - 1, f'more {name}')} likewise" if len(cells) > 1 else ""
            yield f"{where(cell)} shows {shown} and was read as {number:.6g}{also}."


def in_measure(cell: Cell, measures: Measures, point: str) -> float | Fault:
    """The number that a cell means; a fault without a place where it means none, or could mean two."""
    known = measures.get((cell.kpi, cell.column if cell.column in PARTS else ""))
    measure = known or (UNTOLD if isinstance(cell.value, Percent) else PLAIN)
    if isinstance(cell.value, Percent):
        return percent(cell.value, measure.whole)
    if isinstance(cell.value, Duration):
        return duration(cell.value, measure)
    text = f"date {cell.value.text}" if isinstance(cell.value, Day) else label(cell.value)
    return read(text, measure, cell.period, point)


def defined(value: Any, measure: Callable[[], Measure], point: str = ".") -> float | Fault:
    """The number that a cell of a scorecard means, such as a target; a fault without a place where it means none."""
    if isinstance(value, str) and (number := number_in(value, point)) is not None:
        return number
    if isinstance(value, (int, float)) and not isinstance(value, (bool, Percent)):
        return float(value)
    of, text = measure(), f"date {value.text}" if isinstance(value, Day) else label(value)
    if isinstance(value, Percent):
        return percent(value, of.whole)
    if isinstance(value, Duration):
        return duration(value, of)
    answer = "write 1 for yes, 0 for no" if text.casefold() in ("yes", "no", "true", "false") else ""
    fix = answer or plain_number(text, point, of) or "write a number"
    return Fault("", "this is not a number", label(value), fix=fix)


def sheet_sign(sheet: Sheet, names: Iterable[str]) -> tuple[str, list[Fault]]:
    """The decimal sign of the numbers that stand as text in columns of a sheet, and the fault where it is doubtful."""
    places = {name: sheet.headings.index(name) for name in names if name in sheet.headings}
    texts = {
        name: pa.chunked_array([[row[at] if isinstance(row[at], str) else "" for row in sheet.rows]], pa.string())
        for name, at in places.items()
    }
    point, doubt = decimal_sign(texts)
    if doubt is None:
        return point, []
    return point, [Fault(f"{sheet.where(doubt.row, doubt.column)} ({doubt.column})", doubt.what, fix=doubt.fix)]


def percent(value: Percent, whole: float | None) -> float | Fault:
    """A percentage as a number of the KPI's own, where 100 % is `whole`."""
    if whole is not None:
        return value.of(whole)
    what = f"this cell shows {value.shown} and holds {value.held}, and the KPI's scale does not tell which is meant"
    fix = f"format the cell as a number: {value.of(100):.15g} or {value.held}, on the scale of the KPI's other numbers"
    return Fault("", what, fix=fix)


def duration(value: Duration, measure: Measure) -> float | Fault:
    """A duration as so many of the KPI's hours, minutes or days."""
    return value.hidden or read(value.time, measure)


def strays(cells: Iterable[Cell], percentages: Iterable[Cell]) -> Iterator[tuple[Cell, Fault]]:
    """The first plain number up to 1 of each KPI whose other cells all show more than 1 %: 0.91 beside 97%."""
    least: dict[str, Percent] = {}
    for cell in percentages:
        if cell.kpi not in least or abs(cell.value) < abs(least[cell.kpi]):
            least[cell.kpi] = cell.value
    odd: dict[str, list[Cell]] = {}
    for cell in cells:
        if (
            cell.kpi in least
            and cell.column not in PARTS
            and 0 < abs(cell.value) <= LARGEST_SHARE < abs(least[cell.kpi]) * 100
        ):
            odd.setdefault(cell.kpi, []).append(cell)
    for first, *others in odd.values():
        held, shown = f"{first.value:.15g}", f"{first.value * 100:.15g}"
        more = f", as in {counted(len(others), 'more cell')}" if others else ""
        what = f"this is the plain number {held}{more}, where others show percent, such as {least[first.kpi].shown}"
        yield first, Fault("", what, fix=f"write {shown} if {shown} % is meant, or format it as percent for {held} %")
