import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import one_kpi, plain_card, table

from bsclib import load_dataset
from bsclib.model.edit import change
from bsclib.reporting.briefing.attribution import movement, movement_table
from bsclib.scoring.attribution import CAUSES, movement_causes
from bsclib.scoring.scores import MISSING_POLICIES, score
from bsclib.scoring.views import month_before, movements, overall_score

PATH = {"period": "2026-11", "value": 100}


def causes(card, *rows, **given):
    return movement_causes(score(card, table(*rows), **given))


def test_an_actual_that_moves_against_a_level_is_all_actual():
    parts = causes(one_kpi(), ("k", "2026-01", 40), ("k", "2026-02", 55)).loc["k"]
    assert parts.tolist() == pytest.approx([15, 0, 0, 0, 0])


def test_standing_still_on_a_path_is_all_expected():
    path = one_kpi(baseline={"period": "2026-01", "value": 50}, target=PATH)
    parts = causes(path, ("k", "2026-01", 40), ("k", "2026-02", 40)).loc["k"]
    assert parts.tolist() == pytest.approx([0, 100 * 40 / 55 - 80, 0, 0, 0])


def test_a_step_with_the_path_is_split_between_the_two():
    path = one_kpi(baseline={"period": "2026-01", "value": 50}, target=PATH)
    parts = causes(path, ("k", "2026-01", 40), ("k", "2026-02", 44)).loc["k"]
    assert parts["actual"] == pytest.approx((100 * 4 / 50 + 100 * 4 / 55) / 2)
    assert parts.sum() == pytest.approx(0)


def test_a_dated_weight_is_weight_and_a_gap_is_missing():
    dated = [{"period": "2026-01", "value": 1}, {"period": "2026-02", "value": 3}]
    card = plain_card(a={"weight": dated, "target": 10}, b={"target": 10})
    rows = [(kpi, month, value) for month in ("2026-01", "2026-02") for kpi, value in (("a", 8), ("b", 2))]
    parts = causes(card, *rows)
    assert parts["weight"].sum() == pytest.approx(65 - 50)
    assert parts[["actual", "expected", "missing"]].abs().to_numpy().max() < 1e-9
    gone = causes(plain_card(a={"target": 10}, b={"target": 10}), *rows[:3])
    assert gone["missing"].sum() == pytest.approx(80 - 50)
    assert gone[["actual", "expected", "weight"]].abs().to_numpy().max() < 1e-9


def test_weight_and_gap_in_one_month_are_told_apart_and_add_up():
    dated = [{"period": "2026-01", "value": 1}, {"period": "2026-02", "value": 3}]
    card = plain_card(a={"weight": dated, "target": 10}, b={"target": 10}, c={"target": 10})
    rows = [("a", "2026-01", 8), ("b", "2026-01", 2), ("c", "2026-01", 5), ("a", "2026-02", 8), ("b", "2026-02", 2)]
    total = causes(card, *rows).sum()
    assert total["weight"] > 1
    assert abs(total["missing"]) > 0.1
    assert total.sum() == pytest.approx((3 * 80 + 20) / 4 - 50)


@pytest.mark.parametrize("name", ["meridian", "lakeside"])
@pytest.mark.parametrize("policy", ["redistribute", "zero", "carry_forward"])
def test_the_parts_add_up_to_the_movement_of_every_kpi(name, policy):
    scores = score(*load_dataset(name), missing=policy)
    for unit in scores["unit"].cat.categories[:2]:
        for month in scores["period"].cat.categories[-3:]:
            parts = movement_causes(scores, unit, month)
            moved = movements(scores, unit, month)["points"].fillna(0)
            assert parts.sum(axis=1).to_numpy() == pytest.approx(moved.reindex(parts.index).to_numpy(), abs=1e-9)


