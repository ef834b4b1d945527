import json
from pathlib import Path

import pytest
from hypothesis import given
from samples import SMALL, one_kpi
from strategies import scorecards

import bsclib
from bsclib.errors import ScorecardError
from bsclib.files import register, yaml_tree
from bsclib.files.scorecards import read_scorecard, write_scorecard
from bsclib.model.build import build

FULL = {
    "id": "roster",
    "finding": "restoring takes longer",
    "cause": "nobody is there in the evening",
    "action": "Staff the evenings",
    "owner": "Head of operations",
    "kpi": "mttr",
    "unit": "North, and South",
    "decided": "2025-01",
    "due": "FY2026-Q1",
    "expected_effect": -1.5,
    "delay": 2,
    "state": "finished",
    "finished": "2025-05",
    "outcome": "kept",
}
CARD = build(
    one_kpi().model_dump(exclude_unset=True)
    | {"year_starts": 4, "actions": [FULL, {"id": "b", "action": "Ask", "kpi": "gone"}]}
)


@pytest.mark.parametrize("name", ["folder", "book.xlsx", "with actions.yaml"])
def test_what_is_written_is_read_again(tmp_path, name):
    place = tmp_path / name
    if name == "with actions.yaml":
        place.mkdir()
        (place / "actions.yaml").write_text("actions:\n")
    write_scorecard(CARD, place)
    assert read_scorecard(place) == CARD
    if place.is_dir():
        own = (place / ("actions.yaml" if "with" in name else "scorecard.yaml")).read_text()
        assert "due: FY2026-Q1" in own


def test_the_file_of_actions_stays_in_use(tmp_path):
    (tmp_path / "actions.yaml").write_text("actions: []\n")
    write_scorecard(CARD, tmp_path)
    assert "actions" not in (tmp_path / "scorecard.yaml").read_text()
    write_scorecard(build(SMALL), tmp_path)
    assert read_scorecard(tmp_path).actions == ()
    assert (tmp_path / "actions.yaml").read_text() == "format: 1\nactions: []\n"


@given(scorecards())
def test_any_register_is_kept_in_its_file(tmp_path_factory, card):
    folder = tmp_path_factory.mktemp("card")
    (folder / "actions.yaml").write_text("actions: []\n")
    write_scorecard(card, folder)
    assert read_scorecard(folder) == card


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"actions.yaml: the file is empty. Fix: write actions, and below it a list of them"),
        ("- a\n", r"actions.yaml, line 1: a register of actions is a mapping of fields. Got: a list"),
        ("action: []\n", r"actions.yaml, line 1, action: there is no field 'action'. .*did you mean 'actions'"),
        ("format: 2\nactions: []\n", r"actions.yaml, line 1, format: this scorecard needs a newer bsclib"),
        ("actions: 3\n", r"actions.yaml, line 1, actions: this should be a list"),
        (
            "actions:\n  - {id: a, action: x, kpi: mttr, delay: 2.5}\n  - id: b\n    kpi: mttr\n    due: soon\n",
            r"(?s)line 2, actions\[0\].delay: .*whole number.*line 3, actions\[1\].*missing.*line 5, .*'soon'",
        ),
    ],
)
def test_faults_name_the_line_of_the_file(tmp_path, text, message):
    write_scorecard(build(SMALL), tmp_path)
    (tmp_path / "actions.yaml").write_text(text)
    with pytest.raises(ScorecardError, match=message):
        read_scorecard(tmp_path)


def test_actions_are_given_in_one_place(tmp_path):
    write_scorecard(CARD, tmp_path)
    (tmp_path / "actions.yaml").write_text("actions: [{id: c, action: x, kpi: mttr}]\n")
    with pytest.raises(ScorecardError, match=r"line 1, actions: the actions are given in the scorecard, too"):
        read_scorecard(tmp_path)


def test_faults_of_the_scorecard_keep_their_own_lines(tmp_path):
    write_scorecard(build(SMALL), tmp_path)
    (tmp_path / "actions.yaml").write_text("actions: [{id: c, action: x, kpi: mttr}]\n")
    yaml_file = tmp_path / "scorecard.yaml"
    yaml_file.write_text(yaml_file.read_text().replace("lower_is_better", "lower"))
    with pytest.raises(ScorecardError, match=r"scorecard.yaml, line \d+, kpis\[0\].direction"):
        read_scorecard(tmp_path)


def test_the_schema_that_ships_is_current_and_takes_the_shipped_register():
    folder = Path(bsclib.__file__).with_name("files")
    shipped = folder.joinpath("actions.schema.json").read_text(encoding="utf-8")
    assert shipped == register.schema_text(), "run: python -m bsclib.files.register"
    action = json.loads(shipped)["$defs"]["Action"]
    rows = yaml_tree.plain(yaml_tree.read_tree(Path("datasets/meridian/actions.yaml")))
    assert {field for row in rows["actions"] for field in row} <= set(action["properties"])
    assert set(action["required"]) == {"id", "action", "kpi"}
