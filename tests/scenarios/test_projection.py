"""Quantiles, chances and the first month, beside plain ways to work them out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bsclib import read_actuals, read_scorecard
from bsclib.scenarios import fit_map, levels, project
from bsclib.scenarios.projection import BAND, quantiles


@given(arrays(np.float32, st.tuples(st.integers(1, 3), st.integers(1, 40)), elements=st.floats(-1e3, 1e3, width=32)))
def test_quantiles_are_those_of_numpy(values):
    assert quantiles(values.copy()) == pytest.approx(np.quantile(values, BAND, axis=-1), rel=1e-5, abs=1e-3)


def test_paths_and_chances_are_those_of_the_draws():
    fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    found = project(fit, None, None, 4, 500, 9)
    paths = levels(fit, 4, 500, 9)
    last = found[found["period"] == "2026-10"].set_index("id")
    for kpi in ("mttr", "csat", "utilisation"):
        drawn = paths[:, 3, fit.place[kpi]]
        low, middle, high = np.quantile(drawn, BAND)
        assert last.loc[kpi, ["low", "with_", "high"]].tolist() == pytest.approx([low, middle, high], rel=1e-4)
    months = np.array([fit.month + 4])
    mttr, used = fit.scorecard.kpi("mttr"), fit.scorecard.kpi("utilisation")
    assert last.loc["mttr", "chance_of_target"] == (paths[:, 3, fit.place["mttr"]] <= mttr.expected(months)).mean()
    inside = (paths[:, 3, fit.place["utilisation"]] >= used.range[0]) & (
        paths[:, 3, fit.place["utilisation"]] <= used.range[1]
    )
    assert last.loc["utilisation", "chance_of_target"] == inside.mean()
