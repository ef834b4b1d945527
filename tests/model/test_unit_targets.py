import numpy as np
import pytest
from samples import one_kpi

from bsclib.errors import ScorecardError
from bsclib.model.periods import span
from bsclib.model.unit_targets import of_unit

NORTH, SOUTH = {"unit": "North", "target": 400}, {"unit": "South", "target": 600}


def kpi(*units, **fields):
    return one_kpi(**{"aggregate": "sum", "unit_targets": list(units), **fields}).kpis[0]


class TestOfUnit:
    def test_a_floor_that_is_not_stated_is_the_same_share_of_the_target(self):
        own = of_unit(kpi(NORTH, target=1000, floor=500, stretch=1500, baseline=250), "North")
        assert (own.target, own.floor, own.stretch, own.baseline) == (400, 200, 600, 100)

    def test_a_stated_floor_holds(self):
        assert of_unit(kpi({**NORTH, "floor": 10}, target=1000, floor=500), "North").floor == 10

    @pytest.mark.parametrize("word", ["mean", "ratio", "min", "max"])
    def test_what_does_not_add_up_keeps_the_whole_s_numbers(self, word):
        one = kpi({"unit": "North", "target": 90}, aggregate=word, target=95, floor=50)
        assert (of_unit(one, "North").target, of_unit(one, "North").floor) == (90, 50)
        assert of_unit(one, "East") == one

    @pytest.mark.parametrize("fields", [{}, {"aggregate": "last"}, {"aggregate": "mean", "across_units": "sum"}])
    def test_what_adds_up_has_no_target_for_a_unit_without_one(self, fields):
        assert of_unit(kpi(NORTH, target=1000, **fields), "East") is None

    def test_a_last_value_that_is_averaged_over_units_has_one(self):
        assert of_unit(kpi(aggregate="last", across_units="mean"), "East") is not None


class TestTheWhole:
    @pytest.mark.parametrize(("word", "whole"), [("sum", 1000), ("mean", 500), ("min", 400), ("max", 600)])
    def test_targets_add_up_as_the_actuals_do(self, word, whole):
        one = kpi(NORTH, SOUTH, target=None, aggregate=word)
        assert (one.target, one.has_own_target) == (whole, False)

    def test_floors_too(self):
        one = kpi({**NORTH, "floor": 100}, {**SOUTH, "floor": 50}, target=None, floor=None)
        assert one.floors() == (150, 150)

    def test_paths_too(self):
        path = [{"period": "2026-01", "value": 100}, {"period": "2026-03", "value": 300}]
        one = kpi({"unit": "North", "target": path}, SOUTH, target=None)
        months = np.array([span(month)[0] for month in ("2026-01", "2026-02", "2026-03", "2026-09")])
        assert one.expected(months).tolist() == [700, 800, 900, 900]

    def test_ranges_too(self):
        units = [{"unit": "North", "target": [2, 4]}, {"unit": "South", "target": [3, 5]}]
        assert kpi(*units, target=None, direction="within_range", floor=None).range == (5, 9)

    def test_a_target_that_is_stated_stands(self):
        assert kpi(NORTH, SOUTH, target=1100).target == 1100

    def test_alike_targets_of_a_ratio_are_the_whole_s(self):
        units = [{"unit": unit, "target": 90} for unit in ("North", "South")]
        assert kpi(*units, target=None, aggregate="ratio").target == 90


@pytest.mark.parametrize(
    ("units", "fields", "words"),
    [
        ([], {"target": None}, "kpis.0.target: this is missing: a KPI needs a target, or its units need one each"),
        ([NORTH, SOUTH], {"target": None, "aggregate": "ratio"}, "kpis.0.target: .*depends on their denominators"),
        ([NORTH, {"unit": "North", "target": 3}], {}, "kpis.0.unit_targets.1.unit: 'North' has two targets"),
        ([{"unit": "North", "target": [2, 3]}], {}, "unit_targets.0.target: within_range takes a target"),
        ([{"unit": "North", "target": 3, "floor": [1, 2]}], {}, "unit_targets.0.floor: within_range takes a floor"),
        ([{"unit": "North"}], {}, "unit_targets.0.target: this is missing"),
        ([{"unit": "", "target": 3}], {}, "unit_targets.0.unit: this is empty"),
        ([{"unit": "North", "traget": 3, "target": 4}], {}, "did you mean 'target'"),
        (
            [{"unit": "North", "target": 3}],
            {"target": 0, "floor": 9, "direction": "lower_is_better"},
            "give North a floor",
        ),
        (
            [{"unit": "N", "target": [{"period": "2026-02", "value": 1}, {"period": "2026-01", "value": 2}]}],
            {},
            "unit_targets.0: the path runs back in time",
        ),
    ],
)
def test_what_targets_of_units_cannot_be(units, fields, words):
    with pytest.raises(ScorecardError, match=words):
        kpi(*units, **fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"aggregate": "mean", "cumulates": "year"}, "cumulates: only a sum or a ratio .* aggregate is mean"),
        ({"profile": [0.5, 0.5]}, "profile: .* say cumulates: year"),
        ({"cumulates": "quarter", "profile": [0.5, 0.5]}, "profile: .* quarter: 3, not 2"),
        ({"cumulates": "quarter", "profile": [0.5, 0.5, 0.5]}, "profile: .* add up to 1; these add up to 1.5"),
        ({"cumulates": "quarter", "profile": [1.5, -0.5, 0]}, "profile.1: this is too small"),
        ({"cumulates": "month"}, "cumulates: this word is not known here.*'year' or 'quarter'"),
    ],
)
def test_what_cannot_cumulate(fields, words):
    with pytest.raises(ScorecardError, match=words):
        kpi(**fields)
