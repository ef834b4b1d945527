"""`bsc tickets`: from an export to a scored scorecard in three commands, and what is said on the way."""

import pandas as pd
import pytest
from click.testing import CliRunner
from systems import EXPORTS

from bsclib import read_actuals, read_scorecard, score
from bsclib.cli.commands import main


@pytest.fixture
def bsc(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments, exit_code=0):
        result = CliRunner().invoke(main, ["tickets", *map(str, arguments)])
        assert result.exit_code == exit_code, result.output
        return result

    return run


@pytest.fixture
def export(tmp_path):
    def write(text, name="export.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write


@pytest.mark.parametrize("name", EXPORTS)
def test_from_an_export_to_scores(name, bsc, export):
    file = export(EXPORTS[name].text)
    bsc(file, "--guess", "-o", "desk/tickets.yaml")
    said = bsc(file, "--map", "desk/tickets.yaml", "-o", "desk/actuals.csv").output
    assert "Used: 100 % of the rows that hold anything." in said
    assert "Next: bsc report desk" in said
    card = read_scorecard("desk")
    scores = score(card, read_actuals("desk", card))
    assert scores["score"].notna().any()
    again = bsc(file, "--map", "desk/tickets.yaml", "-o", "desk/actuals.csv").output
    assert "to start from" not in again
    assert pd.read_csv("desk/rejected.csv").columns.tolist() == ["file", "row", "left_out", "kind", "reason"]


def test_a_guess_shows_three_tickets_as_they_are_read_and_what_is_not_sure(bsc, export):
    said = bsc(export(EXPORTS["glpi portuguese"].text), "--guess", "-o", "tickets.yaml").output
    assert "52267" in said
    assert "2025-08-22 11:49" in said
    assert "Not sure:\n  zone: times state no zone" in said
    assert "Wrote tickets.yaml." in said


def test_without_a_file_to_write_the_map_goes_to_standard_output_alone(bsc, export):
    result = bsc(export(EXPORTS["jira api"].text), "--guess")
    assert result.stdout.startswith("columns:\n  number: key\n")
    assert "ticket 1" in result.stderr


def test_a_map_that_is_there_is_not_overwritten(bsc, export, tmp_path):
    file = export(EXPORTS["jira api"].text)
    (tmp_path / "tickets.yaml").write_text("mine")
    assert "nothing is overwritten" in bsc(file, "--guess", "-o", "tickets.yaml", exit_code=2).output
    assert (tmp_path / "tickets.yaml").read_text() == "mine"


def test_an_order_that_no_row_settles_is_asked_for(bsc, export):
    file = export("Number,Opened,Closed\n1,03/04/2024 10:00,04/04/2024 10:00\n")
    said = bsc(file, "--guess", "-o", "tickets.yaml").output
    assert "dates: day or month first? no row tells" in said
    said = bsc(file, "--map", "tickets.yaml", "-o", "actuals.csv", exit_code=1).output
    assert "tickets.yaml, line" in said
    assert "day and month may stand in either order" in said


def test_too_little_is_refused_and_the_reasons_are_there_to_read(bsc, export, tmp_path):
    file = export("Number,Opened,Closed\n1,2024-03-04,2024-03-05\n2,,\n3,2024-03-04,2024-03-01\n")
    (tmp_path / "t.yaml").write_text("columns: {number: Number, opened: Opened, closed: Closed}\nzone: UTC\n")
    said = bsc(file, "--map", "t.yaml", "-o", "actuals.csv", exit_code=1).output
    assert "only 33 % of the rows can be used" in said
    assert pd.read_csv("rejected.csv")["kind"].tolist() == ["opened and closed are missing", "closed before opened"]
    assert not (tmp_path / "actuals.csv").exists()
    said = bsc(file, "--map", "t.yaml", "-o", "actuals.csv", "--at-least", "0.3").output
    assert "1 ticket from 1 row of 3." in said


def test_the_exports_own_numbers_are_compared(bsc, export, tmp_path):
    rows = "".join(
        f"{i},2024-03-{i:02} 09:00,2024-03-{i:02} 10:00,2024-03-{i:02} {13 + (i == 5)}:00,4\n" for i in range(4, 9)
    )
    file = export(f"Number,Opened,Closed,Due,Goal\n{rows}")
    (tmp_path / "t.yaml").write_text(
        "columns: {number: Number, opened: Opened, closed: Closed, due: Due, goal_resolution: Goal}\nzone: UTC\n"
    )
    said = bsc(file, "--map", "t.yaml", "-o", "actuals.csv").output
    assert "The export's own numbers beside ours:" in said
    assert " 80 %" in said
    assert "The first that differ:" in said
    assert "2024-03-05 14:00" in said


def test_the_calendar_behind_an_export_is_found_and_proposed(bsc, export):
    stamps = pd.date_range("2024-03-04 08:10", periods=80, freq="19h")
    from bsclib.actuals.itsm import ServiceCalendar, due_time

    opened = pd.Series(stamps).dt.tz_localize("UTC")
    due = due_time(opened, 6, ServiceCalendar({"mon-fri": "8:00-17:00"}))
    rows = "".join(
        f"{i},{o:%Y-%m-%d %H:%M:%S},{d:%Y-%m-%d %H:%M:%S},Gold: 6 hours\n"
        for i, (o, d) in enumerate(zip(opened, due, strict=True))
    )
    file = export(f"Number,Opened,SLA due,SLA\n{rows}")
    bsc(file, "--guess", "--fit-calendar", "-o", "desk/tickets.yaml")
    said = bsc(file, "--map", "desk/tickets.yaml", "-o", "desk/actuals.csv", "--fit-calendar").output
    assert "mon-fri: ['8:00-17:00']" in said
    assert "explains 80 of 80 due" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [([], "Say either --guess"), (["--guess", "--map", "x.yaml"], "Say either --guess"),
     (["--map", "x.yaml"], "Say where the actuals are to be written")],
)  # fmt: skip
def test_what_is_not_said(arguments, message, bsc, export):
    assert message in bsc(export("a,b\n1,2\n"), *arguments, exit_code=2).output


