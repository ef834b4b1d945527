"""A scale that does not leave a KPI's limits."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import card_of, long

from bsclib.scenarios.fitting import fit_map
from bsclib.scenarios.limited_scale import bends, keep_inside, to_scale
from bsclib.scenarios.projection import project

SHARE = {"measured_in": "%", "name": "First-time fix", "floor": 60, "target": 95}


def high_share(months=60, at=96.0, size=1.5, seed=1):
    """A share that comes close to 100 and is never there."""
    random = np.random.default_rng(seed)
    return np.minimum(at + size * random.standard_normal(months), 99.9)


def fitted(values, **about):
    return fit_map(card_of(["a"], [], a=SHARE | about), long(pd.DataFrame({"a": values})))


@given(
    st.lists(st.floats(0.01, 99.99), min_size=3, max_size=30), st.sampled_from([(0, 100), (-np.inf, 100), (0, np.inf)])
)
def test_to_the_scale_and_back_is_the_identity(values, limits):
    values, limits = np.array(values), np.array(limits, dtype=float)
    fit = fitted(high_share())
    bent = bends(values, limits)
    object.__setattr__(fit, "limits", limits[None])
    object.__setattr__(fit, "bends", bent[None])
    path = to_scale(values, limits, bent)[:, None, None].copy()
    keep_inside(fit, path)
    assert path.ravel() == pytest.approx(values, abs=max(bent.max(), 1e-9) / 100)


def test_a_share_is_never_forecast_above_100_and_does_not_pile_up_there():
    fit = fitted(high_share())
    assert fit.limits.tolist() == [[0, 100]]
    paths = to_scale(np.array([96.0, 99.0, 101.0, 130.0]), fit.limits[0], fit.bends[0])[:, None, None].copy()
    paths[2:] = [[[101.0]], [[105.0]]]
    keep_inside(fit, paths)
    near = paths.ravel()
    assert (np.diff(near) > 0).all()
    assert near[-1] < 100
    last = project(fit, horizon=24, draws=500).iloc[-1]
    assert last["high"] < 100
    assert last["low"] < 95


def test_far_from_a_limit_nothing_changes():
    limits, bent = np.array([0.0, 100.0]), np.array([0.5, 0.5])
    assert to_scale(np.array([20.0, 50.0, 90.0]), limits, bent) == pytest.approx([20, 50, 90], abs=1e-6)


def test_an_effect_dies_away_near_a_limit_and_what_is_held_stays():
    fit = fitted(high_share())
    more = project(fit, {"a": "+30"}, horizon=3, draws=500).iloc[-1]
    assert more["with_"] < 100
    assert 0 < more["effect"] < 5
    held = project(fit, {"a": "=99.5"}, horizon=3, draws=500).iloc[-1]
    assert [held["low"], held["high"]] == pytest.approx([99.5, 99.5], abs=1e-3)


def test_where_actuals_reach_a_limit_the_draws_do_too():
    values = np.minimum(98.5 + 2 * np.random.default_rng(4).standard_normal(60), 100)
    fit = fitted(values, target=100)
    assert fit.bends[0, 1] == 0
    last = project(fit, horizon=12, draws=2000).iloc[-1]
    assert last["high"] == 100
    assert 0.05 < last["chance_of_target"] < 0.7


@pytest.mark.parametrize(
    ("about", "values", "limits"),
    [
        ({}, high_share(), [0, 100]),
        ({"target": 120}, high_share(), [-np.inf, np.inf]),
        ({}, np.append(high_share(), 104.0), [-np.inf, np.inf]),
        ({"name": "Growth of revenue"}, high_share(), [-np.inf, np.inf]),
        ({"name": "Budget spent"}, high_share(), [-np.inf, np.inf]),
        ({"measured_in": "points"}, high_share(), [-np.inf, np.inf]),
        ({"measured_in": "points", "limits": [None, 110]}, high_share(), [-np.inf, 110]),
        ({"limits": [0, 100]}, np.append(high_share(), 104.0), [0, 104]),
    ],
)
def test_which_limits_hold(about, values, limits):
    assert fitted(values, **about).limits[0].tolist() == limits


@pytest.mark.parametrize("bend", [1e-45, 1e-37, 1e-3])
def test_a_bend_too_small_for_a_number_only_cuts(bend):
    """Values of 1e-40 make such bends, and their inverse is no number of single precision."""
    fit = SimpleNamespace(limits=np.array([[0.0, 100.0]]), bends=np.array([[bend, bend]]))
    path = np.array([[[-1.0, 50.0, 1e6]]], dtype=np.float32)
    keep_inside(fit, path)
    assert path.ravel() == pytest.approx([0, 50, 100])
