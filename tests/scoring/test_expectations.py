import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import one_kpi, table

from bsclib.model.build import build
from bsclib.model.edit import change
from bsclib.model.unit_targets import of_unit
from bsclib.scoring.expectations import expectation
from bsclib.scoring.explanation import explain
from bsclib.scoring.published import METHODS
from bsclib.scoring.scores import score
from bsclib.scoring.views import last_period

CALLS = table(
    ("North", "k", "2026-01", 400.0),
    ("South", "k", "2026-01", 350.0),
    ("West", "k", "2026-01", 300.0),
    columns="unit kpi period actual",
)


def by_unit(card, actuals, column="score", **options):
    rows = score(card, actuals, **options).query("level == 'kpi'")
    last = rows[rows["period"] == last_period(rows)]
    return dict(zip(last["unit"].astype(str), last[column], strict=True))


def year(*actuals, first="2025-01", unit=""):
    months = pd.period_range(first, periods=len(actuals), freq="M").astype(str)
    frame = pd.DataFrame({"unit": unit, "kpi": "k", "period": months, "actual": actuals})
    return frame[frame["actual"].notna()]


class TestUnits:
    def test_a_sum_leaves_units_without_a_target_unscored(self):
        card = one_kpi(target=1000, floor=500, aggregate="sum")
        assert by_unit(card, CALLS) == pytest.approx(
            {"": 100, "North": np.nan, "South": np.nan, "West": np.nan}, nan_ok=True
        )
        assert "no target of its own" in by_unit(card, CALLS, "reason")["North"]
        assert "no target of its own" in explain(score(card, CALLS), "k", unit="North").text

    @pytest.mark.parametrize("word", ["mean", "min", "max", "ratio"])
    def test_what_does_not_add_up_uses_the_kpi_s_own(self, word):
        card = one_kpi(target=400, floor=200, aggregate=word)
        assert [by_unit(card, CALLS)[unit] for unit in ("North", "South", "West")] == [100, 75, 50]

    @pytest.mark.parametrize("direction", ["higher_is_better", "lower_is_better"])
    def test_its_own_target_holds(self, direction):
        fields = {"target": 1000, "floor": 500 if direction == "higher_is_better" else 1500, "direction": direction}
        units = [{"unit": "North", "target": 400}, {"unit": "South", "target": 400, "floor": 300}]
        scores = by_unit(one_kpi(aggregate="sum", unit_targets=units, **fields), CALLS)
        assert scores["North"] == 100
        assert scores["South"] == (50 if direction == "higher_is_better" else 100)
        assert np.isnan(scores["West"])

    def test_the_whole_without_a_target_has_the_sum_of_its_units(self):
        units = [{"unit": unit, "target": target} for unit, target in (("North", 500), ("South", 350), ("West", 250))]
        card = one_kpi(target=None, aggregate="sum", unit_targets=units)
        assert by_unit(card, CALLS, "target")[""] == 1100
        assert by_unit(card, CALLS)[""] == pytest.approx(100 * 1050 / 1100)

    def test_and_none_where_one_of_them_has_none(self):
        card = one_kpi(target=None, aggregate="sum", unit_targets=[{"unit": "North", "target": 500}])
        assert np.isnan(by_unit(card, CALLS)[""])

    def test_a_range_of_its_own(self):
        units = [{"unit": "North", "target": [100, 200], "floor": [0, 600]}]
        card = one_kpi(direction="within_range", target=[300, 350], floor=None, unit_targets=units)
        assert by_unit(card, CALLS)["North"] == 50
        assert by_unit(card, CALLS, "expected")["North"] == 200

    def test_one_unit_that_is_all_there_is_is_the_whole(self):
        assert by_unit(one_kpi(target=400, aggregate="sum"), CALLS[:1]) == {"": 100, "North": 100}

    @given(
        st.sampled_from(sorted(name for name, method in METHODS.items() if method.part == "attainment")),
        st.sampled_from(["higher_is_better", "lower_is_better"]),
        st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=2, max_size=4),
    )
    def test_a_unit_scores_as_a_card_of_its_own_would(self, method, direction, numbers):
        worse = -3 if direction == "higher_is_better" else 3
        units = [
            {"unit": f"u{i}", "target": 10 * target, "floor": 10 * target + worse * 10}
            for i, (target, _) in enumerate(numbers)
        ]
        card = one_kpi(direction=direction, target=20, floor=20 + worse, unit_targets=units)
        rows = [(f"u{i}", "k", "2026-01", 10.0 * actual) for i, (_, actual) in enumerate(numbers)]
        scores = by_unit(card, table(*rows, columns="unit kpi period actual"), method=method)
        for own, row in zip(units, rows, strict=True):
            alone = change(card, "k", target=own["target"], floor=own["floor"], unit_targets=())
            single = by_unit(alone, table(row, columns="unit kpi period actual"), method=method)
            assert scores[own["unit"]] == pytest.approx(single[own["unit"]], nan_ok=True)


