"""The calendar behind an export's numbers is found."""

import pandas as pd
import pytest
from exported import GLPI, exported

from bsclib.actuals.itsm.calendar import ServiceCalendar
from bsclib.actuals.itsm.comparison import compare_with_export
from bsclib.actuals.itsm.fitting import fit_calendar
from bsclib.errors import ActualsError

SAO_PAULO = "America/Sao_Paulo"


def test_a_glpi_samples_calendar_is_found_from_due_times():
    tickets = exported(at_closing="glpi").drop(columns=["own_hours", "own_met"])
    found = fit_calendar(tickets, SAO_PAULO)
    assert found.week == {"mon-fri": ["7:00-19:00"], "sat": ["8:00-12:00"]}
    assert found.zone == SAO_PAULO


def test_four_of_them_off_do_not_hide_it():
    tickets = exported(at_closing="glpi").drop(columns=["own_hours", "own_met"])
    tickets.loc[[3, 50, 90, 120], "due"] += pd.Timedelta(hours=24)
    found = fit_calendar(tickets, SAO_PAULO)
    assert found.week == GLPI.week | {"mon-fri": ["7:00-19:00"], "sat": ["8:00-12:00"]}
    share = compare_with_export(tickets, {"": found}, at_closing="glpi").shares["equal"].tolist()
    assert share[0] >= 142


@pytest.mark.parametrize(
    ("week", "holidays"),
    [
        pytest.param({"mon-sun": ["0:00-24:00"]}, (), marks=pytest.mark.slow),
        pytest.param({"mon-fri": ["9:00-12:00", "13:00-17:30"]}, (), marks=pytest.mark.slow),
        ({"mon-thu": ["8:00-17:00"], "fri": ["8:00-14:00"]}, ("2025-06-19",)),
    ],
)
def test_other_calendars_are_found_from_business_hours(week, holidays):
    tickets = exported(300, calendar=ServiceCalendar(week, holidays, SAO_PAULO))
    found = fit_calendar(tickets.drop(columns="due"), SAO_PAULO)
    assert (found.week, found.holidays) == (week, holidays)


def test_nothing_to_explain_is_refused():
    with pytest.raises(ActualsError, match="the export gives no numbers to explain"):
        fit_calendar(exported()[["number", "opened", "resolved"]])
