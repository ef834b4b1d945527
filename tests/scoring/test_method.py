import inspect
from dataclasses import replace

import numpy as np
import pytest

from bsclib.errors import BscError
from bsclib.model.status import STATUSES
from bsclib.scoring.method import Bands, status_codes
from bsclib.scoring.published import METHODS


@pytest.mark.parametrize(
    ("share", "status"),
    [
        (1.0, "on_target"),
        (1 - 1e-12, "on_target"),
        (1 - 1e-6, "at_risk"),
        (0.1 + 0.2 + 0.4, "at_risk"),
        (0.7, "at_risk"),
        (0.6999, "off_target"),
        (np.nan, "no_data"),
    ],
)
def test_the_edge_belongs_to_the_better_band(share, status):
    assert STATUSES[int(status_codes(share, 0.7, 1.0))] == status


@pytest.mark.parametrize(("closed", "word"), [("below", "high"), ("above", "low")])
def test_an_edge_belongs_to_the_band_that_is_closed_there(closed, word):
    bands = Bands((2.0,), ("low", "high"), closed)
    assert bands.labels(2) == word
    assert bands.words[int(bands.positions(2))] == word


def test_one_choice_is_changed_by_replacing_it():
    uncapped = replace(METHODS["cascade_health"], clamp=None)
    assert uncapped.clamp is None
    assert METHODS["cascade_health"].clamp == (-np.inf, 100)


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_a_method_takes_what_its_rule_does(method):
    """Stated, so that nothing has to look into the rule; and held against the rule here."""
    skipped = {"attainment": 1, "status": 1, "roll_up": 2}.get(method.part)
    if skipped is not None:
        taken = list(inspect.signature(method.compute).parameters.values())[skipped:]
        assert method.takes == tuple(one.name for one in taken)
        assert method.optional == tuple(one.name for one in taken if one.default is not one.empty)


def test_the_sentence_says_what_becomes_of_the_attainment():
    kit = METHODS["kit"]
    assert kit.sentence().endswith("; times 100, held between 0 and 100, it is the score")
    assert "held" not in replace(kit, name="ours", held=False).sentence()
    assert "times 100 / 2," in replace(kit, name="ours", full=2).sentence()
    assert METHODS["sap_achievement"].sentence().startswith("Each KPI is scored by the rule of sap_achievement, a / t")


def test_the_sentence_is_of_the_rule_that_the_method_has():
    ours = replace(METHODS["kit"], name="ours", rule="a / t", source="us", compute=METHODS["sap_achievement"].compute)
    assert ours.sentence().startswith("Each KPI is scored by the rule of ours, a / t (us); times 100")
    clamped = replace(METHODS["kit"], name="ours", clamp=(-0.5, 0.9), rounding="round", held=False)
    assert clamped.sentence().endswith(
        "; rounded to a whole number, held between −0.5 and 0.9, times 100, it is the score"
    )
    assert "cut to a whole number, at most 100, times 100 / 100" in METHODS["cascade_health"].sentence()
    assert "at least 0, times" in replace(METHODS["kit"], name="ours", clamp=(0, np.inf)).sentence()


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"rounding": "floor"}, "rounding: there is no such choice. Got: 'floor'. Allowed: none, round, truncate"),
        ({"better": "up"}, "better: there is no such choice"),
        ({"takes": ("taget",)}, "takes: there is no such choice. Got: 'taget'"),
        ({"full": 0}, "full: nothing can be a share of it"),
        ({"clamp": (1, 0)}, "clamp: the lower one comes first"),
        ({"cuts": (0.9, 0.7)}, "cuts: the lower one comes first"),
    ],
)
def test_a_method_that_cannot_be_is_refused_when_it_is_made(choices, message):
    with pytest.raises(BscError, match=message):
        replace(METHODS["kit"], name="ours", **choices)
