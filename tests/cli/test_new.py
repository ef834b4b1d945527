import errno
import os
import re

import office
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from bsclib import ScorecardError, read_actuals, read_scorecard
from bsclib.causality.simulation import simulate
from bsclib.causality.truth import read_truth
from bsclib.cli import new as starters
from bsclib.cli.commands import main
from bsclib.errors import BscError
from bsclib.files import atomic
from bsclib.files.paths import shipped_folder


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def test_both_forms_hold_the_same(tmp_path):
    folder = starters.new_scorecard(tmp_path / "a")[0].parent
    (workbook,) = starters.new_scorecard(tmp_path / "b", "xlsx")
    assert read_scorecard(folder) == read_scorecard(workbook)
    one, other = (
        read_actuals(path).astype({"unit": "str", "kpi": "str", "period": "str"}) for path in (folder, workbook)
    )
    assert one.equals(other)


@pytest.mark.parametrize(
    "there", ["scorecard.yaml", "scorecard.yml", "scorecard.xlsx", "actuals.csv", "actuals.parquet"]
)
def test_what_is_there_stays(tmp_path, there):
    (tmp_path / there).write_text("mine")
    with pytest.raises(ScorecardError, match=rf"{there}: this is there already.*name another folder"):
        starters.new_scorecard(tmp_path)
    assert names(tmp_path) == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_other_files_do_not_matter(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    starters.new_scorecard(tmp_path)
    assert names(tmp_path) == ["actuals.csv", "notes.txt", "scorecard.yaml"]


@pytest.mark.parametrize("form", ["yaml", "xlsx"])
@pytest.mark.parametrize("room_for", [0, 1])
def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch, form, room_for):
    settled = []

    def settle(temporary, target, real=atomic._settle):
        if len(settled) == (room_for if form == "yaml" else 0):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        settled.append(target)
        real(temporary, target)

    monkeypatch.setattr(atomic, "_settle", settle)
    with pytest.raises(ScorecardError, match="No space left"):
        starters.new_scorecard(tmp_path, form)
    assert names(tmp_path) == []


def test_every_notebook_is_copied_as_it_ships(tmp_path):
    assert starters.copy_notebooks(tmp_path / "lessons") == []
    ours = {file.name: file.read_bytes() for file in (shipped_folder() / "notebooks").glob("*.ipynb")}
    assert {file.name: file.read_bytes() for file in (tmp_path / "lessons").iterdir()} == ours
    assert starters.copy_notebooks(tmp_path / "lessons") == []


def test_notebooks_cannot_be_copied_under_a_file(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BscError, match="is a file, not a folder"):
        starters.copy_notebooks(tmp_path / "file" / "lessons")


def test_the_exit_code_is_jupyters(tmp_path, monkeypatch):
    monkeypatch.setattr(starters.sys, "executable", "false")
    assert starters.open_lab(tmp_path) == 1


def test_simulated_actuals_are_those_of_the_truth(tmp_path):
    made = starters.simulate_scorecard("enterprise", tmp_path / "new", months=24, seed=3)
    assert [file.name for file in made.files] == names(tmp_path / "new")[::-1]
    card, truth = read_scorecard("enterprise"), read_truth(made.truth)
    assert (made.first, made.seed) == (truth.first, 3)
    assert read_scorecard(tmp_path / "new") == card
    found, expected = read_actuals(tmp_path / "new"), simulate(card, truth, months=24, rng=3)
    assert found["actual"].to_numpy() == pytest.approx(expected["actual"].to_numpy(), nan_ok=True)
    assert found["period"].astype(str).tolist() == expected["period"].astype(str).tolist()


def test_the_truth_beside_a_file_or_somewhere_else(tmp_path):
    for file in (shipped_folder() / "datasets" / "meridian" / "enterprise").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    made = starters.simulate_scorecard(str(tmp_path / "scorecard.yaml"), tmp_path / "one", months=12)
    assert made.truth == tmp_path / "truth.yaml"
    assert made.seed == read_truth(made.truth).seed
    (tmp_path / "truth.yaml").rename(tmp_path / "mine.yaml")
    with pytest.raises(ScorecardError, match=r"truth.yaml: there is no truth to make actuals from.*name one"):
        starters.simulate_scorecard(str(tmp_path), tmp_path / "two")
    starters.simulate_scorecard(str(tmp_path), tmp_path / "two", str(tmp_path / "mine.yaml"), months=12)
    one, two = ((tmp_path / name / "actuals.csv").read_bytes() for name in ("one", "two"))
    assert one == two


def test_simulated_actuals_overwrite_nothing(tmp_path):
    (tmp_path / "actuals.csv").write_text("mine")
    with pytest.raises(ScorecardError, match=r"actuals\.csv: this is there already"):
        starters.simulate_scorecard("enterprise", tmp_path)
    assert names(tmp_path) == ["actuals.csv"]


@pytest.mark.parametrize("room_for", [0, 1])
def test_a_full_disk_leaves_no_half_a_scorecard(tmp_path, monkeypatch, room_for):
    settled = []

    def settle(temporary, target, real=atomic._settle):
        if len(settled) == room_for:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        settled.append(target)
        real(temporary, target)

    monkeypatch.setattr(atomic, "_settle", settle)
    with pytest.raises(BscError, match="make room on the disk"):
        starters.simulate_scorecard("enterprise", tmp_path / "new", months=12)
    assert names(tmp_path / "new") == []


