"""`bsc cobit`, as a person uses it."""

import io

import pandas as pd
import pytest
from click.testing import CliRunner

from bsclib.cli.commands import main
from bsclib.design.cobit import relative_importance
from bsclib.files.goal_tables import ENTERPRISE_GOALS, read_goal_tables

ALIKE = [word for goal in ENTERPRISE_GOALS for word in ("--rate", goal.lower(), "4")]


def bsc(*arguments, code=0):
    done = CliRunner().invoke(main, ["cobit", *map(str, arguments)], prog_name="bsc")
    assert done.exit_code == code, done.output
    return done.stdout, done.stderr


def test_the_most_important_objectives_come_first():
    lines = bsc("cobit-example")[0].splitlines()
    assert lines[1].split() == ["+30", "%", "DSS03"]
    assert lines[-1].split() == ["−20", "%", "BAI07"]


def test_a_rating_of_the_command_wins_over_the_files():
    said = bsc("cobit-example", "--rate", "eg01", 1, "--format", "csv")[0]
    tables = read_goal_tables("cobit-example")
    expected = relative_importance(tables, {**tables.ratings, "EG01": 1})
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(said)), expected)


def test_goals_rated_alike_are_a_finding():
    assert "Finding: all 13 enterprise goals are rated alike, with 4" in bsc("cobit-example", *ALIKE)[0]
    out, err = bsc("cobit-example", *ALIKE, "--format", "json")
    assert "Finding" not in out
    assert "Finding: all 13" in err


@pytest.mark.parametrize("name", ["goals.xlsx", "goals"])
def test_a_template_is_written_once(tmp_path, name):
    said = bsc(tmp_path / name, "--template")[0]
    assert said.startswith(f"Wrote {tmp_path / name}.")
    assert "nothing is overwritten" in bsc(tmp_path / name, "--template", code=1)[1]
    assert "an empty cell" in bsc(tmp_path / name, code=1)[1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["cobit-example", "--rate", "EG01", "0"], 1, "ratings, EG01: a rating is a whole number. Got: 0"),
        (["cobit-example", "--rate", "EG01", "6"], 1, "Got: 6"),
        (["cobit-example", "--rate", "EG14", "3"], 1, "COBIT 5, which has 17 enterprise goals"),
        (["cobit-exampel"], 1, "there is no such file or folder"),
        (["goals.xlsx", "--template", "--rate", "EG01", "3"], 2, "leave --rate out"),
    ],
)
def test_what_is_wrong_is_said(arguments, code, said):
    assert said in bsc(*arguments, code=code)[1]
