import datetime
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import samples

from bsclib.errors import ActualsError
from bsclib.files.actuals_table import RawTable, canonical_heading, is_heading, observations
from bsclib.files.excel.sheet_reader import Day


def table(separator="", **columns):
    """A table as a file would give it: lists of text become Arrow's, other lists stay as Excel's."""
    headings = [name.replace("p2024_", "2024-") for name in columns]
    data = [
        pa.chunked_array([pa.array(one)]) if all(isinstance(v, str) for v in one) else one for one in columns.values()
    ]

    def where(row, heading):
        return f"t, row {'of headings' if row is None else row + 1}, {heading}"

    return RawTable("t", headings, data, where, [], separator)


def values(frame):
    return frame[["unit", "kpi", "period", "actual"]].astype(object).values.tolist()


def test_a_long_table():
    frame = observations(table(kpi=["b", "a"], period=["2024", "2023"], actual=["1.5", "n/a"], unit=["x", " y "]))
    assert values(frame)[0] == ["x", "b", "2024", 1.5]
    assert values(frame)[1][:3] == ["y", "a", "2023"]
    assert np.isnan(frame["actual"][1])
    assert list(frame["kpi"].cat.categories) == ["a", "b"]
    assert frame.attrs == {}


def test_a_wide_table_says_nothing_where_it_is_empty():
    frame = observations(table(kpi=["a", "b"], p2024_02=["1", ""], p2024_01=["2", "3"]))
    assert values(frame) == [["", "a", "2024-02", 1.0], ["", "a", "2024-01", 2.0], ["", "b", "2024-01", 3.0]]


def test_parts_without_actuals_are_enough():
    frame = observations(table(kpi=["a"], period=["2024"], numerator=["1"], denominator=["2"]))
    assert frame[["numerator", "denominator"]].values.tolist() == [[1.0, 2.0]]


def test_blank_rows_and_columns_and_ones_own_are_passed_over():
    given = table(kpi=["", "a", ""], period=["", "2024", " "], actual=["", "1", ""], _note=["x", "y", "z"])
    given.headings.append("")
    given.data.append(pa.chunked_array([["", "", ""]]))
    assert values(observations(given)) == [["", "a", "2024", 1.0]]


def test_rows_keep_their_place_below_blank_ones():
    given = table(kpi=["", "a", "a"], period=["", "2024-01", "2024-01"], actual=["", "1", "2"])
    with pytest.raises(ActualsError, match="t, row 3, period: a in 2024-01 is given twice"):
        observations(given)


def test_a_wide_row_has_its_place():
    with pytest.raises(
        ActualsError, match=r"t, row 2, kpi \(and 1 more rows\): there is no KPI 'mtr'.*did you mean 'mttr'"
    ):
        observations(table(kpi=["mttr", "mtr"], p2024_01=["1", "2"], p2024_02=["1", "2"]), samples.small())
    with pytest.raises(ActualsError, match="t, row 2, 2024-01: a in 2024-01 is given twice"):
        observations(table(kpi=["a", "a"], p2024_01=["1", "2"]))


def test_excels_values():
    given = table(kpi=[2024, "a"], period=[Day("2024-03"), 2024.0], actual=[1 / 3, " 4.5 "])
    assert values(observations(given)) == [["", "2024", "2024-03", 1 / 3], ["", "a", "2024", 4.5]]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (True, "t, row 1, actual: this is not a number. Got: 'TRUE'"),
        (Day("2024"), "t, row 1, actual: this is not a number. Got: 'date 2024'. Fix: Excel has made a date of it"),
        ("1 000", "t, row 1, actual: this is not a number. Got: '1 000'. Fix: leave out what separates the thousands"),
        ("#DIV/0!", "t, row 1, actual: this is not a number"),
        (float("inf"), "t, row 1, actual: this is infinite"),
    ],
)
def test_excels_values_that_are_not_numbers(value, message):
    with pytest.raises(ActualsError, match=message):
        observations(table(kpi=["a", 1], period=["2024", 2023], actual=[value, 1]))


@pytest.mark.parametrize(
    ("array", "texts"),
    [
        (pa.array([datetime.date(2024, 1, 1), datetime.date(2024, 2, 1)]), ["2024-01", "2024-02"]),
        (pa.array([datetime.date(2024, 1, 1), datetime.date(2024, 2, 2)]), ["2024-01-01", "2024-02-02"]),
        (pa.array(pd.to_datetime(["2024-01-01", "2024-02-01"])), ["2024-01", "2024-02"]),
        (pa.array([2023, 2024]), ["2023", "2024"]),
        (pa.array([2023.0, 2024.0]), ["2023", "2024"]),
        (pa.array(["2023", "2024"], pa.large_string()), ["2023", "2024"]),
        (pa.array(["2023", "2024"]).dictionary_encode(), ["2023", "2024"]),
        (pa.array(pd.period_range("2024-01", periods=2, freq="Q")), ["2024-Q1", "2024-Q2"]),
        (pa.array(pd.period_range("2024-01", periods=2, freq="M")), ["2024-01", "2024-02"]),
    ],
)
def test_periods_of_many_types(array, texts):
    given = table(kpi=["a", "a"], period=["", ""], actual=["1", "2"])
    given.data[1] = pa.chunked_array([array])
    assert observations(given)["period"].astype(str).tolist() == texts


