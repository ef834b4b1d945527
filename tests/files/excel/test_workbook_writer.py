import openpyxl
import pandas as pd
import pytest
import samples
import strategies
from hypothesis import HealthCheck, given, settings

from bsclib.actuals.table import check_actuals
from bsclib.errors import ScorecardError
from bsclib.files.actuals_files import read_table
from bsclib.files.excel import columns
from bsclib.files.excel.workbook_reader import read_workbook
from bsclib.files.excel.workbook_writer import write_workbook
from bsclib.model.nouns import Scorecard

ACTUALS = check_actuals(
    pd.DataFrame({"kpi": ["mttr", "load"], "period": ["2024-01", "2024-02"], "actual": [1 / 3, None]})
)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(scorecard=strategies.scorecards())
def test_write_then_read_is_the_identity(tmp_path, scorecard):
    file = tmp_path / "book.xlsx"
    file.unlink(missing_ok=True)
    write_workbook(scorecard, file)
    assert read_workbook(file) == scorecard


def test_a_sheet_for_each_table_with_words_to_choose_from(tmp_path):
    write_workbook(samples.small(), tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames == list(columns.SHEETS)
    rules = {str(rule.sqref): rule.formula1 for rule in book["KPIs"].data_validations.dataValidation}
    assert rules["H2:H1004"] == '"higher_is_better,lower_is_better,within_range"'
    assert rules["C2:C1004"] == "=Objectives!$A$2:$A$203"
    assert [[cell.value for cell in row[:4]] for row in book["Targets"].iter_rows()] == [
        ["kpi", "field", "period", "value"],
        ["mttr", "baseline", "2023-12", 9],
        ["mttr", "target", "2024-12", 6],
        ["mttr", "target", "2025-12", 4.5],
    ]
    assert [cell.value for cell in book["Events"][2]] == ["2024-07", "tool_change", "mttr, load", "new tool"]


def test_only_limits_of_ones_own_are_written(tmp_path):
    accepted = [{"rule": "BSC207", "where": "mttr", "why": "=1+1"}]
    review = {"limits": {"owner": 5, "kpis": [2, 9], "gaps": 0.2}, "accepted": accepted}
    write_workbook(Scorecard.model_validate(samples.SMALL | {"review": review}), tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    rows = {
        title: [[cell.value for cell in row] for row in book[title].iter_rows()] for title in ("Limits", "Accepted")
    }
    assert rows["Limits"] == [["limit", "value", "most"], ["kpis", 2, 9], ["owner", 5, None]]
    assert rows["Accepted"] == [["rule", "where", "why"], ["BSC207", "mttr", "=1+1"]]
    assert book["Accepted"]["C2"].data_type == "s"
    (words,) = book["Limits"].data_validations.dataValidation
    assert "perspective_share" in words.formula1


def test_actuals_that_are_there_stay_when_a_scorecard_is_written(tmp_path):
    file = tmp_path / "book.xlsx"
    write_workbook(samples.small(), file, ACTUALS)
    renamed = Scorecard.model_validate(samples.SMALL | {"name": "New"})
    write_workbook(renamed, file)
    assert read_workbook(file) == renamed
    pd.testing.assert_frame_equal(read_table(file)[0], ACTUALS)


def test_wide_actuals_and_sheets_of_ones_own_stay_too(tmp_path):
    file = tmp_path / "book.xlsx"
    write_workbook(samples.small(), file)
    book = openpyxl.load_workbook(file)
    del book["Actuals"]
    wide = book.create_sheet("actuals")
    wide.append(["kpi", "2024-01", "2024-02"])
    wide.append(["mttr", 0.25, 5])
    book.create_sheet("_notes").append(["=mine", 1])
    book["_notes"]["A1"].data_type = "s"
    book.save(file)
    write_workbook(samples.small(), file)
    assert read_table(file)[0]["actual"].tolist() == [0.25, 5]
    assert [cell.value for cell in openpyxl.load_workbook(file)["_notes"][1]] == ["=mine", 1]


def test_a_file_that_is_no_workbook_is_not_written_over(tmp_path):
    file = tmp_path / "book.xlsx"
    file.write_text("a letter")
    with pytest.raises(ScorecardError, match="this is not an Excel workbook"):
        write_workbook(samples.small(), file)
    assert file.read_text() == "a letter"


def test_actuals_that_would_be_lost_stop_the_writing(tmp_path):
    file = tmp_path / "book.xlsx"
    write_workbook(samples.small(), file, ACTUALS)
    book = openpyxl.load_workbook(file)
    book["Actuals"]["D3"] = "=D2*2"
    book.save(file)
    with pytest.raises(ScorecardError, match=r"Actuals!D3: this formula has no saved value"):
        write_workbook(samples.small(), file)
    assert openpyxl.load_workbook(file)["Actuals"]["D3"].value == "=D2*2"


@pytest.mark.parametrize("limits", [(0.0, 100.0), (None, 20.0), (0.0, None), None])
def test_limits_come_back_from_a_workbook_with_one_end_or_two(tmp_path, limits):
    card = samples.small()
    card = card.model_copy(update={"kpis": (card.kpis[0].model_copy(update={"limits": limits}), *card.kpis[1:])})
    write_workbook(card, tmp_path / "book.xlsx")
    assert read_workbook(tmp_path / "book.xlsx") == card
