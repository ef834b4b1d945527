import re

import pytest
from towers import actuals, card

from bsclib.errors import ActualsError, ScorecardError, UnknownNameError
from bsclib.files.scorecards import read_actuals, write_actuals, write_scorecard
from bsclib.files.tower import read_tower

TOP = card("top", {"grow": []}, [("t", "grow")])
IT = card("it", {"a": ["top.grow"]}, [("p", "a")])


@pytest.fixture
def folder(tmp_path):
    """A folder of folders: one scorecard in YAML, one as a workbook, and one without actuals."""
    write_scorecard(TOP, tmp_path / "group", actuals({"t": 1}))
    write_scorecard(IT, tmp_path / "group" / "it.xlsx", actuals({"p": 2}))
    (tmp_path / "group" / "below").mkdir()
    (tmp_path / "group" / "it.xlsx").rename(tmp_path / "group" / "below" / "scorecard.xlsx")
    write_scorecard(card("team", {"x": ["it.a"]}), tmp_path / "group" / "below" / "team")
    return tmp_path / "group"


def test_a_folder_of_folders_is_read_with_all_that_is_in_it(folder):
    tower = read_tower(folder)
    assert [one.id for one in tower.cards] == ["top", "it", "team"]
    assert {id: len(rows) for id, rows in tower.actuals.items()} == {"top": 1, "it": 1}
    assert tower.places["it"] == folder / "below" / "scorecard.xlsx"


def test_files_and_folders_are_named_one_by_one_and_none_is_read_twice(folder):
    tower = read_tower(folder / "scorecard.yaml", folder / "below", folder)
    assert [one.id for one in tower.cards] == ["top", "it", "team"]


def test_a_name_stands_for_the_whole_folder():
    assert {one.id for one in read_tower("meridian").cards} > {"enterprise", "meridian", "operations"}
    assert [one.id for one in read_tower("enterprise", "lakeside").cards] == ["enterprise", "lakeside"]


def test_scorecards_in_one_folder_share_its_table(tmp_path):
    write_scorecard(TOP, tmp_path / "top.yaml")
    write_scorecard(IT, tmp_path / "it.yaml")
    write_actuals(actuals({"t": 1, "p": 2}), tmp_path)
    tower = read_tower(tmp_path / "top.yaml", tmp_path / "it.yaml")
    assert {id: rows["kpi"].tolist() for id, rows in tower.actuals.items()} == {"top": ["t"], "it": ["p"]}


def test_two_files_with_one_id_are_one_fault_that_names_both(folder):
    write_scorecard(IT, folder / "copy")
    with pytest.raises(ScorecardError) as caught:
        read_tower(folder)
    said = str(caught.value)
    # The nearer folder is read first, so the copy has the id.
    assert re.search(r"the id 'it' is that of the scorecard in .*scorecard\.(yaml|xlsx), too", said)
    assert "Fix: give each an id of its own" in said
    assert len(caught.value.faults) == 1


def test_the_faults_of_all_files_are_said_at_once_each_with_its_folder(folder):
    (folder / "scorecard.yaml").write_text("id: top\nname: Top\n", encoding="utf-8")
    (folder / "below" / "team" / "scorecard.yaml").write_text("id: no\n", encoding="utf-8")
    with pytest.raises(ScorecardError) as caught:
        read_tower(folder)
    places = {fault.where.split(", line")[0] for fault in caught.value.faults}
    assert places == {str(folder / "scorecard.yaml"), str(folder / "below" / "team" / "scorecard.yaml")}


def test_a_folder_without_a_scorecard_and_no_folder_at_all(tmp_path):
    with pytest.raises(ScorecardError, match=r"neither this folder nor one below it holds a scorecard.*Fix: name"):
        read_tower(tmp_path)
    with pytest.raises(ScorecardError, match="no scorecard is named"):
        read_tower()
    with pytest.raises(UnknownNameError, match=r"nor a data set of that name.*did you mean 'meridian'"):
        read_tower("meridain")


def test_faulty_actuals_are_faults_of_the_tower(folder):
    (folder / "actuals.csv").write_text("kpi,period,actual\nnobody,2026-01,3\n", encoding="utf-8")
    with pytest.raises(ScorecardError, match=r"group/actuals.csv.*there is no KPI 'nobody'"):
        read_tower(folder)
    with pytest.raises(ActualsError):
        read_actuals(folder, TOP)
