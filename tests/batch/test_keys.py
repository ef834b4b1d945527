import os
import sqlite3
from pathlib import Path

import pytest
from notebooks_made import PARAMETERS, code, notebook

from bsclib.batch import keys as module
from bsclib.batch.keys import Keys, versions
from bsclib.batch.template import read_template

ASKED = read_template(notebook(code(PARAMETERS + "data: str = ''", "parameters")))


def key(folder, asked=ASKED, formats=("html",), house="", made_with=(), out="out", **values):
    return Keys(asked, formats, house, {"python": made_with}, without=folder / out).of(values)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "card" / "more").mkdir(parents=True)
    (tmp_path / "card" / "actuals.csv").write_text("1")
    (tmp_path / "card" / "more" / "b.csv").write_text("2")
    return tmp_path


def test_the_same_gives_the_same(folder):
    path = str(folder / "card")
    assert key(folder, data=path) == key(folder, data=path)
    assert key(folder, formats=("pdf", "html")) == key(folder, formats=("html", "pdf"))


def test_whatever_goes_in_changes_the_key(folder):
    other = read_template(notebook(code(PARAMETERS + "data: str = ''", "parameters"), code("x")))
    found = [
        key(folder),
        key(folder, unit="a"),
        key(folder, asked=other),
        key(folder, formats=("html", "pdf")),
        key(folder, house="abc"),
        key(folder, made_with=("3.12",)),
    ]
    assert len({one for one, _ in found}) == len(found)
    assert {data for _, data in found} == {""}


@pytest.mark.parametrize("inner", ["actuals.csv", "more/b.csv", "new.csv"])
def test_a_folder_counts_with_every_file_in_it(folder, inner):
    path = str(folder / "card")
    before = key(folder, data=path)
    (folder / "card" / inner).write_text("changed")
    after = key(folder, data=path)
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_file_within_a_list_or_a_table_counts(folder):
    file = folder / "card" / "actuals.csv"
    before = key(folder, data=[{"a": str(file)}])
    file.write_text("changed")
    assert key(folder, data=[{"a": str(file)}]) != before


def test_a_relative_path_and_a_notebooks_default_count(folder, monkeypatch):
    monkeypatch.chdir(folder)
    asked = read_template(notebook(code("data: str = 'card/actuals.csv'", "parameters")))
    before = key(folder, asked=asked), key(folder, data="card/actuals.csv")
    Path("card/actuals.csv").write_text("changed")
    assert key(folder, asked=asked) != before[0]
    assert key(folder, data="card/actuals.csv") != before[1]


@pytest.mark.parametrize("named", ["card", "card/scorecard.yaml", "card/actuals.sql"])
def test_of_a_query_its_rows_count_and_not_its_url(folder, monkeypatch, named):
    database = folder / "facts.db"
    (folder / "card" / "scorecard.yaml").write_text("id: x")
    (folder / "card" / "actuals.sql").write_text("SELECT kpi, period, actual FROM facts")
    (folder / "card" / "actuals.csv").unlink()
    run = sqlite3.connect(database, isolation_level=None)
    run.execute("CREATE TABLE facts AS SELECT 'k' AS kpi, '2026-01' AS period, 1 AS actual")
    monkeypatch.setenv("BSCLIB_DATABASE", f"sqlite:///{database}")
    data = str(folder / named)
    before = key(folder, data=data)
    assert key(folder, data=data) == before
    monkeypatch.setenv("BSCLIB_DATABASE", f"sqlite:///{folder / '..' / folder.name / 'facts.db'}")
    assert key(folder, data=data) == before
    run.execute("UPDATE facts SET actual = 2")
    run.close()
    assert key(folder, data=data)[0] != before[0]
    assert key(folder, data=data)[1] != before[1]
    database.unlink()  # what cannot be asked is never taken for the same
    assert key(folder, data=data) != key(folder, data=data)


@pytest.mark.parametrize("name", ["actuals.csv", "more/b.csv"])
def test_what_lies_beside_a_scorecards_file_counts(folder, name):
    (folder / "card" / "scorecard.yaml").write_text("id: x")
    before = key(folder, data=str(folder / "card" / "scorecard.yaml"))
    (folder / "card" / name).write_text("changed")
    assert key(folder, data=str(folder / "card" / "scorecard.yaml")) != before


def test_a_data_set_that_ships_counts_by_its_name(folder):
    assert key(folder, data="meridian")[1]
    assert key(folder, data="meridian")[1] != key(folder, data="lakeside")[1]
    assert not key(folder, data="no such thing")[1]


def test_what_the_batch_writes_is_no_input(folder):
    out = folder / "card" / "out"
    out.mkdir()
    before = key(folder, data=str(folder / "card"), out="card/out")
    (out / "a.html").write_text("made")
    (folder / "card" / ".hidden").write_text("x")
    assert key(folder, data=str(folder / "card"), out="card/out") == before


def test_a_folder_without_end_is_told_by_sizes_and_times(folder, monkeypatch):
    monkeypatch.setattr(module, "MOST_FILES", 3)
    monkeypatch.setattr(module, "_file", lambda path: pytest.fail("it was read"))
    for number in range(9):
        (folder / "card" / f"{number}.csv").write_text("x")
    before = key(folder, data=str(folder / "card"))
    os.utime(folder / "card" / "0.csv", (1, 1))
    assert key(folder, data=str(folder / "card")) != before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe")
def test_pipes_devices_and_odd_texts_stop_nothing(folder):
    os.mkfifo(folder / "card" / "pipe")
    for text in (
        str(folder / "card"),
        str(folder / "card" / "pipe"),
        "/dev/zero",
        "a\0b",
        "x" * 5000,
        "x" * 1000,
        "\n",
        "/"[:0],
    ):
        assert key(folder, data=text)[0]


def test_links_in_circles_end(folder):
    (folder / "card" / "again").symlink_to(folder / "card")
    assert key(folder, data=str(folder / "card"))[1]


def test_each_file_is_read_once(folder, monkeypatch):
    read = []
    true = module._file
    monkeypatch.setattr(module, "_file", lambda path: read.append(path) or true(path))
    keys = Keys(ASKED, ("html",), "", {}, without=folder / "out")
    assert len({keys.of({"unit": f"{number}", "data": str(folder / "card")})[0] for number in range(50)}) == 50
    assert len(read) == 2


def test_versions_name_python_the_packages_and_the_kits_own_source():
    found = versions()
    assert found == versions()
    assert found["packages"]["pandas"]
    assert len(found["source"]) == 64
