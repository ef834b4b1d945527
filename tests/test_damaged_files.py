"""Files that are not what their names say, given to every verb that reads them: the place, the cause and the remedy."""

import io
import re
import shutil
import zipfile

import openpyxl
import pytest
from click.testing import CliRunner

from bsclib.cli.commands import main
from bsclib.files.paths import shipped_folder

CARD = """\
id: desk
name: Desk
perspectives: it
objectives: [{id: fast, name: Fast, perspective: operational_excellence}]
kpis: [{id: mttr, name: Time, objective: fast, direction: lower_is_better, baseline: 9, target: 4}]
"""
ACTUALS = "kpi,period,actual\nmttr,2025-01,5\n"
VERBS = {  # what is damaged, of what kind, and what reads it
    "score a workbook": ("f.xlsx", "book", ("score", "f.xlsx")),
    "check a workbook": ("f.xlsx", "book", ("check", "f.xlsx")),
    "report a workbook": ("f.xlsx", "book", ("report", "f.xlsx", "-o", "out")),
    "import a workbook": ("f.xlsx", "book", ("import", "f.xlsx", "-o", "out")),
    "tickets of a workbook": ("f.xlsx", "book", ("tickets", "f.xlsx", "--guess")),
    "cobit's workbook": ("f.xlsx", "book", ("cobit", "f.xlsx")),
    "a scorecard above": ("f.xlsx", "book", ("check", "desk", "--above", "f.xlsx")),
    "align a workbook": ("f.xlsx", "book", ("align", "desk", "f.xlsx")),
    "compare with a workbook": ("f.xlsx", "book", ("diff", "desk", "f.xlsx")),
    "a folder's actuals": ("desk/actuals.csv", "text", ("score", "desk")),
    "a folder's Parquet": ("parquet/actuals.parquet", "binary", ("score", "parquet")),
    "a folder's query": ("sql/actuals.sql", "text", ("score", "sql")),
    "targets of units": ("desk/targets.csv", "text", ("score", "desk")),
    "a scorecard": ("desk/scorecard.yaml", "yaml", ("check", "desk")),
    "a file of a scorecard": ("desk/scorecard.yaml", "yaml", ("links", "desk/scorecard.yaml")),
    "the register": ("desk/actions.yaml", "yaml", ("monitor", "desk")),
    "import a CSV file": ("f.csv", "text", ("import", "f.csv", "-o", "out")),
    "how files are imported": ("desk/import.yaml", "yaml", ("import", "good.csv", "-o", "desk")),
    "tickets": ("f.csv", "text", ("tickets", "f.csv", "--guess")),
    "tickets in Parquet": ("f.parquet", "binary", ("tickets", "f.parquet", "--guess")),
    "a map of tickets": ("f.yaml", "yaml", ("tickets", "good.csv", "--map", "f.yaml", "-o", "out.csv")),
    "ratings of goals": ("goals/enterprise_goals.csv", "text", ("cobit", "goals")),
    "a scenario": ("f.yaml", "yaml", ("whatif", "desk", "--scenario", "f.yaml")),
    "a truth": ("f.yaml", "yaml", ("simulate", "desk", "-o", "out", "--truth", "f.yaml")),
    "a notebook": ("f.ipynb", "text", ("batch", "f.ipynb", "-o", "out")),
    "reports in rows": ("f.csv", "text", ("batch", "good.ipynb", "-o", "out", "--plan", "f.csv", "--dry-run")),
    "questions": ("f.yaml", "yaml", ("study", "questions", "check", "f.yaml")),
    "a quiz": ("f.yaml", "yaml", ("study", "quiz", "--questions", "f.yaml")),
}


def book():
    made = openpyxl.Workbook()
    made.active.title = "Actuals"
    for row in (["kpi", "period", "actual"], ["mttr", "2025-01", 5]):
        made.active.append(row)
    made.save(out := io.BytesIO())
    return out.getvalue()


def without_part(data, lost, instead=None):
    """The workbook with a part lost, or cut short."""
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out := io.BytesIO(), "w") as archive:
        for name in whole.namelist():
            if name != lost or instead is not None:
                archive.writestr(name, instead if name == lost else whole.read(name))
    return out.getvalue()


WHOLE = book()
DAMAGES = {
    "empty": b"",
    "blank": b" \n\n ",
    "binary": bytes(range(256)) * 9,
    "truncated": WHOLE[: len(WHOLE) // 2],
    "Excel 97, or encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "UTF-16 without its mark": ACTUALS.encode("utf-16-le"),
    "UTF-16 cut off": ACTUALS.encode("utf-16")[:-1],
    "a folder": None,
}
BOOKS = {
    "words": b"kpi,period,actual\n",
    "another ZIP": without_part(WHOLE, "[Content_Types].xml"),
    "without its sheet": without_part(WHOLE, "xl/worksheets/sheet1.xml"),
    "with half a sheet": without_part(WHOLE, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"),
    "with no styles": without_part(WHOLE, "xl/styles.xml", b"<x"),
    "bytes changed": WHOLE[:400] + bytes(40) + WHOLE[440:],
}
FIRST = ("score a workbook", "a folder's actuals", "a folder's Parquet", "a scorecard", "import a CSV file", "tickets")
FEW = ("empty", "binary", "a folder")
CASES = [
    pytest.param(verb, damage, id=f"{verb}: {damage}")
    for verb in VERBS
    for damage in [*DAMAGES, *BOOKS]
    if damage in FEW or (verb in FIRST and damage in DAMAGES) or (verb == FIRST[0] and damage in BOOKS)
    if (verb, damage) != ("tickets", "UTF-16 cut off")  # which are read as far as they go
]


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """Whole files, of which a test copies what it does not damage."""
    folder = tmp_path_factory.mktemp("there")
    for name in ("desk", "parquet", "sql"):
        (folder / name).mkdir()
        (folder / name / "scorecard.yaml").write_text(CARD)
    (folder / "desk/actuals.csv").write_text(ACTUALS)
    shutil.copytree(shipped_folder() / "datasets/cobit-example", folder / "goals")
    (folder / "good.csv").write_text("kpi,2025-01\nmttr,5\n")
    shutil.copy(shipped_folder() / "notebooks/09_executive_report.ipynb", folder / "good.ipynb")
    return folder


@pytest.mark.parametrize(("verb", "damage"), CASES)
def test_a_damaged_file_has_a_place_a_cause_and_a_remedy(there, tmp_path, monkeypatch, verb, damage):
    name, _, arguments = VERBS[verb]
    folder = tmp_path / "w"
    shutil.copytree(there, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BSCLIB_HOME", str(tmp_path))
    file = folder / name
    file.unlink(missing_ok=True)
    data = (DAMAGES | BOOKS)[damage]
    file.mkdir() if data is None else file.write_bytes(data)
    done = CliRunner().invoke(main, list(arguments))
    said = done.stderr or done.output
    assert done.exit_code in (1, 2), said
    assert file.name in said, said
    if damage in ("with half a sheet", "bytes changed"):
        assert re.search(r"f\.xlsx, (Actuals|xl/|docProps|\[|_rels)|there is no sheet", said), said
    assert re.search(r"Fix: |Allowed: |is a (folder|directory)|not a file", said), said
    assert not re.search(r"\w+Error: (?!.*Fix: )", said.replace("\n", " ")), said
    assert len(said) < 3_000
