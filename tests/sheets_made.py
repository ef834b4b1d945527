"""Other people's files, built of rows: a pair is a value and its format, ``^`` and ``<`` are merged cells."""

import csv
import datetime

import openpyxl


def workbook(path, sheets):
    """A workbook of sheets, each a list of rows; a cell ``^`` belongs to the one above it, ``<`` to the one before."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                if value not in (None, "", "^", "<"):
                    _write(sheet.cell(r, c), value)
        _merge(sheet, rows)
    book.save(path)
    return path


def _write(cell, value):
    if isinstance(value, tuple):
        cell.value, cell.number_format = value
    else:
        cell.value = value


def _merge(sheet, rows):
    for r, row in enumerate(rows, 1):
        for c, value in enumerate(row, 1):
            if value in (None, "", "^", "<"):
                continue
            right, down = c, r
            while right < len(row) and row[right] == "<":
                right += 1
            while down < len(rows) and len(rows[down]) >= c and rows[down][c - 1] == "^":
                down += 1
            if (right, down) != (c, r):
                sheet.merge_cells(start_row=r, start_column=c, end_row=down, end_column=right)


def csv_file(path, rows, separator=","):
    """A CSV file of rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=separator).writerows(
            [["" if cell is None else cell for cell in row] for row in rows]
        )
    return path


def month(year, number, style="mmm yyyy"):
    """The first of a month as Excel has it, shown in a style."""
    return datetime.datetime(year, number, 1), style
