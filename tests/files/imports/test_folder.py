"""Month after month into the same folder: what is there stays, what is new is added, what differs is asked about."""

import pytest
from sheets_made import month, workbook

from bsclib import read_actuals, read_scorecard, write_scorecard
from bsclib.errors import BscError, ScorecardError
from bsclib.files.imports.folder import keep_mapping, read_folder, write_folder
from bsclib.files.imports.mapping import build_mapping, read_mapping
from bsclib.files.imports.reading import import_files

JAN, FEB, MAR = (month(2026, number) for number in (1, 2, 3))
FIRST = {
    "Finance": [
        ["Table", "Region", JAN, FEB, "Total"],
        ["Sales Act", "N", 10, 11, 21],
        ["Sales Plan", "N", 12, 12, 24],
        ["Sales Act", "S", 5, 6, 11],
        ["Sales Plan", "S", 6, 6, 12],
    ]
}
NEXT = {
    "Finance": [
        ["Report of March"],
        [],
        ["Table", "Region", JAN, FEB, MAR, "Total"],
        ["Sales Act", "N", 10, 11, 13, 34],
        ["Sales Plan", "N", 12, 12, 13, 37],
        ["Sales Act", "S", 5, 6, 7, 18],
        ["Sales Plan", "S", 6, 6, 6, 18],
    ]
}
TOLD = build_mapping({"kpis": {"Sales": {"direction": "higher_is_better"}}})


def imported_into(folder, file, mapping=None):
    """Import a file into a folder as the command does."""
    there = read_folder(folder)
    imported = import_files([file], mapping or there.mapping, there.scorecard, there.actuals, "Desk")
    if not imported.questions:
        write_folder(imported, folder, there)
    return imported


def unit_targets(folder):
    """The targets of units, by unit: a number, or the values of a path."""
    rows = {row.unit: row.target for row in read_scorecard(folder).kpi("sales").unit_targets}
    path = {unit: target for unit, target in rows.items() if isinstance(target, tuple)}
    return rows | {unit: [(point.period, point.value) for point in target] for unit, target in path.items()}


@pytest.fixture
def folder(tmp_path):
    imported_into(tmp_path / "desk", workbook(tmp_path / "feb.xlsx", FIRST), TOLD)
    return tmp_path / "desk"


def test_a_folder_holds_a_scorecard_that_reads(folder):
    card = read_scorecard(folder)
    kpi = card.kpi("sales")
    assert (kpi.direction, kpi.aggregate, kpi.target, kpi.baseline) == ("higher_is_better", "sum", 18, 15)
    assert len(read_actuals(folder, card)) == 4
    assert unit_targets(folder) == {"N": 12, "S": 6}


def test_the_next_month_is_added_without_a_word(folder, tmp_path):
    before = read_actuals(folder)
    done = imported_into(folder, workbook(tmp_path / "mar.xlsx", NEXT))
    assert (done.questions, done.changes, done.added) == ([], [], 2)
    after = read_actuals(folder)
    assert after.head(4).astype(str).equals(before.astype(str))
    assert [(point.period, point.value) for point in read_scorecard(folder).kpi("sales").target] == [
        ("2026-01", 18),
        ("2026-03", 19),
    ]
    assert unit_targets(folder) == {"N": [("2026-01", 12), ("2026-03", 13)], "S": 6}


def test_the_same_file_again_changes_no_byte(folder, tmp_path):
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert imported_into(folder, tmp_path / "feb.xlsx").added == 0
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


@pytest.mark.parametrize(("answer", "value"), [("take", 6.5), ("keep", 6)])
def test_a_value_that_differs_is_asked_about(folder, tmp_path, answer, value):
    rows = {"Finance": [list(row) for row in NEXT["Finance"]]}
    rows["Finance"][5][3] = 6.5
    file = workbook(tmp_path / "mar.xlsx", rows)
    (question,) = imported_into(folder, file).questions
    assert question.field == ("changed",)
    assert question.shown == ("actual of sales of S, 2026-02: it was 6, and is 6.5 here",)
    told = read_folder(folder).mapping.model_copy(update={"changed": answer})
    assert imported_into(folder, file, told).questions == []
    actuals = read_actuals(folder).set_index(["unit", "period"])["actual"]
    assert actuals["S", "2026-02"] == value
    assert len(actuals) == 6
    assert read_mapping(folder / "import.yaml").changed is None


def test_targets_in_a_file_of_their_own_stay_there(folder, tmp_path):
    (folder / "targets.csv").write_text("unit,kpi,period,target,floor\n")
    card = read_scorecard(folder)
    (own, other), kpi = card.kpi("sales").unit_targets, card.kpi("sales")
    kpi = kpi.model_copy(update={"unit_targets": (own.model_copy(update={"floor": 2.0}), other)})
    write_scorecard(card.model_copy(update={"kpis": (kpi,)}), folder)
    imported_into(folder, workbook(tmp_path / "mar.xlsx", NEXT))
    said = (folder / "targets.csv").read_text().splitlines()[1:]
    assert said == ["N,sales,2026-01,12.0,2.0", "N,sales,2026-03,13.0,2.0", "S,sales,,6.0,"]
    assert "unit_targets" not in (folder / "scorecard.yaml").read_text()


