import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import DESK, MAY, desk, one_kpi, table, without

from bsclib import score
from bsclib.errors import ActualsError, BscError, ScorecardError, UnknownNameError
from bsclib.model.build import build
from bsclib.scoring import views
from bsclib.scoring.scores import COLUMNS, LEVELS, MISSING_POLICIES
from bsclib.scoring.sensitivity.flips import smallest_flips
from bsclib.scoring.sensitivity.hiding import compensation, hidden_kpis, missing_bounds
from bsclib.scoring.sensitivity.measurement_error import measurement_error
from bsclib.scoring.sensitivity.ranks import unit_rank_stability
from bsclib.scoring.sensitivity.weights import shake_weights
from bsclib.scoring.tree import ALL
from bsclib.scoring.variants import compare_totals, compare_variants
from bsclib.scoring.views import last_period


def scored(card, rows, **options):
    """The last month of the organisation, by id."""
    scores = score(card, rows, **options)
    here = scores[(scores["unit"] == "") & (scores["period"] == last_period(scores))]
    return here.set_index(here["id"].astype(str))


class TestByHand:
    HERE = scored(desk(), MAY)

    @pytest.mark.parametrize(
        ("id", "attainment", "status"),
        [("mttr", 0.6, "off_target"), ("load", 1, "on_target"), ("cost", 0.7, "at_risk"), ("leavers", 0.5, "at_risk")],
    )
    def test_kpis(self, id, attainment, status):
        assert self.HERE.loc[id, "attainment"] == pytest.approx(attainment)
        assert self.HERE.loc[id, "score"] == pytest.approx(100 * attainment)
        assert self.HERE.loc[id, "status"] == status

    @pytest.mark.parametrize(
        ("id", "value", "status"),
        [
            ("fast", (3 * 60 + 1 * 100) / 4, "at_risk"),
            ("cheap", 70, "at_risk"),
            ("steady", 50, "off_target"),
            ("operational_excellence", 70, "at_risk"),
            ("corporate_contribution", (2 * 70 + 1 * 50) / 3, "off_target"),
            ("desk", (70 + 190 / 3) / 2, "off_target"),
        ],
    )
    def test_parents(self, id, value, status):
        assert self.HERE.loc[id, "score"] == pytest.approx(value)
        assert self.HERE.loc[id, "attainment"] == pytest.approx(value / 100)
        assert self.HERE.loc[id, "status"] == status

    def test_what_went_in_is_in_the_frame(self):
        row = self.HERE.loc["cost"]
        assert (row["floor"], row["baseline"], row["target"], row["expected"]) == (140, 140, 100, pytest.approx(120))
        row = self.HERE.loc["mttr"]
        assert (row["actual"], row["numerator"], row["denominator"]) == (6, 1800, 5)

    def test_a_range_shows_its_nearer_edge(self):
        for actual, edge, floor in ((66, 70, 60), (88, 80, 90), (79, 80, 90)):
            row = scored(desk(), table(("load", "2026-06", actual))).loc["load"]
            assert (row["target"], row["expected"], row["floor"]) == (edge, edge, floor)

    def test_effective_weights_rebuild_every_parent(self):
        rows = self.HERE[self.HERE["effective_weight"].notna()]
        sums = (rows["effective_weight"] * rows["score"]).groupby(rows["parent"].astype(str)).sum()
        for parent in ("fast", "corporate_contribution", "desk"):
            assert sums[parent] == pytest.approx(self.HERE.loc[parent, "score"])


def test_the_frame():
    scores = score(desk(), MAY)
    assert list(scores.columns) == COLUMNS
    assert set(scores["level"]) == set(LEVELS)
    assert scores.loc[0, ["level", "id", "parent"]].tolist() == ["scorecard", "desk", ""]
    for key in ("unit", "period", "level", "id", "parent", "status", "label", "method", "reason"):
        assert isinstance(scores[key].dtype, pd.CategoricalDtype)
    assert scores["period"].unique().tolist() == ["2026-06"]
    assert scores.set_index("id").loc["mttr", "name"] == "Mean time to restore"
    assert scores.attrs == {}


def test_every_unit_every_month_every_node():
    rows = table(("A", "cost", "2026-01", 1), ("B", "cost", "2026-03", 1), columns="unit kpi period actual")
    scores = score(desk(), rows)
    assert len(scores) == 3 * 3 * len(desk().names)
    assert list(scores["unit"].cat.categories) == ["", "A", "B"]
    assert list(scores["period"].cat.categories) == ["2026-01", "2026-02", "2026-03"]


