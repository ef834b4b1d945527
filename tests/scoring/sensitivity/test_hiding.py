import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import DESK, desk, table
from trees import by_id, kpi_weights, scored, scores_of_kpis

from bsclib import score
from bsclib.errors import BscError
from bsclib.scoring.sensitivity.hiding import compensation, hidden_kpis, missing_bounds, noncompensatory_means
from bsclib.scoring.tree import ALL

values = st.lists(st.tuples(scores_of_kpis, kpi_weights), min_size=1, max_size=6)


class TestRedHiding:
    def test_95_95_95_20(self):
        row = by_id(compensation(scored(95, 95, 95, 20))).loc["o0"]
        assert row["score"] == 76.25
        assert round(row["geometric"], 1) == 64.4
        assert round(row["harmonic"], 1) == 49.0
        assert row["worst"] == 20
        found = [row[name] for name in ("status", "geometric_status", "harmonic_status", "worst_status")]
        assert found == ["at_risk", "off_target", "off_target", "off_target"]
        assert (row["kpis"], row["hidden"]) == (4, 1)

    def test_zero_forgives_nothing(self):
        row = by_id(compensation(scored(100, 0))).loc["card"]
        assert (row["geometric"], row["harmonic"], row["worst"]) == (0, 0, 0)

    def test_means_go_down_the_whole_tree(self):
        scores = scored(90, 40, 60, shape=(2, 1), weights=[3, 1, 5])
        row = by_id(compensation(scores)).loc["card"]
        share, kpis = np.array([0.375, 0.125, 0.5]), np.array([0.9, 0.4, 0.6])
        assert row["geometric"] == pytest.approx(100 * np.prod(kpis**share))
        assert row["harmonic"] == pytest.approx(100 / (share / kpis).sum())

    @given(values)
    def test_harsher_means_are_lower(self, pairs):
        found = compensation(scored(*(one for one, _ in pairs), weights=[weight for _, weight in pairs]))
        found = found.dropna(subset="score")
        assert (found["worst"] <= found["harmonic"] + 1e-9).all()
        assert (found["harmonic"] <= found["geometric"] + 1e-9).all()
        assert (found["geometric"] <= found["score"] + 1e-9).all()

    def test_without_data_there_is_no_mean(self):
        row = by_id(compensation(scored(None, 50, shape=(1, 1)))).loc["o0"]
        assert row[["score", "geometric", "harmonic", "worst"]].isna().all()
        assert (row["status"], row["geometric_status"], row["kpis"], row["hidden"]) == ("no_data", "no_data", 0, 0)

    def test_a_missing_kpi_does_not_count(self):
        row = by_id(compensation(scored(None, 50, 80))).loc["o0"]
        assert (row["worst"], row["kpis"]) == (50, 2)

    def test_scores_below_0_have_no_geometric_mean(self):
        found = noncompensatory_means(np.array([[-10.0, 50.0]]), np.array([[0.5, 0.5]]))
        assert np.isnan(found[:2]).all()
        assert found[2] == -10

    def test_every_unit_and_month(self):
        rows = table(("A", "cost", "2026-01", 1), ("B", "cost", "2026-03", 1), columns="unit kpi period actual")
        assert len(compensation(score(desk(), rows), unit=ALL, period=ALL)) == 9 * (1 + 4 + 3)


class TestHidden:
    def test_under_every_parent_that_is_better(self):
        found = hidden_kpis(scored(100, 100, 100, 100, 20, 100, shape=(5, 1)))
        assert found["id"].unique().tolist() == ["k4"]
        assert found["under"].tolist() == ["card", "corporate_contribution", "o0"]
        assert found["under_status"].tolist() == ["on_target", "at_risk", "at_risk"]
        assert found["share"].tolist() == pytest.approx([0.1, 0.2, 0.2])

    def test_worst_first(self):
        assert hidden_kpis(scored(100, 100, 60, 50)).drop_duplicates("id")["id"].tolist() == ["k3", "k2"]

    def test_a_kpi_without_weight_is_hidden_altogether(self):
        found = hidden_kpis(scored(100, 0, weights=[1, 0]))
        assert found["id"].unique().tolist() == ["k1"]
        assert (found["share"] == 0).all()

    def test_nothing_is_hidden(self):
        assert hidden_kpis(scored(100, 100)).empty
        assert hidden_kpis(scored(10, 10)).empty
        assert hidden_kpis(scored(None, None)).empty

    def test_counts_agree(self):
        scores = scored(100, 95, 60, 100, 20, 100, shape=(3, 3))
        counts = by_id(compensation(scores))["hidden"]
        for under, rows in hidden_kpis(scores).groupby("under", observed=True):
            assert counts[under] == len(rows)


