from samples import DESK, desk

from bsclib.model.graph import Arrow, arrows, in_feedback
from bsclib.model.nouns import Link

LINKS = [
    {"cause": "mttr", "effect": "cost", "sign": "+", "lag": 2},
    {"cause": "load", "effect": "cost", "lag": 1},
    {"cause": "mttr", "effect": "load", "sign": "-"},
    {"cause": "leavers", "effect": "mttr", "sign": "-", "lag": 6},
]


def test_links_of_kpis_become_arrows_between_objectives():
    found = {(one.cause, one.effect): one for one in arrows(desk(links=LINKS))}
    assert set(found) == {("fast", "cheap"), ("steady", "fast")}
    # A longer time to restore raises cost, and less of both is better: getting better at one helps the other.
    assert found["fast", "cheap"] == Arrow("fast", "cheap", "helps", "+", (1, 2))
    assert found["steady", "fast"] == Arrow("steady", "fast", "hinders", "-", (6,))


def test_arrows_between_kpis_keep_each_link():
    found = {(one.cause, one.effect): one.verb for one in arrows(desk(links=LINKS), "kpi")}
    assert found == {
        ("mttr", "cost"): "helps",
        ("load", "cost"): "moves",
        ("mttr", "load"): "moves",
        ("leavers", "mttr"): "hinders",
    }


def test_links_that_disagree_are_mixed():
    more = [
        *LINKS,
        {"cause": "mttr", "effect": "leavers", "sign": "+"},
        {"cause": "mttr", "effect": "leavers2", "sign": "-"},
    ]
    card = desk(links=more, kpis=[*DESK["kpis"], {**DESK["kpis"][3], "id": "leavers2"}])
    found = {(one.cause, one.effect): one for one in arrows(card)}
    assert found["fast", "steady"].verb == "mixed"
    assert found["fast", "steady"].signs == "+-"
    assert found["fast", "steady"].lags == ()


def test_feedback_among_some_of_the_links():
    links = [Link(cause=cause, effect=effect) for cause, effect in ("ab", "ba", "bc")]
    assert in_feedback(links) == in_feedback(links, [0, 1]) == {0, 1}
    assert in_feedback(links, [0, 2]) == set()
