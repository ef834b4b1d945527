"""Where a KPI goes by itself."""

import numpy as np
import pytest

from bsclib.scenarios.baseline_path import fit_baseline_path

NO_BREAKS = np.zeros((60, 0))
MONTH = np.arange(60.0)


def noise(size=60, seed=1):
    return np.random.default_rng(seed).normal(size=size)


def test_a_clear_trend_and_season_go_on():
    season = np.tile([3.0, -1, -2, 0, 0, 0, 0, 0, 0, 0, 0, 0], 5)
    found = fit_baseline_path(50 + 0.5 * MONTH + season + 0.2 * noise(), NO_BREAKS, 2020 * 12)
    assert found.slope == pytest.approx(0.5, abs=0.02)
    assert found.level == pytest.approx(50 + 0.5 * 59, abs=0.3)
    assert found.season[0] - found.season[5] == pytest.approx(3, abs=0.4)


def test_what_does_not_stand_out_of_the_noise_is_no_trend():
    slopes = [fit_baseline_path(10 + noise(seed=seed), NO_BREAKS, 0).slope for seed in range(30)]
    assert np.median(np.abs(slopes)) == 0
    assert np.abs(slopes).max() < 0.03


def test_the_level_is_as_sure_as_it_is():
    levels = [fit_baseline_path(10 + noise(seed=seed), NO_BREAKS, 0) for seed in range(60)]
    off = np.array([one.level - 10 for one in levels])
    errors = np.array([np.hypot(one.level_error, one.slope_error * one.tilt) for one in levels])
    assert (np.abs(off) < 2.5 * errors).mean() > 0.9
    assert errors.mean() < 0.4


def test_a_known_break_is_no_trend():
    broken = (MONTH >= 30).astype(float)[:, None]
    found = fit_baseline_path(10 + 5 * broken[:, 0] + 0.3 * noise(), broken, 0)
    assert found.slope == pytest.approx(0, abs=0.02)
    assert found.level == pytest.approx(15, abs=0.3)


def test_quarters_stand_in_each_of_their_months():
    values = np.repeat(20 + 0.3 * np.arange(20) + 0.1 * noise(20), 3)
    found = fit_baseline_path(values, NO_BREAKS, 2021 * 12, 3)
    assert found.slope == pytest.approx(0.1, abs=0.02)
    assert found.rows == 20
    assert (found.left[0:60:3] == found.left[2:60:3]).all()


@pytest.mark.parametrize(
    ("values", "level", "rows"), [([np.nan] * 6, np.nan, 0), ([4.0, np.nan, 5.0], 5.0, 2), ([7.0] * 20, 7.0, 20)]
)
def test_too_little_to_take_anything_out_of(values, level, rows):
    found = fit_baseline_path(np.array(values), np.zeros((len(values), 0)), 0)
    assert (found.rows, found.slope) == (rows, 0)
    assert found.level == pytest.approx(level, nan_ok=True)
