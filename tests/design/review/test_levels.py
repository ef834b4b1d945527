import pandas as pd
import pytest
from samples import one_kpi

from bsclib.design.review.findings import check_scorecard

NORTH, SOUTH = {"unit": "North", "target": 400}, {"unit": "South", "target": 600}


def said(rule, actuals=None, **fields):
    table = check_scorecard(one_kpi(aggregate="sum", **fields), actuals)
    return table.loc[table["rule"] == rule, "what"].tolist()


def rows(*units, months=("2026-01",), actual=100.0):
    data = [(unit, "k", month, actual) for unit in units for month in months]
    return pd.DataFrame(data, columns=["unit", "kpi", "period", "actual"])


MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"frequency": "yearly"}, ["a yearly KPI whose actuals are of a month, and its target is of a year"]),
        ({"frequency": "quarterly"}, ["a quarterly KPI whose actuals are of a month, and its target is of a quarter"]),
        ({"frequency": "yearly", "cumulates": "year"}, []),
        ({}, ["the last twelve months add up to 1,200, and each of them is held against 1,200"]),
        ({"target": 100}, []),
        ({"target": 5000}, []),
        ({"cumulates": "year"}, []),
    ],
)
def test_months_held_against_a_year(fields, found):
    assert said("BSC310", rows("", months=MONTHS), **{"target": 1200, **fields}) == found


@pytest.mark.parametrize(
    ("period", "value", "found"),
    [
        ("2025", 1200, ["the target 1,200 is of the year 2025, and each actual is of a month"]),
        ("2025-12", 1200, []),
        ("2025", 300, []),
    ],
)
def test_three_months_held_against_a_target_whose_period_is_a_year(period, value, found):
    target = [{"period": period, "value": value}]
    assert said("BSC310", rows("", months=["2025-01", "2025-02", "2025-03"]), target=target) == found


def test_a_quarter_held_against_a_month():
    (what,) = said("BSC310", rows("", months=["2025-Q1", "2025-Q2"]), target=100)
    assert what == "a monthly KPI whose actuals are of a quarter, and its target is of a month"


def test_a_year_held_against_a_year():
    assert said("BSC310", rows("", months=["2024", "2025"]), target=1200, frequency="yearly") == []


@pytest.mark.parametrize(
    ("units", "given", "found"),
    [
        (["North", "South", "West"], [NORTH], ["South and West have no target"]),
        (["North", "South"], [NORTH], ["South has no target"]),
        (["North", "South"], [NORTH, SOUTH], []),
        (["North"], [], []),
        ([""], [], []),
    ],
)
def test_units_without_a_target(units, given, found):
    assert said("BSC311", rows(*units), target=1000, unit_targets=given) == found


def test_a_whole_without_a_target_is_said_too():
    (what,) = said("BSC311", rows("North", "South"), target=None, unit_targets=[NORTH])
    assert "so has the whole" in what


@pytest.mark.parametrize(
    ("target", "found"),
    [
        (1000, []),
        (1100, ["the units' targets add up to 1,000, and the whole's is 1,100, 9 % less"]),
        (800, ["the units' targets add up to 1,000, and the whole's is 800, 25 % more"]),
        (
            [{"period": "2026-12", "value": 900}],
            ["the units' targets add up to 1,000, and the whole's is 900, 11 % more"],
        ),
    ],
)
def test_targets_that_do_not_add_up(target, found):
    assert said("BSC312", target=target, unit_targets=[NORTH, SOUTH]) == found


def test_targets_of_units_that_do_not_report():
    assert said("BSC313", rows("Noth", "South"), target=1000, unit_targets=[NORTH, SOUTH]) == [
        "there are targets of North, and no such unit in the actuals"
    ]
