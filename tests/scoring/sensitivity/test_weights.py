import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import table
from trees import actuals, by_id, kpi_weights, scored, scores_of_kpis, tree

from bsclib import score
from bsclib.errors import BscError, UnknownNameError
from bsclib.scoring.sensitivity.weights import shake_weights
from bsclib.scoring.tree import ALL, score_tree

CHANCES = ["chance_on_target", "chance_at_risk", "chance_off_target"]


def one_by_one(weights: list[float], scores: list[float], draws: int = 200_000, concentration: float = 50.0):
    """Totals of one group under drawn weights, by numpy's own Dirichlet."""
    shares = np.array(weights) / np.sum(weights)
    return np.random.default_rng(5).dirichlet(concentration * shares, draws) @ np.array(scores)


def test_one_group_beside_the_dirichlet_of_numpy():
    totals = one_by_one([3, 1, 1], [100, 60, 20])
    row = by_id(shake_weights(scored(100, 60, 20, weights=[3, 1, 1]), draws=100_000)).loc["o0"]
    assert row[["low", "median", "high"]].tolist() == pytest.approx(np.quantile(totals, [0.05, 0.5, 0.95]), abs=0.15)
    assert row["chance_off_target"] == pytest.approx((totals < 70).mean(), abs=0.006)
    assert row["chance_on_target"] == pytest.approx((totals >= 90).mean(), abs=0.003)
    assert (row["status"], row["children"], row["draws"]) == ("at_risk", 3, 100_000)
    assert row["chance_of_flip"] == pytest.approx(1 - row["chance_at_risk"])


def test_two_children_beside_the_dirichlet_of_numpy():
    totals = one_by_one([3, 1], [20, 100])
    row = by_id(shake_weights(scored(20, 100, weights=[3, 1]), draws=100_000)).loc["o0"]
    assert row[["low", "median", "high"]].tolist() == pytest.approx(np.quantile(totals, [0.05, 0.5, 0.95]), abs=0.15)


def test_a_tree_is_shaken_on_every_level():
    random = np.random.default_rng(9)
    perspectives = random.dirichlet([25, 25], 100_000)
    kpis = random.dirichlet([50 * 0.2, 50 * 0.3, 50 * 0.5], 100_000)
    totals = perspectives[:, 0] * (kpis @ [10, 80, 100]) + perspectives[:, 1] * 60
    scores = scored(10, 80, 100, 60, shape=(3, 1), weights=[2, 3, 5, 1])
    row = by_id(shake_weights(scores, draws=100_000)).loc["card"]
    assert row[["low", "median", "high"]].tolist() == pytest.approx(np.quantile(totals, [0.05, 0.5, 0.95]), abs=0.15)


def test_closer_weights_move_less():
    scores = scored(100, 60, 20)
    spans = []
    for concentration in (5, 50, 5_000):
        row = by_id(shake_weights(scores, concentration=concentration)).loc["card"]
        spans.append(row["high"] - row["low"])
    assert spans[0] > spans[1] > spans[2] > 0


def test_the_same_seed_gives_the_same_answer_and_the_global_state_is_left_alone():
    scores = scored(100, 60, 20)
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - to see that nobody touches it
    pd.testing.assert_frame_equal(shake_weights(scores), shake_weights(scores, rng=1))
    assert not shake_weights(scores).equals(shake_weights(scores, rng=2))
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002 - as above


def test_equal_children_never_flip():
    for value in (70.0, 90.0, 69.99999999999):
        found = shake_weights(scored(value, value, value, value, shape=(3, 1)), draws=1000)
        assert (found["chance_of_flip"].dropna() == 0).all()


def test_a_missing_kpi_passes_its_weight_on():
    with_gap = scored(100, None, 20, weights=[1, 5, 1])
    found = by_id(shake_weights(with_gap, concentration=70, draws=100_000)).loc["o0"]
    totals = one_by_one([1, 1], [100, 20], concentration=20)  # a part of a Dirichlet is one, of the weight that is left
    assert found["children"] == 2
    assert found[["low", "median", "high"]].tolist() == pytest.approx(np.quantile(totals, [0.05, 0.5, 0.95]), abs=0.3)


def two_units(*, gap: bool) -> pd.DataFrame:
    values = {"A": (100, 60, 20, 90), "B": (None if gap else 50, 60, 70, 80)}
    rows = pd.concat([actuals(*kpis, unit=unit) for unit, kpis in values.items()])
    return score(tree(3, 1), rows)


