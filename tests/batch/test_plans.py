import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebooks_made import PARAMETERS, code, notebook

from bsclib import read_scorecard, write_scorecard
from bsclib.batch import plan
from bsclib.batch.plans import read_plan_frame
from bsclib.batch.template import read_template
from bsclib.errors import ReportError

NOTEBOOK = notebook(code(PARAMETERS, "parameters"))


def values(frame, source=NOTEBOOK):
    return [one.values for one in read_plan_frame(read_template(source), frame)]


def written(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


# ---- where a plan comes from ----------------------------------------------------------------------------------------


def test_rows_of_a_csv_file_are_read_as_the_notebook_asks(tmp_path):
    file = written(tmp_path, "plan.csv", "unit,months\nApps,12\n\nDesk,\n,6\n")
    frame = plan(NOTEBOOK, file)
    assert frame["name"].tolist() == ["Apps-months-12", "Desk", "months-6"]
    assert values(frame) == [{"unit": "Apps", "months": 12}, {"unit": "Desk"}, {"months": 6}]


def test_a_csv_file_as_excel_saves_it(tmp_path):
    (tmp_path / "plan.csv").write_bytes('\ufeffunit;months\r\n"Köln; Süd";12\r\n'.encode())
    assert values(plan(NOTEBOOK, tmp_path / "plan.csv")) == [{"unit": "Köln; Süd", "months": 12}]


def test_rows_and_grids_of_a_yaml_file(tmp_path):
    rows = written(tmp_path, "rows.yaml", "parameters: {months: 12}\nrows:\n  - {unit: Apps}\n  - {unit: '2'}\n")
    assert values(plan(NOTEBOOK, rows)) == [{"unit": "Apps", "months": 12}, {"unit": "2", "months": 12}]
    grid = written(tmp_path, "grid.yaml", "grid:\n  unit: [a, b]\n  months: [6, 12]\n")
    assert plan(NOTEBOOK, grid)["name"].tolist() == ["a-months-6", "a-months-12", "b-months-6", "b-months-12"]


def test_plans_made_in_python():
    assert values(plan(NOTEBOOK, {"unit": ["a", "b"], "months": 3})) == [
        {"unit": "a", "months": 3},
        {"unit": "b", "months": 3},
    ]
    assert values(plan(NOTEBOOK, [{"unit": "a"}, {}], parameters={"months": "3"})) == [
        {"unit": "a", "months": 3},
        {"months": 3},
    ]
    assert values(plan(NOTEBOOK)) == [{}]


def test_over_unit_makes_a_report_for_each_unit_and_none_for_the_whole():
    frame = plan("09_executive_report", over="unit", parameters={"as_of": "2025-12"})
    assert frame["name"].tolist() == frame["unit"].tolist() == ["Antwerp", "Genoa", "Hamburg", "Rotterdam", "Valencia"]
    assert plan(NOTEBOOK, over="unit", scorecard="meridian")["unit"].tolist() == frame["unit"].tolist()


def test_over_department_makes_a_page_for_each_owner_of_a_goal_above(tmp_path):
    frame = plan("09_shared_language", over="department")
    assert frame["department"].tolist()[:2] == ["Chief financial officer", "Chief operating officer"]
    assert frame["name"].tolist()[0] == "Chief-financial-officer"
    above, below = tmp_path / "company", tmp_path / "it"
    write_scorecard(read_scorecard("enterprise"), above)
    write_scorecard(read_scorecard("meridian"), below)
    apart = {"scorecard": str(below), "above": str(above)}
    assert plan("09_shared_language", over="department", parameters=apart)["department"].equals(frame["department"])
    with pytest.raises(ReportError, match="no department owns a goal that this scorecard supports"):
        plan("09_shared_language", over="department", parameters={"scorecard": str(below)})


def test_names_of_a_persons_own(tmp_path):
    file = written(tmp_path, "plan.csv", "name,unit\nJune: apps,Apps\n,Desk\nJune/apps,Other\n")
    found = plan(NOTEBOOK, file)["name"].tolist()
    assert found[1] == "Desk"
    assert [name[:10] for name in found[::2]] == ["June-apps-", "June-apps-"]
    assert len(set(found)) == 3


def test_a_parameter_may_be_called_as_a_column_of_ours():
    asks = notebook(code("name: str = ''\nstate: int = 1", "parameters"))
    frame = plan(asks, [{"name": "a", "state": 2}, {"name": "b"}])
    assert frame.columns.tolist() == ["name", "name (parameter)", "state (parameter)"]
    assert values(frame, asks) == [{"name": "a", "state": 2}, {"name": "b"}]


@pytest.mark.parametrize("source", ["limit: float = 1.0", "limit = 1.0", "limit = None"])
@pytest.mark.parametrize("given", [float("nan"), "nan"])
def test_a_number_that_is_none_is_not_taken_for_a_missing_cell(source, given):
    asks = notebook(code(source, "parameters"))
    ((limit,),) = (row.values() for row in values(plan(asks, [{"limit": given}]), asks))
    assert math.isnan(limit)


def test_none_is_a_value_and_a_missing_cell_is_not():
    asks = notebook(code("limit: int | None = 3\nunit: str = ''", "parameters"))
    frame = plan(asks, [{"limit": None, "unit": "a"}, {"unit": "b"}])
    assert values(frame, asks) == [{"limit": None, "unit": "a"}, {"unit": "b"}]
    by_hand = pd.DataFrame({"name": ["a", "b"], "limit": [np.nan, 2.0], "unit": ["x", None]}, dtype=object)
    with pytest.raises(ReportError, match=r"row 1, parameter 'unit'|row 2, parameter"):
        values(by_hand, asks)


@given(
    st.lists(
        st.fixed_dictionaries(
            {}, optional={"unit": st.text(max_size=5).filter(lambda x: x.isprintable()), "months": st.integers(0, 99)}
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_plan_holds_what_was_given(rows):
    assert values(plan(NOTEBOOK, rows)) == rows


# ---- what is refused -------------------------------------------------------------------------------------------------


def test_every_fault_of_every_row_is_said_at_once(tmp_path):
    file = written(tmp_path, "plan.csv", "unit,mnoths,months\na,1,12\nb,2,x\nc,3,y\n")
    with pytest.raises(ReportError) as caught:
        plan(NOTEBOOK, file)
    said = [str(fault) for fault in caught.value.faults]
    assert len(said) == 3
    assert "plan.csv, line 2: there is no parameter 'mnoths'" in said[0]
    assert "did you mean 'months'?" in said[0]
    assert "plan.csv, line 3, parameter 'months': the value has the wrong type. Got: 'x'. Allowed: int" in said[1]
    assert "plan.csv, line 4, parameter 'months'" in said[2]


def test_many_faults_are_cut_short():
    with pytest.raises(ReportError, match="and 80 more faults like these") as caught:
        plan(NOTEBOOK, [{"months": "x"}] * 100)
    assert len(caught.value.faults) == 21


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("p.csv", "", "p.csv: the file is empty"),
        ("p.csv", "unit,unit\na,b\n", r"p.csv, line 1: the column 'unit' stands twice"),
        ("p.csv", "unit,\na,b\n", "a column has no heading"),
        ("p.csv", "unit,months\na\n", "p.csv, line 2: fields and headings differ"),
        ("p.csv", "unit,months\n", "there is not a single row"),
        ("p.yaml", "- a\n", "a plan is a mapping of fields. Got: a list. Fix: write rows: or grid:"),
        ("p.yaml", "", "p.yaml: the file is empty. Fix: write rows: or grid:"),
        ("p.yaml", "row: []", "p.yaml, line 1: there is no part of a plan 'row'.*did you mean 'rows'"),
        ("p.yaml", "rows: 3", "rows should be a list"),
        ("p.yaml", "rows: [a]", "a row is a mapping of parameters"),
        ("p.yaml", "rows: []", "there is not a single row"),
        ("p.yaml", "rows: [{unit: a}]\ngrid: {unit: [a]}", "a plan has either rows or a grid. Got: rows and grid"),
        ("p.yaml", "parameters: {}", "either rows or a grid. Got: neither"),
        ("p.yaml", "grid: {unit: []}", "there is no value in the list"),
        ("p.yaml", "parameters: {unit: a}\nrows: [{unit: b}]", "'unit' is given here and for all reports"),
        ("p.yaml", "rows: [{unit: 2}]", "p.yaml, line 1, parameter 'unit': the value has the wrong type. Got: 2"),
        ("p.yaml", "rows: [{unit: {", "p.yaml, line 2: a bracket or quote does not end well"),
        ("p.txt", "\0", "this is not a text file"),
        ("p.xlsx", "", "this is no plan. Got: .xlsx. Allowed: .yaml, .yml, .csv"),
    ],
)
def test_files_that_are_no_plan(tmp_path, name, text, said):
    with pytest.raises(ReportError, match=said):
        plan(NOTEBOOK, written(tmp_path, name, text))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"rows": [{"unit": "a"}], "over": "unit"}, "there are rows and `over`"),
        ({"over": "months"}, "a batch cannot go over 'months'. Allowed: unit or department"),
        ({"over": "department"}, "there is no parameter 'department'"),
        ({"over": "unit"}, "nothing says which scorecard's units are meant"),
        ({"over": "unit", "parameters": {"unit": "a"}}, "'unit' is given for all reports"),
        ({"rows": "gone.csv"}, "gone.csv: this cannot be read: No such file"),
        ({"rows": ["a"]}, "row 1: a row is a mapping of parameters"),
        ({"rows": {"unit": ["a"] * 2000, "months": list(range(2000))}}, "too many combinations. Got: 4,000,000"),
        ({"parameters": {"mnoths": 3}}, "for all reports: there is no parameter 'mnoths'"),
        ({"rows": [{"unit": object()}]}, "wrong type"),
    ],
)
def test_plans_that_make_no_sense(given, said):
    with pytest.raises(ReportError, match=said):
        plan(NOTEBOOK, **given)


