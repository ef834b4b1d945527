import datetime

import numpy as np
import pandas as pd
import pytest
from samples import DESK, desk, one_kpi, table

from bsclib.actuals.table import COLUMNS, check_actuals, has_parts
from bsclib.errors import ActualsError
from bsclib.scoring.scores import score


def test_types_and_order():
    tidy = check_actuals(table(("mttr", "2026-02", "4.5"), ("mttr", "2026-01", None)))
    assert list(tidy.columns) == COLUMNS
    assert tidy["period"].tolist() == ["2026-02", "2026-01"]
    assert tidy["actual"].tolist()[0] == 4.5
    assert np.isnan(tidy["actual"].tolist()[1])
    assert tidy["unit"].tolist() == ["", ""]
    assert all(isinstance(tidy[key].dtype, pd.CategoricalDtype) for key in COLUMNS[:3])


def test_the_given_table_is_not_changed():
    given = table(("mttr", "2026-01", "4.5"))
    before = given.copy()
    check_actuals(given, desk())
    pd.testing.assert_frame_equal(given, before)


def test_checking_twice_changes_nothing():
    once = check_actuals(table(("mttr", "2026-01", 4.5), ("load", "2026-01", 75)), desk())
    pd.testing.assert_frame_equal(check_actuals(once, desk()), once)


def test_an_empty_unit_is_the_organisation_as_a_whole():
    rows = table(("mttr", "2026-01", 4, None), ("mttr", "2026-02", 4, " A "), columns="kpi period actual unit")
    assert check_actuals(rows)["unit"].tolist() == ["", "A"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            table(("mtrr", "2026-01", 4), ("mtrr", "2026-02", 4)),
            r"row 1, kpi \(and 1 more rows\): there is no KPI 'mtrr'.*'mttr'",
        ),
        (table(("mttr", "2026-13", 4)), "row 1, period: '2026-13' is not a period"),
        (table(("mttr", 2026.0, 4), ("mttr", "March", 4)), "row 2, period: 'March' is not a period"),
        (table(("mttr", "2026-01", "n/k")), "row 1, actual: this is not a number. Got: 'n/k'"),
        (table(("mttr", "2026-01", True)), "row 1, actual: this is not a number"),
        (table(("mttr", "2026-01", np.inf)), "row 1, actual: this is infinite"),
        (table(("mttr", "2026-01", "inf")), "row 1, actual: this is infinite"),
        (
            table(("mttr", "2026-01", -1e61)),
            r"row 1, actual: nothing that is measured is as large. Got: -1e\+61. Allowed",
        ),
        (table(("mttr", "2026-01", 4), ("mttr", "2026-01", 5)), "row 2, period: mttr in 2026-01 is given twice"),
        (table(("mttr", "2026-01", 4), columns="kpi period value"), "there is no column 'value'"),
        (table(("mttr", "2026-01"), columns="kpi period"), "there are no actuals in it"),
        (table((4.0,), columns="actual"), "the column 'kpi' is missing"),
        (table((None, "2026-01", 4)), "no KPI is named"),
        (table(("mttr", None, 4)), "'' is not a period"),
    ],
)
def test_each_fault_is_named(rows, words):
    with pytest.raises(ActualsError, match=words):
        check_actuals(rows, desk())


def test_a_unit_is_named_in_plain_text():
    rows = table(("k", "2026-01", 1, "A\x07"), columns="kpi period actual unit")
    with pytest.raises(ActualsError, match=r"row 1, unit: the character U\+0007 is a control character"):
        check_actuals(rows)


PARTS = "kpi period actual numerator denominator"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("mttr", "2026-01", 300, 300, 1), "the actual is 300, but its parts give 5.*constant factor"),
        (("mttr", "2026-01", None, 300, None), "one part of the ratio is missing"),
        (("load", "2026-01", None, 75, 1), "no actual, and this KPI is not a ratio"),
    ],
)
def test_parts_that_do_not_fit(row, words):
    with pytest.raises(ActualsError, match=words):
        check_actuals(table(row, columns=PARTS), desk())


def test_rounded_actuals_fit_their_parts():
    check_actuals(table(("mttr", "2026-01", 5.1, 305, 1), ("mttr", "2026-02", 0.1, 3, 1), columns=PARTS), desk())


def test_many_faults_are_counted_not_listed():
    with pytest.raises(ActualsError, match="and 80 more faults like these"):
        check_actuals(table(*[("mttr", f"x{i}", 4) for i in range(100)]))


def test_many_names_that_are_not_known_are_told_at_once():
    """To look for the nearest name of each of 300,000 took most of a minute."""
    rows = table(*[(f"x{i}", "2026-01", 4) for i in range(60)])
    with pytest.raises(ActualsError, match=r"(?s)row 1, kpi: there is no KPI 'x0'. Allowed: mttr.*and 40 more faults"):
        check_actuals(rows, desk())


