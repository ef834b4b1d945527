"""What was promised to each ticket, by the export's own column or the map's goals."""

import pandas as pd
import pytest

from bsclib.files.tickets.read import read_tickets
from bsclib.files.tickets.ticket_map import TicketMap

WEEK = {"desk": {"week": {"mon-fri": ["8:00-18:00"]}}, "field": {"week": {"mon-sun": "0:00-24:00"}}}
GOALS = [
    {"kind": "incident", "priority": ["1", "2"], "response": "30 min", "resolution": 4, "calendar": "field"},
    {"kind": "incident", "resolution": "2 days"},
    {"unit": "HR", "response": "1 h"},
]


@pytest.fixture
def goals(tmp_path):
    def read(**rules):
        file = tmp_path / "export.csv"
        file.write_text(
            "N,T,U,P,O,G\n1,Incident,IT,1,2024-03-04,\n2,incident,IT,3,2024-03-04,1 day\n3,Request,HR,3,2024-03-04,\n"
            "4,Request,IT,,2024-03-04,90 minutes\n", encoding="utf-8",
        )  # fmt: skip
        columns = {"number": "N", "kind": "T", "unit": "U", "priority": "P", "opened": "O"}
        rules = {"goals": GOALS, "calendars": WEEK, "calendar": "desk", "zone": "UTC"} | rules
        own = {"goal_resolution": "G"} if rules.pop("own", False) else {}
        frame = read_tickets(file, TicketMap(columns=columns | own, **rules)).tickets
        return frame.reindex(columns=["goal_response", "goal_resolution", "calendar"])

    return read


def values(frame):
    return [[None if pd.isna(cell) else cell for cell in row] for row in frame.astype(object).values.tolist()]


def test_the_first_goal_that_fits_holds(goals):
    assert values(goals()) == [
        [0.5, 4, "field"], [None, 48, "desk"], [1, None, "desk"], [None, None, "desk"]
    ]  # fmt: skip


def test_a_working_day_is_as_long_as_the_calendars(goals):
    assert goals(days="working")["goal_resolution"].tolist()[:2] == [4, 20]


def test_a_day_of_the_calendar_runs_round_the_clock(goals):
    assert values(goals(days="calendar"))[1] == [None, 48, ""]


def test_a_goal_of_the_export_goes_before_the_maps(goals):
    assert goals(own=True)["goal_resolution"].tolist()[1:] == [24, pytest.approx(float("nan"), nan_ok=True), 1.5]


def test_without_goals_and_calendars_there_are_no_columns_of_them(goals):
    assert goals(goals=(), calendars={}, calendar="").isna().all().all()
