import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import desk, one_kpi, table

from bsclib.actuals.aggregate import cube, monthly, to_period
from bsclib.actuals.table import check_actuals
from bsclib.errors import ActualsError, UnknownNameError

UNITS = "unit kpi period actual"
PARTS = "unit kpi period actual numerator denominator"


def organisation(rows, card, **options):
    """The organisation's actuals by period, and the reasons."""
    found = monthly(rows, card, **options)
    found = found[found["unit"] == ""].set_index("period")
    return found["actual"].to_dict(), found["reason"].to_dict()


class TestOverTime:
    def test_a_quarter_holds_for_its_months_once_it_has_ended(self):
        rows = table(("k", "2026-Q1", 7), ("k", "2026-04", 8), ("k", "2026-Q2", 9))
        with pytest.raises(
            ActualsError, match="actuals: k in 2026-04 is given twice: for 2026-04, and for 2026-04 to 2026-06 as one"
        ):
            monthly(rows, one_kpi())
        actual, reason = organisation(rows, one_kpi(), as_of="2026-04")
        assert actual == {"2026-01": 7, "2026-02": 7, "2026-03": 7, "2026-04": 8}
        assert reason["2026-01"] == "held over the months of its quarter or year"

    def test_a_year_holds_for_its_months(self):
        actual, _ = organisation(table(("k", "2025", 3)), one_kpi())
        assert len(actual) == 12
        assert set(actual.values()) == {3}

    @pytest.mark.parametrize(("word", "value"), [("sum", 9), ("mean", 3), ("last", 2), ("min", 2), ("max", 4)])
    def test_days_come_together_by_the_kpis_word(self, word, value):
        rows = table(("k", "2026-01-31", 2), ("k", "2026-01-01", 3), ("k", "2026-01-15", 4))
        assert organisation(rows, one_kpi(aggregate=word))[0] == {"2026-01": value}

    def test_a_week_and_a_day_may_end_together(self):
        rows = table(("mttr", "2026-W05", 1), ("load", "2026-02-01", 2))
        actual = monthly(rows, desk()).dropna(subset="actual").set_index(["kpi", "period"])["actual"]
        assert actual.to_dict() == {("mttr", "2026-01"): 1, ("load", "2026-02"): 2}

    def test_weeks_belong_to_the_month_of_their_thursday(self):
        rows = table(("k", "2026-W05", 1), ("k", "2026-W06", 2))
        assert organisation(rows, one_kpi(aggregate="sum"))[0] == {"2026-01": 1, "2026-02": 2}

    def test_spider_ratio_roll_up_is_the_ratio_of_the_sums(self):
        rows = table(("", "k", "2026-01-01", None, 2, 4), ("", "k", "2026-01-02", None, 2, 100), columns=PARTS)
        actual, _ = organisation(rows, one_kpi(aggregate="ratio"))
        assert round(actual["2026-01"], 4) == 0.0385

    def test_months_without_an_actual_are_missing(self):
        actual, reason = organisation(table(("k", "2026-01", 1), ("k", "2026-03", 3)), one_kpi())
        assert np.isnan(actual["2026-02"])
        assert reason["2026-02"] == "no actual"

    def test_a_denominator_of_0_is_missing(self):
        actual, reason = organisation(
            table(("", "k", "2026-01", None, 0, 0), columns=PARTS), one_kpi(aggregate="ratio")
        )
        assert np.isnan(actual["2026-01"])
        assert reason["2026-01"] == "no actual: the denominator is 0"


class TestAsOf:
    ROWS = table(("k", "2026-01", 1), ("k", "2026-02", 2), ("k", "2026-03", 3))

    @pytest.mark.parametrize(
        ("as_of", "last", "left_out"), [(None, 3, 0), ("2026-02", 2, 1), ("2026-Q1", 3, 0), ("2026", 12, 0)]
    )
    def test_later_rows_are_left_out_and_counted(self, as_of, last, left_out):
        grid = cube(check_actuals(self.ROWS), one_kpi(), as_of)
        assert grid.months[-1] == 2026 * 12 + last - 1
        assert grid.left_out == left_out

    def test_a_day_cuts_the_days_after_it(self):
        rows = table(("k", "2026-01-10", 1), ("k", "2026-01-20", 5))
        assert organisation(rows, one_kpi(aggregate="sum"), as_of="2026-01-15")[0] == {"2026-01": 1}

    def test_nothing_left(self):
        with pytest.raises(ActualsError, match=r"there are no actuals to score.*the first actual is of 2026-01"):
            monthly(self.ROWS, one_kpi(), as_of="2025-12")

    def test_no_rows_at_all(self):
        with pytest.raises(ActualsError, match=r"there are no actuals to score.*the table is empty"):
            monthly(self.ROWS[:0], one_kpi())


