import math

import pytest

from bsclib.model.limits import value_limits
from bsclib.model.nouns import KPI


def measured(measured_in, name="Something", formula="", id="k"):
    return KPI(
        id=id,
        name=name,
        objective="o",
        measured_in=measured_in,
        formula=formula,
        direction="higher_is_better",
        floor=0,
        target=1,
    )


@pytest.mark.parametrize(
    ("kpi", "low", "high"),
    [
        (measured("%", "Availability"), 0, 100),
        (measured("%", "Calls", id="reopen-rate"), 0, 100),
        (measured("%", "Changes undone", "100 * undone_changes / changes"), 0, 100),
        (measured("percent", "Tickets solved within a day"), 0, 100),
        (measured("of 5"), 0, 5),
        (measured("points out of 10"), 0, 10),
        (measured("hours a month"), 0, math.inf),
        (measured("tickets"), 0, math.inf),
    ],
)
def test_what_a_unit_allows(kpi, low, high):
    assert value_limits(kpi) == (low, high)


@pytest.mark.parametrize(
    "kpi",
    [
        measured("%", "Budget spent"),
        measured("%", "Growth rate of revenue"),
        measured("%", "Share of budget used"),
        measured("%", "Attrition rate", "1200 * leavers / staff"),  # a month's rate, told as a year's
        measured("%", "Met", "100 * (met - missed) / all_of_them"),
        measured("%", "Something"),
        measured("hours", "Hours ahead of schedule"),
        measured("tickets", "Tickets", "opened - closed"),
        measured("EUR of 2020"),
        measured("points"),
        measured("EUR"),
        measured(""),
    ],
)
def test_where_nobody_can_tell_anything_is_allowed(kpi):
    assert value_limits(kpi) == (-math.inf, math.inf)
