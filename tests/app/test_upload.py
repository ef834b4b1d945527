"""What a visitor may upload, and what is said of everything else."""

import io
import zipfile

import pytest

from bsclib import ScorecardError, read_actuals, read_scorecard, write_scorecard
from bsclib.app import upload
from bsclib.app.upload import Asked, Case, answer, file_name, read_upload
from bsclib.errors import ActualsError, BscError

CARD = """
id: desk
name: Service desk
perspectives: [{id: users, name: Users}]
objectives: [{id: service, name: Serve people well, perspective: users, owner: Head of service}]
kpis:
  - {id: calls, name: Calls answered, objective: service, direction: higher_is_better, target: 1000, floor: 500}
"""
ACTUALS = "kpi,period,actual\ncalls,2026-01,900\ncalls,2026-02,950\n"


@pytest.fixture(scope="module")
def case():
    card = read_scorecard("enterprise")
    return Case(card, read_actuals("enterprise", card))


def zipped(files, method=zipfile.ZIP_DEFLATED):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def book(tmp_path, case):
    write_scorecard(case.scorecard, tmp_path / "book.xlsx", case.actuals)
    return (tmp_path / "book.xlsx").read_bytes()


def test_a_workbook_is_read_whole(case, tmp_path):
    got = read_upload("book.xlsx", book(tmp_path, case), case)
    assert got.scorecard == case.scorecard
    assert len(got.actuals) == len(case.actuals)


@pytest.mark.parametrize("folder", ["", "my desk/", "a/b/"])
def test_a_zipped_folder_is_read_wherever_it_lies_in_the_zip(case, folder):
    got = read_upload("desk.zip", zipped({f"{folder}scorecard.yaml": CARD, f"{folder}actuals.csv": ACTUALS}), case)
    assert got.scorecard.name == "Service desk"
    assert got.actuals["actual"].tolist() == [900, 950]


def test_a_table_of_actuals_goes_with_the_scorecard_that_is_shown(case):
    kpi = case.scorecard.kpis[0].id
    got = read_upload("actuals.csv", f"kpi,period,actual\n{kpi},2026-01,3\n".encode(), case)
    assert got.scorecard is case.scorecard
    assert got.actuals["actual"].tolist() == [3]


def test_the_faults_of_a_table_name_line_and_column(case):
    with pytest.raises(ActualsError, match="line 2, kpi: there is no KPI 'nobody'") as caught:
        read_upload("mine.csv", b"kpi,period,actual\nnobody,2026-01,3\n", case)
    assert caught.value.faults[0].where.startswith("mine.csv, line 2")


def test_the_faults_of_a_workbook_name_sheet_and_cell(case, tmp_path):
    import openpyxl

    (tmp_path / "book.xlsx").write_bytes(book(tmp_path, case))
    opened = openpyxl.load_workbook(tmp_path / "book.xlsx")
    sheet = opened["KPIs"]
    column = [cell.value for cell in sheet[1]].index("direction") + 1
    sheet.cell(2, column).value = "sideways"
    opened.save(tmp_path / "book.xlsx")
    with pytest.raises(ScorecardError, match=r"KPIs![A-Z]+2") as caught:
        read_upload("book.xlsx", (tmp_path / "book.xlsx").read_bytes(), case)
    assert str(tmp_path.parent) not in str(caught.value)
    assert "/tmp" not in str(caught.value)


def test_what_a_foreign_table_leaves_open_is_asked_and_answered(case):
    content = b"KPI,Target,Jan 2026,Feb 2026\nTickets answered,900,850,930\n"
    asked = read_upload("desk.csv", content, case)
    assert isinstance(asked, Asked)
    assert [one["choices"] for one in asked.asks()] == [["higher_is_better", "lower_is_better", "within_range"]]
    with pytest.raises(ScorecardError, match="none of higher_is_better"):
        answer(asked, ["upwards"])
    got = answer(asked, ["higher_is_better"])
    assert got.scorecard.kpis[0].name == "Tickets answered"
    assert got.actuals["actual"].tolist() == [850, 930]


