"""How well links are told apart in worlds whose links are known; the benchmark does the same at length."""

import numpy as np
import pytest
from bench_evidence import run
from bench_hard_worlds import judged, row
from hard_worlds import KINDS, hard_world
from worlds import world

from bsclib.causality.evidence.claims import claims
from bsclib.causality.evidence.engine import Panel, examine, own_noise


@pytest.mark.parametrize(
    ("months", "window", "options", "least"),
    [
        (36, 0, {}, 0.70),
        (60, 0, {}, 0.86),
        (60, 1, {"wrong_lags": True}, 0.80),
        (60, 0, {"hidden": 0.6, "trends": True, "seasons": "ragged"}, 0.80),
        (24, 0, {"units": 4, "shared": 0.5}, 0.85),
    ],
)
def test_worlds(months, window, options, least):
    found = run(12, months, window, options).mean()
    assert found["F1"] > least
    assert found["false"] < 0.09
    assert found["cover"] > 0.85
    assert found["ref. true"] < 0.02
    assert found["rob. true"] > found["rob. false"]
    assert found["placebo"] < 2.5 * found["cut"]


def by_hand(**more):
    random = np.random.default_rng(0)
    values = random.normal(size=(1, 80, 2)) * [5, 3]
    values[0, 1:, 1] += 0.9 * values[0, :-1, 0]
    return Panel(values, claims(np.array([0]), np.array([1]), np.array([1]), np.array([1]), **more))


def test_the_smallest_effect_that_matters_is_by_default_a_fifth_of_the_noise():
    assert examine([by_hand()]).estimates.smallest[0] == pytest.approx(0.2 * 3 / 5, rel=0.2)
    assert examine([by_hand(smallest=0.7)]).estimates.smallest[0] == 0.7


def test_panels_are_judged_together():
    one, two = examine([by_hand()]), examine([by_hand(), by_hand()])
    assert two.judged.supported.tolist() == [True, True]
    assert two.estimates.p[1] == one.estimates.p[0]
    assert two.judged.cut == one.judged.cut
    assert two.robust.keys() == {0, 1}


def test_order_does_not_matter():
    one = world(3, 48)
    turned = np.random.default_rng(0).permutation(60)
    found = [
        examine([Panel(one.values, claims(*(part[order] for part in (one.cause, one.effect, one.lag, one.sign))))])
        for order in (np.arange(60), turned)
    ]
    assert found[1].judged.supported.tolist() == found[0].judged.supported[turned].tolist()
    assert found[1].estimates.p == pytest.approx(found[0].estimates.p[turned])


def test_no_panels():
    found = examine([])
    assert (len(found.tested), found.placebos) == (0, 0)


def test_noise_is_what_own_past_leaves_over():
    values = np.random.default_rng(0).normal(scale=2, size=(1, 3000, 1))
    for t in range(1, 3000):
        values[0, t] += 0.7 * values[0, t - 1]
    assert own_noise(values)[0] == pytest.approx(2, rel=0.05)
    assert np.isnan(own_noise(np.full((1, 20, 1), np.nan)))[0]


# ---- data that misbehave; the benchmark `bench_hard_worlds` does the same at length ----------------------------------

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
