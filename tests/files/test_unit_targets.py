import pytest
from samples import one_kpi

from bsclib.errors import ScorecardError
from bsclib.files.scorecards import read_scorecard, write_scorecard
from bsclib.model.build import build
from bsclib.model.values import Dated

PATH = [{"period": "2026-01", "value": 300}, {"period": "2026-06", "value": 350.5}]
UNITS = [{"unit": "North", "target": 400}, {"unit": "South", "target": PATH, "floor": 100}]


def fiscal(**fields):
    data = one_kpi(**fields).model_dump(exclude_unset=True)
    return build({**data, "year_starts": 4})


CARDS = {
    "units": one_kpi(target=1000, floor=500, aggregate="sum", unit_targets=UNITS),
    "no whole": one_kpi(target=None, floor=None, unit_targets=[{"unit": "North", "target": 4, "floor": 1}]),
    "range": one_kpi(
        direction="within_range",
        target=[70, 80],
        floor=None,
        unit_targets=[{"unit": "North", "target": [60, 70], "floor": [50, 90]}, {"unit": "East", "target": [1, 2]}],
    ),
    "to date": one_kpi(aggregate="sum", cumulates="quarter", profile=[0.2, 0.3, 0.5]),
    "fiscal": build(
        {
            **one_kpi().model_dump(exclude_unset=True),
            "year_starts": 4,
            "kpis": [
                {
                    **one_kpi(floor=None, baseline=0).model_dump(exclude_unset=True)["kpis"][0],
                    "aggregate": "sum",
                    "cumulates": "year",
                    "path": "stepped",
                    "target": [{"period": "FY2026", "value": 1200}, {"period": "2026/27", "value": 1300}],
                    "weight": [{"period": "FY2026-Q2", "value": 2}],
                }
            ],
            "events": [{"period": "FY2026-Q1", "kind": "one_off"}],
        }
    ),
}


@pytest.mark.parametrize("name", ["folder", "book.xlsx", "with targets.csv"])
@pytest.mark.parametrize("card", CARDS)
def test_what_is_written_is_read_again(tmp_path, card, name):
    place = tmp_path / name
    if name == "with targets.csv":
        place.mkdir()
        (place / "targets.csv").write_text("unit,kpi,period,target,floor\n")
    write_scorecard(CARDS[card], place)
    assert read_scorecard(place) == CARDS[card]
    if name == "folder" and card == "fiscal":
        assert "{period: FY2027, value: 1300}" in (place / "scorecard.yaml").read_text()


def folder(tmp_path, text, **fields):
    write_scorecard(one_kpi(**fields), tmp_path)
    (tmp_path / "targets.csv").write_text(text)
    return tmp_path


def test_the_file_of_targets_stays_in_use(tmp_path):
    folder(tmp_path, "unit,kpi,period,target,floor\nNorth,k,,40,\n", aggregate="sum")
    write_scorecard(read_scorecard(tmp_path), tmp_path)
    assert "unit_targets" not in (tmp_path / "scorecard.yaml").read_text()
    assert (tmp_path / "targets.csv").read_text().splitlines()[1] == "North,k,,40.0,"


@pytest.mark.parametrize(
    "text",
    [
        "unit,kpi,target\nNorth,k,40\n",
        "kpi;unit;target;_note\nk;North;40,0;mine\n",
        "Unit,KPI,Target\nNorth, k ,40\n\n",
        "unit,kpi,period,target\n,,,\nNorth,k,,40\n",
    ],
)
def test_spellings_of_the_file(tmp_path, text):
    (own,) = read_scorecard(folder(tmp_path, text)).kpis[0].unit_targets
    assert (own.unit, own.target, own.floor) == ("North", 40, None)


