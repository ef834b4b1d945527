import oddities
import pandas as pd
import pytest

from bsclib import score
from bsclib.errors import BscError, UnknownNameError
from bsclib.files.datasets import load_dataset
from bsclib.model.edit import change, reweigh
from bsclib.scoring.compare import compare_methods
from bsclib.scoring.variants import compare_pooling, compare_totals, compare_variants, methods_table
from bsclib.study.lessons.props import instructive_kpi


@pytest.fixture(scope="module")
def case():
    card, actuals = load_dataset("meridian")
    return card, actuals, score(card, actuals)


def test_side_by_side_by_hand():
    """From 9 to 4 with an actual of 6 is 0.6; from 14 it is 0.8."""
    card, actuals = oddities.card(), oddities.actuals(("", "k0", "2025-01", 6.0))
    variants = {"as it is": score(card, actuals), "farther": score(change(card, "k0", floor=14), actuals)}
    found = compare_variants(variants, "k0")
    assert found["variant"].tolist() == ["as it is", "farther"]
    assert found["floor"].tolist() == [9, 14]
    assert found["attainment"].tolist() == pytest.approx([0.6, 0.8])
    assert found["status"].tolist() == ["off_target", "at_risk"]
    assert list(compare_variants(variants, "odd")) == ["variant", "score", "status"]


def test_side_by_side_shows_weights_that_differ(case):
    card, actuals, scores = case
    heavier = score(change(card, "user_orientation", weight=2), actuals)
    found = compare_variants({"as it is": scores, "heavier": heavier}, "user_orientation", unit="Genoa")
    assert found["effective_weight"].tolist() == pytest.approx([0.25, 0.4])


def test_side_by_side_refuses_what_is_not_there(case):
    with pytest.raises(UnknownNameError, match="did you mean 'mttr'"):
        compare_variants({"as it is": case[2]}, "mtrr")
    with pytest.raises(BscError, match="nothing to put side by side"):
        compare_variants({}, "mttr")


def test_instructive_picks_a_kpi_on_its_way_near_a_threshold(case):
    card, _, scores = case
    row = scores[(scores["id"] == instructive_kpi(scores, card)) & (scores["unit"] == "")].iloc[-1]
    assert row["expected"] != row["target"]
    assert abs(row["attainment"] - row["at_risk"]) < 0.1


@pytest.mark.parametrize(
    ("name", "kpi"), [("tiny", "k0"), ("a range", ""), ("everything missing", ""), ("a path", "k0")]
)
def test_instructive_of_odd_scorecards(name, kpi):
    card, actuals = oddities.all_cases()[name]
    assert instructive_kpi(score(card, actuals), card) == kpi


def test_pooled_both_ways_by_hand():
    """1 of 10 and 900 of 1000: together 901 of 1010, and not half-way between 10 % and 90 %."""
    ratio = oddities.kpi(
        aggregate="ratio", formula="100 * met / asked", direction="higher_is_better", baseline=0, target=95
    )
    parts = {"numerator": [1.0, 900.0], "denominator": [10.0, 1000.0], "actual": [None, None]}
    actuals = pd.DataFrame({"unit": ["small", "large"], "kpi": "k0", "period": "2025-01", **parts})
    found = compare_pooling(oddities.card(ratio), actuals)
    assert found[["ratio_of_the_sums", "mean_of_the_ratios"]].to_numpy()[0].tolist() == pytest.approx(
        [90100 / 1010, 50]
    )
    assert compare_pooling(oddities.card(), oddities.actuals(*oddities.months())).empty


def test_pooled_both_ways_shows_what_differs_most(case):
    found = compare_pooling(case[0], case[1], most=3)
    apart = (found["mean_of_the_ratios"] / found["ratio_of_the_sums"] - 1).abs()
    assert len(found) == 3
    assert apart.is_monotonic_decreasing


def test_what_is_expected_holds_at_once_from_the_same_floor():
    """From 9 to 6 with an actual of 6 is all of the way."""
    path = {"baseline": {"value": 9, "period": "2024-12"}, "target": {"value": 4, "period": "2025-12"}}
    card, actuals = oddities.card(oddities.kpi(**path)), oddities.actuals(("", "k0", "2025-01", 6.0))
    found = compare_variants({"now": score(reweigh(card, {}, {"k0": 6.0}), actuals)}, "k0")
    assert found[["floor", "expected", "attainment"]].to_numpy()[0].tolist() == [9, 6, 1]


def test_totals_compared_by_hand():
    """Scores of 60 and 0: 30 when they weigh alike, 50 at 5 to 1; below 70 both, and nothing is hidden."""
    card = oddities.card(oddities.kpi(), oddities.kpi("k1"), thresholds={"at_risk": 0.4, "on_target": 0.9})
    actuals = oddities.actuals(("", "k0", "2025-01", 6.0), ("", "k1", "2025-01", 9.0))
    found = compare_totals(score(card, actuals), score(reweigh(card, {"k0": 5}), actuals)).set_index("id")
    assert found.index.tolist() == ["odd", "all", "do"]
    assert found.loc["do", ["stated", "score", "worst"]].tolist() == pytest.approx([30, 50, 0])
    assert found.loc["odd", ["stated_status", "status", "flips", "hidden"]].tolist() == [
        *("off_target", "at_risk", True, 2)
    ]


def test_totals_that_nothing_measures_are_left_out():
    card, actuals = oddities.all_cases()["an idle objective"]
    found = compare_totals(score(card, actuals), score(card, actuals))
    assert "dream" not in set(found["id"])
    assert not found["flips"].any()


def test_methods_table_shows_totals_first(case):
    card, actuals, _ = case
    compared = compare_methods(card, actuals, ["kit", "sap_achievement"])
    found = methods_table(compared, card.names, most=7)
    assert found["name"].tolist()[:5] == [card.name, *(one.name for one in card.perspectives)]
    assert (found["different_statuses"][5:] == compared["statuses"].max()).all()
    total = compared.loc[(compared["id"] == card.id) & (compared["method"] == "kit"), "score"].item()
    assert found["this kit"][0] == f"▲\u00a0{total:.1f}", "symbol and score stay on one line"
