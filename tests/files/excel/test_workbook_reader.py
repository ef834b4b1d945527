import datetime

import openpyxl
import pytest
import samples

from bsclib.errors import BscError, ScorecardError
from bsclib.files.actuals_files import read_table
from bsclib.files.excel.workbook_reader import read_workbook
from bsclib.files.excel.workbook_writer import write_workbook

COLUMN = {
    "id": "A",
    "name": "B",
    "objective": "C",
    "direction": "H",
    "baseline": "M",
    "target": "N",
    "target_low": "O",
    "target_high": "P",
    "floor": "R",
    "at_risk": "V",
    "weight": "X",
}


@pytest.fixture
def edited(tmp_path):
    """The sample as a workbook in which a cell, or more, was changed by hand."""

    def edit(*changes):
        write_workbook(samples.small(), tmp_path / "book.xlsx")
        book = openpyxl.load_workbook(tmp_path / "book.xlsx")
        for change in changes:
            if callable(change):
                change(book)
            else:
                sheet, cell, value = change
                book[sheet][cell] = value
        book.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return edit


def kpi(row, column, value):
    """Rows 2, 3, 4 hold mttr (dated), reopened (plain numbers), load (a range)."""
    return "KPIs", f"{COLUMN[column]}{row}", value


def append(sheet, *row):
    return lambda book: book[sheet].append(row)


def twice(sheet, *row):
    return lambda book: [book[sheet].append(row) for _ in range(2)]


def rename(sheet, title):
    return lambda book: setattr(book[sheet], "title", title)


