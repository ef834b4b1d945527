"""A row for each change: what was opened, held, resolved, opened again and handed on."""

import pandas as pd
import pytest

from bsclib.files.tickets.read import read_tickets
from bsclib.files.tickets.ticket_map import TicketMap

RULES = TicketMap(
    columns={"number": "Ticket", "at": "When", "state": "State", "assigned": "Who"},
    zone="UTC",
    states={"Logged": "new", "Work": "open", "Wait": "hold", "Done": "resolved", "Shut": "closed", "Off": "cancelled"},
)


@pytest.fixture
def read(tmp_path):
    def call(*changes, rules=RULES, headings="When,Ticket,State,Who"):
        file = tmp_path / "history.csv"
        lines = [f"2024-03-04 {change}" for change in changes]
        file.write_text("\n".join([headings, *lines]) + "\n", encoding="utf-8")
        return read_tickets(file, rules, at_least=0)

    return call


def hours(frame, name):
    return [None if pd.isna(time) else f"{time:%H:%M}" for time in frame[name]]


def test_a_ticket_from_its_opening_to_its_end(read):
    frame = read("09:00,A,Logged,", "09:10,A,Work,Ann", "10:00,A,Done,Ann", "11:00,A,Shut,Ann").tickets
    assert frame["state"].tolist() == ["closed"]
    assert [hours(frame, name)[0] for name in ("opened", "responded", "resolved", "closed")] == [
        *("09:00", "09:10", "10:00", "11:00")
    ]
    assert frame[["reopened", "reassigned"]].values.tolist() == [[0, 0]]


def test_a_ticket_that_was_opened_again_ended_the_last_time(read):
    frame = read(
        "09:00,A,Work,Ann",
        "10:00,A,Done,Ann",
        "11:00,A,Work,Bo",
        "12:00,A,Done,Bo",
        "13:00,A,Shut,Bo",
        "14:00,A,Shut,Bo",
    ).tickets
    assert (hours(frame, "resolved"), hours(frame, "closed")) == (["12:00"], ["13:00"])
    assert frame[["reopened", "reassigned"]].values.tolist() == [[1, 1]]


def test_a_ticket_that_was_opened_again_and_is_open_has_not_ended(read):
    frame = read("09:00,A,Work,Ann", "10:00,A,Shut,Ann", "11:00,A,Work,Ann").tickets
    assert frame["state"].tolist() == ["open"]
    assert frame["resolved"].isna().all()
    assert frame["reopened"].tolist() == [1]


def test_holds_run_from_the_first_change_to_the_next_that_is_none(read):
    found = read(
        "09:00,A,Work,Ann", "10:00,A,Wait,Ann", "10:30,A,Wait,Bo", "11:00,A,Work,Bo", "12:00,A,Wait,Bo",
        "09:00,B,Wait,Ann", "13:00,B,Shut,Ann", "14:00,C,Work,Ann",
    ).holds  # fmt: skip
    assert found["number"].tolist() == ["A", "A", "B"]
    assert hours(found, "start") == ["10:00", "12:00", "09:00"]
    assert hours(found, "end") == ["11:00", None, "13:00"]


def test_changes_stand_in_any_order(read):
    changes = ["09:00,A,Logged,", "09:00,B,Work,Ann", "10:00,A,Wait,Ann", "11:00,A,Shut,Bo", "12:00,B,Off,Ann"]
    one, other = read(*changes), read(*reversed(changes))
    pd.testing.assert_frame_equal(
        one.tickets.sort_values("number", ignore_index=True), other.tickets.sort_values("number", ignore_index=True)
    )
    pd.testing.assert_frame_equal(one.holds, other.holds)
    assert one.tickets["state"].tolist() == ["closed", "cancelled"]


def test_a_column_of_the_order_comes_before_the_times(read):
    rules = TicketMap(**{**dict(RULES), "columns": {**dict(RULES.columns.given()), "order": "No"}})
    changes = ["09:00,A,Logged,,1", "10:00,A,Shut,Ann,3", "11:00,A,Work,Ann,2"]
    frame = read(*changes, rules=rules, headings="When,Ticket,State,Who,No").tickets
    assert frame["state"].tolist() == ["closed"]


def test_a_change_that_says_no_state_leaves_it_as_it_was(read):
    found = read("09:00,A,Wait,Ann", "10:00,A,,Ann", "11:00,A,Done,Ann")
    assert hours(found.holds, "end") == ["11:00"]
    assert found.tickets["state"].tolist() == ["resolved"]


def test_columns_of_the_export_go_before_what_follows_from_the_changes(read):
    columns = {**dict(RULES.columns.given()), "opened": "Since", "priority": {"column": "P", "take": "first"}}
    rules = TicketMap(**{**dict(RULES), "columns": columns})
    frame = read(
        "09:00,A,Work,Ann,2024-03-04 08:00,low", "10:00,A,Done,Ann,2024-03-04 08:00,high",
        rules=rules, headings="When,Ticket,State,Who,Since,P",
    ).tickets  # fmt: skip
    assert hours(frame, "opened") == ["08:00"]
    assert frame["priority"].tolist() == ["low"]


def test_all_rows_of_a_refused_ticket_are_left_out(read):
    rules = RULES.model_copy(update={"exported": "2024-03-04T12:00"})
    found = read("09:00,A,Work,Ann", "13:00,A,Done,Ann", "09:00,C,Lost,Ann", "09:00,D,Work,Ann", rules=rules)
    assert found.tickets["number"].tolist() == ["D"]
    assert found.rejected["kind"].tolist() == ["in the future", "in the future", "unknown state"]
    assert found.used == 0.25
