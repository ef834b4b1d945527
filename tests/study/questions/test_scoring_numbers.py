"""Questions on scores can never say other than a score does."""

from random import Random

import numpy as np
import pytest

from bsclib.model.nouns import KPI
from bsclib.model.periods import span
from bsclib.scoring import attainment, noncompensatory_means, rules
from bsclib.study.questions import scoring_numbers as numbers


@pytest.fixture(params=range(8))
def rng(request):
    return Random(request.param)


def test_attainment_is_the_kits(rng):
    for recipe in (numbers.higher, numbers.lower):
        given, results = recipe(rng)
        expected = attainment("kit", given["actual"], floor=given["floor"], expected=given["target"])
        assert results["attainment"] == pytest.approx(float(expected))


def test_a_score_is_held(rng):
    for recipe, held in ((numbers.beyond, 100), (numbers.below_floor, 0)):
        given, results = recipe(rng)
        unheld = 100 * rules.linear_attainment(given["actual"], given["floor"], given["target"])
        assert results["score"] == held
        assert results["unheld"] == pytest.approx(float(unheld))
        assert results["unheld"] > 100 or results["unheld"] < 0
    given, results = numbers.in_range(rng)
    low, high, upper = given["low"], given["high"], given["upper"]
    right = rules.range_attainment(given["actual"], low, high, 2 * low - high, upper)
    assert results["score"] == pytest.approx(100 * float(right))


def test_expected_is_the_paths_point(rng):
    given, results = numbers.on_the_way(rng)
    path = [{"period": "2026-01", "value": given["target"]}]
    start = {"period": "2025-01", "value": given["baseline"]}
    kpi = KPI(id="k", name="k", objective="o", direction="higher_is_better", baseline=start, target=path)
    month = span("2025-01")[0] + int(given["months"])
    assert results["expected"] == pytest.approx(float(kpi.expected(np.array([month]))[0]))


def test_a_mean_is_weighted_as_the_rules_do(rng):
    given, results = numbers.mean_of_three(rng)
    scores, weights = ([given[name] for name in names] for names in ("abc", "uvw"))
    assert results["mean"] == pytest.approx(float(rules.weighted_mean(scores, weights)))
    assert results["turned"] == pytest.approx(float(rules.weighted_mean(scores, weights[::-1])))
    assert results["by_ten"] == pytest.approx(float(rules.weighted_sum(scores, weights, 10)))
    given, held = numbers.not_held(rng)
    ahead, behind = 100 * given["ahead"], 100 * given["behind"]
    assert held["held"] == pytest.approx(float(rules.weighted_mean([100, behind], [1, 1])))
    assert held["unheld"] == pytest.approx(float(rules.weighted_mean([ahead, behind], [1, 1])))
    given, others = numbers.other_means(rng)
    scores = np.array([[given["good"]] * 3 + [given["bad"]]])
    harsher = noncompensatory_means(scores, np.full((1, 4), 0.25))[:, 0]
    assert [others[name] for name in ("geometric", "harmonic", "worst")] == pytest.approx(harsher)


def test_shares_and_ratios_are_the_rules(rng):
    given, shares = numbers.effective_weight(rng)
    weights = rules.redistribute_weights(rules.relative_weights([given["u"], given["v"], given["w"]]), [2])
    assert shares["share"] == pytest.approx(100 * float(weights[0]))
    given, ratio = numbers.pooled(rng)
    pooled = rules.ratio_of_sums([given["met_a"], given["met_b"]], [given["all_a"], given["all_b"]])
    assert ratio["pooled"] == pytest.approx(100 * float(pooled))
    given, branch = numbers.uneven_branches(rng)
    assert branch["alone"] == pytest.approx(branch["one_of_many"] * given["kpis"])


def test_what_is_missing(rng):
    given, results = numbers.bounds(rng)
    assert results["low"] == pytest.approx(given["rest"] * given["known"] / given["kpis"])
    assert results["high"] - results["low"] == pytest.approx(100 / given["kpis"])
    given, policies = numbers.missing(rng)
    for policy, scores in (("redistribute", []), ("zero", [0]), ("carry_forward", [given["last"]])):
        parts = [given["a"], given["b"], *scores]
        assert policies[policy] == pytest.approx(float(rules.weighted_mean(parts, [1] * len(parts))))
