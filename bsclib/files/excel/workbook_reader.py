"""A scorecard out of an Excel workbook: a sheet for each table, and what changes on a date in sheets of its own.

A number that holds throughout stands in the thing's own row. A baseline or target that belongs to a date stands in the
sheet Targets, a row for each date, and a dated weight in the sheet Weights; the thing's own cell is then empty. A cell
that holds several ids has commas between them. Sheets and columns whose names begin with ``_`` are the user's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bsclib.errors import Fault, ScorecardError, unknown
from bsclib.files.cell_numbers import defined, sheet_sign
from bsclib.files.excel import columns
from bsclib.files.excel.cells import Percent
from bsclib.files.excel.sheet_reader import Book, Sheet, label, open_book
from bsclib.files.period_spellings import read_spellings
from bsclib.model.build import FORMAT, build, format_fault
from bsclib.model.measures import Measure, whole
from bsclib.model.nouns import Scorecard
from bsclib.model.validation import Loc
from bsclib.model.values import Limits

_TABLES = ("Perspectives", "Objectives", "KPIs", "Links", "Initiatives", "Events", "Actions")

Row = dict[str, Any]


def read_workbook(path: Path) -> Scorecard:
    """Read a scorecard from an Excel workbook."""
    with open_book(path, ScorecardError) as book:
        reader = _Reader(book)
        reader.read_sheets()
    if book.broken or reader.broken:
        raise ScorecardError([*book.broken, *reader.broken])
    data = reader.data()
    faults = [*book.faults, *reader.faults]
    try:
        scorecard = build(data, reader.place)
    except ScorecardError as error:
        # A cell whose value could not be read is missing only because of that.
        known = {fault.where for fault in faults}
        faults += [fault for fault in error.faults if fault.where not in known]
        raise ScorecardError(faults) from None
    if faults:
        raise ScorecardError(faults)
    return scorecard


def percent_kpis(book: Book) -> set[str]:
    """The KPIs whose own numbers stand in cells that show percent."""
    shown = set()
    for title, id in (("KPIs", "id"), ("Targets", "kpi")):
        for row in _records(book.read(book.titles[title.casefold()]) if title.casefold() in book.titles else None):
            if any(isinstance(row.get(name), Percent) for name in columns.MEASURED[title]):
                shown.add(label(row.get(id)))
    return shown


def _support(text: str) -> Any:
    """A goal, and how it is served where that stands in brackets behind it."""
    named = re.fullmatch(r"(.*?)[,;\s]*\((.*)\)", text)
    return {"goal": named[1], "strength": named[2].strip().casefold()} if named else text


def _records(sheet: Sheet | None) -> Iterator[Row]:
    """The rows of a sheet by their headings."""
    for row in sheet.rows if sheet else ():
        yield dict(zip(sheet.headings, row, strict=False))  # type: ignore[union-attr]


class _Reader:
    """Turns sheets into the plain data of a scorecard, and remembers the cell of every value."""

    def __init__(self, book: Book):
        self.book = book
        self.broken: list[Fault] = []
        self.faults: list[Fault] = []
        self.sheets: dict[str, Sheet] = {}
        self.cells: dict[Loc, str] = {}
        self.points: dict[str, str] = {}  # the decimal sign of each sheet's numbers that are text

    def read_sheets(self) -> None:
        """Read every sheet, and gather what hides the meaning of one."""
        if not {title.casefold() for title in columns.SHEETS} & set(self.book.titles):
            self.broken.append(columns.foreign(self.book.file, list(self.book.titles.values())))
            return
        for folded, title in self.book.titles.items():
            if folded not in {known.casefold() for known in columns.SHEETS} and not folded.startswith("_"):
                self._stranger(unknown("sheet", title, columns.SHEETS, self.book.file))
        for title in list(columns.SHEETS)[:-1]:
            actual = self.book.titles.get(title.casefold())
            if actual is not None:
                self.sheets[title] = self.book.read(actual, set(columns.REQUIRED[title]).issubset)
                self._check_headings(title, self.sheets[title])
                self._check_ids(title, self.sheets[title])
                self._habits(title, self.sheets[title])
            elif title in list(columns.SHEETS)[:4]:
                self.broken.append(Fault(self.book.file, f"there is no sheet {title}", fix="add it"))
        self._check_format()

    def _check_format(self) -> None:
        """Refuse a newer workbook for that alone: the rest of it may be unknown here."""
        sheet = self.sheets.get("Scorecard")
        if sheet and sheet.rows and "format" in sheet.headings:
            given = label(sheet.rows[0][sheet.headings.index("format")])
            if re.fullmatch("[0-9]{1,9}", given) and int(given) > FORMAT:
                raise ScorecardError(filter(None, [format_fault(int(given), f"{sheet.where(0, 'format')} (format)")]))

    def _habits(self, title: str, sheet: Sheet) -> None:
        """See by all of a sheet how its numbers that are text are meant, and its periods."""
        self.points[title], doubts = sheet_sign(sheet, [col.name for col in columns.SHEETS[title] if col.number])
        self.faults += doubts
        for at in [at for at, name in enumerate(sheet.headings) if name in columns.PERIODS]:
            read = read_spellings([label(row[at]) for row in sheet.rows])
            for row in sheet.rows:
                row[at] = read.get(label(row[at]), row[at])

    def _check_headings(self, title: str, sheet: Sheet) -> None:
        known = [column.name for column in columns.SHEETS[title]]
        for heading in sheet.headings:
            if heading not in known and not heading.startswith("_"):
                self._stranger(unknown("column", heading, known, sheet.where(None, heading)))
        missing = [name for name in columns.REQUIRED[title] if name not in sheet.headings]
        if sheet.headings and missing:
            what = f"the column {' and the column '.join(missing)} is missing"
            self.broken.append(Fault(sheet.where(), what, fix="add it; the first row holds the headings"))

    def _check_ids(self, title: str, sheet: Sheet) -> None:
        """An id that stands twice in a table would draw to itself what other sheets say of another."""
        if title == "Weights" or "id" not in sheet.headings:
            return
        ids = [label(row[sheet.headings.index("id")]) for row in sheet.rows]
        for i, id in enumerate(ids):
            if id and id in ids[:i]:
                first = sheet.row_numbers[ids.index(id)]
                what = f"the id {id!r} is used twice; it is in row {first}"
                self.broken.append(Fault(f"{sheet.where(i, 'id')} (id)", what, fix="give each row an id of its own"))

    def data(self) -> Row:
        data = next(iter(self._rows("Scorecard", ())), {})
        self._thresholds(data, ())
        for title in _TABLES:
            data[title.casefold()] = self._rows(title, (title.casefold(),))
        for i, kpi in enumerate(data["kpis"]):
            self._thresholds(kpi, ("kpis", i))
            for field in ("target", "floor", "limits"):
                self._range(kpi, field, ("kpis", i))
        self._targets(data["kpis"])
        self._weights(data)
        self._changes(data["initiatives"])
        self._review(data)
        return {field: value for field, value in data.items() if value != []}

    def place(self, loc: Loc) -> str:
        """The cell of a location; steps that name a kind of value have none and are passed over."""
        known: Loc = ()
        for step in loc:
            known = (*known, step) if (*known, step) in self.cells else known
        return self.cells.get(known) or f"{self.book.file}, sheet Scorecard ({'.'.join(map(str, loc))})"

    def _rows(self, title: str, prefix: Loc) -> list[Row]:
        sheet = self.sheets.get(title)
        self.cells[prefix or ("",)] = f"{self.book.file}, sheet {title}"
        if title == "Scorecard" and sheet and len(sheet.rows) > 1:
            self.faults.append(Fault(sheet.where(1, "id"), "a workbook holds one scorecard", fix="delete this row"))
        count = len(sheet.rows) if sheet else 0
        return [self._row(sheet, i, title, (*prefix, i) if prefix else ()) for i in range(count)] if sheet else []

    def _row(self, sheet: Sheet, i: int, title: str, loc: Loc) -> Row:
        row: Row = {}
        given = dict(zip(sheet.headings, sheet.rows[i], strict=False))
        self.cells.setdefault(loc, sheet.where(i))
        for column in columns.SHEETS[title]:
            where = f"{sheet.where(i, column.name)} ({column.name})"
            self.cells.setdefault((*loc, column.name), where)
            value = given.get(column.name)
            if value is None:
                continue
            if column.number:
                measure = partial(self._measure, title, given, column.name)
                value = self._number(value, where, column.name, measure, self.points[title])
            elif column.name in columns.LISTS:
                value = list(filter(None, re.split(r"[,;\s]++(?!\(|[^(]*\))", label(value))))
                if column.name == "supports":
                    value = [_support(text) for text in value]
                if column.name == "profile":
                    value = [self._number(share, where, column.name, Measure) for share in value]
            else:
                value = label(value)
            if value is not None:
                row[column.name] = value
        return row

    def _measure(self, title: str, given: Row, name: str) -> Measure:
        """What the numbers of a column are of: a KPI's own measure, or just numbers, of which 100 % is 1."""
        if name not in columns.MEASURED.get(title, ()):
            return Measure(whole=1.0)
        unit, shown_by, numbers = self._kpi_cells(label(given.get("id" if title == "KPIs" else "kpi")))
        return Measure(unit, whole(unit, numbers, shown_by))

    def _kpi_cells(self, id: str) -> tuple[str, str, list[float]]:
        """A KPI's unit and format, and its own plain numbers, which tell its scale."""
        kpi = next((row for row in _records(self.sheets.get("KPIs")) if label(row.get("id")) == id), {})
        rows = [kpi, *(row for row in _records(self.sheets.get("Targets")) if label(row.get("kpi")) == id)]
        values = [row.get(name) for row in rows for name in (*columns.MEASURED["KPIs"], *columns.MEASURED["Targets"])]
        plain = [float(v) for v in values if isinstance(v, (int, float)) and not isinstance(v, (bool, Percent))]
        return label(kpi.get("measured_in")), label(kpi.get("format")), plain

    def _number(
        self, value: Any, where: str, name: str, measure: Callable[[], Measure], point: str = "."
    ) -> float | None:
        got = defined(value, measure, point)
        if isinstance(got, Fault):
            self.faults.append(replace(got, where=where))
            return None
        return int(got) if name in columns.WHOLE and got.is_integer() else got

    def _thresholds(self, row: Row, loc: Loc) -> None:
        parts = {field: row.pop(field) for field in ("at_risk", "on_target") if field in row}
        if parts:
            row["thresholds"] = parts
            self.cells[*loc, "thresholds"] = self.cells[*loc, next(iter(parts))]
            for field in parts:
                self.cells[*loc, "thresholds", field] = self.cells[*loc, field]

    def _range(self, row: Row, field: str, loc: Loc) -> None:
        low, high = (edge for edge, (whole, _) in columns.EDGES.items() if whole == field)
        edges = [row.pop(edge, None) for edge in (low, high)]
        if edges == [None, None]:
            return
        if field in row or (None in edges and field not in columns.OPEN):
            twice = f"the {field} is given as a number and as a range"
            what = twice if field in row else "one edge of the range is missing"
            missing = high if edges[1] is None else low
            fix = f"clear {field}, or {low} and {high}" if field in row else "fill it"
            self._fault((*loc, field if field in row else missing), what, fix)
            row.setdefault(field, [edge for edge in edges if edge is not None] * 2)
            return
        row[field] = edges
        self.cells[*loc, field] = self.cells[*loc, high if edges[0] is None else low]

    def _targets(self, kpis: list[Row]) -> None:
        by_id = self._by_id({"kpis": kpis})
        for i, row in enumerate(self._rows("Targets", ("targets",))):
            owner = self._owner(row.get("kpi"), "KPI", by_id, ("targets", i, "kpi"))
            field = row.get("field", "target")
            if field not in ("target", "baseline"):
                self._fault(("targets", i, "field"), f"{field!r} is neither target nor baseline", "choose one of them")
            elif owner and row.get("unit"):
                self._add_unit_target(by_id[owner], row, ("targets", i))
            elif owner:
                self._add_dated(by_id[owner], field, row, ("targets", i), "value")
        for kpi in kpis:
            if isinstance(kpi.get("baseline"), _Dates):
                kpi["baseline"] = kpi["baseline"][0]

    def _add_unit_target(self, owner: tuple[Loc, Row], row: Row, loc: Loc) -> None:
        """Add a value to the target of one of a KPI's units."""
        owner_loc, data = owner
        own: list[Row] = data.setdefault("unit_targets", [])
        at = next((i for i, entry in enumerate(own) if entry["unit"] == row["unit"]), len(own))
        here = (*owner_loc, "unit_targets", at)
        if at == len(own):
            own.append({"unit": row["unit"]})
            self.cells[here] = self.cells[loc]
            self.cells.setdefault((*owner_loc, "unit_targets"), self.cells[loc])
            for name, column in (("unit", "unit"), ("target", "value"), ("floor", "floor")):
                self.cells[*here, name] = self.cells[*loc, column]
        entry, dated = own[at], "period" in row
        if row.get("field", "target") != "target":
            self._fault((*loc, "field"), "a unit has no baseline of its own", "choose target, or clear the unit")
        elif "target" in entry and not (dated and isinstance(entry["target"], _Dates)):
            self._fault((*loc, "value"), f"the target of {row['unit']} is given twice", "keep one, or give periods")
        elif "floor" in row and "floor" in entry and entry["floor"] != _pair(row, "floor", "floor_high"):
            self._fault((*loc, "floor"), f"the floor of {row['unit']} is one number, and has no dates", "keep one")
        elif dated:
            dates = entry.setdefault("target", _Dates())
            inner = (*here, "target", len(dates))
            self.cells[inner] = self.cells[loc]
            for name in ("period", "value"):
                self.cells[*inner, name] = self.cells[*loc, name]
            dates.append({name: row[name] for name in ("period", "value") if name in row})
        elif "value" in row:
            entry["target"] = _pair(row, "value", "high")
        if "floor" in row:
            entry["floor"] = _pair(row, "floor", "floor_high")

    def _weights(self, data: Row) -> None:
        by_id = self._by_id({table: data[table] for table in ("perspectives", "objectives", "kpis")})
        for i, row in enumerate(self._rows("Weights", ("weights",))):
            owner = self._owner(row.get("id"), "perspective, objective or KPI", by_id, ("weights", i, "id"))
            if owner:
                self._add_dated(by_id[owner], "weight", row, ("weights", i), "weight")

    def _add_dated(self, owner: tuple[Loc, Row], field: str, row: Row, loc: Loc, column: str) -> None:
        """Add a dated value to the list of a field of its owner."""
        owner_loc, data = owner
        point = {name: row[key] for name, key in (("period", "period"), ("value", column)) if key in row}
        if field in data and not isinstance(data[field], _Dates):
            self._fault((*owner_loc, field), f"the {field} is given here and with dates", "clear one of them")
            return
        dates = data.setdefault(field, _Dates())
        if field == "baseline" and dates:
            self._fault((*loc, "kpi"), "the KPI's baseline is given twice", "keep one")
            return
        here = (*owner_loc, field)
        inner = here if field == "baseline" else (*here, len(dates))
        if not dates:
            self.cells[here] = self.cells[loc]
        self.cells[inner] = self.cells[loc]
        self.cells[*inner, "period"], self.cells[*inner, "value"] = self.cells[*loc, "period"], self.cells[*loc, column]
        dates.append(point)

    def _changes(self, initiatives: list[Row]) -> None:
        by_id = self._by_id({"initiatives": initiatives})
        for i, row in enumerate(self._rows("Changes", ("changes",))):
            owner = self._owner(row.pop("initiative", None), "initiative", by_id, ("changes", i, "initiative"))
            if owner:
                loc, initiative = by_id[owner]
                changes = initiative.setdefault("changes", [])
                self.cells.setdefault((*loc, "changes"), self.cells["changes", i])
                here = (*loc, "changes", len(changes))
                self.cells[here] = self.cells["changes", i]
                for column in columns.SHEETS["Changes"]:
                    self.cells[*here, column.name] = self.cells["changes", i, column.name]
                changes.append(row)

    def _review(self, data: Row) -> None:
        review = {"accepted": self._rows("Accepted", ("review", "accepted")), "limits": self._limits()}
        self.cells["review",] = self.cells["review", "accepted"]
        self.cells["review", "limits"] = self.cells["limits",]
        if any(review.values()):
            data["review"] = {name: value for name, value in review.items() if value}

    def _limits(self) -> Row:
        limits: Row = {}
        for i, row in enumerate(self._rows("Limits", ("limits",))):
            name, loc = row.get("limit", ""), ("limits", i)
            if name not in Limits.model_fields:
                self.faults.append(unknown("limit", name, Limits.model_fields, self.cells[*loc, "limit"]))
                continue
            if name in limits:
                self._fault((*loc, "limit"), f"the limit {name!r} is given twice", "keep one")
            pair = name in columns.PAIRS
            for column, wanted in (("value", True), ("most", pair)):
                unread = self.cells[*loc, column] in {fault.where for fault in self.faults}
                if (column in row) != wanted and not unread:
                    missing = ("this is missing", "fill it")
                    self._fault((*loc, column), *(missing if wanted else (f"{name} is one number", "clear this cell")))
            limits[name] = [row.get("value"), row.get("most")] if pair else row.get("value")
            self.cells["review", "limits", name] = self.cells[*loc, "value"]
            self.cells["review", "limits", name, 1] = self.cells[*loc, "most"]
        return limits

    def _by_id(self, tables: dict[str, list[Row]]) -> dict[str, tuple[Loc, Row]]:
        """The first row of each id, with its location."""
        owners: dict[str, tuple[Loc, Row]] = {}
        for table, rows in tables.items():
            for i, row in enumerate(rows):
                owners.setdefault(row.get("id", ""), ((table, i), row))
        return owners

    def _owner(self, id: str | None, kind: str, by_id: dict[str, tuple[Loc, Row]], loc: Loc) -> str | None:
        if id in by_id and id:
            return id
        if id:
            self.faults.append(unknown(kind, id, filter(None, by_id), self.cells[loc]))
        else:
            self._fault(loc, f"no {kind} is named in this row", "choose one, or delete the row")
        return None

    def _stranger(self, fault: Fault) -> None:
        self.broken.append(replace(fault, fix=fault.fix or "begin its name with _ if it is your own"))

    def _fault(self, loc: Loc, what: str, fix: str) -> None:
        self.faults.append(Fault(self.cells[loc], what, fix=fix))


class _Dates(list[Row]):
    """Dated values that came from a sheet of their own."""


def _pair(row: Row, low: str, high: str) -> Any:
    """A number, or two where a row holds the upper edge of a range."""
    return [row[low], row[high]] if high in row else row[low]
