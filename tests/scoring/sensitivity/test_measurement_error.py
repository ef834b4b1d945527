from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from samples import desk, one_kpi, table
from trees import actuals, by_id, scored, tree

from bsclib import score
from bsclib.errors import BscError, UnknownNameError
from bsclib.scoring.published import METHODS
from bsclib.scoring.sensitivity.measurement_error import measurement_error

CHANCES = ["chance_on_target", "chance_at_risk", "chance_off_target"]


def erring(values, errors, *, shape=None, **options):
    return by_id(measurement_error(tree(*(shape or (len(values),))), scored(*values, shape=shape), errors, **options))


def test_one_kpi_is_normal_around_its_score():
    found = erring((50.0, 50.0), {"k0": 4.0}, draws=100_000)
    row = found.loc["k0"]
    assert row[["low", "median", "high"]].tolist() == pytest.approx([50 - 1.645 * 4, 50, 50 + 1.645 * 4], abs=0.1)
    assert (row["score"], row["status"], row["kpis"], row["draws"]) == (50, "off_target", 1, 100_000)
    total = found.loc["card"]
    assert total["high"] - total["median"] == pytest.approx(1.645 * 2, abs=0.1)
    assert found.loc["k1", ["low", "high", "kpis"]].tolist() == [50, 50, 0]


def test_chances_of_each_status():
    row = erring((70.0,), {"k0": 5.0}, draws=100_000).loc["card"]
    assert row["chance_off_target"] == pytest.approx(0.5, abs=0.01)
    assert row["chance_on_target"] == pytest.approx(3.2e-5, abs=1e-4)
    assert row["chance_of_flip"] == pytest.approx(1 - row["chance_at_risk"])


def test_independent_errors_average_out():
    alone, many = (erring((50.0,) * n, {f"k{k}": 8.0 for k in range(n)}).loc["card"] for n in (1, 16))
    assert (alone["high"] - alone["low"]) / (many["high"] - many["low"]) == pytest.approx(4, rel=0.1)


def test_a_clamped_score_can_only_fall():
    row = erring((100.0,), {"k0": 5.0}).loc["card"]
    assert row["high"] == 100
    assert row["median"] == pytest.approx(100, abs=0.2)
    assert row["low"] == pytest.approx(100 - 1.645 * 5, abs=0.5)


def test_missing_stays_missing_and_its_weight_is_spread():
    found = erring((50.0, None), {"k0": 1.0, "k1": 100.0})
    assert found.loc["k1", ["score", "low", *CHANCES]].isna().all()
    assert found.loc["card", "kpis"] == 1
    assert found.loc["card", "high"] < 53
    unscored = erring((None, 50.0), {"k0": 1.0}, shape=(1, 1)).loc["o0"]
    assert (unscored["status"], unscored["kpis"]) == ("no_data", 0)
    assert unscored[["low", "median", "high", "chance_of_flip"]].isna().all()


def test_a_range_and_a_lower_target():
    card = desk()
    rows = table(("load", "2026-06", 75), ("leavers", "2026-06", 15))
    found = by_id(measurement_error(card, score(card, rows), {"load": 0.5, "leavers": 1.0}))
    assert found.loc["load", ["low", "high"]].tolist() == [100, 100]
    assert found.loc["leavers", "median"] == pytest.approx(50, abs=0.5)


def test_units_and_months():
    card = tree(2)
    rows = pd.concat([actuals(50, 60, unit=unit, period=f"2026-0{month}") for unit in "AB" for month in (1, 2)])
    scores = score(card, rows)
    found = measurement_error(card, scores, {"k0": 1.0}, unit="B", period="2026-01")
    assert found["unit"].unique().tolist() == ["B"]
    assert found["period"].unique().tolist() == ["2026-01"]


@pytest.mark.parametrize("name", [one.name for one in METHODS.values() if one.part == "attainment"])
def test_every_method(name):
    card = one_kpi(floor=20, target=80, stretch=110)
    rows = table(*(("k", f"2026-0{month}", 60.0 + month) for month in range(1, 7)))
    scores = score(card, rows, method=name)
    found = measurement_error(card, scores, {"k": 2.0}, draws=500)
    assert (found["low"] <= found["high"]).all()
    np.testing.assert_allclose(found[CHANCES].sum(axis=1), 1)


def test_colours_roll_up_as_colours():
    card, method = tree(2), replace(METHODS["kit"], name="ours", colours=True)
    scores = score(card, actuals(100, 60), method=method)
    row = by_id(measurement_error(card, scores, {"k1": 8.0}, method=method)).loc["o0"]
    assert (row["low"], row["high"]) == (50, 75)


def test_no_error_moves_nothing_and_the_seed_decides():
    scores, card = scored(50, 60), tree(2)
    still = measurement_error(card, scores, {"k0": 0.0}).dropna(subset="score")
    assert (still["low"] == still["high"]).all()
    one, other = (measurement_error(card, scores, {"k0": 3.0}, rng=rng) for rng in (None, 1))
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("sd", [-1, np.nan, np.inf, "1", None, True])
def test_errors_that_cannot_be(sd):
    with pytest.raises(BscError, match=r"errors\['k0'\]: this is no standard deviation"):
        measurement_error(tree(1), scored(50), {"k0": sd})


def test_names_and_scores_of_something_else():
    with pytest.raises(UnknownNameError, match="no KPI 'k9'"):
        measurement_error(tree(1), scored(50), {"k9": 1})
    with pytest.raises(BscError, match="not scores of 'card'"):
        measurement_error(tree(2), scored(50), {"k0": 1})
    with pytest.raises(BscError, match="'k0' scores 50 in them, and 100 by this scorecard"):
        measurement_error(tree(1), scored(50), {"k0": 1}, method=replace(METHODS["kit"], name="ours", full=0.5))


@pytest.mark.parametrize(("unit", "kpis"), [("North", 1), ("South", 0), ("", 1)])
def test_a_unit_without_a_target_of_its_own_does_not_move(unit, kpis):
    card = one_kpi(target=1000, floor=0, aggregate="sum", unit_targets=[{"unit": "North", "target": 500}])
    rows = table(("North", "k", "2026-01", 400.0), ("South", "k", "2026-01", 300.0), columns="unit kpi period actual")
    moved = measurement_error(card, score(card, rows), {"k": 10.0}, draws=100, unit=unit)
    assert moved["kpis"].tolist() == [kpis] * 4


def test_one_unit_that_is_all_there_is():
    card = one_kpi(target=1000, floor=0, aggregate="sum")
    scores = score(card, table(("North", "k", "2026-01", 400.0), columns="unit kpi period actual"))
    assert measurement_error(card, scores, {"k": 10.0}, draws=100, unit="North")["score"].iloc[-1] == 40
