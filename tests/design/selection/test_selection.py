"""The chain from judgements to an order of candidates."""

import pytest
from samples import small

from bsclib.design.selection.candidates import rate_candidates
from bsclib.design.selection.criteria import CRITERIA, entropy_weights, rank_stability, topsis
from bsclib.design.selection.judgements import ahp, pairwise

BENEFIT = {one.name: one.benefit for one in CRITERIA}


def test_from_judgements_to_an_order():
    """Names hold the parts together, in whatever order they come."""
    rated = rate_candidates(small())
    rated = rated.loc[:, rated.nunique() > 1]
    judged = {(first, second): 2 for i, first in enumerate(rated) for second in rated.columns[i + 1 :]}
    weights = ahp(pairwise(rated.columns, judged)).weights
    benefit = {name: BENEFIT[name] for name in reversed(rated.columns)}
    found = rank_stability(rated, weights[::-1], benefit, draws=50)
    assert set(found["alternative"]) == set(rated.index)
    assert found["worth"].tolist() == pytest.approx(sorted(topsis(rated, weights, benefit), reverse=True))
    assert entropy_weights(rated).shape == (len(rated.columns),)
