"""Every published number, at the precision printed; and pages that print a wrong one, put right."""

import math

import numpy as np
import pytest
from samples import one_kpi, table

from bsclib import score
from bsclib.files.datasets import published_errata, published_examples
from bsclib.scoring import methods
from bsclib.scoring.conformance import conformance_table, reproduce
from bsclib.scoring.method import Method
from bsclib.scoring.published import METHODS

EXAMPLES = published_examples()
FOUND = reproduce(EXAMPLES)


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.method}-{row.Index}") for row in FOUND.itertuples()])
def test_published(row):
    assert row.agrees, f"{row.source} prints {row.printed}, and the kit gives {row.computed}"


def test_a_wrong_number_does_not_agree():
    wrong = {"method": "infor_cpm", "with": {"target": 50}, "actual": [100, 100, 100], "gives": [2.1, 1.9, 2.05]}
    assert not reproduce([wrong])["agrees"].any()


def test_precision_is_that_of_the_print():
    example = {"method": "sap_reduction", "with": {"target": 3}, "actual": [1, 1, 1], "gives": [1.7, 1.667, 1.668]}
    assert reproduce([example])["agrees"].tolist() == [True, True, False]


def test_every_method_is_counted_with_those_that_publish_no_number():
    counted = conformance_table(EXAMPLES, METHODS).set_index("method")
    assert list(counted.index) == list(METHODS)
    assert counted.loc["profit_in_between", ["published", "reproduced"]].tolist() == [13, 13]
    assert counted.loc["nice_scorecard", "published"] == 0
    assert (counted["published"] == counted["reproduced"]).all()
    assert counted["published"].sum() == len(FOUND)


class TestCascadeHealth:
    """One page, three ways to be wrong about it."""

    ACTUAL, EXPECTED = [50, 99, 120, 15], [55, 100, 100, 22]

    def mean(self, method):
        return np.mean(methods.attainment(method, self.ACTUAL, expected=self.EXPECTED))

    def test_objective(self):
        assert self.mean("cascade_health") == 89.25

    def test_rounding_only_at_the_end(self):
        rounded_late = method(METHODS["cascade_health"], rounding="none")
        assert round(self.mean(rounded_late), 2) == 89.52

    def test_without_the_cap(self):
        uncapped = method(METHODS["cascade_health"], rounding="none", clamp=None)
        assert round(self.mean(uncapped), 2) == 94.52

    def test_the_label_is_taken_before_the_cap(self):
        assert methods.status("cascade_health", [94.25, 120, 100, 84, 94.9], expected=100).tolist() == [
            "Behind",
            "Exceeded",
            "On track",
            "At risk",
            "Behind",
        ]


def method(base: Method, **choices) -> Method:
    from dataclasses import replace

    return replace(base, **choices)


class TestErrata:
    """The printed number is wrong, and the kit's is right."""

    def test_there_are_nine(self):
        assert len(published_errata()) == 9

    def test_sap_calls_a_sum_an_average(self):
        indices = [1.21, 20.27, -24.09, -10.67, 4.1]
        assert sum(indices) == pytest.approx(-9.18)
        assert methods.rules.weighted_mean(indices, 1.0) == pytest.approx(-1.836)

    def test_sap_averages_a_less_is_better_kpi_with_its_sign(self):
        card = one_kpi(direction="lower_is_better", floor=9, target=4)
        scores = score(card, table(("k", "2026-06", 6)), method="sap_achievement")
        assert scores["score"].iloc[0] == pytest.approx(50)  # 2 - 6 / 4, not 6 / 4

    def test_sap_divides_60_where_75_is_meant(self):
        assert methods.attainment("sap_achievement", [75, 60], target=50).tolist() == [1.5, 1.2]

    def test_stratws_adds_up_to_more(self):
        assert methods.roll_up("bsc_designer_weights", [10, 10], [15, 20], scale=20) == 17.5

    def test_bsc_designer_7_against_3_is_more_than_twice(self):
        seven, three = methods.find_method("spider_weights").compute([7, 3])
        assert round(seven / three, 2) == 2.33

    def test_oracle_66_falls_into_one_band(self):
        assert methods.status("oracle_kpi_bands", 66, edges=[50, 80, 100, 125]) == "Warning"

    @pytest.mark.parametrize("percent", [94.0, 94.5, 94.999])
    def test_cascade_94_to_95_is_covered(self, percent):
        assert methods.status("cascade_health", percent, expected=100) == "Behind"

    @pytest.mark.parametrize("off", [0.10, 0.105, 0.11])
    def test_onstrategy_10_to_11_off_target_is_covered(self, off):
        assert methods.status("cognos_on_target", 100 * (1 + off), target=100) == "yellow"

    def test_leantime_halfway_is_half(self):
        assert methods.attainment("okr_tracker_linear", 100, baseline=200, target=0) == 0.5


def test_nothing_is_made_up_where_a_source_divides_by_zero():
    assert math.isnan(methods.attainment("sap_achievement", 3, target=0))
