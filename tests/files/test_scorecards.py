import openpyxl
import pandas as pd
import pytest
import samples

from bsclib.actuals.table import check_actuals
from bsclib.errors import ActualsError, ScorecardError, UnknownNameError
from bsclib.files import scorecards as files
from bsclib.model.nouns import Scorecard

ACTUALS = check_actuals(
    pd.DataFrame({"kpi": ["mttr", "load"], "period": ["2024-01", "2024-02"], "actual": [1 / 3, None]})
)


@pytest.fixture
def small():
    return samples.small()


@pytest.mark.parametrize("name", ["folder", "folder/", "book.xlsx", "card.yaml", "deep/er/book.XLSX", "dotted.name"])
def test_a_scorecard_and_its_actuals_come_back(tmp_path, small, name):
    files.write_scorecard(small, tmp_path / name, ACTUALS)
    assert files.read_scorecard(tmp_path / name) == small
    actuals = tmp_path if name == "card.yaml" else tmp_path / name
    pd.testing.assert_frame_equal(files.read_actuals(actuals, small), ACTUALS)


def test_paths_may_be_text(tmp_path, small):
    files.write_scorecard(small, str(tmp_path / "a"))
    assert files.read_scorecard(str(tmp_path / "a")) == small


def test_other_files_in_the_folder_are_left_alone(tmp_path, small):
    for name in ("actuals.csv", "notes.txt"):
        (tmp_path / name).write_text("mine")
    files.write_scorecard(small, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["actuals.csv", "notes.txt", "scorecard.yaml"]
    assert (tmp_path / "actuals.csv").read_text() == (tmp_path / "notes.txt").read_text() == "mine"


def test_faulty_actuals_stop_the_writing(tmp_path, small):
    wrong = pd.DataFrame({"kpi": ["mtr"], "period": ["2024"], "actual": [1.0]})
    with pytest.raises(ActualsError, match="there is no KPI 'mtr'"):
        files.write_scorecard(small, tmp_path / "a", wrong)
    assert not (tmp_path / "a").exists()


def test_a_folder_that_keeps_parquet_keeps_it(tmp_path, small):
    files.write_actuals(ACTUALS, tmp_path / "actuals.parquet")
    files.write_scorecard(small, tmp_path, ACTUALS)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["actuals.parquet", "scorecard.yaml"]
    pd.testing.assert_frame_equal(files.read_actuals(tmp_path), ACTUALS)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.xlsx", "a.tsv", "folder"])
def test_actuals_alone_come_back(tmp_path, name):
    files.write_actuals(ACTUALS, tmp_path / name)
    pd.testing.assert_frame_equal(files.read_actuals(tmp_path / name), ACTUALS)
    files.write_actuals(ACTUALS.iloc[:1], tmp_path / name)
    assert len(files.read_actuals(tmp_path / name)) == 1


def test_actuals_go_into_a_scorecards_workbook(tmp_path, small):
    files.write_scorecard(small, tmp_path / "book.xlsx")
    files.write_actuals(ACTUALS, tmp_path / "book.xlsx")
    assert files.read_scorecard(tmp_path / "book.xlsx") == small
    pd.testing.assert_frame_equal(files.read_actuals(tmp_path / "book.xlsx"), ACTUALS)


def test_a_workbook_of_another_kind_is_not_written_over(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Budget"
    book.save(tmp_path / "book.xlsx")
    with pytest.raises(ActualsError, match=r"holds sheets of another kind, which would be lost\. Got: Budget"):
        files.write_actuals(ACTUALS, tmp_path / "book.xlsx")
    assert openpyxl.load_workbook(tmp_path / "book.xlsx").sheetnames == ["Budget"]


@pytest.mark.parametrize("name", ["file/scorecard", "file/deep/book.xlsx", "file/card.yaml"])
def test_an_output_path_under_a_file(tmp_path, small, name):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ScorecardError, match=r"cannot be written: .*file is a file, not a folder"):
        files.write_scorecard(small, tmp_path / name)
    with pytest.raises(ActualsError, match=r"cannot be written: .*file is a file, not a folder"):
        files.write_actuals(ACTUALS, tmp_path / "file" / "a.csv")
    assert (tmp_path / "file").read_text() == "x"


def test_a_file_where_a_folder_should_be(tmp_path, small):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ScorecardError, match="file is a file, not a folder"):
        files.write_scorecard(small, tmp_path / "file")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "card.xls",
            r"cannot be read from or written to such a file\. Got: a file that ends in \.xls.*save it as \.xlsx",
        ),
        ("card.csv", r"Allowed: a folder, \.yaml, \.yml, \.xlsx"),
        ("card.json", "Got: a file that ends in .json"),
        ("card.zip", "unpack it first"),
        ("card", "Got: a file without an ending"),
    ],
)
def test_kinds_of_files_that_hold_no_scorecard(tmp_path, small, name, message):
    (tmp_path / name).write_text("x")
    with pytest.raises(ScorecardError, match=message):
        files.read_scorecard(tmp_path / name)
    if "." in name:
        with pytest.raises(ScorecardError, match=message):
            files.write_scorecard(small, tmp_path / name)