def test_parameters_for_all_given_in_the_file_and_beside_it(tmp_path):
    file = written(tmp_path, "p.yaml", "parameters: {months: 12}\nrows: [{unit: a}]")
    with pytest.raises(ReportError, match="'months' is given for all reports twice"):
        plan(NOTEBOOK, file, parameters={"months": 6})


def test_a_notebook_that_asks_for_nothing_takes_nothing():
    with pytest.raises(ReportError, match="no cell is tagged `parameters`") as caught:
        plan(notebook(code("1")), [{"unit": "a"}, {"unit": "b"}])
    assert len(caught.value.faults) == 1


def test_a_plan_changed_by_hand_is_checked_again():
    frame = plan(NOTEBOOK, {"unit": ["a", "b"]})
    for column, value, said in (
        ("name", "../a", r"row 2: this name cannot be a file's, or is taken. Got: '../a'. Fix: call it 'a-"),
        ("name", "A", "cannot be a file's, or is taken"),
        ("months", "x", "row 2, parameter 'months': the value has the wrong type"),
    ):
        changed = frame.assign(months=6).astype(object)
        changed.loc[1, column] = value
        with pytest.raises(ReportError, match=said):
            read_plan_frame(read_template(NOTEBOOK), changed)
    with pytest.raises(ReportError, match="there is no column `name`"):
        read_plan_frame(read_template(NOTEBOOK), frame.drop(columns="name"))


def test_ten_thousand_rows():
    frame = plan(NOTEBOOK, [{"unit": f"unit {number}"} for number in range(10_000)])
    assert frame["name"].is_unique
    assert len(values(frame)) == 10_000


def test_a_parameters_cell_that_cannot_be_read_matters_when_parameters_are_given():
    odd = notebook(code("months = 3\n= 4", "parameters"))
    assert plan(odd)["name"].tolist() == ["report"]
    with pytest.raises(ReportError, match="parameters cell, line 2: this is not Python"):
        plan(odd, [{"months": 3}])
