"""What may stand in a truth, and what is said of one that cannot be."""

import pytest
import yaml
from pydantic import ValidationError

from bsclib.causality.truth import Process, TrueLink, Truth, build_truth, order, read_truth
from bsclib.errors import ScorecardError

A_AND_B = {"a": {"level": 1}, "b": {"level": 2}}


def test_every_process_comes_after_what_drives_it_at_once():
    truth = build_truth(
        {
            "processes": {"c": {"level": 0}, "b": {"level": 0}, "a": {"level": 0}},
            "links": [
                {"cause": "a", "effect": "b", "lag": 0, "by": 1},
                {"cause": "b", "effect": "c", "lag": 0, "by": 1},
                {"cause": "c", "effect": "a", "lag": 1, "by": 1},
            ],
        }
    )
    assert order(truth) == ["a", "b", "c"]


def test_a_circle_without_a_lag_is_refused_and_named():
    links = [{"cause": "a", "effect": "b", "by": 1}, {"cause": "b", "effect": "a", "by": 1}]
    with pytest.raises(ScorecardError, match="drive each other within one month: a, b"):
        build_truth({"processes": A_AND_B, "links": links})


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"links": [{"cause": "a", "effect": "bb", "by": 1}]}, "there is no name 'bb'"),
        ({"false_links": [{"cause": "x", "effect": "b"}]}, "a false link: there is no name 'x'"),
        ({"pushes": [{"process": "c", "by": 1, "start": "2020-01"}]}, "there is no name 'c'"),
        ({"pushes": [{"process": "a", "by": 1, "start": "2020-01", "unit": "Rome"}]}, "there is no name 'Rome'"),
        ({"shifts": [{"process": "a", "by": 1, "start": "2020-05", "until": "2020-04"}]}, "ends in 2020-04, before"),
        ({"gaps": [{"kpi": "z", "start": "2020-05", "until": "2020-05"}]}, "a gap: there is no name 'z'"),
        ({"identities": [{"kpi": "a", "numerator": {"b": 1}, "denominator": {"b": 1}}]}, "both process and identity"),
        ({"identities": [{"kpi": "r", "numerator": {"q": 1}, "denominator": {"b": 1}}]}, "the parts of r"),
        ({"processes": {"a": {"level": 1, "season": {"peak": 1}}}}, "the season of a: there is no name 'peak'"),
        ({"processes": {"a": {"level": 1, "of": ["n"]}}}, "what a is a share of"),
        ({"processes": {"a": {"level": 1, "offsets": {"Rome": 1}}}}, "the offsets of a"),
        ({"seasons": {"peak": [1, 2, 3]}}, "at least 12 items"),
        ({"processes": {"a": {"level": 1, "own": 1}}}, "processes.a.own"),
        ({"weather": 1}, "weather"),
    ],
)
def test_what_does_not_hold_together_is_said(part, message):
    with pytest.raises(ScorecardError, match=message):
        build_truth({"processes": A_AND_B, **part})


def test_a_truth_is_frozen():
    truth = Truth(processes={"a": Process(level=1)})
    with pytest.raises(ValidationError, match="frozen"):
        truth.seed = 3


def test_a_truth_written_as_yaml_is_read_as_it_was(tmp_path):
    truth = Truth(
        seed=4,
        units={"Rome": 1.5, "Oslo": 1.0},
        seasons={"peak": tuple(range(12))},
        processes={"a": Process(level=1, season={"peak": 2}, offsets={"Rome": 1}), "b": Process(level=2, own=0.5)},
        links=(TrueLink(cause="a", effect="b", lag=2, by=-0.5),),
    )
    text = yaml.safe_dump(truth.model_dump(mode="json", exclude_defaults=True))
    assert "first" not in text
    (tmp_path / "truth.yaml").write_text(text)
    assert read_truth(tmp_path / "truth.yaml") == truth


def test_a_file_that_is_no_truth_is_named(tmp_path):
    file = tmp_path / "truth.yaml"
    with pytest.raises(ScorecardError, match=r"truth\.yaml: this cannot be read"):
        read_truth(file)
    file.write_text("processes: [a: b")
    with pytest.raises(ScorecardError, match=r"truth\.yaml, line 2: a bracket or quote does not end well"):
        read_truth(file)
    file.write_text("processes: {a: {level: high}}")
    with pytest.raises(ScorecardError, match=r"truth\.yaml, line 1, processes\.a\.level: .*Got: 'high'"):
        read_truth(file)