def remove(sheet):
    return lambda book: book.remove(book[sheet])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            kpi(3, "objective", "fsat"),
            r"book\.xlsx, KPIs!C3 \(objective\): there is no objective 'fsat'.*did you mean 'fast'",
        ),
        (kpi(3, "direction", "higher"), r"KPIs!H3 \(direction\): this word is not known here\. Got: 'higher'"),
        (kpi(3, "target", "about 5"), r"KPIs!N3 \(target\): this is not a number\. Got: about 5"),
        (kpi(3, "target", True), r"KPIs!N3 \(target\): this is not a number\. Got: TRUE"),
        (kpi(3, "target", datetime.date(2024, 5, 1)), r"KPIs!N3 \(target\): this is not a number.*made a date of it"),
        (kpi(3, "target", "=1+1"), r"KPIs!N3: this formula has no saved value\. Got: =1\+1"),
        (kpi(3, "target", "#REF!"), r"KPIs!N3: Excel shows an error here\. Got: #REF!"),
        (kpi(3, "target", None), r"KPIs!N3 \(target\): this is missing"),
        (kpi(3, "name", None), r"KPIs!B3 \(name\): this is missing"),
        (kpi(3, "id", None), r"KPIs!A3 \(id\): this is missing"),
        (kpi(3, "id", "mttr"), r"KPIs!A3 \(id\): the id 'mttr' is used twice; it is in row 2"),
        (kpi(3, "id", "fast"), r"KPIs!A3 \(id\): the id 'fast' is used twice"),
        (kpi(3, "id", "two words"), r"KPIs!A3 \(id\): this is not an id"),
        (kpi(3, "weight", -1), r"KPIs!X3 \(weight\): a weight cannot be negative; got -1"),
        (kpi(3, "at_risk", 7), r"KPIs!V3 \(at_risk\): thresholds are out of order"),
        (kpi(3, "target_low", 1), r"KPIs!N3 \(target\): the target is given as a number and as a range"),
        (kpi(4, "target_high", None), r"KPIs!P4 \(target_high\): one edge of the range is missing\. Fix: fill it"),
        (kpi(4, "target_low", 90), r"KPIs!O4 \(target_low\): the range is reversed"),
        (kpi(2, "target", 5), r"KPIs!N2 \(target\): the target is given here and with dates\. Fix: clear one of them"),
        (kpi(2, "weight", 5), r"KPIs!X2 \(weight\): the weight is given here and with dates"),
        (append("Targets", "mttr", "baseline", "2020", 1), r"Targets!A5 \(kpi\): the KPI's baseline is given twice"),
        (append("Targets", "mttr", "target", "2023", 1), r"Targets!A3: the path runs back in time"),
        (append("Targets", "mttr", "target", "soon", 1), r"Targets!C5 \(period\): 'soon' is not a period"),
        (append("Targets", "mttr", "target", "2027", None), r"Targets!D5 \(value\): this is missing"),
        (append("Targets", "mttr", "tgt", "2027", 1), r"Targets!B5 \(field\): 'tgt' is neither target nor baseline"),
        (
            append("Targets", "mtr", "target", "2027", 1),
            r"Targets!A5 \(kpi\): there is no KPI 'mtr'.*did you mean 'mttr'",
        ),
        (append("Targets", None, "target", "2027", 1), r"Targets!A5 \(kpi\): no KPI is named in this row"),
        (
            append("Weights", "fastt", "2024", 1),
            r"Weights!A4 \(id\): there is no perspective, objective or KPI 'fastt'",
        ),
        (append("Changes", "trian", "load", 1), r"Changes!A3 \(initiative\): there is no initiative 'trian'.*'train'"),
        (append("Changes", "train", "lod", 1), r"Changes!B3 \(kpi\): there is no KPI 'lod'"),
        (append("Changes", "train", "load", 1, 1.5), r"Changes!D3 \(delay\): .*Got: 1\.5"),
        (append("Accepted", "207", "mttr", "x"), r"Accepted!A2 \(rule\): a rule is written as BSC207"),
        (append("Accepted", "BSC207", "mttr", None), r"Accepted!C2 \(why\): this is missing"),
        (append("Limits", "ownr", 5), r"Limits!A2 \(limit\): there is no limit 'ownr'.*did you mean 'owner'"),
        (append("Limits", "owner", "few"), r"Limits!B2 \(value\): this is not a number\. Got: few"),
        (append("Limits", "owner", None), r"Limits!B2 \(value\): this is missing\. Fix: fill it"),
        (append("Limits", "owner", 5, 6), r"Limits!C2 \(most\): owner is one number\. Fix: clear this cell"),
        (append("Limits", "kpis", 5), r"Limits!C2 \(most\): this is missing\. Fix: fill it"),
        (append("Limits", "kpis", 5, 3), r"sheet Limits: kpis is \[fewest, most\]; got 5 and 3"),
        (append("Limits", "gaps", 5), r"Limits!B2 \(value\): this is too large.*Allowed: 1 or less"),
        (twice("Limits", "owner", 5), r"Limits!A3 \(limit\): the limit 'owner' is given twice\. Fix: keep one"),
        (append("Scorecard", "second", "Second"), r"Scorecard!A3: a workbook holds one scorecard"),
        (("Links", "D2", 2.5), r"Links!D2 \(lag\): .*Got: 2\.5"),
        (("Events", "C2", "mttr, laod"), r"Events!C2 \(kpis\): there is no KPI 'laod'"),
        (("Initiatives", "D2", "soon"), r"Initiatives!D2 \(start\): 'soon' is not a period"),
        (("KPIs", "N1", "taget"), r"book\.xlsx, KPIs!N1: there is no column 'taget'.*did you mean 'target'"),
        (("KPIs", "AA1", "mine"), r"KPIs!AA1: there is no column 'mine'.*begin its name with _ if it is your own"),
        (("KPIs", "AF3", 5), r"KPIs!AF3: this column has no heading\. Got: 5"),
        (("KPIs", "A1", None), r"KPIs!A1: the column id is missing\. Fix: add it; the first row holds the headings"),
        (("KPIs", "C1", "name"), r"KPIs!C1: the heading 'name' stands twice"),
        (rename("Links", "Linsk"), r"book\.xlsx: there is no sheet 'Linsk'.*did you mean 'Links'"),
        (remove("KPIs"), r"book\.xlsx: there is no sheet KPIs\. Fix: add it"),
        (lambda book: book["Scorecard"].delete_rows(2), r"book\.xlsx, sheet Scorecard \(id\): this is missing"),
        (lambda book: book["KPIs"].merge_cells("A2:B3"), r"KPIs!A2:B3: these cells are merged"),
    ],
)
def test_what_is_wrong_is_said_with_its_cell(edited, change, message):
    with pytest.raises(ScorecardError, match=message):
        read_workbook(edited(change))


def test_a_newer_workbook_says_so_and_nothing_else(edited):
    path = edited(("Scorecard", "E2", 2), rename("Links", "Ties"), ("KPIs", "N1", "aim"), ("KPIs", "C3", None))
    newer = (
        r"book\.xlsx, Scorecard!E2 \(format\): this scorecard needs a newer bsclib: this one reads format 1\. Got: 2"
    )
    with pytest.raises(ScorecardError, match=f"^{newer}"):
        read_workbook(path)


@pytest.mark.parametrize("given", [0, 1.5, "one", True])
def test_what_is_no_format(edited, given):
    with pytest.raises(ScorecardError, match=r"^book\.xlsx, Scorecard!E2 \(format\): this is (no|not a)"):
        read_workbook(edited(("Scorecard", "E2", given)))


def test_a_workbook_without_a_format_is_of_the_first(edited):
    assert read_workbook(edited(("Scorecard", "E2", None))) == samples.small()
    assert read_workbook(edited(lambda book: book["Scorecard"].delete_cols(5))) == samples.small()


def test_all_faults_are_said_at_once(edited):
    path = edited(kpi(3, "target", "x"), kpi(4, "weight", "y"), kpi(2, "direction", "up"))
    with pytest.raises(ScorecardError, match="3 faults"):
        read_workbook(path)


