import numpy as np
import pytest
from statsmodels.regression.linear_model import GLSAR
from worlds import world

from bsclib.causality.evidence import checks
from bsclib.causality.evidence.claims import claims
from bsclib.causality.evidence.cleaning import detrend
from bsclib.causality.evidence.stepwise import fit


def fitted(values, lag=1, sign=1):
    """Column 1 regressed on column 0."""
    map_ = claims(np.array([0]), np.array([1]), np.array([lag]), np.array([sign]), window=0)
    return fit(detrend(values), map_, 1), map_


def driven(by, months=100, seed=0):
    values = np.random.default_rng(seed).normal(size=(len(by), months, 2))
    values[:, 1:, 1] += np.array(by)[:, None] * values[:, :-1, 0]
    return values


def test_what_is_there_holds_in_odd_and_in_even_quarters():
    found, map_ = fitted(driven([0.8]))
    assert checks.holds_in_quarters(found, map_, 0) == (True, True)
    assert checks.lasting_reach(found, map_, [0])[0] == pytest.approx(found.reach[0], abs=0.1)


def test_what_is_not_there_or_points_the_other_way_does_not():
    for by in (0.0, -0.8):
        found, map_ = fitted(driven([by]))
        assert not all(checks.holds_in_quarters(found, map_, 0))


def test_what_some_quarters_brought_about_does_not_hold_in_the_others():
    values, odd = driven([0.0]), np.arange(100) // 3 % 2 == 0
    values[0, 1:, 1] += 1.5 * odd[1:] * values[0, :-1, 0]
    assert checks.holds_in_quarters(*fitted(values), 0) == (True, False)
    assert checks.holds_in_quarters(*fitted(values), 0, per_quarter=100) == (True, False)


def test_a_cause_that_changes_once_may_hold():
    law = (np.arange(120) >= 70) * 1.0
    effect = np.random.default_rng(0).normal(size=120) + 3 * np.roll(law, 1) * law
    assert checks.holds_in_quarters(*fitted(np.stack([law, effect], axis=1)[None]), 0) == (True, True)


def test_an_exact_relation_leaves_no_errors_that_last():
    values = driven([0.0])
    values[0, 1:, 1] = 2 * values[0, :-1, 0]
    values[0, 0, 1] = 0
    found, map_ = fitted(values)
    found.rows.table[:, 0] = 3 * found.rows.table[:, 2]
    assert checks.lasting_reach(found, map_, [0])[0] == found.reach[0]
    assert checks.holds_in_quarters(found, map_, 0) == (True, True)


@pytest.mark.parametrize("seed", range(6))
def test_with_lasting_errors_it_is_the_glsar_of_statsmodels(seed):
    rng = np.random.default_rng(seed)
    causes = np.cumsum(rng.normal(size=(60, 1 + seed)), axis=0)
    effect = causes.sum(axis=1) + np.cumsum(rng.normal(size=60))
    other = GLSAR(effect, causes, rho=1).iterative_fit(maxiter=checks.ROUNDS)
    estimate, error = checks.lasting_errors(effect, causes)
    assert estimate == pytest.approx(other.params, rel=1e-9)
    assert error == pytest.approx(other.bse, rel=1e-9)


def test_causes_that_follow_from_each_other_are_undetermined_and_spoil_no_other():
    causes = np.random.default_rng(0).normal(size=(60, 3))
    effect = np.random.default_rng(1).normal(size=60)
    for twin in (causes[:, 0], causes[:, 0] - 2 * causes[:, 1], np.zeros(60)):
        estimate, error = checks.lasting_errors(effect, np.column_stack([causes, twin]))
        alone = checks.lasting_errors(effect, causes)
        assert np.isinf(error).tolist() == [bool(twin @ causes[:, 0] > 1), bool(twin @ causes[:, 1] < -1), False, True]
        assert (estimate[2], error[2]) == pytest.approx((alone[0][2], alone[1][2]))
    few = checks.lasting_errors(effect[:3], causes[:3])
    assert np.isinf(few[1]).all()


def test_links_that_are_asked_together_and_are_the_same_course_are_each_asked_alone():
    values = driven([0.0], months=60)
    copied = np.concatenate([values[:, :, :1], values], axis=2)
    map_ = claims(np.array([0, 1]), np.array([2, 2]), np.array([1, 1]), np.array([1, 1]), window=0)
    found = fit(detrend(copied), map_, 2)
    found.chosen[:] = [0, 1]
    one, map_of_one = fitted(values)
    alone = checks.lasting_reach(one, map_of_one, [0])[0]
    assert checks.lasting_reach(found, map_, [0, 1]) == {0: pytest.approx(alone), 1: pytest.approx(alone)}


def test_nothing_to_check():
    found, map_ = fitted(driven([0.8]))
    assert checks.lasting_reach(found, map_, []) == {}


def test_units_that_differ():
    found = fitted(driven([0.0, 1.0, 2.0]))[0]
    own = checks.between_units(found, 0, 3)
    assert own.estimates == pytest.approx([0, 1, 2], abs=0.35)
    assert own.chance < 1e-6


def test_units_that_do_not():
    chances = [checks.between_units(fitted(driven([0.8] * 4, seed=seed))[0], 0, 4).chance for seed in range(60)]
    assert 0.3 < np.mean(chances) < 0.7
    assert np.mean(np.array(chances) < 0.05) < 0.15


def test_a_unit_without_data_has_no_estimate():
    values = driven([0.8, 0.8, 0.8])
    values[1, :, 0] = np.nan
    own = checks.between_units(fitted(values)[0], 0, 3)
    assert np.isnan(own.estimates).tolist() == [False, True, False]


def test_placebos_are_links_that_nobody_claimed():
    one = world(0, 40)
    map_ = claims(one.cause, one.effect, one.lag, one.sign)
    found = checks.placebos(map_)
    claimed = {*zip(one.cause.tolist(), one.effect.tolist(), strict=True)}
    pairs = set(zip(found.cause.tolist(), found.effect.tolist(), strict=True))
    assert len(pairs) == len(found) > 30
    assert not pairs & claimed
    assert not {(effect, cause) for cause, effect in pairs} & claimed
    assert {cause for cause, _ in pairs} <= set(one.cause.tolist())
    assert set(found.lag.tolist()) <= set(one.lag.tolist())


def test_no_placebo_runs_against_the_map():
    chain = claims(np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([1, 1, 1]), np.array([1, 1, 1]))
    found = checks.placebos(chain)
    pairs = set(zip(found.cause.tolist(), found.effect.tolist(), strict=True))
    assert pairs == {(0, 2), (0, 3), (1, 3)}


def test_a_single_link_has_no_placebo():
    assert len(checks.placebos(claims(np.array([0]), np.array([1]), np.array([1]), np.array([1])))) == 0
