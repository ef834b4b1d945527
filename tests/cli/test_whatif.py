"""`bsc whatif` as a person uses it, on a small organisation."""

import io
import json

import pandas as pd
import pytest
from click.testing import CliRunner
from planned import CARD, actuals

from bsclib import write_scorecard
from bsclib.cli.commands import main
from bsclib.model.build import build
from bsclib.scenarios import fit_map, project
from bsclib.scenarios.files import read_scenario


@pytest.fixture(scope="module")
def depot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("depot") / "depot"
    write_scorecard(build(CARD), folder, actuals())
    return folder


@pytest.fixture
def ask(depot, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(*arguments, code=0, draws=200):
        command = ["whatif", str(depot), *map(str, arguments), "--draws", str(draws)]
        done = CliRunner().invoke(main, command, prog_name="bsc")
        assert done.exit_code == code, done.output
        assert "Traceback" not in done.output
        return done.stdout, done.stderr

    return run


def frame(text):
    return pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""])


def test_the_answer_comes_first(ask):
    out, err = ask("--set", "courses=+10%", "--horizon", 12)
    first, *rest = out.split("\n\n")
    assert first.startswith("In June 2027 the overall score of Depot IT is expected at ")
    assert "The chance that it is on target is" in first.replace("\n", " ").replace("  ", " ")
    lines = rest[0].splitlines()
    assert lines[0].split() == [
        "Id",
        "Without",
        "With",
        "90",
        "of",
        "100",
        "Effect",
        "90",
        "of",
        "100",
        "in",
        *["Target", "reached"],
    ]
    assert [line.split()[0] for line in lines[1:]] == ["depot", "all", "do", "courses", "speed"]
    assert lines[4].startswith("      courses")
    assert err == ""


def test_notes_come_last(ask):
    out, _ = ask("--set", "courses=+90%")
    assert out.rstrip().split("\n\n")[-1].startswith("Note: ")
    assert "beyond anything observed" in out.replace("\n", " ")


def test_what_moves_nothing(ask):
    out, _ = ask("--initiative", "posters")
    assert "Nothing moves within the horizon." in out


@pytest.mark.parametrize(
    ("given", "change"),
    [
        ("courses=+10%", "+10%"),
        ("Courses=-3", "-3"),
        ("courses=70", "=70"),
        ("courses==70", "=70"),
        ("courses = +1", "+1"),
    ],
)
def test_each_way_to_write_a_change(ask, given, change):
    out, _ = ask("--set", given, "--format", "csv", "--horizon", 6)
    fit = fit_map(build(CARD), actuals())
    expected = project(fit, {"courses": change}, horizon=6, draws=200)
    found = frame(out)
    assert len(found) == len(expected)
    assert found["effect"].to_numpy() == pytest.approx(expected["effect"].to_numpy(), abs=1e-6)


def test_frames_for_other_programs(ask):
    out, err = ask("--set", "courses=+90%", "--format", "json", "--horizon", 6)
    rows = json.loads(out)
    assert list(rows[0])[:4] == ["unit", "period", "level", "id"]
    assert {row["period"] for row in rows} == {f"2026-{month:02d}" for month in range(7, 13)}
    assert "Note: " in err


def test_an_initiative_by_its_name_from_another_month(ask):
    def first_effect(*arguments):
        rows = frame(ask(*arguments, "--format", "csv")[0])
        rows = rows[(rows["id"] == "waste") & (rows["effect"].abs() > 1e-9)]
        return rows["period"].min()

    assert first_effect("--initiative", "Scales") == "2026-09"
    assert first_effect("--initiative", "scales=2027-01") == "2027-01"


def test_a_seed_gives_the_same_answer_again(ask):
    one, two, other = (ask("--set", "speed=+1", "--seed", seed, "--format", "csv")[0] for seed in (1, 1, 2))
    assert one == two != other


def test_a_unit_is_asked_about(ask):
    _, err = ask("--set", "speed=+1", "--unit", "Genoa", code=2)
    assert "there is no unit in the actuals 'Genoa'" in err