def test_cases_with_and_without_gaps_are_answered_as_each_alone():
    scores = two_units(gap=True)
    both = shake_weights(scores, unit=ALL)
    for unit in ("", "A", "B"):
        alone = shake_weights(scores, unit=unit)
        here = both[both["unit"] == unit].reset_index(drop=True)
        np.testing.assert_allclose(here["median"], alone["median"])
        np.testing.assert_allclose(here[CHANCES], alone[CHANCES])


def test_weights_that_change_in_time_are_shaken_around_the_ones_in_force():
    card = tree(2).model_dump(mode="json")
    card["kpis"][0]["weight"] = [{"period": "2026-01", "value": 1}, {"period": "2026-02", "value": 9}]
    from bsclib.model.build import build

    rows = table(*((f"k{k}", f"2026-0{month}", 100.0 * k) for k in (0, 1) for month in (1, 2)))
    found = shake_weights(score(build(card), rows), period=ALL, ids=["o0"])
    assert found["median"].tolist() == pytest.approx([50, 10], abs=2)


def test_an_unscored_parent_has_no_chance():
    row = by_id(shake_weights(scored(None, 50, shape=(1, 1)))).loc["o0"]
    assert (row["status"], row["children"]) == ("no_data", 0)
    assert row[["score", "chance_of_flip", "low", "median", "high", *CHANCES]].isna().all()


def test_propagated_gaps_stay():
    found = by_id(shake_weights(scored(None, 50, 60, shape=(2, 1), missing="propagate")))
    assert found.loc[["card", "o0"], "median"].isna().all()
    assert found.loc["o1", "median"] == 60


def test_only_the_parents_asked_for_and_without_quantiles():
    scores = scored(100, 60, 20)
    found = shake_weights(scores, ids=["o0", "card", "o0"], quantiles=False)
    assert found["id"].tolist() == ["o0", "card"]
    assert "median" not in found.columns
    whole = by_id(shake_weights(scores))
    assert found["chance_of_flip"].tolist() == whole.loc[["o0", "card"], "chance_of_flip"].tolist()


def test_the_block_does_not_matter(monkeypatch):
    scores = pd.concat([two_units(gap=False)])
    whole = shake_weights(scores, draws=500, unit=ALL)
    monkeypatch.setattr("bsclib.scoring.sensitivity.weights._BLOCK", 1)
    pd.testing.assert_frame_equal(shake_weights(scores, draws=500, unit=ALL), whole)


@given(
    st.lists(st.tuples(st.none() | scores_of_kpis, kpi_weights), min_size=4, max_size=4),
    st.sampled_from([(4,), (1, 3), (2, 1, 1)]),
    st.sampled_from([1e-300, 0.01, 1.0, 50, 1e12, 1e300]),
)
def test_whatever_the_weights_the_answer_lies_between_the_children(parts, shape, concentration):
    scores = scored(*(value for value, _ in parts), shape=shape, weights=[weight for _, weight in parts])
    found = shake_weights(scores, draws=50, concentration=concentration).dropna(subset="score")
    kpis = score_tree(scores).numbers["score"][0, -4:]
    assert found["low"].min() >= np.nanmin(kpis) - 1e-9 if len(found) else True
    assert (found["low"] <= found["median"] + 1e-12).all()
    assert (found["median"] <= found["high"] + 1e-12).all()
    np.testing.assert_allclose(found[CHANCES].sum(axis=1), 1)


@given(st.floats(1e-6, 1e6))
def test_scaling_the_weights_changes_nothing(factor):
    one = shake_weights(scored(100, 60, 20, weights=[3, 2, 1]), draws=50)
    other = shake_weights(scored(100, 60, 20, weights=[3 * factor, 2 * factor, factor]), draws=50)
    np.testing.assert_allclose(one["median"].dropna(), other["median"].dropna())


def test_one_kpi_has_all_the_weight():
    scores = scored(100, 0, 0, weights=[1, 1e-300, 1e-300])
    assert by_id(shake_weights(scores)).loc["card", "low"] == pytest.approx(100)
    lost = scored(None, 100, 0, weights=[1, 1e-300, 1e-300])
    assert by_id(shake_weights(lost)).loc["card", "median"] == 50


@pytest.mark.parametrize("value", [0, -1, np.nan, np.inf, "50", True, None])
def test_concentrations_that_cannot_be(value):
    with pytest.raises(BscError, match="no concentration"):
        shake_weights(scored(100, 0), concentration=value)


def test_unknown_and_childless_ids():
    with pytest.raises(UnknownNameError, match="did you mean 'card'"):
        shake_weights(scored(100), ids=["crad"])
    with pytest.raises(BscError, match="'k0' is a KPI: no weights lie below it"):
        shake_weights(scored(100), ids=["k0"])