def test_periods_are_read_where_they_mean_one_thing(tmp_path):
    text = "unit;kpi;period;target\nNorth;k;02/2026;50\nNorth;k;Jan 26;40\nNorth;k;31.12.2025;30,5\n"
    north = read_scorecard(folder(tmp_path, text)).kpis[0].unit_targets[0]
    assert [(point.period, point.value) for point in north.target] == [
        ("2025-12-31", 30.5),
        ("2026-01", 40),
        ("2026-02", 50),
    ]


def test_a_path_is_put_in_order(tmp_path):
    text = "unit,kpi,period,target,floor\nNorth,k,2026-02,50,10\nSouth,k,2026-01,1,\nNorth,k,2026-01,40,\n"
    north = read_scorecard(folder(tmp_path, text)).kpis[0].unit_targets[0]
    assert [(point.period, point.value) for point in north.target] == [("2026-01", 40), ("2026-02", 50)]
    assert north.floor == 10


def test_a_row_without_a_unit_is_the_whole_s(tmp_path):
    (tmp_path / "targets.csv").write_text("unit,kpi,period,target\n,k,2026-01,40\n,k,2026-02,50\n")
    text = "{id: s, name: S, perspectives: [{id: p, name: P}], objectives: [{id: o, name: O, perspective: p}], "
    text += "kpis: [{id: k, name: K, objective: o, direction: higher_is_better, floor: 0}]}"
    (tmp_path / "scorecard.yaml").write_text(text)
    assert read_scorecard(tmp_path).kpis[0].final_target == 50


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("unit,kpi,target\nNorth,x,40\n", "targets.csv, line 2, kpi: there is no KPI 'x'"),
        ("unit,kpi,target\nNorth,K,40\n", "that is the name of 'k'|that is the name of k"),
        ("unit,kpi,target\nNorth,k,\n", "targets.csv, line 2, target: there is no target"),
        ("unit,kpi,target\nNorth,k,4 %\n", "targets.csv, line 2, target: this is not a number"),
        ("unit,kpi,target\nNorth,k,4\nNorth,k,5\n", "line 3, target: the target of k of North is given twice"),
        ("unit,kpi,period,target\nNorth,k,,4\nNorth,k,2026-01,5\n", "the target of k of North is given twice"),
        (
            "unit,kpi,period,target,floor\nN,k,2026-01,4,1\nN,k,2026-02,4,2\n",
            "line 3, floor: the floor of k of N is one",
        ),
        ("unit,kpi,target\n,k,4\n", "line 2, target: the target of k is given in the scorecard, too"),
        ("unit,kpi,period,target\nNorth,k,March,4\n", "targets.csv, line 2, period: 'March' is not a period"),
        ("unit,kpi,period,target\nNorth,k,FY2026,4\n", "targets.csv, line 2, period: .*say in the scorecard"),
        (
            "unit;kpi;target\nNorth;k;1.000\n",
            "targets.csv, line 2, target: 1.000 may mean 1 or 1000. Fix: write 1000, or",
        ),
        ('unit,kpi,target,floor\nNorth,k,4,"1,234"\n', "targets.csv, line 2, floor: 1,234 may mean 1.234 or 1234"),
        (
            "unit;kpi;target\nNorth;k;1'000\n",
            "targets.csv, line 2, target: this is not a number.*leave out what separates",
        ),
        ("unit,kpi,period,target\nNorth,k,1/2/2026,4\n", "'1/2/2026' is not a period: write 2026-02-01 or 2026-01-02"),
        ("unit,kpi,taget\nNorth,k,4\n", "targets.csv, line 1"),
        ("unit,kpi\nNorth,k\n", "targets.csv, line 1.*'target' is missing"),
        ("", "targets.csv: the file is empty"),
    ],
)
def test_faults_say_where(tmp_path, text, words):
    with pytest.raises(ScorecardError, match=words):
        read_scorecard(folder(tmp_path, text))