BOMB = dict.fromkeys((f"{at}.txt" for at in range(7)), "0" * 30_000_000)
TYPES = "[Content_Types].xml"
BAD = {
    "renamed program": ("book.xlsx", b"MZ\x90\0" + b"\0" * 100, "it is a Windows program"),
    "renamed Linux program": ("book.csv", b"\x7fELF" + b"\0" * 100, "it is a Linux program"),
    "a PDF": ("book.xlsx", b"%PDF-1.7", "it is a PDF document"),
    "another kind": ("book.docx", b"PK\3\4", "this kind of file is not read here"),
    "no ending": ("book", b"kpi", "this kind of file is not read here"),
    "empty": ("book.xlsx", b"", "the file is empty"),
    "old Excel": ("book.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "Excel 97 to 2003"),
    "half a workbook": ("book.xlsx", zipped({TYPES: "x" * 500})[:80], "damaged, or only a part"),
    "no workbook": ("book.xlsx", b"Hello", "this is no workbook"),
    "a workbook as text": ("book.csv", {TYPES: "x"}, "this is no text file"),
    "a workbook as a zip": ("book.zip", {TYPES: "x"}, "a workbook in a file that is called .zip"),
    "a zip bomb": ("bomb.zip", BOMB, "would unpack to too much"),
    "a bomb of a workbook": ("bomb.xlsx", {TYPES: "x", **BOMB}, "would unpack to too much"),
    "a thousand sheets": (
        "book.xlsx",
        {TYPES: "x", **{f"xl/worksheets/sheet{at}.xml": "" for at in range(1000)}},
        "it has too many sheets. Got: 1,000",
    ),
    "many files": ("many.zip", {str(at): "" for at in range(5001)}, "it holds too many files"),
    "no scorecard": ("photos.zip", {"a.jpg": "x"}, "there is no scorecard in it. Got: a.jpg"),
    "two scorecards": (
        "two.zip",
        {"a/scorecard.yaml": CARD, "b/scorecard.yaml": CARD},
        "there are several scorecards in it",
    ),
    "a zip of zips": ("two.zip", {"a.zip": "PK", "b.zip": "PK"}, "there is no scorecard in it. Got: a.zip and b.zip"),
    "one file twice": (
        "desk.zip",
        {"scorecard.yaml": CARD, "actuals.csv": ACTUALS, "ACTUALS.csv": ACTUALS},
        "more than once, and only one of them can count. Got: actuals.csv",
    ),
    "actuals one folder up": (
        "desk.zip",
        {"a/scorecard.yaml": CARD, "a/../actuals.csv": ACTUALS},
        "there are no actuals",
    ),
    "a link to a file of the server": ("desk.zip", {"scorecard.yaml": "/etc/passwd"}, "Got: a single value"),
    "no actuals": ("desk.zip", {"scorecard.yaml": CARD}, "there are no actuals"),
    "headings alone": ("mine.csv", b"kpi,period,actual\n", "mine.csv: there are headings and no actuals"),
    "headings alone in a zip": (
        "desk.zip",
        {"scorecard.yaml": CARD, "actuals.csv": "kpi,period,actual\n"},
        "there are headings and no actuals",
    ),
    "a query": (
        "desk.zip",
        {"scorecard.yaml": CARD, "actuals.sql": "-- connection: HOME\nselect 1"},
        "actuals that a database gives are not read here",
    ),
    "faults of both": (
        "desk.zip",
        {"scorecard.yaml": CARD.replace("higher_is_better", "up"), "actuals.csv": "kpi,period,actual\ncalls,x,1"},
        r"(?s)scorecard.yaml, line \d+.*actuals.csv, line 2",
    ),
    "no table": ("mine.csv", b"Hello\n", "mine.csv"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_answered_with_a_sentence(case, name):
    file, content, words = BAD[name]
    content = zipped(content) if isinstance(content, dict) else content  # not while tests are collected
    with pytest.raises(BscError, match=words) as caught:
        read_upload(file, content, case)
    assert "bsclib" not in str(caught.value)
    assert "/tmp" not in str(caught.value)


def test_two_zips_in_one_file_are_told(case):
    one = zipped({"scorecard.yaml": CARD, "actuals.csv": ACTUALS})
    with pytest.raises(ScorecardError, match="something stands before the zip"):
        read_upload("desk.zip", one + one, case)


@pytest.mark.parametrize(("place", "bits"), [(10, 0x55), (25, 0x01)], ids=["how it is packed", "how large it is"])
def test_a_zip_that_lies_about_a_file_is_told(case, place, bits):
    content = bytearray(zipped({"scorecard.yaml": CARD, "actuals.csv": ACTUALS}))
    content[content.index(b"PK\1\2") + place] ^= bits
    with pytest.raises(ScorecardError, match="damaged, or packed in a way"):
        read_upload("desk.zip", bytes(content), case)


def test_a_folder_with_the_name_of_a_scorecard_is_none(case):
    files = {"scorecard.yaml/": "", "a/scorecard.yaml": CARD, "a/actuals.csv": ACTUALS}
    assert read_upload("desk.zip", zipped(files), case).scorecard.name == "Service desk"


def test_a_locked_zip_is_told(case):
    content = bytearray(zipped({"scorecard.yaml": CARD}))
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(mark) + place] |= 1
    with pytest.raises(ScorecardError, match="locked with a password"):
        read_upload("desk.zip", bytes(content), case)


def test_nothing_but_a_scorecards_own_files_leaves_a_zip(case, tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(
        upload, "_read", lambda folder: written.extend(sorted(p.name for p in folder.parent.rglob("*")))
    )
    others = {"../../evil.csv": "x", "/etc/evil": "x", "import.yaml": "x", "tickets.yaml": "x", "brand.yaml": "x"}
    read_upload("desk.zip", zipped({"scorecard.yaml": CARD, "actuals.csv": ACTUALS, **others}), case)
    assert written == ["actuals.csv", "desk.zip", "scorecard", "scorecard.yaml"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report 2026 (1).xlsx", "report 2026 (1).xlsx"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\me\\kpis.CSV", "kpis.csv"),
        ("<img src=x onerror=alert(1)>.xlsx", "_img src_x onerror_alert(1)_.xlsx"),
        ("." * 300 + ".zip", "_.zip"),
        ("a" * 300 + ".zip", "a" * 80 + ".zip"),
        (".xlsx", "upload"),
        ("Überblick 漢字.xlsx", "Überblick 漢字.xlsx"),
    ],
)
def test_a_name_keeps_only_what_means_nothing_to_a_system(given, kept):
    assert file_name(given) == kept


def test_nothing_stays_on_the_disk(case, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read_upload("desk.zip", zipped({"scorecard.yaml": CARD, "actuals.csv": ACTUALS}), case)
    with pytest.raises(BscError, match="no KPI"):
        read_upload("mine.csv", b"kpi,period,actual\nnobody,2026-01,3\n", case)
    assert list(tmp_path.iterdir()) == []
