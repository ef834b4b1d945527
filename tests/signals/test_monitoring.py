import numpy as np
import pandas as pd
import pytest
from samples import plain_card

from bsclib.model.actions import Action
from bsclib.scoring.scores import score
from bsclib.signals.behaviour import process_behaviour
from bsclib.signals.diagnosis import diagnose
from bsclib.signals.monitoring import ITEMS, KINDS, monitor

MONTHS = pd.period_range("2023-01", periods=36, freq="M").astype(str)


def table(**series):
    frame = pd.DataFrame(series, index=MONTHS).rename_axis("period").reset_index()
    return frame.melt("period", var_name="kpi", value_name="actual").assign(unit="")


def noise(seed, jump=0.0, start=36, size=1.0):
    return 50 + size * np.random.default_rng(seed).standard_normal(36) + jump * (np.arange(36) >= start)


def watched(card, actuals, *actions):
    card = card.model_copy(update={"actions": actions})
    return monitor(card, process_behaviour(actuals, card), score(card, actuals))


CARD = plain_card(calm={"target": 60}, jumpy={"target": 30}, lucky={"target": 50, "owner": "Head of luck"})
PLAIN = table(calm=noise(1), jumpy=noise(2), lucky=noise(3))


def test_each_kind_is_listed_in_order():
    actuals = table(calm=noise(1), jumpy=noise(2, -12.0, 35), lucky=noise(3))
    actuals = actuals[~((actuals["kpi"] == "calm") & (actuals["period"] > "2025-09"))]
    due = Action(id="late", action="x", kpi="jumpy", due="2025-10", owner="Head of x")
    items = watched(CARD, actuals, due, Action(id="soon", action="x", kpi="jumpy", due="2026-01"))
    assert items.columns.tolist() == ITEMS
    assert items["kind"].map(KINDS.index).is_monotonic_increasing
    by_kind = dict(iter(items.groupby("kind")))
    assert by_kind["signal"][["kpi", "variation"]].values.tolist() == [["jumpy", "worsening"]]
    assert by_kind["hit_and_miss"]["kpi"].tolist() == ["lucky"]
    assert by_kind["hit_and_miss"]["owner"].tolist() == ["Head of luck"]
    assert by_kind["stale"][["kpi", "period", "late"]].values.tolist() == [["calm", "2025-09", 3]]
    assert by_kind["action_due"][["action", "owner", "late"]].values.tolist() == [["late", "Head of x", 2]]


def test_misses_are_worst_first_the_whole_before_units():
    both = pd.concat([PLAIN.assign(unit="A", actual=PLAIN["actual"] - 60), PLAIN.assign(unit="B")])
    card = plain_card(calm={"target": 90}, jumpy={"target": 30}, lucky={"target": 50})
    misses = watched(card, both).query("kind == 'miss'")
    whole = misses["unit"] == ""
    assert whole.sum() == 3
    assert whole.tolist() == sorted(whole, reverse=True)
    assert (np.diff(misses.loc[whole, "actual"] / misses.loc[whole, "expected"]) >= 0).all()


def test_a_finished_or_dropped_action_is_not_due():
    actions = [Action(id=state, action="x", kpi="calm", due="2024", state=state) for state in ("finished", "dropped")]
    assert "action_due" not in set(watched(CARD, PLAIN, *actions)["kind"])


def test_three_months_have_no_signals_and_say_what_they_can():
    items = watched(CARD, PLAIN[PLAIN["period"] <= "2023-03"], Action(id="a", action="x", kpi="calm", due="2023-02"))
    assert set(items["kind"]) <= {"miss", "action_due"}
    assert items["late"].iloc[-1] == 1


def test_a_month_without_a_signal_after_one_with_has_none():
    card = plain_card(jumpy={"target": 30})
    jump = np.where(np.arange(36) == 33, 30.0, 0.0)
    actuals = table(jumpy=noise(2) + jump)
    behaviour = process_behaviour(actuals, card, rules="limits")
    assert behaviour.loc[behaviour["signal"], "period"].tolist() == ["2025-10"]
    assert "signal" not in set(monitor(card, behaviour, score(card, actuals))["kind"])


def test_an_owner_who_left_an_action_leaves_it_to_nobody():
    items = watched(CARD, PLAIN, Action(id="a", action="x", kpi="gone", due="2024"))
    assert items[items["kind"] == "action_due"][["owner", "kpi"]].values.tolist() == [["", "gone"]]


LINKED = plain_card(root={}, mid={}, side={}, late={}, end={}).model_dump(exclude_unset=True) | {
    "links": [
        {"cause": "root", "effect": "mid", "sign": "+", "lag": 1},
        {"cause": "mid", "effect": "end", "sign": "-", "lag": 1},
        {"cause": "side", "effect": "end", "sign": "+", "lag": 1},
        {"cause": "late", "effect": "end", "sign": "+", "lag": 1},
    ]
}


@pytest.fixture(scope="module")
def moved():
    card = type(CARD).model_validate(LINKED)
    flat = {"size": 0.3}
    actuals = table(
        root=noise(1, 9, 28, **flat),
        mid=noise(2, 9, 30, **flat),
        side=noise(3, **flat),
        late=noise(4, -9, 34, **flat),
        end=noise(5, -9, 32, **flat),
    )
    return card, process_behaviour(actuals, card, rules="limits", adjust=())


def test_drivers_that_moved_first_are_followed_to_where_the_map_ends(moved):
    found = diagnose("end", *moved)
    rows = found[["effect", "driver", "steps", "answer"]].values.tolist()
    assert rows[0] == ["end", "mid", 1, "moved_first"]
    assert ["end", "side", 1, "did_not_move"] in rows
    assert ["end", "late", 1, "moved_later"] in rows
    assert rows[-2:] == [["mid", "root", 2, "moved_first"], ["root", "", 3, "not_measured"]]
    first = found.iloc[0]
    assert first[["moved", "way", "before", "explains"]].tolist() == ["2025-07", "up", 2, True]


def test_the_verdict_of_each_link_is_passed_on(moved):
    evidence = pd.DataFrame({"cause": ["mid"], "effect": ["end"], "lag": [1], "verdict": ["supported"]})
    found = diagnose("end", *moved, evidence).set_index("driver")["verdict"]
    assert found["mid"] == "supported"
    assert found["side"] == ""


def test_a_kpi_without_drivers_is_where_the_map_ends(moved):
    assert diagnose("root", *moved)[["driver", "answer"]].values.tolist() == [["", "not_measured"]]


def test_a_circle_on_the_map_is_walked_once(moved):
    card, behaviour = moved
    circle = LINKED | {"links": [*LINKED["links"], {"cause": "end", "effect": "root", "sign": "+", "lag": 1}]}
    found = diagnose("end", type(card).model_validate(circle), behaviour)
    assert sorted(found["driver"]) == ["late", "mid", "root", "side"]


def test_an_unknown_kpi_or_unit_has_its_nearest(moved):
    with pytest.raises(LookupError, match=r"there is no KPI 'ennd'.*did you mean 'end'"):
        diagnose("ennd", *moved)
    with pytest.raises(LookupError, match="there is no chart of a unit 'North'"):
        diagnose("end", *moved, unit="North")
