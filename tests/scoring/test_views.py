import numpy as np
import pandas as pd
import pytest
from samples import DESK, desk, one_kpi, table

from bsclib.errors import BscError, UnknownNameError
from bsclib.model.edit import change
from bsclib.scoring.scores import score
from bsclib.scoring.views import (
    actual_and_expected,
    by_unit,
    contributions,
    history,
    last_period,
    movements,
    overall_score,
    range_due,
    snapshot,
)

ROWS = [
    *[("North", "leavers", "2026-01", 12), ("North", "leavers", "2026-02", 15), ("North", "leavers", "2026-04", 11)],
    *[("South", "leavers", "2026-01", 18), ("South", "leavers", "2026-02", 16), ("South", "leavers", "2026-04", 20)],
    *[("North", "cost", "2026-02", 60), ("South", "cost", "2026-02", 70), ("North", "cost", "2026-04", 64)],
    *[("North", "load", "2026-01", 75), ("North", "load", "2026-04", 85), ("South", "load", "2026-04", 72)],
]


UNITS = [{"unit": unit, "target": [{"value": 100, "period": "2026-12"}], "floor": 140} for unit in ("North", "South")]


@pytest.fixture(scope="module")
def scores():
    return score(change(desk(), "cost", unit_targets=UNITS), table(*ROWS, columns="unit kpi period actual"))


def test_last_period_is_as_of(scores):
    assert last_period(scores) == "2026-04"
    assert last_period(pd.DataFrame({"period": ["2026-01", "2026-03"]})) == "2026-03"
    with pytest.raises(BscError, match="score some actuals first"):
        last_period(pd.DataFrame({"period": []}))


def test_snapshot_is_one_unit_in_one_month(scores):
    stand = snapshot(scores, "North", "2026-02")
    assert list(stand.index) == list(desk().names)
    assert stand.loc["leavers", "actual"] == 15
    assert (stand["unit"] == "North").all()
    assert (snapshot(scores)["unit"] == "").all()
    assert (snapshot(scores)["period"] == "2026-04").all()


def test_unknown_units_and_months_name_the_nearest(scores):
    with pytest.raises(UnknownNameError, match="did you mean 'North'"):
        snapshot(scores, "Nroth")
    with pytest.raises(UnknownNameError, match="no period in the scores '2027-01'"):
        snapshot(scores, period="2027-01")
    with pytest.raises(UnknownNameError, match="no period in the scores"):
        by_unit(scores, "score", "1999-01")


def test_by_unit_puts_the_organisation_and_the_scorecard_first(scores):
    wide = by_unit(scores, "score")
    assert list(wide.index) == ["", "North", "South"]
    assert list(wide.columns) == ["desk", *(one.id for one in desk().perspectives)]
    assert wide.loc["South", "desk"] == snapshot(scores, "South").loc["desk", "score"]


def test_history_runs_over_whole_months_and_keeps_gaps(scores):
    wide = history(scores, ["leavers", "load"], "actual", "North", months=24)
    assert list(wide.index) == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert wide["leavers"].tolist() == pytest.approx([12, 15, np.nan, 11], nan_ok=True)
    assert list(history(scores, ["load"], months=2).index) == ["2026-03", "2026-04"]
    with pytest.raises(BscError, match="at least one month"):
        history(scores, ["load"], months=0)
    with pytest.raises(UnknownNameError, match="no unit in the scores"):
        history(scores, ["load"], unit="West")


@pytest.mark.parametrize("unit", [None, "North", "South"])
def test_movements_add_up_to_the_change_of_the_overall_score(scores, unit):
    moved = movements(scores, unit, "2026-02")
    change = overall_score(scores, unit, "2026-02") - overall_score(scores, unit, "2026-01")
    assert moved["points"].sum() == pytest.approx(change)
    assert moved["points"].abs().dropna().is_monotonic_decreasing


def test_movements_of_one_kpi_by_hand():
    card = desk(objectives=DESK["objectives"][1:], kpis=DESK["kpis"][2:])
    moved = movements(score(card, table(("leavers", "2026-01", 12), ("leavers", "2026-02", 15))))
    assert moved.loc["leavers", ["before", "now", "score_before", "score_now", "points"]].tolist() == [
        12,
        15,
        80,
        50,
        -30,
    ]