class TestAcrossUnits:
    ROWS = table(("A", "k", "2026-01", 2), ("B", "k", "2026-01", 4), ("A", "k", "2026-02", 6), columns=UNITS)

    @pytest.mark.parametrize(("word", "value"), [("sum", 6), ("mean", 3), ("min", 2), ("max", 4), ("last", 6)])
    def test_pooled_by_the_kpis_word(self, word, value):
        assert organisation(self.ROWS, one_kpi(aggregate=word))[0]["2026-01"] == value

    def test_a_sum_without_a_unit_would_understate(self):
        actual, reason = organisation(self.ROWS, one_kpi(aggregate="sum"))
        assert np.isnan(actual["2026-02"])
        assert "a unit is missing" in reason["2026-02"]

    def test_a_mean_of_those_that_report_says_so(self):
        actual, reason = organisation(self.ROWS, one_kpi())
        assert actual["2026-02"] == 6
        assert reason["2026-02"] == "pooled from the units that report; some do not"

    def test_a_unit_that_starts_later_is_not_missing_before(self):
        rows = table(("A", "k", "2026-01", 2), ("A", "k", "2026-02", 3), ("B", "k", "2026-02", 4), columns=UNITS)
        assert organisation(rows, one_kpi(aggregate="sum"))[0] == {"2026-01": 2, "2026-02": 7}

    def test_the_organisations_own_actual_wins(self):
        rows = pd.concat([self.ROWS, table(("", "k", "2026-01", 10), columns=UNITS)])
        actual, reason = organisation(rows, one_kpi())
        assert (actual["2026-01"], reason["2026-01"]) == (10, "")

    def test_a_ratio_is_pooled_from_its_parts(self):
        rows = table(("A", "k", "2026-01", None, 2, 4), ("B", "k", "2026-01", None, 2, 100), columns=PARTS)
        found = monthly(rows, one_kpi(aggregate="ratio", formula="100 * met / tickets"))
        whole = found[found["unit"] == ""].iloc[0]
        assert (whole["numerator"], whole["denominator"]) == (4, 104)
        assert whole["actual"] == pytest.approx(100 * 4 / 104)

    def test_a_ratio_without_parts_is_not_averaged(self):
        actual, reason = organisation(self.ROWS, one_kpi(aggregate="ratio"))
        assert np.isnan(actual["2026-01"])
        assert "a mean of ratios would mislead" in reason["2026-01"]

    @pytest.mark.parametrize(
        ("period", "month"), [("2026-02", "2026-02"), ("2026-02-15", "2026-02"), ("2026-Q1", "2026-02")]
    )
    def test_a_ratio_of_the_only_unit_is_the_wholes(self, period, month):
        card = one_kpi(aggregate="ratio", formula="100 * met / all")
        actual, reason = organisation(table(("North", "k", period, 92), columns=UNITS), card)
        assert (actual[month], reason[month]) == (92, "pooled from the units")

    def test_a_month_with_parts_beside_one_without(self):
        card = one_kpi(aggregate="ratio", formula="100 * met / all")
        rows = [("North", "k", "2026-01", 92, None, None), ("North", "k", "2026-02", None, 9, 12)]
        assert organisation(table(*rows, columns=PARTS), card)[0] == {"2026-01": 92, "2026-02": 75}

    def test_the_only_unit_that_reports_a_ratio_is_not_the_whole(self):
        card = one_kpi(aggregate="ratio", formula="100 * met / all")
        rows = table(("North", "k", "2026-02", 92), ("South", "k", "2026-02", None), columns=UNITS)
        assert np.isnan(organisation(rows, card)[0]["2026-02"])

    def test_without_units_there_is_nothing_to_pool(self):
        assert organisation(table(("k", "2026-01", 3)), one_kpi())[1] == {"2026-01": ""}


def test_a_ratio_of_the_largest_and_of_nothing_needs_no_guard():
    parts = [(1e18, 1), (0, 0), (-1e18, 1e18), (5e-324, 1e18), (0, 5e-324), (1, 0)]
    rows = [("A", "k", f"2026-01-{day:02d}", None, *one) for day, one in enumerate(parts, 1)]
    rows += [("B", "k", f"2026-{month:02d}", None, *one) for month, one in enumerate(parts, 1)]
    grid = cube(check_actuals(table(*rows, columns=PARTS)), one_kpi(aggregate="ratio", formula="a / b"))
    assert grid.actual[2, 0, 0] == 1e18