@given(
    st.lists(st.floats(0, 12), min_size=6, max_size=6),
    st.sets(st.integers(0, 5), max_size=2),
    st.sampled_from(sorted(set(MISSING_POLICIES) - {"propagate"})),
    st.sampled_from(["", "a", "b", "c"]),
)
def test_whatever_moves_the_parts_add_up_to_the_change(values, gaps, policy, otherwise):
    end = [{"period": "2026-06", "value": 10}]
    path = {"baseline": {"period": "2026-01", "value": 2}, "target": end, "floor": None}
    dated = [{"period": "2026-01", "value": 1}, {"period": "2026-02", "value": 2}]
    steps = [{"period": "2026-01", "value": 4}, {"period": "2026-02", "value": 2}]
    falling = {"direction": "lower_is_better", "target": steps, "path": "stepped", "floor": 9}
    card = plain_card(a={"weight": dated}, b=path, c=falling)
    if otherwise:
        card = change(card, card.id, events=[{"period": "2026-02", "kind": "tool_change", "kpis": [otherwise]}])
    rows = [(kpi, f"2026-0{m + 1}", values[2 * i + m]) for i, kpi in enumerate("abc") for m in (0, 1)]
    rows = [row for at, row in enumerate(rows) if at not in gaps]
    scores = score(card, table(*rows), missing=policy)
    if scores["period"].nunique() < 2:
        return
    parts = movement_causes(scores, scorecard=card)
    before, now = (overall_score(scores, None, month) for month in ("2026-01", "2026-02"))
    if np.isnan([before, now]).any():
        assert parts.empty
    else:
        assert parts.to_numpy().sum() == pytest.approx(now - before, abs=1e-9)


def test_a_range_and_another_method_are_all_actual():
    card = plain_card(a={"direction": "within_range", "target": [4, 6], "floor": None}, b={})
    rows = [("a", "2026-01", 7), ("a", "2026-02", 5), ("b", "2026-01", 3), ("b", "2026-02", 4)]
    for method in ("kit", "sap_achievement"):
        assert causes(card, *rows, method=method)["expected"].abs().max() < 1e-9


def test_to_date_grows_of_itself_and_is_all_actual():
    card = one_kpi(aggregate="sum", cumulates="year", target=120)
    parts = causes(card, ("k", "2026-01", 10), ("k", "2026-02", 5)).loc["k"]
    assert parts["expected"] == 0
    assert parts["actual"] == pytest.approx(-25)


def test_a_step_of_the_target_is_expected():
    steps = [{"period": "2026-01", "value": 80}, {"period": "2026-02", "value": 40}]
    card = one_kpi(target=steps, path="stepped")
    parts = causes(card, ("k", "2026-01", 20), ("k", "2026-02", 20)).loc["k"]
    assert parts.tolist() == pytest.approx([0, 25, 0, 0, 0])


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"period": "2026-02", "kind": "tool_change", "kpis": ["k"]}, True),
        ({"period": "2026-02", "kind": "definition_change"}, True),
        ({"period": "2026-01", "kind": "tool_change"}, False),
        ({"period": "2026-03", "kind": "tool_change"}, False),
        ({"period": "2026-02", "kind": "reorganisation"}, False),
        ({"period": "2026-02", "kind": "one_off"}, False),
    ],
    ids=["this", "all", "before", "after", "other kind", "one-off"],
)
def test_what_is_counted_otherwise_from_a_month_on_is_definition(event, told):
    card = change(one_kpi(), one_kpi().id, events=[event])
    scores = score(card, table(("k", "2026-01", 40), ("k", "2026-02", 55)))
    parts = movement_causes(scores, scorecard=card).loc["k"]
    assert parts[["actual", "definition"]].tolist() == pytest.approx([0, 15] if told else [15, 0])
    row = movement_table(scores, card).iloc[0]
    assert ("counted otherwise" in row["why"]) == told
    assert ("15.0 points come from KPIs that are counted otherwise by now" in movement(scores, None, card)) == told


def test_two_months_apart_and_no_overall_score():
    scores = score(one_kpi(), table(("k", "2026-01", 40), ("k", "2026-03", 70)))
    assert movement_causes(scores, since="2026-01").loc["k", "actual"] == pytest.approx(30)
    assert movement_causes(scores).empty
    assert movement_causes(scores).columns.tolist() == CAUSES
    assert month_before("2026-03", 2) == "2026-01"


def test_it_survives_a_file(tmp_path):
    scores = score(change(one_kpi(), "k", target=90), table(("k", "2026-01", 40), ("k", "2026-02", 50)))
    scores.to_csv(tmp_path / "s.csv", index=False)
    pd.testing.assert_frame_equal(movement_causes(pd.read_csv(tmp_path / "s.csv")), movement_causes(scores))
