import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import desk

from bsclib.design.selection.priorities import QUADRANTS, prioritise
from bsclib.errors import BscError, UnknownNameError


def test_the_four_quadrants_in_order():
    impact = {"dull": 2, "sweet": 4, "small": 1, "grand": 5}
    effort = {"dull": 5, "sweet": 1, "small": 2, "grand": 4}
    found = prioritise(list(impact), impact, effort)
    assert found["id"].tolist() == ["sweet", "grand", "small", "dull"]
    assert found["quadrant"].tolist() == list(QUADRANTS)
    assert found["priority"].tolist() == [1, 2, 3, 4]
    columns = ["id", "impact", "effort", "priority", "quadrant", "impact_middle", "effort_middle"]
    assert found.columns.tolist() == columns
    assert set(found["impact_middle"]) == set(found["effort_middle"]) == {3.0}


def test_the_edge_belongs_to_the_better_side():
    found = prioritise(["a", "b", "c"], {"a": 3, "b": 2.9, "c": 3}, {"a": 3, "b": 3, "c": 3.1})
    assert found.set_index("id")["quadrant"].to_dict() == {"a": "quick win", "c": "major project", "b": "fill-in"}


def test_within_a_quadrant_impact_then_effort_and_equals_share_a_place():
    impact = {"a": 4, "b": 5, "c": 4, "d": 4, "e": 3}
    effort = {"a": 2, "b": 3, "c": 1, "d": 2, "e": 1}
    found = prioritise(impact, impact, effort)
    assert found["id"].tolist() == ["b", "c", "a", "d", "e"]
    assert found["priority"].tolist() == [1, 2, 3, 3, 5]


def test_weights_are_split_where_one_says():
    weights = pd.Series({"fast": 0.5, "cheap": 0.3, "steady": 0.2})
    found = prioritise(desk().objectives, weights, {"fast": 4, "cheap": 1, "steady": 2}, middle=(1 / 3, 3))
    assert dict(zip(found["id"], found["quadrant"], strict=True)) == {
        "fast": "major project",
        "cheap": "fill-in",
        "steady": "fill-in",
    }
    assert set(found["impact_middle"]) == {1 / 3}
    assert set(found["effort_middle"]) == {3}


ratings = st.lists(st.tuples(st.integers(2, 10), st.integers(2, 10)), min_size=1, max_size=8)


@given(ratings)
def test_more_impact_and_less_effort_never_come_later(rated):
    ids = [f"o{at}" for at in range(len(rated))]
    impact, effort = ({id: one[side] / 2 for id, one in zip(ids, rated, strict=True)} for side in (0, 1))
    place = prioritise(ids, impact, effort).set_index("id")["priority"]
    for a in ids:
        for b in ids:
            if impact[a] >= impact[b] and effort[a] <= effort[b]:
                assert place[a] <= place[b]


def test_bad_input():
    good = {"a": 1, "b": 2}
    with pytest.raises(UnknownNameError, match=r"impact: there is no objective 'aa'.*did you mean 'a'"):
        prioritise(["a"], {"a": 1, "aa": 2}, {"a": 1})
    with pytest.raises(BscError, match=r"effort: objective 'b' has none. Fix: judge the effort of 'b'"):
        prioritise(["a", "b"], good, {"a": 1, "b": np.nan})
    with pytest.raises(BscError, match="impact: objective 'c' has none"):
        prioritise(["a", "b", "c"], good, {**good, "c": 1})
    with pytest.raises(BscError, match=r"impact: that of objective 'b' is off the scale. Got: 7. Allowed: 1 to 5"):
        prioritise(["a", "b"], {"a": 1, "b": 7}, good)
    with pytest.raises(BscError, match=r"that of objective 'a' is not a number. Got: high"):
        prioritise(["a", "b"], {"a": "high", "b": 1}, good)
    with pytest.raises(BscError, match=r"that of objective 'a' is not a number. Got: inf"):
        prioritise(["a", "b"], {"a": np.inf, "b": 1}, good, middle=(1, 1))
    with pytest.raises(BscError, match="objectives: there is none to rank"):
        prioritise([], {}, {})
    with pytest.raises(BscError, match=r"some are named twice. Got: a"):
        prioritise(["a", "b", "a"], good, good)


def test_ratings_say_which_objective_they_are_of():
    with pytest.raises(BscError, match=r"impact: this does not say which number is whose. Got: \[4, 2\]"):
        prioritise(["a", "b"], [4, 2], {"a": 1, "b": 2})
    with pytest.raises(BscError, match="effort: this does not say which number is whose"):
        prioritise(["a", "b"], {"a": 1, "b": 2}, None)
