"""Workbooks: a scorecard's own with cells changed, somebody else's, and files that no Excel would write."""

import datetime
import io
import re
import zipfile

import openpyxl
from drawn import NAMES, NUMBERS, PERIODS, SPELT
from drawn_tables import damaged
from openpyxl.utils.exceptions import IllegalCharacterError

from bsclib.errors import BscError
from bsclib.files.excel.columns import SHEETS
from bsclib.files.excel.workbook_writer import workbook_rows
from bsclib.model.build import build

FORMATS = [
    "General",
    "0%",
    "0.00%",
    "[h]:mm",
    "hh:mm:ss",
    "mmm-yy",
    "yyyy-mm-dd",
    "dd/mm/yyyy",
    '0.0" h"',
    "#,##0;(#,##0)",
    "@",
    "d",
]


def scorecards_book(draw, card, rows):
    """A scorecard's workbook, if the scorecard is accepted, with some cells changed as a person would; the bytes."""
    try:
        tables = workbook_rows(build(card))
    except BscError:
        return None
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in tables.items():
        headings = [column.name for column in SHEETS[title]]
        _write_rows(book.create_sheet(title), [headings, *lines])
    _write_rows(book.create_sheet("Actuals"), rows)
    for _ in range(0 if draw.tame and draw.sometimes(0.5) else draw.choice([1, 1, 3])):
        _change(draw, book)
    return _saved(book)


def others_book(draw, rows):
    """Somebody else's workbook: one table a sheet, perhaps with a title, merged cells and a second table."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = draw.choice(["Sheet1", "Actuals", "Data", "2026", "Übersicht"])
    for _ in range(0 if draw.tame else draw.choice([0, 0, 1, 3])):
        rows = [[draw.choice(["KPI report", "", None])], *rows]
    _write_rows(sheet, rows)
    if draw.sometimes(0.2):
        _write_rows(book.create_sheet(draw.choice(["Actuals", "Notes", "Scorecard"])), rows[: draw.randint(0, 5)])
    for _ in range(0 if draw.tame else draw.choice([0, 1, 3])):
        _change(draw, book)
    return _saved(book)


def _write_rows(sheet, rows):
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            _put(sheet.cell(number, column), value)


def _put(cell, value):
    try:
        cell.value = value[:30_000] if isinstance(value, str) else value
    except (IllegalCharacterError, ValueError, AttributeError):  # the last is a merged cell's
        return


def _change(draw, book):
    sheet = draw.choice(book.worksheets)
    width, height = min(sheet.max_column, 30), min(sheet.max_row, 50)
    cell = sheet.cell(draw.randint(1, height + 1), draw.randint(1, width + 1))
    how = draw.randrange(13)
    if how in (2, 3, 4) and sheet.max_row * sheet.max_column > 1_000_000:
        return  # to move its cells takes openpyxl one for each
    if how == 0:
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=draw.choice([2, width + 1, 16_384]))
    elif how == 1:
        sheet.merge_cells(
            start_row=cell.row, end_row=cell.row + 1, start_column=cell.column, end_column=cell.column + 1
        )
    elif how == 2:
        sheet.insert_rows(1, draw.randint(1, 12))
        _put(sheet["A1"], draw.choice(["Title", *NAMES]))
    elif how == 3:
        sheet.delete_rows(draw.randint(1, height))
    elif how == 4:
        sheet.delete_cols(draw.randint(1, width))
    elif how == 5:
        sheet.title = draw.choice(["KPIs", "Kpi", "_mine", "Actuals", "Other", "=x"])
    elif how == 6 and len(book.worksheets) > 1:
        book.remove(sheet)
    elif how == 7:
        _put(sheet.cell(draw.choice([1, 300, 1_048_576]), draw.choice([1, 60, 16_384])), draw.choice(["x", 5]))
    elif how == 8:
        _put(cell, draw.number())
        cell.number_format = draw.choice(FORMATS)
    elif how == 9:
        moment = datetime.datetime(2026, draw.randint(1, 12), 1, draw.choice([0, 0, 13]))
        value = draw.choice([moment, moment.date(), moment.time(), datetime.timedelta(hours=draw.randint(-5, 90))])
        _put(cell, value)
        cell.number_format = draw.choice(FORMATS)
    elif how == 10:
        _put(cell, draw.choice(["=1+1", "=A1", "=1/0", "#DIV/0!", "#N/A", True, False, 10**400, -(10**18)]))
    else:
        _put(cell, draw.choice([*NAMES, *SPELT, *PERIODS, *NUMBERS, None]))


def _saved(book):
    out = io.BytesIO()
    try:
        book.save(out)
    except (ValueError, IllegalCharacterError, AttributeError, OverflowError):
        return None
    return out.getvalue()


def reworked(draw, data):
    """The same workbook with one part changed by hand, lost, or damaged; or the file itself damaged."""
    if draw.sometimes(0.4):
        return damaged(draw, data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    name = draw.choice(sorted(parts))
    sheets = [part for part in sorted(parts) if "worksheets/sheet" in part]
    if draw.sometimes(0.7) and sheets:
        name = draw.choice(sheets)
    text, how = parts[name].decode("utf-8", "replace"), draw.randrange(10)
    if how == 0:
        del parts[name]
    elif how == 1:
        parts[name] = damaged(draw, parts[name])
    elif how == 2:
        text = re.sub(
            r'(<row r=")\d+', rf"\g<1>{draw.choice(['2000000000', '0', '-1', 'x', '1048577', ''])}", text, count=1
        )
    elif how == 3:
        area = draw.choice(["A1:XFD1048576", "A1", "B1:A1", "x", "A1:ZZZZ9", ""])
        many = "".join(f'<mergeCell ref="A{i}:XFD{i}"/>' for i in range(1, 101))
        merged = f'<mergeCells><mergeCell ref="{area}"/>{many if draw.sometimes(0.5) else ""}</mergeCells>'
        text = text.replace("</sheetData>", f"</sheetData>{merged}")
    elif how == 4:
        text = re.sub(r'(<dimension ref=")[^"]*', r"\g<1>A1:XFD1048576", text)
    elif how == 5:
        text = re.sub(
            draw.choice([r"(<v>)[^<]*", r'(t="n"><v>)[^<]*']),
            rf"\g<1>{draw.choice(['1e999', '9' * 400, 'nan', '', 'x', '-1', '1e-999', '99999999'])}",
            text,
            count=draw.choice([0, 1]),
        )
    elif how == 6:
        text = re.sub(
            r' t="\w+"', draw.choice([' t="e"', ' t="b"', ' t="d"', ' t="z"', ' t="s"', ' t="str"', ""]), text, count=1
        )
    elif how == 7:
        text = re.sub(
            r'(<c r=")[A-Z]+\d+', rf"\g<1>{draw.choice(['XFE1', 'A0', 'ZZZZZ5', '', 'A1', '5', 'é1'])}", text, count=1
        )
    elif how == 8:
        text = '<!DOCTYPE x [<!ENTITY a "b">]>' + text
    else:
        text = re.sub(r' s="\d+"', f' s="{draw.choice([999, -1, "x"])}"', text, count=1)
    if how > 1:
        parts[name] = text.encode("utf-8")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return out.getvalue()
