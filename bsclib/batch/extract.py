"""The KPI table of a report as an Excel workbook, for those who must paste.

Numbers are numbers, written with the decimals and the unit that the KPI itself shows; texts are never formulas. Nothing
in the file tells when it was made: the same summary gives the same bytes.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bsclib.errors import Fault, ReportError
from bsclib.files.atomic import undated
from bsclib.model.status import words

TEXT, SCORE, POINTS = "@", "0.0", "+0.0;-0.0;0.0"
COLUMNS = (  # heading, field of the summary, width in characters
    ("KPI", "name", 34),
    ("Perspective", "perspective", 24),
    ("Objective", "objective", 30),
    ("Actual", "actual", 14),
    ("Expected", "expected", 14),
    ("Expected, in words", "expected_shown", 22),
    ("Score", "score", 9),
    ("Status", "status", 12),
    ("Change of the score", "change", 20),
    ("Id", "id", 24),
)
OVERALL = (
    ("Report", "title"),
    ("Unit", "unit"),
    ("Period", "period"),
    ("Status", "status"),
    ("Score", "score"),
    ("Change of the score", "change"),
)
SHOWN = re.compile(
    r"(?P<before>[^\d+−-]*)(?P<sign>[+−-]?)(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?P<part>\.\d+)?(?P<after>\D*)"
)
LONGEST = 32_767
BARRED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def to_xlsx(summary: Mapping[str, Any] | None) -> bytes:
    """A workbook of two sheets: the KPIs that a report's notebook recorded, one row each, and its overall score."""
    if not summary or not summary.get("kpis"):
        fix = "end it with bsclib.reporting.record(…), as 09_executive_report does, or leave xlsx out"
        raise ReportError(Fault("Excel extract", "the notebook records no KPIs to extract", fix=fix))
    import openpyxl

    book = openpyxl.Workbook()
    book.properties.creator, book.properties.created = "bsclib", datetime.datetime(2000, 1, 1)
    kpis = book.active
    kpis.title = "KPIs"
    _heads(kpis, [(head, width) for head, _, width in COLUMNS])
    for number, row in enumerate(summary["kpis"], 2):
        form = _number_format(row)
        for column, (_, name, _) in enumerate(COLUMNS, 1):
            _write(kpis.cell(number, column), name, row.get(name), form)
    kpis.freeze_panes = "B2"
    kpis.auto_filter.ref = kpis.dimensions
    report = book.create_sheet("Report")
    _heads(report, [("What", 22), ("Value", 44)])
    for number, (head, name) in enumerate(OVERALL, 2):
        _write(report.cell(number, 1), "head", head, "")
        _write(report.cell(number, 2), name, summary.get(name), SCORE)
    buffer = io.BytesIO()
    book.save(buffer)
    return undated(buffer.getvalue())


def _heads(sheet: Any, columns: Sequence[tuple[str, int]]) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    for number, (head, width) in enumerate(columns, 1):
        cell = sheet.cell(1, number)
        _write(cell, "head", head, "")
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE5EE")
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"


def _write(cell: Any, name: str, value: Any, form: str) -> None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        cell.value = value
        cell.number_format = {"score": SCORE, "change": POINTS}.get(name, form)
    elif value is not None and value != "":
        text = BARRED.sub("\ufffd", words(value) if name == "status" else str(value))[:LONGEST]
        cell.value = "text"  # openpyxl would take a text that begins with = for a formula
        cell._value = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
        cell.data_type, cell.number_format = "s", TEXT


def _number_format(row: Mapping[str, Any]) -> str:
    """The number format of Excel that shows a KPI's number as its text does; ``General`` where no format would."""
    for number, name in (("actual", "shown"), ("expected", "expected_shown")):
        match, value = SHOWN.fullmatch(str(row.get(name) or "")), row.get(number)
        if match and isinstance(value, (int, float)) and '"' not in match[0]:
            return _as_shown(match, value)
    return "General"


def _as_shown(match: re.Match[str], value: float) -> str:
    places = len(match["part"] or ".") - 1
    digits = ("#,##0" if "," in match["number"] else "0") + ("." + "0" * places if places else "")
    read = float(match["number"].replace(",", "") + (match["part"] or ""))
    before, after = (f'"{match[side]}"' if match[side] else "" for side in ("before", "after"))
    if abs(read - abs(value)) > 0.501 * 10.0**-places:
        hundredth = match["after"] == "%" and not before and abs(read - abs(100 * value)) <= 0.501 * 10.0**-places
        return f"{digits}%" if hundredth else "General"
    signed = match["sign"] == "+"  # then what is below zero has a minus in its place
    return f"{before}+{digits}{after};{before}-{digits}{after}" if signed else f"{before}{digits}{after}"
