import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import few

from bsclib.batch.extract import COLUMNS, to_xlsx
from bsclib.errors import ReportError

ROW = {
    "id": "mttr",
    "name": "Time to restore",
    "perspective": "Operational excellence",
    "objective": "Restore fast",
    "actual": 4.25,
    "shown": "4.2 h",
    "expected": 4.0,
    "expected_shown": "4.0 h",
    "score": 71.5,
    "status": "at_risk",
    "change": -1.25,
}


def opened(*rows, **summary):
    return openpyxl.load_workbook(io.BytesIO(to_xlsx({"title": "Desk", "kpis": list(rows), **summary})))


def cells(row):
    sheet = opened(row)["KPIs"]
    return {name: sheet.cell(2, column) for column, (_, name, _) in enumerate(COLUMNS, 1)}


def test_a_kpi_is_a_row_with_words_as_text_and_numbers_as_numbers():
    found = cells(ROW)
    assert [cell.value for cell in found.values()] == [
        *("Time to restore", "Operational excellence", "Restore fast", 4.25, 4, "4.0 h", 71.5, "at risk", -1.25, "mttr")
    ]
    assert {name for name, cell in found.items() if cell.data_type == "n"} == {"actual", "expected", "score", "change"}
    assert {cell.number_format for cell in found.values() if cell.data_type == "s"} == {"@"}


def test_headings_are_frozen_bold_and_can_be_filtered():
    sheet = opened(ROW)["KPIs"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:J2")
    assert all(cell.font.bold for cell in sheet[1])
    assert all(sheet.column_dimensions[cell.column_letter].width >= len(cell.value) for cell in sheet[1])


@pytest.mark.parametrize(
    ("actual", "shown", "form"),
    [
        (4.25, "4.2 h", '0.0" h"'),
        (1234.5, "1,234 EUR", '#,##0" EUR"'),
        (2.7, "+2.7 %", '+0.0" %";-0.0" %"'),
        (-3.0, "-3.0", "0.0"),
        (0.694, "69.4%", "0.0%"),
        (12.0, "$12", '"$"0'),
        (4.25, "9.9 h", "General"),  # the text is not of this number
        (4.25, "4 in 5", '0.0" h"'),  # no one number: as what is expected
        (4.25, "1e+06 h", '0.0" h"'),
        (4.25, '4.2 "h"', '0.0" h"'),
        (None, "no data", '0.0" h"'),
    ],
)
def test_a_number_looks_in_excel_as_it_does_in_the_report(actual, shown, form):
    found = cells({**ROW, "actual": actual, "shown": shown})
    assert found["expected"].number_format == form
    assert found["actual"].value == actual


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "#REF!", "_x0041_", "a\x00b", "Größe 😀", "x" * 40_000])
def test_a_text_is_never_a_formula(text):
    book = to_xlsx({"title": text, "kpis": [{**ROW, "name": text}]})
    cell = openpyxl.load_workbook(io.BytesIO(book))["KPIs"]["A2"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x005F_", "_") == text.replace("\0", "\ufffd")[:32_767]
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


@few
@given(actual=st.floats(-1e15, 1e15), name=st.text(min_size=1, max_size=40))
def test_the_same_summary_gives_the_same_bytes_and_the_number_comes_back(actual, name):
    summary = {"title": "Desk", "kpis": [{**ROW, "actual": actual, "name": name}]}
    book = to_xlsx(summary)
    assert to_xlsx(summary) == book
    assert openpyxl.load_workbook(io.BytesIO(book))["KPIs"]["D2"].value == pytest.approx(actual, rel=1e-14, abs=0)


def test_nothing_in_it_tells_the_time():
    with zipfile.ZipFile(io.BytesIO(to_xlsx({"kpis": [ROW]}))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2


def test_the_overall_score_is_on_the_second_sheet():
    sheet = opened(ROW, score=84.14, status="at_risk", period="2026-06")["Report"]
    assert {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2)} == {
        "Report": "Desk",
        "Unit": None,
        "Period": "2026-06",
        "Status": "at risk",
        "Score": 84.14,
        "Change of the score": None,
    }


@pytest.mark.parametrize("summary", [None, {}, {"title": "Desk"}, {"kpis": []}])
def test_a_notebook_that_records_no_kpis_has_nothing_to_extract(summary):
    with pytest.raises(ReportError, match=r"records no KPIs.*leave xlsx out"):
        to_xlsx(summary)
