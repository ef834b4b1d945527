"""What the package offers, and the chain from judgements to an order of candidates."""

import subprocess
import sys

import pytest
from samples import small

import bsclib.design.selection
from bsclib.design.selection import (
    CRITERIA,
    ahp,
    candidates,
    entropy_weights,
    pairwise,
    rank_stability,
    topsis,
    weighted_sum,
)

BENEFIT = {one.name: one.benefit for one in CRITERIA}


def test_each_export_is_there_and_is_no_module():
    for name in bsclib.design.selection.__all__:
        assert type(getattr(bsclib.design.selection, name)).__name__ != "module", name


def test_import_is_light():
    script = "import sys, bsclib.design.selection; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"matplotlib", "scipy", "pymcdm", "networkx", "statsmodels"} & set(loaded)


def test_from_judgements_to_an_order():
    """Names hold the parts together, in whatever order they come."""
    rated = candidates(small())
    rated = rated.loc[:, rated.nunique() > 1]
    judged = {(first, second): 2 for i, first in enumerate(rated) for second in rated.columns[i + 1 :]}
    weights = ahp(pairwise(rated.columns, judged)).weights
    benefit = {name: BENEFIT[name] for name in reversed(rated.columns)}
    for method in (topsis, weighted_sum):
        found = rank_stability(rated, weights[::-1], benefit, method=method, draws=50)
        assert set(found["alternative"]) == set(rated.index)
        assert found["worth"].tolist() == pytest.approx(sorted(method(rated, weights, benefit), reverse=True))
    assert entropy_weights(rated).shape == (len(rated.columns),)
