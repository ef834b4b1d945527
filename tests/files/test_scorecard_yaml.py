import json
from pathlib import Path

import pytest
import samples
import strategies
from hypothesis import HealthCheck, given, settings

import bsclib
from bsclib.errors import ScorecardError
from bsclib.files import scorecard_yaml as yaml_files
from bsclib.model.edit import change
from bsclib.model.nouns import Scorecard


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(scorecard=strategies.scorecards())
def test_write_then_read_is_the_identity(tmp_path, scorecard):
    file = tmp_path / "scorecard.yaml"
    yaml_files.write_yaml(scorecard, file)
    assert yaml_files.read_yaml(file) == scorecard


def test_what_is_written_is_what_a_person_would_write():
    assert yaml_files.to_yaml(samples.small()) == (
        """\
format: 1
id: shop
name: Shop IT
perspectives: it
objectives:
  - {id: fast, name: Restore fast, perspective: operational_excellence, supports: [group.trust]}
  - {id: able, name: Able people, perspective: future_orientation, weight: 2}
kpis:
  - id: mttr
    name: Mean time to restore
    objective: fast
    measured_in: hours
    direction: lower_is_better
    baseline: {period: 2023-12, value: 9}
    target:
      - {period: 2024-12, value: 6}
      - {period: 2025-12, value: 4.5}
    weight:
      - {period: '2024', value: 1}
      - {period: '2025', value: 3}
    guarded_by: [reopened, load]
    format: '{:.1f} h'
  - id: reopened
    name: Tickets reopened
    objective: fast
    measured_in: '%'
    formula: 100 * reopened / closed
    direction: lower_is_better
    aggregate: ratio
    target: 3
    floor: 10
    thresholds: {at_risk: 0.5, on_target: 0.9}
  - id: load
    name: Load
    objective: able
    direction: within_range
    target: [70, 85]
links:
  - {cause: load, effect: mttr, sign: '-', lag: 2, smallest_effect: 0.05, why: rest}
initiatives:
  - {id: train, name: Train, start: 2024-03, cost: 500, changes: [{kpi: load, by: -2, ramp: 3}]}
events:
  - {period: 2024-07, kind: tool_change, kpis: [mttr, load], why: new tool}
"""
    )


def test_own_perspectives_and_thresholds_are_written_out():
    own = samples.SMALL | {
        "perspectives": [{"id": "operational_excellence", "name": "O"}, {"id": "future_orientation", "name": "F"}],
        "thresholds": {"at_risk": 0.7, "on_target": 1.0},
    }
    text = yaml_files.to_yaml(Scorecard.model_validate(own))
    assert (
        "thresholds: {at_risk: 0.7, on_target: 1}\nperspectives:\n  - {id: operational_excellence, name: O}\n" in text
    )


def test_the_review_is_written_last():
    accepted = [
        {"rule": "BSC207", "where": "mttr", "why": "by others"},
        {"rule": "BSC509", "why": "known: all"},
    ]
    review = {"limits": {"owner": 5.0}, "accepted": accepted}
    text = yaml_files.to_yaml(Scorecard.model_validate(samples.SMALL | {"review": review}))
    assert text.endswith(
        """\
why: new tool}
review:
  limits: {owner: 5}
  accepted:
    - {rule: BSC207, where: mttr, why: by others}
    - {rule: BSC509, why: 'known: all'}
"""
    )
    pair = Scorecard.model_validate(samples.SMALL | {"review": {"limits": {"kpis": [2.0, 9.0]}}})
    assert yaml_files.to_yaml(pair).endswith("\nreview:\n  limits:\n    kpis: [2, 9]\n")


def test_faults_of_the_model_carry_their_lines(tmp_path):
    file = tmp_path / "scorecard.yaml"
    text = yaml_files.to_yaml(samples.small())
    text = (
        text.replace("2025-12, value: 4.5", "2023-12, value: 4.5")
        .replace("lag: 2", "lga: 2")
        .replace("id: able", "id: no")
    )
    file.write_text(text.replace("objective: able", "objective: abel").replace("cost: 500", "cost: 5_00"))
    with pytest.raises(ScorecardError, match="5 faults") as caught:
        yaml_files.read_yaml(file)
    assert [fault.where for fault in caught.value.faults] == [
        "scorecard.yaml, line 7, objectives[1].id",
        "scorecard.yaml, line 15, kpis[0].target",
        "scorecard.yaml, line 39, links[0].lga",
        "scorecard.yaml, line 41, initiatives[0].cost",
        "scorecard.yaml, line 35, kpis[2].objective",
    ]


