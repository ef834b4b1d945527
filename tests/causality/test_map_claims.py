import numpy as np
import pandas as pd
import pytest
from samples import desk, table

from bsclib import read_actuals, read_scorecard
from bsclib.causality import map_claims as hypotheses
from bsclib.causality.evidence import link_evidence
from bsclib.errors import UnknownNameError
from bsclib.model.build import build
from bsclib.model.edit import change
from bsclib.model.nouns import Link
from bsclib.study.lessons.known import known_truth
from bsclib.study.lessons.lesson_04 import experts_apart

MONTHS = [f"{2022 + at // 12}-{at % 12 + 1:02d}" for at in range(48)]


def shop(*links, **more):
    """KPIs a to e; c and d are computed from the same quantity."""
    formulas = {"c": "cost / users", "d": "100 * cost / budget"}
    plain = {"objective": "do", "direction": "higher_is_better", "floor": 0, "target": 9}
    return build(
        {
            "id": "shop",
            "name": "Shop",
            "perspectives": [{"id": "all", "name": "All"}],
            "objectives": [{"id": "do", "name": "Do it", "perspective": "all"}],
            "kpis": [{"id": id, "name": id.upper(), "formula": formulas.get(id, ""), **plain} for id in "abcde"],
            "links": [dict(zip(("cause", "effect", "sign", "lag"), link, strict=False)) for link in links],
            **more,
        }
    )


def rising(seed=1):
    random, month = np.random.default_rng(seed), np.arange(48)
    frames = [pd.DataFrame({"kpi": id, "period": MONTHS, "actual": month + random.normal(size=48)}) for id in "abcde"]
    return pd.concat(frames, ignore_index=True)


@pytest.fixture(scope="module")
def meridian():
    card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    return card, actuals, link_evidence(card, actuals)


class TestClaims:
    def test_what_a_link_leaves_open_is_missing(self):
        card = shop(("a", "b", "+", 2), ("b", "e"), ("c", "d", "+", 0))
        found = hypotheses.claims(card)
        assert found["number"].tolist() == [1, 2, 3]
        assert found["sign"].tolist() == ["+", "", "+"]
        assert found["lag"].tolist() == [2, pd.NA, 0]
        assert found["testable"].iloc[0] == "yes"
        assert "no sign and no lag" in found["testable"].iloc[1]
        assert "arithmetic" in found["testable"].iloc[2]

    def test_no_map(self):
        assert hypotheses.claims(shop()).empty


class TestStrangers:
    def test_who_is_joined_is_no_stranger(self):
        """a drives b and e, so b and e share a; c and d are arithmetic."""
        found = hypotheses.strangers(shop(("a", "b", "+", 1), ("a", "e", "+", 1)), rising())
        assert {*zip(found["kpi"], found["other"], strict=True)} == {
            *(("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "e"), ("d", "e"))
        }

    def test_a_way_of_several_links_joins_too(self):
        found = hypotheses.strangers(shop(("a", "b", "+", 1), ("b", "c", "+", 1), ("c", "e", "-", 0)), rising())
        assert set(found["other"]) | set(found["kpi"]) == {"a", "b", "d", "e"}
        assert len(found) == 3  # d with a, b and e

    def test_a_trend_fools_correlation_and_not_the_departures(self):
        pairs = hypotheses.strangers(shop(), rising())
        assert len(pairs) == 9
        shares = hypotheses.found_by_correlation(pairs).set_index("correlated")["share"]
        assert shares["as observed"] == 1
        assert shares["with trend, season and events taken out"] < 0.4
        assert pairs["months"].eq(48).all()

    def test_no_pairs_no_shares(self):
        pairs = hypotheses.strangers(shop(), rising().head(3))
        assert pairs.empty
        assert hypotheses.found_by_correlation(pairs).empty


class TestTold:
    def test_quality_in_words(self, meridian):
        found = hypotheses.quality(meridian[0], meridian[2]).set_index("what")["value"]
        assert found["links"] == "20"
        assert "utilisation" in found["KPIs that no link touches"]
        assert [found[word][-1] for word in ("supported", "contradicted", "untested")] == ["%"] * 3

    def test_quality_of_no_map(self):
        card = shop()
        found = hypotheses.quality(card, link_evidence(card, rising())).set_index("what")["value"]
        assert found.to_dict() == {
            "links": "0",
            "KPIs that no link touches": "a, b, c, d, e",
            "longest chain without a supported link": "none",
        }

    def test_placebos(self, meridian):
        found = hypotheses.placebo_check(meridian[2])
        told = meridian[2].attrs
        assert found["tested"].tolist() == [told["tested"], told["placebos"]]
        assert found["share"].iloc[1] == told["placebo_share"]
        assert found["expected"].iloc[1] == pytest.approx(0.1 * told["supported"] / told["tested"])

    def test_no_placebos(self):
        card = shop(("a", "b", "+", 1))
        assert hypotheses.placebo_check(link_evidence(card, rising())).empty


class TestWhoWasRight:
    def test_experts_and_data(self, meridian):
        card, _, evidence = meridian
        found = experts_apart(card, evidence)
        refuted = evidence[evidence["verdict"] == "refuted"]
        assert len(found[found["word"] == "contradicted"]) == len(refuted)

    @pytest.mark.parametrize("links", [(), (("a", "b", "+", 1), ("b", "a", "+", 1))])
    def test_nothing_to_compare(self, links):
        card = shop(*links)
        ratings = pd.DataFrame(0.0, index=list("ab"), columns=list("ab"))
        if links:
            ratings.loc["a", "b"] = ratings.loc["b", "a"] = 3  # goes round undiminished
        found = experts_apart(card, link_evidence(card, rising()), ratings)
        assert found.empty
        assert {"cause", "effect", "word"} <= set(found)

    def test_ratings_of_somebody_else(self, meridian):
        card, _, evidence = meridian
        ratings = pd.DataFrame([[0, 3], [0, 0]], index=["x", "y"], columns=["x", "y"])
        with pytest.raises(UnknownNameError, match="'x'"):
            experts_apart(card, evidence, ratings)

    def test_supported_links_take_the_lag_that_was_found(self, meridian):
        card, _, evidence = meridian
        found = {(link.cause, link.effect): link for link in hypotheses.supported_links(card, evidence)}
        assert len(found) == (evidence["verdict"] == "supported").sum()
        assert found["patch-latency", "audit-findings"].lag == 3
        again = change(card, card.id, links=list(found.values()))
        assert len(again.links) == len(found)

    def test_maps_are_graded_side_by_side(self, meridian):
        card = meridian[0]
        wrong = [Link(cause="automation-coverage", effect="mttr", sign="+", lag=2)]
        found = hypotheses.graded(card, known_truth(card), {"drawn": card.links, "wrong": wrong, "empty": []})
        assert found.set_index("map")["links"].to_dict() == {"drawn": 20, "wrong": 1, "empty": 0}
        assert found.set_index("map").loc["drawn", ["found", "false", "identity", "missed"]].tolist() == [16, 3, 1, 2]
        assert found.set_index("map").loc["wrong", ["wrong_sign", "missed"]].tolist() == [1, 17]
        assert found.set_index("map").loc["empty", "missed"] == 18


def test_a_scorecard_without_months_in_common():
    card = desk(links=[{"cause": "mttr", "effect": "cost", "sign": "+", "lag": 1}])
    actuals = table(("load", "2026-05", 70), ("cost", "2026-05", 120))
    assert hypotheses.strangers(card, actuals).empty