def test_what_people_do_in_excel_is_understood(edited):
    path = edited(
        ("KPIs", "A1", " ID "),
        ("Events", "C2", "mttr;load"),
        ("Links", "D2", 2.0),
        kpi(3, "target", " 3.0 "),
        kpi(3, "name", 2024),
        ("Initiatives", "D2", datetime.datetime(2024, 3, 1)),
        lambda book: setattr(book["Initiatives"]["D2"], "number_format", "mmm-yy"),
        ("Targets", "C3", datetime.datetime(2024, 12, 1)),
        lambda book: setattr(book["Targets"]["C3"], "number_format", "mm/yyyy"),
        ("Weights", "B2", 2024),
        lambda book: book["KPIs"].insert_rows(3),
        lambda book: book["KPIs"].insert_rows(1),
        lambda book: book.create_sheet("_notes").append(["mine"]),
        ("KPIs", "AF2", "_mine"),
        ("KPIs", "AF3", 5),
        rename("Links", " LINKS "),
        rename("Weights", "WEIGHTS "),
    )
    expected = samples.small()
    named = expected.kpis[1].model_copy(update={"name": "2024"})
    assert read_workbook(path) == expected.model_copy(update={"kpis": (expected.kpis[0], named, expected.kpis[2])})


@pytest.mark.parametrize(
    "cell",
    [
        "group.trust (secondary), group.thrift",
        " group.trust  ( Secondary ) ;group.thrift",
        "group.trust(secondary) group.thrift",
    ],
)
def test_how_a_goal_is_supported_stands_behind_it(edited, cell):
    card = read_workbook(edited(("Objectives", "F2", cell)))
    assert list(map(str, card.objectives[0].supports)) == ["group.trust (secondary)", "group.thrift"]


def test_what_stands_behind_a_goal_is_a_strength(edited):
    with pytest.raises(ScorecardError, match=r"Objectives!F2.*not known here.*'primary' or 'secondary'"):
        read_workbook(edited(("Objectives", "F2", "group.trust (half)")))


def test_what_is_accepted_and_the_limits_are_read(edited):
    rows = append("Accepted", "BSC207", None, "by others"), append("Accepted", "BSC509", "load -> mttr", "known")
    limits = append("Limits", "owner", 5), append("Limits", "kpis", 1, 9)
    review = read_workbook(edited(*rows, *limits)).review
    assert [(one.rule, one.where, one.why) for one in review.accepted] == [
        ("BSC207", "", "by others"),
        ("BSC509", "load -> mttr", "known"),
    ]
    assert (review.limits.owner, review.limits.kpis, review.limits.objectives) == (5, (1, 9), (15, 20))


@pytest.mark.parametrize(
    "sheet",
    ["Targets", "Weights", "Links", "Initiatives", "Changes", "Events", "Actions", "Accepted", "Limits", "Actuals"],
)
def test_sheets_that_say_nothing_may_be_missing(tmp_path, sheet):
    plain = samples.SMALL | {"kpis": samples.SMALL["kpis"][2:], "links": [], "events": [], "initiatives": []}
    card = type(samples.small()).model_validate(plain | {"objectives": samples.SMALL["objectives"][1:]})
    write_workbook(card, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    del book[sheet]
    book.save(tmp_path / "book.xlsx")
    assert read_workbook(tmp_path / "book.xlsx") == card


def test_a_workbook_made_for_another_purpose_is_one_fault(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Lists"
    book.active.append(["Region", "Full name"])
    book.create_sheet("Finance").append(["Sales", "Plan"])
    book.save(tmp_path / "book.xlsx")
    for read in (read_workbook, read_table):
        with pytest.raises(BscError) as caught:
            read(tmp_path / "book.xlsx")
        assert len(caught.value.faults) == 1
        what = "book.xlsx: this is no scorecard's workbook; `bsc import` reads it. Got: Lists, Finance. Fix: bsc import"
        assert str(caught.value).startswith(what)
        assert "Limits" not in str(caught.value)
        assert "did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"at_risk": 70, "on_target": 90},
            r"KPIs!V3 \(at_risk\): thresholds are shares.*0\.7, on_target: 0\.9",
        ),
        ({"at_risk": 0.7, "on_target": 90}, r"KPIs!V3 \(at_risk\): thresholds are shares.*write on_target: 0\.9"),
        ({"at_risk": "70%"}, r"KPIs!V3 \(at_risk\): this is not a number.*write 0\.7\."),
    ],
)
def test_thresholds_are_shares(edited, cells, message):
    letters = {"at_risk": "V", "on_target": "W"}
    with pytest.raises(ScorecardError, match=message):
        read_workbook(edited(*[("KPIs", f"{letters[name]}3", value) for name, value in cells.items()]))


def test_thresholds_may_be_shown_in_percent(edited):
    def shown(book):
        for cell, value in (("V3", 0.6), ("W3", 0.9)):
            book["KPIs"][cell] = value
            book["KPIs"][cell].number_format = "0%"

    thresholds = read_workbook(edited(shown)).kpis[1].thresholds
    assert (thresholds.at_risk, thresholds.on_target) == (0.6, 0.9)
