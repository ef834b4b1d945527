"""Numbers of services, projects, judgements and links, redone by hand."""

from random import Random

import pytest

from bsclib.design import ahp, pairwise
from bsclib.study.questions import practice_numbers as numbers


@pytest.fixture(params=range(4))
def rng(request):
    return Random(request.param)


def test_services(rng):
    given, results = numbers.mtbf(rng)
    assert results["availability"] == pytest.approx(100 / (1 + given["repair"] / given["between"]))
    given, results = numbers.in_series(rng)
    assert results["series"] < given["each"] < results["either"]
    given, results = numbers.in_parallel(rng)
    assert results["either"] + results["down"] == pytest.approx(100)
    given, results = numbers.downtime(rng)
    assert results["allowed"] == pytest.approx(given["days"] * 1440 * (1 - given["level"] / 100))
    given, results = numbers.slow_one(rng)
    assert results["mean"] == pytest.approx((9 * given["quick"] + given["slow"]) / 10)
    assert results["median"] == given["quick"]
    given, results = numbers.on_hold(rng)
    assert results["counted"] + given["held"] == given["open"]
    given, results = numbers.apdex(rng)
    assert results["apdex"] == pytest.approx((given["satisfied"] + given["tolerating"] / 2) / given["samples"])


def test_surveys_changes_and_money(rng):
    given, results = numbers.promoters(rng)
    assert given["promoters"] + given["passives"] + given["detractors"] == given["answers"]
    assert results["nps"] == pytest.approx(100 * (given["promoters"] - given["detractors"]) / given["answers"])
    given, results = numbers.failed_changes(rng)
    assert results["rate"] + results["success"] == pytest.approx(100)
    given, results = numbers.budget(rng)
    assert given["planned"] * (1 + results["variance"] / 100) == pytest.approx(given["spent"])
    given, results = numbers.earned(rng)
    assert results["cpi"] * given["cost"] == pytest.approx(given["earned"])
    assert results["spi"] * given["planned"] == pytest.approx(given["earned"])
    given, results = numbers.returns(rng)
    assert given["cost"] * (1 + results["roi"] / 100) == pytest.approx(given["benefit"])


def test_links_and_chance(rng):
    given, results = numbers.sum_of_chain(rng)
    assert results["effect"] == pytest.approx(given["by"] * given["first"] * given["second"])
    given, results = numbers.scaled_chain(rng)
    assert results["revenue"] == pytest.approx(0.1 * given["points"])
    given, results = numbers.false_alarms(rng)
    assert results["any"] + results["none"] == pytest.approx(100)
    given, results = numbers.steps_of_q(rng)
    assert results["step"] == pytest.approx(given["rank"] * results["bonferroni"])
    given, results = numbers.expected_gain(rng)
    assert results["mean"] + results["failed"] == pytest.approx(given["planned"])
    given, results = numbers.guesses(rng)
    assert results["mean"] * given["options"] == pytest.approx(given["questions"])


def test_weights_of_judgements_that_agree(rng):
    given, results = numbers.three_judgements(rng)
    assert results["weight"] == pytest.approx(100 * given["ac"] / (given["ac"] + given["bc"] + 1))


def test_judgements_weigh_as_in_the_hierarchy_process(rng):
    given, results = numbers.three_judgements(rng)
    judged = {("a", "b"): given["ab"], ("b", "c"): given["bc"], ("a", "c"): given["ac"]}
    assert results["weight"] == pytest.approx(100 * ahp(pairwise(["a", "b", "c"], judged)).weights["a"])
