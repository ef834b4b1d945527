"""Dealing out counts and minutes over tickets."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.datasets.tickets import LIMITS, apportion, open_minutes, simulate_holds, simulate_tickets

CELL = {
    "sla-met": (55, 60),
    "mttr": (6000, 34),
    "first-contact-resolution": (38, 60),
    "reopen-rate": (4, 60),
    "csat": (80, 20),
    "on-hold-share": (15, 100),
}


def actuals():
    rows = []
    for period in ("2024-01", "2024-02", "2024-03"):
        rows += [("Rome", kpi, period, 100 * top / bottom, top, bottom) for kpi, (top, bottom) in CELL.items()]
        rows.append(("Rome", "backlog", period, {"2024-01": 5, "2024-02": 9, "2024-03": 7}[period], np.nan, np.nan))
    return pd.DataFrame(rows, columns=["unit", "kpi", "period", "actual", "numerator", "denominator"])


@pytest.fixture(scope="module")
def tickets():
    return simulate_tickets(actuals(), "2024-02", "2024-03", np.random.default_rng(8))


def restore_minutes(tickets):
    return (tickets["restored"] - tickets["opened"]) / pd.Timedelta(minutes=1)


def hold_minutes(tickets):
    return (60 * tickets["hold_hours"]).round()


def test_the_tickets_of_a_month_sum_to_what_the_actuals_say(tickets):
    march = tickets[tickets["resolved"].dt.strftime("%Y-%m") == "2024-03"]
    assert len(march) == 60
    assert (march["kind"] == "incident").sum() == 34
    assert march["own_met"].sum() == 55
    assert (march["reassigned"] == 0).sum() == 38
    assert (march["reopened"] > 0).sum() == 4
    assert restore_minutes(march).sum() == 6000
    assert march["rating"].agg(["count", "sum"]).tolist() == [20, 80]
    assert hold_minutes(march).sum() / open_minutes(march).sum() == pytest.approx(0.15, abs=1e-4)


@pytest.mark.parametrize(("end", "backlog"), [("2024-02-01", 5), ("2024-03-01", 9), ("2024-04-01", 7)])
def test_as_many_stand_open_at_a_months_end_as_the_backlog_says(tickets, end, backlog):
    still = (tickets["opened"] < end) & ~(tickets["resolved"] < end)
    assert still.sum() == backlog


def test_a_ticket_met_its_level_when_its_time_off_hold_is_within_the_limit(tickets):
    solved = tickets[tickets["resolved"].notna()]
    limit = [LIMITS[key] for key in zip(solved["kind"], solved["priority"], strict=True)]
    within = open_minutes(solved) - hold_minutes(solved) <= limit
    assert (within == solved["own_met"].astype(bool)).all()
    assert (60 * solved["goal_resolution"] == limit).all()


def test_nothing_impossible_happens(tickets):
    solved = tickets[tickets["resolved"].notna()]
    assert (solved["resolved"] > solved["opened"]).all()
    assert (solved["closed"].dropna() > solved["resolved"][solved["closed"].notna()]).all()
    assert not (solved["restored"] > solved["resolved"]).any()
    assert (tickets["restored"].notna() == ((tickets["kind"] == "incident") & tickets["resolved"].notna())).all()
    assert tickets["opened"].is_monotonic_increasing
    assert tickets["number"].is_unique


def test_holds_overlap_and_cover_what_each_ticket_was_on_hold(tickets):
    holds = simulate_holds(tickets, "Rome", "2024-03", np.random.default_rng(8))
    assert (holds["start"] < holds["end"]).all()
    apart = holds.pivot(index="number", columns="reason", values=["start", "end"]).dropna()
    assert (apart[("end", "user")] > apart[("start", "supplier")]).any()
    for number, rows in holds.groupby("number"):
        ticket = tickets.set_index("number").loc[number]
        minutes = {minute for row in rows.itertuples() for minute in pd.date_range(row.start, row.end, freq="min")[:-1]}
        assert len(minutes) == round(60 * ticket["hold_hours"])
        assert ticket["opened"] <= min(minutes)
        assert max(minutes) < ticket["resolved"]


def test_actuals_that_cannot_be_are_refused():
    wrong = actuals()
    wrong.loc[wrong["kpi"] == "first-contact-resolution", "numerator"] = 61
    with pytest.raises(ValueError, match="61 tickets were to be chosen, and only"):
        simulate_tickets(wrong, "2024-02", "2024-03", np.random.default_rng(8))


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0, 100)), min_size=1), st.floats(0, 1))
def test_what_is_shared_out_is_shared_whole_and_within_the_caps(parts, share):
    caps, weights = (np.array(one) for one in zip(*parts, strict=True))
    total = int(share * caps.sum())
    found = apportion(total, weights, caps)
    assert found.sum() == total
    assert ((found >= 0) & (found <= caps)).all()


def test_more_than_there_is_room_for_is_refused():
    with pytest.raises(ValueError, match="7 is to be shared out, and there is room for 6"):
        apportion(7, np.ones(2), np.array([3, 3]))
