"""The tidy table of tickets: its columns, its types, and what is refused."""

import pandas as pd
import pytest

from bsclib.actuals.itsm.table import COLUMNS, check_holds, check_tickets
from bsclib.errors import ActualsError


def times(*texts):
    return pd.to_datetime(list(texts), utc=True)


def tickets(**columns):
    return pd.DataFrame({"number": ["A1", "A2"], "opened": times("2024-01-08T09:00", "2024-01-08T10:00")} | columns)


def test_what_is_left_out_is_missing_in_every_row():
    table = check_tickets(tickets())
    assert tuple(table.columns) == COLUMNS
    assert table.drop(columns=["number", "opened", "unit", "kind", "priority", "state", "calendar"]).isna().all().all()
    assert table["unit"].tolist() == ["", ""]


def test_other_zones_become_utc_and_missing_names_empty():
    berlin = times("2024-01-08T09:00", None).tz_convert("Europe/Berlin")
    table = check_tickets(tickets(resolved=berlin, unit=["Rome", None], priority=[1, 2], reopened=[1, None]))
    assert table["resolved"].dt.tz is not None
    assert str(table["resolved"].dt.tz) == "UTC"
    assert table["unit"].tolist() == ["Rome", ""]
    assert table["priority"].tolist() == ["1", "2"]
    assert table["reopened"].tolist() == [1, pd.NA]


def test_it_can_be_checked_again():
    once = check_tickets(tickets(unit=["Rome", "Oslo"], own_met=[True, None]))
    pd.testing.assert_frame_equal(check_tickets(once), once)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"resoved": [1, 2]}, "no column 'resoved'.*did you mean 'resolved'"),
        ({"resolved": pd.to_datetime(["2024-01-09", None])}, "resolved: these times have no zone.*tz_localize"),
        ({"resolved": ["soon", "later"]}, "resolved: these are no times. Got: soon"),
        ({"resolved": times("2024-01-07", None)}, "ticket A1: it was resolved before it was opened"),
        ({"closed": times(None, "2024-01-07")}, "ticket A2: it was closed before it was opened"),
        ({"opened": times(None, "2024-01-07")}, "ticket A1: it is not said when it was opened"),
        ({"number": ["A1", "A1"]}, "ticket A1: this number is given twice"),
        ({"number": ["A1", None]}, "row 2: this ticket has no number"),
        ({"state": ["open", "solved"]}, "no state 'solved'.*Allowed: open, resolved"),
        ({"hold_hours": [-1.0, 2.0]}, "ticket A1: hold_hours is below 0"),
        ({"reopened": ["x", "y"]}, "reopened: this column holds something else than whole numbers"),
        ({"own_met": ["x", "y"]}, "own_met: this column holds something else than true and false"),
    ],
)
def test_what_no_kpi_could_be_computed_from_is_refused(columns, message):
    with pytest.raises(ActualsError, match=message):
        check_tickets(tickets(**columns))


def test_faults_are_raised_together():
    with pytest.raises(ActualsError) as raised:
        check_tickets(tickets(resolved=times("2023-01-01", "2023-01-01"), hold_hours=[-1, -2]))
    assert len(raised.value.faults) == 4


def test_a_table_without_numbers_is_refused():
    with pytest.raises(ActualsError, match="the column 'number' is missing"):
        check_tickets(tickets().drop(columns="number"))


def test_what_is_no_table_is_refused():
    with pytest.raises(ActualsError, match=r"this is no table. Got: str"):
        check_tickets("tickets.csv")


def test_a_change_may_have_no_opening():
    assert len(check_tickets(tickets(kind=["change", "project"], opened=times(None, None)))) == 2


def test_holds_are_checked():
    holds = pd.DataFrame({"number": ["A1", "A1"], "start": times("2024-01-08", "2024-01-09"), "end": times(None, None)})
    assert check_holds(holds)["end"].isna().all()
    with pytest.raises(ActualsError, match="the hold of A1: it ends before it starts"):
        check_holds(holds.assign(end=times("2024-01-07", None)))
    with pytest.raises(ActualsError, match="the hold of A1: its start is missing"):
        check_holds(holds.assign(start=times(None, "2024-01-07")))
    with pytest.raises(ActualsError, match="the column 'start' is missing"):
        check_holds(holds[["number"]])