def test_kinds_of_files_that_hold_no_actuals(tmp_path):
    (tmp_path / "a.ods").write_text("x")
    with pytest.raises(
        ActualsError, match=r"actuals cannot be read from.*a file that ends in \.ods.*save it as \.xlsx"
    ):
        files.read_actuals(tmp_path / "a.ods")
    with pytest.raises(ActualsError, match="such a file"):
        files.write_actuals(ACTUALS, tmp_path / "b.ods")


def test_a_workbook_with_macros_is_read_but_not_written(tmp_path, small):
    files.write_scorecard(small, tmp_path / "a.xlsx", ACTUALS)
    (tmp_path / "a.xlsx").rename(tmp_path / "a.xlsm")
    assert files.read_scorecard(tmp_path / "a.xlsm") == small
    with pytest.raises(ScorecardError, match=r"a file that ends in \.xlsm.*save it as \.xlsx"):
        files.write_scorecard(small, tmp_path / "a.xlsm")
    with pytest.raises(ActualsError, match=r"a file that ends in \.xlsm"):
        files.write_actuals(ACTUALS, tmp_path / "a.xlsm")


def test_folders_without_or_with_too_many_files(tmp_path):
    with pytest.raises(
        ScorecardError, match=r"the folder holds no scorecard\. Got: an empty folder\. Allowed: scorecard\.yaml"
    ):
        files.read_scorecard(tmp_path)
    with pytest.raises(
        ActualsError, match=r"the folder holds no actuals\. .*Allowed: actuals\.csv or actuals\.parquet or actuals\.sql"
    ):
        files.read_actuals(tmp_path)
    files.write_actuals(ACTUALS, tmp_path / "actuals.csv")
    files.write_actuals(ACTUALS, tmp_path / "actuals.parquet")
    with pytest.raises(ActualsError, match=r"there are two files of actuals.*keep the one that counts"):
        files.read_actuals(tmp_path)


def test_paths_that_do_not_exist_name_the_nearest_file(tmp_path):
    (tmp_path / "actuals.csv").write_text("kpi,period,actual\n")
    with pytest.raises(UnknownNameError, match=r"did you mean '.*/actuals\.csv'"):
        files.read_actuals(tmp_path / "actual.csv")
    with pytest.raises(UnknownNameError, match="neither a file or folder"):
        files.read_actuals(tmp_path / "actuals.csv" / "x")
    with pytest.raises(UnknownNameError, match="neither a file or folder"):
        files.read_scorecard(tmp_path / "none" / "at" / "all")


def test_the_data_sets_that_ship_come_back_from_every_form(tmp_path):
    card = files.read_scorecard("meridian")
    actuals = files.read_actuals("meridian", card)
    assert isinstance(card, Scorecard)
    for name in ("folder", "book.xlsx"):
        files.write_scorecard(card, tmp_path / name, actuals)
        assert files.read_scorecard(tmp_path / name) == card
        pd.testing.assert_frame_equal(files.read_actuals(tmp_path / name, card), actuals)


def test_the_file_in_a_folder_stands_for_the_folder(tmp_path, small):
    files.write_scorecard(small, tmp_path, ACTUALS)
    assert files.read_actuals(tmp_path / "scorecard.yaml").equals(files.read_actuals(tmp_path))


def test_a_folder_stands_for_its_one_workbook(tmp_path, small):
    files.write_scorecard(small, tmp_path / "scorecard.xlsx", ACTUALS)
    assert files.read_scorecard(tmp_path) == small
    assert files.read_actuals(tmp_path).equals(files.read_actuals(tmp_path / "scorecard.xlsx"))
    files.write_scorecard(small, tmp_path)
    with pytest.raises(ScorecardError, match="there are two files of scorecard"):
        files.read_scorecard(tmp_path)


def test_whether_there_are_actuals(tmp_path, small):
    files.write_scorecard(small, tmp_path)
    assert not files.has_actuals(tmp_path)
    assert not files.has_actuals(tmp_path / "scorecard.yaml")
    files.write_actuals(ACTUALS, tmp_path)
    assert files.has_actuals(tmp_path)
    assert files.has_actuals("meridian")
    with pytest.raises(UnknownNameError, match="did you mean 'meridian'"):
        files.has_actuals("meridan")
