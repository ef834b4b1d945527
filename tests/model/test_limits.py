import math

import pytest

from bsclib import ScorecardError
from bsclib.model.build import build
from bsclib.model.limits import likely_limits, value_limits
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


def stated(limits):
    kpi = measured("points").model_dump(mode="json") | {"limits": limits}
    objective = {"id": "o", "name": "O", "perspective": "future_orientation"}
    return build({"id": "s", "name": "S", "perspectives": "it", "objectives": [objective], "kpis": [kpi]}).kpis[0]


@pytest.mark.parametrize(
    ("limits", "low", "high"),
    [([0, 100], 0, 100), ([None, 5], -math.inf, 5), ([-20, None], -20, math.inf), (None, -math.inf, math.inf)],
)
def test_limits_that_are_stated_hold(limits, low, high):
    assert value_limits(stated(limits)) == (low, high)
    assert likely_limits(stated(limits), 1, 2) == (low, high)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ([100, 0], "limits are .lowest, highest.: 100 is not below 0"),
        ([5, 5], "5 is not below 5"),
        ([None, None], "limits without an end say nothing"),
        (100, "write two numbers, .lowest, highest., such as .0, 100."),
        ([0, 50, 100], "write two numbers"),
        (["none", 100], "this should be a number"),
        ([0, math.inf], "infinite"),
    ],
)
def test_limits_that_are_none(limits, said):
    with pytest.raises(ScorecardError, match=said):
        stated(limits)


def test_a_share_that_stayed_inside_is_to_stay_there():
    fix = measured("%", "First-time fix").model_copy(update={"target": 95.0})
    assert value_limits(fix) == (-math.inf, math.inf)
    assert likely_limits(fix, 70, 99) == (0, 100)
    assert likely_limits(fix, 70, 101) == (-math.inf, math.inf)
    assert likely_limits(fix.model_copy(update={"target": 110.0}), 70, 99) == (-math.inf, math.inf)
    assert likely_limits(measured("%", "Cost variance"), 1, 9) == (-math.inf, math.inf)