@pytest.mark.parametrize("kind", [pa.int64(), pa.float32(), pa.decimal128(20, 1), pa.string()])
def test_numbers_of_many_types(kind):
    given = table(kpi=["a", "b"], period=["2024", "2024"], actual=["1", "2"])
    given.data[2] = pa.chunked_array([pa.array([3, None], pa.int64()).cast(kind)])
    actual = observations(given)["actual"]
    assert actual[0] == 3.0
    assert np.isnan(actual[1])


def test_decimal_commas_are_read_and_said():
    given = table(";", kpi=["a", "b"], period=["2024", "2024"], actual=["4,5", "12"])
    assert observations(given)["actual"].tolist() == [4.5, 12.0]
    assert given.notes == ["t has decimal commas: 4,5 was read as 4.5."]


def test_doubtful_numbers_are_refused_with_their_place():
    with pytest.raises(
        ActualsError, match=r"t, row 2, actual: 1,234 may mean 1.234 or 1234. Fix: write 1234, or 1,2340"
    ):
        observations(table(";", kpi=["a", "b"], period=["2024", "2024"], actual=["1", "1,234"]))


def test_many_wrong_numbers_are_counted_and_other_faults_are_said_too():
    given = table(
        kpi=["a"] * 30, period=["2024-13"] + [f"2024-01-{day:02d}" for day in range(1, 30)], actual=["x"] * 30
    )
    with pytest.raises(ActualsError, match="and 10 more that are not numbers") as caught:
        observations(given)
    assert caught.value.faults[-1].what.startswith("'2024-13' is not a period")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["kpi", "period", "actal"], "t, row of headings, actal: there is no column 'actal'.*did you mean 'actual'"),
        (["kpi", "period"], "there are no actuals in this table. Got: kpi, period. Fix: give the column actual"),
        (["kpi", "period", "numerator"], "there are no actuals in this table"),
        (["period", "actual"], "the column 'kpi' is missing"),
        (["x", "y"], "the column 'period' is missing"),
        (["2024-01", "2024-02"], "the column 'kpi' is missing. Got: 2024-01, 2024-02. Allowed: kpi, unit and periods"),
        (["kpi", "2024-01", "2024-1"], "row of headings, 2024-1: the heading '2024-01' stands twice"),
        (["kpi", "1/2/2026"], "'1/2/2026' is not a period: write 2026-02-01 or 2026-01-02"),
        (["kpi", "Jan 11", "Jan 18"], "(?s)'Jan 11' is not a period: write 2011-01.*'Jan 18' is not a period"),
        (["kpi", "2010/11"], "'2010/11' is not a period: write 2010-11, or FY2011 if it is a fiscal year"),
        (["kpi", "Jan-26", "Total"], "row of headings, Total: there is no column 'Total'"),
        (["kpi", "2024-01", "2024-01"], "the heading '2024-01' stands twice"),
        (["kpi", "period", "actual", ""], "column 4 has no heading"),
    ],
)
def test_headings_that_cannot_be_understood(columns, message):
    given = RawTable("t", columns, [["x"]] * len(columns), lambda row, heading: f"t, row of headings, {heading}", [])
    with pytest.raises(ActualsError, match=message):
        observations(given)


def test_headings_that_mean_one_period_are_read_and_keep_their_place():
    given = replace(table(kpi=["a"], x=["1"], y=["2"], z=["much"]), headings=["kpi", "Feb-26", "01.03.2026", "4/2026"])
    with pytest.raises(ActualsError, match=r"^t, row 1, 4/2026: this is not a number"):
        observations(given)
    given.data[3] = pa.chunked_array([["3"]])
    assert observations(given)["period"].tolist() == ["2026-02", "2026-03-01", "2026-04"]
    assert given.notes == ["t: the heading 'Feb-26' was read as 2026-02, and 2 more in its way."]


def test_headings_are_known_however_they_are_spelt():
    assert [canonical_heading(one) for one in (" Actual", "2024-q1 ", "Team")] == ["actual", "2024-Q1", "Team"]
    assert [is_heading(one) for one in ("KPI", "2024-w05", "Jan 25", "1/2/2025", "Team")] == [True] * 4 + [False]


@pytest.mark.parametrize(
    ("headings", "words"),
    [
        (["month", "mttr", "load"], "mttr and load are KPIs: a row is a KPI here, a column a month."),
        (["unit", "period", "mttr"], "mttr is a KPI: a row is a KPI here, a column a month."),
        (["2026-01", "Mean time to restore"], "Mean time to restore is a KPI: a row is a KPI here, a column a month."),
    ],
)
def test_kpis_across_are_one_fault(headings, words):
    given = RawTable("t", headings, [["x"]] * len(headings), lambda row, heading: "t, row 1", [])
    with pytest.raises(ActualsError) as caught:
        observations(given, samples.desk())
    assert len(caught.value.faults) == 1
    assert str(caught.value).startswith(f"t, row 1: {words} Fix: turn the table round")
