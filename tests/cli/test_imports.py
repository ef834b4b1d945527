"""`bsc import`: from somebody's workbook to a report, with and without somebody to ask."""

import pytest
from click.testing import CliRunner
from sheets_made import csv_file, month, workbook

from bsclib import read_actuals, read_scorecard
from bsclib.cli import imports
from bsclib.cli.commands import main

JAN, FEB = month(2026, 1), month(2026, 2)
OPEN = {
    "Finance": [["Table", "Region", JAN, FEB, "Total"], ["Sales Act", "N", 10, 11, 21], ["Sales Plan", "N", 12, 12, 24]]
}
PERCENT = "0%"
CITY = {
    "Cover": [["", "City of Lakeside"], ["", "Published every quarter"]],
    "Scorecard 2026": [
        ["IT performance scorecard 2026", *"<" * 13],
        ["All services"],
        [],
        [
            "Measure",
            "Unit",
            "Owner",
            *["Jan 2026", "<", "<", "Feb 2026", "<", "<", "Mar 2026", "<", "<"],
            "YTD",
            "Status",
        ],
        ["^", "^", "^", *["Actual", "Plan", "PY"] * 3, "^", "^"],
        ["Financial", *"<" * 13],
        ["IT spending", "k€", "Finance", 420, "max 410", 400, 415, "max 410", 405, 399, "max 410", 402, 1234, "Amber"],
        ["Licences saved", "k€", "Finance", 12, "≥ 10", 8, 9, "≥ 10", 9, 14, "≥ 10", 7, 35, "Green"],
        ["Total", "", "", 432, 420, 408, 424, 420, 414, 413, 420, 409, 1269],
        ["Customer", *"<" * 13],
        ["User satisfaction", "score", "Desk", 4.1, "≥ 4.2", 4.0, 4.2, "≥ 4.2", 4.0, 4.3, "≥ 4.2", 3.9, "", "Green"],
        [
            *("First contact resolution", "%", "Desk"),
            *((share, PERCENT) for share in (0.71, 0.75, 0.68, 0.74, 0.75, 0.69, 0.77, 0.75, 0.70)),
        ],
        ["Internal processes", *"<" * 13],
        [
            "Mean time to restore",
            "hours",
            "Ops",
            "6:30",
            "≤ 5 h",
            "8:00",
            "5:15",
            "≤ 5 h",
            "7:30",
            "4:45",
            "≤ 5 h",
            "n/a",
        ],
        ["Failed changes", "number", "Ops", 3, "max 2", 4, 2, "max 2", 4, "-", "max 2", 5, "", "Amber"],
        ["Learning and growth", *"<" * 13],
        [
            "Training",
            "days",
            "HR",
            "1.2 days",
            "≥ 1.5 days",
            "1.0 days",
            "1.4 days",
            "≥ 1.5 days",
            "1.1 days",
            "1.6 days",
        ],
        [],
        ["Source: service management tool. PY = same month of the previous year."],
    ],
}


def bsc(*arguments, said=None):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=said)


def test_from_somebodys_workbook_to_scores(tmp_path):
    done = bsc("import", workbook(tmp_path / "city.xlsx", CITY), "-o", tmp_path / "city")
    assert done.exit_code == 0, done.output
    assert "Left out" in done.output
    assert "totals (12)" in done.output
    assert "There is no table of values in the sheet Cover." in done.output
    card = read_scorecard(tmp_path / "city")
    assert [part.id for part in card.perspectives] == ["financial", "customer", "internal_process", "learning_growth"]
    assert [(kpi.direction, kpi.target, kpi.measured_in, kpi.aggregate) for kpi in card.kpis] == [
        ("lower_is_better", 410, "k€", "sum"),
        ("higher_is_better", 10, "k€", "sum"),
        ("higher_is_better", 4.2, "score", "mean"),
        ("higher_is_better", 75, "%", "mean"),
        ("lower_is_better", 5, "hours", "mean"),
        ("lower_is_better", 2, "", "mean"),
        ("higher_is_better", 1.5, "days", "mean"),
    ]
    actuals = read_actuals(tmp_path / "city", card).set_index(["kpi", "period"])["actual"]
    assert actuals["it-spending", "2025-03"] == 402
    assert actuals["first-contact-resolution", "2026-03"] == 77
    assert actuals["mean-time-to-restore", "2026-01"] == 6.5
    assert len(actuals) == 39
    assert bsc("check", tmp_path / "city").exit_code == 0
    scores = bsc("score", tmp_path / "city")
    assert "IT spending" in scores.output


