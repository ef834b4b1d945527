import zipfile

import openpyxl
import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bsclib.errors import ActualsError, ScorecardError
from bsclib.files.excel import sheet_writer
from bsclib.files.excel.sheet_reader import open_book
from bsclib.files.excel.sheet_writer import Column, Copy, Table, write_book

COLUMNS = (
    Column("id", "An id.", width=20),
    Column("sign", "Which way.", choices=("+", "-")),
    Column("n", "How many.", True),
)


def read(path, title="T"):
    with open_book(path, ScorecardError) as book:
        sheet = book.read(title)
    assert not book.faults
    return sheet


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(strategies.names, strategies.names, strategies.numbers), min_size=1, max_size=20))
def test_texts_and_numbers_come_back_as_they_were(tmp_path, rows):
    write_book(tmp_path / "a.xlsx", [Table("T", COLUMNS, rows)], ScorecardError)
    # Spaces around a text are not kept, nor are they by the model.
    assert read(tmp_path / "a.xlsx").rows == [[a.strip(), b.strip(), number] for a, b, number in rows]


def test_nothing_is_written_as_a_formula(tmp_path):
    rows = [[text, None, 1.5] for text in ("=1+1", "+1", "-1", "@A1", "#REF!", "'x")]
    write_book(tmp_path / "a.xlsx", [Table("T", COLUMNS, rows)], ScorecardError)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["T"]
    assert [cell.data_type for cell in sheet["A"][1:]] == ["s"] * 6
    assert {cell.number_format for cell in sheet["A"][1:]} == {"@"}
    assert sheet["C2"].data_type == "n"
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_what_excel_would_take_for_an_escape_is_escaped(tmp_path):
    write_book(tmp_path / "a.xlsx", [Table("T", COLUMNS, [["_x0041_", "a_b", None]])], ScorecardError)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b"<t>_x005F_x0041_</t>" in archive.read("xl/worksheets/sheet1.xml")
    assert read(tmp_path / "a.xlsx").rows[0][:2] == ["_x0041_", "a_b"]


def test_headings_are_frozen_bold_and_explained_and_words_can_be_chosen(tmp_path):
    other = Table("Other", (Column("of", "Whose.", source="T"),), [["x"]])
    write_book(tmp_path / "a.xlsx", [Table("T", COLUMNS, [["x", "+", 1]]), other], ScorecardError)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["T"]
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert sheet["A1"].comment.text == "An id."
    assert sheet.column_dimensions["A"].width == 20
    assert sheet.column_dimensions["A"].number_format == "@"
    rule = sheet.data_validations.dataValidation[0]
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", '"+,-"', "B2:B1002")
    assert book["Other"].data_validations.dataValidation[0].formula1 == "=T!$A$2:$A$202"


def test_kept_sheets_keep_values_and_formats(tmp_path):
    old = openpyxl.Workbook()
    old.active.append(["_x0041_", 0.1 + 0.2, None, True])
    old.active["B1"].number_format = "0.0"
    write_book(tmp_path / "a.xlsx", [Copy("_Mine", list(old.active.iter_rows()))], ScorecardError)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["_Mine"]
    assert [cell.value for cell in sheet[1]] == ["_x005F_x0041_", 0.1 + 0.2, None, True]
    assert sheet["B1"].number_format == "0.0"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x" * 32_768, r"a\.xlsx, T, row 3: a text of 32,768 characters is longer than a cell can be"),
        ("😀" * 16_384, "a text of 16,384 characters is longer than a cell can be"),
        ("a\x07b", r"a\.xlsx, T, row 3: .*cannot be used in worksheets"),
    ],
)
def test_a_text_that_excel_cannot_hold_is_refused_and_the_old_file_stays(tmp_path, text, message):
    (tmp_path / "a.xlsx").write_text("old")
    with pytest.raises(ActualsError, match=message):
        write_book(tmp_path / "a.xlsx", [Table("T", COLUMNS, [["x", None, 1], [text, None, 1]])], ActualsError)
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]
    assert (tmp_path / "a.xlsx").read_text() == "old"


def test_more_rows_than_excel_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_writer, "MOST_ROWS", 3)
    with pytest.raises(
        ActualsError, match=r"Excel holds no more rows\. Got: 3\. Allowed: up to 2 rows\. Fix: .*CSV or Parquet"
    ):
        write_book(tmp_path / "a.xlsx", [Table("T", COLUMNS, [["x", None, 1]] * 3)], ActualsError)


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(openpyxl.Workbook, "save", full)
    with pytest.raises(ScorecardError, match="No space left on device"):
        write_book(tmp_path / "a.xlsx", [Table("T", COLUMNS, [["x", None, 1]])], ScorecardError)
    assert list(tmp_path.iterdir()) == []
