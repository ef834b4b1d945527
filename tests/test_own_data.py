"""Every file in docs/own-data.md is written, every command is run, and what the page shows is what is printed."""

import re
import sqlite3
from pathlib import Path

import openpyxl
import pytest
import yaml
from click.testing import CliRunner
from sheets_made import month, workbook
from sqlalchemy import make_url

from bsclib import read_actuals, read_scorecard, write_scorecard
from bsclib.cli.commands import main
from bsclib.files.excel.columns import SHEETS
from bsclib.files.scorecards import has_actuals

PAGE = (Path(__file__).parent.parent / "docs" / "own-data.md").read_text(encoding="utf-8")
PREFACE, *SECTIONS = re.split(r"(?m)^## ", PAGE)
HEAD = re.search(r"(?s)```yaml\n(.*?)```", PREFACE)[1]
BLOCK = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$|((?:^\|[^\n]*\n)+)")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def section(title):
    return next(text for text in SECTIONS if text.startswith(title))


def blocks(text):
    """The files, sheets, tables and commands of a section in order: the names said last before each, and its text."""
    before = 0
    for match in BLOCK.finditer(text):
        names = re.findall(r"`([^`\n]+)`", text[before : match.start()])
        before = match.end()
        yield names, match[1] or "table", match[2] or match[3]


def as_excel_takes(text):
    """What Excel makes of a text that is typed: a number, a percentage, a duration, a month, or the text itself."""
    if re.fullmatch(r"[\d.]+%", text):
        return float(text[:-1]) / 100, "0%"
    if typed := re.fullmatch(r"(\d+):(\d\d)", text):
        return (int(typed[1]) + int(typed[2]) / 60) / 24, "[h]:mm"
    if typed := re.fullmatch(r"([A-Z][a-z]{2})-(\d\d)", text):
        return month(2000 + int(typed[2]), 1 + MONTHS.index(typed[1]), "mmm-yy")
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else text


def cells(table):
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()]
    return [rows[0], *rows[2:]]


def write_sheet(book, title, rows, folder):
    """A sheet of somebody's workbook, or of the scorecard's own, which holds what the scorecard says already."""
    if title not in SHEETS:
        workbook(book, {title: rows})
        return
    if not book.exists():
        card = read_scorecard(folder)
        write_scorecard(card, book, read_actuals(folder, card) if has_actuals(folder) else None)
    own = openpyxl.load_workbook(book)
    own[title].delete_rows(1, own[title].max_row)
    for r, row in enumerate(rows, 1):
        for c, value in enumerate(row, 1):
            cell = own[title].cell(r, c)
            cell.value, cell.number_format = value if isinstance(value, tuple) else (value or None, "General")
    own.save(book)


def write_table(name, rows, file):
    with sqlite3.connect(file) as database:
        database.execute(f"CREATE TABLE {name} ({', '.join(rows[0])})")
        row = f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})"
        database.executemany(row, [[as_excel_takes(cell) for cell in row] for row in rows[1:]])
    database.close()


def write_file(name, text):
    """A file of the scorecard into its folder, another beside it; a few lines of YAML are added, or are an answer."""
    file = Path("desk", name) if name.startswith(("scorecard", "actuals", "targets")) else Path(name)
    file.parent.mkdir(exist_ok=True)
    if name == "scorecard.yaml" and not text.startswith(" "):
        text = HEAD + text
    elif name == "scorecard.yaml":
        text = file.read_text(encoding="utf-8") + text
    elif name == "desk/import.yaml":
        key, answer = text.rstrip().split(":")
        kept = file.read_text(encoding="utf-8")
        assert kept.count(f"{key}:  #") == 1
        text = kept.replace(f"{key}:  #", f"{key}:{answer}  #")
    file.write_text(text, encoding="utf-8")


def next_month():
    """The workbook of the next month, of which the page says that it has one more column."""
    book = openpyxl.load_workbook("february.xlsx")
    sheet = book["KPIs 2026"]
    sheet.insert_cols(6)
    for r, value in enumerate([month(2026, 3, "mmm-yy"), (4.4, "0.0"), (4.75 / 24, "[h]:mm"), (910, "0")], 2):
        sheet.cell(r, 6).value, sheet.cell(r, 6).number_format = value
    book.save("march.xlsx")


def run(command):
    if "march.xlsx" in command:
        next_month()
    done = CliRunner().invoke(main, command.split()[1:])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.output


def assert_printed(session):
    """Each line that is shown below a command stands in what it prints, in this order."""
    for part in re.split(r"(?m)^\$ ", session)[1:]:
        command, *shown = part.splitlines()
        printed = [line.rstrip() for line in run(command).splitlines()]
        rest = iter(printed)
        assert shown, command
        for line in shown:
            assert line in rest, f"{command}\n{line}\nis not in this place of\n" + "\n".join(printed)


def follow(text):
    """Do what a section says, in the folder where we are."""
    for names, kind, content in blocks(text):
        if kind == "console":
            assert_printed(content)
        elif kind != "table":
            write_file(names[-1], content)
        elif names[-1].endswith(".xlsx"):
            rows = [[as_excel_takes(cell) for cell in row[1:]] for row in cells(content)[1:]]
            write_sheet(Path(names[-1]), names[-2], rows, "desk")
        else:
            write_table(names[-1], cells(content), "warehouse.db")


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAREHOUSE_URL", f"sqlite:///{tmp_path / 'warehouse.db'}")
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.mark.parametrize("text", SECTIONS, ids=lambda text: text.partition("\n")[0])
def test_what_the_page_shows_is_what_is_printed(text):
    follow(text)


