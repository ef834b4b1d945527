from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from samples import DESK, desk, one_kpi, table

from bsclib import read_actuals, read_scorecard, score
from bsclib.errors import BscError, UnknownNameError
from bsclib.scoring.compare import _changes, compare_methods, disagreements
from bsclib.scoring.published import METHODS
from bsclib.scoring.tree import ALL
from bsclib.scoring.views import last_period

MAY = table(
    ("mttr", "2026-06", None, 1800, 5),
    ("load", "2026-06", 75, None, None),
    ("cost", "2026-06", 126, None, None),
    ("leavers", "2026-06", 15, None, None),
    columns="kpi period actual numerator denominator",
)
ALL_METHODS = [one.name for one in METHODS.values() if one.part == "attainment"]


def one_actual(actual: float, **fields):
    return one_kpi(**fields), table(("k", "2026-06", actual))


def why(actual: float, method, **fields) -> tuple[str, str]:
    """The choice that makes the difference for one KPI, and the status."""
    found = disagreements(*one_actual(actual, **fields), [method])
    row = found[found["id"] == "k"].iloc[0]
    return row["choice"], row["status"]


class TestCompare:
    def test_each_part_is_what_score_gives(self):
        card, rows = read_scorecard("meridian"), read_actuals("meridian")
        rows = rows[rows["period"].astype(str) >= "2026-01"]
        found = compare_methods(card, rows, unit=ALL, period=ALL)
        assert list(found["method"].cat.categories) == ALL_METHODS
        for name in ALL_METHODS:
            one = score(card, rows, method=name)
            part = found[found["method"] == name].reset_index(drop=True)
            for column in part.columns.drop("statuses"):
                if column in ("attainment", "score"):
                    np.testing.assert_array_equal(part[column], one[column])
                else:
                    assert (part[column].astype(str) == one[column].astype(str)).all(), (name, column)

    def test_one_unit_and_month_unless_others_are_asked_for(self):
        rows = table(("A", "cost", "2026-01", 1), ("B", "cost", "2026-03", 1), columns="unit kpi period actual")
        found = compare_methods(desk(), rows, ["kit", "sap_achievement"])
        assert set(found["unit"]) == {""}
        assert set(found["period"]) == {"2026-03"}
        assert len(found) == 2 * len(desk().names)
        some = compare_methods(desk(), rows, ["kit"], unit=["A", "B"], period="2026-01")
        assert set(some["unit"]) == {"A", "B"}

    def test_how_many_statuses(self):
        found = compare_methods(*one_actual(65, floor=50, target=100), ["kit", "atlas_copco_distributor"])
        k = found[found["id"] == "k"]
        assert k["status"].tolist() == ["off_target", "off_target"]
        assert k["statuses"].tolist() == [1, 1]
        found = compare_methods(*one_actual(91, floor=80, target=100), ["kit", "sap_achievement"])
        k = found[found["id"] == "k"]
        assert k["status"].tolist() == ["off_target", "on_target"]
        assert k["statuses"].tolist() == [2, 2]

    def test_policies_and_dates(self):
        rows = pd.concat([table(("load", "2026-05", 85)), MAY[MAY["kpi"] != "load"]])
        for missing in ("redistribute", "carry_forward", "propagate", "zero"):
            found = compare_methods(desk(), rows, ["kit"], as_of="2026-06", missing=missing)
            one = score(desk(), rows, as_of="2026-06", missing=missing)
            np.testing.assert_array_equal(found["score"], one.loc[one["period"] == "2026-06", "score"])

    def test_a_method_of_ones_own(self):
        mine = replace(METHODS["kit"], name="strict", cuts=(0.9, 1.0))
        found = compare_methods(desk(), MAY, ["kit", mine])
        assert list(found["method"].cat.categories) == ["kit", "strict"]

    def test_what_cannot_be_compared(self):
        with pytest.raises(UnknownNameError, match="did you mean 'sap_achievement'"):
            compare_methods(desk(), MAY, ["sap_achievment"])
        with pytest.raises(BscError, match="two methods have the same name"):
            compare_methods(desk(), MAY, ["kit", METHODS["kit"]])
        with pytest.raises(BscError, match="no method is given"):
            compare_methods(desk(), MAY, [])
        with pytest.raises(UnknownNameError, match="no policy for missing data"):
            compare_methods(desk(), MAY, missing="guess")
        with pytest.raises(UnknownNameError, match="no unit 'A'"):
            compare_methods(desk(), MAY, unit="A")
        with pytest.raises(UnknownNameError, match="no period"):
            compare_methods(desk(), MAY, period="2020-01")


