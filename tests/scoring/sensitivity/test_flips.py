import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import DESK, desk, table
from scipy.optimize import linprog
from trees import by_id, kpi_weights, scored, scores_of_kpis

from bsclib import score
from bsclib.errors import BscError, UnknownNameError
from bsclib.model.status import STATUSES
from bsclib.scoring.method import status_codes
from bsclib.scoring.sensitivity.flips import flip_weights, smallest_flips
from bsclib.scoring.tree import ALL, lowest_score

RANK = {"on_target": 0, "at_risk": 1, "off_target": 2}
CUTS = {"on_target": (90, np.inf), "at_risk": (70, 90), "off_target": (-np.inf, 70)}


def least_by_linear_programme(share: np.ndarray, scores: np.ndarray, low: float, high: float) -> float:
    """The smallest sum of absolute changes: v = share + up - down, with `low <= v s <= high`."""
    size = len(share)
    eye, both = np.eye(size), np.concatenate([scores, -scores])
    rows, limits = [], []
    if np.isfinite(high):
        rows, limits = [both], [high - share @ scores]
    if np.isfinite(low):
        rows, limits = [*rows, -both], [*limits, share @ scores - low]
    rows, limits = np.vstack([*rows, np.hstack([-eye, eye])]), np.concatenate([limits, share])
    ones = np.concatenate([np.ones(size), -np.ones(size)])
    found = linprog(np.ones(2 * size), rows, limits, ones[None], [0.0], bounds=(0, None), method="highs")
    return found.fun if found.success else np.inf


def test_by_hand():
    """90 and 50, half each: 70; a hair less is off target, and half the way up makes 90."""
    found = by_id(flip_weights(scored(90, 50), "o0"))
    assert found["share"].tolist() == [0.5, 0.5]
    assert found["new_status"].tolist() == ["off_target"] * 2
    assert found["total_change"].tolist() == pytest.approx([0, 0], abs=1e-8)
    assert found["new_parent_score"].max() < float(lowest_score(np.array(0.7)))
    up = by_id(flip_weights(scored(90, 50), "o0", to="on_target"))
    assert up["new_share"].tolist() == pytest.approx([1, 0])
    assert up["total_change"].tolist() == pytest.approx([1, 1])


def test_those_farthest_behind_give_first():
    found = by_id(flip_weights(scored(100, 80, 0, 60), "o0", to="at_risk"))
    assert found["change"].tolist() == pytest.approx([0.1, 0, -0.1, 0])
    assert found["new_parent_score"].iloc[0] == pytest.approx(70)


def test_the_new_weights_do_flip_it():
    found = flip_weights(scored(100, 80, 0, 60), "o0")
    again = by_id(scored(100, 80, 0, 60, weights=found["new_share"].tolist()))
    assert again.loc["o0", "status"] == found["new_status"].iloc[0]


def test_all_children_on_one_side():
    found = flip_weights(scored(80, 75), "o0")
    assert found["new_share"].isna().all()
    assert found["new_status"].isna().all()
    assert found["reason"].iloc[0] == (
        "no weights can make it another status: its children score 75 to 80, all on one side"
    )
    assert np.isnan(found["total_change"]).all()


def test_a_child_without_a_score_takes_no_part():
    found = by_id(flip_weights(scored(100, None, 40), "o0"))
    assert np.isnan(found.loc["k1", "new_share"])
    assert found["new_share"].sum() == pytest.approx(1)


def test_a_child_without_weight_may_take_some():
    found = by_id(flip_weights(scored(80, 100, weights=[1, 0]), "o0"))
    assert found["new_share"].tolist() == pytest.approx([0.5, 0.5])


def test_a_parent_without_a_score():
    found = flip_weights(scored(None, None), "o0")
    assert found["reason"].unique().tolist() == ["it has no score, and so no status to flip"]


def reaches(kpis: np.ndarray, status: str, to: str) -> bool:
    """Whether some weights bring the mean of these scores from one status to another."""
    cut = float(lowest_score(np.array(CUTS[to][0] if RANK[to] < RANK[status] else CUTS[to][1]) / 100))
    return kpis.max() >= cut if RANK[to] < RANK[status] else kpis.min() < cut


half_points = st.integers(0, 200).map(lambda half: half / 2)


@given(st.lists(st.tuples(half_points, kpi_weights), min_size=1, max_size=6), st.sampled_from([None, *CUTS]))
def test_nothing_smaller_flips_it(parts, to):
    scores = scored(*(value for value, _ in parts), weights=[weight for _, weight in parts])
    status = str(by_id(scores).loc["o0", "status"])
    if status == to:
        with pytest.raises(BscError, match="already"):
            flip_weights(scores, "o0", to=to)
        return
    found = flip_weights(scores, "o0", to=to)
    share, kpis = found["share"].to_numpy(), found["score"].to_numpy()
    goals = [name for name in CUTS if name != status and to in (None, name) and reaches(kpis, status, name)]
    if not goals:
        assert found["total_change"].isna().all()
        assert "all on one side" in found["reason"].iloc[0]
        return
    best = min(least_by_linear_programme(share, kpis, *CUTS[name]) for name in goals)
    assert found["total_change"].iloc[0] == pytest.approx(best, abs=2e-6)


@given(st.lists(st.tuples(scores_of_kpis, kpi_weights), min_size=1, max_size=6))
def test_new_shares_are_shares_and_flip_it(parts):
    found = flip_weights(scored(*(value for value, _ in parts), weights=[weight for _, weight in parts]), "o0")
    if found["reason"].iloc[0]:
        return
    new = found["new_share"].to_numpy()
    assert (new >= 0).all()
    assert new.sum() == pytest.approx(1)
    assert found["total_change"].iloc[0] == pytest.approx(np.abs(found["change"]).sum())
    code = status_codes(np.array([new @ found["score"].to_numpy() / 100]), 0.7, 0.9)[0]
    assert STATUSES[code] == found["new_status"].iloc[0] != found["status"].iloc[0]


def test_smallest_flips_agree():
    scores = scored(100, 80, 0, 60, 90, 20, shape=(4, 2))
    table_ = by_id(smallest_flips(scores))
    for id in ("card", "o0", "o1", "corporate_contribution"):
        one = flip_weights(scores, id)
        assert table_.loc[id, "total_change"] == pytest.approx(one["total_change"].iloc[0], nan_ok=True)
        assert table_.loc[id, "reason"] == one["reason"].iloc[0]
    assert table_.loc["o0", "children"] == 4


def test_smallest_flips_of_every_unit_and_month():
    rows = table(("A", "cost", "2026-01", 1), ("B", "cost", "2026-03", 1), columns="unit kpi period actual")
    found = smallest_flips(score(desk(), rows), unit=ALL, period=ALL)
    assert len(found) == 9 * (1 + 2 + 3)


def test_what_cannot_be_asked():
    scores = scored(100, 0)
    with pytest.raises(BscError, match="'k0' is a KPI"):
        flip_weights(scores, "k0")
    with pytest.raises(UnknownNameError, match="no status to flip to 'green'"):
        flip_weights(scores, "o0", to="green")
    with pytest.raises(BscError, match="is off_target already"):
        flip_weights(scores, "o0", to="off_target")
    objectives = [*DESK["objectives"], {"id": "o", "name": "O", "perspective": "user_orientation"}]
    unmeasured = score(desk(objectives=objectives), table(("cost", "2026-06", 100)))
    with pytest.raises(BscError, match="no KPI measures 'o'"):
        flip_weights(unmeasured, "o")