def test_every_section_stands_in_the_list_of_cases():
    titles = [text.partition("\n")[0] for text in SECTIONS]
    assert re.findall(r"\| \[([^]]+)\]\(#", PREFACE) == titles


def test_targets_of_units_say_the_same_in_the_file_and_in_the_scorecard():
    text = section("Each unit has its own target")
    follow(text)
    in_file = read_scorecard("desk")
    Path("desk", "targets.csv").unlink()
    given = yaml.safe_load(Path("desk", "scorecard.yaml").read_text(encoding="utf-8"))
    line = re.search(r"`(unit_targets: [^`]+)`", text)[1]
    given["kpis"][0] |= yaml.safe_load(line)
    Path("desk", "scorecard.yaml").write_text(yaml.safe_dump(given), encoding="utf-8")
    assert read_scorecard("desk") == in_file


def test_without_the_whole_s_target_the_units_add_up_to_it():
    follow(section("Each unit has its own target"))
    file = Path("desk", "scorecard.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace(" target: 1000,", ""), encoding="utf-8")
    assert re.search(r"Calls answered .* 1,050 +900\n", run("bsc score desk"))


def test_without_the_word_a_month_is_held_against_the_whole_year():
    follow(section("A target for the year"))
    file = Path("desk", "scorecard.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace(" cumulates: year,", ""), encoding="utf-8")
    assert re.search(r"Money saved .* 7\.9 ", run("bsc score desk"))
    assert "BSC310" in run("bsc check desk")


def test_the_profile_says_what_is_due_by_march():
    text = section("A target for the year")
    follow(text)
    profile, due = re.search(r"`(profile: [^`]+)`", text)[1], re.search(r"shows as `([^`]+)`", text)[1]
    file = Path("desk", "scorecard.yaml")
    with_profile = file.read_text(encoding="utf-8").replace("cumulates: year,", f"cumulates: year, {profile},")
    file.write_text(with_profile, encoding="utf-8")
    assert f"Expected by now              {due}, what is due" in run("bsc explain desk savings")


def test_a_fiscal_year_in_both_spellings_is_one_year():
    follow(section("Our year starts in April"))
    actuals = "kpi,period,actual\naudits,2024/25,4\naudits,FY2026-Q1,3\n"
    file = Path("desk", "actuals.csv")
    file.write_text(actuals, encoding="utf-8")
    slash = list(read_actuals("desk", read_scorecard("desk"))["period"])
    file.write_text(actuals.replace("2024/25", "FY2025"), encoding="utf-8")
    assert list(read_actuals("desk", read_scorecard("desk"))["period"]) == slash


def test_a_year_that_may_be_a_month_is_asked_for():
    follow(section("Our year starts in April"))
    Path("desk", "actuals.csv").write_text("kpi,period,actual\naudits,2010-11,4\n", encoding="utf-8")
    assert "write FY2011 for the fiscal year" in run("bsc check desk")


def test_signs_in_a_csv_file_are_answered_with_the_number():
    follow(section("Percentages and durations"))
    rows = "kpi,period,actual\nuptime,2026-01,97%\nmttr,2026-01,6:30\n"
    Path("desk", "actuals.csv").write_text(rows, encoding="utf-8")
    said = run("bsc check desk")
    assert "write 97 without %" in said
    assert "write 6.5, which is 6:30 in hours" in said


def test_minutes_are_read_as_minutes():
    follow(
        section("Percentages and durations")
        .replace("measured_in: hours", "measured_in: minutes")
        .replace("6.5.", "390.")
    )


def test_a_colour_is_refused():
    follow(section("Yes, no"))
    Path("desk", "actuals.csv").write_text("kpi,period,actual\ndrill,2026-06,green\n", encoding="utf-8")
    assert "this is neither yes nor no. Got: 'green'" in run("bsc score desk")


def test_carried_forward_the_survey_counts():
    follow(section("A KPI that comes every quarter"))
    assert "Last known  66 points in March 2026, off target" in run("bsc explain desk survey")
    assert re.search(r"User survey .* 30\.0 .*66 points", run("bsc score desk --missing carry_forward"))


def test_the_address_of_the_database_is_read_as_the_page_says():
    url = make_url(re.search(r"export WAREHOUSE_URL='([^']+)'", PAGE)[1])
    assert (url.username, url.password, url.host, url.database) == ("reader", "p@ss", "warehouse.example", "it")


def test_a_faulty_row_of_the_database_is_named_by_its_number():
    text = section("My numbers are in a database")
    follow(text)
    rows = [("North", "calls", f"2026-0{n}", 450) for n in range(2, 6)] + [("North", "calls", "2026-06", "many")]
    with sqlite3.connect("warehouse.db") as database:
        database.executemany("INSERT INTO kpi_values VALUES (?, ?, ?, ?)", rows)
    database.close()
    assert "`actuals.sql, row 7, actual`" in text
    assert "actuals.sql, row 7, actual: this is not a number. Got: 'many'." in run("bsc check desk")
