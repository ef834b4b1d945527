import click
import pytest

from bsclib.arguments import FOLDER, PERIOD, SOURCE


def test_a_source_is_left_as_it_is(tmp_path):
    (tmp_path / "other.yaml").touch()
    for text in ("meridian", "nowhere/scorecard.yaml", str(tmp_path), str(tmp_path / "other.yaml"), ""):
        assert SOURCE(text) == text


@pytest.mark.parametrize("name", ["scorecard.yaml", "scorecard.yml"])
def test_the_file_in_a_folder_stands_for_the_folder(tmp_path, name):
    (tmp_path / name).touch()
    assert SOURCE(str(tmp_path / name)) == str(tmp_path)


def test_a_folder_stands_for_its_one_workbook(tmp_path):
    (tmp_path / "scorecard.xlsx").touch()
    assert SOURCE(str(tmp_path)) == str(tmp_path / "scorecard.xlsx")
    (tmp_path / "scorecard.yaml").touch()
    assert SOURCE(str(tmp_path)) == str(tmp_path)


def test_a_folder_need_not_be_there(tmp_path):
    assert FOLDER(str(tmp_path)) == tmp_path
    assert FOLDER(str(tmp_path / "a" / "b")) == tmp_path / "a" / "b"


def test_a_folder_is_no_file_and_under_none(tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "a" / "b"):
        with pytest.raises(click.BadParameter, match=r"file is a file, not a folder\."):
            FOLDER(str(path))


def test_a_name_no_folder_could_have():
    with pytest.raises(click.BadParameter, match="File name too long"):
        FOLDER("x" * 5000)


def test_a_period_is_kept_as_it_is_written():
    assert PERIOD("2026-Q2") == "2026-Q2"
    with pytest.raises(click.BadParameter, match="'June' is not a period: write 2024"):
        PERIOD("June")
