import datetime
import math

import pytest

from bsclib.errors import Fault
from bsclib.model.measures import Measure
from bsclib.model.readings import read

ANSWER, HOURS, DUE = Measure("yes/no"), Measure("hours"), Measure("days late", due="2026-02-15")


@pytest.mark.parametrize(
    ("value", "measure", "period", "number"),
    [
        ("Yes", ANSWER, "2026-01", 1),
        (False, ANSWER, "2026-01", 0),
        ("ja", ANSWER, "", 1),
        ("✘", ANSWER, "", 0),
        (datetime.timedelta(hours=5, minutes=30), HOURS, "2026-01", 5.5),
        ("2026-03-09", DUE, "2026-03", 22),
        (datetime.date(2026, 3, 9), DUE, "2026-03", 22),
        (datetime.datetime(2026, 3, 9), DUE, "2026-Q1", 22),
        ("not yet", DUE, "2026-02", 13),
        ("Not  yet", DUE, "2026-W08", 7),
        ("not yet", DUE, "2026-02-20", 5),
        ("2026-07-01", Measure("days late", due="2026-Q2"), "2026-07", 1),
    ],
)
def test_a_reading(value, measure, period, number):
    assert read(value, measure, period) == number


def test_what_is_not_due_does_not_count_yet():
    assert math.isnan(read("not yet", DUE, "2026-01"))
    assert math.isnan(read("not yet", DUE, "2026-02-15"))
    assert math.isnan(read("not yet", DUE, "March"))  # which is a fault of the period


@pytest.mark.parametrize(
    ("value", "measure", "what", "fix"),
    [
        ("maybe", ANSWER, "this is neither yes nor no", "write yes or no"),
        ("done", DUE, "this is no day on which a milestone was done", "such as 2026-02-15, or not yet"),
        ("2026-04-01", DUE, "2026-04-01 comes after the end of 2026-03", "write not yet until it is done"),
        ("abc", HOURS, "this is not a number", "write the number that was observed"),
        (datetime.timedelta(hours=5.5), Measure("tickets"), "this is a duration of 5 h 30 min", "a number: 5.5"),
        ("5:30", HOURS, "this is not a number", "write 5.5, which is 5:30 in hours"),
    ],
)
def test_what_cannot_be_read_says_why(value, measure, what, fix):
    fault = read(value, measure, "2026-03")
    assert isinstance(fault, Fault)
    assert what in fault.what
    assert fix in fault.fix
