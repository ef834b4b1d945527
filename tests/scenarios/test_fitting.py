"""A map fitted to actuals of every shape."""

import numpy as np
import pandas as pd
import pytest
from bench_scenario import step_responses
from worlds import card_of, long

from bsclib import ActualsError, UnknownNameError, read_actuals, read_scorecard
from bsclib.scenarios import fit_map, project, scenario_notes

LINK = {"cause": "a", "effect": "b", "sign": "+", "lag": 2, "window": 0}


def pair(months=60, by=0.5, seed=3):
    random = np.random.default_rng(seed)
    values = pd.DataFrame(random.normal(size=(months, 2)) * [1, 0.5], columns=["a", "b"])
    values.loc[2:, "b"] += by * values["a"].to_numpy()[:-2]
    return values + 20


def gaps(found):
    """Whether anything is missing that rests on a KPI; three of the four perspectives hold none."""
    return found[found["level"] != "perspective"].isna().any().any() or found["with_"].isna().mean() > 0.5


def response(fit, months=12):
    at = fit.place
    return float(np.median(step_responses(fit, months, 400)[:, months, at["a"], at["b"]]))


def test_what_units_add_up_is_moved_by_each_of_them():
    units = [long(pair(seed=seed), unit=f"u{seed}") for seed in range(3)]
    actuals = pd.concat(units, ignore_index=True)
    means, sums = (card_of(["a", "b"], [LINK], b={"across_units": word}) for word in ("mean", "sum"))
    one, three = (response(fit_map(card, actuals)) for card in (means, sums))
    assert one == pytest.approx(0.5, abs=0.15)
    assert three == pytest.approx(3 * one, rel=0.02)
    assert response(fit_map(sums, actuals, "u1")) == pytest.approx(0.5, abs=0.2)


def test_an_effect_by_the_quarter_comes_to_the_same_in_the_long_run():
    random = np.random.default_rng(1)
    values = pd.DataFrame({"a": random.normal(20, 1, size=120)})
    monthly = 5 + 0.8 * np.roll(values["a"].to_numpy(), 2) + random.normal(size=120) * 0.3
    quarters = monthly.reshape(-1, 3).mean(axis=1)
    periods = [f"{2000 + n // 4}-Q{n % 4 + 1}" for n in range(40)]
    late = pd.DataFrame({"kpi": "b", "period": periods, "actual": quarters, "unit": ""})
    fit = fit_map(card_of(["a", "b"], [LINK], b={"frequency": "quarterly"}), pd.concat([long(values), late]))
    assert response(fit, 24) == pytest.approx(0.8, abs=0.2)
    found = project(fit, {"a": "+1"}, None, 12, 200)
    assert not gaps(found)


def test_what_is_hypothesised_is_kept_by_name():
    fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    links = {int(n) for one in fit.equations for n in one.links}
    assert links | set(fit.excluded) == set(range(len(fit.scorecard.links)))
    assert fit.excluded[19].startswith("arithmetic")
    assert repr(fit) == "<FittedMap: meridian, 27 KPIs, 20 links, actuals to 2026-06>"
    for one in fit.equations:
        supported = (fit.evidence["verdict"].iloc[one.links] == "supported").to_numpy()
        assert (one.inclusion[supported] > 0.5).all()
        others = one.by[:, ~supported]
        assert (np.abs(np.median(others, axis=0)) < 0.1 * np.abs(others).max(axis=0)).all()


@pytest.mark.parametrize("kpi", ["a", "b"])
def test_a_month_that_looks_wrong_carries_no_weight(kpi):
    """One actual typed ten times too large, of the cause or of the effect, moves neither effect nor band."""
    card, values = card_of(["a", "b"], [LINK]), pair()
    right = fit_map(card, long(values))
    values.loc[30, kpi] *= 10
    wrong = fit_map(card, long(values))
    assert response(wrong) == pytest.approx(response(right), abs=0.1)
    for one, other in zip(wrong.equations, right.equations, strict=True):
        assert one.noise.mean() == pytest.approx(other.noise.mean(), rel=0.1)
    assert np.isnan(wrong.baseline_paths[wrong.place[kpi]].left[30])
    assert wrong.observed.max() > 150


@pytest.mark.parametrize("months", [1, 2, 3, 5, 8, 13, 20])
def test_short_series_are_answered_and_said_to_be_short(months):
    fit = fit_map(card_of(["a", "b"], [LINK]), long(pair(60).iloc[:months]))
    found = project(fit, {"a": "+1"}, None, 12, 200)
    assert not gaps(found)
    assert any("Fewer than 12 actuals" in note for note in scenario_notes(fit, found, {"a": "+1"})) == (months < 12)


@pytest.mark.parametrize("still", ["a", "b"])
def test_a_kpi_that_never_moved_is_not_followed(still):
    values = pair()
    values[still] = 7.0
    fit = fit_map(card_of(["a", "b"], [LINK]), long(values))
    found = project(fit, {"a": "+1"}, None, 6, 200)
    assert any("a → b is not followed" in note for note in scenario_notes(fit, found, {"a": "+1"}))
    assert (found.loc[found["id"] == "b", "effect_high"] == 0).all()
    assert not gaps(found)


@pytest.mark.parametrize("link", [{"lag": None}, {"sign": None}])
def test_a_link_without_lag_or_sign_is_not_followed(link):
    plain = {name: value for name, value in (LINK | link).items() if value is not None}
    fit = fit_map(card_of(["a", "b"], [plain]), long(pair()))
    assert "states no" in fit.excluded[0]


def test_feedback_goes_round_and_comes_to_rest():
    back = {"cause": "b", "effect": "a", "sign": "-", "lag": 1}
    fit = fit_map(card_of(["a", "b"], [LINK, back]), long(pair()))
    assert np.isfinite(step_responses(fit, 60, 100)).all()


def test_a_kpi_without_actuals_stays_empty_and_spoils_nothing_else():
    fit = fit_map(card_of(["a", "b", "c"], [LINK, {**LINK, "effect": "c"}]), long(pair()))
    found = project(fit, {"a": "+1"}, None, 6, 200)
    empty = found[found["id"] == "c"]
    assert empty.drop(columns=["unit", "period", "level", "id", "first_month"]).isna().all().all()
    assert set(empty["first_month"]) == {""}
    assert not gaps(found[found["id"] != "c"])


def test_trends_seasons_breaks_and_gaps():
    values = pair(72)
    values["b"] += np.arange(72) * 0.1 + np.tile(np.arange(12), 6) + 9 * (np.arange(72) >= 40)
    actuals = long(values).drop(index=[5, 30, 100])
    card = card_of(["a", "b"], [LINK], [{"period": "2003-05", "kind": "tool_change", "kpis": ["b"]}])
    assert response(fit_map(card, actuals)) == pytest.approx(0.5, abs=0.3)


@pytest.mark.parametrize("size", [1e-30, 1e14])
@pytest.mark.parametrize("kpi", ["a", "b"])
def test_kpis_of_very_different_size_are_followed(kpi, size):
    values = pair()
    values[kpi] *= size
    found = project(fit_map(card_of(["a", "b"], [LINK]), long(values)), {"a": "+10%"}, None, 6, 200)
    moved = found.loc[found["id"] == "b", ["with_", "effect"]]
    assert np.isfinite(moved.to_numpy(dtype=float)).all()


def test_unknown_units_and_no_actuals():
    card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    with pytest.raises(UnknownNameError, match="did you mean 'Hamburg'"):
        fit_map(card, actuals, "Hambrug")
    with pytest.raises(ActualsError, match="no actuals"):
        fit_map(card, actuals.iloc[:0])