def test_place_leads_to_the_fault():
    with pytest.raises(ActualsError, match=r"actuals.csv, line 2: this is infinite"):
        check_actuals(table(("mttr", "2026-01", np.inf)), place=lambda row, column: f"actuals.csv, line {row + 2}")


def test_without_a_scorecard_any_kpi_will_do():
    assert check_actuals(table(("anything", "2026-01", 4)))["kpi"].tolist() == ["anything"]


def test_has_parts():
    assert has_parts(one_kpi(aggregate="mean", across_units="ratio").kpis[0])
    assert not has_parts(one_kpi().kpis[0])


@pytest.mark.parametrize("name", ["Mean time to restore", "mean-time to  RESTORE"])
def test_a_name_in_the_place_of_an_id(name):
    with pytest.raises(ActualsError, match="Fix: that is the name of mttr: write mttr"):
        check_actuals(table((name, "2026-01", 5)), desk())


def test_a_name_that_two_kpis_have_names_both():
    card = desk(kpis=[{**kpi, "name": "Time"} for kpi in DESK["kpis"]])
    with pytest.raises(
        ActualsError, match="that is the name of mttr and of load and of cost and of leavers: write the"
    ):
        check_actuals(table(("Time", "2026-01", 5)), card)


@pytest.mark.parametrize(
    ("periods", "texts"),
    [
        (pd.to_datetime(["2026-01-01", "2026-02-01"]), ["2026-01", "2026-02"]),
        (pd.to_datetime(["2026-01-31", "2026-02-28"]), ["2026-01-31", "2026-02-28"]),
        (pd.to_datetime(["2026-01-01", "2026-02-01"], utc=True), ["2026-01", "2026-02"]),
        (pd.to_datetime(["2026-01-05 08:00", "2026-01-06 09:00"]), ["2026-01-05", "2026-01-06"]),
        (pd.period_range("2026-01", periods=2, freq="M"), ["2026-01", "2026-02"]),
        (pd.period_range("2026-01", periods=2, freq="Q"), ["2026-Q1", "2026-Q2"]),
        ([datetime.date(2026, 1, 1), datetime.date(2026, 2, 1)], ["2026-01", "2026-02"]),
        (np.array(["2026-01", "2026-02"], dtype="datetime64[M]"), ["2026-01", "2026-02"]),
        ([2025, 2026], ["2025", "2026"]),
    ],
)
def test_dates_are_the_periods_they_begin_or_the_days_they_are(periods, texts):
    rows = pd.DataFrame({"kpi": "k", "period": periods, "actual": [5, 6]})
    for column in (rows["period"], rows["period"].astype(object), rows["period"].astype("category")):
        assert check_actuals(rows.assign(period=column))["period"].tolist() == texts


def test_months_as_timestamps_score_as_months():
    rows = pd.DataFrame({"kpi": "k", "period": pd.to_datetime(["2026-01-01", "2026-02-01"]), "actual": [50, 60]})
    scores = score(one_kpi(), rows).query("id == 'k'")
    assert dict(zip(scores["period"], scores["score"], strict=True)) == {"2026-01": 50, "2026-02": 60}


def test_a_date_that_is_missing_is_a_fault_of_its_row():
    rows = pd.DataFrame({"kpi": "k", "period": pd.to_datetime(["2026-01-01", None]), "actual": [5, 6]})
    with pytest.raises(ActualsError, match="row 2, period: '' is not a period"):
        check_actuals(rows)


@pytest.mark.parametrize("parts", [(1e17, 1e-300), (-1e17, 1e-300), (1, 5e-324), (1, 1e-70)])
def test_parts_whose_ratio_no_number_holds_are_told_with_their_row(parts):
    card = one_kpi(aggregate="ratio", formula="a / b")
    rows = pd.DataFrame(
        [("k", "2026-01", 1, 2), ("k", "2026-02", *parts)], columns=["kpi", "period", "numerator", "denominator"]
    )
    with pytest.raises(ActualsError, match=r"^row 2, numerator: .* is larger than anything that is measured"):
        check_actuals(rows, card)
    assert len(check_actuals(rows.assign(denominator=[0, 1]), card)) == 2


@pytest.mark.parametrize("before", [[], ["2009"], ["FY2010"]])
def test_a_month_that_looks_like_a_fiscal_year_is_never_read_in_silence(before):
    starts = 4 if "FY2010" in before else None
    card = one_kpi(frequency="yearly").model_copy(update={"year_starts": starts})
    rows = table(*(("k", period, 5) for period in [*before, "2010-11"]))
    with pytest.raises(ActualsError, match="2010-11 is the month November 2010") as caught:
        check_actuals(rows, card)
    fix = caught.value.faults[0].fix
    for advised in ("FY2011", "2010-01/2010-12") if starts else ("2010",):
        assert advised in fix
        assert len(check_actuals(table(("k", advised, 5)), card)) == 1


def test_months_of_a_yearly_kpi_are_months_when_they_go_on():
    card = one_kpi(frequency="yearly")
    assert len(check_actuals(table(("k", "2010-10", 5), ("k", "2010-11", 5)), card)) == 2