class TestToPeriod:
    def test_only_whole_quarters_and_only_whole_sums(self):
        rows = table(*[("k", f"2026-{month:02d}", month) for month in (1, 2, 3, 4, 6, 7)])
        found = to_period(rows, one_kpi(aggregate="sum"), "quarter").set_index("period")["actual"]
        assert found["2026-Q1"] == 6
        assert np.isnan(found["2026-Q2"])
        assert list(found.index) == ["2026-Q1", "2026-Q2"]

    def test_quarters_sum_to_a_year_once(self):
        rows = table(*[("k", f"2025-Q{quarter}", 10) for quarter in (1, 2, 3, 4)])
        assert to_period(rows, one_kpi(aggregate="sum"), "year")["actual"].tolist() == [40]

    def test_what_is_coarse_already_stays(self):
        found = to_period(table(("k", "2025", 10), ("k", "2026-Q1", 3)), one_kpi(), "quarter")
        assert found["period"].tolist() == ["2025", "2026-Q1"]

    def test_a_ratio_keeps_its_parts(self):
        rows = table(*[("A", "k", f"2026-0{month}", None, month, 10) for month in (1, 2, 3)], columns=PARTS)
        found = to_period(rows, one_kpi(aggregate="ratio"), "quarter").iloc[0]
        assert (found["numerator"], found["denominator"], found["actual"]) == (6, 30, 0.2)

    def test_an_unknown_size(self):
        with pytest.raises(UnknownNameError, match="there is no size of period 'week'"):
            to_period(table(("k", "2026-01", 1)), one_kpi(), "week")


@given(st.floats(-1e6, 1e6), st.sampled_from(["mean", "min", "max", "last", "sum"]))
def test_a_constant_series_coarsens_to_itself_or_its_sum(value, word):
    rows = table(*[("k", f"2026-0{month + 1}", value) for month in range(3)])
    found = to_period(rows, one_kpi(aggregate=word), "quarter")["actual"].iloc[0]
    assert found == pytest.approx(value * (3 if word == "sum" else 1), rel=1e-12, abs=1e-9)


def test_every_cell_is_listed():
    rows = table(("A", "mttr", "2026-01", 5), ("B", "load", "2026-03", 75), columns=UNITS)
    assert len(monthly(rows, desk())) == 3 * 3 * 4


class TestFoundByReaders:
    def test_the_last_day_is_the_latest_whatever_the_order_of_the_rows(self):
        rows = table(("k", "2024-01-02", 20), ("k", "2024-01-01", 10))
        rows["period"] = pd.Categorical(rows["period"], categories=["2024-01-02", "2024-01-01"])
        assert organisation(rows, one_kpi(aggregate="last"))[0] == {"2024-01": 20}

    def test_a_sum_with_a_day_missing_is_missing(self):
        rows = table(("k", "2024-01-01", 10), ("k", "2024-01-02", None))
        assert np.isnan(organisation(rows, one_kpi(aggregate="sum"))[0]["2024-01"])

    def test_a_unit_is_due_from_its_first_row_also_an_empty_one(self):
        rows = table(("A", "k", "2026-01", 10), ("B", "k", "2026-01", None), columns=UNITS)
        actual, reason = organisation(rows, one_kpi(aggregate="sum"))
        assert np.isnan(actual["2026-01"])
        assert "a unit is missing" in reason["2026-01"]

    def test_a_part_without_cases_counts_in_the_sums(self):
        days = table(("", "k", "2026-01-01", None, 5, 10), ("", "k", "2026-01-02", None, 2, 0), columns=PARTS)
        units = table(("A", "k", "2026-01", None, 5, 10), ("B", "k", "2026-01", None, 2, 0), columns=PARTS)
        for rows in (days, units):
            assert organisation(rows, one_kpi(aggregate="ratio"))[0]["2026-01"] == 0.7

    def test_a_mean_over_days_of_a_ratio_across_units(self):
        rows = table(("A", "k", "2026-01-01", None, 1, 2), ("A", "k", "2026-01-02", None, 1, 100), columns=PARTS)
        found = monthly(rows, one_kpi(aggregate="mean", across_units="ratio"))
        assert found[found["unit"] == "A"]["actual"].item() == pytest.approx((0.5 + 0.01) / 2)

    def test_as_of_a_week_that_ends_in_the_next_month(self):
        rows = table(("k", "2024-02-05", 5), ("k", "2024-03-02", 7), ("k", "2024-03-09", 9))
        assert organisation(rows, one_kpi(), as_of="2024-W09")[0] == {"2024-02": 5, "2024-03": 7}


def test_a_month_and_a_quarter_that_end_together_are_coarsened_each():
    rows = table(("leavers", "2025-12", 6), ("load", "2025-Q4", 85), ("leavers", "2025-11", 4))
    found = to_period(rows, desk(), "year").set_index("kpi")["actual"]
    assert found.to_dict() == {"leavers": 6, "load": 85}, "the last month counts, wherever it stands"


@pytest.mark.parametrize("word", ["sum", "mean"])
def test_a_sum_that_no_number_holds_is_named(word):
    rows = [(unit, "k", "2026-01", 1) for unit in "ab"]
    most = {"actual": np.finfo(float).max}
    with pytest.raises(ActualsError, match=r"^k, 2026-01: this cannot be worked out: the numbers are too large"):
        cube(check_actuals(table(*rows, columns="unit kpi period actual")).assign(**most), one_kpi(aggregate=word))
    days = [("k", f"2026-01-0{day}", 1) for day in (1, 2)]
    with pytest.raises(ActualsError, match=r"^k, 2026-01: this cannot be worked out"):
        cube(check_actuals(table(*days)).assign(**most), one_kpi(aggregate=word, frequency="daily"))
