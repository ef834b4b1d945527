import datetime

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
import strategies
from hypothesis import HealthCheck, given, settings

from bsclib.errors import ActualsError
from bsclib.files.actuals_files import read_table, write_table
from bsclib.files.excel.sheet_writer import write_book
from bsclib.files.excel.workbook_writer import actuals_table

QUIET = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@QUIET
@given(actuals=strategies.actuals())
def test_csv_gives_back_what_was_written(tmp_path, actuals):
    write_table(actuals, tmp_path / "a.csv")
    pd.testing.assert_frame_equal(read_table(tmp_path / "a.csv")[0], actuals)


@QUIET
@given(actuals=strategies.actuals())
def test_parquet_gives_back_what_was_written(tmp_path, actuals):
    write_table(actuals, tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / "a.parquet")[0], actuals)


@QUIET
@given(actuals=strategies.actuals())
def test_a_workbook_gives_back_what_was_written(tmp_path, actuals):
    write_book(tmp_path / "a.xlsx", [actuals_table(actuals)], ActualsError)
    pd.testing.assert_frame_equal(read_table(tmp_path / "a.xlsx")[0], actuals)


def test_a_csv_file_is_written_plainly(tmp_path):
    frame = pd.DataFrame({"kpi": ["a", "b"], "period": ["2024-01", "2024-Q1"], "actual": [1 / 3, None]})
    write_table(frame, tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_bytes().decode()
    assert text == "unit,kpi,period,actual\n,a,2024-01,0.3333333333333333\n,b,2024-Q1,\n"


def test_faulty_tables_are_not_written(tmp_path):
    frame = pd.DataFrame({"kpi": ["a"], "period": ["soon"], "actual": [1.0]})
    with pytest.raises(ActualsError, match="'soon' is not a period"):
        write_table(frame, tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch, name):
    (tmp_path / name).write_text("old")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    frame = pd.DataFrame({"kpi": ["a"], "period": ["2024"], "actual": [1.0]})
    with pytest.raises(
        ActualsError, match=rf"{name}: this cannot be written: No space left on device\. Fix: make room"
    ):
        write_table(frame, tmp_path / name)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(name, "old")]


def test_a_german_export_is_read_and_said(tmp_path):
    text = "Unit;KPI;Period;Actual\r\nMünchen;mttr;2024-01;4,5\r\nMünchen;mttr;2024-02;1234,5\r\n"
    (tmp_path / "a.csv").write_bytes(text.encode("cp1252"))
    frame, notes = read_table(tmp_path / "a.csv")
    assert frame["unit"].tolist() == ["München", "München"]
    assert frame["actual"].tolist() == [4.5, 1234.5]
    assert notes == [
        "a.csv is not in UTF-8, and was read as Windows-1252.",
        "a.csv has decimal commas: 4,5 was read as 4.5.",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'kpi,period,actual\n"a\nb",2024-01,3\nc,2024-02,abc\n',
            r"a\.csv, line 4, actual: this is not a number\. Got: 'abc'",
        ),
        ("kpi,period,actual\na,2024-01,95%\n", r"a\.csv, line 2, actual: this is not a number.*write 95 without %"),
        ("kpi,period,actual\na,2024-01,inf\n", r"a\.csv, line 2, actual: this is not a number\. Got: 'inf'"),
        ("kpi,period,actual\na,2024-01,1e999\n", r"a\.csv, line 2, actual: this is infinite"),
        ("kpi,period,actual\na,2024-1x,1\n", r"a\.csv, line 2, period: '2024-1x' is not a period"),
        ("kpi,period,actual\na,1/2/2025,1\n", r"line 2, period: '1/2/2025' is not a .*write 2025-02-01 or 2025-01-02"),
        ("kpi;1/2/2025\na;1\n", r"a\.csv, line 1, 1/2/2025: '1/2/2025' is not a .*write 2025-02-01 or 2025-01-02"),
        (
            "kpi;2024-01;2024-02\na;950;1.000\n",
            r"a\.csv, line 2, 2024-02: 1\.000 may mean 1 or 1000\. Fix: write 1000, or",
        ),
        ("kpi\tperiod\tactual\na\t2024\t1.000\n", r"a\.csv, line 2, actual: 1\.000 may mean 1 or 1000"),
        ("kpi,period,actual\na,2024,1\n\nb,2024,1\na,2024,2\n", r"a\.csv, line 5, period: a in 2024 is given twice"),
        ("kpi,period,actual\n,2024,1\n", r"a\.csv, line 2, kpi: no KPI is named"),
        ("m,2024-01,3\n", r"a\.csv, line 1: the column 'kpi' is missing\. Got: m, 2024-01, 3.*begin with the headings"),
        ("kpi|period|actual\n", r"a\.csv, line 1: the column 'kpi' is missing\. Got: kpi\|period\|actual"),
    ],
)
def test_faults_of_a_csv_file_carry_the_line(tmp_path, text, message):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ActualsError, match=message):
        read_table(tmp_path / "a.csv")


