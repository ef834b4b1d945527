import numpy as np
import pandas as pd
import pytest
from samples import desk, table

from bsclib import link_evidence, read_actuals, read_scorecard
from bsclib.reporting.evidence_tables import VERDICT_WORDS, evidence_table, round_numbers


@pytest.fixture(scope="module")
def meridian():
    return evidence_table(link_evidence(read_scorecard("meridian"), read_actuals("meridian"))).set_index("number")


def test_evidence_is_written_in_words(meridian):
    assert meridian.loc[20, ["verdict", "estimate", "q", "robust"]].tolist() == ["not testable", "–", "–", ""]
    assert meridian.loc[4, "claims"] == "−, 2 months"
    assert set(meridian["verdict"]) <= set(VERDICT_WORDS.values())
    assert meridian.loc[4, "robust"] in ("yes", "no")


def test_links_that_state_nothing():
    card = desk(links=[{"cause": "mttr", "effect": "cost"}, {"cause": "cost", "effect": "load", "sign": "+", "lag": 1}])
    rows = [(kpi, f"2026-{month:02d}", month) for kpi in ("mttr", "cost", "load") for month in range(1, 13)]
    told = evidence_table(link_evidence(card, table(*rows)))
    assert told["claims"].tolist() == ["no sign, no lag", "+, 1 month"]


def test_months_that_are_not_in_common_are_too_little_data():
    card = desk(links=[{"cause": "mttr", "effect": "cost", "sign": "+", "lag": 1}])
    told = evidence_table(link_evidence(card, table(("load", "2026-05", 70), ("cost", "2026-05", 120))))
    assert told["verdict"].tolist() == ["too little data"]


def test_numbers_are_written_and_words_stay():
    frame = pd.DataFrame({"a": ["x"], "b": [1234.5678], "c": [np.nan], "d": [-2]})
    assert round_numbers(frame).iloc[0].tolist() == ["x", "1,230", "–", "−2"]
    assert frame["b"].iloc[0] == 1234.5678