class TestMissing:
    """`load` (weight 1 of 4 in `fast`) and all of `steady` have no actual in the last month."""

    ROWS = pd.concat([table(("load", "2026-05", 85), ("leavers", "2026-05", 12)), without(MAY, "load", "leavers")])

    def here(self, missing):
        return scored(desk(), self.ROWS, missing=missing)

    def test_redistribute_spreads_the_weight(self):
        here = self.here("redistribute")
        assert here.loc["fast", "score"] == pytest.approx(60)
        assert here.loc["mttr", "effective_weight"] == 1
        assert np.isnan(here.loc["load", "effective_weight"])
        assert here.loc["steady", "status"] == "no_data"
        assert here.loc["corporate_contribution", "score"] == pytest.approx(70)
        assert here.loc["load", "reason"] == "no actual"

    def test_carry_forward_uses_the_last_actual_against_what_is_expected_now(self):
        here = self.here("carry_forward")
        assert here.loc["load", "actual"] == 85
        assert here.loc["fast", "score"] == pytest.approx((3 * 60 + 50) / 4)
        assert here.loc["load", "reason"] == "carried forward from 2026-05"

    def test_carry_forward_has_nothing_before_the_first_actual(self):
        scores = score(desk(), self.ROWS, missing="carry_forward")
        may = scores[scores["period"] == "2026-05"].set_index("id")
        assert np.isnan(may.loc["mttr", "score"])

    def test_propagate_leaves_the_parents_unscored(self):
        here = self.here("propagate")
        for id in ("fast", "steady", "corporate_contribution", "operational_excellence", "desk"):
            assert here.loc[id, "status"] == "no_data"
        assert here.loc["cheap", "score"] == pytest.approx(70)
        assert here.loc["fast", "reason"] == "a child was not scored"

    def test_propagate_ignores_perspectives_in_which_nothing_is_measured(self):
        assert scored(desk(), MAY, missing="propagate").loc["desk", "score"] == pytest.approx((70 + 190 / 3) / 2)

    def test_zero(self):
        here = self.here("zero")
        assert here.loc["fast", "score"] == pytest.approx(3 * 60 / 4)
        assert here.loc["load", "status"] == "off_target"
        assert here.loc["load", "reason"] == "no actual: scored 0"
        assert np.isnan(here.loc["load", "actual"])

    @pytest.mark.parametrize("missing", MISSING_POLICIES)
    def test_nothing_missing_nothing_changes(self, missing):
        assert scored(desk(), MAY, missing=missing)["score"].equals(scored(desk(), MAY)["score"])

    def test_oracle_redistribute(self):
        """Weights 50, 25, 15, 10 with the last one missing become 55.56, 27.78, 16.67."""
        kpis = [
            {**DESK["kpis"][3], "id": f"k{weight}", "objective": "o", "weight": weight} for weight in (50, 25, 15, 10)
        ]
        card = build(
            {**DESK, "objectives": [{"id": "o", "name": "O", "perspective": "user_orientation"}], "kpis": kpis}
        )
        here = scored(card, table(*[(f"k{weight}", "2026-06", 12) for weight in (50, 25, 15)]))
        shares = here.loc[["k50", "k25", "k15"], "effective_weight"] * 100
        assert shares.round(2).tolist() == [55.56, 27.78, 16.67]


class TestWeights:
    def test_a_child_of_weight_0_does_not_count(self):
        kpis = [DESK["kpis"][0], {**DESK["kpis"][1], "weight": 0}, *DESK["kpis"][2:]]
        assert scored(desk(kpis=kpis), MAY).loc["fast", "score"] == pytest.approx(60)

    def test_only_a_child_of_weight_0_has_data(self):
        kpis = [DESK["kpis"][0], {**DESK["kpis"][1], "weight": 0}, *DESK["kpis"][2:]]
        here = scored(desk(kpis=kpis), without(MAY, "mttr"))
        assert here.loc["fast", "status"] == "no_data"

    def test_weights_change_on_a_date(self):
        weight = [{"period": "2026-01", "value": 3}, {"period": "2026-06", "value": 1}]
        card = desk(kpis=[{**DESK["kpis"][0], "weight": weight}, *DESK["kpis"][1:]])
        scores = score(card, pd.concat([MAY, MAY.assign(period="2026-05")]))
        fast = scores[scores["id"] == "fast"].set_index("period")["score"]
        assert fast["2026-05"] == pytest.approx(70)
        assert fast["2026-06"] == pytest.approx(80)

    @given(st.floats(1e-300, 1e180))
    def test_weights_scale_freely(self, factor):
        kpis = [{**kpi, "weight": kpi.get("weight", 1) * factor} for kpi in DESK["kpis"][:2]] + DESK["kpis"][2:]
        assert scored(desk(kpis=kpis), MAY).loc["fast", "score"] == pytest.approx(70)