@given(
    st.sampled_from(["sum", "mean"]),
    st.sampled_from(["linear", "stepped"]),
    st.sampled_from([None, 10.0, {"period": "2025-01", "value": 10.0}]),
    st.lists(st.lists(st.integers(1, 99), min_size=3, max_size=3), min_size=2, max_size=3),
    st.booleans(),
)
def test_all_units_at_once_are_as_one_by_one(word, path, baseline, values, dated):
    dates = ["2025-03", "2025-06", "2025-12"]
    units = [
        {"unit": f"u{i}", "target": [{"period": date, "value": v} for date, v in zip(dates, row, strict=True)]}
        if dated or i
        else {"unit": "u0", "target": row[0], "floor": row[1]}
        for i, row in enumerate(values)
    ]
    kpi = one_kpi(
        aggregate=word, path=path, baseline=baseline, floor=5, target=300, stretch=400, unit_targets=units
    ).kpis[0]
    months = 2025 * 12 + np.arange(14)
    names = [unit["unit"] for unit in units]
    together = expectation(kpi, months, ["", *names])
    for place, name in enumerate(names, start=1):
        own = of_unit(kpi, name)
        assert together.low[place] == pytest.approx(own.expected(months))
        assert together.lower[place] == pytest.approx(np.full(14, own.floors()[0]))
        assert together.stretch[place] == pytest.approx(np.full(14, own.stretch))
        assert together.target[place] == pytest.approx(np.full(14, own.final_target))
        if baseline:
            assert together.baseline[place] == pytest.approx(np.full(14, own.baseline_value))


