"""`bsc align`, as a person uses it."""

import io
import json

import pandas as pd
import pytest
from click.testing import CliRunner
from towers import actuals, card

from bsclib.cli.commands import main
from bsclib.files.scorecards import write_scorecard


def bsc(*arguments, code=0):
    """What the command prints on standard output and standard error."""
    done = CliRunner().invoke(main, [str(one) for one in arguments], prog_name="bsc")
    assert done.exit_code == code, done.output
    return done.stdout, done.stderr


@pytest.fixture(autouse=True)
def any_width(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def two(tmp_path):
    write_scorecard(card("top", {"grow": []}, [("t", "grow")]), tmp_path / "top", actuals({"t": 80}))
    write_scorecard(card("it", {"a": ["top.grow"]}, [("p", "a")]), tmp_path / "it", actuals({"p": 50}))
    return tmp_path


def test_meridians_tower_with_what_was_planted(tmp_path):
    said, noted = bsc("align", "meridian", "-o", tmp_path / "align.html")
    assert "enterprise.greener-freight" in said.split("BSC601")[1].split("Fix")[0]
    assert "the targets of units come to 3.4, operations wants 3.0 in December 2026" in " ".join(said.split())
    assert "Genoa" in said.split("Targets of units that would, in proportion")[1].split("Two readings")[0]
    assert "automation-coverage → mttr" in said
    assert "tested links" in said
    assert all(len(line) <= 120 for line in said.splitlines())
    assert "align.html" in noted
    assert (tmp_path / "align.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_frames_for_other_programs(two):
    matrix = pd.read_csv(io.StringIO(bsc("align", two, "--format", "csv")[0]))
    assert matrix[["above", "goal", "below", "objective", "strength"]].values.tolist() == [
        ["top", "grow", "it", "a", "primary"]
    ]
    tables = json.loads(bsc("align", two / "top", two / "it", "--format", "json")[0])
    assert tables["matrix"] == json.loads(matrix.to_json(orient="records"))
    assert tables["readings"][0]["from_below"] == 50
    assert [found["rule"] for found in tables["findings"]] == ["BSC631", "BSC613"]


def test_a_goal_is_explained_from_below(two):
    said = bsc("align", two, "--explain", "top.grow")[0]
    assert said.startswith("Grow (top.grow), from below: June 2026\n  P, The it ")
    assert "(1 × 50.0) / (1) = 50.0" in said
    frame = pd.read_csv(io.StringIO(bsc("align", two, "--explain", "top.grow", "--format", "csv")[0]))
    assert frame["step"].tolist() == ["P, The it", "From below", "On its own KPIs", "Difference"]
    assert "did you mean 'top.grow'" in bsc("align", two, "--explain", "grow", code=2)[1]


def test_one_scorecard_alone_has_nothing_to_fit(two):
    said = bsc("align", two / "top")[0]
    assert "No findings." in said


@pytest.mark.parametrize(
    ("spoil", "code", "message"),
    [
        (
            lambda two: write_scorecard(card("top", {"b": []}), two / "copy"),
            1,
            "the id 'top' is that of the scorecard in",
        ),
        (lambda two: (two / "it" / "scorecard.yaml").write_text("id: it\n"), 1, "it/scorecard.yaml, line 1"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(two, spoil, code, message):
    spoil(two)
    assert message in bsc("align", two, code=code)[1]


def test_what_the_command_cannot_take(two, tmp_path):
    assert "Missing argument 'PATH...'" in bsc("align", code=2)[1]
    assert "did you mean 'meridian'" in bsc("align", "meridain", code=2)[1]
    (tmp_path / "empty").mkdir()
    assert "neither this folder nor one below it holds a scorecard" in bsc("align", tmp_path / "empty", code=1)[1]
    assert "is a folder, not a file" in bsc("align", two, "-o", tmp_path, code=2)[1]
    assert "there is no folder" in bsc("align", two, "-o", tmp_path / "no" / "page.html", code=2)[1]


def test_faulty_supports_are_findings_and_the_rest_is_shown(two):
    write_scorecard(card("it", {"a": ["top.grwo", "it.a"]}, [("p", "a")]), two / "it")
    said = bsc("align", two)[0]
    assert "did you mean 'grow'" in " ".join(said.split())
    assert "'A' supports itself" in said
