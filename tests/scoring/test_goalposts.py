import itertools

import pandas as pd
import pytest
from samples import plain_card, table

from bsclib import load_dataset
from bsclib.errors import ActualsError
from bsclib.model.edit import change, keep
from bsclib.scoring.goalposts import GROUPS, change_causes, moved_goalposts
from bsclib.scoring.scores import score
from bsclib.scoring.views import overall_score

OLD = plain_card(a={"target": 10}, b={"target": 10}, c={"target": 10})
ROWS = table(("a", "2026-01", 8), ("b", "2026-01", 2), ("c", "2026-01", 5))
LATER = table(("a", "2026-02", 6), ("b", "2026-02", 3), ("c", "2026-02", 5))


def edited(card=OLD, **changes):
    for id, fields in changes.items():
        card = change(card, id, **fields)
    return card


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"a": {"weight": 3}}, ("weights", "a", "weight", "1", "3")),
        ({"o": {"weight": [{"period": "2026-01", "value": 2}]}}, ("weights", "o", "weight", "1", "2 (2026-01)")),
        ({"a": {"target": 8}}, ("targets", "a", "target", "10", "8")),
        ({"a": {"baseline": 4}}, ("targets", "a", "baseline", "", "4")),
        ({"a": {"floor": 2}}, ("floors", "a", "floor", "0", "2")),
        ({"a": {"formula": "x / y"}}, ("definitions", "a", "formula", "", "x / y")),
        (
            {"s": {"thresholds": {"at_risk": 0.5, "on_target": 0.8}}},
            ("thresholds", "", "thresholds", "at_risk 0.7, on_target 0.9", "at_risk 0.5, on_target 0.8"),
        ),
    ],
)
def test_each_goalpost_that_moved_is_listed(changes, row):
    found = moved_goalposts(OLD, edited(**changes))
    assert [tuple(line)[:5] for line in found.itertuples(index=False)] == [row]
    assert found["without"].isna().all()


def test_nothing_moved_is_an_empty_list():
    renamed = edited(a={"name": "Another name", "owner": "Head", "format": "{:.1f}"})
    assert moved_goalposts(OLD, renamed, ROWS).empty


def test_without_a_goalpost_is_the_score_with_it_put_back():
    found = moved_goalposts(OLD, edited(a={"target": 8, "weight": 3}), ROWS).set_index("field")
    assert found.loc["target", "without"] == pytest.approx((3 * 80 + 20 + 50) / 5)
    assert found.loc["weight", "without"] == pytest.approx((100 + 20 + 50) / 3)
    assert found.loc["weight", "points"] == pytest.approx((300 + 70) / 5 - 170 / 3)


def test_kpis_that_are_new_or_gone_are_definitions():
    fewer = keep(OLD, kpis=["a", "b"])
    gone = moved_goalposts(OLD, fewer, ROWS)
    assert gone[["cause", "id", "old", "new"]].values.tolist() == [["definitions", "c", "c", ""]]
    assert gone["without"].tolist() == pytest.approx([50])
    assert moved_goalposts(fewer, OLD, ROWS)["without"].tolist() == pytest.approx([50])


def test_another_direction_is_put_back_with_all_that_belongs_to_it():
    turned = edited(a={"direction": "lower_is_better", "target": 2, "floor": 9})
    found = moved_goalposts(OLD, turned, ROWS)
    assert found[["id", "field", "old"]].values.tolist() == [["a", "direction", "higher_is_better"]]
    assert found["without"].tolist() == pytest.approx([50])


def test_the_points_of_all_causes_add_up_whatever_moved():
    edits = {"a": {"target": 8, "weight": 3}, "b": {"floor": 1}, "c": {"aggregate": "sum"}, "s": {}}
    for count in range(len(edits) + 1):
        for chosen in itertools.combinations(edits, count):
            new = edited(**{id: edits[id] for id in chosen if edits[id]})
            causes = change_causes(OLD, ROWS, new, LATER)
            before = overall_score(score(OLD, ROWS), None, "2026-01")
            change_of_score = overall_score(score(new, LATER), None, "2026-02") - before
            assert causes["cause"].iloc[-1] == "total"
            assert causes["points"].iloc[:-1].sum() == pytest.approx(change_of_score, abs=1e-9)
            assert causes["points"].iloc[-1] == pytest.approx(change_of_score, abs=1e-9)


def test_what_was_observed_is_counted_under_the_old_goalposts():
    causes = change_causes(OLD, ROWS, edited(a={"target": 6}), LATER).set_index("cause")["points"]
    assert causes["actual"] == pytest.approx((60 + 30 + 50 - 150) / 3)
    assert causes["targets"] == pytest.approx((100 - 60) / 3)


def test_two_groups_share_what_they_do_together():
    causes = change_causes(OLD, ROWS, edited(a={"target": 8, "weight": 3}), ROWS).set_index("cause")["points"]
    weights_first, weights_last = (240 + 70) / 5 - 50, (300 + 70) / 5 - 170 / 3
    assert causes["weights"] == pytest.approx((weights_first + weights_last) / 2)
    assert list(causes.index[5:-1]) == [group for group in GROUPS if group in ("weights", "targets")]


def test_goalposts_that_cannot_be_taken_apart_stay_together():
    ranged = edited(a={"direction": "within_range", "target": [4, 6], "floor": [0, 9]}, o={"weight": 2})
    causes = change_causes(OLD, ROWS, ranged, ROWS)
    assert causes["points"].iloc[:-1].sum() == pytest.approx(causes["points"].iloc[-1])


def test_units_are_looked_at_on_request():
    card, actuals = load_dataset("meridian")
    eased = change(card, "mttr", target=8, baseline=8.5, floor=12)
    whole, genoa = (moved_goalposts(card, eased, actuals, unit)["points"].sum() for unit in (None, "Genoa"))
    assert genoa > whole


def test_actuals_of_nothing_are_refused():
    with pytest.raises(ActualsError):
        moved_goalposts(OLD, edited(a={"weight": 2}), ROWS.iloc[:0])


def test_no_overall_score_is_no_number():
    empty = pd.DataFrame({"kpi": ["a"], "period": ["2026-01"], "actual": [float("nan")]})
    assert change_causes(OLD, ROWS, OLD, empty)["points"].isna().iloc[-1]
