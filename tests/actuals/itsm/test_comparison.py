"""The export's own numbers beside ours."""

import pandas as pd
import pytest
from exported import GLPI, exported

from bsclib.actuals.itsm.calendar import ServiceCalendar
from bsclib.actuals.itsm.clock import due_time
from bsclib.actuals.itsm.comparison import compare_with_export


def shares(comparison):
    return {row.number_compared: (row.compared, row.equal) for row in comparison.shares.itertuples()}


def test_numbers_of_the_same_calendar_are_equal():
    equal = shares(compare_with_export(exported(), {"": GLPI}, at_closing="glpi"))
    assert equal["due"] == equal["own_hours"] == equal["own_met"] == (146, 146)
    assert equal["own_hours with holds"][1] < 146


def test_a_due_time_exactly_at_closing_is_the_one_that_differs():
    tickets = exported(at_closing="glpi").iloc[:3].copy()
    tickets.loc[0, "opened"] = pd.Timestamp("2025-06-23T15:00", tz="America/Sao_Paulo").tz_convert("UTC")
    tickets.loc[0, ["goal_resolution", "hold_hours"]] = 4.0, 0.0
    tickets.loc[0, "due"] = pd.Timestamp("2025-06-24T07:00", tz="America/Sao_Paulo").tz_convert("UTC")
    found = compare_with_export(tickets[["number", "opened", "due", "goal_resolution", "hold_hours"]], {"": GLPI})
    assert shares(found) == {"due": (3, 2)}
    first = found.differences.iloc[0]
    assert (first["ticket"], first["apart"]) == ("0", 12.0)
    assert first["ours"] == pd.Timestamp("2025-06-23T22:00Z")


def test_another_calendar_differs_and_the_first_ten_are_listed():
    other = ServiceCalendar({"mon-fri": "8:00-17:00"}, zone="America/Sao_Paulo")
    found = compare_with_export(exported(), {"": other})
    assert found.shares.set_index("number_compared")["share"]["due"] < 0.6
    assert found.differences["number_compared"].value_counts()["due"] == 10
    assert len(compare_with_export(exported(), {"": other}, most=3).differences.query("number_compared == 'due'")) == 3


def test_what_is_not_given_is_not_compared():
    tickets = exported()[["number", "opened", "resolved", "own_hours"]]
    assert list(shares(compare_with_export(tickets, {"": GLPI}))) == ["own_hours"]
    assert compare_with_export(tickets.drop(columns="own_hours")).shares.empty


def test_numbers_are_equal_to_the_minute():
    tickets = exported()
    for seconds, equal in ((60, 146), (61, 0)):
        moved = tickets.assign(due=tickets["due"] + pd.Timedelta(seconds=seconds))
        assert shares(compare_with_export(moved, {"": GLPI}, at_closing="glpi"))["due"] == (146, equal)


def test_holds_put_a_due_time_off():
    tickets = exported()[["number", "opened", "due", "goal_resolution"]].iloc[:1]
    start = tickets["opened"].iloc[0]
    holds = pd.DataFrame({"number": ["0"], "start": [start], "end": [start + pd.Timedelta(days=7)]})
    due = due_time(tickets["opened"], tickets["goal_resolution"], GLPI, holds.assign(number=0))
    assert shares(compare_with_export(tickets.assign(due=due), {"": GLPI}, holds)) == {"due": (1, 1)}
    assert shares(compare_with_export(tickets.assign(due=due), {"": GLPI})) == {"due": (1, 0)}


@pytest.mark.parametrize(("met", "equal"), [(True, 1), (False, 0)])
def test_a_verdict_differs_or_not(met, equal):
    opened = pd.to_datetime(["2025-05-12T11:00Z"])
    times = {"opened": opened, "resolved": opened + pd.Timedelta(hours=1), "goal_resolution": 4.0}
    found = compare_with_export(pd.DataFrame({"number": ["0"], **times, "own_met": [met]}))
    assert shares(found) == {"own_met": (1, equal)}
    assert found.differences[["export", "ours"]].to_numpy().tolist() == ([] if equal else [[False, True]])
