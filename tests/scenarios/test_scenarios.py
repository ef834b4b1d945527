"""The contract of a scenario: what comes back, what stays put, what adds up, and what the bands hold."""

import numpy as np
import pandas as pd
import pytest
from bench_scenario import replicate
from worlds import card_of, long

from bsclib import read_actuals, read_scorecard
from bsclib import scenarios as scenario
from bsclib.scenarios import drivers, fit_map, project, scenario_notes, whatif
from bsclib.scenarios.projection import COLUMNS


@pytest.fixture(scope="module")
def meridian():
    return fit_map(read_scorecard("meridian"), read_actuals("meridian"))


@pytest.fixture(scope="module")
def asked(meridian):
    return project(meridian, {"training-hours": "+10%"}, ["runbooks"], 24, 1000)


def last_of(result, id):
    return result[result["id"] == id].iloc[-1]


def test_everything_is_exported():
    assert all(hasattr(scenario, name) for name in scenario.__all__)


def test_a_row_for_every_month_and_everything_that_is_scored(meridian, asked):
    assert list(asked.columns) == COLUMNS
    assert len(asked) == 24 * len(meridian.scorecard.names)
    assert asked["period"].cat.categories[0] == "2026-07"
    assert asked["id"].iloc[:2].tolist() == ["meridian", "corporate_contribution"]
    assert set(asked["unit"]) == {""}
    assert not asked.isna().any().any()
    scores = asked[asked["level"] != "kpi"]
    assert scores[["without", "with_", "low", "high"]].stack().between(0, 100).all()
    assert asked["chance_of_target"].between(0, 1).all()


def test_bands_are_in_order(asked):
    assert (asked["low"] <= asked["with_"]).all()
    assert (asked["with_"] <= asked["high"]).all()
    assert (asked["effect_low"] <= asked["effect"]).all()
    assert (asked["effect"] <= asked["effect_high"]).all()


def test_what_a_reader_must_know_is_said_of_the_frame(meridian, asked):
    assert asked.attrs == {}
    notes = scenario_notes(meridian, asked, {"training-hours": "+10%"}, ["runbooks"])
    assert notes
    assert all(isinstance(note, str) and note.endswith(".") for note in notes)


def test_the_kpi_itself_moves_by_what_was_asked(meridian, asked):
    moved = last_of(asked, "training-hours")
    tenth = 0.1 * meridian.latest[meridian.place["training-hours"]]
    # A little less in the few draws that come near 0, below which no hours can be.
    assert [moved["effect_low"], moved["effect"], moved["effect_high"]] == pytest.approx([tenth] * 3, rel=2e-3)


def test_an_effect_comes_no_sooner_than_its_lag(meridian, asked):
    path = asked.loc[asked["id"] == "first-contact-resolution", "effect_high"].to_numpy()
    assert (path[:3] == 0).all()
    assert path[3] > 0
    assert (last_of(asked, "user-nps")["effect"], last_of(asked, "on-hold-share")["effect"]) > (0, -1e-9)


def test_what_is_not_downstream_stays(asked):
    still = asked[asked["id"] == "on-hold-share"]
    assert (still[["effect", "effect_low", "effect_high"]] == 0).all().all()
    assert (still["without"] == still["with_"]).all()


def test_the_same_question_gets_the_same_answer_and_other_chance_another(meridian):
    one, again, other = (project(meridian, {"mttr": "-5%"}, None, 6, 300, rng) for rng in (None, None, 8))
    pd.testing.assert_frame_equal(one, again)
    assert not one["with_"].equals(other["with_"])
    assert project(meridian, {"mttr": "-5%"}, None, 6, 300, np.random.default_rng(8))["with_"].equals(other["with_"])


def test_whatif_is_fit_and_project(meridian, asked):
    card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    pd.testing.assert_frame_equal(whatif(card, actuals, {"training-hours": "+10%"}, ["runbooks"], 24, 1000), asked)


def test_one_unit_stands_on_its_own_data():
    card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    found = project(fit_map(card, actuals, "Genoa"), {"engagement": "+1"}, None, 12, 300)
    assert set(found["unit"]) == {"Genoa"}
    assert last_of(found, "attrition")["effect_high"] < 0


