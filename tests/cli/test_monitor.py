import json
import shutil

import pytest
from click.testing import CliRunner

from bsclib.cli.commands import main
from bsclib.files.paths import locate


def run(*arguments):
    return CliRunner(env={"COLUMNS": "120"}).invoke(main, ["monitor", *map(str, arguments)])


@pytest.fixture(scope="module")
def meridian():
    return run("meridian")


def test_one_screen_signals_first(meridian):
    lines = meridian.stdout.splitlines()
    assert lines[0] == "Meridian Freight IT, June 2026"
    heads = [line.split(" (")[0] for line in lines if line[:1].isupper()][1:]
    assert heads == [
        "Signals: more than noise",
        "Off target",
        "Hit and miss: the target lies inside the limits, so chance decides",
        "No actual this month",
        "Actions due",
    ]
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 120
    assert meridian.exit_code == 1


def test_json_holds_all_of_it():
    result = run("meridian", "--format", "json")
    items = json.loads(result.stdout)
    assert {item["kind"] for item in items} == {"signal", "miss", "hit_and_miss", "stale", "action_due"}
    assert items[0]["kind"] == "signal"
    assert result.exit_code == 1


def test_a_quiet_month_is_code_0(tmp_path):
    shutil.copytree(locate("lakeside"), tmp_path / "l")
    result = run(tmp_path / "l", "--as-of", "2023-09")
    assert "Signals: more than noise (0)" in result.stdout
    assert result.exit_code == 0


def test_an_earlier_month_is_as_it_was_then():
    assert run("meridian", "--as-of", "2025-12").stdout.startswith("Meridian Freight IT, December 2025")


def test_the_agenda_is_written(tmp_path):
    result = run("lakeside", "--agenda", tmp_path / "meeting.html")
    assert f"Wrote the agenda to {tmp_path / 'meeting.html'}." in result.stderr
    assert "Decisions to take" in (tmp_path / "meeting.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere"], 2, "there is neither a file or folder 'nowhere' nor a data set"),
        (["meridian", "--as-of", "June"], 2, "'June' is not a period"),
        (["meridian", "--as-of", "1990-01"], 1, "no actuals"),
        (["meridian", "--agenda", "meeting.pdf"], 2, "end it in .html"),
        (["meridian", "--agenda", "no/where/meeting.html"], 2, "there is no folder"),
    ],
)
def test_what_cannot_be_is_said(arguments, code, message):
    result = run(*arguments)
    assert message in result.stderr
    assert result.exit_code == code