@pytest.fixture(scope="module", params=["en-US", "de-DE"])
def books(request, tmp_path_factory):
    """A new workbook before and after somebody typed in it."""
    folder = tmp_path_factory.mktemp("office")
    assert CliRunner().invoke(main, ["new", str(folder / "mine"), "--format", "xlsx"]).exit_code == 0
    new = folder / "mine" / "scorecard.xlsx"
    book = openpyxl.load_workbook(new)
    letter = {cell.value: cell.column_letter for cell in book["KPIs"][1]}
    kpi, row = book["KPIs"].max_row + 1, book["Actuals"].max_row + 1
    target = {value.value: value.row for value in book["KPIs"]["A"]}
    texts = {
        f"KPIs.{letter['target']}{target['service-levels-met']}": "97%",
        f"KPIs.{letter['floor']}{target['time-to-restore']}": "12:30",
        f"KPIs.{letter['floor']}{target['user-satisfaction']}": "3.5",
    }
    plans = [
        ("audit", "yes/no", "higher_is_better", "1", "0"),
        ("moved", "days late", "lower_is_better", "0", "30"),
    ]
    names = ("id", "measured_in", "direction", "target", "floor")
    for number, plan in enumerate(plans, kpi):
        texts |= {f"KPIs.{letter[name]}{number}": text for name, text in zip(names, plan, strict=True)}
        texts |= {
            f"KPIs.{letter['name']}{number}": f"A {plan[0]}",
            f"KPIs.{letter['objective']}{number}": "deliver",
        }
    texts[f"KPIs.{letter['due']}{kpi + 1}"] = "2026-06-15"
    answers = [
        ("service-levels-met", "97%"),
        ("reopened", "2.5 %"),
        ("time-to-restore", "30:30:00"),
        ("user-satisfaction", "4.2"),
        ("audit", "Yes"),
        ("moved", "2026-06-27"),
    ]
    for number, (id, text) in enumerate(answers, row):
        texts |= {f"Actuals.B{number}": id, f"Actuals.C{number}": "2026-07", f"Actuals.D{number}": text}
    if request.param == "de-DE":
        texts = {cell: re.sub(r"^(\d+)\.(\d)", r"\1,\2", text) for cell, text in texts.items()}
    office.typed(new, folder / "typed.xlsx", texts, request.param)
    office.typed(folder / "typed.xlsx", folder / "saved.xlsx", {}, request.param)
    return new, folder / "typed.xlsx", folder / "saved.xlsx"


@pytest.mark.system
@pytest.mark.skipif(office.find() is None, reason=office.MISSING)
class TestInLibreOffice:
    """What a person types into a new workbook, in two ways of writing numbers, is read as it is meant."""

    def test_drop_downs_comments_and_frozen_headings_are_still_there(self, books):
        def lists(sheet):
            rules = sheet.data_validations.dataValidation
            return sorted((str(rule.sqref), rule.type, rule.formula1.lstrip("=")) for rule in rules)

        def comments(sheet):
            return {cell.value: cell.comment.text for cell in sheet[1] if cell.comment}

        def frozen(sheet):  # rows and columns that stay; how far a person has scrolled below them is theirs
            pane = sheet.sheet_view.pane
            return pane.state, pane.ySplit or 0, pane.xSplit or 0

        new, *others = [openpyxl.load_workbook(path).worksheets for path in books]
        assert len([rule for sheet in new for rule in lists(sheet)]) > 10
        assert [len(comments(sheet)) for sheet in new] == [sheet.max_column for sheet in new]
        assert {frozen(sheet) for sheet in new} == {("frozen", 1, 0)}
        for sheets in others:
            for before, after in zip(new, sheets, strict=True):
                assert (after.title, lists(after), frozen(after)) == (before.title, lists(before), frozen(before))
                assert comments(after) == comments(before)

    def test_what_was_typed_is_read_as_it_was_meant(self, books):
        before, after = read_scorecard(books[0]), read_scorecard(books[1])
        assert (before.kpi("service-levels-met").target, after.kpi("service-levels-met").target) == (95, 97)
        assert [after.kpi(id).floor for id in ("time-to-restore", "user-satisfaction")] == [12.5, 3.5]
        assert (after.kpi("audit").show(1), after.kpi("moved").due) == ("Yes", "2026-06-15")
        rows = read_actuals(books[1], after)
        assert rows["period"].tolist()[-6:] == ["2026-07"] * 6
        assert rows["actual"].tolist()[-6:] == [97, 2.5, 30.5, 4.2, 1, 12]
        kept = rows.iloc[:-6].reset_index(drop=True)
        pd.testing.assert_frame_equal(kept, read_actuals(books[0], before), check_categorical=False)

    def test_saved_once_more_it_is_the_same(self, books):
        card = read_scorecard(books[1])
        assert read_scorecard(books[2]) == card
        pd.testing.assert_frame_equal(read_actuals(books[2], card), read_actuals(books[1], card))

    def test_it_is_scored(self, books):
        result = CliRunner().invoke(main, ["explain", str(books[1]), "moved"])
        assert "12, which is 12 days late" in result.output
