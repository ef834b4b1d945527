import numpy as np
import pandas as pd
import pytest
from samples import desk, small, table
from shops import rising, shop

from bsclib import read_actuals, read_scorecard
from bsclib.causality.correlation_test import unlinked_pairs
from bsclib.causality.evidence.links import link_evidence
from bsclib.causality.map_claims import (
    map_quality,
    map_words,
    placebo_check,
    supported_links,
)
from bsclib.errors import UnknownNameError
from bsclib.model.edit import change
from bsclib.study.lessons.props import experts_against_data


@pytest.fixture(scope="module")
def meridian():
    card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    return card, actuals, link_evidence(card, actuals)


class TestTold:
    def test_placebos(self, meridian):
        evidence = meridian[2]
        found = placebo_check(evidence)
        tested, supported = evidence["p"].notna().sum(), (evidence["verdict"] == "supported").sum()
        assert found["tested"].tolist() == [tested, evidence["placebos"].iloc[0]]
        assert found["share"].iloc[1] == evidence["placebos_supported"].iloc[0] / evidence["placebos"].iloc[0]
        assert found["expected"].iloc[1] == pytest.approx(0.1 * supported / tested)

    def test_no_placebos(self):
        card = shop(("a", "b", "+", 1))
        assert placebo_check(link_evidence(card, rising())).empty


class TestWhoWasRight:
    def test_experts_and_data(self, meridian):
        card, _, evidence = meridian
        found = experts_against_data(card, evidence)
        refuted = evidence[evidence["verdict"] == "refuted"]
        assert len(found[found["word"] == "contradicted"]) == len(refuted)

    @pytest.mark.parametrize("links", [(), (("a", "b", "+", 1), ("b", "a", "+", 1))])
    def test_nothing_to_compare(self, links):
        card = shop(*links)
        ratings = pd.DataFrame(0.0, index=list("ab"), columns=list("ab"))
        if links:
            ratings.loc["a", "b"] = ratings.loc["b", "a"] = 3  # goes round undiminished
        found = experts_against_data(card, link_evidence(card, rising()), ratings)
        assert found.empty
        assert {"cause", "effect", "word"} <= set(found)

    def test_ratings_of_somebody_else(self, meridian):
        card, _, evidence = meridian
        ratings = pd.DataFrame([[0, 3], [0, 0]], index=["x", "y"], columns=["x", "y"])
        with pytest.raises(UnknownNameError, match="'x'"):
            experts_against_data(card, evidence, ratings)

    def test_supported_links_take_the_lag_that_was_found(self, meridian):
        card, _, evidence = meridian
        found = {(link.cause, link.effect): link for link in supported_links(card, evidence)}
        assert len(found) == (evidence["verdict"] == "supported").sum()
        assert found["patch-latency", "audit-findings"].lag == 3
        again = change(card, card.id, links=list(found.values()))
        assert len(again.links) == len(found)


def test_a_scorecard_without_months_in_common():
    card = desk(links=[{"cause": "mttr", "effect": "cost", "sign": "+", "lag": 1}])
    actuals = table(("load", "2026-05", 70), ("cost", "2026-05", 120))
    assert unlinked_pairs(card, actuals).empty


# ---- what it is worth ------------------------------------------------------------------------------------------------


def verdicts(*rows):
    """Evidence, as far as the map's worth is read from it: cause, effect, lag, cumulative, p, verdict."""
    return pd.DataFrame(rows, columns=["cause", "effect", "lag", "cumulative", "p", "verdict"])


def test_the_quality_of_a_map():
    card = small()
    first, second, *rest = [kpi.id for kpi in card.kpis]
    found = map_quality(card, verdicts((first, second, 1, 1.0, 0.5, "refuted")))
    assert (found["links"], found["contradicted"], found["supported"], found["untested"]) == (1, 1.0, 0.0, 0.0)
    assert found["orphans"] == rest
    assert found["longest_unproven"] == f"{first} → {second}"


def test_no_map_at_all():
    found = map_quality(small(), verdicts())
    assert found["links"] == 0
    assert np.isnan(found["supported"])
    assert found["longest_unproven"] == ""


# ------------------------------------------------------------------------------------------------------------ in words


def worded(*rows, placebos=0, placebos_supported=0):
    card = desk(links=[])
    found = verdicts(*rows)
    found["hidden_driver"] = [0.1 * (at + 2) for at in range(len(rows))]
    found = found.assign(placebos=placebos, placebos_supported=placebos_supported)
    return map_words(found, map_quality(card, found))


def test_a_map_in_words():
    rows = [("mttr", "cost", 1, 0.5, 0.01, "supported"), ("cost", "load", 2, 1.0, 0.5, "too_little_data")]
    assert worded(*rows, placebos=40, placebos_supported=2) == [
        "2 links: 1 supported, 1 too little data.",
        "Of 40 placebo links, which nobody claimed, 2 (5 %) would have been supported; chance alone allows 5 %.",
        "The map: 50 % supported, 0 % contradicted, 50 % untested.",
        "Longest chain without a supported link: cost → load.",
        "No link touches leavers.",
        "What no data can tell: whether something that nobody measured drives both ends of a link.",
        "Easiest to explain away: mttr → cost, by a driver that makes up 20 % of the noise of both.",
    ]


def test_placebos_far_beyond_chance_are_a_warning():
    rows = [("mttr", "cost", 1, 0.5, 0.01, "supported"), ("cost", "load", 2, 1.0, 0.5, "too_little_data")]
    assert any(
        line.startswith("That is far more than chance") for line in worded(*rows, placebos=40, placebos_supported=8)
    )
    assert not any("far more" in line for line in worded(*rows, placebos=40, placebos_supported=2))
    assert not any("placebo" in line for line in worded(*rows))


def test_placebos_are_held_against_links_that_could_be_tested():
    nothing = ("mttr", "cost", 1, float("nan"), float("nan"), "too_little_data")
    assert not any("placebo" in line or "chance" in line for line in worded(nothing, placebos=6, placebos_supported=1))
    missed = ("mttr", "cost", 1, 0.1, 0.6, "refuted")
    told = worded(*[missed] * 4, placebos=40, placebos_supported=1)
    assert (
        "Of 40 placebo links, which nobody claimed, 1 (2 %) would have been supported; chance alone allows 2 %." in told
    )
    assert not any("far more" in line for line in told)


def test_words_of_a_map_with_one_link_or_none():
    assert worded(("mttr", "cost", 1, 0.5, 0.6, "refuted"))[:2] == [
        "1 link: 1 refuted.",
        "The map: 0 % supported, 100 % contradicted, 0 % untested.",
    ]
    assert worded() == ["The map has no links: there is nothing to test."]