def test_the_first_month_has_no_movements(scores):
    assert movements(scores, period="2026-01").empty
    assert np.isnan(overall_score(scores, None, "2025-12"))


@pytest.mark.parametrize("unit", [None, "North", "South"])
@pytest.mark.parametrize("id", [None, "corporate_contribution", "cheap", "leavers"])
def test_contributions_add_up_to_what_lacks_of_100(scores, unit, id):
    stand = snapshot(scores, unit, "2026-02")
    found = contributions(scores, id, unit, "2026-02")
    total = stand.loc[id or "desk", "score"]
    assert found["share"].sum() == pytest.approx(1)
    assert 100 - found["cost"].sum() == pytest.approx(total, abs=1e-9)


def test_contributions_by_hand(scores):
    """One perspective has data; in it, cost weighs 2 and leavers 1."""
    found = contributions(scores, unit="South", period="2026-02")
    stand = snapshot(scores, "South", "2026-02")
    assert found.index.tolist() == ["mttr", "load", "cost", "leavers"]
    assert found["group"].tolist() == ["operational_excellence"] * 2 + ["corporate_contribution"] * 2
    assert found["share"].tolist() == pytest.approx([0, 0, 2 / 3, 1 / 3])
    lacking = 100 - stand.loc[["cost", "leavers"], "score"]
    assert found["cost"].tolist() == pytest.approx([0, 0, 2 / 3 * lacking["cost"], 1 / 3 * lacking["leavers"]])


def test_contributions_of_a_score_that_is_not_there():
    scores = score(desk(), table(("leavers", "2026-01", 12), ("cost", "2026-01", 140)), missing="propagate")
    found = contributions(scores)
    assert found["share"].tolist() == [0, 0, 0, 0]
    with pytest.raises(UnknownNameError, match="did you mean 'cheap'"):
        contributions(scores, "chaep")


@pytest.mark.parametrize("direction", ["higher_is_better", "lower_is_better"])
def test_an_actual_that_misses_by_a_hair_is_seen_to_miss(direction):
    far = 99.0 if direction == "higher_is_better" else 101.0
    card = one_kpi(direction=direction, floor=far, target=99.99, measured_in="%")
    actual = 99.96 if direction == "higher_is_better" else 100.02
    row = snapshot(score(card, table(("k", "2026-06", actual)))).loc["k"]
    assert str(row["status"]) != "on_target"
    actual, expected = actual_and_expected(card.kpis[0], row)
    assert actual != expected


def test_a_range_is_told_from_the_actual_too():
    card = one_kpi(direction="within_range", target=[99.5, 99.99], floor=[90, 101], measured_in="%")
    row = snapshot(score(card, table(("k", "2026-06", 99.996)))).loc["k"]
    assert actual_and_expected(card.kpis[0], row) == ("100%", "99.5% to 99.99%")


def test_a_range_of_a_year_is_shown_as_far_as_it_is_due():
    card = one_kpi(direction="within_range", target=[1200, 1800], floor=None, aggregate="sum", cumulates="year")
    rows = table(("k", "2026-01", 100.0), ("k", "2026-02", 140.0))
    scores = score(card, rows)
    assert actual_and_expected(card.kpis[0], snapshot(scores).loc["k"]) == ("240", "200 to 300")
    assert range_due(card.kpis[0], snapshot(scores, period="2026-01").loc["k"]) == (100, 150)


def test_a_profile_s_share_and_a_unit_s_own_range():
    units = [{"unit": "North", "target": [100, 200], "floor": [0, 300]}]
    profile = [0.2, 0.3, 0.5]
    fields = {"target": [1200, 1800], "floor": None, "aggregate": "sum", "cumulates": "quarter", "profile": profile}
    card = one_kpi(direction="within_range", unit_targets=units, **fields)
    rows = table(("North", "k", "2026-01", 30.0), ("North", "k", "2026-02", 30.0), columns="unit kpi period actual")
    stand = snapshot(score(card, rows, as_of="2026-03"), "North", "2026-02")
    assert actual_and_expected(card.kpis[0], stand.loc["k"]) == ("60", "50 to 100")
    stand = snapshot(score(card, rows, as_of="2026-03"), "North", "2026-03")
    assert actual_and_expected(card.kpis[0], stand.loc["k"]) == ("no data", "no data")