def test_a_file_without_a_format_is_of_the_first(tmp_path):
    text = yaml_files.to_yaml(samples.small())
    assert text.startswith("format: 1\nid: shop\n")
    (tmp_path / "scorecard.yaml").write_text(text.removeprefix("format: 1\n"))
    assert yaml_files.read_yaml(tmp_path / "scorecard.yaml") == samples.small()


def test_a_newer_file_says_so_and_nothing_else(tmp_path):
    (tmp_path / "scorecard.yaml").write_text("id: 5\nformat: 2\nkpis: {of: another, kind: '!'}\nmore: x")
    newer = "scorecard.yaml, line 2, format: this scorecard needs a newer bsclib: this one reads format 1. Got: 2. "
    with pytest.raises(ScorecardError, match=f"^{newer}Fix: pip install --upgrade bsclib.$"):
        yaml_files.read_yaml(tmp_path / "scorecard.yaml")


@pytest.mark.parametrize("given", ["true", "'1'", "1.0", "0", "-1", "one", "[1]"])
def test_what_is_no_format(tmp_path, given):
    text = yaml_files.to_yaml(samples.small()).replace("format: 1\n", f"format: {given}\n", 1)
    (tmp_path / "scorecard.yaml").write_text(text)
    with pytest.raises(
        ScorecardError, match=r"line 1, format: this is no format of scorecards.*Fix: write format: 1\.$"
    ):
        yaml_files.read_yaml(tmp_path / "scorecard.yaml")
    (tmp_path / "scorecard.yaml").write_text(text.replace(f"format: {given}\n", "fromat: 1\n", 1))
    with pytest.raises(ScorecardError, match=r"there is no field 'fromat'.*did you mean 'format'"):
        yaml_files.read_yaml(tmp_path / "scorecard.yaml")


def test_references_are_checked_with_the_line_and_the_nearest_name(tmp_path):
    file = tmp_path / "scorecard.yaml"
    file.write_text(yaml_files.to_yaml(samples.small()).replace("objective: able", "objective: abel"))
    with pytest.raises(ScorecardError, match=r"line 35, kpis\[2\].objective: there is no objective 'abel'.*'able'"):
        yaml_files.read_yaml(file)


def test_a_goal_is_written_by_itself_where_it_is_supported_primarily(tmp_path):
    supports = "[{goal: group.trust, strength: primary}, {goal: group.thrift, strength: secondary}]"
    file = tmp_path / "scorecard.yaml"
    text = yaml_files.to_yaml(samples.small())
    file.write_text(text.replace("[group.trust]", supports))
    card = yaml_files.read_yaml(file)
    assert [support.strength for support in card.objective("fast").supports] == ["primary", "secondary"]
    assert "supports: [group.trust, {goal: group.thrift, strength: secondary}]" in yaml_files.to_yaml(card)
    card = change(card, "fast", supports=["group.thrift"])
    assert "supports: [group.thrift]" in yaml_files.to_yaml(card)


@pytest.mark.parametrize(
    ("supports", "message"),
    [
        ("[{goal: group.trust, strength: weak}]", r"line 6.*this word is not known here.*'primary' or 'secondary'"),
        ("[{goal: group.trust, strength: second}]", r"did you mean 'secondary'"),
        ("[{gaol: group.trust}]", r"there is no field 'gaol'.*did you mean 'goal'"),
        ("[the group's trust]", r"line 6.*this is not an id"),
        ("[[group.trust]]", r"line 6.*each written as name: value"),
    ],
)
def test_what_is_no_support(tmp_path, supports, message):
    file = tmp_path / "scorecard.yaml"
    file.write_text(yaml_files.to_yaml(samples.small()).replace("[group.trust]", supports))
    with pytest.raises(ScorecardError, match=message):
        yaml_files.read_yaml(file)


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    file = tmp_path / "scorecard.yaml"
    file.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ScorecardError, match="No space left on device"):
        yaml_files.write_yaml(samples.small(), file)
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_the_schema_that_ships_is_current():
    shipped = Path(bsclib.__file__).with_name("files").joinpath("scorecard.schema.json").read_text(encoding="utf-8")
    assert shipped == yaml_files.schema_text(), "run: python -m bsclib.files.scorecard_yaml"
    assert json.loads(shipped)["title"] == "IT balanced scorecard"
