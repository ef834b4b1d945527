from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from samples import desk, table
from trees import actuals, scored, tree

from bsclib import score
from bsclib.errors import BscError, UnknownNameError
from bsclib.model.status import STATUSES
from bsclib.scoring.published import METHODS
from bsclib.scoring.tree import ALL, lowest_score, roll_up_tree, score_tree


def two_units():
    rows = table(("A", "cost", "2026-01", 100), ("B", "load", "2026-02", 85), columns="unit kpi period actual")
    return score(desk(), rows)


def test_the_organisation_and_the_last_month_unless_others_are_named():
    found = score_tree(two_units())
    assert found.frame["unit"].unique().tolist() == [""]
    assert found.frame["period"].unique().tolist() == ["2026-02"]
    assert score_tree(two_units(), ALL, ALL).cases == 6
    assert score_tree(two_units(), ["A", "B"], "2026-01").cases == 2


def test_order_and_categories_do_not_matter():
    scores = two_units()
    shuffled = scores.sample(frac=1, random_state=1).astype({"unit": str, "id": str, "period": str, "status": str})
    one, other = score_tree(scores, "A", ALL), score_tree(shuffled, "A", ALL)
    for id in one.ids:
        a, b = one.ids.index(id), other.ids.index(id)
        assert sorted(one.status[:, a]) == sorted(other.status[:, b])
        assert one.ids[one.parent[a]] == other.ids[other.parent[b]]


def test_shares_multiply_along_the_tree():
    found = score_tree(scored(10, 20, 60, shape=(2, 1), weights=[3, 1, 5]))
    carried = dict(zip(found.kpis_under(found.root), found.kpi_shares(found.root)[0], strict=True))
    ids = [found.ids.index(id) for id in ("k0", "k1", "k2")]
    assert [carried[id] for id in ids] == pytest.approx([0.375, 0.125, 0.5])


def test_roll_up_gives_the_scores_back():
    found = score_tree(two_units(), ALL, ALL)
    again = roll_up_tree(found, found.numbers["score"][:, found.kpis], found.numbers["weight"])
    np.testing.assert_allclose(again, found.numbers["score"], rtol=1e-12)


@pytest.mark.parametrize(
    ("unit", "period", "message"),
    [("C", None, "there is no unit 'C'"), (None, "2025-01", "there is no period"), (["A", "a"], ALL, "no unit 'a'")],
)
def test_unknown_names(unit, period, message):
    with pytest.raises(UnknownNameError, match=message):
        score_tree(two_units(), unit, period)


def test_what_is_not_a_frame_of_scores():
    scores = two_units()
    with pytest.raises(BscError, match="column 'weight' is missing"):
        score_tree(scores.drop(columns="weight"))
    with pytest.raises(BscError, match="rows are missing"):
        score_tree(scores[scores["level"] != "objective"])
    with pytest.raises(BscError, match="there are no rows"):
        score_tree(scores[:0])
    both = pd.concat([scores, scores.assign(method="another")])
    with pytest.raises(BscError, match="one scoring method at a time"):
        score_tree(both)


def test_means_of_colours_are_refused():
    card, rows = tree(3), actuals(100, 80, 10)
    scores = score(card, rows, method=replace(METHODS["kit"], name="ours", colours=True))
    with pytest.raises(BscError, match="not the weighted mean"):
        score_tree(scores)
    assert score_tree(scores, means=False).cases == 1


def test_the_frame_is_left_as_it_was():
    scores = two_units()
    before = scores.copy()
    score_tree(scores, ALL, ALL)
    assert scores.equals(before)


def test_a_cut_is_met_at_nine_decimals():
    cut = float(lowest_score(np.array(0.7)))
    assert 69.9999999 < cut < 70
    assert STATUSES[score_tree(scored(cut + 1e-9)).status[0, 0]] == "at_risk"
