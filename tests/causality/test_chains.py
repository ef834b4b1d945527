import numpy as np
import pandas as pd
import pytest

from bsclib.causality.chains import WEAKEST_FIRST, causal_chains, lineage
from bsclib.errors import UnknownNameError


def evidence(*rows):
    """Rows of cause, effect, lag, cumulative, p, verdict."""
    return pd.DataFrame(rows, columns=["cause", "effect", "lag", "cumulative", "p", "verdict"])


MAP = evidence(
    ("a", "b", 2, 0.5, 0.01, "supported"),
    ("b", "c", 3, -4.0, 0.20, "too_little_data"),
    ("b", "d", 0, 1.0, 0.02, "supported"),
    ("e", "c", 1, 2.0, 0.90, "refuted"),
)


def test_effects_multiply_and_lags_add_up():
    found = causal_chains(MAP).set_index("chain")
    assert found.loc["a → b → c", ["links", "effect", "lag", "verdict", "weakest"]].tolist() == [
        2,
        -2.0,
        5,
        "too_little_data",
        "b → c",
    ]
    assert found.loc["a → b → d", "verdict"] == "supported"
    assert found.loc["a → b → d", "weakest"] == "b → d"  # of two supported links, the one with the larger p
    assert set(found.index) == {"a → b → c", "a → b → d", "e → c"}


def test_between_two_named_kpis():
    assert causal_chains(MAP, start="b", end="c")["chain"].tolist() == ["b → c"]
    assert causal_chains(MAP, start="c", end="a").empty
    with pytest.raises(UnknownNameError, match="there is no linked KPI 'z'"):
        causal_chains(MAP, start="z")


def test_an_unknown_response_makes_the_total_unknown():
    found = causal_chains(evidence(("a", "b", 1, np.nan, np.nan, "not_testable"), ("b", "c", 1, 2.0, 0.1, "supported")))
    assert found["effect"].isna().all()
    assert found["verdict"].tolist() == ["not_testable"]


def test_a_link_without_a_lag_leaves_the_total_open():
    open_ = evidence(("a", "b", pd.NA, np.nan, np.nan, "not_testable"), ("b", "c", 2, 1.0, 0.1, "supported"))
    assert np.isnan(causal_chains(open_)["lag"].item())


def test_of_two_lags_the_better_supported_counts():
    late, early = ("a", "b", 6, 2.0, 0.9, "refuted"), ("a", "b", 1, 3.0, 0.01, "supported")
    for rows in ((late, early), (early, late)):
        found = causal_chains(evidence(*rows))
        assert found[["lag", "effect", "verdict"]].values.tolist() == [[1.0, 3.0, "supported"]]


def test_a_circle_has_neither_driver_nor_outcome():
    circle = evidence(("a", "b", 1, 1.0, 0.1, "supported"), ("b", "a", 1, 1.0, 0.1, "supported"))
    assert causal_chains(circle).empty
    assert causal_chains(circle, start="a", end="b")["chain"].tolist() == ["a → b"]


def test_what_is_around_a_kpi():
    found = lineage(MAP, "b").set_index("kpi")
    assert found["side"].to_dict() == {"a": "upstream", "c": "downstream", "d": "downstream"}
    far = lineage(MAP, "a").set_index("kpi")
    assert far.loc["c", ["steps", "verdict"]].tolist() == [2, "too_little_data"]
    with pytest.raises(UnknownNameError, match="linked KPI"):
        lineage(MAP, "nobody")


def test_every_verdict_has_its_place():
    assert set(WEAKEST_FIRST) == {"supported", "refuted", "too_little_data", "not_testable"}
