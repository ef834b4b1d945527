"""Holds that look as if they kept tickets within their goals: found where planted, seldom where not."""

import numpy as np
import pandas as pd
import pytest

from bsclib.actuals.itsm.gaming import find_gaming, tickets_to_look_at
from bsclib.errors import ActualsError, UnknownNameError


def honest(seed=0, size=3000):
    """Three units whose holds have nothing to do with their goals."""
    rng = np.random.default_rng(seed)
    goal = 8.0
    spent, hold = rng.exponential(4.0, size), np.where(rng.random(size) < 0.3, rng.exponential(2.0, size), 0.0)
    opened = pd.Series(pd.Timestamp("2024-03-04", tz="UTC") + pd.to_timedelta(rng.integers(0, 10**6, size), unit="s"))
    return pd.DataFrame(
        {
            "number": opened.index.astype("str"),
            "unit": rng.choice(["Genoa", "Oslo", "Rome"], size),
            "opened": opened,
            "resolved": opened + pd.to_timedelta((spent + hold) * 3600, unit="s").round("s"),
            "hold_hours": hold,
            "goal_resolution": goal,
        }
    )


def planted(seed=0, share=0.5):
    """As `honest`, but Rome puts half of its tickets that would be late on hold for as long as they are late."""
    tickets = honest(seed)
    rng = np.random.default_rng(seed + 1)
    spent = (tickets["resolved"] - tickets["opened"]).dt.total_seconds() / 3600 - tickets["hold_hours"]
    late = (tickets["unit"] == "Rome") & (spent > 8) & (rng.random(len(tickets)) < share)
    tickets.loc[late, "hold_hours"] += (spent - 8 * (0.9 + 0.1 * rng.random(len(tickets))))[late]
    return tickets


def test_a_unit_that_parks_late_tickets_is_found():
    found = find_gaming(planted()).set_index("unit")
    assert found.index[found["look"]].tolist() == ["Rome"]
    assert "met only by holds" in found.loc["Rome", "why"]
    assert "held near the limit" in found.loc["Rome", "why"]
    assert found.loc["Rome", "low"] > found.loc["Oslo", "high"]


def test_nobody_is_found_where_nobody_parks():
    shown = [find_gaming(honest(seed), shuffles=0)["look"].any() for seed in range(40)]
    assert sum(shown) <= 2


def test_the_share_of_false_alarms_is_measured_and_small():
    found = find_gaming(honest(), shuffles=1000)
    assert found["false_alarm"].nunique() == 1
    assert 0 <= found["false_alarm"].iloc[0] < 0.05
    assert np.isnan(find_gaming(honest(), shuffles=0)["false_alarm"].iloc[0])


def test_it_is_the_same_for_the_same_seed():
    pd.testing.assert_frame_equal(find_gaming(honest(), seed=4), find_gaming(honest(), seed=4))


def test_counts_are_those_of_the_tickets():
    tickets = planted()
    found = find_gaming(tickets, shuffles=0).set_index("unit")
    gross = (tickets["resolved"] - tickets["opened"]).dt.total_seconds() / 3600
    net = np.maximum(gross - tickets["hold_hours"], 0)
    for unit, row in found.iterrows():
        mine = (tickets["unit"] == unit) & (net > 0)
        assert row["tickets"] == (tickets["unit"] == unit).sum()
        assert row["met_by_hold"] == pytest.approx((mine & (gross > 8) & (net <= 8)).sum(), abs=2), "to the second"
        assert row["near"] == pytest.approx((mine & (net > 6.4) & (net <= 8)).sum(), abs=2)
        held = tickets["hold_hours"] > 0
        bands = (net > 6.4) & (net <= 8), net <= 6.4
        cells = [(mine & band & (held == some)).sum() + 0.5 for band in bands for some in (True, False)]
        assert row["odds_ratio"] == pytest.approx(cells[0] * cells[3] / cells[1] / cells[2], rel=0.1)
        assert row["low"] < row["odds_ratio"] < row["high"]


def test_ten_tickets_to_look_at():
    rome = tickets_to_look_at(planted(), "Rome")
    assert len(rome) == 10
    assert (rome["service_hours"] > rome["goal_hours"]).all()
    assert (rome["net_hours"] <= rome["goal_hours"]).all()
    assert rome["used"].is_monotonic_decreasing
    assert len(tickets_to_look_at(planted(), "Rome", most=3)) == 3


def test_one_unit_alone_has_nobody_to_be_compared_with():
    assert not find_gaming(planted().assign(unit="Rome"))["look"].any()


def test_what_is_refused():
    with pytest.raises(UnknownNameError, match=r"no unit in the tickets 'Roma'.*did you mean 'Rome'"):
        tickets_to_look_at(honest(), "Roma")
    with pytest.raises(ActualsError, match="no solved ticket has a goal and known holds"):
        find_gaming(honest().drop(columns="hold_hours"))
    with pytest.raises(ActualsError, match="no solved ticket has a goal and known holds"):
        find_gaming(honest().drop(columns="goal_resolution"))
