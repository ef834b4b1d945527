"""Rows as openpyxl gives them, and without what empty cells cost."""

import datetime
import io
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.errors import ScorecardError
from bsclib.files.excel.sheet_reader import open_book
from bsclib.files.excel.sheet_rows import _Filled, sheet_rows

SHEET = "xl/worksheets/sheet1.xml"
VALUES = st.one_of(
    st.none(),
    st.integers(-9, 9),
    st.floats(-9, 9),
    st.booleans(),
    st.text("ab<>&é/ ", min_size=1, max_size=5),
    st.dates(datetime.date(1950, 1, 1), datetime.date(2050, 1, 1)),
    st.just("=1+1"),
)


def saved(rows, change=lambda xml: xml):
    """A workbook of these rows as a file in memory, the XML of its sheet perhaps changed."""
    book, out, changed = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    with zipfile.ZipFile(out) as before, zipfile.ZipFile(changed, "w") as after:
        for part in before.namelist():
            data = before.read(part)
            after.writestr(part, change(data) if part == SHEET else data)
    return changed


def read(file, formulas=False):
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    return [
        (number, [cell.value for cell in cells], behind) for number, cells, behind in sheet_rows(book.active, formulas)
    ]


def trimmed(row):
    row = list(row)
    while row and row[-1] is None:
        row.pop()
    return row


@given(st.lists(st.lists(VALUES, max_size=6), max_size=6), st.booleans())
def test_rows_are_those_of_openpyxl(rows, styled):
    file = saved(rows, lambda xml: re.sub(rb'(<c r="F\d+")', rb"\1", xml) if styled else xml)
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    book.active.reset_dimensions()
    theirs = [trimmed(cell.value for cell in row) for row in book.active.iter_rows()]
    ours = [trimmed(row) for _, row, _ in read(file)]
    assert ours[: len(theirs)] == theirs[: len(ours)]
    assert not any(theirs[len(ours) :])
    assert not any(ours[len(theirs) :])


def test_a_formula_stands_behind_its_value():
    ((_, values, behind),) = read(saved([[1, "=A1+1"]]), formulas=True)
    assert (values, [cell.value for cell in behind]) == ([1, None], [1, "=A1+1"])


@pytest.mark.parametrize(
    "empty", [b'<c r="B1"/>', b'<c r="B1" s="0"/>', b'<c r="B1" t="inlineStr" />', b'<c r="B1" s="0"></c>', b"<c/>"]
)
@pytest.mark.parametrize("place", [b' r="C1"', b""])
def test_an_empty_cell_keeps_the_place_of_the_next(empty, place):
    file = saved([["x"]], lambda xml: xml.replace(b"</row>", empty + b"<c" + place + b"><v>5</v></c></row>"))
    assert read(file) == [(1, ["x", None, 5], [None] * 3)]


def test_rows_that_are_left_out_are_blank_and_one_that_runs_back_is_none():
    file = saved([["a"], ["b"], ["c"]], lambda xml: xml.replace(b'r="2"', b'r="5"').replace(b'r="B2"', b'r="B5"'))
    assert [(number, trimmed(row)) for number, row, _ in read(file)] == [
        (1, ["a"]),
        (2, []),
        (3, []),
        (4, []),
        (5, ["b"]),
    ]
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    assert [number for number, *_ in sheet_rows(book.active, False, gaps=False)] == [1, 5]


@pytest.mark.parametrize("empty", [b'<c r="%s" s="0"/>', b'<c r="%s" t="inlineStr"></c>', b'<c r="%s" s="1" t="n" />'])
def test_cells_in_which_nothing_stands_are_passed_over_before_anything_is_made_of_them(empty):
    row = b"".join(empty % f"{openpyxl.utils.get_column_letter(column)}1".encode() for column in range(1, 16_000))
    sheet = _Filled(io.BytesIO(b"<row>%s</row>" % row * 20))
    kept = b"".join(iter(lambda: sheet.read(1 << 16), b""))
    assert kept.count(b"<row>") == 20
    assert kept.count(b"<c ") < 400  # of 320,000: the last of a block is kept, for what follows it is not seen yet


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'<row r="1"', b'<row r="2000000000"', "a row has the number 2,000,000,000, and Excel has 1,048,576 rows"),
        (b'<c r="A1"', b'<c r="XFE1"', "a column has the number 16,385, and Excel has 16,384 columns"),
    ],
)
def test_what_lies_beyond_is_refused(tmp_path, old, new, said):
    path = tmp_path / "a.xlsx"
    path.write_bytes(saved([["x"]], lambda xml: xml.replace(old, new)).getvalue())
    with pytest.raises(ScorecardError, match=said), open_book(path, ScorecardError) as book:
        list(book.raw("Sheet"))


def test_a_sheet_that_is_kept_under_another_ending_is_refused(tmp_path):
    file = saved([["x"]])
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as after:
        for part in before.namelist():
            data = before.read(part).replace(b"sheet1.xml", b"sheet1.dat")
            after.writestr(part.replace("sheet1.xml", "sheet1.dat"), data)
    with (
        pytest.raises(ScorecardError, match="kept as no Excel keeps one"),
        open_book(tmp_path / "a.xlsx", ScorecardError),
    ):
        pass
