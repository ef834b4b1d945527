"""What a map may say, and what is said of one that does not hold."""

import pytest

from bsclib.actuals.itsm.calendar import ServiceCalendar
from bsclib.actuals.itsm.table import COLUMNS
from bsclib.errors import ScorecardError
from bsclib.files.tickets.map_yaml import build_map
from bsclib.files.tickets.ticket_map import Columns, TicketMap, normal

LEAST = {"columns": {"number": "Number"}}


def test_the_maps_columns_are_those_of_the_tidy_table_and_of_a_history():
    assert set(Columns.model_fields) == {*COLUMNS, "at", "assigned", "order"}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"columns": {}}, "columns.number: this is missing"),
        ({"columns": {"number": "N", "opend": "O"}}, "did you mean 'opened'"),
        ({"columns": {"number": "N", "opened": {"colum": "O"}}}, "did you mean 'column'"),
        ({"columns": {"number": "N", "opened": {"column": "O", "part": 0}}}, "1 or more"),
        ({"columns": {"number": "N", "opened": {}}}, "name a column, or what is always so"),
        ({"columns": {"number": "N", "opened": {"always": "2024"}}}, "a time is not the same for every ticket"),
        ({"columns": {"number": "N", "state": "S"}}, "say what the states mean"),
        ({"states": {"X": "shut"}}, "this word is not known here"),
        ({"zone": "Europe/Berlln"}, "did you mean 'Europe/Berlin'"),
        ({"dates": "%d/%m"}, "a form holds day, month and year"),
        ({"dates": ""}, "day and month may stand in either order"),
        ({"goals": [{"resolution": "soon"}]}, "4 h, 30 min or 2 days"),
        ({"goals": [{"resolution": True}]}, "4 h, 30 min or 2 days"),
        ({"goals": [{"prioritty": "1"}]}, "did you mean 'priority'"),
        ({"calendar": "desk"}, "there is no calendar 'desk'; there are: none is defined"),
        ({"goals": [{"calendar": "dsek"}], "calendars": {"desk": {"week": {"mon": "8-9"}}}}, "did you mean 'desk'"),
        ({"calendars": {"desk": {"week": {"mon": "9:00-8:00"}}}}, "end before they begin"),
        ({"calendars": {"desk": {"week": {"moon": "8:00-9:00"}}}}, "mon"),
        ({"exported": "yesterday"}, "write a time as 2026-09-05T18:00"),
        ({"days": "weeks"}, "this word is not known here"),
        ({"zoen": "UTC"}, "did you mean 'zone'"),
        ({"columns": {"number": "N", "at": "A"}, "history": {"number": "N", "at": "A"}}, "keep one of the two"),
    ],
)
def test_what_does_not_hold_is_said_with_its_place(more, message):
    with pytest.raises(ScorecardError) as error:
        build_map(LEAST | more)
    assert message in str(error.value)


def test_calendars_take_the_zone_of_the_map_where_they_have_none():
    week = {"week": {"mon-fri": ["8:00-18:00"]}}
    later = {**week, "zone": "Asia/Tokyo", "valid_from": "2024-07-01"}
    rules = TicketMap(**LEAST, zone="Europe/Berlin", calendars={"desk": week, "other": [week, later]})
    calendars = rules.service_calendars()
    assert calendars["desk"] == [ServiceCalendar(week["week"] | {"mon-fri": ("8:00-18:00",)}, (), "Europe/Berlin")]
    assert [calendar.zone for calendar in calendars["other"]] == ["Europe/Berlin", "Asia/Tokyo"]


def test_words_are_compared_without_capitals_and_double_spaces():
    assert normal("  On   HOLD ") == "on hold"
