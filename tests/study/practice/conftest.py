"""Nobody's own progress is touched."""

import pytest

from bsclib.study.practice import progress


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    monkeypatch.setattr(progress, "home", lambda: folder)
    return folder
