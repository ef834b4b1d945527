import numpy as np
import pandas as pd
import pytest
import samples

from bsclib.causality.chains import WEAKEST_FIRST, around, chains, map_quality, map_words
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
    found = chains(MAP).set_index("chain")
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
    assert chains(MAP, start="b", end="c")["chain"].tolist() == ["b → c"]
    assert chains(MAP, start="c", end="a").empty
    with pytest.raises(UnknownNameError, match="there is no linked KPI 'z'"):
        chains(MAP, start="z")


def test_an_unknown_response_makes_the_total_unknown():
    found = chains(evidence(("a", "b", 1, np.nan, np.nan, "not_testable"), ("b", "c", 1, 2.0, 0.1, "supported")))
    assert found["effect"].isna().all()
    assert found["verdict"].tolist() == ["not_testable"]


def test_a_link_without_a_lag_leaves_the_total_open():
    open_ = evidence(("a", "b", pd.NA, np.nan, np.nan, "not_testable"), ("b", "c", 2, 1.0, 0.1, "supported"))
    assert np.isnan(chains(open_)["lag"].item())


def test_of_two_lags_the_better_supported_counts():
    late, early = ("a", "b", 6, 2.0, 0.9, "refuted"), ("a", "b", 1, 3.0, 0.01, "supported")
    for rows in ((late, early), (early, late)):
        found = chains(evidence(*rows))
        assert found[["lag", "effect", "verdict"]].values.tolist() == [[1.0, 3.0, "supported"]]


def test_a_circle_has_neither_driver_nor_outcome():
    circle = evidence(("a", "b", 1, 1.0, 0.1, "supported"), ("b", "a", 1, 1.0, 0.1, "supported"))
    assert chains(circle).empty
    assert chains(circle, start="a", end="b")["chain"].tolist() == ["a → b"]


def test_what_is_around_a_kpi():
    found = around(MAP, "b").set_index("kpi")
    assert found["side"].to_dict() == {"a": "upstream", "c": "downstream", "d": "downstream"}
    far = around(MAP, "a").set_index("kpi")
    assert far.loc["c", ["steps", "verdict"]].tolist() == [2, "too_little_data"]
    with pytest.raises(UnknownNameError, match="linked KPI"):
        around(MAP, "nobody")


def test_the_quality_of_a_map():
    card = samples.small()
    first, second, *rest = [kpi.id for kpi in card.kpis]
    found = map_quality(card, evidence((first, second, 1, 1.0, 0.5, "refuted")))
    assert (found["links"], found["contradicted"], found["supported"], found["untested"]) == (1, 1.0, 0.0, 0.0)
    assert found["orphans"] == rest
    assert found["longest_unproven"] == f"{first} → {second}"


def test_no_map_at_all():
    found = map_quality(samples.small(), evidence())
    assert found["links"] == 0
    assert np.isnan(found["supported"])
    assert found["longest_unproven"] == ""


def test_every_verdict_has_its_place():
    assert set(WEAKEST_FIRST) == {"supported", "refuted", "too_little_data", "not_testable"}


# ------------------------------------------------------------------------------------------------------------ in words


def worded(*rows, **about):
    card = samples.desk(links=[])
    found = evidence(*rows)
    found["hidden_driver"] = [0.1 * (at + 2) for at in range(len(rows))]
    found.attrs = about
    return map_words(found, map_quality(card, found))


PLACEBOS = {"tested": 2, "supported": 1, "placebos": 40, "placebos_supported": 2, "placebo_share": 0.05}


def test_a_map_in_words():
    rows = [("mttr", "cost", 1, 0.5, 0.01, "supported"), ("cost", "load", 2, 1.0, 0.5, "too_little_data")]
    assert worded(*rows, **PLACEBOS) == [
        "2 links: 1 supported, 1 too little data.",
        "Of 40 placebo links, which nobody claimed, 2 (5%) would have been supported; chance alone allows 5%.",
        "The map: 50% supported, 0% contradicted, 50% untested.",
        "Longest chain without a supported link: cost → load.",
        "No link touches leavers.",
        "What no data can tell: whether something that nobody measured drives both ends of a link.",
        "Easiest to explain away: mttr → cost, by a driver that makes up 20% of the noise of both.",
    ]


def test_placebos_far_beyond_chance_are_a_warning():
    rows = [("mttr", "cost", 1, 0.5, 0.01, "supported")]
    many = {**PLACEBOS, "placebos_supported": 8, "placebo_share": 0.2}
    assert any(line.startswith("That is far more than chance") for line in worded(*rows, **many))
    assert not any("far more" in line for line in worded(*rows, **PLACEBOS))
    assert not any("placebo" in line for line in worded(*rows, **{**PLACEBOS, "placebos": 0}))


def test_words_of_a_map_with_one_link_or_none():
    assert worded(("mttr", "cost", 1, 0.5, 0.6, "refuted"))[:2] == [
        "1 link: 1 refuted.",
        "The map: 0% supported, 100% contradicted, 0% untested.",
    ]
    assert worded() == ["The map has no links: there is nothing to test."]
