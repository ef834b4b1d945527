import math

import pytest

from bsclib.model.build import build_kpi
from bsclib.model.measures import in_percent, in_words, is_yes_no, measure_of, time_unit, whole

KPI = {"id": "k", "name": "K", "objective": "o", "direction": "higher_is_better", "target": 95, "floor": 75}


@pytest.mark.parametrize(
    ("unit", "numbers", "hundred"),
    [
        ("%", [95, 75], 100),
        ("%", [0.5, 2], 100),
        ("%", [], 100),
        ("%", [0, 0], 100),
        ("%", [0.97, 0.75], None),
        ("% of tickets", [95], 100),
        ("share", [0.97], 1),
        ("Ratio", [1.2], 1),
        ("share", [95], None),
        ("", [0.97, 0], 1),
        ("", [95, 75], 100),
        ("", [1, 1.2], None),
        ("hours", [4], None),
        ("index", [1.0], 1),
    ],
)
def test_what_100_percent_is(unit, numbers, hundred):
    assert whole(unit, numbers) == hundred


def test_a_format_that_shows_percent_tells_too():
    assert measure_of(build_kpi(KPI | {"measured_in": "%", "target": 0.9, "floor": 0.5, "format": "{:.0%}"})).whole == 1
    assert measure_of(build_kpi(KPI | {"measured_in": "%", "target": 0.9, "floor": 0.5})).whole is None
    assert measure_of(build_kpi(KPI | {"measured_in": "%", "target": 0.9, "floor": 0.5}), True).whole == 100


@pytest.mark.parametrize(
    ("unit", "percent"),
    [("%", True), ("Percent", True), ("percentage points", True), ("percentile", False)],
)
def test_units_of_percent(unit, percent):
    assert in_percent(unit) is percent


@pytest.mark.parametrize(
    ("unit", "seconds"),
    [
        ("hours", 3600),
        ("h", 3600),
        ("Std.", 3600),
        ("hours a month", 3600),
        ("business hours", 3600),
        ("minutes / call", 60),
        ("s", 1),
        ("days", 86400),
        ("working days", None),
        ("person days", None),
        ("tickets per hour", None),
        ("EUR/h", None),
        ("metres", None),
        ("", None),
    ],
)
def test_units_of_time(unit, seconds):
    told = time_unit(unit)
    assert (told and told[1]) == seconds


@pytest.mark.parametrize(
    ("unit", "asked"), [("yes/no", True), ("Yes or No", True), ("true/false", True), ("yes", False), ("", False)]
)
def test_units_of_an_answer(unit, asked):
    assert is_yes_no(unit) is asked


def test_answers_and_delays_in_words():
    audit = build_kpi(KPI | {"measured_in": "yes/no", "target": 1, "floor": 0})
    moved = {"measured_in": "days late", "direction": "lower_is_better", "target": 0, "floor": 30, "due": "2026-06"}
    milestone = build_kpi(KPI | moved)
    assert [in_words(audit, value) for value in (1.0, 0.0, 0.5, math.nan)] == ["Yes", "No", "50 % yes", ""]
    said = ["12 days late", "1 day early", "on time", "2.5 days late"]
    assert [in_words(milestone, value) for value in (12.0, -1.0, 0.0, 2.5)] == said
    assert in_words(build_kpi(KPI), 95.0) == ""
