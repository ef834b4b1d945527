from dataclasses import replace

import numpy as np
import pytest

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
    assert bands.name(2) == word
    assert bands.words[int(bands.place(2))] == word


def test_one_choice_is_changed_by_replacing_it():
    uncapped = replace(METHODS["cascade_health"], clamp=None)
    assert uncapped.clamp is None
    assert METHODS["cascade_health"].clamp == (-np.inf, 100)


def test_what_a_method_takes_is_read_off_its_rule():
    assert METHODS["spider_goal_red_flag"].takes == ["goal", "red"]
