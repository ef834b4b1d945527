import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from oddities import card

from bsclib.actuals.breaks import find_breaks, level_shift, looks_wrong, season_chance
from bsclib.errors import UnknownNameError
from bsclib.model.nouns import Event
from bsclib.model.periods import period_of

START = 2020 * 12


def series(values, id="k0", unit=""):
    months = [period_of(START + at) for at in range(len(values))]
    return pd.DataFrame({"unit": unit, "kpi": id, "period": months, "actual": values})


def wandering(own, months=60, seed=0):
    values = np.random.default_rng(seed).normal(size=months)
    for t in range(1, months):
        values[t] += own * values[t - 1]
    return values


@pytest.mark.parametrize("own", [0.0, 0.5, 0.9])
def test_an_error_is_found_with_date_and_size(own):
    hits = 0
    for seed in range(20):
        values = 50 + wandering(own, seed=seed) + 0.1 * np.arange(60)
        values[25] += 12
        found = find_breaks(series(values), card())
        hits += found[found["kind"] == "outlier"]["period"].tolist() == ["2022-02"]
        for row in found[found["period"] == "2022-02"].itertuples():
            assert row.size == pytest.approx(12, abs=4)
            assert row.clear > 5
    assert hits >= 15


@pytest.mark.parametrize("own", [0.0, 0.5, 0.8])
def test_hardly_anything_is_found_where_nothing_is(own):
    found = [len(find_breaks(series(50 + wandering(own, seed=seed)), card())) for seed in range(60)]
    assert np.mean(np.array(found) > 0) < 0.08


def test_what_really_happened_is_no_error():
    """A shock that the series keeps for a while, as it keeps any other chance."""
    wrong = 0
    for seed in range(30):
        values = np.random.default_rng(seed).normal(size=60)
        values[25] += 9
        for t in range(1, 60):
            values[t] += 0.7 * values[t - 1]
        wrong += bool(looks_wrong(values[None, :, None])[0, 25, 0])
    assert wrong <= 3


def test_a_step_is_no_error_but_a_change_of_level():
    for seed in range(10):
        values = 20 + wandering(0.3, seed=seed)
        values[35:] -= 9
        [row] = find_breaks(series(values), card()).itertuples()
        assert (row.kind, row.unit) == ("level_shift", "")
        assert abs(int(row.period[5:]) + 12 * (int(row.period[:4]) - 2022) - 12) <= 1
        assert row.size == pytest.approx(-9, abs=2)


def test_what_is_offered_is_an_event():
    values = 20 + wandering(0.3)
    values[35:] += 9
    values[10] -= 15
    found = find_breaks(series(values), card())
    assert sorted(found["kind"]) == ["level_shift", "outlier"]
    events = [Event.model_validate(yaml.safe_load(text)) for text in found["offer"]]
    assert {event.kind for event in events} == {"one_off", "definition_change"}
    assert find_breaks(series(values), card(events=[yaml.safe_load(text) for text in found["offer"]])).empty


def test_a_count_of_rare_things_is_not_wrong():
    values = (np.random.default_rng(3).random(60) < 0.12) * 1.0
    assert find_breaks(series(values), card()).empty


def test_short_or_still_series_show_nothing():
    for values in (np.arange(10.0), np.full(60, 3.0), np.arange(60.0), np.tile(np.arange(12.0), 5)):
        assert find_breaks(series(values), card()).empty


def test_nothing_is_changed_and_a_unit_must_be_there():
    actuals = pd.concat([series(50 + wandering(0.5, seed=n), unit=f"u{n}") for n in range(2)])
    before = actuals.copy(deep=True)
    find_breaks(actuals, card(), "u1")
    pd.testing.assert_frame_equal(actuals, before)
    with pytest.raises(UnknownNameError, match="unit in the actuals"):
        find_breaks(actuals, card(), "nowhere")


@given(st.integers(0, 10**6))
def test_the_way_it_is_measured_does_not_matter(seed):
    values = wandering(0.5, seed=seed)
    values[seed % 60] += 20
    plain, other = (find_breaks(series(one), card()) for one in (values, 5 - 3 * values))
    assert plain[["period", "kind"]].equals(other[["period", "kind"]])
    assert other["size"].to_numpy() == pytest.approx(-3 * plain["size"].to_numpy())


def test_a_step_among_given_terms():
    values = np.r_[np.zeros(20), np.ones(20) * 5] + 0.5 * np.random.default_rng(0).normal(size=40)
    place, size, clear = level_shift(values, np.ones((40, 1)))
    assert (place, size) == (20, pytest.approx(5, abs=0.5))
    assert clear > 10


def test_a_season():
    month, noise = START + np.arange(60), np.random.default_rng(0).normal(size=60)
    assert season_chance(noise + 3 * (month % 12 == 11), month) < 0.001
    assert season_chance(noise[:20], month[:20]) == 1
    chances = [season_chance(wandering(0.6, seed=seed), month) for seed in range(200)]
    assert np.mean(np.array(chances) < 0.05) < 0.1


def test_a_series_that_moves_in_a_single_month_has_one_outlier():
    values = np.r_[np.zeros(20), 5.0, np.zeros(39)]
    assert np.flatnonzero(looks_wrong(values[None, :, None])[0, :, 0]).tolist() == [20]
    months = [period_of(2020 * 12 + at) for at in range(60)]
    offered = find_breaks(pd.DataFrame({"unit": "", "kpi": "k0", "period": months, "actual": values}), card())
    assert offered[["period", "kind"]].to_numpy().tolist() == [["2021-09", "outlier"]]