@pytest.mark.parametrize("size", [0.25, 4])
def test_an_effect_is_in_proportion_to_the_change(meridian, size):
    one, other = (project(meridian, {"attrition": f"-{by}"}, None, 9, 200) for by in (1, size))
    ours, theirs = (frame.loc[frame["id"] == "backlog", "effect_low"].to_numpy() for frame in (one, other))
    assert theirs == pytest.approx(size * ours, rel=1e-3, abs=1e-3)


def test_two_changes_add_up(meridian):
    both = {"attrition": "-1", "mttr": "+0.5"}
    parts = [project(meridian, {kpi: change}, None, 9, 400) for kpi, change in both.items()]
    together = project(meridian, both, None, 9, 400)
    means = [frame.loc[frame["id"] == "sla-met", ["effect_low", "effect_high"]].mean(axis=1) for frame in parts]
    whole = together.loc[together["id"] == "sla-met", ["effect_low", "effect_high"]].mean(axis=1)
    assert whole.to_numpy() == pytest.approx((means[0] + means[1].to_numpy()).to_numpy(), abs=0.15)


def test_a_level_is_held_whatever_happens(meridian):
    found = project(meridian, {"sla-met": "=98", "mttr": "-3"}, None, 12, 300)
    held = found[found["id"] == "sla-met"]
    assert held[["with_", "low", "high"]].to_numpy() == pytest.approx(98, abs=1e-3)
    assert held["effect"].to_numpy() == pytest.approx(98 - held["without"].to_numpy(), abs=0.01)
    assert last_of(found, "csat")["effect"] > 0


def test_values_stay_within_what_their_unit_allows(meridian):
    found = project(meridian, {"sla-met": "+40", "mttr": "-90"}, None, 6, 300)
    assert last_of(found, "sla-met")["high"] <= 100
    assert 0 <= last_of(found, "mttr")["low"] < 0.01


def test_a_map_without_links_moves_only_what_is_moved():
    random = np.random.default_rng(3)
    values = pd.DataFrame(random.normal(10, 1, size=(40, 2)), columns=["a", "b"])
    fit = fit_map(card_of(values, []), long(values))
    found = project(fit, {"a": "+2"}, None, 6, 300)
    assert last_of(found, "a")["effect"] == pytest.approx(2)
    assert (found.loc[found["id"] == "b", "effect_high"] == 0).all()
    assert "no links" in scenario_notes(fit, found, {"a": "+2"})[0]


def test_no_supported_link_widens_the_band_and_leaves_the_median():
    random = np.random.default_rng(5)
    values = pd.DataFrame(random.normal(10, 1, size=(30, 2)), columns=["a", "b"])
    link = {"cause": "a", "effect": "b", "sign": "+", "lag": 1}
    fit = fit_map(card_of(values, [link]), long(values))
    found = project(fit, {"a": "+2"}, None, 12, 2000)
    effect = last_of(found, "b")
    assert abs(effect["effect"]) < 0.1
    assert effect["effect_high"] - effect["effect_low"] > 0.3
    note = scenario_notes(fit, found, {"a": "+2"})[0]
    assert "support no link" in note
    assert "points wide" in note


@pytest.mark.parametrize(("months", "options"), [(36, {}), (60, {"hidden": 0.6, "trends": True, "seasons": "ragged"})])
def test_bands_hold_what_would_have_happened(months, options):
    found = pd.DataFrame([replicate(seed, months, options) for seed in range(2000, 2003)]).mean()
    assert found["covered"] > 0.82
    assert found["affected"] > 0.7
    assert found["covered"] > found["naive covered"] - 0.03


def test_a_large_change_shows_sooner(meridian):
    small, large = (project(meridian, {"mttr": change}, None, 24, 500) for change in ("-0.2", "-3"))
    found = [last_of(frame, "mttr")["first_month"] for frame in (small, large)]
    assert found[1] == "2026-07"
    assert not found[0] or found[0] > found[1]
    assert last_of(large, "cloud-waste")["first_month"] == ""


def test_drivers_are_moved_the_good_way_and_ranked(meridian):
    table = drivers(meridian, "csat", horizon=12, draws=300)
    assert table["effect"].abs().is_monotonic_decreasing
    assert table.set_index("kpi").loc["mttr", "change"] == "-10%"
    assert table.set_index("kpi").loc["mttr", "through"] == "mttr, sla-met, csat"
    assert table["kpi"].iloc[0] == "csat"
