import datetime
import math
import zipfile

import openpyxl
import pytest

from bsclib.errors import BscError, ScorecardError
from bsclib.files.excel import sheet_reader
from bsclib.files.excel.sheet_reader import MOST_AREAS, Day, label, open_book

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book(tmp_path):
    """Makes a workbook of rows, lets the test change it, and gives its path."""

    def make(*rows, change=lambda book: None):
        book = openpyxl.Workbook()
        book.active.title = "T"
        for row in rows:
            book.active.append(row)
        change(book)
        book.save(tmp_path / "a.xlsx")
        return tmp_path / "a.xlsx"

    return make


def rewritten(path, name, change):
    """The workbook with one of its parts changed, as other programs may write it."""
    with zipfile.ZipFile(path) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w") as new:
        for part, content in parts.items():
            new.writestr(part, content)
    return path


def read(path):
    with open_book(path, ScorecardError) as book:
        return book.read("T"), [*book.broken, *book.faults]


def test_blank_rows_are_passed_over_and_rows_keep_their_numbers(book):
    sheet, faults = read(book([], ["Id ", " NAME"], [], ["a", 1], [None, " "], ["b", None]))
    assert sheet.headings == ["id", "name"]
    assert sheet.rows == [["a", 1], ["b", None]]
    assert [sheet.where(0, "name"), sheet.where(1), sheet.where(None, "id")] == [
        "a.xlsx, T!B4",
        "a.xlsx, T!A6",
        "a.xlsx, T!A2",
    ]
    assert faults == []


def test_titles_are_found_however_they_are_spelt(book):
    with open_book(book(["a"], change=lambda one: setattr(one.active, "title", " Kpis ")), ScorecardError) as opened:
        assert opened.titles == {"kpis": " Kpis "}


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ("mmm-yy", "2024-03"),
        ("yyyy-mm-dd", "2024-03-05"),
        ("dd/mm/yyyy", "2024-03-05"),
        ("yyyy", "2024"),
        ('[$-409]mmmm" and days"', "2024-03"),
        ("mm\\d", "2024-03"),
    ],
)
def test_a_date_is_the_period_that_its_cell_shows(book, number_format, text):
    def show(one):
        one.active["A2"].number_format = number_format

    sheet, _ = read(book(["p"], [datetime.datetime(2024, 3, 5)], change=show))
    assert sheet.rows == [[Day(text)]]


def test_times_are_durations(book):
    sheet, _ = read(book(["p", "q"], [datetime.time(12, 30), True]))
    assert [[str(duration), true] for duration, true in sheet.rows] == [["12 h 30 min", True]]


@pytest.mark.parametrize(
    ("value", "text"),
    [(2024, "2024"), (2024.0, "2024"), (0.1, "0.1"), (1e300, "1e+300"), (True, "TRUE"), (None, ""), (" x ", "x")],
)
def test_labels(value, text):
    assert label(value) == text


def test_an_error_in_a_cell(book):
    _, faults = read(book(["a"], ["#DIV/0!"]))
    assert str(faults[0]) == "a.xlsx, T!A2: Excel shows an error here. Got: #DIV/0! Fix: mend the formula."


def test_a_formula_without_a_saved_value(book):
    sheet, faults = read(book(["a", "b"], ["x", "=1+1"]))
    assert sheet.rows == [["x", None]]
    assert str(faults[0]).startswith("a.xlsx, T!B2: this formula has no saved value. Got: =1+1. Fix: open the workbook")


def test_a_formula_counts_by_its_saved_value(book):
    path = book(["a", "b"], ["=1+1", '=""'])
    saved = rewritten(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: (
            xml.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
            .replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
            .replace(b'<c r="B2">', b'<c r="B2" t="str">')
        ),
    )
    sheet, faults = read(saved)
    assert faults == []
    assert sheet.rows == [[2, None]]


def test_merged_cells(book):
    _, faults = read(book(["a", "b"], ["x", "y"], change=lambda one: one.active.merge_cells("A2:B2")))
    assert str(faults[0]) == "a.xlsx, T!A2:B2: these cells are merged. Fix: unmerge them, and fill each one."


def test_areas_are_not_laid_out_to_be_refused(book):
    """One such area took minutes, and a hundred whole rows did."""
    areas = b"".join(b'<mergeCell ref="A%d:XFD%d"/>' % (row, row) for row in range(3, 103))
    merged = b'<mergeCells count="101"><mergeCell ref="A1:XFD1048576"/>%s</mergeCells>' % areas
    path = rewritten(
        book(["a", "b"], ["x", "y"]), SHEET, lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + merged)
    )
    _, faults = read(path)
    assert str(faults[0]).startswith("a.xlsx, T!A1:XFD1048576: these cells are merged")
    assert len(faults) == 1  # below the table nothing is hidden


