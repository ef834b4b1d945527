import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from bsclib.causality.evidence.judging import Estimates, hidden_driver, judge

CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=30).map(np.array)


def q_values(p):
    return judge(estimates(np.zeros(len(p)), p)).q


def test_benjamini_and_hochberg_1995():
    """The example of section 2.3, fifteen chances of a study of thrombolysis: four are accepted at 0.05."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert (q_values(p) <= 0.05).sum() == 4


@given(CHANCES)
def test_q_is_that_of_statsmodels(p):
    assert q_values(p) == pytest.approx(multipletests(p, alpha=0.1, method="fdr_bh")[1])


@given(CHANCES)
def test_no_link_passes_above_q(p):
    found = judge(estimates(np.zeros(len(p)), p, smallest=0.0))
    assert found.supported.tolist() == (found.q <= 0.10).tolist()


def test_no_chances():
    assert len(q_values([])) == 0


def test_the_papers_own_hidden_driver():
    """Cinelli and Hazlett (2020), the effect of being harmed on attitudes to peace: t = 4.18, 783 free values."""
    assert hidden_driver(np.array([4.18]), np.array([783])).round(3).tolist() == [0.139]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_a_hidden_driver_as_strong_as_said_explains_the_estimate_away(share):
    """A driver that makes up this share of the cause, and of what the cause leaves over of the effect, and no link."""
    free = 4000
    driver, cause, effect = np.linalg.qr(np.random.default_rng(0).normal(size=(free + 1, 3)))[0].T
    cause = np.sqrt(share) * driver + np.sqrt(1 - share) * cause
    effect = np.sqrt(share) / (1 - share) * driver + effect
    slope = cause @ effect
    error = np.sqrt((effect @ effect - slope**2) / free)
    assert hidden_driver(np.array([slope / error]), np.array([float(free)]))[0] == pytest.approx(share)


@given(st.floats(0.01, 50), st.floats(1, 1000))
def test_a_hidden_driver_is_a_share(t, free):
    found = hidden_driver(np.array([t, 2 * t, -t, 0.0]), np.full(4, free))
    assert 0 < found[0] < found[1] < 1
    assert np.isnan(found[2:]).all()


def estimates(estimate, p, **more) -> Estimates:
    """Tests with an error of 0.1, 50 free values and a smallest effect of 0.2."""
    estimate = np.array(estimate, dtype=float)
    plain = {"error": 0.1, "free": 50.0, "sign": 1.0, "smallest": 0.2, "share": 1.0, "rows": 55.0, "values": 55.0}
    plain |= {"terms": 4.0, "reach": estimate + 0.1676, "carry": 1.0, "default": 0.0} | more
    plain = {"stated_estimate": estimate, "stated_error": plain["error"]} | plain
    others = ("other_estimate", "other_error", "other_stated_estimate", "other_stated_error")
    plain = dict.fromkeys(others, np.nan) | plain
    spread = {name: np.broadcast_to(one, estimate.shape).astype(float) for name, one in plain.items()}
    return Estimates(estimate=estimate, p=np.array(p), **spread)


def test_verdicts():
    found = judge(estimates([0.5, 0.1, -0.1], [1e-5, 0.16, 0.84]))
    assert found.supported.tolist() == [True, False, False]
    assert found.refuted.tolist() == [False, False, True]
    assert np.isnan(found.needed_low).tolist() == [True, False, True]
    assert found.cut == pytest.approx(0.1 / 3)


def test_an_interval_reaches_from_one_way_of_looking_to_the_other():
    there = {"other_estimate": 0.3, "other_error": 0.1, "other_stated_estimate": 0.3, "other_stated_error": 0.1}
    alone, both = judge(estimates([0.5], [1e-5])), judge(estimates([0.5], [1e-5], **there))
    assert both.high.tolist() == alone.high.tolist()
    assert both.low[0] == pytest.approx(alone.low[0] - 0.2, abs=0.1)


def test_intervals_pay_for_having_been_selected():
    found = judge(estimates([0.5, 0.1, 0.1, 0.1], [1e-5, 0.16, 0.16, 0.16]))
    assert found.high[0] - found.low[0] > 1.3 * (found.high[1] - found.low[1])
    assert found.high[1] - found.low[1] == pytest.approx(2 * 0.16759, rel=1e-3)
    wide = judge(estimates([0.5, 0.1, 0.1, 0.1], [1e-5, 0.16, 0.16, 0.16], share=0.5))
    assert wide.high[0] > found.high[0]
    assert wide.high[1] == found.high[1]


def test_what_is_too_small_to_matter_is_refuted_even_if_it_is_there():
    found = judge(estimates([0.1], [1e-5], error=0.01, reach=0.117))
    assert (found.supported[0], found.refuted[0]) == (False, True)


def test_a_default_refutes_nothing_that_passes():
    there = {"error": 0.01, "reach": 0.117, "default": 1.0}
    found = judge(estimates([0.1, 0.1], [1e-5, 0.5], **there))
    assert (found.supported.tolist(), found.refuted.tolist()) == ([True, False], [False, True])
    assert found.small.tolist() == [True, False]


def test_a_stated_smallest_effect_is_held_against_the_long_run():
    found = judge(estimates([0.0], [0.5], reach=0.15, carry=2.0))
    assert not found.refuted[0]
    assert judge(estimates([0.0], [0.5], reach=0.15, carry=2.0, default=1.0)).refuted[0]


def test_the_stated_lag_answers_for_what_is_not_supported():
    best = estimates([0.5, 0.3], [1e-5, 0.2])
    found = judge(dataclasses.replace(best, stated_estimate=np.array([0.2, 0.1]), stated_error=np.array([0.1, 0.2])))
    assert found.estimate.tolist() == [0.5, 0.1]
    assert found.low[1] == pytest.approx(0.1 - 2 * 0.16759, rel=1e-3)


def test_months_needed():
    """An effect of three standard errors has a power of about 0.8 at a chance of 0.02: 2.05 + 0.84 = 2.89."""
    found = judge(estimates([0.1], [0.16]))
    low, high = found.needed_low[0], found.needed_high[0]
    assert low == np.ceil(4 + 50 * ((1.28155 + 0.84162) * 0.1 / 0.2676) ** 2) or low == 56
    assert high == np.ceil(4 + 50 * ((1.28155 + 0.84162) * 0.1 / 0.2) ** 2)


def test_more_is_needed_for_smaller_effects_and_less_with_more_units():
    small, large = (judge(estimates([0.0], [0.5], smallest=one)).needed_high[0] for one in (0.05, 0.15))
    assert small > 5 * large
    units = judge(estimates([0.0], [0.5], smallest=0.05, values=220.0)).needed_high[0]
    assert units == pytest.approx(small / 4, rel=0.1)


def test_an_effect_of_any_size_may_need_for_ever():
    assert judge(estimates([0.0], [0.5], smallest=0.0)).needed_high[0] == np.inf


def test_what_was_not_tested_does_not_count():
    alone, beside = judge(estimates([0.5], [1e-5])), judge(estimates([np.nan, 0.5], [np.nan, 1e-5]))
    assert beside.supported.tolist() == [False, True]
    assert not beside.refuted.any()
    assert np.isnan([beside.q[0], beside.low[0], beside.hidden[0], beside.needed_low[0]]).all()
    assert (beside.q[1], beside.low[1], beside.cut) == (alone.q[0], alone.low[0], alone.cut)
