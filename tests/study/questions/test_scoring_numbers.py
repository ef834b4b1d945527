"""Questions on scores can never say other than a score does."""

import numpy as np
import pytest

from bsclib.scoring import attainment
from bsclib.study.questions import scoring_numbers as numbers


def rng(seed=3):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", range(8))
def test_attainment_is_the_kits(seed):
    for recipe in (numbers.higher, numbers.lower):
        given, results = recipe(rng(seed))
        expected = attainment("kit", given["actual"], floor=given["floor"], expected=given["target"])
        assert results["attainment"] == pytest.approx(float(expected))


@pytest.mark.parametrize("seed", range(8))
def test_a_score_is_held(seed):
    assert numbers.beyond(rng(seed))[1]["score"] == 100
    assert numbers.beyond(rng(seed))[1]["unheld"] > 100
    assert numbers.below_floor(rng(seed))[1]["score"] == 0
    assert numbers.below_floor(rng(seed))[1]["unheld"] < 0
    assert 0 < numbers.in_range(rng(seed))[1]["score"] < 100


@pytest.mark.parametrize("seed", range(8))
def test_a_mean_is_weighted(seed):
    given, results = numbers.mean_of_three(rng(seed))
    scores, weights = ([given[name] for name in names] for names in ("abc", "uvw"))
    assert results["mean"] == pytest.approx(np.average(scores, weights=weights))


def test_expected_is_the_paths_point():
    given, results = numbers.on_the_way(rng())
    share = given["months"] / 12
    assert results["expected"] == pytest.approx(given["baseline"] + share * (given["target"] - given["baseline"]))


def test_bounds_means_and_shares():
    given, results = numbers.bounds(rng())
    assert results["low"] == pytest.approx(given["rest"] * given["known"] / given["kpis"])
    assert results["high"] - results["low"] == pytest.approx(100 / given["kpis"])
    _, means = numbers.other_means(rng())
    assert means["mean"] > means["geometric"] > means["harmonic"] > means["worst"]
    given, shares = numbers.effective_weight(rng())
    assert shares["share"] == pytest.approx(100 * given["u"] / (given["u"] + given["v"]))
    given, ratio = numbers.pooled(rng())
    assert ratio["pooled"] == pytest.approx(100 * (given["met_a"] + given["met_b"]) / (given["all_a"] + given["all_b"]))
    given, branch = numbers.uneven_branches(rng())
    assert branch["alone"] == pytest.approx(branch["one_of_many"] * given["kpis"])
    _, held = numbers.not_held(rng())
    assert held["held"] < held["unheld"]
    given, policies = numbers.missing(rng())
    assert policies["redistribute"] == (given["a"] + given["b"]) / 2
    assert policies["zero"] == pytest.approx((given["a"] + given["b"]) / 3)
