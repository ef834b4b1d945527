import numpy as np
import pytest

from bsclib.signals.alarm_rates import remembering
from bsclib.signals.prediction import PARTS, kept_share, level, moving_ranges, predict

ONES = np.ones(48)
MONTHS = np.arange(48)
BASED = MONTHS < 36
SEASON = 1.5 * np.sin(2 * np.pi * MONTHS / 12)


def noise(seed=1):
    return np.random.default_rng(seed).standard_normal(48)


def found(values, adjust=PARTS):
    return predict(values, MONTHS, ONES, BASED, adjust, 12)


def test_moving_ranges_have_gaps_beside_gaps():
    ranges = moving_ranges(np.array([1.0, 3.0, np.nan, 3.0, 2.0]))
    assert np.isnan(ranges).tolist() == [True, False, True, True, False]
    assert ranges[[1, 4]].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("values", "part"),
    [(3 * SEASON + noise(), "season"), (0.2 * MONTHS + noise(), "trend"), (np.cumsum(noise()), "memory")],
)
def test_what_is_there_is_taken_out_and_only_when_asked(values, part):
    assert part in found(values).taken
    others = tuple(other for other in PARTS if other != part)
    left = found(values, others)
    assert left is None or part not in left.taken


def test_later_months_do_not_change_what_was_expected_before():
    values = 0.1 * MONTHS + SEASON + noise()
    later = values.copy()
    later[40:] += 5
    before, after = found(values), found(later)
    assert after.centre[:41] == pytest.approx(before.centre[:41])
    assert after.width == pytest.approx(before.width)
    assert after.places[40] > before.places[40] + 3


def test_predictions_are_those_of_least_squares_anew_each_month():
    values = 0.2 * MONTHS + noise()
    ours = found(values, ("trend",))
    for month in range(36, 48):
        line = np.polyfit(MONTHS[:month], values[:month], 1)
        assert ours.centre[month] == pytest.approx(np.polyval(line, month))


def test_places_after_the_baseline_are_independent_and_standard():
    places = [found(0.2 * MONTHS + noise(seed), ("trend",)).places[36:] for seed in range(400)]
    assert np.mean(places) == pytest.approx(0, abs=0.05)
    assert np.std(places) == pytest.approx(1, abs=0.06)
    assert np.corrcoef(np.array(places)[:, :2].T)[0, 1] == pytest.approx(0, abs=0.12)


@pytest.mark.parametrize("own", [0.0, 0.4, 0.7])
def test_the_share_that_is_kept_is_told_in_spite_of_what_was_taken_out(own):
    rng = np.random.default_rng(11)
    terms = np.column_stack([np.ones(48), MONTHS - 23.5, *(time == MONTHS % 12 for time in range(1, 12))]).astype(float)
    shares = [kept_share(row, MONTHS, terms)[0] for row in remembering(rng, 400, 48, own)]
    assert np.median(shares) == pytest.approx(own, abs=0.08)


def test_a_level_of_counts_is_as_wide_as_chance_unless_it_varies_more():
    rng = np.random.default_rng(5)
    calm, wild = rng.poisson(40, 48).astype(float), rng.poisson(40, 48) + 30.0 * (MONTHS % 2)
    spread = np.full(48, np.sqrt(40))
    assert level(calm, spread, BASED, False, known=True).width == pytest.approx(3 * spread)
    assert (level(wild, spread, BASED, False, known=True).width > 6 * spread).all()
