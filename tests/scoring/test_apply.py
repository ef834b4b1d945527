from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import desk, one_kpi, table
from strategies import few

from bsclib import score
from bsclib.errors import ActualsError
from bsclib.model import periods
from bsclib.scoring.apply import apply
from bsclib.scoring.expectations import expectation
from bsclib.scoring.published import METHODS
from bsclib.scoring.reasons import CASES, taken_words
from bsclib.scoring.rules import range_attainment

# What divides by less than this may be too large for any number, and is refused.
AMOUNTS = st.floats(-1e4, 1e4).map(lambda number: round(number, 6))
ATTAINMENT = [method for method in METHODS.values() if method.part == "attainment"]
MONTH = np.array([periods.span("2026-06")[0]])


def applied(name, kpi, actual):
    method = METHODS[name] if isinstance(name, str) else name
    return apply(method, kpi, expectation(kpi, MONTH), np.array([[float(actual)]]))


def share(name, kpi, actual):
    return float(applied(name, kpi, actual).share.item())


def said(name, kpi, actual):
    found = applied(name, kpi, actual)
    taken = found.taken[int(np.broadcast_to(found.place, found.share.shape).item())]
    words = taken_words(taken, METHODS[name], kpi.stretch is not None, kpi.baseline_value is not None)
    return "; ".join([*words, *([CASES[taken["case"]]] if "case" in taken else [])])


EDGES = "floor, where at risk begins, expected, best"


class TestWhatIsTakenFromTheKpi:
    KPI = one_kpi(floor=20, target=80, stretch=100, baseline=30).kpis[0]

    @pytest.mark.parametrize(
        ("name", "value", "note"),
        [
            ("bsc_designer_performance", 30 / 80, "min = 20 (the floor), max = 100"),
            ("bsc_designer_progress", 20 / 50, "baseline = 30, target = 80"),
            ("spider_goal_red_flag", (1 + (50 - 62) / 18) / 3, "goal = 80, red = 62 (where at risk begins)"),
            ("infor_cpm", 50 / 80, "target = 80"),
            ("nice_scorecard", 30 / 80, "worst = 20 (the floor), best = 100"),
            ("cascade_health", 0.62, "expected = 80"),
            ("excel_two_anchors", 0.5, "anchors = 20 → 0, 80 → 100"),
            (
                "microsoft_equal_bands",
                30 / 42 / 3,
                "edges = [20, 62, 80, 100] (floor, where at risk begins, expected, best)",
            ),
        ],
    )
    def test_each(self, name, value, note):
        assert share(name, self.KPI, 50) == pytest.approx(value)
        assert said(name, self.KPI, 50) == note

    def test_what_is_assumed_for_want_of_it_is_said(self):
        kpi = one_kpi(floor=20, target=80).kpis[0]
        assert (
            said("nice_scorecard", kpi, 50) == "worst = 20 (the floor), best = 80 (as expected, for want of a stretch)"
        )
        assert said("bsc_designer_progress", kpi, 50) == "baseline = 20 (the floor), target = 80"


class TestMirroring:
    KPI = one_kpi(direction="lower_is_better", floor=9, target=4).kpis[0]

    @pytest.mark.parametrize("name", ["sap_achievement", "infor_cpm", "atlas_copco_distributor", "cascade_health"])
    def test_written_for_higher(self, name):
        assert share(name, self.KPI, 6) == pytest.approx(0.5)
        assert "the actual counts as 2 × expected - actual" in said(name, self.KPI, 6)

    def test_written_for_lower_needs_none(self):
        assert share("profit_at_most", self.KPI, 6) == pytest.approx(0.5)
        assert said("profit_at_most", self.KPI, 6) == "target = 4"

    def test_mirrored_the_two_are_one(self):
        higher = one_kpi(floor=20, target=80).kpis[0]
        assert share("profit_at_most", higher, 60) == pytest.approx(share("sap_achievement", higher, 60))


class TestRange:
    KPI = desk().kpi("load")

    @given(st.floats(0, 150))
    def test_the_kits_rule_is_that_of_the_design(self, actual):
        expected = range_attainment(actual, 70, 80, 60, 90)
        assert share("kit", self.KPI, actual) == pytest.approx(float(expected), abs=1e-9)

    @pytest.mark.parametrize("method", ATTAINMENT, ids=lambda method: method.name)
    def test_inside_is_on_target_under_every_method(self, method):
        scores = score(desk(), table(("load", "2026-06", 75)), method=method.name)
        row = scores[scores["id"] == "load"].iloc[0]
        assert row["status"] == "on_target"
        assert row["reason"].endswith("inside the range")

    def test_check_ins_are_counted_in_the_range_itself(self):
        rows = table(*[("load", f"2026-0{month}", actual) for month, actual in ((1, 75), (2, 95), (3, None), (4, 71))])
        scores = score(desk(), rows, method="profit_in_between")
        found = scores[scores["id"] == "load"]["score"].tolist()
        assert found[:2] + found[3:] == [25, 25, 50]


@pytest.mark.parametrize("method", ATTAINMENT, ids=lambda method: method.name)
@few
@given(AMOUNTS, AMOUNTS, AMOUNTS, st.sampled_from(["higher_is_better", "lower_is_better"]))
def test_whole_scorecards_stay_within_0_and_100(method, floor, target, actual, direction):
    card = one_kpi(floor=floor, target=target, direction=direction)
    found = score(card, table(("k", "2026-06", actual)), method=method.name)["score"]
    assert (found.isna() | found.between(0, 100)).all()