class TestChoices:
    def test_where_the_scale_begins(self):
        """85 of 100 from a floor of 80: a quarter of the way, or 85 %."""
        assert why(85, "atlas_copco_distributor", floor=80, target=100) == ("where the scale begins", "at_risk")

    def test_the_baseline_is_not_the_floor(self):
        fields = {"floor": 0, "baseline": 50, "target": 100}
        assert why(80, "bsc_designer_progress", **fields) == ("where the scale begins", "off_target")

    def test_where_the_scale_ends(self):
        fields = {"floor": 0, "target": 100, "stretch": 200, "thresholds": {"at_risk": 0.5, "on_target": 0.6}}
        full_scale = replace(METHODS["bsc_designer_performance"], name="ends", cuts=(0.5, 0.6))
        assert why(80, full_scale, **fields)[0] == "where the scale ends"

    def test_cuts(self):
        assert why(92, "sap_achievement") == ("cuts", "on_target")

    def test_rounding(self):
        cuts = {"thresholds": {"at_risk": 0.85, "on_target": 0.95}}
        rounded = replace(METHODS["cascade_health"], name="rounded", rounding="round")
        assert why(94.6, rounded, **cuts) == ("rounding", "on_target")

    def test_a_level_to_hold(self):
        assert why(98, "sap_achievement", floor=99, target=99) == ("a level to hold", "on_target")

    def test_a_rule_of_its_own(self):
        found = disagreements(read_scorecard("meridian"), read_actuals("meridian"), ["profit_in_between"])
        assert (found["choice"] == "rule").any()

    def test_two_choices_together(self):
        """Begins at 0 and has cuts of its own: 70 of 100 from 60 is off target only without both."""
        choice, status = why(88, "cascade_health", floor=60, target=100, thresholds={"at_risk": 0.75, "on_target": 1})
        assert (choice, status) == ("where the scale begins", "at_risk")
        choice, _ = why(96, "cascade_health", floor=60, target=100, thresholds={"at_risk": 0.95, "on_target": 1})
        assert choice == "where the scale begins and cuts"

    def test_colours_and_limits_above_the_kpis(self):
        card, rows = desk(), MAY
        colours = replace(METHODS["kit"], name="colours", colours=True)
        found = disagreements(card, rows, [colours])
        assert found["choice"].unique().tolist() == ["colours"]

    def test_limits_above_the_kpis(self):
        """Far beyond its target, one KPI makes up for another that is far behind, unless it is held to 100."""
        card = desk(kpis=[kpi | {"aggregate": "mean"} for kpi in DESK["kpis"]])
        rows = table(("mttr", "2026-06", -10), ("load", "2026-06", 60), ("cost", "2026-06", 100))
        found = disagreements(card, rows, [replace(METHODS["kit"], name="unheld", held=False)])
        assert found["id"].tolist() == ["desk", "operational_excellence", "fast"]
        assert found["choice"].unique().tolist() == ["clamp"]

    @pytest.mark.parametrize("name", [name for name in ALL_METHODS if name != "kit"])
    def test_a_named_choice_does_turn_the_status(self, name):
        card, rows = read_scorecard("meridian"), read_actuals("meridian")
        found = disagreements(card, rows, [name])
        assert (found["status"].astype(str) != found["kit_status"].astype(str)).all()
        choices = {one.name: one for one in _changes(METHODS[name])}
        for choice, part in found.groupby("choice"):
            if choice == "everything together":
                continue
            method = replace(METHODS[name], name="ours")
            for one in choice.split(" and "):
                method = choices[one].undo(method)
            again = score(card, rows, method=method)
            here = again[(again["unit"] == "") & (again["period"] == last_period(again))]
            statuses = here.set_index("id")["status"].astype(str)
            for row in part.itertuples():
                assert statuses[row.id] == str(row.kit_status)


