"""Scores of drawn paths are the scores that `score()` gives of the same numbers."""

import numpy as np
import pandas as pd
import pytest
from bench_scenario import baseline_values
from hypothesis import given
from hypothesis import strategies as st
from samples import desk
from strategies import few

from bsclib import BscError, read_actuals, read_scorecard, score
from bsclib.model import periods
from bsclib.scenarios.fitting import fit_map
from bsclib.scenarios.path_scores import node_scores, on_target

MONTHS = np.arange(2026 * 12, 2026 * 12 + 5)


def by_score(card, values):
    """What `score` gives of one draw (months, KPIs): scores and statuses (months, nodes)."""
    names = [periods.period_of(int(month)) for month in MONTHS[: len(values)]]
    wide = pd.DataFrame(values, columns=[kpi.id for kpi in card.kpis]).assign(period=names)
    long = wide.melt("period", var_name="kpi", value_name="actual").dropna()
    if not len(long):
        return None
    found = score(card, long, as_of=names[-1])
    found = found[found["unit"] == ""]
    shape = (-1, len(card.names))
    return found["score"].to_numpy().reshape(shape), found["status"].to_numpy().reshape(shape), found["period"].unique()


numbers = st.floats(-50, 250, allow_nan=False).map(lambda one: round(one, 3))


@few
@given(values=st.lists(st.tuples(numbers, numbers, numbers, numbers), min_size=5, max_size=5))
def test_the_desk(values):
    card, table = desk(), np.array(values)
    ours = node_scores(card, table[:, :, None], MONTHS)[:, :, 0]
    theirs, status, _ = by_score(card, table)
    assert ours == pytest.approx(theirs, abs=1e-7, nan_ok=True)
    above = len(card.names) - len(card.kpis)
    for k, kpi in enumerate(card.kpis):
        good = on_target(kpi, table[:, k, None], MONTHS)[:, 0]
        # A KPI may be on target by its thresholds before it is as good as expected.
        assert (status[good, above + k] == "on_target").all()


@pytest.mark.parametrize("kpi", ["mttr", "load", "cost", "leavers"])
def test_what_is_missing_leaves_its_weight_to_its_neighbours(kpi):
    card = desk()
    table = np.tile([6.0, 82.0, 110.0, 12.0], (5, 1))
    table[:, [one.id for one in card.kpis].index(kpi)] = np.nan
    ours = node_scores(card, np.repeat(table[:, :, None], 3, axis=2), MONTHS)
    assert ours[:, :, 2] == pytest.approx(by_score(card, table)[0], abs=1e-7, nan_ok=True)


def test_nothing_at_all_scores_nothing():
    assert np.isnan(node_scores(desk(), np.full((5, 4, 2), np.nan), MONTHS)).all()


def test_some_draws_cannot_lack_what_others_have():
    values = np.ones((5, 4, 3))
    values[2, 1, 1] = np.nan
    with pytest.raises(BscError, match="in some draws of a month and none in others"):
        node_scores(desk(), values, MONTHS)


def test_weights_that_change_and_objectives_without_kpis():
    weights = [{"period": "2025-01", "value": 1}, {"period": "2026-03", "value": 4}]
    objectives = [
        {"id": "fast", "name": "Restore fast", "perspective": "operational_excellence", "weight": weights},
        {"id": "safe", "name": "Be safe", "perspective": "operational_excellence"},
        {"id": "cheap", "name": "Cost less", "perspective": "operational_excellence", "weight": 2},
        {"id": "steady", "name": "Keep staff", "perspective": "corporate_contribution", "weight": 0.5},
    ]
    card = desk(objectives=objectives)
    table = np.random.default_rng(1).uniform([4, 60, 90, 8], [9, 95, 140, 22], size=(5, 4))
    ours = node_scores(card, table[:, :, None], MONTHS)[:, :, 0]
    assert ours == pytest.approx(by_score(card, table)[0], abs=1e-7, nan_ok=True)


def test_meridian_in_single_precision():
    card = read_scorecard("meridian")
    fit = fit_map(card, read_actuals("meridian"))
    values = baseline_values(fit, 5, 40)
    ours = node_scores(card, values, fit.month + 1 + np.arange(5))
    assert ours.shape == (5, len(card.names), 40)
    months = [periods.period_of(fit.month + 1 + h) for h in range(5)]
    wide = pd.DataFrame(values[:, :, 7].astype(float), columns=[kpi.id for kpi in card.kpis]).assign(period=months)
    long = wide.melt("period", var_name="kpi", value_name="actual")
    theirs = score(card, long)["score"].to_numpy().reshape(5, -1)
    assert ours[:, :, 7] == pytest.approx(theirs, abs=0.05)
