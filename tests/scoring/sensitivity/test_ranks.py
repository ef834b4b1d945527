import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau
from trees import actuals, scored, tree

from bsclib import score
from bsclib.errors import BscError, UnknownNameError
from bsclib.scoring.sensitivity.ranks import _mean_tau, _ranks, unit_rank_stability

UNITS = {"A": (90, 10, 50), "B": (20, 95, 40), "C": (10, 10, 10), "D": (None, None, None)}


def units(values=UNITS) -> pd.DataFrame:
    return score(tree(3), pd.concat([actuals(*kpis, unit=unit) for unit, kpis in values.items()]))


def test_order_and_chances():
    found = unit_rank_stability(units())
    assert found["unit"].tolist() == ["B", "A", "C"]
    assert found["rank"].tolist() == [1, 2, 3]
    assert found["score"].tolist() == pytest.approx([155 / 3, 50, 10])
    assert found["units"].tolist() == [3] * 3
    worst = found.set_index("unit").loc["C"]
    assert (worst["chance_of_rank"], worst["chance_best"], worst["chance_worst"]) == (1, 0, 1)
    assert found["chance_best"].sum() == pytest.approx(1)
    assert 0 < found["chance_best"].min() + found["chance_best"].max() < 2
    assert found["mean_rank"].sum() == pytest.approx(6)


def test_a_unit_without_a_score_has_no_rank():
    assert "D" not in set(unit_rank_stability(units())["unit"])


def test_ties_share_a_place():
    found = unit_rank_stability(units({"A": (50, 50, 50), "B": (50, 50, 50), "C": (90, 90, 90)}))
    assert found["rank"].tolist() == [1, 2, 2]
    assert found["chance_worst"].tolist() == [0, 1, 1]
    assert found["tau"].tolist() == pytest.approx([1, 1, 1])


def test_no_order_among_equals():
    found = unit_rank_stability(units({"A": (50, 50, 50), "B": (50, 50, 50)}))
    assert found["tau"].isna().all()


def test_ranks_and_tau_beside_scipy():
    random = np.random.default_rng(3)
    stated, totals = random.integers(0, 5, 8).astype(float), random.integers(0, 5, (8, 20)).astype(float)
    assert _ranks(np.array([[3.0], [5.0], [5.0], [1.0]])).ravel().tolist() == [3, 1, 1, 4]
    taus = [kendalltau(stated, column).statistic for column in totals.T]
    assert _mean_tau(stated, totals) == pytest.approx(np.mean(taus))


def test_one_unit_and_no_unit():
    found = unit_rank_stability(units({"A": (50, 60, 70)}))
    assert found["rank"].tolist() == [1]
    assert found["tau"].isna().all()
    with pytest.raises(BscError, match="no units to rank"):
        unit_rank_stability(scored(50, 60))
    assert unit_rank_stability(units({"A": (None, 1, 2), "B": (None, None, None)}), "o0")["unit"].tolist() == ["A"]


def test_of_an_objective_and_what_cannot_be_asked():
    assert unit_rank_stability(units(), "o0")["id"].unique().tolist() == ["o0"]
    with pytest.raises(BscError, match="'k0' is a KPI"):
        unit_rank_stability(units(), "k0")
    with pytest.raises(UnknownNameError, match="no period"):
        unit_rank_stability(units(), period="2030-01")
    with pytest.raises(BscError, match="cannot be drawn"):
        unit_rank_stability(units(), draws=10**9)