def test_headings_alone_are_an_empty_table(tmp_path):
    (tmp_path / "a.csv").write_text("unit,kpi,period,actual\n")
    assert len(read_table(tmp_path / "a.csv")[0]) == 0
    write_book(tmp_path / "a.xlsx", [actuals_table(read_table(tmp_path / "a.csv")[0])], ActualsError)
    assert len(read_table(tmp_path / "a.xlsx")[0]) == 0


def test_parquet_with_dates_and_an_index(tmp_path):
    frame = pd.DataFrame({"kpi": ["a", "b"], "period": pd.to_datetime(["2024-01-01", "2024-02-01"]), "actual": [1, 2]})
    frame.iloc[[1, 0]].to_parquet(tmp_path / "a.parquet")
    assert read_table(tmp_path / "a.parquet")[0]["period"].tolist() == ["2024-02", "2024-01"]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pa.array([True]), r"a\.parquet, row 1, actual: this is not a number\. Got: 'TRUE'"),
        (pa.array(["x"]), r"a\.parquet, row 1, actual: this is not a number\. Got: 'x'"),
        (pa.array([[1.0]]), r"a\.parquet, row 1, actual: this is not a number"),
        (
            pa.array(["1.000"]),
            r"a\.parquet, row 1, actual: 1\.000 may mean 1 or 1000\. Fix: this is text: make it a number",
        ),
        (pa.array([float("inf")]), r"a\.parquet, row 1, actual: this is infinite"),
    ],
)
def test_faults_of_parquet_carry_the_row(tmp_path, column, message):
    table = pa.table({"kpi": ["a"], "period": ["2024"], "actual": column})
    pa.parquet.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(ActualsError, match=message):
        read_table(tmp_path / "a.parquet")


def test_parquet_of_columns_without_end_is_refused_as_one(tmp_path):
    pa.parquet.write_table(pa.table({f"c{number}": [1] for number in range(5_001)}), tmp_path / "a.parquet")
    with pytest.raises(ActualsError, match=r"^a\.parquet: the table has too many columns\. Got: 5,001\."):
        read_table(tmp_path / "a.parquet")


def test_what_is_not_parquet(tmp_path):
    (tmp_path / "a.parquet").write_text("kpi,period,actual\n")
    with pytest.raises(ActualsError, match=r"a\.parquet: this is not a Parquet file"):
        read_table(tmp_path / "a.parquet")
    with pytest.raises(ActualsError, match="cannot be read: No such file"):
        read_table(tmp_path / "none.parquet")


@pytest.fixture
def book(tmp_path):
    def make(*rows, title="Sheet1"):
        book = openpyxl.Workbook()
        book.active.title = title
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return make


