import numpy as np
import pandas as pd
import pytest
from samples import one_kpi, plain_card

from bsclib.errors import ActualsError
from bsclib.model.actions import Action
from bsclib.signals.action_effects import EFFECTS, action_effects

MONTHS = pd.period_range("2022-01", periods=60, freq="M").astype(str)
UNITS = ("North", "South", "East")
DONE = {"id": "a", "action": "x", "kpi": "k", "state": "finished", "finished": "2025-09"}


def actuals(north=0.0, everywhere=0.0, start=45, seed=1, units=UNITS):
    noise = np.random.default_rng(seed).standard_normal((len(units) + 1, 60))
    step = np.arange(60) >= start
    rows = [
        (unit, "k", month, 50 + noise[u, m] + 3 * noise[-1, m] + step[m] * (everywhere + north * (unit == "North")))
        for u, unit in enumerate(units)
        for m, month in enumerate(MONTHS)
    ]
    return pd.DataFrame(rows, columns=["unit", "kpi", "period", "actual"])


def effects(rows, *actions, events=(), **kpi):
    card = one_kpi(**{"aggregate": "mean"} | kpi).model_copy(
        update={"actions": tuple(Action(**row) for row in actions)}
    )
    if events:
        card = type(card).model_validate(card.model_dump(exclude_unset=True) | {"events": list(events)})
    return action_effects(card, rows)


def test_a_unit_is_compared_with_those_that_did_nothing():
    found = effects(actuals(north=4.0, everywhere=6.0), DONE | {"unit": "North"})
    row = found.iloc[0]
    assert row[["action", "verdict", "comparison", "better"]].tolist() == ["a", "effect_seen", 2, True]
    assert row["low"] < 4 < row["high"] < 6
    assert row["period"] == "2025-10"


def test_a_lower_value_is_better_where_it_is_meant_to_be():
    lower = {"direction": "lower_is_better", "target": 0, "floor": 100}
    row = effects(actuals(north=4.0), DONE | {"unit": "North"}, **lower).iloc[0]
    assert not row["better"]


def test_units_that_did_the_same_are_no_comparison():
    both = [DONE | {"unit": "North"}, DONE | {"id": "b", "unit": "South"}]
    assert effects(actuals(), *both)["comparison"].tolist() == [1, 1]
    assert effects(actuals(), DONE | {"unit": "North"}, DONE | {"id": "b"})["comparison"].tolist() == [0, 0]


def test_an_action_everywhere_is_seen_in_the_whole_and_checked_in_each_unit():
    row = effects(actuals(everywhere=12.0), DONE).iloc[0]
    assert row["verdict"] == "effect_seen"
    # The whole and three units; the month in which it was done is on neither side.
    assert row["dates"] == 4 * (45 - 1 - 24 + 1)


def test_a_break_in_the_same_month_cannot_be_told_apart_but_by_a_comparison():
    event = {"period": "2025-10", "kind": "tool_change"}
    rows = actuals(north=4.0, everywhere=8.0)
    everywhere = effects(rows, DONE, events=[event]).iloc[0]
    assert everywhere["verdict"] == "too_little_data"
    assert "only a unit without the action could tell them apart" in everywhere["reason"]
    assert effects(rows, DONE | {"unit": "North"}, events=[event]).iloc[0]["verdict"] == "effect_seen"


def test_what_an_event_explains_is_no_effect():
    event = {"period": "2024-07", "kind": "tool_change"}
    rows = actuals(everywhere=30.0, start=30)
    row = effects(rows, DONE, events=[event]).iloc[0]
    assert row["low"] < 0 < row["high"]


def test_the_delay_is_waited_for_and_its_months_are_on_neither_side():
    row = effects(actuals(), DONE | {"delay": 4}).iloc[0]
    assert row[["period", "months_before", "months_after"]].tolist() == ["2026-02", 44, 11]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"kpi": "kk"}, "there is no KPI 'kk'. Allowed: k. Fix: did you mean 'k'?"),
        ({"unit": "Noth"}, "there is no unit 'Noth'. Allowed: North, South, East. Fix: did you mean 'North'?"),
        ({"finished": None}, "nobody has written when it was finished"),
    ],
)
def test_what_cannot_be_tested_says_why(fields, reason):
    row = effects(actuals(), DONE | fields).iloc[0]
    assert row[["verdict", "reason"]].tolist() == ["too_little_data", reason]


def test_an_action_that_is_finished_in_the_future_is_too_early():
    row = effects(actuals(), DONE | {"finished": "2028-01"}).iloc[0]
    assert row["verdict"] == "too_early"
    assert "no month since its effect can show; 3 months are needed" in row["reason"]


def test_only_finished_actions_are_tested():
    assert effects(actuals(), DONE | {"state": "planned", "finished": None}).empty
    assert effects(actuals()).columns.tolist() == EFFECTS


def test_a_unit_that_came_late_is_no_comparison():
    rows = actuals()
    late = rows[(rows["unit"] != "East") | (rows["period"] >= "2024-01")]
    row = effects(late, DONE | {"unit": "North"}).iloc[0]
    assert row[["comparison", "months_before"]].tolist() == [1, 44]


def test_a_unit_without_the_kpi_has_too_little_data():
    rows = actuals()
    row = effects(rows[rows["unit"] != "North"], DONE | {"unit": "South"}).iloc[0]
    assert row["comparison"] == 1
    card = plain_card(k={}, other={}).model_copy(update={"actions": (Action(**DONE | {"unit": "North"}),)})
    odd = rows.assign(kpi=rows["kpi"].where(rows["unit"] != "North", "other"))
    row = action_effects(card, odd).iloc[0]
    assert row["verdict"] == "too_little_data"
    assert "no month before it" in row["reason"]


def test_two_actions_that_show_in_the_same_month_are_named():
    found = effects(actuals(), DONE, DONE | {"id": "b"}, DONE | {"id": "c", "finished": "2024-01"})
    assert "; so does b, and the two cannot be told apart" in found["reason"].iloc[0]
    assert "told apart" not in found["reason"].iloc[2]


def test_an_earlier_month_is_as_it_was_then():
    card = one_kpi().model_copy(update={"actions": (Action(**DONE),)})
    assert action_effects(card, actuals(), as_of="2025-11")["months_after"].tolist() == [2]
    with pytest.raises(ActualsError, match="as_of: 'June' is not a period"):
        action_effects(card, actuals(), as_of="June")


def test_a_share_that_stays_at_100_and_empty_denominators_have_an_answer():
    rows = actuals().assign(numerator=10.0, denominator=10.0).drop(columns="actual")
    rows.loc[rows["period"] == "2024-03", "denominator"] = 0.0
    row = effects(rows.astype({"denominator": float}), DONE, aggregate="ratio", formula="100 * met / all").iloc[0]
    assert row[["verdict", "effect", "low", "high"]].tolist() == ["no_effect_seen", 0, 0, 0]
    assert row["months_before"] == 43


def test_quarters_are_quarters():
    rows = actuals(everywhere=40.0)
    rows = rows[rows["period"].str[5:].isin(["03", "06", "09", "12"])]
    rows = rows.assign(period=[f"{month[:4]}-Q{int(month[5:]) // 3}" for month in rows["period"]])
    row = effects(rows, DONE, frequency="quarterly").iloc[0]
    assert row[["verdict", "months_before", "months_after"]].tolist() == ["effect_seen", 42, 15]