class TestDisagreements:
    def test_all_agree(self):
        found = disagreements(desk(), MAY, ["kit"])
        assert found.empty
        with pytest.raises(BscError, match="two methods have the same name"):
            disagreements(desk(), MAY, [METHODS["sap_achievement"], "sap_achievement"])
        other = replace(METHODS["kit"], name="twin")
        assert list(disagreements(desk(), MAY, [other]).columns) == list(found.columns)

    def test_says_what_the_methods_give(self):
        found = disagreements(*one_actual(92), ["sap_achievement", "atlas_copco_distributor"])
        row = found[found["id"] == "k"].iloc[0]
        assert row["statuses"] == "on_target, at_risk"
        assert (row["score"], row["kit_score"], row["kit_status"]) == (92, 92, "at_risk")
        assert row["why"] == (
            "at risk and on target begin at 0.7 and 0.9 of its full score, in the kit where the thresholds say"
        )

    def test_of_a_unit_in_a_month_under_a_policy(self):
        rows = table(("A", "load", "2026-01", 60), ("A", "load", "2026-02", None), columns="unit kpi period actual")
        options = {"unit": "A", "period": "2026-02", "as_of": "2026-02", "missing": "carry_forward"}
        found = disagreements(desk(), rows, ["sap_achievement"], **options)
        assert set(found["unit"]) == {"A"}
        assert "load" in set(found["id"].astype(str))


class TestLevels:
    """Every method sees the same targets and the same sums to date, however few units and months it looks at."""

    UNITS = tuple({"unit": unit, "target": 1200} for unit in ("North", "South"))
    ROWS = tuple(
        (unit, "k", f"2026-{month:02d}", 70.0 + 9 * month)
        for unit in ("North", "South", "West")
        for month in range(1, 6)
    )

    # Each policy with and without a target of the whole; four of the eight hold each with the other.
    PAIRS = (("redistribute", None), ("carry_forward", 4000.0), ("zero", 4000.0), ("propagate", None))
    OTHERS = (("redistribute", 4000.0), ("carry_forward", None), ("zero", None), ("propagate", 4000.0))

    @pytest.mark.parametrize(
        ("missing", "target"), [*PAIRS, *(pytest.param(*other, marks=pytest.mark.slow) for other in OTHERS)]
    )
    def test_as_scored(self, missing, target):
        card = one_kpi(aggregate="sum", cumulates="year", floor=300, target=target, unit_targets=self.UNITS)
        self.all_as_scored(card, self.ROWS, missing, ["", "South", "West"])

    @pytest.mark.parametrize("missing", ["redistribute", "carry_forward"])
    def test_a_unit_that_is_alone_as_scored(self, missing):
        card = one_kpi(aggregate="sum", cumulates="year", floor=300, target=1200.0)
        self.all_as_scored(card, self.ROWS[:5], missing, ["North"])

    def all_as_scored(self, card, rows, missing, units):
        actuals = table(*rows, columns="unit kpi period actual")
        scored = {
            name: score(card, actuals, name, missing=missing).query("period == '2026-05'") for name in ALL_METHODS
        }
        for unit in units:
            compared = compare_methods(card, actuals, missing=missing, unit=unit)
            differing = disagreements(card, actuals, missing=missing, unit=unit)
            assert set(compared["method"]) == set(ALL_METHODS)
            for name, part in compared.groupby("method", observed=True):
                here = scored[name][scored[name]["unit"] == unit].set_index("id")
                assert part["score"].to_numpy() == pytest.approx(here["score"].to_numpy(), nan_ok=True)
                ours = differing[differing["method"] == name]
                assert ours["status"].astype(str).tolist() == here["status"][ours["id"]].astype(str).tolist()

    def test_the_choice_is_named_of_a_sum_to_date(self):
        card = one_kpi(aggregate="sum", cumulates="year", floor=600, target=1200)
        actuals = table(*((month, 90.0) for month in ("2026-01", "2026-02")), columns="period actual").assign(kpi="k")
        chosen = disagreements(card, actuals, ["sap_achievement"])
        assert chosen["choice"].tolist() == ["where the scale begins"] * 4

    def test_a_yearly_sum_of_one_unit(self):
        card = one_kpi(aggregate="sum", frequency="yearly", floor=0, target=1200)
        actuals = table(*self.ROWS, columns="unit kpi period actual")
        assert len(compare_methods(card, actuals, ["kit"], unit="")) == 4