class TestOptions:
    def test_an_unknown_policy(self):
        with pytest.raises(UnknownNameError, match="no policy for missing data 'ignore'"):
            score(desk(), MAY, missing="ignore")

    def test_an_unknown_method(self):
        with pytest.raises(UnknownNameError, match="no scoring method with an attainment rule 'spider'"):
            score(desk(), MAY, method="spider")

    def test_an_unreadable_as_of(self):
        with pytest.raises(ScorecardError, match="as_of: 'June' is not a period"):
            score(desk(), MAY, as_of="June")

    def test_as_of_leaves_later_rows_out(self):
        scores = score(desk(), pd.concat([MAY, MAY.assign(period="2026-07")]), as_of="2026-06")
        assert set(scores["left_out"]) == {4}
        assert scores["period"].cat.categories.tolist() == ["2026-06"]

    def test_faulty_actuals_are_refused(self):
        with pytest.raises(ActualsError, match="there is no KPI 'mtrr'"):
            score(desk(), table(("mtrr", "2026-06", 3)))

    def test_the_inputs_are_not_changed(self):
        before = MAY.copy()
        score(desk(), MAY)
        pd.testing.assert_frame_equal(MAY, before)


def test_an_objective_without_kpis_is_left_out_and_says_so():
    card = desk(objectives=[*DESK["objectives"], {"id": "empty", "name": "Empty", "perspective": "future_orientation"}])
    for missing in MISSING_POLICIES:
        here = scored(card, MAY, missing=missing)
        assert here.loc["empty", "reason"] == "no KPI measures it"
        assert here.loc["desk", "score"] == pytest.approx((70 + 190 / 3) / 2)


def test_no_way_to_go_says_what_was_assumed():
    here = scored(one_kpi(floor=100), table(("k", "2026-06", 100)))
    assert here.loc["k", "score"] == 100
    assert here.loc["k", "reason"].startswith("expected is no better than the floor")


@given(
    st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=4, max_size=4),
    st.lists(st.floats(0, 1e6), min_size=4, max_size=4),
    st.sampled_from(MISSING_POLICIES),
)
def test_a_parent_lies_between_its_worst_and_best_child(values, weights, missing):
    weights = [weight + 1e-3 for weight in weights]
    kpis = [{**DESK["kpis"][3], "id": f"k{i}", "weight": weight} for i, weight in enumerate(weights)]
    rows = table(*[(f"k{i}", "2026-06", value) for i, value in enumerate(values)])
    here = scored(desk(objectives=[DESK["objectives"][2]], kpis=kpis), rows, missing=missing)
    children = here.loc[[f"k{i}" for i in range(4)], "score"].dropna()
    parent = here.loc["steady", "score"]
    assert here["score"].dropna().between(0, 100).all()
    if not np.isnan(parent):
        assert children.min() - 1e-9 <= parent <= children.max() + 1e-9


def test_the_weight_of_a_missing_child_does_not_crowd_out_the_others():
    kpis = [{**DESK["kpis"][3], "id": "a", "weight": 1e180}, {**DESK["kpis"][3], "id": "b", "weight": 1e-300}]
    card = desk(objectives=[DESK["objectives"][2]], kpis=kpis)
    assert scored(card, table(("b", "2026-06", 15))).loc["steady", "score"] == pytest.approx(50)


@given(st.floats(10, 20), st.lists(st.floats(0.01, 100), min_size=2, max_size=4))
def test_a_parent_of_equal_children_is_their_equal(actual, weights):
    kpis = [{**DESK["kpis"][3], "id": f"k{i}", "weight": weight} for i, weight in enumerate(weights)]
    here = scored(
        desk(objectives=[DESK["objectives"][2]], kpis=kpis),
        table(*[(f"k{i}", "2026-06", actual) for i in range(len(weights))]),
    )
    assert here.loc["steady", "score"] == here.loc["k0", "score"]


# ------------------------------------------------------------------------------------- scores that went through a file

