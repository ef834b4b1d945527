import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.design.selection.judgements import ahp, pairwise
from bsclib.study.lessons.lesson_01 import judged_in_pairs


def test_a_few_are_judged_from_the_most_to_the_least():
    impact = pd.Series({"a": 2.0, "b": 5.0, "c": 1.0, "d": 3.0, "e": 4.0})
    assert judged_in_pairs(impact, most=3) == {("b", "d"): 2.0, ("b", "c"): 5.0, ("d", "c"): 3.0}
    assert judged_in_pairs(impact[:1]) == {}


@given(st.lists(st.integers(2, 10).map(lambda twice: twice / 2), min_size=2, max_size=9))
def test_judgements_follow_the_impacts(impacts):
    impact = pd.Series(impacts, index=[f"o{i}" for i in range(len(impacts))])
    judged = judged_in_pairs(impact)
    assert all(impact[one] >= impact[other] and times in range(1, 10) for (one, other), times in judged.items())
    compared = sorted({one for pair in judged for one in pair})
    assert len(compared) == min(len(impacts), 4)
    found = ahp(pairwise(compared, judged))
    assert found.consistent
    assert found.weights[impact.idxmax()] == pytest.approx(found.weights.max())
