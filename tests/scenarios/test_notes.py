"""What a reader must know is said."""

import numpy as np
import pandas as pd
import pytest
from worlds import card_of, long

from bsclib import read_actuals, read_scorecard
from bsclib.scenarios import fit_map, project, scenario_notes


@pytest.fixture(scope="module")
def meridian():
    return fit_map(read_scorecard("meridian"), read_actuals("meridian"))


def said(fit, *asked, horizon=24):
    return " ".join(scenario_notes(fit, project(fit, *asked, horizon=horizon, draws=200), *asked))


@pytest.mark.parametrize(
    ("changes", "initiatives", "words"),
    [
        (None, None, "Nothing is changed"),
        ({"training-hours": "+5%"}, None, "not supported (too little data): Training hours per person → Engagement"),
        ({"user-nps": "+5"}, None, "(refuted): Recommends → Benefits"),
        ({"budget-variance": "+1"}, None, "is not followed: arithmetic, not cause and effect"),
        ({"training-hours": "=9"}, None, "Training hours per person would reach 9.0 h, beyond anything observed (1."),
        (None, ["runbooks"], "Automate the next hundred runbooks started in 2026-03. 14 % of its change"),
        (None, {"academy": "2031-01"}, "starts in 2031-01, after the last month"),
        ({"training-hours": "=2.5"}, ["academy"], "is held at a level: what Reopen the service academy would do to it"),
        (None, ["academy"], "Reopen the service academy comes after Fill the open posts in Genoa, which is not part"),
        (None, {"academy": "2026-07", "genoa-team": "2026-07"}, "starts before Fill the open posts in Genoa has ended"),
        ({"mttr": "-1%"}, None, "The paths of 18 targets end before 2028-06"),
    ],
)
def test_what_is_said(meridian, changes, initiatives, words):
    names = {"Recommends": "user-nps", "Benefits": "benefits-realised"}
    for word, id in names.items():
        words = words.replace(word, meridian.scorecard.kpi(id).name)
    assert words in said(meridian, changes, initiatives)


def test_what_is_said_of_several_is_said_once(meridian):
    found = said(meridian, {"training-hours": "=9", "mttr": "=1"}, None)
    assert (
        "Beyond anything observed, where nobody knows whether the links hold: Mean time to restore would reach 1"
        in found
    )
    assert "; Training hours per person would reach 9.0 h (observed: 1." in found
    random = np.random.default_rng(1)
    few = long(pd.DataFrame(random.normal(size=(3, 3)), columns=["a", "b", "c"]))
    links = [{"cause": "a", "effect": id, "sign": "+", "lag": 1} for id in "bc"]
    found = said(fit_map(card_of(["a", "b", "c"], links), few), {"a": "+1"}, None)
    assert "a → b and a → c are not followed: too little was observed" in found


def test_what_was_observed_before_is_not_flagged(meridian):
    assert "beyond anything" not in said(meridian, {"training-hours": "+5%"}, None)


def test_only_targets_that_end_are_counted(meridian):
    words = "The paths of 2 targets end before 2026-07; the last target is held from there: Open audit findings and Tr"
    assert words in said(meridian, {"mttr": "-1%"}, None, horizon=1)


def test_kpis_without_actuals_and_with_few():
    random = np.random.default_rng(1)
    values = pd.DataFrame(random.normal(size=(24, 2)), columns=["a", "b"])
    values.loc[:20, "b"] = np.nan
    actuals = long(values).dropna()
    fit = fit_map(card_of(["a", "b", "c"], [{"cause": "a", "effect": "c", "sign": "+", "lag": 1}]), actuals)
    found = said(fit, {"a": "+1"}, None)
    assert "Without actuals, and so without a forecast: c." in found
    assert "Fewer than 12 actuals, so that a band says little: b (3)." in found
    assert "a → c is not followed" in found


def test_what_never_moved_has_no_band_and_that_is_said():
    values = pd.DataFrame({"a": [5.0] * 3, "b": [np.nan, np.nan, 2.0], "c": [1.0, 2.0, 1.5]})
    found = said(fit_map(card_of([*values], []), long(values).dropna()), {"b": "+1"}, None)
    assert "no chance is drawn and the band has no width: a and b." in found
    assert "b would reach 3, beyond anything observed (2)." in found