def test_a_scorecard_beside_the_actuals_says_which_kpis_are_wanted(bsc, export, tmp_path):
    file = export(EXPORTS["servicenow list"].text)
    bsc(file, "--guess", "-o", "desk/tickets.yaml")
    (tmp_path / "desk" / "scorecard.yaml").write_text(
        "id: d\nname: D\nperspectives: it\nobjectives: [{id: o, name: O, perspective: user_orientation}]\n"
        "kpis:\n"
        "- {id: mine, name: M, objective: o, catalogue: throughput, direction: higher_is_better, target: 5, floor: 0}\n"
    )
    bsc(file, "--map", "desk/tickets.yaml", "-o", "desk/actuals.csv")
    assert set(pd.read_csv("desk/actuals.csv")["kpi"]) == {"mine"}


def test_a_scorecard_without_a_kpi_of_tickets_is_told_so(bsc, export, tmp_path):
    file = export(EXPORTS["servicenow list"].text)
    bsc(file, "--guess", "-o", "desk/tickets.yaml")
    (tmp_path / "desk" / "scorecard.yaml").write_text(
        "id: d\nname: D\nperspectives: it\nobjectives: [{id: o, name: O, perspective: user_orientation}]\n"
        "kpis: [{id: mine, name: M, objective: o, direction: higher_is_better, target: 5, floor: 0}]\n"
    )
    said = bsc(file, "--map", "desk/tickets.yaml", "-o", "desk/actuals.csv", exit_code=1).output
    assert "the tickets bear out no KPI of the scorecard beside the actuals. Got: entries mine: none" in said
    assert not (tmp_path / "desk" / "actuals.csv").exists()
