"""Where a KPI goes by itself."""

import numpy as np
import pytest

from bsclib.scenarios.baseline_path import draw_courses, fit_baseline_path

NO_BREAKS = np.zeros((60, 0))
MONTH = np.arange(60.0)


def noise(size=60, seed=1):
    return np.random.default_rng(seed).normal(size=size)


def courses(values, breaks=None, own=0.0, draws=2000):
    """The line, and draws of a course whose departures hand on `own`."""
    path = fit_baseline_path(values, np.zeros((len(values), 0)) if breaks is None else breaks, 2020 * 12)
    at, handed = np.arange(1, len(values)), np.full(draws, own)
    none = np.zeros((draws, len(at)))
    return path, draw_courses(path, at, handed, none, 1, np.ones(draws), 3.0, np.random.default_rng(1))


def test_a_clear_trend_and_season_go_on():
    season = np.tile([3.0, -1, -2, 0, 0, 0, 0, 0, 0, 0, 0, 0], 5)
    path, drawn = courses(50 + 0.5 * MONTH + season + 0.2 * noise())
    assert np.median(drawn.slope) == pytest.approx(0.5, abs=0.02)
    assert path.level == pytest.approx(50 + 0.5 * 59, abs=0.3)
    assert path.season[0] - path.season[5] == pytest.approx(3, abs=0.4)


def test_what_does_not_stand_out_of_the_noise_is_mostly_no_trend():
    drawn = [courses(10 + noise(seed=seed))[1] for seed in range(30)]
    assert np.median([np.median(one.slope) for one in drawn]) == 0
    assert np.mean([(one.slope != 0).mean() for one in drawn]) < 0.35


def test_a_trend_of_changes_that_wander_is_as_unsure_as_their_mean():
    _, drawn = courses(np.cumsum(0.8 + noise(seed=4)), own=1.0)
    there = drawn.slope[drawn.slope != 0]
    assert there.mean() == pytest.approx(0.8, abs=0.4)
    assert there.std() == pytest.approx(1 / np.sqrt(59), rel=0.3)
    assert (drawn.pull == 0).all()  # where nothing comes back to a level, no level is wrong


def test_the_level_is_as_sure_as_it_is():
    off = []
    for seed in range(60):
        path, drawn = courses(10 + noise(seed=seed))
        level = path.level + drawn.pull
        low, high = np.quantile(level, [0.05, 0.95])
        off.append(low <= 10 <= high)
        assert high - low < 1.5
    assert 0.8 < np.mean(off) <= 1


def test_noise_is_that_of_the_last_two_years():
    _, drawn = courses(10 + noise(size=72) * np.where(np.arange(72) < 48, 1.0, 4.0))
    assert np.median(drawn.noise) == pytest.approx(4, rel=0.3)


def test_a_known_break_is_no_trend():
    broken = (MONTH >= 30).astype(float)[:, None]
    path, drawn = courses(10 + 5 * broken[:, 0] + 0.3 * noise(), broken)
    assert np.median(drawn.slope) == pytest.approx(0, abs=0.02)
    assert path.level == pytest.approx(15, abs=0.3)


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
