"""Paths into the months ahead, beside what the truth's own generator does."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bench_scenario import baseline_values, step_responses, truth
from worlds import as_scorecard, card_of, long, world

from bsclib.scenarios.equations import POOL
from bsclib.scenarios.fitting import Equation, fit_map
from bsclib.scenarios.paths import downstream, draw_baseline, draw_equations, effect_paths


@pytest.fixture(scope="module")
def known():
    """A world's map with its true numbers in place of the fitted ones."""
    one = world(2100, 48)
    fit = fit_map(*as_scorecard(one))
    equations = []
    for k in range(16):
        mine = np.flatnonzero((one.effect == k) & one.exists)
        by = np.tile(one.by[mine], (POOL, 1)).astype(np.float32)
        half, noise = np.full(POOL, 0.5, dtype=np.float32), np.full(POOL, 1, dtype=np.float32)
        still, rest = np.zeros(POOL, dtype=np.float32), np.full(48, np.nan)
        links, there = (one.cause[mine], one.true_lag[mine], mine), np.ones(len(mine))
        equations.append(Equation(*links, half, by, noise, still, still, there, rest))
    return one, replace(fit, equations=tuple(equations))


def test_a_step_travels_as_in_the_truth(known):
    one, fit = known
    found = step_responses(fit, 14, 3)
    assert found.shape == (3, 15, 16, 16)
    assert found[0, 12] == pytest.approx(truth(one, 12), abs=1e-4)
    assert found[0, 0].diagonal() == pytest.approx(1)


def test_without_a_push_noise_adds_up_as_it_should(known):
    _, fit = known
    drawn = draw_equations(fit, 4000, np.random.default_rng(1))
    paths = draw_baseline(fit, drawn, 40, np.random.default_rng(2))
    driver = next(k for k, one in enumerate(fit.equations) if not len(one.causes))
    seen = paths[30, driver] - paths[30, driver].mean()
    assert paths.shape == (40, 16, 4000)
    assert np.isfinite(paths).all()
    assert seen.std() > 0.95 * np.sqrt(1 / (1 - 0.5**2))


def test_a_held_kpi_is_moved_by_nothing_else(known):
    one, fit = known
    cause, effect = int(one.cause[0]), int(one.effect[0])
    drawn = draw_equations(fit, 5, np.random.default_rng(1))
    step = np.ones((9, 1), dtype=np.float32)
    found = effect_paths(fit, drawn, {cause: step}, 9, {effect: np.zeros((9, 5), dtype=np.float32)})
    assert (found[effect] == 0).all()
    assert (found[cause] == 1).all()


def test_downstream_comes_causes_first(known):
    one, fit = known
    found = downstream(fit, [int(one.cause[0])])
    assert int(one.effect[0]) in found
    for k in found:
        same_month = set(fit.equations[k].causes[fit.equations[k].lags == 0].tolist()) & set(found)
        assert all(found.index(cause) < found.index(k) for cause in same_month)


def test_one_seed_draws_the_same_and_another_does_not():
    fit = fit_map(*as_scorecard(world(2101, 40)))
    assert np.array_equal(step_responses(fit, 3, 20, 5), step_responses(fit, 3, 20, 5))
    assert baseline_values(fit, 3, 20, 5).shape == (3, 16, 20)
    assert not np.array_equal(baseline_values(fit, 3, 20, 5), baseline_values(fit, 3, 20, 6))


@pytest.mark.parametrize("own", [0.0, 0.9, 1.0])
def test_a_forecast_starts_at_the_last_actual(own):
    random = np.random.default_rng(7)
    values = random.normal(size=(60, 4))
    for t in range(1, 60):
        values[t] += own * values[t - 1]
    values = 0.01 * values + [20, 30, 40, 50] + 0.02 * np.arange(60)[:, None]
    names = list("abcd")
    fit = fit_map(card_of(names, []), long(pd.DataFrame(values, columns=names)))
    drawn = draw_equations(fit, 400, np.random.default_rng(1))
    still = replace(drawn, noise=0 * drawn.noise)
    paths = draw_baseline(
        fit, replace(still, own=np.ones_like(still.own), slope=0 * still.slope, pull=0 * still.pull), 3, random
    )
    season = np.stack([path.season for path in fit.baseline_paths], axis=1)[(fit.month + 1 + np.arange(3)) % 12]
    now = values[-1] - [path.season[fit.month % 12] for path in fit.baseline_paths]
    error = 6 * np.array([path.season_error for path in fit.baseline_paths])
    assert (np.abs(paths - (now + season)[:, :, None]) <= error[:, None] + 1e-4).all()


def test_a_kpi_that_is_late_is_drawn_from_its_own_last_actual():
    values = pd.DataFrame({"a": np.linspace(10, 10.5, 60), "b": np.linspace(20, 21, 60)})
    values += np.random.default_rng(3).normal(size=values.shape) * 0.1
    values.loc[57:, "b"] = np.nan
    fit = fit_map(card_of(["a", "b"], []), long(values))
    paths = draw_baseline(fit, draw_equations(fit, 500, np.random.default_rng(1)), 4, np.random.default_rng(2))
    assert np.isfinite(paths).all()
    assert paths[0, 1].mean() == pytest.approx(21, abs=0.3)


def test_what_hits_all_kpis_together_hits_their_forecasts_together():
    random = np.random.default_rng(5)
    values = pd.DataFrame(random.normal(size=(60, 6)) + random.normal(size=(60, 1)), columns=list("abcdef"))
    fit = fit_map(card_of(list("abcdef"), []), long(values))
    paths = draw_baseline(fit, draw_equations(fit, 2000, np.random.default_rng(1)), 1, random)
    assert np.corrcoef(paths[0])[np.triu_indices(6, 1)].mean() == pytest.approx(0.5, abs=0.15)
