import pytest

from bsclib.errors import BscError
from bsclib.files import shipped


def test_what_ships_is_found(tmp_path, monkeypatch):
    assert (shipped.shipped() / "datasets").is_dir()
    package = tmp_path / "bsclib"
    (package / "files").mkdir(parents=True)
    monkeypatch.setattr(shipped, "__file__", str(package / "files" / "shipped.py"))
    with pytest.raises(BscError, match="the data sets that ship are not installed"):
        shipped.shipped()
    (package / "_shipped").mkdir()
    assert shipped.shipped() == package / "_shipped"
