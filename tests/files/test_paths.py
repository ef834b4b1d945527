from pathlib import Path

import pytest
import samples

from bsclib.errors import BscError, UnknownNameError
from bsclib.files import paths
from bsclib.files import scorecards as files


def test_what_ships_is_found(tmp_path, monkeypatch):
    assert (paths.shipped_folder() / "datasets").is_dir()
    package = tmp_path / "bsclib"
    (package / "files").mkdir(parents=True)
    monkeypatch.setattr(paths, "__file__", str(package / "files" / "paths.py"))
    with pytest.raises(BscError, match="the data sets that ship are not installed"):
        paths.shipped_folder()
    (package / "_shipped").mkdir()
    assert paths.shipped_folder() == package / "_shipped"


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A place like the one that ships, with two data sets in it."""
    for name in ("meridian", "enterprise"):
        files.write_scorecard(samples.small(), tmp_path / "root" / "datasets" / name)
    monkeypatch.setattr(paths, "shipped_folder", lambda: tmp_path / "root")
    return tmp_path / "root"


def test_names_of_data_sets(shipped, monkeypatch, tmp_path):
    assert paths.locate("meridian") == shipped / "datasets" / "meridian"
    assert files.read_scorecard("enterprise").id == "shop"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "meridian").mkdir()
    assert paths.locate("meridian") == Path("meridian"), "an existing path wins"


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "meridan",
            r"neither a file or folder 'meridan' nor a data set of that name.*did you mean 'meridian'",
        ),
        ("entreprise", "did you mean 'enterprise'"),
        ("", "neither a file or folder ''"),
        ("../meridian", "neither a file or folder"),
        ("x" * 5000, "neither a file or folder 'xxxx"),
        ("a\0b", "neither a file or folder"),
    ],
)
def test_names_that_are_nothing(name, message):
    with pytest.raises(UnknownNameError, match=message):
        paths.locate(name)


def test_an_installation_without_data_sets(monkeypatch):
    def missing():
        raise BscError("not there")

    monkeypatch.setattr(paths, "shipped_folder", missing)
    with pytest.raises(UnknownNameError, match="no data set"):
        paths.locate("meridian")