def test_numbers_too_close_together_are_a_fault():
    with pytest.raises(ActualsError, match=r"k, 2026-06: this cannot be worked out: .* too close together"):
        score(one_kpi(target=2.2e-313), table(("k", "2026-06", 1.0)), method="infor_cpm")


class TestChoices:
    """One choice of a method changed at a time."""

    ROWS = table(("k", "2026-06", 150))

    def scored(self, method, **choices):
        return score(one_kpi(), self.ROWS, method=replace(METHODS[method], name="ours", **choices))["score"].iloc[-1]

    def test_held_or_not(self):
        assert self.scored("kit") == 100
        assert self.scored("kit", held=False) == 150

    def test_capped_or_not(self):
        assert self.scored("cascade_health", held=False) == 100
        assert self.scored("cascade_health", held=False, clamp=None) == 150

    @pytest.mark.parametrize(("rounding", "value"), [("none", 66.6), ("round", 67), ("truncate", 66)])
    def test_rounding(self, rounding, value):
        method = replace(METHODS["cascade_health"], name="ours", rounding=rounding)
        assert score(one_kpi(), table(("k", "2026-06", 66.6)), method=method)["score"].iloc[0] == pytest.approx(value)

    def test_raw_scores_or_colour_indices(self):
        rows = table(("mttr", "2026-06", 5.4), ("load", "2026-06", 75))
        for colours, value in ((False, (3 * 72 + 100) / 4), (True, (3 * 50 + 100) / 4)):
            scores = score(desk(), rows, method=replace(METHODS["kit"], name="ours", colours=colours)).set_index("id")
            assert scores.loc["fast", "score"] == pytest.approx(value)

    def test_declared_cuts_hold_for_parents_too(self):
        scores = score(one_kpi(), table(("k", "2026-06", 75)), method="spider_goal_red_flag").set_index("id")
        assert scores.loc["s", "at_risk"] == pytest.approx(1 / 3)
        assert scores.loc["s", "status"] == "at_risk"

    def test_a_methods_own_word(self):
        scores = score(one_kpi(), table(("k", "2026-06", 75)), method="sap_achievement").set_index("id")
        assert scores.loc["k", "label"] == "yellow (C)"


def test_a_path_takes_a_new_target_each_month():
    card = one_kpi(baseline={"value": 0, "period": "2025-12"}, target=[{"value": 120, "period": "2026-12"}])
    rows = table(("k", "2026-01", 5), ("k", "2026-02", 5))
    found = score(card, rows, method="sap_achievement").query("id == 'k'")
    assert found["reason"].tolist() == ["target = 10", "target = 20"]
    assert found["attainment"].tolist() == pytest.approx([0.5, 0.25])


def test_no_answer_where_the_method_divides_by_zero():
    found = score(one_kpi(floor=-10, target=0), table(("k", "2026-06", 5)), method="sap_achievement").set_index("id")
    assert found.loc["k", "status"] == "no_data"


BEGINNINGS = {"floor", "min", "worst", "red", "baseline", "edges", "anchors"}
MEASURE_A_WAY = [method for method in ATTAINMENT if BEGINNINGS & set(method.takes)]


class TestNoWayToGo:
    """A level to hold, or a floor on the wrong side: full score for an actual as good as expected, else nothing."""

    @pytest.mark.parametrize("method", MEASURE_A_WAY, ids=lambda method: method.name)
    @pytest.mark.parametrize("floor", [100, 150])
    def test_each_method_that_measures_a_way(self, method, floor):
        rows = table(*[("k", f"2026-0{month}", actual) for month, actual in ((1, 90), (2, 100), (3, 110))])
        found = score(one_kpi(floor=floor), rows, method=method.name).query("id == 'k'")
        assert found["score"].tolist() == [0, 100, 100]
        assert found["status"].tolist() == ["off_target", "on_target", "on_target"]
        assert all("no better than the floor" in reason for reason in found["reason"])

    def test_noise_of_floating_point_is_no_way(self):
        path = [{"period": "2024-01", "value": 0.1}, {"period": "2024-03", "value": 0.5}]
        found = score(one_kpi(floor=0.3, target=path), table(("k", "2024-02", 0.3))).query("id == 'k'")
        assert found["score"].item() == 100


@pytest.mark.parametrize(
    "name", ["sap_achievement", "sap_reduction", "sap_absolute", "cascade_health", "profit_at_most"]
)
def test_targets_that_a_rule_cannot_take_are_said(name):
    assert "divides by what is expected, which is 0" in said(name, one_kpi(floor=-50, target=0).kpis[0], 5)
    assert "written for targets above 0" in said(name, one_kpi(floor=-50, target=-10).kpis[0], -20)


def test_infor_can_take_any_target():
    assert said("infor_cpm", one_kpi(floor=-50, target=-10).kpis[0], -20) == "target = -10"
    assert share("infor_cpm", one_kpi(floor=-50, target=0).kpis[0], 5) == 6


@pytest.mark.parametrize(("actual", "value"), [(90, -1), (72, 0.8), (70, 1), (65, 0.5)])
def test_a_range_without_width_has_a_floor_on_either_side(actual, value):
    kpi = one_kpi(direction="within_range", target=[70, 70], floor=[60, 80]).kpis[0]
    assert share("kit", kpi, actual) == pytest.approx(value)


def test_a_score_of_0_has_no_sign():
    card = one_kpi(direction="lower_is_better", floor=9, target=4)
    found = score(card, table(("k", "2026-06", 9)))["score"]
    assert not np.signbit(found).any()
