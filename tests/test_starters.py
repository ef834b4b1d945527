import errno
import os

import pytest

from bsclib import ScorecardError, atomic, read_actuals, read_scorecard, starters
from bsclib.errors import BscError
from bsclib.shipped import shipped


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def test_both_forms_hold_the_same(tmp_path):
    folder = starters.new_scorecard(tmp_path / "a")[0].parent
    (workbook,) = starters.new_scorecard(tmp_path / "b", "xlsx")
    assert read_scorecard(folder) == read_scorecard(workbook)
    one, other = (
        read_actuals(path).astype({"unit": "str", "kpi": "str", "period": "str"}) for path in (folder, workbook)
    )
    assert one.equals(other)


@pytest.mark.parametrize(
    "there", ["scorecard.yaml", "scorecard.yml", "scorecard.xlsx", "actuals.csv", "actuals.parquet"]
)
def test_what_is_there_stays(tmp_path, there):
    (tmp_path / there).write_text("mine")
    with pytest.raises(ScorecardError, match=rf"{there}: this is there already.*name another folder"):
        starters.new_scorecard(tmp_path)
    assert names(tmp_path) == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_other_files_do_not_matter(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    starters.new_scorecard(tmp_path)
    assert names(tmp_path) == ["actuals.csv", "notes.txt", "scorecard.yaml"]


@pytest.mark.parametrize("form", starters.FORMS)
@pytest.mark.parametrize("room_for", [0, 1])
def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch, form, room_for):
    settled = []

    def settle(temporary, target, real=atomic._settle):
        if len(settled) == (room_for if form == "yaml" else 0):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        settled.append(target)
        real(temporary, target)

    monkeypatch.setattr(atomic, "_settle", settle)
    with pytest.raises(ScorecardError, match="No space left"):
        starters.new_scorecard(tmp_path, form)
    assert names(tmp_path) == []


def test_every_notebook_is_copied_as_it_ships(tmp_path):
    assert starters.copy_notebooks(tmp_path / "lessons") == []
    ours = {file.name: file.read_bytes() for file in (shipped() / "notebooks").glob("*.ipynb")}
    assert {file.name: file.read_bytes() for file in (tmp_path / "lessons").iterdir()} == ours
    assert starters.copy_notebooks(tmp_path / "lessons") == []


def test_notebooks_cannot_be_copied_under_a_file(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BscError, match="is a file, not a folder"):
        starters.copy_notebooks(tmp_path / "file" / "lessons")


def test_the_exit_code_is_jupyters(tmp_path, monkeypatch):
    monkeypatch.setattr(starters.sys, "executable", "false")
    assert starters.open_lab(tmp_path) == 1