# ---- scenarios and memos


def test_what_is_asked_is_kept_and_asked_again(ask, tmp_path):
    _, err = ask(
        "--set", "courses=+10%", "--initiative", "scales=2027-01", "--horizon", 9, "--save", "more courses.yaml"
    )
    assert err == "Wrote the scenario to more courses.yaml.\n"
    kept = read_scenario(tmp_path / "more courses.yaml")
    assert (kept.id, kept.name, kept.horizon) == ("more-courses", "more courses", 9)
    assert (kept.changes, kept.initiatives) == ({"courses": "+10%"}, {"scales": "2027-01"})
    again, _ = ask("--scenario", "more courses.yaml")
    assert again == ask("--set", "courses=+10%", "--initiative", "scales=2027-01", "--horizon", 9)[0]
    longer, _ = ask("--scenario", "more courses.yaml", "--set", "speed=+1", "--horizon", 12)
    assert longer.startswith("In June 2027")


def test_ids_alone_are_kept_as_ids(ask, tmp_path):
    ask("--initiative", "school", "--initiative", "sorting", "--save", "both.yaml")
    assert read_scenario(tmp_path / "both.yaml").initiatives == ("school", "sorting")


def test_a_memo(ask, tmp_path):
    _, err = ask("--set", "courses=+10%", "--memo", "memo.html")
    assert err == "Wrote the memo to memo.html.\n"
    page = (tmp_path / "memo.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "Decision memo: Depot IT" in page
    assert "What would change our mind" in page


# ---- what goes wrong


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "Nothing is asked. Say what changes with --set, --initiative or --scenario."),
        (
            ["--set", "cuorses=+1"],
            2,
            "there is no KPI 'cuorses'. Allowed: courses, speed, waste, load. Fix: did you mean",
        ),
        (["--initiative", "shcool"], 2, "there is no initiative 'shcool'"),
        (
            ["--initiative", "a school", "--set", "my courses=+1"],
            2,
            "--initiative: there is no initiative 'a school'. All",
        ),
        (
            ["--set", "courses=+1", "--set", "courses=+2"],
            1,
            "--set courses: this is asked twice, in two ways. Got: +1 and +2",
        ),
        (["--initiative", "school", "--initiative", "school=2027-01"], 1, "Got: its own start and 2027-01"),
        (["--set", "courses"], 2, "'courses' is no change: write KPI=+10%, KPI=-3 or KPI=98"),
        (["--set", "courses=much"], 1, "this is not a change"),
        (["--initiative", "=2027-01"], 2, "is no initiative"),
        (["--initiative", "school=2027-13"], 2, "2027-13"),
        (["--set", "courses=+1", "--horizon", "0"], 2, "0 is not in the range"),
        (["--set", "courses=+1", "--memo", "nowhere/memo.html"], 2, "there is no folder nowhere"),
        (["--set", "courses=+1", "--memo", "."], 2, ". is a folder, not a file"),
        (["--scenario", "none.yaml"], 2, "there is no scenario 'none.yaml'"),
    ],
)
def test_what_goes_wrong_is_said(ask, arguments, code, says):
    out, err = ask(*arguments, code=code)
    assert says in " ".join(err.split())
    assert out == ""


def test_the_same_twice_is_no_contradiction(ask):
    ask("--set", "courses=+1", "--set", "courses=+1", "--horizon", 3)


def test_nothing_is_overwritten(ask, tmp_path):
    (tmp_path / "mine.yaml").write_text("mine", encoding="utf-8")
    _, err = ask("--set", "courses=+1", "--save", "mine.yaml", code=2)
    assert "mine.yaml is there already, and nothing is overwritten" in " ".join(err.split())
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == "mine"


def test_the_help_gives_examples():
    done = CliRunner().invoke(main, ["whatif", "--help"], prog_name="bsc")
    assert "bsc whatif meridian --set training-hours=+10%" in done.output
