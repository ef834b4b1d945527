"""Quantiles, chances and the first month, beside plain ways to work them out."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bench_scenario import baseline_values
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pandas.testing import assert_frame_equal

from bsclib import read_actuals, read_scorecard
from bsclib.plots import alt_text, plot_drivers, plot_fan, plot_frontier, plot_scenarios
from bsclib.reporting.memo.page import decision_memo
from bsclib.reporting.scenario_text import effects_table, first_month_table, projection_summary
from bsclib.scenarios.budget import frontier
from bsclib.scenarios.comparison import compare_scenarios
from bsclib.scenarios.counterfactual import as_steps
from bsclib.scenarios.definition import Scenario
from bsclib.scenarios.fitting import fit_map
from bsclib.scenarios.notes import scenario_notes
from bsclib.scenarios.projection import BAND, Projector, project, quantiles
from bsclib.scenarios.questions import drivers


@pytest.fixture(scope="module")
def fit():
    return fit_map(read_scorecard("meridian"), read_actuals("meridian"))


@given(arrays(np.float32, st.tuples(st.integers(1, 3), st.integers(1, 40)), elements=st.floats(-1e3, 1e3, width=32)))
def test_quantiles_are_those_of_numpy(values):
    assert quantiles(values.copy()) == pytest.approx(np.quantile(values, BAND, axis=-1), rel=1e-5, abs=1e-3)


def test_paths_and_chances_are_those_of_the_draws(fit):
    found = project(fit, None, None, 4, 500, 9)
    values = baseline_values(fit, 4, 500, 9)
    last = found[found["period"] == "2026-10"].set_index("id")
    for kpi in ("mttr", "csat", "utilisation"):
        drawn = values[3, fit.place[kpi]]
        low, middle, high = np.quantile(drawn, BAND)
        assert last.loc[kpi, ["low", "with_", "high"]].tolist() == pytest.approx([low, middle, high], rel=1e-4)
    months = np.array([fit.month + 4])
    mttr, used = fit.scorecard.kpi("mttr"), fit.scorecard.kpi("utilisation")
    assert last.loc["mttr", "chance_of_target"] == (values[3, fit.place["mttr"]] <= mttr.expected(months)).mean()
    inside = (values[3, fit.place["utilisation"]] >= used.range[0]) & (
        values[3, fit.place["utilisation"]] <= used.range[1]
    )
    assert last.loc["utilisation", "chance_of_target"] == inside.mean()


# ---- a frame that went through a file says the same


def through_csv(frame, folder):
    frame.to_csv(folder / "frame.csv", index=False)
    return pd.read_csv(folder / "frame.csv")


def through_parquet(frame, folder):
    frame.to_parquet(folder / "frame.parquet")
    return pd.read_parquet(folder / "frame.parquet")


THROUGH = pytest.mark.parametrize("through", [through_csv, through_parquet])
ASKED = {"mttr": "-3", "csat": "=4.4"}, {"runbooks": "2026-10"}


@THROUGH
def test_a_projection_from_a_file_gives_the_same_words_and_pictures(fit, through, tmp_path):
    card, here = fit.scorecard, project(fit, *ASKED, horizon=12, draws=200)
    there = through(here, tmp_path)
    assert there.attrs == {}
    assert "Mean time to restore" in str(first_month_table(here, card))
    for said in (projection_summary, effects_table, first_month_table):
        assert str(said(here, card)) == str(said(there, card))
    for id in (None, "mttr", "restore-fast"):
        assert alt_text(plot_fan(here, card, id)) == alt_text(plot_fan(there, card, id))
    assert scenario_notes(fit, here, *ASKED) == scenario_notes(fit, there, *ASKED)
    assert as_steps(fit, here, *ASKED) == as_steps(fit, there, *ASKED)


@THROUGH
def test_a_comparison_from_a_file_gives_the_same_memo(fit, through, tmp_path):
    options = [Scenario(id="slow", name="Slow", changes={"mttr": "-1%"}, horizon=12)]
    options += [Scenario(id="fast", name="Fast", changes=ASKED[0], initiatives=ASKED[1], horizon=9)]
    here = compare_scenarios(fit, options, draws=200)
    there = through(here, tmp_path)
    memos = [decision_memo(fit.scorecard, one, options, fit.evidence) for one in (here, there)]
    assert str(memos[0]) == str(memos[1])
    assert "told from noise" in str(memos[0])
    pictures = [alt_text(plot_scenarios(one, fit.scorecard)) for one in (here, there)]
    assert pictures[0] == pictures[1]


@THROUGH
def test_drivers_and_a_frontier_from_a_file_give_the_same_pictures(fit, through, tmp_path):
    ranked = drivers(fit, "csat", horizon=6, draws=200)
    bought = frontier(fit, [0, 90_000, 180_000], horizon=12, draws=4)
    for frame, draw in ((ranked, lambda one: plot_drivers(one, fit.scorecard)), (bought, plot_frontier)):
        here, there = draw(frame), draw(through(frame, tmp_path))
        assert alt_text(here) == alt_text(there)
        assert [text.get_text() for text in here.figure.texts] == [text.get_text() for text in there.figure.texts]


@pytest.mark.parametrize("id", [None, "meridian", "mttr", "user_orientation"])
def test_questions_one_after_the_other_get_the_numbers_of_one_alone(fit, id):
    """Random numbers and the course without the changes are kept; a question that needs others draws them."""
    projector, works = Projector(fit), [work.id for work in fit.scorecard.initiatives if work.changes]
    asked = [({"mttr": "-10%"}, works, 6), ({"mttr": "-3%", "csat": "=4.4"}, works, 6), ({"mttr": "+5%"}, works[:1], 9)]
    for changes, initiatives, horizon in [*asked, asked[0]]:
        (*_, found) = projector.result(changes, initiatives, horizon, 300, id)
        alone = project(fit, changes, initiatives, horizon, 300)
        alone = alone if id is None else alone[alone["id"] == id].reset_index(drop=True)
        assert_frame_equal(found, alone, check_categorical=False, rtol=0, atol=1e-9)


def test_a_kpi_without_actuals_does_not_move_the_first_month_of_others(fit):
    alone = fit.place["run-share"]
    paths = [replace(one, level=np.nan) if n == alone else one for n, one in enumerate(fit.baseline_paths)]
    fits = fit, replace(fit, baseline_paths=paths)
    whole, less = (project(one, None, {"cloud-housekeeping": "2027-06"}, 24, 500) for one in fits)
    assert np.isnan(less.loc[less["id"] == "run-share", "with_"]).all()
    first, other = (one.loc[one["id"] == "cloud-waste", "first_month"].iloc[0] for one in (whole, less))
    assert first == other > "2027-06"