@pytest.mark.parametrize("area", ["A4:XFD4", "C1:D2", "A1048576:XFD1048576"])
def test_what_is_merged_outside_a_table_hides_nothing(book, area):
    sheet, faults = read(book(["a", "b"], ["x", "y"], change=lambda one: one.active.merge_cells(area)))
    assert (sheet.rows, faults) == ([["x", "y"]], [])


def test_an_area_after_many_harmless_ones_is_told(book):
    def change(one):
        for row in range(10, 40):
            one.active.merge_cells(f"A{row}:C{row}")
        one.active.merge_cells("B2:B3")

    _, faults = read(book(["a", "b"], ["x", "y"], ["z", None], change=change))
    assert [fault.where for fault in faults] == ["a.xlsx, T!B2:B3"]


def test_areas_without_end_are_refused(book):
    areas = b"".join(b'<mergeCell ref="A%d:B%d"/>' % (row, row) for row in range(3, MOST_AREAS + 4))
    path = rewritten(book(["a"], ["x"]), SHEET, lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + areas))
    with pytest.raises(BscError, match=r"a\.xlsx, T: too many areas are merged\. Got: 10,001\. Allowed: up to 10,000"):
        read(path)


def test_a_row_beyond_the_last_is_refused(book):
    path = rewritten(
        book(["a", "b"], ["x", "y"]), SHEET, lambda xml: xml.replace(b'<row r="2"', b'<row r="2000000000"')
    )
    with pytest.raises(ScorecardError, match=r"a\.xlsx, T: a row has the number 2,000,000,000, and Excel has"):
        read(path)


@pytest.mark.parametrize(("sign", "read_as"), [(b"", math.inf), (b"-", -math.inf)])
def test_a_whole_number_without_end_is_infinite(book, sign, read_as):
    path = rewritten(
        book(["a"], [12345]), SHEET, lambda xml: xml.replace(b"<v>12345</v>", b"<v>%s%s</v>" % (sign, b"9" * 400))
    )
    assert read(path)[0].rows == [[read_as]]


def test_headings_that_stand_twice_or_are_missing(book):
    _, faults = read(book(["a", None, "A "], [1, 2, 3]))
    assert [str(fault)[:60] for fault in faults] == [
        "a.xlsx, T!C1: the heading 'a' stands twice. Fix: rename or d",
        "a.xlsx, T!B2: this column has no heading. Got: 2. Fix: give ",
    ]


def refused(path, message):
    with pytest.raises(ScorecardError, match=message), open_book(path, ScorecardError) as opened:
        opened.read("T")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "this is not an Excel workbook, or only a part of one. Got: an empty file"),
        (b"id,name\n", "this is not an Excel workbook"),
        (
            b"\xd0\xcf\x11\xe0" + bytes(600),
            "Excel 97 to 2003, or one with a password.*save it as .xlsx without a password",
        ),
    ],
)
def test_what_is_no_workbook(tmp_path, content, message):
    (tmp_path / "a.xlsx").write_bytes(content)
    refused(tmp_path / "a.xlsx", message)


def test_half_a_workbook(book):
    path = book(["a"], ["x"])
    path.write_bytes(path.read_bytes()[:2000])
    refused(path, "this is not an Excel workbook, or only a part of one")


def test_another_zip_file(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("hello.txt", "x")
    refused(tmp_path / "a.xlsx", "this is a ZIP file, but not an Excel workbook")


def test_a_damaged_sheet(book):
    path = rewritten(book(["a"], ["x"]), "xl/worksheets/sheet1.xml", lambda xml: xml[:-50])
    refused(path, "this workbook is damaged: ParseError")


def test_entities_are_refused(book):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    refused(rewritten(book(["a"]), "xl/workbook.xml", lambda xml: bomb + xml), "the workbook defines XML entities")


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path, book, monkeypatch):
    monkeypatch.setattr(sheet_reader, "LARGEST_UNPACKED", 20_000_000)
    path = rewritten(book(["a"]), "xl/worksheets/sheet1.xml", lambda xml: xml)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.xml", bytes(21_000_000))
    assert path.stat().st_size < 100_000
    refused(path, r"a\.xlsx: the workbook would unpack to too much\. Got: 21 MB\. Allowed: up to 20 MB")


def test_a_file_of_200_mb_is_refused_before_it_is_opened(tmp_path):
    with (tmp_path / "a.xlsx").open("wb") as file:
        file.truncate(200_000_000)
    refused(tmp_path / "a.xlsx", r"the workbook is too large\. Got: 200 MB\. Allowed: up to 100 MB")


def test_a_file_that_is_not_there(tmp_path):
    refused(tmp_path / "none.xlsx", "this cannot be read: No such file")
