"""Data that misbehave; the benchmark `bench_hard_worlds` does the same at length."""

import numpy as np
import pytest
from bench_hard_worlds import judged, row
from hard_worlds import KINDS, hard_world

WORLDS = 6


@pytest.mark.parametrize(
    ("kind", "least", "most", "cover"),
    [
        ("clean", 0.84, 0.09, 0.86),
        ("own .9", 0.82, 0.11, 0.82),
        ("random-walk causes", 0.82, 0.10, 0.82),
        ("t3 noise", 0.80, 0.10, 0.86),
        ("15 % missing", 0.70, 0.09, 0.84),
        ("blocks missing", 0.70, 0.09, 0.82),
        ("3 % outliers", 0.70, 0.09, 0.82),
        ("one shock", 0.78, 0.10, 0.82),
    ],
)
def test_links_are_told_apart_all_the_same(kind, least, most, cover):
    found = row(kind, 70_000, WORLDS)
    assert found["F1"] > least
    assert found["false"] < most
    assert found["cover true"] > cover
    assert found["cover uns."] > 0.83
    assert found["refuted true"] < 0.02


@pytest.mark.parametrize("kind", ["steps", "price lists", "yearly levels"])
def test_causes_that_are_levels_are_not_refuted(kind):
    worlds = [judged(hard_world(kind, 80_000 + n)) for n in range(10)]
    assert np.mean([one.loc[one["exists"], "refuted"].mean() for one in worlds]) <= 0.01


def test_robust_tells_true_from_false():
    found = [row(kind, 90_000, 8) for kind in ("clean", "own .9", "S-curve trends")]
    true, false = (np.nanmean([one[name] for one in found]) for name in ("robust true", "robust false"))
    assert true > false + 0.2


@pytest.mark.parametrize("kind", KINDS)
def test_a_world_is_the_same_again(kind):
    one, same, other = (hard_world(kind, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.values, same.values, equal_nan=True)
    assert not np.array_equal(one.values, other.values, equal_nan=True)
    assert one.values.shape == (1, 60, 16)
    assert one.exists.sum() == 24
