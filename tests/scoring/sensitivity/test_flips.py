import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import desk, table
from scipy.optimize import linprog
from trees import by_id, kpi_weights, scored, scores_of_kpis

from bsclib import score
from bsclib.model.status import STATUSES
from bsclib.scoring.method import status_codes
from bsclib.scoring.sensitivity.flips import _flip, smallest_flips
from bsclib.scoring.tree import ALL, lowest_score, score_tree

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


def flip(*values, weights=None):
    """The flip of the one objective, and the shares of its children before it and after it."""
    tree = score_tree(scored(*values, weights=weights))
    node = tree.ids.index("o0")
    before = np.nan_to_num(tree.numbers["effective_weight"][0, tree.children(node)])
    found = _flip(tree, 0, node)
    return found, before, found.shares


def test_by_hand():
    """90 and 50, half each: 70; a hair less is off target."""
    found, before, after = flip(90, 50)
    assert before.tolist() == [0.5, 0.5]
    assert after.tolist() == pytest.approx([0.5, 0.5], abs=1e-8)
    assert found.status == "off_target"
    assert found.change == pytest.approx(0, abs=1e-7)
    assert found.score < float(lowest_score(np.array(0.7)))


def test_those_farthest_behind_give_first():
    """From 60 up to 70: a tenth goes from the one at 0 to the one at 100."""
    found, before, after = flip(100, 80, 0, 60)
    assert (after - before).tolist() == pytest.approx([0.1, 0, -0.1, 0])
    assert (found.score, found.status) == (pytest.approx(70), "at_risk")


def test_the_new_weights_do_flip_it():
    found, _, after = flip(100, 80, 0, 60)
    again = by_id(scored(100, 80, 0, 60, weights=after.tolist()))
    assert again.loc["o0", "status"] == found.status


def test_all_children_on_one_side():
    found = by_id(smallest_flips(scored(80, 75))).loc["o0"]
    assert np.isnan(found["total_change"])
    assert pd.isna(found["new_status"])
    assert found["reason"] == "no weights can flip it: its children score 75 to 80, all on one side"


def test_a_child_without_a_score_takes_no_part():
    _, _, after = flip(100, None, 40)
    assert after[1] == 0
    assert after.sum() == pytest.approx(1)
    assert by_id(smallest_flips(scored(100, None, 40))).loc["o0", "children"] == 2


def test_a_child_without_weight_may_take_some():
    assert flip(80, 100, weights=[1, 0])[2].tolist() == pytest.approx([0.5, 0.5])


def test_a_parent_without_a_score():
    found = by_id(smallest_flips(scored(None, None))).loc["o0"]
    assert found["reason"] == "it has no score, and so no status to flip"


def reaches(kpis: np.ndarray, status: str, to: str) -> bool:
    """Whether some weights bring the mean of these scores from one status to another."""
    cut = float(lowest_score(np.array(CUTS[to][0] if RANK[to] < RANK[status] else CUTS[to][1]) / 100))
    return kpis.max() >= cut if RANK[to] < RANK[status] else kpis.min() < cut


half_points = st.integers(0, 200).map(lambda half: half / 2)


@given(st.lists(st.tuples(half_points, kpi_weights), min_size=1, max_size=6))
def test_nothing_smaller_flips_it(parts):
    scores = by_id(scored(*(value for value, _ in parts), weights=[weight for _, weight in parts]))
    status, below = str(scores.loc["o0", "status"]), scores[scores["level"] == "kpi"]
    found = by_id(smallest_flips(scores.reset_index(drop=True))).loc["o0"]
    share, kpis = below["effective_weight"].to_numpy(), below["score"].to_numpy()
    goals = [name for name in CUTS if name != status and reaches(kpis, status, name)]
    if not goals:
        assert np.isnan(found["total_change"])
        assert "all on one side" in found["reason"]
        return
    best = min(least_by_linear_programme(share, kpis, *CUTS[name]) for name in goals)
    assert found["total_change"] == pytest.approx(best, abs=2e-6)


@given(st.lists(st.tuples(scores_of_kpis, kpi_weights), min_size=1, max_size=6))
def test_new_shares_are_shares_and_flip_it(parts):
    values = [value for value, _ in parts]
    found, before, after = flip(*values, weights=[weight for _, weight in parts])
    if found.reason:
        return
    assert (after >= 0).all()
    assert after.sum() == pytest.approx(1)
    assert found.change == pytest.approx(np.abs(after - before).sum())
    assert STATUSES[status_codes(np.array([after @ np.array(values) / 100]), 0.7, 0.9)[0]] == found.status


def test_smallest_flips_of_every_unit_and_month():
    rows = table(("A", "cost", "2026-01", 1), ("B", "cost", "2026-03", 1), columns="unit kpi period actual")
    found = smallest_flips(score(desk(), rows), unit=ALL, period=ALL)
    assert len(found) == 9 * (1 + 2 + 3)