class TestMissingBounds:
    def test_by_hand(self):
        found = by_id(missing_bounds(scored(100, None, 90, shape=(2, 1), weights=[3, 1, 1])))
        assert found.loc["o0", ["low", "high", "known_weight"]].tolist() == [75, 100, 0.75]
        assert found.loc["card", ["low", "high", "known_weight"]].tolist() == [82.5, 95, 0.875]
        assert found.loc[["card", "o0", "o1", "k0", "k1"], "status"].tolist() == [
            *["undecided", "undecided", "on_target", "on_target", "undecided"]
        ]
        assert found.loc["k1", ["low", "high", "known_weight"]].tolist() == [0, 100, 0]

    def test_both_bounds_on_one_side_decide(self):
        assert by_id(missing_bounds(scored(80, None, weights=[9, 1]))).loc["card", "status"] == "at_risk"

    def test_whatever_the_policy_made_of_it(self):
        for missing in ("redistribute", "zero", "propagate", "carry_forward"):
            row = by_id(missing_bounds(scored(80, None, missing=missing))).loc["card"]
            assert (row["low"], row["high"]) == (40, 90)

    def test_an_objective_that_no_kpi_measures_stays_out(self):
        objectives = [*DESK["objectives"], {"id": "o", "name": "O", "perspective": "user_orientation"}]
        scores = score(desk(objectives=objectives), table(("cost", "2026-06", 100)))
        found = by_id(missing_bounds(scores))
        assert found.loc[["o", "user_orientation"], "status"].tolist() == ["no_data", "no_data"]
        assert found.loc[["o", "user_orientation"], ["low", "high", "known_weight"]].isna().all(axis=None)
        assert found.loc["desk", "known_weight"] == pytest.approx(1 / 3)

    def test_columns_are_kept(self):
        scores = scored(80, None)
        found = missing_bounds(scores)
        assert list(found.columns) == [*scores.columns, "low", "high", "known_weight"]
        assert list(found["status"].cat.categories) == list(scores["status"].cat.categories)

    @given(
        st.lists(st.tuples(st.none() | scores_of_kpis, kpi_weights, scores_of_kpis), min_size=4, max_size=4),
        st.sampled_from([(4,), (1, 3), (2, 1, 1), (1, 1, 1, 1)]),
    )
    def test_hold_the_score_of_every_completion(self, parts, shape):
        weights = [weight for _, weight, _ in parts]
        found = missing_bounds(scored(*(known for known, _, _ in parts), shape=shape, weights=weights))
        whole = scored(*(guess if known is None else known for known, _, guess in parts), shape=shape, weights=weights)
        measured = whole["score"].notna().to_numpy()
        assert (found["low"].to_numpy() <= whole["score"].to_numpy() + 1e-9)[measured].all()
        assert (found["high"].to_numpy() >= whole["score"].to_numpy() - 1e-9)[measured].all()
        decided = (found["status"] != "undecided").to_numpy()
        assert (found["status"].astype(str) == whole["status"].astype(str)).to_numpy()[decided].all()


def test_kpis_off_the_scale_are_no_surprise():
    """Actuals far beyond floor and target are held to 0..100 before they come here."""
    found = by_id(compensation(scored(-1e18, 1e18)))
    assert found.loc["card", ["score", "worst"]].tolist() == [50, 0]


def test_a_frame_of_something_else():
    with pytest.raises(BscError, match="is missing"):
        compensation(pd.DataFrame({"unit": []}))


def test_one_kpi_has_all_the_weight():
    scores = scored(100, 0, 0, weights=[1e9, 1e-300, 1e-300])
    assert by_id(compensation(scores)).loc["card", "score"] == pytest.approx(100)
    assert by_id(missing_bounds(scores)).loc["card", "status"] == "on_target"
