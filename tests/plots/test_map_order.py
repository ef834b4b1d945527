from itertools import permutations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bsclib.plots.map_order import crossings, ordered

ROWS = [list("abcd"), list("mnop"), list("wxyz")]
links = st.sets(st.sampled_from([*product("abcd", "mnop"), *product("mnop", "wxyz"), ("a", "b")]), max_size=10).map(
    sorted
)


def test_crossings_are_counted():
    assert crossings([["a", "b"], ["x", "y"]], [("a", "y"), ("b", "x")]) == 1
    assert crossings([["a", "b"], ["x", "y"]], [("a", "x"), ("b", "y"), ("a", "b")]) == 0


def test_a_knot_that_can_be_undone_is_undone():
    knot = [("a", "z"), ("b", "y"), ("c", "x"), ("d", "w")]
    assert crossings(ordered([ROWS[0], ROWS[2]], knot), knot) == 0


@given(links)
def test_nothing_is_lost_and_nothing_gets_worse(links):
    found = ordered(ROWS, links)
    assert [sorted(row) for row in found] == ROWS
    assert crossings(found, links) <= crossings(ROWS, links)
    assert found == ordered(ROWS, links)


def test_two_rows_nearly_always_find_the_best_there_is():
    rng = np.random.default_rng(7)
    pairs = list(product("abcd", "mnop"))
    found, best = [], []
    for _ in range(40):
        links = [pairs[at] for at in rng.choice(len(pairs), rng.integers(3, 9), replace=False)]
        found.append(crossings(ordered(ROWS[:2], links), links))
        orders = product(permutations("abcd"), permutations("mnop"))
        best.append(min(crossings([list(top), list(low)], links) for top, low in orders))
    assert np.mean(np.array(found) == best) >= 0.9
    assert np.mean(found) <= np.mean(best) + 0.2