@pytest.mark.slow
def test_three_commands_make_a_report(tmp_path):
    file = workbook(tmp_path / "city.xlsx", CITY)
    assert bsc("import", file, "-o", tmp_path / "city").exit_code == 0
    assert bsc("check", tmp_path / "city").exit_code == 0
    assert bsc("report", tmp_path / "city", "-o", tmp_path / "report").exit_code == 0
    assert "IT spending" in (tmp_path / "report" / "index.html").read_text(encoding="utf-8")


def test_without_anybody_to_ask_the_question_is_listed_with_its_line(tmp_path):
    done = bsc("import", workbook(tmp_path / "a.xlsx", OPEN), "-o", tmp_path / "desk")
    assert done.exit_code == 1
    file = tmp_path / "desk" / "import.yaml"
    assert done.stderr.startswith(f"Error: 1 question is open. Nothing but {file} was written.\n")
    line = (
        file.read_text(encoding="utf-8")
        .splitlines()
        .index("    direction:  # higher_is_better or lower_is_better or within_range")
    )
    assert f"{file}, line {line + 1}: which way is Sales better?" in done.stderr
    assert "Write there: direction: higher_is_better or lower_is_better or within_range" in done.stderr
    assert [entry.name for entry in file.parent.iterdir()] == ["import.yaml"]
    file.write_text(file.read_text(encoding="utf-8").replace("direction:  #", "direction: higher_is_better  #"))
    assert bsc("import", tmp_path / "a.xlsx", "-o", tmp_path / "desk").exit_code == 0
    assert read_scorecard(tmp_path / "desk").kpi("sales").name == "Sales"


@pytest.fixture
def somebody(monkeypatch):
    monkeypatch.setattr(imports, "_somebody_is_there", lambda: True)


@pytest.mark.usefixtures("somebody")
def test_somebody_is_asked_until_the_answer_can_be_read(tmp_path):
    file = workbook(tmp_path / "a.xlsx", OPEN)
    done = bsc("import", file, "-o", tmp_path / "desk", said="sideways\nhigher\ny\n")
    assert done.exit_code == 0, done.output
    assert "'sideways' is none of higher_is_better or lower_is_better or within_range" in done.output
    assert "a.xlsx, Finance!C2: Sales of N, 2026-01 = 10, target 12" in done.output
    assert read_scorecard(tmp_path / "desk").kpi("sales").direction == "higher_is_better"


@pytest.mark.usefixtures("somebody")
def test_who_says_no_finds_the_mapping_to_correct(tmp_path):
    done = bsc("import", workbook(tmp_path / "a.xlsx", OPEN), "-o", tmp_path / "desk", said="higher\nn\n")
    assert done.exit_code == 1
    assert "Nothing else was written" in done.output
    assert [entry.name for entry in (tmp_path / "desk").iterdir()] == ["import.yaml"]


def test_the_next_month_is_one_command(tmp_path):
    rows = [["KPI", "Target", "Jan-26"], ["MTTR", "≤ 4 h", "6 h"]]
    assert bsc("import", csv_file(tmp_path / "a.csv", rows), "-o", tmp_path / "desk").exit_code == 0
    further = [["Report"], [], ["KPI", "Target", "Jan-26", "Feb-26"], ["MTTR", "≤ 4 h", "6 h", "5 h"]]
    done = bsc("import", csv_file(tmp_path / "b.csv", further), "-o", tmp_path / "desk")
    assert done.exit_code == 0
    assert "1 actual is new." in done.output
    again = bsc("import", tmp_path / "b.csv", "-o", tmp_path / "desk")
    assert "Nothing is new, and nothing was written." in again.output


def test_a_faulty_file_is_said_without_a_traceback(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    done = bsc("import", tmp_path / "a.xlsx", "-o", tmp_path / "desk")
    assert (done.exit_code, done.stderr[:7]) == (1, "Error: ")
    assert not (tmp_path / "desk").exists()


def test_a_fiscal_year_is_asked_for_its_months_and_read_by_the_answer(tmp_path):
    file = csv_file(tmp_path / "a.csv", [["KPI", "Target", "FY2024", "2024/25"], ["NPS", "≥ 30", 20, 25]])
    done = bsc("import", file, "-o", tmp_path / "desk")
    assert "Write there: year_starts: a month, 1 to 12" in done.stderr
    mapping = tmp_path / "desk" / "import.yaml"
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text.replace("year_starts:", "year_starts: 4", 1), encoding="utf-8")
    assert bsc("import", file, "-o", tmp_path / "desk").exit_code == 0
    actuals = read_actuals(tmp_path / "desk")
    assert list(actuals["period"]) == ["2023-04/2024-03", "2024-04/2025-03"]