UNITS = table(
    *(("101", "mttr", "2026-01", None, 3000, 10), ("102", "mttr", "2026-01", None, 900, 2)),
    *(("101", "load", "2026-01", 75, None, None), ("101", "cost", "2026-01", 130, None, None)),
    *(("102", "cost", "2026-01", 90, None, None), ("102", "leavers", "2026-01", 15, None, None)),
    *(("101", "mttr", "2026-02", None, 2000, 10), ("101", "load", "2026-02", 95, None, None)),
    columns="unit kpi period actual numerator denominator",
)
READERS = {
    "snapshot": lambda scores: views.snapshot(scores, "101"),
    "by_unit": lambda scores: views.by_unit(scores, "score"),
    "history": lambda scores: views.history(scores, ["mttr", "desk"], unit="101"),
    "movements": lambda scores: views.movements(scores, "101"),
    "by_group": lambda scores: views.by_group(scores, {kpi.id: {"all": 1.0} for kpi in desk().kpis}, "101"),
    "contributions": lambda scores: views.contributions(scores, "fast", "101"),
    "hidden_kpis": lambda scores: hidden_kpis(scores, ALL, ALL),
    "compensation": lambda scores: compensation(scores, ALL, ALL),
    "missing_bounds": lambda scores: missing_bounds(scores, ALL, ALL),
    "smallest_flips": lambda scores: smallest_flips(scores, ALL, ALL),
    "shake_weights": lambda scores: shake_weights(scores, 20, unit=ALL, period=ALL),
    "unit_rank_stability": lambda scores: unit_rank_stability(scores, draws=20),
    "measurement_error": lambda scores: measurement_error(desk(), scores, {"mttr": 1.0}, 20, unit="101"),
    "compare_totals": lambda scores: compare_totals(scores, scores, "101"),
    "compare_variants": lambda scores: compare_variants({"a": scores, "b": scores}, "mttr", "101"),
}


@pytest.mark.parametrize("missing", MISSING_POLICIES)
@pytest.mark.parametrize("reader", READERS)
def test_a_frame_from_a_file_means_the_same(reader, missing, tmp_path):
    """Units whose names are numbers, and gaps."""
    scores = score(desk(), UNITS, missing=missing)
    scores.to_csv(tmp_path / "scores.csv", index=False)
    scores.to_parquet(tmp_path / "scores.parquet", index=False)
    wanted = READERS[reader](scores)
    for again in (pd.read_csv(tmp_path / "scores.csv"), pd.read_parquet(tmp_path / "scores.parquet")):
        found = READERS[reader](again)
        words = [name for name in wanted if isinstance(wanted[name].dtype, pd.CategoricalDtype)]
        found, other = (frame.astype(dict.fromkeys(words, str)) for frame in (found, wanted))
        pd.testing.assert_frame_equal(found, other, check_dtype=False)


def test_a_unit_that_a_file_lost_is_noticed(tmp_path):
    scores = score(desk(), UNITS.replace({"unit": {"101": "NA"}}))
    scores.to_csv(tmp_path / "scores.csv", index=False)
    with pytest.raises(BscError, match=r"rows are given twice.*where a unit is called NA, read the file by"):
        views.snapshot(pd.read_csv(tmp_path / "scores.csv"))
    again = pd.read_csv(tmp_path / "scores.csv", keep_default_na=False, na_values=[""])
    assert views.snapshot(again, "NA")["score"].equals(views.snapshot(scores, "NA")["score"])


LARGEST = np.finfo(float).max


@pytest.mark.parametrize(
    ("fields", "actual"),
    [
        ({"floor": 0, "target": 5e-324}, 1e18),
        ({"floor": 0, "target": 1e-300, "aggregate": "sum"}, 1e18),
    ],
)
def test_what_cannot_be_worked_out_is_named_and_never_infinite(fields, actual):
    with pytest.raises(ActualsError, match=r"^k, 2026-01: this cannot be worked out: the numbers are too large"):
        score(one_kpi(**fields), table(("k", "2026-01", actual)))


@pytest.mark.parametrize("method", ["kit", "quickscore_two_color"])
def test_the_largest_numbers_there_are_give_no_warning(method):
    for fields in (
        {"direction": "within_range", "target": [0, LARGEST], "floor": [-1, LARGEST]},
        {"baseline": LARGEST},
    ):
        try:
            scores = score(one_kpi(**fields), table(("k", "2026-01", 1e18)), method=method)
        except BscError:
            continue
        assert not np.isinf(scores.select_dtypes("number").to_numpy(float)).any()