def test_the_file_of_one_unit_changes_no_target_of_the_whole(folder, tmp_path):
    rows = {"Finance": [row for row in NEXT["Finance"] if row[1:2] != ["S"]]}
    done = imported_into(folder, workbook(tmp_path / "north.xlsx", rows))
    assert (done.questions, done.changes, done.added) == ([], [], 1)
    assert read_scorecard(folder).kpi("sales").target == 18
    assert unit_targets(folder)["N"] == [("2026-01", 12), ("2026-03", 13)]


def test_a_targets_month_that_is_there_is_asked_about_though_the_path_does_not_name_it(folder, tmp_path):
    imported_into(folder, workbook(tmp_path / "mar.xlsx", NEXT))
    rows = {"Finance": [list(row) for row in NEXT["Finance"]]}
    rows["Finance"][4][3], rows["Finance"][4][5] = 11, 36  # the plan of N in February, which its path leaves at 12
    (question,) = imported_into(folder, workbook(tmp_path / "again.xlsx", rows)).questions
    assert question.shown == (
        "target of sales of N, 2026-02: it was 12, and is 11 here",
        "target of sales, 2026-02: it was 18, and is 17 here",
    )


def test_what_a_person_wrote_into_the_scorecard_stays(folder, tmp_path):
    card = read_scorecard(folder)
    kpi = card.kpi("sales").model_copy(update={"owner": "Ann", "floor": 3.0, "weight": 2.0})
    write_scorecard(card.model_copy(update={"kpis": (kpi,)}), folder)
    imported_into(folder, workbook(tmp_path / "mar.xlsx", NEXT))
    kept = read_scorecard(folder).kpi("sales")
    assert (kept.owner, kept.floor, kept.weight) == ("Ann", 3, 2)


def test_a_scorecards_own_names_are_found_and_strangers_are_asked_about(tmp_path):
    write_scorecard(read_scorecard("enterprise"), tmp_path / "desk", read_actuals("enterprise"))
    kpi = read_scorecard(tmp_path / "desk").kpis[0]
    rows = [["KPI", month(2031, 1)], [kpi.name.upper(), 5], [f"{kpi.name}s", 6]]
    imported = imported_into(tmp_path / "desk", workbook(tmp_path / "a.xlsx", {"S": rows}))
    assert [question.field for question in imported.questions if question.field[-1] == "id"] == [
        ("kpis", f"{kpi.name}s", "id")
    ]
    assert f"{kpi.name} is like it" in imported.questions[0].text
    told = build_mapping({"kpis": {f"{kpi.name}s": {"leave_out": True}}})
    done = imported_into(tmp_path / "desk", tmp_path / "a.xlsx", told)
    assert (done.questions, done.added, done.dropped) == ([], 1, {"KPIs left out": 1})


def test_a_files_month_and_year_are_not_kept(tmp_path):
    rows = [["KPI", "Actual", "Target"], ["MTTR", 6, "≤ 4"]]
    file = workbook(tmp_path / "a.xlsx", {"S": rows})
    told = build_mapping({"tables": [{"sheet": "S", "period": "2026-03"}]})
    assert imported_into(tmp_path / "desk", file, told).added == 1
    assert read_mapping(tmp_path / "desk" / "import.yaml").tables[0].period is None
    again = imported_into(tmp_path / "desk", file)
    assert [question.field for question in again.questions] == [("tables", 0, "period")]


def test_a_month_that_a_title_names_is_not_kept_beside_an_open_question(tmp_path):
    rows = [["Report for March 2026"], [], ["KPI", "Actual", "Target"], ["Staff", 6, 4]]
    there = read_folder(tmp_path)
    imported = import_files([workbook(tmp_path / "a.xlsx", {"S": rows})])
    assert [question.field for question in imported.questions] == [("kpis", "Staff", "direction")]
    keep_mapping(imported, tmp_path, there)
    assert read_mapping(tmp_path / "import.yaml").tables[0].period is None


def test_open_questions_leave_only_the_mapping(tmp_path):
    there = read_folder(tmp_path / "desk")
    imported = import_files([workbook(tmp_path / "feb.xlsx", FIRST)], there.mapping, name="Desk")
    keep_mapping(imported, tmp_path / "desk", there)
    assert [file.name for file in (tmp_path / "desk").iterdir()] == ["import.yaml"]
    assert "direction:  # higher_is_better or lower_is_better" in (tmp_path / "desk" / "import.yaml").read_text()


def test_actuals_without_a_scorecard_are_not_written_over(tmp_path):
    (tmp_path / "actuals.csv").write_text("kpi,period,actual\n")
    with pytest.raises(BscError, match=r"actuals\.csv: there are actuals here, but no scorecard"):
        read_folder(tmp_path)


@pytest.mark.parametrize("name", ["card.xlsx", "card.csv", "taken"])
def test_a_file_is_no_folder(tmp_path, name):
    (tmp_path / "taken").write_text("")
    with pytest.raises(ScorecardError, match="an import is written into a folder"):
        read_folder(tmp_path / name)
