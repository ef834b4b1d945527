import json

import pytest
from click.testing import CliRunner
from samples import plain_card, table

from bsclib.cli.commands import main
from bsclib.files.scorecards import write_scorecard
from bsclib.model.edit import change

OLD = plain_card(a={"target": 10}, b={"target": 10})
ROWS = table(("a", "2026-01", 8), ("b", "2026-01", 2))
LATER = table(("a", "2026-02", 6), ("b", "2026-02", 3))


def run(*arguments):
    return CliRunner(env={"COLUMNS": "120"}).invoke(main, ["diff", *map(str, arguments)])


@pytest.fixture
def two(tmp_path):
    write_scorecard(OLD, tmp_path / "old", ROWS)
    write_scorecard(change(OLD, "a", target=6), tmp_path / "new.xlsx", LATER)
    return tmp_path / "old", tmp_path / "new.xlsx"


def test_two_scorecards_say_so_first_and_what_moved(two):
    lines = run(*two).stdout.splitlines()
    assert lines[0] == f"Two scorecards: {two[0]} (January 2026) and {two[1]} (February 2026)."
    assert lines[1] == "The overall score went from 50.0 to 65.0 (+15.0 points)."
    assert lines[2] == "1 goalpost was moved. Had none been moved, it would be 45.0."
    assert any(line.split() == ["targets", "that", "were", "moved", "+20.00"] for line in lines)
    assert any(line.split() == ["a:", "target", "10", "6", "+20.00", "45.0"] for line in lines)


def test_json_holds_causes_and_goalposts(two):
    rows = json.loads(run(*two, "--format", "json").stdout)
    assert {row["what"] for row in rows} == {"cause", "goalpost"}
    assert sum(row["points"] for row in rows if row["what"] == "cause" and row["cause"] != "total") == pytest.approx(15)


def test_a_scorecard_without_actuals_is_scored_with_those_of_the_other(tmp_path, two):
    write_scorecard(OLD, tmp_path / "bare")
    lines = run(tmp_path / "bare", two[1]).stdout.splitlines()
    assert lines[1] == "The overall score went from 45.0 to 65.0 (+20.0 points)."


def test_the_same_scorecard_moved_nothing(two):
    assert "No goalpost was moved." in run(two[0], two[0]).stdout


def test_a_batch_and_a_scorecard_are_not_compared(tmp_path, two):
    (tmp_path / "batch").mkdir()
    (tmp_path / "batch" / "manifest.json").write_text('{"reports": []}')
    result = run(tmp_path / "batch", two[0])
    assert result.exit_code == 2
    assert "is a batch and" in result.stderr


def test_what_is_not_there_is_said(two):
    assert "no manifest of a batch" in run("nowhere", "no").stderr
    assert "neither a file" in run("nowhere", two[0]).stderr
    assert run("nowhere", two[0]).exit_code == 2


def test_two_batches_say_so_first(tmp_path):
    for name in ("may", "june"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text('{"reports": []}')
    lines = run(tmp_path / "may", tmp_path / "june").stdout.splitlines()
    assert lines == [f"Two batches: {tmp_path / 'may'} and {tmp_path / 'june'}.", "Nothing changed."]