def test_all_faults_of_the_file_are_said_at_once(tmp_path):
    rows = ["North,k,13/2026,4", "South,kk,,4", "East,k,2026-01,x", "West,k,2026-02,5", "West,k,2026-99,6"]
    with pytest.raises(ScorecardError) as caught:
        read_scorecard(folder(tmp_path, "\n".join(["unit,kpi,period,target", *rows])))
    assert sorted(fault.where for fault in caught.value.faults) == [
        "targets.csv, line 2, period",
        "targets.csv, line 3, kpi",
        "targets.csv, line 4, target",
        "targets.csv, line 6, period",
    ]


@pytest.mark.parametrize("name", ["card", "card.xlsx"])
def test_years_that_read_as_months_are_refused_with_their_place(tmp_path, name):
    card = one_kpi(floor=9, target=5, unit_targets=[{"unit": "North", "target": PATH}])
    path = [{"period": "2010-11", "value": 4.0}, {"period": "2011-12", "value": 3.0}]
    row = card.kpis[0].unit_targets[0].model_copy(update={"target": tuple(map(Dated.model_validate, path))})
    kpi = card.kpis[0].model_copy(update={"frequency": "yearly", "unit_targets": (row,)})
    kpi.model_fields_set.add("frequency")
    card = card.model_copy(update={"kpis": (kpi,)})
    if name == "card":
        (tmp_path / name).mkdir()
        (tmp_path / name / "targets.csv").write_text("")
    write_scorecard(card, tmp_path / name)
    with pytest.raises(ScorecardError, match="write FY2011 for the fiscal year") as caught:
        read_scorecard(tmp_path / name)
    places = ["targets.csv, line 2, period", "targets.csv, line 3, period"]
    workbook = ["card.xlsx, Targets!C2 (period)", "card.xlsx, Targets!C3 (period)"]
    assert [fault.where for fault in caught.value.faults] == (places if name == "card" else workbook)


class TestOrder:
    """Rows of a path in any order, and in any spelling of a period."""

    def test_fiscal_quarters_among_months(self, tmp_path):
        rows = "North,k,FY2026-Q4,9\nNorth,k,2025-10,6\nNorth,k,2025-05,3\nNorth,k,FY2026-Q1,4\n"
        write_scorecard(fiscal(target=5, floor=0), tmp_path / "card")
        (tmp_path / "card" / "targets.csv").write_text("unit,kpi,period,target\n" + rows)
        (own,) = read_scorecard(tmp_path / "card").kpis[0].unit_targets
        assert [point.value for point in own.target] == [3, 4, 6, 9]

    def test_quarters_among_months(self, tmp_path):
        path = folder(tmp_path, "unit,kpi,period,target\nNorth,k,2025-10,6\nNorth,k,2025-Q1,4\n")
        (own,) = read_scorecard(path).kpis[0].unit_targets
        assert [point.value for point in own.target] == [4, 6]


def test_what_is_no_number_is_said_once_and_nobody_is_told_to_delete_it(tmp_path):
    with pytest.raises(ScorecardError) as error:
        read_scorecard(folder(tmp_path, "unit,kpi,period,target\nNorth,k,,$400\n"))
    assert len(error.value.faults) == 1
    assert "write 400" in str(error.value)


@pytest.mark.parametrize("name", ["folder", "book.xlsx"])
def test_a_milestone_is_due_by_the_end_of_a_fiscal_quarter(tmp_path, name):
    fields = {"direction": "lower_is_better", "measured_in": "days late", "target": 0, "floor": 60, "baseline": None}
    data = one_kpi(**fields, due="2025-06").model_dump(exclude_unset=True)
    data["kpis"][0]["due"] = "FY2026-Q1"
    card = build({**data, "year_starts": 4})
    assert card.kpis[0].due == "2025-04/2025-06"
    write_scorecard(card, tmp_path / name)
    assert read_scorecard(tmp_path / name) == card
    if name == "folder":
        assert "due: FY2026-Q1" in (tmp_path / name / "scorecard.yaml").read_text()
    data["kpis"][0]["due"] = "2026"
    with pytest.raises(ScorecardError, match="may be of the calendar"):
        build({**data, "year_starts": 4})