class TestToDate:
    CARD = one_kpi(target=1200, floor=0, aggregate="sum", cumulates="year")

    def scores(self, card, actuals, column="score", **options):
        rows = score(card, actuals, **options).query("level == 'kpi' and unit == ''")
        return rows.set_index(rows["period"].astype(str))[column]

    def test_the_year_to_date(self):
        actuals = year(*[100.0] * 12)
        assert (self.scores(self.CARD, actuals) == 100).all()
        assert self.scores(self.CARD, actuals, "actual").tolist() == [100.0 * n for n in range(1, 13)]
        assert self.scores(self.CARD, actuals, "expected").tolist() == pytest.approx([100 * n for n in range(1, 13)])
        assert set(self.scores(self.CARD, actuals, "target")) == {1200}

    def test_a_new_year_begins_anew(self):
        assert self.scores(self.CARD, year(*[50.0] * 13), "actual").tolist()[-2:] == [600, 50]

    def test_a_profile(self):
        card = one_kpi(target=100, aggregate="sum", cumulates="quarter", profile=[0.2, 0.3, 0.5])
        assert self.scores(card, year(20.0, 30.0, 50.0, 10.0), "expected").tolist() == pytest.approx([20, 50, 100, 20])
        assert self.scores(card, year(20.0, 30.0, 50.0, 10.0)).tolist() == pytest.approx([100, 100, 100, 50])

    def test_lower_is_better_and_a_floor(self):
        card = one_kpi(target=1200, floor=1800, direction="lower_is_better", aggregate="sum", cumulates="year")
        assert self.scores(card, year(100.0, 150.0), "floor").tolist() == pytest.approx([150, 300])
        assert self.scores(card, year(100.0, 150.0)).tolist() == pytest.approx([100, 50])

    def test_a_missing_month_leaves_the_rest_of_the_year_unscored(self):
        scores = self.scores(self.CARD, year(100.0, None, 100.0, *[None] * 9, 100.0))
        assert scores[["2025-01", "2026-01"]].tolist() == [100, 100]
        assert scores["2025-02":"2025-12"].isna().all()
        reason = self.scores(self.CARD, year(100.0, None, 100.0), "reason")["2025-03"]
        assert "an earlier month is missing" in reason

    def test_a_year_that_began_before_the_actuals_did(self):
        scores = self.scores(self.CARD, year(*[100.0] * 4, first="2025-11"))
        assert scores[["2025-11", "2025-12"]].isna().all()
        assert scores[["2026-01", "2026-02"]].tolist() == [100, 100]

    def test_carried_forward_within_the_year_only(self):
        scores = self.scores(self.CARD, year(100.0, 100.0), missing="carry_forward", as_of="2026-01")
        assert scores["2025-04"] == 50
        assert np.isnan(scores["2026-01"])

    def test_ratios_are_those_of_the_sums(self):
        card = one_kpi(target=50, aggregate="ratio", cumulates="year", formula="100 * met / all")
        parts = pd.DataFrame(
            {"kpi": "k", "period": ["2025-01", "2025-02"], "numerator": [10, 90], "denominator": [100, 100]}
        )
        assert self.scores(card, parts, "actual").tolist() == [10, 50]
        assert self.scores(card, parts, "expected").tolist() == [50, 50]

    def test_quarters_count_once(self):
        actuals = pd.DataFrame({"kpi": "k", "period": ["2025-Q1", "2025-Q2"], "actual": [300.0, 600.0]})
        assert self.scores(self.CARD, actuals, "actual")[["2025-03", "2025-06"]].tolist() == pytest.approx([300, 900])

    def test_units_add_up(self):
        units = [{"unit": "North", "target": 1200}, {"unit": "South", "target": 600}]
        card = one_kpi(target=None, aggregate="sum", cumulates="year", unit_targets=units)
        actuals = pd.concat([year(100.0, 100.0, unit="North"), year(50.0, 25.0, unit="South")])
        assert by_unit(card, actuals) == pytest.approx({"": 100 * 275 / 300, "North": 100, "South": 75})

    def test_one_unit_is_not_the_whole_where_the_whole_is_given(self):
        actuals = pd.concat([year(100.0, 100.0), year(50.0, 50.0, unit="North")])
        assert by_unit(self.CARD, actuals) == pytest.approx({"": 100, "North": np.nan}, nan_ok=True)
        assert by_unit(self.CARD, year(50.0, unit="North")) == {"": 50, "North": 50}

    def test_fiscal_years(self):
        data = self.CARD.model_dump(exclude_unset=True)
        scores = self.scores(build({**data, "year_starts": 4}), year(*[100.0] * 6), "actual")
        assert scores.tolist()[-3:] == [100, 200, 300]
        assert scores[:"2025-03"].isna().all()

    def test_it_is_explained_to_the_last_digit(self):
        text = explain(score(self.CARD, year(100.1, 99.9, 101.5)), "k").text
        assert "100.1 + 99.9 + 101.5 = 301.5  (January 2025 to March 2025)" in text
        assert "1,200 × 3 / 12 = 300" in text
        card = one_kpi(target=100, floor=10, aggregate="sum", cumulates="quarter", profile=[0.2, 0.3, 0.5])
        text = explain(score(card, year(20.0, 30.0)), "k").text
        assert "100 × 0.5 = 50" in text
        assert "10 × 0.5 = 5" in text

    def test_a_part_of_a_year_held_against_the_whole_is_said(self):
        card = one_kpi(target=1200, aggregate="sum", frequency="yearly")
        scores = score(card, year(100.0))
        assert "for want of cumulates: year" in scores["reason"].iloc[-1]
        assert "for want of cumulates: year" in explain(scores, "k").text

    @pytest.mark.parametrize(
        ("frequency", "period", "words"),
        [
            (
                "monthly",
                "2025-Q1",
                "of a quarter, held against the target of a month, for want of frequency: qu",
            ),
            ("monthly", "2025", "of a year, held against the target of a month, for want of frequency: yearly"),
            ("quarterly", "2025", "of a year, held against the target of a quarter, for want of frequency: yearly"),
            ("yearly", "2025-Q1", "of a quarter, held against the target of a year, for want of cumulates: year"),
            ("yearly", "2025", ""),
            ("quarterly", "2025-Q1", ""),
        ],
    )
    def test_a_sum_held_against_the_target_of_another_length(self, frequency, period, words):
        card = one_kpi(target=1200, aggregate="sum", frequency=frequency)
        scores = score(card, table(("k", period, 300.0)))
        assert (
            (words or "for want") in scores["reason"].iloc[-1] if words else "for want" not in scores["reason"].iloc[-1]
        )