def test_a_plain_table_in_excel_with_months_as_columns(book):
    path = book(["KPI", datetime.date(2024, 1, 1), "2024-02", 2024], ["a", 1.5, None, 3])
    frame = read_table(path)[0]
    assert frame[["kpi", "period", "actual"]].values.tolist() == [["a", "2024-01-01", 1.5], ["a", "2024", 3.0]]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [["kpi", "period", "actual"], [], ["a", 2024, "x"]],
            r"book\.xlsx, Sheet1!C3: this is not a number\. Got: 'x'",
        ),
        ([["kpi", "period", "actual"], ["a", 2024, "=1+1"]], r"book\.xlsx, Sheet1!C2: this formula has no saved value"),
        ([["kpi", "period", "actual"], ["a", 2024, "#N/A"]], r"book\.xlsx, Sheet1!C2: Excel shows an error here"),
        (
            [["kpi", "period", "actual"], ["a", 2024, 1], ["a", 2024, 2]],
            r"book\.xlsx, Sheet1!B3: a in 2024 is given twice",
        ),
        ([["kpi", "2024-01"], ["a", 1], ["a", 2]], r"book\.xlsx, Sheet1!B3: a in 2024-01 is given twice"),
        (
            [["kpi", "periode", "actual"], ["a", 2024, 1]],
            r"book\.xlsx, Sheet1!B1: there is no column 'periode'.*'period'",
        ),
        ([[]], r"book\.xlsx, Sheet1!A1: the column 'kpi' is missing"),
    ],
)
def test_faults_of_excel_carry_the_cell(book, rows, message):
    with pytest.raises(ActualsError, match=message):
        read_table(book(*rows))


def test_a_scorecards_workbook_without_actuals(book):
    with pytest.raises(ActualsError, match=r"book\.xlsx: the workbook has no sheet Actuals"):
        read_table(book(["id"], title="Scorecard"))


@pytest.mark.parametrize(
    "text",
    [
        "Report 2026\n\nkpi,period,actual\nk,2026-01,5\n",
        'R\n\nkpi;period;actual\n"k";2026-01;4,5\n',
        "R,,\n,,\nkpi,2026-01,2026-02\nk,5,6\n",
    ],
)
def test_a_title_above_the_headings_of_a_csv_file_is_one_fault(tmp_path, text):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ActualsError) as caught:
        read_table(tmp_path / "a.csv")
    assert (
        str(caught.value) == "a.csv, line 1: this is a title; the headings stand in line 3. Fix: delete what is above."
    )


@pytest.mark.parametrize("merged", ["", "A1:D1"])
@pytest.mark.parametrize("headings", [("unit", "kpi", "period", "actual"), ("Unit", "KPI", "2026-01", "2026-02")])
def test_a_title_above_the_headings_of_a_sheet_is_passed_over(tmp_path, merged, headings):
    book = openpyxl.Workbook()
    last = ("North", "mttr", "2026-02", 6) if "period" in headings else ("South", "mttr", 4, 6)
    for row in (["Monthly KPI report 2026"], [], headings, ("North", "mttr", "2026-01", 5), last):
        book.active.append(row)
    if "period" not in headings:
        book.active["C4"] = 4
    if merged:
        book.active.merge_cells(merged)
    book.save(tmp_path / "a.xlsx")
    table, _ = read_table(tmp_path / "a.xlsx")
    assert table["actual"].tolist()[-1] == 6


@pytest.mark.parametrize("merged", ["", "A1:D1"])
@pytest.mark.parametrize("headings", [("unit", "kpi", "period", "actual"), ("Unit", "KPI", "2026-01", "2026-02")])
def test_more_than_a_title_above_the_headings_of_a_sheet_is_one_fault(tmp_path, merged, headings):
    book = openpyxl.Workbook()
    above = ["Monthly KPI report 2026"], ["printed", "2026-03-01"]
    for row in (*above, headings, ("North", "mttr", "2026-01", 5), ("North", "mttr", 4, 6)):
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(ActualsError) as caught:
        read_table(tmp_path / "a.xlsx")
    words = "a.xlsx, Sheet!A1: row 1 is a title; the headings stand in row 3. Fix: delete what is above."
    assert str(caught.value) == words
