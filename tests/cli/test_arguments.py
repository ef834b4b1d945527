import click
import pytest

from bsclib.cli.arguments import FOLDER, PERIOD


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
