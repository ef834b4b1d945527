"""Service calendars: how they are written, and what is refused."""

import datetime
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from bsclib.actuals.itsm.calendar import ServiceCalendar, open_spans
from bsclib.actuals.itsm.clock import service_hours
from bsclib.errors import ActualsError


def hours(calendar, start, end):
    return service_hours(pd.Timestamp(start, tz=calendar.zone), pd.Timestamp(end, tz=calendar.zone), calendar)


@pytest.mark.parametrize(
    ("week", "weekly"),
    [
        ({"mon-fri": ["9:00-12:00", "13:00-17:00"]}, 35),
        ({"mon-fri": "9-17", "sat": "8:30-12"}, 43.5),
        ({"fri": ["22:00-30:00"]}, 8),
        ({"sat-mon": "0:00-24:00"}, 72),
        ({"mon, wed": "9:00-10:00"}, 2),
        ({"Mon": "9:00-12:00", "mon-tue": "11:00-13:00"}, 6),  # what overlaps counts once
        ({"mon-sun": "0:00-48:00"}, 168 + 24),  # seven days, and the night after the last
    ],
)
def test_hours_of_a_week(week, weekly):
    assert ServiceCalendar(week).weekly_hours == weekly


def test_hours_past_midnight_belong_to_the_day_on_which_they_begin():
    night = ServiceCalendar({"fri": "22:00-30:00"})
    assert hours(night, "2024-01-05T20:00", "2024-01-06T12:00") == 8
    assert hours(night, "2024-01-06T02:00", "2024-01-06T12:00") == 4
    closed_friday, closed_saturday = (
        ServiceCalendar({"fri": "22:00-30:00"}, [day]) for day in ("2024-01-05", datetime.date(2024, 1, 6))
    )
    assert hours(closed_friday, "2024-01-05T20:00", "2024-01-06T12:00") == 0
    assert hours(closed_saturday, "2024-01-05T20:00", "2024-01-06T12:00") == 8


def test_the_night_in_which_the_clock_is_changed():
    night = ServiceCalendar({"sat": "22:00-30:00"}, zone="Europe/Berlin")
    assert hours(night, "2024-03-30T12:00", "2024-03-31T12:00") == 7
    assert hours(night, "2024-10-26T12:00", "2024-10-27T12:00") == 9
    assert hours(night, "2024-06-01T12:00", "2024-06-02T12:00") == 8


def test_spans_touch_nowhere():
    calendar = ServiceCalendar({"mon-sun": "0:00-24:00"}, ["2024-01-03"])
    starts, ends = open_spans(calendar, 1704067200.0, 1704672000.0)
    assert len(starts) == 2
    assert (starts[1:] > ends[:-1]).all()


def test_it_is_written_once_and_never_changed():
    calendar = ServiceCalendar({"mon": "9:00-17:00"})
    assert calendar == ServiceCalendar({"mon": "9:00-17:00"})
    assert calendar != ServiceCalendar({"mon": "9:00-17:00"}, zone="Europe/Berlin")
    with pytest.raises(AttributeError):
        calendar.zone = "UTC"


@pytest.mark.parametrize(
    ("week", "message"),
    [
        ({"mon-fri": "22:00-6:00"}, "mon-fri: these hours end before they begin.*Fix: write 22:00-30:00"),
        ({"mo-fri": "9:00-17:00"}, "there is no day 'mo'.*did you mean 'mon'"),
        ({"mon": "late"}, "mon: these are no hours. Got: 'late'"),
        ({"mon": "9:00-17:60"}, "mon: these are no hours"),
        ({"mon": 9}, "mon: these are no hours. Got: '9'"),
        ({"mon": "25:00-26:00"}, "mon: hours begin before 24:00"),
        ({"mon": "20:00-49:00"}, "end by 48:00"),
        ({"mon-wed-fri": "9:00-17:00"}, "a span has two days"),
        ({}, "week: it has no hours"),
        ({"mon": []}, "week: it has no hours"),
        (None, "week: it has no hours"),
        (["9:00-17:00"], "week: it has no hours"),
    ],
)
def test_weeks_that_cannot_be_read(week, message):
    with pytest.raises(ActualsError, match=message):
        ServiceCalendar(week)


def test_all_faults_are_raised_together():
    with pytest.raises(ActualsError) as raised:
        ServiceCalendar({"mo": "9:00-17:00", "tue": "x"}, ["2024-13-01"], "Europe/Berln", "someday")
    text = str(raised.value)
    for part in (
        "'mo'",
        "tue: these are no hours",
        "holidays: this is no date",
        "did you mean 'Europe/Berlin'",
        "valid_from",
    ):
        assert part in text


def test_a_list_of_calendars_needs_their_beginnings():
    calendar = ServiceCalendar({"mon": "9:00-17:00"})
    with pytest.raises(ActualsError, match="two calendars of the list begin on one day"):
        open_spans([calendar, calendar], 0, 1)
    with pytest.raises(ActualsError, match="the list holds no calendar"):
        open_spans([], 0, 1)


# ---- public holidays ------------------------------------------------------------------------------------------------


def country_holidays(code, subdiv=None, years=()):
    """As the package `holidays` answers."""
    if code != "DE" or subdiv not in (None, "BY"):
        raise NotImplementedError(f"Country {code} not available")
    days = {datetime.date(year, 5, 1): "Labour Day" for year in years}
    return days | ({datetime.date(year, 1, 6): "Epiphany" for year in years} if subdiv else {})


@pytest.fixture
def package(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", SimpleNamespace(country_holidays=country_holidays))


@pytest.mark.usefixtures("package")
def test_public_holidays_of_a_country_and_its_part():
    week = {"mon-sun": "0:00-24:00"}
    assert hours(ServiceCalendar(week, "DE"), "2024-01-05", "2024-01-08") == 72
    assert hours(ServiceCalendar(week, ["DE-BY", "2024-01-07"]), "2024-01-05", "2024-01-08") == 24
    assert hours(ServiceCalendar(week, "DE"), "2023-04-30", "2025-05-02") == 24 * (733 - 3)


@pytest.mark.usefixtures("package")
def test_a_country_that_the_package_does_not_know():
    with pytest.raises(ActualsError, match=r"does not know XX. Got: Country XX not available. Fix: write the dates"):
        ServiceCalendar({"mon": "9:00-17:00"}, ["XX"])


def test_without_the_package_a_country_is_an_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(ActualsError, match=r"not installed. Got: DE. Fix: pip install 'bsclib.holidays.'"):
        ServiceCalendar({"mon": "9:00-17:00"}, "DE")
    assert np.isclose(ServiceCalendar({"mon": "9:00-17:00"}, "2024-05-01").weekly_hours, 8)


def test_the_package_itself_knows_corpus_christi():
    desk = ServiceCalendar({"mon-sun": "0:00-24:00"}, ["DE-BY"], "Europe/Berlin")
    assert hours(desk, "2025-06-18", "2025-06-21") == 48
    with pytest.raises(ActualsError, match="does not know XX"):
        ServiceCalendar({"mon": "9:00-17:00"}, ["XX"])
